//! What may have been done to a text.
//!
//! Owns the mapping of characters. Must not know any column.

use super::super::reading::{plain_number, stamp};
use super::Transform;
use crate::faker::folded;
use crate::value::Value;

/// A text, and the one that was found.
pub(super) struct Texts<'a> {
    expected: std::borrow::Cow<'a, str>,
    found: &'a str,
}

impl<'a> Texts<'a> {
    pub fn of(expected: Value<'a>, found: &'a str) -> Self {
        let expected = match expected {
            Value::Text(text) | Value::Json(text) => text.into(),
            other => other.to_string().into(),
        };
        Self { expected, found }
    }

    /// The characters that it was cut to, if it was cut.
    pub fn cut(&self) -> Option<u32> {
        let (expected, found) = (&*self.expected, self.found);
        let cut = !found.is_empty() && expected.len() > found.len() && expected.starts_with(found);
        if cut { u32::try_from(found.chars().count()).ok() } else { None }
    }

    pub fn are_mapped_by(&self, transform: Transform) -> bool {
        let (expected, found) = (&*self.expected, self.found);
        if expected == found {
            return false;
        }
        match transform {
            Transform::Trimmed => {
                found == expected.trim() || found == expected.trim_end() || found == expected.trim_start()
            }
            Transform::Padded => {
                let rest = found.strip_prefix(expected).or_else(|| found.strip_suffix(expected));
                rest.is_some_and(|rest| rest.trim_matches(' ').is_empty())
            }
            Transform::UpperCase => {
                found == expected.to_uppercase() || found == expected.to_ascii_uppercase()
            }
            Transform::LowerCase => {
                found == expected.to_lowercase() || found == expected.to_ascii_lowercase()
            }
            Transform::LineBreaks => {
                expected.contains(['\n', '\r']) && {
                    let plain = with_breaks(expected, "\n");
                    plain == with_breaks(found, "\n")
                        || ["", " ", "\\n"].iter().any(|mark| found == plain.replace('\n', mark))
                }
            }
            Transform::Mojibake => {
                let once = [latin1, windows1252].map(|decode| misread(expected, decode));
                let twice = [latin1, windows1252].map(|decode| misread(&misread(expected, decode), decode));
                once.iter().chain(&twice).any(|text| text == found)
            }
            Transform::AccentsLost => is_folded(expected, found),
            Transform::NotAsciiLost => {
                let replaced = |mark: &str| -> String {
                    let mark = |c: char| if c.is_ascii() { c.to_string() } else { mark.to_owned() };
                    expected.chars().map(mark).collect()
                };
                let by_byte = || -> String {
                    let marks = |c: char| if c.is_ascii() { c.to_string() } else { "?".repeat(c.len_utf8()) };
                    expected.chars().map(marks).collect()
                };
                !expected.is_ascii()
                    && (["", "?", "\u{fffd}"].iter().any(|mark| found == replaced(mark))
                        || found == by_byte())
            }
            Transform::Quoted => ['"', '\''].iter().any(|mark| {
                let inner = found.strip_prefix(*mark).and_then(|rest| rest.strip_suffix(*mark));
                inner == Some(expected)
            }),
            Transform::LeadingZerosLost => is_without_zeros(expected, found),
            Transform::TextToNumber => {
                let number = plain_number(expected);
                number.is_some() && number == plain_number(found)
            }
            Transform::TextToTime => {
                let micros = |text| stamp(text).map(|stamp| stamp.micros);
                micros(expected).is_some() && micros(expected) == micros(found)
            }
            Transform::CutTo(chars) => self.cut() == Some(chars),
            _ => false,
        }
    }
}

/// The text with every line break as this one.
fn with_breaks(text: &str, mark: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', mark)
}

/// Whether the text is the digits without the zeros before them, perhaps as a number with a fraction of 0.
fn is_without_zeros(expected: &str, found: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rest = expected.trim_start_matches('0');
    let rest = if rest.is_empty() { "0" } else { rest };
    digits(expected) && rest.len() < expected.len() && found.strip_suffix(".0").unwrap_or(found) == rest
}

/// The bytes of the text, each read as a character.
fn misread(text: &str, decode: fn(u8) -> char) -> String {
    text.bytes().map(decode).collect()
}

fn latin1(byte: u8) -> char {
    char::from(byte)
}

/// The characters that Windows-1252 has where Latin-1 has control characters, from 0x80 on; the five bytes that it does
/// not define stay control characters (<https://encoding.spec.whatwg.org/#windows-1252>).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows1252(byte: u8) -> char {
    let place = byte.checked_sub(0x80).map(usize::from);
    place.and_then(|place| WINDOWS_1252.get(place)).copied().unwrap_or(char::from(byte))
}

/// Whether the found text has ASCII letters for letters with accents, and all else as it was.
fn is_folded(expected: &str, found: &str) -> bool {
    let mut rest = found;
    for c in expected.chars() {
        let after = if c.is_ascii() {
            rest.strip_prefix(c)
        } else {
            let letters = folded(c.encode_utf8(&mut [0; 4]), &[]);
            let there = rest.get(..letters.len()).filter(|there| there.eq_ignore_ascii_case(&letters));
            if letters.is_empty() { rest.strip_prefix(c) } else { there.map(|_| &rest[letters.len()..]) }
        };
        let Some(after) = after else { return false };
        rest = after;
    }
    rest.is_empty()
}
