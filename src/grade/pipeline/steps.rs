//! What a pipeline does about one row, before it is written out.
//!
//! Owns which load notices what. Must not know the conventions of the table.

use super::{Capture, Kind, Pipeline};
use crate::grade::Life;

/// How a pipeline finds out that a row has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compare {
    /// By all cells.
    All,
    /// Not at all: a row that is there is never written again.
    Never,
    /// By the cells of one column.
    Only(usize),
    /// By the cells of all columns but one.
    AllBut(usize),
    /// By `<>`, which is not true where one side is NULL.
    NullUnsafe,
}

impl Compare {
    /// Whether two versions of a row, given by their phases, differ.
    pub fn differ(&self, life: &Life, one: usize, other: usize) -> bool {
        if *self == Self::Never || one == other {
            return false;
        }
        let (one, other) = (&life.cells[one - 1], &life.cells[other - 1]);
        let mut pairs = one.iter().zip(other).enumerate();
        pairs.any(|(column, (one, other))| {
            let is_compared = match self {
                Self::All => true,
                Self::Never => false,
                Self::Only(only) => column == *only,
                Self::AllBut(left_out) => column != *left_out,
                Self::NullUnsafe => *one != 0 && *other != 0,
            };
            is_compared && one != other
        })
    }
}

/// Something that is done about a row. `at` is the load, or of a reader of the log the tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The values of a phase are written, so many times.
    Write { at: usize, phase: usize, copies: usize },
    /// The row is taken for deleted; what is written of that is written so many times.
    Gone { at: usize, copies: usize },
}

/// All that is done about a row. Pipelines of one table that do the same write the same rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    pub(super) kind: Kind,
    pub(super) steps: Vec<Step>,
}

impl Pipeline {
    /// What is done about a row.
    pub fn trace(&self, key: i64, life: &Life) -> Trace {
        let steps = match (self.target.shape.capture, self.kind) {
            (Capture::EveryChange, _) => self.changes(life),
            (Capture::Snapshot, Kind::History | Kind::Current) => self.merges(key, life),
            (Capture::Snapshot, Kind::Append | Kind::Log) => self.appends(key, life),
        };
        Trace { kind: self.kind, steps }
    }

    /// The steps of loads that write a row if it is new or has changed.
    fn merges(&self, key: i64, life: &Life) -> Vec<Step> {
        let selected = self.selects.loads(key, life);
        let mut steps = Vec::with_capacity(life.count() + 1);
        let mut stored = None;
        let mut first = self.first_after(life.born());
        for phase in 1..=life.count() {
            let end = self.first_after(life.end(phase));
            if let Some(load) = self.ran(first.max(selected.start)..end.min(selected.end))
                && stored.is_none_or(|stored| self.compares.differ(life, stored, phase))
            {
                steps.push(self.write(load, phase));
                stored = Some(phase);
            }
            first = end;
        }
        self.take_for_deleted(life, selected.end, &mut steps);
        steps
    }

    /// The steps of loads that append what they read.
    fn appends(&self, key: i64, life: &Life) -> Vec<Step> {
        let selected = self.selects.loads(key, life);
        let first = self.first_after(life.born()).max(selected.start);
        let end = self.first_after(life.deleted).min(selected.end);
        let mut steps = Vec::new();
        let mut stored = None;
        for load in (first..end).filter(|load| !self.failed.contains(load)) {
            let phase = life.phase(self.target.reads[load].tick);
            // Without a comparison a row is appended by each load that reads it.
            let is_written = match (&self.compares, stored) {
                (Compare::All, _) | (_, None) => true,
                (compares, Some(stored)) => compares.differ(life, stored, phase),
            };
            if is_written {
                steps.push(self.write(load, phase));
                stored = Some(phase);
            }
        }
        self.take_for_deleted(life, selected.end, &mut steps);
        steps
    }

    fn write(&self, load: usize, phase: usize) -> Step {
        Step::Write { at: load, phase, copies: self.copies(load) }
    }

    fn copies(&self, load: usize) -> usize {
        1 + usize::from(self.repeated.contains(&load))
    }

    /// Adds the step of the load that takes a row for deleted which others have written; `unread`: the first load that does
    /// not read it any more, although it may be there.
    fn take_for_deleted(&self, life: &Life, unread: usize, steps: &mut Vec<Step>) {
        let deleted = self.first_after(life.deleted);
        let from = match (self.absent_is_deleted, self.finds_deleted) {
            _ if steps.is_empty() => return,
            (true, _) => deleted.min(unread),
            (false, true) => deleted,
            (false, false) => return,
        };
        let gone = self.ran(from..self.target.reads.len());
        steps.extend(gone.map(|load| Step::Gone { at: load, copies: self.copies(load) }));
    }

    /// The first load that saw a tick; the number of loads if none did.
    fn first_after(&self, tick: i64) -> usize {
        self.target.reads.partition_point(|read| read.tick < tick)
    }

    /// The first of some loads that ran.
    fn ran(&self, mut loads: std::ops::Range<usize>) -> Option<usize> {
        loads.find(|load| !self.failed.contains(load))
    }

    /// The steps of a reader of the log: the first snapshot, and each change since, up to the last load.
    fn changes(&self, life: &Life) -> Vec<Step> {
        let reads = &self.target.reads;
        let (Some(first), Some(last)) = (reads.first(), reads.last()) else { return Vec::new() };
        let begin = life.born().max(first.tick);
        let later = life.operations.iter().copied().filter(|tick| *tick > begin);
        let mut steps = Vec::with_capacity(life.count() + 1);
        let mut stored: Option<usize> = None;
        for tick in std::iter::once(begin).chain(later) {
            if tick > last.tick || tick >= life.deleted {
                break;
            }
            let phase = life.phase(tick);
            let is_written = match stored {
                None => true,
                Some(stored) if stored == phase => self.writes_equal,
                Some(stored) => self.compares.differ(life, stored, phase),
            };
            if is_written {
                steps.push(Step::Write { at: at(tick), phase, copies: 1 });
                stored = Some(phase);
            }
        }
        if self.finds_deleted && !steps.is_empty() && life.deleted <= last.tick {
            steps.push(Step::Gone { at: at(life.deleted), copies: 1 });
        }
        steps
    }
}

/// A tick that is not before tick 0.
fn at(tick: i64) -> usize {
    usize::try_from(tick).unwrap_or(0)
}
