//! PostgreSQL: connect, claim, apply.
//!
//! Everything here may fail; nothing here decides what a row holds.

mod claim;
mod connect;
mod encode;
mod error;
mod session;
mod sql;
mod tls;

pub use claim::{Claim, Finding};
pub use error::{Class, PgError};
pub use session::{Counts, Mark, Session, Sessions};
