//! `shopsim history`: every version of every row, or the tables as they stood after a tick, without a database.
//!
//! Owns its flags and which versions are printed; `choice` checks what was asked for, `output` owns the formats. The
//! versions are those of [`crate::truth`].

mod choice;
mod output;

use std::io::{self, Write};

use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;

use super::{Only, Recorded, ShopsFile};
use crate::chain::Shop;
use crate::config::Start;
use crate::plan::{RowKeys, TablePlan};
use crate::truth::{Row, TableRows};

pub use choice::{Choice, choose};
use output::{Content, Output, RowVersion, TableOutput};

const EXAMPLES: &str = "\
A version is what a row was after each tick from `from_tick` on, until `to_tick` ended it; that is null if the version \
still stood after the last tick. All follows from the config and its seeds: pass --start for fixed times, or --database or \
--origin for the start, the pauses and the last tick of a run.

Examples:
  shopsim history --only shop-1 --table orders --to-tick 20 --format csv
  shopsim history --database --table orders --key 17 | jq .values
  shopsim history --as-of-tick 20 --start 2026-01-01T00:00:00Z
  shopsim history --origin origin.json --format sql | psql \"$WAREHOUSE\"";

/// `shopsim history`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// Only this table; may be given several times
    #[arg(long, value_name = "NAME")]
    table: Vec<String>,
    /// Only the row with this key
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    key: Option<String>,
    /// Only versions that stood after this tick or a later one; a run begins with tick 0
    #[arg(long, value_name = "K", allow_negative_numbers = true, value_parser = ticks())]
    from_tick: Option<u64>,
    /// The last tick to include; default: the last one of the run, or of the config
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = ticks())]
    to_tick: Option<u64>,
    /// Print the tables as they stood after this tick instead
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = ticks(),
        conflicts_with_all = ["from_tick", "to_tick"]
    )]
    as_of_tick: Option<u64>,
    /// The output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Jsonl)]
    format: Format,
    /// The simulated time of tick 0 instead of the config's: now, a time such as 2026-01-01T00:00:00Z,
    /// or a signed span such as -7d
    #[arg(long, value_name = "START", allow_hyphen_values = true)]
    pub(crate) start: Option<Start>,
    #[command(flatten)]
    pub(crate) recorded: Recorded,
}

/// The numbers that ticks can have.
fn ticks() -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(..i64::MAX.unsigned_abs())
}

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line per version under one header; of one table
    Csv,
    /// One JSON object per version
    Jsonl,
    /// Statements for PostgreSQL: a table of versions for each table
    Sql,
}

/// Prints what was chosen, shop by shop, table by table, by key.
pub fn history(
    arguments: &Arguments,
    choice: &Choice,
    shops: &[Shop],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut output = Output::new(out, arguments.format, choice.content);
    for ((shop, timeline), ticks) in shops.iter().zip(&choice.timelines).zip(&choice.ticks) {
        for place in &choice.tables {
            let (plan, from, to) = (&shop.plan, *ticks.start(), *ticks.end());
            let table = &plan.tables[*place];
            let mut output = output.begin(plan, table, timeline, to)?;
            // Rows of earlier cohorts were deleted by then, for good.
            let mut cohorts = table.windows.existing(timeline, from).start..to.saturating_add(1);
            let wanted = arguments.key.as_ref();
            let wanted = wanted.map(|key| RowKeys::of(plan.seed, table, timeline).parse(key));
            if let Some(cohort) = wanted.flatten().and_then(|key| table.cohorts(timeline).tick_of(key)) {
                cohorts.start = cohorts.start.max(cohort);
            }
            let mut rows = match choice.content {
                Content::AsOf => TableRows::left_of(plan, timeline, *place, cohorts, to),
                Content::Versions => TableRows::inserted_by(plan, timeline, *place, cohorts, to),
            };
            let mut key = wanted.flatten();
            let mut next = || match wanted {
                Some(_) => key.take().and_then(|key| rows.seek(key)),
                None => rows.next_chunk(),
            };
            while let Some(chunk) = next() {
                for row in chunk.rows() {
                    match choice.content {
                        Content::AsOf => output.row(row)?,
                        Content::Versions => versions(table, row, from, &mut output)?,
                    }
                }
            }
            output.end()?;
        }
    }
    out.flush()
}

/// Prints the versions of a row that stood after tick `from` or a later one, and those that began later and never stood
/// after any.
fn versions(
    table: &TablePlan,
    row: Row<'_>,
    from: u64,
    output: &mut TableOutput<'_, '_, '_>,
) -> io::Result<()> {
    for (number, version) in (1..).zip(row.versions()) {
        if version.from < from && version.to.is_some_and(|(tick, _)| tick <= from) {
            continue;
        }
        let (cause, changed) = (version.cause(), version.changed(table));
        output.version(&RowVersion { id: row.id(), number, version, cause, changed })?;
    }
    Ok(())
}
