//! A row and all its versions.
//!
//! Owns the form in which versions are read: spans of ticks, each with the operation that ended it. Must not know how
//! the values were drawn.

use super::Chunk;
use super::step::{Ended, Step};
use crate::config::TechKind;
use crate::plan::{Stamps, TablePlan};
use crate::tick::UpdateCause;
use crate::value::{Timestamp, Value};

/// A row that was inserted.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    chunk: &'a Chunk,
    /// The place among the rows of the chunk, and of the row in its cohort's part.
    nth: usize,
    place: usize,
}

/// A version of a row: the span `[from, to)` of ticks in which the row had these values.
#[derive(Clone, Copy)]
pub struct Version<'a> {
    /// The tick that created it.
    pub from: u64,
    /// The tick that ended it and how; `None`: it is current. If it is the tick that created it, the version was never
    /// visible outside the tick's transaction.
    pub to: Option<(u64, Ended)>,
    row: Row<'a>,
    /// The last step of the row that it includes.
    step: usize,
}

impl<'a> Row<'a> {
    pub(super) fn new(chunk: &'a Chunk, nth: usize) -> Self {
        let place = chunk.lives.as_ref().map_or(nth, |lives| lives.place(nth));
        Self { chunk, nth, place }
    }

    /// The row's key.
    pub fn id(self) -> i64 {
        self.chunk.ids.start.wrapping_add_unsigned(self.place as u64)
    }

    /// What its last tech columns depend on.
    pub fn stamps(self) -> Stamps {
        self.stamps_after(self.steps() - 1)
    }

    /// The last value of a column.
    pub fn value(self, column: usize) -> Value<'a> {
        match &self.chunk.lives {
            // A deletion does not change values.
            None => self.value_after(column, self.chunk.updates(self.place).len()),
            Some(_) => self.value_after(column, self.steps() - 1),
        }
    }

    /// Every version, from the first on.
    pub fn versions(self) -> impl Iterator<Item = Version<'a>> {
        let steps = self.steps();
        (0..steps).filter_map(move |step| {
            let (from, begun) = self.step(step);
            if let Step::Deleted(_) = begun {
                return None;
            }
            let to = (step + 1 < steps).then(|| self.step(step + 1));
            let to = to.and_then(|(tick, step)| {
                let ended = match step {
                    Step::RandomUpdate(_) => Ended::Updated(UpdateCause::Random),
                    Step::Update(cause, _) => Ended::Updated(UpdateCause::Source(cause)),
                    Step::SoftDeleted => Ended::Updated(UpdateCause::SoftDelete),
                    Step::Deleted(ended) => ended,
                    Step::WithCohort | Step::Inserted(_) => return None,
                };
                Some((tick, ended))
            });
            Some(Version { from, to, row: self, step })
        })
    }

    /// The number of steps: insertions, updates, deletions.
    fn steps(self) -> usize {
        match &self.chunk.lives {
            None => {
                let ends = [self.chunk.end.soft.is_some(), self.chunk.end.deleted.is_some()];
                1 + self.chunk.updates(self.place).len() + ends.map(usize::from).iter().sum::<usize>()
            }
            Some(lives) => lives.steps(self.nth).len(),
        }
    }

    /// A step, and its tick.
    fn step(self, step: usize) -> (u64, Step) {
        let chunk = self.chunk;
        if let Some(lives) = &chunk.lives {
            return lives.steps(self.nth)[step];
        }
        match (step.checked_sub(1), chunk.updates(self.place), chunk.end.soft) {
            (None, ..) => (chunk.cohort, Step::WithCohort),
            (Some(update), updates, _) if update < updates.len() => {
                (chunk.known.tick(updates[update]), Step::RandomUpdate(updates[update]))
            }
            (Some(end), updates, Some((tick, _))) if end == updates.len() => (tick, Step::SoftDeleted),
            _ => (chunk.end.deleted.unwrap_or(u64::MAX), Step::Deleted(Ended::DeletedByAge)),
        }
    }

    /// What the tech columns depend on after a step.
    fn stamps_after(self, step: usize) -> Stamps {
        let (chunk, id) = (self.chunk, self.id());
        let actors = chunk.actors;
        let inserted = Stamps::inserted(id, (chunk.cohort, chunk.at), chunk.at, actors);
        let Some(lives) = &chunk.lives else {
            // Each row of a table is asked: no step is looked at but the last ones.
            let done = self.updates_until(step);
            let mut stamps = inserted;
            if let [earlier @ .., last] = done {
                stamps.version = stamps.version.saturating_add_unsigned(earlier.len() as u64);
                stamps = stamps.updated(id, (chunk.known.tick(*last), chunk.known.at(*last)), actors);
            }
            return match chunk.end.soft {
                Some(soft) if step > chunk.updates(self.place).len() => stamps.soft_deleted(id, soft, actors),
                _ => stamps,
            };
        };
        let created_at = lives.dated(self.nth, step).unwrap_or(chunk.at);
        let mut stamps = Stamps { created_at, ..inserted };
        for (tick, step) in (0..=step).map(|step| self.step(step)) {
            stamps = match step {
                Step::WithCohort => Stamps { created_at, ..inserted },
                Step::Inserted(_) => Stamps::inserted(id, (tick, self.at(tick)), created_at, actors),
                Step::RandomUpdate(place) => stamps.updated(id, (tick, chunk.known.at(place)), actors),
                Step::Update(..) => stamps.updated(id, (tick, self.at(tick)), actors),
                Step::SoftDeleted => {
                    let at = chunk.end.soft.map_or(chunk.at, |(_, at)| at);
                    stamps.soft_deleted(id, (tick, at), actors)
                }
                // A deletion does not change values.
                Step::Deleted(_) => stamps,
            };
        }
        stamps
    }

    /// The random updates up to a step, of a row that nothing else changes.
    fn updates_until(self, step: usize) -> &'a [u32] {
        let all = self.chunk.updates(self.place);
        &all[..step.min(all.len())]
    }

    /// The simulated time of the tick of a single event.
    fn at(self, tick: u64) -> Timestamp {
        self.chunk.lives.as_ref().and_then(|lives| lives.at(tick)).unwrap_or(self.chunk.at)
    }

    /// The value of a column after a step.
    fn value_after(self, column: usize, step: usize) -> Value<'a> {
        let chunk = self.chunk;
        let known = &chunk.known.changes;
        if let Some(lives) = &chunk.lives {
            return match lives.value(self.nth, column, step, known) {
                Some(value) => value,
                None => chunk.inserted[column].get(self.place),
            };
        }
        match self.updates_until(step).iter().rev().find(|place| known.changed[column][**place as usize]) {
            Some(place) => known.columns[column].get(*place as usize),
            None => chunk.inserted[column].get(self.place),
        }
    }
}

impl<'a> Version<'a> {
    /// The value of the column at a place in it: those of the config, then the tech columns.
    pub fn value_at(&self, table: &'a TablePlan, place: usize) -> Value<'a> {
        table.tech_at(place).map_or_else(|| self.value(place), |tech| tech.value(&self.stamps()))
    }

    /// The value of a column in it.
    pub fn value(&self, column: usize) -> Value<'a> {
        self.row.value_after(column, self.step)
    }

    /// What the tech columns depend on in it.
    pub fn stamps(&self) -> Stamps {
        self.row.stamps_after(self.step)
    }

    /// Why an update began it; `None`: an insert did.
    pub fn cause(&self) -> Option<UpdateCause> {
        match self.row.step(self.step).1 {
            Step::RandomUpdate(_) => Some(UpdateCause::Random),
            Step::Update(cause, _) => Some(UpdateCause::Source(cause)),
            Step::SoftDeleted => Some(UpdateCause::SoftDelete),
            Step::WithCohort | Step::Inserted(_) | Step::Deleted(_) => None,
        }
    }

    /// The places of the columns whose values differ from those of the version that an update replaced by it: of the
    /// tech columns only `deleted_at`.
    pub fn changed(&self, table: &TablePlan) -> Vec<usize> {
        // An update follows a version of the same row.
        let Some(before) = self.step.checked_sub(1).filter(|_| self.cause().is_some()) else {
            return Vec::new();
        };
        let differs = |column: &usize| differs(self.row.value_after(*column, before), self.value(*column));
        let soft_delete = self.cause() == Some(UpdateCause::SoftDelete);
        let tech = table.tech.iter().position(|tech| soft_delete && tech.kind == TechKind::DeletedAt);
        let columns = self.row.chunk.inserted.len();
        (0..columns).filter(differs).chain(tech.map(|place| columns + place)).collect()
    }
}

/// Whether a value is another one; `NaN` is the same as itself, as in PostgreSQL.
fn differs(one: Value<'_>, other: Value<'_>) -> bool {
    one != other && one.to_string() != other.to_string()
}
