//! The supervisor and its shops: starting, running, restarting and stopping them.
//!
//! One parent actor, one actor per shop, a few threads. Must not know the syntax of a config nor the format of a log.

mod backoff;
mod board;
mod events;
mod history;
mod journal;
mod life;
mod message;
mod phase;
mod pulse;
mod recipe;
mod shop;
mod slot_warnings;
mod store;
mod supervisor;
mod tally;

pub use board::{Board, Ticked};
pub use events::{EventKind, EventLog, LoggedEvent};
pub use journal::{Commit, Journal};
pub use message::{
    Event, Exit, Failure, GetShared, GetStatus, GetThreads, Report, Shared, ShopStatus, Stop, ThreadStatus,
};
pub use phase::Phase;
pub use recipe::{Recipe, WallClock};
pub use shop::ShopActor;
pub use store::{Ledger, Opened, PrivateStore, Store};
pub use supervisor::{Outcome, Supervisor};
pub use tally::{Cause, Durations, DurationsMark, Restarts, TableCounts};
