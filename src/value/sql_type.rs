//! The types that columns have.
//!
//! Owns their spellings and PostgreSQL's names for them. Must not know which values fit a type (that is
//! `plan`'s), nor how they are encoded.

use std::fmt;
use std::sync::Arc;

/// The type of a column, with the limits that decide whether a value fits.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// `numeric` or `numeric(precision, scale)`: total digits, and digits after the point.
    Numeric(Option<(u16, u16)>),
    /// `money`, hundredths of a currency that the server's `lc_monetary` names.
    Money,
    /// `boolean`.
    Boolean,
    /// `char(n)`, which SQL pads with spaces to n characters; `char` is `char(1)`.
    Char(u32),
    /// `varchar` or `varchar(n)`, n in characters.
    Varchar(Option<u32>),
    /// `text`.
    Text,
    /// `date`.
    Date,
    /// `time` without time zone.
    Time,
    /// `timestamp` without time zone: UTC wall time.
    Timestamp,
    /// `timestamp with time zone`.
    TimestampTz,
    /// `interval`.
    Interval,
    /// `uuid`.
    Uuid,
    /// `json`, which keeps its text as it was written.
    Json,
    /// `jsonb`, which normalizes it.
    Jsonb,
    /// `bytea`.
    Bytea,
    /// `inet`.
    Inet,
    /// `cidr`.
    Cidr,
    /// `macaddr`.
    MacAddr,
    /// An enum that the config declares.
    Enum(Arc<EnumType>),
    /// An array; each value has its own number of dimensions, and the elements are not arrays.
    Array(Box<SqlType>),
}

/// A type that the config declares under `[types]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumType {
    /// Its name, 1 to 63 bytes.
    pub name: String,
    /// Its labels, at least one, 1 to 63 bytes each, in their order.
    pub labels: Vec<String>,
}

impl SqlType {
    /// Every spelling that [`SqlType::parse`] accepts, without lengths, for messages and suggestions.
    pub const SPELLINGS: [&'static str; 37] = [
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
        "money",
        "boolean",
        "bool",
        "char",
        "character",
        "varchar",
        "character varying",
        "text",
        "date",
        "time",
        "time without time zone",
        "timestamp",
        "timestamptz",
        "timestamp with time zone",
        "timestamp without time zone",
        "interval",
        "uuid",
        "json",
        "jsonb",
        "bytea",
        "inet",
        "cidr",
        "macaddr",
    ];

    /// Reads a type as SQL spells it, ignoring case and surrounding whitespace; `None` if it is unknown. Enums of
    /// the config are not known here.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        if let Some(element) = Self::element_of(&lower) {
            return Self::parse(element).map(Self::array);
        }
        let (name, limits) = match lower.split_once('(') {
            None => (lower.as_str(), None),
            Some((name, rest)) => (name.trim_end(), Some(rest.strip_suffix(')')?)),
        };
        match (name, limits) {
            ("varchar" | "character varying", None) => return Some(Self::Varchar(None)),
            ("varchar" | "character varying", Some(length)) => {
                return char_length(length).map(|length| Self::Varchar(Some(length)));
            }
            ("char" | "character", _) => {
                return char_length(limits.unwrap_or("1")).map(Self::Char);
            }
            ("numeric" | "decimal", None) => return Some(Self::Numeric(None)),
            ("numeric" | "decimal", Some(limits)) => {
                // PostgreSQL's limits: https://www.postgresql.org/docs/current/datatype-numeric.html
                let (precision, scale) = limits.split_once(',').unwrap_or((limits, "0"));
                let (precision, scale): (u16, u16) =
                    (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
                let sound = (1..=1000).contains(&precision) && scale <= precision;
                return sound.then_some(Self::Numeric(Some((precision, scale))));
            }
            (_, Some(_)) => return None,
            (_, None) => {}
        }
        Some(match name {
            "smallint" | "int2" => Self::SmallInt,
            "int" | "integer" | "int4" => Self::Int,
            "bigint" | "int8" => Self::BigInt,
            "real" | "float4" => Self::Real,
            "float" | "float8" | "double precision" => Self::Double,
            "money" => Self::Money,
            "boolean" | "bool" => Self::Boolean,
            "text" => Self::Text,
            "date" => Self::Date,
            "time" | "time without time zone" => Self::Time,
            "timestamp" | "timestamp without time zone" => Self::Timestamp,
            "timestamptz" | "timestamp with time zone" => Self::TimestampTz,
            "interval" => Self::Interval,
            "uuid" => Self::Uuid,
            "json" => Self::Json,
            "jsonb" => Self::Jsonb,
            "bytea" => Self::Bytea,
            "inet" => Self::Inet,
            "cidr" => Self::Cidr,
            "macaddr" => Self::MacAddr,
            _ => return None,
        })
    }

    /// The name of the elements' type if the text names an array: `int[]`, `int[3][]`, `int ARRAY`.
    pub fn element_of(text: &str) -> Option<&str> {
        let text = text.trim_end();
        let word = text.len().checked_sub(" array".len()).and_then(|at| text.split_at_checked(at));
        let by_word =
            word.filter(|(_, word)| word.eq_ignore_ascii_case(" array")).map(|(element, _)| element);
        let by_brackets = || {
            let (element, size) = text.strip_suffix(']')?.rsplit_once('[')?;
            let sound = size.bytes().all(|byte| byte.is_ascii_digit());
            sound.then(|| Self::element_of(element).unwrap_or(element))
        };
        by_word.or_else(by_brackets).map(str::trim_end)
    }

    /// The array type of this type; an array is its own array type, because PostgreSQL does not enforce dimensions.
    pub fn array(self) -> Self {
        if let Self::Array(_) = self { self } else { Self::Array(Box::new(self)) }
    }

    /// The enum that the type is, or is an array of.
    pub fn declared(&self) -> Option<&Arc<EnumType>> {
        match self {
            Self::Enum(declared) => Some(declared),
            Self::Array(element) => element.declared(),
            _ => None,
        }
    }

    /// The whole numbers that an integer type holds; `None` for other types.
    pub fn int_range(&self) -> Option<std::ops::RangeInclusive<i64>> {
        match self {
            Self::SmallInt => Some(i16::MIN.into()..=i16::MAX.into()),
            Self::Int => Some(i32::MIN.into()..=i32::MAX.into()),
            Self::BigInt => Some(i64::MIN..=i64::MAX),
            _ => None,
        }
    }
}

impl SqlType {
    /// The accepted values of the type, with an example of each form, to follow "expected".
    pub fn reads(&self) -> String {
        let such_as = match self {
            Self::SmallInt | Self::Int | Self::BigInt => {
                let range = self.int_range().unwrap_or(0..=0);
                return format!("whole numbers from {} to {}", range.start(), range.end());
            }
            Self::Enum(declared) => {
                let labels: Vec<String> = declared.labels.iter().map(|label| format!("{label:?}")).collect();
                return format!("its labels, which are {}", labels.join(", "));
            }
            Self::Array(element) => {
                return format!("arrays such as {{a,NULL}} or {{{{a,b}},{{c,d}}}}, of {}", element.reads());
            }
            Self::Char(_) | Self::Varchar(_) | Self::Text => {
                return "texts that fit the length of the type".to_owned();
            }
            Self::Real | Self::Double => "1.5, 1e-7, NaN or -Infinity",
            Self::Numeric(_) => {
                "1.50, 1e-7 or NaN, with no more digits before the point than the type allows"
            }
            Self::Money => "1234.5, $1,234.50 or -$0.05",
            Self::Boolean => "true, false, yes, no, on, off, 1 or 0",
            Self::Date => "2026-01-31, 0044-03-15 BC or infinity",
            Self::Time => "14:30:05.25 or 2:30 PM",
            Self::Timestamp | Self::TimestampTz => "2026-01-31 14:30:05.25, 2026-01-31T14:30:05Z or infinity",
            Self::Interval => "1 day 02:30:00, 1-2 3 4:05:06 or P1DT2H30M",
            Self::Uuid => "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            Self::Json | Self::Jsonb => "{\"a\": [1, null]}",
            Self::Bytea => "\\x00ff, or without backslashes",
            Self::Inet => "10.0.0.1, 10.0.0.1/8 or 2001:db8::1",
            Self::Cidr => "10.0.0.0/8, 10.1/16 or 2001:db8::/32",
            Self::MacAddr => "08:00:2b:01:02:03",
        };
        format!("texts such as {such_as}")
    }
}

/// The type's name as PostgreSQL's `format_type()` prints it; an enum's bare name.
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
            Self::Money => "money",
            Self::Boolean => "boolean",
            Self::Char(length) => return write!(f, "character({length})"),
            Self::Varchar(None) => "character varying",
            Self::Varchar(Some(length)) => return write!(f, "character varying({length})"),
            Self::Text => "text",
            Self::Date => "date",
            Self::Time => "time without time zone",
            Self::Timestamp => "timestamp without time zone",
            Self::TimestampTz => "timestamp with time zone",
            Self::Interval => "interval",
            Self::Uuid => "uuid",
            Self::Json => "json",
            Self::Jsonb => "jsonb",
            Self::Bytea => "bytea",
            Self::Inet => "inet",
            Self::Cidr => "cidr",
            Self::MacAddr => "macaddr",
            Self::Enum(declared) => &declared.name,
            Self::Array(element) => return write!(f, "{element}[]"),
        })
    }
}

/// The n of `char(n)` and `varchar(n)`, with PostgreSQL's own limit:
/// <https://www.postgresql.org/docs/current/datatype-character.html>
fn char_length(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|length| (1..=10_485_760).contains(length))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(SqlType::parse("char"), Some(SqlType::Char(1)));
        assert_eq!(SqlType::parse("uuid(3)"), None);
    }

    #[test]
    fn arrays_have_any_dimensions_and_two_spellings() {
        let array = SqlType::Varchar(Some(20)).array();
        for spelling in ["varchar(20)[]", "Varchar (20) ARRAY", "varchar(20)[][]", "varchar(20)[3] [4]"] {
            assert_eq!(SqlType::parse(spelling).as_ref(), Some(&array), "{spelling}");
        }
        assert_eq!(array.to_string(), "character varying(20)[]");
        for wrong in ["[]", "int[x]", "int]", "int[-1]"] {
            assert_eq!(SqlType::parse(wrong), None, "{wrong}");
        }
    }
}
