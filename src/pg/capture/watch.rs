//! What a shop does between two ticks for readers of the log: it beats, and looks how far they are behind.
//!
//! Owns when. Both take place on the shop's own connection while it waits, in transactions of their own. What becomes of the
//! figures is not decided here.

use std::time::Duration;

use tokio::time::Instant;
use tracing::warn;

use super::sql;
use crate::pg::connect::Connection;
use crate::pg::error::PgError;
use crate::pg::lock;
use crate::pg::slots::{self, Slot};
use crate::plan::{Capture, ShopPlan};

/// How often slots are read where there are any.
const OFTEN: Duration = Duration::from_secs(10);
/// How often a shop without `[cdc]` looks whether there are any.
const SELDOM: Duration = Duration::from_mins(1);
/// The longest wait for a lock on the heartbeat's row.
const MOST_WAIT: Duration = Duration::from_secs(1);

/// The slots of a shop's database, and what else holds the log back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// The slots.
    pub slots: Vec<Slot>,
    /// How long the oldest snapshot of another session has been held.
    pub oldest_snapshot: Option<Duration>,
}

/// What is due next.
#[derive(Debug)]
pub struct Tending {
    shop: String,
    state_schema: String,
    beats_every: Option<Duration>,
    beats_at: Instant,
    looks_at: Instant,
    has_capture: bool,
    /// The failure that was reported last.
    reported: Option<String>,
}

impl Tending {
    /// That of a shop that has just been opened.
    pub fn of(plan: &ShopPlan, capture: &Capture) -> Self {
        let (now, has_capture) = (Instant::now(), !capture.is_off());
        // Many shops of a server do not look at the same time.
        let share = u32::from_be_bytes([0, 0, 0, lock::key_of_shop(plan).to_be_bytes()[0]]);
        let looks_at = if has_capture { now } else { now + SELDOM * (share + 1) / 256 };
        let beats_every = capture.heartbeat;
        let (shop, state_schema) = (plan.name.clone(), plan.state_schema.clone());
        Self { shop, state_schema, beats_every, beats_at: now, looks_at, has_capture, reported: None }
    }

    /// When something is due.
    pub fn due(&self) -> Instant {
        match self.beats_every {
            Some(_) => self.beats_at.min(self.looks_at),
            None => self.looks_at,
        }
    }

    /// Does what is due, where `spare` is the time until the next tick. Returns what it has seen, if it has looked. An error
    /// means that the connection is lost: what the server refuses is reported once, and goes on.
    pub async fn tend(
        &mut self,
        connection: &Connection,
        spare: Duration,
    ) -> Result<Option<Watched>, PgError> {
        let now = Instant::now();
        if let Some(every) = self.beats_every.filter(|_| self.beats_at <= now) {
            let wait = (spare / 2).clamp(Duration::from_millis(1), MOST_WAIT).as_millis();
            let beaten = connection
                .batch("write the heartbeat", &sql::beat(&self.state_schema, &self.shop, wait))
                .await;
            // Not when it was due: one that has waited for a lock must not be followed by another at once.
            self.beats_at = Instant::now() + every;
            self.unless_refused(beaten)?;
        }
        if self.looks_at > now {
            return Ok(None);
        }
        self.looks_at = now + OFTEN;
        let watched = look(connection).await;
        let watched = self.unless_refused(watched)?;
        if !self.has_capture && watched.as_ref().is_none_or(|watched| watched.slots.is_empty()) {
            self.looks_at = now + SELDOM;
            return Ok(watched.map(|_| Watched::default()));
        }
        Ok(watched)
    }

    /// The result, or nothing if the server has refused it and is there.
    fn unless_refused<T>(&mut self, result: Result<T, PgError>) -> Result<Option<T>, PgError> {
        match result {
            Ok(done) => Ok(Some(done)),
            Err(PgError::Statement { doing, source }) if source.code().is_some_and(is_refusal) => {
                let text = PgError::Statement { doing, source }.to_string();
                if self.reported.as_ref() != Some(&text) {
                    warn!(shop = self.shop, "{text}");
                    self.reported = Some(text);
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether the session goes on after an error: not if it was ended.
fn is_refusal(code: &tokio_postgres::error::SqlState) -> bool {
    !code.code().starts_with("57P") && !code.code().starts_with("08")
}

async fn look(connection: &Connection) -> Result<Watched, PgError> {
    let slots = slots::read(connection).await?;
    let doing = "look for old snapshots";
    let age: Option<f64> = connection.query_one(doing, sql::READ_OLDEST_SNAPSHOT, &[]).await?.get(0);
    let oldest_snapshot = age.and_then(|age| Duration::try_from_secs_f64(age.max(0.0)).ok());
    Ok(Watched { slots, oldest_snapshot })
}
