//! Faker's `base` module: numbers, letters, patterns and elements of a list.
//!
//! Owns the family's table and how lists are drawn from; knows no meaning of the values.

mod languages;
pub(super) mod numbers;
pub(super) mod patterns;

use std::collections::BTreeSet;

use super::choices::Choices;
use super::pattern::{LOWER, UPPER};
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
    Provider {
        name: "bothify",
        summary: "a text whose # % $ ! @ become digits and whose ? becomes a letter",
        params: &[
            Param { name: "text", expects: "a string with # % $ ! @ or ?", default: Preset::Text("## ??") },
            Param {
                name: "letters",
                expects: "a string of the characters that `?` stands for",
                default: Preset::Text(patterns::LETTERS),
            },
        ],
        compile: patterns::bothify,
    },
    Provider {
        name: "hexify",
        summary: "a text whose ^ becomes a hexadecimal digit",
        params: &[
            Param { name: "text", expects: "a string with ^", default: Preset::Text("^^^^") },
            Param {
                name: "upper",
                expects: "true for upper-case digits, or false",
                default: Preset::Bool(false),
            },
        ],
        compile: patterns::hexify,
    },
    Provider {
        name: "language_code",
        summary: "the code of a language, such as en",
        params: &[],
        compile: languages::language_code,
    },
    Provider {
        name: "lexify",
        summary: "a text whose ? becomes a letter",
        params: &[
            Param { name: "text", expects: "a string with ?", default: Preset::Text("????") },
            Param {
                name: "letters",
                expects: "a string of the characters that `?` stands for",
                default: Preset::Text(patterns::LETTERS),
            },
        ],
        compile: patterns::lexify,
    },
    Provider {
        name: "locale",
        summary: "a language and a territory, such as en_US",
        params: &[],
        compile: languages::locale,
    },
    Provider {
        name: "numerify",
        summary: "a text whose # % $ ! @ become digits",
        params: &[Param {
            name: "text",
            expects: "a string with # % $ ! or @",
            default: Preset::Text("###"),
        }],
        compile: patterns::numerify,
    },
    Provider {
        name: "random_digit",
        summary: "a digit, 0 to 9",
        params: &[],
        compile: |_| Ok(numbers::digit(0)),
    },
    Provider {
        name: "random_digit_above_two",
        summary: "a digit, 2 to 9",
        params: &[],
        compile: |_| Ok(numbers::digit(2)),
    },
    Provider {
        name: "random_digit_not_null",
        summary: "a digit, 1 to 9",
        params: &[],
        compile: |_| Ok(numbers::digit(1)),
    },
    Provider {
        name: "random_digit_not_null_or_empty",
        summary: "a digit, 1 to 9, or in half of the rows an empty text",
        params: &[],
        compile: |_| Ok(digit_or_empty(1)),
    },
    Provider {
        name: "random_digit_or_empty",
        summary: "a digit, or in half of the rows an empty text",
        params: &[],
        compile: |_| Ok(digit_or_empty(0)),
    },
    Provider {
        name: "random_letter",
        summary: "a letter of either case",
        params: &[],
        compile: |_| Ok(letter(patterns::LETTERS.as_bytes())),
    },
    Provider {
        name: "random_lowercase_letter",
        summary: "a lower-case letter",
        params: &[],
        compile: |_| Ok(letter(LOWER)),
    },
    Provider {
        name: "random_number",
        summary: "a number of so many digits",
        params: &[
            Param { name: "digits", expects: "a whole number from 0 to 18", default: Preset::Absent },
            Param {
                name: "fix_len",
                expects: "true for exactly so many digits, or false",
                default: Preset::Bool(false),
            },
        ],
        compile: numbers::random_number,
    },
    Provider {
        name: "random_uppercase_letter",
        summary: "an upper-case letter",
        params: &[],
        compile: |_| Ok(letter(UPPER)),
    },
    Provider {
        name: "randomize_nb_elements",
        summary: "a number near `number`: 60 to 140 percent of it",
        params: &[
            Param { name: "number", expects: "a whole number", default: Preset::Int(10) },
            Param {
                name: "le",
                expects: "true for at most `number`, or false",
                default: Preset::Bool(false),
            },
            Param {
                name: "ge",
                expects: "true for at least `number`, or false",
                default: Preset::Bool(false),
            },
            Param { name: "min", expects: "a whole number", default: Preset::Absent },
            Param { name: "max", expects: "a whole number", default: Preset::Absent },
        ],
        compile: numbers::randomize_nb_elements,
    },
];

/// `random_int(min=0, max=9999, step=1)`: see [`numbers::steps`].
fn random_int(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    numbers::steps(args, "random_int", ["min", "max"])
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
        Literal::Table(table) => return weighted_element(args, NAME, table),
        other => return Err(args.wrong_type(NAME, &other)),
    };
    if texts.is_empty() {
        return Err(args.problem(NAME, "`elements` is empty", "give at least one element"));
    }
    let count = texts.len() as u64;
    let different = BTreeSet::from_iter(&texts).len() as u64;
    let one = one_of(texts, move |stream| stream.below(count) as usize);
    Ok(Compiled { distinct: (different == count).then_some(count), ..one })
}

/// Digits from `least` to 9, and in half of the rows an empty text; so the value is a text.
fn digit_or_empty(least: u8) -> Compiled {
    Compiled::text(1, move |draw, out| patterns::push_digit_or_nothing(least, draw.stream, out))
}

/// One of the letters.
fn letter(letters: &'static [u8]) -> Compiled {
    Compiled::text(1, move |draw, out| out.push(char::from(*draw.stream.pick(letters))))
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

/// Draws by the weights that the param `name` gives.
pub(super) fn weighted(args: &mut Arguments<'_>, name: &'static str) -> Result<Compiled, Noted> {
    match args.value(name)? {
        Literal::Table(table) => weighted_element(args, name, table),
        other => Err(args.wrong_type(name, &other)),
    }
}

/// Draws by weight.
fn weighted_element(
    args: &mut Arguments<'_>,
    name: &'static str,
    table: Vec<(String, Literal)>,
) -> Result<Compiled, Noted> {
    const HELP: &str = "a weight is a number from 0 up, such as 3 or 0.5";
    let mut weights = Vec::with_capacity(table.len());
    for (text, weight) in table {
        match Decimal::of(&weight) {
            Some(weight) => weights.push((text, weight)),
            None => {
                return Err(args.problem(name, format!("what stands beside `{text}` is no weight"), HELP));
            }
        }
    }
    let places = weights.iter().map(|(_, weight)| weight.places).max().unwrap_or(0);
    // The running sum of the weights before and with each element; elements of no weight are left out.
    let (mut ends, mut texts, mut total) = (Vec::new(), Vec::new(), 0u64);
    for (text, weight) in weights {
        let Some(sum) = weight.scaled(places).and_then(|weight| total.checked_add(weight)) else {
            return Err(args.problem(name, "the weights have too many digits", "use fewer digits"));
        };
        if sum > total {
            total = sum;
            ends.push(sum);
            texts.push(text);
        }
    }
    if total == 0 {
        return Err(args.problem(name, format!("`{name}` has no weight above 0"), HELP));
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
    let elements = Choices::of(&texts);
    Compiled::text(max_chars, move |of, out| elements.push(draw(of.stream), out))
        .with_integers(integers)
        .with_choices(texts.into())
}
