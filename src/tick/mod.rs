//! [`ShopPlan`] × tick → [`Batch`]: what a tick deletes, updates and inserts.
//!
//! A pure function of the plan, the timeline and the tick's number. Must not know how a batch is applied
//! nor whether this is the first try.

use std::ops::Range;
use std::sync::Arc;

use crate::clock::Timeline;
use crate::plan::{ShopPlan, TablePlan};
use crate::value::{SECOND, Timestamp};

mod rows;
mod select;

pub use rows::{CHUNK_BYTES, CHUNK_ROWS, Changes, Inserts, Rows, Updates};

/// All that one tick does, table by table in the order of the plan.
pub struct Batch {
    /// The tick's number, from 0.
    pub tick: u64,
    /// `T(tick)`.
    pub at: Timestamp,
    /// One for each table of the plan, in its order.
    pub tables: Vec<TableBatch>,
}

/// What one tick does to one table: delete, then update, then insert.
pub struct TableBatch {
    /// The keys of the rows that fall out of retention.
    pub delete: Range<i64>,
    /// The rows that change.
    pub update: Updates,
    /// The rows that are new.
    pub insert: Inserts,
}

/// Which ticks' rows a tick deletes and may update, and table by table the ids that are there once it is done:
/// the same for all tables.
struct Reach {
    deleted: Range<u64>,
    updatable: Range<u64>,
    alive: Arc<[Range<i64>]>,
}

impl Reach {
    fn of(plan: &ShopPlan, timeline: &Timeline, tick: u64) -> Self {
        let referable = plan.windows.referable(timeline, tick);
        Self {
            deleted: plan.windows.deleted(timeline, tick),
            updatable: plan.windows.updatable(timeline, tick),
            alive: plan.tables.iter().map(|table| table.ids(referable.clone())).collect(),
        }
    }
}

impl TableBatch {
    /// What a tick does to one table, by its place in the plan.
    pub fn new(plan: &ShopPlan, timeline: &Timeline, tick: u64, table: usize) -> Self {
        Self::of(plan, timeline, tick, &Reach::of(plan, timeline, tick), &plan.tables[table])
    }

    fn of(plan: &ShopPlan, timeline: &Timeline, tick: u64, reach: &Reach, table: &TablePlan) -> Self {
        let source =
            rows::Source { seed: plan.seed, tick, at: timeline.at(tick), alive: &reach.alive, table };
        Self {
            delete: table.ids(reach.deleted.clone()),
            update: Updates::new(source, table.ids(reach.updatable.clone())),
            insert: Inserts::new(source, table.ids(tick..tick + 1)),
        }
    }
}

/// Rows that a tick changes in one table: as it is planned, or as a server counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows deleted.
    pub deleted: u64,
    /// Rows updated.
    pub updated: u64,
    /// Rows inserted.
    pub inserted: u64,
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(tables: I) -> Self {
        tables.fold(Self::default(), |sum, table| Self {
            deleted: sum.deleted + table.deleted,
            updated: sum.updated + table.updated,
            inserted: sum.inserted + table.inserted,
        })
    }
}

impl TableBatch {
    /// How many rows are still to be changed.
    pub fn counts(&self) -> Counts {
        let rows = |ids: &Range<i64>| ids.end.saturating_sub(ids.start).max(0).unsigned_abs();
        Counts {
            deleted: rows(&self.delete),
            updated: self.update.remaining() as u64,
            inserted: rows(&self.insert.remaining()),
        }
    }
}

/// What a shop's ticks do once they all do the same: after its windows have filled, or at the end of a run that ends
/// before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// So many ticks, after which the counts repeat.
    pub ticks: u64,
    /// The rows that they change, by table in the plan's order.
    pub counts: Vec<Counts>,
    /// The rows that are there then.
    pub rows: Vec<u64>,
}

impl UnderWay {
    /// Counts a shop whose first tick is at `start` and whose run has so many ticks.
    pub fn of(plan: &ShopPlan, start: Timestamp, ticks: Option<u64>) -> Self {
        let timeline = Timeline::new(start, plan.interval, &[]);
        // `created_at` is cut to seconds: what a window holds repeats when the ticks fall on the same part of one.
        let period = SECOND.unsigned_abs() / gcd(plan.interval.unsigned_abs(), SECOND.unsigned_abs());
        let filled = plan.windows.reach(plan.interval);
        let end = ticks.unwrap_or(u64::MAX).min(filled.saturating_add(period));
        let counted = end.saturating_sub(period)..end;
        let mut counts = vec![Counts::default(); plan.tables.len()];
        for tick in counted.clone() {
            let batch = Batch::new(plan, &timeline, tick);
            for (sum, table) in counts.iter_mut().zip(&batch.tables) {
                *sum = [*sum, table.counts()].into_iter().sum();
            }
        }
        let rows = |table: &TablePlan| {
            let Some(last) = end.checked_sub(1) else { return 0 };
            let ids = table.ids(plan.windows.alive(&timeline, last));
            ids.end.saturating_sub(ids.start).max(0).unsigned_abs()
        };
        Self { ticks: end - counted.start, counts, rows: plan.tables.iter().map(rows).collect() }
    }
}

/// The greatest common divisor.
fn gcd(one: u64, other: u64) -> u64 {
    if other == 0 { one.max(1) } else { gcd(other, one % other) }
}

impl Batch {
    /// The batch of a tick.
    pub fn new(plan: &ShopPlan, timeline: &Timeline, tick: u64) -> Self {
        let reach = Reach::of(plan, timeline, tick);
        let tables = plan.tables.iter().map(|table| TableBatch::of(plan, timeline, tick, &reach, table));
        Self { tick, at: timeline.at(tick), tables: tables.collect() }
    }

    /// Draws the first rows of what the batch does, before they are asked for: of all tables, unless they are wide.
    pub fn draw_ahead(&mut self, plan: &ShopPlan) {
        let mut bytes = 0;
        for (batch, table) in self.tables.iter_mut().zip(&plan.tables[..]) {
            if bytes >= CHUNK_BYTES {
                return;
            }
            bytes += batch.update.draw_ahead(table) + batch.insert.draw_ahead(table);
        }
    }
}
