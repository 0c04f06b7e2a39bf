//! Serves a chain: its private servers are up, and no shop runs.
//!
//! Owns when such a service ends. Must not know how a command line is read.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::watch;
use tracing::level_filters::LevelFilter;
use tracing::{error, info};

use super::announce;
use super::servers::Servers;
use super::signals::{Signal, Signals};
use crate::chain::{Chain, wall_now};
use crate::clients::Endpoint;
use crate::config::Database;
use crate::pg::embedded::KeeperState;
use crate::telemetry::{self, LogOptions};
use crate::text::with_causes;

/// How a service ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct EndOfService {
    /// Whether a server could not be started.
    pub failed: bool,
    /// The second signal, which forced the end.
    pub forced_by: Option<Signal>,
}

/// Starts the private servers of a chain and keeps them up until SIGINT or SIGTERM, or until none of them can be
/// started. Logs to stderr.
///
/// Call it from the main thread, once per process, like [`run`](super::run).
///
/// # Panics
/// If logging was set up before in the same process.
pub fn serve(chain: &Chain) -> EndOfService {
    let options = LogOptions::of_command(Arc::new(wall_now));
    let _log = telemetry::begin(LogOptions { terminal: LevelFilter::INFO, ..options });
    actix::System::new().block_on(until_signal(chain))
}

async fn until_signal(chain: &Chain) -> EndOfService {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            error!("cannot listen for signals: {error}");
            return EndOfService { failed: true, forced_by: None };
        }
    };
    let mut servers = Servers::of_chain(chain);
    let mut private = Vec::new();
    for shop in &chain.shops {
        match &shop.config.database.value {
            Database::Server(server) => {
                let url = Endpoint::of(server).url();
                info!(shop = shop.plan.name, "nothing to serve: its database {url} is not a private server");
            }
            Database::Embedded { .. } => {
                let (spec, state) = servers.of(&shop.plan.name);
                announce(shop, spec.url());
                private.push(watch_server(&shop.plan.name, state));
            }
        }
    }
    if private.is_empty() {
        info!("no shop has a private server");
        return EndOfService::default();
    }
    let mut failed = false;
    tokio::select! {
        _ = join_all(private) => failed = true,
        signal = signals.next() => info!("{signal}: ending; send it again to force"),
    }
    failed |= servers.any_failed();
    let forced_by = tokio::select! {
        _ = servers.stop() => None,
        signal = signals.next() => Some(signal),
    };
    EndOfService { failed, forced_by }
}

/// Logs when a server is up, until it cannot be started.
async fn watch_server(shop: &str, mut state: watch::Receiver<KeeperState>) {
    loop {
        match &*state.borrow_and_update() {
            KeeperState::Up { url, .. } => info!(shop, "serving {url}"),
            KeeperState::Failed(error) => {
                error!(shop, "its private server cannot be started: {}", with_causes(&**error));
                return;
            }
            // The keeper logs why it is down.
            KeeperState::Starting | KeeperState::Down { .. } | KeeperState::Stopped(_) => {}
        }
        if state.changed().await.is_err() {
            return;
        }
    }
}
