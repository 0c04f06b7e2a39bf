//! PostgreSQL: connect, claim, apply; and the private servers of shops that have no database.
//!
//! Everything here may fail; nothing here decides what a row holds.

mod apply;
mod claim;
mod connect;
mod definition;
pub mod embedded;
mod encode;
mod error;
mod maker;
mod numeric;
mod queue;
mod reset;
mod session;
mod settings;
mod sql;
mod tls;
mod vacuum;
mod verify;

pub use apply::{Applied, Mark};
pub use claim::{Claim, lock_key};
pub use error::{Class, PgError};
pub use queue::Queues;
pub use reset::{Doomed, Name};
pub use session::{READ_HOLDER, Session, Sessions};
pub use sql::{literal, qualified, quote};
pub use verify::{Difference, TableReport, Verdict, verify};
