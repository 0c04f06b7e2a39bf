//! The text of a value as Python's `str` gives it, which is what Faker writes into texts.
//!
//! Owns where that is another text than PostgreSQL's: truth values, nulls, and fractions of a second.

use crate::value::{SECOND, TimeOfDay, Timestamp, Value};

/// Appends the text of a value: `True`, `None`, `2026-01-01 12:00:00.120000`.
pub fn push_text(value: Value<'_>, out: &mut String) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(bool) => out.push_str(if bool { "True" } else { "False" }),
        value => value.push_to(out),
    }
    if let Value::Time(TimeOfDay(micros)) | Value::Timestamp(Timestamp(micros)) = value {
        let mut fraction = micros.rem_euclid(SECOND);
        while fraction != 0 && fraction % 10 == 0 {
            out.push('0');
            fraction /= 10;
        }
    }
}
