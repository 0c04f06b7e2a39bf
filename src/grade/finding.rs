//! What can be wrong with a row of a warehouse.
//!
//! Owns the classes of findings and their names. Each true version and each found row is in at most one, not
//! counting late ones and those about references.

use std::fmt;

/// A class of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A row that some load must have seen is missing.
    MissingRow,
    /// A version that some load must have seen is missing, and its key is there.
    MissingChange,
    /// A row stands for a version, and some of its values differ.
    WrongValue,
    /// The shop never made a row with this key.
    InventedRow,
    /// The shop never made a row with these values, or not in this order.
    InventedVersion,
    /// The same version twice.
    Duplicate,
    /// Ends before it starts, or with its start, or leaves a gap.
    Interval,
    /// Two rows of a key are open.
    TwoOpen,
    /// A start that its table's meaning does not allow.
    WrongStart,
    /// An end that its table's meaning does not allow.
    WrongEnd,
    /// The source has deleted the row, and the warehouse does not say so.
    DeleteOpen,
    /// The warehouse says that a living row is deleted.
    FalseDelete,
    /// No single moment explains what a load has read.
    TornLoad,
    /// A version came later than allowed, or none came although the shop changed.
    Late,
    /// It refers to a row that is not there.
    Orphan,
    /// It was set aside although what it refers to is there.
    Misplaced,
    /// It is neither in its table nor set aside.
    LostAside,
    /// A column is missing or cannot hold its values, or the rows of the shops cannot be told apart.
    Schema,
}

impl Class {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 18] = [
        Self::MissingRow,
        Self::MissingChange,
        Self::WrongValue,
        Self::InventedRow,
        Self::InventedVersion,
        Self::Duplicate,
        Self::Interval,
        Self::TwoOpen,
        Self::WrongStart,
        Self::WrongEnd,
        Self::DeleteOpen,
        Self::FalseDelete,
        Self::TornLoad,
        Self::Late,
        Self::Orphan,
        Self::Misplaced,
        Self::LostAside,
        Self::Schema,
    ];

    /// Its name in reports and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::MissingRow => "missing-row",
            Self::MissingChange => "missing-change",
            Self::WrongValue => "wrong-value",
            Self::InventedRow => "invented-row",
            Self::InventedVersion => "invented-version",
            Self::Duplicate => "duplicate",
            Self::Interval => "interval",
            Self::TwoOpen => "two-open",
            Self::WrongStart => "wrong-start",
            Self::WrongEnd => "wrong-end",
            Self::DeleteOpen => "delete-open",
            Self::FalseDelete => "false-delete",
            Self::TornLoad => "torn-load",
            Self::Late => "late",
            Self::Orphan => "orphan",
            Self::Misplaced => "misplaced",
            Self::LostAside => "lost-aside",
            Self::Schema => "schema",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something wrong about one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// What is wrong.
    pub class: Class,
    /// The tick of the version that is concerned (its `from`), of changes and values.
    pub tick: Option<i64>,
    /// The place of the found row that is concerned, in the order in which rows were given.
    pub row: Option<usize>,
    /// The index of the load that should have seen it, or wrote it.
    pub load: Option<usize>,
}
