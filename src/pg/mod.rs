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
mod in_the_way;
mod lock;
mod look;
mod maker;
mod numeric;
mod pipeline;
mod queue;
mod remedy;
mod reset;
mod session;
mod settings;
mod sql;
mod tls;
mod vacuum;
mod verify;

pub use apply::{Applied, CheckpointUpdate};
pub use claim::{Claim, lock_key};
pub use error::{Class, PgError};
pub use in_the_way::InTheWay;
pub use lock::READ_HOLDER;
pub use look::Look;
pub use queue::Queues;
pub use reset::{Doomed, Name};
pub use session::{Session, Sessions};
pub use verify::{Difference, TableReport, Verdict, verify};
