//! A reset by itself, without a run: look first, then drop what was seen.
//!
//! Owns the lock that is taken for it. What is dropped is [`super::reset_plan`]'s.

use tokio::time::{Instant, sleep};

use super::connect::{Connection, Parameters, address};
use super::error::PgError;
use super::lock;
use super::reset_plan::{self, ResetPlan};
use super::session::{LOCK_AGAIN, LOCK_SILENCE, Sessions};
use crate::value::Timestamp;

impl Sessions {
    /// Reads what a reset of the shop drops, for who is to be asked. Writes nothing, and fails where a simulator
    /// runs the shop.
    pub async fn look_for_reset(&self) -> Result<ResetPlan, PgError> {
        reset_plan::read(&self.connect_to_reset().await?, &self.claim.plan).await
    }

    /// Drops what a look has found, in one transaction, and nothing else.
    pub async fn reset(&self, plan: &ResetPlan) -> Result<(), PgError> {
        let connection = self.connect_to_reset().await?;
        connection.batch("begin", "BEGIN").await?;
        plan.drop_all(&connection, &self.claim.plan).await?;
        connection.batch("commit the reset", "COMMIT").await
    }

    /// Connects and takes the shop's lock, or says who holds it. The server may take a moment to notice that a
    /// session has ended: that of a run that was stopped just now, or of the look before.
    async fn connect_to_reset(&self) -> Result<Connection, PgError> {
        let plan = &self.claim.plan;
        let connection = Connection::open(&self.server, &plan.name, self.deadline, true).await?;
        let began = Instant::now();
        while lock::try_take(&connection, plan).await?.is_none() {
            if began.elapsed() >= LOCK_SILENCE {
                return Err(self.locked(&connection).await?);
            }
            sleep(LOCK_AGAIN).await;
        }
        Ok(connection)
    }

    /// Who holds the shop's lock, as an error.
    async fn locked(&self, connection: &Connection) -> Result<PgError, PgError> {
        let plan = &self.claim.plan;
        let parameters: Parameters<'_> = &[&lock::key_of_shop(plan), &0, &Timestamp(0)];
        let holder = connection.query(lock::TAKING_LOCK, lock::READ_HOLDER, parameters).await?.pop();
        let holder = holder.map_or_else(
            || format!("a session that has just ended, on {}", address(&self.server)),
            |row| row.get("holder"),
        );
        Ok(PgError::Locked { shop: plan.name.clone(), holder })
    }
}
