//! `pydecimal` and `pyfloat`: numbers with a fraction, drawn as whole numbers of their last digit.
//!
//! Owns the range that digits, sign and ends leave, and the checks of Faker 22.2.0.
//!
//! Both give decimals of a fixed number of digits after the point, each in the range equally likely.
//! (Faker's `pydecimal` draws its digits apart and moves what lies beyond an end onto it, so that the ends
//! come up far too often; its documentation means no such thing.)
//!
//! What is not given: `right_digits` is 2, or as many as the ends are written with if these are more;
//! `left_digits` is what 15 digits in all leave, which a double keeps exactly. An end that is not given
//! is the number furthest from 0 of `left_digits` digits, so `max_value = 10` alone reaches far below 0,
//! as in Faker.

use super::super::arguments::Exact;
use super::super::{Arguments, Compiled, Noted};

/// Most digits in all: each such number fits a bigint of units.
const DIGITS_MAX: i64 = 18;
/// The units furthest from 0: an end may be the round number just beyond the digits.
const UNITS_MAX: u64 = 10u64.pow(DIGITS_MAX as u32);
/// Most digits of `pyfloat`: those that a double keeps (C's `DBL_DIG`).
const FLOAT_DIGITS_MAX: i64 = 15;
/// Digits in all where `left_digits` is not given.
const DIGITS_UNLESS_GIVEN: i64 = 15;
/// Digits after the point where none are given.
const RIGHT_UNLESS_GIVEN: u32 = 2;

/// The sign that is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Either,
    Positive,
    Negative,
}

/// `pydecimal(left_digits, right_digits, positive=False, min_value, max_value)`: false is either sign.
pub fn pydecimal(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let sign = args.boolean("positive").map(|yes| if yes { Sign::Positive } else { Sign::Either });
    decimal(args, sign, DIGITS_MAX)
}

/// `pyfloat(left_digits, right_digits, positive=None, min_value, max_value)`: false is below 0, unless an
/// end says otherwise. At most 15 digits are asked for, as in Faker.
pub fn pyfloat(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let sign = args.boolean_or_absent("positive").map(|positive| match positive {
        None => Sign::Either,
        Some(true) => Sign::Positive,
        Some(false) => Sign::Negative,
    });
    decimal(args, sign, FLOAT_DIGITS_MAX)
}

fn decimal(args: &mut Arguments<'_>, sign: Result<Sign, Noted>, digits_max: i64) -> Result<Compiled, Noted> {
    let (left, right) = (digits(args, "left_digits"), digits(args, "right_digits"));
    let (min, max) = (args.exact_or_absent("min_value"), args.exact_or_absent("max_value"));
    let (sign, left, right, min, max) = (sign?, left?, right?, min?, max?);
    if left == Some(0) && right == Some(0) {
        let message = "`left_digits` and `right_digits` are both 0";
        return Err(args.problem("right_digits", message, "give one digit at least"));
    }
    if sign == Sign::Positive {
        for (name, end) in [("min_value", min), ("max_value", max)] {
            if let Some(end) = end.filter(|end| end.floor(DIGITS_MAX as u32) <= 0) {
                let message = format!("`{name}` is {end}, and `positive` is true");
                return Err(args.problem(name, message, "numbers above 0 have an end above 0"));
            }
        }
    }
    let right = right.unwrap_or_else(|| {
        let written = [min, max].into_iter().flatten().map(Exact::places).max().unwrap_or(0);
        written.max(RIGHT_UNLESS_GIVEN)
    });
    let left = match left {
        Some(left) => {
            for (name, end) in [("min_value", min), ("max_value", max)] {
                if let Some(end) = end.filter(|end| end.exceeds(left)) {
                    let message = format!("`{name}` is {end}, which has more than {left} left digits");
                    return Err(args.problem(name, message, "give a greater `left_digits`, or leave it out"));
                }
            }
            left
        }
        // Only where an end is not given, or is far from 0, is it asked for.
        None => (DIGITS_UNLESS_GIVEN - i64::from(right)).max(0) as u32,
    };
    if i64::from(left) + i64::from(right) > digits_max {
        let param = if args.is_given("right_digits") { "right_digits" } else { "left_digits" };
        let message = format!("{left} digits before and {right} after the point are more than {digits_max}");
        return Err(args.problem(param, message, "give fewer digits"));
    }
    compiled(args, sign, (left, right), (min, max))
}

/// The generator, once each param alone is right.
fn compiled(
    args: &mut Arguments<'_>,
    sign: Sign,
    (left, right): (u32, u32),
    (min, max): (Option<Exact>, Option<Exact>),
) -> Result<Compiled, Noted> {
    let furthest = 10i128.pow(left + right) - 1;
    let free = min.is_none() && max.is_none();
    let low = match min {
        Some(min) => min.ceil(right),
        None if sign == Sign::Positive => 1,
        None => -furthest,
    };
    let high = match max {
        Some(max) => max.floor(right),
        None if sign == Sign::Negative && free => -1,
        None => furthest,
    };
    if let (Some(low), Some(high)) = (min, max) {
        let (low_units, high_units) = (low.ceil(DIGITS_MAX as u32), high.ceil(DIGITS_MAX as u32));
        if low_units >= high_units {
            let message = format!("`min_value` is {low}, `max_value` is {high}");
            return Err(args.problem("min_value", message, "`min_value` is less than `max_value`"));
        }
    }
    if low > high {
        let param = if min.is_some() { "min_value" } else { "max_value" };
        let message =
            format!("no number of {left} digits before and {right} after the point lies in the range");
        return Err(args.problem(param, message, "give both ends, or more digits"));
    }
    let units = |end: i128| i64::try_from(end).ok().filter(|units| units.unsigned_abs() <= UNITS_MAX);
    let (Some(low), Some(high)) = (units(low), units(high)) else {
        let param = if max.is_some() { "max_value" } else { "min_value" };
        let message =
            format!("`{param}` with {right} digits after the point has more than {DIGITS_MAX} digits");
        return Err(args.problem(param, message, "give fewer `right_digits`, or a number nearer to 0"));
    };
    // `right` is at most 18.
    Ok(Compiled::decimal(right as u8, low..=high, move |draw| draw.stream.between(low, high)))
}

/// How many digits, if that is given.
fn digits(args: &mut Arguments<'_>, name: &'static str) -> Result<Option<u32>, Noted> {
    if !args.is_given(name) {
        return Ok(None);
    }
    Ok(Some(args.int_between(name, 0, DIGITS_MAX)? as u32))
}
