//! `shopsim run`: servers, then shops, then the end.
//!
//! Owns the order of a run's parts and what its outcome means for the exit code.

use std::io::{self, IsTerminal, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, Addr, Arbiter};
use indicatif::{MultiProgress, ProgressDrawTarget};
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, interval, interval_at};
use tracing::level_filters::LevelFilter;
use tracing::{error, info, warn};

use super::servers::Servers;
use super::signals::Signals;
use super::{EXIT_CONFIG, EXIT_FAILED, LogFormat, Only, ShopsFile, descriptors, url};
use crate::chain::{Chain, Overrides, Shop, wall_now};
use crate::config::{Database, Listen, Pace, Start};
use crate::pg::{Claim, Queues, Sessions};
use crate::stream::OUTPUT_VERSION;
use crate::supervise::{GetStatus, Outcome, Phase, PrivateStore, Recipe, Stop, Store, Supervisor};
use crate::telemetry::http::{self, Pages, Stage};
use crate::telemetry::{self, Format, Log};

/// How often the progress lines are drawn.
const DRAW: Duration = Duration::from_millis(200);
/// How often the terminal is told of shops that are too many to be told of one by one.
const PERIOD: Duration = Duration::from_secs(10);

const AFTER_HELP: &str = "\
Examples:
  shopsim run                               every shop of ./shops.toml, in real time
  shopsim run --only shop-1 --pace 60x      one shop, a minute of it every second
  shopsim run --start -30m                  half an hour of history at once, then live
  shopsim run --start 2026-01-01T00:00:00Z --pace unlimited
                                            the whole run at once; the same rows each time
  shopsim run --listen 9464                 and tell on http://127.0.0.1:9464/readyz how they are

Ctrl-C ends it after the ticks in hand. The same command goes on where it stood.

Environment, besides the variables named above and those that shops.toml uses as ${NAME}:
  SHOPSIM_STATE_DIR  the folder of the private servers
  SHOPSIM_PG_BIN     the folder of the programs initdb and postgres
  NO_COLOR           set to anything but nothing: no colours";

/// `shopsim run`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// Drop the shops' tables first, whoever made them, at each start of the process; will be removed in the
    /// next release: use `shopsim reset`
    #[arg(long)]
    reset: bool,
    /// How simulated time follows the wall clock, instead of as the config says: real-time, a factor
    /// such as 60x, or unlimited
    #[arg(long, value_name = "PACE", allow_hyphen_values = true)]
    pace: Option<Pace>,
    /// The simulated time of tick 0 instead of the config's: now, a time such as 2026-01-01T00:00:00Z,
    /// or a signed span such as -7d
    #[arg(long, value_name = "START", allow_hyphen_values = true)]
    start: Option<Start>,
    /// End each shop after N ticks in all, those of earlier runs counted
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    until_tick: Option<u64>,
    /// The folder of the log files instead of the config's
    #[arg(long, value_name = "DIR", env = "SHOPSIM_LOG_DIR", value_hint = clap::ValueHint::DirPath)]
    log_dir: Option<PathBuf>,
    /// Serve /livez, /readyz, /metrics and /status here instead of at the config's `listen`: a port of
    /// 127.0.0.1, or an IP and a port such as 0.0.0.0:9464
    #[arg(long, value_name = "ADDR", env = "SHOPSIM_LISTEN")]
    listen: Option<Listen>,
    /// The form of log lines
    #[arg(long, value_enum, value_name = "FORMAT", env = "SHOPSIM_LOG_FORMAT", default_value_t)]
    log_format: LogFormat,
    /// Show every changed row on the terminal, too
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Show warnings and errors only (-qq: errors only)
    #[arg(short, long, action = clap::ArgAction::Count)]
    quiet: u8,
}

impl Arguments {
    /// What the command line decides otherwise than the config.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            only: self.shops.only.clone(),
            start: self.start,
            pace: self.pace,
            until_tick: self.until_tick,
            log_dir: self.log_dir.clone(),
        }
    }

    fn terminal_level(&self) -> LevelFilter {
        match (self.verbose, self.quiet) {
            (true, _) => LevelFilter::DEBUG,
            (false, 0) => LevelFilter::INFO,
            (false, 1) => LevelFilter::WARN,
            (false, _) => LevelFilter::ERROR,
        }
    }
}

/// Runs a chain to its end.
pub fn run(arguments: &Arguments, chain: Chain) -> ExitCode {
    let bars = MultiProgress::with_draw_target(match std::io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    });
    // Dropped last, so that the files get every line.
    let log = telemetry::begin(telemetry::Settings {
        format: match arguments.log_format {
            LogFormat::Text => Format::Text,
            LogFormat::Json => Format::Json,
        },
        terminal: arguments.terminal_level(),
        files: Some(chain.config.logs.clone()),
        shops: chain.shops.iter().map(|shop| shop.plan.name.clone()).collect(),
        wall: Arc::new(wall_now),
        bars: bars.clone(),
    });
    if let Err(error) = descriptors::take(chain.shops.len()) {
        error!("{error}");
        return ExitCode::from(EXIT_FAILED);
    }
    // Private servers die with the thread that started them, so all of this runs on the main thread.
    actix::System::new().block_on(play(arguments, &chain, &log, !bars.is_hidden()))
}

async fn play(arguments: &Arguments, chain: &Chain, log: &Log, draws: bool) -> ExitCode {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            error!("cannot listen for signals: {error}");
            return ExitCode::from(EXIT_FAILED);
        }
    };
    info!(
        output_version = OUTPUT_VERSION,
        config = %chain.path.display(),
        "shopsim {}", env!("CARGO_PKG_VERSION")
    );
    if arguments.reset {
        warn!(
            "`--reset` will be removed in the next release. It drops the tables at each start of the process, also \
             where a container is restarted after a crash: run `shopsim reset` once instead, then `shopsim run`"
        );
    }
    let stage = watch::Sender::new(Stage::Preparing);
    if let Some(listen) = arguments.listen.or(chain.config.listen)
        && let Err(error) = listen_on(listen, &stage)
    {
        error!("{error}");
        return ExitCode::from(EXIT_FAILED);
    }
    let embedded = chain.shops.iter().filter_map(|shop| match shop.config.database.value {
        Database::Embedded { port } => Some((shop.plan.name.clone(), port)),
        Database::Server(_) => None,
    });
    let mut servers = Servers::start(&chain.config.embedded, embedded);
    let code = play_on(arguments, chain, (log, draws), &servers, &stage, &mut signals).await;
    tokio::select! {
        () = servers.stop() => code,
        signal = signals.next() => ExitCode::from(signal.exit_code()),
    }
}

/// Takes an address.
fn bind(listen: Listen) -> Result<TcpListener, String> {
    TcpListener::bind(listen.address()).map_err(|error| {
        let cure = match error.kind() {
            io::ErrorKind::AddrInUse => "end the program that has it, or choose another with `--listen`",
            io::ErrorKind::PermissionDenied => "choose a port above 1023 with `--listen`",
            _ => "choose an address of this machine with `--listen`",
        };
        format!("cannot listen on {listen}: {error}; {cure}")
    })
}

/// Serves the pages that tell how the run is, before anything of it begins.
fn listen_on(listen: Listen, stage: &watch::Sender<Stage>) -> Result<(), String> {
    let listener = bind(listen)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let pages = Pages { stage: stage.subscribe(), wall: Arc::new(wall_now), began: wall_now() };
    http::serve(listener, pages).map_err(|error| format!("cannot serve on {address}: {error}"))?;
    info!("http://{address} tells how the shops are: /livez, /readyz, /metrics, /status");
    Ok(())
}

/// The run while its private servers come up: each shop begins as soon as its own is.
async fn play_on(
    arguments: &Arguments,
    chain: &Chain,
    (log, draws): (&Log, bool),
    servers: &Servers,
    stage: &watch::Sender<Stage>,
    signals: &mut Signals,
) -> ExitCode {
    let run = format!("{:016x}", entropy());
    let mut recipes: Vec<Recipe> = Vec::new();
    let mut queues = Queues::default();
    for shop in &chain.shops {
        let claim = Claim {
            plan: shop.plan.clone(),
            start: shop.config.start.value,
            start_by_name: arguments.start.is_some(),
            reset: arguments.reset,
            run: run.clone(),
        };
        let (deadline, synchronous) = (shop.config.tick_deadline, shop.config.synchronous_commit);
        let store: Arc<dyn Store> = match &shop.config.database.value {
            Database::Server(server) => {
                announce(shop, url(server));
                let sessions = Sessions::new((**server).clone(), claim, deadline, synchronous);
                Arc::new(sessions.queued(&mut queues))
            }
            Database::Embedded { .. } => {
                let (url, state) = servers.of(&shop.plan.name);
                announce(shop, url);
                Arc::new(PrivateStore::new(claim, deadline, synchronous, state))
            }
        };
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
    stage.send_replace(Stage::Playing(supervisor.clone()));
    let outcome = watch(supervisor, ended, (log, draws), signals).await;
    for arbiter in &arbiters {
        arbiter.stop();
    }
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(forced) => return forced,
    };
    stage.send_replace(Stage::Ended(outcome.shops.clone()));
    tokio::select! {
        () = log.settled() => conclude(&outcome, &log.losses()),
        signal = signals.next() => ExitCode::from(signal.exit_code()),
    }
}

/// Waits for the end of all shops, drawing progress and passing signals on. A second signal forces.
async fn watch(
    supervisor: Addr<Supervisor>,
    mut ended: oneshot::Receiver<Outcome>,
    (log, draws): (&Log, bool),
    signals: &mut Signals,
) -> Result<Outcome, ExitCode> {
    let mut stopping = false;
    let (mut draw, mut period) = (interval(DRAW), interval_at(Instant::now() + PERIOD, PERIOD));
    let many = log.shops_are_many();
    let outcome = loop {
        tokio::select! {
            outcome = &mut ended => break outcome,
            signal = signals.next() => {
                if stopping {
                    warn!("forced to end");
                    return Err(ExitCode::from(signal.exit_code()));
                }
                stopping = true;
                info!("{signal}: stopping after the ticks in hand; once more to force");
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
        error!("the supervisor is gone without a word, which is a bug of shopsim; please report it");
        ExitCode::from(EXIT_FAILED)
    })
}

/// Prints the summary and finds the exit code.
fn conclude(outcome: &Outcome, losses: &str) -> ExitCode {
    // A closed stdout must not hide how the run went.
    drop(std::io::stdout().write_all((telemetry::table(&outcome.shops) + losses).as_bytes()));
    let any = |phase| outcome.shops.iter().any(|shop| shop.phase == phase);
    if any(Phase::GivenUp) || !outcome.forced.is_empty() {
        ExitCode::from(EXIT_FAILED)
    } else if any(Phase::Refused) {
        ExitCode::from(EXIT_CONFIG)
    } else {
        ExitCode::SUCCESS
    }
}

fn announce(shop: &Shop, url: String) {
    let city = shop.config.city.as_deref().unwrap_or("-");
    let fingerprint = &shop.plan.fingerprint()[..12];
    info!(shop = shop.plan.name, city, seed = shop.plan.seed, fingerprint, "{url}");
}

/// A number that no other run has; for what must differ, never for what rows hold.
fn entropy() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}
