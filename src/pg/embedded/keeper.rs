//! Keeps a shop's private server up: starts it, restarts it when it dies, stops it at the end.
//!
//! Owns when to retry; must not know who waits for the server or what runs on it.

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
/// How long a start keeps its turn: a slower one does not delay other shops any longer.
const TURN_MAX: Duration = Duration::from_secs(1);

/// The state of a private server.
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
    /// It died or did not come up, and is being restarted.
    Down {
        /// Why, for messages.
        reason: String,
    },
    /// It never came up, and a retry would not help: the keeper has ended.
    Failed(Arc<EmbeddedError>),
    /// It was stopped: the keeper has ended.
    Stopped(Result<Stopped, Arc<EmbeddedError>>),
}

/// Keeps one shop's server up until `stop` is true or its sender is dropped, and publishes its state.
///
/// A first start that would fail the same way again ends the keeper with [`KeeperState::Failed`]; after a first success
/// it retries for ever. It must run on a thread that lives as long as the process: `spawn_local` on the main thread, see
/// the module's documentation.
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
            () = stopping(&mut stop) => break,
            attempt = open_in_turn(&settings, &spec) => attempt,
        };
        let failure = match attempt {
            Err(error) => error,
            Ok((mut server, turn)) => {
                let ready = tokio::select! {
                    biased;
                    () = stopping(&mut stop) => return finish(server, &state).await,
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
                            () = stopping(&mut stop) => return finish(server, &state).await,
                            report = server.exited() => report,
                        };
                        if up_since.elapsed() > WAIT_LONGEST {
                            waits.reset();
                        }
                        match server.is_guest() {
                            true => tracing::info!(
                                shop = spec.shop,
                                "its server, which another shopsim ran, has ended; starting it again"
                            ),
                            false => {
                                tracing::warn!(shop = spec.shop, "its server died ({report}); restarting it");
                            }
                        }
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
        tracing::warn!(shop = spec.shop, "its server is not up; retrying in {wait:?}: {reason}");
        state.send_replace(KeeperState::Down { reason });
        pause(wait, &mut stop).await;
    }
    state.send_replace(KeeperState::Stopped(Ok(Stopped::Clean)));
}

/// A permit to start: too many servers that start at the same time would slow each other down.
struct Turn(JoinHandle<OwnedSemaphorePermit>);

impl Turn {
    async fn take(settings: &PrivateServerOptions) -> Option<Self> {
        // An error means that the semaphore was closed, which never happens.
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
async fn stopping(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender was dropped.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Waits, unless the keeper is to stop.
async fn pause(wait: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = stopping(stop) => {}
        () = sleep(wait) => {}
    }
}

async fn finish(server: PrivateServer, state: &watch::Sender<KeeperState>) {
    let outcome = server.stop().await.map_err(Arc::new);
    state.send_replace(KeeperState::Stopped(outcome));
}
