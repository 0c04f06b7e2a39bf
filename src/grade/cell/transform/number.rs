//! What may have been done to a number.
//!
//! Owns the mapping of numbers, exact in decimal digits. Must not know any column.

use super::super::reading::Exact;
use super::Transform;
use crate::value::Value;

/// A number, and the text that was found.
pub(super) struct Numbers {
    expected: Option<Exact>,
    /// The nearest floating number.
    float: f64,
    found: Option<Exact>,
    text: String,
}

impl Numbers {
    pub fn of(expected: Value<'_>, found: &str) -> Option<Self> {
        // Amounts of money without their currency.
        let plain = format!("{expected:#}");
        let float = plain.parse().ok().filter(|float: &f64| float.is_finite())?;
        let text = found.trim().to_owned();
        Some(Self { expected: Exact::read(&plain), float, found: Exact::read(&text), text })
    }

    pub fn are_mapped_by(&self, transform: Transform) -> bool {
        match transform {
            Transform::Float32 => self.is_float32(),
            Transform::Float64 => self.is_float64(),
            Transform::Formatted => self.is_formatted(),
            _ => self.in_digits(transform).unwrap_or(false),
        }
    }

    /// Whether a transform that is one of decimal digits maps them; `None` if they cannot be calculated with.
    fn in_digits(&self, transform: Transform) -> Option<bool> {
        let (expected, found) = (self.expected?, self.found?);
        let scale = expected.scale.max(found.scale);
        let (from, to) = (expected.at_scale(scale)?, found.at_scale(scale)?);
        Some(match transform {
            _ if from == to => false,
            Transform::Rounded(digits) => {
                let unit = 10_i128.checked_pow(scale.checked_sub(digits.into())?)?;
                // A half goes up, down or to the even digit, as the tool has it.
                to % unit == 0 && to.checked_sub(from)?.checked_abs()?.checked_mul(2)? <= unit
            }
            Transform::Truncated(digits) => {
                let unit = 10_i128.checked_pow(scale.checked_sub(digits.into())?)?;
                to == from - from % unit
            }
            Transform::Scaled(power) => {
                let factor = 10_i128.checked_pow(power.unsigned_abs().into())?;
                let (small, large) = if power < 0 { (to, from) } else { (from, to) };
                from != 0 && small.checked_mul(factor)? == large
            }
            Transform::SignLost => to == -from && to > 0,
            _ => false,
        })
    }

    /// Whether the text is that of the nearest `real`: its shortest one, its exact value, or six digits of it.
    #[expect(clippy::cast_possible_truncation, reason = "the nearest real is what is looked for")]
    fn is_float32(&self) -> bool {
        let real = self.float as f32;
        let Ok(found) = self.text.parse::<f64>() else { return false };
        let six_digits: Option<f64> = format!("{real:.5e}").parse().ok();
        let is_shortest = format!("{real}").parse() == Ok(found);
        found != self.float && (is_shortest || found == f64::from(real) || six_digits == Some(found))
    }

    /// Whether the text is that of the nearest `double precision`, whose digits are others.
    fn is_float64(&self) -> bool {
        let is_other = self.expected.is_none() || self.expected != self.found;
        is_other && self.text.parse() == Ok(self.float)
    }

    /// Whether the text is the number with separators of thousands, with a decimal comma, or with a currency.
    fn is_formatted(&self) -> bool {
        if self.found.is_some() || self.expected.is_none() {
            return false;
        }
        let bare =
            self.text.trim_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '+' | '.' | ','));
        let without = |marks: &[char]| bare.replace(|c: char| c.is_whitespace() || marks.contains(&c), "");
        let readings = [without(&[',', '_', '\'']), without(&['.', '_', '\'']).replacen(',', ".", 1)];
        readings.iter().any(|text| Exact::read(text) == self.expected)
    }
}
