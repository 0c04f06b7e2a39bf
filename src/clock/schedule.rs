//! When the ticks of a shop are due, which are made together, and when they end.
//!
//! Owns the decision what to do next at a wall time, which is handed in. Must not know what a tick holds.

#[cfg(test)]
mod tests;

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
        let by_time =
            self.stop_after.map(|after| after.max(0).unsigned_abs().div_ceil(interval.max(1).unsigned_abs()));
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
