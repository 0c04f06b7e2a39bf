//! Was a shop down, or is it slow? Decided by how long it stalled, now and recently.
//!
//! Owns that decision. Must not know why the shop stalled.

use std::time::Duration;

use super::micros;

/// Distinguishes downtimes from slowness by the length of stalls.
///
/// A stall counts as a downtime only if it is more than twice as long as recent ones: where statements repeatedly take
/// longer than an interval, the server is slow, not down. The recent maximum is halved each time.
#[derive(Clone, Copy, Debug, Default)]
pub struct StallWatch {
    recent: i64,
}

impl StallWatch {
    /// Whether a stall of this many microseconds was a downtime, `downtime` being the shortest.
    pub fn was_down(&mut self, stalled: i64, downtime: Duration) -> bool {
        let was_down = stalled > micros(downtime) && stalled / 2 > self.recent;
        self.recent = stalled.max(self.recent / 2);
        was_down
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::SECOND;

    #[test]
    fn a_server_that_is_silent_as_long_as_ever_is_slow_and_one_that_is_far_longer_was_away() {
        let down = |seconds: &[i64]| {
            let mut stalled = StallWatch::default();
            let downs = seconds.iter().map(|held| stalled.was_down(held * SECOND, Duration::from_secs(2)));
            downs.collect::<Vec<bool>>()
        };
        assert_eq!(down(&[0, 0, 8, 0, 0]), [false, false, true, false, false]);
        // Slow from some tick on: only the first stall looks like a downtime.
        assert_eq!(down(&[0, 8, 8, 9, 7, 8]), [false, true, false, false, false, false]);
        assert_eq!(down(&[3, 4, 5, 60, 4]), [true, false, false, true, false], "slow, then away, then slow");
        assert_eq!(down(&[8, 0, 0, 0, 8]), [true, false, false, false, true], "away twice");
    }
}
