//! Whether the rows of a key end when they should, and whether its deletion is told.
//!
//! Owns the rules of ends.

use super::Judge;
use super::verdict::{Tally, Verdict};
use crate::grade::delta::{deltas, is_time_of_deletion};
use crate::grade::finding::Class;
use crate::grade::found::{FoundRow, OPEN};
use crate::grade::life::{Life, NEVER};
use crate::grade::load::UNSTAMPED;
use crate::grade::meaning::Candidate;
use crate::grade::reads::Reads;
use crate::grade::shape::{Capture, Deletes, Kind, Starts};

/// The ends of the rows of a key.
pub struct Ends<'a> {
    judge: &'a Judge<'a>,
    life: &'a Life,
    found: &'a [Candidate<'a>],
    /// The load that each row was taken for.
    pub told: Vec<Option<usize>>,
    /// Rows that are wrong in themselves: the end before them is no second finding.
    pub bad: Vec<bool>,
    /// The loads whose changes are missing.
    pub missed: Vec<usize>,
}

impl<'a> Ends<'a> {
    pub fn new(judge: &'a Judge<'a>, life: &'a Life, found: &'a [Candidate<'a>]) -> Self {
        let rows = found.len();
        Self { judge, life, found, told: vec![None; rows], bad: vec![false; rows], missed: Vec::new() }
    }

    fn delta(&self) -> i64 {
        self.judge.delta.unwrap_or(0)
    }

    /// What a row is that repeats the one before it: closed and opened again while the row lived, if there is a hole.
    pub fn repetition(&self, place: usize) -> Class {
        let before = self.found[place - 1].row.end.saturating_add(self.delta());
        if before < self.found[place].row.start { Class::FalseDelete } else { Class::Duplicate }
    }

    /// Whether a row ends before it starts, or at its start. Days do not tell whether it did, nor do the times of changes that
    /// a shop made at once.
    fn is_empty(&self, row: &FoundRow, delta: i64) -> bool {
        let shape = &self.judge.shape;
        let end = row.end.saturating_add(delta);
        end < row.start || (end == row.start && !shape.is_of_days() && shape.capture == Capture::Snapshot)
    }

    /// Each row ends where the next one starts.
    pub fn between(&self, verdict: &mut Verdict) {
        for (place, pair) in self.found.windows(2).enumerate() {
            let (row, next) = (pair[0].row, pair[1].row);
            let is_open = row.end == OPEN;
            let is_empty = !is_open && self.is_empty(row, self.delta());
            let meets = !is_empty && row.end == next.start.saturating_sub(self.delta());
            if meets || (self.bad[place + 1] && !is_open) {
                continue;
            }
            // The row that would have closed this one is missing: that is the finding.
            let after = self.told[place].map_or(0, |load| load + 1);
            let until = self.told[place + 1].unwrap_or(usize::MAX);
            if !is_open && self.missed.iter().any(|load| (after..=until).contains(load)) {
                continue;
            }
            let class = match row.end {
                OPEN => Class::TwoOpen,
                _ if is_empty => Class::Interval,
                _ => Class::WrongEnd,
            };
            verdict.found(class, None, Some(pair[0].given), self.told[place]);
        }
    }

    /// The last row is open while the row lives, and says that it is deleted once a load must have seen that.
    pub fn of_life(&self, tombstone: Option<usize>, verdict: &mut Verdict) {
        let Some(last) = self.found.last() else { return };
        let reads = &self.judge.reads;
        let deletes = self.judge.shape.deletes;
        let given = Some(last.given);
        let loads = reads.count();
        let is_deleted = self.life.deleted != NEVER;
        // The first load that may have seen that it was gone, and the first one after it had read the row that must have.
        let may = if is_deleted { reads.first_may(self.life.deleted) } else { loads };
        let seen = self.told.iter().flatten().min().copied().unwrap_or(0);
        let must = if is_deleted { reads.first_must(self.life.deleted).max(seen) } else { loads };
        let ended = last.row.end != OPEN;
        let computed =
            ended && is_time_of_deletion(self.life, self.judge.delta, last.row.end, self.judge.timeline);
        let told = ended || (last.row.deleted && deletes == Deletes::Flag);
        let tick = Some(self.life.deleted).filter(|_| is_deleted);
        let load = |load: usize| Some(load).filter(|load| *load < loads);
        if matches!(deletes, Deletes::Keep | Deletes::Remove) {
            if ended && may >= loads && !computed {
                verdict.found(Class::FalseDelete, tick, given, None);
            }
            return;
        }
        if must < loads {
            verdict.obligations.deletes = Tally::of(1, u64::from(!told));
        }
        if !told {
            if must < loads {
                verdict.found(Class::DeleteOpen, tick, given, load(must));
            } else if tombstone.is_some() && may >= loads {
                verdict.found(Class::FalseDelete, None, tombstone, None);
            }
        } else if computed {
            // Right, whatever the loads are.
        } else if may >= loads {
            verdict.found(Class::FalseDelete, tick, given, None);
        } else if ended && deletes != Deletes::Flag && !self.is_timeless() {
            let longest = deltas(self.judge.delta, last.row.end).max().unwrap_or(0);
            if self.is_empty(last.row, longest) {
                verdict.found(Class::Interval, tick, given, load(may));
            } else if let Some(early) = self.closed_before(last.row.end, may) {
                verdict.found(Class::FalseDelete, tick, given, Some(early));
            } else if !self.is_closing(last.row.end, may, must.min(loads - 1)) {
                verdict.found(Class::WrongEnd, tick, given, load(may));
            }
        }
    }

    /// Whether rows end where the next one starts, and starts tell nothing.
    fn is_timeless(&self) -> bool {
        self.judge.shape.kind == Kind::Log && self.judge.shape.starts == Starts::Nothing
    }

    /// The load whose stamp is the end of a row, if the row surely lived when it was read; `may` is the first load that may
    /// have seen that the row was gone.
    fn closed_before(&self, end: i64, may: usize) -> Option<usize> {
        let loads: Vec<usize> = deltas(self.judge.delta, end)
            .chain([0])
            .filter_map(|delta| self.judge.reads.stamped(end.saturating_add(delta), 0))
            .collect();
        loads.iter().copied().max().filter(|last| *last < may)
    }

    /// Whether an end is within the span in which loads could see the deletion: after the load before the first that could
    /// (`may`), not after the first that must (`must`).
    fn is_closing(&self, end: i64, may: usize, must: usize) -> bool {
        let (judge, meaning) = (self.judge, self.judge.meaning());
        if matches!(judge.reads, Reads::Snapshots { unlisted: true, .. }) {
            // A schedule says when loads should have run, by whatever clock; another one may have closed the row.
            return true;
        }
        let every = judge.shape.capture == Capture::EveryChange;
        let tolerance = judge.shape.tolerance;
        let after = may.checked_sub(1).map_or(i64::MIN, |before| judge.reads.load(before).stamp);
        let until = judge.reads.load(must).stamp;
        deltas(judge.delta, end).chain([0]).any(|delta| {
            let end = end.saturating_add(delta);
            let by_load = !every
                && after.saturating_sub(tolerance) < end
                && (until == UNSTAMPED || end <= until.saturating_add(tolerance));
            let by_change = (every || judge.shape.starts == Starts::Event)
                && meaning.near(end, meaning.time(self.life.deleted));
            by_load || by_change
        })
    }
}
