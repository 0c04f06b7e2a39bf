//! `bothify`, `numerify`, `lexify`, `hexify`: texts whose placeholders are drawn.
//!
//! Owns the placeholders with letters of the config's choice; those of the built-in patterns, whose
//! letters are ASCII, are `faker/pattern.rs`'s.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::super::texts::{bound, chars};
use super::super::{Arguments, Compiled, InvalidArgument};
use crate::stream::Stream;

/// The letters of `?` unless others are given: Python's `string.ascii_letters`.
pub const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A text with placeholders: `#` a digit, `%` 1 to 9, `$` 2 to 9, `!` a digit or nothing, `@` 1 to 9 or
/// nothing, `?` one of the letters. As in Faker no character escapes them.
pub struct Pattern {
    text: Vec<char>,
    letters: Vec<char>,
    digits: bool,
}

impl Pattern {
    /// All placeholders, as `bothify` reads them; `param` is the parameter with the letters.
    pub fn both(
        args: &mut Arguments<'_>,
        text: &str,
        letters: &str,
        param: &'static str,
    ) -> Result<Self, InvalidArgument> {
        if letters.is_empty() && text.contains('?') {
            let message = format!("`{param}` is empty, and the text has a `?`");
            return Err(args.problem(param, message, "give at least one letter"));
        }
        Ok(Self { text: text.chars().collect(), letters: letters.chars().collect(), digits: true })
    }

    /// Most characters of the texts.
    pub fn max_chars(&self) -> u32 {
        bound(self.text.len())
    }

    /// Appends the text with its placeholders drawn.
    pub fn fill(&self, stream: &mut Stream, out: &mut String) {
        for mark in &self.text {
            match mark {
                '?' if !self.letters.is_empty() => out.push(*stream.pick(&self.letters)),
                '#' if self.digits => push_digit(0, stream, out),
                '%' if self.digits => push_digit(1, stream, out),
                '$' if self.digits => push_digit(2, stream, out),
                '!' if self.digits => push_digit_or_nothing(0, stream, out),
                '@' if self.digits => push_digit_or_nothing(1, stream, out),
                plain => out.push(*plain),
            }
        }
    }

    /// The range of the numbers that the texts write, if all of them are digits alone and fit.
    fn integers(&self) -> Option<RangeInclusive<i64>> {
        let (mut low, mut high, mut certain) = (0i64, 0i64, false);
        let append = |number: i64, digit: i64| number.checked_mul(10)?.checked_add(digit);
        for mark in &self.text {
            let least = match mark {
                '!' | '@' => None,
                '#' => Some(0),
                '%' => Some(1),
                '$' => Some(2),
                digit => Some(i64::from(digit.to_digit(10)?)),
            };
            let most = if mark.is_ascii_digit() { least? } else { 9 };
            if let Some(least) = least {
                low = append(low, least)?;
                certain = true;
            }
            high = append(high, most)?;
        }
        certain.then_some(low..=high)
    }

    fn compiled(self) -> Compiled {
        let (integers, distinct) = (if self.digits { self.integers() } else { None }, self.distinct());
        let texts = Compiled::text(self.max_chars(), move |draw, out| self.fill(draw.stream, out));
        Compiled { integers, distinct, ..texts }
    }

    /// How many different texts there are; `None` where a place may be empty or two letters are the same.
    fn distinct(&self) -> Option<u64> {
        let letters = BTreeSet::from_iter(&self.letters).len();
        self.text.iter().try_fold(1u64, |count, mark| {
            let here = match mark {
                '?' if !self.letters.is_empty() && letters < self.letters.len() => return None,
                '?' if !self.letters.is_empty() => letters as u64,
                '!' | '@' if self.digits => return None,
                '#' if self.digits => 10,
                '%' if self.digits => 9,
                '$' if self.digits => 8,
                _ => 1,
            };
            Some(count.saturating_mul(here))
        })
    }
}

/// Appends a digit from `least` to 9.
fn push_digit(least: u8, stream: &mut Stream, out: &mut String) {
    out.push(char::from(*stream.pick(&b"0123456789"[usize::from(least)..])));
}

/// Appends a digit from `least` to 9 in one case of two.
pub fn push_digit_or_nothing(least: u8, stream: &mut Stream, out: &mut String) {
    if stream.chance(1, 2) {
        push_digit(least, stream, out);
    }
}

/// `bothify(text="## ??", letters=ascii_letters)`: all placeholders.
pub fn bothify(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (text, letters) = (args.text("text"), args.text("letters"));
    Ok(Pattern::both(args, &text?, &letters?, "letters")?.compiled())
}

/// `lexify(text="????", letters=ascii_letters)`: `?` alone.
pub fn lexify(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (text, letters) = (args.text("text"), args.text("letters"));
    let pattern = Pattern::both(args, &text?, &letters?, "letters")?;
    Ok(Pattern { digits: false, ..pattern }.compiled())
}

/// `numerify(text="###")`: all placeholders but `?`.
pub fn numerify(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let text = args.text("text")?.chars().collect();
    Ok(Pattern { text, letters: Vec::new(), digits: true }.compiled())
}

/// `hexify(text="^^^^", upper=False)`: `^` is a hexadecimal digit.
pub fn hexify(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (text, upper) = (args.text("text"), args.boolean("upper"));
    let (text, upper) = (text?, upper?);
    let digits: &[u8; 16] = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let digits_drawn = bound(text.chars().filter(|mark| *mark == '^').count());
    let texts = Compiled::text(chars(&text), move |draw, out| {
        for mark in text.chars() {
            out.push(if mark == '^' { char::from(*draw.stream.pick(digits)) } else { mark });
        }
    });
    Ok(texts.with_distinct(16u64.saturating_pow(digits_drawn)))
}
