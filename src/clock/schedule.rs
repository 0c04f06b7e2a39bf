//! When the ticks of a shop are due, which share a transaction, and when they end.
//!
//! Owns the decision what to do next at a wall time, which is handed in. Must not know what a tick holds.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::time::Duration;

use super::{Anchor, Origin, Timeline, Windows, micros};
use crate::config::{AfterDowntime, Pace};
use crate::value::{SECOND, Timestamp};

/// The most ticks that are counted as due at a time.
const MOST_TOGETHER: u64 = 1_000;

/// A shop without an answer from its server, or not running itself, for longer than this was down, however short
/// its interval is; for less it is merely slow.
const SHORTEST_DOWNTIME: Duration = Duration::from_secs(2);

/// A tick that is late by no more than this is on time, however short the interval is: the server was briefly busy.
const ON_TIME: i64 = SECOND;

/// The longest time over which the ticks of a chain that are due in the same moment are spread.
const LONGEST_SPREAD: Duration = Duration::from_secs(1);

/// The state of a shop that asks what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where its two clocks meet.
    pub anchor: Anchor,
    /// The next tick.
    pub tick: u64,
    /// Whether the shop has caught up with the wall clock once.
    pub live: bool,
    /// Since when it has run without a downtime.
    pub open_since: Timestamp,
}

/// What a shop has to do at a wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The next tick is due this much later.
    Wait(Duration),
    /// Run the next tick now.
    Run {
        /// Microseconds of pause to insert before it; 0 for none. With it the tick's time is now, or less than a
        /// second ahead.
        pause: i64,
        /// Whether the shop has caught up with the wall clock, now or before.
        live: bool,
    },
    /// No tick is left.
    Complete,
}

/// The ticks that a run executes at full speed, because they were due before it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The ticks that are run.
    pub ticks: Range<u64>,
    /// The simulated time of tick 0, whether it is run or not.
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
    /// How missed ticks are handled.
    pub after_downtime: AfterDowntime,
    /// Microseconds of simulated time after which the run is complete.
    pub stop_after: Option<i64>,
    /// Total number of ticks after which the run is complete.
    pub until_tick: Option<u64>,
    /// Microseconds of wall time after its own time at which each tick is due, so that not all shops of a large
    /// chain are due in the same moment. It does not affect simulated time.
    pub spread: i64,
}

impl Schedule {
    /// What to do with the next tick at wall time `wall`.
    ///
    /// A tick that was due while the shop was open keeps its time, however late it is: a shop that is slower than
    /// its pace was not down. One that was due in a downtime would have rows with a `created_at` within it.
    pub fn step(&self, timeline: &Timeline, standing: &Standing, wall: Timestamp) -> Step {
        let Standing { anchor, tick, live, open_since } = *standing;
        let at = timeline.at(tick);
        if self.ended(timeline, tick, at) {
            return Step::Complete;
        }
        if self.is_unlimited() {
            return Step::Run { pause: 0, live };
        }
        let due = |at| self.due(anchor, at);
        let wait = due(at).0.saturating_sub(wall.0);
        if wait > 0 {
            return Step::Wait(Duration::from_micros(wait.unsigned_abs()));
        }
        if !live || open_since <= due(at) || self.after_downtime == AfterDowntime::CatchUp {
            let caught_up = self.is_on_time(-wait, timeline.interval());
            return Step::Run { pause: 0, live: live || caught_up };
        }
        let Some(now) = anchor.simulated(self.pace, wall) else { return Step::Run { pause: 0, live } };
        // Rounded up to a whole second: rounded down, `created_at` would lie in the downtime. Ticks that are whole
        // seconds after `start` remain so.
        let resume = Timestamp(now.0.saturating_add((-now.0).rem_euclid(SECOND)));
        let behind = resume.0.saturating_sub(at.0);
        let grain = if timeline.interval() % SECOND == 0 { SECOND } else { 1 };
        let pause = behind.saturating_add((-behind).rem_euclid(grain));
        if self.ended(timeline, tick, at.plus(pause)) { Step::Complete } else { Step::Run { pause, live } }
    }

    /// The origin with the first tick that has to be run, by the windows of each table: where old rows are deleted,
    /// history that would not survive is skipped.
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

    /// The last tick whose time is not after the anchor, or the last of the run: ticks before the anchor are history,
    /// whatever the pace.
    fn last_of_history(&self, origin: &Origin, interval: i64) -> u64 {
        let past = origin.anchor.at.0.saturating_sub(origin.start.0).max(0) / interval.max(1);
        let end = self.ticks(interval).map_or(u64::MAX, |ticks| ticks.saturating_sub(1));
        past.unsigned_abs().min(end)
    }

    /// The anchor of a shop that opens its database at wall time `wall` after a change to this pace: its next tick is
    /// due at once. Simulated time resumes where it stopped: the shop is neither behind nor ahead because of its
    /// former pace. Only history, which has no pace, keeps its anchor.
    pub fn after_another_pace(&self, timeline: &Timeline, standing: &Standing, wall: Timestamp) -> Anchor {
        let at = timeline.at(standing.tick);
        if standing.live || at > standing.anchor.at { Anchor { wall, at } } else { standing.anchor }
    }

    /// How many of the next ticks may share a transaction, where the first of them is to run without a pause: those
    /// that are so late that their successors are due, too. At least one.
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

    /// Whether a tick that is late by `lag` microseconds is on time: its successor is not overdue, or only briefly.
    pub fn is_on_time(&self, lag: i64, interval: i64) -> bool {
        lag <= micros(self.spacing(interval)).max(ON_TIME)
    }

    /// The shortest time without an answer from the server, or without running, that counts as a downtime.
    ///
    /// Less than an interval is no downtime: a tick may begin until its successor is due.
    pub fn downtime(&self, interval: i64) -> Duration {
        self.spacing(interval).max(SHORTEST_DOWNTIME)
    }

    /// The same schedule for a shop of a large chain: by its name, its ticks are due up to three quarters of an
    /// interval, and never more than a second, later.
    pub fn spread_by(self, name: &str, interval: i64) -> Self {
        use sha2::{Digest, Sha256};
        let within = micros((self.spacing(interval) * 3 / 4).min(LONGEST_SPREAD));
        let digest = Sha256::digest(format!("spread {name}"));
        let place = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        // At most a second's microseconds times 32 bits: no overflow.
        Self { spread: (within * i64::from(place)) >> 32, ..self }
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

    /// The wall time at which a tick's time is due: after the anchor time runs at the pace's factor; ticks
    /// before it are history and due at once.
    fn due(&self, anchor: Anchor, at: Timestamp) -> Timestamp {
        anchor.wall_of(self.pace, at).map_or(anchor.wall, |wall| wall.plus(self.spread))
    }

    /// The wall time at which a tick's time is due, as reported at `wall`: without pace, at once.
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

    /// The total number of ticks of the run without pauses; `None` if it has no end.
    pub fn ticks(&self, interval: i64) -> Option<u64> {
        let by_time =
            self.stop_after.map(|after| after.max(0).unsigned_abs().div_ceil(interval.max(1).unsigned_abs()));
        match (by_time, self.until_tick) {
            (Some(time), Some(until)) => Some(time.min(until)),
            (time, until) => time.or(until),
        }
    }
}

/// `micros × times ÷ parts`, without overflow on the way, saturating at the ends of `i64`.
pub(super) fn scale(micros: i64, times: u64, parts: u64) -> i64 {
    // The usual case, real time, needs no division.
    if times == parts {
        return micros;
    }
    let scaled = i128::from(micros) * i128::from(times) / i128::from(parts.max(1));
    i64::try_from(scaled).unwrap_or(if scaled < 0 { i64::MIN } else { i64::MAX })
}
