//! PostgreSQL: everything that talks to a server, and the servers that shopsim runs itself.
//!
//! What is written is decided before it comes here; this side only performs, and all of it may fail.

pub mod embedded;
