//! The rows of a tick, drawn in chunks so that memory does not grow with the batch.
//!
//! Owns the streams of one table at one tick. Chunks of any size give the same rows, because each column
//! draws from a stream of its own that goes on from chunk to chunk.

use std::ops::Range;
use std::sync::Arc;

use super::select;
use crate::plan::{Draws, Moment, Operation, Row, TablePlan, Unit, Values};
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
    /// Table by table: the ids that are there once the tick is done.
    pub alive: &'a Arc<[Range<i64>]>,
    pub table: &'a TablePlan,
}

impl Source<'_> {
    /// A stream for a purpose of the table as a whole.
    pub fn stream(&self, purpose: &str, operation: &str) -> Stream {
        Stream::keyed(Key { seed: self.seed, table: &self.table.name, purpose, operation, tick: self.tick })
    }

    fn columns(&self, operation: Operation, first_number: u64) -> Columns {
        let Self { seed, tick, at, table, .. } = *self;
        let columns = table.columns.iter();
        let first = tick.wrapping_mul(table.draws_per_tick());
        Columns {
            at,
            alive: self.alive.clone(),
            next_number: first.wrapping_add(first_number),
            draws: columns.map(|column| Draws::new(column, seed, &table.name, operation, tick)).collect(),
        }
    }

    fn buffers(&self) -> Vec<Values> {
        self.table.columns.iter().map(|column| Values::of(&column.sql_type)).collect()
    }
}

/// What all columns of a table draw from.
struct Columns {
    at: Timestamp,
    alive: Arc<[Range<i64>]>,
    next_number: u64,
    draws: Vec<Draws>,
}

impl Columns {
    /// Replaces the values by those of the next rows.
    fn fill(
        &mut self,
        table: &TablePlan,
        keys: impl ExactSizeIterator<Item = i64> + Clone,
        values: &mut [Values],
    ) {
        let moment = Moment { now: self.at, alive: &self.alive };
        let first = self.next_number;
        self.next_number = first.wrapping_add(keys.len() as u64);
        for ((column, draws), values) in table.columns.iter().zip(&mut self.draws).zip(values) {
            values.clear();
            let rows = keys.clone().zip(first..).map(|(key, number)| Row { key, number });
            column.fill(draws, &moment, rows, values);
        }
    }
}

/// The rows that a tick inserts into a table.
pub struct Inserts {
    remaining: Range<i64>,
    columns: Columns,
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
        Self { remaining: ids, columns: source.columns(Operation::Insert, 0), chunk }
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
        let rows = (end - self.chunk.ids.start) as usize;
        let first = self.chunk.ids.start;
        self.columns.fill(table, (0..rows).map(|row| first + row as i64), &mut self.chunk.columns);
        Some(&self.chunk)
    }
}

/// The rows of a table that a tick updates.
pub struct Updates {
    ids: Vec<i64>,
    done: usize,
    rows: Stream,
    choices: Vec<Stream>,
    columns: Columns,
    chunk: Changes,
}

/// A chunk of rows to update.
#[derive(Clone)]
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
        let table = source.table;
        // A table without columns that may change has nothing to update.
        let count = if table.units.is_empty() { 0 } else { table.update_rows };
        let choice = |unit: &Unit| {
            source.stream(&unit.name, if unit.is_group { "update group columns" } else { "update columns" })
        };
        let changed = vec![Vec::new(); table.columns.len()];
        Self {
            ids: if count == 0 {
                Vec::new()
            } else {
                select::distinct(&mut source.stream("", "update rows"), window, count)
            },
            done: 0,
            rows: source.stream("", "update columns"),
            choices: table.units.iter().map(choice).collect(),
            columns: source.columns(Operation::Update, table.insert_rows),
            chunk: Changes { ids: Vec::new(), changed, columns: source.buffers() },
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
        self.columns.fill(table, chunk.ids.iter().copied(), &mut chunk.columns);
        for changed in &mut chunk.changed {
            changed.clear();
            changed.resize(rows, false);
        }
        let (mut bits, mut changes) = (vec![0; table.units.len()], vec![false; table.units.len()]);
        for row in 0..rows {
            bits.iter_mut().zip(&mut self.choices).for_each(|(bits, stream)| *bits = stream.bits());
            select::columns(self.rows.bits(), &mut bits, &mut changes);
            for (unit, _) in table.units.iter().zip(&changes).filter(|(_, changes)| **changes) {
                unit.columns.iter().for_each(|column| chunk.changed[*column][row] = true);
            }
        }
        Some(&self.chunk)
    }
}
