//! What the loads of a pipeline that reads tables do to one row.
//!
//! Owns which load notices what. Must not know how it is written.

use super::Pipeline;
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

/// What a load does to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It writes the values of a phase.
    Write { load: usize, phase: usize },
    /// It takes the row for deleted.
    Gone { load: usize },
}

impl Pipeline {
    /// What is done to a row, in the order of the loads.
    pub(super) fn steps(&self, key: i64, life: &Life) -> Vec<Step> {
        let selected = self.selects.loads(key, life);
        let mut steps = Vec::with_capacity(life.count() + 1);
        let mut stored = None;
        let mut first = self.first_after(life.born());
        for phase in 1..=life.count() {
            let end = self.first_after(life.end(phase));
            if let Some(load) = self.ran(first.max(selected.start)..end.min(selected.end))
                && stored.is_none_or(|stored| self.compares.differ(life, stored, phase))
            {
                steps.push(Step::Write { load, phase });
                stored = Some(phase);
            }
            first = end;
        }
        if stored.is_some() {
            steps.extend(self.gone(life, selected.end).map(|load| Step::Gone { load }));
        }
        steps
    }

    /// The load that takes a row for deleted which it has read before; `unread`: the first load that does not read it any
    /// more, although it may be there.
    pub(super) fn gone(&self, life: &Life, unread: usize) -> Option<usize> {
        let deleted = self.first_after(life.deleted);
        let from = match (self.absent_is_deleted, self.finds_deleted) {
            (true, _) => deleted.min(unread),
            (false, true) => deleted,
            (false, false) => return None,
        };
        self.ran(from..self.target.reads.len())
    }

    /// The first load that saw a tick; the number of loads if none did.
    pub(super) fn first_after(&self, tick: i64) -> usize {
        self.target.reads.partition_point(|read| read.tick < tick)
    }
}
