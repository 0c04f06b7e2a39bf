//! The only place that wires everything: files, environment and wall clock → config → plans → commands.
//!
//! Owns what a command line means for the whole, and its exit code.

use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::{Cli, Command, Overrides, check, completions, run, sample};
use crate::clock::{Schedule, micros};
use crate::config::{self, Config, Problem, Source, Surroundings};
use crate::plan::{self, ShopPlan};
use crate::suggest::nearest;
use crate::value::Timestamp;

/// The command line or the config is wrong, or a database is not of this seed and config.
pub const EXIT_CONFIG: u8 = 2;
/// A shop failed for good.
pub const EXIT_FAILED: u8 = 3;

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

/// Does what was typed and tells how it went.
pub fn main(cli: Cli) -> ExitCode {
    match cli.command {
        Command::Completions(arguments) => print(|out| completions::completions(&arguments, out)),
        Command::Check(arguments) => match load(&arguments.file.shops, &Overrides::default()) {
            Ok(chain) => print(|out| out.write_all(check::summary(&chain).as_bytes())),
            Err(code) => code,
        },
        Command::Sample(arguments) => {
            let only = arguments.shop.iter().cloned().collect();
            let overrides = Overrides { only, start: arguments.start, ..Overrides::default() };
            match load(&arguments.file.shops, &overrides) {
                Ok(chain) => {
                    for line in sample::beyond_the_end(&arguments, &chain.shops) {
                        tell(&format!("warning: {line}\n"));
                    }
                    print(|out| sample::sample(&arguments, &chain.shops, wall_now(), out))
                }
                Err(code) => code,
            }
        }
        Command::Run(arguments) => match load(&arguments.file.shops, &arguments.overrides()) {
            Ok(chain) => run::run(&arguments, chain),
            Err(code) => code,
        },
    }
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

/// Says something on stderr. A stderr that is closed is nobody's who would listen.
fn tell(text: &str) {
    drop(io::stderr().write_all(text.as_bytes()));
}

/// Reads and checks a config; problems are told on stderr, all at once.
fn load(path: &Path, overrides: &Overrides) -> Result<Chain, ExitCode> {
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
    let source = read_limited(path)
        .map_err(|error| Source::unreadable(path, &error))
        .and_then(|bytes| Source::from_bytes(path, bytes));
    let source = source.map_err(|rejected| {
        tell(&rejected.render(colour));
        ExitCode::from(EXIT_CONFIG)
    })?;
    let surroundings = Surroundings { var: &|name| std::env::var(name).ok(), read: &read_limited };
    let (mut config, mut problems) = config::read(&source, &surroundings);
    apply(&mut config, overrides);
    let (plans, more) = plan::compile(&config);
    problems.extend(more);
    config::sort(&mut problems);
    if !problems.is_empty() {
        tell(&source.render_all(&problems, colour));
    }
    if problems.iter().any(Problem::is_error) {
        return Err(ExitCode::from(EXIT_CONFIG));
    }
    let unknown = unknown_shops(&config, overrides);
    if !unknown.is_empty() {
        unknown.iter().for_each(|message| tell(&format!("error: {message}\n")));
        return Err(ExitCode::from(EXIT_CONFIG));
    }
    let shops = config.shops.iter().zip(plans).map(|(shop, plan)| Shop {
        config: shop.clone(),
        plan,
        schedule: Schedule {
            pace: shop.pace,
            after_downtime: shop.after_downtime,
            stop_after: shop.stop_after.map(micros),
            until_tick: overrides.until_tick,
        },
    });
    let mut shops: Vec<Shop> = shops.collect();
    if !overrides.only.is_empty() {
        shops.retain(|shop| overrides.only.contains(&shop.plan.name));
    }
    Ok(Chain { path: path.to_owned(), config, warnings: problems.len(), shops })
}

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

/// Writes data to stdout. A reader that has seen enough is no failure.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("error: cannot write to stdout: {error}\n"));
            ExitCode::from(EXIT_FAILED)
        }
    }
}
