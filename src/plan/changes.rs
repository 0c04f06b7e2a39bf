//! Events of single rows besides retention and random updates: a row is inserted late, is updated at an age, is
//! deleted and inserted again.
//!
//! Owns the form of these events. Must not know how they are written, nor what else a tick does.

use super::Cohorts;
use super::life::Census;

/// The source of the events of a table's rows: a pure function of the shop's seed, their ids and ticks.
///
/// It is asked in two ways, for all events of a tick and for all events of a row, and both must agree. Retention has
/// precedence: a row whose cohort has been deleted because of its age has no further events.
pub trait ChangeSource: Send + Sync {
    /// A canonical description of everything that decides its events: part of the shop's fingerprint.
    fn describe(&self) -> String;

    /// The causes of its updates, indexed by [`RowChange::Update`].
    fn causes(&self) -> &[Cause];

    /// Whether a row is inserted with its cohort; if not, it is inserted by its own events, or never.
    fn comes_with_cohort(&self, id: i64, cohort: u64) -> bool;

    /// Whether a row may be updated at random after its last update by this source, by its cause; `None`: before the
    /// first.
    fn may_change_at_random(&self, last: Option<usize>) -> bool;

    /// What becomes of a number of rows that are kept for so many ticks, and may be updated at random up to the age of
    /// `window` ticks; `None`: that is not known.
    fn census(&self, _kept: u64, _window: u64) -> Option<Census> {
        None
    }

    /// The states that the census tells of.
    fn states(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The age in ticks of `interval` microseconds after which no row has an event.
    fn reach(&self, _interval: u64) -> u64 {
        0
    }

    /// Appends the events of one row, by tick from its cohort's on, in their order within a tick. There are finitely
    /// many.
    fn of_row(&self, seed: u64, cohorts: &Cohorts, id: i64, events: &mut Vec<RowEvent>);

    /// Appends the events of all rows at a tick, by id, then in their order.
    fn of_tick(&self, seed: u64, cohorts: &Cohorts, tick: u64, events: &mut Vec<RowEvent>);
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

/// What happens to a row. Changing a row that does not exist, or inserting one that does, is a bug of the source.
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

/// Why rows are updated, and which columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its name, which keys the new values.
    pub name: String,
    /// The places of the columns that change, ascending; none of them unique.
    pub columns: Vec<usize>,
}
