//! Exponential backoff: each wait is twice as long as the previous one, up to a maximum.
//!
//! Owns only the arithmetic; the caller owns the retries.

use std::time::Duration;

/// The waits of a series of retries.
#[derive(Clone, Debug)]
pub struct Doubling {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Doubling {
    /// A series that starts with the first wait.
    pub fn new(first: Duration, longest: Duration) -> Self {
        let first = first.min(longest);
        Self { first, longest, next: first }
    }

    /// How long to wait before the next try.
    pub fn wait(&mut self) -> Duration {
        let wait = self.next;
        self.next = wait.saturating_mul(2).min(self.longest);
        wait
    }

    /// Restarts with the first wait.
    pub fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_begin_anew() {
        let mut waits = Doubling::new(Duration::from_millis(250), Duration::from_secs(1));
        let mut next = || waits.wait().as_millis();
        assert_eq!([next(), next(), next(), next()], [250, 500, 1000, 1000]);
        waits.reset();
        assert_eq!(waits.wait(), Duration::from_millis(250));
        assert_eq!(Doubling::new(Duration::MAX, Duration::from_secs(1)).wait(), Duration::from_secs(1));
    }
}
