//! Rows not created by shopsim with ids that a later tick will assign: the shop would fail there, maybe days later.
//!
//! Owns when and how they are searched for; nothing depends on the result. They are reported by `supervise`.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::connect::Connection;
use super::{parameters, sql};
use crate::config::KeyForm;
use crate::plan::{RowKeys, ShopPlan, TablePlan, count_ids};

/// How often they are searched for.
const PERIOD: Duration = Duration::from_secs(60);
/// Tables that are checked by one statement.
const AT_A_TIME: usize = 100;
/// The next keys of a table that are looked for, where keys have no order.
const KEYS_AHEAD: i64 = 4_096;

/// A row with an id that a later tick assigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdConflict {
    /// The index of its table in the plan.
    pub table: usize,
    /// The lowest such id.
    pub id: i64,
}

/// The time of the last check.
#[derive(Default)]
pub struct CheckTimer(Option<Instant>);

impl CheckTimer {
    /// Whether a check is due; if so, it is taken as done.
    pub fn is_due(&mut self, now: Instant) -> bool {
        let due = self.0.is_none_or(|last| now.duration_since(last) >= PERIOD);
        if due {
            self.0 = Some(now);
        }
        due
    }
}

/// The first conflict of each table, given the first id of each that a later tick assigns. A failed query counts as no
/// conflict: the next tick reports what is wrong.
pub async fn find(
    connection: &Connection,
    plan: &ShopPlan,
    keys: &[RowKeys],
    next_ids: &[i64],
) -> Vec<IdConflict> {
    const DOING: &str = "check for id conflicts";
    let mut found = Vec::new();
    let numbers = (0..).zip(&plan.tables[..]).filter(|(_, table)| table.key_form.is_number());
    let numbers: Vec<(usize, &TablePlan)> = numbers.collect();
    for tables in numbers.chunks(AT_A_TIME) {
        let parameters: Vec<&(dyn ToSql + Sync)> =
            tables.iter().map(|(place, _)| &next_ids[*place] as &(dyn ToSql + Sync)).collect();
        let statement = sql::find_id_conflicts(&plan.schema, tables);
        let rows = connection.query(DOING, &statement, &parameters).await;
        found.extend(rows.unwrap_or_default().iter().map(|row| {
            let table = usize::try_from(row.get::<_, i32>(0)).unwrap_or(0);
            IdConflict { table, id: row.get(1) }
        }));
    }
    // Nobody meets a UUID that shopsim will draw.
    let texts = (0..).zip(&plan.tables[..]);
    let texts = texts.filter(|(_, table)| matches!(table.key_form, KeyForm::Template(_)));
    for (place, table) in texts {
        let first = next_ids[place];
        let end = first.saturating_add(KEYS_AHEAD).min(table.reserved_from());
        let count = usize::try_from(count_ids(&(first..end))).unwrap_or(0);
        let ahead = parameters::keys(table, &keys[place], first..end, count);
        let statement = sql::find_first_listed(&plan.schema, table);
        let rows = connection.query(DOING, &statement, &[&ahead]).await.unwrap_or_default();
        let id = |row: &Row| first + row.get::<_, i64>(0) - 1;
        found.extend(rows.iter().map(|row| IdConflict { table: place, id: id(row) }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_check_is_due_immediately_and_then_once_a_minute() {
        let began = Instant::now();
        let mut timer = CheckTimer::default();
        let due = [0, 1, 59, 60, 61, 120].map(|second| timer.is_due(began + Duration::from_secs(second)));
        assert_eq!(due, [true, false, false, true, false, true]);
    }
}
