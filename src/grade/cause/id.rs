//! The mistakes that pipelines make, by number.
//!
//! Owns what is said about each of them. Must not know how they are recognised.

use std::fmt;

/// A mistake of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Id {
    /// Updates are never read.
    H1,
    /// The look-back is shorter than rows change.
    H2,
    /// `>` at a boundary that rows share.
    H3,
    /// Rows that are read again are appended.
    H4,
    /// One watermark for several shops.
    H5,
    /// Rows that come after their scheduled window.
    H6,
    /// Deletes are not noticed.
    H7,
    /// An increment is taken for a full extract.
    H8,
    /// Rows of several shops have one key.
    H9,
    /// A load was written twice.
    H10,
    /// Times are shifted by a time zone.
    H11,
    /// Only a first page is read.
    H12,
    /// A load did not run.
    H13,
    /// Some columns are not compared.
    H14,
    /// NULL is compared with `<>`.
    H15,
    /// Ends follow two conventions.
    H16,
}

impl Id {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::H1,
        Self::H2,
        Self::H3,
        Self::H4,
        Self::H5,
        Self::H6,
        Self::H7,
        Self::H8,
        Self::H9,
        Self::H10,
        Self::H11,
        Self::H12,
        Self::H13,
        Self::H14,
        Self::H15,
        Self::H16,
    ];

    /// Its number in reports: `H1`.
    pub fn name(self) -> &'static str {
        match self {
            Self::H1 => "H1",
            Self::H2 => "H2",
            Self::H3 => "H3",
            Self::H4 => "H4",
            Self::H5 => "H5",
            Self::H6 => "H6",
            Self::H7 => "H7",
            Self::H8 => "H8",
            Self::H9 => "H9",
            Self::H10 => "H10",
            Self::H11 => "H11",
            Self::H12 => "H12",
            Self::H13 => "H13",
            Self::H14 => "H14",
            Self::H15 => "H15",
            Self::H16 => "H16",
        }
    }

    /// The mistake, in one sentence.
    pub fn says(self) -> &'static str {
        match self {
            Self::H1 => {
                "rows that are already loaded are never written again, as with a cursor on created_at, so their \
                 updates are lost"
            }
            Self::H2 => {
                "increments look back less far than rows change, so updates of rows behind the look-back are lost"
            }
            Self::H3 => {
                "the cursor compares with `>`, so rows that share the boundary's created_at and came after the load \
                 are lost, and so are updates"
            }
            Self::H4 => {
                "rows that increments read again are appended instead of merged, so they are there twice"
            }
            Self::H5 => {
                "the shops share one watermark, so the rows of a shop that is behind another one are lost"
            }
            Self::H6 => {
                "each load reads the rows created in its scheduled window, so rows that come late and updates are lost"
            }
            Self::H7 => "deletes in the source are never noticed, so deleted rows stay as if they lived",
            Self::H8 => {
                "a load that reads only part of the rows is taken for a full one, so rows that it does not read \
                 count as deleted"
            }
            Self::H9 => "rows of several shops are merged by an id that is unique within a shop only",
            Self::H10 => "a load was written twice, as when a failed task is retried and appends again",
            Self::H11 => "times are shifted by a constant, as when a local time is stored as if it were UTC",
            Self::H12 => "each load reads a limited number of rows only, as with LIMIT or a first page",
            Self::H13 => "a load did not run, and what only it could have seen is lost",
            Self::H14 => "changes are not noticed in all columns",
            Self::H15 => {
                "old and new values are compared with `<>`, so changes to and from NULL are not noticed"
            }
            Self::H16 => "some ends follow another convention than the rest of the table",
        }
    }

    /// The cure, in one sentence.
    pub fn cure(self) -> &'static str {
        match self {
            Self::H1 => {
                "compare all rows that may still change: read those in the update window again, or read the table in \
                 full"
            }
            Self::H2 => "look back at least as far as rows change, and merge by key",
            Self::H3 => "use `>=` with a look-back, and merge by key",
            Self::H4 => {
                "merge by key instead of appending, or delete the rows of the window before they are inserted"
            }
            Self::H5 => "keep one watermark for each shop and table",
            Self::H6 => "read from the last watermark with a look-back instead of the scheduled window alone",
            Self::H7 => {
                "compare the keys with those of the source at regular full reads, or read the log of changes"
            }
            Self::H8 => "close rows only after a full read, and only those that it did not find",
            Self::H9 => "add the shop to the key of the table and of the merge",
            Self::H10 => {
                "make loads idempotent: merge by key, or delete what a load has written before it runs again"
            }
            Self::H11 => "store times with their zone, or convert them to UTC where they are read",
            Self::H12 => "read all pages, ordered by key, until one is empty",
            Self::H13 => "run the load again before the source forgets, and alert on loads that do not run",
            Self::H14 => "compare all columns, or a hash of all of them",
            Self::H15 => "compare with IS DISTINCT FROM",
            Self::H16 => "choose one convention, such as half-open intervals, and rewrite the other ends",
        }
    }

    /// Its place among mistakes that explain the same: the simpler one is told.
    pub fn rank(self) -> usize {
        const SIMPLE_FIRST: [Id; 16] = [
            Id::H9,
            Id::H11,
            Id::H16,
            Id::H7,
            Id::H1,
            Id::H13,
            Id::H10,
            Id::H4,
            Id::H15,
            Id::H14,
            Id::H3,
            Id::H6,
            Id::H2,
            Id::H5,
            Id::H12,
            Id::H8,
        ];
        SIMPLE_FIRST.iter().position(|id| *id == self).unwrap_or(SIMPLE_FIRST.len())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
