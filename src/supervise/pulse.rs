//! Detects a blocked thread: a task on each thread that runs shops sets a flag again and again.
//!
//! Owns that heartbeat. Must not know what blocks a thread, nor who checks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix::ArbiterHandle;
use tokio::time::{MissedTickBehavior, interval};

/// How often a thread sets its flag, and is checked.
pub const BEAT: Duration = Duration::from_secs(1);

/// A thread without a heartbeat for this long is blocked: no step of a shop takes a tenth of it.
pub const SILENCE: Duration = Duration::from_secs(5);

/// How long a thread has not responded.
pub struct Pulse {
    beaten: Arc<AtomicBool>,
    silent: Duration,
    /// Whether the silence was reported.
    pub reported: bool,
}

impl Pulse {
    /// Starts the heartbeat of an arbiter.
    pub fn of(arbiter: &ArbiterHandle) -> Self {
        let beaten = Arc::new(AtomicBool::new(true));
        let beats = beaten.clone();
        // An arbiter that has ended sets no flag, and is found silent.
        arbiter.spawn(async move {
            let mut beat = interval(BEAT);
            beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                beat.tick().await;
                beats.store(true, Ordering::Relaxed);
            }
        });
        Self { beaten, silent: Duration::ZERO, reported: false }
    }

    /// Checks whether there was a heartbeat since the last check, the given time ago.
    pub fn look(&mut self, since: Duration) {
        self.silent = match self.beaten.swap(false, Ordering::Relaxed) {
            true => Duration::ZERO,
            // If the checking thread was late, too, the whole process was stopped.
            false => self.silent + since.min(BEAT),
        };
    }

    /// How long the thread has not responded while the process ran, as of the last check.
    pub fn silent(&self) -> Duration {
        self.silent
    }
}
