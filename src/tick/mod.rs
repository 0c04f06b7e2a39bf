//! [`ShopPlan`] × tick → a stream of operations: what a tick deletes, updates and inserts.
//!
//! A pure function of the plan, the timeline and the tick's number. Applying, logging, printing and replaying
//! a tick all read this stream, so that the order of its operations (`PHASES`) is defined only here. Must not know how
//! an operation is applied, nor whether this is the first attempt.

use std::sync::Arc;

use crate::clock::Timeline;
use crate::plan::{RowKeys, ShopPlan, referenced_first};
use crate::value::Timestamp;

mod columns;
mod deletes;
mod inserts;
mod operation;
mod presence;
mod select;
mod soft_deletes;
mod table;
mod transaction;
mod under_way;
mod updates;

pub use columns::{CHUNK_BYTES, CHUNK_ROWS};
pub use operation::{InsertedRows, Operation, RowIds, UpdateCause, UpdateChunk, UpdatedRow, UpdatedRows};
pub use table::TableTick;
pub use transaction::Transaction;
pub use under_way::UnderWay;

pub(crate) use columns::{ColumnsById, Frame, number_of};
pub(crate) use inserts::Inserts;
pub(crate) use updates::{Updates, UpdatesById};

/// A part of a tick. Each phase runs over all tables before the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Rows are removed.
    Delete,
    /// Rows that are too old are updated instead, until they are removed.
    SoftDelete,
    Update,
    Insert,
    /// Updates of rows that this tick has inserted.
    UpdateNew,
    /// Deletes of rows that this tick has inserted.
    DeleteNew,
}

/// The order of a tick. Deletes, updates and inserts are in the order of the legacy generator.
const PHASES: [Phase; 6] =
    [Phase::Delete, Phase::SoftDelete, Phase::Update, Phase::Insert, Phase::UpdateNew, Phase::DeleteNew];

/// The order of a tick of a shop with foreign keys: an update may refer to a row that the same tick inserts. The
/// rows that it updates are older, so that the tables are the same in the end.
const PHASES_OF_FOREIGN_KEYS: [Phase; 6] =
    [Phase::Delete, Phase::SoftDelete, Phase::Insert, Phase::Update, Phase::UpdateNew, Phase::DeleteNew];

/// The order of a tick's parts, and of the tables in each of them.
#[derive(Clone, Debug, Default)]
struct Order {
    /// The tables' places in the order in which rows are inserted, if it is not the plan's.
    referenced_first: Option<Arc<[usize]>>,
}

impl Order {
    fn of(plan: &ShopPlan) -> Self {
        Self { referenced_first: referenced_first(&plan.tables).map(Arc::from) }
    }

    /// The parts of a tick that has a transaction of its own.
    fn phases(&self) -> &'static [Phase] {
        if self.referenced_first.is_some() { &PHASES_OF_FOREIGN_KEYS } else { &PHASES }
    }

    /// The place in the plan of the table whose turn it is in a phase. Rows are deleted before those that they refer to.
    fn table(&self, phase: Phase, turn: usize) -> usize {
        match (&self.referenced_first, phase) {
            (None, _) => turn,
            (Some(order), Phase::Delete | Phase::DeleteNew) => order[order.len() - 1 - turn],
            (Some(order), Phase::SoftDelete | Phase::Update | Phase::Insert | Phase::UpdateNew) => {
                order[turn]
            }
        }
    }
}

/// Everything that one tick does, table by table in the order of the plan.
pub struct Tick {
    /// The tick's number, from 0.
    pub tick: u64,
    /// `T(tick)`.
    pub at: Timestamp,
    /// One for each table of the plan, in its order.
    pub tables: Vec<TableTick>,
    /// One for each table of the plan, in its order: what the keys of its rows are.
    pub keys: Arc<[RowKeys]>,
    order: Order,
}

impl Tick {
    /// Creates the operations of a tick.
    pub fn new(plan: &ShopPlan, timeline: &Timeline, tick: u64) -> Self {
        let frame = Frame::of(plan, timeline, tick);
        let order = Order::of(plan);
        let tables = plan.tables.iter().map(|table| TableTick::of(&frame, timeline, table, order.phases()));
        Self { tick, at: frame.at, tables: tables.collect(), keys: frame.keys.clone(), order }
    }

    /// The same without the rows that it inserts with its cohort: for a bench of updates alone.
    #[doc(hidden)]
    pub fn without_inserts(mut self) -> Self {
        self.tables.iter_mut().for_each(|table| table.inserts.leave_out_cohort());
        self
    }

    /// Draws the first chunk of each table in advance, until [`CHUNK_BYTES`] are reached.
    pub fn draw_ahead(&mut self, plan: &ShopPlan) {
        let mut bytes = 0;
        for (tick, table) in self.tables.iter_mut().zip(&plan.tables[..]) {
            if bytes >= CHUNK_BYTES {
                return;
            }
            bytes += tick.draw_ahead(table);
        }
    }
}

/// Numbers of rows that a tick changes in one table: planned, or counted by the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows deleted.
    pub deleted: u64,
    /// Rows updated, including those that were deleted softly.
    pub updated: u64,
    /// Rows inserted.
    pub inserted: u64,
}

impl Counts {
    /// So many times as many.
    fn times(self, factor: u64) -> Self {
        Self {
            deleted: self.deleted.saturating_mul(factor),
            updated: self.updated.saturating_mul(factor),
            inserted: self.inserted.saturating_mul(factor),
        }
    }
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
