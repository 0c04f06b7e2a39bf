//! Grading a warehouse: reads the truth and the found rows in the order of their keys, once, and has `grade` judge them.
//!
//! Owns the passes over a table, and what they keep between each other. Must not know what is right: that is `grade`'s.

mod buckets;
mod compare;
mod copies;
mod error;
mod examples;
mod freshness;
mod judge;
mod keys;
mod lines;
mod loads;
mod lookup;
mod moments;
mod others;
mod read;
mod record;
mod references;
mod source;
mod spool;
mod subject;
mod understand;
mod words;

pub use error::GradingError;
pub use judge::{Options, judge, newest_of_others};
pub use source::Warehouse;
pub use subject::Subject;
pub use understand::{Understood, understand};
