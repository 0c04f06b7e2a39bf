//! A reset without a run: first list what it drops, then drop that.
//!
//! Owns taking the shop's lock for it. What is dropped is in [`super::reset_plan`].

use tokio::time::{Instant, sleep};

use super::connect::{Connection, Parameters, address};
use super::error::PgError;
use super::lock;
use super::reset_plan::{self, ResetPlan};
use super::session::{LOCK_RETRY, REPORT_AFTER, Sessions};
use crate::value::Timestamp;

impl Sessions {
    /// Reads what a reset of the shop drops, for a confirmation by the user. Writes nothing, and fails if a simulator runs
    /// the shop.
    pub async fn look_for_reset(&self) -> Result<ResetPlan, PgError> {
        reset_plan::read(&self.connect_to_reset().await?, &self.claim.plan).await
    }

    /// Drops exactly what was listed: slots, then the rest in one transaction.
    pub async fn reset(&self, plan: &ResetPlan) -> Result<(), PgError> {
        let connection = self.connect_to_reset().await?;
        plan.capture.drop_slots(&connection).await?;
        connection.batch("begin", "BEGIN").await?;
        plan.drop_all(&connection, &self.claim.plan).await?;
        connection.batch("commit the reset", "COMMIT").await
    }

    /// Connects and takes the shop's lock; the error names its holder. The server may take a moment to notice that a
    /// session has ended: that of a run that was just stopped, or that of the listing.
    async fn connect_to_reset(&self) -> Result<Connection, PgError> {
        let plan = &self.claim.plan;
        let connection = Connection::open(&self.server, &plan.name, self.deadline, true).await?;
        let began = Instant::now();
        while lock::try_take(&connection, plan).await?.is_none() {
            if began.elapsed() >= REPORT_AFTER {
                return Err(self.locked(&connection).await?);
            }
            sleep(LOCK_RETRY).await;
        }
        Ok(connection)
    }

    /// The error that names the holder of the shop's lock.
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
