//! When the ticks of a shop are due, which are made together, and when they end.
//!
//! Owns the decision what to do next at a wall time, which is handed in. Must not know what a tick holds.

use std::ops::Range;
use std::time::Duration;

use super::{Anchor, Origin, Timeline, Windows, micros};
use crate::config::{AfterDowntime, Pace};
use crate::value::{SECOND, Timestamp};

/// Ticks that are looked at for how many of them are due.
const MOST_TOGETHER: u64 = 1_000;

/// A shop that hears nothing of its server, or is not run itself, for longer than this was down, however short
/// its interval is; for less it is merely slow.
const SHORTEST_DOWNTIME: Duration = Duration::from_secs(2);

/// A tick that is late by no more is on time however short the interval is: a moment of a busy server.
const ON_TIME: i64 = SECOND;

/// The longest time over which the ticks of a chain that are due in the same moment are spread.
const LONGEST_SPREAD: Duration = Duration::from_secs(1);

/// Where a shop stands when it asks what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where its two clocks meet.
    pub anchor: Anchor,
    /// The next tick.
    pub tick: u64,
    /// Whether the shop has caught up with the wall clock once.
    pub live: bool,
    /// Since when it has been open without a downtime.
    pub open_since: Timestamp,
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

/// The ticks that a run makes at full speed, because they were due before it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The ticks that are made.
    pub ticks: Range<u64>,
    /// The simulated time of the first tick of all, whether it is made or not.
    pub from: Timestamp,
    /// The simulated time of the last one.
    pub to: Timestamp,
    /// Whether the run ends with it, in the past.
    pub ends_run: bool,
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
    /// Microseconds of wall time after its own time at which each tick is due, so that not all shops of a large
    /// chain are due in the same moment. Simulated times do not know of it.
    pub spread: i64,
}

impl Schedule {
    /// What to do with the next tick at wall time `wall`.
    ///
    /// A tick that was due while the shop was open keeps its time, however late it is: a shop that is slower than
    /// its pace was not closed. One that was due in a downtime would have rows that say they were made in it.
    pub fn step(&self, timeline: &Timeline, standing: &Standing, wall: Timestamp) -> Step {
        let Standing { anchor, tick, live, open_since } = *standing;
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
        if !live || open_since <= due(at) || self.after_downtime == AfterDowntime::CatchUp {
            let caught_up = self.is_on_time(-wait, timeline.interval());
            return Step::Run { pause: 0, live: live || caught_up };
        }
        let now = anchor.at.plus(scale(wall.0.saturating_sub(anchor.wall.0), numerator, denominator));
        // Up to the next whole second, never back: else `created_at` would lie in the downtime. Whole seconds
        // after `start` stay whole seconds after it.
        let resume = Timestamp(now.0.saturating_add((-now.0).rem_euclid(SECOND)));
        let behind = resume.0.saturating_sub(at.0);
        let grain = if timeline.interval() % SECOND == 0 { SECOND } else { 1 };
        let pause = behind.saturating_add((-behind).rem_euclid(grain));
        if self.ended(timeline, tick, at.plus(pause)) { Step::Complete } else { Step::Run { pause, live } }
    }

    /// The origin with the first tick that has to be made, by the windows of each table: where old rows are deleted,
    /// history begins at the far edge of what is left of it.
    pub fn without_lost_history<'a>(
        &self,
        origin: Origin,
        interval: i64,
        windows: impl IntoIterator<Item = &'a Windows>,
    ) -> Origin {
        if self.is_unlimited() {
            return origin;
        }
        let timeline = Timeline::new(origin.start, interval, &[]);
        let last = self.last_of_history(&origin, interval);
        let first_ticks = windows.into_iter().map(|windows| windows.history_from(&timeline, last));
        Origin { first_tick: first_ticks.min().unwrap_or(0), ..origin }
    }

    /// The history of a run, if it has one.
    pub fn history(&self, origin: &Origin, interval: i64) -> Option<History> {
        let last = self.last_of_history(origin, interval);
        if self.is_unlimited() || last == 0 {
            return None;
        }
        let to = Timeline::new(origin.start, interval, &[]).at(last);
        let ends_run = self.ticks(interval).is_some_and(|ticks| ticks == last + 1);
        Some(History { ticks: origin.first_tick..last + 1, from: origin.start, to, ends_run })
    }

    /// The last tick whose time is not after the anchor, or the last of all: what is before the anchor is history,
    /// whatever the pace.
    fn last_of_history(&self, origin: &Origin, interval: i64) -> u64 {
        let past = origin.anchor.at.0.saturating_sub(origin.start.0).max(0) / interval.max(1);
        let end = self.ticks(interval).map_or(u64::MAX, |ticks| ticks.saturating_sub(1));
        past.unsigned_abs().min(end)
    }

    /// The anchor of a shop that opens its database at wall time `wall` to go on at this pace, where another one was
    /// kept so far: its next tick is due at once. Simulated time goes on where it stood, as it would at the same pace:
    /// the shop is not behind by what its former pace had not reached, nor ahead by what that had. Only history, which
    /// knows no pace, keeps its anchor.
    pub fn after_another_pace(&self, timeline: &Timeline, standing: &Standing, wall: Timestamp) -> Anchor {
        let at = timeline.at(standing.tick);
        if standing.live || at > standing.anchor.at { Anchor { wall, at } } else { standing.anchor }
    }

    /// How many of the next ticks may be made together, where the first of them is to run without a pause: as many
    /// as are so late that their successors are due, too. At least one.
    pub fn together(&self, timeline: &Timeline, standing: &Standing, wall: Timestamp) -> u64 {
        if self.is_unlimited() {
            return 1;
        }
        let behind = |tick: u64| {
            let next = timeline.at(tick.saturating_add(1));
            wall > self.due(standing.anchor, next) && !self.ended(timeline, tick, timeline.at(tick))
        };
        let ticks = standing.tick..standing.tick.saturating_add(MOST_TOGETHER);
        ticks.take_while(|tick| behind(*tick)).count().max(1) as u64
    }

    /// Whether a tick that is late by so many microseconds is on time: its successor is not overdue, or not for long.
    pub fn is_on_time(&self, lag: i64, interval: i64) -> bool {
        lag <= micros(self.spacing(interval)).max(ON_TIME)
    }

    /// A shop that hears nothing of its server, or is not run itself, for longer than this was down.
    ///
    /// Less than an interval is none: a tick may begin until its successor is due.
    pub fn downtime(&self, interval: i64) -> Duration {
        self.spacing(interval).max(SHORTEST_DOWNTIME)
    }

    /// The same schedule for a shop of a large chain: by its name, its ticks are due up to three quarters of an
    /// interval, and never more than a second, later.
    pub fn spread_by(self, name: &str, interval: i64) -> Self {
        use sha2::{Digest, Sha256};
        let within = (self.spacing(interval) * 3 / 4).min(LONGEST_SPREAD).as_micros();
        let digest = Sha256::digest(format!("spread {name}"));
        let place = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        // At most a second's microseconds times 32 bits: far below the end of `u128`, and the result below a second.
        Self { spread: ((within * u128::from(place)) >> 32) as i64, ..self }
    }

    /// Whether the run is complete before a tick.
    pub fn is_complete(&self, timeline: &Timeline, tick: u64) -> bool {
        self.ended(timeline, tick, timeline.at(tick))
    }

    /// Whether the run is complete before a tick at a simulated time.
    fn ended(&self, timeline: &Timeline, tick: u64, at: Timestamp) -> bool {
        self.until_tick.is_some_and(|until| tick >= until)
            || self.stop_after.is_some_and(|after| at >= timeline.start().plus(after))
    }

    /// The wall time at which a tick's time is due: ahead of the anchor time runs at the pace's factor, all before
    /// it is history and due at once.
    fn due(&self, anchor: Anchor, at: Timestamp) -> Timestamp {
        match self.pace {
            Pace::Unlimited => anchor.wall,
            Pace::Factor { numerator, denominator } => {
                let since = scale(at.0.saturating_sub(anchor.at.0), denominator, numerator);
                anchor.wall.plus(since).plus(self.spread)
            }
        }
    }

    /// The wall time at which a tick's time is due, as told at `wall`: without pace, at once.
    pub fn next_due(&self, anchor: Anchor, at: Timestamp, wall: Timestamp) -> Timestamp {
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
    pub fn lag(&self, anchor: Anchor, at: Timestamp, wall: Timestamp) -> i64 {
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
    // Real time, which most shops keep, asks for no division.
    if times == parts {
        return micros;
    }
    let scaled = i128::from(micros) * i128::from(times) / i128::from(parts.max(1));
    i64::try_from(scaled).unwrap_or(if scaled < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(1_767_268_800 * SECOND);
    const MET_AT_NOON: Anchor = Anchor { wall: NOON, at: NOON };
    const REAL_TIME: Pace = Pace::Factor { numerator: 1, denominator: 1 };

    fn timeline(interval: i64) -> Timeline {
        Timeline::new(NOON, interval, &[])
    }

    fn schedule(pace: Pace, after_downtime: AfterDowntime) -> Schedule {
        Schedule { pace, after_downtime, stop_after: Some(3000 * SECOND), until_tick: None, spread: 0 }
    }

    /// A live shop that has been open since the anchor, before a tick.
    fn before(tick: u64) -> Standing {
        Standing { anchor: MET_AT_NOON, tick, live: true, open_since: NOON }
    }

    #[test]
    fn a_live_shop_waits_for_its_tick_and_runs_it_when_due() {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        let timeline = timeline(15 * SECOND);
        let step = |wall| schedule.step(&timeline, &before(2), wall);
        assert_eq!(step(NOON.plus(29 * SECOND)), Step::Wait(Duration::from_secs(1)));
        assert_eq!(step(NOON.plus(30 * SECOND)), Step::Run { pause: 0, live: true });
        assert_eq!(step(NOON.plus(45 * SECOND)), Step::Run { pause: 0, live: true }, "still on time");
    }

    #[test]
    fn a_live_shop_that_is_slower_than_its_pace_was_not_closed() {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        let step = schedule.step(&timeline(1_000), &before(2_000), NOON.plus(60 * SECOND));
        assert_eq!(step, Step::Run { pause: 0, live: true });
        let together = schedule.together(&timeline(1_000), &before(2_000), NOON.plus(3 * SECOND));
        assert_eq!(together, 999, "ticks whose successors are due share a transaction");
    }

    #[test]
    fn a_live_shop_that_was_down_pauses_to_the_next_whole_second() {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        let wall = NOON.plus(50 * SECOND + 900_000);
        let standing = Standing { open_since: wall, ..before(2) };
        let step = schedule.step(&timeline(15 * SECOND), &standing, wall);
        assert_eq!(step, Step::Run { pause: 21 * SECOND, live: true });
        let fine = schedule.step(&timeline(100_000), &standing, wall.plus(400));
        assert_eq!(fine, Step::Run { pause: 50_800_000, live: true });
    }

    #[test]
    fn a_tick_that_was_due_before_the_shop_was_open_is_shifted_though_its_successor_is_not_due() {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        let step = |live, opened: i64| {
            let standing = Standing { live, open_since: NOON.plus(opened * SECOND), ..before(2) };
            schedule.step(&timeline(15 * SECOND), &standing, NOON.plus(40 * SECOND + 1))
        };
        assert_eq!(step(true, 30), Step::Run { pause: 0, live: true });
        assert_eq!(step(true, 40), Step::Run { pause: 11 * SECOND, live: true });
        assert_eq!(step(false, 40), Step::Run { pause: 0, live: true }, "history is never shifted");
    }

    #[test]
    fn catching_up_runs_missed_ticks_with_their_own_times() {
        let schedule = schedule(REAL_TIME, AfterDowntime::CatchUp);
        let wall = NOON.plus(500 * SECOND);
        let step = schedule.step(&timeline(15 * SECOND), &Standing { open_since: wall, ..before(2) }, wall);
        assert_eq!(step, Step::Run { pause: 0, live: true });
    }

    #[test]
    fn history_runs_at_full_speed_until_it_meets_the_wall_clock() {
        let schedule = Schedule { stop_after: None, ..schedule(REAL_TIME, AfterDowntime::Pause) };
        let timeline = timeline(15 * SECOND);
        let met = NOON.plus(600 * SECOND);
        let step = |tick, wall| {
            let anchor = Anchor { wall: met, at: met };
            let standing = Standing { anchor, tick, live: false, open_since: met };
            schedule.step(&timeline, &standing, met.plus(wall * SECOND))
        };
        assert_eq!(step(0, 0), Step::Run { pause: 0, live: false });
        assert_eq!(step(39, 60), Step::Run { pause: 0, live: false }, "history took a minute: no pause");
        assert_eq!(step(44, 60), Step::Run { pause: 0, live: true });
        assert_eq!(step(45, 60), Step::Wait(Duration::from_secs(15)));
    }

    #[test]
    fn history_of_milliseconds_meets_the_wall_clock_though_each_tick_is_some_late() {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        let standing = |tick| Standing { live: false, ..before(tick) };
        let step = |tick| schedule.step(&timeline(1_000), &standing(tick), NOON.plus(10 * SECOND));
        assert_eq!(step(8_999), Step::Run { pause: 0, live: false });
        assert_eq!(step(9_000), Step::Run { pause: 0, live: true });
    }

    #[test]
    fn a_factor_speeds_up_what_comes_after_the_anchor() {
        let sixty = Pace::Factor { numerator: 60, denominator: 1 };
        let schedule = schedule(sixty, AfterDowntime::Pause);
        let step = |wall, open_since| {
            let standing = Standing { open_since: NOON.plus(open_since), ..before(4) };
            schedule.step(&timeline(15 * SECOND), &standing, NOON.plus(wall))
        };
        assert_eq!(step(0, 0), Step::Wait(Duration::from_secs(1)));
        assert_eq!(step(SECOND, 0), Step::Run { pause: 0, live: true });
        assert_eq!(step(11 * SECOND, 10 * SECOND), Step::Run { pause: 600 * SECOND, live: true });
    }

    /// What a shop does at another pace than before, a minute of wall time after it was there last.
    fn at_another_pace(pace: Pace, next: u64, live: bool) -> Step {
        let schedule = schedule(pace, AfterDowntime::Pause);
        let wall = NOON.plus(60 * SECOND);
        let standing = Standing { open_since: wall, live, ..before(next) };
        let anchor = schedule.after_another_pace(&timeline(15 * SECOND), &standing, wall);
        schedule.step(&timeline(15 * SECOND), &Standing { anchor, ..standing }, wall)
    }

    #[test]
    fn at_another_pace_a_shop_neither_waits_for_what_it_is_ahead_nor_pauses_for_what_it_is_behind() {
        let at_once = Step::Run { pause: 0, live: true };
        let sixty = Pace::Factor { numerator: 60, denominator: 1 };
        assert_eq!(
            at_another_pace(sixty, 2, true),
            at_once,
            "30 s after noon, where 60x would be an hour on"
        );
        assert_eq!(at_another_pace(REAL_TIME, 150, true), at_once, "37 minutes after noon, made in a minute");
        assert_eq!(at_another_pace(REAL_TIME, 150, false), at_once, "made without pace");
    }

    #[test]
    fn at_another_pace_the_next_tick_but_one_is_an_interval_of_that_pace_away() {
        let schedule = schedule(Pace::Factor { numerator: 5, denominator: 1 }, AfterDowntime::Pause);
        let (timeline, wall) = (timeline(15 * SECOND), NOON.plus(7 * SECOND));
        let anchor = schedule.after_another_pace(&timeline, &before(100), wall);
        let step = schedule.step(&timeline, &Standing { anchor, ..before(101) }, wall);
        assert_eq!(step, Step::Wait(Duration::from_secs(3)));
    }

    #[test]
    fn history_goes_on_to_the_same_moment_at_another_pace() {
        let schedule = schedule(Pace::Factor { numerator: 60, denominator: 1 }, AfterDowntime::Pause);
        let met = NOON.plus(600 * SECOND);
        let standing =
            Standing { anchor: Anchor { wall: met, at: met }, live: false, open_since: met, ..before(3) };
        let anchor = schedule.after_another_pace(&timeline(15 * SECOND), &standing, met.plus(60 * SECOND));
        assert_eq!(anchor, standing.anchor);
    }

    #[test]
    fn a_run_ends_by_time_by_ticks_or_in_a_pause() {
        let unlimited = schedule(Pace::Unlimited, AfterDowntime::Pause);
        let timeline = timeline(15 * SECOND);
        let step = |tick| unlimited.step(&timeline, &Standing { live: false, ..before(tick) }, NOON);
        assert_eq!(step(199), Step::Run { pause: 0, live: false });
        assert_eq!(step(200), Step::Complete);
        assert_eq!(unlimited.ticks(15 * SECOND), Some(200));
        assert_eq!(unlimited.ticks(1001 * SECOND), Some(3), "0 s, 1001 s and 2002 s");
        let until = Schedule { until_tick: Some(3), ..unlimited };
        assert_eq!(until.step(&timeline, &before(3), NOON), Step::Complete);
        assert_eq!(until.ticks(15 * SECOND), Some(3));
        let overnight = schedule(REAL_TIME, AfterDowntime::Pause);
        let wall = NOON.plus(4000 * SECOND);
        let standing = Standing { open_since: wall, ..before(5) };
        assert_eq!(overnight.step(&timeline, &standing, wall), Step::Complete);
    }

    #[test]
    fn ticks_are_made_together_that_are_behind() {
        let timeline = timeline(15 * SECOND);
        let wall = NOON.plus(60 * SECOND + 1);
        let together = |tick| {
            let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
            schedule.together(&timeline, &before(tick), wall)
        };
        // Ticks 0 to 3 have successors that are due; 4 is on time.
        assert_eq!(together(0), 4);
        assert_eq!(together(1), 3);
        assert_eq!(together(4), 1);
        let unlimited = schedule(Pace::Unlimited, AfterDowntime::CatchUp);
        assert_eq!(unlimited.together(&timeline, &before(0), wall), 1);
        let until = Schedule { until_tick: Some(2), ..schedule(REAL_TIME, AfterDowntime::Pause) };
        assert_eq!(until.together(&timeline, &before(0), wall), 2);
    }

    #[test]
    fn a_silence_is_a_downtime_when_a_successor_is_due_and_never_below_two_seconds() {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        let seconds = |interval| schedule.downtime(interval).as_secs_f64();
        assert_eq!([1_000, SECOND, 2 * SECOND, 15 * SECOND].map(seconds), [2.0, 2.0, 2.0, 15.0]);
    }

    #[test]
    fn a_spread_puts_the_shops_of_a_chain_apart_within_three_quarters_of_an_interval_and_a_second() {
        let spread =
            |interval, name: &str| schedule(REAL_TIME, AfterDowntime::Pause).spread_by(name, interval).spread;
        for (interval, within) in [(1_000, 750), (SECOND, 750_000), (15 * SECOND, SECOND)] {
            let mut all: Vec<i64> =
                (0..1_000).map(|shop| spread(interval, &format!("shop-{shop}"))).collect();
            all.sort_unstable();
            assert!(all[0] >= 0 && all[999] < within, "{} to {}", all[0], all[999]);
            // Of a thousand places drawn evenly, those in a tenth are 100 give or take four deviations of 9.5.
            let tenths = all.chunk_by(|one, other| one * 10 / within == other * 10 / within);
            assert!(tenths.map(<[i64]>::len).all(|shops| (62..=138).contains(&shops)));
        }
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause).spread_by("a", 15 * SECOND);
        let step =
            |wall: i64| schedule.step(&timeline(15 * SECOND), &before(2), NOON.plus(30 * SECOND + wall));
        assert!(matches!(step(schedule.spread - 1), Step::Wait(_)));
        assert_eq!(step(schedule.spread), Step::Run { pause: 0, live: true });
        assert_eq!(
            schedule.lag(MET_AT_NOON, NOON, NOON.plus(schedule.spread)),
            0,
            "late is what is later than that"
        );
    }

    #[test]
    fn history_ends_with_the_tick_that_is_due_when_the_run_begins_or_with_the_run() {
        let live = schedule(REAL_TIME, AfterDowntime::Pause);
        let history = |schedule: &Schedule, past: i64| {
            let origin = Origin::fix(crate::config::Start::At(NOON), NOON.plus(past * SECOND));
            schedule.history(&origin, 10 * SECOND)
        };
        assert_eq!(history(&live, 9), None, "the first tick alone is none");
        let made = |last: u64, ends_run| {
            let to = NOON.plus(last as i64 * 10 * SECOND);
            Some(History { ticks: 0..last + 1, from: NOON, to, ends_run })
        };
        assert_eq!(history(&live, 105), made(10, false));
        assert_eq!(history(&live, 100_000), made(299, true), "`stop_after` is 3,000 s");
        assert_eq!(history(&Schedule { stop_after: None, ..live }, 100_000), made(10_000, false));
        assert_eq!(history(&schedule(Pace::Unlimited, AfterDowntime::Pause), 100_000), None);
    }

    #[test]
    fn history_begins_where_neither_deleted_rows_nor_their_updates_matter() {
        let windows =
            Windows { delete_older_than: Some(600 * SECOND), update_not_older_than: Some(60 * SECOND) };
        let origin = Origin::fix(crate::config::Start::At(NOON), NOON.plus(100_000 * SECOND));
        let first = |schedule: &Schedule, windows: &Windows| {
            schedule.without_lost_history(origin, 10 * SECOND, [windows]).first_tick
        };
        let live = schedule(REAL_TIME, AfterDowntime::Pause);
        let endless = Schedule { stop_after: None, ..live };
        // The last tick of history is 10,000, its oldest row of tick 9,941, and that one's oldest change to 9,935.
        assert_eq!(first(&endless, &windows), 9_935);
        assert_eq!(first(&live, &windows), 299 - 65, "a run that ends before it is live");
        assert_eq!(first(&endless, &Windows { delete_older_than: None, ..windows }), 0);
        assert_eq!(first(&schedule(Pace::Unlimited, AfterDowntime::Pause), &windows), 0);
    }
}
