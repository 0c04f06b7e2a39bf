//! The rows of a table that a tick inserts: its cohort, and single rows.
//!
//! Owns the buffers of their values, which are reused for the next chunk. Must not know why a row is inserted late.

use std::ops::Range;

use super::columns::{CHUNK_BYTES, Columns, ColumnsById, Frame, bytes, number_of, unless_large};
use super::operation::{InsertedRows, RowIds};
use super::presence::Presence;
use crate::plan::{Actors, Cohorts, Keys, Operation, TablePlan, count_ids};
use crate::value::{Timestamp, Values};

/// The rows that a tick inserts into a table, or the remaining ones.
pub struct Inserts {
    cohorts: Cohorts,
    cohort: Range<i64>,
    /// Remaining rows of the cohort that are not inserted with it.
    late: u64,
    /// Rows that are inserted singly, with the time that they are dated to, by key.
    listed: Vec<(i64, Timestamp)>,
    /// How many of them have been returned.
    listed_done: usize,
    /// Whether the chunk is drawn but not yet returned.
    ahead: bool,
    columns: Columns,
    chunk: InsertedRows,
}

impl Inserts {
    pub(super) fn new(
        table: &TablePlan,
        cohorts: Cohorts,
        frame: &Frame,
        cohort: Range<i64>,
        listed: Vec<(i64, Timestamp)>,
    ) -> Self {
        let presence = Presence::of(table, frame.seed, cohorts, frame.tick);
        let late = presence.map_or(0, |presence| presence.late(cohort.clone()).count() as u64);
        let ids = RowIds::range(cohort.start..cohort.start);
        let columns = Columns::new(frame, Operation::Insert, table.draws_before(cohorts, frame.tick));
        let chunk = InsertedRows {
            ids,
            columns: Vec::new(),
            tick: (frame.tick, frame.at),
            actors: Actors::of(table, frame.seed),
            dated: None,
        };
        Self { cohorts, cohort, late, listed, listed_done: 0, ahead: false, columns, chunk }
    }

    /// The number of remaining rows.
    pub fn remaining(&self) -> u64 {
        let drawn = if self.ahead { self.chunk.ids.count() } else { 0 };
        let cohort = count_ids(&self.cohort) - self.late;
        cohort + (self.listed.len() - self.listed_done + drawn) as u64
    }

    /// The first id that a later tick assigns, or, where none does, the first id that is never assigned.
    pub(super) fn next_id(&self, table: &TablePlan) -> i64 {
        self.cohorts.next_id(table, self.columns.frame().tick)
    }

    /// Offers buffers of the same table for reuse; ignored if there already are some.
    pub(super) fn reuse(&mut self, buffers: Vec<Values>) {
        if self.chunk.columns.is_empty() {
            self.chunk.columns = buffers;
        }
    }

    /// Returns the buffers after the last chunk.
    pub(super) fn take_buffers(&mut self) -> Vec<Values> {
        unless_large(std::mem::take(&mut self.chunk.columns))
    }

    /// Moves to the next chunk; false after the last.
    pub(super) fn advance(&mut self, table: &TablePlan) -> bool {
        self.draw_ahead(table);
        if !self.ahead {
            self.chunk.columns = self.take_buffers();
            self.columns.draws = Vec::new();
        }
        std::mem::take(&mut self.ahead)
    }

    pub(super) fn in_chunks_of(&mut self, rows: usize) {
        self.columns.most_rows = rows;
    }

    /// The current chunk.
    pub(super) fn chunk(&self) -> &InsertedRows {
        &self.chunk
    }

    pub(super) fn leave_out_cohort(&mut self) {
        (self.cohort.start, self.late) = (self.cohort.end, 0);
    }

    /// The remaining rows of the cohort. No chunk may have been drawn ahead.
    pub(crate) fn rest_of_cohort(&self) -> Range<i64> {
        self.cohort.clone()
    }

    /// The values of the cohort's next rows with keys below `end`, including late rows, up to the limits of a chunk. No
    /// chunk may have been drawn ahead.
    pub(crate) fn take_rows(&mut self, table: &TablePlan, end: i64) -> (Range<i64>, Vec<Values>) {
        let (first, mut values) = (self.cohort.start, Vec::new());
        let rows = self.columns.fill(table, &Keys::Range(first..end.min(self.cohort.end)), &mut values);
        self.cohort.start = self.cohort.start.saturating_add_unsigned(rows as u64);
        (first..self.cohort.start, values)
    }

    /// Draws the next chunk in advance and returns its bytes.
    pub(super) fn draw_ahead(&mut self, table: &TablePlan) -> usize {
        while !self.ahead && !self.cohort.is_empty() {
            self.draw_of_cohort(table);
        }
        if !self.ahead && self.listed_done < self.listed.len() {
            self.draw_listed(table);
        }
        if self.ahead { bytes(&self.chunk.columns) } else { 0 }
    }

    fn draw_of_cohort(&mut self, table: &TablePlan) {
        self.chunk.columns.iter_mut().for_each(Values::clear);
        let rows = self.columns.fill(table, &Keys::Range(self.cohort.clone()), &mut self.chunk.columns);
        let end = self.cohort.start.saturating_add_unsigned(rows as u64);
        let ids = std::mem::replace(&mut self.cohort.start, end)..end;
        let Frame { seed, tick, .. } = *self.columns.frame();
        let presence = Presence::of(table, seed, self.cohorts, tick);
        let without = presence.map_or_else(Vec::new, |presence| presence.late(ids.clone()).collect());
        self.late -= without.len() as u64;
        self.chunk.ids = RowIds::Range { ids, without };
        self.ahead = !self.chunk.ids.is_empty();
    }

    fn draw_listed(&mut self, table: &TablePlan) {
        self.chunk.columns.iter_mut().for_each(Values::clear);
        let frame = self.columns.frame();
        let mut by_id = ColumnsById::of_inserts(table, frame.seed);
        let (mut ids, mut times) = (Vec::new(), Vec::new());
        for (id, dated) in &self.listed[self.listed_done..] {
            if ids.len() == self.columns.most_rows || bytes(&self.chunk.columns) >= CHUNK_BYTES {
                break;
            }
            let number = number_of(table, self.cohorts, *id);
            by_id.push(table, frame, number, *id, &mut self.chunk.columns);
            ids.push(*id);
            times.push(*dated);
        }
        self.listed_done += ids.len();
        self.chunk.ids = RowIds::Listed(ids);
        self.chunk.dated = Some(times);
        self.ahead = true;
    }
}
