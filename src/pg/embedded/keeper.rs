//! Keeps a shop's private server up: starts it, starts it again when it dies, stops it at the end.
//!
//! Owns the question when to try again; must not know who waits for the server or what runs on it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::child::Stopped;
use super::error::EmbeddedError;
use super::server::PrivateServer;
use super::settings::{PrivateServerOptions, Spec};
use crate::config;
use crate::doubling::Doubling;
use crate::text::with_causes;

const WAIT_FIRST: Duration = Duration::from_millis(250);
const WAIT_LONGEST: Duration = Duration::from_secs(5);
/// How long a start holds its turn: one that takes longer holds up no other shop.
const TURN_MAX: Duration = Duration::from_secs(1);

/// How a kept server is.
#[derive(Clone, Debug)]
pub enum KeeperState {
    /// It is being started for the first time.
    Starting,
    /// It is up.
    Up {
        /// How to reach it.
        connection: Box<config::ConnectionParameters>,
        /// The URL to print.
        url: String,
    },
    /// It died or did not come up, and is being started again.
    Down {
        /// Why, for people.
        reason: String,
    },
    /// It never came up and will not: the keeper has ended.
    Failed(Arc<EmbeddedError>),
    /// It was told to stop: the keeper has ended.
    Stopped(Result<Stopped, Arc<EmbeddedError>>),
}

/// Keeps one shop's server up until `stop` says true (or its sender is gone), and publishes how it is.
///
/// A first start that would fail again the same way ends the keeper with [`KeeperState::Failed`]; after a
/// first success it tries for ever. It must run on a thread that lives as long as the process, as the
/// module's text explains: `spawn_local` on the main thread.
pub async fn keep(
    settings: Rc<PrivateServerOptions>,
    spec: Spec,
    state: watch::Sender<KeeperState>,
    mut stop: watch::Receiver<bool>,
) {
    let mut waits = Doubling::new(WAIT_FIRST, WAIT_LONGEST);
    let mut was_up = false;
    loop {
        let attempt = tokio::select! {
            biased;
            () = told(&mut stop) => break,
            attempt = open_in_turn(&settings, &spec) => attempt,
        };
        let failure = match attempt {
            Err(error) => error,
            Ok((mut server, turn)) => {
                let ready = tokio::select! {
                    biased;
                    () = told(&mut stop) => return finish(server, &state).await,
                    ready = server.ready() => ready,
                };
                drop(turn);
                match ready {
                    Err(error) => error,
                    Ok(()) => {
                        was_up = true;
                        let up_since = Instant::now();
                        if server.port() != spec.port {
                            let port = server.port();
                            tracing::info!(
                                shop = spec.shop,
                                port,
                                "its server listens on a port set by hand"
                            );
                        }
                        let connection = Box::new(server.connection());
                        state.send_replace(KeeperState::Up { connection, url: server.url() });
                        let report = tokio::select! {
                            biased;
                            () = told(&mut stop) => return finish(server, &state).await,
                            report = server.exited() => report,
                        };
                        if up_since.elapsed() > WAIT_LONGEST {
                            waits.reset();
                        }
                        tracing::warn!(shop = spec.shop, "its server died ({report}), starting it again");
                        state.send_replace(KeeperState::Down { reason: format!("server died ({report})") });
                        pause(waits.wait(), &mut stop).await;
                        continue;
                    }
                }
            }
        };
        if !was_up && !failure.is_transient() {
            state.send_replace(KeeperState::Failed(Arc::new(failure)));
            return;
        }
        let (reason, wait) = (with_causes(&failure), waits.wait());
        tracing::warn!(shop = spec.shop, "its server is not up, trying again in {wait:?}: {reason}");
        state.send_replace(KeeperState::Down { reason });
        pause(wait, &mut stop).await;
    }
    state.send_replace(KeeperState::Stopped(Ok(Stopped::Clean)));
}

/// One of the few places among the servers that start at the same time: many at once would each take long.
struct Turn(JoinHandle<OwnedSemaphorePermit>);

impl Turn {
    async fn take(settings: &PrivateServerOptions) -> Option<Self> {
        // An error says that turns are over, which nobody says.
        let permit = settings.turns.clone().acquire_owned().await.ok()?;
        Some(Self(tokio::spawn(async move {
            sleep(TURN_MAX).await;
            permit
        })))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn open_in_turn(
    settings: &PrivateServerOptions,
    spec: &Spec,
) -> Result<(PrivateServer, Option<Turn>), EmbeddedError> {
    let turn = Turn::take(settings).await;
    Ok((PrivateServer::open(settings, spec).await?, turn))
}

/// Resolves when the keeper is to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    // An error says that nobody is left who could tell.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Waits, unless the keeper is to stop.
async fn pause(wait: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = told(stop) => {}
        () = sleep(wait) => {}
    }
}

async fn finish(server: PrivateServer, state: &watch::Sender<KeeperState>) {
    let outcome = server.stop().await.map_err(Arc::new);
    state.send_replace(KeeperState::Stopped(outcome));
}
