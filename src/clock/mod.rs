//! Simulated time: when a tick is, and which ticks a window covers.
//!
//! Owns `T(n) = start + n × interval + pauses before n`, the retention and update windows; `schedule` decides
//! what to do next at a given wall time. Pure: the wall time is always an argument.

mod pace_watch;
mod schedule;
mod stalls;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{Pace, Start};
use crate::value::{SECOND, Timestamp};

pub use pace_watch::{PaceChange, PaceWatch};
pub use schedule::{History, Schedule, Standing, Step};
pub use stalls::StallWatch;

/// The simulated times of a shop's ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    start: Timestamp,
    interval: i64,
    /// The first tick that is run.
    first: u64,
    /// The tick that each pause precedes, and the sum of all pauses up to it, ascending; shared by clones.
    pauses: Arc<Vec<(u64, i64)>>,
}

impl Timeline {
    /// A timeline from its start, the microseconds between two ticks, and the recorded pauses,
    /// ascending.
    pub fn new(start: Timestamp, interval: i64, pauses: &[Pause]) -> Self {
        let sums = Arc::new(Vec::with_capacity(pauses.len()));
        let mut timeline = Self { start, interval, first: 0, pauses: sums };
        for pause in pauses {
            timeline.push(*pause);
        }
        timeline
    }

    /// The timeline of a run that has begun: ticks before its first one are never run.
    pub fn of(origin: &Origin, interval: i64, pauses: &[Pause]) -> Self {
        Self { first: origin.first_tick, ..Self::new(origin.start, interval, pauses) }
    }

    /// Adds a pause, not before the last one.
    pub fn push(&mut self, pause: Pause) {
        let before = self.pauses.last().map_or(0, |(_, sum)| *sum);
        Arc::make_mut(&mut self.pauses).push((pause.before_tick, before.saturating_add(pause.micros)));
    }

    /// Merges the pauses before a tick into one: the times of this tick and all later ones do not change, those of
    /// earlier ticks become earlier.
    pub fn forget_before(&mut self, tick: u64) {
        let past = self.pauses.partition_point(|(before, _)| *before <= tick);
        if past > 1 {
            Arc::make_mut(&mut self.pauses).drain(..past - 1);
        }
    }

    /// The first tick whose time is its own for sure, where pauses up to the one before tick `tick` may have been merged.
    pub fn exact_from(&self, tick: u64) -> u64 {
        self.pauses.first().map_or(0, |(before, _)| if *before <= tick { *before } else { 0 })
    }

    /// The first tick that is run.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// `T(0)` without pauses.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// Microseconds between two ticks.
    pub fn interval(&self) -> i64 {
        self.interval
    }

    /// `T(tick)`.
    pub fn at(&self, tick: u64) -> Timestamp {
        let earlier = self.pauses.partition_point(|(before, _)| *before <= tick);
        let paused = earlier.checked_sub(1).map_or(0, |last| self.pauses[last].1);
        let elapsed = i64::try_from(tick).unwrap_or(i64::MAX).saturating_mul(self.interval);
        self.start.plus(elapsed).plus(paused)
    }

    /// The `created_at` of the rows that a tick inserts: `T(tick)` cut to the second.
    pub fn created_at(&self, tick: u64) -> Timestamp {
        self.at(tick).floor_second()
    }

    /// The last of the ticks `0..=last` whose time is not after a moment; `None` if all are.
    pub fn last_by(&self, at: Timestamp, last: u64) -> Option<u64> {
        first_of(0..last.saturating_add(1), |tick| self.at(tick) > at).checked_sub(1)
    }

    /// The first of the ticks `0..end` whose rows are `wanted`, a condition that stays true once it is; `end` if none.
    ///
    /// A binary search, so that its cost does not grow with the age of the run.
    fn first_tick(&self, end: u64, wanted: impl Fn(Timestamp) -> bool) -> u64 {
        first_of(0..end, |tick| wanted(self.created_at(tick)))
    }
}

/// The first of some ticks that is `wanted`, a condition that stays true once it is; their end if none.
fn first_of(mut candidates: Range<u64>, wanted: impl Fn(u64) -> bool) -> u64 {
    while candidates.start < candidates.end {
        let middle = candidates.start + (candidates.end - candidates.start) / 2;
        if wanted(middle) {
            candidates.end = middle;
        } else {
            candidates.start = middle + 1;
        }
    }
    candidates.start
}

/// A recorded downtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The first tick that it shifts.
    pub before_tick: u64,
    /// Its length in microseconds.
    pub micros: i64,
}

/// How long rows live and how long they change, in microseconds; `None`: forever, and not at all.
///
/// Where there is `purge_after`, a row that is too old is deleted softly, and is purged from the table that much later.
/// A row is *alive* until it is deleted, softly or not; it *exists* until it is no longer in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Windows {
    /// Rows with `created_at <= T(n) - delete_older_than` are deleted by tick `n`.
    pub delete_older_than: Option<i64>,
    /// Rows with `created_at >= T(n) - update_not_older_than` may be updated by tick `n`.
    pub update_not_older_than: Option<i64>,
    /// Rows that were deleted softly by `T(n) - purge_after` are purged by tick `n`; `None`: no row is deleted softly.
    pub purge_after: Option<i64>,
}

impl Windows {
    /// How many ticks back the windows of a tick reach at most, and those of the tick before it: pauses only make
    /// them hold fewer ticks.
    pub fn reach(&self, interval: i64) -> u64 {
        let ticks = |age: Option<i64>| (age.unwrap_or(0).max(0) / interval.max(1)).unsigned_abs();
        // The tick that has deleted a row softly lies up to an interval before the age at which the row is purged.
        let purged = self.purge_after.map_or(0, |_| ticks(self.purge_after) + 1);
        (ticks(self.delete_older_than) + purged).max(ticks(self.update_not_older_than)) + 2
    }

    /// The age up to which rows exist; `None`: forever. The tick that purges a row may be later by an interval.
    pub fn kept(&self) -> Option<i64> {
        self.delete_older_than.map(|age| age.saturating_add(self.purge_after.unwrap_or(0)))
    }

    /// The first tick whose rows are still alive after the deletes of tick `tick`.
    fn first_alive(&self, timeline: &Timeline, tick: u64) -> u64 {
        let Some(age) = self.delete_older_than else { return 0 };
        let limit = timeline.at(tick).plus(-age);
        timeline.first_tick(tick, |created_at| created_at > limit)
    }

    /// The last tick whose softly deleted rows are purged after tick `tick`.
    fn purged_until(&self, timeline: &Timeline, tick: u64) -> Option<u64> {
        match self.purge_after {
            None => Some(tick),
            Some(after) => timeline.last_by(timeline.at(tick).plus(-after), tick),
        }
    }

    /// The first tick whose rows are still in the table after the deletes of tick `tick`.
    fn first_existing(&self, timeline: &Timeline, tick: u64) -> u64 {
        self.purged_until(timeline, tick).map_or(0, |purged| self.first_alive(timeline, purged))
    }

    /// The ticks whose rows tick `tick` removes from the table.
    pub fn deleted(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        let before = tick.checked_sub(1).map_or(0, |last| self.first_existing(timeline, last));
        run_ticks(timeline, before..self.first_existing(timeline, tick))
    }

    /// The same, by the ticks that have ended the lives of these rows: softly, or the tick itself.
    pub fn deleted_by_end(&self, timeline: &Timeline, tick: u64) -> impl Iterator<Item = (u64, Range<u64>)> {
        let purged = |tick: u64| self.purged_until(timeline, tick).map_or(0, |purged| purged + 1);
        let ends = tick.checked_sub(1).map_or(0, purged)..purged(tick);
        ends.map(move |end| (end, self.ended(timeline, end)))
    }

    /// The ticks whose rows cease to be alive in tick `tick`.
    fn ended(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        let before = tick.checked_sub(1).map_or(0, |last| self.first_alive(timeline, last));
        run_ticks(timeline, before..self.first_alive(timeline, tick))
    }

    /// The ticks whose rows tick `tick` deletes softly.
    pub fn soft_deleted(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        if self.purge_after.is_none() { tick..tick } else { self.ended(timeline, tick) }
    }

    /// The first tick after `tick`, up to `last`, in which the rows of tick `tick` cease to be alive because of their age.
    fn ended_at(&self, timeline: &Timeline, tick: u64, last: u64) -> Option<u64> {
        let age = self.delete_older_than?;
        let created_at = timeline.created_at(tick);
        let is_old = |later: u64| created_at <= timeline.at(later).plus(-age);
        let first = first_of(tick.saturating_add(1)..last.saturating_add(1), is_old);
        (first <= last).then_some(first)
    }

    /// The first tick after `tick`, up to `last`, that deletes the rows of tick `tick` softly.
    pub fn soft_deleted_at(&self, timeline: &Timeline, tick: u64, last: u64) -> Option<u64> {
        self.purge_after.and_then(|_| self.ended_at(timeline, tick, last))
    }

    /// The first tick after `tick`, up to `last`, that removes the rows of tick `tick` from the table because of their age.
    pub fn deleted_at(&self, timeline: &Timeline, tick: u64, last: u64) -> Option<u64> {
        let ended = self.ended_at(timeline, tick, last)?;
        let Some(after) = self.purge_after else { return Some(ended) };
        let at = timeline.at(ended);
        let is_purged = |later: u64| timeline.at(later).plus(-after) >= at;
        let first = first_of(ended..last.saturating_add(1), is_purged);
        (first <= last).then_some(first)
    }

    /// The ticks whose rows are alive once tick `tick` is done.
    pub fn alive(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        run_ticks(timeline, self.referable(timeline, tick))
    }

    /// The ticks whose rows are in the table once tick `tick` is done: those that are alive, and those that are deleted
    /// softly.
    pub fn existing(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        run_ticks(timeline, self.first_existing(timeline, tick)..tick + 1)
    }

    /// The ticks whose rows may be referred to by those of tick `tick`: the living ones, as if each tick from 0 on
    /// had been run.
    pub fn referable(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        self.first_alive(timeline, tick)..tick + 1
    }

    /// The ticks whose rows exist as long as any row of tick `tick` or before in a table with the windows of
    /// `referring`, if rows of that table do not live longer: those of tick `tick` at least.
    ///
    /// A row is deleted by the first tick whose time is its `created_at` and its table's age, or later, whatever
    /// pauses are still to come: of two rows, the one for which this sum is less is not deleted after the other.
    pub fn outliving(&self, timeline: &Timeline, tick: u64, referring: &Self) -> Range<u64> {
        let alive = self.alive(timeline, tick);
        let Some(age) = self.delete_older_than else { return alive };
        let longer = age.saturating_sub(referring.delete_older_than.unwrap_or(age)).max(0);
        let oldest = timeline.created_at(tick).plus(-longer);
        let first = timeline.first_tick(tick, |created_at| created_at >= oldest);
        alive.start.max(first)..alive.end
    }

    /// The ticks whose rows tick `tick` may update: alive after its deletes, before its inserts.
    pub fn updatable(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        let Some(age) = self.update_not_older_than else { return tick..tick };
        let limit = timeline.at(tick).plus(-age);
        let in_window = timeline.first_tick(tick, |created_at| created_at >= limit);
        run_ticks(timeline, in_window.max(self.first_alive(timeline, tick))..tick)
    }

    /// The first tick that must be run for the tables after `last`, the last tick of history, to be the same as if each
    /// tick from 0 on had been run: the rows of all earlier ticks, and all rows that updates would choose differently,
    /// are deleted by then.
    fn history_from(&self, timeline: &Timeline, last: u64) -> u64 {
        let first = self.first_existing(timeline, last);
        self.updatable(timeline, first).start
    }
}

/// The ticks without those that are never run.
fn run_ticks(timeline: &Timeline, ticks: Range<u64>) -> Range<u64> {
    ticks.start.max(timeline.first)..ticks.end.max(timeline.first)
}

/// The progress of a shop, as recorded in its database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The last tick that was committed.
    pub last_tick: Option<u64>,
    /// The origin, set at the first tick; its anchor moves with each change of pace.
    pub origin: Option<Origin>,
    /// The pace of the last tick; `None` before the first.
    pub pace: Option<Pace>,
    /// Whether the shop has caught up with the wall clock once; until then its ticks are history.
    pub live: bool,
    /// The recorded downtimes, ascending; those that no window reaches any more may be merged.
    pub pauses: Vec<Pause>,
}

impl Checkpoint {
    /// The tick to run next.
    pub fn next_tick(&self) -> u64 {
        match self.last_tick {
            Some(last) => last + 1,
            None => self.origin.map_or(0, |origin| origin.first_tick),
        }
    }
}

/// The point where the simulated clock and the wall clock meet: from here on simulated time advances at the pace. All
/// ticks before it are history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// A wall time.
    pub wall: Timestamp,
    /// The simulated time at that moment.
    pub at: Timestamp,
}

impl Anchor {
    /// The simulated time at a wall time, at a pace; `None` without one, where the two clocks have nothing in common.
    pub fn simulated(&self, pace: Pace, wall: Timestamp) -> Option<Timestamp> {
        let Pace::Factor { numerator, denominator } = pace else { return None };
        Some(self.at.plus(schedule::scale(wall.0.saturating_sub(self.wall.0), numerator, denominator)))
    }

    /// The wall time of a simulated time, at a pace; `None` without one.
    pub fn wall_of(&self, pace: Pace, at: Timestamp) -> Option<Timestamp> {
        let Pace::Factor { numerator, denominator } = pace else { return None };
        Some(self.wall.plus(schedule::scale(at.0.saturating_sub(self.at.0), denominator, numerator)))
    }
}

/// Set at a shop's first tick; only a change of pace moves the anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `T(0)`.
    pub start: Timestamp,
    /// Initially both clocks show the same time, whatever the pace.
    pub anchor: Anchor,
    /// The first tick that is run: 0, or the first one of history.
    pub first_tick: u64,
}

impl Origin {
    /// Fixes the origin at a wall time.
    ///
    /// `now` is rounded up to a whole second: rounded down, the first tick would be late, or several with intervals of
    /// less than a second.
    pub fn fix(start: Start, wall: Timestamp) -> Self {
        let start = match start {
            Start::Now => wall.plus(SECOND - 1).floor_second(),
            Start::At(at) => at,
            Start::Offset(micros) => wall.floor_second().plus(micros),
        };
        Self { start, anchor: Anchor { wall, at: wall }, first_tick: 0 }
    }
}

/// A span in microseconds, saturating.
pub fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: Timestamp = Timestamp(1_767_268_800 * SECOND);

    fn timeline(interval: i64) -> Timeline {
        Timeline::new(NOON, interval, &[])
    }

    #[test]
    fn a_pause_shifts_the_ticks_after_it_and_no_other() {
        let pauses = [Pause { before_tick: 2, micros: 7 }, Pause { before_tick: 4, micros: 100 }];
        let timeline = Timeline::new(NOON, 10, &pauses);
        let offsets: Vec<i64> = (0..6).map(|tick| timeline.at(tick).0 - NOON.0).collect();
        assert_eq!(offsets, [0, 10, 27, 37, 147, 157]);
    }

    #[test]
    fn a_timeline_holds_as_many_pauses_as_its_windows_reach_and_one() {
        let mut timeline = timeline(10);
        for before_tick in 0..10_000 {
            timeline.push(Pause { before_tick, micros: 3 });
            timeline.forget_before(before_tick.saturating_sub(5));
        }
        assert_eq!((timeline.pauses.len(), timeline.at(9_999).0 - NOON.0), (6, 9_999 * 10 + 10_000 * 3));
    }

    #[test]
    fn windows_are_the_replaced_programs() {
        // Tick 15 s, retention 600 s, update window 40 s: the chain's first branch.
        let windows = Windows {
            delete_older_than: Some(600 * SECOND),
            update_not_older_than: Some(40 * SECOND),
            purge_after: None,
        };
        let timeline = timeline(15 * SECOND);
        assert_eq!(windows.deleted(&timeline, 0), 0..0);
        assert_eq!(windows.deleted(&timeline, 39), 0..0);
        assert_eq!(windows.deleted(&timeline, 40), 0..1, "a row of exactly the age goes");
        assert_eq!(windows.deleted(&timeline, 199), 159..160);
        assert_eq!(windows.updatable(&timeline, 0), 0..0);
        assert_eq!(windows.updatable(&timeline, 1), 0..1);
        assert_eq!(windows.updatable(&timeline, 199), 197..199, "40 s back reach two ticks of 15 s");
    }

    #[test]
    fn windows_off_delete_and_update_nothing() {
        let windows = Windows::default();
        let timeline = timeline(SECOND);
        assert_eq!(windows.deleted(&timeline, 1_000_000), 0..0);
        assert!(windows.updatable(&timeline, 1_000_000).is_empty());
    }

    #[test]
    fn the_origin_is_a_whole_second() {
        let wall = NOON.plus(123_456);
        assert_eq!(
            Origin::fix(Start::Now, wall),
            Origin { start: NOON.plus(SECOND), anchor: Anchor { wall, at: wall }, first_tick: 0 }
        );
        assert_eq!(Origin::fix(Start::Now, NOON).start, NOON);
        assert_eq!(Origin::fix(Start::Offset(-60 * SECOND), wall).start, NOON.plus(-60 * SECOND));
        assert_eq!(Origin::fix(Start::At(Timestamp(5)), wall).start, Timestamp(5));
    }

    proptest! {
        /// The ranges agree with the definition, row by row, for any interval, window and pauses.
        #[test]
        fn windows_agree_with_their_definition(
            interval in 1i64..40_000_000,
            delete in proptest::option::of(1i64..90_000_000),
            update in proptest::option::of(1i64..90_000_000),
            purge in proptest::option::of(1i64..90_000_000),
            pauses in proptest::collection::btree_map(0u64..60, 1i64..50_000_000, 0..4),
        ) {
            let pauses: Vec<Pause> =
                pauses.into_iter().map(|(before_tick, micros)| Pause { before_tick, micros }).collect();
            let timeline = Timeline::new(NOON, interval, &pauses);
            let windows = Windows { delete_older_than: delete, update_not_older_than: update, purge_after: purge };
            let mut alive: Vec<u64> = Vec::new();
            // Rows that are deleted softly, with the tick that has done so.
            let mut soft: Vec<(u64, u64)> = Vec::new();
            for tick in 0..60 {
                let old = |m: &u64| delete.is_some_and(|age| timeline.created_at(*m) <= timeline.at(tick).plus(-age));
                let gone: Vec<u64> = alive.iter().copied().filter(old).collect();
                alive.retain(|m| !old(m));
                let deleted: Vec<u64> = match purge {
                    None => gone.clone(),
                    Some(age) => {
                        prop_assert_eq!(windows.soft_deleted(&timeline, tick).collect::<Vec<_>>(), &gone[..]);
                        let purged = |end: u64| timeline.at(end) <= timeline.at(tick).plus(-age);
                        let deleted = soft.iter().filter(|(_, end)| purged(*end)).map(|(m, _)| *m).collect();
                        soft.retain(|(_, end)| !purged(*end));
                        soft.extend(gone.iter().map(|m| (*m, tick)));
                        deleted
                    }
                };
                prop_assert_eq!(windows.deleted(&timeline, tick).collect::<Vec<_>>(), &deleted[..]);
                let by_end = windows.deleted_by_end(&timeline, tick).flat_map(|(_, ticks)| ticks);
                prop_assert_eq!(by_end.collect::<Vec<_>>(), &deleted[..]);
                for m in &gone {
                    let end = purge.map(|_| tick);
                    prop_assert_eq!(windows.soft_deleted_at(&timeline, *m, tick), end);
                }
                for m in deleted {
                    prop_assert_eq!(windows.deleted_at(&timeline, m, tick), Some(tick));
                    prop_assert_eq!(tick.checked_sub(1).and_then(|last| windows.deleted_at(&timeline, m, last)), None);
                }
                let young = |m: &u64| update.is_some_and(|age| timeline.created_at(*m) >= timeline.at(tick).plus(-age));
                let changing: Vec<u64> = alive.iter().copied().filter(young).collect();
                prop_assert_eq!(windows.updatable(&timeline, tick).collect::<Vec<_>>(), changing);
                alive.push(tick);
                let existing: Vec<u64> = soft.iter().map(|(m, _)| *m).chain(alive.iter().copied()).collect();
                prop_assert_eq!(windows.existing(&timeline, tick).collect::<Vec<_>>(), existing);
                // A timeline that has forgotten what no window reaches gives the same.
                let mut short = timeline.clone();
                short.forget_before(tick.saturating_sub(windows.reach(interval)));
                prop_assert_eq!(short.at(tick), timeline.at(tick));
                prop_assert_eq!(windows.deleted(&short, tick), windows.deleted(&timeline, tick));
                prop_assert_eq!(windows.updatable(&short, tick), windows.updatable(&timeline, tick));
                prop_assert_eq!(windows.alive(&short, tick), windows.alive(&timeline, tick));
                prop_assert_eq!(windows.soft_deleted(&short, tick), windows.soft_deleted(&timeline, tick));
                prop_assert_eq!(windows.existing(&short, tick), windows.existing(&timeline, tick));
            }
        }
    }
}
