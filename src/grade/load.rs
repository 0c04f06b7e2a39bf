//! When the loads of a table read their source.
//!
//! Owns the bracket of ticks of each load, and how far it can be trusted.

/// The stamp of a load that left none.
pub const UNSTAMPED: i64 = i64::MAX;

/// A load of one table of one shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// The last tick that it surely saw; −1: none.
    pub lo: i64,
    /// The last tick that it may have seen.
    pub hi: i64,
    /// Its stamp in the warehouse, in microseconds since 1970, or [`UNSTAMPED`].
    pub stamp: i64,
}

/// What is known about the loads of a table before its rows are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loads {
    /// Nothing: they are inferred from the rows alone.
    FromContent,
    /// All of them, with exact brackets: a row of another load is wrong.
    Complete(Vec<Load>),
    /// All of them, with brackets that the rows may narrow.
    Stamped(Vec<Load>),
    /// When they should have run. There may be others.
    Scheduled(Vec<Load>),
}
