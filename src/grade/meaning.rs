//! Whether the start of a found row means what the starts of its table mean.
//!
//! Owns the comparison of starts with stamps, changes and `created_at`. Must not know how rows are aligned with versions.

use std::ops::Range;

use super::delta::time;
use super::found::FoundRow;
use super::life::Life;
use super::reads::Reads;
use super::shape::{Capture, Kind, Shape, Starts};
use crate::clock::Timeline;

/// The stamp of the load that wrote a row, as far as the row tells it: its start where starts are loads, else its stamp
/// column. `place` is its place among the rows of its key.
pub fn stamp_of(starts: Starts, place: usize, row: &FoundRow) -> Option<i64> {
    match starts {
        Starts::Load => Some(row.start),
        Starts::CreatedThenLoad | Starts::FixedThenLoad(_) if place > 0 => Some(row.start),
        _ => row.stamp,
    }
}

/// What starts are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Meaning<'a> {
    pub shape: &'a Shape,
    pub reads: &'a Reads,
    pub timeline: &'a Timeline,
    /// Whether an update that changed no graded value may be a row of its own.
    pub repeats: bool,
}

/// A found row, with what its start may be.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    pub row: &'a FoundRow,
    /// Its place in the order in which rows were given.
    pub given: usize,
    /// The load that wrote it, if it is known.
    pub load: Option<usize>,
    /// The versions (counted from 0) that began at its start.
    versions: Range<usize>,
    /// The operations (by place) at its start.
    operations: Range<usize>,
}

impl Meaning<'_> {
    /// `T(tick)`; of the moment before tick 0 it is `T(0)`.
    pub fn time(&self, tick: i64) -> i64 {
        time(self.timeline, tick)
    }

    /// Whether two moments are equal, within the tolerance.
    pub fn near(&self, one: i64, other: i64) -> bool {
        one.abs_diff(other) <= self.shape.tolerance.unsigned_abs()
    }

    /// A found row with what its start may be; `place` is its place among the rows of its key.
    pub fn candidate<'r>(&self, life: &Life, place: usize, given: usize, row: &'r FoundRow) -> Candidate<'r> {
        let stamp = stamp_of(self.shape.starts, place, row);
        let load = stamp.and_then(|stamp| self.reads.stamped(stamp, self.shape.tolerance));
        let (mut versions, mut operations) = (0..0, 0..0);
        if self.shape.starts == Starts::Event {
            let earliest = row.start.saturating_sub(self.shape.tolerance);
            let latest = row.start.saturating_add(self.shape.tolerance);
            versions = life.versions.partition_point(|version| self.time(version.from) < earliest)
                ..life.versions.partition_point(|version| self.time(version.from) <= latest);
            if self.shape.capture == Capture::EveryChange {
                operations = life.operations.partition_point(|tick| self.time(*tick) < earliest)
                    ..life.operations.partition_point(|tick| self.time(*tick) <= latest);
            }
        }
        Candidate { row, given, load, versions, operations }
    }

    /// Whether a start is right for a row that a load wrote for a phase; `None`: a load that is not listed.
    pub fn fits(
        &self,
        life: &Life,
        place: usize,
        found: &Candidate,
        load: Option<usize>,
        phase: usize,
    ) -> bool {
        let start = found.row.start;
        let by_load = load.is_none() || found.load == load;
        match self.shape.starts {
            Starts::Nothing => true,
            Starts::Load => by_load,
            Starts::CreatedThenLoad => (place == 0 && self.near(start, life.created_at)) || by_load,
            Starts::FixedThenLoad(moment) => (place == 0 && self.near(start, moment)) || by_load,
            Starts::Event => {
                (place == 0 && self.near(start, life.created_at))
                    || found
                        .versions
                        .clone()
                        .any(|version| version < phase && life.class(version + 1) == life.class(phase))
                    || self.fits_change(life, found, load, phase)
            }
        }
    }

    /// Whether a start is that of the initial snapshot, or of an operation within the version.
    fn fits_change(&self, life: &Life, found: &Candidate, load: Option<usize>, phase: usize) -> bool {
        let Reads::Changes { initial, .. } = self.reads else { return false };
        let (first, last) = (self.time(initial.0), self.time(initial.1));
        let tolerance = self.shape.tolerance;
        let start = found.row.start;
        (load == Some(0)
            && (first.saturating_sub(tolerance)..=last.saturating_add(tolerance)).contains(&start))
            || found.operations.clone().any(|at| life.phase(life.operations[at]) == phase)
    }

    /// Whether no listed load can have written a row, and one that is not listed may have.
    pub fn is_free(&self, found: &Candidate) -> bool {
        let Reads::Snapshots { unlisted, .. } = self.reads else { return false };
        found.load.is_none() && (*unlisted || self.shape.starts != Starts::Load || self.reads.has_unlisted())
    }

    /// Whether a row that equals the one before it is right within a phase.
    pub fn may_repeat(&self, life: &Life, phase: usize) -> bool {
        if self.shape.kind == Kind::Append {
            return true;
        }
        let Some(version) = phase.checked_sub(1).and_then(|place| life.versions.get(place)) else {
            return false;
        };
        self.repeats && life.operations.iter().any(|tick| version.from < *tick && *tick < life.end(phase))
    }
}
