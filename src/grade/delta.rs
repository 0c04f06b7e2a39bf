//! How far the end of a row is before the start of the next one.
//!
//! Owns the conventions of ends: half-open intervals, or ends a microsecond, a millisecond, a second or a day before the next
//! start. All ends are compared as `end + delta`.

use super::life::{Life, NEVER};
use crate::clock::Timeline;

/// A day in microseconds.
pub const DAY: i64 = 86_400_000_000;

/// How far an end may be before the next start, in microseconds. A day is only one for ends at whole days.
pub const DELTAS: [i64; 5] = [0, 1, 1_000, 1_000_000, DAY];

/// The deltas that an end may have, given that of its table.
pub fn deltas(known: Option<i64>, end: i64) -> impl Iterator<Item = i64> {
    let possible = move |delta: &i64| match known {
        Some(known) => *delta == known,
        None => *delta != DAY || is_whole_day(end),
    };
    DELTAS.into_iter().filter(possible)
}

/// Whether a moment is the begin of a day.
pub fn is_whole_day(moment: i64) -> bool {
    moment.rem_euclid(DAY) == 0
}

/// `T(tick)`; of the moment before tick 0 it is `T(0)`.
pub fn time(timeline: &Timeline, tick: i64) -> i64 {
    timeline.at(u64::try_from(tick).unwrap_or(0)).0
}

/// Whether an end is the time of the row's deletion, which a pipeline can compute from the retention of its source: it is
/// then no load's.
pub fn is_time_of_deletion(life: &Life, delta: Option<i64>, end: i64, timeline: &Timeline) -> bool {
    if life.deleted == NEVER {
        return false;
    }
    let deleted = time(timeline, life.deleted);
    end == deleted || deltas(delta, end).any(|delta| end.saturating_add(delta) == deleted)
}

/// The stamp of the load that closed a row, if it is one that is known. Some tools end a superseded row before the next one,
/// and a deleted row at the deletion itself.
pub fn closing_stamp(end: i64, delta: i64, is_stamp: impl Fn(i64) -> bool) -> Option<i64> {
    [end.saturating_add(delta), end].into_iter().find(|stamp| is_stamp(*stamp))
}

/// The last tick up to `last` whose time is not after a moment; −1 if none is.
pub fn tick_at(timeline: &Timeline, moment: i64, last: i64) -> i64 {
    let (mut low, mut high) = (-1, last);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        match time(timeline, middle) <= moment {
            true => low = middle,
            false => high = middle - 1,
        }
    }
    low
}
