//! Where a shop's ticks go: PostgreSQL, or in tests and benches something else.
//!
//! Owns the seam between the life of a shop and its database; must not decide anything.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::sync::watch;

use super::message::Failure;
use crate::clock::Progress;
use crate::pg::embedded::{KeeperState, chain};
use crate::pg::{Applied, Class, Mark, Session, Sessions};
use crate::tick::Batch;

/// An open store and how far the shop has come, or why there is none.
pub type Opened = Result<(Box<dyn Ledger>, Progress), Failure>;

/// A place that keeps a shop's tables and its checkpoint.
pub trait Store: Send + Sync {
    /// Opens it for this shop alone and tells how far the shop has come.
    fn open(&self) -> LocalBoxFuture<'_, Opened>;
}

/// An open store.
pub trait Ledger {
    /// Applies a tick, or several overdue ones that follow each other, as a whole together with the mark of the
    /// last, or not at all.
    fn apply<'a>(
        &'a mut self,
        batches: &'a mut [Batch],
        mark: &'a Mark,
    ) -> LocalBoxFuture<'a, Result<Applied, Failure>>;
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
        batches: &'a mut [Batch],
        mark: &'a Mark,
    ) -> LocalBoxFuture<'a, Result<Applied, Failure>> {
        Session::apply(self, batches, mark).map(|applied| applied.map_err(Failure::from)).boxed_local()
    }
}

/// The store of a shop on a private server, which may come up late, or never.
pub struct PrivateStore {
    /// Its sessions.
    pub sessions: Arc<Sessions>,
    /// How its server is.
    pub server: watch::Receiver<KeeperState>,
}

impl Store for PrivateStore {
    fn open(&self) -> LocalBoxFuture<'_, Opened> {
        if let KeeperState::Failed(error) = &*self.server.borrow() {
            let failure = Failure { class: Class::Permanent, message: chain(&**error) };
            return std::future::ready(Err(failure)).boxed_local();
        }
        Store::open(&*self.sessions)
    }
}
