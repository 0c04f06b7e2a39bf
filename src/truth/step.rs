//! The steps in the life of a row: insertion, updates, deletion.
//!
//! Owns only these types.

use crate::tick::UpdateCause;

/// A step in the life of a row.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// It was inserted with its cohort.
    WithCohort,
    /// It was inserted singly: the place of its values.
    Inserted(u32),
    /// It was updated at random: the place of the change.
    RandomUpdate(u32),
    /// It was updated by the source: the index of the cause, and the place of the change.
    Update(usize, u32),
    /// It was deleted softly.
    SoftDeleted,
    /// It was deleted.
    Deleted(Ended),
}

/// How a version ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The row was updated.
    Updated(UpdateCause),
    /// The row was deleted because of its age.
    DeletedByAge,
    /// The row was deleted by its table's source of changes.
    DeletedBySource,
}

impl Ended {
    /// Whether the row was deleted.
    pub fn is_delete(self) -> bool {
        matches!(self, Self::DeletedByAge | Self::DeletedBySource)
    }
}
