//! The operations of one tick on one table.
//!
//! Owns which windows and events decide which rows are deleted, updated and inserted. The order of the operations is
//! that of `PHASES`.

use super::columns::{CHUNK_ROWS, Frame};
use super::deletes::Deletes;
use super::inserts::Inserts;
use super::operation::{Operation, UpdatedRows};
use super::presence::Presence;
use super::updates::Updates;
use super::{Counts, PHASES, Phase};
use crate::clock::Timeline;
use crate::plan::{RowChange, ShopPlan, TablePlan};

/// The operations of one tick on one table, or the remaining ones.
pub struct TableTick {
    pub(super) deletes: Deletes,
    pub(super) updates: Updates,
    pub(super) inserts: Inserts,
    /// Changes of rows in the tick that inserts them.
    new_rows: Option<Box<NewRows>>,
    /// The index of the current phase.
    phase: usize,
    /// The rows of the current chunk of updates.
    rows: Vec<(u32, u32)>,
}

struct NewRows {
    updates: Updates,
    deletes: Deletes,
}

impl TableTick {
    /// The operations of a tick on the table at a place of the plan.
    pub fn new(plan: &ShopPlan, timeline: &Timeline, tick: u64, table: usize) -> Self {
        Self::of(&Frame::of(plan, timeline, tick), timeline, &plan.tables[table])
    }

    /// The rows of a tick's cohort, and nothing else of the tick.
    pub(crate) fn cohort(plan: &ShopPlan, timeline: &Timeline, tick: u64, table: usize) -> Inserts {
        let (frame, table) = (Frame::of(plan, timeline, tick), &plan.tables[table]);
        let cohorts = table.cohorts(timeline);
        Inserts::new(table, cohorts, &frame, cohorts.ids(tick..tick + 1), Vec::new())
    }

    /// The rows that a tick updates at random, and nothing else of the tick.
    pub(crate) fn random_updates(plan: &ShopPlan, timeline: &Timeline, tick: u64, table: usize) -> Updates {
        let (frame, table) = (Frame::of(plan, timeline, tick), &plan.tables[table]);
        let cohorts = table.cohorts(timeline);
        let window = cohorts.ids(table.windows.updatable(timeline, tick));
        Updates::new(table, cohorts, &frame, window, Vec::new())
    }

    pub(super) fn of(frame: &Frame, timeline: &Timeline, table: &TablePlan) -> Self {
        let (tick, cohorts, windows) = (frame.tick, table.cohorts(timeline), &table.windows);
        let cohort = cohorts.ids(tick..tick + 1);
        let old = cohorts.ids(windows.deleted(timeline, tick));
        let updatable = cohorts.ids(windows.updatable(timeline, tick));
        let (mut deleted, mut updated, mut inserted) = (Vec::new(), Vec::new(), Vec::new());
        let (mut updated_new, mut deleted_new) = (Vec::new(), Vec::new());
        if let Some(presence) = Presence::of(table, frame.seed, cohorts, tick) {
            let alive = cohorts.ids(windows.alive(timeline, tick));
            for event in presence.events(alive.start) {
                let id = event.id;
                let is_new = cohort.contains(&id) || inserted.last().is_some_and(|(last, _)| *last == id);
                match (event.change, is_new) {
                    (RowChange::Insert { dated }, _) => inserted.push((id, timeline.at(dated))),
                    (RowChange::Update { cause }, false) => updated.push((cause, id)),
                    (RowChange::Update { cause }, true) => updated_new.push((cause, id)),
                    (RowChange::Delete, false) => deleted.push(id),
                    (RowChange::Delete, true) => deleted_new.push(id),
                }
            }
        }
        updated.sort_unstable();
        updated_new.sort_unstable();
        let new_rows = !updated_new.is_empty() || !deleted_new.is_empty();
        let new_rows = new_rows.then(|| {
            Box::new(NewRows {
                updates: Updates::new(table, cohorts, frame, 0..0, updated_new),
                deletes: Deletes::new(table, cohorts, frame, 0..0, deleted_new),
            })
        });
        Self {
            deletes: Deletes::new(table, cohorts, frame, old, deleted),
            updates: Updates::new(table, cohorts, frame, updatable, updated),
            inserts: Inserts::new(table, cohorts, frame, cohort, inserted),
            new_rows,
            phase: 0,
            rows: Vec::new(),
        }
    }

    /// The numbers of rows still to be changed.
    pub fn counts(&self) -> Counts {
        let new_rows = self.new_rows.as_deref();
        Counts {
            deleted: self.deletes.remaining() + new_rows.map_or(0, |new| new.deletes.remaining()),
            updated: self.updates.remaining() as u64
                + new_rows.map_or(0, |new| new.updates.remaining() as u64),
            inserted: self.inserts.remaining(),
        }
    }

    /// The updates by the source of changes still to be made, each by the index of its cause.
    pub(super) fn causes(&self) -> impl Iterator<Item = usize> {
        let new_rows = self.new_rows.as_deref().map(|new| &new.updates);
        std::iter::once(&self.updates).chain(new_rows).flat_map(Updates::causes_left)
    }

    /// Draws at most this many rows at a time, for a reader that wants only some. The rows are the same.
    pub fn in_chunks_of(&mut self, rows: usize) {
        let rows = rows.clamp(1, CHUNK_ROWS);
        let new_rows = self.new_rows.as_deref_mut().map(|new| &mut new.updates);
        new_rows.into_iter().chain([&mut self.updates]).for_each(|updates| updates.in_chunks_of(rows));
        self.inserts.in_chunks_of(rows);
    }

    /// Leaves out what remains of the part of the tick that the last operation belongs to.
    pub fn skip(&mut self) {
        self.phase += 1;
    }

    /// The next operation of the table; `None` after the last.
    pub fn next(&mut self, table: &TablePlan) -> Option<Operation<'_>> {
        while let Some(phase) = PHASES.get(self.phase) {
            if self.advance(*phase, table) {
                return Some(self.operation(*phase));
            }
            self.phase += 1;
        }
        None
    }

    /// Moves to the next chunk of a phase; false after the last.
    pub(super) fn advance(&mut self, phase: Phase, table: &TablePlan) -> bool {
        let Self { deletes, updates, inserts, new_rows, .. } = self;
        let new_rows = new_rows.as_deref_mut();
        match phase {
            Phase::Delete => deletes.advance(table),
            Phase::Update => updates.advance(table) && list(updates, &mut self.rows),
            Phase::Insert => inserts.advance(table),
            Phase::UpdateNew => {
                new_rows.is_some_and(|new| new.updates.advance(table) && list(&new.updates, &mut self.rows))
            }
            Phase::DeleteNew => new_rows.is_some_and(|new| new.deletes.advance(table)),
        }
    }

    /// The current chunk.
    pub(super) fn operation(&self, phase: Phase) -> Operation<'_> {
        let updated =
            |updates| Operation::Update(UpdatedRows { chunks: Updates::chunks(updates), rows: &self.rows });
        let new_rows = self.new_rows.as_deref();
        match (phase, new_rows) {
            (Phase::Update, _) => updated(&self.updates),
            (Phase::UpdateNew, Some(new)) => updated(&new.updates),
            (Phase::DeleteNew, Some(new)) => Operation::Delete(new.deletes.chunk()),
            (Phase::Insert, _) => Operation::Insert(self.inserts.chunk()),
            (Phase::Delete | Phase::UpdateNew | Phase::DeleteNew, _) => {
                Operation::Delete(self.deletes.chunk())
            }
        }
    }

    /// Draws the next chunks in advance and returns their bytes.
    pub(super) fn draw_ahead(&mut self, table: &TablePlan) -> usize {
        self.updates.draw_ahead(table) + self.inserts.draw_ahead(table)
    }
}

/// Lists the rows of the current chunks; always true.
#[expect(clippy::cast_possible_truncation, reason = "all chunks together have at most CHUNK_ROWS rows")]
fn list(updates: &Updates, rows: &mut Vec<(u32, u32)>) -> bool {
    rows.clear();
    for (number, chunk) in (0..).zip(updates.chunks()) {
        rows.extend(chunk.places().map(|place| (number, place as u32)));
    }
    true
}
