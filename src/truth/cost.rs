//! How much must be drawn to read some rows by their keys.
//!
//! Owns the estimate, so that whoever may not take long can know before. Must not know how the rows are read.

use std::collections::BTreeMap;

use crate::clock::Timeline;
use crate::plan::{ShopPlan, count_ids};

/// Ticks with updates of the rows that are read at a time: beyond these, memory is bounded by drawing again.
const MOST_TICKS: u64 = 2_000;

/// About the values that [`TableRows::seek`](super::TableRows::seek) draws for rows with these keys, ascending, as of
/// tick `until`. Counting stops once they are more than `most`; `u64::MAX` if the same would be drawn repeatedly.
pub fn draws(plan: &ShopPlan, timeline: &Timeline, place: usize, keys: &[i64], until: u64, most: u64) -> u64 {
    let table = &plan.tables[place];
    let cohorts = table.cohorts(timeline);
    let (columns, tables) = (table.columns.len() as u64 + 1, plan.tables.len() as u64);
    let mut last_of: BTreeMap<u64, i64> = BTreeMap::new();
    for key in keys {
        cohorts.tick_of(*key).map(|cohort| last_of.insert(cohort, *key));
    }
    // Values follow each other within a cohort.
    let inserted =
        last_of.iter().map(|(cohort, key)| count_ids(&(cohorts.first(*cohort)..key.saturating_add(1))));
    let mut draws = inserted.fold(0, u64::saturating_add).saturating_mul(columns);
    let (Some(first), Some(last)) = (last_of.keys().next(), keys.last()) else { return draws };
    for (number, tick) in (0..).zip(first.saturating_add(1)..=until) {
        let window = cohorts.ids(table.windows.updatable(timeline, tick));
        if draws > most || window.start > *last {
            break;
        }
        if number >= MOST_TICKS {
            return u64::MAX;
        }
        let there = count_ids(&window);
        let chosen = table.updates_per_tick().min(there);
        // The rows of a tick are chosen at once, and their values follow each other by their keys.
        let below = count_ids(&(window.start..window.end.min(last.saturating_add(1))));
        let updated = u128::from(chosen) * u128::from(below) / u128::from(there.max(1));
        let updated = u64::try_from(updated).unwrap_or(u64::MAX).saturating_mul(columns);
        draws = draws.saturating_add(updated).saturating_add(chosen).saturating_add(tables);
    }
    draws
}
