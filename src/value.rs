//! The values that rows are made of, and the SQL types that hold them.
//!
//! Owns their meaning and their text form; must not know where a value came from (a provider) nor how
//! it travels (PostgreSQL's binary format).

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
        let of_day = self.0.rem_euclid(DAY);
        let (seconds, micros) = (of_day / SECOND, of_day % SECOND);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{} {hour:02}:{minute:02}:{second:02}", self.date())?;
        if micros == 0 {
            return Ok(());
        }
        let fraction = format!("{micros:06}");
        write!(f, ".{}", fraction.trim_end_matches('0'))
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

/// A number with a fixed number of digits after the point: `units / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The number in units of its last digit.
    pub units: i64,
    /// Digits after the point, at most 18.
    pub scale: u8,
}

impl Decimal {
    /// The nearest number of the floating type: one division of two exact numbers, the same on every
    /// platform, where there are at most 15 digits.
    pub fn to_f64(self) -> f64 {
        self.units as f64 / 10i64.pow(self.scale.into()) as f64
    }
}

/// As PostgreSQL prints a `numeric`, all digits after the point kept: `-0.50`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return self.units.fmt(f);
        }
        let (sign, units) = (if self.units < 0 { "-" } else { "" }, self.units.unsigned_abs());
        let one = 10u64.pow(self.scale.into());
        write!(f, "{sign}{}.{:0width$}", units / one, units % one, width = self.scale.into())
    }
}

/// One value of a row, in the form that its column's type has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// `varchar`, `text`.
    Text(&'a str),
    /// `smallint`, `int`, `bigint`.
    Int(i64),
    /// `real`, `double precision`. Only whole numbers and decimal fractions that were drawn as integers.
    Float(f64),
    /// `numeric`.
    Decimal(Decimal),
    /// `boolean`.
    Bool(bool),
    /// `date`.
    Date(Date),
    /// `timestamp` (UTC wall time) and `timestamptz` (the instant).
    Timestamp(Timestamp),
}

/// The text that PostgreSQL prints for the value (`timestamptz` with a session in UTC, less the zone).
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Int(int) => int.fmt(f),
            Self::Float(float) => float.fmt(f),
            Self::Decimal(decimal) => decimal.fmt(f),
            Self::Bool(bool) => f.write_str(if *bool { "t" } else { "f" }),
            Self::Date(date) => date.fmt(f),
            Self::Timestamp(at) => at.fmt(f),
        }
    }
}

/// A value as it was written in a config: a provider's parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// A string, its `${NAME}` already replaced.
    Text(String),
    /// An array, in order.
    List(Vec<Literal>),
    /// An inline table, in order.
    Table(Vec<(String, Literal)>),
}

/// The type of a column, with the limits that decide whether a value fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlType {
    /// `smallint`, 2 bytes.
    SmallInt,
    /// `int`, 4 bytes.
    Int,
    /// `bigint`, 8 bytes.
    BigInt,
    /// `real`, 4 bytes.
    Real,
    /// `double precision`, which SQL also calls `float`, 8 bytes.
    Double,
    /// `numeric` or `numeric(precision, scale)`: digits in all, and of these after the point.
    Numeric(Option<(u16, u16)>),
    /// `boolean`.
    Boolean,
    /// `varchar` or `varchar(n)`, n in characters.
    Varchar(Option<u32>),
    /// `text`.
    Text,
    /// `date`.
    Date,
    /// `timestamp` without time zone: UTC wall time.
    Timestamp,
    /// `timestamp with time zone`.
    TimestampTz,
}

impl SqlType {
    /// Every spelling that [`SqlType::parse`] takes, without lengths, for messages and suggestions.
    pub const SPELLINGS: [&'static str; 23] = [
        "smallint",
        "int2",
        "int",
        "integer",
        "int4",
        "bigint",
        "int8",
        "real",
        "float4",
        "float",
        "float8",
        "double precision",
        "numeric",
        "decimal",
        "boolean",
        "bool",
        "varchar",
        "text",
        "date",
        "timestamp",
        "timestamptz",
        "timestamp with time zone",
        "timestamp without time zone",
    ];

    /// Reads a type as SQL spells it, case and outer blanks ignored; `None` if it is not a known one.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("varchar").or_else(|| lower.strip_prefix("character varying"))
        {
            let rest = rest.trim();
            if rest.is_empty() {
                return Some(Self::Varchar(None));
            }
            // PostgreSQL's own limit for n: https://www.postgresql.org/docs/current/datatype-character.html
            let length = rest.strip_prefix('(')?.strip_suffix(')')?.trim().parse().ok()?;
            return (1..=10_485_760).contains(&length).then_some(Self::Varchar(Some(length)));
        }
        if let Some(rest) = lower.strip_prefix("numeric").or_else(|| lower.strip_prefix("decimal")) {
            let rest = rest.trim();
            if rest.is_empty() {
                return Some(Self::Numeric(None));
            }
            // PostgreSQL's limits: https://www.postgresql.org/docs/current/datatype-numeric.html
            let (precision, scale) = {
                let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
                inner.split_once(',').unwrap_or((inner, "0"))
            };
            let (precision, scale): (u16, u16) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
            let sound = (1..=1000).contains(&precision) && scale <= precision;
            return sound.then_some(Self::Numeric(Some((precision, scale))));
        }
        Some(match lower.as_str() {
            "smallint" | "int2" => Self::SmallInt,
            "int" | "integer" | "int4" => Self::Int,
            "bigint" | "int8" => Self::BigInt,
            "real" | "float4" => Self::Real,
            "float" | "float8" | "double precision" => Self::Double,
            "boolean" | "bool" => Self::Boolean,
            "text" => Self::Text,
            "date" => Self::Date,
            "timestamp" | "timestamp without time zone" => Self::Timestamp,
            "timestamptz" | "timestamp with time zone" => Self::TimestampTz,
            _ => return None,
        })
    }

    /// The whole numbers that an integer type holds; `None` for other types.
    pub fn int_range(self) -> Option<std::ops::RangeInclusive<i64>> {
        match self {
            Self::SmallInt => Some(i16::MIN.into()..=i16::MAX.into()),
            Self::Int => Some(i32::MIN.into()..=i32::MAX.into()),
            Self::BigInt => Some(i64::MIN..=i64::MAX),
            _ => None,
        }
    }
}

/// The type's name in PostgreSQL's own words, as `format_type()` prints it.
impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SmallInt => "smallint",
            Self::Int => "integer",
            Self::BigInt => "bigint",
            Self::Real => "real",
            Self::Double => "double precision",
            Self::Numeric(None) => "numeric",
            Self::Numeric(Some((precision, scale))) => return write!(f, "numeric({precision},{scale})"),
            Self::Boolean => "boolean",
            Self::Varchar(None) => "character varying",
            Self::Varchar(Some(length)) => return write!(f, "character varying({length})"),
            Self::Text => "text",
            Self::Date => "date",
            Self::Timestamp => "timestamp without time zone",
            Self::TimestampTz => "timestamp with time zone",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn decimals_print_all_their_digits() {
        let text = |units, scale| Decimal { units, scale }.to_string();
        assert_eq!(text(-50, 2), "-0.50");
        assert_eq!(text(12345, 2), "123.45");
        assert_eq!(text(i64::MIN, 18), "-9.223372036854775808");
        assert_eq!(text(7, 0), "7");
        assert_eq!(Decimal { units: 12345, scale: 2 }.to_f64(), 123.45);
    }

    #[test]
    fn cutting_to_the_second_goes_to_the_past_before_1970_too() {
        assert_eq!(Timestamp(-1).floor_second(), Timestamp(-SECOND));
        assert_eq!(Timestamp(SECOND + 1).floor_second(), Timestamp(SECOND));
    }

    #[test]
    fn types_are_read_in_each_of_their_spellings() {
        for spelling in SqlType::SPELLINGS {
            assert!(SqlType::parse(spelling).is_some(), "{spelling}");
        }
        assert_eq!(SqlType::parse(" VARCHAR( 10 ) "), Some(SqlType::Varchar(Some(10))));
        assert_eq!(SqlType::parse("numeric(10, 2)"), Some(SqlType::Numeric(Some((10, 2)))));
        assert_eq!(SqlType::parse("decimal(5)"), Some(SqlType::Numeric(Some((5, 0)))));
        assert_eq!(SqlType::parse("numeric(2, 3)"), None);
        assert_eq!(SqlType::parse("varchar(0)"), None);
        assert_eq!(SqlType::parse("varchar(10"), None);
        assert_eq!(SqlType::parse("strnig"), None);
    }
}
