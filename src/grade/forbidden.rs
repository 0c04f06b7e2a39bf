//! At which ticks a load cannot have read its table, as far as its rows tell.
//!
//! Owns how much of that is kept. What is kept does not grow with the number of keys: beyond a limit, what binds least is
//! made weaker, so that brackets may become wider but never exclude a tick that they should not.

use std::collections::BTreeMap;

/// How many different bounds are kept of each side of a load.
const BOUNDS: usize = 64;
/// How many different ranges are kept that apply to many loads.
const RANGES: usize = 1 << 16;

/// What forbids a range: how heavy it weighs, and how many rows say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    pub weight: u64,
    pub rows: u64,
}

impl Weight {
    fn add(&mut self, other: Self) {
        self.weight = self.weight.saturating_add(other.weight);
        self.rows = self.rows.saturating_add(other.rows);
    }
}

/// A forbidden range of ticks, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub first: i64,
    pub last: i64,
    pub weight: Weight,
}

/// The ranges that are forbidden for one load.
#[derive(Clone, Debug, Default)]
pub struct Forbidden {
    /// By the last forbidden tick: everything up to it.
    early: BTreeMap<i64, Weight>,
    /// By the first forbidden tick: everything from it on.
    late: BTreeMap<i64, Weight>,
    /// Whether a row was written by this load.
    pub wrote: bool,
}

impl Forbidden {
    /// Forbids all ticks up to one.
    pub fn up_to(&mut self, last: i64, weight: Weight) {
        self.early.entry(last).or_default().add(weight);
        if self.early.len() > BOUNDS
            && let (Some((lowest, mut merged)), Some((_, next))) =
                (self.early.pop_first(), self.early.pop_first())
        {
            merged.add(next);
            self.early.insert(lowest, merged);
        }
    }

    /// Forbids all ticks from one on.
    pub fn from(&mut self, first: i64, weight: Weight) {
        self.late.entry(first).or_default().add(weight);
        if self.late.len() > BOUNDS
            && let (Some((highest, mut merged)), Some((_, next))) =
                (self.late.pop_last(), self.late.pop_last())
        {
            merged.add(next);
            self.late.insert(highest, merged);
        }
    }

    /// All of them, between the moment before tick 0 and the last tick.
    pub fn ranges(&self, last_tick: i64) -> impl Iterator<Item = Range> {
        let early = self.early.iter().map(|(last, weight)| Range { first: -1, last: *last, weight: *weight });
        let late = self.late.iter().map(move |(first, weight)| Range {
            first: *first,
            last: last_tick,
            weight: *weight,
        });
        early.chain(late)
    }
}

/// The ranges that are forbidden for a load and all later ones.
#[derive(Clone, Debug)]
pub struct ForbiddenOnwards {
    /// By the first of these loads, and the range.
    ranges: BTreeMap<(usize, i64, i64), Weight>,
    /// Ranges are shrunk to multiples of this many ticks.
    grain: i64,
    limit: usize,
}

impl Default for ForbiddenOnwards {
    fn default() -> Self {
        Self { ranges: BTreeMap::new(), grain: 1, limit: RANGES }
    }
}

impl ForbiddenOnwards {
    /// Forbids a range for a load and all later ones.
    pub fn add(&mut self, load: usize, range: Range) {
        self.insert(load, range);
        while self.ranges.len() > self.limit {
            if self.grain >= i64::MAX / 2 {
                return self.ranges.clear();
            }
            self.grain *= 2;
            for ((load, first, last), weight) in std::mem::take(&mut self.ranges) {
                self.insert(load, Range { first, last, weight });
            }
        }
    }

    fn insert(&mut self, load: usize, range: Range) {
        let first = match range.first.rem_euclid(self.grain) {
            0 => range.first,
            over => range.first.saturating_add(self.grain - over),
        };
        let after = range.last.saturating_add(1);
        let last = after - after.rem_euclid(self.grain) - 1;
        if first <= last {
            self.ranges.entry((load, first, last)).or_default().add(range.weight);
        }
    }

    /// Each range with the first load that it is forbidden for, in the order of loads.
    pub fn ranges(&self) -> impl Iterator<Item = (usize, Range)> {
        self.ranges.iter().map(|((load, first, last), weight)| {
            (*load, Range { first: *first, last: *last, weight: *weight })
        })
    }

    #[cfg(test)]
    pub fn limited(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }
}
