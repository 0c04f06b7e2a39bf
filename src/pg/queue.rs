//! The queue of shops that open sessions on one server: a few at a time, first come, first served.
//!
//! Owns how many. If a thousand shops started at once, the server would work on all of them at the same time, and each
//! would exceed the deadline of an answer. Waiting here has no deadline.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::maker::Maker;
use crate::config::ConnectionParameters;

/// How many shops open sessions at a time: enough for the server's cores, even if some hang.
const AT_A_TIME: usize = 8;

/// Up to this number of shops, a transaction pooler may go unnoticed for a while.
const FEW: usize = 8;

/// The queue in which a shop waits before it opens its database.
#[derive(Clone)]
pub struct Queue {
    turns: Arc<Semaphore>,
    /// The number of shops of the server.
    shops: Arc<AtomicUsize>,
    /// Creates the tables of the shops of the same database.
    pub maker: Arc<Maker>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_A_TIME)), shops: Arc::default(), maker: Arc::default() }
    }
}

impl Queue {
    /// Whether the server has so few shops that a pooler in front of it might go unnoticed.
    pub fn is_small(&self) -> bool {
        (1..=FEW).contains(&self.shops.load(Ordering::Relaxed))
    }

    /// Waits for a turn, which lasts until it is dropped.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        // An error means that the semaphore was closed, which never happens.
        self.turns.clone().acquire_owned().await.ok()
    }
}

/// The queues of all servers, by host and port, and their databases, by the role that opens them.
#[derive(Default)]
pub struct Queues {
    servers: BTreeMap<(String, u16), (Arc<Semaphore>, Arc<AtomicUsize>)>,
    databases: BTreeMap<[String; 4], Arc<Maker>>,
}

impl Queues {
    /// The queue for another shop.
    pub fn of(&mut self, server: &ConnectionParameters) -> Queue {
        let ConnectionParameters { host, port, database, user, .. } = server;
        let new = Queue::default();
        let of_server = self.servers.entry((host.clone(), *port)).or_insert((new.turns, new.shops));
        let (turns, shops) = of_server.clone();
        shops.fetch_add(1, Ordering::Relaxed);
        let database = [host.clone(), port.to_string(), database.clone(), user.clone()];
        let maker = self.databases.entry(database).or_insert(new.maker).clone();
        maker.shops.fetch_add(1, Ordering::Relaxed);
        Queue { turns, shops, maker }
    }
}
