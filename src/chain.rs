//! Files, environment and wall clock → config → plans: a [`Chain`] that is ready to run.
//!
//! Owns access to files, environment and wall clock, and the command line's overrides. Must not know what is done with
//! a chain.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::{Origin, Schedule, Timeline, micros};
use crate::config::{self, Config, HostName, Listen, Pace, Problem, Rejected, Source, Start, Surroundings};
use crate::plan::{self, Capture, ShopPlan, TablePlan};
use crate::suggest::nearest;
use crate::value::Timestamp;

/// Up to this many shops may tick at the same moment; the ticks of more are spread over the interval.
const FEW_SHOPS: usize = 16;

/// A chain that is ready to run.
pub struct Chain {
    /// The path of its config, as typed.
    pub path: PathBuf,
    /// Its config.
    pub config: Config,
    /// The warnings about its config.
    pub warnings: Diagnostics,
    /// Whether the [`Overrides`] set the start.
    pub start_by_name: bool,
    /// Its shops in the order of the config, or only the selected ones.
    pub shops: Vec<Shop>,
}

/// A shop that is ready to run.
pub struct Shop {
    /// Its config.
    pub config: config::Shop,
    /// The contents of its ticks.
    pub plan: Arc<ShopPlan>,
    /// When its ticks are due.
    pub schedule: Schedule,
    /// What it makes for clients of logical replication.
    pub capture: Arc<Capture>,
}

impl Shop {
    /// How many ticks the shop has in total; `None` if there is no end.
    pub fn ticks(&self) -> Option<u64> {
        let ids = self.plan.tables.iter().filter_map(TablePlan::ticks_of_ids).min();
        self.schedule.ticks(self.plan.interval).into_iter().chain(ids).min()
    }

    /// The times of its ticks, if the run starts at a wall time and never pauses.
    pub fn timeline(&self, wall: Timestamp) -> Timeline {
        let origin = Origin::fix(self.config.start.value, wall);
        Timeline::new(origin.start, self.plan.interval, &[])
    }
}

/// Settings of the command line that override the config.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The shops to select, all if empty.
    pub only: Vec<String>,
    /// `start` of every shop.
    pub start: Option<Start>,
    /// `pace` of every shop.
    pub pace: Option<Pace>,
    /// Number of ticks in total, including earlier runs, after which a shop ends.
    pub until_tick: Option<u64>,
    /// The folder of log files.
    pub log_dir: Option<PathBuf>,
    /// Where the status pages of a run are served.
    pub listen: Option<Listen>,
    /// Names by which browsers may ask for them, besides those of the config.
    pub allow_hosts: Vec<HostName>,
}

/// The errors and warnings about a config, all at once, each with its source line. `Display` shows them without colours.
pub struct Diagnostics {
    /// The file with its problems, or why it cannot be read as a config.
    file: Result<(Source, Vec<Problem>), Box<Rejected>>,
    /// Errors about shops that the [`Overrides`] name and the config does not.
    unknown: Vec<String>,
}

impl Diagnostics {
    /// The number of problems.
    pub fn len(&self) -> usize {
        self.file.as_ref().map_or(1, |(_, problems)| problems.len()) + self.unknown.len()
    }

    /// Whether there are no problems.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All problems as text, with or without colours; every line ends with a line break.
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

/// The same as `Display`, because the source may hold a password.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Diagnostics {}

/// The wall time. It is read only here, and passed to everything else.
#[expect(clippy::disallowed_methods, reason = "the only place where the wall clock is read")]
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
/// All problems of the config, if at least one is an error.
pub fn load(path: &Path, overrides: &Overrides) -> Result<Chain, Box<Diagnostics>> {
    let source = source(path)?;
    let (mut config, mut problems) = config::read(&source, &SURROUNDINGS);
    apply(&mut config, overrides);
    let (plans, more) = plan::compile(&config);
    problems.extend(more);
    config::sort(&mut problems);
    let is_wrong = problems.iter().any(Problem::is_error);
    // If the config has errors, some of its shops may be missing.
    let unknown = if is_wrong { Vec::new() } else { unknown_shops(&config, overrides) };
    let diagnostics = Diagnostics { file: Ok((source, problems)), unknown };
    if is_wrong || !diagnostics.unknown.is_empty() {
        return Err(Box::new(diagnostics));
    }
    let shops = config.shops.iter().zip(plans).map(|(shop, plan)| Shop {
        config: shop.clone(),
        plan,
        capture: Arc::new(Capture::of(shop, &config.tables)),
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

/// The `listen` of a config, if that can be read, even where other parts have errors.
pub fn listen_of(path: &Path) -> Option<Listen> {
    config::read(&source(path).ok()?, &SURROUNDINGS).0.listen
}

/// Reads a config other than that of a chain, which is checked by its own reader.
pub fn source(path: &Path) -> Result<Source, Box<Rejected>> {
    let bytes = read_limited(path).map_err(|error| Source::unreadable(path, &error))?;
    Source::from_bytes(path, bytes)
}

/// The environment and files of this process.
pub const SURROUNDINGS: Surroundings<'static> =
    Surroundings { var: &|name| std::env::var_os(name), read: &read_limited };

/// Applies the command line's overrides.
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
    config.allowed_hosts.extend_from_slice(&overrides.allow_hosts);
}

/// Errors about shops that the command line names and the config does not.
fn unknown_shops(config: &Config, overrides: &Overrides) -> Vec<String> {
    let names: Vec<&str> = config.shops.iter().map(|shop| shop.name.value.as_str()).collect();
    let unknown = overrides.only.iter().filter(|name| !names.contains(&name.as_str()));
    unknown.map(|name| no_such_shop(name, &names)).collect()
}

/// The error about a shop that is not among these.
pub fn no_such_shop(name: &str, names: &[&str]) -> String {
    match nearest(name, names.iter().copied()) {
        Some(near) => format!("there is no shop `{name}`; did you mean `{near}`?"),
        None => format!("there is no shop `{name}`; the shops are: {}", names.join(", ")),
    }
}

/// The bytes of a file; of a file that is too large, one byte more than allowed.
fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(config::MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
