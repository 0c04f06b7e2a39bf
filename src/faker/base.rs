//! Faker's `base` module: numbers and elements of a list.
//!
//! Owns how ranges and lists are drawn from; knows no meaning of the values.

use super::{Arguments, Compiled, Noted, Param, Preset, Provider};
use crate::stream::Stream;
use crate::value::Literal;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "random_int",
        summary: "a whole number from `min` to `max`, both included, in steps",
        params: &[
            Param { name: "min", expects: "a whole number", default: Preset::Int(0) },
            Param { name: "max", expects: "a whole number", default: Preset::Int(9999) },
            Param { name: "step", expects: "a whole number other than 0", default: Preset::Int(1) },
        ],
        compile: random_int,
    },
    Provider {
        name: "random_element",
        summary: "one of the elements that the config lists",
        params: &[Param {
            name: "elements",
            expects: "an array of strings, numbers or booleans, a string whose characters are drawn, or a \
                table of weights such as { paid = 3, closed = 1 }",
            default: Preset::Texts(&["a", "b", "c"]),
        }],
        compile: random_element,
    },
];

/// `random_int(min=0, max=9999, step=1)`: the numbers of Python's `range(min, max + 1, step)`, each
/// equally likely. So `max` itself comes up only where it is a whole number of steps from `min`, and a
/// negative step counts down from `min` to above `max + 1`, as in Faker 22.2.0.
fn random_int(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let (min, max, step) = (args.int("min"), args.int("max"), args.int("step"));
    let (min, max, step) = (min?, max?, step?);
    if step == 0 {
        return Err(args.problem("step", "`step` is 0: there is no next number", "expected 1, 2, …, or -1"));
    }
    let (from, to, by) = (i128::from(min), i128::from(max) + 1, i128::from(step));
    // Steps that fit between the ends, the last one perhaps in part.
    let (way, stride) = if by > 0 { (to - from, by) } else { (from - to, -by) };
    let count = (way + stride - 1).div_euclid(stride);
    if count < 1 {
        let param = ["min", "max"].into_iter().find(|name| args.is_given(name)).unwrap_or("step");
        let help = match (args.is_given("min"), args.is_given("max")) {
            (true, false) => format!("`max` is {max} unless it is given"),
            (false, true) => format!("`min` is {min} unless it is given"),
            _ if step < 0 => "a negative step counts down from `min` to `max`".to_owned(),
            _ => format!("`min` comes first: min = {max}, max = {min}"),
        };
        let message = format!("`random_int` has no number to draw: `min` is {min}, `max` is {max}");
        return Err(args.problem(param, message, help));
    }
    // At most 2^64 - 1, for the whole of i64 in steps of 1; the sums below wrap and come out in range.
    let last = (count - 1) as u64;
    let end = min.wrapping_add(step.wrapping_mul(last as i64));
    Ok(Compiled::int(min.min(end)..=min.max(end), move |draw| {
        let index = if last == u64::MAX { draw.stream.bits() } else { draw.stream.below(last + 1) };
        min.wrapping_add(step.wrapping_mul(index as i64))
    }))
}

/// `random_element(elements=["a", "b", "c"])`: an even draw, where an element that is listed twice
/// counts twice. Whole numbers alone stay numbers; any other mixture becomes text, as TOML writes it.
///
/// A table gives relative weights, which in Faker only Python's `OrderedDict` can: whole numbers or
/// decimals, exactly as written (`0.7` to `0.3` is 7 to 3).
fn random_element(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    const NAME: &str = "elements";
    let texts: Vec<String> = match args.value(NAME)? {
        Literal::List(list) => {
            let ints = list.iter().map(|item| if let Literal::Int(int) = item { Some(*int) } else { None });
            if let Some(ints) = ints.collect::<Option<Vec<i64>>>()
                && let (Some(least), Some(most)) = (ints.iter().min(), ints.iter().max())
            {
                return Ok(Compiled::int(*least..=*most, move |draw| *draw.stream.pick(&ints)));
            }
            list.iter().map(|item| scalar_text(args, item)).collect::<Result<_, _>>()?
        }
        Literal::Text(text) => text.chars().map(String::from).collect(),
        Literal::Table(table) => return weighted_element(args, table),
        other => return Err(args.wrong_type(NAME, &other)),
    };
    if texts.is_empty() {
        return Err(args.problem(NAME, "`elements` is empty", "give at least one element"));
    }
    let count = texts.len() as u64;
    Ok(one_of(texts, move |stream| stream.below(count) as usize))
}

/// The text of an element of a list.
fn scalar_text(args: &mut Arguments<'_>, item: &Literal) -> Result<String, Noted> {
    Ok(match item {
        Literal::Bool(bool) => bool.to_string(),
        Literal::Int(int) => int.to_string(),
        // With its `.0` where it is whole, as it was written.
        Literal::Float(float) => format!("{float:?}"),
        Literal::Text(text) => text.clone(),
        Literal::List(_) | Literal::Table(_) => {
            let message = "`elements` holds an array or a table, which is no single value";
            return Err(args.problem("elements", message, "give strings, numbers or booleans"));
        }
    })
}

/// Draws by weight.
fn weighted_element(args: &mut Arguments<'_>, table: Vec<(String, Literal)>) -> Result<Compiled, Noted> {
    const NAME: &str = "elements";
    const HELP: &str = "a weight is a number from 0 up, such as 3 or 0.5";
    let mut weights = Vec::with_capacity(table.len());
    for (text, weight) in table {
        match Decimal::of(&weight) {
            Some(weight) => weights.push((text, weight)),
            None => {
                return Err(args.problem(NAME, format!("what stands beside `{text}` is no weight"), HELP));
            }
        }
    }
    let places = weights.iter().map(|(_, weight)| weight.places).max().unwrap_or(0);
    // The running sum of the weights before and with each element; elements of no weight are left out.
    let (mut ends, mut texts, mut total) = (Vec::new(), Vec::new(), 0u64);
    for (text, weight) in weights {
        let Some(sum) = weight.scaled(places).and_then(|weight| total.checked_add(weight)) else {
            return Err(args.problem(NAME, "the weights have too many digits", "use fewer digits"));
        };
        if sum > total {
            total = sum;
            ends.push(sum);
            texts.push(text);
        }
    }
    if total == 0 {
        return Err(args.problem(NAME, "`elements` has no weight above 0", HELP));
    }
    Ok(one_of(texts, move |stream| {
        let point = stream.below(total);
        ends.partition_point(|end| *end <= point)
    }))
}

/// A number from 0 up that was written in decimal: `digits / 10^places`.
struct Decimal {
    digits: u64,
    places: u32,
}

impl Decimal {
    /// The shortest decimal that reads back as the number, which is the one that was written.
    fn of(number: &Literal) -> Option<Self> {
        match number {
            Literal::Int(int) => Some(Self { digits: u64::try_from(*int).ok()?, places: 0 }),
            Literal::Float(float) => {
                let text = float.to_string();
                let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
                let digits = format!("{whole}{fraction}").parse().ok()?;
                Some(Self { digits, places: fraction.len() as u32 })
            }
            _ => None,
        }
    }

    /// The number times `10^places`.
    fn scaled(&self, places: u32) -> Option<u64> {
        self.digits.checked_mul(10u64.checked_pow(places - self.places)?)
    }
}

/// Draws one of the texts, by the index that `draw` gives.
fn one_of(texts: Vec<String>, draw: impl Fn(&mut Stream) -> usize + Send + Sync + 'static) -> Compiled {
    let max_chars = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0) as u32;
    let number = |text: &String| -> Option<i64> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse().ok() } else { None }
    };
    let numbers: Option<Vec<i64>> = texts.iter().map(number).collect();
    let integers = numbers.and_then(|numbers| Some(*numbers.iter().min()?..=*numbers.iter().max()?));
    Compiled::text(max_chars, move |of, out| out.push_str(&texts[draw(of.stream)])).with_integers(integers)
}
