//! Where a shop's ticks go: PostgreSQL, or in tests and benches something else.
//!
//! Owns the seam between the life of a shop and its database; must not decide anything.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::sync::watch;
use tokio::time::Instant;

use super::message::Failure;
use crate::clock::Checkpoint;
use crate::config::ConnectionParameters;
use crate::pg::embedded::KeeperState;
use crate::pg::{Applied, CheckpointUpdate, Claim, Class, Session, Sessions, Watched};
use crate::text::with_causes;
use crate::tick::Transaction;

/// An open store with the shop's checkpoint, or why it cannot be opened.
pub type Opened = Result<(Box<dyn Ledger>, Checkpoint), Failure>;

/// A place that keeps a shop's tables and its checkpoint.
pub trait Store: Send + Sync {
    /// Opens it for this shop alone and returns the shop's checkpoint.
    fn open(&self) -> LocalBoxFuture<'_, Opened>;
}

/// An open store.
pub trait Ledger {
    /// Applies the ticks of a transaction as a whole, together with the checkpoint of the last, or not at all.
    fn apply<'a>(
        &'a mut self,
        transaction: &'a mut Transaction,
        checkpoint: &'a CheckpointUpdate,
    ) -> LocalBoxFuture<'a, Result<Applied, Failure>>;

    /// Waits until it can no longer be used, and returns why: between two ticks, nothing else would tell.
    fn lost(&mut self) -> LocalBoxFuture<'_, Failure> {
        std::future::pending().boxed_local()
    }

    /// When it wants time between two ticks; `None`: never.
    fn tends_at(&self) -> Option<Instant> {
        None
    }

    /// Does what is due between two ticks, where `spare` is the time until the next one. Returns what it has seen of the
    /// log's readers, if it has looked.
    fn tend(&mut self, _spare: Duration) -> LocalBoxFuture<'_, Result<Option<Watched>, Failure>> {
        std::future::ready(Ok(None)).boxed_local()
    }
}

impl Store for Sessions {
    fn open(&self) -> LocalBoxFuture<'_, Opened> {
        async {
            let (session, progress) = Sessions::open(self).await?;
            Ok((Box::new(session) as Box<dyn Ledger>, progress))
        }
        .boxed_local()
    }
}

impl Ledger for Session {
    fn apply<'a>(
        &'a mut self,
        transaction: &'a mut Transaction,
        checkpoint: &'a CheckpointUpdate,
    ) -> LocalBoxFuture<'a, Result<Applied, Failure>> {
        Session::apply(self, transaction, checkpoint)
            .map(|applied| applied.map_err(Failure::from))
            .boxed_local()
    }

    fn lost(&mut self) -> LocalBoxFuture<'_, Failure> {
        self.connection_lost().map(Failure::from).boxed_local()
    }

    fn tends_at(&self) -> Option<Instant> {
        Some(Session::tends_at(self))
    }

    fn tend(&mut self, spare: Duration) -> LocalBoxFuture<'_, Result<Option<Watched>, Failure>> {
        Session::tend(self, spare).map(|watched| watched.map_err(Failure::from)).boxed_local()
    }
}

/// The store of a shop on a private server, which may start late, or never. No connection is tried before it is up,
/// because role, password and database are being created.
pub struct PrivateStore {
    claim: Claim,
    deadline: Duration,
    synchronous_commit: bool,
    server: watch::Receiver<KeeperState>,
    /// Kept from the last opening: they remember their last backend.
    sessions: Mutex<Option<Arc<Sessions>>>,
}

impl PrivateStore {
    /// The store of a shop whose server has the keeper's state.
    pub fn new(
        claim: Claim,
        deadline: Duration,
        synchronous_commit: bool,
        server: watch::Receiver<KeeperState>,
    ) -> Self {
        Self { claim, deadline, synchronous_commit, server, sessions: Mutex::new(None) }
    }

    /// The connection of the server, once it is up. Waits for the first start; a server that is down is an error, after
    /// which the supervisor waits.
    async fn up(&self) -> Result<ConnectionParameters, Failure> {
        let mut server = self.server.clone();
        let began = server.wait_for(|state| !matches!(state, KeeperState::Starting)).await;
        let (class, message) = match began.as_deref() {
            Ok(KeeperState::Up { connection, .. }) => return Ok((**connection).clone()),
            Ok(KeeperState::Failed(error)) => (Class::Permanent, with_causes(&**error)),
            Ok(KeeperState::Down { reason }) => (Class::Waiting, reason.clone()),
            Ok(KeeperState::Starting | KeeperState::Stopped(_)) | Err(_) => {
                (Class::Waiting, "its server is stopped".to_owned())
            }
        };
        Err(Failure { class, message })
    }

    /// The sessions on a server, whose port may change when it is restarted.
    fn sessions(&self, server: ConnectionParameters) -> Arc<Sessions> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        match &*sessions {
            Some(sessions) if sessions.server.port == server.port => sessions.clone(),
            _ => {
                let (claim, deadline) = (self.claim.clone(), self.deadline);
                let made = Sessions::new(server, claim, deadline, self.synchronous_commit);
                sessions.insert(Arc::new(made)).clone()
            }
        }
    }
}

impl Store for PrivateStore {
    fn open(&self) -> LocalBoxFuture<'_, Opened> {
        async {
            let sessions = self.sessions(self.up().await?);
            Store::open(&*sessions).await
        }
        .boxed_local()
    }
}
