//! PostgreSQL: connecting, claiming a database, applying ticks; and the private servers of shops without a database.
//!
//! Everything here may fail; nothing here decides the contents of a row.

mod apply;
mod capture;
mod certificate;
mod claim;
mod connect;
mod definition;
pub mod embedded;
mod encode;
mod encoding;
mod error;
mod found;
mod id_conflicts;
mod lock;
mod look;
mod maker;
mod numeric;
mod parameters;
mod pipeline;
mod queue;
mod recorded;
mod remedy;
mod reset;
mod reset_plan;
mod session;
mod settings;
mod slots;
mod snapshot;
mod sql;
mod state;
mod tls;
mod vacuum;
mod verify;

pub use apply::{Applied, CheckpointUpdate};
pub use capture::{Told, Watched};
pub use claim::Claim;
pub use connect::Connection;
pub use error::{Class, PgError};
pub use id_conflicts::IdConflict;
pub use lock::{READ_HOLDER, lock_key};
pub use look::Look;
pub use queue::Queues;
pub use reset_plan::{Name, ResetPlan};
pub use session::{Session, Sessions};
pub use slots::{Slot, slots};
pub use snapshot::{Snapshot, TextRows};
pub use verify::{Difference, TableReport, Verdict, verify};
