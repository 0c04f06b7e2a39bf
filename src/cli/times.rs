//! The times of the shops' ticks, and how far they are known: from the config, the databases or an origin file.
//!
//! Owns the choice between these sources, and reads the file. What the file means is in `origin`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use super::{EXIT_CONFIG, EXIT_FAILED, Recorded};
use crate::chain::{Chain, Shop, wall_now};
use crate::clock::{Checkpoint, Timeline};
use crate::origin::{MAX_FILE_BYTES, Origins, RecordedShop};
use crate::pg::{Claim, Sessions};
use crate::run::Servers;
use crate::supervise::Failure;
use crate::telemetry;

/// Shops whose databases are read concurrently: most of the time is spent waiting for the servers.
const TOGETHER: usize = 8;

/// The times of a shop's ticks.
pub struct Times {
    /// The times.
    pub timeline: Timeline,
    /// The last tick: the last committed one of a run, else the last one before the shop's end; `None`: the config sets
    /// no end.
    pub last_tick: Option<u64>,
}

/// Where the times of a run are recorded.
pub enum Source<'a> {
    /// In the shops' databases.
    Databases,
    /// In a file that `shopsim origin` has written.
    File(&'a Path),
}

/// Why the times of a run are unknown.
pub struct Unknown {
    /// All reasons.
    pub problems: Vec<String>,
    /// The exit code that they have.
    pub code: u8,
}

impl Recorded {
    /// The source that was asked for; `None`: the config.
    pub fn source(&self) -> Option<Source<'_>> {
        match &self.origin {
            Some(path) => Some(Source::File(path)),
            None => self.database.then_some(Source::Databases),
        }
    }
}

/// The times of each shop's ticks, in the order of the chain: of its run, or those that it would have if it began now.
pub fn of(chain: &Chain, source: Option<Source<'_>>) -> Result<Vec<Times>, Unknown> {
    let Some(source) = source else {
        let wall = wall_now();
        // Without an end the ids last for millions of ticks, which nobody asks for.
        let has_end = |shop: &Shop| shop.schedule.ticks(shop.plan.interval).is_some();
        let last = |shop: &Shop| shop.ticks().filter(|_| has_end(shop)).map(|ticks| ticks.saturating_sub(1));
        let times = |shop: &Shop| Times { timeline: shop.timeline(wall), last_tick: last(shop) };
        return Ok(chain.shops.iter().map(times).collect());
    };
    let recorded = recorded(chain, source)?;
    Ok(recorded
        .into_iter()
        .map(|(timeline, checkpoint)| Times { timeline, last_tick: checkpoint.last_tick })
        .collect())
}

/// The times of each shop's run and its progress, in the order of the chain. A checkpoint has an origin, a last tick and
/// all pauses.
pub fn recorded(chain: &Chain, source: Source<'_>) -> Result<Vec<(Timeline, Checkpoint)>, Unknown> {
    let shops = match source {
        Source::Databases => of_databases(chain)?,
        Source::File(path) => {
            of_file(chain, path).map_err(|problems| Unknown { problems, code: EXIT_CONFIG })?
        }
    };
    let times =
        |(shop, recorded): (&Shop, RecordedShop)| (recorded.timeline(&shop.plan), recorded.checkpoint);
    Ok(chain.shops.iter().zip(shops).map(times).collect())
}

/// What the databases of the shops have recorded, in the order of the chain.
pub fn of_databases(chain: &Chain) -> Result<Vec<RecordedShop>, Unknown> {
    let _log = telemetry::begin(telemetry::LogOptions::of_command(Arc::new(wall_now)));
    Servers::with_made_before(chain, async |servers| of_servers(chain, servers).await)
}

/// The same, with private servers that run already.
pub async fn of_servers(chain: &Chain, servers: &Servers) -> Result<Vec<RecordedShop>, Unknown> {
    let found = stream::iter(&chain.shops).map(|shop| of_database(shop, servers)).buffered(TOGETHER);
    let found: Vec<Result<RecordedShop, String>> = found.collect().await;
    all(chain, found.into_iter()).map_err(|problems| Unknown { problems, code: EXIT_FAILED })
}

async fn of_database(shop: &Shop, servers: &Servers) -> Result<RecordedShop, String> {
    let never = || "no tick has been committed yet, so its times are unknown: run the shop first".to_owned();
    let server = servers.database(shop).await?.ok_or_else(never)?;
    let sessions = Sessions::new(server, claim(shop), shop.config.tick_deadline, false);
    let recorded = sessions.recorded().await.map_err(|error| Failure::from(error).message)?;
    recorded.ok_or_else(never)
}

/// What a file has recorded of the shops, in the order of the chain.
pub fn of_file(chain: &Chain, path: &Path) -> Result<Vec<RecordedShop>, Vec<String>> {
    let name = path.display().to_string();
    let text = read(path).map_err(|error| vec![format!("cannot read {name}: {error}")])?;
    let origins = Origins::read(&text, &name).map_err(|error| vec![error.to_string()])?;
    let of = |shop: &Shop| origins.of(&shop.plan, shop.config.start.value).cloned();
    all(chain, chain.shops.iter().map(of))
        .map_err(|problems| problems.into_iter().map(|problem| format!("{name}: {problem}")).collect())
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(io::Error::other(format!("it is larger than {} MiB", MAX_FILE_BYTES >> 20)));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8"))
}

/// The records of all shops, or all problems.
fn all(
    chain: &Chain,
    found: impl Iterator<Item = Result<RecordedShop, String>>,
) -> Result<Vec<RecordedShop>, Vec<String>> {
    let (mut shops, mut problems) = (Vec::new(), Vec::new());
    for (shop, found) in chain.shops.iter().zip(found) {
        match found {
            Ok(recorded) => shops.push(recorded),
            Err(problem) => problems.push(format!("{}: {problem}", shop.plan.name)),
        }
    }
    if problems.is_empty() { Ok(shops) } else { Err(problems) }
}

/// Warnings about shops that skipped a tick, because no row of it would be left.
pub fn never_made(chain: &Chain, times: &[Times], tick: u64) -> Vec<String> {
    let never = |(shop, times): (&Shop, &Times)| {
        let (name, first) = (&shop.plan.name, times.timeline.first());
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
        capture: shop.capture.clone(),
    }
}
