//! Grading a warehouse: reads the truth and the found rows in the order of their keys, once, and has `grade` judge them.
//!
//! Owns the passes over a table, and what they keep between each other. Must not know what is right: that is `grade`'s.

mod loads;
mod record;
mod spool;
