//! Days, times of day, instants and intervals.
//!
//! Owns their arithmetic and both directions of their text form. Must not know any clock, nor how they are
//! encoded.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate};

/// Microseconds in a second, a unit that most arithmetic on [`Timestamp`] needs.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in a day.
pub const DAY: i64 = 86_400 * SECOND;

/// An instant in microseconds since 1970-01-01T00:00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    pub fn date(self) -> Date {
        // An i64 of microseconds spans 107 million days on either side, which an i32 holds.
        Date(self.0.div_euclid(DAY) as i32)
    }

    /// RFC 3339 in UTC, with a fraction only where there is one: `2026-01-01T00:00:00Z`.
    pub fn to_rfc3339(self) -> String {
        self.to_string().replace(' ', "T") + "Z"
    }

    /// RFC 3339 in UTC with three digits of a second, so that lines of a log stand below each other.
    pub fn to_rfc3339_millis(self) -> String {
        let millis = self.0.rem_euclid(SECOND) / 1_000;
        format!("{}.{millis:03}Z", self.floor_second().to_string().replace(' ', "T"))
    }
}

/// PostgreSQL's ISO form of a `timestamp`: `2026-01-01 00:00:00`, a fraction only where there is one.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.date())?;
        clock(f, self.0.rem_euclid(DAY).unsigned_abs())
    }
}

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Date {
    /// The day of a calendar date of the proleptic Gregorian calendar; `None` if there is no such date.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(|date| Self(date.to_epoch_days()))
    }

    /// Year, month (1 to 12) and day of month (1 to 31). Days past the calendar's end are its last day.
    pub fn ymd(self) -> (i32, u32, u32) {
        let date = NaiveDate::from_epoch_days(self.0).unwrap_or(if self.0 < 0 {
            NaiveDate::MIN
        } else {
            NaiveDate::MAX
        });
        (date.year(), date.month(), date.day())
    }

    /// Midnight UTC at the start of the day.
    pub fn midnight(self) -> Timestamp {
        Timestamp(i64::from(self.0) * DAY)
    }
}

/// ISO 8601: `2026-01-01`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A time of day in microseconds since midnight, 0 to 24 hours, both included as in PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(pub i64);

/// `14:30:00`, a fraction only where there is one.
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

/// `04:05:06.7`: hours of two digits at least, a fraction without trailing zeros.
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
    fn cutting_to_the_second_goes_to_the_past_before_1970_too() {
        assert_eq!(Timestamp(-1).floor_second(), Timestamp(-SECOND));
        assert_eq!(Timestamp(SECOND + 1).floor_second(), Timestamp(SECOND));
    }
}
