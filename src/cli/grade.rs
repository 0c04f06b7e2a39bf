//! `shopsim grade`: what is wrong with the warehouse that a pipeline has loaded, and why.
//!
//! Owns its flags, the order of the steps, the repetition of `--wait`, and the exit code.

mod steps;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use clap::{Subcommand, ValueEnum, ValueHint};

use super::{Only, ShopsFile};
use crate::chain::Chain;
use crate::grade::Class;
use crate::grade::report::Hints;

const AFTER_HELP: &str = "\
Reads the warehouse in one snapshot, computes what it must hold from the config, and compares every row. Works while \
shops and pipeline run, and writes nothing. The tables are found by the columns that tools leave in them; \
--print-mapping shows what was found, as a file that --mapping reads.

A pipeline that reads tables now and then cannot see every change: only what some load must have seen can be \
missing. When each load read the shops is taken from a table of loads, a schedule, or the rows themselves.

Exit codes: 0 all is right, 1 something is wrong, 2 the command line, the config or the mapping is invalid or \
ambiguous, 3 it cannot be told: a shop or the warehouse is unavailable, or nothing was loaded.

Examples:
  shopsim grade --warehouse postgresql://dwh:secret@localhost:5435/postgres
  shopsim grade --warehouse exports/                    # a folder of CSV files
  shopsim grade --print-mapping > warehouse.toml        # with SHOPSIM_WAREHOUSE set
  shopsim grade --mapping warehouse.toml --format html --out report.html
  shopsim grade --mapping warehouse.toml --wait --for 30m
  shopsim grade explain shop-2 orders 12";

/// `shopsim grade`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// Only this table of the chain; may be given several times
    #[arg(long = "table", value_name = "NAME")]
    tables: Vec<String>,
    /// Print the mapping that was found, as a file for --mapping, and grade nothing
    #[arg(long)]
    print_mapping: bool,
    /// The format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// Write the report to a file instead of stdout
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
    /// How many findings of each class to show
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
    /// How much to give away: counts only, also which rows, or also the causes
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    hints: HintLevel,
    /// Only findings of these classes make the exit code 1, separated by commas
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    fail_on: Vec<Class>,
    /// Exit with 3 if a class of obligations could not be tested
    #[arg(long)]
    strict: bool,
    /// Grade again after each new load until nothing is wrong
    #[arg(long, conflicts_with = "origin")]
    wait: bool,
    /// How long --wait tries
    #[arg(long = "for", value_name = "SPAN", default_value = "10m", value_parser = humantime::parse_duration, requires = "wait")]
    wait_for: Duration,
    #[command(subcommand)]
    explain: Option<Explain>,
}

/// What is graded, and against what.
#[derive(clap::Args, Debug)]
pub(crate) struct Subject {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// The warehouse: a URL or libpq connection string, or a folder of CSV files
    #[arg(long, value_name = "URL", env = "SHOPSIM_WAREHOUSE", hide_env_values = true)]
    warehouse: Option<String>,
    /// What the tables of the warehouse mean
    #[arg(long, value_name = "FILE", env = "SHOPSIM_MAPPING", value_hint = ValueHint::FilePath)]
    mapping: Option<PathBuf>,
    /// The tool that has made the tables, instead of the one that their columns tell
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// The loads: their period, such as 3m, or a file with a time per line
    #[arg(long, value_name = "SPAN|FILE")]
    loads: Option<String>,
    /// Take start, pauses and last tick of the shops from a file of `shopsim origin` instead of their databases
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    origin: Option<PathBuf>,
    /// The last tick that a load may have seen
    #[arg(long, value_name = "N")]
    as_of_tick: Option<u64>,
}

/// A single row.
#[derive(Debug, Subcommand)]
enum Explain {
    /// Show the truth, the loads and the warehouse's rows of one key on one time line
    Explain(ExplainArguments),
}

/// `shopsim grade explain`.
#[derive(clap::Args, Debug)]
struct ExplainArguments {
    /// The shop
    #[arg(value_name = "SHOP")]
    shop: String,
    /// The table of the chain
    #[arg(value_name = "TABLE")]
    table: String,
    /// The row's key
    #[arg(value_name = "KEY")]
    key: String,
    #[command(flatten)]
    subject: Subject,
}

/// A format of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Plain text
    #[default]
    Table,
    /// One JSON document
    Json,
    /// JUnit's XML, for continuous integration
    Junit,
    /// Markdown, for a pull request
    Markdown,
    /// One page that needs no other file
    Html,
}

/// A level of hints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum HintLevel {
    /// Counts only
    None,
    /// Counts and rows
    Where,
    /// Counts, rows and causes
    #[default]
    Why,
}

impl From<HintLevel> for Hints {
    fn from(level: HintLevel) -> Self {
        match level {
            HintLevel::None => Self::None,
            HintLevel::Where => Self::Where,
            HintLevel::Why => Self::Why,
        }
    }
}

impl Arguments {
    /// What is graded.
    pub(crate) fn subject(&self) -> &Subject {
        match &self.explain {
            Some(Explain::Explain(arguments)) => &arguments.subject,
            None => &self.subject,
        }
    }
}

/// Grades the warehouse of a chain's pipeline and prints the report.
pub fn run(arguments: &Arguments, chain: &Chain) -> ExitCode {
    match &arguments.explain {
        Some(Explain::Explain(explain)) => watch::explain(explain, chain),
        None => watch::run(arguments, chain),
    }
}

impl FromStr for Class {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = || Self::ALL.iter().map(|class| class.name());
        Self::ALL.into_iter().find(|class| class.name() == name).ok_or_else(|| match crate::suggest::nearest(
            name,
            names(),
        ) {
            Some(near) => format!("there is no class `{name}`; did you mean `{near}`?"),
            None => format!(
                "there is no class `{name}`; the classes are: {}",
                names().collect::<Vec<_>>().join(", ")
            ),
        })
    }
}
