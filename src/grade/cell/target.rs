//! The type of a column of the warehouse.
//!
//! Owns how `format_type`'s text is read. Must not know which values fit.

use std::fmt;

use crate::value::SqlType;

/// The type of a column of the warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetType {
    /// A field of a CSV file, which may hold any text.
    Csv,
    /// A type that columns of a shop can have, too.
    Sql {
        /// The type.
        sql_type: SqlType,
        /// The digits of a second that a `time`, `timestamp` or `interval` keeps, 0 to 6; `None`: all six.
        second_digits: Option<u8>,
    },
    /// Any other type, by its name: an enum, a domain, `citext`. Its texts are read as those of `text`.
    Other(String),
}

impl TargetType {
    /// Reads a type as PostgreSQL's `format_type` prints it; an empty text is a CSV file's.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Csv;
        }
        let (bare, second_digits) = without_second_digits(text);
        let known = match bare.as_str() {
            "time with time zone" => Some(SqlType::Time),
            // A `char` without a length, which is not padded.
            "bpchar" => Some(SqlType::Text),
            bare if bare.starts_with("interval ") => Some(SqlType::Interval),
            bare => SqlType::parse(bare),
        };
        known.map_or_else(|| Self::Other(text.to_owned()), |sql_type| Self::Sql { sql_type, second_digits })
    }

    /// The type, if columns of a shop can have it.
    pub fn sql_type(&self) -> Option<&SqlType> {
        if let Self::Sql { sql_type, .. } = self { Some(sql_type) } else { None }
    }

    /// Whether it holds any text.
    pub fn is_text(&self) -> bool {
        !matches!(self, Self::Sql { sql_type, .. }
            if !matches!(sql_type, SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_)))
    }

    /// Whether it is an integer type.
    pub fn is_integer(&self) -> bool {
        self.sql_type().is_some_and(|sql_type| sql_type.int_range().is_some())
    }
}

/// As `format_type` prints it; `csv` for a field of a CSV file.
impl fmt::Display for TargetType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv => f.write_str("csv"),
            Self::Sql { sql_type, second_digits: None } => sql_type.fmt(f),
            Self::Sql { sql_type, second_digits: Some(digits) } => {
                let name = sql_type.to_string();
                let (word, rest) = name.split_at(name.find([' ', '[']).unwrap_or(name.len()));
                write!(f, "{word}({digits}){rest}")
            }
            Self::Other(name) => f.write_str(name),
        }
    }
}

/// `timestamp(3) with time zone` without its digits, and the digits.
fn without_second_digits(text: &str) -> (String, Option<u8>) {
    let parted = || {
        let timed = ["time", "timestamp", "timestamptz", "interval"];
        let (name, rest) = text.split_once('(')?;
        let (digits, rest) = rest.split_once(')')?;
        let word = name.split(' ').next().filter(|word| timed.contains(word))?;
        // `interval day to second(3)` is an interval like any other.
        let bare = if word == "interval" { word.to_owned() } else { format!("{name}{rest}") };
        Some((bare, Some(digits.parse().ok().filter(|digits| *digits <= 6)?)))
    };
    parted().unwrap_or_else(|| (text.to_owned(), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_format_type_prints_them() {
        let sql = |sql_type, second_digits| TargetType::Sql { sql_type, second_digits };
        for (text, expected) in [
            ("", TargetType::Csv),
            ("numeric(38,9)", sql(SqlType::Numeric(Some((38, 9))), None)),
            ("numeric", sql(SqlType::Numeric(None), None)),
            ("character varying(30)", sql(SqlType::Varchar(Some(30)), None)),
            ("character(5)", sql(SqlType::Char(5), None)),
            ("timestamp(3) with time zone", sql(SqlType::TimestampTz, Some(3))),
            ("timestamp(0) without time zone", sql(SqlType::Timestamp, Some(0))),
            ("timestamp without time zone", sql(SqlType::Timestamp, None)),
            ("time(6) without time zone", sql(SqlType::Time, Some(6))),
            ("time with time zone", sql(SqlType::Time, None)),
            ("interval day to second(3)", sql(SqlType::Interval, Some(3))),
            ("interval year to month", sql(SqlType::Interval, None)),
            ("double precision", sql(SqlType::Double, None)),
            ("bigint[]", sql(SqlType::BigInt.array(), None)),
            ("jsonb", sql(SqlType::Jsonb, None)),
            ("mood", TargetType::Other("mood".to_owned())),
            ("numeric(5,-2)", TargetType::Other("numeric(5,-2)".to_owned())),
            ("\"char\"", TargetType::Other("\"char\"".to_owned())),
        ] {
            assert_eq!(TargetType::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_type_prints_as_it_was_read() {
        for text in [
            "numeric(38,9)",
            "timestamp(3) with time zone",
            "timestamp(0) without time zone",
            "timestamp with time zone",
            "interval(3)",
            "character varying(30)",
            "mood",
        ] {
            assert_eq!(TargetType::parse(text).to_string(), text);
        }
    }
}
