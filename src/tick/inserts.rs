//! The rows of a table that a tick inserts: its cohort, and those that come by themselves.
//!
//! Owns the buffers of their values, which the next chunk uses again. Must not know why a row comes late.

use std::ops::Range;

use super::columns::{CHUNK_BYTES, CHUNK_ROWS, Columns, ColumnsById, Frame, bytes, number_of, unless_large};
use super::operation::{CreatedAt, InsertedRows, RowIds};
use super::presence::Presence;
use crate::plan::{Cohorts, Keys, Operation, TablePlan};
use crate::value::{Timestamp, Values};

/// The rows that a tick inserts into a table, or what is left of them.
pub struct Inserts {
    cohorts: Cohorts,
    cohort: Range<i64>,
    /// Rows of the cohort that do not come with it, of those that are still to come.
    late: u64,
    /// Rows that come by themselves, with their `created_at`, by key.
    listed: Vec<(i64, Timestamp)>,
    /// How many of them were handed out.
    listed_done: usize,
    /// Whether the chunk is drawn and not handed out yet.
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
        let presence = Presence::of(table, cohorts, frame.tick);
        let late = presence.map_or(0, |presence| presence.late(cohort.clone()).count() as u64);
        let created_at = CreatedAt::All(frame.at.floor_second());
        let ids = RowIds::range(cohort.start..cohort.start);
        let columns = Columns::new(frame, Operation::Insert, table.draws_before(cohorts, frame.tick));
        let chunk = InsertedRows { ids, columns: Vec::new(), created_at };
        Self { cohorts, cohort, late, listed, listed_done: 0, ahead: false, columns, chunk }
    }

    /// How many rows are still to come.
    pub fn remaining(&self) -> u64 {
        let drawn = if self.ahead { self.chunk.ids.count() } else { 0 };
        let cohort = self.cohort.end.saturating_sub(self.cohort.start).max(0).unsigned_abs() - self.late;
        cohort + (self.listed.len() - self.listed_done + drawn) as u64
    }

    /// The first id that a later tick assigns, or, where none does, the first that none ever will.
    pub(super) fn next_id(&self, table: &TablePlan) -> i64 {
        self.cohorts.next_id(table, self.columns.frame().tick)
    }

    /// Lends the buffers of rows of the same table that are done; no use is made of them where there are some.
    pub(super) fn lend(&mut self, buffers: Vec<Values>) {
        if self.chunk.columns.is_empty() {
            self.chunk.columns = buffers;
        }
    }

    /// Gives back the buffers, once the last chunk is done.
    pub(super) fn give_back(&mut self) -> Vec<Values> {
        unless_large(std::mem::take(&mut self.chunk.columns))
    }

    /// The next chunk is at hand; false after the last.
    pub(super) fn advance(&mut self, table: &TablePlan) -> bool {
        self.draw_ahead(table);
        if !self.ahead {
            self.chunk.columns = self.give_back();
            self.columns.draws = Vec::new();
        }
        std::mem::take(&mut self.ahead)
    }

    /// The chunk at hand.
    pub(super) fn chunk(&self) -> &InsertedRows {
        &self.chunk
    }

    pub(super) fn leave_out_cohort(&mut self) {
        (self.cohort.start, self.late) = (self.cohort.end, 0);
    }

    /// What is left of the cohort, of which none is drawn ahead.
    pub(crate) fn rest_of_cohort(&self) -> Range<i64> {
        self.cohort.clone()
    }

    /// The values of the cohort's next rows with keys below `end`, as many as a chunk may have, of which none is drawn
    /// ahead; those of late rows, too.
    pub(crate) fn take_rows(&mut self, table: &TablePlan, end: i64) -> (Range<i64>, Vec<Values>) {
        let (first, mut values) = (self.cohort.start, Vec::new());
        let rows = self.columns.fill(table, &Keys::Range(first..end.min(self.cohort.end)), &mut values);
        self.cohort.start = self.cohort.start.saturating_add_unsigned(rows as u64);
        (first..self.cohort.start, values)
    }

    /// Draws the next chunk before it is asked for; tells how many bytes wait.
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
        let presence = Presence::of(table, self.cohorts, self.columns.frame().tick);
        let without = presence.map_or_else(Vec::new, |presence| presence.late(ids.clone()).collect());
        self.late -= without.len() as u64;
        self.chunk.ids = RowIds::Range { ids, without };
        self.ahead = !self.chunk.ids.is_empty();
    }

    fn draw_listed(&mut self, table: &TablePlan) {
        self.chunk.columns.iter_mut().for_each(Values::clear);
        let frame = self.columns.frame();
        let mut by_id = ColumnsById::new(table, frame.seed, "insert");
        let (mut ids, mut times) = (Vec::new(), Vec::new());
        for (id, created_at) in &self.listed[self.listed_done..] {
            if ids.len() == CHUNK_ROWS || bytes(&self.chunk.columns) >= CHUNK_BYTES {
                break;
            }
            let number = number_of(table, self.cohorts, *id);
            by_id.push(table, frame, number, *id, &mut self.chunk.columns);
            ids.push(*id);
            times.push(*created_at);
        }
        self.listed_done += ids.len();
        self.chunk.ids = RowIds::Listed(ids);
        self.chunk.created_at = CreatedAt::Each(times);
        self.ahead = true;
    }
}
