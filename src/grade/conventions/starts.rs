//! What the starts of a table mean.
//!
//! Owns the comparison of starts with `created_at`, with the times of changes and with a fixed moment, all with the same shift
//! of the clock: multiples of 15 minutes, as time zones differ.

use super::Given;
use crate::clock::Timeline;
use crate::grade::delta::{DAY, is_whole_day, time};
use crate::grade::found::FoundRow;
use crate::grade::life::Life;
use crate::grade::shape::{Capture, Kind, Starts};

/// A quarter of an hour in microseconds.
const QUARTER: i64 = 900_000_000;
/// Shifts are at most this many quarters, 14 hours, either way.
const QUARTERS: usize = 56;
const SHIFTS: usize = 2 * QUARTERS + 1;
/// How many versions of a key are compared with each start.
const VERSIONS: usize = 64;
/// A fixed moment is at least this long before the rows were made.
const LONG_BEFORE: i64 = 30 * DAY;

/// What must explain this many of ten starts to be what they mean.
fn explains(some: u64, all: u64) -> bool {
    all > 0 && some * 10 >= all * 8
}

/// What is the exception in at most one of twenty.
fn nearly_all(some: u64, all: u64) -> bool {
    all > 0 && some * 20 >= all * 19
}

/// How many starts each meaning explains.
#[derive(Clone, Debug)]
pub struct StartCounts {
    first: u64,
    later: u64,
    /// First rows and later ones that start at their own stamp.
    stamped: [u64; 2],
    /// First rows at the earliest start of all, while it is the begin of a day long before the row was made.
    fixed: (i64, u64),
    /// By shift: first rows at `created_at`; first rows at it or at a change; later rows at a change.
    first_created: [u64; SHIFTS],
    first_event: [u64; SHIFTS],
    later_event: [u64; SHIFTS],
    /// Later rows at `created_at` as well.
    later_created: u64,
}

impl Default for StartCounts {
    fn default() -> Self {
        Self {
            first: 0,
            later: 0,
            stamped: [0; 2],
            fixed: (i64::MAX, 0),
            first_created: [0; SHIFTS],
            first_event: [0; SHIFTS],
            later_event: [0; SHIFTS],
            later_created: 0,
        }
    }
}

/// The shift between a start and what it means, as an index; `None` if it is no such shift.
fn shift(start: i64, meant: i64, tolerance: i64) -> Option<usize> {
    let difference = start.checked_sub(meant)?;
    let quarters = difference.checked_add(QUARTER / 2)?.div_euclid(QUARTER);
    let is_near = (difference - quarters * QUARTER).unsigned_abs() <= tolerance.unsigned_abs();
    let index = usize::try_from(quarters.checked_add(i64::try_from(QUARTERS).ok()?)?).ok()?;
    (is_near && index < SHIFTS).then_some(index)
}

/// The shift of most rows, no shift if it is one of them.
fn most(counts: [u64; SHIFTS]) -> usize {
    let best = counts.iter().max().copied().unwrap_or(0);
    match counts[QUARTERS] == best {
        true => QUARTERS,
        false => counts.iter().position(|count| *count == best).unwrap_or(QUARTERS),
    }
}

impl StartCounts {
    /// Adds the rows of a key, ordered by their starts, or of `weight` of them that are alike.
    pub fn add(&mut self, life: &Life, rows: &[&FoundRow], weight: u64, given: &Given, timeline: &Timeline) {
        // A start within half a tick is at the tick; within several ticks, any moment would be at one.
        let tolerance = given.tolerance.min(timeline.interval() / 2);
        for (place, row) in rows.iter().enumerate() {
            let is_told = life.versions.iter().any(|version| version.class == row.class);
            let repeats = place > 0 && rows[place - 1].class == row.class;
            if row.deleted && place > 0 && (repeats || !is_told) {
                continue;
            }
            if row.stamp == Some(row.start) {
                self.stamped[place.min(1)] += weight;
            }
            let mut event = [false; SHIFTS];
            if place == 0 {
                self.first += weight;
                self.add_fixed(life, row.start, weight);
                if let Some(shift) = shift(row.start, life.created_at, tolerance) {
                    self.first_created[shift] += weight;
                    event[shift] = true;
                }
            } else {
                self.later += weight;
                self.later_created += if row.start == life.created_at { weight } else { 0 };
            }
            let versions = life.versions.iter().filter(|version| version.class == row.class);
            let changes = versions.map(|version| version.from).take(VERSIONS);
            let operations = life.operations.iter().copied().take(VERSIONS);
            let operations = operations.filter(|_| given.capture == Capture::EveryChange);
            for tick in changes.chain(operations) {
                if let Some(shift) = shift(row.start, time(timeline, tick), tolerance) {
                    event[shift] = true;
                }
            }
            let counts = if place == 0 { &mut self.first_event } else { &mut self.later_event };
            for (count, is_at) in counts.iter_mut().zip(event) {
                *count += weight * u64::from(is_at);
            }
        }
    }

    fn add_fixed(&mut self, life: &Life, start: i64, weight: u64) {
        if start < self.fixed.0 {
            self.fixed = (start, 0);
        }
        let long_before = start < life.created_at.saturating_sub(LONG_BEFORE);
        let is_fixed = long_before && (is_whole_day(start) || start == i64::MIN);
        self.fixed.1 += weight * u64::from(start == self.fixed.0 && is_fixed);
    }

    /// Whether nearly all rows start at their own stamps.
    pub fn are_stamps(&self) -> bool {
        nearly_all(self.stamped[0] + self.stamped[1], self.first + self.later)
    }

    /// What starts mean, and the shift of all of them in microseconds.
    pub fn resolve(&self, given: &Given) -> (Starts, i64) {
        let mut event = self.first_event;
        for (sum, later) in event.iter_mut().zip(self.later_event) {
            *sum += later;
        }
        let (by_event, by_created) = (most(event), most(self.first_created));
        let events = explains(self.first_event[by_event], self.first)
            && (self.later == 0 || explains(self.later_event[by_event], self.later));
        let created = explains(self.first_created[by_created], self.first);
        let starts = given.starts.unwrap_or_else(|| match given.kind {
            Kind::Current => Starts::Nothing,
            Kind::Append => Starts::Load,
            Kind::History | Kind::Log => {
                // Where no row has a later start, changes must explain more first rows than `created_at` does.
                let tells_changes = self.later > 0
                    || given.capture == Capture::EveryChange
                    || self.first_event[by_event] > self.first_created[by_created];
                // Stamps that are all starts are no coincidence, the times of ticks among them may be.
                let snapshots = given.capture == Capture::Snapshot;
                let [first_stamped, later_stamped] = self.stamped;
                let later_by_stamp = snapshots && nearly_all(later_stamped, self.later);
                let by_stamp =
                    snapshots && nearly_all(first_stamped, self.first) && (self.later == 0 || later_by_stamp);
                let later_by_stamp =
                    later_by_stamp && self.first_event[by_event] <= self.first_created[by_created];
                // Where all rows of a key start when it was created, starts tell nothing of changes or loads.
                let never_later = created
                    && nearly_all(self.later_created, self.later)
                    && self.later_created > self.later_event[by_event];
                if by_stamp {
                    Starts::Load
                } else if never_later {
                    Starts::Nothing
                } else if explains(self.fixed.1, self.first) {
                    Starts::FixedThenLoad(self.fixed.0)
                } else if events && tells_changes && !later_by_stamp {
                    Starts::Event
                } else if created {
                    Starts::CreatedThenLoad
                } else {
                    Starts::Load
                }
            }
        });
        let by = match starts {
            Starts::Event if events => by_event,
            Starts::CreatedThenLoad if created => by_created,
            _ => QUARTERS,
        };
        let quarters = i64::try_from(by).unwrap_or(0) - i64::try_from(QUARTERS).unwrap_or(0);
        (starts, quarters * QUARTER)
    }
}
