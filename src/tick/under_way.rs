//! The steady state of a shop: what its ticks do once its windows have filled.
//!
//! Owns the counting. Must not know how it is reported.

use std::ops::Range;

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
    /// Of tables whose rows have a life, the rows in each state; otherwise empty.
    pub states: Vec<Vec<u64>>,
}

/// By how much the counts are multiplied where they are means.
const SCALE: u64 = 1_000;

impl UnderWay {
    /// Counts a shop whose first tick is at `start` and whose run has `ticks` ticks.
    pub fn of(plan: &ShopPlan, start: Timestamp, ticks: Option<u64>) -> Self {
        let timeline = Timeline::new(start, plan.interval, &[]);
        // `created_at` is truncated to seconds: the contents of a window repeat when ticks fall on the same part of a
        // second.
        let period = SECOND.unsigned_abs() / gcd(plan.interval.unsigned_abs(), SECOND.unsigned_abs());
        let lives = plan.tables.iter().filter_map(|table| table.changes.as_deref());
        let longest = lives.map(|changes| changes.reach(plan.interval.unsigned_abs())).max();
        let filled = plan.reach().max(longest.unwrap_or(0));
        let scale = if longest.is_some() { SCALE } else { 1 };
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
        let ticks = (end - counted.start) * scale;
        let mut under_way = Self {
            ticks,
            counts: counts.into_iter().map(|counts| counts.times(scale)).collect(),
            rows: plan.tables.iter().map(rows).collect(),
            states: vec![Vec::new(); plan.tables.len()],
        };
        for (place, table) in plan.tables.iter().enumerate() {
            under_way.replace_by_means(place, table, &timeline, end);
        }
        under_way
    }

    /// Replaces the counts of a table whose rows have a life by means: they differ from tick to tick.
    fn replace_by_means(&mut self, place: usize, table: &TablePlan, timeline: &Timeline, end: u64) {
        let (Some(changes), Some(last)) = (&table.changes, end.checked_sub(1)) else { return };
        let alive = table.windows.alive(timeline, last);
        let updatable = table.windows.updatable(timeline, last);
        let (kept, window) = (alive.end - alive.start, updatable.end - updatable.start);
        let Some(census) = changes.census(kept, window) else { return };
        // Each fate is that of as many rows.
        let of_rows = |count: u64, rows: u64| {
            let rows = u128::from(count) * u128::from(rows) / u128::from(census.rows.max(1));
            u64::try_from(rows).unwrap_or(u64::MAX)
        };
        let inserted = self.ticks.saturating_mul(table.insert_rows);
        let chosen = table.updates_per_tick().min(window.saturating_mul(table.insert_rows));
        // Of the rows in the window those that may be updated.
        let random = of_rows(census.updatable, chosen.saturating_mul(self.ticks)) / window.max(1);
        // Rows that are too old are deleted, or deleted softly and purged later.
        let left: u64 = census.left.iter().sum();
        let left_by = |ticks: Range<u64>| if ticks.is_empty() { 0 } else { left };
        let softly = left_by(table.windows.soft_deleted(timeline, last));
        let deleted = census.deletes + left_by(table.windows.deleted(timeline, last));
        let existing = table.windows.existing(timeline, last);
        let waiting = (existing.end - existing.start).saturating_sub(kept);
        let stays = census.stays.iter().zip(&census.left).map(|(stays, left)| stays + left * waiting);
        let stays: Vec<u64> = stays.collect();
        self.counts[place] = Counts {
            inserted,
            updated: of_rows(census.updates + softly, inserted).saturating_add(random),
            deleted: of_rows(deleted, inserted),
        };
        self.states[place] = stays.iter().map(|stays| of_rows(*stays, table.insert_rows)).collect();
        self.rows[place] = of_rows(stays.iter().sum(), table.insert_rows);
    }
}

/// The greatest common divisor.
fn gcd(one: u64, other: u64) -> u64 {
    if other == 0 { one.max(1) } else { gcd(other, one % other) }
}
