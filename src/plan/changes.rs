//! What becomes of single rows besides retention and random updates: a row that comes late, changes at an age, is
//! deleted and comes again.
//!
//! Owns the form of these events. Must not know how they are written, nor what else a tick does.

use super::Cohorts;

/// What decides the events of a table's rows: a function of their ids and ticks alone, with nothing remembered.
///
/// It is asked in two ways, for all events of a tick and for all events of a row, and both must agree. Whatever a
/// source decides, retention is first: a row whose cohort is deleted by its age has no events any more.
pub trait ChangeSource: Send + Sync {
    /// All that decides its events, in canonical words: part of the shop's fingerprint.
    fn describe(&self) -> String;

    /// The updates that it makes, by the number that [`RowChange::Update`] names.
    fn causes(&self) -> &[Cause];

    /// Whether a row is inserted with its cohort; else its own events insert it, or nothing does.
    fn comes_with_cohort(&self, id: i64, cohort: u64) -> bool;

    /// Appends the events of one row, by tick from its cohort's on, in their order within a tick. They end.
    fn of_row(&self, id: i64, cohort: u64, events: &mut Vec<RowEvent>);

    /// Appends the events of all rows at a tick, by id, those of a row in their order.
    fn of_tick(&self, cohorts: &Cohorts, tick: u64, events: &mut Vec<RowEvent>);
}

/// Something that happens to a row in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowEvent {
    /// The tick.
    pub tick: u64,
    /// The row's key.
    pub id: i64,
    /// What happens.
    pub change: RowChange,
}

/// What happens to a row. A change of a row that is not there, or an insertion of one that is, is a fault of the
/// source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChange {
    /// It is inserted, with values of its own.
    Insert {
        /// The tick whose time is its `created_at`: this one, or an earlier one.
        dated: u64,
    },
    /// The columns of a cause change.
    Update {
        /// Its place among the source's causes.
        cause: usize,
    },
    /// It is deleted.
    Delete,
}

/// Why rows are updated, and what of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its name, which keys the new values.
    pub name: String,
    /// The places of the columns that change, ascending; none of them unique.
    pub columns: Vec<usize>,
}
