//! What a reset drops: the tables, types, publications and slots of a shop, and shopsim's records about it.
//!
//! Owns the list, which is read first and can be shown for confirmation. Every name in it is quoted in SQL. Must not know
//! who requested the reset.

use super::capture;
use super::connect::Connection;
use super::error::PgError;
use super::recorded;
use super::sql;
use super::state;
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
    /// The schemas with records of the shop.
    states: Vec<String>,
    /// Publications and slots that were made for the shop.
    pub capture: capture::Doomed,
    /// What publications lose that others have made, and slots that stay.
    pub told: capture::Told,
}

impl ResetPlan {
    /// Whether there is nothing to drop.
    pub fn is_empty(&self) -> bool {
        let Self { tables, strange, types, checkpoint, states: _, capture, told: _ } = self;
        let names = [tables, strange, types];
        names.iter().all(|names| names.is_empty()) && checkpoint.is_none() && capture.is_empty()
    }

    /// Drops it, in the open transaction, after the slots.
    pub(super) async fn drop_all(&self, connection: &Connection, plan: &ShopPlan) -> Result<(), PgError> {
        // At once: foreign keys among them do not matter then.
        let tables: Vec<&Name> = self.tables.iter().chain(&self.strange).collect();
        for (kind, names) in [("TABLE", tables), ("TYPE", self.types.iter().collect())] {
            let names: Vec<String> =
                names.iter().map(|(schema, name)| sql::qualified(schema, name)).collect();
            if !names.is_empty() {
                let names = names.join(", ");
                connection.batch(&format!("drop {names}"), &format!("DROP {kind} IF EXISTS {names}")).await?;
            }
        }
        self.capture.drop_rest(connection, plan).await?;
        for schema in &self.states {
            for forget in state::FORGET.map(|statement| state::within(schema, statement)) {
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
    let states = recorded::states(connection, plan).await?;
    for schema in &states {
        let Some(row) = recorded::checkpoint_in(connection, plan, schema).await? else { continue };
        reset.checkpoint = reset.checkpoint.or(Some(recorded::last_tick(&row)));
        reset.states.push(schema.clone());
        for text in row.get::<_, Vec<String>>("tables") {
            let name = sql::parts(&text).ok_or_else(|| PgError::NotAName {
                shop: plan.name.clone(),
                state: schema.clone(),
                text: text.clone(),
            })?;
            created.push(name);
        }
    }
    let of_config = plan.tables.iter().map(|table| (plan.schema.clone(), table.name.clone()));
    let names: Vec<Name> = created.iter().cloned().chain(of_config).collect();
    let recorded: Vec<String> = names.iter().map(|(schema, name)| sql::qualified(schema, name)).collect();
    recorded::refuse_tables_of_others(connection, plan, &states, &recorded).await?;
    let (schemas, tables): (Vec<String>, Vec<String>) = names.into_iter().unzip();
    let name_of = |row: &tokio_postgres::Row| (row.get(0), row.get(1));
    let found =
        connection.query("look for the shop's tables", sql::FIND_TABLES, &[&schemas, &tables]).await?;
    (reset.tables, reset.strange) = found.iter().map(name_of).partition(|name| created.contains(name));
    let mark = recorded::mark(plan);
    let found = connection.query("look at the shop's types", sql::READ_MADE_TYPES, &[&mark]).await?;
    reset.types = found.iter().map(name_of).collect();
    let tables = [&reset.tables[..], &reset.strange].concat();
    (reset.capture, reset.told) = capture::read_doomed(connection, plan, &tables, &states).await?;
    Ok(reset)
}
