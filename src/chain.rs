//! Files, environment and wall clock → config → plans: a [`Chain`] that may run.
//!
//! Owns the reading of the outer world and what a command line decides otherwise than the config. Must not
//! know what is done with a chain.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::{Origin, Schedule, Timeline, micros};
use crate::config::{self, Config, Listen, Pace, Problem, Rejected, Source, Start, Surroundings};
use crate::plan::{self, ShopPlan, TablePlan};
use crate::suggest::nearest;
use crate::value::Timestamp;

/// Shops that may all tick in the same moment; more of them are spread.
const FEW_SHOPS: usize = 16;

/// A chain that may run.
pub struct Chain {
    /// Its config's file, as typed.
    pub path: PathBuf,
    /// Its config.
    pub config: Config,
    /// What is to be said of it, though it may run.
    pub warnings: Diagnostics,
    /// Whether the [`Overrides`] name the start.
    pub start_by_name: bool,
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

    /// When each tick is, if the run begins at a wall time and never pauses.
    pub fn timeline(&self, wall: Timestamp) -> Timeline {
        let origin = Origin::fix(self.config.start.value, wall);
        Timeline::new(origin.start, self.plan.interval, &[])
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
    /// Where the pages that tell how a run is are served.
    pub listen: Option<Listen>,
}

/// What is to be said of a config: all that is wrong at once, each problem beside its line. Shown without colours.
pub struct Diagnostics {
    /// The file with its problems, or why it cannot be a config at all.
    file: Result<(Source, Vec<Problem>), Box<Rejected>>,
    /// What is to be said of shops that the [`Overrides`] name and the config does not.
    unknown: Vec<String>,
}

impl Diagnostics {
    /// How many problems there are.
    pub fn len(&self) -> usize {
        self.file.as_ref().map_or(1, |(_, problems)| problems.len()) + self.unknown.len()
    }

    /// Whether there is nothing to be said.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of it, with colours or without; each line ended.
    pub fn render(&self, colour: bool) -> String {
        let mut text = match &self.file {
            Ok((source, problems)) => source.render_all(problems, colour),
            Err(rejected) => rejected.render(colour),
        };
        text.extend(self.unknown.iter().map(|message| format!("error: {message}\n")));
        text
    }
}

impl From<Box<Rejected>> for Box<Diagnostics> {
    fn from(rejected: Box<Rejected>) -> Self {
        Self::new(Diagnostics { file: Err(rejected), unknown: Vec::new() })
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// As it is shown: the source may hold a password.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Diagnostics {}

/// The wall time. The one place where it is read; all others are handed it.
#[expect(clippy::disallowed_methods, reason = "the source of the wall clock that is handed in everywhere")]
pub fn wall_now() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(match since_1970 {
        Ok(after) => micros(after),
        Err(before) => -micros(before.duration()),
    })
}

/// Reads and checks a config, with the environment and the files that it names.
///
/// # Errors
/// If it may not run; with all that is wrong with it.
pub fn load(path: &Path, overrides: &Overrides) -> Result<Chain, Box<Diagnostics>> {
    let bytes = read_limited(path).map_err(|error| Source::unreadable(path, &error))?;
    let source = Source::from_bytes(path, bytes)?;
    let (mut config, mut problems) = config::read(&source, &SURROUNDINGS);
    apply(&mut config, overrides);
    let (plans, more) = plan::compile(&config);
    problems.extend(more);
    config::sort(&mut problems);
    let is_wrong = problems.iter().any(Problem::is_error);
    // Of a wrong config not all shops may be known.
    let unknown = if is_wrong { Vec::new() } else { unknown_shops(&config, overrides) };
    let diagnostics = Diagnostics { file: Ok((source, problems)), unknown };
    if is_wrong || !diagnostics.unknown.is_empty() {
        return Err(Box::new(diagnostics));
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
    let start_by_name = overrides.start.is_some();
    Ok(Chain { path: path.to_owned(), config, warnings: diagnostics, start_by_name, shops })
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
    config.listen = overrides.listen.or(config.listen);
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
