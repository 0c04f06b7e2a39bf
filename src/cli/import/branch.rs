//! An env file → `[[shop]]`.
//!
//! Owns the meaning of each setting in the legacy generator. An invalid setting gets a key of its own, which overrides
//! the env file.

use std::time::Duration;

use super::document::{self, Entry, Section};
use super::files::{EnvFile, Environment, ImportReport};
use crate::config::{ENV_NAMES, EnvLine, env_lines, seed_of};
use crate::stream::shop_seed;

/// Replaces a tick interval of 0: about the interval that the legacy generator reached without a pause.
const NO_PAUSE: &str = "100ms";
/// Replaces an invalid tick interval.
const USUAL: &str = "15s";

/// A database: host in lower case, port, name.
pub type Place = (String, String, String);

/// The shop of an env file, and where its database is, if the file names one.
pub fn branch(
    file: &EnvFile,
    environment: &Environment<'_>,
    report: &mut ImportReport,
) -> (Section, Option<Place>) {
    let lines = env_lines(&file.text, environment);
    for (at, line) in lines.iter().enumerate() {
        let place = format!("{}:{}", file.path, line.number);
        if !ENV_NAMES.contains(&line.name.as_str()) {
            report.notes.push(format!("{place}: `{}` is not a setting of shopsim", line.name));
        } else if lines[at + 1..].iter().any(|below| below.name == line.name) {
            report.left_out.push(format!("{place}: `{}` is set twice; the last one counts", line.name));
        }
    }
    let mut settings = EnvSettings { file, lines: &lines, report };
    let mut entries = vec![Entry::new(&file.path, format!("name = {}", document::string(&file.name)))];
    entries.extend(settings.seed());
    entries.extend(settings.city());
    entries.extend(settings.window("STOP_GENERATOR_AFTER_SEC", "stop_after", "it never ends"));
    entries.extend(settings.window("DELETE_OLDER_THAN_SEC", "delete_older_than", "no row is ever deleted"));
    entries.extend(settings.window(
        "UPDATE_NOT_OLDER_THAN_SEC",
        "update_not_older_than",
        "no row is ever updated",
    ));
    entries.push(settings.tick_interval());
    let database = settings.database();
    entries.extend(settings.port(database.is_some()));
    let env_file = format!("env_file = {}", document::string(&file.from_output));
    let embedded = format!("database = \"embedded\"\n{env_file}");
    entries.push(Entry::new(&file.path, env_file).or(embedded, "the shop runs on a private server"));
    (Section::new(&file.path, "\n[[shop]]\n", entries), database)
}

/// The settings of one file.
struct EnvSettings<'a> {
    file: &'a EnvFile,
    lines: &'a [EnvLine],
    report: &'a mut ImportReport,
}

impl EnvSettings<'_> {
    /// The place of a setting and its value, if it is set, or the error.
    fn get(&self, name: &str) -> Option<(String, Result<&str, String>)> {
        let line = self.lines.iter().rev().find(|line| line.name == name)?;
        let place = format!("{}:{}: {name}", self.file.path, line.number);
        match &line.value {
            Ok(Some(value)) if value.is_empty() => None,
            Ok(Some(value)) => Some((place, Ok(value))),
            Ok(None) => Some((place, Err("there is no `=`".to_owned()))),
            Err(wrong) => Some((place, Err(wrong.to_string()))),
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|(_, value)| value.ok())
    }

    fn seed(&mut self) -> Option<Entry> {
        let name = "GENERATOR_SEED";
        let (place, value) = self.get(name)?;
        let seed = match value.and_then(|value| seed_of(name, value).map_err(|wrong| wrong.to_string())) {
            Ok(seed) => {
                if self.value(name).is_some_and(|value| value.starts_with('-')) {
                    self.report.changed.push(format!(
                        "{place}: `seed = {seed}`, which is the same seed: the legacy generator ignored the sign"
                    ));
                }
                seed
            }
            Err(why) => {
                let digits = self.value(name).and_then(|value| value.parse::<i128>().ok());
                // The default seed, or the low bits of a seed that is too large.
                #[expect(clippy::cast_possible_truncation, reason = "only the low bits are used")]
                let seed =
                    digits.map_or_else(|| shop_seed(0, &self.file.name), |seed| seed.unsigned_abs() as u64);
                let seed = seed & i64::MAX as u64;
                self.report.left_out.push(format!("{place}: {why}; replaced by `seed = {seed}`"));
                seed
            }
        };
        Some(Entry::new(place, format!("seed = {seed}")))
    }

    fn city(&mut self) -> Option<Entry> {
        let (place, value) = self.get("CITY_NAME")?;
        match value {
            Ok(city) => Some(Entry::new(place, format!("city = {}", document::string(city)))),
            Err(why) => {
                self.report.left_out.push(format!("{place}: {why}"));
                Some(Entry::new(place, "city = \"\""))
            }
        }
    }

    /// A span; 0 and negative values disable it.
    fn window(&mut self, name: &str, key: &str, off: &str) -> Option<Entry> {
        let (place, value) = self.get(name)?;
        let none = format!("{key} = 0  # {off}");
        let line = match value.and_then(seconds) {
            Ok(Some(span)) => format!("{key} = {}", quoted(span)),
            Ok(None) => {
                let written = self.value(name).unwrap_or_default();
                if name == "STOP_GENERATOR_AFTER_SEC" {
                    self.report.changed.push(format!(
                        "{place}: {written} meant no ticks at all; `{key} = 0` means that the run never ends"
                    ));
                } else if written.starts_with('-') {
                    self.report.changed.push(format!("{place}: {written} is written as `{key} = 0`: {off}"));
                }
                none.clone()
            }
            Err(why) => {
                self.report.left_out.push(format!("{place}: {why}; replaced by `{key} = 0`: {off}"));
                none.clone()
            }
        };
        Some(Entry::new(place, line).or(none, format!("replaced by `{key} = 0`: {off}")))
    }

    fn tick_interval(&mut self) -> Entry {
        let replaced = format!("replaced by `tick_interval = \"{USUAL}\"`");
        let usual = format!("tick_interval = \"{USUAL}\"");
        let Some((place, value)) = self.get("TICK_INTERVAL_SEC") else {
            let place = format!("{}: TICK_INTERVAL_SEC", self.file.path);
            self.report.left_out.push(format!("{place}: not set; {replaced}"));
            return Entry::new(place, usual);
        };
        let negative = value.as_ref().is_ok_and(|value| value.starts_with('-'));
        let line = match value.and_then(seconds) {
            Ok(Some(span)) => format!("tick_interval = {}", quoted(span)),
            Ok(None) if !negative => {
                self.report.changed.push(format!(
                    "{place}: 0 meant ticks without a pause between them; `tick_interval = \"{NO_PAUSE}\"` is about \
                     as fast"
                ));
                format!("tick_interval = \"{NO_PAUSE}\"")
            }
            Ok(None) => {
                self.report.left_out.push(format!("{place}: negative; {replaced}"));
                usual.clone()
            }
            Err(why) => {
                self.report.left_out.push(format!("{place}: {why}; {replaced}"));
                usual.clone()
            }
        };
        Entry::new(place, line).or(usual, replaced)
    }

    fn database(&self) -> Option<Place> {
        let host = self.value("POSTGRES_HOST")?.to_lowercase();
        let user = self.value("POSTGRES_USER").unwrap_or_default();
        let name = self.value("POSTGRES_DB").unwrap_or(user).to_owned();
        Some((host, self.value("POSTGRES_PORT").unwrap_or("5432").to_owned(), name))
    }

    /// A key that overrides an invalid port.
    fn port(&mut self, has_host: bool) -> Option<Entry> {
        let (place, value) = self.get("POSTGRES_PORT")?;
        let wrong = match value {
            Ok("5432") => return None,
            Ok(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => {
                self.report.notes.push(format!(
                    "{place}: shopsim connects to port {port}; the legacy generator ignored it and connected to \
                     5432"
                ));
                return None;
            }
            Ok(_) => "it must be a whole number from 1 to 65535".to_owned(),
            Err(why) => why,
        };
        let (line, meaning) = match has_host {
            true => ("database = { port = 5432 }", "replaced by the default port"),
            false => ("database = \"embedded\"", "there is no host either"),
        };
        self.report.left_out.push(format!("{place}: {wrong}; {meaning}"));
        Some(Entry::new(place, line))
    }
}

/// A number of seconds as a span; `None` for 0 and less.
fn seconds(value: &str) -> Result<Option<Duration>, String> {
    let wrong = || "not a number of seconds".to_owned();
    if value.parse::<i128>().is_ok_and(|seconds| seconds <= 0) {
        return Ok(None);
    }
    let span = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => Duration::try_from_secs_f64(value.parse().map_err(|_| wrong())?).map_err(|_| wrong())?,
    };
    Ok(Some(span).filter(|span| !span.is_zero()))
}

fn quoted(span: Duration) -> String {
    format!("\"{}\"", humantime::format_duration(span).to_string().replace(' ', ""))
}
