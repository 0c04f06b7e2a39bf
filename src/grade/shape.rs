//! How a table of the warehouse keeps the rows of its source.
//!
//! Owns the conventions that tools differ in. Must not know any tool.

use super::delta::DAY;

/// What a table keeps of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A row per version, with the interval in which it was valid.
    History,
    /// One row per key.
    Current,
    /// A row per key and load that read it.
    Append,
    /// A row per change, deletes among them.
    Log,
}

/// What the pipeline reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capture {
    /// The tables, at each load: what stands between two loads is not seen.
    Snapshot,
    /// The log of changes: each of them.
    EveryChange,
}

/// What the start of a version means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Starts {
    /// The load that saw it first.
    Load,
    /// The change itself; of the first version `created_at`.
    Event,
    /// `created_at` of the first version, of later ones the load that saw them.
    CreatedThenLoad,
    /// A fixed moment for the first version, in microseconds since 1970, and for later ones the load that saw them.
    FixedThenLoad(i64),
    /// Nothing: there is no start.
    Nothing,
}

/// What becomes of a row that the source has deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deletes {
    /// Its last version is closed.
    Close,
    /// It is marked as deleted.
    Flag,
    /// Its last version is closed, and a row that says so is added.
    NewRecord,
    /// It is removed.
    Remove,
    /// It stays as it is.
    Keep,
}

/// The conventions of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What it keeps of a row.
    pub kind: Kind,
    /// What its pipeline reads.
    pub capture: Capture,
    /// What its starts mean.
    pub starts: Starts,
    /// What becomes of deleted rows.
    pub deletes: Deletes,
    /// How far a start may be from what it means, in microseconds.
    pub tolerance: i64,
}

impl Shape {
    /// Whether its starts and ends are days: versions of one day may be consolidated, and may end on the day of their start.
    pub fn is_of_days(&self) -> bool {
        self.tolerance >= DAY
    }
}
