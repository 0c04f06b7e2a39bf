//! Files, environment and wall clock → config → plans: a [`Chain`] that may run.
//!
//! Owns the reading of the outer world and what a command line decides otherwise than the config. Must not
//! know what is done with a chain.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::{Schedule, micros};
use crate::config::{self, Config, Listen, Pace, Problem, Source, Start, Surroundings};
use crate::plan::{self, ShopPlan, TablePlan};
use crate::suggest::nearest;
use crate::telemetry::colour_wanted;
use crate::value::Timestamp;

/// Shops that may all tick in the same moment; more of them are spread.
const FEW_SHOPS: usize = 16;

/// A chain that may run.
pub struct Chain {
    /// Its config's file, as typed.
    pub path: PathBuf,
    /// Its config.
    pub config: Config,
    /// How many warnings were told of it.
    pub warnings: usize,
    /// Its shops, in the order of the config, or those that were asked for.
    pub shops: Vec<Shop>,
}

/// A shop that may run.
pub struct Shop {
    /// What is configured.
    pub config: config::Shop,
    /// What its ticks hold.
    pub plan: Arc<ShopPlan>,
    /// When they are due.
    pub schedule: Schedule,
}

impl Shop {
    /// How many ticks a run of the shop has; `None` if it has no end.
    pub fn ticks(&self) -> Option<u64> {
        let ids = self.plan.tables.iter().filter_map(TablePlan::ticks_of_ids).min();
        self.schedule.ticks(self.plan.interval).into_iter().chain(ids).min()
    }
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

/// The wall time. The one place where it is read; all others are handed it.
#[expect(clippy::disallowed_methods, reason = "the source of the wall clock that is handed in everywhere")]
pub fn wall_now() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(match since_1970 {
        Ok(after) => micros(after),
        Err(before) => -micros(before.duration()),
    })
}

/// Reads and checks a config. `tell` gets what is to be said of it: all problems at once if it is wrong
/// (then there is no chain), else the warnings.
pub fn load(path: &Path, overrides: &Overrides, tell: impl Fn(&str)) -> Option<Chain> {
    let colour = colour_wanted();
    let source = read_limited(path)
        .map_err(|error| Source::unreadable(path, &error))
        .and_then(|bytes| Source::from_bytes(path, bytes));
    let source = source.map_err(|rejected| tell(&rejected.render(colour))).ok()?;
    let (mut config, mut problems) = config::read(&source, &SURROUNDINGS);
    apply(&mut config, overrides);
    let (plans, more) = plan::compile(&config);
    problems.extend(more);
    config::sort(&mut problems);
    if !problems.is_empty() {
        tell(&source.render_all(&problems, colour));
    }
    if problems.iter().any(Problem::is_error) {
        return None;
    }
    let unknown = unknown_shops(&config, overrides);
    if !unknown.is_empty() {
        unknown.iter().for_each(|message| tell(&format!("error: {message}\n")));
        return None;
    }
    let shops = config.shops.iter().zip(plans).map(|(shop, plan)| Shop {
        config: shop.clone(),
        plan,
        schedule: Schedule {
            pace: shop.pace,
            after_downtime: shop.after_downtime,
            stop_after: shop.stop_after.map(micros),
            until_tick: overrides.until_tick,
            spread: 0,
        },
    });
    let mut shops: Vec<Shop> = shops.collect();
    if !overrides.only.is_empty() {
        shops.retain(|shop| overrides.only.contains(&shop.plan.name));
    }
    if shops.len() > FEW_SHOPS {
        for shop in &mut shops {
            shop.schedule = shop.schedule.spread_by(&shop.plan.name, shop.plan.interval);
        }
    }
    Some(Chain { path: path.to_owned(), config, warnings: problems.len(), shops })
}

/// The `listen` of a config, as far as that can be understood.
pub fn listen_of(path: &Path) -> Option<Listen> {
    let source = Source::from_bytes(path, read_limited(path).ok()?).ok()?;
    config::read(&source, &SURROUNDINGS).0.listen
}

/// The environment and files of this process.
const SURROUNDINGS: Surroundings<'static> =
    Surroundings { var: &|name| std::env::var_os(name), read: &read_limited };

/// Applies what the command line decides otherwise.
fn apply(config: &mut Config, overrides: &Overrides) {
    for shop in &mut config.shops {
        if let Some(start) = overrides.start {
            shop.start.value = start;
        }
        shop.pace = overrides.pace.unwrap_or(shop.pace);
    }
    if let Some(dir) = &overrides.log_dir {
        config.logs.dir = dir.clone();
    }
}

/// What is to be said of shops that the command line names and the config does not.
fn unknown_shops(config: &Config, overrides: &Overrides) -> Vec<String> {
    let names: Vec<&str> = config.shops.iter().map(|shop| shop.name.value.as_str()).collect();
    let unknown = overrides.only.iter().filter(|name| !names.contains(&name.as_str()));
    let message = |name: &String| match nearest(name, names.iter().copied()) {
        Some(near) => format!("there is no shop `{name}`; did you mean `{near}`?"),
        None => format!("there is no shop `{name}`; the shops are: {}", names.join(", ")),
    };
    unknown.map(message).collect()
}

/// A file's bytes; one byte more than allowed of a file that is too large.
fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(config::MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
