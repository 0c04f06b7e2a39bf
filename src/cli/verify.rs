//! `shopsim verify`: compares every shop's database with its expected contents.
//!
//! Owns the order of the shops, the two formats of the report and the exit code.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use serde_json::{Value as Json, json};

use super::times;
use super::{EXIT_DIFFERS, EXIT_FAILED, Only, ShopsFile, TableFormat};
use crate::chain::{Chain, Shop, wall_now};
use crate::config::ConnectionParameters;
use crate::pg::{Difference, TableReport, Verdict, verify};
use crate::plan::RowKey;
use crate::run::Servers;
use crate::supervise::Failure;
use crate::telemetry;
use crate::text::{columns, harmless};

/// Shops that are compared concurrently: a small one mostly waits for its server.
const TOGETHER: usize = 8;

const AFTER_HELP: &str = "\
Reads each database in one snapshot and compares every row and column with the expected contents after the last \
committed tick. Works while `shopsim run` is writing, and writes nothing. Rows that others inserted have keys far \
above the simulator's: they are counted, but are no difference.

Exit codes: 0 no difference, 1 a difference, 2 the command line or the config is invalid, 3 a shop cannot be \
compared: it has never run, its server is unavailable, or it was created with a different seed or config.

Examples:
  shopsim verify
  shopsim verify --only shop-1 --format json | jq '.[].tables[].first'";

/// `shopsim verify`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// The format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: TableFormat,
}

/// The result of one shop.
struct ShopVerdict {
    shop: String,
    verdict: Result<Verdict, String>,
}

/// Verifies the shops of a chain and prints the report.
pub fn run(arguments: &Arguments, chain: &Chain) -> ExitCode {
    let _log = telemetry::begin(telemetry::LogOptions::of_command(Arc::new(wall_now)));
    let results = Servers::with_made_before(chain, async |servers| verify_all(chain, servers).await);
    let mut out = io::stdout().lock();
    let printed = match arguments.format {
        TableFormat::Table => table(&results, &mut out),
        TableFormat::Json => {
            let all: Vec<Json> = results.iter().map(object).collect();
            serde_json::to_writer_pretty(&mut out, &all).map_err(io::Error::from).and_then(|()| writeln!(out))
        }
    };
    // A closed pipe does not change the exit code.
    if let Err(error) = printed
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        tracing::error!("cannot write to stdout: {error}");
        return ExitCode::from(EXIT_FAILED);
    }
    exit_code(&results)
}

fn exit_code(results: &[ShopVerdict]) -> ExitCode {
    let unknown = |result: &ShopVerdict| !matches!(result.verdict, Ok(Verdict::Compared { .. }));
    let differs = |result: &ShopVerdict| match &result.verdict {
        Ok(Verdict::Compared { tables, .. }) => !tables.iter().all(TableReport::is_same),
        _ => false,
    };
    if results.iter().any(differs) {
        ExitCode::from(EXIT_DIFFERS)
    } else if results.iter().any(unknown) {
        ExitCode::from(EXIT_FAILED)
    } else {
        ExitCode::SUCCESS
    }
}

async fn verify_all(chain: &Chain, servers: &Servers) -> Vec<ShopVerdict> {
    let together = chain.shops.len().min(TOGETHER);
    let verdict = async |shop: &Shop| {
        let verdict = match servers.database(shop).await {
            Ok(Some(server)) => compare(shop, &server, together).await,
            Ok(None) => Ok(Verdict::NeverRun),
            Err(error) => Err(error),
        };
        ShopVerdict { shop: shop.plan.name.clone(), verdict }
    };
    stream::iter(&chain.shops).map(verdict).buffered(TOGETHER).collect().await
}

async fn compare(shop: &Shop, server: &ConnectionParameters, together: usize) -> Result<Verdict, String> {
    verify(server, &times::claim(shop), shop.config.tick_deadline, together)
        .await
        .map_err(|error| Failure::from(error).message)
}

fn table(results: &[ShopVerdict], out: &mut dyn Write) -> io::Result<()> {
    let head =
        ["shop", "table", "tick", "same", "missing", "unexpected", "different", "of others", "verdict"];
    let mut lines = vec![head.map(str::to_owned)];
    for result in results {
        let Ok(Verdict::Compared { tick, tables }) = &result.verdict else { continue };
        lines.extend(tables.iter().map(|table| {
            let verdict = match &table.drift {
                Some(drift) => drift.clone(),
                None if table.is_same() => "same".to_owned(),
                None => "differs".to_owned(),
            };
            [
                result.shop.clone(),
                table.table.clone(),
                tick.map_or("-".to_owned(), |tick| tick.to_string()),
                table.same.to_string(),
                table.missing.to_string(),
                table.unexpected.to_string(),
                table.different.to_string(),
                table.foreign.to_string(),
                verdict,
            ]
        }));
    }
    if lines.len() > 1 {
        out.write_all(columns(&lines, 2..8).as_bytes())?;
    }
    for result in results {
        let shop = &result.shop;
        match &result.verdict {
            Err(error) => writeln!(out, "{shop}: cannot verify: {error}")?,
            Ok(Verdict::NeverRun) => writeln!(out, "{shop}: cannot verify: it has never run")?,
            Ok(Verdict::Foreign(differences)) => {
                writeln!(
                    out,
                    "{shop}: cannot verify: created with a different seed or config: {}",
                    differences.join("; ")
                )?;
            }
            Ok(Verdict::Compared { tables, .. }) => {
                for (table, difference) in
                    tables.iter().flat_map(|table| table.first.iter().map(move |first| (table, first)))
                {
                    let line = format!("{shop}: {} {}", table.table, describe(table, difference));
                    writeln!(out, "{}", harmless(&line))?;
                }
            }
        }
    }
    Ok(())
}

/// `17 quantity: expected 5, found 6`.
fn describe(table: &TableReport, difference: &Difference) -> String {
    let Difference { id, key, column, expected, found } = difference;
    match column {
        None if found.is_none() => format!("{key}: the row is missing"),
        None if table.assigned_later.contains(id) => {
            let cure = match key {
                RowKey::Number(_) => format!("give it an id from {} on", table.assigned_later.end),
                _ => "give it a key of another form".to_owned(),
            };
            format!(
                "{key}: the row is unexpected, and a later tick assigns its id: the shop will fail there; delete the row, \
                 or {cure}"
            )
        }
        None => format!("{key}: the row is unexpected"),
        Some(column) => {
            let shown = |value: &Option<String>| match value {
                Some(text) => format!("{text:?}"),
                None => "null".to_owned(),
            };
            format!("{key} {column}: expected {}, found {}", shown(expected), shown(found))
        }
    }
}

fn object(result: &ShopVerdict) -> Json {
    let shop = &result.shop;
    match &result.verdict {
        Err(error) => json!({ "shop": shop, "verdict": "cannot tell", "error": error }),
        Ok(Verdict::NeverRun) => {
            json!({ "shop": shop, "verdict": "cannot tell", "error": "it has never run" })
        }
        Ok(Verdict::Foreign(differences)) => {
            json!({ "shop": shop, "verdict": "cannot tell", "error": "created with a different seed or config", "differences": differences })
        }
        Ok(Verdict::Compared { tick, tables }) => {
            let same = tables.iter().all(TableReport::is_same);
            let tables: Vec<Json> = tables.iter().map(report).collect();
            json!({ "shop": shop, "verdict": if same { "same" } else { "differs" }, "tick": tick, "tables": tables })
        }
    }
}

fn report(table: &TableReport) -> Json {
    let first = table.first.iter().map(|Difference { key, column, expected, found, .. }| {
        json!({ "id": key, "column": column, "expected": expected, "found": found })
    });
    json!({
        "table": table.table,
        "verdict": if table.is_same() { "same" } else { "differs" },
        "drift": table.drift,
        "same": table.same,
        "missing": table.missing,
        "unexpected": table.unexpected,
        "different": table.different,
        "of_others": table.foreign,
        "first": first.collect::<Vec<Json>>(),
    })
}
