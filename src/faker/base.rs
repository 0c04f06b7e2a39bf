//! Faker's `base` module: numbers, letters, patterns and elements of a list.
//!
//! Owns the family's table and how lists are drawn from; knows no meaning of the values.

pub(super) mod elements;
mod languages;
pub(super) mod numbers;
pub(super) mod patterns;

use super::pattern::{LOWER, UPPER};
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider};

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
        compile: elements::random_element,
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
        summary: "a number of at most `digits` digits",
        params: &[
            Param { name: "digits", expects: "a whole number from 0 to 18", default: Preset::Absent },
            Param {
                name: "fix_len",
                expects: "true for exactly `digits` digits, or false",
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
fn random_int(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    numbers::steps(args, "random_int", ["min", "max"])
}

/// Digits from `least` to 9, and in half of the rows an empty text; so the value is a text.
fn digit_or_empty(least: u8) -> Compiled {
    Compiled::text(1, move |draw, out| patterns::push_digit_or_nothing(least, draw.stream, out))
}

/// One of the letters.
fn letter(letters: &'static [u8]) -> Compiled {
    Compiled::text(1, move |draw, out| out.push(char::from(*draw.stream.pick(letters))))
}
