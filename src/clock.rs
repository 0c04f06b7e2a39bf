//! Simulated time: when a tick is, when it is due, and which ticks a window covers.
//!
//! Owns `T(n) = start + n × interval + pauses before n`, the retention and update windows, and the
//! decision what to do next at a given wall time. Pure: the wall time is always an argument.

use std::ops::Range;
use std::time::Duration;

use crate::config::{AfterDowntime, Pace, Start};
use crate::value::{SECOND, Timestamp};

/// The simulated times of a shop's ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    start: Timestamp,
    interval: i64,
    /// The first tick that is made.
    first: u64,
    /// Tick before which a pause was put, and the sum of all pauses up to it, ascending.
    pauses: Vec<(u64, i64)>,
}

impl Timeline {
    /// A timeline from its start, the microseconds between two ticks, and the recorded pauses: the tick
    /// each was put before and its microseconds, ascending.
    pub fn new(start: Timestamp, interval: i64, pauses: &[Pause]) -> Self {
        let mut timeline = Self { start, interval, first: 0, pauses: Vec::with_capacity(pauses.len()) };
        for pause in pauses {
            timeline.push(*pause);
        }
        timeline
    }

    /// The timeline of a run that has begun: ticks before its first one are never made.
    pub fn of(origin: &Origin, interval: i64, pauses: &[Pause]) -> Self {
        Self { first: origin.first_tick, ..Self::new(origin.start, interval, pauses) }
    }

    /// Adds a pause before a tick that no earlier pause comes after.
    pub fn push(&mut self, pause: Pause) {
        let before = self.pauses.last().map_or(0, |(_, sum)| *sum);
        self.pauses.push((pause.before_tick, before.saturating_add(pause.micros)));
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

    /// The first of the ticks `0..end` whose rows are `wanted`, where once true stays true; `end` if none.
    ///
    /// A binary search, so that its cost does not grow with the age of the run.
    fn first_tick(&self, end: u64, wanted: impl Fn(Timestamp) -> bool) -> u64 {
        let mut candidates = 0..end;
        while candidates.start < candidates.end {
            let middle = candidates.start + (candidates.end - candidates.start) / 2;
            if wanted(self.created_at(middle)) {
                candidates.end = middle;
            } else {
                candidates.start = middle + 1;
            }
        }
        candidates.start
    }
}

/// A recorded downtime: the shop was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The first tick that it shifts.
    pub before_tick: u64,
    /// Its length in microseconds.
    pub micros: i64,
}

/// How long rows live and how long they change, in microseconds; `None`: for ever and never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Rows with `created_at <= T(n) - delete_older_than` are deleted by tick `n`.
    pub delete_older_than: Option<i64>,
    /// Rows with `created_at >= T(n) - update_not_older_than` may be updated by tick `n`.
    pub update_not_older_than: Option<i64>,
}

impl Windows {
    /// The first tick whose rows are still there after the deletes of tick `tick`.
    fn first_alive(&self, timeline: &Timeline, tick: u64) -> u64 {
        let Some(age) = self.delete_older_than else { return 0 };
        let limit = timeline.at(tick).plus(-age);
        timeline.first_tick(tick, |created_at| created_at > limit)
    }

    /// The ticks whose rows tick `tick` deletes.
    pub fn deleted(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        let before = tick.checked_sub(1).map_or(0, |last| self.first_alive(timeline, last));
        made(timeline, before..self.first_alive(timeline, tick))
    }

    /// The ticks whose rows are there once tick `tick` is done.
    pub fn alive(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        made(timeline, self.referable(timeline, tick))
    }

    /// The ticks whose rows may be referred to by those of tick `tick`: alive, if each tick from 0 on was made.
    pub fn referable(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        self.first_alive(timeline, tick)..tick + 1
    }

    /// The ticks whose rows tick `tick` may update: alive after its deletes, before its inserts.
    pub fn updatable(&self, timeline: &Timeline, tick: u64) -> Range<u64> {
        let Some(age) = self.update_not_older_than else { return tick..tick };
        let limit = timeline.at(tick).plus(-age);
        let in_window = timeline.first_tick(tick, |created_at| created_at >= limit);
        made(timeline, in_window.max(self.first_alive(timeline, tick))..tick)
    }

    /// The tick with which a run may begin whose next ones up to `last` are history, so that what stands after
    /// `last` and what comes then is as if each tick from 0 on had been made: the rows of all before it, and all
    /// rows that its updates might choose otherwise, are deleted by then.
    fn history_from(&self, timeline: &Timeline, last: u64) -> u64 {
        let first_alive = self.first_alive(timeline, last);
        self.updatable(timeline, first_alive).start
    }
}

/// What is left of some ticks without those that are never made.
fn made(timeline: &Timeline, ticks: Range<u64>) -> Range<u64> {
    ticks.start.max(timeline.first)..ticks.end.max(timeline.first)
}

/// How far a shop has come, as its database tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The last tick that was committed.
    pub last_tick: Option<u64>,
    /// What was fixed at the first tick ever.
    pub origin: Option<Origin>,
    /// Whether the shop has caught up with the wall clock once; until then its ticks are history.
    pub live: bool,
    /// Every recorded downtime, ascending.
    pub pauses: Vec<Pause>,
}

impl Progress {
    /// The tick to run next.
    pub fn next_tick(&self) -> u64 {
        match self.last_tick {
            Some(last) => last + 1,
            None => self.origin.map_or(0, |origin| origin.first_tick),
        }
    }
}

/// What is fixed at a shop's first tick ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `T(0)`.
    pub start: Timestamp,
    /// The wall time of the first tick: simulated and wall clock agree here, whatever the pace.
    pub anchor: Timestamp,
    /// The first tick that is made: 0, or that with which history begins.
    pub first_tick: u64,
}

impl Origin {
    /// Fixes the origin at a wall time.
    ///
    /// `now` is the whole second that comes next: with the one before, the first tick would be late, and
    /// with intervals of less than a second several would.
    pub fn fix(start: Start, wall: Timestamp) -> Self {
        let start = match start {
            Start::Now => wall.plus(SECOND - 1).floor_second(),
            Start::At(at) => at,
            Start::Offset(micros) => wall.floor_second().plus(micros),
        };
        Self { start, anchor: wall, first_tick: 0 }
    }
}

/// What a shop has to do at some wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The next tick is due this much later.
    Wait(Duration),
    /// Run the next tick now.
    Run {
        /// Microseconds of pause to put before it; 0 for none. With it the tick's time is now or a moment
        /// ahead, within a second.
        pause: i64,
        /// Whether the shop has caught up with the wall clock, now or before.
        live: bool,
    },
    /// No tick is left.
    Complete,
}

/// When the ticks of one shop are due and when they end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// How simulated time follows the wall clock.
    pub pace: Pace,
    /// What becomes of missed ticks.
    pub after_downtime: AfterDowntime,
    /// Microseconds of simulated time after which the run is complete.
    pub stop_after: Option<i64>,
    /// Number of ticks in all after which the run is complete.
    pub until_tick: Option<u64>,
}

impl Schedule {
    /// What to do with `tick` at wall time `wall`, by a shop that has been open since `opened`.
    ///
    /// A tick is on time that starts before its successor is due, unless it was due while the shop was
    /// not open: then its rows would say that they were made in the downtime.
    pub fn step(
        &self,
        timeline: &Timeline,
        anchor: Timestamp,
        tick: u64,
        live: bool,
        opened: Timestamp,
        wall: Timestamp,
    ) -> Step {
        let at = timeline.at(tick);
        if self.ended(timeline, tick, at) {
            return Step::Complete;
        }
        let Pace::Factor { numerator, denominator } = self.pace else {
            return Step::Run { pause: 0, live };
        };
        let due = |at| self.due(anchor, at);
        let wait = due(at).0.saturating_sub(wall.0);
        if wait > 0 {
            return Step::Wait(Duration::from_micros(wait.unsigned_abs()));
        }
        let caught_up = wall <= due(at.plus(timeline.interval()));
        let on_time = caught_up && opened <= due(at);
        if on_time || !live || self.after_downtime == AfterDowntime::CatchUp {
            return Step::Run { pause: 0, live: live || caught_up };
        }
        let now = anchor.plus(scale(wall.0.saturating_sub(anchor.0), numerator, denominator));
        // Up to the next whole second, never back: else `created_at` would lie in the downtime. Whole seconds
        // after `start` stay whole seconds after it.
        let resume = Timestamp(now.0.saturating_add((-now.0).rem_euclid(SECOND)));
        let behind = resume.0.saturating_sub(at.0);
        let grain = if timeline.interval() % SECOND == 0 { SECOND } else { 1 };
        let pause = behind.saturating_add((-behind).rem_euclid(grain));
        if self.ended(timeline, tick, at.plus(pause)) { Step::Complete } else { Step::Run { pause, live } }
    }

    /// The origin with the first tick that has to be made: where old rows are deleted, history begins at the
    /// far edge of what is left of it.
    pub fn without_lost_history(&self, origin: Origin, interval: i64, windows: &Windows) -> Origin {
        if self.is_unlimited() {
            return origin;
        }
        // All before the anchor is history, whatever the pace.
        let past = origin.anchor.0.saturating_sub(origin.start.0).max(0) / interval.max(1);
        let end = self.ticks(interval).map_or(u64::MAX, |ticks| ticks.saturating_sub(1));
        let timeline = Timeline::new(origin.start, interval, &[]);
        let first_tick = windows.history_from(&timeline, past.unsigned_abs().min(end));
        Origin { first_tick, ..origin }
    }

    /// How many of the next ticks, at least one and at most `most`, may be made together: ticks of history and
    /// missed ones whose successors are due, too.
    pub fn together(
        &self,
        timeline: &Timeline,
        anchor: Timestamp,
        tick: u64,
        live: bool,
        wall: Timestamp,
        most: u64,
    ) -> u64 {
        if self.is_unlimited() || (live && self.after_downtime == AfterDowntime::Pause) {
            return 1;
        }
        let behind = |tick: u64| {
            let next = timeline.at(tick.saturating_add(1));
            wall > self.due(anchor, next) && !self.ended(timeline, tick, timeline.at(tick))
        };
        (tick..tick.saturating_add(most)).take_while(|tick| behind(*tick)).count().max(1) as u64
    }

    /// Whether the run is complete before a tick at a simulated time.
    fn ended(&self, timeline: &Timeline, tick: u64, at: Timestamp) -> bool {
        self.until_tick.is_some_and(|until| tick >= until)
            || self.stop_after.is_some_and(|after| at >= timeline.start().plus(after))
    }

    /// The wall time at which a simulated time is due: ahead of the anchor time runs at the pace's factor,
    /// all before it is history and due at once.
    fn due(&self, anchor: Timestamp, at: Timestamp) -> Timestamp {
        match self.pace {
            Pace::Unlimited => anchor,
            Pace::Factor { numerator, denominator } => {
                anchor.plus(scale(at.0.saturating_sub(anchor.0), denominator, numerator))
            }
        }
    }

    /// The wall time at which a tick's time is due, as told at `wall`: without pace, at once.
    pub fn next_due(&self, anchor: Timestamp, at: Timestamp, wall: Timestamp) -> Timestamp {
        if self.is_unlimited() { wall } else { self.due(anchor, at) }
    }

    /// Wall time between two ticks `interval` microseconds of simulated time apart; 0 without pace.
    pub fn spacing(&self, interval: i64) -> Duration {
        match self.pace {
            Pace::Unlimited => Duration::ZERO,
            Pace::Factor { numerator, denominator } => {
                Duration::from_micros(scale(interval, denominator, numerator).unsigned_abs())
            }
        }
    }

    /// Microseconds by which the wall clock is past the due time of a tick's time; 0 without pace.
    pub fn lag(&self, anchor: Timestamp, at: Timestamp, wall: Timestamp) -> i64 {
        match self.pace {
            Pace::Unlimited => 0,
            Pace::Factor { .. } => wall.0.saturating_sub(self.due(anchor, at).0).max(0),
        }
    }

    /// Whether ticks follow each other without waiting.
    pub fn is_unlimited(&self) -> bool {
        self.pace == Pace::Unlimited
    }

    /// How many ticks the run has in all without pauses; `None` if it has no end.
    pub fn ticks(&self, interval: i64) -> Option<u64> {
        let by_time = self.stop_after.map(|after| (after.max(0) as u64).div_ceil(interval.max(1) as u64));
        match (by_time, self.until_tick) {
            (Some(time), Some(until)) => Some(time.min(until)),
            (time, until) => time.or(until),
        }
    }
}

/// `micros × times ÷ parts`, without overflow on the way, saturating at the ends of `i64`.
fn scale(micros: i64, times: u64, parts: u64) -> i64 {
    let scaled = i128::from(micros) * i128::from(times) / i128::from(parts.max(1));
    i64::try_from(scaled).unwrap_or(if scaled < 0 { i64::MIN } else { i64::MAX })
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
    const REAL_TIME: Pace = Pace::Factor { numerator: 1, denominator: 1 };

    fn timeline(interval: i64) -> Timeline {
        Timeline::new(NOON, interval, &[])
    }

    fn schedule(pace: Pace, after_downtime: AfterDowntime) -> Schedule {
        Schedule { pace, after_downtime, stop_after: Some(3000 * SECOND), until_tick: None }
    }

    #[test]
    fn a_pause_shifts_the_ticks_after_it_and_no_other() {
        let pauses = [Pause { before_tick: 2, micros: 7 }, Pause { before_tick: 4, micros: 100 }];
        let timeline = Timeline::new(NOON, 10, &pauses);
        let offsets: Vec<i64> = (0..6).map(|tick| timeline.at(tick).0 - NOON.0).collect();
        assert_eq!(offsets, [0, 10, 27, 37, 147, 157]);
    }

    #[test]
    fn windows_are_the_replaced_programs() {
        // Tick 15 s, retention 600 s, update window 40 s: the chain's first branch.
        let windows =
            Windows { delete_older_than: Some(600 * SECOND), update_not_older_than: Some(40 * SECOND) };
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
        let windows = Windows { delete_older_than: None, update_not_older_than: None };
        let timeline = timeline(SECOND);
        assert_eq!(windows.deleted(&timeline, 1_000_000), 0..0);
        assert!(windows.updatable(&timeline, 1_000_000).is_empty());
    }

    #[test]
    fn a_live_shop_waits_for_its_tick_and_runs_it_when_due() {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        let timeline = timeline(15 * SECOND);
        let step = |wall| schedule.step(&timeline, NOON, 2, true, NOON, wall);
        assert_eq!(step(NOON.plus(29 * SECOND)), Step::Wait(Duration::from_secs(1)));
        assert_eq!(step(NOON.plus(30 * SECOND)), Step::Run { pause: 0, live: true });
        assert_eq!(step(NOON.plus(45 * SECOND)), Step::Run { pause: 0, live: true }, "still on time");
    }

    #[test]
    fn a_live_shop_that_was_down_pauses_to_the_next_whole_second() {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        let step =
            schedule.step(&timeline(15 * SECOND), NOON, 2, true, NOON, NOON.plus(50 * SECOND + 900_000));
        assert_eq!(step, Step::Run { pause: 21 * SECOND, live: true });
        let fine = schedule.step(&timeline(100_000), NOON, 2, true, NOON, NOON.plus(50 * SECOND + 900_400));
        assert_eq!(fine, Step::Run { pause: 50_800_000, live: true });
    }

    #[test]
    fn a_tick_that_was_due_before_the_shop_was_open_is_shifted_though_its_successor_is_not_due() {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        let step = |live, opened: i64| {
            let (opened, wall) = (NOON.plus(opened * SECOND), NOON.plus(40 * SECOND + 1));
            schedule.step(&timeline(15 * SECOND), NOON, 2, live, opened, wall)
        };
        assert_eq!(step(true, 30), Step::Run { pause: 0, live: true });
        assert_eq!(step(true, 40), Step::Run { pause: 11 * SECOND, live: true });
        assert_eq!(step(false, 40), Step::Run { pause: 0, live: true }, "history is never shifted");
    }

    #[test]
    fn catching_up_runs_missed_ticks_with_their_own_times() {
        let schedule = schedule(REAL_TIME, AfterDowntime::CatchUp);
        let step = schedule.step(&timeline(15 * SECOND), NOON, 2, true, NOON, NOON.plus(500 * SECOND));
        assert_eq!(step, Step::Run { pause: 0, live: true });
    }

    #[test]
    fn history_runs_at_full_speed_until_it_meets_the_wall_clock() {
        let schedule = Schedule { stop_after: None, ..schedule(REAL_TIME, AfterDowntime::Pause) };
        let timeline = timeline(15 * SECOND);
        let anchor = NOON.plus(600 * SECOND);
        let step =
            |tick, wall| schedule.step(&timeline, anchor, tick, false, anchor, anchor.plus(wall * SECOND));
        assert_eq!(step(0, 0), Step::Run { pause: 0, live: false });
        assert_eq!(step(39, 60), Step::Run { pause: 0, live: false }, "history took a minute: no pause");
        assert_eq!(step(44, 60), Step::Run { pause: 0, live: true });
        assert_eq!(step(45, 60), Step::Wait(Duration::from_secs(15)));
    }

    #[test]
    fn a_factor_speeds_up_what_comes_after_the_anchor() {
        let sixty = Pace::Factor { numerator: 60, denominator: 1 };
        let schedule = schedule(sixty, AfterDowntime::Pause);
        let step = |wall| schedule.step(&timeline(15 * SECOND), NOON, 4, true, NOON, NOON.plus(wall));
        assert_eq!(step(0), Step::Wait(Duration::from_secs(1)));
        assert_eq!(step(SECOND), Step::Run { pause: 0, live: true });
        assert_eq!(step(11 * SECOND), Step::Run { pause: 600 * SECOND, live: true });
    }

    #[test]
    fn a_run_ends_by_time_by_ticks_or_in_a_pause() {
        let unlimited = schedule(Pace::Unlimited, AfterDowntime::Pause);
        let timeline = timeline(15 * SECOND);
        let step = |tick| unlimited.step(&timeline, NOON, tick, false, NOON, NOON);
        assert_eq!(step(199), Step::Run { pause: 0, live: false });
        assert_eq!(step(200), Step::Complete);
        assert_eq!(unlimited.ticks(15 * SECOND), Some(200));
        assert_eq!(unlimited.ticks(1001 * SECOND), Some(3), "0 s, 1001 s and 2002 s");
        let until = Schedule { until_tick: Some(3), ..unlimited };
        assert_eq!(until.step(&timeline, NOON, 3, false, NOON, NOON), Step::Complete);
        assert_eq!(until.ticks(15 * SECOND), Some(3));
        let overnight = schedule(REAL_TIME, AfterDowntime::Pause);
        assert_eq!(overnight.step(&timeline, NOON, 5, true, NOON, NOON.plus(4000 * SECOND)), Step::Complete);
    }

    #[test]
    fn the_origin_is_a_whole_second() {
        let wall = NOON.plus(123_456);
        assert_eq!(
            Origin::fix(Start::Now, wall),
            Origin { start: NOON.plus(SECOND), anchor: wall, first_tick: 0 }
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
            pauses in proptest::collection::btree_map(0u64..60, 1i64..50_000_000, 0..4),
        ) {
            let pauses: Vec<Pause> =
                pauses.into_iter().map(|(before_tick, micros)| Pause { before_tick, micros }).collect();
            let timeline = Timeline::new(NOON, interval, &pauses);
            let windows = Windows { delete_older_than: delete, update_not_older_than: update };
            let mut alive: Vec<u64> = Vec::new();
            for tick in 0..60 {
                let old = |m: &u64| delete.is_some_and(|age| timeline.created_at(*m) <= timeline.at(tick).plus(-age));
                let gone: Vec<u64> = alive.iter().copied().filter(old).collect();
                alive.retain(|m| !old(m));
                prop_assert_eq!(windows.deleted(&timeline, tick).collect::<Vec<_>>(), gone);
                let young = |m: &u64| update.is_some_and(|age| timeline.created_at(*m) >= timeline.at(tick).plus(-age));
                let changing: Vec<u64> = alive.iter().copied().filter(young).collect();
                prop_assert_eq!(windows.updatable(&timeline, tick).collect::<Vec<_>>(), changing);
                alive.push(tick);
            }
        }
    }
}
