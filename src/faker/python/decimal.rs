//! `pydecimal` and `pyfloat`: numbers with a fraction, drawn as whole numbers of their last digit.
//!
//! Owns the range that digits, sign and ends leave, and the checks of Faker 22.2.0.
//!
//! With `right_digits` each number of that many digits in the range is equally likely. Without, each value has a number of
//! digits of its own, as in Faker: from 1 to what 15 digits in all leave, which a double keeps exactly,
//! and each number of that many digits is equally likely. An end that is not given is the number furthest from 0 of
//! `left_digits` digits, which without it are what 15 digits leave, so `max_value = 10` alone reaches well below 0.
//!
//! (Faker's `pydecimal` draws its digits apart, up to 100 on either side, and moves what lies beyond an end onto it, so
//! that the ends come up much too often, which its documentation does not say.)

use super::super::arguments::Exact;
use super::super::texts::bound;
use super::super::{Arguments, Compiled, InvalidArgument};
use crate::stream::Stream;
use crate::value::Decimal;

/// Most digits in all: each such number fits a bigint of units.
const DIGITS_MAX: u32 = 18;
/// The units furthest from 0: an end may be the round number just beyond the digits.
const UNITS_MAX: u64 = 10u64.pow(DIGITS_MAX);
/// Digits that a double keeps (C's `DBL_DIG`): most digits of `pyfloat`, and digits in all of a number unless both
/// sides are given.
const FLOAT_DIGITS: u32 = 15;

/// The sign that is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Either,
    Positive,
    Negative,
}

/// Which of the two it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Python's `Decimal`, which keeps its last zeros.
    Decimal,
    /// Python's `float`, which prints without them, but for one.
    Float,
}

/// `pydecimal(left_digits, right_digits, positive=False, min_value, max_value)`: false is either sign.
pub fn pydecimal(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let sign = args.boolean("positive").map(|yes| if yes { Sign::Positive } else { Sign::Either });
    decimal(args, sign, Form::Decimal)
}

/// `pyfloat(left_digits, right_digits, positive=None, min_value, max_value)`: false is below 0, unless an
/// end says otherwise. At most 15 digits are asked for, as in Faker.
pub fn pyfloat(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let sign = args.boolean_or_absent("positive").map(|positive| match positive {
        None => Sign::Either,
        Some(true) => Sign::Positive,
        Some(false) => Sign::Negative,
    });
    decimal(args, sign, Form::Float)
}

/// The ends that are given.
type Ends = (Option<Exact>, Option<Exact>);

fn decimal(
    args: &mut Arguments<'_>,
    sign: Result<Sign, InvalidArgument>,
    form: Form,
) -> Result<Compiled, InvalidArgument> {
    let (left, right) = (digits(args, "left_digits"), digits(args, "right_digits"));
    let (min, max) = (args.exact_or_absent("min_value"), args.exact_or_absent("max_value"));
    let (sign, left, right, min, max) = (sign?, left?, right?, min?, max?);
    if left == Some(0) && right == Some(0) {
        let message = "`left_digits` and `right_digits` are both 0";
        return Err(args.problem("right_digits", message, "give one digit at least"));
    }
    for (name, end) in [("min_value", min), ("max_value", max)] {
        let Some(end) = end else { continue };
        if sign == Sign::Positive && end.floor(DIGITS_MAX) <= 0 {
            let message = format!("`{name}` is {end}, and `positive` is true");
            return Err(args.problem(name, message, "numbers above 0 have an end above 0"));
        }
        if let Some(left) = left.filter(|left| end.exceeds(*left)) {
            let message = format!("`{name}` is {end}, which has more than {left} left digits");
            return Err(args.problem(name, message, "give a greater `left_digits`, or leave it out"));
        }
    }
    if let (Some(low), Some(high)) = (min, max)
        && low.ceil(DIGITS_MAX) >= high.ceil(DIGITS_MAX)
    {
        let message = format!("`min_value` is {low}, `max_value` is {high}");
        return Err(args.problem("min_value", message, "`min_value` is less than `max_value`"));
    }
    let digits_max = if form == Form::Float { FLOAT_DIGITS } else { DIGITS_MAX };
    if let (Some(left), Some(right)) = (left, right)
        && left + right > digits_max
    {
        let message = format!("{left} digits before and {right} after the point are more than {digits_max}");
        return Err(args.problem("right_digits", message, "give fewer digits"));
    }
    let written = [min, max].into_iter().flatten().map(Exact::places).max().unwrap_or(0);
    if right.is_none() && written > DIGITS_MAX {
        let param = if min.is_some_and(|min| min.places() == written) { "min_value" } else { "max_value" };
        let message = format!("`{param}` has more than {DIGITS_MAX} digits after the point");
        return Err(args.problem(param, message, "give a number of fewer digits"));
    }
    // Each number of digits after the point, with that before it.
    let rest = |digits: u32| FLOAT_DIGITS.saturating_sub(digits);
    let sides: Vec<(u32, u32)> = match (left, right) {
        (Some(left), Some(right)) => vec![(left, right)],
        (None, Some(right)) => vec![(rest(right), right)],
        (Some(left), None) => vec![(left, rest(left).max(written))],
        (None, None) => {
            let furthest = [min, max].into_iter().flatten().map(whole_digits).max().unwrap_or(1);
            let most = rest(furthest.max(1)).max(1).max(written);
            (1..=most).map(|right| (rest(right), right)).collect()
        }
    };
    let spans = spans(args, sign, &sides, (min, max))?;
    Ok(Compiled { rounds: right.is_none(), ..compiled(spans, form) })
}

/// Digits before the point that the numbers up to an end have.
fn whole_digits(end: Exact) -> u32 {
    let whole = end.floor(0).abs().max(end.ceil(0).abs());
    whole.max(1).ilog10() + u32::from(10i128.checked_pow(whole.max(1).ilog10()) != Some(whole))
}

/// Numbers of one number of digits after the point.
#[derive(Clone, Copy)]
struct Span {
    scale: u8,
    low: i64,
    high: i64,
}

/// The numbers of each of the sides' digits that lie in the range; there are some.
fn spans(
    args: &mut Arguments<'_>,
    sign: Sign,
    sides: &[(u32, u32)],
    (min, max): Ends,
) -> Result<Vec<Span>, InvalidArgument> {
    let mut spans = Vec::with_capacity(sides.len());
    for (left, right) in sides.iter().copied() {
        let furthest = 10i128.pow(left + right) - 1;
        let low = match min {
            Some(min) => min.ceil(right),
            None if sign == Sign::Positive => 1,
            None => -furthest,
        };
        let high = match max {
            Some(max) => max.floor(right),
            None if sign == Sign::Negative && min.is_none() => -1,
            None => furthest,
        };
        if low > high {
            continue;
        }
        let units = |end: i128| i64::try_from(end).ok().filter(|units| units.unsigned_abs() <= UNITS_MAX);
        let (Some(low), Some(high)) = (units(low), units(high)) else {
            let param = if max.is_some() { "max_value" } else { "min_value" };
            let message =
                format!("`{param}` with {right} digits after the point has more than {DIGITS_MAX} digits");
            let help = "give fewer `right_digits`, or a number nearer to 0";
            return Err(args.problem(param, message, help));
        };
        #[expect(clippy::cast_possible_truncation, reason = "at most 18")]
        let scale = right as u8;
        spans.push(Span { scale, low, high });
    }
    if let ([], [.., (left, right)]) = (&spans[..], sides) {
        let param = if min.is_some() { "min_value" } else { "max_value" };
        let message =
            format!("no number of {left} digits before and {right} after the point lies in the range");
        return Err(args.problem(param, message, "give both ends, or more digits"));
    }
    Ok(spans)
}

fn compiled(spans: Vec<Span>, form: Form) -> Compiled {
    let scale = spans.iter().map(|span| span.scale).max().unwrap_or(0);
    let end = |units: i64, span: &Span| i128::from(units) * 10i128.pow((scale - span.scale).into());
    let low = spans.iter().map(|span| end(span.low, span)).min().unwrap_or(0);
    let high = spans.iter().map(|span| end(span.high, span)).max().unwrap_or(0);
    Compiled::decimals(scale, low..=high, move |draw| match &spans[..] {
        [only] => number(*only, draw.stream),
        several => match (number(*draw.stream.pick(several), draw.stream), form) {
            (number, Form::Decimal) => number,
            (number, Form::Float) => without_last_zeros(number),
        },
    })
}

fn number(span: Span, stream: &mut Stream) -> Decimal {
    Decimal { units: stream.between(span.low, span.high), scale: span.scale }
}

/// The same number, one digit left after the point.
fn without_last_zeros(mut number: Decimal) -> Decimal {
    while number.scale > 1 && number.units % 10 == 0 {
        number = Decimal { units: number.units / 10, scale: number.scale - 1 };
    }
    number
}

/// How many digits, if that is given.
fn digits(args: &mut Arguments<'_>, name: &'static str) -> Result<Option<u32>, InvalidArgument> {
    if !args.is_given(name) {
        return Ok(None);
    }
    args.int_between(name, 0, DIGITS_MAX.into()).map(|digits| Some(bound(digits)))
}
