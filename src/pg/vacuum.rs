//! When a shop vacuums its own tables: where its ticks leave more dead rows before autovacuum looks again, by default
//! in a minute, than the table has live ones.
//!
//! Owns that decision, a function of the plan, the rows that were changed, and how long a vacuum took. What a
//! table holds does not depend on it.

use std::time::Duration;

use tokio::time::Instant;

use super::sql;
use crate::plan::{ShopPlan, TablePlan};
use crate::tick::Counts;

/// Dead rows that are let lie in any table.
const LEAST: u64 = 50_000;
/// A table of more live rows is autovacuum's: to vacuum it would take longer than a tick.
const SMALL: u64 = 100_000;
/// Of the time at most one part in so many is spent with it.
const PARTS: u32 = 20;

/// The dead rows of a shop's tables, as far as this session made them.
pub struct DeadRows {
    tables: Vec<Table>,
    rests_until: Option<Instant>,
}

struct Table {
    name: String,
    dead: u64,
    /// How many are let lie; `None`: any number.
    most: Option<u64>,
}

impl Table {
    fn new(name: String, live: Option<u64>) -> Self {
        let most = live.filter(|live| *live <= SMALL).map(|live| live.max(LEAST));
        Self { name, dead: 0, most }
    }
}

impl DeadRows {
    /// None yet.
    pub fn of(plan: &ShopPlan) -> Self {
        let name = |table: &TablePlan| sql::qualified(&plan.schema, &table.name);
        let table = |table: &TablePlan| Table::new(name(table), live_rows(plan, table));
        Self { tables: plan.tables.iter().map(table).collect(), rests_until: None }
    }

    /// A tick was committed: rows by table, in the plan's order.
    pub fn add(&mut self, counts: &[Counts]) {
        for (table, counts) in self.tables.iter_mut().zip(counts) {
            table.dead = table.dead.saturating_add(counts.deleted + counts.updated);
        }
    }

    /// The statement that takes them away, if it is time for it. A table that others hold is passed over.
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

    /// There is to be no vacuum any more: it took too long.
    pub fn leave_it(&mut self) {
        self.tables.iter_mut().for_each(|table| table.most = None);
    }

    /// It took so long until now.
    pub fn taken_away(&mut self, took: Duration, now: Instant) {
        self.rests_until = Some(now + took * PARTS);
    }
}

/// How many rows a table has in the long run; `None`: it grows without end.
fn live_rows(plan: &ShopPlan, table: &TablePlan) -> Option<u64> {
    let ticks = table.windows.delete_older_than?.div_euclid(plan.interval.max(1)).unsigned_abs() + 1;
    Some(ticks.saturating_mul(table.insert_rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deleted(rows: u64) -> Counts {
        Counts { deleted: rows, ..Counts::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn small_tables_are_vacuumed_when_they_hold_enough_dead_rows_and_in_a_twentieth_of_the_time() {
        let live = [("a", Some(4_000)), ("b", Some(80_000)), ("c", Some(1_000_000)), ("d", None)];
        let tables = live.map(|(name, live)| Table::new(name.to_owned(), live)).into();
        let mut dead = DeadRows { tables, rests_until: None };
        dead.add(&[49_999; 4].map(deleted));
        let now = Instant::now();
        assert_eq!(dead.due(now), None);
        dead.add(&[1; 4].map(deleted));
        assert_eq!(dead.due(now).as_deref(), Some("VACUUM (SKIP_LOCKED, TRUNCATE FALSE) a"));
        let took = Duration::from_millis(50);
        dead.taken_away(took, now);
        dead.add(&[5_000_000; 4].map(deleted));
        assert_eq!(dead.due(now + took * 19), None);
        assert_eq!(dead.due(now + took * 20).as_deref(), Some("VACUUM (SKIP_LOCKED, TRUNCATE FALSE) a, b"));
        assert_eq!(dead.due(now + took * 20), None);
    }
}
