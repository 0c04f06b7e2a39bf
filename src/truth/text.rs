//! A row as PostgreSQL's `COPY … TO STDOUT` writes it in its text format.
//!
//! Owns the escapes (<https://www.postgresql.org/docs/current/sql-copy.html>, "Text Format"). The same
//! bytes can be obtained with psql: `COPY (SELECT * FROM t ORDER BY 1) TO STDOUT`, where keys are numbers.

use std::fmt::Write as _;

use super::Row;
use crate::plan::{RowKeys, TablePlan};
use crate::value::Value;

/// Appends the last version of a row: key, columns, tech columns, separated by tabs, terminated by a line feed.
pub fn push_line(table: &TablePlan, keys: &RowKeys, row: Row<'_>, out: &mut String) {
    push_field(keys.key(row.id()).value(), out, as_printed);
    for column in 0..table.columns.len() {
        out.push('\t');
        push_field(row.value(column), out, as_printed);
    }
    for (_, value) in table.tech_values(row.stamps()) {
        out.push('\t');
        push_field(value, out, as_printed);
    }
    out.push('\n');
}

fn as_printed(value: Value<'_>, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}

/// Appends a field: a value as `print` appends it, escaped; NULL is not printed.
pub fn push_field(value: Value<'_>, out: &mut String, print: impl FnOnce(Value<'_>, &mut String)) {
    if matches!(value, Value::Null) {
        return out.push_str("\\N");
    }
    let start = out.len();
    print(value, out);
    if out.as_bytes()[start..].iter().any(|byte| matches!(byte, b'\\' | 8..=13)) {
        let plain = out.split_off(start);
        for letter in plain.chars() {
            match letter {
                '\\' => out.push_str("\\\\"),
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\u{8}' => out.push_str("\\b"),
                '\u{b}' => out.push_str("\\v"),
                '\u{c}' => out.push_str("\\f"),
                other => out.push(other),
            }
        }
    }
}
