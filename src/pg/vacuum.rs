//! When a shop vacuums its own tables: if its ticks leave more dead rows than the table has live ones before the next
//! run of autovacuum, by default within a minute.
//!
//! Owns that decision, a function of the plan, the rows that were changed, and how long a vacuum took. The contents of
//! tables do not depend on it.

use std::time::Duration;

use tokio::time::Instant;

use super::sql;
use crate::plan::{ShopPlan, TablePlan};
use crate::tick::Counts;

/// Up to this many dead rows, no table is vacuumed.
const LEAST: u64 = 50_000;
/// Tables with more live rows are left to autovacuum: vacuuming them would take longer than a tick.
const SMALL: u64 = 100_000;
/// At most one part in this many of the time is spent on vacuuming.
const TIME_SHARE: u32 = 20;

/// The dead rows of a shop's tables that this session has left.
pub struct DeadRows {
    tables: Vec<Table>,
    rests_until: Option<Instant>,
}

struct Table {
    name: String,
    dead: u64,
    /// The number at which it is vacuumed; `None`: never.
    most: Option<u64>,
}

impl Table {
    fn new(name: String, live: Option<u64>) -> Self {
        let most = live.filter(|live| *live <= SMALL).map(|live| live.max(LEAST));
        Self { name, dead: 0, most }
    }
}

impl DeadRows {
    /// No dead rows yet.
    pub fn of(plan: &ShopPlan) -> Self {
        let name = |table: &TablePlan| sql::qualified(&plan.schema, &table.name);
        let table = |table: &TablePlan| Table::new(name(table), live_rows(plan, table));
        Self { tables: plan.tables.iter().map(table).collect(), rests_until: None }
    }

    /// Adds those of a committed tick: rows by table, in the plan's order.
    pub fn add(&mut self, counts: &[Counts]) {
        for (table, counts) in self.tables.iter_mut().zip(counts) {
            table.dead = table.dead.saturating_add(counts.deleted + counts.updated);
        }
    }

    /// The statement that removes them, if one is due. It skips tables that others have locked.
    pub fn due(&mut self, now: Instant) -> Option<String> {
        if self.rests_until.is_some_and(|until| now < until) {
            return None;
        }
        let due = |table: &&mut Table| table.most.is_some_and(|most| table.dead >= most);
        let due: Vec<&str> = self
            .tables
            .iter_mut()
            .filter(due)
            .map(|table| {
                table.dead = 0;
                &*table.name
            })
            .collect();
        (!due.is_empty()).then(|| format!("VACUUM (SKIP_LOCKED, TRUNCATE FALSE) {}", due.join(", ")))
    }

    /// Disables vacuuming: it took too long.
    pub fn disable(&mut self) {
        self.tables.iter_mut().for_each(|table| table.most = None);
    }

    /// Records that a vacuum has ended now, and how long it took.
    pub fn vacuumed(&mut self, took: Duration, now: Instant) {
        self.rests_until = Some(now + took * TIME_SHARE);
    }
}

/// How many rows a table has in the long run; `None`: it grows without limit.
fn live_rows(plan: &ShopPlan, table: &TablePlan) -> Option<u64> {
    let ticks = table.windows.kept()?.div_euclid(plan.interval.max(1)).unsigned_abs() + 1;
    Some(ticks.saturating_mul(table.insert_rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deleted(rows: u64) -> Counts {
        Counts { deleted: rows, ..Counts::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn small_tables_are_vacuumed_when_they_hold_enough_dead_rows_and_for_at_most_a_twentieth_of_the_time()
     {
        let live = [("a", Some(4_000)), ("b", Some(80_000)), ("c", Some(1_000_000)), ("d", None)];
        let tables = live.map(|(name, live)| Table::new(name.to_owned(), live)).into();
        let mut dead = DeadRows { tables, rests_until: None };
        dead.add(&[49_999; 4].map(deleted));
        let now = Instant::now();
        assert_eq!(dead.due(now), None);
        dead.add(&[1; 4].map(deleted));
        assert_eq!(dead.due(now).as_deref(), Some("VACUUM (SKIP_LOCKED, TRUNCATE FALSE) a"));
        let took = Duration::from_millis(50);
        dead.vacuumed(took, now);
        dead.add(&[5_000_000; 4].map(deleted));
        assert_eq!(dead.due(now + took * 19), None);
        assert_eq!(dead.due(now + took * 20).as_deref(), Some("VACUUM (SKIP_LOCKED, TRUNCATE FALSE) a, b"));
        assert_eq!(dead.due(now + took * 20), None);
    }
}
