//! `json` and `json_bytes`: documents of a shape that the config gives.
//!
//! Owns the shape and its text. Must not know where a document is kept.

use super::super::{Arguments, Compiled, Draw, Generator, InvalidArgument, Param, Preset};
use super::definition;
use crate::value::json::write_string;
use crate::value::{Literal, SqlType};

/// The params of both.
pub const PARAMS: &[Param] = &[
    Param {
        name: "data_columns",
        expects: "a table such as { name = \"{{name}}\", points = \"pyint\" }, or an array of \
                  [name, definition, { params }]; none is name and residency",
        default: Preset::Absent,
    },
    Param { name: "num_rows", expects: "a whole number from 0 to 100000", default: Preset::Int(10) },
    Param { name: "indent", expects: "a whole number of blanks from 0 to 100", default: Preset::Absent },
    Param { name: "cls", expects: "nothing: an encoder is a Python class", default: Preset::Absent },
];

/// The parameter that holds the shape.
const COLUMNS: &str = "data_columns";
/// Deepest nesting of a shape.
const DEPTH_MAX: usize = 32;

/// The shape of a document.
enum Node {
    /// Written as it is.
    Fixed(String),
    Value(Compiled),
    Object(Vec<(String, Node)>),
    Array(Vec<Node>),
}

/// `json(data_columns=None, num_rows=10, indent=None, cls=None)`: an array of `num_rows` documents; one row is
/// its document alone.
///
/// An array of arrays is Faker's list of records: as a whole it is one object, and as the definition of a record a list
/// of objects, one of each record. Faker's tuple, one object within another, is a table here. Decimal numbers and dates,
/// which Faker's encoder refuses, are numbers and strings. Text is UTF-8 where Python writes `\u` escapes.
pub fn json(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (rows, indent) = (args.int_between("num_rows", 0, 100_000), args.int_or_absent("indent"));
    if args.is_given("cls") {
        return Err(args.problem("cls", "`cls` cannot be set: an encoder is a Python class", "leave it out"));
    }
    let (rows, indent) = (rows?, indent?);
    if let Some(blanks) = indent.filter(|blanks| !(0..=100).contains(blanks)) {
        let help = "expected a whole number from 0 to 100";
        return Err(args.problem("indent", format!("`indent` is {blanks}"), help));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100,000")]
    let (rows, indent) = (rows as usize, indent.map(|blanks| blanks as usize));
    let text = |text: &str| Literal::Text(text.to_owned());
    let default = || {
        let columns = [("name", "{{name}}"), ("residency", "{{address}}")];
        Literal::Table(columns.map(|(name, column)| (name.to_owned(), text(column))).to_vec())
    };
    let shape = if args.is_given(COLUMNS) { args.value(COLUMNS)? } else { default() };
    let node = match shape {
        Literal::Table(columns) if columns.is_empty() => node(args, default(), 0)?,
        Literal::List(columns) if columns.is_empty() => node(args, default(), 0)?,
        Literal::Table(_) => node(args, shape, 0)?,
        Literal::List(records) => object(args, records, 0)?,
        other => return Err(args.wrong_type(COLUMNS, &other)),
    };
    // Each row with its line and blanks, or its comma and blank, and the brackets around all.
    let row = node.max_chars(indent, 1).map(|chars| chars + indent.unwrap_or(0) as u64 + 2);
    let most = row.and_then(|row| row.checked_mul(rows as u64)?.checked_add(3));
    let draw = move |draw: &mut Draw<'_>, out: &mut String| {
        if rows == 1 {
            return node.write(draw, indent, 0, out);
        }
        let rows = std::iter::repeat_n(&node, rows);
        written(['[', ']'], rows, indent, 0, out, |node, out| node.write(draw, indent, 1, out));
    };
    let documents = match most.map(u32::try_from) {
        Some(Ok(max_chars)) => Compiled::text(max_chars, draw),
        Some(Err(_)) => {
            return Err(args.problem("num_rows", "the texts would be too long", "give fewer rows"));
        }
        None => Compiled::of(Generator::text(draw)),
    };
    Ok(documents.reading_as(&[SqlType::Json, SqlType::Jsonb]))
}

/// `json_bytes(…)`: the same in UTF-8.
pub fn bytes(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let Compiled { generator, max_chars, .. } = json(args)?;
    let draw = move |draw: &mut Draw<'_>, out: &mut Vec<u8>| {
        let mut text = String::new();
        generator.write(draw, &mut text);
        out.extend(text.into_bytes());
    };
    // A character has four bytes at most.
    Ok(match max_chars.and_then(|chars| chars.checked_mul(4)) {
        Some(most) => Compiled::bytes(most, draw),
        None => Compiled::of(Generator::Bytes(Box::new(draw))),
    })
}

/// A part of a shape.
fn node(args: &mut Arguments<'_>, shape: Literal, depth: usize) -> Result<Node, InvalidArgument> {
    if depth > DEPTH_MAX {
        let message = format!("`{COLUMNS}` is nested deeper than {DEPTH_MAX} levels");
        return Err(args.problem(COLUMNS, message, "make it flatter"));
    }
    match shape {
        Literal::Bool(bool) => Ok(Node::Fixed(bool.to_string())),
        Literal::Int(int) => Ok(Node::Fixed(int.to_string())),
        // Rust prints the shortest decimal that reads as the same number, which JSON takes.
        Literal::Float(float) if float.is_finite() => Ok(Node::Fixed(float.to_string())),
        Literal::Float(_) => Err(args.problem(COLUMNS, "JSON has no such number", "give a finite one")),
        Literal::Text(text) => definition::read(args, COLUMNS, &text, &[]).map(Node::Value),
        Literal::Table(entries) => {
            let entry = |(name, shape)| Ok((name, node(args, shape, depth + 1)?));
            entries.into_iter().map(entry).collect::<Result<_, _>>().map(Node::Object)
        }
        Literal::List(items) => {
            let item = |item| match item {
                // As in Faker: in a list only texts and tables are definitions.
                Literal::List(_) => Ok(Node::Fixed(as_json(&item))),
                item => node(args, item, depth + 1),
            };
            items.into_iter().map(item).collect::<Result<_, _>>().map(Node::Array)
        }
    }
}

/// A literal as JSON.
fn as_json(literal: &Literal) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match literal {
        Literal::Bool(bool) => bool.to_string(),
        Literal::Int(int) => int.to_string(),
        Literal::Float(float) => float.to_string(),
        Literal::Text(text) => {
            let mut out = String::new();
            write_string(text, &mut out);
            out
        }
        Literal::List(items) => format!("[{}]", list(items.iter().map(as_json).collect())),
        Literal::Table(entries) => {
            let entry = |(name, value): &(String, Literal)| {
                format!("{}: {}", as_json(&Literal::Text(name.clone())), as_json(value))
            };
            format!("{{{}}}", list(entries.iter().map(entry).collect()))
        }
    }
}

/// An object of records `[name, definition]` and `[name, definition, { params }]`.
fn object(args: &mut Arguments<'_>, records: Vec<Literal>, depth: usize) -> Result<Node, InvalidArgument> {
    let mut entries = Vec::with_capacity(records.len());
    for record in records {
        let Literal::List(parts) = record else { return Err(args.wrong_type(COLUMNS, &record)) };
        let mut parts = parts.into_iter();
        let (Some(Literal::Text(name)), Some(shape), params, None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            let help = "expected [name, definition] or [name, definition, { params }]";
            return Err(args.problem(COLUMNS, format!("`{COLUMNS}` holds no such record"), help));
        };
        let params = definition::params(args, COLUMNS, params)?;
        let value = match shape {
            Literal::Text(text) => Node::Value(definition::read(args, COLUMNS, &text, &params)?),
            // A list of records is a list of objects, each of one record.
            Literal::List(records) if depth < DEPTH_MAX => {
                let item = |item| match item {
                    Literal::List(_) => object(args, vec![item], depth + 1),
                    item => node(args, item, depth + 1),
                };
                Node::Array(records.into_iter().map(item).collect::<Result<_, _>>()?)
            }
            other => node(args, other, depth + 1)?,
        };
        entries.push((name, value));
    }
    Ok(Node::Object(entries))
}

impl Node {
    fn write(&self, draw: &mut Draw<'_>, indent: Option<usize>, depth: usize, out: &mut String) {
        match self {
            Self::Fixed(text) => out.push_str(text),
            Self::Value(value) => value.write_json(draw, out),
            Self::Object(entries) => {
                written(['{', '}'], entries.iter(), indent, depth, out, |(name, node), out| {
                    write_string(name, out);
                    out.push_str(": ");
                    node.write(draw, indent, depth + 1, out);
                });
            }
            Self::Array(items) => {
                written(['[', ']'], items.iter(), indent, depth, out, |node, out| {
                    node.write(draw, indent, depth + 1, out);
                });
            }
        }
    }

    /// Most characters, with lines of its own at `depth`; `None`: no bound is known.
    fn max_chars(&self, indent: Option<usize>, depth: usize) -> Option<u64> {
        // A comma, a line's end and the blanks of a line, or comma and blank; for the last bracket alike.
        let around = 2 + (indent.unwrap_or(0) * (depth + 1)) as u64;
        let sum = |mut parts: Box<dyn Iterator<Item = Option<u64>> + '_>| {
            parts.try_fold(2 + around, |sum, part| Some(sum + part? + around))
        };
        match self {
            Self::Fixed(text) => Some(text.len() as u64),
            Self::Value(value) => value.json_chars(),
            Self::Array(items) => sum(Box::new(items.iter().map(|item| item.max_chars(indent, depth + 1)))),
            Self::Object(entries) => sum(Box::new(entries.iter().map(|(name, node)| {
                // The name in quotes, each of its characters escaped, then colon and blank.
                Some(6 * name.chars().count() as u64 + 4 + node.max_chars(indent, depth + 1)?)
            }))),
        }
    }
}

/// Appends the items between brackets as Python's `json.dumps` does, each on a line where there is an indent.
fn written<T>(
    [open, close]: [char; 2],
    items: impl ExactSizeIterator<Item = T>,
    indent: Option<usize>,
    depth: usize,
    out: &mut String,
    mut write: impl FnMut(T, &mut String),
) {
    let line = |depth: usize, out: &mut String| {
        if let Some(blanks) = indent {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', blanks * depth));
        }
    };
    let some = items.len() > 0;
    out.push(open);
    for (place, item) in items.enumerate() {
        match (place, indent) {
            (0, _) => {}
            (_, None) => out.push_str(", "),
            (_, Some(_)) => out.push(','),
        }
        line(depth + 1, out);
        write(item, out);
    }
    if some {
        line(depth, out);
    }
    out.push(close);
}
