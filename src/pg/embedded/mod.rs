//! The private PostgreSQL server of a shop that has no database of its own.
//!
//! The steps of a start: `settings` (which folder and account) → `folder` (a shop's files, the lock) → `programs` (which
//! PostgreSQL, fetched by `fetch` if needed) → `template` (initdb, once for all shops) → `cluster` (a copy of it, the
//! server's settings) → `server` (start or take over, wait, stop) → `roles` (the role and the database `shop`) →
//! `keeper` (restarts it when it dies). Knows nothing of ticks, tables or actors.
//!
//! **Call it from the main thread.** On Linux the kernel ties a child's "parent died" signal to the
//! *thread* that spawned it, so [`PrivateServer::start`] and [`keep`] must run on a thread that lives as long as the
//! process: the main thread, by `spawn_local`, never an arbiter's or a blocking pool's. A server spawned elsewhere is
//! shut down when that thread ends.

mod account;
mod child;
mod cluster;
mod error;
mod fetch;
mod folder;
mod guard;
mod keeper;
mod postmaster;
mod process;
mod programs;
mod roles;
mod server;
mod settings;
mod template;
mod way;

pub use account::Account;
pub use child::{ExitReport, Stopped};
pub use error::EmbeddedError;
pub use keeper::{KeeperState, keep};
pub use programs::Programs;
pub use server::PrivateServer;
pub use settings::{DATABASE, PrivateServerOptions, ROLE, Spec};
