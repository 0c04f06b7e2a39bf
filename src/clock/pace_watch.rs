//! Does a live shop keep its pace, and if not, which one does it reach?
//!
//! Owns that decision; a function of the commits and their times. Must not know how it is reported.

use super::Schedule;
use crate::config::Pace;
use crate::value::{SECOND, Timestamp};

/// A shop that has been late for longer than this without catching up does not keep its pace.
const SPELL: i64 = 10 * SECOND;

/// A change in whether a shop keeps its pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PaceChange {
    /// It is slower than its pace: the factor that it reaches.
    Not(f64),
    /// It is on time again.
    Again,
}

/// Watches whether a shop keeps its pace.
#[derive(Clone, Copy, Debug, Default)]
pub struct PaceWatch {
    /// The last tick that was on time, or else the first of all: its simulated time and when it was committed.
    since: Option<(Timestamp, Timestamp)>,
    /// Whether it was reported that the pace is not kept.
    reported: bool,
}

impl PaceWatch {
    /// A tick at a simulated time was committed, late by `lag` microseconds. Each change is reported
    /// once.
    #[expect(clippy::cast_precision_loss, reason = "a ratio for a message")]
    pub fn committed(
        &mut self,
        schedule: &Schedule,
        interval: i64,
        at: Timestamp,
        wall: Timestamp,
        lag: i64,
    ) -> Option<PaceChange> {
        let Pace::Factor { numerator, denominator } = schedule.pace else { return None };
        if schedule.is_on_time(lag, interval) {
            self.since = Some((at, wall));
            return std::mem::take(&mut self.reported).then_some(PaceChange::Again);
        }
        let (first, began) = *self.since.get_or_insert((at, wall));
        let took = wall.0.saturating_sub(began.0);
        let reached = at.0.saturating_sub(first.0) as f64 / took.max(1) as f64;
        let slower = reached < numerator as f64 / denominator as f64;
        if self.reported || !slower || took < SPELL {
            return None;
        }
        self.reported = true;
        Some(PaceChange::Not(reached))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::AfterDowntime;

    fn schedule(pace: Pace) -> Schedule {
        let after_downtime = AfterDowntime::Pause;
        Schedule { pace, after_downtime, stop_after: None, until_tick: None, spread: 0 }
    }

    /// A commit each second, at a simulated second and with a lag in seconds.
    fn changes(commits: impl Iterator<Item = (i64, i64)>) -> Vec<(i64, PaceChange)> {
        let mut keeping = PaceWatch::default();
        let commits = commits.zip(0i64..).filter_map(|((at, lag), wall)| {
            let (at, wall_time) = (Timestamp(at * SECOND), Timestamp(wall * SECOND));
            let schedule = schedule(Pace::Factor { numerator: 5, denominator: 1 });
            Some((wall, keeping.committed(&schedule, SECOND, at, wall_time, lag * SECOND)?))
        });
        commits.collect()
    }

    #[test]
    fn a_shop_that_is_slower_than_its_pace_is_told_of_once_with_the_pace_that_it_reaches() {
        // Three simulated seconds a second instead of five.
        let slow = (0..100).map(|second| (3 * second, 2 + second));
        assert_eq!(changes(slow), [(10, PaceChange::Not(3.0))]);
    }

    #[test]
    fn a_shop_that_makes_up_for_a_downtime_keeps_its_pace() {
        let catching_up = (0..100).map(|second| (50 * second, 3600 - 10 * second));
        assert_eq!(changes(catching_up), []);
    }

    #[test]
    fn a_spell_is_told_when_it_is_over_and_the_next_one_again() {
        let spell = || (0..20).map(|second| (second, 2 + second)).chain([(0, 0)]);
        let reported = changes(spell().chain(spell()));
        assert_eq!(reported.iter().map(|(second, _)| *second).collect::<Vec<_>>(), [10, 20, 30, 41]);
        assert_eq!(reported[1].1, PaceChange::Again);
    }

    #[test]
    fn without_pace_nothing_is_late() {
        let mut keeping = PaceWatch::default();
        let at = Timestamp(0);
        assert_eq!(keeping.committed(&schedule(Pace::Unlimited), SECOND, at, at, 99 * SECOND), None);
    }
}
