//! The rows of a tick, drawn in chunks so that memory does not grow with the batch.
//!
//! Owns the streams of one table at one tick. Chunks of any size give the same rows, because each column
//! draws from a stream of its own that goes on from chunk to chunk.

use std::ops::Range;
use std::sync::Arc;

use super::select;
use crate::plan::{Draws, Keys, Moment, Operation, TablePlan, Unit, Values};
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
    fn columns(&self, operation: Operation, first_number: u64) -> Columns {
        let Self { seed, tick, at, table, .. } = *self;
        let first = tick.wrapping_mul(table.draws_per_tick());
        let next_number = first.wrapping_add(first_number);
        Columns { seed, tick, at, operation, alive: self.alive.clone(), next_number, draws: Vec::new() }
    }
}

/// What all columns of a table draw from. Streams are keyed, and buffers made, when the first row is drawn.
struct Columns {
    seed: u64,
    tick: u64,
    at: Timestamp,
    operation: Operation,
    alive: Arc<[Range<i64>]>,
    next_number: u64,
    draws: Vec<Draws>,
}

impl Columns {
    /// A stream for a purpose of the table as a whole.
    fn stream(&self, table: &TablePlan, purpose: &str, operation: &str) -> Stream {
        Stream::keyed(Key { seed: self.seed, table: &table.name, purpose, operation, tick: self.tick })
    }

    /// Replaces the values by those of the next rows.
    fn fill(&mut self, table: &TablePlan, keys: &Keys<'_>, values: &mut Vec<Values>) {
        let Self { seed, tick, operation, .. } = *self;
        let columns = table.columns.iter();
        if values.is_empty() {
            values.extend(columns.clone().map(|column| Values::of(&column.sql_type)));
        }
        if self.draws.is_empty() {
            self.draws =
                columns.map(|column| Draws::new(column, seed, &table.name, operation, tick)).collect();
        }
        let moment = Moment { now: self.at, alive: &self.alive };
        let first = self.next_number;
        self.next_number = first.wrapping_add(keys.count());
        for ((column, draws), values) in table.columns.iter().zip(&mut self.draws).zip(values) {
            values.clear();
            column.fill(draws, &moment, keys, first, values);
        }
    }
}

/// The rows that a tick inserts into a table.
pub struct Inserts {
    remaining: Range<i64>,
    /// Whether the chunk is drawn and not handed out yet.
    ahead: bool,
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
        let chunk = Rows { ids: ids.start..ids.start, created_at, columns: Vec::new() };
        Self { remaining: ids, ahead: false, columns: source.columns(Operation::Insert, 0), chunk }
    }

    /// The keys of the rows that are still to come.
    pub fn remaining(&self) -> Range<i64> {
        if self.ahead { self.chunk.ids.start..self.remaining.end } else { self.remaining.clone() }
    }

    /// Lends the buffers of rows of the same table that are done; no use is made of them where there are some.
    pub fn lend(&mut self, buffers: Vec<Values>) {
        if self.chunk.columns.is_empty() {
            self.chunk.columns = buffers;
        }
    }

    /// Gives back the buffers, once the last chunk is done.
    pub fn give_back(&mut self) -> Vec<Values> {
        std::mem::take(&mut self.chunk.columns)
    }

    /// Draws the next chunk; `None` after the last.
    pub fn next_chunk(&mut self, table: &TablePlan) -> Option<&Rows> {
        self.draw_ahead(table);
        std::mem::take(&mut self.ahead).then_some(&self.chunk)
    }

    /// Draws the next chunk before it is asked for.
    pub fn draw_ahead(&mut self, table: &TablePlan) {
        if self.ahead || self.remaining.is_empty() {
            return;
        }
        let end = self.remaining.end.min(self.remaining.start.saturating_add(CHUNK_ROWS as i64));
        self.chunk.ids = self.remaining.start..end;
        self.remaining.start = end;
        self.columns.fill(table, &Keys::Range(self.chunk.ids.clone()), &mut self.chunk.columns);
        self.ahead = true;
    }
}

/// The rows of a table that a tick updates.
pub struct Updates {
    window: Range<i64>,
    /// Rows that are still to come.
    remaining: usize,
    /// Whether the chunk is drawn and not handed out yet.
    ahead: bool,
    chosen: Option<Chosen>,
    columns: Columns,
    chunk: Changes,
}

/// Which rows change, and what decides which of their columns do.
struct Chosen {
    ids: Vec<i64>,
    rows: Stream,
    units: Vec<Stream>,
}

/// A chunk of rows to update.
#[derive(Default)]
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
        let there = window.end.saturating_sub(window.start).max(0).unsigned_abs();
        Self {
            window,
            remaining: count.min(there) as usize,
            ahead: false,
            chosen: None,
            columns: source.columns(Operation::Update, table.insert_rows),
            chunk: Changes { ids: Vec::new(), changed: Vec::new(), columns: Vec::new() },
        }
    }

    /// How many rows are still to come.
    pub fn remaining(&self) -> usize {
        self.remaining + if self.ahead { self.chunk.ids.len() } else { 0 }
    }

    /// Draws the next chunk; `None` after the last.
    pub fn next_chunk(&mut self, table: &TablePlan) -> Option<&Changes> {
        self.draw_ahead(table);
        std::mem::take(&mut self.ahead).then_some(&self.chunk)
    }

    /// The same, for who keeps it while others are drawn.
    pub fn take_chunk(&mut self, table: &TablePlan) -> Option<Changes> {
        self.draw_ahead(table);
        std::mem::take(&mut self.ahead).then(|| std::mem::take(&mut self.chunk))
    }

    /// Draws the next chunk before it is asked for.
    pub fn draw_ahead(&mut self, table: &TablePlan) {
        if self.ahead || self.remaining == 0 {
            return;
        }
        let Self { window, remaining, chosen, columns, chunk, .. } = self;
        let chosen = chosen.get_or_insert_with(|| Chosen::new(columns, table, window.clone(), *remaining));
        let rows = (*remaining).min(CHUNK_ROWS);
        let first = chosen.ids.len() - *remaining;
        chunk.ids.clear();
        chunk.ids.extend_from_slice(&chosen.ids[first..first + rows]);
        *remaining -= rows;
        columns.fill(table, &Keys::Listed(&chunk.ids), &mut chunk.columns);
        chunk.changed.resize_with(table.columns.len(), Vec::new);
        for changed in &mut chunk.changed {
            changed.clear();
            changed.resize(rows, false);
        }
        let (mut bits, mut changes) = (vec![0; table.units.len()], vec![false; table.units.len()]);
        for row in 0..rows {
            bits.iter_mut().zip(&mut chosen.units).for_each(|(bits, stream)| *bits = stream.bits());
            select::columns(chosen.rows.bits(), &mut bits, &mut changes);
            for (unit, _) in table.units.iter().zip(&changes).filter(|(_, changes)| **changes) {
                unit.columns.iter().for_each(|column| chunk.changed[*column][row] = true);
            }
        }
        self.ahead = true;
    }
}

impl Chosen {
    fn new(columns: &Columns, table: &TablePlan, window: Range<i64>, count: usize) -> Self {
        let stream = |purpose: &str, operation: &str| columns.stream(table, purpose, operation);
        let of_unit = |unit: &Unit| {
            stream(&unit.name, if unit.is_group { "update group columns" } else { "update columns" })
        };
        Self {
            ids: select::distinct(&mut stream("", "update rows"), window, count as u64),
            rows: stream("", "update columns"),
            units: table.units.iter().map(of_unit).collect(),
        }
    }
}
