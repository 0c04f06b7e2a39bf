//! [`ShopPlan`] × tick → [`Batch`]: what a tick deletes, updates and inserts.
//!
//! A pure function of the plan, the timeline and the tick's number. Must not know how a batch is applied
//! nor whether this is the first try.

use std::ops::Range;
use std::sync::Arc;

use crate::clock::Timeline;
use crate::plan::ShopPlan;
use crate::value::Timestamp;

mod rows;
mod select;

pub use rows::{CHUNK_ROWS, Changes, Inserts, Rows, Updates};

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

impl Batch {
    /// The batch of a tick.
    pub fn new(plan: &ShopPlan, timeline: &Timeline, tick: u64) -> Self {
        let at = timeline.at(tick);
        let deleted = plan.windows.deleted(timeline, tick);
        let updatable = plan.windows.updatable(timeline, tick);
        let alive = plan.windows.alive(timeline, tick);
        let alive: Arc<[Range<i64>]> = plan.tables.iter().map(|table| table.ids(alive.clone())).collect();
        let tables = plan.tables.iter().map(|table| {
            let source = rows::Source { seed: plan.seed, tick, at, alive: &alive, table };
            TableBatch {
                delete: table.ids(deleted.clone()),
                update: Updates::new(source, table.ids(updatable.clone())),
                insert: Inserts::new(source, table.ids(tick..tick + 1)),
            }
        });
        Self { tick, at, tables: tables.collect() }
    }
}
