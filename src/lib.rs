//! shopsim plays the live backend databases of a whole shop chain.
#![warn(missing_docs)]

pub mod clock;
pub mod config;
pub mod faker;
pub mod pg;
pub mod plan;
pub mod stream;
pub mod suggest;
pub mod supervise;
pub mod telemetry;
pub mod tick;
pub mod value;
