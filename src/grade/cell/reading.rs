//! Texts of a warehouse read as numbers, times and other values, in whatever form a tool has left them.
//!
//! Owns the forms. Must not know what they are compared with.

use crate::value::{DAY, Date, Numeric, SqlType, Timestamp, Value, Values};

/// More digits than this are not calculated with.
const MOST_DIGITS: usize = 30;

/// The text as values of one row, if PostgreSQL reads it as the type.
pub(super) fn read(sql_type: &SqlType, text: &str) -> Option<Values> {
    let mut values = Values::of(sql_type);
    values.read(sql_type, text).then_some(values)
}

/// The number with neither trailing zeros after the point, nor an exponent: the same text for equal numbers.
pub(super) fn plain_number(text: &str) -> Option<String> {
    let mut plain = match Numeric::read(text.trim(), None)? {
        Numeric::Short(decimal) => decimal.to_string(),
        Numeric::Long(text) => text,
    };
    if plain.contains('.') {
        plain.truncate(plain.trim_end_matches('0').trim_end_matches('.').len());
    }
    Some(plain)
}

/// A decimal number: `units / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    pub units: i128,
    pub scale: u32,
}

impl Exact {
    /// Reads a number; `None` if it is none, not finite, or has more than 30 digits.
    pub(super) fn read(text: &str) -> Option<Self> {
        let plain = plain_number(text)?;
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits = format!("{whole}{fraction}");
        let scale = u32::try_from(fraction.len()).ok()?;
        (digits.len() <= MOST_DIGITS).then_some(Self { units: digits.parse().ok()?, scale })
    }

    /// The units that the number has at a scale not below its own.
    pub(super) fn at_scale(self, scale: u32) -> Option<i128> {
        self.units.checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }
}

/// An instant as a text has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Microseconds since 1970 in UTC; without a zone, of the wall time as if it were UTC. The ends of `i64` are
    /// infinite.
    pub micros: i64,
    /// Whether it has a zone.
    pub zoned: bool,
}

/// Reads a day or an instant. Days after the last instant of PostgreSQL are infinite.
pub(super) fn stamp(text: &str) -> Option<Stamp> {
    let text = text.trim();
    if let Some(at) = Timestamp::read(text) {
        return Some(Stamp { micros: at.0, zoned: has_zone(text) });
    }
    match read(&SqlType::Date, text)?.get(0) {
        Value::Date(Date(days)) => {
            Some(Stamp { micros: i64::from(days).saturating_mul(DAY), zoned: has_zone(text) })
        }
        _ => None,
    }
}

/// Whether a text that is an instant names a zone.
fn has_zone(text: &str) -> bool {
    let Some(clock) = text.find(':').and_then(|at| text.get(at..)) else { return false };
    let lower = clock.to_ascii_lowercase();
    lower.contains(['+', '-', 'z']) || lower.contains("utc") || lower.contains("gmt")
}

/// A boolean; also as a number of any type.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.trim() {
        "1.0" => Some(true),
        "0.0" => Some(false),
        text => match read(&SqlType::Boolean, text)?.get(0) {
            Value::Bool(truth) => Some(truth),
            _ => None,
        },
    }
}

/// The bytes in Base64, as RFC 4648 has it, padded.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .enumerate()
            .fold(0_usize, |group, (place, byte)| group | usize::from(*byte) << (16 - 8 * place));
        for place in 0..4 {
            let digit = char::from(DIGITS[group >> (18 - 6 * place) & 63]);
            out.push(if place <= chunk.len() { digit } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_one_plain_text() {
        for text in ["1", "1.0", " 1e0", "+1.000", "0.1e1", "100e-2"] {
            assert_eq!(plain_number(text).as_deref(), Some("1"), "{text}");
        }
        for text in ["0", "-0", "-0.00", "0e5"] {
            assert_eq!(plain_number(text).as_deref(), Some("0"), "{text}");
        }
        assert_eq!(plain_number("nan").as_deref(), Some("NaN"));
        assert_eq!(plain_number("100").as_deref(), Some("100"));
        for text in ["", "x", "1,5", "0x1", "1 2"] {
            assert_eq!(plain_number(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_is_seen_in_every_form_and_a_hyphen_of_a_date_is_none() {
        for (text, zoned) in [
            ("2026-01-01 00:00:00+00", true),
            ("2026-01-01T00:00:00Z", true),
            ("2026-01-01 00:00:00 UTC", true),
            ("2026-01-01 00:00:00-03:30", true),
            ("2026-01-01 00:00:00", false),
            ("2026-01-01", false),
            ("0044-03-15 00:00:00 BC", false),
            ("infinity", false),
        ] {
            assert_eq!(stamp(text).map(|stamp| stamp.zoned), Some(zoned), "{text}");
        }
    }

    #[test]
    fn bytes_are_written_in_padded_base64() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
