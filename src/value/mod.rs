//! The values that rows are made of, and the SQL types that hold them.
//!
//! Owns their meaning and their text form; must not know where a value came from (a provider) nor how
//! it is encoded (PostgreSQL's binary format).

use std::fmt;

mod array;
mod decimal;
pub mod json;
mod network;
mod numeric;
mod push;
mod read;
mod sql_type;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod values;

use array::Brackets;
pub use array::{Dimension, Items};
pub use decimal::{Decimal, Money};
pub use network::Network;
pub(crate) use numeric::Numeric;
pub use sql_type::{EnumType, SqlType};
pub use time::{DAY, Date, Interval, SECOND, TimeOfDay, Timestamp};
pub(crate) use values::Store;
pub use values::{Texts, Values};

/// One value of a row, in the form of its column's type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// `varchar`, `text`, an enum's label, and `char(n)` with all its blanks.
    Text(&'a str),
    /// `smallint`, `int`, `bigint`.
    Int(i64),
    /// `real`.
    Real(f32),
    /// `double precision`. Drawn ones are whole numbers, or decimal fractions that were drawn as integers.
    Float(f64),
    /// `numeric`.
    Decimal(Decimal),
    /// A `numeric` that does not fit into a [`Decimal`], or is `NaN` or infinite, as PostgreSQL prints it.
    Numeric(&'a str),
    /// `money`.
    Money(Money),
    /// `boolean`.
    Bool(bool),
    /// `date`.
    Date(Date),
    /// `time`.
    Time(TimeOfDay),
    /// `timestamp`: UTC wall time.
    Timestamp(Timestamp),
    /// `timestamptz`: the instant.
    TimestampTz(Timestamp),
    /// `interval`.
    Interval(Interval),
    /// `uuid`.
    Uuid([u8; 16]),
    /// `json`, and `jsonb` as PostgreSQL prints it.
    Json(&'a str),
    /// `bytea`.
    Bytes(&'a [u8]),
    /// `inet`.
    Inet(Network),
    /// `cidr`.
    Cidr(Network),
    /// `macaddr`.
    MacAddr([u8; 6]),
    /// An array.
    Array(Items<'a>),
}

/// The text that PostgreSQL prints for the value to a session in UTC with the default settings. NULL
/// prints as `NULL`.
///
/// With `{:#}` amounts of money are plain numbers, which any server reads, whatever its currency.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Text(text) | Self::Json(text) | Self::Numeric(text) => f.write_str(text),
            Self::Int(int) => int.fmt(f),
            Self::Real(float) => text::float(f, *float, text::DIGITS_OF_REAL),
            Self::Float(float) => text::float(f, *float, text::DIGITS_OF_DOUBLE),
            Self::Decimal(decimal) => decimal.fmt(f),
            Self::Money(amount) if f.alternate() => amount.to_decimal().fmt(f),
            Self::Money(amount) => amount.fmt(f),
            Self::Bool(bool) => f.write_str(if *bool { "t" } else { "f" }),
            Self::Date(date) => date.fmt(f),
            Self::Time(time) => time.fmt(f),
            Self::Timestamp(at) => at.fmt(f),
            Self::TimestampTz(at) => at.write(f, "+00"),
            Self::Interval(interval) => interval.fmt(f),
            Self::Uuid(bytes) => network::write_uuid(f, *bytes),
            Self::Bytes(bytes) => {
                f.write_str("\\x")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::Inet(network) if network.is_host() => network::Address(network.address).fmt(f),
            Self::Inet(network) | Self::Cidr(network) => network.fmt(f),
            Self::MacAddr(bytes) => network::write_mac(f, *bytes),
            Self::Array(items) => array::print(f, items),
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
