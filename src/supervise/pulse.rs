//! Whether a thread that shops run on still turns: a task on it notes the time, again and again.
//!
//! Owns that note. Must not know what keeps a thread from turning, nor who looks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix::ArbiterHandle;
use tokio::time::{Instant, interval};

/// How often the time is noted.
pub const BEAT: Duration = Duration::from_secs(1);

/// A thread that has not noted it for so long does not turn: nothing that shops do there takes a tenth of it.
pub const SILENCE: Duration = Duration::from_secs(5);

/// When a thread has turned last.
pub struct Pulse {
    last: Arc<Mutex<Instant>>,
    /// Whether it was told that it does not turn.
    pub told: bool,
}

impl Pulse {
    /// Has the time noted on an arbiter for as long as that lives.
    pub fn of(arbiter: &ArbiterHandle) -> Self {
        let last = Arc::new(Mutex::new(Instant::now()));
        let noted = last.clone();
        // An arbiter that has ended already turns no more, and is found silent.
        arbiter.spawn(async move {
            let mut beat = interval(BEAT);
            loop {
                beat.tick().await;
                *noted.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            }
        });
        Self { last, told: false }
    }

    /// How long the thread has not turned.
    pub fn silent(&self) -> Duration {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}
