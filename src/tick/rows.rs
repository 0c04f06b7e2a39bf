//! The rows of a tick, drawn in chunks so that memory does not grow with the batch.
//!
//! Owns the streams of one table at one tick. Chunks of any size give the same rows, because each column
//! draws from a stream of its own that goes on from chunk to chunk.

use std::ops::Range;

use super::select;
use crate::plan::{Moment, TablePlan, Values};
use crate::stream::{Key, Stream};
use crate::value::Timestamp;

/// Most rows that are held at a time.
pub const CHUNK_ROWS: usize = 4096;

/// Where a table's streams at a tick begin.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub seed: u64,
    pub tick: u64,
    pub at: Timestamp,
    pub table: &'a TablePlan,
}

impl Source<'_> {
    /// A stream for a purpose of the table as a whole.
    pub fn stream(&self, purpose: &str, operation: &str) -> Stream {
        Stream::keyed(Key { seed: self.seed, table: &self.table.name, purpose, operation, tick: self.tick })
    }

    fn columns(&self, operation: &str) -> Vec<Stream> {
        self.table.columns.iter().map(|column| self.stream(&column.name, operation)).collect()
    }

    fn buffers(&self) -> Vec<Values> {
        self.table.columns.iter().map(|column| Values::of(&column.sql_type)).collect()
    }
}

/// The rows that a tick inserts into a table.
pub struct Inserts {
    at: Timestamp,
    remaining: Range<i64>,
    streams: Vec<Stream>,
    chunk: Rows,
}

/// A chunk of rows to insert.
pub struct Rows {
    /// Their keys.
    pub ids: Range<i64>,
    /// Their `created_at`.
    pub created_at: Timestamp,
    /// Column after column, in the table's order.
    pub columns: Vec<Values>,
}

impl Inserts {
    pub(super) fn new(source: Source<'_>, ids: Range<i64>) -> Self {
        let created_at = source.at.floor_second();
        let chunk = Rows { ids: ids.start..ids.start, created_at, columns: source.buffers() };
        Self { at: source.at, remaining: ids, streams: source.columns("insert"), chunk }
    }

    /// The keys of the rows that are still to come.
    pub fn remaining(&self) -> Range<i64> {
        self.remaining.clone()
    }

    /// Draws the next chunk; `None` after the last.
    pub fn next_chunk(&mut self, table: &TablePlan) -> Option<&Rows> {
        if self.remaining.is_empty() {
            return None;
        }
        let end = self.remaining.end.min(self.remaining.start.saturating_add(CHUNK_ROWS as i64));
        self.chunk.ids = self.remaining.start..end;
        self.remaining.start = end;
        let moment = Moment { now: self.at, alive: &[] };
        let columns = table.columns.iter().zip(&mut self.streams).zip(&mut self.chunk.columns);
        for ((column, stream), values) in columns {
            values.clear();
            column.fill(stream, &moment, self.chunk.ids.clone(), values);
        }
        Some(&self.chunk)
    }
}

/// The rows of a table that a tick updates.
pub struct Updates {
    at: Timestamp,
    ids: Vec<i64>,
    done: usize,
    rows: Stream,
    choices: Vec<Stream>,
    streams: Vec<Stream>,
    chunk: Changes,
}

/// A chunk of rows to update.
pub struct Changes {
    /// Their keys, ascending.
    pub ids: Vec<i64>,
    /// Column after column, in the table's order: whether each row's value changes.
    pub changed: Vec<Vec<bool>>,
    /// Column after column: each row's new value, also drawn where it does not change, so that no value
    /// depends on the choice of another row's columns.
    pub columns: Vec<Values>,
}

impl Updates {
    pub(super) fn new(source: Source<'_>, window: Range<i64>) -> Self {
        // A table without columns of its own has nothing that could change.
        let count = if source.table.columns.is_empty() { 0 } else { source.table.update_rows };
        let columns = source.table.columns.len();
        Self {
            at: source.at,
            ids: if count == 0 {
                Vec::new()
            } else {
                select::distinct(&mut source.stream("", "update rows"), window, count)
            },
            done: 0,
            rows: source.stream("", "update columns"),
            choices: source.columns("update columns"),
            streams: source.columns("update"),
            chunk: Changes { ids: Vec::new(), changed: vec![Vec::new(); columns], columns: source.buffers() },
        }
    }

    /// How many rows are still to come.
    pub fn remaining(&self) -> usize {
        self.ids.len() - self.done
    }

    /// Draws the next chunk; `None` after the last.
    pub fn next_chunk(&mut self, table: &TablePlan) -> Option<&Changes> {
        if self.remaining() == 0 {
            return None;
        }
        let rows = self.remaining().min(CHUNK_ROWS);
        let chunk = &mut self.chunk;
        chunk.ids.clear();
        chunk.ids.extend_from_slice(&self.ids[self.done..self.done + rows]);
        self.done += rows;
        let moment = Moment { now: self.at, alive: &[] };
        for ((column, stream), values) in table.columns.iter().zip(&mut self.streams).zip(&mut chunk.columns)
        {
            values.clear();
            column.fill(stream, &moment, chunk.ids.iter().copied(), values);
        }
        chunk.changed.iter_mut().for_each(Vec::clear);
        let (mut bits, mut changed) = (vec![0; self.choices.len()], vec![false; self.choices.len()]);
        for _ in 0..rows {
            let row = self.rows.bits();
            bits.iter_mut().zip(&mut self.choices).for_each(|(bits, stream)| *bits = stream.bits());
            select::columns(row, &mut bits, &mut changed);
            chunk.changed.iter_mut().zip(&changed).for_each(|(column, changed)| column.push(*changed));
        }
        Some(&self.chunk)
    }
}
