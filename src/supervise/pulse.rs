//! Whether a thread that shops run on still turns: a task on it beats, again and again.
//!
//! Owns that beat. Must not know what keeps a thread from turning, nor who looks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix::ArbiterHandle;
use tokio::time::{MissedTickBehavior, interval};

/// How often a thread beats, and is looked at.
pub const BEAT: Duration = Duration::from_secs(1);

/// A thread that has not beaten for so long does not turn: nothing that shops do there takes a tenth of it.
pub const SILENCE: Duration = Duration::from_secs(5);

/// For how long a thread has not turned.
pub struct Pulse {
    beaten: Arc<AtomicBool>,
    silent: Duration,
    /// Whether it was told that it does not turn.
    pub told: bool,
}

impl Pulse {
    /// Has an arbiter beat for as long as it lives.
    pub fn of(arbiter: &ArbiterHandle) -> Self {
        let beaten = Arc::new(AtomicBool::new(true));
        let beats = beaten.clone();
        // An arbiter that has ended already turns no more, and is found silent.
        arbiter.spawn(async move {
            let mut beat = interval(BEAT);
            beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                beat.tick().await;
                beats.store(true, Ordering::Relaxed);
            }
        });
        Self { beaten, silent: Duration::ZERO, told: false }
    }

    /// Looks whether the thread has beaten since it was looked last, so long ago.
    pub fn look(&mut self, since: Duration) {
        self.silent = match self.beaten.swap(false, Ordering::Relaxed) {
            true => Duration::ZERO,
            // Where the looking thread did not turn either, the whole process was stopped.
            false => self.silent + since.min(BEAT),
        };
    }

    /// How long the thread has not turned while the process did, as it was looked last.
    pub fn silent(&self) -> Duration {
        self.silent
    }
}
