//! The first promise: the same output version, config and seed give the same ticks. Not a function of
//! other shops, tables or columns, of their order, of chunks, threads or pauses.
//!
//! All through the library's pure half, without a database: `chain` draws ticks into plain maps that the
//! tests compare.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chain;
mod chunks;
mod columns;
mod fingerprints;
mod history;
mod keys;
mod lives;
mod model;
mod neighbours;
mod promised;
mod references;
mod rows;
mod shipped;
mod tech;
mod together;
mod truth;
mod unique;
mod versions;
