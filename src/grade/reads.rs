//! What the pipeline has read of a table, as an ordered list of loads that need not be written out.
//!
//! Owns the search among loads. A reader of the log of changes is a load `[t, t]` for every tick: ticks can be millions, so
//! these loads exist as indices only.

use super::life::{Life, NEVER};
use super::load::{Load, UNSTAMPED};

/// Loads at each end of those whose brackets hold one boundary, that are looked at.
const EITHER_WAY: usize = 64;

/// The loads of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Snapshots, ascending.
    Snapshots {
        /// The loads.
        loads: Vec<Load>,
        /// Whether there may be others: a row that none of these wrote is then no fault.
        unlisted: bool,
    },
    /// A snapshot, then each change of the log.
    Changes {
        /// The bracket of the initial snapshot: its first tick and its last.
        initial: (i64, i64),
        /// The last tick whose changes were surely read.
        last: i64,
        /// The last tick whose changes may have been read, not before `last`.
        last_may: i64,
    },
}

/// The phases that a load may have seen of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The load.
    pub load: usize,
    /// The earliest phase that it may have seen.
    pub lo: usize,
    /// The latest phase that it may have seen.
    pub hi: usize,
}

impl Reads {
    /// Snapshots by their loads: each saw at least what the one before surely saw, and at most what the next may have
    /// seen.
    pub fn snapshots(mut loads: Vec<Load>, unlisted: bool) -> Self {
        loads.sort_by_key(|load| (load.stamp, load.lo, load.hi));
        for later in 1..loads.len() {
            loads[later].lo = loads[later].lo.max(loads[later - 1].lo);
        }
        for earlier in (1..loads.len()).rev() {
            loads[earlier - 1].hi = loads[earlier - 1].hi.min(loads[earlier].hi);
        }
        for load in &mut loads {
            load.hi = load.hi.max(load.lo);
        }
        Self::Snapshots { loads, unlisted }
    }

    /// The number of loads.
    pub fn count(&self) -> usize {
        match self {
            Self::Snapshots { loads, .. } => loads.len(),
            Self::Changes { initial, last, last_may } => {
                1 + index(last - initial.1) + usize::from(last_may > last && last >= &initial.1)
            }
        }
    }

    /// A load by its index.
    pub fn load(&self, at: usize) -> Load {
        match self {
            Self::Snapshots { loads, .. } => loads[at],
            Self::Changes { initial, .. } if at == 0 => {
                Load { lo: initial.0, hi: initial.1, stamp: UNSTAMPED }
            }
            Self::Changes { initial, last, last_may } => {
                let tick = initial.1.saturating_add(i64::try_from(at).unwrap_or(i64::MAX));
                match tick > *last {
                    true => Load { lo: *last, hi: *last_may, stamp: UNSTAMPED },
                    false => Load { lo: tick, hi: tick, stamp: UNSTAMPED },
                }
            }
        }
    }

    /// The first load that may have seen a tick; `count()` if none.
    pub fn first_may(&self, tick: i64) -> usize {
        match self {
            Self::Snapshots { loads, .. } => loads.partition_point(|load| load.hi < tick),
            Self::Changes { initial, .. } if tick <= initial.1 => 0,
            Self::Changes { initial, last, .. } if tick <= *last => index(tick - initial.1),
            Self::Changes { last_may, .. } if tick <= *last_may => self.count() - 1,
            Self::Changes { .. } => self.count(),
        }
    }

    /// The first load that surely saw a tick; `count()` if none.
    pub fn first_must(&self, tick: i64) -> usize {
        match self {
            Self::Snapshots { loads, .. } => loads.partition_point(|load| load.lo < tick),
            Self::Changes { initial, .. } if tick <= initial.0 => 0,
            Self::Changes { initial, last, .. } if tick <= *last => index(tick - initial.1).max(1),
            Self::Changes { .. } => self.count(),
        }
    }

    /// The load with a stamp, or the nearest one within a tolerance; `None` if none is.
    pub fn stamped(&self, stamp: i64, tolerance: i64) -> Option<usize> {
        let Self::Snapshots { loads, .. } = self else { return None };
        let next = loads.partition_point(|load| load.stamp < stamp);
        let distance = |at: usize| loads[at].stamp.abs_diff(stamp);
        [Some(next).filter(|at| *at < loads.len()), next.checked_sub(1)]
            .into_iter()
            .flatten()
            .filter(|at| loads[*at].stamp != UNSTAMPED && distance(*at) <= tolerance.unsigned_abs())
            .min_by_key(|at| distance(*at))
    }

    /// Whether a row that no load wrote can be one of a load that is not listed, given that starts are stamps of loads.
    pub fn has_unlisted(&self) -> bool {
        match self {
            Self::Snapshots { loads, unlisted } => {
                *unlisted || loads.last().is_some_and(|load| load.stamp == UNSTAMPED)
            }
            Self::Changes { .. } => false,
        }
    }

    /// The phases of a row that a load may have seen.
    pub fn sight(&self, life: &Life, at: usize) -> Sight {
        let load = self.load(at);
        Sight { load: at, lo: life.phase(load.lo), hi: life.phase(load.hi) }
    }

    /// The phases that the last load may have seen; `None` without loads.
    pub fn last_sight(&self, life: &Life) -> Option<Sight> {
        Some(self.sight(life, self.count().checked_sub(1)?))
    }

    /// Whether some load surely saw the row, whichever version.
    pub fn surely_saw(&self, life: &Life) -> bool {
        let first = self.first_must(life.born());
        first < self.count() && self.load(first).hi < life.deleted
    }

    /// The loads that matter to a row, ascending: around each boundary of its phases the last one that surely did not see
    /// it, all that may have, and the first that surely did; the loads of its found rows; the last one. No other load can
    /// make a difference: it sees what its neighbours see.
    pub fn relevant(&self, life: &Life, found: impl Iterator<Item = usize>, into: &mut Vec<Sight>) {
        let count = self.count();
        let mut at: Vec<usize> = found.collect();
        let deleted = Some(life.deleted).filter(|tick| *tick != NEVER);
        for boundary in life.versions.iter().map(|version| version.from).chain(deleted) {
            let (may, must) = (self.first_may(boundary), self.first_must(boundary));
            at.extend(may.checked_sub(1));
            let may = may..must.max(may).saturating_add(1).min(count);
            // Of very many loads that may have seen it either way, those at both ends leave every choice open.
            at.extend(may.clone().take(EITHER_WAY));
            at.extend(may.rev().take(EITHER_WAY));
        }
        if let Self::Changes { .. } = self {
            at.extend(life.operations.iter().map(|tick| self.first_may(*tick)).filter(|load| *load < count));
            at.push(0);
        }
        at.extend(count.checked_sub(1));
        at.sort_unstable();
        at.dedup();
        into.clear();
        into.extend(at.into_iter().map(|load| self.sight(life, load)));
    }
}

/// A count of ticks as an index; 0 if negative.
fn index(ticks: i64) -> usize {
    usize::try_from(ticks.max(0)).unwrap_or(usize::MAX)
}
