//! The operations of one tick on one table.
//!
//! Owns which windows and events decide which rows are deleted, updated and inserted. The order of the operations is
//! that of `Order`.

use std::ops::Range;
use std::slice;

use super::columns::{CHUNK_ROWS, Frame};
use super::deletes::{self, Deletes};
use super::inserts::Inserts;
use super::operation::{Operation, UpdateChunk, UpdatedRows};
use super::presence::Presence;
use super::soft_deletes::SoftDeletes;
use super::updates::Updates;
use super::{Counts, Order, Phase};
use crate::clock::Timeline;
use crate::plan::{RowChange, ShopPlan, TablePlan};

/// The operations of one tick on one table, or the remaining ones.
pub struct TableTick {
    pub(super) deletes: Deletes,
    pub(super) soft_deletes: SoftDeletes,
    pub(super) updates: Updates,
    pub(super) inserts: Inserts,
    /// Changes of rows in the tick that inserts them.
    new_rows: Option<Box<NewRows>>,
    /// Its phases, and the index of the current one.
    phases: &'static [Phase],
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
        let phases = Order::of(plan).phases();
        Self::of(&Frame::of(plan, timeline, tick), timeline, &plan.tables[table], phases)
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

    pub(super) fn of(
        frame: &Frame,
        timeline: &Timeline,
        table: &TablePlan,
        phases: &'static [Phase],
    ) -> Self {
        let (tick, cohorts, windows) = (frame.tick, table.cohorts(timeline), &table.windows);
        let cohort = cohorts.ids(tick..tick + 1);
        let old: Vec<(u64, Range<i64>)> = match table.changes {
            None => {
                let ranges = deletes::in_order(table, cohorts, timeline, windows.deleted(timeline, tick));
                ranges.into_iter().map(|ids| (tick, ids)).collect()
            }
            Some(_) => {
                let by_end = windows.deleted_by_end(timeline, tick);
                by_end.map(|(end, ticks)| (end, cohorts.ids(ticks))).collect()
            }
        };
        let soft = cohorts.ids(windows.soft_deleted(timeline, tick));
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
                deletes: Deletes::new(table, cohorts, frame, [], deleted_new),
            })
        });
        Self {
            deletes: Deletes::new(table, cohorts, frame, old, deleted),
            soft_deletes: SoftDeletes::new(table, cohorts, frame, soft),
            updates: Updates::new(table, cohorts, frame, updatable, updated),
            inserts: Inserts::new(table, cohorts, frame, cohort, inserted),
            new_rows,
            phases,
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
                + self.soft_deletes.remaining()
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
        self.soft_deletes.in_chunks_of(rows);
        self.inserts.in_chunks_of(rows);
    }

    /// Leaves out what remains of the part of the tick that the last operation belongs to.
    pub fn skip(&mut self) {
        self.phase += 1;
    }

    /// The next operation of the table; `None` after the last.
    pub fn next(&mut self, table: &TablePlan) -> Option<Operation<'_>> {
        while let Some(phase) = self.phases.get(self.phase) {
            if self.advance(*phase, table) {
                return Some(self.operation(*phase));
            }
            self.phase += 1;
        }
        None
    }

    /// Moves to the next chunk of a phase; false after the last.
    pub(super) fn advance(&mut self, phase: Phase, table: &TablePlan) -> bool {
        let Self { deletes, soft_deletes, updates, inserts, new_rows, .. } = self;
        let new_rows = new_rows.as_deref_mut();
        match phase {
            Phase::Delete => deletes.advance(table),
            Phase::SoftDelete => {
                soft_deletes.advance(table) && list(slice::from_ref(soft_deletes.chunk()), &mut self.rows)
            }
            Phase::Update => updates.advance(table) && list(updates.chunks(), &mut self.rows),
            Phase::Insert => inserts.advance(table),
            Phase::UpdateNew => new_rows
                .is_some_and(|new| new.updates.advance(table) && list(new.updates.chunks(), &mut self.rows)),
            Phase::DeleteNew => new_rows.is_some_and(|new| new.deletes.advance(table)),
        }
    }

    /// The current chunk.
    pub(super) fn operation(&self, phase: Phase) -> Operation<'_> {
        let updated = |chunks| Operation::Update(UpdatedRows { chunks, rows: &self.rows });
        let new_rows = self.new_rows.as_deref();
        match (phase, new_rows) {
            (Phase::SoftDelete, _) => updated(slice::from_ref(self.soft_deletes.chunk())),
            (Phase::Update, _) => updated(self.updates.chunks()),
            (Phase::UpdateNew, Some(new)) => updated(new.updates.chunks()),
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
fn list(chunks: &[UpdateChunk], rows: &mut Vec<(u32, u32)>) -> bool {
    rows.clear();
    for (number, chunk) in (0..).zip(chunks) {
        rows.extend(chunk.places().map(|place| (number, place as u32)));
    }
    true
}
