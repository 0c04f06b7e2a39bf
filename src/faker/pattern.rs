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

/// Appends the pattern with its placeholders replaced: `#` a digit, `%` 1 to 9, `$` 2 to 9, `!` a digit
/// or nothing, `@` 1 to 9 or nothing, `?` one of `letters`. All other characters stand for themselves.
///
/// As in Faker there is no escape character; "or nothing" is one case in two, as there.
pub fn fill(pattern: &str, letters: &[u8], stream: &mut Stream, out: &mut String) {
    let is_mark = |byte: u8| matches!(byte, b'#' | b'%' | b'$' | b'!' | b'@' | b'?');
    let mut rest = pattern;
    while let Some(at) = rest.bytes().position(is_mark) {
        let (plain, marked) = rest.split_at(at);
        out.push_str(plain);
        let mut taken = 1;
        match marked.as_bytes()[0] {
            b'#' => {
                taken = marked.bytes().take_while(|byte| *byte == b'#').count();
                push_digits(taken, stream, out);
            }
            b'%' => push_number(1 + stream.below(9), 1, out),
            b'$' => push_number(2 + stream.below(8), 1, out),
            b'!' if stream.chance(1, 2) => push_digits(1, stream, out),
            b'@' if stream.chance(1, 2) => push_number(1 + stream.below(9), 1, out),
            b'?' => out.push(char::from(*stream.pick(letters))),
            _ => {}
        }
        rest = &marked[taken..];
    }
    out.push_str(rest);
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

/// Of the patterns that make the most texts, those whose texts are told apart by the pattern they are of,
/// with how many texts they make together. `None` where that is not known: `!` and `@` may stand for
/// nothing.
pub fn told_apart(patterns: &[&'static str], letters: &[u8]) -> Option<(Vec<&'static str>, u64)> {
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
        push_number(stream.below(10u64.pow(part as u32)), part, out);
        left -= part;
    }
}

/// `00` to `99`, one behind the other.
static PAIRS: [u8; 200] = {
    let (mut pairs, mut number) = ([b'0'; 200], 0);
    while number < 100 {
        pairs[2 * number] = b'0' + (number / 10) as u8;
        pairs[2 * number + 1] = b'0' + (number % 10) as u8;
        number += 1;
    }
    pairs
};

/// Appends the last `width` decimal digits of the number (1 to 19), zeros in front.
#[inline]
pub fn push_number(number: u64, width: usize, out: &mut String) {
    let (mut digits, mut rest) = ([b'0'; 19], number);
    let digits = &mut digits[..width];
    let mut pairs = digits.rchunks_exact_mut(2);
    for pair in &mut pairs {
        let at = 2 * (rest % 100) as usize;
        pair.copy_from_slice(&PAIRS[at..at + 2]);
        rest /= 100;
    }
    if let [first] = pairs.into_remainder() {
        *first = b'0' + (rest % 10) as u8;
    }
    out.push_str(std::str::from_utf8(digits).unwrap_or_default());
}

#[cfg(test)]
mod tests {
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
    fn patterns_that_are_told_apart_differ_in_a_place_that_both_fix() {
        let of = |patterns: &[&'static str]| told_apart(patterns, UPPER);
        assert_eq!(of(&["##", "%%", "a#", "##x", "x##"]), Some((vec!["##", "##x", "x##"], 300)));
        assert_eq!(of(&["+1 5##", "+1 6##", "+1 #3#"]), Some((vec!["+1 5##", "+1 6##"], 200)));
        assert_eq!(of(&["?#", "#?", "??"]), Some((vec!["??"], 676)));
        assert_eq!(of(&["#!"]), None);
    }

    #[test]
    fn long_runs_take_several_draws_and_zeros_stay_in_front() {
        assert_eq!(filled(&"#".repeat(45), 0).len(), 47);
        let mut out = String::new();
        push_number(42, 19, &mut out);
        push_number(1_234, 2, &mut out);
        assert_eq!(out, "000000000000000004234");
    }
}
