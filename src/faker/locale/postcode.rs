//! How postal codes are written.
//!
//! Owns the form `00-000`, in which zeros stand for the digits of a code's number; which numbers a town has is
//! the locale's.

use super::super::pattern::{POWERS, UPPER, distinct, fill, push_number};
use super::super::texts::bound;
use crate::stream::Stream;

/// A part of a postal code.
enum Part {
    /// `width` digits of the number, with `behind` more of it after them.
    Digits { width: usize, behind: usize },
    /// It stands for itself.
    Text(&'static str),
    /// A pattern, as `pattern::fill` reads it.
    Pattern(&'static str),
}

/// The form of postal codes.
pub struct Postcode {
    parts: Vec<Part>,
    /// The letters that `?` stands for.
    letters: &'static [u8],
    /// Digits of the number, or more if it has more.
    digits: usize,
    /// Characters besides the number.
    others: usize,
}

impl Postcode {
    /// The form that the text says: zeros are the number's digits, `?` is one of the letters (of any capital
    /// letter if there are none), `#` a digit and so on, all else stands for itself.
    pub fn of(form: &'static str, letters: &'static str) -> Self {
        let digits = form.bytes().filter(|byte| *byte == b'0').count();
        let (mut parts, mut rest, mut behind) = (Vec::new(), form, digits);
        while !rest.is_empty() {
            let width = rest.len() - rest.trim_start_matches('0').len();
            let length = if width > 0 { width } else { rest.find('0').unwrap_or(rest.len()) };
            behind -= width;
            parts.push(match width {
                // What makes one text only has no placeholders.
                0 if distinct(&[&rest[..length]], UPPER) == Some(1) => Part::Text(&rest[..length]),
                0 => Part::Pattern(&rest[..length]),
                width => Part::Digits { width, behind },
            });
            rest = &rest[length..];
        }
        let letters = if letters.is_empty() { UPPER } else { letters.as_bytes() };
        Self { parts, letters, digits, others: form.chars().count() - digits }
    }

    /// Appends the postal code of this number, with draws for what the number does not say.
    pub fn push(&self, number: u32, stream: &mut Stream, out: &mut String) {
        let number = u64::from(number);
        for part in &self.parts {
            match *part {
                Part::Digits { width, behind } => {
                    let front = number / POWERS[behind];
                    if width + behind < self.digits {
                        push_number(front % POWERS[width], width, out);
                    } else if front < POWERS[width] {
                        push_number(front, width, out);
                    } else {
                        push_number(front, digits(front), out);
                    }
                }
                Part::Text(text) => out.push_str(text),
                Part::Pattern(pattern) => fill(pattern, self.letters, stream, out),
            }
        }
    }

    /// Characters of the postal code of this number.
    pub fn chars(&self, number: u32) -> u32 {
        bound(self.digits.max(digits(number.into())) + self.others)
    }
}

/// How many digits the number has.
fn digits(number: u64) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

#[cfg(test)]
mod tests {
    use super::super::super::texts::chars;
    use super::*;

    fn written(form: &'static str, letters: &'static str, number: u32) -> String {
        let (form, mut out) = (Postcode::of(form, letters), String::new());
        form.push(number, &mut Stream::from_bits(1), &mut out);
        assert_eq!(chars(&out), form.chars(number), "{out}");
        out
    }

    #[test]
    fn zeros_are_the_digits_of_the_number() {
        assert_eq!(written("00000", "", 1_067), "01067");
        assert_eq!(written("00-000", "", 950), "00-950");
        assert_eq!(written("〒000-0000", "", 600_001), "〒060-0001");
        assert_eq!(written("0 ??", "A", 7), "7 AA");
        assert_eq!(written("0 ??", "A", 25), "25 AA");
    }
}
