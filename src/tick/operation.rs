//! The operations of a tick: rows of one table that are deleted, updated or inserted.
//!
//! Owns the form in which they are applied, logged, printed and replayed: chunks that are bounded in bytes and borrow
//! from buffers that are reused for the next chunk. Must not know where the rows come from.

use std::ops::Range;

use super::columns::Frame;
use crate::config::TechKind;
use crate::plan::{Actors, Stamps, TablePlan, TechColumn, count_ids};
use crate::value::{Timestamp, Value, Values};

/// An operation of a tick on some rows of one table.
pub enum Operation<'a> {
    /// They are deleted.
    Delete(&'a RowIds),
    /// Some of their columns change. No row occurs twice.
    Update(UpdatedRows<'a>),
    /// They are new.
    Insert(&'a InsertedRows),
}

/// The keys of some rows, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowIds {
    /// A range with exceptions.
    Range {
        /// The range.
        ids: Range<i64>,
        /// The exceptions, ascending.
        without: Vec<i64>,
    },
    /// A list.
    Listed(Vec<i64>),
}

impl RowIds {
    /// All of a range.
    pub fn range(ids: Range<i64>) -> Self {
        Self::Range { ids, without: Vec::new() }
    }

    /// The number of keys.
    pub fn count(&self) -> usize {
        match self {
            Self::Range { ids, without } => {
                let all = count_ids(ids);
                usize::try_from(all).unwrap_or(usize::MAX) - without.len()
            }
            Self::Listed(ids) => ids.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The key at a place of [`Self::iter`].
    fn at(&self, place: usize) -> i64 {
        match self {
            Self::Range { ids, .. } => ids.start.wrapping_add_unsigned(place as u64),
            Self::Listed(ids) => ids[place],
        }
    }

    /// The keys, each with its place in the range (exceptions included) or the list.
    pub fn iter(&self) -> impl Iterator<Item = (usize, i64)> {
        let (range, without, listed) = match self {
            Self::Range { ids, without } => (ids.clone(), &without[..], &[][..]),
            Self::Listed(ids) => (0..0, &[][..], &ids[..]),
        };
        let included = move |(_, id): &(usize, i64)| without.is_empty() || without.binary_search(id).is_err();
        range.enumerate().filter(included).chain(listed.iter().copied().enumerate())
    }
}

/// Rows that are inserted.
pub struct InsertedRows {
    /// Their keys.
    pub ids: RowIds,
    /// Column after column, in the table's order: a value for each place of [`RowIds::iter`], exceptions
    /// included.
    pub columns: Vec<Values>,
    /// The tick that inserts them, and its simulated time.
    pub(super) tick: (u64, Timestamp),
    /// Who inserts them.
    pub(super) actors: Actors,
    /// The time of the tick that they are dated to, where it is another one for some of them: one for each place.
    pub(super) dated: Option<Vec<Timestamp>>,
}

impl InsertedRows {
    /// What the tech columns of the row at a place depend on.
    pub fn stamps(&self, place: usize) -> Stamps {
        let created_at = self.dated.as_ref().map_or(self.tick.1, |times| times[place]);
        Stamps::inserted(self.ids.at(place), self.tick, created_at, self.actors)
    }
}

/// Why rows are updated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UpdateCause {
    /// They were drawn from the update window.
    #[default]
    Random,
    /// Their table's source of changes updates them: the index of its cause.
    Source(usize),
    /// They are deleted softly.
    SoftDelete,
}

impl UpdateCause {
    /// Its name; random updates have none.
    pub fn name(self, table: &TablePlan) -> Option<&str> {
        match (self, &table.changes) {
            (Self::SoftDelete, _) => Some("soft-deleted"),
            (Self::Source(cause), Some(changes)) => {
                changes.causes().get(cause).map(|cause| cause.name.as_str())
            }
            _ => None,
        }
    }
}

/// Rows that are updated for one cause, and the values drawn for them.
#[derive(Default)]
pub struct UpdateChunk {
    /// Their keys, ascending.
    pub ids: Vec<i64>,
    /// Why they are updated.
    pub cause: UpdateCause,
    /// The tick that updates them, and its simulated time.
    pub tick: (u64, Timestamp),
    /// Who updates them.
    pub actors: Actors,
    /// The places of rows that are drawn but not updated, ascending: they do not exist, or their table's source of
    /// changes affects them. They are drawn so that no other row's values depend on them.
    pub skipped: Vec<usize>,
    /// Column after column, in the table's order: whether each row's value changes; empty if none does.
    pub changed: Vec<Vec<bool>>,
    /// Column after column: each row's new value. For random updates it is also drawn where it does not change, so that
    /// no value depends on the choice of another row's columns.
    pub columns: Vec<Values>,
}

impl UpdateChunk {
    /// Sets what all of its rows have in common.
    pub(super) fn begin(&mut self, cause: UpdateCause, frame: &Frame, actors: Actors) {
        (self.cause, self.tick, self.actors) = (cause, (frame.tick, frame.at), actors);
    }

    /// The places of the rows that are updated.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        (0..self.ids.len())
            .filter(|place| self.skipped.is_empty() || self.skipped.binary_search(place).is_err())
    }

    /// Bytes of the values.
    pub(crate) fn bytes(&self) -> usize {
        let changed: usize = self.changed.iter().map(Vec::len).sum();
        size_of_val(self.ids.as_slice()) + changed + super::columns::bytes(&self.columns)
    }

    /// Bytes of the allocated memory: for few rows with many columns, most of it is not values.
    pub(super) fn capacity(&self) -> usize {
        let changed = self.changed.iter().map(|changed| size_of_val(changed) + changed.capacity());
        let columns = self.columns.iter().map(|values| size_of_val(values) + values.capacity());
        self.ids.capacity() * size_of::<i64>() + changed.chain(columns).sum::<usize>()
    }

    /// Forgets the rows and keeps the memory.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.skipped.clear();
        self.changed.iter_mut().for_each(Vec::clear);
        self.columns.iter_mut().for_each(Values::clear);
    }
}

/// Rows that are updated, of one chunk or of several.
#[derive(Clone, Copy)]
pub struct UpdatedRows<'a> {
    pub(super) chunks: &'a [UpdateChunk],
    /// The chunk and the place of each row.
    pub(super) rows: &'a [(u32, u32)],
}

impl<'a> UpdatedRows<'a> {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Whether they are deleted softly: all are, or none is.
    pub fn are_soft_deleted(&self) -> bool {
        let first = self.rows.first().and_then(|(chunk, _)| self.chunks.get(*chunk as usize));
        first.is_some_and(|chunk| chunk.cause == UpdateCause::SoftDelete)
    }

    /// The rows.
    pub fn iter(self) -> impl ExactSizeIterator<Item = UpdatedRow<'a>> + Clone {
        self.rows.iter().map(move |(chunk, place)| UpdatedRow {
            chunk: &self.chunks[*chunk as usize],
            place: *place as usize,
        })
    }

    /// The same rows in parts of at most `most` rows.
    pub fn parts(self, most: usize) -> impl Iterator<Item = UpdatedRows<'a>> {
        self.rows.chunks(most).map(move |rows| UpdatedRows { rows, ..self })
    }
}

/// A row that is updated.
#[derive(Clone, Copy)]
pub struct UpdatedRow<'a> {
    chunk: &'a UpdateChunk,
    place: usize,
}

impl<'a> UpdatedRow<'a> {
    /// Its key.
    pub fn id(self) -> i64 {
        self.chunk.ids[self.place]
    }

    /// Why it is updated.
    pub fn cause(self) -> UpdateCause {
        self.chunk.cause
    }

    /// The simulated time of the tick that updates it.
    pub fn at(self) -> Timestamp {
        self.chunk.tick.1
    }

    /// The new value of a tech column, if it follows from the update alone: a version is one more than before.
    pub fn tech_value<'t>(self, tech: &'t TechColumn) -> Option<Value<'t>> {
        match tech.kind {
            TechKind::UpdatedAt => Some(tech.time(self.at())),
            TechKind::DeletedAt => (self.cause() == UpdateCause::SoftDelete).then(|| tech.time(self.at())),
            TechKind::UpdatedBy => {
                Some(tech.actor(self.chunk.actors.updated_by(self.id(), self.chunk.tick.0)))
            }
            TechKind::CreatedAt | TechKind::Version | TechKind::CreatedBy => None,
        }
    }

    /// The new value of a column, if it changes.
    pub fn new_value(self, column: usize) -> Option<Value<'a>> {
        self.changes(column).then(|| self.drawn_value(column))
    }

    /// What was drawn for a column, whether it changes or not.
    pub fn drawn_value(self, column: usize) -> Value<'a> {
        self.chunk.columns[column].get(self.place)
    }

    /// Whether a column changes.
    pub fn changes(self, column: usize) -> bool {
        self.chunk.changed.get(column).is_some_and(|changed| changed[self.place])
    }
}
