//! `csv`, `tsv`, `psv`: small tables in one text.
//!
//! Owns their quoting: that of Python's `csv` module with all cells quoted, lines ended by CR LF.

use super::super::base::patterns::LETTERS;
use super::super::python::format::Template;
use super::super::{Arguments, Compiled, InvalidArgument, Param, Preset};

/// The params of all three.
pub const PARAMS: &[Param] = &[
    Param { name: "header", expects: "an array of as many strings as columns", default: Preset::Absent },
    Param {
        name: "data_columns",
        expects: "an array of strings such as \"{{name}}\"",
        default: Preset::Texts(&["{{name}}", "{{address}}"]),
    },
    Param { name: "num_rows", expects: "a whole number from 1 up", default: Preset::Int(10) },
    Param {
        name: "include_row_ids",
        expects: "true for a first column of 1, 2, …, or false",
        default: Preset::Bool(false),
    },
];

/// Most rows that can be asked for.
const ROWS_MAX: i64 = 100_000;

/// `csv(header=None, data_columns=("{{name}}", "{{address}}"), num_rows=10, include_row_ids=False)` with
/// its delimiter: each column is a text as `pystr_format` takes it.
pub fn table(args: &mut Arguments<'_>, delimiter: char) -> Result<Compiled, InvalidArgument> {
    let (header, columns) = (args.texts_or_absent("header"), args.texts_or_absent("data_columns"));
    let (rows, ids) = (args.int_between("num_rows", 1, ROWS_MAX), args.boolean("include_row_ids"));
    let (header, columns, rows, ids) = (header?, columns?.unwrap_or_default(), rows?, ids?);
    if let Some(header) = header.as_ref().filter(|header| header.len() != columns.len()) {
        let message = format!("`header` has {} names for {} columns", header.len(), columns.len());
        return Err(args.problem("header", message, "give a name for each of `data_columns`"));
    }
    let cells = columns.iter().map(|column| Template::read(args, "data_columns", column, LETTERS));
    let cells: Vec<Template> = cells.collect::<Result<_, _>>()?;
    let mut head = String::new();
    if let Some(header) = &header {
        let id = ids.then_some("ID");
        for name in id.into_iter().chain(header.iter().map(String::as_str)) {
            push_cell(delimiter, head.is_empty(), &mut head, |out| out.push_str(name));
        }
        head.push_str("\r\n");
    }
    // Each character of a cell may be a quote, which is doubled; then come the two around the cell and the
    // delimiter. A number of a row has at most six digits.
    let row = cells.iter().map(|cell| 2 * u64::from(cell.max_chars()) + 3).sum::<u64>() + 9 + 2;
    let most = row.saturating_mul(rows.unsigned_abs()).saturating_add(head.chars().count() as u64);
    let Ok(max_chars) = u32::try_from(most) else {
        return Err(args.problem("num_rows", "the texts would be too long", "give fewer rows"));
    };
    Ok(Compiled::text(max_chars, move |draw, out| {
        out.push_str(&head);
        for number in 1..=rows {
            let start = out.len();
            if ids {
                push_cell(delimiter, true, out, |out| out.push_str(&number.to_string()));
            }
            for cell in &cells {
                let first = out.len() == start;
                push_cell(delimiter, first, out, |out| cell.fill(draw, out));
            }
            out.push_str("\r\n");
        }
    }))
}

/// Appends a cell in quotes, those in it doubled.
fn push_cell(delimiter: char, first: bool, out: &mut String, write: impl FnOnce(&mut String)) {
    if !first {
        out.push(delimiter);
    }
    out.push('"');
    let start = out.len();
    write(out);
    if out[start..].contains('"') {
        let doubled = out[start..].replace('"', "\"\"");
        out.truncate(start);
        out.push_str(&doubled);
    }
    out.push('"');
}
