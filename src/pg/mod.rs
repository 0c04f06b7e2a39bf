<<<<<<< HEAD
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
=======
//! PostgreSQL: everything that talks to a server, and the servers that shopsim runs itself.
//!
//! What is written is decided before it comes here; this side only performs, and all of it may fail.

pub mod embedded;
>>>>>>> 324beab69acf9df952dbb8f0d50ce9e388c4b657
