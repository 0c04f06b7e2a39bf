//! Reads texts as values of a type.
//!
//! Owns which texts are values of which types: those that PostgreSQL reads as the same value, whatever its version
//! and settings. `docs/types.md` lists the few other forms that PostgreSQL accepts. Must not know where the text
//! comes from.

mod interval;
mod moment;

use super::numeric::{self, Numeric};
use super::values::Store;
use super::{Money, Network, SqlType, Texts, TimeOfDay, Timestamp, Values, array, json, network};

/// The whitespace that PostgreSQL skips around most values.
const BLANKS: [char; 6] = [' ', '\t', '\n', '\r', '\x0b', '\x0c'];

impl Values {
    /// Reads a text as a value of the type, for which the buffer was created, and adds it; returns `false` and
    /// adds nothing if that fails.
    pub fn read(&mut self, sql_type: &SqlType, text: &str) -> bool {
        self.read_as(sql_type, text).is_some()
    }

    fn read_as(&mut self, sql_type: &SqlType, text: &str) -> Option<()> {
        let word = text.trim_matches(BLANKS);
        match (&mut self.store, sql_type) {
            (Store::Text(texts), SqlType::Char(length)) => {
                if text.chars().count() > *length as usize {
                    return None;
                }
                texts.push_with(|buffer| {
                    let start = buffer.len();
                    buffer.push_str(text);
                    Texts::pad(buffer, start, *length);
                });
            }
            (Store::Text(texts), _) => {
                let fits = match sql_type {
                    SqlType::Varchar(Some(length)) => text.chars().count() <= *length as usize,
                    SqlType::Enum(declared) => declared.labels.iter().any(|label| label == text),
                    _ => true,
                };
                if !fits {
                    return None;
                }
                texts.push_with(|buffer| buffer.push_str(text));
            }
            (Store::Json(texts), SqlType::Jsonb) => {
                let document = json::canonical(text)?;
                texts.push_with(|buffer| buffer.push_str(&document));
            }
            (Store::Json(texts), _) => {
                json::canonical(text)?;
                texts.push_with(|buffer| buffer.push_str(text));
            }
            (Store::Int(values), _) => {
                let holds = sql_type.int_range()?;
                values.push(word.parse().ok().filter(|int| holds.contains(int))?);
            }
            (Store::Real(values), _) => values.push(float(word, f32::INFINITY, f32::NAN)?),
            (Store::Float(values), _) => values.push(float(word, f64::INFINITY, f64::NAN)?),
            (Store::Decimal(numbers), _) => {
                let limits = if let SqlType::Numeric(limits) = sql_type { *limits } else { None };
                numbers.push_numeric(Numeric::read(word, limits)?);
            }
            (Store::Money(values), _) => values.push(Money::parse(word)?),
            (Store::Bool(values), _) => values.push(truth(&word.to_ascii_lowercase())?),
            (Store::Date(values), _) => values.push(moment::date(word)?),
            (Store::Time(values), _) => values.push(TimeOfDay(moment::time(word)?)),
            // PostgreSQL ignores a zone if the type has none.
            (Store::Timestamp(values), _) => values.push(moment::instant(word)?.wall()?),
            (Store::TimestampTz(values), _) => values.push(Timestamp::read(word)?),
            (Store::Interval(values), _) => values.push(interval::read(word)?),
            (Store::Uuid(values), _) => values.push(network::parse_uuid(text)?),
            (Store::Bytes(bytes, ends), _) => {
                let start = bytes.len();
                if network::parse_bytes(text, bytes).is_none() {
                    bytes.truncate(start);
                    return None;
                }
                ends.push(bytes.len());
            }
            (Store::Inet(values), _) => values.push(Network::inet(text)?),
            (Store::Cidr(values), _) => values.push(Network::cidr(text)?),
            (Store::MacAddr(values), _) => values.push(network::parse_mac(word)?),
            (Store::Array(items, ends, shapes), SqlType::Array(element)) => {
                let before = items.clone();
                let Some(shape) = array::read(items, element, text) else {
                    *items = before;
                    return None;
                };
                shapes.push(ends.len(), shape);
                ends.push(items.len());
            }
            (Store::Array(..), _) => return None,
        }
        Some(())
    }
}

impl Timestamp {
    /// Reads an instant as a `timestamptz` reads it, in UTC if it has no zone.
    pub fn read(text: &str) -> Option<Self> {
        moment::instant(text)?.instant()
    }
}

/// A number that Rust and PostgreSQL both accept, or one of PostgreSQL's words; numbers that overflow or underflow the
/// type are rejected.
fn float<F>(word: &str, infinity: F, nan: F) -> Option<F>
where
    F: std::str::FromStr + PartialEq + Copy + std::ops::Neg<Output = F> + Default,
{
    match numeric::special(word) {
        // The sign of NaN depends on the C library.
        Some(numeric::NAN) => return (!word.starts_with(['+', '-'])).then_some(nan),
        Some(numeric::INFINITY) => return Some(infinity),
        Some(_) => return Some(-infinity),
        None => {}
    }
    let sound = word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    let float: F = if sound { word.parse().ok()? } else { return None };
    let mantissa = word.split(['e', 'E']).next()?;
    let is_zero = !mantissa.contains(|digit: char| matches!(digit, '1'..='9'));
    (float != infinity && float != -infinity && (float == F::default()) == is_zero).then_some(float)
}

/// A boolean, or an unambiguous prefix of one of its words.
fn truth(word: &str) -> Option<bool> {
    let is = |whole: &str, least: usize| word.len() >= least && whole.starts_with(word);
    if word == "1" || is("true", 1) || is("yes", 1) || is("on", 2) {
        return Some(true);
    }
    (word == "0" || is("false", 1) || is("no", 1) || is("off", 2)).then_some(false)
}
