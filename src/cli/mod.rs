//! The command line: what can be typed.
//!
//! Owns flags, their help and their values; what a command does is in its file. One file per command.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

pub mod check;
pub mod completions;
pub mod digest;
pub mod healthcheck;
pub mod import;
pub mod providers;
pub mod reset;
pub mod run;
pub mod sample;
pub mod standing;
pub mod times;
pub mod verify;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Plays the live backend databases of a whole shop chain.
///
/// Every branch of the chain deletes, updates and inserts real rows in a PostgreSQL database of its own,
/// tick by tick, the same for the same seed on any machine and through any crash.
#[derive(Debug, Parser)]
#[command(name = "shopsim", version, styles = STYLES, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Begin with:
  shopsim check    is ./shops.toml right, and what would it run?
  shopsim run      run it; psql, pgAdmin or a pipeline connects to the URLs that it prints

Exit codes:
  0         done: every shop finished, or was stopped as asked
  1         a finding: `verify` met a difference, `import` left something out, `healthcheck` met
            trouble; the answer to `reset` was no
  2         the command line or the config is wrong, or a database is not of this seed and config
  3         a shop failed for good, or could not be stopped or reset; the address to listen on is
            taken
  130, 143  a second Ctrl-C or SIGTERM forced the end";

/// The command line or the config is wrong, or a database is not of this seed and config.
pub const EXIT_CONFIG: u8 = 2;
/// A finding: something is not as it must be, or was left out.
pub const EXIT_DIFFERS: u8 = 1;
/// A shop failed for good.
pub const EXIT_FAILED: u8 = 3;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the chain: every shop ticks into its database until it ends or is stopped
    Run(run::Arguments),
    /// Check a config, and tell what it would run; touches nothing
    Check(check::Arguments),
    /// Print the rows that ticks delete, update and insert; needs no database
    Sample(sample::Arguments),
    /// Compare the databases with what their seeds and the config say; writes nothing
    Verify(verify::Arguments),
    /// Drop what runs have written, so that the next one begins anew; asks before
    Reset(reset::Arguments),
    /// Print each table's expected SHA-256 after a tick; needs no database
    Digest(digest::Arguments),
    /// Check a running shopsim; for containers
    Healthcheck(healthcheck::Arguments),
    /// Make a shops.toml of the legacy generator's config.json and env files
    Import(import::Arguments),
    /// List the providers of values: their params, and what they draw; needs no config
    Providers(providers::Arguments),
    /// Print a script that makes a shell complete commands, flags and files
    Completions(completions::Arguments),
}

/// Which chain.
#[derive(Args, Debug)]
pub struct ShopsFile {
    /// The config of the chain: its shops, and what they sell
    #[arg(long, value_name = "FILE", env = "SHOPSIM_SHOPS", default_value = "shops.toml", value_hint = ValueHint::FilePath)]
    pub shops: PathBuf,
}

/// Which of its shops.
#[derive(Args, Debug, Default)]
pub struct Only {
    /// Only this shop instead of all; may be given several times
    #[arg(long, visible_alias = "shop", value_name = "NAME")]
    pub only: Vec<String>,
}

/// Says something on stderr. Where that is closed, nobody listens.
pub fn tell(text: &str) {
    drop(io::stderr().write_all(text.as_bytes()));
}

/// The form of a command's output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people
    #[default]
    Table,
    /// One JSON document
    Json,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
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
