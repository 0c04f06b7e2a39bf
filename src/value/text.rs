//! The text of numbers of the floating types and of arrays, as PostgreSQL prints them.
//!
//! Owns these two rules alone; what an element prints is its value's.

use std::fmt::{self, Write as _};

use super::{Items, Value};

/// Digits up to which a whole number of a `real` prints without an exponent.
pub(super) const DIGITS_OF_REAL: i32 = 6;
/// The same of a `double precision`.
pub(super) const DIGITS_OF_DOUBLE: i32 = 15;

/// A floating number of which the shortest digits are given in the form `1.5e-7`: fixed from 0.0001 to
/// `digits` digits before the point, else with an exponent of two digits at least
/// (`to_chars` in PostgreSQL's `d2s.c`).
pub(super) fn float(f: &mut fmt::Formatter<'_>, shortest: &str, digits: i32) -> fmt::Result {
    let Some((mantissa, exponent)) = shortest.split_once('e') else {
        // Neither infinite nor no number: such are never drawn.
        return f.write_str(shortest);
    };
    let exponent: i32 = exponent.parse().map_err(|_| fmt::Error)?;
    if mantissa.trim_start_matches('-') != "0" && !(-4..digits).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return write!(f, "{mantissa}e{sign}{:02}", exponent.abs());
    }
    let number: f64 = shortest.parse().map_err(|_| fmt::Error)?;
    if digits == DIGITS_OF_DOUBLE {
        return write!(f, "{number}");
    }
    write!(f, "{}", number as f32)
}

/// `{a,"b c",NULL}`: quoted where an element is empty, the word NULL, or holds what would end it
/// (<https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO>).
pub(super) fn array(f: &mut fmt::Formatter<'_>, items: &Items<'_>) -> fmt::Result {
    f.write_char('{')?;
    let mut text = String::new();
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            f.write_char(',')?;
        }
        text.clear();
        match f.alternate() {
            true => write!(text, "{item:#}")?,
            false => write!(text, "{item}")?,
        }
        let special = |c: char| matches!(c, '{' | '}' | ',' | '"' | '\\' | ' ' | '\t'..='\r');
        let plain = item == Value::Null
            || !text.is_empty() && !text.contains(special) && !text.eq_ignore_ascii_case("null");
        if plain {
            f.write_str(&text)?;
            continue;
        }
        f.write_char('"')?;
        for c in text.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')?;
    }
    f.write_char('}')
}

#[cfg(test)]
mod tests {
    use crate::value::{SqlType, Value, Values};

    #[test]
    fn floats_print_without_an_exponent_as_long_as_their_digits_are_certain() {
        assert_eq!(Value::Real(123_456.0).to_string(), "123456");
        assert_eq!(Value::Real(1_234_567.0).to_string(), "1.234567e+06");
        assert_eq!(Value::Real(0.1).to_string(), "0.1");
        assert_eq!(Value::Float(0.0001).to_string(), "0.0001");
        assert_eq!(Value::Float(-0.000_012_5).to_string(), "-1.25e-05");
        assert_eq!(Value::Float(123_456_789_012_345.0).to_string(), "123456789012345");
        assert_eq!(Value::Float(1e15).to_string(), "1e+15");
        assert_eq!(Value::Float(0.0).to_string(), "0");
    }

    #[test]
    fn arrays_quote_what_would_be_read_otherwise() {
        let mut values = Values::of(&SqlType::Array(Box::new(SqlType::Text)));
        values.push_items(|items| {
            for text in ["a", "b c", "", "null", "say \"\\\""] {
                items.push_text(text);
            }
            items.push_null();
        });
        assert_eq!(values.get(0).to_string(), r#"{a,"b c","","null","say \"\\\"",NULL}"#);
    }
}
