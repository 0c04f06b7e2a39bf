//! A shop's database as a run would find it, for commands that only read it.
//!
//! The rules are in `claim`. Writes nothing and takes no lock.

use super::capture;
use super::claim::{self, Finding};
use super::connect::Connection;
use super::error::PgError;
use super::lock;
use super::session::Sessions;
use crate::clock::Checkpoint;
use crate::origin::RecordedShop;

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
        let finding = claim::inspect(&connection, &self.claim, true).await?;
        if matches!(finding, Finding::Empty | Finding::Ours(..)) {
            match capture::inspect(&connection, self.claim.wanted()).await {
                Err(error @ PgError::Capture { .. }) => return Ok(Look::Foreign(error)),
                inspected => inspected.map(drop)?,
            }
        }
        Ok(match finding {
            Finding::Empty | Finding::Reset(_) => Look::Empty,
            Finding::Ours(progress, ..) => Look::Ours(progress),
            Finding::OtherConfig(differences) => Look::Foreign(self.other_config(differences)),
            Finding::OtherTables(differences) => Look::Foreign(self.refusal(differences)),
            Finding::StateElsewhere(found, last_tick) => {
                Look::Foreign(self.state_elsewhere(found, last_tick))
            }
        })
    }

    /// What the shop's run has recorded, with all pauses, in one snapshot; `None` if its first tick was never committed.
    pub async fn recorded(&self) -> Result<Option<RecordedShop>, PgError> {
        let connection = self.connect_to_look().await?;
        connection.batch("begin a snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let Some(survey) = claim::survey(&connection, &self.claim).await? else { return Ok(None) };
        if !survey.other_origin.is_empty() {
            return Err(self.other_config(survey.other_origin));
        }
        Ok(RecordedShop::of(&self.claim.plan, survey.progress))
    }

    async fn connect_to_look(&self) -> Result<Connection, PgError> {
        let name = format!("{} look", self.claim.plan.name);
        Connection::open(&self.server, &name, self.deadline, self.synchronous_commit).await
    }
}
