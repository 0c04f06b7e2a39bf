//! When a failed shop is restarted, and when it is given up.
//!
//! Owns which failures count, and how many are too many; a function of the failures and their times. Its jitter comes
//! from a generator of its own: it must never touch the streams that make rows.

use std::collections::VecDeque;
use std::time::Duration;

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use tokio::time::Instant;

use crate::config;
use crate::doubling::Doubling;

/// First wait for an unavailable server.
const WAITING_INITIAL: Duration = Duration::from_millis(100);
/// Longest wait for an unavailable server, so that a shop is back soon after its server.
const WAITING_MAX: Duration = Duration::from_secs(1);

/// The failures of one shop.
#[derive(Debug)]
pub struct Backoff {
    settings: config::Supervisor,
    jitter: SplitMix64,
    failing: Doubling,
    waiting: Doubling,
    failures: VecDeque<Instant>,
    healthy_since: Option<Instant>,
}

impl Backoff {
    /// A shop that has not failed yet. `seed` spreads the waits of shops that fail together.
    pub fn new(settings: config::Supervisor, seed: u64) -> Self {
        Self {
            failing: Doubling::new(settings.backoff_initial, settings.backoff_max),
            waiting: Doubling::new(WAITING_INITIAL, WAITING_MAX),
            settings,
            jitter: SplitMix64::seed_from_u64(seed),
            failures: VecDeque::new(),
            healthy_since: None,
        }
    }

    /// Ticks were committed since the last failure, the first and the last of them at these times.
    pub fn ticked(&mut self, first: Instant, last: Instant) {
        self.waiting.reset();
        self.healthy_since = Some(first);
        if last.duration_since(first) >= self.settings.healthy_after {
            self.failing.reset();
        }
    }

    /// How long to wait for an unavailable server. Not counted as a failure.
    pub fn waiting(&mut self) -> Duration {
        self.healthy_since = None;
        let wait = self.waiting.wait();
        self.spread(wait)
    }

    /// How long to wait after a failure; `None` if the shop has failed too often.
    pub fn failed(&mut self, now: Instant) -> Option<Duration> {
        if self.healthy_since.is_some_and(|since| now.duration_since(since) >= self.settings.healthy_after) {
            self.failing.reset();
        }
        self.healthy_since = None;
        let window = self.settings.restart_window;
        while self.failures.front().is_some_and(|failure| now.duration_since(*failure) > window) {
            self.failures.pop_front();
        }
        if self.failures.len() >= self.settings.max_restarts as usize {
            return None;
        }
        self.failures.push_back(now);
        let wait = self.failing.wait();
        Some(self.spread(wait))
    }

    /// How many failures count at this time.
    pub fn recent(&self, now: Instant) -> usize {
        let window = self.settings.restart_window;
        self.failures.iter().filter(|failure| now.duration_since(**failure) <= window).count()
    }

    /// Takes up to a quarter off, so that shops that failed together do not come back together.
    fn spread(&mut self, wait: Duration) -> Duration {
        let quarter = u64::try_from(wait.as_micros() / 4).unwrap_or(u64::MAX);
        let off = if quarter == 0 { 0 } else { self.jitter.next_u64() % quarter };
        wait - Duration::from_micros(off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> config::Supervisor {
        config::Supervisor {
            backoff_initial: Duration::from_millis(500),
            backoff_max: Duration::from_secs(4),
            healthy_after: Duration::from_secs(60),
            max_restarts: 5,
            restart_window: Duration::from_secs(600),
            ..config::Supervisor::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_double_up_to_a_bound_and_then_the_shop_is_given_up() {
        let mut backoff = Backoff::new(settings(), 1);
        let now = Instant::now();
        let waits: Vec<u128> = (0..5).map(|_| backoff.failed(now).unwrap().as_millis()).collect();
        for (wait, whole) in waits.iter().zip([500, 1000, 2000, 4000, 4000]) {
            assert!((whole * 3 / 4..=whole).contains(wait), "{waits:?}");
        }
        assert_eq!(backoff.failed(now), None);
    }

    #[tokio::test(start_paused = true)]
    async fn failures_outside_the_window_are_forgotten() {
        let mut backoff = Backoff::new(settings(), 1);
        let now = Instant::now();
        (0..5).for_each(|_| assert!(backoff.failed(now).is_some()));
        assert!(backoff.failed(now + Duration::from_secs(601)).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_healthy_spell_makes_the_next_wait_small_again() {
        let mut backoff = Backoff::new(settings(), 1);
        let now = Instant::now();
        (0..3).for_each(|_| assert!(backoff.failed(now).is_some()));
        backoff.ticked(now, now + Duration::from_secs(61));
        assert!(backoff.failed(now + Duration::from_secs(62)).unwrap() <= Duration::from_millis(500));
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_server_is_short_and_never_ends() {
        let mut backoff = Backoff::new(settings(), 1);
        let waits: Vec<Duration> = (0..1000).map(|_| backoff.waiting()).collect();
        assert!(waits[0] <= WAITING_INITIAL);
        assert!(waits.iter().all(|wait| *wait <= WAITING_MAX));
        assert!(backoff.failed(Instant::now()).unwrap() <= Duration::from_millis(500));
    }

    #[tokio::test(start_paused = true)]
    async fn shops_that_fail_together_do_not_come_back_together() {
        let spread = |wait: fn(&mut Backoff) -> Duration| {
            let waits: Vec<Duration> =
                (0..100).map(|seed| wait(&mut Backoff::new(settings(), seed))).collect();
            let (first, last) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            // Up to a quarter of the whole wait; a hundred draws come close to both ends.
            assert!(*last - *first > *last / 5, "from {first:?} to {last:?}");
            let different: std::collections::BTreeSet<&Duration> = waits.iter().collect();
            assert!(different.len() > 90, "{} different waits of 100 shops", different.len());
        };
        spread(|backoff| backoff.failed(Instant::now()).unwrap());
        spread(Backoff::waiting);
    }
}
