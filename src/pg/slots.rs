//! The replication slots of a server, and how far their readers are behind.
//!
//! Owns the query, which works on every supported version and for every role: what it may not see is unknown. Takes no
//! lock and writes nothing. Must not know how slots are shown.

use std::time::Duration;

use tokio::time::timeout;

use super::connect::{self, Connection};
use super::error::PgError;
use crate::config::ConnectionParameters;

/// As many slots as are read at most; a server has few.
const MOST_SLOTS: i64 = 100;

/// Slots of this database, and physical ones, which belong to none. `wal_status` has been there since PostgreSQL 13; on a
/// standby there is no current position.
const READ_SLOTS: &str = "
SELECT s.slot_name::pg_catalog.text, s.plugin::pg_catalog.text, s.slot_type, s.active,
    coalesce(r.application_name, a.application_name),
    pg_catalog.pg_wal_lsn_diff(w.now, coalesce(s.confirmed_flush_lsn, r.flush_lsn))::pg_catalog.int8,
    pg_catalog.pg_wal_lsn_diff(w.now, s.restart_lsn)::pg_catalog.int8,
    pg_catalog.to_jsonb(s) OPERATOR(pg_catalog.->>) 'wal_status'
FROM pg_catalog.pg_replication_slots s
CROSS JOIN (
    SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
        ELSE pg_catalog.pg_current_wal_lsn() END AS now
) w
LEFT JOIN pg_catalog.pg_stat_replication r ON r.pid = s.active_pid
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = s.active_pid
WHERE s.database IS NULL OR s.database = pg_catalog.current_database()
ORDER BY s.slot_name
LIMIT $1";

/// A replication slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name.
    pub name: String,
    /// Its output plugin; `None`: it is physical.
    pub plugin: Option<String>,
    /// `logical` or `physical`.
    pub kind: String,
    /// Whether somebody reads from it.
    pub active: bool,
    /// The application name of the reader.
    pub reader: Option<String>,
    /// Bytes of WAL that the reader has not confirmed.
    pub behind: Option<i64>,
    /// Bytes of WAL that the server keeps for it.
    pub held: Option<i64>,
    /// `reserved`, `extended`, `unreserved` or `lost`.
    pub status: Option<String>,
}

/// Reads the slots by a connection of its own, named `shopsim/<name>`; no longer than a deadline altogether.
pub async fn slots(
    server: &ConnectionParameters,
    name: &str,
    deadline: Duration,
) -> Result<Vec<Slot>, PgError> {
    let read = async { read(&Connection::open(server, name, deadline, false).await?).await };
    let unreachable = |_| PgError::Unreachable { address: connect::address(server), after: deadline };
    timeout(deadline, read).await.map_err(unreachable)?
}

/// Reads the slots.
pub(super) async fn read(connection: &Connection) -> Result<Vec<Slot>, PgError> {
    let rows = connection.query("read the replication slots", READ_SLOTS, &[&MOST_SLOTS]).await?;
    let slot = |row: &tokio_postgres::Row| Slot {
        name: row.get(0),
        plugin: row.get(1),
        kind: row.get(2),
        active: row.get(3),
        reader: row.get::<_, Option<String>>(4).filter(|name| !name.is_empty()),
        behind: row.get(5),
        held: row.get(6),
        status: row.get(7),
    };
    Ok(rows.iter().map(slot).collect())
}
