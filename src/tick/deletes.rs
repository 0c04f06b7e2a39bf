//! The rows of a table that a tick removes: those that fall out of retention, or were deleted softly long enough ago, and
//! those whose life ends.
//!
//! Owns the order of these rows, and how many are deleted at once. Must not know how the windows are computed.

use std::collections::VecDeque;
use std::ops::Range;

use super::columns::{CHUNK_ROWS, Frame};
use super::operation::RowIds;
use super::presence::Presence;
use crate::clock::Timeline;
use crate::plan::{Cohorts, TablePlan, count_ids};

/// The rows of some ticks, in ranges that are deleted one after the other.
///
/// Where keys are numbers a statement deletes any range. Others are listed, so that a statement has at most
/// [`CHUNK_ROWS`] of them, and no statement may delete a row that another row of its table still refers to. Such a row
/// has `created_at` in common with those it refers to, and then refers to none after itself; or, after an update, it is
/// older than they are.
pub(super) fn in_order(
    table: &TablePlan,
    cohorts: Cohorts,
    timeline: &Timeline,
    mut ticks: Range<u64>,
) -> Vec<Range<i64>> {
    let all = cohorts.ids(ticks.clone());
    if are_one_statement(table, &all) {
        return vec![all];
    }
    let mut ranges: Vec<Range<i64>> = Vec::new();
    while !ticks.is_empty() {
        let created_at = timeline.created_at(ticks.start);
        let later = ticks.clone().find(|tick| timeline.created_at(*tick) != created_at);
        let same = ticks.start..later.unwrap_or(ticks.end);
        ticks.start = same.end;
        let mut ids = cohorts.ids(same);
        while !ids.is_empty() {
            let last = ids.start.max(ids.end.saturating_sub_unsigned(CHUNK_ROWS as u64))..ids.end;
            ids.end = last.start;
            match ranges.last_mut() {
                Some(before) if are_together(table, before, &last) => before.end = last.end,
                _ => ranges.push(last),
            }
        }
    }
    ranges
}

/// Whether one statement can delete a range.
fn are_one_statement(table: &TablePlan, ids: &Range<i64>) -> bool {
    table.key_form.is_number() || count_ids(ids) <= CHUNK_ROWS as u64
}

/// Whether it can delete two ranges, of which the second comes later.
fn are_together(table: &TablePlan, ids: &Range<i64>, next: &Range<i64>) -> bool {
    ids.end == next.start && are_one_statement(table, &(ids.start..next.end))
}

/// The rows that a tick deletes from a table, or the remaining ones.
pub struct Deletes {
    cohorts: Cohorts,
    seed: u64,
    /// Rows that go because of their age, by the tick that has ended their lives.
    old: VecDeque<(u64, Range<i64>)>,
    /// Rows of `old` that no longer exist.
    absent: u64,
    listed: Vec<i64>,
    chunk: RowIds,
}

impl Deletes {
    /// The rows of some ranges that existed when their lives ended because of their age, and others by their keys,
    /// ascending.
    pub(super) fn new(
        table: &TablePlan,
        cohorts: Cohorts,
        frame: &Frame,
        old: impl IntoIterator<Item = (u64, Range<i64>)>,
        listed: Vec<i64>,
    ) -> Self {
        let seed = frame.seed;
        let old: VecDeque<_> = old.into_iter().filter(|(_, ids)| !ids.is_empty()).collect();
        let absent = old.iter().map(|(end, ids)| {
            let presence = Presence::of(table, seed, cohorts, *end);
            presence.map_or(0, |presence| presence.absent(ids.clone()).count() as u64)
        });
        let absent = absent.sum();
        Self { cohorts, seed, old, absent, listed, chunk: RowIds::Listed(Vec::new()) }
    }

    /// The number of remaining rows.
    pub fn remaining(&self) -> u64 {
        let old: u64 = self.old.iter().map(|(_, ids)| count_ids(ids)).sum();
        old - self.absent + self.listed.len() as u64
    }

    /// Moves to the next chunk; false after the last.
    pub(super) fn advance(&mut self, table: &TablePlan) -> bool {
        while let Some((end, ids)) = self.old.pop_front() {
            self.chunk = self.next_of_old(table, end, ids);
            if !self.chunk.is_empty() {
                return true;
            }
        }
        self.chunk = RowIds::Listed(std::mem::take(&mut self.listed));
        !self.chunk.is_empty()
    }

    fn next_of_old(&mut self, table: &TablePlan, end: u64, ids: Range<i64>) -> RowIds {
        let Some(presence) = Presence::of(table, self.seed, self.cohorts, end) else {
            return RowIds::range(ids);
        };
        // A range takes no memory, but its absent rows do.
        let rest = ids.end.min(ids.start.saturating_add_unsigned(CHUNK_ROWS as u64))..ids.end;
        let ids = ids.start..rest.start;
        if !rest.is_empty() {
            self.old.push_front((end, rest));
        }
        let without: Vec<i64> = presence.absent(ids.clone()).collect();
        self.absent -= without.len() as u64;
        RowIds::Range { ids, without }
    }

    /// The current chunk.
    pub(super) fn chunk(&self) -> &RowIds {
        &self.chunk
    }

    /// Takes the next old rows, as far as one statement can delete them together with those of earlier ticks. True if
    /// none are left.
    pub(super) fn take_old(&mut self, table: &TablePlan, taken: &mut Option<Range<i64>>) -> bool {
        while let Some((_, ids)) = self.old.front() {
            match taken {
                None => *taken = Some(ids.clone()),
                Some(before) if are_together(table, before, ids) => before.end = ids.end,
                Some(_) => return false,
            }
            self.old.pop_front();
        }
        true
    }
}
