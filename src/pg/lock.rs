//! The lock of a shop, an advisory lock that one session holds until it ends.
//!
//! Owns how it is taken, and how its holder is found; and the locks that several shops hold for a moment. Detects poolers that give each transaction to another session:
//! behind one, no session can hold a lock.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_postgres::SimpleQueryMessage;

use super::connect::Connection;
use super::error::PgError;
use crate::config::ConnectionParameters;
use crate::plan::ShopPlan;
use crate::value::Timestamp;

/// How often a lock that another shop holds briefly is retried.
const RETRY: Duration = Duration::from_millis(10);

/// What is being done, for messages.
pub const TAKING_LOCK: &str = "take the shop's lock";

/// A backend, by its process id and a time at which it was there.
pub type Backend = (i32, Timestamp);

/// Takes an advisory lock if it is free. Returns whether it was, whether a pooler is between, the backend's process id,
/// and the time. PgBouncer and PgCat rename prepared statements if they pool transactions.
const TAKE_LOCK: &str = "
SELECT CASE WHEN NOT pooled THEN pg_catalog.pg_try_advisory_lock($1) ELSE false END, pooled,
       pg_catalog.pg_backend_pid(), pg_catalog.statement_timestamp()
FROM (SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE name OPERATOR(pg_catalog.~) '^(PGBOUNCER|PGCAT)_'))
    AS v(pooled)";

/// A description of the holder of an advisory lock (`$1`), and whether it is the backend that took it before: it has this
/// process id (`$2`), and was started before this time (`$3`), because process ids are reused.
pub const READ_HOLDER: &str = "
SELECT coalesce(a.pid = $2 AND a.backend_start <= $3, false) AS is_former,
       pg_catalog.format(
           'backend %s of %s from %s since %s', a.pid,
           CASE WHEN a.application_name IS NULL THEN 'another role'
                ELSE pg_catalog.concat('`', a.application_name, '`') END,
           coalesce(pg_catalog.host(a.client_addr), 'a local socket'),
           coalesce(a.backend_start::text, 'an unknown time'))
           AS holder
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = pg_catalog.current_database())
  AND l.classid::bigint = ($1::bigint >> 32) & 4294967295 AND l.objid::bigint = $1::bigint & 4294967295";

/// The key of a shop's lock: derived from its name alone, like its checkpoint, whatever the schema of its tables.
pub fn key_of_shop(plan: &ShopPlan) -> i64 {
    lock_key(&format!("shopsim/{}", plan.name))
}

/// Takes the shop's lock if it is free; returns the backend that then holds it.
pub async fn try_take(connection: &Connection, plan: &ShopPlan) -> Result<Option<Backend>, PgError> {
    let row = connection.query_one(TAKING_LOCK, TAKE_LOCK, &[&key_of_shop(plan)]).await?;
    if row.get(1) {
        return Err(PgError::Pooled { address: connection.address.clone() });
    }
    Ok(row.get::<_, bool>(0).then(|| (row.get(2), row.get(3))))
}

/// Takes the lock of a name until the transaction ends. Many shops start at the same time: each holds the lock briefly,
/// and the others retry without counting that as a failure.
pub async fn until_commit(connection: &Connection, name: &str, address: &str) -> Result<(), PgError> {
    let lock = "SELECT pg_catalog.pg_try_advisory_xact_lock($1)";
    let began = Instant::now();
    while !connection
        .query_one("wait for other simulators", lock, &[&lock_key(name)])
        .await?
        .get::<_, bool>(0)
    {
        if began.elapsed() >= connection.deadline {
            return Err(PgError::Crowded { address: address.to_owned() });
        }
        sleep(RETRY).await;
    }
    Ok(())
}

/// Refuses a pooler that leads two connections to one backend, or one connection to two.
pub async fn refuse_pooler(
    connection: &Connection,
    server: &ConnectionParameters,
    shop: &str,
) -> Result<(), PgError> {
    let shared = match Connection::open(server, shop, connection.deadline, false).await {
        Ok(other) => share_backends(connection, &other).await,
        Err(error) => Err(error),
    };
    match shared {
        Ok(true) => Err(PgError::Pooled { address: connection.address.clone() }),
        Err(error) if error.is_of_pooler() => Err(error),
        // The second connection may exceed a limit of the server.
        Ok(false) | Err(_) => connection.batch(LOOKING, "ROLLBACK").await,
    }
}

const LOOKING: &str = "look for a pooler";

/// Whether two connections are served by the same backends. A pooler assigns a transaction the backend that was released
/// last, or the one that has been idle longest: both are tested.
async fn share_backends(one: &Connection, other: &Connection) -> Result<bool, PgError> {
    if backend(one, "").await? == backend(other, "").await? {
        return Ok(true);
    }
    let held = (backend(other, "BEGIN;").await?, backend(one, "BEGIN;").await?);
    for (first, last) in [(other, one), (one, other)] {
        first.batch(LOOKING, "COMMIT").await?;
        last.batch(LOOKING, "COMMIT").await?;
        if held != (backend(other, "BEGIN;").await?, backend(one, "BEGIN;").await?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The process id of the backend that serves a connection, after running a statement.
async fn backend(connection: &Connection, first: &str) -> Result<Option<String>, PgError> {
    let sql = format!("{first} SELECT pg_catalog.pg_backend_pid()");
    let answer = connection.within(LOOKING, connection.client.simple_query(&sql)).await?;
    Ok(answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }))
}

/// The key of a name's lock: 64 bits of its SHA-256.
pub fn lock_key(name: &str) -> i64 {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(name);
    i64::from_be_bytes([
        digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7],
    ])
}
