//! `env_file`: the settings of one branch in the form of the legacy generator.
//!
//! Owns its eleven names and what their values mean. Such files are shared with Docker Compose, whose rules for
//! lines, quotes and variables are `syntax`'s and `expand`'s; other names are ignored. A wrong setting is
//! reported unless `shops.toml` overrides it.

mod expand;
mod syntax;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::time::Duration;

use super::context::Context;
use super::item::Item;
use super::parameters::Parts;
use super::problem::{Problem, did_you_mean, quote};
use super::reader::Field;
use super::{InvalidValue, Secret, Spanned};
use crate::suggest::is_slip;

pub use self::syntax::{EnvLine, env_lines};

/// The known names, in the order of the legacy generator's files.
pub const NAMES: [&str; 11] = [
    "GENERATOR_SEED",
    "CITY_NAME",
    "STOP_GENERATOR_AFTER_SEC",
    "DELETE_OLDER_THAN_SEC",
    "UPDATE_NOT_OLDER_THAN_SEC",
    "TICK_INTERVAL_SEC",
    "POSTGRES_HOST",
    "POSTGRES_DB",
    "POSTGRES_USER",
    PASSWORD,
    "POSTGRES_PORT",
];
/// The name whose value must never be shown, not even in part.
const PASSWORD: &str = "POSTGRES_PASSWORD";
/// 10,000 years.
const MOST_SECONDS: u64 = 315_576_000_000;

/// What an env file sets. Its fields carry the place of `env_file` in `shops.toml`.
#[derive(Clone, Debug, Default)]
pub(super) struct EnvFile {
    pub(super) seed: Field<u64>,
    pub(super) city: Field<String>,
    pub(super) stop_after: Field<Option<Duration>>,
    pub(super) delete_older_than: Field<Option<Duration>>,
    pub(super) update_not_older_than: Field<Option<Duration>>,
    pub(super) tick_interval: Field<Duration>,
    /// `POSTGRES_…`; invalid ones have been reported and are left out.
    pub(super) parts: Parts,
    /// Whether one of `POSTGRES_…` is wrong.
    pub(super) parts_wrong: bool,
    /// The problems of each setting.
    problems: Vec<(&'static str, Problem)>,
}

/// Reads the file that an `env_file` key names.
pub(super) fn read(item: &Item<'_>) -> Option<EnvFile> {
    let path = item.nonempty()?;
    match item.context.read_text_file(&path) {
        Ok(text) => Some(parse(&path, &text, item.context, &item.span)),
        Err(wrong) => item.invalid(wrong),
    }
}

fn parse(path: &str, text: &str, context: &Context<'_>, span: &Range<usize>) -> EnvFile {
    let mut file = EnvFile::default();
    let lines = env_lines(text, context.surroundings.var);
    for (at, line) in lines.iter().enumerate() {
        let EnvLine { number, name, value, doubts } = line;
        let place = format!("{path}:{number}");
        let Some(known) = NAMES.into_iter().find(|known| known == name) else {
            if NAMES.into_iter().any(|right| is_slip(name, right)) {
                context.report(
                    Problem::warning(span, format!("{place}: {} is ignored", quote(name)))
                        .help(did_you_mean(name, &NAMES)),
                );
            }
            continue;
        };
        // The last line of a name takes effect.
        if lines[at + 1..].iter().any(|below| below.name == known) {
            continue;
        }
        let of_it = |wrong: InvalidValue| InvalidValue {
            message: format!("{}: {}", quote(known), wrong.message),
            ..wrong
        };
        let set = match value {
            Ok(Some(value)) => file.set(known, value, span),
            Ok(None) => Err(InvalidValue::new(format!(
                "`{known}` has no `=`, and the environment has no such variable"
            ))
            .help(format!("write `{known}=value`"))),
            Err(wrong) => Err(of_it(wrong.clone())),
        };
        if set.is_err() {
            file.spoil(known);
        }
        let problem = |problem: Problem, help| (known, Problem { help, ..problem });
        let wrong = set
            .err()
            .into_iter()
            .map(|wrong| problem(Problem::error(span, format!("{place}: {}", wrong.message)), wrong.help));
        let doubts =
            doubts.iter().cloned().map(of_it).map(|doubt| {
                problem(Problem::warning(span, format!("{place}: {}", doubt.message)), doubt.help)
            });
        file.problems.extend(wrong.chain(doubts));
    }
    file
}

impl EnvFile {
    /// Reports the problems of the settings that take effect.
    pub(super) fn report(&self, counts: impl Fn(&str) -> bool, context: &Context<'_>) {
        self.problems
            .iter()
            .filter(|(name, _)| counts(name))
            .for_each(|(_, problem)| context.report(problem.clone()));
    }

    /// Marks a setting as invalid.
    fn spoil(&mut self, name: &str) {
        match name {
            "GENERATOR_SEED" => self.seed = Field::Invalid,
            "CITY_NAME" => self.city = Field::Invalid,
            "STOP_GENERATOR_AFTER_SEC" => self.stop_after = Field::Invalid,
            "DELETE_OLDER_THAN_SEC" => self.delete_older_than = Field::Invalid,
            "UPDATE_NOT_OLDER_THAN_SEC" => self.update_not_older_than = Field::Invalid,
            "TICK_INTERVAL_SEC" => self.tick_interval = Field::Invalid,
            _ => self.parts_wrong = true,
        }
    }

    fn set(&mut self, name: &str, value: &str, span: &Range<usize>) -> Result<(), InvalidValue> {
        if value.is_empty() {
            return Ok(());
        }
        fn put<T>(field: &mut Field<T>, value: T, span: &Range<usize>) {
            *field = Field::Set(Spanned { value, span: span.clone() });
        }
        let text = || Some(value.to_owned());
        match name {
            "GENERATOR_SEED" => put(&mut self.seed, seed_of(name, value)?, span),
            "CITY_NAME" => put(&mut self.city, value.to_owned(), span),
            "STOP_GENERATOR_AFTER_SEC" => put(&mut self.stop_after, seconds_or_off(name, value)?, span),
            "DELETE_OLDER_THAN_SEC" => put(&mut self.delete_older_than, seconds_or_off(name, value)?, span),
            "UPDATE_NOT_OLDER_THAN_SEC" => {
                put(&mut self.update_not_older_than, seconds_or_off(name, value)?, span);
            }
            "TICK_INTERVAL_SEC" => {
                let interval = seconds_or_off(name, value)?.ok_or_else(|| {
                    InvalidValue::new(format!("`{name}` must be more than 0")).help(
                        "write the seconds between two ticks; for less than one, `tick_interval = \"100ms\"` \
                               in the config",
                    )
                })?;
                put(&mut self.tick_interval, interval, span);
            }
            "POSTGRES_PORT" => {
                let port = value.parse().ok().filter(|port| *port > 0);
                self.parts.port = Some(port.ok_or_else(|| {
                    InvalidValue::new(format!("`{name}` must be a whole number from 1 to 65535"))
                })?);
            }
            PASSWORD => self.parts.password = Some(Secret::new(value)),
            "POSTGRES_HOST" => self.parts.host = text(),
            "POSTGRES_DB" => self.parts.dbname = text(),
            _ => self.parts.user = text(),
        }
        Ok(())
    }
}

/// Reads a seed. As in Python, its sign is ignored.
pub fn seed_of(name: &str, value: &str) -> Result<u64, InvalidValue> {
    let most = i64::MAX as u64;
    let seed = value.parse::<i128>().ok().and_then(|seed| u64::try_from(seed.unsigned_abs()).ok());
    seed.filter(|seed| *seed <= most).ok_or_else(|| {
        InvalidValue::new(format!(
            "`{name}` must be a whole number of at most {most}, found {}",
            quote(value)
        ))
    })
}

fn seconds_or_off(name: &str, value: &str) -> Result<Option<Duration>, InvalidValue> {
    match value.parse::<i128>().map(|seconds| u64::try_from(seconds.max(0))) {
        Ok(Ok(0)) => Ok(None),
        Ok(Ok(seconds)) if seconds <= MOST_SECONDS => Ok(Some(Duration::from_secs(seconds))),
        _ => Err(InvalidValue::new(format!(
            "`{name}` must be a whole number from 0 to {MOST_SECONDS}, found {}",
            quote(value)
        ))
        .help("the unit is seconds, without a suffix; 0 disables settings that can be disabled")),
    }
}
