//! `shopsim reset`: drops the shops' tables, so that the next run starts anew.
//!
//! Owns the preview, the confirmation and the exit code. `pg` finds and drops the tables.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use tracing::error;

use super::times;
use super::{EXIT_CONFIG, EXIT_DIFFERS, EXIT_FAILED, Only, ShopsFile, write_stderr};
use crate::chain::{Chain, Shop, wall_now};
use crate::clients::Endpoint;
use crate::config::ConnectionParameters;
use crate::pg::{Claim, Name, ResetPlan, Sessions};
use crate::run::Servers;
use crate::supervise::Failure;
use crate::telemetry;
use crate::text::harmless;

const AFTER_HELP: &str = "\
Drops each shop's tables, including tables of the same names that shopsim did not create, the types, publications and \
replication slots that shopsim created, and the shop's checkpoint. The next `shopsim run` begins at tick 0. A shop that \
is running is not reset: stop the run first; nor is one whose slots have a reader. Publications of others that lose tables, \
and slots of others, are named before anything is dropped.

Exit codes: 0 everything was dropped, or there was nothing to drop, 1 not confirmed, 2 the command line or the config \
is invalid, or there is no terminal to ask on and no --yes, 3 a shop could not be reset: it is running, its server \
is unavailable, or other objects depend on its tables.

Examples:
  shopsim reset                    every shop of ./shops.toml, after confirmation
  shopsim reset --only shop-1      one shop
  shopsim reset --yes              without asking, for scripts";

/// `shopsim reset`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// Do not ask for confirmation
    #[arg(short, long)]
    yes: bool,
}

/// Resets the shops of a chain.
pub fn run(arguments: &Arguments, chain: &Chain) -> ExitCode {
    let _log = telemetry::begin(telemetry::LogOptions::of_command(Arc::new(wall_now)));
    // The preview goes to stderr, and the answer comes from stdin.
    let may_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
    if !arguments.yes && !may_ask {
        error!("there is no terminal to ask for confirmation on; pass `--yes` to drop without asking");
        return ExitCode::from(EXIT_CONFIG);
    }
    Servers::with_made_before(chain, async |servers| reset_all(arguments, chain, servers).await)
}

async fn reset_all(arguments: &Arguments, chain: &Chain, servers: &Servers) -> ExitCode {
    let mut failed = false;
    let mut found: Vec<(Sessions, ResetPlan)> = Vec::new();
    for shop in &chain.shops {
        let name = &shop.plan.name;
        match look(shop, servers.database(shop).await).await {
            Ok(Some((sessions, doomed))) if !doomed.is_empty() => {
                write_stderr(&shown(name, &Endpoint::of(&sessions.server).url(), &doomed));
                for sentence in doomed.told.sentences() {
                    write_stderr(&format!("{name}: {}\n", harmless(&sentence)));
                }
                found.push((sessions, doomed));
            }
            Ok(_) => write_stderr(&format!("{name}: nothing to drop\n")),
            Err(message) => {
                error!(shop = name, "not reset: {message}");
                failed = true;
            }
        }
    }
    if !found.is_empty() && !arguments.yes && !agreed().await {
        write_stderr("nothing was dropped\n");
        return ExitCode::from(EXIT_DIFFERS);
    }
    for (sessions, doomed) in &found {
        let name = &sessions.claim.plan.name;
        match sessions.reset(doomed).await {
            Ok(()) => {
                // The other shops are reset even if stdout is closed.
                drop(writeln!(io::stdout(), "{name}: dropped {}", dropped(doomed)));
            }
            Err(error) => {
                error!(shop = name, "not reset: {}", Failure::from(error).message);
                failed = true;
            }
        }
    }
    if failed { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS }
}

/// What can be dropped of a shop; `None` if it never had a database.
async fn look(
    shop: &Shop,
    server: Result<Option<ConnectionParameters>, String>,
) -> Result<Option<(Sessions, ResetPlan)>, String> {
    let Some(server) = server? else { return Ok(None) };
    let claim = Claim { reset: true, ..times::claim(shop) };
    let sessions = Sessions::new(server, claim, shop.config.tick_deadline, true);
    let doomed = sessions.look_for_reset().await.map_err(|error| Failure::from(error).message)?;
    Ok(Some((sessions, doomed)))
}

/// `shop-1 at postgresql://…: tables public.orders, public.products, its checkpoint after tick 7`.
fn shown(shop: &str, url: &str, doomed: &ResetPlan) -> String {
    let names = |names: &[Name]| {
        let names = names.iter().map(|(schema, name)| format!("{schema}.{name}"));
        names.collect::<Vec<_>>().join(", ")
    };
    let mut parts = Vec::new();
    let strange = if doomed.checkpoint.is_some() { "table that shopsim did not create" } else { "table" };
    for (kind, of_kind) in [("table", &doomed.tables), (strange, &doomed.strange), ("type", &doomed.types)] {
        if !of_kind.is_empty() {
            parts.push(format!("{}: {}", counted(of_kind.len(), kind), names(of_kind)));
        }
    }
    for (kind, names) in [("publication", &doomed.capture.publications), ("slot", &doomed.capture.slots)] {
        if !names.is_empty() {
            parts.push(format!("{}: {}", counted(names.len(), kind), names.join(", ")));
        }
    }
    match doomed.checkpoint {
        Some(Some(tick)) => parts.push(format!("its checkpoint, after tick {tick}")),
        Some(None) => parts.push("its checkpoint, before the first tick".to_owned()),
        None => parts.push("no checkpoint: shopsim did not create these tables".to_owned()),
    }
    // A name may hold a line break.
    format!("{}\n", harmless(&format!("{shop} at {url}: {}", parts.join("; "))))
}

/// `3 tables, 1 publication, 2 slots`.
fn dropped(doomed: &ResetPlan) -> String {
    let capture = [("publication", &doomed.capture.publications), ("slot", &doomed.capture.slots)];
    let capture = capture.iter().filter(|(_, names)| !names.is_empty());
    let tables = counted(doomed.tables.len() + doomed.strange.len(), "table");
    std::iter::once(tables)
        .chain(capture.map(|(what, names)| counted(names.len(), what)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `1 table`, `3 tables`.
fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => {
            let plural = |what: String, word: &str| what.replacen(word, &format!("{word}s"), 1);
            let words = ["table", "type", "publication", "slot"];
            format!("{count} {}", words.into_iter().fold(what.to_owned(), plural))
        }
    }
}

/// Asks on the terminal, without blocking the tasks that supervise the private servers.
async fn agreed() -> bool {
    write_stderr("Drop all of this? [y/N] ");
    let answer = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map(|_| answer)
    });
    match answer.await {
        Ok(Ok(answer)) => matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"),
        _ => false,
    }
}
