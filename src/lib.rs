//! shopsim plays the live backend databases of a whole shop chain.
#![warn(missing_docs)]

pub mod config;
pub mod faker;
pub mod pg;
pub mod stream;
pub mod suggest;
pub mod value;
