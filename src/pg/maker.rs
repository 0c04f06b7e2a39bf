//! The tables of many new shops of one database: made on a few connections, before the shops open their sessions.
//!
//! Owns no more than speed. A session that has just begun makes tables in twice the processor time of one that
//! has made some before, and each table that is made has every open session of the database forget what it knows of
//! the catalogs. Whatever goes wrong here is left to the shop, whose own session finds it, does it, or tells it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::claim;
use super::connect::{Connection, address};
use super::error::PgError;
use super::session::Sessions;

/// From so many shops of a database on it pays.
const MANY: usize = 8;
/// How many connections make tables at a time.
const LANES: usize = 2;
/// How long a shop waits for the tables of the others. It loses nothing but speed when it goes on before.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes the tables of the shops of one database.
pub struct Maker {
    /// How many shops there are.
    pub shops: AtomicUsize,
    lanes: Semaphore,
    idle: Mutex<Vec<Connection>>,
    /// How many shops are in here.
    inside: watch::Sender<usize>,
    /// Whether the server is not well. Then the shops find out by themselves, all at once.
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

/// A shop that is inside until this is dropped.
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
    /// Makes the tables of a shop that never ran, and returns when those of all who came with it are made.
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
        // Neither of both ends is an error: too long, or the maker is gone.
        let _ = timeout(PATIENCE, inside.wait_for(|inside| *inside == 0)).await;
    }

    /// After an error the connection is dropped, with its transaction and its locks.
    async fn make_tables(&self, sessions: &Sessions) -> Result<(), PgError> {
        let Sessions { server, claim, deadline, synchronous_commit, .. } = sessions;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let connection =
                    Connection::open(server, "(making tables)", *deadline, *synchronous_commit).await?;
                // One shop whose schema is locked must not keep the others.
                connection.batch("make the session's settings", "SET lock_timeout = '1s'").await?;
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

/// Whether an error says nothing of the other shops.
fn is_of_one_shop(error: &PgError) -> bool {
    match error {
        PgError::Statement { source, .. } => source.code().is_some(),
        PgError::OtherConfig { .. } | PgError::Refused { .. } | PgError::OfAnotherShop { .. } => true,
        _ => false,
    }
}
