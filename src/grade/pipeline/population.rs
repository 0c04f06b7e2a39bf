//! The rows of a table after a tick, counted: what a load reads besides the row in question.
//!
//! Owns the highest `created_at` and the n-th key. Computed from ticks, without a pass over the rows.

use crate::clock::Timeline;
use crate::grade::Load;
use crate::plan::TablePlan;

/// The rows of a table after a tick.
pub trait Population {
    /// The highest `created_at` of the rows that are there after a tick; `None` if none are.
    fn newest(&self, tick: i64) -> Option<i64>;

    /// The key of the n-th row that is there after a tick, from 1 on; of the last one if there are fewer. `None` if none are.
    fn nth_key(&self, tick: i64, nth: u64) -> Option<i64>;

    /// The number of rows that are there after a tick.
    fn count(&self, tick: i64) -> u64;
}

/// A population by the plan of its table.
///
/// Rows that a source of changes deletes or inserts singly are counted as if they came and went with their cohort.
#[derive(Clone, Copy)]
pub struct Planned<'a> {
    /// The plan of the table.
    pub table: &'a TablePlan,
    /// The times of the shop's ticks.
    pub timeline: &'a Timeline,
}

impl Planned<'_> {
    /// The keys that are there after a tick, those of rows that are deleted softly included.
    fn keys(&self, tick: i64) -> std::ops::Range<i64> {
        let Ok(tick) = u64::try_from(tick) else { return 1..1 };
        self.table.cohorts(self.timeline).ids(self.table.windows.existing(self.timeline, tick))
    }
}

impl Population for Planned<'_> {
    fn newest(&self, tick: i64) -> Option<i64> {
        let keys = self.keys(tick);
        let last = (!keys.is_empty()).then_some(keys.end - 1)?;
        let cohort = self.table.cohorts(self.timeline).tick_of(last)?;
        Some(self.timeline.created_at(cohort).0)
    }

    fn nth_key(&self, tick: i64, nth: u64) -> Option<i64> {
        let keys = self.keys(tick);
        let last = (!keys.is_empty()).then_some(keys.end - 1)?;
        Some(keys.start.saturating_add_unsigned(nth.saturating_sub(1)).min(last))
    }

    fn count(&self, tick: i64) -> u64 {
        crate::plan::count_ids(&self.keys(tick))
    }
}

/// For each of a table's loads the highest `created_at` that loads of other shops had read by the time
/// of its next load: what a watermark that is shared by shops would hold besides this shop's.
pub fn newest_of_others(loads: &[Load], others: &[(&[Load], &dyn Population)]) -> Vec<Option<i64>> {
    let by = |moment: i64| {
        let of_shop = |(loads, population): &(&[Load], &dyn Population)| {
            let last = loads.iter().rev().find(|load| load.stamp <= moment)?;
            population.newest(last.lo)
        };
        others.iter().filter_map(of_shop).max()
    };
    // What the watermark holds when the next load reads it.
    let next = loads.iter().skip(1).map(|load| load.stamp).chain([i64::MAX]);
    next.map(by).collect()
}
