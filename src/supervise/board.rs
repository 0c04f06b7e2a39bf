//! The progress of a shop: its actor updates it after each commit, the supervisor reads it for its status or after
//! the actor has ended.
//!
//! Owns the counting, which is a few additions per tick; a message per tick would cost more. Must not know its readers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::tally::Durations;
use crate::clock::Timeline;
use crate::pg::Watched;
use crate::tick::Counts;
use crate::value::Timestamp;

/// The board of one shop. It outlives the shop's actors.
#[derive(Clone, Debug, Default)]
pub struct Board(Arc<Mutex<Ticked>>);

/// The progress on a board.
#[derive(Clone, Debug, Default)]
pub struct Ticked {
    /// The last tick that was committed, by this or an earlier process.
    pub last_tick: Option<u64>,
    /// Its simulated time, if this process committed it.
    pub at: Option<Timestamp>,
    /// Whether the shop had caught up with the wall clock then.
    pub live: bool,
    /// Ticks committed by this process.
    pub ticks: u64,
    /// Rows changed by them by table, in the plan's order; empty before the first.
    pub rows: Vec<Counts>,
    /// Rows updated by each cause of a source of changes, by table; empty where no table has a source.
    pub events: Vec<Vec<u64>>,
    /// How long they took.
    pub durations: Durations,
    /// Microseconds that the last of them was late; 0 without pace.
    pub lag: i64,
    /// The wall time at which the next tick is due; `None` until the shop has opened its database once.
    pub due: Option<Timestamp>,
    /// The times of the shop's ticks; `None` until it has opened its database once.
    pub timeline: Option<Arc<Timeline>>,
    /// What was last seen of the log's readers; `None`: it was not looked.
    pub watched: Option<Arc<Watched>>,
    /// When the present actor committed first and last.
    pub commits: Option<(Instant, Instant)>,
}

/// A committed tick, or several of history that shared a transaction.
#[derive(Clone, Debug)]
pub struct Committed<'a> {
    /// The tick; the last one of several.
    pub tick: u64,
    /// The number of ticks.
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
    /// How long the database took.
    pub took: Duration,
    /// Rows by table, in the plan's order.
    pub rows: &'a [Counts],
    /// Rows updated by each cause of a source of changes, by table; empty where no table has a source.
    pub events: &'a [Vec<u64>],
}

impl Board {
    /// Locks the board; hold the guard only to read or to update it.
    pub fn lock(&self) -> MutexGuard<'_, Ticked> {
        // No holder can panic halfway through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticked {
    /// An actor has opened the database.
    pub fn opened(&mut self, last_tick: Option<u64>, due: Timestamp, timeline: Arc<Timeline>) {
        (self.last_tick, self.due, self.timeline) = (last_tick, Some(due), Some(timeline));
    }

    /// The actor has committed.
    pub fn committed(&mut self, tick: &Committed<'_>, now: Instant) {
        (self.last_tick, self.at, self.live) = (Some(tick.tick), Some(tick.at), tick.live);
        (self.lag, self.due) = (tick.lag, Some(tick.due));
        self.ticks += tick.ticks;
        self.rows.resize(tick.rows.len(), Counts::default());
        for (sum, rows) in self.rows.iter_mut().zip(tick.rows) {
            *sum = [*sum, *rows].into_iter().sum();
        }
        self.events.resize(tick.events.len(), Vec::new());
        for (sums, events) in self.events.iter_mut().zip(tick.events) {
            sums.resize(events.len(), 0);
            sums.iter_mut().zip(events).for_each(|(sum, count)| *sum += count);
        }
        self.durations.observe(tick.took, tick.ticks);
        self.commits = Some((self.commits.map_or(now, |(first, _)| first), now));
    }
}
