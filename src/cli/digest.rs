//! `shopsim digest`: the expected SHA-256 of each table after a tick.
//!
//! Owns the two output formats. Needs no database: the tables are those of [`crate::truth`].

use std::io::{self, Write};

use serde_json::json;

use super::{Only, Recorded, ShopsFile, TableFormat};
use crate::chain::Shop;
use crate::clock::Timeline;
use crate::config::Start;
use crate::stream::OUTPUT_VERSION;
use crate::text::columns;
use crate::truth::{self, Digest};

const EXAMPLES: &str = "\
The digest is the SHA-256 of the rows, ordered by key, in the text format of PostgreSQL's COPY. It is the same on \
every machine. psql computes it from a real table, if the run reached the tick without a pause:

  psql -c 'COPY (SELECT * FROM orders ORDER BY 1) TO STDOUT' \"$URL\" | sha256sum

Examples:
  shopsim digest --at-tick 199 --start 2026-01-01T00:00:00Z
  shopsim digest --at-tick 199 --only shop-1 --format json";

/// `shopsim digest`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// The last tick to include; a run begins with tick 0
    #[arg(long, visible_alias = "tick", value_name = "N")]
    pub(crate) at_tick: u64,
    /// The simulated time of tick 0 instead of the config's: a time such as 2026-01-01T00:00:00Z
    #[arg(long, value_name = "START", allow_hyphen_values = true)]
    pub(crate) start: Option<Start>,
    #[command(flatten)]
    pub(crate) recorded: Recorded,
    /// The output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: TableFormat,
}

/// Why there is no digest: shops without a fixed start, and shops that end before the tick.
pub fn problems(arguments: &Arguments, shops: &[Shop]) -> Vec<String> {
    let mut problems = Vec::new();
    for shop in shops {
        let name = &shop.plan.name;
        if !arguments.recorded.is_given() && !matches!(shop.config.start.value, Start::At(_)) {
            problems.push(format!(
                "`{name}` has no fixed start; pass --start 2026-01-01T00:00:00Z, or --database or --origin for the \
                 start of its run"
            ));
        }
        if let Some(ticks) = shop.ticks().filter(|ticks| *ticks <= arguments.at_tick) {
            let last = ticks.saturating_sub(1);
            problems.push(format!("`{name}` has no tick {}: it ends after tick {last}", arguments.at_tick));
        }
    }
    problems
}

/// Prints the digests of all tables of the shops.
pub fn digest(
    arguments: &Arguments,
    shops: &[Shop],
    timelines: &[Timeline],
    out: &mut dyn Write,
) -> io::Result<()> {
    let tick = arguments.at_tick;
    let mut lines = vec![["shop", "table", "tick", "rows", "sha256"].map(str::to_owned)];
    let mut objects = Vec::new();
    for (shop, timeline) in shops.iter().zip(timelines) {
        for (place, table) in shop.plan.tables.iter().enumerate() {
            let Digest { rows, sha256 } = truth::digest(&shop.plan, timeline, place, tick);
            let (shop, table) = (&shop.plan.name, &table.name);
            objects.push(json!({
                "shop": shop, "table": table, "tick": tick, "rows": rows, "sha256": sha256,
                "output_version": OUTPUT_VERSION,
            }));
            lines.push([shop.clone(), table.clone(), tick.to_string(), rows.to_string(), sha256]);
        }
    }
    match arguments.format {
        TableFormat::Table => out.write_all(columns(&lines, 2..4).as_bytes()),
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &objects)?;
            writeln!(out)
        }
    }
}
