//! What the pages show of a shop that does not change while it is played: its plan, its city, its database.
//!
//! Owns what of a database may be shown: never a password that somebody has configured.

use std::sync::Arc;

use tokio::sync::watch;

use crate::clients::Endpoint;
use crate::config::ConnectionParameters;
use crate::pg::embedded::{KeeperState, Spec};
use crate::plan::{Capture, ShopPlan};
use crate::text::with_causes;

/// A shop that is played.
pub struct ShopFacts {
    /// What its ticks hold.
    pub plan: Arc<ShopPlan>,
    /// What it makes for clients of logical replication.
    pub capture: Arc<Capture>,
    /// Its city.
    pub city: Option<String>,
    /// Its database.
    pub database: DatabaseFacts,
}

/// The database of a shop.
pub enum DatabaseFacts {
    /// On a server of the user's.
    Server(Box<ConnectionParameters>),
    /// On a private server, and the state of that.
    Private(Spec, watch::Receiver<KeeperState>),
}

impl ShopFacts {
    /// The endpoint for clients. Its port may change when a private server is restarted.
    pub fn endpoint(&self) -> Endpoint {
        match &self.database {
            DatabaseFacts::Server(server) => Endpoint::of(server),
            DatabaseFacts::Private(spec, state) => match &*state.borrow() {
                KeeperState::Up { connection, .. } => {
                    Endpoint { password: spec.shown_password(), ..Endpoint::of(connection) }
                }
                _ => Endpoint { password: spec.shown_password(), ..Endpoint::of(&spec.connection()) },
            },
        }
    }

    /// The URL for clients.
    pub fn url(&self) -> String {
        self.endpoint().url()
    }

    /// How shopsim itself connects, or why the server cannot be reached.
    pub fn connection(&self) -> Result<ConnectionParameters, String> {
        match &self.database {
            DatabaseFacts::Server(server) => Ok((**server).clone()),
            DatabaseFacts::Private(_, state) => match &*state.borrow() {
                KeeperState::Up { connection, .. } => Ok((**connection).clone()),
                KeeperState::Starting => Err("its private server is starting".to_owned()),
                KeeperState::Down { reason } => Err(format!("its private server is down: {reason}")),
                KeeperState::Failed(error) => Err(with_causes(&**error)),
                KeeperState::Stopped(_) => Err("its private server is stopped".to_owned()),
            },
        }
    }
}
