//! Reads shopsim's own tables: a shop's checkpoint, and which tables and types belong to which shop.
//!
//! Must not know what follows from it.

use tokio_postgres::Row;

use super::connect::Connection;
use super::error::PgError;
use super::sql;
use crate::plan::ShopPlan;

/// Whether one of shopsim's own tables exists.
async fn exists(connection: &Connection, doing: &str, table: &str) -> Result<bool, PgError> {
    let there = "SELECT pg_catalog.to_regclass($1) IS NOT NULL";
    Ok(connection.query_one(doing, there, &[&table]).await?.get(0))
}

/// The shop's checkpoint and the settings that created it; `None` if no run was ever started there.
pub async fn read_checkpoint(connection: &Connection, plan: &ShopPlan) -> Result<Option<Row>, PgError> {
    let doing = "read the checkpoint";
    if !exists(connection, doing, "shopsim.checkpoint").await? {
        return Ok(None);
    }
    Ok(connection.query(doing, sql::READ_CHECKPOINT, &[&plan.name]).await?.pop())
}

/// Refuses tables that are recorded as another shop's, whether they exist or not: a shop never writes or drops the tables
/// of another one.
pub async fn refuse_tables_of_others(
    connection: &Connection,
    plan: &ShopPlan,
    tables: &[String],
) -> Result<(), PgError> {
    let doing = "look up the owners of the tables";
    if !exists(connection, doing, "shopsim.config").await? {
        return Ok(());
    }
    match connection.query(doing, sql::FIND_OTHER_OWNER, &[&plan.name, &tables]).await?.pop() {
        None => Ok(()),
        Some(row) => {
            Err(PgError::OfAnotherShop { shop: plan.name.clone(), other: row.get(0), table: row.get(1) })
        }
    }
}

/// The names of a plan's tables as they are recorded.
pub fn recorded_tables(plan: &ShopPlan) -> Vec<String> {
    plan.tables.iter().map(|table| sql::qualified(&plan.schema, &table.name)).collect()
}

/// The comment that marks the types and publications of a shop.
pub fn mark(plan: &ShopPlan) -> String {
    format!("made by shopsim for shop {}", plan.name)
}
