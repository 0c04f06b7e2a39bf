//! The command line.
//!
//! Owns flags, their help and their values; what a command does is in its file. One file per command.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

pub mod check;
pub mod completions;
pub mod connect;
pub mod digest;
pub mod doctor;
pub mod field;
pub mod grade;
pub mod healthcheck;
pub mod history;
pub mod http;
pub mod import;
pub mod origin;
pub mod providers;
pub mod reset;
pub mod run;
pub mod sample;
pub mod serve;
pub mod standing;
pub mod status;
pub mod times;
pub mod verify;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Simulates a retail chain's production databases: real PostgreSQL tables that change all the time.
///
/// Every shop deletes, updates and inserts rows in its own PostgreSQL database, tick by tick. The same seed gives the
/// same rows on any machine, and through any crash.
#[derive(Debug, Parser)]
#[command(name = "shopsim", version, styles = STYLES, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Begin with:
  shopsim check    check ./shops.toml and show what it would run
  shopsim run      run it, and connect psql, pgAdmin or a pipeline to the URLs that it prints;
                   with --open, watch it in the browser

Exit codes:
  0         success: every shop finished, or was stopped
  1         `verify` found a difference, `grade` has findings, `import` left something out,
            `healthcheck` or `status` found a problem, `doctor` found an error or a warning, or
            `reset` was not confirmed
  2         the command line or the config is invalid, or a database was created with a different
            seed or config
  3         a shop failed permanently, or could not be stopped or reset, or the address of --listen
            is in use, or nobody answers there
  130, 143  a second Ctrl-C or SIGTERM forced the end";

/// The command line or the config is invalid, or a database was created with a different seed or config.
pub const EXIT_CONFIG: u8 = 2;
/// A difference, a problem or an omission was found.
pub const EXIT_DIFFERS: u8 = 1;
/// A shop failed permanently.
pub const EXIT_FAILED: u8 = 3;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the shops until they finish or are stopped
    Run(run::Arguments),
    /// Keep the private servers up without running the shops, for a last sync or a look
    Serve(serve::Arguments),
    /// Check a config and show what it would run; changes nothing
    Check(check::Arguments),
    /// Print the rows that ticks delete, update and insert; needs no database
    Sample(sample::Arguments),
    /// Compare the databases with their expected contents; writes nothing
    Verify(verify::Arguments),
    /// Find what is wrong with the warehouse that a pipeline has loaded, and why
    Grade(Box<grade::Arguments>),
    /// Check whether a server is ready for change data capture and cursor loads, and for which tools
    Doctor(Box<doctor::Arguments>),
    /// Drop the shops' tables, so that the next run starts anew; asks first
    Reset(reset::Arguments),
    /// Print each table's expected SHA-256 after a tick; needs no database
    Digest(digest::Arguments),
    /// Print every version of every row, with the ticks and times in which it stood; needs no database
    History(history::Arguments),
    /// Print what the runs have recorded, for commands without access to the databases
    Origin(origin::Arguments),
    /// Show how the shops of a running shopsim are doing
    Status(status::Arguments),
    /// Print what to paste into psql, Debezium, Airbyte, dbt … to connect to a shop
    Connect(connect::Arguments),
    /// Check a running shopsim; for containers
    Healthcheck(healthcheck::Arguments),
    /// Convert the legacy generator's config.json and env files to a shops.toml
    Import(import::Arguments),
    /// List the providers of values with their params and samples; needs no config
    Providers(providers::Arguments),
    /// Print a shell completion script
    Completions(completions::Arguments),
}

/// The config.
#[derive(Args, Debug)]
pub struct ShopsFile {
    /// The config file
    #[arg(long, value_name = "FILE", env = "SHOPSIM_SHOPS", default_value = "shops.toml", value_hint = ValueHint::FilePath)]
    pub shops: PathBuf,
}

/// A choice of its shops.
#[derive(Args, Debug, Default)]
pub struct Only {
    /// Only this shop; may be given several times
    #[arg(long, visible_alias = "shop", value_name = "NAME")]
    pub only: Vec<String>,
}

/// Where the times of a run are recorded.
#[derive(Args, Debug, Default)]
pub struct Recorded {
    /// Take the start and the pauses from the shops' databases
    #[arg(long, conflicts_with = "start")]
    pub database: bool,
    /// Take the start and the pauses from a file that `shopsim origin` has written
    #[arg(long, value_name = "FILE", conflicts_with_all = ["start", "database"], value_hint = ValueHint::FilePath)]
    pub origin: Option<PathBuf>,
}

impl Recorded {
    /// Whether the times of a run are asked for, not those of the config.
    pub fn is_given(&self) -> bool {
        self.database || self.origin.is_some()
    }
}

/// Writes to stderr; a closed stderr is ignored.
pub fn write_stderr(text: &str) {
    drop(io::stderr().write_all(text.as_bytes()));
}

/// The format of a command's output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Plain text
    #[default]
    Table,
    /// One JSON document
    Json,
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Plain text
    #[default]
    Text,
    /// One JSON object per line
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
