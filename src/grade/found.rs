//! A row of the warehouse, reduced to what grading needs.
//!
//! Owns the meaning of its times. Must not know the columns they were read from.

/// The end of a row that is open, whatever the warehouse writes for it.
pub const OPEN: i64 = i64::MAX;

/// A row that was found for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRow {
    /// Where its validity starts, in microseconds since 1970; of a table without intervals its stamp, or 0.
    pub start: i64,
    /// Where it ends, as the warehouse says it; [`OPEN`]: it has not ended.
    pub end: i64,
    /// The class of its values among those of the key: that of the version that they equal, else one that no version has
    /// and that equal rows share.
    pub class: u32,
    /// Whether it is marked as deleted, or as a tombstone.
    pub deleted: bool,
    /// The moment of the load that wrote it, where a column says so, in microseconds since 1970.
    pub stamp: Option<i64>,
    /// How many of its graded cells differ from each version's; empty where its class is that of a version and the
    /// life has one version only.
    pub differing: Vec<u16>,
    /// The number of graded cells.
    pub cells: u16,
}
