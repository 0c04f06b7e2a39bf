//! `shopsim check --database`: what a run would find in each shop's database.
//!
//! Owns the order of the shops and the texts; the rules are those of a run. Writes nothing.

use std::process::ExitCode;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use super::{EXIT_CONFIG, EXIT_FAILED, times};
use crate::chain::{Chain, Shop, wall_now};
use crate::clock::{Checkpoint, Timeline};
use crate::pg::{Look, Sessions};
use crate::run::Servers;
use crate::supervise::Failure;
use crate::telemetry;

/// Shops that are checked concurrently: most of the time is spent waiting for the servers.
const TOGETHER: usize = 8;

/// What a run would find, one line per shop, and the exit code.
pub fn look(chain: &Chain) -> (String, ExitCode) {
    let _log = telemetry::begin(telemetry::LogOptions::of_command(Arc::new(wall_now)));
    let found: Vec<Result<Look, String>> = Servers::with_made_before(chain, async |servers| {
        stream::iter(&chain.shops).map(|shop| look_at(shop, servers)).buffered(TOGETHER).collect().await
    });
    let lines = chain.shops.iter().zip(&found).map(|(shop, found)| {
        let finding = match found {
            Ok(Look::Empty) => "a run would create its tables and begin at tick 0".to_owned(),
            Ok(Look::Ours(progress)) => match progress.last_tick {
                Some(last) if is_finished(shop, progress) => format!("its run finished with tick {last}"),
                Some(last) => format!("a run would go on after tick {last}"),
                None => "its tables exist; a run would begin at tick 0".to_owned(),
            },
            Ok(Look::Foreign(error)) => format!("a run would be refused: {error}"),
            Err(error) => format!("cannot check: {error}"),
        };
        format!("{}: {finding}\n", shop.plan.name)
    });
    let code = if found.iter().any(|found| matches!(found, Ok(Look::Foreign(_)))) {
        ExitCode::from(EXIT_CONFIG)
    } else if found.iter().any(Result::is_err) {
        ExitCode::from(EXIT_FAILED)
    } else {
        ExitCode::SUCCESS
    };
    (lines.collect(), code)
}

/// Whether no tick is left; pauses count towards `stop_after`.
fn is_finished(shop: &Shop, progress: &Checkpoint) -> bool {
    let Some(origin) = &progress.origin else { return false };
    let timeline = Timeline::of(origin, shop.plan.interval, &progress.pauses);
    shop.schedule.is_complete(&timeline, progress.next_tick())
}

async fn look_at(shop: &Shop, servers: &Servers) -> Result<Look, String> {
    let Some(server) = servers.database(shop).await? else { return Ok(Look::Empty) };
    let sessions = Sessions::new(server, times::claim(shop), shop.config.tick_deadline, false);
    sessions.look().await.map_err(|error| Failure::from(error).message)
}
