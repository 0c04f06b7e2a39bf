//! The steady state of a shop: what its ticks do once its windows have filled.
//!
//! Owns the counting. Must not know how it is reported.

use super::{Counts, Tick};
use crate::clock::Timeline;
use crate::plan::{ShopPlan, TablePlan, count_ids};
use crate::value::{SECOND, Timestamp};

/// What a shop's ticks do once its windows have filled, or at the end of a run that ends before that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// The number of ticks after which the counts repeat.
    pub ticks: u64,
    /// The rows that these ticks change, by table in the plan's order.
    pub counts: Vec<Counts>,
    /// The rows that exist then.
    pub rows: Vec<u64>,
}

impl UnderWay {
    /// Counts a shop whose first tick is at `start` and whose run has `ticks` ticks.
    pub fn of(plan: &ShopPlan, start: Timestamp, ticks: Option<u64>) -> Self {
        let timeline = Timeline::new(start, plan.interval, &[]);
        // `created_at` is truncated to seconds: the contents of a window repeat when ticks fall on the same part of a
        // second.
        let period = SECOND.unsigned_abs() / gcd(plan.interval.unsigned_abs(), SECOND.unsigned_abs());
        let filled = plan.reach();
        let end = ticks.unwrap_or(u64::MAX).min(filled.saturating_add(period));
        let counted = end.saturating_sub(period)..end;
        let mut counts = vec![Counts::default(); plan.tables.len()];
        for tick in counted.clone() {
            let tick = Tick::new(plan, &timeline, tick);
            for (sum, table) in counts.iter_mut().zip(&tick.tables) {
                *sum = [*sum, table.counts()].into_iter().sum();
            }
        }
        let rows = |table: &TablePlan| {
            let Some(last) = end.checked_sub(1) else { return 0 };
            count_ids(&table.cohorts(&timeline).ids(table.windows.existing(&timeline, last)))
        };
        Self { ticks: end - counted.start, counts, rows: plan.tables.iter().map(rows).collect() }
    }
}

/// The greatest common divisor.
fn gcd(one: u64, other: u64) -> u64 {
    if other == 0 { one.max(1) } else { gcd(other, one % other) }
}
