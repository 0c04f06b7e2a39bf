//! PostgreSQL: connect, claim, apply; and the private servers of shops that have no database.
//!
//! Everything here may fail; nothing here decides what a row holds.

mod apply;
mod certificate;
mod claim;
mod connect;
mod definition;
pub mod embedded;
mod encode;
mod encoding;
mod error;
mod lock;
mod maker;
mod queue;
mod remedy;
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
pub use lock::READ_HOLDER;
pub use queue::Queues;
pub use reset::{Doomed, Name};
pub use session::{Session, Sessions};
pub use sql::{literal, qualified, quote};
pub use verify::{Difference, TableReport, Verdict, verify};
