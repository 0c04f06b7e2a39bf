//! A shop's database as a run would find it, for commands that only read it.
//!
//! The rules are in `claim`. Writes nothing and takes no lock.

use super::claim::{self, Finding};
use super::connect::Connection;
use super::error::PgError;
use super::lock;
use super::session::Sessions;
use crate::clock::{Checkpoint, Timeline};

/// What a run would find.
#[derive(Debug)]
pub enum Look {
    /// Nothing: it would create the tables.
    Empty,
    /// Its own tables: it would continue.
    Ours(Checkpoint),
    /// Other tables: it would refuse them with this error.
    Foreign(PgError),
}

impl Sessions {
    /// Inspects the database as a run does before it writes.
    pub async fn look(&self) -> Result<Look, PgError> {
        let connection = self.connect_to_look().await?;
        lock::refuse_pooler(&connection, &self.server, &self.claim.plan.name).await?;
        Ok(match claim::inspect(&connection, &self.claim, true).await? {
            Finding::Empty | Finding::Reset(_) => Look::Empty,
            Finding::Ours(progress, ..) => Look::Ours(progress),
            Finding::OtherConfig(differences) => Look::Foreign(self.other_config(differences)),
            Finding::OtherTables(differences) => Look::Foreign(self.refusal(differences)),
        })
    }

    /// The times of the shop's ticks, with all pauses; `None` if its first tick was never committed.
    pub async fn timeline(&self) -> Result<Option<Timeline>, PgError> {
        let connection = self.connect_to_look().await?;
        let Some(survey) = claim::survey(&connection, &self.claim).await? else { return Ok(None) };
        if !survey.other_origin.is_empty() {
            return Err(self.other_config(survey.other_origin));
        }
        let progress = survey.progress;
        let interval = self.claim.plan.interval;
        Ok(progress.origin.map(|origin| Timeline::of(&origin, interval, &progress.pauses)))
    }

    async fn connect_to_look(&self) -> Result<Connection, PgError> {
        let name = format!("{} look", self.claim.plan.name);
        Connection::open(&self.server, &name, self.deadline, self.synchronous_commit).await
    }
}
