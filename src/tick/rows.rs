//! The rows of a tick, drawn in chunks so that memory does not grow with the batch.
//!
//! Owns the streams of one table at one tick. Chunks of any size give the same rows, because each column
//! draws from a stream of its own that goes on from chunk to chunk.

use std::ops::Range;
use std::sync::Arc;

use super::select::{self, Selection};
use crate::plan::{Draws, Keys, Moment, Operation, TablePlan, Unit, Values};
use crate::stream::{Key, Stream};
use crate::value::Timestamp;

/// Most rows of a chunk.
pub const CHUNK_ROWS: usize = 4096;
/// A chunk ends with the rows that bring its values to so many bytes.
pub const CHUNK_BYTES: usize = 1 << 20;
/// Most rows that are drawn before their bytes are counted, where nobody knows how wide values may become.
const BLIND_ROWS: usize = 16;
/// Bytes of buffers that are not kept for the next tick.
const LARGE: usize = CHUNK_BYTES / 4;

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

    /// Appends the values of the next rows, of as many of these as a chunk may have; tells how many.
    fn fill(&mut self, table: &TablePlan, keys: &Keys<'_>, values: &mut Vec<Values>) -> usize {
        if values.is_empty() {
            values.extend(table.columns.iter().map(|column| Values::of(&column.sql_type)));
        }
        let before = bytes(values);
        let count = keys.count().min(CHUNK_ROWS as u64) as usize;
        let (mut rows, mut drawn) = (0, 0);
        while rows < count && drawn < CHUNK_BYTES {
            // As many as cannot bring it far above its bytes.
            let more = match table.most_bytes() {
                Some(most) => CHUNK_BYTES.checked_div(most).unwrap_or(CHUNK_ROWS).max(1),
                None => (CHUNK_BYTES * rows / drawn.max(1)).clamp(1, BLIND_ROWS),
            };
            let end = count.min(rows + more);
            self.fill_blindly(table, &keys.part(rows..end), values);
            (rows, drawn) = (end, bytes(values) - before);
        }
        rows
    }

    /// Appends the values of all of these rows, which are the next.
    fn fill_blindly(&mut self, table: &TablePlan, keys: &Keys<'_>, values: &mut [Values]) {
        let Self { seed, tick, operation, .. } = *self;
        let columns = table.columns.iter();
        if self.draws.is_empty() {
            self.draws =
                columns.map(|column| Draws::new(column, seed, &table.name, operation, tick)).collect();
        }
        let moment = Moment { now: self.at, alive: &self.alive };
        let first = self.next_number;
        self.next_number = first.wrapping_add(keys.count());
        for ((column, draws), values) in table.columns.iter().zip(&mut self.draws).zip(values) {
            column.fill(draws, &moment, keys, first, values);
        }
    }
}

/// Bytes of the values of some rows.
fn bytes(columns: &[Values]) -> usize {
    columns.iter().map(Values::bytes).sum()
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

    /// Gives back the buffers, once the last chunk is done, but for large ones, which would lie idle.
    pub fn give_back(&mut self) -> Vec<Values> {
        let buffers = std::mem::take(&mut self.chunk.columns);
        let large = buffers.iter().map(Values::capacity).sum::<usize>() > LARGE;
        if large { Vec::new() } else { buffers }
    }

    /// Draws the next chunk; `None` after the last.
    pub fn next_chunk(&mut self, table: &TablePlan) -> Option<&Rows> {
        self.draw_ahead(table);
        if !self.ahead {
            self.chunk.columns = self.give_back();
            self.columns.draws = Vec::new();
        }
        std::mem::take(&mut self.ahead).then_some(&self.chunk)
    }

    /// The values of the next rows with keys below `end`, as many as a chunk may have, of which none is drawn ahead.
    pub fn take_rows(&mut self, table: &TablePlan, end: i64) -> (Range<i64>, Vec<Values>) {
        let (first, mut values) = (self.remaining.start, Vec::new());
        let rows = self.columns.fill(table, &Keys::Range(first..end.min(self.remaining.end)), &mut values);
        self.remaining.start += rows as i64;
        (first..self.remaining.start, values)
    }

    /// Draws the next chunk before it is asked for; tells how many bytes wait.
    pub fn draw_ahead(&mut self, table: &TablePlan) -> usize {
        if self.ahead {
            return bytes(&self.chunk.columns);
        }
        if self.remaining.is_empty() {
            return 0;
        }
        self.chunk.columns.iter_mut().for_each(Values::clear);
        let rows = self.columns.fill(table, &Keys::Range(self.remaining.clone()), &mut self.chunk.columns);
        let end = self.remaining.start + rows as i64;
        self.chunk.ids = self.remaining.start..end;
        self.remaining.start = end;
        self.ahead = true;
        bytes(&self.chunk.columns)
    }
}

/// The rows of a table that a tick updates.
pub struct Updates {
    window: Range<i64>,
    /// The first key that is not looked at yet.
    next: i64,
    /// Rows that change in all, and those of them that are still to come.
    count: usize,
    remaining: usize,
    /// Whether the chunk is drawn and not handed out yet.
    ahead: bool,
    chosen: Option<Chosen>,
    columns: Columns,
    chunk: Changes,
}

/// Which rows change, and what decides which of their columns do.
struct Chosen {
    /// Which, once they are asked for.
    ids: Option<Selection>,
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
        let count = count.min(there) as usize;
        Self {
            next: window.start,
            window,
            count,
            remaining: count,
            ahead: false,
            chosen: None,
            columns: source.columns(Operation::Update, table.insert_rows),
            chunk: Changes::default(),
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

    /// Draws the next chunk before it is asked for; tells how many bytes wait.
    pub fn draw_ahead(&mut self, table: &TablePlan) -> usize {
        if self.ahead {
            return self.chunk.bytes();
        }
        let mut chunk = std::mem::take(&mut self.chunk);
        if self.remaining == 0 {
            // Buffers of a table that is done would lie idle.
            self.chosen = None;
            self.columns.draws = Vec::new();
            return 0;
        }
        chunk.clear();
        self.append(table, i64::MAX, &mut chunk);
        self.chunk = chunk;
        self.ahead = true;
        self.chunk.bytes()
    }

    /// Appends the next rows with keys below `end`, as many as a chunk may have; tells how many.
    pub fn append(&mut self, table: &TablePlan, end: i64, chunk: &mut Changes) -> usize {
        if self.remaining == 0 {
            return 0;
        }
        let Self { window, count, remaining, chosen, columns, .. } = self;
        let chosen = chosen.get_or_insert_with(|| Chosen::new(columns, table));
        let ids = chosen.ids.get_or_insert_with(|| {
            let mut stream = columns.stream(table, "", "update rows");
            Selection::draw(&mut stream, window.clone(), *count as u64)
        });
        let first = chunk.ids.len();
        ids.push(self.next..end, CHUNK_ROWS, &mut chunk.ids);
        let rows = columns.fill(table, &Keys::Listed(&chunk.ids[first..]), &mut chunk.columns);
        chunk.ids.truncate(first + rows);
        self.next = chunk.ids[first..].last().map_or(end.max(self.next), |last| last + 1);
        *remaining -= rows;
        chunk.changed.resize_with(table.columns.len(), Vec::new);
        chunk.changed.iter_mut().for_each(|changed| changed.resize(first + rows, false));
        let (mut bits, mut changes) = (vec![0; table.units.len()], vec![false; table.units.len()]);
        for row in first..first + rows {
            bits.iter_mut().zip(&mut chosen.units).for_each(|(bits, stream)| *bits = stream.bits());
            select::columns(chosen.rows.bits(), &mut bits, &mut changes);
            for (unit, _) in table.units.iter().zip(&changes).filter(|(_, changes)| **changes) {
                unit.columns.iter().for_each(|column| chunk.changed[*column][row] = true);
            }
        }
        rows
    }

    /// Bytes that it takes to go on, besides which rows change.
    pub fn bytes_of_state(&self) -> usize {
        let units = self.chosen.as_ref().map_or(0, |chosen| chosen.units.capacity() * size_of::<Stream>());
        size_of::<Self>() + units + self.columns.draws.capacity() * size_of::<Draws>()
    }

    /// Bytes that it takes to know which rows change.
    pub fn bytes_of_ids(&self) -> usize {
        self.chosen.as_ref().and_then(|chosen| chosen.ids.as_ref()).map_or(0, Selection::bytes)
    }

    /// Forgets which rows were chosen; they are chosen anew when the next one is asked for.
    pub fn forget_ids(&mut self) {
        if let Some(chosen) = &mut self.chosen {
            chosen.ids = None;
        }
    }
}

impl Changes {
    /// Bytes that they take.
    pub fn bytes(&self) -> usize {
        let changed: usize = self.changed.iter().map(Vec::len).sum();
        size_of_val(self.ids.as_slice()) + changed + bytes(&self.columns)
    }

    /// Bytes of the memory that they hold: of few rows with many columns, most of it is not values.
    pub fn capacity(&self) -> usize {
        let changed = self.changed.iter().map(|changed| size_of_val(changed) + changed.capacity());
        let columns = self.columns.iter().map(|values| size_of_val(values) + values.capacity());
        self.ids.capacity() * size_of::<i64>() + changed.chain(columns).sum::<usize>()
    }

    /// Forgets the rows and keeps the memory.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.changed.iter_mut().for_each(Vec::clear);
        self.columns.iter_mut().for_each(Values::clear);
    }
}

impl Chosen {
    fn new(columns: &Columns, table: &TablePlan) -> Self {
        let stream = |purpose: &str, operation: &str| columns.stream(table, purpose, operation);
        let of_unit = |unit: &Unit| {
            stream(&unit.name, if unit.is_group { "update group columns" } else { "update columns" })
        };
        Self {
            ids: None,
            rows: stream("", "update columns"),
            units: table.units.iter().map(of_unit).collect(),
        }
    }
}
