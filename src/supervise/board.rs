//! What a shop's ticks have come to: its actor writes it after each commit, the supervisor reads it when it is
//! asked or when the actor has ended.
//!
//! Owns the counting, which is a few additions a tick; a message a tick would cost more than all of them.
//! Must not know who asks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::tally::Durations;
use crate::tick::Counts;
use crate::value::Timestamp;

/// The board of one shop. It outlives the shop's actors.
#[derive(Clone, Debug, Default)]
pub struct Board(Arc<Mutex<Ticked>>);

/// What stands on it.
#[derive(Clone, Debug, Default)]
pub struct Ticked {
    /// The last tick that was committed, be it before this process.
    pub last_tick: Option<u64>,
    /// Its simulated time, if it was committed here.
    pub at: Option<Timestamp>,
    /// Whether the shop had caught up with the wall clock then.
    pub live: bool,
    /// Ticks committed by this process.
    pub ticks: u64,
    /// Rows changed by them by table, in the plan's order; empty before the first.
    pub rows: Vec<Counts>,
    /// How long they took.
    pub durations: Durations,
    /// Microseconds that the last of them was late; 0 without pace.
    pub lag: i64,
    /// The wall time at which the next tick is due; `None` until the shop has opened its database once.
    pub due: Option<Timestamp>,
    /// When the present actor committed first and last.
    pub commits: Option<(Instant, Instant)>,
}

/// A tick that was committed, or several of history that were together.
#[derive(Clone, Debug)]
pub struct Committed<'a> {
    /// The tick; of several the last.
    pub tick: u64,
    /// How many they are.
    pub ticks: u64,
    /// Its simulated time.
    pub at: Timestamp,
    /// Whether the shop has caught up with the wall clock.
    pub live: bool,
    /// Microseconds by which the wall clock was past the tick's due time when it was committed; 0 without
    /// pace.
    pub lag: i64,
    /// The wall time at which the next tick is due; without pace that of the commit.
    pub due: Timestamp,
    /// How long the database took for it.
    pub took: Duration,
    /// Rows by table, in the plan's order.
    pub rows: &'a [Counts],
}

impl Board {
    /// What stands on it, for no longer than is needed to read or to write.
    pub fn lock(&self) -> MutexGuard<'_, Ticked> {
        // Nothing that holds it can panic halfway through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticked {
    /// An actor has opened the database.
    pub fn opened(&mut self, last_tick: Option<u64>, due: Timestamp) {
        (self.last_tick, self.due) = (last_tick, Some(due));
    }

    /// It has committed.
    pub fn committed(&mut self, tick: &Committed<'_>, now: Instant) {
        (self.last_tick, self.at, self.live) = (Some(tick.tick), Some(tick.at), tick.live);
        (self.lag, self.due) = (tick.lag, Some(tick.due));
        self.ticks += tick.ticks;
        self.rows.resize(tick.rows.len(), Counts::default());
        for (sum, rows) in self.rows.iter_mut().zip(tick.rows) {
            *sum = [*sum, *rows].into_iter().sum();
        }
        self.durations.observe(tick.took, tick.ticks);
        self.commits = Some((self.commits.map_or(now, |(first, _)| first), now));
    }
}
