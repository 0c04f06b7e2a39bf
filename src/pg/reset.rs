//! What a reset drops: the tables and types of a shop, and what shopsim remembers of it.
//!
//! Owns the list, which is read first and shown where a person is asked, and that no name in it reaches SQL but
//! quoted. Must not know who asked for it.

use tokio::time::{Instant, sleep};

use super::claim::{self, mark_of_types};
use super::connect::{Connection, Parameters, address};
use super::error::PgError;
use super::lock;
use super::session::{LOCK_AGAIN, LOCK_SILENCE, Sessions};
use super::sql;
use crate::plan::ShopPlan;
use crate::value::Timestamp;

/// A schema and a name in it.
pub type Name = (String, String);

/// What a reset of a shop drops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doomed {
    /// The tables of those that former runs made that are there.
    pub tables: Vec<Name>,
    /// Tables that are there under the names of the config's, and that no run has recorded.
    pub strange: Vec<Name>,
    /// The types that were made for the shop.
    pub types: Vec<Name>,
    /// Whether a run has begun there, and the last tick that it committed.
    pub checkpoint: Option<Option<u64>>,
}

impl Doomed {
    /// Whether there is nothing to drop.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Drops it, in the transaction that is open.
    pub(super) async fn drop_all(&self, connection: &Connection, plan: &ShopPlan) -> Result<(), PgError> {
        for (kind, names) in [("TABLE", &self.tables), ("TABLE", &self.strange), ("TYPE", &self.types)] {
            for (schema, name) in names {
                let name = sql::qualified(schema, name);
                let doing = format!("drop {name}");
                connection.batch(&doing, &format!("DROP {kind} IF EXISTS {name}")).await?;
            }
        }
        if self.checkpoint.is_some() {
            for state in ["pause", "checkpoint", "config"] {
                let forget = format!("DELETE FROM shopsim.{state} WHERE shop = $1");
                connection.execute("forget the former run", &forget, &[&plan.name]).await?;
            }
        }
        Ok(())
    }
}

/// Reads what a reset drops. Tables of former runs that the config does not name any more are part of it; their
/// schema was kept with them.
pub(super) async fn doomed(connection: &Connection, plan: &ShopPlan) -> Result<Doomed, PgError> {
    let mut doomed = Doomed::default();
    let mut made: Vec<Name> = Vec::new();
    if let Some(row) = claim::read_checkpoint(connection, plan).await? {
        doomed.checkpoint = Some(row.get::<_, Option<i64>>("last_tick").map(|tick| tick.max(0) as u64));
        for text in row.get::<_, Vec<String>>("tables") {
            let name = sql::parts(&text)
                .ok_or_else(|| PgError::NotAName { shop: plan.name.clone(), text: text.clone() })?;
            made.push(name);
        }
    }
    let of_config = plan.tables.iter().map(|table| (plan.schema.clone(), table.name.clone()));
    let names: Vec<Name> = made.iter().cloned().chain(of_config).collect();
    let recorded: Vec<String> = names.iter().map(|(schema, name)| sql::qualified(schema, name)).collect();
    claim::refuse_tables_of_others(connection, plan, &recorded).await?;
    let (schemas, tables): (Vec<String>, Vec<String>) = names.into_iter().unzip();
    let name_of = |row: &tokio_postgres::Row| (row.get(0), row.get(1));
    let found =
        connection.query("look for the shop's tables", sql::FIND_TABLES, &[&schemas, &tables]).await?;
    (doomed.tables, doomed.strange) = found.iter().map(name_of).partition(|name| made.contains(name));
    let mark = mark_of_types(plan);
    let found = connection.query("look at the shop's types", sql::READ_MADE_TYPES, &[&mark]).await?;
    doomed.types = found.iter().map(name_of).collect();
    Ok(doomed)
}

impl Sessions {
    /// Reads what a reset of the shop drops, for who is to be asked. Writes nothing, and fails where a simulator
    /// runs the shop.
    pub async fn look_for_reset(&self) -> Result<Doomed, PgError> {
        doomed(&self.connect_to_reset().await?, &self.claim.plan).await
    }

    /// Drops what a look has found, in one transaction, and nothing else.
    pub async fn reset(&self, doomed: &Doomed) -> Result<(), PgError> {
        let connection = self.connect_to_reset().await?;
        connection.batch("begin", "BEGIN").await?;
        doomed.drop_all(&connection, &self.claim.plan).await?;
        connection.batch("commit the reset", "COMMIT").await
    }

    /// Connects and takes the shop's lock, or says who holds it. The server may take a moment to notice that a
    /// session has ended: that of a run that was stopped just now, or of the look before.
    async fn connect_to_reset(&self) -> Result<Connection, PgError> {
        let plan = &self.claim.plan;
        let connection = Connection::open(&self.server, &plan.name, self.deadline, true).await?;
        let began = Instant::now();
        while lock::try_take(&connection, plan).await?.is_none() {
            if began.elapsed() >= LOCK_SILENCE {
                return Err(self.locked(&connection).await?);
            }
            sleep(LOCK_AGAIN).await;
        }
        Ok(connection)
    }

    /// Who holds the shop's lock, as an error.
    async fn locked(&self, connection: &Connection) -> Result<PgError, PgError> {
        let plan = &self.claim.plan;
        let parameters: Parameters<'_> = &[&lock::key_of_shop(plan), &0, &Timestamp(0)];
        let holder = connection.query(lock::TAKING_LOCK, lock::READ_HOLDER, parameters).await?.pop();
        let holder = holder.map_or_else(
            || format!("a session that has just ended, on {}", address(&self.server)),
            |row| row.get("holder"),
        );
        Ok(PgError::Locked { shop: plan.name.clone(), holder })
    }
}
