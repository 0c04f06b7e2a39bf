//! `--probe`: decoding is tried with a temporary slot.
//!
//! Owns the order of the steps. The slot belongs to the session and is gone with it, whatever happens; a message in the
//! log is all that is written.

use tokio_postgres::error::SqlState;

use super::checks::Asked;
use super::facts::{Facts, Probe};
use super::read::DEADLINE;
use crate::config::ConnectionParameters;
use crate::pg::{Connection, PgError};
use crate::quoting::{literal, quote};

/// The slot's name.
pub const SLOT: &str = "shopsim_doctor";

/// Tries it.
pub async fn probe(server: &ConnectionParameters, facts: &Facts, asked: &Asked) -> Probe {
    if facts.server.direct == Some(false) {
        return Probe::Failed(
            "not tried: through a pooler, the slot would stay behind in a session of the pooler's".to_owned(),
        );
    }
    match Connection::open(server, "doctor", DEADLINE, true).await {
        Ok(connection) => {
            let tried = attempt(&connection, facts, asked).await;
            // The session's end would do the same. A slot that was not made is no error in the server's log.
            let drop = format!(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
                 WHERE slot_name = '{SLOT}' AND active_pid = pg_backend_pid()"
            );
            let _ = connection.batch("drop the slot", &drop).await;
            match tried {
                Ok(probe) => probe,
                Err(error) => failed(&connection, &error).await,
            }
        }
        Err(error) => Probe::Failed(error.to_string()),
    }
}

/// What keeps a slot from being made, if it is another session: transactions that have written wait to be ended, and a
/// slot's name is taken while another doctor looks.
async fn failed(connection: &Connection, error: &PgError) -> Probe {
    let code = match error {
        PgError::Statement { source, .. } => source.code().map(SqlState::code),
        _ => None,
    };
    let (what, query) = match code {
        Some("57014") => (
            "open transactions that have written",
            "SELECT string_agg(format('pid %s (%s)', pid, usename), ', ' ORDER BY xact_start) FROM pg_stat_activity
             WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
                .to_owned(),
        ),
        Some("42710") => (
            "another session that has this slot",
            format!("SELECT 'pid ' || active_pid FROM pg_replication_slots WHERE slot_name = '{SLOT}'"),
        ),
        _ => return Probe::Failed(error.to_string()),
    };
    let row = connection.query("look what is in the way", &query, &[]).await;
    let names = row.ok().and_then(|rows| rows.first()?.try_get::<_, Option<String>>(0).ok()?);
    match names {
        Some(names) => Probe::Blocked(format!("{error}; it waits for {what}: {names}")),
        None => Probe::Blocked(format!("{error}; it waits for {what}, which the role does not see")),
    }
}

/// pgoutput tells messages from 14 on, and only with a publication that is there; without one, the slot is moved on, which
/// decodes without a plugin.
async fn attempt(connection: &Connection, facts: &Facts, asked: &Asked) -> Result<Probe, PgError> {
    // As where the facts are read, nothing that somebody has made in another schema is run.
    connection
        .batch("set a timeout", "SET search_path = pg_catalog, pg_temp; SET statement_timeout = '5s'")
        .await?;
    let make = format!("SELECT pg_create_logical_replication_slot('{SLOT}', 'pgoutput', true)");
    connection.batch("make a temporary slot", &make).await?;
    if facts.server.in_recovery {
        return Ok(Probe::Made);
    }
    let message = format!("SELECT pg_logical_emit_message(true, '{SLOT}', 'probe')");
    connection.batch("write a message to the log", &message).await?;
    let publication = super::checks::publication_name(facts, asked).filter(|_| facts.major() >= 14);
    let Some(publication) = publication else {
        let advance = format!("SELECT pg_replication_slot_advance('{SLOT}', pg_current_wal_flush_lsn())");
        connection.batch("move the slot on", &advance).await?;
        return Ok(Probe::Made);
    };
    let peek = format!(
        "SELECT count(*) FROM pg_logical_slot_peek_binary_changes('{SLOT}', pg_current_wal_flush_lsn(), NULL,
            'proto_version', '1', 'publication_names', {}, 'messages', 'true')",
        literal(&quote(&publication))
    );
    let messages: i64 = connection.query_one("read the slot", &peek, &[]).await?.get(0);
    Ok(Probe::Decoded { messages, publication })
}
