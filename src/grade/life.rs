//! The truth about one key: its versions, and the ticks of its operations.
//!
//! Owns the phases of a row. Must not know values: equal ones have equal classes.

/// The tick of a deletion that has not happened by the last tick.
pub const NEVER: i64 = i64::MAX;

/// A version of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The tick that began it.
    pub from: i64,
    /// The class of its values among those of the key: equal values have equal classes, whichever version they are of.
    pub class: u32,
}

/// The life of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// Its versions, ascending; neighbours have different classes. At least one.
    pub versions: Vec<Span>,
    /// The ticks of its insert and of all its updates, also those that changed no graded value, ascending.
    pub operations: Vec<i64>,
    /// The tick that deletes it, [`NEVER`] if none has by the last tick.
    pub deleted: i64,
    /// Its `created_at`, in microseconds since 1970.
    pub created_at: i64,
    /// For each version the class of each graded column's value among those of the key; 0 is NULL. Empty where there is
    /// one version only.
    pub cells: Vec<Box<[u32]>>,
}

impl Life {
    /// The number of versions.
    pub fn count(&self) -> usize {
        self.versions.len()
    }

    /// The tick that inserts the row.
    pub fn born(&self) -> i64 {
        self.versions.first().map_or(NEVER, |first| first.from)
    }

    /// The phase after a tick: 0 before it is inserted, 1 … n its versions, n + 1 once it is deleted. −1 is the moment
    /// before tick 0.
    pub fn phase(&self, tick: i64) -> usize {
        match tick >= self.deleted {
            true => self.versions.len() + 1,
            false => self.versions.partition_point(|version| version.from <= tick),
        }
    }

    /// The tick that ended a version, given by its phase.
    pub fn end(&self, phase: usize) -> i64 {
        self.versions.get(phase).map_or(self.deleted, |next| next.from)
    }

    /// The class of the values of a phase; `None` where the row is not there.
    pub fn class(&self, phase: usize) -> Option<u32> {
        Some(self.versions.get(phase.checked_sub(1)?)?.class)
    }
}
