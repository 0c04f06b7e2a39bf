//! `fixed_width`: lines of fixed-width columns.
//!
//! Owns how a value is padded and cut.

use super::super::{Arguments, Compiled, Generator, InvalidArgument, Param, Preset};
use super::definition;
use crate::value::Literal;

/// What it takes.
pub const PARAMS: &[Param] = &[
    Param {
        name: COLUMNS,
        expects: "an array of [width, definition, { params }]; none is a name of 20 and a number of 3",
        default: Preset::Absent,
    },
    Param { name: "num_rows", expects: "a whole number from 0 to 100000", default: Preset::Int(10) },
    Param { name: "align", expects: "\"left\", \"middle\" or \"right\"", default: Preset::Text("left") },
];

/// The parameter with the columns.
const COLUMNS: &str = "data_columns";

/// Where a value stands in its column.
#[derive(Clone, Copy)]
enum Align {
    Left,
    Middle,
    Right,
}

/// `fixed_width(data_columns=None, num_rows=10, align="left")`: lines without an end after the last; values are
/// cut at the width. Faker takes an unknown `align` for "left"; here it is refused.
pub fn fixed_width(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let rows = args.int_between("num_rows", 0, 100_000);
    let align =
        args.one_of("align", &[("left", Align::Left), ("middle", Align::Middle), ("right", Align::Right)]);
    let given = if args.is_given(COLUMNS) { args.value(COLUMNS)? } else { Literal::List(Vec::new()) };
    let Literal::List(mut records) = given else { return Err(args.wrong_type(COLUMNS, &given)) };
    let (rows, align) = (rows?, align?);
    if records.is_empty() {
        let text = |text: &str| Literal::Text(text.to_owned());
        let most = Literal::Table(vec![("max_value".to_owned(), Literal::Int(20))]);
        records = vec![
            Literal::List(vec![Literal::Int(20), text("name")]),
            Literal::List(vec![Literal::Int(3), text("pyint"), most]),
        ];
    }
    let columns = records.into_iter().map(|record| column(args, record));
    let columns: Vec<(usize, Compiled)> = columns.collect::<Result<_, _>>()?;
    let line = columns.iter().map(|(width, _)| *width as u64).sum::<u64>() + 1;
    let Ok(max_chars) = u32::try_from(line.saturating_mul(rows.unsigned_abs())) else {
        return Err(args.problem("num_rows", "the texts would be too long", "give fewer rows"));
    };
    Ok(Compiled::text(max_chars, move |draw, out| {
        let mut value = String::new();
        for row in 0..rows {
            if row > 0 {
                out.push('\n');
            }
            for (width, column) in &columns {
                value.clear();
                match &column.generator {
                    // As Python pads them.
                    Generator::Bool(truth) if column.nulls.0 == 0 => {
                        value.push(if truth(draw) { '1' } else { '0' });
                    }
                    _ => column.write_text(draw, &mut value),
                }
                push_padded(&value, *width, align, out);
            }
        }
    }))
}

/// A `[width, definition]` or `[width, definition, { params }]`.
fn column(args: &mut Arguments<'_>, record: Literal) -> Result<(usize, Compiled), InvalidArgument> {
    let parts = if let Literal::List(parts) = record { parts } else { Vec::new() };
    let mut parts = parts.into_iter();
    let (Some(Literal::Int(width @ 0..=10_000)), Some(Literal::Text(text)), params, None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        let help =
            "expected [width, definition] or [width, definition, { params }], the width from 0 to 10000";
        return Err(args.problem(COLUMNS, format!("`{COLUMNS}` holds no such column"), help));
    };
    let params = definition::params(args, COLUMNS, params)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10,000")]
    let width = width as usize;
    Ok((width, definition::read(args, COLUMNS, &text, &params)?))
}

/// Appends exactly `width` characters; of an odd number of blanks the middle has the greater half behind, as
/// Python's `^`.
fn push_padded(value: &str, width: usize, align: Align, out: &mut String) {
    let free = width.saturating_sub(value.chars().count());
    let before = match align {
        Align::Left => 0,
        Align::Middle => free / 2,
        Align::Right => free,
    };
    out.extend(std::iter::repeat_n(' ', before));
    out.extend(value.chars().take(width));
    out.extend(std::iter::repeat_n(' ', free - before));
}
