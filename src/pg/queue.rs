//! The shops that open one server: some at a time, first come, first served.
//!
//! Owns how many. A thousand shops that begin at once would have a server do a thousandth of the work of each, and
//! take the time that each of them waits for an answer for its silence. Waiting here has no deadline.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::maker::Maker;
use crate::config::ConnectionParameters;

/// How many shops open a server at a time: enough for its cores, and for some that hang.
const AT_A_TIME: usize = 8;

/// Shops that get along behind a pooler for a while.
const FEW: usize = 8;

/// Where a shop waits before it opens its database.
#[derive(Clone)]
pub struct Queue {
    turns: Arc<Semaphore>,
    /// How many shops the server has.
    shops: Arc<AtomicUsize>,
    /// Makes the tables of the shops of the same database.
    pub maker: Arc<Maker>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_A_TIME)), shops: Arc::default(), maker: Arc::default() }
    }
}

impl Queue {
    /// Whether so few shops have the server that a pooler before it may not show by itself.
    pub fn is_small(&self) -> bool {
        (1..=FEW).contains(&self.shops.load(Ordering::Relaxed))
    }

    /// Waits for a turn, which lasts until it is dropped.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        // An error says that the queue was closed, which nobody does.
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
    /// The queue of one more shop.
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
