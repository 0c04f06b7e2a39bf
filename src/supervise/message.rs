//! The messages between supervisor and shops, and the queries of the supervisor.
//!
//! Owns the types, no behaviour.

use std::sync::Arc;
use std::time::Duration;

use actix::Message;

use super::board::Board;
use super::events::EventLog;
use super::phase::Phase;
use super::tally::{Durations, Restarts, TableCounts};
use crate::clock::Pause;
use crate::config;
use crate::pg::{Class, PgError, Watched};
use crate::tick::Counts;
use crate::value::Timestamp;

/// How a shop's actor ended.
#[derive(Clone, Debug)]
pub enum Exit {
    /// No tick is left.
    Finished,
    /// It was stopped.
    Stopped,
    /// It could not continue: a tick, or the opening of its database, failed.
    Failed(Failure),
    /// It lost its database between two ticks.
    Lost(Failure),
    /// A bug: the actor panicked.
    Panicked,
}

/// Why a shop could not continue, as a value that can be kept and shown.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Whether a retry would help.
    pub class: Class,
    /// What happened, and the remedy if it is known.
    pub message: String,
}

impl From<PgError> for Failure {
    fn from(error: PgError) -> Self {
        let mut message = error.to_string();
        if let Some(remedy) = error.remedy() {
            message.push_str("; ");
            message.push_str(remedy);
        }
        Self { class: error.class(), message }
    }
}

/// To the supervisor: something happened to a shop.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Report {
    /// The shop's place in the chain.
    pub shop: usize,
    /// What happened.
    pub event: Event,
}

/// What happens to a shop.
#[derive(Clone, Debug)]
pub enum Event {
    /// It has opened its database.
    Opened,
    /// A pause was put before its next tick.
    Paused(Pause),
    /// Its actor has ended.
    Exited(Exit),
}

/// To the supervisor and to shops: finish the current tick and stop.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct Stop;

/// To the supervisor: the status of every shop.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Vec<ShopStatus>")]
pub struct GetStatus;

/// To the supervisor: the status of every thread that runs shops.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Vec<ThreadStatus>")]
pub struct GetThreads;

/// To the supervisor: what readers may look at themselves, without a message for each look.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Shared")]
pub struct GetShared;

/// What the supervisor shares with readers that never write.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The board of every shop.
    pub boards: Arc<[Board]>,
    /// What has happened to the shops.
    pub events: EventLog,
    /// When a shop is given up.
    pub settings: config::Supervisor,
}

/// The status of a thread that runs shops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadStatus {
    /// Its name.
    pub name: String,
    /// How long it has not responded. All of its shops are stalled meanwhile.
    pub silent: Duration,
    /// How many shops run on it.
    pub shops: usize,
}

impl ThreadStatus {
    /// Its problem, in one line; `None` if it responds.
    pub fn trouble(&self) -> Option<String> {
        let Self { name, silent, shops } = self;
        let text = || {
            format!(
                "thread {name} has not responded for {} s: its {shops} shops are stalled",
                silent.as_secs()
            )
        };
        (*silent >= super::pulse::SILENCE).then(text)
    }
}

/// The status of a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopStatus {
    /// Its name.
    pub name: Arc<str>,
    /// The place of its thread among all, if it does not run on the supervisor's.
    pub thread: Option<usize>,
    /// Its phase.
    pub phase: Phase,
    /// The wall time since which it is in this phase, or for this reason.
    pub since: Timestamp,
    /// The wall time at which it will be restarted, if it waits for that.
    pub retry_at: Option<Timestamp>,
    /// Whether it has its database open.
    pub open: bool,
    /// The last tick that was committed.
    pub last_tick: Option<u64>,
    /// Its simulated time.
    pub at: Option<Timestamp>,
    /// Number of ticks of the whole run; `None`: endless.
    pub ticks: Option<u64>,
    /// Ticks committed by this process.
    pub ticks_here: u64,
    /// Failed attempts at ticks in this process, including commits whose outcome is unknown.
    pub ticks_failed: u64,
    /// Rows changed by this process, by table.
    pub tables: Vec<TableCounts>,
    /// How long the ticks committed by this process took.
    pub durations: Durations,
    /// Microseconds that the last tick was late.
    pub lag: i64,
    /// The wall time at which the next tick is due; `None` until the shop has opened its database once.
    pub due: Option<Timestamp>,
    /// Wall time between two ticks; 0 without pace.
    pub spacing: Duration,
    /// Restarts of the shop.
    pub restarts: Restarts,
    /// Its failures within the window in which `max_restarts` counts.
    pub recent_failures: usize,
    /// What was last seen of the log's readers; `None`: it was not looked.
    pub watched: Option<Arc<Watched>>,
    /// The last error.
    pub last_error: Option<Arc<str>>,
    /// Lines of its logs that were dropped because they could not be written in time.
    pub log_lines_dropped: u64,
}

impl ShopStatus {
    /// Rows changed by this process, all tables together.
    pub fn rows(&self) -> Counts {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Microseconds by which the next tick is overdue at a wall time, negative if it is due later; `None`
    /// if the due time is unknown.
    pub fn overdue(&self, wall: Timestamp) -> Option<i64> {
        self.due.map(|due| wall.0.saturating_sub(due.0))
    }
}
