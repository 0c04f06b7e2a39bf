//! Which rows of a table with a source of changes exist before a tick.
//!
//! Owns the evaluation of the events of rows. Retention is not considered: callers pass only ids that are young enough.

use std::cell::RefCell;
use std::ops::Range;

use crate::plan::{ChangeSource, Cohorts, RowChange, RowEvent, TablePlan};

/// The rows of a table before a tick.
pub(super) struct Presence<'a> {
    changes: &'a dyn ChangeSource,
    seed: u64,
    cohorts: Cohorts,
    tick: u64,
    /// A buffer for the events of one row.
    events: RefCell<Vec<RowEvent>>,
}

impl<'a> Presence<'a> {
    /// `None`: all rows are inserted with their cohort and kept until retention deletes them.
    pub fn of(table: &'a TablePlan, seed: u64, cohorts: Cohorts, tick: u64) -> Option<Self> {
        let changes = table.changes.as_deref()?;
        Some(Self { changes, seed, cohorts, tick, events: RefCell::default() })
    }

    /// Whether a row of an earlier cohort exists before the tick, and whether the tick may update it at random.
    fn look(&self, id: i64) -> (bool, bool) {
        let Some(cohort) = self.cohorts.tick_of(id) else { return (false, false) };
        let mut events = self.events.borrow_mut();
        events.clear();
        self.changes.of_row(self.seed, &self.cohorts, id, &mut events);
        let mut exists = cohort < self.tick && self.changes.comes_with_cohort(id, cohort);
        let mut last = None;
        for event in events.iter().take_while(|event| event.tick < self.tick) {
            match event.change {
                RowChange::Insert { .. } => (exists, last) = (true, None),
                RowChange::Update { cause } => last = Some(cause),
                RowChange::Delete => exists = false,
            }
        }
        let is_calm = events.iter().all(|event| event.tick != self.tick);
        (exists, exists && is_calm && self.changes.may_change_at_random(last))
    }

    /// The rows of a range that do not exist before the tick.
    pub fn absent(&self, ids: Range<i64>) -> impl Iterator<Item = i64> {
        ids.filter(|id| !self.look(*id).0)
    }

    /// The rows of a range that exist before the tick.
    pub fn present(&self, ids: Range<i64>) -> impl Iterator<Item = i64> {
        ids.filter(|id| self.look(*id).0)
    }

    /// Whether the tick may update a row at random: it exists, has no events in the tick, and its source allows it.
    pub fn may_be_updated(&self, id: i64) -> bool {
        self.look(id).1
    }

    /// The rows of the tick's own cohort that are not inserted with it.
    pub fn late(&self, ids: Range<i64>) -> impl Iterator<Item = i64> {
        ids.filter(|id| !self.changes.comes_with_cohort(*id, self.tick))
    }

    /// The events of the tick for rows with keys of at least `first`.
    pub fn events(&self, first: i64) -> Vec<RowEvent> {
        let mut events = Vec::new();
        self.changes.of_tick(self.seed, &self.cohorts, self.tick, &mut events);
        events.retain(|event| event.id >= first);
        events
    }
}
