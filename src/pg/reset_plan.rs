//! What a reset drops: the tables, types, publications and slots of a shop, and shopsim's records about it.
//!
//! Owns the list, which is read first and can be shown for confirmation. Every name in it is quoted in SQL. Must not know
//! who requested the reset.

use super::capture;
use super::connect::Connection;
use super::error::PgError;
use super::recorded;
use super::sql;
use crate::plan::ShopPlan;

/// A schema and a name in it.
pub type Name = (String, String);

/// What a reset of a shop drops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResetPlan {
    /// The existing tables that earlier runs created.
    pub tables: Vec<Name>,
    /// Existing tables with names of the config's that no run has created.
    pub strange: Vec<Name>,
    /// The types that were created for the shop.
    pub types: Vec<Name>,
    /// Whether a run was started there, and its last committed tick.
    pub checkpoint: Option<Option<u64>>,
    /// Publications and slots that were made for the shop.
    pub capture: capture::Doomed,
    /// What publications lose that others have made, and slots that stay.
    pub told: capture::Told,
}

impl ResetPlan {
    /// Whether there is nothing to drop.
    pub fn is_empty(&self) -> bool {
        let Self { tables, strange, types, checkpoint, capture, told: _ } = self;
        let names = [tables, strange, types];
        names.iter().all(|names| names.is_empty()) && checkpoint.is_none() && capture.is_empty()
    }

    /// Drops it, in the open transaction, after the slots.
    pub(super) async fn drop_all(&self, connection: &Connection, plan: &ShopPlan) -> Result<(), PgError> {
        for (kind, names) in [("TABLE", &self.tables), ("TABLE", &self.strange), ("TYPE", &self.types)] {
            for (schema, name) in names {
                let name = sql::qualified(schema, name);
                let doing = format!("drop {name}");
                connection.batch(&doing, &format!("DROP {kind} IF EXISTS {name}")).await?;
            }
        }
        self.capture.drop_rest(connection, plan).await?;
        if self.checkpoint.is_some() {
            for state in ["pause", "checkpoint", "config"] {
                let forget = format!("DELETE FROM shopsim.{state} WHERE shop = $1");
                connection.execute("delete the records of the earlier run", &forget, &[&plan.name]).await?;
            }
        }
        Ok(())
    }
}

/// Reads what a reset drops. That includes tables of earlier runs that the config does not name any more; they were
/// recorded with their schema.
pub(super) async fn read(connection: &Connection, plan: &ShopPlan) -> Result<ResetPlan, PgError> {
    let mut reset = ResetPlan::default();
    let mut created: Vec<Name> = Vec::new();
    if let Some(row) = recorded::read_checkpoint(connection, plan).await? {
        reset.checkpoint =
            Some(row.get::<_, Option<i64>>("last_tick").map(|tick| tick.max(0).unsigned_abs()));
        for text in row.get::<_, Vec<String>>("tables") {
            let name = sql::parts(&text)
                .ok_or_else(|| PgError::NotAName { shop: plan.name.clone(), text: text.clone() })?;
            created.push(name);
        }
    }
    let of_config = plan.tables.iter().map(|table| (plan.schema.clone(), table.name.clone()));
    let names: Vec<Name> = created.iter().cloned().chain(of_config).collect();
    let recorded: Vec<String> = names.iter().map(|(schema, name)| sql::qualified(schema, name)).collect();
    recorded::refuse_tables_of_others(connection, plan, &recorded).await?;
    let (schemas, tables): (Vec<String>, Vec<String>) = names.into_iter().unzip();
    let name_of = |row: &tokio_postgres::Row| (row.get(0), row.get(1));
    let found =
        connection.query("look for the shop's tables", sql::FIND_TABLES, &[&schemas, &tables]).await?;
    (reset.tables, reset.strange) = found.iter().map(name_of).partition(|name| created.contains(name));
    let mark = recorded::mark(plan);
    let found = connection.query("look at the shop's types", sql::READ_MADE_TYPES, &[&mark]).await?;
    reset.types = found.iter().map(name_of).collect();
    let tables = [&reset.tables[..], &reset.strange].concat();
    (reset.capture, reset.told) = capture::read_doomed(connection, plan, &tables).await?;
    Ok(reset)
}
