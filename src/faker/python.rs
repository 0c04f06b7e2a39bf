//! Faker's `python` module: values of Python's simple types.
//!
//! Owns the family's table and its texts; numbers with a fraction are `python/decimal.rs`'s.

mod decimal;
pub(super) mod format;

use super::base::{numbers, patterns};
use super::texts::{bound, chars};
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider, misc};

/// Digits and ends of a number with a fraction, less `positive`.
const LEFT: Param =
    Param { name: "left_digits", expects: "a whole number from 0 to 18", default: Preset::Absent };
/// See [`LEFT`].
const RIGHT: Param =
    Param { name: "right_digits", expects: "a whole number from 0 to 18", default: Preset::Absent };
/// See [`LEFT`].
const MIN: Param = Param { name: "min_value", expects: "a number", default: Preset::Absent };
/// See [`LEFT`].
const MAX: Param = Param { name: "max_value", expects: "a number", default: Preset::Absent };

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "pybool",
        summary: "true in `truth_probability` percent of the rows, else false",
        params: &[Param {
            name: "truth_probability",
            expects: "a whole number from 0 to 100",
            default: Preset::Int(50),
        }],
        compile: pybool,
    },
    Provider {
        name: "pydecimal",
        summary: "a number with a fraction",
        params: &[
            LEFT,
            RIGHT,
            Param {
                name: "positive",
                expects: "true for numbers above 0, or false for either sign",
                default: Preset::Bool(false),
            },
            MIN,
            MAX,
        ],
        compile: decimal::pydecimal,
    },
    Provider {
        name: "pyfloat",
        summary: "a number with a fraction",
        params: &[
            LEFT,
            RIGHT,
            Param {
                name: "positive",
                expects: "true for numbers above 0, or false for numbers below",
                default: Preset::Absent,
            },
            MIN,
            MAX,
        ],
        compile: decimal::pyfloat,
    },
    Provider {
        name: "pyint",
        summary: "a whole number from `min_value` to `max_value`, both included, in steps",
        params: &[
            Param { name: "min_value", expects: "a whole number", default: Preset::Int(0) },
            Param { name: "max_value", expects: "a whole number", default: Preset::Int(9999) },
            Param { name: "step", expects: "a whole number other than 0", default: Preset::Int(1) },
        ],
        compile: |args| numbers::steps(args, "pyint", ["min_value", "max_value"]),
    },
    Provider {
        name: "pystr",
        summary: "random letters",
        params: &[
            Param { name: "min_chars", expects: "a whole number from 0 up", default: Preset::Absent },
            Param { name: "max_chars", expects: "a whole number from 0 up", default: Preset::Int(20) },
            Param { name: "prefix", expects: "a string", default: Preset::Text("") },
            Param { name: "suffix", expects: "a string", default: Preset::Text("") },
        ],
        compile: pystr,
    },
    Provider {
        name: "pystr_format",
        summary: "a text with the values of providers in it, such as {{name}}, and drawn digits and letters",
        params: &[
            Param {
                name: "string_format",
                expects: "a string with # % $ ! @ ? or {{provider}}",
                default: Preset::Text("?#-###{{random_int}}{{random_letter}}"),
            },
            Param {
                name: "letters",
                expects: "a string of the characters that `?` stands for",
                default: Preset::Text(patterns::LETTERS),
            },
        ],
        compile: format::pystr_format,
    },
];

/// Most characters that can be asked for, which is the longest `varchar` of PostgreSQL.
const CHARS_MAX: i64 = 10_485_760;

/// `pybool(truth_probability=50)`.
fn pybool(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(misc::truth(args.int_between("truth_probability", 0, 100)?))
}

/// `pystr(min_chars=None, max_chars=20, prefix="", suffix="")`: exactly `max_chars` letters, or from
/// `min_chars` to that many; prefix and suffix come on top.
fn pystr(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (min, max) = (args.int_or_absent("min_chars"), args.int_between("max_chars", 0, CHARS_MAX));
    let (prefix, suffix) = (args.text("prefix"), args.text("suffix"));
    let (min, max, prefix, suffix) = (min?, max?, prefix?, suffix?);
    let min = min.unwrap_or(max);
    if !(0..=max).contains(&min) {
        let help = format!("expected a whole number from 0 to `max_chars`, which is {max}");
        return Err(args.problem("min_chars", format!("`min_chars` is {min}"), help));
    }
    let max_chars = bound(max) + chars(&prefix) + chars(&suffix);
    Ok(Compiled::text(max_chars, move |draw, out| {
        out.push_str(&prefix);
        for _ in 0..draw.stream.between(min, max) {
            out.push(char::from(*draw.stream.pick(patterns::LETTERS.as_bytes())));
        }
        out.push_str(&suffix);
    }))
}
