//! Which rows of a table are there before a tick, where a source of changes has a say in it.
//!
//! Owns what follows from the events of rows. Retention by age is not looked at: whoever asks knows the ids that are
//! young enough.

use std::cell::RefCell;
use std::ops::Range;

use crate::plan::{ChangeSource, Cohorts, RowChange, RowEvent, TablePlan};

/// The rows of a table before a tick.
pub(super) struct Presence<'a> {
    changes: &'a dyn ChangeSource,
    cohorts: Cohorts,
    tick: u64,
    /// The events of the row that is looked at.
    events: RefCell<Vec<RowEvent>>,
}

impl<'a> Presence<'a> {
    /// `None`: all rows come with their cohort and stay until they are old.
    pub fn of(table: &'a TablePlan, cohorts: Cohorts, tick: u64) -> Option<Self> {
        let changes = table.changes.as_deref()?;
        Some(Self { changes, cohorts, tick, events: RefCell::default() })
    }

    /// Whether a row of an earlier cohort is there before the tick, and whether it has events in the tick.
    fn look(&self, id: i64) -> (bool, bool) {
        let Some(cohort) = self.cohorts.tick_of(id) else { return (false, false) };
        let mut events = self.events.borrow_mut();
        events.clear();
        self.changes.of_row(id, cohort, &mut events);
        let mut there = cohort < self.tick && self.changes.comes_with_cohort(id, cohort);
        for event in events.iter().take_while(|event| event.tick < self.tick) {
            match event.change {
                RowChange::Insert { .. } => there = true,
                RowChange::Update { .. } => {}
                RowChange::Delete => there = false,
            }
        }
        (there, events.iter().any(|event| event.tick == self.tick))
    }

    /// The rows of a range that are not there before the tick.
    pub fn absent(&self, ids: Range<i64>) -> impl Iterator<Item = i64> {
        ids.filter(|id| !self.look(*id).0)
    }

    /// Whether the tick may update a row at random: it is there, and nothing else happens to it.
    pub fn may_be_updated(&self, id: i64) -> bool {
        self.look(id) == (true, false)
    }

    /// The rows of the tick's own cohort that do not come with it.
    pub fn late(&self, ids: Range<i64>) -> impl Iterator<Item = i64> {
        ids.filter(|id| !self.changes.comes_with_cohort(*id, self.tick))
    }

    /// The events of the tick of rows with keys from one on.
    pub fn events(&self, first: i64) -> Vec<RowEvent> {
        let mut events = Vec::new();
        self.changes.of_tick(&self.cohorts, self.tick, &mut events);
        events.retain(|event| event.id >= first);
        events
    }
}
