//! Reads shopsim's own tables: a shop's checkpoint, and which tables and types belong to which shop.
//!
//! Must not know what follows from it.

use tokio_postgres::Row;

use super::connect::Connection;
use super::error::PgError;
use super::sql;
use super::state;
use crate::plan::ShopPlan;

/// The shop's checkpoint and the settings that created it; `None` if no run was ever started there.
pub async fn read_checkpoint(connection: &Connection, plan: &ShopPlan) -> Result<Option<Row>, PgError> {
    let there = "SELECT pg_catalog.to_regclass($1) IS NOT NULL";
    let checkpoint = sql::qualified(&plan.state_schema, "checkpoint");
    match connection.query_one(READ_CHECKPOINT, there, &[&checkpoint]).await?.get(0) {
        true => checkpoint_in(connection, plan, &plan.state_schema).await,
        false => Ok(None),
    }
}

const READ_CHECKPOINT: &str = "read the checkpoint";

/// The same in a schema of [`states`].
pub async fn checkpoint_in(
    connection: &Connection,
    plan: &ShopPlan,
    schema: &str,
) -> Result<Option<Row>, PgError> {
    let statement = state::within(schema, state::READ_CHECKPOINT);
    Ok(connection.query(READ_CHECKPOINT, &statement, &[&plan.name]).await?.pop())
}

/// The last committed tick of a checkpoint.
pub fn last_tick(checkpoint: &Row) -> Option<u64> {
    checkpoint.get::<_, Option<i64>>("last_tick").map(|tick| tick.max(0).unsigned_abs())
}

/// The schemas of the database that hold a state of shopsim's, the plan's own first: runs with another `state_schema`
/// have made the others.
pub async fn states(connection: &Connection, plan: &ShopPlan) -> Result<Vec<String>, PgError> {
    let doing = "look for shopsim's own tables";
    let found = connection.query(doing, state::FIND_ALL, &[&plan.state_schema]).await?;
    Ok(found.iter().map(|row| row.get(0)).collect())
}

/// Refuses tables that are recorded as another shop's, whether they exist or not: a shop never writes or drops the tables
/// of another one.
pub async fn refuse_tables_of_others(
    connection: &Connection,
    plan: &ShopPlan,
    states: &[String],
    tables: &[String],
) -> Result<(), PgError> {
    let doing = "look up the owners of the tables";
    for schema in states {
        let statement = state::within(schema, state::FIND_OTHER_OWNER);
        if let Some(row) = connection.query(doing, &statement, &[&plan.name, &tables]).await?.pop() {
            return Err(PgError::OfAnotherShop {
                shop: plan.name.clone(),
                other: row.get(0),
                table: row.get(1),
            });
        }
    }
    Ok(())
}

/// The names of a plan's tables as they are recorded.
pub fn recorded_tables(plan: &ShopPlan) -> Vec<String> {
    plan.tables.iter().map(|table| sql::qualified(&plan.schema, &table.name)).collect()
}

/// The comment that marks the types and publications of a shop.
pub fn mark(plan: &ShopPlan) -> String {
    format!("made by shopsim for shop {}", plan.name)
}
