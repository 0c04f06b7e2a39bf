//! The private servers of a run.
//!
//! Owns their being started together, asked for and stopped together. Lives on the main thread, because
//! a private server dies with the thread that started it.

use std::collections::BTreeMap;
use std::rc::Rc;

use tokio::sync::watch;
use tracing::{error, warn};

use crate::config;
use crate::pg::embedded::{KeeperState, Settings, Spec, Stopped, chain, keep};

/// The private servers, by shop.
pub struct Servers {
    states: BTreeMap<String, watch::Receiver<KeeperState>>,
    failed: BTreeMap<String, String>,
    stop: watch::Sender<bool>,
}

impl Servers {
    /// Begins to start a server for each shop, given by name and port.
    pub fn start(config: &config::Embedded, shops: impl Iterator<Item = (String, u16)>) -> Self {
        let mut servers =
            Self { states: BTreeMap::new(), failed: BTreeMap::new(), stop: watch::Sender::new(false) };
        let mut settings = None;
        for (shop, port) in shops {
            let settings = settings.get_or_insert_with(|| {
                Settings::resolve(config, &|name| std::env::var(name).ok())
                    .map(Rc::new)
                    .map_err(|error| chain(&error))
            });
            match settings {
                Ok(settings) => {
                    let spec = Spec::new(shop.clone(), port, config);
                    let (sender, state) = watch::channel(KeeperState::Starting);
                    actix::spawn(keep(settings.clone(), spec, sender, servers.stop.subscribe()));
                    servers.states.insert(shop, state);
                }
                Err(reason) => drop(servers.failed.insert(shop, reason.clone())),
            }
        }
        servers
    }

    /// Waits until every server is up or has failed for good.
    pub async fn settled(&mut self) {
        for (shop, state) in &mut self.states {
            let settled = |state: &KeeperState| {
                matches!(state, KeeperState::Up { .. } | KeeperState::Failed(_) | KeeperState::Stopped(_))
            };
            if let Ok(state) = state.wait_for(settled).await
                && let KeeperState::Failed(error) = &*state
            {
                self.failed.insert(shop.clone(), chain(&**error));
            }
        }
    }

    /// How to reach a shop's server; else why there is none.
    pub fn connection(&self, shop: &str) -> Result<config::Server, String> {
        if let Some(reason) = self.failed.get(shop) {
            return Err(reason.clone());
        }
        match self.states.get(shop).map(|state| state.borrow().clone()) {
            Some(KeeperState::Up { connection, .. }) => Ok(*connection),
            _ => Err("its private server is not up".to_owned()),
        }
    }

    /// The URL of a shop's server.
    pub fn url(&self, shop: &str) -> Option<String> {
        match &*self.states.get(shop)?.borrow() {
            KeeperState::Up { url, .. } => Some(url.clone()),
            _ => None,
        }
    }

    /// Stops all servers that are this run's to stop.
    pub async fn stop(&mut self) {
        self.stop.send_replace(true);
        for (shop, state) in &mut self.states {
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
