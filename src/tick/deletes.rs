//! The rows of a table that a tick deletes: those that fall out of retention, and those whose life ends.
//!
//! Owns the order of the two. Must not know how the windows are computed.

use std::ops::Range;

use super::columns::{CHUNK_ROWS, Frame};
use super::operation::RowIds;
use super::presence::Presence;
use crate::plan::{Cohorts, TablePlan, count_ids};

/// The rows that a tick deletes from a table, or the remaining ones.
pub struct Deletes {
    cohorts: Cohorts,
    seed: u64,
    tick: u64,
    old: Range<i64>,
    /// Rows of `old` that no longer exist.
    absent: u64,
    listed: Vec<i64>,
    chunk: RowIds,
}

impl Deletes {
    /// The rows of a range that exist, because of their age, and others by their keys, ascending.
    pub(super) fn new(
        table: &TablePlan,
        cohorts: Cohorts,
        frame: &Frame,
        old: Range<i64>,
        listed: Vec<i64>,
    ) -> Self {
        let Frame { seed, tick, .. } = *frame;
        let presence = Presence::of(table, seed, cohorts, tick);
        let absent = presence.map_or(0, |presence| presence.absent(old.clone()).count() as u64);
        Self { cohorts, seed, tick, old, absent, listed, chunk: RowIds::Listed(Vec::new()) }
    }

    /// The number of remaining rows.
    pub fn remaining(&self) -> u64 {
        let old = count_ids(&self.old);
        old - self.absent + self.listed.len() as u64
    }

    /// Moves to the next chunk; false after the last.
    pub(super) fn advance(&mut self, table: &TablePlan) -> bool {
        while !self.old.is_empty() {
            self.chunk = self.next_of_old(table);
            if !self.chunk.is_empty() {
                return true;
            }
        }
        self.chunk = RowIds::Listed(std::mem::take(&mut self.listed));
        !self.chunk.is_empty()
    }

    fn next_of_old(&mut self, table: &TablePlan) -> RowIds {
        let Some(presence) = Presence::of(table, self.seed, self.cohorts, self.tick) else {
            return RowIds::range(std::mem::replace(&mut self.old, 0..0));
        };
        // A range takes no memory, but its absent rows do.
        let end = self.old.end.min(self.old.start.saturating_add_unsigned(CHUNK_ROWS as u64));
        let ids = std::mem::replace(&mut self.old.start, end)..end;
        let without: Vec<i64> = presence.absent(ids.clone()).collect();
        self.absent -= without.len() as u64;
        RowIds::Range { ids, without }
    }

    /// The current chunk.
    pub(super) fn chunk(&self) -> &RowIds {
        &self.chunk
    }

    /// The remaining old rows, for ticks that are deleted together: their ranges are adjacent.
    pub(super) fn take_range(&mut self) -> Range<i64> {
        std::mem::replace(&mut self.old, 0..0)
    }
}
