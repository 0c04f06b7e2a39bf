//! The effects of a source of changes on the rows of a chunk.
//!
//! Owns the steps of each row, random updates among them, in the order of their ticks, and the values drawn for
//! single rows. Not used for tables without a source.

use std::collections::BTreeMap;

use super::step::{Ended, Step};
use super::{Chunk, TableRows};
use crate::plan::{RowChange, RowEvent};
use crate::tick::{ColumnsById, Frame, UpdateChunk, UpdatesById, number_of};
use crate::value::{Timestamp, Value, Values};

/// The steps of the rows of a chunk.
#[derive(Default)]
pub(super) struct Lives {
    /// Each row's place in its cohort's part, and where its steps begin.
    rows: Vec<(u32, u32)>,
    /// The tick of each.
    steps: Vec<(u64, Step)>,
    /// The simulated times of the ticks of single events.
    times: BTreeMap<u64, Timestamp>,
    /// The times that the rows which were inserted singly are dated to, and their values, column after column.
    dated: Vec<Timestamp>,
    inserted: Vec<Values>,
    /// The updates by the source.
    updated: UpdateChunk,
}

impl Lives {
    /// The lives of the rows of a chunk; `None` for a table without a source of changes.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a chunk has at most CHUNK_ROWS rows, and each row few events"
    )]
    pub fn of(rows: &TableRows<'_>, chunk: &Chunk) -> Option<Self> {
        let table = rows.table();
        let changes = table.changes.as_deref()?;
        let (seed, cohorts) = (rows.plan.seed, table.cohorts(rows.timeline));
        let mut lives = Self::default();
        let mut frames: BTreeMap<u64, Frame> = BTreeMap::new();
        let mut inserts = ColumnsById::of_inserts(table, seed);
        let causes = changes.causes().iter().enumerate();
        let mut updates: Vec<UpdatesById<'_>> =
            causes.map(|(place, cause)| UpdatesById::new(table, seed, place, cause)).collect();
        let mut events: Vec<RowEvent> = Vec::new();
        for (place, id) in chunk.ids.clone().enumerate() {
            let first = lives.steps.len();
            if changes.comes_with_cohort(id, chunk.cohort) {
                lives.steps.push((chunk.cohort, Step::WithCohort));
            }
            events.clear();
            changes.of_row(seed, &cohorts, id, &mut events);
            // Retention has precedence: the tick that deletes the row because of its age has no events for it.
            let ends = chunk.end.of_life().unwrap_or(u64::MAX).min(rows.until.saturating_add(1));
            for event in events.iter().take_while(|event| event.tick < ends) {
                let frame = frames
                    .entry(event.tick)
                    .or_insert_with(|| Frame::of(rows.plan, rows.timeline, event.tick));
                let step = match event.change {
                    RowChange::Insert { dated } => {
                        let number = number_of(table, cohorts, id);
                        inserts.push(table, frame, number, id, &mut lives.inserted);
                        lives.dated.push(rows.timeline.at(dated));
                        Step::Inserted(lives.dated.len() as u32 - 1)
                    }
                    RowChange::Update { cause } => {
                        updates[cause].push(table, frame, id, &mut lives.updated);
                        Step::Update(cause, lives.updated.ids.len() as u32 - 1)
                    }
                    RowChange::Delete => Step::Deleted(Ended::DeletedBySource),
                };
                lives.steps.push((event.tick, step));
            }
            for update in chunk.updates(place) {
                lives.steps.push((chunk.known.tick(*update), Step::RandomUpdate(*update)));
            }
            // Stable: the steps of a tick keep their order; no tick has both random updates and events of a row.
            lives.steps[first..].sort_by_key(|(tick, _)| *tick);
            let exists = |lives: &Self| {
                lives.steps[first..].last().is_some_and(|(_, step)| !matches!(step, Step::Deleted(_)))
            };
            if let (Some((tick, _)), true) = (chunk.end.soft, exists(&lives)) {
                lives.steps.push((tick, Step::SoftDeleted));
            }
            if let (Some(tick), true) = (chunk.end.deleted, exists(&lives)) {
                lives.steps.push((tick, Step::Deleted(Ended::DeletedByAge)));
            }
            match exists(&lives) || rows.deleted && lives.steps.len() > first {
                true => lives.rows.push((place as u32, first as u32)),
                false => lives.steps.truncate(first),
            }
        }
        lives.times = frames.into_iter().map(|(tick, frame)| (tick, frame.at)).collect();
        Some(lives)
    }

    /// The simulated time of the tick of a single event.
    pub fn at(&self, tick: u64) -> Option<Timestamp> {
        self.times.get(&tick).copied()
    }

    /// The number of rows.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The place of a row in its cohort's part.
    pub fn place(&self, nth: usize) -> usize {
        self.rows[nth].0 as usize
    }

    /// The steps of a row, with their ticks.
    pub fn steps(&self, nth: usize) -> &[(u64, Step)] {
        let end = self.rows.get(nth + 1).map_or(self.steps.len(), |(_, first)| *first as usize);
        &self.steps[self.rows[nth].1 as usize..end]
    }

    /// The time that a row is dated to after a step; `None`: that of its cohort.
    pub fn dated(&self, nth: usize, step: usize) -> Option<Timestamp> {
        let inserted = self.steps(nth)[..=step].iter().rev().find_map(|(_, step)| match step {
            Step::WithCohort => Some(None),
            Step::Inserted(place) => Some(Some(self.dated[*place as usize])),
            _ => None,
        });
        inserted.flatten()
    }

    /// The value of a column of a row after a step; `None`: the cohort's. `known` holds the random updates.
    pub fn value<'a>(
        &'a self,
        nth: usize,
        column: usize,
        step: usize,
        known: &'a UpdateChunk,
    ) -> Option<Value<'a>> {
        let changed = |chunk: &'a UpdateChunk, place: u32| {
            let place = place as usize;
            chunk.changed[column][place].then(|| Some(chunk.columns[column].get(place)))
        };
        let value = self.steps(nth)[..=step].iter().rev().find_map(|(_, step)| match step {
            Step::WithCohort => Some(None),
            Step::Inserted(place) => Some(Some(self.inserted[column].get(*place as usize))),
            Step::RandomUpdate(place) => changed(known, *place),
            Step::Update(_, place) => changed(&self.updated, *place),
            Step::SoftDeleted | Step::Deleted(_) => None,
        });
        value.flatten()
    }
}
