//! [`ShopPlan`] × tick → the tables as they must stand, and every version that their rows have had.
//!
//! A pure function of the plan, the timeline and the tick's number, in the order of the keys. What it costs
//! depends on the rows that are there, not on the age of the run; what it holds in memory is bounded in bytes.
//! Must not know any database: who has one compares.

mod digest;
mod text;
mod updates;

use std::ops::Range;
use std::sync::Arc;

use crate::clock::Timeline;
use crate::plan::{ShopPlan, TablePlan};
use crate::tick::{Inserts, TableBatch};
use crate::value::{Timestamp, Value, Values};

use updates::{KnowUpdates, Known};

pub use digest::{Digest, digest};
pub use text::push_line;

/// The rows of one table after a tick, chunk by chunk, ascending by key.
pub struct Rows<'a> {
    plan: &'a ShopPlan,
    timeline: &'a Timeline,
    place: usize,
    /// The ticks whose rows are still to come, after those of `inserts`.
    to_insert: Range<u64>,
    inserts: Option<(u64, Inserts)>,
    updates: KnowUpdates<'a>,
    /// What updates have changed of the rows that come next.
    known: Arc<Known>,
}

/// One update of one row.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    /// The tick that made it.
    pub tick: u64,
    known: &'a Known,
    place: u32,
}

impl Change<'_> {
    /// Whether the update changed the column.
    pub fn changes(&self, column: usize) -> bool {
        self.known.changes.changed[column][self.place as usize]
    }
}

/// Some rows, one after the other by key.
pub struct Chunk {
    /// The tick that inserted them.
    pub tick: u64,
    /// Their keys.
    pub ids: Range<i64>,
    /// Their `created_at`.
    pub created_at: Timestamp,
    /// Column after column: the values that were inserted.
    inserted: Vec<Values>,
    known: Arc<Known>,
    /// Where the changes of each row begin among those by key, and where the last one's end.
    starts: Vec<u32>,
}

impl<'a> Rows<'a> {
    /// The rows of the table at a place of the plan that are there once tick `tick` is done.
    pub fn at(plan: &'a ShopPlan, timeline: &'a Timeline, place: usize, tick: u64) -> Self {
        Self::inserted_by(plan, timeline, place, plan.windows.alive(timeline, tick), tick)
    }

    /// The rows that some ticks inserted, with what was done to them until tick `until`, deleted ones as
    /// they were last.
    pub fn inserted_by(
        plan: &'a ShopPlan,
        timeline: &'a Timeline,
        place: usize,
        ticks: Range<u64>,
        until: u64,
    ) -> Self {
        let updating = ticks.start.saturating_add(1)..until.saturating_add(1);
        let updates = KnowUpdates::of(plan, timeline, place, updating);
        Self { plan, timeline, place, to_insert: ticks, inserts: None, updates, known: Arc::default() }
    }

    /// The same, holding only such a part of the memory: so many tables are read at a time.
    pub fn one_of(mut self, tables: usize) -> Self {
        self.updates.hold_part(tables);
        self
    }

    fn table(&self) -> &'a TablePlan {
        &self.plan.tables[self.place]
    }

    /// The next rows; `None` after the last.
    pub fn next_chunk(&mut self) -> Option<Chunk> {
        let table = self.table();
        while self.inserts.as_ref().is_none_or(|(_, inserts)| inserts.remaining().is_empty()) {
            let tick = self.to_insert.next()?;
            let batch = TableBatch::new(self.plan, self.timeline, tick, self.place);
            self.inserts = Some((tick, batch.insert));
        }
        let (tick, inserts) = self.inserts.as_mut()?;
        let first = inserts.remaining().start;
        if first >= self.known.keys.end {
            // Not to be held beside what takes its place.
            self.known = Arc::default();
            self.known = self.updates.from(first..table.ids(0..self.to_insert.end).end);
        }
        let (ids, inserted) = inserts.take_rows(table, self.known.keys.end);
        let created_at = self.timeline.created_at(*tick);
        let known = self.known.clone();
        let starts = known.starts(ids.clone());
        Some(Chunk { tick: *tick, ids, created_at, inserted, known, starts })
    }
}

impl Chunk {
    /// Bytes of what was inserted.
    fn bytes(&self) -> usize {
        self.inserted.iter().map(Values::bytes).sum()
    }

    /// The places of the changes of a row, counted from the chunk's first, in the order of their ticks.
    fn places(&self, row: usize) -> &[u32] {
        &self.known.by_key[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// The updates of a row, counted from the chunk's first, in the order of their ticks.
    pub fn changes(&self, row: usize) -> impl ExactSizeIterator<Item = Change<'_>> {
        let known = &*self.known;
        self.places(row).iter().map(move |place| Change { tick: known.tick(*place), known, place: *place })
    }

    /// The value of a column of a row once all its updates are done.
    pub fn value(&self, row: usize, column: usize) -> Value<'_> {
        self.value_after(row, column, self.places(row).len())
    }

    /// The value of a column of a row after the first so many of its updates: 0 for the row as it was
    /// inserted.
    pub fn value_after(&self, row: usize, column: usize, updates: usize) -> Value<'_> {
        let (changes, done) = (&self.known.changes, &self.places(row)[..updates]);
        match done.iter().rev().find(|place| changes.changed[column][**place as usize]) {
            Some(place) => changes.columns[column].get(*place as usize),
            None => self.inserted[column].get(row),
        }
    }
}
