//! What a pipeline, right or faulty, writes for one row of its source.
//!
//! Owns the simulation: a pure function of a life, of the loads and of the pipeline's options. The state of a load that
//! depends on other rows (a cursor's watermark, the end of a page) is computed once per table, before any row. Must not
//! know what is right: judging the rows is up to the caller.

mod population;
mod selection;
mod steps;
#[cfg(test)]
mod tests;
mod written;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Capture, Deletes, FoundRow, Kind, Life, Load, OPEN, Reads, Shape, Starts, UNSTAMPED};
use crate::clock::Timeline;

pub use population::{Planned, Population, newest_of_others};
pub use selection::Selection;
pub use steps::{Compare, Trace};

/// A load that has been run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The last tick that it saw; −1: none.
    pub tick: i64,
    /// Its stamp in the warehouse, in microseconds since 1970; `None`: it left none.
    pub stamp: Option<i64>,
}

/// What all pipelines that fill a table have in common: its conventions and its loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The conventions of the table.
    pub shape: Shape,
    /// How long before the start of the next version a version ends, in microseconds.
    pub delta: i64,
    /// The number of graded columns.
    pub columns: u16,
    /// The times of the source's ticks.
    pub timeline: Timeline,
    /// The loads, ascending by tick.
    pub reads: Vec<Read>,
}

/// A pipeline that fills a table.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// What it fills.
    pub target: Arc<Target>,
    /// What it keeps of a row, which may not be what its table should keep.
    pub kind: Kind,
    /// Which rows a load reads.
    pub selects: Selection,
    /// How it finds out that a row has changed.
    pub compares: Compare,
    /// Whether it finds out that a row was deleted.
    pub finds_deleted: bool,
    /// Whether it takes a row that a load does not read for deleted, although its loads do not read all rows.
    pub absent_is_deleted: bool,
    /// Whether a reader of the log of changes also writes those that change no graded value.
    pub writes_equal: bool,
    /// The loads that did not run.
    pub failed: BTreeSet<usize>,
    /// The loads whose rows were written twice.
    pub repeated: BTreeSet<usize>,
}

impl Target {
    /// The loads of a table, each at one tick: the middle of its bracket. Of a reader of the log the first snapshot and the
    /// last load are enough. Loads without a stamp are left out where others have one, as rows cannot tell of them.
    pub fn reads_of(reads: &Reads) -> Vec<Read> {
        let mut last = -1;
        let read = |load: Load| {
            last = last.max(load.lo + (load.hi - load.lo).max(0) / 2);
            Read { tick: last, stamp: (load.stamp != UNSTAMPED).then_some(load.stamp) }
        };
        listed(reads).into_iter().map(|place| reads.load(place)).map(read).collect()
    }

    /// The time of a tick in microseconds since 1970; of those before tick 0, the time of tick 0.
    fn at(&self, tick: i64) -> i64 {
        self.timeline.at(u64::try_from(tick).unwrap_or(0)).0
    }

    /// An open row with the values of a version.
    fn row(&self, life: &Life, phase: usize, start: i64, stamp: Option<i64>) -> FoundRow {
        let differing = match life.count() {
            1 => Vec::new(),
            _ => (1..=life.count()).map(|other| differing_cells(life, phase, other)).collect(),
        };
        let class = life.versions[phase - 1].class;
        FoundRow { start, end: OPEN, class, deleted: false, stamp, differing, cells: self.columns }
    }
}

/// The places of the loads that a pipeline is simulated for.
pub(super) fn listed(reads: &Reads) -> Vec<usize> {
    let count = reads.count();
    match reads {
        Reads::Snapshots { loads, .. } => {
            let any_stamp = loads.iter().any(|load| load.stamp != UNSTAMPED);
            (0..count).filter(|place| !any_stamp || loads[*place].stamp != UNSTAMPED).collect()
        }
        Reads::Changes { .. } => (0..count).take(1).chain((1..count).rev().take(1)).collect(),
    }
}

/// The number of cells in which two versions, given by their phases, differ.
fn differing_cells(life: &Life, one: usize, other: usize) -> u16 {
    let pairs = life.cells[one - 1].iter().zip(&life.cells[other - 1]);
    u16::try_from(pairs.filter(|(one, other)| one != other).count()).unwrap_or(u16::MAX)
}

impl Pipeline {
    /// A pipeline without a fault: it reads everything at each load, and compares all cells.
    pub fn right(target: &Arc<Target>) -> Self {
        Self {
            target: target.clone(),
            kind: target.shape.kind,
            selects: Selection::Everything,
            compares: Compare::All,
            finds_deleted: true,
            absent_is_deleted: false,
            writes_equal: false,
            failed: BTreeSet::new(),
            repeated: BTreeSet::new(),
        }
    }

    /// The rows that the table holds of a source row in the end.
    pub fn rows(&self, key: i64, life: &Life) -> Vec<FoundRow> {
        self.rows_of(life, &self.trace(key, life))
    }
}
