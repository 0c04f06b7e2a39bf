//! Generators that Faker lacks, for the data of a shop: running numbers, weighted choices, texts made
//! of other providers, and keys of other tables' rows.
//!
//! Owns their parameters; weights are `base`'s, templates `python`'s.

use super::arguments::listed;
use super::python::format::Template;
use super::{Arguments, Compiled, Exact, InvalidArgument, Param, Preset, Provider, Scope, base};
use crate::suggest;
use crate::value::Literal;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "parse",
        summary: "a text in which each {{provider}} is a value of that provider, as Faker's generator has it",
        params: TEXT,
        compile: template,
    },
    Provider {
        name: "ref",
        summary: "the key of a row of another table that exists after the tick",
        params: &[
            Param { name: "table", expects: "the name of a table of this config", default: Preset::Absent },
            Param {
                name: "orphan_ratio",
                expects: "a number from 0 to 1: the share of keys that no row has",
                default: Preset::Int(0),
            },
            Param {
                name: "outlives",
                expects: "true or false: only keys of rows that are there as long as the row that has them",
                default: Preset::Bool(false),
            },
        ],
        compile: reference,
    },
    Provider {
        name: "sequence",
        summary: "a running number: the row's, from `start` in steps of `step`; never updated",
        params: &[
            Param { name: "start", expects: "a whole number", default: Preset::Int(1) },
            Param { name: "step", expects: "a whole number other than 0", default: Preset::Int(1) },
        ],
        compile: sequence,
    },
    Provider {
        name: "template",
        summary: "a text in which each {{provider}} is a value of that provider",
        params: TEXT,
        compile: template,
    },
    Provider {
        name: "weighted",
        summary: "one of some values, each as likely as its share of the weights",
        params: &[Param {
            name: "weights",
            expects: "a table of values and their weights, such as { paid = 6, shipped = 2.5 }",
            default: Preset::Absent,
        }],
        compile: |args| base::elements::weighted(args, "weights"),
    },
];

const TEXT: &[Param] = &[Param {
    name: "text",
    expects: "a string such as \"{{first_name}}.{{last_name}}@example.com\"",
    default: Preset::Absent,
}];

/// Example params of a provider that needs some, or whose values are too long to show without them.
pub fn example(provider: &str) -> Vec<(String, Literal)> {
    let text = |text: &str| Literal::Text(text.to_owned());
    let (name, value) = match provider {
        "binary" => ("length", Literal::Int(8)),
        "parse" => ("text", text("{{name}} <{{email}}>")),
        "template" => ("text", text("{{first_name}}.{{last_name}}@example.com")),
        "ref" => ("table", text("customers")),
        "weighted" => {
            let weights = [("paid", Literal::Int(6)), ("shipped", Literal::Float(2.5))];
            ("weights", Literal::Table(weights.map(|(name, weight)| (name.to_owned(), weight)).to_vec()))
        }
        _ => return Vec::new(),
    };
    vec![(name.to_owned(), value)]
}

/// The largest step of a running number.
const STEP_MAX: i64 = 1_000_000_000;

/// `sequence(start=1, step=1)`: `start + (key - 1) * step`.
fn sequence(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (start, step) = (args.int("start"), args.int_between("step", -STEP_MAX, STEP_MAX));
    let (start, step) = (start?, step?);
    if step == 0 {
        return Err(args.problem("step", "`step` is 0", "expected a whole number other than 0"));
    }
    let rows = args.scope().keys;
    let last =
        rows.checked_sub(1).and_then(|rows| rows.checked_mul(step)).and_then(|way| start.checked_add(way));
    let Some(last) = last else {
        let help = "choose a smaller step or start: there is room for as many rows as the table has keys";
        return Err(args.problem("step", "the numbers would not fit a bigint", help));
    };
    let range = start.min(last)..=start.max(last);
    // Keys of rows are below `rows` by much more than the number of rows in memory; none leaves the range.
    let numbers = Compiled::int(range, move |draw| start + (draw.key - 1) * step);
    Ok(Compiled { fixed: true, distinct: Some(rows.unsigned_abs()), ..numbers })
}

/// `template(text)`: Faker's `parse`. The text around the providers stands for itself.
fn template(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let text = args.text("text")?;
    let template = Template::parse(args, "text", &text)?;
    Ok(template.compiled())
}

/// `ref(table, orphan_ratio=0, outlives=false)`: each row alike, those of this tick included. Keys that no row has
/// are the last million before those that are kept for rows of others, which only a run of years would get to.
///
/// A foreign key to the row's own table is checked after each chunk of rows, which are in the order of their keys: a
/// row refers to itself or to one before it. An older row that is updated may find only younger ones that outlive it,
/// which are there before any update.
fn reference(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const ORPHANS: u64 = 1_000_000;
    let (name, orphans) = (args.text("table"), args.exact_or_absent("orphan_ratio"));
    let outlives = args.boolean("outlives");
    let tables = args.scope().tables;
    let name = name?;
    let Some(table) = tables.iter().position(|table| table.name == name) else {
        let names = || tables.iter().map(|table| table.name.as_str());
        let help = match suggest::nearest(&name, names()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("the tables are {}", listed(names())),
        };
        return Err(args.problem("table", format!("there is no table `{name}`"), help));
    };
    let Some((part, whole)) = orphans?.map_or(Some((0, 1)), Exact::share) else {
        let help = "expected a number from 0 to 1, such as 0.01";
        return Err(args.problem("orphan_ratio", "`orphan_ratio` is out of range", help));
    };
    let Scope { references, own_table, .. } = args.scope();
    if references && part > 0 {
        let message = "`orphan_ratio` asks for keys that no row has, which a foreign key forbids";
        return Err(args.problem("orphan_ratio", message, "remove `orphan_ratio`, or `references`"));
    }
    let (reserved_from, outlives) = (tables[table].reserved_from, outlives? || references);
    let up_to_own = references && own_table == Some(table);
    let keys = Compiled::int(1..=reserved_from - 1, move |draw| {
        let there = if outlives { draw.outliving } else { draw.alive };
        let mut alive = there.get(table).cloned().unwrap_or(1..2);
        if up_to_own && alive.contains(&draw.key) {
            alive.end = draw.key + 1;
        }
        if part > 0 && draw.stream.chance(part, whole) {
            return reserved_from - 1 - draw.stream.below(ORPHANS).cast_signed();
        }
        alive.start + draw.stream.below((alive.end - alive.start).max(1).unsigned_abs()).cast_signed()
    });
    Ok(Compiled { refers_to: Some(table), outlives, ..keys })
}
