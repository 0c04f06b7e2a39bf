//! Appends the text of a value: that of [`std::fmt::Display`], faster for the most common kinds.
//!
//! Defines no form: kinds without a fast path use `Display`, and a property test checks that both agree.

use std::fmt::Write as _;

use super::{Date, Timestamp, Value};

/// Below these, whole floating numbers are exact and print without an exponent.
const WHOLE_FLOATS: f64 = 1e15;
const WHOLE_REALS: f32 = 1e6;
const DAY_SECONDS: i64 = 86_400;

impl Value<'_> {
    /// Appends the text that the value prints as.
    pub fn push_to(&self, out: &mut String) {
        let pushed = match *self {
            Self::Null => push(out, "NULL"),
            Self::Text(text) | Self::Json(text) => push(out, text),
            Self::Int(int) => push(out, itoa::Buffer::new().format(int)),
            Self::Float(float) if float.abs() < WHOLE_FLOATS => push_whole(out, float),
            Self::Real(real) if real.abs() < WHOLE_REALS => push_whole(out, real.into()),
            Self::Bool(bool) => push(out, if bool { "t" } else { "f" }),
            Self::Date(date) => push_date(out, date),
            Self::Timestamp(at) => push_timestamp(out, at),
            Self::TimestampTz(at) => push_timestamp(out, at) && push(out, "+00"),
            _ => false,
        };
        if !pushed {
            // Writing to a String cannot fail.
            let _ = write!(out, "{self}");
        }
    }
}

fn push(out: &mut String, text: &str) -> bool {
    out.push_str(text);
    true
}

/// Appends a whole number; `false` if it has a fraction or is negative zero.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the comparison finds a fraction; the callers bound the number"
)]
fn push_whole(out: &mut String, float: f64) -> bool {
    let whole = float as i64;
    whole as f64 == float
        && (whole != 0 || float.is_sign_positive())
        && push(out, itoa::Buffer::new().format(whole))
}

/// The digits of a number, with zeros before them.
fn digits<const N: usize>(mut number: u32) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
    }
    digits
}

/// Appends a day of a year with four digits.
fn push_date(out: &mut String, date: Date) -> bool {
    let (year, month, day) = date.ymd();
    if !(1..=9_999).contains(&year) {
        return false;
    }
    let mut text = *b"0000-00-00";
    text[..4].copy_from_slice(&digits::<4>(year.unsigned_abs()));
    text[5..7].copy_from_slice(&digits::<2>(month));
    text[8..].copy_from_slice(&digits::<2>(day));
    push_ascii(out, &text)
}

/// Appends an instant of a year with four digits; of a second's fraction no zeros at its end.
fn push_timestamp(out: &mut String, at: Timestamp) -> bool {
    if !push_date(out, at.date()) {
        return false;
    }
    let of = |number: i64| u32::try_from(number).unwrap_or(0);
    let second = of(at.0.div_euclid(super::SECOND).rem_euclid(DAY_SECONDS));
    let mut text = *b" 00:00:00.000000";
    text[1..3].copy_from_slice(&digits::<2>(second / 3_600));
    text[4..6].copy_from_slice(&digits::<2>(second / 60 % 60));
    text[7..9].copy_from_slice(&digits::<2>(second % 60));
    let fraction = of(at.0.rem_euclid(super::SECOND));
    let end = match fraction {
        0 => 9,
        _ => {
            text[10..].copy_from_slice(&digits::<6>(fraction));
            text.iter().rposition(|digit| *digit != b'0').map_or(9, |last| last + 1)
        }
    };
    push_ascii(out, &text[..end])
}

fn push_ascii(out: &mut String, text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| push(out, text))
}

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "any number of the type will do"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::SECOND;

    fn assert_same(value: Value<'_>) {
        let mut pushed = "before ".to_owned();
        value.push_to(&mut pushed);
        assert_eq!(pushed, format!("before {value}"));
    }

    #[test]
    fn the_ends_of_each_kind_are_pushed_as_they_print() {
        for int in [i64::MIN, -1, 0, 1, i64::MAX] {
            assert_same(Value::Int(int));
        }
        for float in [0.0, -0.0, 0.5, -1.0, 999_999.0, 1e6, 1e14, 999_999_999_999_999.0, 1e15, 1e300, -1e15] {
            assert_same(Value::Float(float));
            assert_same(Value::Real(float as f32));
        }
        for seconds in
            [i64::MIN / SECOND, -62_167_219_201, -62_167_219_200, -1, 0, 253_402_300_799, 253_402_300_800]
        {
            for micros in [0, 1, SECOND - 1] {
                let at = Timestamp(seconds * SECOND + micros);
                assert_same(Value::Timestamp(at));
                assert_same(Value::TimestampTz(at));
                assert_same(Value::Date(at.date()));
            }
        }
        for value in [Value::Null, Value::Text("a \"b\""), Value::Bool(true), Value::Bool(false)] {
            assert_same(value);
        }
    }

    proptest! {
        #[test]
        fn a_value_is_pushed_as_it_prints(bits: u64, whole in -2_000_000_000_i64..2_000_000_000) {
            assert_same(Value::Int(bits.cast_signed()));
            assert_same(Value::Float(whole as f64 / 4.0));
            assert_same(Value::Real(whole as f32 / 1_024.0));
            assert_same(Value::Timestamp(Timestamp(bits.cast_signed() >> 8)));
            assert_same(Value::Timestamp(Timestamp(whole * SECOND)));
            assert_same(Value::Date(Date(whole as i32 / 1_000)));
        }
    }
}
