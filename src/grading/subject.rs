//! A table of a shop that is graded: its plan, its clock, and where the warehouse has it.
//!
//! Owns only this type.

use super::loads::Clock;
use crate::clock::{Checkpoint, Timeline};
use crate::plan::{RowKeys, ShopPlan, TablePlan};
use crate::warehouse::{Mapping, ShopRows, TableMapping};

/// A table of a shop.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The shop.
    pub plan: &'a ShopPlan,
    /// The times of its ticks.
    pub timeline: &'a Timeline,
    /// How far it has come.
    pub checkpoint: &'a Checkpoint,
    /// Whether ticks that were due in a downtime ran after it.
    pub catches_up: bool,
    /// The keys of the rows of all its tables, in the plan's order.
    pub keys: &'a [RowKeys],
    /// The place of the table in the plan.
    pub place: usize,
    /// What the warehouse has of all tables, and what is asked for.
    pub all: &'a Mapping,
    /// What the warehouse has of it.
    pub mapping: &'a TableMapping,
    /// Where.
    pub rows: &'a ShopRows,
}

impl<'a> Subject<'a> {
    /// The table.
    pub fn table(&self) -> &'a TablePlan {
        &self.plan.tables[self.place]
    }

    /// The keys of its rows.
    pub fn row_keys(&self) -> &'a RowKeys {
        &self.keys[self.place]
    }

    /// Whether a row of the table of another shop may have one of its keys.
    pub fn shares_keys_with(&self, other: &Self) -> bool {
        !self.table().key_form.is_drawn() || self.plan.seed == other.plan.seed
    }

    /// Its clock.
    pub fn clock(&self) -> Clock<'a> {
        Clock { timeline: self.timeline, checkpoint: self.checkpoint, catches_up: self.catches_up }
    }
}
