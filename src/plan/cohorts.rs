//! Which rows of a table each tick inserts: ids from ticks, and ticks from ids.
//!
//! Owns the count of rows. A *cohort* is the rows that one tick inserts; their ids follow those of the cohort before,
//! 1, 2, 3 … over the whole run. Everything that counts rows or converts ticks to ids uses it. Must not know which
//! rows still exist.

use std::ops::Range;

use super::TablePlan;
use crate::clock::Timeline;

/// The cohorts of one table on one timeline.
///
/// They are flat: each tick inserts the same number of rows, whatever its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cohorts {
    rows: u64,
}

impl Cohorts {
    /// Cohorts of this many rows each, on any timeline.
    pub(super) fn flat(rows: u64, _: &Timeline) -> Self {
        Self { rows }
    }

    /// Rows that all ticks before this one insert.
    pub fn before(&self, tick: u64) -> u64 {
        tick.saturating_mul(self.rows)
    }

    /// The first id of a tick's cohort, whether it has rows or not.
    pub fn first(&self, tick: u64) -> i64 {
        i64::try_from(self.before(tick)).unwrap_or(i64::MAX - 1).saturating_add(1)
    }

    /// The ids of the cohorts of a range of ticks.
    pub fn ids(&self, ticks: Range<u64>) -> Range<i64> {
        self.first(ticks.start)..self.first(ticks.end)
    }

    /// The first id that a later tick assigns to a row of the table, or, where none does, the first id that is never
    /// assigned.
    pub fn next_id(&self, table: &TablePlan, last_tick: u64) -> i64 {
        if self.rows == 0 { table.reserved_from() } else { self.first(last_tick.saturating_add(1)) }
    }

    /// How many rows a tick inserts.
    pub fn count(&self, tick: u64) -> u64 {
        self.before(tick.saturating_add(1)) - self.before(tick)
    }

    /// The tick whose cohort has this id; `None` if no tick ever inserts it.
    pub fn tick_of(&self, id: i64) -> Option<u64> {
        u64::try_from(id).ok()?.checked_sub(1)?.checked_div(self.rows)
    }
}

/// The number of ids of a range; none if it ends before it begins.
pub fn count_ids(ids: &Range<i64>) -> u64 {
    ids.end.saturating_sub(ids.start).max(0).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Timestamp;
    use proptest::prelude::*;

    fn cohorts(rows: u64) -> Cohorts {
        Cohorts::flat(rows, &Timeline::new(Timestamp(0), 1, &[]))
    }

    #[test]
    fn ids_begin_with_1_and_end_with_their_type() {
        assert_eq!(cohorts(10).ids(0..2), 1..21);
        assert_eq!(cohorts(0).ids(0..5), 1..1);
        assert_eq!(cohorts(10).ids(0..u64::MAX).end, i64::MAX);
        assert_eq!(
            [0, -3, 1, 10, 11].map(|id| cohorts(10).tick_of(id)),
            [None, None, Some(0), Some(0), Some(1)]
        );
        assert_eq!(cohorts(0).tick_of(1), None);
    }

    proptest! {
        #[test]
        fn each_id_of_a_cohort_is_its_ticks_and_cohorts_follow_each_other(rows in 1u64..1_000, tick in 0u64..1 << 40) {
            let cohorts = cohorts(rows);
            let ids = cohorts.ids(tick..tick + 1);
            prop_assert_eq!((ids.end - ids.start).unsigned_abs(), cohorts.count(tick));
            prop_assert_eq!([ids.start, ids.end - 1].map(|id| cohorts.tick_of(id)), [Some(tick); 2]);
            prop_assert_eq!(ids.end, cohorts.first(tick + 1));
        }
    }
}
