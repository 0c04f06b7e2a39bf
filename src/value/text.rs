//! The text of floating numbers, as PostgreSQL prints them.
//!
//! Owns only this rule.

use std::fmt;
use std::str::FromStr;

use super::numeric;

/// Whole numbers of up to this many digits print without an exponent as `real`.
pub(super) const DIGITS_OF_REAL: i32 = 6;
/// The same for `double precision`.
pub(super) const DIGITS_OF_DOUBLE: i32 = 15;

/// A floating number: fixed from 0.0001 to `digits` digits before the point, else with an exponent of two digits at
/// least (`to_chars` in PostgreSQL's `d2s.c`).
pub(super) fn float<F>(f: &mut fmt::Formatter<'_>, float: F, digits: i32) -> fmt::Result
where
    F: fmt::LowerExp + FromStr + PartialEq + Copy,
{
    let mut shortest = format!("{float:e}");
    let Some(exponent) = exponent(&shortest) else {
        return f.write_str(numeric::special(&shortest).unwrap_or(&shortest));
    };
    // Of two equally near decimals PostgreSQL prints the even one. With fewer digits there are no ties.
    let count = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    if count >= digits.unsigned_abs() as usize {
        let exact = format!("{float:.*e}", count + 30);
        let (even, rest) = exact.split_at(shortest.find('e').unwrap_or(0));
        let rest = rest.split_once('e').map_or(rest, |(rest, _)| rest);
        let even = format!("{even}e{exponent}");
        let tie = rest.strip_prefix('5').is_some_and(|rest| rest.bytes().all(|digit| digit == b'0'));
        if tie
            && ["0e", "2e", "4e", "6e", "8e"].iter().any(|end| even.contains(end))
            && even.parse().ok() == Some(float)
        {
            shortest = even;
        }
    }
    if exponent >= digits && is_midway(float, &shortest) {
        let mut longer = (1..=MOST_DIGITS).map(|digits| format!("{float:.digits$e}"));
        let sound = |text: &String| text.parse().ok() == Some(float) && !is_midway(float, text);
        shortest = longer.find(sound).unwrap_or(shortest);
    }
    let (mantissa, _) = shortest.split_once('e').ok_or(fmt::Error)?;
    if mantissa.trim_start_matches('-') != "0" && !(-4..digits).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return write!(f, "{mantissa}e{sign}{:02}", exponent.abs());
    }
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let figures = mantissa.replace('.', "");
    let Ok(whole) = usize::try_from(exponent + 1) else {
        return write!(
            f,
            "{sign}0.{figures:0>width$}",
            width = figures.len() + exponent.unsigned_abs() as usize - 1
        );
    };
    match figures.split_at_checked(whole) {
        Some((whole, "")) => write!(f, "{sign}{whole}"),
        Some(("", fraction)) => write!(f, "{sign}0.{fraction}"),
        Some((whole, fraction)) => write!(f, "{sign}{whole}.{fraction}"),
        None => write!(f, "{sign}{figures:0<whole$}"),
    }
}

/// Digits after the first that distinguish any two numbers.
const MOST_DIGITS: usize = 17;

/// The exponent of `1.5e-7`; `None` if it is not a number.
fn exponent(text: &str) -> Option<i32> {
    text.split_once('e')?.1.parse().ok()
}

/// Whether a decimal that reads as the number lies midway between it and its neighbour: PostgreSQL then prints one
/// digit more, since not every reader rounds to even. This only happens for large numbers.
fn is_midway<F: FromStr + PartialEq>(float: F, decimal: &str) -> bool {
    const ABOVE: &str = "0000000000000000000000000000000000000000001";
    const BELOW: &str = "9999999999999999999999999999999999999999999";
    let Some((mantissa, exponent)) = decimal.split_once('e') else { return false };
    let reads_other = |text: &str| text.parse().ok().as_ref() != Some(&float);
    // All digits as a whole number, to which a little is added or subtracted after the point.
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let Ok(exponent) =
        exponent.parse().map(|exponent: i64| exponent.saturating_sub_unsigned(fraction.len() as u64))
    else {
        return false;
    };
    let (before, last) = digits.split_at(digits.len() - 1);
    let more = format!("{digits}.{ABOVE}e{exponent}");
    // Trailing zeros are removed: the last digit is 0 only for 0 itself.
    let less = last.parse::<u8>().ok().and_then(|last| last.checked_sub(1));
    let less = less.map(|last| format!("{before}{last}.{BELOW}e{exponent}"));
    reads_other(&more) || less.is_some_and(|less| reads_other(&less))
}

#[cfg(test)]
mod tests {
    use crate::value::Value;

    #[test]
    #[expect(clippy::excessive_precision, reason = "the exact values, which lie between two short ones")]
    fn floats_print_without_an_exponent_as_long_as_their_digits_are_certain() {
        assert_eq!(Value::Real(123_456.0).to_string(), "123456");
        assert_eq!(Value::Real(1_234_567.0).to_string(), "1.234567e+06");
        assert_eq!(Value::Real(0.1).to_string(), "0.1");
        assert_eq!(Value::Float(0.0001).to_string(), "0.0001");
        assert_eq!(Value::Float(-0.000_012_5).to_string(), "-1.25e-05");
        assert_eq!(Value::Float(123_456_789_012_345.0).to_string(), "123456789012345");
        assert_eq!(Value::Float(1e15).to_string(), "1e+15");
        assert_eq!(Value::Float(0.0).to_string(), "0");
        assert_eq!(Value::Real(272_642.125).to_string(), "272642.12");
        assert_eq!(Value::Real(1.003_906_2).to_string(), "1.0039062");
        assert_eq!(Value::Float(745_298_671_960_491.25).to_string(), "745298671960491.2");
        assert_eq!(Value::Real(620_300_000.0).to_string(), "6.2030003e+08");
        assert_eq!(Value::Float(9_007_199_254_740_993.0).to_string(), "9.007199254740992e+15");
        assert_eq!(Value::Real(f32::NEG_INFINITY).to_string(), "-Infinity");
        assert_eq!(Value::Float(f64::NAN).to_string(), "NaN");
    }
}
