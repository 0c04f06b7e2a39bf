//! Numbers of `numeric` as PostgreSQL reads and prints them, with as many digits as it keeps.
//!
//! Owns the reading of a text, its rounding to a column's digits, and how a column stores numbers that do not fit
//! into a [`Decimal`]. Must not know how a number is encoded.

use super::{Decimal, Texts, Value};

/// The most digits before the point and after it: <https://www.postgresql.org/docs/current/datatype-numeric.html>
const MOST_BEFORE: i64 = 131_072;
const MOST_AFTER: i64 = 16_383;
/// Decimals of more digits than this may not fit their 64 bits.
const SHORT: usize = 18;
/// Values that are not numbers, shared with the floating types.
pub(super) const NAN: &str = "NaN";
pub(super) const INFINITY: &str = "Infinity";

/// A number as read from a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Numeric {
    /// A number that fits into a decimal.
    Short(Decimal),
    /// Any other, as PostgreSQL prints it.
    Long(String),
}

impl Numeric {
    /// Reads `-12.50`, `1.5e-7`, `NaN`, `-Infinity`. With a precision and a scale the number is rounded to the scale,
    /// half away from zero; `None` if it then has too many digits before the point.
    pub fn read(word: &str, limits: Option<(u16, u16)>) -> Option<Self> {
        if let Some(special) = special(word) {
            let holds = special == NAN && !word.starts_with(['+', '-']) || special != NAN && limits.is_none();
            return holds.then(|| Self::Long(special.to_owned()));
        }
        let (negative, rest) = match word.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, word.strip_prefix('+').unwrap_or(word)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let sound = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !sound(whole) || !sound(fraction) {
            return None;
        }
        let before = exponent.saturating_add_unsigned(whole.len() as u64);
        let after = (-exponent).saturating_add_unsigned(fraction.len() as u64);
        if before > MOST_BEFORE || after > MOST_AFTER {
            return None;
        }
        let (whole, mut fraction) = written_out(whole, fraction, exponent);
        let mut whole = whole.trim_start_matches('0').to_owned();
        if let Some((precision, scale)) = limits {
            round(&mut whole, &mut fraction, scale.into());
            if whole.len() > usize::from(precision - scale) {
                return None;
            }
        }
        Some(Self::of(negative, &whole, &fraction))
    }

    fn of(negative: bool, whole: &str, fraction: &str) -> Self {
        let negative = negative && whole.bytes().chain(fraction.bytes()).any(|digit| digit != b'0');
        if whole.len() + fraction.len() <= SHORT
            && let Ok(units) = format!("0{whole}{fraction}").parse::<i64>()
            && let Ok(scale) = u8::try_from(fraction.len())
        {
            let units = if negative { -units } else { units };
            return Self::Short(Decimal { units, scale });
        }
        let (sign, whole) = (if negative { "-" } else { "" }, if whole.is_empty() { "0" } else { whole });
        let point = if fraction.is_empty() { "" } else { "." };
        Self::Long(format!("{sign}{whole}{point}{fraction}"))
    }
}

/// `NaN`, `Infinity` or `-Infinity`, in any case, or abbreviated; a sign before `NaN` is ignored.
pub(super) fn special(word: &str) -> Option<&'static str> {
    let (negative, name) = match word.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    match name.to_ascii_lowercase().as_str() {
        "nan" => Some(NAN),
        "inf" | "infinity" if negative => Some("-Infinity"),
        "inf" | "infinity" => Some(INFINITY),
        _ => None,
    }
}

/// An exponent with its sign.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sound = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if sound { text.parse().ok() } else { None }
}

/// The digits before the point and after it of a number with an exponent: `1.50e1` is `15` and `0`.
pub(super) fn written_out(whole: &str, fraction: &str, exponent: i64) -> (String, String) {
    let mut digits = format!("{whole}{fraction}");
    let shift = usize::try_from(exponent.unsigned_abs()).unwrap_or(usize::MAX);
    let (zeros, scale) = match exponent < 0 {
        true => (0, fraction.len().saturating_add(shift)),
        false => (shift.saturating_sub(fraction.len()), fraction.len().saturating_sub(shift)),
    };
    digits.extend(std::iter::repeat_n('0', zeros));
    if digits.len() < scale {
        digits.insert_str(0, &"0".repeat(scale - digits.len()));
    }
    let fraction = digits.split_off(digits.len() - scale);
    (digits, fraction)
}

/// Rounds to exactly `scale` digits after the point.
fn round(whole: &mut String, fraction: &mut String, scale: usize) {
    let up = fraction.as_bytes().get(scale).is_some_and(|digit| *digit >= b'5');
    fraction.truncate(scale);
    fraction.extend(std::iter::repeat_n('0', scale - fraction.len()));
    if !up {
        return;
    }
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    let mut carry = true;
    for digit in digits.iter_mut().rev() {
        if !carry {
            break;
        }
        carry = *digit == b'9';
        *digit = if carry { b'0' } else { *digit + 1 };
    }
    if carry {
        digits.insert(0, b'1');
    }
    let at = digits.len() - scale;
    *whole = digits[..at].iter().copied().map(char::from).collect();
    *fraction = digits[at..].iter().copied().map(char::from).collect();
}

/// The numbers of a column: each a decimal, or the place of its text among those that do not fit into one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    decimals: Vec<Decimal>,
    texts: Texts,
}

/// Marks a number that is not a decimal: its units are the place of its text.
const LONG: u8 = u8::MAX;

impl Numbers {
    pub(super) fn clear(&mut self) {
        self.decimals.clear();
        self.texts.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.decimals.len()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.decimals.as_slice()) + self.texts.size()
    }

    pub(super) fn capacity(&self) -> usize {
        self.decimals.capacity() * size_of::<Decimal>() + self.texts.capacity()
    }

    pub(crate) fn push(&mut self, decimal: Decimal) {
        self.decimals.push(decimal);
    }

    pub(crate) fn push_numeric(&mut self, number: Numeric) {
        match number {
            Numeric::Short(decimal) => self.push(decimal),
            Numeric::Long(text) => {
                self.push(Decimal { units: (self.texts.len() as u64).cast_signed(), scale: LONG });
                self.texts.push_with(|buffer| buffer.push_str(&text));
            }
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the units of LONG are the place of a text"
    )]
    pub(super) fn get(&self, row: usize) -> Value<'_> {
        match self.decimals[row] {
            Decimal { units, scale: LONG } => Value::Numeric(self.texts.get(units as usize)),
            decimal => Value::Decimal(decimal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(word: &str, limits: Option<(u16, u16)>) -> Option<String> {
        Numeric::read(word, limits).map(|number| match number {
            Numeric::Short(decimal) => decimal.to_string(),
            Numeric::Long(text) => text,
        })
    }

    #[test]
    fn exponents_are_written_out() {
        for (word, expected) in [
            ("1.50e1", "15.0"),
            ("1e3", "1000"),
            ("-1.5E-3", "-0.0015"),
            ("0e5", "0"),
            ("-0.00", "0.00"),
            ("1e20", "100000000000000000000"),
            ("5.", "5"),
            ("+.5", "0.5"),
            ("123456789012345678901234567890.123", "123456789012345678901234567890.123"),
            ("nan", "NaN"),
            ("-INF", "-Infinity"),
        ] {
            assert_eq!(text(word, None).as_deref(), Some(expected), "{word}");
        }
        for word in ["", ".", "e5", "1e", "1e+", "1 2", "-NaN", "1e131072", "1e-16384", "1_000", "0x1f"] {
            assert_eq!(text(word, None), None, "{word}");
        }
    }

    #[test]
    fn numbers_are_rounded_to_their_scale_half_away_from_zero() {
        for (word, limits, expected) in [
            ("1.235", (4, 2), Some("1.24")),
            ("-1.235", (4, 2), Some("-1.24")),
            ("99.994", (4, 2), Some("99.99")),
            ("99.995", (4, 2), None),
            ("0.4", (3, 0), Some("0")),
            ("9.5", (3, 0), Some("10")),
            ("1", (30, 20), Some("1.00000000000000000000")),
            ("NaN", (4, 2), Some("NaN")),
            ("Infinity", (4, 2), None),
        ] {
            assert_eq!(text(word, Some(limits)).as_deref(), expected, "{word}");
        }
    }
}
