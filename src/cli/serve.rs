//! `shopsim serve`: keeps the private servers of a chain up, without ticks.
//!
//! Owns the arguments and the exit code. The service itself is in [`crate::run`].

use std::process::ExitCode;

use super::{EXIT_FAILED, Only, ShopsFile};
use crate::chain::Chain;
use crate::run::{self, EndOfService, Signal};

const AFTER_HELP: &str = "\
Private servers go down with the run that has started them. `serve` starts them again and keeps them up, so that a last sync \
of a pipeline can read what a finished run has written, or psql can look at it: no row changes. It logs the URLs to stderr, \
and a line for each server that is up. Ctrl-C or SIGTERM stops the servers, unless [embedded] keep_running is set.

A run may begin meanwhile: it uses the same servers, which stay up when it ends. Shops with a configured database are \
left out, since their servers are not shopsim's.

Exit codes: 0 stopped, or no shop has a private server, 2 the command line or the config is invalid, 3 a server could not be \
started, 130 or 143 a second Ctrl-C or SIGTERM forced the end.

Examples:
  shopsim run --pace unlimited && shopsim serve    a whole run, then its databases for as long as you like
  shopsim serve --only shop-1                      one shop
  shopsim connect shop-1 --for psql                a command that connects to it";

/// `shopsim serve`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
}

/// Serves a chain until it is told to stop.
pub fn run(chain: &Chain) -> ExitCode {
    let EndOfService { failed, forced_by } = run::serve(chain);
    match (forced_by, failed) {
        (Some(signal), _) => ExitCode::from(Signal::exit_code(signal)),
        (None, true) => ExitCode::from(EXIT_FAILED),
        (None, false) => ExitCode::SUCCESS,
    }
}
