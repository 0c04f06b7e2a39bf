//! `shopsim run`: runs the shops of a chain.
//!
//! Owns the arguments, the summary on stdout and the exit code. The run itself is in [`crate::run`].

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use tracing::level_filters::LevelFilter;

use super::{EXIT_CONFIG, EXIT_FAILED, LogFormat, Only, ShopsFile};
use crate::chain::{Chain, Overrides};
use crate::config::{HostName, Listen, Pace, Start};
use crate::run::{self, Ended, Options, Signal};
use crate::supervise::Phase;
use crate::telemetry::{self, Format};

const AFTER_HELP: &str = "\
Examples:
  shopsim run                               every shop of ./shops.toml, in real time
  shopsim run --only shop-1 --pace 60x      one shop, 60 times as fast
  shopsim run --start -30m                  30 minutes of history at full speed, then live
  shopsim run --start 2026-01-01T00:00:00Z --pace unlimited
                                            the whole run at full speed; the same rows each time
  shopsim run --open                        and watch it in the browser, at http://127.0.0.1:9464/

Ctrl-C finishes the current tick and stops. Run the same command to resume.

Environment variables, besides those named above and those that shops.toml uses as ${NAME}:
  SHOPSIM_STATE_DIR  the folder of the private servers
  SHOPSIM_PG_BIN     the folder that has initdb and postgres
  BROWSER            the program that --open runs instead of the desktop's browser
  NO_COLOR           no colours, if set and not empty";

/// `shopsim run`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// Drop the shops' tables at each start, including tables that shopsim did not create; deprecated, will be removed
    /// in the next release: use `shopsim reset`
    #[arg(long)]
    reset: bool,
    /// The pace of simulated time instead of the config's: real-time, a factor such as 60x, or unlimited
    #[arg(long, value_name = "PACE", allow_hyphen_values = true)]
    pace: Option<Pace>,
    /// The simulated time of tick 0 instead of the config's: now, a time such as 2026-01-01T00:00:00Z,
    /// or a signed span such as -7d
    #[arg(long, value_name = "START", allow_hyphen_values = true)]
    start: Option<Start>,
    /// End each shop after N ticks in total, including earlier runs: the last one is N-1
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    until_tick: Option<u64>,
    /// The folder of the log files instead of the config's
    #[arg(long, value_name = "DIR", env = "SHOPSIM_LOG_DIR", value_hint = clap::ValueHint::DirPath)]
    log_dir: Option<PathBuf>,
    /// Serve a page that shows the run live here instead of at the config's `listen`, and for machines /livez, /readyz,
    /// /metrics and /status: a port of 127.0.0.1, or an IP and a port such as 0.0.0.0:9464
    #[arg(long, value_name = "ADDR", env = "SHOPSIM_LISTEN")]
    listen: Option<Listen>,
    /// Let browsers ask for the pages by this name, too, besides IP addresses, `localhost` and the config's
    /// `allowed_hosts`; may be given several times
    #[arg(long, value_name = "NAME", env = "SHOPSIM_ALLOW_HOST", value_delimiter = ',')]
    allow_host: Vec<HostName>,
    /// Open the page in a browser, if there is one; without any `listen` it is served at 127.0.0.1:9464
    #[arg(long)]
    open: bool,
    /// The format of log lines
    #[arg(long, value_enum, value_name = "FORMAT", env = "SHOPSIM_LOG_FORMAT", default_value_t)]
    log_format: LogFormat,
    /// Also show every changed row on the terminal
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Show warnings and errors only (-qq: errors only)
    #[arg(short, long, action = clap::ArgAction::Count)]
    quiet: u8,
}

impl Arguments {
    /// The settings of the config that the command line overrides.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            only: self.shops.only.clone(),
            start: self.start,
            pace: self.pace,
            until_tick: self.until_tick,
            log_dir: self.log_dir.clone(),
            listen: self.listen,
            allow_hosts: self.allow_host.clone(),
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

/// Runs a chain to its end, and prints the summary.
pub fn run(arguments: &Arguments, chain: &Chain) -> ExitCode {
    let options = Options {
        reset: arguments.reset,
        open: arguments.open,
        log_format: match arguments.log_format {
            LogFormat::Text => Format::Text,
            LogFormat::Json => Format::Json,
        },
        terminal: arguments.terminal_level(),
    };
    let Ended { outcome, log_losses, forced_by } = run::run(chain, &options);
    if let Some(outcome) = &outcome {
        // A closed stdout does not change the exit code.
        drop(std::io::stdout().write_all((telemetry::table(&outcome.shops) + &log_losses).as_bytes()));
    }
    let (Some(outcome), None) = (&outcome, forced_by) else {
        return ExitCode::from(forced_by.map_or(EXIT_FAILED, Signal::exit_code));
    };
    let any = |phase| outcome.shops.iter().any(|shop| shop.phase == phase);
    if any(Phase::GivenUp) || !outcome.forced.is_empty() {
        ExitCode::from(EXIT_FAILED)
    } else if any(Phase::Refused) {
        ExitCode::from(EXIT_CONFIG)
    } else {
        ExitCode::SUCCESS
    }
}
