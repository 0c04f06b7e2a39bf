//! The times of the shops' ticks, from the config or from the databases.
//!
//! Owns the choice between the two sources of `start` and the pauses.

use std::sync::Arc;

use crate::chain::{Chain, Shop, wall_now};
use crate::clock::Timeline;
use crate::pg::{Claim, Sessions};
use crate::run::Servers;
use crate::supervise::Failure;
use crate::telemetry;

/// The times of each shop's ticks if it began now, in the order of the chain.
pub fn of_config(chain: &Chain) -> Vec<Timeline> {
    let wall = wall_now();
    chain.shops.iter().map(|shop| shop.timeline(wall)).collect()
}

/// The times of each shop's ticks as recorded in its database, or all errors.
pub fn of_databases(chain: &Chain) -> Result<Vec<Timeline>, Vec<String>> {
    let _log = telemetry::begin(telemetry::LogOptions::of_command(Arc::new(wall_now)));
    Servers::with_made_before(chain, async |servers| {
        let (mut timelines, mut problems) = (Vec::new(), Vec::new());
        for shop in &chain.shops {
            match of_database(shop, servers).await {
                Ok(timeline) => timelines.push(timeline),
                Err(problem) => problems.push(format!("{}: {problem}", shop.plan.name)),
            }
        }
        if problems.is_empty() { Ok(timelines) } else { Err(problems) }
    })
}

async fn of_database(shop: &Shop, servers: &Servers) -> Result<Timeline, String> {
    let never = || "no tick has been committed yet, so its times are unknown; omit --database".to_owned();
    let server = servers.database(shop).await?.ok_or_else(never)?;
    let sessions = Sessions::new(server, claim(shop), shop.config.tick_deadline, false);
    let timeline = sessions.timeline().await.map_err(|error| Failure::from(error).message)?;
    timeline.ok_or_else(never)
}

/// Warnings about shops that skipped a tick, because no row of it would be left.
pub fn never_made(chain: &Chain, times: &[Timeline], tick: u64) -> Vec<String> {
    let never = |(shop, timeline): (&Shop, &Timeline)| {
        let (name, first) = (&shop.plan.name, timeline.first());
        (tick < first).then(|| format!("`{name}` skipped tick {tick}: its history begins with tick {first}"))
    };
    chain.shops.iter().zip(times).filter_map(never).collect()
}

/// The claim of a read-only command.
pub fn claim(shop: &Shop) -> Claim {
    Claim {
        plan: shop.plan.clone(),
        start: shop.config.start.value,
        start_by_name: false,
        reset: false,
        run: String::new(),
    }
}
