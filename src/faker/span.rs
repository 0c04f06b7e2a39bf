//! Times as Faker's date parameters name them, mostly counted from the simulated now.
//!
//! Owns their grammar; the parameters that hold them are the providers'.

use crate::value::{DAY, SECOND, Timestamp};

/// The units in the order in which a span has to name them, with their length in seconds. A year is
/// 365.24 days and a month 30.42 days, as in Faker 22.2.0 (`date_time`).
const UNITS: [(char, i64); 7] = [
    ('y', 36_524 * 864),
    ('M', 3_042 * 864),
    ('w', 7 * 86_400),
    ('d', 86_400),
    ('h', 3_600),
    ('m', 60),
    ('s', 1),
];

/// Microseconds that no span goes beyond: 9,998 years, the whole of the calendar.
const SPAN_MAX: i64 = 9_998 * 366 * DAY;
/// 0001-01-01T00:00:00, the first instant that Python's `datetime` has.
pub const FIRST: Timestamp = Timestamp(-62_135_596_800 * SECOND);
/// 9999-12-31T23:59:59.999999, the last one.
pub const LAST: Timestamp = Timestamp(253_402_300_800 * SECOND - 1);

/// A time as a parameter names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Microseconds from the simulated now; negative: before it.
    FromNow(i64),
    /// One and the same instant in each tick.
    At(Timestamp),
}

impl Moment {
    /// What [`Moment::parse`] reads, as the end of "expected …".
    pub const EXPECTS: &'static str = "\"now\", a signed span such as \"-30d\" or \"+1y-6M\" (units y M w \
        d h m s in this order, M months, m minutes), a date, an RFC 3339 time, or Unix seconds, all within the years 1 to 9999";

    /// Reads `now`, a span, a date such as `2026-01-01` or a time as PostgreSQL reads it (UTC where it names no zone).
    ///
    /// A span is `([+-]\d+y)?([+-]\d+M)?([+-]\d+w)?([+-]\d+d)?([+-]\d+h)?([+-]\d+m)?([+-]\d+s)?` with at
    /// least one part. Faker ignores what follows a span (`-30days`, `-1y2M`); here that is `None`, as it
    /// is not what its writer meant. Dates are an extension: in Faker they can only be Python objects.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "now" {
            return Some(Self::FromNow(0));
        }
        if let Some(micros) = parse_span(text) {
            return Some(Self::FromNow(micros));
        }
        let at = Timestamp::read(text)?;
        (FIRST..=LAST).contains(&at).then_some(Self::At(at))
    }

    /// The instant of a Unix timestamp in seconds; `None` outside the years 1 to 9999.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let at = Timestamp(seconds.checked_mul(SECOND)?);
        (FIRST..=LAST).contains(&at).then_some(Self::At(at))
    }

    /// The instant in a tick whose simulated time is `now`, held within the years 1 to 9999.
    pub fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::FromNow(micros) => now.plus(micros).clamp(FIRST, LAST),
            Self::At(at) => at,
        }
    }

    /// Whether it lies after `other` in every tick; false where that depends on now.
    pub fn is_always_after(self, other: Self) -> bool {
        match (self, other) {
            (Self::FromNow(this), Self::FromNow(other)) => this > other,
            (Self::At(this), Self::At(other)) => this > other,
            _ => false,
        }
    }
}

/// Microseconds of a span; `None` if it is not one from its first to its last character.
fn parse_span(text: &str) -> Option<i64> {
    let mut micros = 0i64;
    let mut units = UNITS.iter();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.strip_prefix(['+', '-'])?;
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        let unit = digits[count..].chars().next()?;
        // The iterator is not rewound, which is what keeps the units in their order.
        let (_, seconds) = units.find(|(name, _)| *name == unit)?;
        let number: i64 = digits[..count].parse().ok()?;
        let part = number.checked_mul(*seconds)?.checked_mul(SECOND)?;
        micros = if rest.starts_with('-') { micros.checked_sub(part)? } else { micros.checked_add(part)? };
        rest = &digits[count + unit.len_utf8()..];
    }
    (!text.is_empty() && (-SPAN_MAX..=SPAN_MAX).contains(&micros)).then_some(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_faker_reads_them() {
        let seconds = |text| match Moment::parse(text) {
            Some(Moment::FromNow(micros)) => Some(micros / SECOND),
            _ => None,
        };
        assert_eq!(seconds("now"), Some(0));
        assert_eq!(seconds("-30d"), Some(-2_592_000));
        assert_eq!(seconds("+1y"), Some(31_556_736));
        assert_eq!(seconds("-1M"), Some(-2_628_288));
        assert_eq!(
            seconds("+1y-2M+3w-4d+5h-6m+7s"),
            Some(31_556_736 - 5_256_576 + 1_814_400 - 345_600 + 17_647)
        );
    }

    #[test]
    fn what_is_no_span_is_refused_whole() {
        for text in [
            "",
            "30d",
            "-30 d",
            "-30D",
            "-1.5d",
            "-d",
            "-",
            "-30days",
            "-1y2M",
            "-7s-1y",
            "-1d-1d",
            "today",
            "yesterday",
            "-99999y",
            "-99999999999999999999s",
            "+é",
            "2026-13-01",
            "2026-01-01x",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn dates_and_unix_seconds_are_one_and_the_same_instant() {
        let at = Timestamp::parse_rfc3339("2026-01-01T00:00:00Z").map(Moment::At);
        assert!(at.is_some());
        for text in
            ["2026-01-01", "2026-01-01 00:00:00", "2026-01-01T03:00:00+03:00", "2026-01-01T00:00:00+0000"]
        {
            assert_eq!(Moment::parse(text), at, "{text}");
        }
        assert_eq!(Moment::from_unix(1_767_225_600), at);
        assert_eq!(Moment::from_unix(i64::MAX), None);
    }

    #[test]
    fn a_moment_never_leaves_the_calendar() {
        assert_eq!(Moment::FromNow(-SPAN_MAX).at(Timestamp(0)).to_string(), "0001-01-01 00:00:00");
        assert_eq!(Moment::FromNow(SPAN_MAX).at(Timestamp(0)).to_string(), "9999-12-31 23:59:59.999999");
    }
}
