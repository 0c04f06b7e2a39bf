//! Values written as a column of another type shows them.
//!
//! Owns PostgreSQL's lossless casts. Must not know which cells are accepted besides.

use std::fmt::Write as _;

use super::reading::plain_number;
use super::sameness::{FINE_SCALE, Sides};
use crate::value::json::canonical;
use crate::value::{DAY, Decimal, Money, Numeric, SqlType, Timestamp, Value};

/// Whole numbers up to this are exact in `double precision`.
const EXACT_IN_DOUBLE: u64 = 1 << 53;
/// Whole numbers up to this are exact in `real`.
const EXACT_IN_REAL: u64 = 1 << 24;
/// Decimals of so many digits come back from `double precision` as they were.
const DIGITS_OF_DOUBLE: usize = 15;

/// Appends the text of the value in the type of the target, if PostgreSQL casts it without loss, else its own; nothing
/// for NULL.
pub(super) fn write(sides: &Sides<'_>, value: Value<'_>, out: &mut String) {
    if matches!(value, Value::Null) {
        return;
    }
    let written = sides.target.sql_type().is_some_and(|target| write_as(sides, target, value, out));
    if !written {
        value.push_to(out);
    }
}

/// Appends the text in the type of the target; `false` if that is no other than the value's own, or there is none.
fn write_as(sides: &Sides<'_>, target: &SqlType, value: Value<'_>, out: &mut String) -> bool {
    match (target, value) {
        (SqlType::Timestamp, Value::Date(date)) => Value::Timestamp(date.midnight()).push_to(out),
        (SqlType::TimestampTz, Value::Date(date)) => Value::TimestampTz(date.midnight()).push_to(out),
        (SqlType::TimestampTz, Value::Timestamp(at)) => Value::TimestampTz(at).push_to(out),
        (SqlType::Timestamp, Value::TimestampTz(at)) => Value::Timestamp(wall(at, sides.zone)).push_to(out),
        (SqlType::Date, Value::Timestamp(at)) if is_midnight(at) => Value::Date(at.date()).push_to(out),
        (SqlType::Date, Value::TimestampTz(at)) if is_midnight(wall(at, sides.zone)) => {
            Value::Date(wall(at, sides.zone).date()).push_to(out);
        }
        (SqlType::BigInt, Value::Timestamp(at) | Value::TimestampTz(at)) => Value::Int(at.0).push_to(out),
        (SqlType::Int | SqlType::BigInt, Value::Date(date)) => Value::Int(date.0.into()).push_to(out),
        (SqlType::BigInt, Value::Time(time)) => Value::Int(time.0).push_to(out),
        (SqlType::SmallInt | SqlType::Int | SqlType::BigInt, Value::Bool(bool)) => {
            Value::Int(bool.into()).push_to(out);
        }
        // `boolean::text` is spelt out, unlike a `boolean` itself.
        (SqlType::Text | SqlType::Varchar(_), Value::Bool(bool)) => {
            out.push_str(if bool { "true" } else { "false" });
        }
        // `inet::text` has the length of the prefix, unlike an `inet` itself.
        (SqlType::Text | SqlType::Varchar(_), Value::Inet(network)) => Value::Cidr(network).push_to(out),
        (SqlType::Inet, Value::Cidr(network)) => Value::Inet(network).push_to(out),
        (SqlType::Text | SqlType::Varchar(_), Value::Text(text)) if is_char(sides.source) => {
            out.push_str(text.trim_end_matches(' '));
        }
        (SqlType::Char(length), Value::Text(text)) if is_char(sides.source) => {
            let text = text.trim_end_matches(' ');
            let blanks = (*length as usize).saturating_sub(text.chars().count());
            out.push_str(text);
            out.extend(std::iter::repeat_n(' ', blanks));
        }
        (SqlType::Jsonb, Value::Json(text)) => return canonical(text).is_some_and(|text| push(out, &text)),
        (SqlType::Json | SqlType::Jsonb, Value::Array(_)) => value.write_json(out),
        (SqlType::Numeric(_) | SqlType::Money | SqlType::Real | SqlType::Double, _) => {
            return write_number(target, value, out);
        }
        (_, Value::Real(_) | Value::Float(_) | Value::Decimal(_)) if target.int_range().is_some() => {
            let whole = Numeric::read(&value.to_string(), None).and_then(|number| match number {
                Numeric::Short(decimal) => decimal.with_scale(0),
                Numeric::Long(_) => None,
            });
            return whole.is_some_and(|whole| push(out, &whole.to_string()));
        }
        _ => return false,
    }
    true
}

/// Appends a number in a type of numbers that are not integers; `false` as above.
#[expect(clippy::cast_precision_loss, reason = "only exact numbers are cast")]
fn write_number(target: &SqlType, value: Value<'_>, out: &mut String) -> bool {
    match (target, value) {
        (SqlType::Numeric(None), Value::Money(amount)) => Value::Decimal(amount.to_decimal()).push_to(out),
        (SqlType::Numeric(Some(limits)), _) => {
            let short = decimal(value).zip(u8::try_from(limits.1).ok());
            if let Some(decimal) = short.and_then(|(decimal, scale)| decimal.with_scale(scale)) {
                Value::Decimal(decimal).push_to(out);
                return true;
            }
            return write_rounded(*limits, value, out);
        }
        // Without an exponent.
        (SqlType::Numeric(None), Value::Real(_) | Value::Float(_)) => {
            return Numeric::read(&value.to_string(), None).is_some_and(|number| push_number(number, out));
        }
        (SqlType::Money, Value::Int(_) | Value::Decimal(_)) => {
            let cents = decimal(value).and_then(|decimal| decimal.with_scale(2));
            return cents.is_some_and(|cents| push(out, &Money(cents.units).to_string()));
        }
        (SqlType::Double, Value::Real(real)) => Value::Float(real.into()).push_to(out),
        (SqlType::Double, Value::Int(int)) if int.unsigned_abs() <= EXACT_IN_DOUBLE => {
            Value::Float(int as f64).push_to(out);
        }
        (SqlType::Real, Value::Int(int)) if int.unsigned_abs() <= EXACT_IN_REAL => {
            Value::Real(int as f32).push_to(out);
        }
        (SqlType::Double, Value::Decimal(decimal))
            if decimal.units.unsigned_abs().to_string().len() <= DIGITS_OF_DOUBLE =>
        {
            Value::Float(decimal.to_f64()).push_to(out);
        }
        _ => return false,
    }
    true
}

/// The number as a decimal, if it is one already.
fn decimal(value: Value<'_>) -> Option<Decimal> {
    match value {
        Value::Int(units) => Some(Decimal { units, scale: 0 }),
        Value::Decimal(decimal) => Some(decimal),
        Value::Money(amount) => Some(amount.to_decimal()),
        _ => None,
    }
}

/// Appends a number in a `numeric` of this precision and scale, if that loses nothing, or only digits of a floating
/// number after the ninth place.
fn write_rounded(limits: (u16, u16), value: Value<'_>, out: &mut String) -> bool {
    let is_floating = matches!(value, Value::Real(_) | Value::Float(_));
    if !is_floating && !matches!(value, Value::Int(_) | Value::Decimal(_) | Value::Numeric(_)) {
        return false;
    }
    let text = value.to_string();
    let digits = plain_number(&text).map(|plain| plain.split_once('.').map_or(0, |(_, digits)| digits.len()));
    let lossless = digits.is_some_and(|digits| digits <= usize::from(limits.1));
    let lossless = lossless || is_floating && limits.1 >= FINE_SCALE;
    let number = if lossless { Numeric::read(&text, Some(limits)) } else { None };
    number.is_some_and(|number| push_number(number, out))
}

fn push(out: &mut String, text: &str) -> bool {
    out.push_str(text);
    true
}

fn push_number(number: Numeric, out: &mut String) -> bool {
    // Writing to a String cannot fail.
    let _ = match number {
        Numeric::Short(decimal) => write!(out, "{decimal}"),
        Numeric::Long(text) => out.write_str(&text),
    };
    true
}

fn is_char(source: &SqlType) -> bool {
    matches!(source, SqlType::Char(_))
}

fn is_midnight(at: Timestamp) -> bool {
    matches!(at, Timestamp::MIN | Timestamp::MAX) || at.0.rem_euclid(DAY) == 0
}

/// The wall time of an instant in a zone.
fn wall(at: Timestamp, zone: i64) -> Timestamp {
    if matches!(at, Timestamp::MIN | Timestamp::MAX) { at } else { at.plus(zone) }
}
