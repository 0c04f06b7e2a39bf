//! The shop's replication slots: recorded, then made.
//!
//! A slot is not part of a transaction, and cannot be made by one that has written. So the intention is recorded first, durably:
//! whatever happens in between, the next start finds the record and makes the slot, and a reset drops it.
//!
//! Owns that order. What must not be touched is in `check`.

use std::time::Duration;

use tokio_postgres::error::SqlState;
use tracing::{info, warn};

use super::check::{self, Found};
use super::sql;
use super::wanted::Wanted;
use crate::config::LogicalSlot;
use crate::pg::connect::Connection;
use crate::pg::error::PgError;
use crate::plan::Capture;
use crate::quoting::literal;

/// Makes those that are missing. `last_tick`: that of the shop. `is_first`: whether this run has not opened the shop before.
pub async fn make(
    connection: &Connection,
    wanted: Wanted<'_>,
    found: &Found,
    last_tick: Option<u64>,
    is_first: bool,
) -> Result<(), PgError> {
    let (shop, capture) = (wanted.plan.name.as_str(), wanted.capture);
    for slot in &capture.slots {
        if found.here(&slot.name).is_some() {
            continue;
        }
        let was_recorded = found.recorded(shop, &slot.name).is_some();
        make_one(connection, wanted, slot, was_recorded).await?;
        let LogicalSlot { name, plugin } = slot;
        match last_tick {
            None => info!(shop, "slot {name} ({plugin}) made: changes from tick 0 on"),
            Some(tick) if was_recorded => warn!(
                shop,
                "slot {name} ({plugin}) was gone and is made anew: it has changes after tick {tick} only, and its reader must \
                 start with a new snapshot"
            ),
            Some(tick) => warn!(
                shop,
                "slot {name} ({plugin}) made: it has changes after tick {tick} only, earlier rows need a snapshot"
            ),
        }
    }
    forget_others(connection, wanted, found, is_first).await?;
    let keeps = found.server.as_ref().and_then(|server| server.keeps.as_deref());
    if is_first && !capture.slots.is_empty() && keeps == Some("-1") {
        warn!(
            shop,
            "max_slot_wal_keep_size is -1: a slot that nobody reads keeps the log until the disk is full; bound it: ALTER SYSTEM \
             SET max_slot_wal_keep_size = '10GB'; SELECT pg_reload_conf()"
        );
    }
    Ok(())
}

/// Slots that the config does not name any more stay, as they may have a reader.
async fn forget_others(
    connection: &Connection,
    wanted: Wanted<'_>,
    found: &Found,
    is_first: bool,
) -> Result<(), PgError> {
    let (shop, capture) = (wanted.plan.name.as_str(), wanted.capture);
    for [of, name, _] in &found.recorded {
        if of != shop || is_wanted(capture, name) {
            continue;
        }
        if found.here(name).is_none() {
            connection
                .execute("forget a slot", &sql::forget_slot(&wanted.plan.state_schema), &[&shop, name])
                .await?;
        } else if is_first {
            warn!(
                shop,
                "the config does not name the slot {name} any more, and it keeps the log until `shopsim reset`, or: SELECT \
                 pg_drop_replication_slot({})",
                literal(name)
            );
        }
    }
    Ok(())
}

fn is_wanted(capture: &Capture, name: &str) -> bool {
    capture.slots.iter().any(|slot| slot.name == *name)
}

async fn make_one(
    connection: &Connection,
    wanted: Wanted<'_>,
    LogicalSlot { name, plugin }: &LogicalSlot,
    was_recorded: bool,
) -> Result<(), PgError> {
    let shop = wanted.plan.name.as_str();
    if !was_recorded {
        connection
            .batch(
                &format!("record the slot {name}"),
                &sql::record_slot(&wanted.plan.state_schema, shop, name, plugin),
            )
            .await?;
    }
    // Shorter than the client's deadline, so that the server says why.
    let patience = connection.deadline * 3 / 4;
    let doing = format!("make the slot {name}");
    connection.batch(&doing, &timeout(patience)).await?;
    let made = connection.execute(&doing, sql::CREATE_SLOT, &[name, plugin]).await;
    let code = match &made {
        Err(PgError::Statement { source, .. }) => source.code().cloned(),
        _ => None,
    };
    match made {
        Ok(_) => connection.batch(&doing, &timeout(Duration::ZERO)).await,
        // A query was cancelled by the timeout, or waited too long for the lock of a transaction.
        Err(_) if matches!(code, Some(SqlState::QUERY_CANCELED | SqlState::LOCK_NOT_AVAILABLE)) => {
            let holders = connection.query_one("look what a slot waits for", sql::READ_WRITERS, &[]).await?;
            Err(PgError::SlotWaits {
                slot: name.clone(),
                after: patience,
                writers: holders
                    .get::<_, Option<String>>(0)
                    .unwrap_or_else(|| "which have ended now".to_owned()),
            })
        }
        Err(error) => {
            // Somebody else has made it meanwhile, or it cannot be made: it is not ours.
            if !was_recorded && code.is_some() {
                connection
                    .execute("forget a slot", &sql::forget_slot(&wanted.plan.state_schema), &[&shop, name])
                    .await?;
            }
            if code == Some(SqlState::DUPLICATE_OBJECT) {
                let found = check::read(connection, wanted).await?;
                check::check(connection, wanted, &found)?;
            }
            Err(error)
        }
    }
}

fn timeout(after: Duration) -> String {
    format!("SET statement_timeout = {}", after.as_millis())
}
