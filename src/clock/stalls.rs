//! Was a shop away, or is it slow? By how long nothing went on, now and lately.
//!
//! Owns that decision. Must not know what held the shop up.

use std::time::Duration;

use super::micros;

/// Tells downtimes from slowness by how long nothing went on.
///
/// What is long for a shop is what is far longer than it was lately: where a statement takes longer than an interval
/// again and again, the server is slow and not away. Half of the longest time is forgotten each time.
#[derive(Clone, Copy, Debug, Default)]
pub struct StallWatch {
    lately: i64,
}

impl StallWatch {
    /// Whether it was a downtime that nothing went on for so many microseconds, `downtime` being the shortest.
    pub fn was_down(&mut self, held_up: i64, downtime: Duration) -> bool {
        let was_down = held_up > micros(downtime) && held_up / 2 > self.lately;
        self.lately = held_up.max(self.lately / 2);
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
            let mut held_up = StallWatch::default();
            let downs = seconds.iter().map(|held| held_up.was_down(held * SECOND, Duration::from_secs(2)));
            downs.collect::<Vec<bool>>()
        };
        assert_eq!(down(&[0, 0, 8, 0, 0]), [false, false, true, false, false]);
        // Slow from some tick on: the first one cannot be told from a downtime, all others can.
        assert_eq!(down(&[0, 8, 8, 9, 7, 8]), [false, true, false, false, false, false]);
        assert_eq!(down(&[3, 4, 5, 60, 4]), [true, false, false, true, false], "slow, then away, then slow");
        assert_eq!(down(&[8, 0, 0, 0, 8]), [true, false, false, false, true], "away twice");
    }
}
