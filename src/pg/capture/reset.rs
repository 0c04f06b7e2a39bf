//! What a reset drops of change capture, and what it tells of that belongs to others.
//!
//! Owns that slots are dropped before tables: a reset that is cut off in between has left records by which the next one, or
//! the next run, goes on.

use tokio::time::{Instant, sleep};

use super::sql;
use crate::pg::connect::Connection;
use crate::pg::error::PgError;
use crate::pg::recorded;
use crate::pg::session::{LOCK_RETRY, REPORT_AFTER};
use crate::plan::ShopPlan;
use crate::quoting::quote;

/// What shopsim has made for a shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doomed {
    /// Publications.
    pub publications: Vec<String>,
    /// Slots of this database.
    pub slots: Vec<String>,
    /// The schemas of shopsim's own state that have the tables of change capture.
    states: Vec<String>,
}

/// What others have made, and a reset takes something from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Publications with the tables that they lose, schema and name each.
    pub publications: Vec<(String, Vec<(String, String)>)>,
    /// Slots with their plugins.
    pub slots: Vec<(String, String)>,
}

impl Told {
    /// A sentence for each of them.
    pub fn sentences(&self) -> Vec<String> {
        let publications = self.publications.iter().map(|(name, tables)| {
            let count = match tables.len() {
                1 => "1 table".to_owned(),
                count => format!("{count} tables"),
            };
            format!(
                "publication `{name}`, made by others, loses {count}: once the next run has made them, add them again with ALTER \
                 PUBLICATION {} ADD TABLE {}",
                quote(name),
                sql::list(tables)
            )
        });
        let slots = self.slots.iter().map(|(name, plugin)| {
            format!(
                "slot `{name}` ({plugin}), made by others, stays: its reader keeps the old rows, as dropped tables are not in the \
                 log"
            )
        });
        publications.chain(slots).collect()
    }
}

/// Reads both, for a reset that drops some tables. Fails if somebody reads one of the shop's slots.
pub async fn read(
    connection: &Connection,
    plan: &ShopPlan,
    tables: &[(String, String)],
    states: &[String],
) -> Result<(Doomed, Told), PgError> {
    let doing = "look at publications and slots";
    let mark = recorded::mark(plan);
    let made = connection.query(doing, sql::READ_MADE_PUBLICATIONS, &[&mark]).await?;
    let mut doomed =
        Doomed { publications: made.iter().map(|row| row.get(0)).collect(), ..Doomed::default() };
    let mut recorded: Vec<(String, String)> = Vec::new();
    for schema in states {
        if connection.query_one(doing, &sql::find_state(schema), &[&mark]).await?.get(0) {
            let rows = connection.query(doing, &sql::read_recorded(schema), &[]).await?;
            recorded.extend(rows.iter().map(|row| (row.get(0), row.get(1))));
            doomed.states.push(schema.clone());
        }
    }
    let mut told = Told::default();
    let began = Instant::now();
    loop {
        let mut reader = None;
        (doomed.slots, told.slots) = (Vec::new(), Vec::new());
        for row in connection.query(doing, sql::READ_LOGICAL_SLOTS, &[]).await? {
            let name: String = row.get(0);
            match recorded.iter().find(|(_, recorded)| *recorded == name) {
                Some((shop, _)) if *shop == plan.name => {
                    reader = reader.or(row.get::<_, Option<String>>(2).map(|reader| (name.clone(), reader)));
                    doomed.slots.push(name);
                }
                Some(_) => {}
                None => told.slots.push((name, row.get(1))),
            }
        }
        match reader {
            None => break,
            // The server may not have noticed yet that it has gone.
            Some(_) if began.elapsed() < REPORT_AFTER => sleep(LOCK_RETRY).await,
            Some((slot, reader)) => return Err(PgError::SlotRead { slot, reader }),
        }
    }
    let (schemas, names): (Vec<&str>, Vec<&str>) =
        tables.iter().map(|(schema, name)| (schema.as_str(), name.as_str())).unzip();
    for row in connection.query(doing, sql::READ_LOSING, &[&schemas, &names, &mark]).await? {
        let (publication, table): (String, _) = (row.get(0), (row.get(1), row.get(2)));
        match told.publications.last_mut() {
            Some((last, tables)) if *last == publication => tables.push(table),
            _ => told.publications.push((publication, vec![table])),
        }
    }
    Ok((doomed, told))
}

impl Doomed {
    /// Whether there is nothing to drop.
    pub fn is_empty(&self) -> bool {
        self.publications.is_empty() && self.slots.is_empty()
    }

    /// Drops the slots, outside of a transaction, and before the tables.
    pub async fn drop_slots(&self, connection: &Connection) -> Result<(), PgError> {
        for name in &self.slots {
            connection.query(&format!("drop the slot {name}"), sql::DROP_SLOT, &[name]).await?;
        }
        Ok(())
    }

    /// Drops the publications and forgets the slots, in the open transaction.
    pub async fn drop_rest(&self, connection: &Connection, plan: &ShopPlan) -> Result<(), PgError> {
        for name in &self.publications {
            let doing = format!("drop the publication {name}");
            connection.batch(&doing, &format!("DROP PUBLICATION IF EXISTS {}", quote(name))).await?;
        }
        for schema in &self.states {
            for forget in sql::forget_shop(schema) {
                connection.execute("forget publications and slots", &forget, &[&plan.name]).await?;
            }
        }
        Ok(())
    }
}
