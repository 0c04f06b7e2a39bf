//! The command line: what can be typed.
//!
//! Owns flags, their help and their values; what a command does is in its file. One file per command.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::config::{Pace, Start};

pub mod check;
pub mod completions;
pub mod run;
pub mod sample;
mod servers;
mod signals;

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
#[command(name = "shopsim", version, styles = STYLES, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done: every shop finished, or was stopped as asked
  2  the command line or the config is wrong, or a database is not of this seed and config
  3  a shop failed for good
  130, 143  a second Ctrl-C or SIGTERM forced the end";

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the chain: every shop ticks into its database until it ends or is stopped
    Run(run::Arguments),
    /// Check a config without touching anything, and tell what would run
    Check(check::Arguments),
    /// Print what ticks would do, without a database
    Sample(sample::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
}

/// Which chain.
#[derive(Args, Debug)]
pub struct ShopsFile {
    /// The chain's config
    #[arg(long, value_name = "FILE", env = "SHOPSIM_SHOPS", default_value = "shops.toml", value_hint = ValueHint::FilePath)]
    pub shops: PathBuf,
}

/// What a command may decide otherwise than the config.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The shops to leave, all if empty.
    pub only: Vec<String>,
    /// `start` of every shop.
    pub start: Option<Start>,
    /// `pace` of every shop.
    pub pace: Option<Pace>,
    /// Number of ticks in all after which a shop ends.
    pub until_tick: Option<u64>,
    /// The folder of log files.
    pub log_dir: Option<PathBuf>,
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
