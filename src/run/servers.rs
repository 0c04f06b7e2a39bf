//! The private servers of a run.
//!
//! Owns the start and stop of private servers. Runs on the main thread, because a private server ends with the thread
//! that started it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tracing::{error, info, warn};

use crate::chain::{Chain, Shop};
use crate::config::{self, Database};
use crate::pg::embedded::{KeeperState, PrivateServerOptions, Spec, Stopped, keep};
use crate::text::with_causes;

/// How long commands that only read or drop data wait for private servers to come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where servers are created, reports existing ones that the config does not name: a renamed shop gets a new server, and
/// its data stays behind.
fn report_others(
    settings: &PrivateServerOptions,
    created: &[Spec],
    named: &BTreeMap<String, (Spec, watch::Receiver<KeeperState>)>,
) {
    /// The number of names shown.
    const NAMES: usize = 5;
    let others: Vec<String> =
        settings.all_known().into_iter().filter(|shop| !named.contains_key(shop)).collect();
    let (Some(first), false) = (created.first(), others.is_empty()) else { return };
    let more =
        if others.len() > NAMES { format!(" and {} more", others.len() - NAMES) } else { String::new() };
    info!(
        "creating a new private server for {}{}; {} also has servers of {}{more}, which this config does not name. If a \
         shop was renamed, restore its old name to continue with its data",
        first.shop,
        if created.len() > 1 { format!(" and {} more", created.len() - 1) } else { String::new() },
        settings.state_dir.display(),
        others[..others.len().min(NAMES)].join(", "),
    );
}

/// The private servers, by shop.
pub struct Servers {
    states: BTreeMap<String, (Spec, watch::Receiver<KeeperState>)>,
    stop: watch::Sender<bool>,
    began: Instant,
}

impl Servers {
    /// Starts a server for each shop, given by name and port, without waiting for it.
    fn start(config: &config::Embedded, shops: impl Iterator<Item = (String, u16)>) -> Self {
        let mut servers =
            Self { states: BTreeMap::new(), stop: watch::Sender::new(false), began: Instant::now() };
        let mut settings = None;
        let mut created: Vec<Spec> = Vec::new();
        for (shop, port) in shops {
            let settings = settings.get_or_insert_with(|| {
                PrivateServerOptions::resolve(config, &|name| std::env::var_os(name))
                    .map(Rc::new)
                    .map_err(Arc::new)
            });
            let (sender, state) = watch::channel(KeeperState::Starting);
            let spec = Spec::new(shop.clone(), port, config);
            match settings {
                Ok(settings) => {
                    if !settings.knows(&spec) {
                        created.push(spec.clone());
                    }
                    actix::spawn(keep(settings.clone(), spec.clone(), sender, servers.stop.subscribe()));
                }
                Err(error) => drop(sender.send_replace(KeeperState::Failed(error.clone()))),
            }
            servers.states.insert(shop, (spec, state));
        }
        if let Some(Ok(settings)) = settings {
            report_others(&settings, &created, &servers.states);
        }
        servers
    }

    /// Starts a server for each shop of a chain that has a private one.
    pub fn of_chain(chain: &Chain) -> Self {
        let private = chain.shops.iter().filter_map(|shop| match shop.config.database.value {
            Database::Embedded { port } => Some((shop.plan.name.clone(), port)),
            Database::Server(_) => None,
        });
        Self::start(&chain.config.embedded, private)
    }

    /// Starts the servers that earlier runs of the chain have created. A missing one holds no data, and is not created.
    fn made_before(chain: &Chain) -> Self {
        let config = &chain.config.embedded;
        let settings = PrivateServerOptions::resolve(config, &|name| std::env::var_os(name));
        let private = chain.shops.iter().filter_map(|shop| match shop.config.database.value {
            Database::Embedded { port } => {
                let spec = Spec::new(shop.plan.name.clone(), port, config);
                let known = settings.as_ref().map_or(true, |settings| settings.knows(&spec));
                known.then_some((spec.shop, port))
            }
            Database::Server(_) => None,
        });
        Self::start(config, private)
    }

    /// Starts them for a command that only reads or drops data, does its work, and stops them.
    pub fn with_made_before<T>(chain: &Chain, work: impl AsyncFnOnce(&Self) -> T) -> T {
        // Private servers end with the thread that started them: all of this runs on the main thread.
        actix::System::new().block_on(async {
            let mut servers = Self::made_before(chain);
            let done = work(&servers).await;
            servers.stop().await;
            done
        })
    }

    /// How to reach a shop's database, once its server is up; `None` if that was never created. The error says why it is
    /// not up.
    pub async fn database(&self, shop: &Shop) -> Result<Option<config::ConnectionParameters>, String> {
        let name = &shop.plan.name;
        match &shop.config.database.value {
            Database::Server(server) => Ok(Some((**server).clone())),
            Database::Embedded { .. } if !self.states.contains_key(name) => Ok(None),
            Database::Embedded { .. } => self.up(name).await.map(Some),
        }
    }

    /// A shop's private server, if it is one of these.
    pub fn knows(&self, shop: &str) -> Option<&Spec> {
        self.states.get(shop).map(|(spec, _)| spec)
    }

    /// A shop's server, which may not be up yet, and its state from now on.
    ///
    /// # Panics
    /// If the shop has no private server.
    pub fn of(&self, shop: &str) -> (Spec, watch::Receiver<KeeperState>) {
        self.states[shop].clone()
    }

    /// How to reach a shop's server once it is up. The error says why it is not up in time.
    async fn up(&self, shop: &str) -> Result<config::ConnectionParameters, String> {
        let mut state = self.states[shop].1.clone();
        let settled = |state: &KeeperState| {
            matches!(state, KeeperState::Up { .. } | KeeperState::Failed(_) | KeeperState::Stopped(_))
        };
        // After the timeout, the state at that time counts.
        let _ = timeout_at(self.began + PATIENCE, state.wait_for(settled)).await;
        match &*state.borrow() {
            KeeperState::Up { connection, .. } => Ok((**connection).clone()),
            KeeperState::Failed(error) => Err(with_causes(&**error)),
            KeeperState::Down { reason } => Err(format!("its private server is down: {reason}")),
            KeeperState::Starting | KeeperState::Stopped(_) => {
                Err("its private server is not up yet".to_owned())
            }
        }
    }

    /// Whether one of them could not be started.
    pub fn any_failed(&self) -> bool {
        self.states.values().any(|(_, state)| matches!(*state.borrow(), KeeperState::Failed(_)))
    }

    /// Stops all servers that this run started and does not keep running.
    pub async fn stop(&mut self) -> AfterStop {
        self.stop.send_replace(true);
        let mut after = AfterStop::default();
        for (shop, (_, state)) in &mut self.states {
            let ended =
                |state: &KeeperState| matches!(state, KeeperState::Stopped(_) | KeeperState::Failed(_));
            let Ok(state) = state.wait_for(ended).await else { continue };
            match &*state {
                KeeperState::Stopped(Err(error)) => {
                    error!(shop, "cannot stop its server: {}", with_causes(&**error));
                }
                KeeperState::Stopped(Ok(Stopped::LeftRunning)) => after.up += 1,
                KeeperState::Stopped(Ok(Stopped::Clean)) => after.down += 1,
                KeeperState::Stopped(Ok(Stopped::Forced)) => {
                    after.down += 1;
                    warn!(
                        shop,
                        "its server had to be stopped immediately; it will recover at its next start"
                    );
                }
                KeeperState::Starting
                | KeeperState::Up { .. }
                | KeeperState::Down { .. }
                | KeeperState::Failed(_) => {}
            }
        }
        after
    }
}

/// What has become of private servers.
#[derive(Clone, Copy, Debug, Default)]
pub struct AfterStop {
    /// How many were stopped.
    down: usize,
    /// How many were left running.
    up: usize,
}

impl AfterStop {
    /// Tells it at the end of a run, and how to reach the databases now.
    pub fn report(self) {
        let servers = |count| {
            if count == 1 { "1 private server".to_owned() } else { format!("{count} private servers") }
        };
        if self.down > 0 {
            info!(
                "stopped {}; `shopsim serve` starts them without ticks, for a last sync or to look at the tables",
                servers(self.down)
            );
        }
        if self.up > 0 {
            info!(
                "left {} running: `keep_running` is set, or another shopsim runs them; the next run takes them over",
                servers(self.up)
            );
        }
    }
}
