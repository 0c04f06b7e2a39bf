//! Rows that somebody else has inserted with ids that a later tick will assign: the shop would end there, maybe days
//! later.
//!
//! Owns when it is looked for them, and that nothing depends on it. How they are told is `supervise`'s.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::types::ToSql;

use super::connect::Connection;
use super::sql;
use crate::plan::ShopPlan;

/// How often it is looked for them.
const PERIOD: Duration = Duration::from_secs(60);
/// Tables that are looked at by one statement.
const AT_A_TIME: usize = 100;

/// A row with an id that a later tick assigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdConflict {
    /// The place of its table in the plan.
    pub table: usize,
    /// The least of such ids.
    pub id: i64,
}

/// When it was looked last.
#[derive(Default)]
pub struct Looks(Option<Instant>);

impl Looks {
    /// Whether it is time to look, which is taken as done.
    pub fn are_due(&mut self, now: Instant) -> bool {
        let due = self.0.is_none_or(|last| now.duration_since(last) >= PERIOD);
        if due {
            self.0 = Some(now);
        }
        due
    }
}

/// The first such row of each table, by the first id of each that a later tick assigns. Where it cannot be found out, there is none: the next tick tells
/// what is wrong.
pub async fn look(connection: &Connection, plan: &ShopPlan, next_ids: &[i64]) -> Vec<IdConflict> {
    let mut found = Vec::new();
    let tables = plan.tables.chunks(AT_A_TIME).zip(next_ids.chunks(AT_A_TIME));
    for (chunk, (tables, next_ids)) in tables.enumerate() {
        let parameters: Vec<&(dyn ToSql + Sync)> =
            next_ids.iter().map(|id| id as &(dyn ToSql + Sync)).collect();
        let statement = sql::find_id_conflicts(&plan.schema, tables);
        let rows = connection.query("look for rows in the way", &statement, &parameters).await;
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
    fn it_is_looked_at_once_and_then_once_a_minute() {
        let began = Instant::now();
        let mut looks = Looks::default();
        let due = [0, 1, 59, 60, 61, 120].map(|second| looks.are_due(began + Duration::from_secs(second)));
        assert_eq!(due, [true, false, false, true, false, true]);
    }
}
