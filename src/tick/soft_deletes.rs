//! The rows of a table that a tick deletes softly: they fall out of retention, and stay in the table until they are
//! removed.
//!
//! Owns the chunks of keys. Must not know what a soft delete writes.

use std::ops::Range;

use super::columns::{CHUNK_ROWS, Frame};
use super::operation::{UpdateCause, UpdateChunk};
use super::presence::Presence;
use crate::plan::{Actors, Cohorts, TablePlan, count_ids};

/// The rows that a tick deletes softly from a table, or the remaining ones.
pub struct SoftDeletes {
    cohorts: Cohorts,
    frame: Frame,
    old: Range<i64>,
    /// Rows of `old` that no longer exist.
    absent: u64,
    most_rows: usize,
    chunk: UpdateChunk,
}

impl SoftDeletes {
    /// The rows of a range that exist.
    pub(super) fn new(table: &TablePlan, cohorts: Cohorts, frame: &Frame, old: Range<i64>) -> Self {
        let presence = Presence::of(table, frame.seed, cohorts, frame.tick);
        let absent = presence.map_or(0, |presence| presence.absent(old.clone()).count() as u64);
        let (frame, chunk) = (frame.clone(), UpdateChunk::default());
        Self { cohorts, frame, old, absent, most_rows: CHUNK_ROWS, chunk }
    }

    /// The number of remaining rows.
    pub fn remaining(&self) -> u64 {
        count_ids(&self.old) - self.absent
    }

    /// Moves to the next chunk; false after the last.
    pub(super) fn advance(&mut self, table: &TablePlan) -> bool {
        while !self.old.is_empty() {
            let end = self.old.end.min(self.old.start.saturating_add_unsigned(self.most_rows as u64));
            let ids = std::mem::replace(&mut self.old.start, end)..end;
            self.chunk.clear();
            self.chunk.begin(UpdateCause::SoftDelete, &self.frame, Actors::of(table, self.frame.seed));
            match Presence::of(table, self.frame.seed, self.cohorts, self.frame.tick) {
                None => self.chunk.ids.extend(ids),
                Some(presence) => {
                    let all = count_ids(&ids);
                    self.chunk.ids.extend(presence.present(ids));
                    self.absent -= all - self.chunk.ids.len() as u64;
                }
            }
            if !self.chunk.ids.is_empty() {
                return true;
            }
        }
        self.chunk = UpdateChunk::default();
        false
    }

    pub(super) fn in_chunks_of(&mut self, rows: usize) {
        self.most_rows = rows;
    }

    /// The current chunk.
    pub(super) fn chunk(&self) -> &UpdateChunk {
        &self.chunk
    }

    /// Takes the current chunk, to be kept while others are drawn.
    pub(super) fn take_chunk(&mut self) -> UpdateChunk {
        std::mem::take(&mut self.chunk)
    }
}
