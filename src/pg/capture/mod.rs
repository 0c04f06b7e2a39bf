//! Change capture: publications, replication slots and heartbeats of shops, for clients of logical replication.
//!
//! Owns what of it is made, kept and dropped. Nothing that shopsim has not made is changed: its publications bear a mark,
//! its slots are recorded. No row of a shop's tables depends on it.

mod check;
mod objects;
mod reset;
mod slots;
mod sql;
mod wanted;
mod watch;

use super::connect::Connection;
use super::error::PgError;
use super::lock;

pub use check::Found;
pub use reset::{Doomed, Told, read as read_doomed};
pub use wanted::Wanted;
pub use watch::{Tending, Watched};

/// Looks whether what is asked for can be made, and writes nothing.
pub async fn inspect(connection: &Connection, wanted: Wanted<'_>) -> Result<Found, PgError> {
    let found = check::read(connection, wanted).await?;
    check::check(connection, wanted, &found)?;
    Ok(found)
}

/// Brings the objects that belong to a transaction to the config, in the open one.
pub async fn settle(
    connection: &Connection,
    wanted: Wanted<'_>,
    found: &Found,
    address: &str,
) -> Result<(), PgError> {
    if objects::needs_state(wanted.capture) && !found.has_state {
        lock::until_commit(connection, "shopsim state", address).await?;
        connection
            .batch("create the tables of change capture", &sql::create_state(&wanted.plan.state_schema))
            .await?;
    }
    objects::settle(connection, wanted, found).await
}

/// Brings a shop whose tables exist to the config, and makes its slots.
pub async fn resume(
    connection: &Connection,
    wanted: Wanted<'_>,
    address: &str,
    last_tick: Option<u64>,
    is_first: bool,
) -> Result<(), PgError> {
    let found = inspect(connection, wanted).await?;
    let is_idle = wanted.capture.is_off() && found.publications.is_empty() && found.recorded.is_empty();
    if is_idle {
        return Ok(());
    }
    connection.batch("begin", "BEGIN").await?;
    settle(connection, wanted, &found, address).await?;
    connection.batch("commit what [cdc] has made", "COMMIT").await?;
    slots::make(connection, wanted, &found, last_tick, is_first).await
}
