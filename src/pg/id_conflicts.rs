//! Rows not created by shopsim with ids that a later tick will assign: the shop would fail there, maybe days later.
//!
//! Owns when and how they are searched for; nothing depends on the result. They are reported by `supervise`.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::types::ToSql;

use super::connect::Connection;
use super::sql;
use crate::plan::ShopPlan;

/// How often they are searched for.
const PERIOD: Duration = Duration::from_secs(60);
/// Tables that are checked by one statement.
const AT_A_TIME: usize = 100;

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
pub async fn find(connection: &Connection, plan: &ShopPlan, next_ids: &[i64]) -> Vec<IdConflict> {
    let mut found = Vec::new();
    let tables = plan.tables.chunks(AT_A_TIME).zip(next_ids.chunks(AT_A_TIME));
    for (chunk, (tables, next_ids)) in tables.enumerate() {
        let parameters: Vec<&(dyn ToSql + Sync)> =
            next_ids.iter().map(|id| id as &(dyn ToSql + Sync)).collect();
        let statement = sql::find_id_conflicts(&plan.schema, tables);
        let rows = connection.query("check for id conflicts", &statement, &parameters).await;
        found.extend(rows.unwrap_or_default().iter().map(|row| {
            let place = usize::try_from(row.get::<_, i32>(0)).unwrap_or(0);
            IdConflict { table: chunk * AT_A_TIME + place, id: row.get(1) }
        }));
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
