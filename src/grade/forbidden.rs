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
    /// As `early`, for deletions that it told.
    gone: BTreeMap<i64, Weight>,
    /// How many rows were written by this load.
    pub wrote: u64,
}

/// What a forbidden range follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The load wrote what a later tick made.
    Early,
    /// The load did not write what an earlier tick made.
    Late,
    /// The load told a deletion that a later tick made.
    Gone,
}

impl Forbidden {
    /// Forbids all ticks up to one, since the load wrote a row.
    pub fn up_to(&mut self, last: i64, weight: Weight) {
        up_to(&mut self.early, last, weight);
    }

    /// Forbids all ticks up to one, since the load told a deletion.
    pub fn gone_up_to(&mut self, last: i64, weight: Weight) {
        up_to(&mut self.gone, last, weight);
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
        self.by_side(last_tick).map(|(_, range)| range)
    }

    /// The same, with what each follows from.
    pub fn by_side(&self, last_tick: i64) -> impl Iterator<Item = (Side, Range)> {
        let up_to = |last: &i64, weight: &Weight| Range { first: -1, last: *last, weight: *weight };
        let early = self.early.iter().map(move |(last, weight)| (Side::Early, up_to(last, weight)));
        let gone = self.gone.iter().map(move |(last, weight)| (Side::Gone, up_to(last, weight)));
        let late = self.late.iter().map(move |(first, weight)| {
            (Side::Late, Range { first: *first, last: last_tick, weight: *weight })
        });
        early.chain(gone).chain(late)
    }
}

/// Forbids all ticks up to one; of too many bounds the two that bind least become one.
fn up_to(bounds: &mut BTreeMap<i64, Weight>, last: i64, weight: Weight) {
    bounds.entry(last).or_default().add(weight);
    if bounds.len() > BOUNDS
        && let (Some((lowest, mut merged)), Some((_, next))) = (bounds.pop_first(), bounds.pop_first())
    {
        merged.add(next);
        bounds.insert(lowest, merged);
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
