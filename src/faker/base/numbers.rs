//! Numbers of the `base` module: steps in a range, digits, lengths that vary.
//!
//! Owns their ranges and the errors for empty ones. `python.rs` draws from steps too.

use super::super::{Arguments, Compiled, InvalidArgument};
use crate::stream::Stream;

/// The most digits with which every number fits a bigint.
const DIGITS_MAX: i64 = 18;

/// The numbers of Python's `range(min, max + 1, step)`, each equally likely, with the names that the
/// provider has for the ends. So `max` itself comes up only where it is a whole number of steps from
/// `min`, and a negative step counts down from `min` to above `max + 1`, as in Faker 22.2.0.
pub fn steps(
    args: &mut Arguments<'_>,
    provider: &str,
    [low, high]: [&'static str; 2],
) -> Result<Compiled, InvalidArgument> {
    let (min, max, step) = (args.int(low), args.int(high), args.int("step"));
    let (min, max, step) = (min?, max?, step?);
    if step == 0 {
        return Err(args.problem("step", "`step` is 0: there is no next number", "expected 1, 2, …, or -1"));
    }
    let (from, to, by) = (i128::from(min), i128::from(max) + 1, i128::from(step));
    // Steps that fit between the ends, the last one perhaps in part.
    let (way, stride) = if by > 0 { (to - from, by) } else { (from - to, -by) };
    let count = (way + stride - 1).div_euclid(stride);
    if count < 1 {
        let param = [low, high].into_iter().find(|name| args.is_given(name)).unwrap_or("step");
        let help = match (args.is_given(low), args.is_given(high)) {
            (true, false) => format!("`{high}` is {max} unless it is given"),
            (false, true) => format!("`{low}` is {min} unless it is given"),
            _ if step < 0 => format!("a negative step counts down from `{low}` to `{high}`"),
            _ => format!("`{low}` comes first: {low} = {max}, {high} = {min}"),
        };
        let message = format!("`{provider}` has no number to draw: `{low}` is {min}, `{high}` is {max}");
        return Err(args.problem(param, message, help));
    }
    // At most 2^64 - 1, for the whole of i64 in steps of 1; the sums below wrap and come out in range.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 2^64 - 1")]
    let last = (count - 1) as u64;
    let end = min.wrapping_add(step.wrapping_mul(last.cast_signed()));
    let numbers = Compiled::int(min.min(end)..=min.max(end), move |draw| {
        let index = if last == u64::MAX { draw.stream.bits() } else { draw.stream.below(last + 1) };
        min.wrapping_add(step.wrapping_mul(index.cast_signed()))
    });
    Ok(Compiled { distinct: last.checked_add(1), ..numbers })
}

/// Whole numbers from `least` to 9.
pub fn digit(least: i64) -> Compiled {
    Compiled::int(least..=9, move |draw| draw.stream.between(least, 9))
        .with_distinct((10 - least).unsigned_abs())
}

/// `random_number(digits=None, fix_len=False)`: 0 to 10^digits - 1, or exactly `digits` digits. Without
/// `digits` each row has a length of its own, 1 to 9. Faker takes any length; 18 is the most here.
pub fn random_number(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (digits, fixed) = (args.int_or_absent("digits"), args.boolean("fix_len"));
    let (digits, fixed) = (digits?, fixed?);
    let least = i64::from(fixed);
    let range = move |digits: i64| -> (i64, i64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 18")]
        let end = 10i64.pow(digits as u32);
        (if fixed { end / 10 } else { 0 }, end - 1)
    };
    let Some(digits) = digits else {
        return Ok(Compiled::int(least..=range(9).1, move |draw| {
            let (low, high) = range(draw.stream.between(1, 9));
            // One digit of fixed length is 1 to 9, as in Faker.
            draw.stream.between(low, high)
        }));
    };
    if !(least..=DIGITS_MAX).contains(&digits) {
        let help = format!("expected {least} to {DIGITS_MAX} digits");
        return Err(args.problem("digits", format!("`digits` is {digits}"), help));
    }
    let (low, high) = range(digits);
    let numbers = Compiled::int(low..=high, move |draw| draw.stream.between(low, high));
    Ok(numbers.with_distinct((high - low + 1).unsigned_abs()))
}

/// A number near another: `percent` of it, cut toward 0, within the ends.
#[derive(Clone, Copy, Debug)]
pub struct Near {
    number: i64,
    percent: (i64, i64),
    min: i64,
    max: i64,
}

impl Near {
    /// 60 to 140 percent of the number, but at least 1: how many words or sentences a text has.
    pub fn count(number: i64) -> Self {
        Self { number, percent: (60, 140), min: 1, max: i64::MAX }
    }

    fn at(self, percent: i64) -> i64 {
        let near = i128::from(self.number) * i128::from(percent) / 100;
        let within = near.max(i128::from(self.min)).min(i128::from(self.max));
        // The ends of a number are checked before a run; else this would be the nearest that there is.
        i64::try_from(within).unwrap_or(i64::MAX)
    }

    /// Draws one.
    pub fn draw(self, stream: &mut Stream) -> i64 {
        self.at(stream.between(self.percent.0, self.percent.1))
    }

    /// The least and the greatest.
    pub fn ends(self) -> (i64, i64) {
        let (a, b) = (self.at(self.percent.0), self.at(self.percent.1));
        (a.min(b), a.max(b))
    }
}

/// `randomize_nb_elements(number=10, le=False, ge=False, min=None, max=None)`: 60 to 140 percent of the
/// number; `le` at most the number, `ge` at least, both the number itself (without the ends, as in Faker).
pub fn randomize_nb_elements(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (number, le, ge) = (args.int("number"), args.boolean("le"), args.boolean("ge"));
    let (min, max) = (args.int_or_absent("min"), args.int_or_absent("max"));
    let (number, le, ge) = (number?, le?, ge?);
    let (min, max) = (min?.unwrap_or(i64::MIN), max?.unwrap_or(i64::MAX));
    if min > max {
        let help = format!("`min` comes first: min = {max}, max = {min}");
        return Err(args.problem("min", format!("`min` is {min}, `max` is {max}"), help));
    }
    if i64::try_from(i128::from(number) * 140 / 100).is_err() {
        return Err(args.problem(
            "number",
            "140 percent of `number` do not fit a bigint",
            "give a smaller number",
        ));
    }
    if le && ge {
        return Ok(Compiled::int(number..=number, move |_| number));
    }
    let percent = (if ge { 100 } else { 60 }, if le { 100 } else { 140 });
    let near = Near { number, percent, min, max };
    let (low, high) = near.ends();
    Ok(Compiled::int(low..=high, move |draw| near.draw(draw.stream)))
}
