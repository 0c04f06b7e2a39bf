//! Texts of random digits and letters, written straight into the row's buffer.
//!
//! Owns the placeholders that Faker's `numerify` and `bothify` share; which patterns there are is the
//! providers' business.

use crate::stream::Stream;

/// The letters that `?` stands for in upper-case patterns.
pub const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// The letters that `?` stands for in lower-case patterns.
pub const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// Most digits of one draw: 10^19 still fits a `u64`.
const DIGITS_MAX: usize = 19;

/// The powers of ten up to that.
pub const POWERS: [u64; DIGITS_MAX + 1] = {
    let (mut powers, mut exponent) = ([1; DIGITS_MAX + 1], 1);
    while exponent <= DIGITS_MAX {
        powers[exponent] = 10 * powers[exponent - 1];
        exponent += 1;
    }
    powers
};

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// It stands for itself.
    Plain(&'a str),
    /// A digit from this one to 9, if there is one, and the number of digits after it: together at most
    /// [`DIGITS_MAX`].
    Number(Option<u8>, usize),
    /// A digit from this one to 9, or nothing.
    Optional(u8),
    /// One of the letters.
    Letter,
}

/// The parts of a pattern as [`fill`] reads it.
fn pieces(pattern: &str) -> impl Iterator<Item = Piece<'_>> {
    let is_mark = |byte: u8| matches!(byte, b'#' | b'%' | b'$' | b'!' | b'@' | b'?');
    // How many digits follow, up to the most of one number.
    let digits = |text: &str| text.bytes().take_while(|byte| *byte == b'#').count().min(DIGITS_MAX);
    let mut rest = pattern;
    std::iter::from_fn(move || {
        let (piece, length) = match rest.bytes().next()? {
            b'#' => {
                let count = digits(rest);
                (Piece::Number(None, count), count)
            }
            mark @ (b'%' | b'$') => {
                let count = digits(&rest[1..]);
                // A run as long as that is a number of its own.
                let count = if count == DIGITS_MAX { 0 } else { count };
                (Piece::Number(Some(if mark == b'%' { 1 } else { 2 }), count), 1 + count)
            }
            b'!' => (Piece::Optional(0), 1),
            b'@' => (Piece::Optional(1), 1),
            b'?' => (Piece::Letter, 1),
            _ => {
                let length = rest.bytes().position(is_mark).unwrap_or(rest.len());
                (Piece::Plain(&rest[..length]), length)
            }
        };
        rest = &rest[length..];
        Some(piece)
    })
}

/// Patterns that were read, which is for those that are filled row by row.
pub struct Patterns {
    patterns: Vec<Vec<Piece<'static>>>,
}

impl Patterns {
    /// Reads the patterns, as [`fill`] does.
    pub fn of(patterns: &[&'static str]) -> Self {
        Self { patterns: patterns.iter().map(|pattern| pieces(pattern).collect()).collect() }
    }

    /// Appends one of them, each equally likely, with upper-case letters.
    ///
    /// # Panics
    /// If there is none.
    #[inline]
    pub fn push(&self, stream: &mut Stream, out: &mut String) {
        let pieces = stream.pick(&self.patterns);
        pieces.iter().for_each(|piece| piece.push(UPPER, stream, out));
    }
}

/// Appends the pattern with its placeholders replaced: `#` a digit, `%` 1 to 9, `$` 2 to 9, `!` a digit
/// or nothing, `@` 1 to 9 or nothing, `?` one of `letters`. All other characters stand for themselves.
///
/// As in Faker there is no escape character; "or nothing" is one case in two, as there.
pub fn fill(pattern: &str, letters: &[u8], stream: &mut Stream, out: &mut String) {
    pieces(pattern).for_each(|piece| piece.push(letters, stream, out));
}

impl Piece<'_> {
    /// Appends what the part stands for.
    #[inline]
    fn push(self, letters: &[u8], stream: &mut Stream, out: &mut String) {
        match self {
            Self::Plain(text) => out.push_str(text),
            Self::Number(first, digits) => {
                let number = first.map_or(0, |least| digit(least, stream));
                let rest = if digits > 0 { stream.below(POWERS[digits]) } else { 0 };
                let width = digits + usize::from(first.is_some());
                push_number(number * POWERS[digits] + rest, width, out);
            }
            Self::Optional(least) => {
                if stream.chance(1, 2) {
                    push_number(digit(least, stream), 1, out);
                }
            }
            Self::Letter => out.push(char::from(*stream.pick(letters))),
        }
    }
}

/// A digit from `least` to 9.
fn digit(least: u8, stream: &mut Stream) -> u64 {
    u64::from(least) + stream.below(10 - u64::from(least))
}

/// Appends one of the patterns, each equally likely, with its placeholders replaced as by [`fill`].
#[inline]
pub fn fill_one(patterns: &[&str], letters: &[u8], stream: &mut Stream, out: &mut String) {
    let pattern: &str = stream.pick::<&str>(patterns);
    fill(pattern, letters, stream, out);
}

/// How many texts [`fill_one`] gives for certain that are all different: as many of each pattern as the
/// poorest has; `None` where texts of two patterns, or of one with optional digits, may be the same.
pub fn distinct(patterns: &[&str], letters: &[u8]) -> Option<u64> {
    let counts: Vec<u64> =
        patterns.iter().map(|pattern| count(pattern, letters.len() as u64)).collect::<Option<_>>()?;
    let agreeing =
        |(place, one): (usize, &&str)| patterns[place + 1..].iter().any(|other| may_agree(one, other));
    if patterns.iter().enumerate().any(agreeing) {
        return None;
    }
    Some(counts.iter().min()?.saturating_mul(patterns.len() as u64))
}

/// Of the patterns with the most texts, those that share no text with another, with the number of their
/// texts. `None` where that is not known: `!` and `@` may stand for
/// nothing.
pub fn disjoint(patterns: &[&'static str], letters: &[u8]) -> Option<(Vec<&'static str>, u64)> {
    let counts: Vec<u64> =
        patterns.iter().map(|pattern| count(pattern, letters.len() as u64)).collect::<Option<_>>()?;
    let most = *counts.iter().max()?;
    let mut apart: Vec<&'static str> = Vec::new();
    for (pattern, count) in patterns.iter().zip(counts) {
        if count == most && !apart.iter().any(|other| may_agree(other, pattern)) {
            apart.push(pattern);
        }
    }
    let together = most.saturating_mul(apart.len() as u64);
    Some((apart, together))
}

/// How many texts the pattern makes.
fn count(pattern: &str, letters: u64) -> Option<u64> {
    pattern.chars().try_fold(1u64, |count, mark| match mark {
        '#' => Some(count.saturating_mul(10)),
        '%' => Some(count.saturating_mul(9)),
        '$' => Some(count.saturating_mul(8)),
        '?' => Some(count.saturating_mul(letters)),
        '!' | '@' => None,
        _ => Some(count),
    })
}

/// Whether a text may be of both patterns.
fn may_agree(one: &str, other: &str) -> bool {
    let agree = |(one, other): (char, char)| match (one, other) {
        ('#' | '%' | '$', '?') | ('?', '#' | '%' | '$') => false,
        ('#' | '%' | '$' | '?', '#' | '%' | '$' | '?') => true,
        ('#' | '%' | '$', plain) | (plain, '#' | '%' | '$') => plain.is_ascii_digit(),
        ('?', plain) | (plain, '?') => plain.is_ascii_alphabetic(),
        (one, other) => one == other,
    };
    one.chars().count() == other.chars().count() && one.chars().zip(other.chars()).all(agree)
}

/// Appends one of the texts, each equally likely.
#[inline]
pub fn push_one(texts: &[&str], stream: &mut Stream, out: &mut String) {
    out.push_str(stream.pick::<&str>(texts));
}

/// Appends `count` random digits, with one draw for as many of them as fit one.
#[inline]
pub fn push_digits(count: usize, stream: &mut Stream, out: &mut String) {
    let mut left = count;
    while left > 0 {
        let part = left.min(DIGITS_MAX);
        push_number(stream.below(POWERS[part]), part, out);
        left -= part;
    }
}

/// `0000` to `9999`, one behind the other.
static FOURS: &str = {
    #[expect(clippy::cast_possible_truncation, reason = "digits")]
    static DIGITS: [u8; 40_000] = {
        let (mut digits, mut number) = ([b'0'; 40_000], 0);
        while number < 10_000 {
            digits[4 * number] += (number / 1_000) as u8;
            digits[4 * number + 1] += (number / 100 % 10) as u8;
            digits[4 * number + 2] += (number / 10 % 10) as u8;
            digits[4 * number + 3] += (number % 10) as u8;
            number += 1;
        }
        digits
    };
    match std::str::from_utf8(&DIGITS) {
        Ok(digits) => digits,
        Err(_) => panic!("digits are ASCII"),
    }
};

/// Appends the number in `width` decimal digits (1 to 19), which hold it, zeros in front.
#[inline(always)]
pub fn push_number(number: u64, width: usize, out: &mut String) {
    debug_assert!(number < POWERS[width], "{number} has more than {width} digits");
    // Texts of digits are half of what a shop draws: four digits a step, as many steps for each width up to
    // eight, and what was written too much is cut.
    match width {
        0..=4 => {
            let end = out.len() + width;
            push_short::<4>(number * POWERS[4 - width], out);
            out.truncate(end);
        }
        5..=8 => {
            let end = out.len() + width;
            let eight = number * POWERS[8 - width];
            push_short::<4>(eight / POWERS[4], out);
            push_short::<4>(eight % POWERS[4], out);
            out.truncate(end);
        }
        _ => push_long(number, width, out),
    }
}

/// [`push_number`] for numbers of more than eight digits.
fn push_long(number: u64, width: usize, out: &mut String) {
    push_number(number / POWERS[8], width - 8, out);
    push_number(number % POWERS[8], 8, out);
}

/// Appends the last `WIDTH` digits (1 to 4) of a number below 10,000: [`push_number`] without truncation, for
/// a width known at compile time.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a number below 10,000")]
pub fn push_short<const WIDTH: usize>(number: u64, out: &mut String) {
    let end = 4 * number as usize + 4;
    out.push_str(&FOURS[end - WIDTH..end]);
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::stream::Key;

    fn filled(pattern: &str, tick: u64) -> String {
        let key = Key { seed: 1, table: "t", purpose: "p", operation: "insert", tick };
        let mut out = String::from("> ");
        fill(pattern, UPPER, &mut Stream::keyed(key), &mut out);
        out
    }

    #[test]
    fn each_placeholder_has_its_own_range_and_the_rest_stands_for_itself() {
        let mut seen = [[false; 128]; 3];
        for tick in 0..500 {
            let text = filled("é#%$ ?-##", tick);
            let chars: Vec<char> = text.chars().collect();
            assert_eq!((chars.len(), chars[2], chars[6], chars[8]), (11, 'é', ' ', '-'), "{text}");
            assert!(chars[7].is_ascii_uppercase(), "{text}");
            for (place, seen) in seen.iter_mut().enumerate() {
                seen[chars[3 + place] as usize] = true;
            }
        }
        let lowest = seen.map(|seen| (0u8..128).find(|byte| seen[usize::from(*byte)]).map(char::from));
        assert_eq!(lowest, [Some('0'), Some('1'), Some('2')]);
        assert!(seen.iter().all(|seen| seen.iter().rposition(|seen| *seen) == Some(b'9'.into())));
    }

    #[test]
    fn texts_are_counted_where_no_two_can_be_the_same() {
        assert_eq!(distinct(&["?##", "###"], UPPER), Some(2_000));
        assert_eq!(distinct(&["%#", "##"], UPPER), None);
        assert_eq!(distinct(&["A#", "?#"], UPPER), None);
        assert_eq!(distinct(&["0#", "A#"], UPPER), Some(20));
        assert_eq!(distinct(&["#!"], UPPER), None);
        assert_eq!(distinct(&["34-?", "34.?"], UPPER), Some(52));
    }

    #[test]
    fn optional_digits_are_left_out_now_and_then() {
        let lengths: Vec<usize> = (0..50).map(|tick| filled("!@", tick).len() - 2).collect();
        assert!((0..=2).all(|length| lengths.contains(&length)), "{lengths:?}");
    }

    #[test]
    fn patterns_that_are_disjoint_differ_in_a_place_that_both_fix() {
        let of = |patterns: &[&'static str]| disjoint(patterns, UPPER);
        assert_eq!(of(&["##", "%%", "a#", "##x", "x##"]), Some((vec!["##", "##x", "x##"], 300)));
        assert_eq!(of(&["+1 5##", "+1 6##", "+1 #3#"]), Some((vec!["+1 5##", "+1 6##"], 200)));
        assert_eq!(of(&["?#", "#?", "??"]), Some((vec!["??"], 676)));
        assert_eq!(of(&["#!"]), None);
    }

    #[test]
    fn a_digit_before_a_run_is_drawn_on_its_own_however_long_the_run_is() {
        for run in [1, 3, 18, 19, 20, 45] {
            let key = Key { seed: 1, table: "t", purpose: "p", operation: "insert", tick: run as u64 };
            let mut stream = Stream::keyed(key);
            let mut expected = format!("> {}", 1 + stream.below(9));
            let mut left = run;
            while left > 0 {
                let part = left.min(DIGITS_MAX);
                write!(expected, "{:0part$}", stream.below(POWERS[part])).unwrap();
                left -= part;
            }
            assert_eq!(filled(&format!("%{}", "#".repeat(run)), run as u64), expected);
        }
    }

    #[test]
    fn long_runs_take_several_draws_and_zeros_stay_in_front() {
        assert_eq!(filled(&"#".repeat(45), 0).len(), 47);
        let mut out = String::new();
        push_number(42, 19, &mut out);
        push_number(34, 2, &mut out);
        push_number(1_234_567_890, 10, &mut out);
        push_number(u64::MAX % POWERS[19], 19, &mut out);
        assert_eq!(out, "00000000000000000423412345678908446744073709551615");
    }
}
