//! Runs a chain: starts private servers, then shops, and stops them in the end.
//!
//! Owns the order in which a run starts and stops its parts. Must not know how a command line is read, nor which exit
//! code an outcome has.

mod descriptors;
mod open;
mod serve;
mod servers;
mod signals;

use std::io::{self, IsTerminal};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, Addr, Arbiter};
use indicatif::{MultiProgress, ProgressDrawTarget};
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, interval, interval_at};
use tracing::level_filters::LevelFilter;
use tracing::{error, info, warn};

use crate::chain::{Chain, Shop, wall_now};
use crate::clients::Endpoint;
use crate::config::{Database, Listen};
use crate::pg::{Claim, Queues, Sessions};
use crate::stream::OUTPUT_VERSION;
use crate::supervise::{GetStatus, Outcome, PrivateStore, Recipe, Stop, Store, Supervisor};
use crate::telemetry::http::{self, AllowedHosts, DatabaseFacts, Pages, Served, ShopFacts, Stage};
use crate::telemetry::{self, Format, Log};

use signals::Signals;

pub use serve::{EndOfService, serve};
pub(crate) use servers::Servers;
pub use signals::Signal;

/// How often the progress lines are drawn.
const DRAW: Duration = Duration::from_millis(200);
/// How often one summary line is logged where there are too many shops for a progress line each.
const PERIOD: Duration = Duration::from_secs(10);

/// How a chain is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Drop the shops' tables first, including ones that shopsim did not create: `--reset`, which will be removed.
    pub reset: bool,
    /// Open the page in a browser, and serve it even where the config has no `listen`.
    pub open: bool,
    /// The format of log lines.
    pub log_format: Format,
    /// The most detailed level of the lines on stderr.
    pub terminal: LevelFilter,
}

/// Nothing is dropped or opened; text lines from the level `info` on.
impl Default for Options {
    fn default() -> Self {
        Self { reset: false, open: false, log_format: Format::Text, terminal: LevelFilter::INFO }
    }
}

/// How a run ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// The final state of the shops; `None` if none was started, or if the end was forced: the log says why.
    pub outcome: Option<Outcome>,
    /// How many log lines of each shop were dropped, as sentences; empty if none.
    pub log_losses: String,
    /// The second signal, which forced the end.
    pub forced_by: Option<Signal>,
}

/// Runs a chain until all of its shops have ended: they have reached `stop_after`, failed permanently, or finished
/// their current tick after SIGINT or SIGTERM. Logs to stderr and to the shops' files.
///
/// Call it from the main thread, once per process: private servers end with the thread that started them, and logging
/// is set up for the whole process.
///
/// ```no_run
/// use shopsim::chain::{self, Overrides};
/// use shopsim::run::{self, Options};
///
/// let chain = chain::load("shops.toml".as_ref(), &Overrides::default())?;
/// let ended = run::run(&chain, &Options::default());
/// for shop in ended.outcome.iter().flat_map(|outcome| &outcome.shops) {
///     println!("{}: {} after {} ticks", shop.name, shop.phase, shop.ticks_here);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// If it is called twice in the same process.
pub fn run(chain: &Chain, options: &Options) -> Ended {
    let bars = MultiProgress::with_draw_target(match std::io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    });
    // Dropped last, so that the files get every line.
    let log = telemetry::begin(telemetry::LogOptions {
        format: options.log_format,
        terminal: options.terminal,
        files: Some(chain.config.logs.clone()),
        shops: chain.shops.iter().map(|shop| shop.plan.name.clone()).collect(),
        wall: Arc::new(wall_now),
        bars: bars.clone(),
    });
    if let Err(error) = descriptors::take(chain.shops.len()) {
        error!("{error}");
        return Ended::default();
    }
    // Private servers die with the thread that started them, so all of this runs on the main thread.
    actix::System::new().block_on(play(options, chain, &log, !bars.is_hidden()))
}

async fn play(options: &Options, chain: &Chain, log: &Log, draws: bool) -> Ended {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            error!("cannot listen for signals: {error}");
            return Ended::default();
        }
    };
    info!(
        output_version = OUTPUT_VERSION,
        config = %chain.path.display(),
        "shopsim {}", env!("CARGO_PKG_VERSION")
    );
    if options.reset {
        warn!(
            "`--reset` will be removed in the next release. It drops the tables at each start of the process, also \
             where a container is restarted after a crash: run `shopsim reset` once instead, then `shopsim run`"
        );
    }
    let stage = watch::Sender::new(Stage::Preparing);
    let served = match chain.config.listen.or_else(|| options.open.then(Listen::default)) {
        Some(listen) => match listen_on(listen, chain, &stage) {
            Ok((served, link)) => {
                if options.open {
                    open::in_browser(link);
                }
                Some(served)
            }
            Err(error) => {
                error!("{error}");
                return Ended::default();
            }
        },
        None => {
            info!("`--listen 9464` serves a page that shows all of this live; `--open` opens it, too");
            None
        }
    };
    let mut servers = Servers::of_chain(chain);
    let mut ended = play_on(options, chain, (log, draws), &servers, &stage, &mut signals).await;
    if let Some(served) = served
        && ended.outcome.is_some()
    {
        served.end().await;
    }
    tokio::select! {
        stopped = servers.stop() => stopped.report(),
        signal = signals.next() => ended.forced_by = Some(signal),
    }
    ended
}

/// Binds the address of the pages.
fn bind(listen: Listen) -> Result<TcpListener, String> {
    TcpListener::bind(listen.address()).map_err(|error| {
        let cure = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "stop the program that uses it, or choose another port with `--listen`"
            }
            io::ErrorKind::PermissionDenied => "choose a port above 1023 with `--listen`",
            _ => "choose an address of this machine with `--listen`",
        };
        format!("cannot listen on {listen}: {error}; {cure}")
    })
}

/// Serves the pages, before anything else of the run starts; returns the link to the first of them, too.
fn listen_on(
    listen: Listen,
    chain: &Chain,
    stage: &watch::Sender<Stage>,
) -> Result<(Served, String), String> {
    let listener = bind(listen)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let pages = Pages {
        stage: stage.subscribe(),
        wall: Arc::new(wall_now),
        began: wall_now(),
        config: chain.path.display().to_string(),
        allowed_hosts: AllowedHosts(chain.config.allowed_hosts.clone()),
    };
    let served =
        http::serve(listener, pages).map_err(|error| format!("cannot serve on {address}: {error}"))?;
    let link = format!("http://{}/", Listen::from(address).target());
    let everywhere = match address.ip().is_unspecified() {
        true => "also at this machine's other addresses; ",
        false => "",
    };
    info!("page: {link} ({everywhere}for machines: /livez, /readyz, /metrics, /status)");
    Ok((served, link))
}

/// Runs the shops: each starts as soon as its private server is up.
async fn play_on(
    options: &Options,
    chain: &Chain,
    (log, draws): (&Log, bool),
    servers: &Servers,
    stage: &watch::Sender<Stage>,
    signals: &mut Signals,
) -> Ended {
    let run = format!("{:016x}", entropy());
    let (mut recipes, mut facts) = (Vec::new(), Vec::new());
    let mut queues = Queues::default();
    for shop in &chain.shops {
        let claim = Claim {
            plan: shop.plan.clone(),
            start: shop.config.start.value,
            start_by_name: chain.start_by_name,
            reset: options.reset,
            run: run.clone(),
            capture: shop.capture.clone(),
        };
        let (deadline, synchronous) = (shop.config.tick_deadline, shop.config.synchronous_commit);
        let (store, database): (Arc<dyn Store>, _) = match &shop.config.database.value {
            Database::Server(server) => {
                announce(shop, Endpoint::of(server).url());
                let sessions = Sessions::new((**server).clone(), claim, deadline, synchronous);
                (Arc::new(sessions.queued(&mut queues)), DatabaseFacts::Server(server.clone()))
            }
            Database::Embedded { .. } => {
                let (spec, state) = servers.of(&shop.plan.name);
                announce(shop, spec.url());
                let store = PrivateStore::new(claim, deadline, synchronous, state.clone());
                (Arc::new(store), DatabaseFacts::Private(spec, state))
            }
        };
        facts.push(ShopFacts {
            plan: shop.plan.clone(),
            capture: shop.capture.clone(),
            city: shop.config.city.clone(),
            database,
        });
        recipes.push(Recipe {
            plan: shop.plan.clone(),
            schedule: shop.schedule,
            start: shop.config.start.value,
            store,
            wall: Arc::new(wall_now),
            journal: log.journal(&shop.plan.name),
        });
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    let threads = chain.config.supervisor.threads.unwrap_or(cores).min(recipes.len());
    let arbiters: Vec<Arbiter> = (0..threads).map(|_| Arbiter::new()).collect();
    let handles = arbiters.iter().map(Arbiter::handle).collect();
    let (sender, ended) = oneshot::channel();
    let supervisor =
        Supervisor::new(chain.config.supervisor.clone(), recipes, handles, entropy(), sender).start();
    stage.send_replace(Stage::Playing(supervisor.clone(), facts.into()));
    let outcome = watch(supervisor, ended, (log, draws), signals).await;
    for arbiter in &arbiters {
        arbiter.stop();
    }
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(forced_by) => return Ended { forced_by, ..Ended::default() },
    };
    stage.send_replace(Stage::Ended(outcome.shops.clone()));
    let forced_by = tokio::select! {
        () = log.settled() => None,
        signal = signals.next() => Some(signal),
    };
    Ended { outcome: Some(outcome), log_losses: log.losses(), forced_by }
}

/// Waits until all shops have ended, drawing progress and forwarding signals. The error is a second signal, which forces
/// the end, or `None` if the supervisor has disappeared.
async fn watch(
    supervisor: Addr<Supervisor>,
    mut ended: oneshot::Receiver<Outcome>,
    (log, draws): (&Log, bool),
    signals: &mut Signals,
) -> Result<Outcome, Option<Signal>> {
    let mut stopping = false;
    let (mut draw, mut period) = (interval(DRAW), interval_at(Instant::now() + PERIOD, PERIOD));
    let many = log.shops_are_many();
    let outcome = loop {
        tokio::select! {
            outcome = &mut ended => break outcome,
            signal = signals.next() => {
                if stopping {
                    warn!("forced to stop");
                    return Err(Some(signal));
                }
                stopping = true;
                info!("{signal}: finishing the current ticks, then stopping; send it again to force");
                supervisor.do_send(Stop);
            }
            _ = draw.tick(), if draws && !many => {
                if let Ok(shops) = supervisor.send(GetStatus).await {
                    log.show(Some(shops));
                }
            }
            _ = period.tick(), if many => {
                if let Ok(shops) = supervisor.send(GetStatus).await {
                    info!("{}", telemetry::line(&shops, wall_now()));
                }
            }
        }
    };
    log.show(None);
    outcome.map_err(|_| {
        error!("the supervisor ended unexpectedly: this is a bug in shopsim, please report it");
        None
    })
}

fn announce(shop: &Shop, url: String) {
    let city = shop.config.city.as_deref().unwrap_or("-");
    let fingerprint = &shop.plan.fingerprint()[..12];
    info!(shop = shop.plan.name, city, seed = shop.plan.seed, fingerprint, "{url}");
}

/// A random number that differs between runs; never used for the contents of rows.
fn entropy() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}
