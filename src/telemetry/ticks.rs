//! Commits as log lines: one per table and tick at INFO, one per changed row at DEBUG.
//!
//! Owns the text of these lines. Runs on the writer threads, never on those of shops: the rows of a commit are drawn
//! again here.

use std::fmt::Write as _;

use serde_json::Value as Json;
use tracing::Level;

use super::line::{Format, Frame, Style, push_on_one_line};
use crate::plan::{RowKey, RowKeys, TablePlan};
use crate::supervise::Commit;
use crate::tick::{Counts, Operation, TableTick, Tick, UpdateCause};
use crate::value::Value;

/// The approximate size of a block.
const BLOCK_BYTES: usize = 64 * 1024;

/// Lines on their way out, block by block.
pub struct Block<'a> {
    text: String,
    lines: u64,
    written: usize,
    /// Takes whole lines, and their number.
    write: &'a mut dyn FnMut(&str, u64),
    /// Messages that are escaped before they become part of a line.
    scratch: String,
}

impl<'a> Block<'a> {
    /// An empty block.
    pub fn new(write: &'a mut dyn FnMut(&str, u64)) -> Self {
        Self {
            text: String::with_capacity(BLOCK_BYTES + 4096),
            lines: 0,
            written: 0,
            write,
            scratch: String::new(),
        }
    }

    /// Adds whole lines.
    pub fn push(&mut self, text: &str, lines: u64) {
        self.text.push_str(text);
        self.ended(lines);
    }

    /// The number of bytes written so far.
    pub fn written(&self) -> usize {
        self.written
    }

    /// Writes the block.
    pub fn flush(&mut self) {
        if !self.text.is_empty() {
            (self.write)(&self.text, self.lines);
            self.written += self.text.len();
            self.text.clear();
            self.lines = 0;
        }
    }

    /// Adds a line whose message has no line breaks.
    fn line(&mut self, frame: &Frame, message: impl FnOnce(&mut String)) {
        match frame.format {
            Format::Text => {
                self.text.push_str(&frame.before);
                message(&mut self.text);
                self.text.push_str(&frame.after);
            }
            Format::Json => {
                self.scratch.clear();
                message(&mut self.scratch);
                frame.push(&mut self.text, &self.scratch);
            }
        }
        self.ended(1);
    }

    fn ended(&mut self, lines: u64) {
        self.lines += lines;
        if self.text.len() >= BLOCK_BYTES {
            self.flush();
        }
    }
}

/// The number of lines of a commit.
pub fn lines(commit: &Commit, rows: bool) -> u64 {
    let Counts { deleted, updated, inserted } = commit.counts.iter().copied().sum();
    let changed = if rows { deleted + updated + inserted } else { 0 };
    (commit.ticks.end - commit.ticks.start) * commit.plan.tables.len() as u64 + changed
}

/// Writes the lines of a commit, with or without those of its rows.
pub fn write(commit: &Commit, time: &str, rows: bool, style: Style, block: &mut Block<'_>) {
    let Commit { plan, timeline, ticks, counts, .. } = commit;
    let together = ticks.end - ticks.start > 1;
    for tick in ticks.clone() {
        let Tick { tick, at, tables, keys, .. } = Tick::new(plan, timeline, tick);
        for (place, (table, planned)) in plan.tables.iter().zip(tables).enumerate() {
            // For ticks that share a transaction there are only the counts of the whole.
            let Counts { deleted, updated, inserted } =
                if together { planned.counts() } else { counts[place] };
            let fields: [(&str, Json); 6] = [
                ("tick", tick.into()),
                ("table", table.name.as_str().into()),
                ("deleted", deleted.into()),
                ("updated", updated.into()),
                ("inserted", inserted.into()),
                ("at", at.to_string().into()),
            ];
            let frame = style.frame(time, Level::INFO, Some(&plan.name), &fields);
            block.line(&frame, |line| line.push_str("committed"));
            if rows {
                let frame = style.frame(time, Level::DEBUG, Some(&plan.name), &fields[..2]);
                write_rows(table, &keys[place], planned, &frame, block);
            }
        }
    }
}

/// Writes a line for each row of one table that a tick changed.
fn write_rows(table: &TablePlan, keys: &RowKeys, mut rows: TableTick, frame: &Frame, block: &mut Block<'_>) {
    let begin = |operation: &str| {
        let mut begin = format!("{operation} ");
        push_on_one_line(&mut begin, &table.key);
        begin + "="
    };
    let assigned = |name: &str| {
        let mut text = " ".to_owned();
        push_on_one_line(&mut text, name);
        text + "="
    };
    let columns: Vec<String> = table.columns.iter().map(|column| assigned(&column.name)).collect();
    let [delete, update, insert] = ["delete", "update", "insert"].map(begin);
    let soft_delete = begin(&format!("update ({})", UpdateCause::SoftDelete.name(table).unwrap_or_default()));
    let causes = table.changes.as_ref().map_or(&[][..], |changes| changes.causes());
    let causes: Vec<String> = causes.iter().map(|cause| begin(&format!("update ({})", cause.name))).collect();
    while let Some(operation) = rows.next(table) {
        match operation {
            Operation::Delete(ids) => {
                for (_, id) in ids.iter() {
                    block.line(frame, |line| push_key(line, &delete, &keys.key(id)));
                }
            }
            Operation::Update(rows) => {
                for row in rows.iter() {
                    block.line(frame, |line| {
                        let begin = match row.cause() {
                            UpdateCause::Random => &update,
                            UpdateCause::Source(cause) => &causes[cause],
                            UpdateCause::SoftDelete => &soft_delete,
                        };
                        push_key(line, begin, &keys.key(row.id()));
                        for (place, column) in columns.iter().enumerate() {
                            if let Some(value) = row.new_value(place) {
                                line.push_str(column);
                                push_value(line, value);
                            }
                        }
                    });
                }
            }
            Operation::Insert(rows) => {
                for (row, id) in rows.ids.iter() {
                    block.line(frame, |line| {
                        push_key(line, &insert, &keys.key(id));
                        for (column, values) in columns.iter().zip(&rows.columns) {
                            line.push_str(column);
                            push_value(line, values.get(row));
                        }
                    });
                }
            }
        }
    }
}

fn push_key(line: &mut String, begin: &str, key: &RowKey) {
    line.push_str(begin);
    push_value(line, key.value());
}

/// A value as it is logged: texts are quoted and escaped, so that a row is one line.
fn push_value(line: &mut String, value: Value<'_>) {
    match value {
        Value::Text(text) | Value::Json(text) => {
            // Most texts have nothing to escape, which is checked first.
            if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\') {
                line.push('"');
                line.push_str(text);
                line.push('"');
                return;
            }
            // Writing to a String cannot fail, here and below.
            let _ = write!(line, "{text:?}");
        }
        Value::Array(_) => drop(write!(line, "{:?}", value.to_string())),
        value => value.push_to(line),
    }
}
