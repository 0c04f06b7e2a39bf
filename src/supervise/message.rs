//! What supervisor and shops say to each other, and what anybody may ask.
//!
//! Owns the words, no behaviour.

use std::time::Duration;

use actix::Message;

use super::tally::{Durations, Restarts, TableCounts};
use crate::pg::{Class, PgError};
use crate::tick::Counts;
use crate::value::Timestamp;

/// How a shop's actor ended.
#[derive(Clone, Debug)]
pub enum Exit {
    /// No tick is left.
    Finished,
    /// It was told to stop.
    Stopped,
    /// It could not go on.
    Failed(Failure),
    /// A bug: the actor panicked.
    Panicked,
}

/// Why a shop could not go on, in a form that can be kept and shown.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What trying again would bring.
    pub class: Class,
    /// What happened, and what to do where that is known.
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
    /// Its actor has ended.
    Exited(Exit),
}

/// To the supervisor and to shops: finish the tick in hand, then end.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct Stop;

/// To the supervisor: how is every shop?
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Vec<ShopStatus>")]
pub struct GetStatus;

/// To the supervisor: how is every thread that shops run on?
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Vec<ThreadStatus>")]
pub struct GetThreads;

/// How a thread is that shops run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadStatus {
    /// Its name.
    pub name: String,
    /// How long it has not turned. All of its shops stand still for as long.
    pub silent: Duration,
    /// How many shops run on it.
    pub shops: usize,
}

impl ThreadStatus {
    /// What is wrong with it, in one line; `None`: it turns.
    pub fn trouble(&self) -> Option<String> {
        let Self { name, silent, shops } = self;
        let text = || {
            format!(
                "the thread {name} has not turned for {} s: its {shops} shops stand still",
                silent.as_secs()
            )
        };
        (*silent >= super::pulse::SILENCE).then(text)
    }
}

/// How a shop is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopStatus {
    /// Its name.
    pub name: String,
    /// What it is at.
    pub phase: Phase,
    /// Whether it has its database open.
    pub open: bool,
    /// The last tick that was committed.
    pub last_tick: Option<u64>,
    /// Its simulated time.
    pub at: Option<Timestamp>,
    /// Number of ticks of the whole run; `None`: without end.
    pub ticks: Option<u64>,
    /// Ticks committed by this process.
    pub ticks_here: u64,
    /// Ticks that failed in this process, each time that one did. A commit whose outcome is unknown counts.
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
    /// Times that the shop was built again.
    pub restarts: Restarts,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Lines of its logs that were dropped, since no shop waits for them to be written.
    pub log_lines_dropped: u64,
}

impl ShopStatus {
    /// Rows changed by this process, all tables together.
    pub fn rows(&self) -> Counts {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Microseconds by which the next tick is overdue at a wall time, negative if it is due later; `None`
    /// where it is not known when it is due.
    pub fn overdue(&self, wall: Timestamp) -> Option<i64> {
        self.due.map(|due| wall.0.saturating_sub(due.0))
    }
}

/// What a shop is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Opening its database, or waiting for its first tick since.
    Starting,
    /// Making ticks that were due before the shop was first live.
    History,
    /// Ticking with the wall clock, or without pace.
    Live,
    /// Its server is not there; it is being waited for.
    Waiting,
    /// It failed and will be built again.
    BackingOff,
    /// No tick is left.
    Finished,
    /// It was told to stop.
    Stopped,
    /// Its database is not its own.
    Refused,
    /// Trying again would not help, or did not help too often.
    GivenUp,
}

impl Phase {
    /// Whether nothing will change any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Finished | Self::Stopped | Self::Refused | Self::GivenUp)
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Starting => "starting",
            Self::History => "history",
            Self::Live => "live",
            Self::Waiting => "waiting",
            Self::BackingOff => "backing off",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Refused => "refused",
            Self::GivenUp => "given up",
        })
    }
}
