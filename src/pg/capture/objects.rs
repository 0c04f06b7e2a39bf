//! The transactional part of change capture: publication, replica identities, and the table of the heartbeat.
//!
//! Owns what they must be like. Brings them to the config in the open transaction; changes only what differs, and drops only
//! what bears the shop's mark. Slots are in `slots`.

use tracing::info;

use super::check::Found;
use super::sql;
use super::wanted::Wanted;
use crate::config::ReplicaIdentity;
use crate::pg::connect::Connection;
use crate::pg::error::PgError;
use crate::pg::recorded;
use crate::pg::sql::{qualified, quote};
use crate::plan::{Capture, ShopPlan};

/// Whether the tables of change capture are needed.
pub fn needs_state(capture: &Capture) -> bool {
    capture.heartbeat.is_some() || !capture.slots.is_empty()
}

/// Brings all of it to the config, in the open transaction.
pub async fn settle(connection: &Connection, wanted: Wanted<'_>, found: &Found) -> Result<(), PgError> {
    identities(connection, wanted).await?;
    publications(connection, wanted, found).await
}

/// The tables of the publication: exactly the shop's, and that of the heartbeat.
fn published(plan: &ShopPlan, capture: &Capture) -> Vec<(String, String)> {
    let own = plan.tables.iter().map(|table| (plan.schema.clone(), table.name.clone()));
    let heartbeat = capture.heartbeat.map(|_| (plan.state_schema.clone(), sql::HEARTBEAT.to_owned()));
    own.chain(heartbeat).collect()
}

async fn publications(connection: &Connection, wanted: Wanted<'_>, found: &Found) -> Result<(), PgError> {
    let (plan, capture) = (wanted.plan, wanted.capture);
    let shop = plan.name.as_str();
    let wanted = capture.publication.as_deref();
    let others =
        found.publications.iter().filter(|(name, is_ours, _)| *is_ours && Some(name.as_str()) != wanted);
    for (name, ..) in others {
        let doing = format!("drop the publication {name}");
        connection.batch(&doing, &format!("DROP PUBLICATION {}", quote(name))).await?;
        info!(shop, "publication {name} dropped: the config does not name it any more");
    }
    let Some(name) = wanted else { return Ok(()) };
    let tables = published(plan, capture);
    let Some((.., fits)) = found.publications.iter().find(|(found, ..)| found == name) else {
        let create = sql::create_publication(name, &tables, capture.via_root, &recorded::mark(plan));
        connection.batch(&format!("create the publication {name}"), &create).await?;
        info!(shop, "publication {name} created, with {} tables", tables.len());
        return Ok(());
    };
    let doing = format!("look at the publication {name}");
    let rows = connection.query(&doing, sql::READ_PUBLISHED, &[&name]).await?;
    let mut there: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let mut expected = tables.clone();
    there.sort();
    expected.sort();
    let is_whole = !rows.iter().any(|row| row.get(2));
    if *fits && is_whole && there == expected {
        return Ok(());
    }
    let alter = sql::alter_publication(name, &tables, capture.via_root);
    connection.batch(&format!("bring the publication {name} to the config"), &alter).await?;
    info!(shop, "publication {name} changed to what the config says");
    Ok(())
}

/// Sets the replica identities that differ from the config.
async fn identities(connection: &Connection, wanted: Wanted<'_>) -> Result<(), PgError> {
    let (plan, identities) = (wanted.plan, &wanted.capture.identities);
    if identities.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = identities.iter().map(|(name, _)| name.as_str()).collect();
    let doing = "look at the replica identities";
    for row in connection.query(doing, sql::READ_IDENTITIES, &[&plan.schema, &names]).await? {
        let (table, there, index): (String, String, Option<String>) = (row.get(0), row.get(1), row.get(2));
        let Some((_, wanted)) = identities.iter().find(|(name, _)| *name == table) else { continue };
        let (identity, is_so) = match (wanted, &index) {
            (ReplicaIdentity::Full, _) => ("FULL".to_owned(), there == "f"),
            (ReplicaIdentity::Index, Some(index)) => {
                (format!("USING INDEX {}", quote(index)), there == "i" && row.get(3))
            }
            // A table without a primary key is refused.
            (ReplicaIdentity::Default | ReplicaIdentity::Index, _) => ("DEFAULT".to_owned(), there == "d"),
        };
        if !is_so {
            let name = qualified(&plan.schema, &table);
            let doing = format!("set the replica identity of {table}");
            connection.batch(&doing, &format!("ALTER TABLE {name} REPLICA IDENTITY {identity}")).await?;
        }
    }
    Ok(())
}
