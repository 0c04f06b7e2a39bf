//! Who runs when, and what happens when somebody cannot: the supervisor and its shops.
//!
//! One parent actor, one actor a shop, a few threads. Must not know how a config is written nor how a
//! log looks.

mod backoff;
mod board;
mod history;
mod journal;
mod life;
mod message;
mod pulse;
mod recipe;
mod shop;
mod store;
mod supervisor;
mod tally;

pub use journal::{Commit, Journal};
pub use message::{
    Event, Exit, Failure, GetStatus, GetThreads, Phase, Report, ShopStatus, Stop, ThreadStatus,
};
pub use recipe::{Recipe, WallClock};
pub use shop::ShopActor;
pub use store::{Ledger, Opened, PrivateStore, Store};
pub use supervisor::{Outcome, Supervisor};
pub use tally::{Cause, Durations, Restarts, TableCounts};
