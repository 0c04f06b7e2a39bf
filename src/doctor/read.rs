//! Reads the facts of a server: a few queries in one read-only transaction.
//!
//! Owns the connection and what becomes of a query that fails: its facts are unknown. Decides nothing.

use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::time::sleep;

use super::checks::Asked;
use super::facts::{Activity, Facts, Server};
use super::queries;
use crate::config::ConnectionParameters;
use crate::pg::{PgError, Snapshot};
use crate::value::{SECOND, Timestamp};

/// The longest wait for a connection, and for each answer.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// In the transaction, before any query. Operators and functions that somebody has made in another schema must not be
/// run: the session may be a superuser's. A lock of another session is not waited for until the deadline.
const SETTINGS: &str = "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL lock_timeout = '2s'";

/// The time over which the growth of the log is measured, in seconds.
const MEASURED: f64 = 1.0;

/// Connects, with a setting that only a server gets, and no pooler.
async fn open(server: &ConnectionParameters) -> Result<Snapshot, PgError> {
    const MARK: &str = "-c shopsim.doctor=on";
    let options = server.options.as_ref().map_or(MARK.to_owned(), |own| format!("{own} {MARK}"));
    let marked = ConnectionParameters { options: Some(options), ..server.clone() };
    match Snapshot::open(&marked, "doctor", DEADLINE).await {
        // PgBouncer refuses it.
        Err(error) if error.is_about_parameters() => Snapshot::open(server, "doctor", DEADLINE).await,
        opened => opened,
    }
}

/// Reads all facts; `wall` is the clock here.
///
/// # Errors
/// If the server cannot be reached, or does not answer in time.
pub async fn read(
    server: &ConnectionParameters,
    asked: &Asked,
    wall: impl Fn() -> Timestamp,
) -> Result<Facts, PgError> {
    let reader = Reader { snapshot: open(server).await? };
    reader.snapshot.texts("look at the server", SETTINGS).await?;
    let facts = reader.facts(asked, wall).await;
    // The server's log tells of a client that leaves a transaction open. A server that is silent would be silent again.
    if !matches!(facts, Err(PgError::Deadline { .. })) {
        // The facts are there, whatever becomes of this.
        let _ = reader.snapshot.texts("end the transaction", "ROLLBACK").await;
    }
    facts
}

/// JSON texts; `None` if one of them is not as expected.
fn parsed<T: DeserializeOwned>(rows: &[Vec<Option<String>>]) -> Option<Vec<T>> {
    let one = |row: &Vec<Option<String>>| serde_json::from_str(row.first()?.as_deref()?).ok();
    rows.iter().map(one).collect()
}

struct Reader {
    snapshot: Snapshot,
}

impl Reader {
    /// All facts but what a probe tells.
    async fn facts(&self, asked: &Asked, wall: impl Fn() -> Timestamp) -> Result<Facts, PgError> {
        let before = self.log_end().await?;
        let here = wall();
        let doing = "look at the server";
        let row = self.snapshot.texts(doing, &queries::server(asked)).await?;
        let server: Server = parsed(&row).into_iter().flatten().next().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a difference of seconds")]
        let clock_skew = Some(server.now - here.0 as f64 / SECOND as f64);

        let mut activity: Activity = self.one(queries::ACTIVITY).await?.unwrap_or_default();
        activity.transactions = self.all(queries::TRANSACTIONS).await?.unwrap_or_default();
        activity.prepared = self.all(queries::PREPARED).await?;
        if server.version >= 140_000 {
            activity.spilled = self.one(queries::SPILLED).await?;
        }
        // What the role may not read is not asked for: the refusal would be an error in the server's log.
        let rules = match server.sees_rules {
            Some(true) => self.all(queries::RULES).await?,
            _ => None,
        };
        let tables = self.all(&queries::tables(asked)).await?;
        let facts = Facts {
            server,
            settings: self.all(&queries::settings()).await?.unwrap_or_default(),
            role_settings: self.all(&queries::role_settings(asked)).await?.unwrap_or_default(),
            role: self.one(&queries::role_facts(asked)).await?,
            tables_seen: tables.is_some(),
            tables: tables.unwrap_or_default(),
            publications: self.all(queries::PUBLICATIONS).await?,
            published: self.all(&queries::published(asked)).await?,
            slots: self.all(&queries::slots()).await?,
            activity,
            rules,
            heartbeats: self.all(&queries::heartbeats(asked)).await?.unwrap_or_default(),
            log_rate: self.log_rate(before).await?,
            clock_skew,
            probe: None,
        };
        Ok(facts)
    }

    /// The rows of a query; `None` if the server refuses it: an older version does not have something, or the role may not
    /// see it. The transaction goes on, and the locks that the query took are released.
    async fn rows(&self, sql: &str) -> Result<Option<Vec<Vec<Option<String>>>>, PgError> {
        let doing = "look at the server";
        let sql = format!("SAVEPOINT doctor; {sql}; ROLLBACK TO doctor");
        match self.snapshot.texts(doing, &sql).await {
            Ok(rows) => Ok(Some(rows)),
            Err(error @ PgError::Statement { .. }) => {
                // Of a connection that is gone, the first error tells more.
                match self.snapshot.texts(doing, "ROLLBACK TO doctor").await {
                    Ok(_) => Ok(None),
                    Err(_) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn all<T: DeserializeOwned>(&self, sql: &str) -> Result<Option<Vec<T>>, PgError> {
        Ok(self.rows(sql).await?.and_then(|rows| parsed(&rows)))
    }

    async fn one<T: DeserializeOwned>(&self, sql: &str) -> Result<Option<T>, PgError> {
        Ok(self.all(sql).await?.into_iter().flatten().next())
    }

    /// The end of the log in bytes, and the server's time in seconds.
    async fn log_end(&self) -> Result<Option<(f64, f64)>, PgError> {
        let rows = self.rows(&queries::log_end()).await?;
        let number = |text: Option<&Option<String>>| text?.as_deref()?.parse().ok();
        Ok(rows.and_then(|rows| {
            let row = rows.first()?;
            Some((number(row.first())?, number(row.get(1))?))
        }))
    }

    /// Bytes of log per second since then.
    async fn log_rate(&self, before: Option<(f64, f64)>) -> Result<Option<f64>, PgError> {
        let Some((from, began)) = before else { return Ok(None) };
        let Some((_, now)) = self.log_end().await? else { return Ok(None) };
        sleep(Duration::from_secs_f64((MEASURED - (now - began)).clamp(0.0, MEASURED))).await;
        let Some((to, ended)) = self.log_end().await? else { return Ok(None) };
        Ok((ended > began).then(|| (to - from) / (ended - began)))
    }
}
