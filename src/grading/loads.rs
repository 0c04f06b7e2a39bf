//! What is known about the loads of a table before its rows are read: from a table of loads, or from a schedule.
//!
//! Owns the way from a moment in the warehouse to a bracket of ticks. Must not know how the moments were read.

use std::collections::BTreeMap;

use crate::clock::{Checkpoint, Origin, Timeline};
use crate::config::Pace;
use crate::grade::{Load, Loads};
use crate::value::{SECOND, Timestamp};

/// Moments of a schedule that are considered.
const MOST: usize = 100_000;

/// When a load had read everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// At its stamp.
    AtStamp,
    /// By a moment, in microseconds since 1970; its stamp is when it began.
    By(i64),
    /// By the stamp of the next load; its stamp is when it began.
    ByNext,
}

/// The ticks of a shop, and the clock that they ran by.
pub struct Clock<'a> {
    /// Their times.
    pub timeline: &'a Timeline,
    /// The last one, and how wall time became simulated time.
    pub checkpoint: &'a Checkpoint,
    /// Whether ticks that were due in a downtime ran after it.
    pub catches_up: bool,
}

impl Clock<'_> {
    /// The last tick; −1: none.
    pub fn last(&self) -> i64 {
        self.checkpoint.last_tick.map_or(-1, number)
    }

    /// The bracket of a load that read its source between two wall times, give or take some microseconds. Of a run that did
    /// not follow the wall clock, any tick.
    fn bracket(&self, (first, last): (i64, i64), tolerance: i64) -> (i64, i64) {
        let tick = |wall: i64| {
            let (origin, pace) = self.live()?;
            // Before the anchor there was nothing: history is written at full speed from then on.
            if wall < origin.anchor.wall.0 {
                return Some(-1);
            }
            let at = origin.anchor.simulated(pace, Timestamp(wall))?;
            Some(self.timeline.last_by(at, self.checkpoint.last_tick?).map_or(-1, number))
        };
        let (lo, hi) =
            (first.saturating_sub(tolerance), last.saturating_add(tolerance).saturating_add(SECOND));
        // Ticks that are caught up with are committed later than they were due.
        let lo = if self.catches_up { None } else { tick(lo) };
        (lo.unwrap_or(-1), tick(hi).unwrap_or(self.last()))
    }

    /// The loads of a complete list of their stamps.
    pub fn listed(&self, loads: &BTreeMap<i64, End>, tolerance: i64) -> Loads {
        // Without a wall clock, moments within the run can only be simulated ones.
        let last = self
            .checkpoint
            .last_tick
            .map(|last| self.timeline.at(last).0.saturating_add(self.timeline.interval()));
        let within = |at: &i64| last.is_some_and(|last| (self.timeline.start().0..=last).contains(at));
        match !self.is_live() && loads.keys().all(within) {
            true => Loads::Stamped(self.simulated(&spans(loads), tolerance)),
            false => Loads::Stamped(self.loads(&spans(loads), tolerance)),
        }
    }

    /// The loads of a schedule: of wall times, if the run follows the wall clock, else of simulated times.
    pub fn scheduled(&self, moments: &[i64], tolerance: i64) -> Loads {
        let moments = at_once(moments);
        match self.live() {
            Some(_) => Loads::Scheduled(self.loads(&moments, tolerance)),
            None => Loads::Scheduled(self.simulated(&moments, tolerance)),
        }
    }

    /// The loads of a period, in microseconds, each at its moment.
    pub fn periodic(&self, period: i64, tolerance: i64) -> Vec<Load> {
        self.simulated(&at_once(&self.every(period)), tolerance)
    }

    /// The same loads, each at any time from its moment to the next one.
    pub fn at_any_time(&self, mut loads: Vec<Load>, period: i64) -> Vec<Load> {
        for load in &mut loads {
            let next = Timestamp(load.stamp.saturating_add(period));
            let last = self.checkpoint.last_tick.and_then(|last| self.timeline.last_by(next, last));
            load.hi = last.map_or(load.hi, number).max(load.hi);
        }
        loads
    }

    /// Loads that read between two simulated times.
    fn simulated(&self, spans: &[(i64, i64)], tolerance: i64) -> Vec<Load> {
        let tick = |at: i64| self.timeline.last_by(Timestamp(at), self.checkpoint.last_tick?).map(number);
        let load = |(first, last): &(i64, i64)| Load {
            lo: tick(first.saturating_sub(tolerance)).unwrap_or(-1),
            hi: tick(last.saturating_add(tolerance)).unwrap_or(-1),
            stamp: *first,
        };
        spans.iter().map(load).collect()
    }

    /// The origin and the pace of a run that follows the wall clock.
    fn live(&self) -> Option<(Origin, Pace)> {
        self.checkpoint
            .origin
            .zip(self.checkpoint.pace)
            .filter(|(_, pace)| self.checkpoint.live && *pace != Pace::Unlimited)
    }

    /// Whether the run follows the wall clock, so that its ticks have wall times.
    pub fn is_live(&self) -> bool {
        self.live().is_some()
    }

    /// When a tick was due, in microseconds since 1970: the wall time of a run that follows the wall clock, not before it
    /// began to do so; otherwise `T(tick)`. Of the moment before the first tick, that of the first tick.
    pub fn due(&self, tick: i64) -> i64 {
        let at = self.timeline.at(tick.max(0).unsigned_abs());
        match self.live() {
            Some((origin, pace)) => {
                origin.anchor.wall_of(pace, at).map_or(at.0, |wall| wall.max(origin.anchor.wall).0)
            }
            None => at.0,
        }
    }

    /// The moments of a period, in microseconds, from the start of the run to its last tick.
    fn every(&self, period: i64) -> Vec<i64> {
        let Some(last) = self.checkpoint.last_tick else { return Vec::new() };
        let (first, last) = (self.timeline.start().0, self.timeline.at(last).0);
        let period = period.max(SECOND);
        let number = |nth: usize| i64::try_from(nth).unwrap_or(i64::MAX);
        let moment = |nth: usize| first.saturating_add(period.saturating_mul(number(nth)));
        (1..=MOST).map(moment).take_while(|moment| *moment <= last).collect()
    }

    /// Loads that read between two wall times.
    fn loads(&self, spans: &[(i64, i64)], tolerance: i64) -> Vec<Load> {
        let load = |span: &(i64, i64)| {
            let (lo, hi) = self.bracket(*span, tolerance);
            Load { lo, hi, stamp: span.0 }
        };
        spans.iter().map(load).collect()
    }
}

/// Loads that read at their stamps.
pub fn at_stamps(stamps: &[i64]) -> BTreeMap<i64, End> {
    stamps.iter().map(|stamp| (*stamp, End::AtStamp)).collect()
}

/// Loads that read after their stamps, with the ends of the loads that are listed within the tolerance of these.
pub fn after_stamps(stamps: &[i64], listed: &BTreeMap<i64, End>, tolerance: i64) -> BTreeMap<i64, End> {
    let end = |stamp: i64| {
        let near = listed.range(stamp.saturating_sub(tolerance)..=stamp.saturating_add(tolerance));
        near.min_by_key(|(listed, _)| listed.abs_diff(stamp)).map_or(End::ByNext, |(_, end)| *end)
    };
    stamps.iter().map(|stamp| (*stamp, end(*stamp))).collect()
}

/// Between which moments loads have read: the first is their stamp.
fn spans(loads: &BTreeMap<i64, End>) -> Vec<(i64, i64)> {
    let next = loads.keys().skip(1).copied().chain([i64::MAX]);
    let last = |(stamp, end): (&i64, &End), next| match end {
        End::AtStamp => *stamp,
        End::By(last) => *last.max(stamp),
        End::ByNext => next,
    };
    loads.iter().zip(next).map(|(load, next)| (*load.0, last(load, next))).collect()
}

/// Loads that read at moments.
fn at_once(moments: &[i64]) -> Vec<(i64, i64)> {
    moments.iter().map(|at| (*at, *at)).collect()
}

/// A tick's number as grading counts them.
pub fn number(tick: u64) -> i64 {
    i64::try_from(tick).unwrap_or(i64::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Anchor, Origin, Pause};
    use crate::config::Pace;

    const START: Timestamp = Timestamp(1_767_268_800 * SECOND);

    fn checkpoint(live: bool) -> Checkpoint {
        let anchor = Anchor { wall: START, at: START };
        Checkpoint {
            last_tick: Some(59),
            origin: Some(Origin { start: START, anchor, first_tick: 0 }),
            pace: Some(Pace::Factor { numerator: 1, denominator: 1 }),
            live,
            pauses: vec![Pause { before_tick: 3, micros: 60 * SECOND }],
        }
    }

    /// The brackets of loads by their stamps, in seconds from the start.
    fn brackets_of(checkpoint: &Checkpoint, told: &[(i64, End)]) -> Vec<(i64, i64)> {
        let timeline = Timeline::new(START, 10 * SECOND, &checkpoint.pauses);
        let at = |seconds: i64| START.0 + seconds * SECOND;
        let end = |end: End| if let End::By(seconds) = end { End::By(at(seconds)) } else { end };
        let told = told.iter().map(|(seconds, told)| (at(*seconds), end(*told))).collect();
        let clock = Clock { timeline: &timeline, checkpoint, catches_up: false };
        let Loads::Stamped(loads) = clock.listed(&told, 2 * SECOND) else { panic!("not listed") };
        loads.iter().map(|load| (load.lo, load.hi)).collect()
    }

    fn brackets(checkpoint: &Checkpoint, moments: &[i64]) -> Vec<(i64, i64)> {
        let told: Vec<(i64, End)> = at_stamps(moments).into_iter().collect();
        brackets_of(checkpoint, &told)
    }

    #[test]
    fn a_moment_of_a_live_run_is_a_tick_and_pauses_count() {
        // T(n) = 0, 10, 20, 90, 100 … s.
        let moments = [-5, 5, 11, 50, 92, 10_000];
        let expected = [(-1, -1), (0, 0), (0, 1), (2, 2), (3, 3), (59, 59)];
        assert_eq!(brackets(&checkpoint(true), &moments), expected);
    }

    #[test]
    fn a_load_that_is_stamped_when_it_begins_reads_up_to_its_end_or_up_to_the_next_one() {
        // T(n) = 0, 10, 20, 90, 100 … s.
        let told = [(5, End::By(15)), (92, End::ByNext), (115, End::By(100)), (130, End::ByNext)];
        assert_eq!(brackets_of(&checkpoint(true), &told), [(0, 1), (3, 5), (5, 5), (6, 59)]);
        // Simulated times.
        assert_eq!(brackets_of(&checkpoint(false), &told), [(0, 1), (3, 5), (5, 5), (6, 59)]);
        // Times of another clock.
        let told = [(100_000, End::By(100_010))];
        assert_eq!(brackets_of(&checkpoint(false), &told), [(-1, 59)]);
    }

    #[test]
    fn a_stamp_has_the_end_of_the_nearest_listed_load_if_one_is_near() {
        let listed = BTreeMap::from([(100, End::By(150)), (104, End::ByNext), (200, End::By(250))]);
        let stamped = after_stamps(&[99, 101, 104, 190, 203], &listed, 3);
        let ends = [End::By(150), End::By(150), End::ByNext, End::ByNext, End::By(250)];
        assert_eq!(stamped.into_values().collect::<Vec<_>>(), ends);
    }

    #[test]
    fn a_moment_of_a_run_without_a_clock_is_any_tick() {
        // A time of another clock.
        assert_eq!(brackets(&checkpoint(false), &[100_000]), [(-1, 59)]);
        // A simulated time.
        assert_eq!(brackets(&checkpoint(false), &[5]), [(0, 0)]);
        let unlimited = Checkpoint { pace: Some(Pace::Unlimited), ..checkpoint(true) };
        assert_eq!(brackets(&unlimited, &[100_000]), [(-1, 59)]);
    }

    #[test]
    fn a_tick_is_due_at_a_wall_time_of_a_live_run_and_else_at_its_own() {
        let due = |checkpoint: &Checkpoint| {
            let timeline = Timeline::new(START, 10 * SECOND, &checkpoint.pauses);
            let clock = Clock { timeline: &timeline, checkpoint, catches_up: false };
            [-1, 0, 2, 3].map(|tick| (clock.due(tick) - START.0) / SECOND)
        };
        assert_eq!(due(&checkpoint(true)), [0, 0, 20, 90]);
        let mut fast = checkpoint(true);
        fast.pace = Some(Pace::Factor { numerator: 10, denominator: 1 });
        assert_eq!(due(&fast), [0, 0, 2, 9]);
        // The clocks met when tick 2 was due: what came before is history, and was there at that moment.
        let at = START.plus(20 * SECOND);
        let anchor = Anchor { wall: START.plus(1_000 * SECOND), at };
        fast.origin = Some(Origin { start: START, anchor, first_tick: 0 });
        assert_eq!(due(&fast), [1_000, 1_000, 1_000, 1_007]);
        assert_eq!(due(&checkpoint(false)), [0, 0, 20, 90]);
    }

    #[test]
    fn a_period_counts_from_the_start() {
        let checkpoint = checkpoint(true);
        let timeline = Timeline::new(START, 10 * SECOND, &checkpoint.pauses);
        let clock = Clock { timeline: &timeline, checkpoint: &checkpoint, catches_up: false };
        let minutes: Vec<i64> = clock.every(180 * SECOND).iter().map(|at| (at - START.0) / SECOND).collect();
        assert_eq!(minutes, [180, 360, 540]);
    }
}
