//! `shopsim status`: how the shops of a running shopsim are doing.
//!
//! Owns the arguments, what is printed where, and the exit code. The request is in `answer`, the table in `table`,
//! the end of the run in `ending`.

mod answer;
mod ending;
mod screen;
mod table;
mod watch;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use super::http::Address;
use super::{EXIT_CONFIG, EXIT_DIFFERS, EXIT_FAILED, Only, TableFormat, write_stderr};
use crate::telemetry::colour_wanted_on_stdout;
use answer::ask;
use table::Table;

/// The shortest interval of `--watch`.
const SHORTEST: Duration = Duration::from_millis(100);

const AFTER_HELP: &str = "\
Asks a run that serves its page (`shopsim run --listen 9464`, or --open) and prints what the page shows: a summary, then
a line for each shop, those in trouble first, with the reason below.

Columns:
  phase     starting, history, live, waiting (for its server), backing off (restarts after a failure),
            finished, stopped, refused (its database has another seed or config), given up
  tick      the last committed tick, and the number of ticks if the run has an end
  time      the simulated time of that tick
  lag       how late the shop is; a dash: unknown
  ins/s ... rows per second: inserted, updated, deleted
  restarts  by cause: panic, transient (an error that passes), waiting (no server)

Exit codes: 0 all active shops are on schedule, 1 at least one is not, 2 the command line is invalid, 3 no answer.
With --watch it is 0 when the run has ended; a shopsim that goes away is waited for.

Examples:
  shopsim status                             the run of ./shops.toml, or at 127.0.0.1:9464
  shopsim status --watch                     the same, always up to date, until Ctrl-C
  shopsim status --listen 10.0.0.5:9464 --only shop-1
  shopsim status --format json | jq '.shops[] | select(.trouble) | .name'";

/// `shopsim status`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    address: Address,
    #[command(flatten)]
    shops: Only,
    /// Ask again and again, and redraw the table in place on a terminal
    #[arg(short, long)]
    watch: bool,
    /// How often --watch asks
    #[arg(long, value_name = "SPAN", default_value = "1s", value_parser = interval, requires = "watch")]
    every: Duration,
    /// The format: a table, or the answer of /api/v1/shops as it is, with the chosen shops only
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: TableFormat,
}

/// Reads the interval of `--watch`.
fn interval(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(span) if span >= SHORTEST => Ok(span),
        Ok(_) => Err(format!("write at least {}", humantime::format_duration(SHORTEST))),
        Err(error) => Err(error.to_string()),
    }
}

/// Why there is nothing to show.
#[derive(Debug)]
pub struct Failure {
    /// What to print.
    pub message: String,
    /// The exit code.
    pub code: u8,
}

/// Asks a run, and prints what it answers.
pub fn run(arguments: &Arguments) -> ExitCode {
    let (target, only) = (arguments.address.target(), &arguments.shops.only);
    if arguments.watch {
        return watch::run(arguments, target);
    }
    let answer = match ask(target, only) {
        Ok(answer) => answer,
        Err(failure) => return fail(&failure),
    };
    let text = match arguments.format {
        TableFormat::Table => Table::of(&answer.chain, colour_wanted_on_stdout()).text(),
        TableFormat::Json => answer.json(),
    };
    let code = if answer.chain.is_on_schedule() { 0 } else { EXIT_DIFFERS };
    print(&text).map_or_else(|code| code, |()| ExitCode::from(code))
}

/// Writes to stdout; an exit code is an error. A closed pipe ends the command and is no failure.
fn print(text: &str) -> Result<(), ExitCode> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        _ => {
            write_stderr(&format!("error: cannot write to stdout: {error}\n"));
            ExitCode::from(EXIT_FAILED)
        }
    })
}

fn fail(failure: &Failure) -> ExitCode {
    write_stderr(&failure.message.lines().map(|line| format!("error: {line}\n")).collect::<String>());
    ExitCode::from(failure.code)
}
