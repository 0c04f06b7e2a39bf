//! Creates the tables of many new shops of one database on a few connections, before the shops open their sessions.
//!
//! This is only an optimization. A new session needs twice the processor time to create tables that a warm one needs,
//! and each new table invalidates the catalog caches of all open sessions of the database. Failures are left to the
//! shop: its own session creates the tables, or reports the error.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::claim;
use super::connect::{Connection, address};
use super::error::PgError;
use super::session::Sessions;

/// The number of shops of a database from which it is worthwhile.
const MANY: usize = 8;
/// How many connections create tables at a time.
const LANES: usize = 2;
/// How long a shop waits for the tables of the others. Continuing earlier only costs speed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Creates the tables of the shops of one database.
pub struct Maker {
    /// The number of shops.
    pub shops: AtomicUsize,
    lanes: Semaphore,
    idle: Mutex<Vec<Connection>>,
    /// The number of shops that are creating or waiting.
    inside: watch::Sender<usize>,
    /// Whether the server has failed. Then each shop finds out by itself, at the same time.
    off: AtomicBool,
}

impl Default for Maker {
    fn default() -> Self {
        Self {
            shops: AtomicUsize::new(0),
            lanes: Semaphore::new(LANES),
            idle: Mutex::default(),
            inside: watch::Sender::new(0),
            off: AtomicBool::new(false),
        }
    }
}

/// Counts a shop as inside until it is dropped.
struct Visit<'a>(&'a Maker);

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.0.inside.send_modify(|inside| {
            *inside -= 1;
            if *inside == 0 {
                self.0.idle().clear();
                self.0.off.store(false, Ordering::Relaxed);
            }
        });
    }
}

impl Maker {
    /// Creates the tables of a new shop, and returns when those of all shops that are inside have been created.
    pub async fn make(&self, sessions: &Sessions) {
        if self.shops.load(Ordering::Relaxed) < MANY {
            return;
        }
        self.inside.send_modify(|inside| *inside += 1);
        let visit = Visit(self);
        {
            let Ok(_lane) = self.lanes.acquire().await else { return };
            if !self.off.load(Ordering::Relaxed)
                && let Err(error) = self.make_tables(sessions).await
                && !is_of_one_shop(&error)
            {
                self.off.store(true, Ordering::Relaxed);
            }
        }
        drop(visit);
        let mut inside = self.inside.subscribe();
        // Neither outcome is an error: a timeout, or the maker was dropped.
        let _ = timeout(PATIENCE, inside.wait_for(|inside| *inside == 0)).await;
    }

    /// On an error, the connection is dropped with its transaction and locks.
    async fn make_tables(&self, sessions: &Sessions) -> Result<(), PgError> {
        let Sessions { server, claim, deadline, synchronous_commit, .. } = sessions;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let connection =
                    Connection::open(server, "(making tables)", *deadline, *synchronous_commit).await?;
                // A shop whose schema is locked must not delay the others.
                connection.batch("apply the session's settings", "SET lock_timeout = '1s'").await?;
                connection
            }
        };
        claim::create_if_new(&connection, claim, &address(server)).await?;
        self.idle().push(connection);
        Ok(())
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an error concerns only one shop.
fn is_of_one_shop(error: &PgError) -> bool {
    match error {
        PgError::Statement { source, .. } => source.code().is_some(),
        PgError::OtherConfig { .. }
        | PgError::Refused { .. }
        | PgError::OfAnotherShop { .. }
        | PgError::Capture { .. } => true,
        _ => false,
    }
}
