//! Days, times of day, instants and intervals.
//!
//! Owns their arithmetic and both directions of their text form. Must not know any clock, nor how they are
//! encoded.

use std::fmt;

use chrono::DateTime;

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in a day.
pub const DAY: i64 = 86_400 * SECOND;

/// An instant in microseconds since 1970-01-01T00:00:00 UTC; the smallest and the largest value are PostgreSQL's
/// `-infinity` and `infinity`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads an RFC 3339 time such as `2026-01-01T00:00:00Z`; `None` if it is not one.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|time| Self(time.timestamp_micros()))
    }

    /// The instant cut to the second, towards the past.
    pub fn floor_second(self) -> Self {
        Self(self.0 - self.0.rem_euclid(SECOND))
    }

    /// The instant `micros` later (earlier if negative); saturates at the ends of `i64`.
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// The UTC day that the instant lies in.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an i64 of microseconds spans 107 million days on either side"
    )]
    pub fn date(self) -> Date {
        match self {
            Self::MIN => return Date::MIN,
            Self::MAX => return Date::MAX,
            _ => {}
        }
        Date(self.0.div_euclid(DAY) as i32)
    }

    /// RFC 3339 in UTC, with a fraction only if it is not 0: `2026-01-01T00:00:00Z`.
    pub fn to_rfc3339(self) -> String {
        self.to_string().replace(' ', "T") + "Z"
    }

    /// RFC 3339 in UTC with three digits of a second, so that log lines align.
    pub fn to_rfc3339_millis(self) -> String {
        let millis = self.0.rem_euclid(SECOND) / 1_000;
        format!("{}.{millis:03}Z", self.floor_second().to_string().replace(' ', "T"))
    }
}

impl Timestamp {
    /// `-infinity`, before all other instants.
    pub const MIN: Self = Self(i64::MIN);
    /// `infinity`, after all other instants.
    pub const MAX: Self = Self(i64::MAX);

    /// Writes it as PostgreSQL does, with the zone of its type, if any.
    pub(super) fn write(self, f: &mut fmt::Formatter<'_>, zone: &str) -> fmt::Result {
        match self {
            Self::MIN => f.write_str("-infinity"),
            Self::MAX => f.write_str("infinity"),
            _ => {
                let (year, month, day) = self.date().ymd();
                write_day(f, year, month, day)?;
                f.write_str(" ")?;
                clock(f, self.0.rem_euclid(DAY).unsigned_abs())?;
                f.write_str(zone)?;
                f.write_str(era(year))
            }
        }
    }
}

/// PostgreSQL's ISO form of a `timestamp`: `2026-01-01 00:00:00`, with a fraction only if it is not 0.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, "")
    }
}

/// A day, counted from 1970-01-01; the smallest and the largest are PostgreSQL's `-infinity` and `infinity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Date {
    /// `-infinity`, before all other days.
    pub const MIN: Self = Self(i32::MIN);
    /// `infinity`, after all other days.
    pub const MAX: Self = Self(i32::MAX);

    /// The day of a calendar date of the proleptic Gregorian calendar, whose year 0 is 1 BC; `None` if there is no
    /// such date, or it is out of range.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=12).contains(&month) || !(1..=days_of(year, month)).contains(&day) {
            return None;
        }
        // Counting years from March puts the leap day last.
        let (year, month) =
            if month > 2 { (i64::from(year), month - 3) } else { (i64::from(year) - 1, month + 9) };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = i64::from((153 * month + 2) / 5 + day - 1);
        let days = era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - TO_1970;
        i32::try_from(days).ok().map(Self)
    }

    /// Year, month (1 to 12) and day of month (1 to 31); the year 0 is 1 BC.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "days of 32 bits lie within six million years"
    )]
    pub fn ymd(self) -> (i32, u32, u32) {
        let days = i64::from(self.0) + TO_1970;
        let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        ((year + era * 400 + later) as i32, month as u32, day as u32)
    }

    /// Midnight UTC at the start of the day; infinity stays infinity.
    pub fn midnight(self) -> Timestamp {
        match self {
            Self::MIN => Timestamp::MIN,
            Self::MAX => Timestamp::MAX,
            _ => Timestamp(i64::from(self.0).saturating_mul(DAY)),
        }
    }
}

/// Days of 400 years of the Gregorian calendar, after which it repeats itself.
const ERA: i64 = 146_097;
/// Days from 1 March of the year 0 to 1970-01-01.
const TO_1970: i64 = 719_468;

/// Days of a month.
fn days_of(year: i32, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// PostgreSQL's ISO form of a `date`: `2026-01-01`, `0044-03-15 BC`, `infinity`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::MIN => f.write_str("-infinity"),
            Self::MAX => f.write_str("infinity"),
            date => {
                let (year, month, day) = date.ymd();
                write_day(f, year, month, day)?;
                f.write_str(era(year))
            }
        }
    }
}

fn write_day(f: &mut fmt::Formatter<'_>, year: i32, month: u32, day: u32) -> fmt::Result {
    let year = if year > 0 { year } else { 1 - year };
    write!(f, "{year:04}-{month:02}-{day:02}")
}

/// The suffix of a date in the year.
fn era(year: i32) -> &'static str {
    if year > 0 { "" } else { " BC" }
}

/// A time of day in microseconds since midnight, 0 to 24 hours, both included as in PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(pub i64);

/// `14:30:00`, with a fraction only if it is not 0.
impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        clock(f, self.0.unsigned_abs())
    }
}

/// A span of time in PostgreSQL's three parts, which it never converts into each other: a month has no fixed
/// number of days, nor a day of hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Months; a year is twelve.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds.
    pub micros: i64,
}

/// The `postgres` style, which is the default of `IntervalStyle`: `1 year 2 mons -3 days +04:05:06.7`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [(self.months / 12, "year"), (self.months % 12, "mon"), (self.days, "day")];
        let (mut first, mut before) = (true, false);
        for (number, unit) in parts.into_iter().filter(|(number, _)| *number != 0) {
            let gap = if first { "" } else { " " };
            let sign = if before && number > 0 { "+" } else { "" };
            let plural = if number == 1 { "" } else { "s" };
            write!(f, "{gap}{sign}{number} {unit}{plural}")?;
            (first, before) = (false, number < 0);
        }
        if !first && self.micros == 0 {
            return Ok(());
        }
        let gap = if first { "" } else { " " };
        let sign = match (self.micros < 0, before) {
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        };
        write!(f, "{gap}{sign}")?;
        clock(f, self.micros.unsigned_abs())
    }
}

/// `04:05:06.7`: hours of at least two digits, a fraction without trailing zeros.
fn clock(f: &mut fmt::Formatter<'_>, micros: u64) -> fmt::Result {
    const SECOND: u64 = self::SECOND.unsigned_abs();
    let (seconds, fraction) = (micros / SECOND, micros % SECOND);
    write!(f, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
    if fraction == 0 {
        return Ok(());
    }
    let fraction = format!("{fraction:06}");
    write!(f, ".{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_print_in_the_style_postgres() {
        let text = |months, days, micros| Interval { months, days, micros }.to_string();
        assert_eq!(text(0, 0, 0), "00:00:00");
        assert_eq!(text(14, -3, 4 * 3_600 * SECOND), "1 year 2 mons -3 days +04:00:00");
        assert_eq!(text(-1, 1, -500_000), "-1 mons +1 day -00:00:00.5");
        assert_eq!(text(24, 0, 0), "2 years");
        assert_eq!(text(0, 0, 100 * 3_600 * SECOND), "100:00:00");
        assert_eq!(TimeOfDay(DAY).to_string(), "24:00:00");
        assert_eq!(TimeOfDay(52_200_120_000).to_string(), "14:30:00.12");
    }

    #[test]
    fn timestamps_print_as_postgresql_prints_them() {
        let text = |time| Timestamp::parse_rfc3339(time).unwrap().to_string();
        assert_eq!(text("2026-01-01T00:00:00Z"), "2026-01-01 00:00:00");
        assert_eq!(text("2026-01-01T03:00:00.120+03:00"), "2026-01-01 00:00:00.12");
        assert_eq!(text("1969-12-31T23:59:59.5Z"), "1969-12-31 23:59:59.5");
        assert_eq!(text("9999-12-31T23:59:59Z"), "9999-12-31 23:59:59");
        assert_eq!(Timestamp(-1).to_rfc3339_millis(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn days_are_those_of_the_gregorian_calendar_as_far_as_a_date_reaches() {
        use chrono::Datelike as _;
        for days in (-95_000_000..95_000_000).step_by(8_191).chain(-800_000..-700_000).chain(-400..400) {
            let there = chrono::NaiveDate::from_epoch_days(days).unwrap();
            assert_eq!(Date(days).ymd(), (there.year(), there.month(), there.day()));
            assert_eq!(Date::from_ymd(there.year(), there.month(), there.day()), Some(Date(days)));
        }
        for (year, month, day) in [(2025, 2, 29), (1900, 2, 29), (2026, 13, 1), (2026, 4, 31), (2026, 1, 0)] {
            assert_eq!(Date::from_ymd(year, month, day), None);
        }
        let last = Date::from_ymd(5_874_897, 12, 31).unwrap();
        assert_eq!(last.to_string(), "5874897-12-31");
        assert_eq!(Date(last.0 + 1).ymd(), (5_874_898, 1, 1));
    }

    #[test]
    fn years_before_the_first_and_infinity_print_as_postgresql_prints_them() {
        let ides = Date::from_ymd(-43, 3, 15).unwrap();
        assert_eq!(ides.to_string(), "0044-03-15 BC");
        assert_eq!(ides.midnight().plus(SECOND).to_string(), "0044-03-15 00:00:01 BC");
        assert_eq!(Date::MAX.midnight().to_string(), "infinity");
        assert_eq!(Date::MIN.to_string(), "-infinity");
    }

    #[test]
    fn cutting_to_the_second_goes_to_the_past_before_1970_too() {
        assert_eq!(Timestamp(-1).floor_second(), Timestamp(-SECOND));
        assert_eq!(Timestamp(SECOND + 1).floor_second(), Timestamp(SECOND));
    }
}
