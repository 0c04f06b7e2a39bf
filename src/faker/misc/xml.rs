//! `xml`: a small document of one root and some elements, and `dsv`, tables with a delimiter of one's own.
//!
//! Owns the tags and what stands in them.

use super::super::base::numbers::Near;
use super::super::lorem::words;
use super::super::texts::{bound, longest};
use super::super::{Arguments, Compiled, InvalidArgument, Param, Preset, compile};
use super::tables;

/// What `xml` takes.
pub const PARAMS: &[Param] = &[
    Param { name: "nb_elements", expects: "a whole number from 1 to 1000", default: Preset::Int(10) },
    Param {
        name: "variable_nb_elements",
        expects: "true for 60 to 140 percent of that, or false",
        default: Preset::Bool(true),
    },
    Param {
        name: "value_types",
        expects: "an array of \"str\", \"int\", \"float\", \"date_time\", \"uri\", \"email\"",
        default: Preset::Texts(&[
            "str",
            "str",
            "str",
            "str",
            "float",
            "int",
            "int",
            "date_time",
            "uri",
            "email",
        ]),
    },
    Param { name: "allowed_types", expects: "as `value_types`", default: Preset::Absent },
];

/// What `dsv` takes.
pub const DSV: &[Param] = &[
    Param { name: "dialect", expects: "\"faker-csv\"", default: Preset::Text("faker-csv") },
    Param { name: "delimiter", expects: "one character", default: Preset::Text(",") },
    tables::PARAMS[0],
    tables::PARAMS[1],
    tables::PARAMS[2],
    tables::PARAMS[3],
];

/// `dsv(dialect="faker-csv", header=None, data_columns, num_rows=10, include_row_ids=False, delimiter=",")`:
/// of the dialects that a Python program may register only Faker's own, all cells quoted.
pub fn dsv(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let dialect = args.one_of("dialect", &[("faker-csv", ())]);
    let delimiter = args.text("delimiter")?;
    dialect?;
    let mut letters = delimiter.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if !matches!(letter, '"' | '\r' | '\n') => tables::table(args, letter),
        _ => Err(args.problem("delimiter", "`delimiter` is not one character", "such as \";\"")),
    }
}

/// `xml(nb_elements=10, variable_nb_elements=True, value_types=None, allowed_types=None)`. Faker draws values of
/// all of Python's types; these have a text form that says what they are.
pub fn xml(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const KINDS: [(&str, &str); 6] = [
        ("str", "pystr"),
        ("int", "random_int"),
        ("float", "latitude"),
        ("date_time", "iso8601"),
        ("uri", "url"),
        ("email", "email"),
    ];
    let (count, varies) = (args.int_between("nb_elements", 1, 1_000), args.boolean("variable_nb_elements"));
    let name = if args.is_given("allowed_types") { "allowed_types" } else { "value_types" };
    let types = args.texts(name)?;
    let (count, varies) = (count?, varies?);
    let mut values = Vec::with_capacity(types.len());
    for wanted in types {
        let Some((_, provider)) = KINDS.iter().find(|(kind, _)| *kind == wanted) else {
            let help = "expected str, int, float, date_time, uri or email";
            return Err(args.problem(name, format!("`{name}` cannot hold `{wanted}`"), help));
        };
        values.push(
            compile(provider, &[], &args.scope())
                .map_err(|error| args.problem(name, error.to_string(), "leave the type out"))?,
        );
    }
    if values.is_empty() {
        return Err(args.problem(name, format!("`{name}` is empty"), "give at least one type"));
    }
    let near = Near::count(count);
    let most = if varies { near.ends().1 } else { count };
    let tags = words::plain();
    let tag = longest(tags);
    // Each character may be one of the five that an entity stands for.
    let value = values.iter().map(|value| value.max_chars.unwrap_or(0)).max().unwrap_or(0) * 6;
    let max_chars = 39 + 2 * tag + 5 + bound(most) * (2 * tag + 5 + value);
    Ok(Compiled::text(max_chars, move |draw, out| {
        let root = *draw.stream.pick::<&str>(tags);
        out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<");
        out.push_str(root);
        out.push('>');
        let mut text = String::new();
        for _ in 0..if varies { near.draw(draw.stream) } else { count } {
            let tag = *draw.stream.pick::<&str>(tags);
            let value = draw.stream.pick::<Compiled>(&values);
            text.clear();
            value.write_text(draw, &mut text);
            out.extend(["<", tag, ">"]);
            for letter in text.chars() {
                match letter {
                    '&' => out.push_str("&amp;"),
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    letter => out.push(letter),
                }
            }
            out.extend(["</", tag, ">"]);
        }
        out.extend(["</", root, ">"]);
    }))
}
