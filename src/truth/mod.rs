//! [`ShopPlan`] × tick → the tables as they must stand, and every version that their rows have had.
//!
//! A pure function of the plan, the timeline and the tick's number, in the order of the keys. What it costs
//! depends on the rows that are there, not on the age of the run; what it holds in memory on the rows that
//! one update window changes. Must not know any database: who has one compares.

mod digest;
mod text;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::clock::Timeline;
use crate::plan::{ShopPlan, TablePlan};
use crate::tick::{Changes, Inserts, TableBatch};
use crate::value::{Timestamp, Value};

pub use digest::{Digest, digest};
pub use text::push_line;

/// The rows of one table after a tick, chunk by chunk, ascending by key.
pub struct Rows<'a> {
    plan: &'a ShopPlan,
    timeline: &'a Timeline,
    place: usize,
    /// The last tick whose work counts.
    until: u64,
    /// The ticks whose rows are still to come, after those of `inserts`.
    to_insert: Range<u64>,
    inserts: Option<(u64, Inserts)>,
    /// The next tick whose updates are not known yet.
    next_update: u64,
    /// What updates have changed of rows that are still to come: by key, in the order of the ticks.
    changes: BTreeMap<i64, Vec<Change>>,
}

/// One update of one row.
#[derive(Clone)]
pub struct Change {
    /// The tick that made it.
    pub tick: u64,
    chunk: Arc<Changes>,
    row: usize,
}

impl Change {
    /// Whether the update changed the column.
    pub fn changes(&self, column: usize) -> bool {
        self.chunk.changed[column][self.row]
    }

    fn value(&self, column: usize) -> Value<'_> {
        self.chunk.columns[column].get(self.row)
    }
}

/// Some rows, one after the other by key.
pub struct Chunk<'a> {
    /// The tick that inserted them.
    pub tick: u64,
    /// Their keys.
    pub ids: Range<i64>,
    /// Their `created_at`.
    pub created_at: Timestamp,
    inserted: &'a crate::tick::Rows,
    changes: BTreeMap<i64, Vec<Change>>,
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
        let next_update = ticks.start.saturating_add(1);
        let (inserts, changes) = (None, BTreeMap::new());
        Self { plan, timeline, place, until, to_insert: ticks, inserts, next_update, changes }
    }

    fn table(&self) -> &'a TablePlan {
        &self.plan.tables[self.place]
    }

    /// The next rows; `None` after the last.
    pub fn next_chunk(&mut self) -> Option<Chunk<'_>> {
        while self.inserts.as_ref().is_none_or(|(_, inserts)| inserts.remaining().is_empty()) {
            let tick = self.to_insert.next()?;
            self.know_updates_of(tick);
            let batch = TableBatch::new(self.plan, self.timeline, tick, self.place);
            self.inserts = Some((tick, batch.insert));
        }
        let table = self.table();
        let (tick, inserts) = self.inserts.as_mut()?;
        let inserted = inserts.next_chunk(table)?;
        let later = self.changes.split_off(&inserted.ids.end);
        let changes = std::mem::replace(&mut self.changes, later);
        let (ids, created_at) = (inserted.ids.clone(), inserted.created_at);
        Some(Chunk { tick: *tick, ids, created_at, inserted, changes })
    }

    /// Draws the updates of all ticks that may change rows of `inserted`.
    fn know_updates_of(&mut self, inserted: u64) {
        let table = self.table();
        let first = table.ids(inserted..inserted + 1).start;
        while self.next_update <= self.until
            && self.plan.windows.updatable(self.timeline, self.next_update).start <= inserted
        {
            let tick = self.next_update;
            self.next_update += 1;
            let mut batch = TableBatch::new(self.plan, self.timeline, tick, self.place);
            while let Some(chunk) = batch.update.take_chunk(table) {
                let chunk = Arc::new(chunk);
                for (row, id) in chunk.ids.iter().enumerate().filter(|(_, id)| **id >= first) {
                    let change = Change { tick, chunk: chunk.clone(), row };
                    self.changes.entry(*id).or_default().push(change);
                }
            }
        }
    }
}

impl Chunk<'_> {
    /// The updates of a row, counted from the chunk's first, in the order of their ticks.
    pub fn changes(&self, row: usize) -> &[Change] {
        self.changes.get(&(self.ids.start + row as i64)).map_or(&[], Vec::as_slice)
    }

    /// The value of a column of a row once all its updates are done.
    pub fn value(&self, row: usize, column: usize) -> Value<'_> {
        self.value_after(row, column, self.changes(row).len())
    }

    /// The value of a column of a row after the first so many of its updates: 0 for the row as it was
    /// inserted.
    pub fn value_after(&self, row: usize, column: usize, updates: usize) -> Value<'_> {
        let done = &self.changes(row)[..updates];
        match done.iter().rev().find(|change| change.changes(column)) {
            Some(change) => change.value(column),
            None => self.inserted.columns[column].get(row),
        }
    }
}
