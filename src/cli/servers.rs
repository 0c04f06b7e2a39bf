//! The private servers of a run.
//!
//! Owns their being started together, asked for and stopped together. Lives on the main thread, because
//! a private server dies with the thread that started it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use tokio::sync::watch;
use tokio::time::timeout;
use tracing::{error, warn};

use crate::chain::{Chain, Shop};
use crate::config::{self, Database};
use crate::pg::embedded::{KeeperState, Settings, Spec, Stopped, chain, keep};

/// How long private servers may take to come up for who only looks at what runs have left.
const PATIENCE: Duration = Duration::from_secs(60);

/// The private servers, by shop.
pub struct Servers {
    states: BTreeMap<String, (Spec, watch::Receiver<KeeperState>)>,
    stop: watch::Sender<bool>,
}

impl Servers {
    /// Begins to start a server for each shop, given by name and port.
    pub fn start(config: &config::Embedded, shops: impl Iterator<Item = (String, u16)>) -> Self {
        let mut servers = Self { states: BTreeMap::new(), stop: watch::Sender::new(false) };
        let mut settings = None;
        for (shop, port) in shops {
            let settings = settings.get_or_insert_with(|| {
                Settings::resolve(config, &|name| std::env::var(name).ok()).map(Rc::new).map_err(Arc::new)
            });
            let (sender, state) = watch::channel(KeeperState::Starting);
            let spec = Spec::new(shop.clone(), port, config);
            match settings {
                Ok(settings) => {
                    actix::spawn(keep(settings.clone(), spec.clone(), sender, servers.stop.subscribe()));
                }
                Err(error) => drop(sender.send_replace(KeeperState::Failed(error.clone()))),
            }
            servers.states.insert(shop, (spec, state));
        }
        servers
    }

    /// Starts the servers that runs of the chain have made, and waits until they are up or will not be. One that
    /// was never made holds nothing, and is not made.
    pub async fn made_before(chain: &Chain) -> Self {
        let config = &chain.config.embedded;
        let settings = Settings::resolve(config, &|name| std::env::var(name).ok());
        let private = chain.shops.iter().filter_map(|shop| match shop.config.database.value {
            Database::Embedded { port } => {
                let spec = Spec::new(shop.plan.name.clone(), port, config);
                let known = settings.as_ref().map_or(true, |settings| settings.knows(&spec));
                known.then_some((spec.shop, port))
            }
            Database::Server(_) => None,
        });
        let servers = Self::start(config, private);
        servers.settled(PATIENCE).await;
        servers
    }

    /// How to reach a shop's database; `None` if its server was never made, else why it is not up.
    pub fn database(&self, shop: &Shop) -> Result<Option<config::Server>, String> {
        let name = &shop.plan.name;
        match &shop.config.database.value {
            Database::Server(server) => Ok(Some(server.clone())),
            Database::Embedded { .. } if !self.states.contains_key(name) => Ok(None),
            Database::Embedded { .. } => {
                let (server, _, state) = self.of(name);
                match &*state.borrow() {
                    KeeperState::Failed(error) => Err(chain(&**error)),
                    _ => Ok(Some(server)),
                }
            }
        }
    }

    /// Waits until every server is up or will not be, at most so long: the others of the chain go on.
    pub async fn settled(&self, patience: Duration) {
        let settled = |state: &KeeperState| {
            matches!(state, KeeperState::Up { .. } | KeeperState::Failed(_) | KeeperState::Stopped(_))
        };
        let states = self.states.values().map(|(_, state)| state.clone());
        let all = join_all(states.map(async |mut state| drop(state.wait_for(settled).await)));
        if timeout(patience, all).await.is_err() {
            warn!("some private servers are not up yet; their shops begin when they are");
        }
    }

    /// How to reach a shop's server, its URL, and how it is from now on.
    ///
    /// # Panics
    /// If the shop has no private server.
    pub fn of(&self, shop: &str) -> (config::Server, String, watch::Receiver<KeeperState>) {
        let (spec, state) = &self.states[shop];
        let (connection, url) = match &*state.borrow() {
            KeeperState::Up { connection, url } => ((**connection).clone(), url.clone()),
            _ => (spec.connection(), spec.url()),
        };
        (connection, url, state.clone())
    }

    /// Stops all servers that are this run's to stop.
    pub async fn stop(&mut self) {
        self.stop.send_replace(true);
        for (shop, (_, state)) in &mut self.states {
            let ended =
                |state: &KeeperState| matches!(state, KeeperState::Stopped(_) | KeeperState::Failed(_));
            let Ok(state) = state.wait_for(ended).await else { continue };
            match &*state {
                KeeperState::Stopped(Err(error)) => {
                    error!(shop, "cannot stop its server: {}", chain(&**error))
                }
                KeeperState::Stopped(Ok(Stopped::Clean | Stopped::LeftRunning)) | KeeperState::Failed(_) => {}
                KeeperState::Stopped(Ok(how)) => warn!(shop, "its server was stopped: {how:?}"),
                KeeperState::Starting | KeeperState::Up { .. } | KeeperState::Down { .. } => {}
            }
        }
    }
}
