//! `env_file`: the settings of one branch in the form of the program that shopsim replaces.
//!
//! Owns its eleven names and how a line is read. `NAME=value`, `export ` before it allowed; blank lines
//! and lines that begin with `#` are skipped; one pair of quotes around a value is dropped; nothing is
//! replaced within it. ` #` begins a comment after every value but an unquoted password, which may hold
//! any character. Other names are ignored: such files are shared with `docker compose`.

use std::ops::Range;
use std::time::Duration;

use super::item::Item;
use super::parameters::Parts;
use super::problem::{Problem, did_you_mean, quote};
use super::reader::{Field, Notes};
use super::{Secret, Spanned, Wrong};
use crate::suggest::is_slip;

/// The names that mean something, in the order of the replaced program's files.
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
    "POSTGRES_PASSWORD",
    "POSTGRES_PORT",
];
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
    /// `POSTGRES_…`; wrong ones have been told and are left out.
    pub(super) parts: Parts,
    /// Whether one of `POSTGRES_…` is wrong.
    pub(super) parts_wrong: bool,
}

/// Reads the file that an `env_file` key names.
pub(super) fn read(item: &Item<'_>) -> Option<EnvFile> {
    let path = item.nonempty()?;
    match item.notes.read_text_file(&path) {
        Ok(text) => Some(parse(&path, &text, item.notes, &item.span)),
        Err(wrong) => item.wrong(wrong),
    }
}

fn parse(path: &str, text: &str, notes: &Notes<'_>, span: &Range<usize>) -> EnvFile {
    let mut file = EnvFile::default();
    for EnvLine { number, name, value } in env_lines(text) {
        let place = format!("{path}:{number}");
        let known = NAMES.contains(&name);
        match value {
            Some(value) if known => {
                if let Err(wrong) = file.set(name, value, span) {
                    let message = format!("{place}: {}", wrong.message);
                    notes.wrong(span, Wrong { message, ..wrong });
                }
            }
            None if known => notes.add(
                Problem::error(span, format!("{place}: {} has no `=`", quote(name)))
                    .help(format!("write `{name}=value`")),
            ),
            _ => {
                if NAMES.into_iter().any(|right| is_slip(name, right)) {
                    notes.add(
                        Problem::warning(span, format!("{place}: {} is ignored", quote(name)))
                            .help(did_you_mean(name, &NAMES)),
                    );
                }
            }
        }
    }
    file
}

/// A line of an env file that says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvLine<'a> {
    /// Its number in the file, from 1.
    pub number: usize,
    /// The name that it sets.
    pub name: &'a str,
    /// The value, without quotes and comment; `None`: there is no `=`.
    pub value: Option<&'a str>,
}

/// The lines of an env file that say something, known names or not.
pub fn env_lines(text: &str) -> impl Iterator<Item = EnvLine<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().filter_map(|(index, line)| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let name = line.split(['=', ' ', '\t']).next().unwrap_or_default();
        let value = line[name.len()..].trim_start().strip_prefix('=');
        let value = value.map(|value| unquoted(value, name == "POSTGRES_PASSWORD"));
        Some(EnvLine { number: index + 1, name, value })
    })
}

/// The value without its quotes or the comment behind it.
fn unquoted(value: &str, is_password: bool) -> &str {
    let value = value.trim();
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = &value[1..];
        if let Some(end) = inner.find(quote) {
            let behind = &inner[end + 1..];
            if behind.is_empty() || behind.trim_start().starts_with('#') && behind.starts_with([' ', '\t']) {
                return &inner[..end];
            }
        }
        if let Some(inner) = inner.strip_suffix(quote) {
            return inner;
        }
    }
    if is_password {
        return value;
    }
    let comment = value.find(" #").into_iter().chain(value.find("\t#")).min();
    value[..comment.unwrap_or(value.len())].trim_end()
}

impl EnvFile {
    fn set(&mut self, name: &str, value: &str, span: &Range<usize>) -> Result<(), Wrong> {
        if value.is_empty() {
            return Ok(());
        }
        let text = || Some(value.to_owned());
        match name {
            "GENERATOR_SEED" => put(&mut self.seed, number(name, value, i64::MAX as u64), span),
            "CITY_NAME" => put(&mut self.city, Ok(value.to_owned()), span),
            "STOP_GENERATOR_AFTER_SEC" => put(&mut self.stop_after, seconds_or_off(name, value), span),
            "DELETE_OLDER_THAN_SEC" => put(&mut self.delete_older_than, seconds_or_off(name, value), span),
            "UPDATE_NOT_OLDER_THAN_SEC" => {
                put(&mut self.update_not_older_than, seconds_or_off(name, value), span)
            }
            "TICK_INTERVAL_SEC" => {
                let interval = seconds_or_off(name, value).and_then(|interval| {
                    interval.ok_or_else(|| {
                        Wrong::new(format!("`{name}` must be more than 0"))
                            .help("write the seconds between two ticks")
                    })
                });
                put(&mut self.tick_interval, interval, span)
            }
            "POSTGRES_PORT" => match value.parse() {
                Ok(port) if port > 0 => {
                    self.parts.port = Some(port);
                    Ok(())
                }
                _ => {
                    self.parts_wrong = true;
                    Err(Wrong::new(format!("`{name}` must be a whole number from 1 to 65535")))
                }
            },
            "POSTGRES_PASSWORD" => {
                self.parts.password = Some(Secret::new(value));
                Ok(())
            }
            _ => {
                match name {
                    "POSTGRES_HOST" => self.parts.host = text(),
                    "POSTGRES_DB" => self.parts.dbname = text(),
                    _ => self.parts.user = text(),
                }
                Ok(())
            }
        }
    }
}

fn put<T>(field: &mut Field<T>, value: Result<T, Wrong>, span: &Range<usize>) -> Result<(), Wrong> {
    match value {
        Ok(value) => {
            *field = Field::Set(Spanned { value, span: span.clone() });
            Ok(())
        }
        Err(wrong) => {
            *field = Field::Wrong;
            Err(wrong)
        }
    }
}

fn number(name: &str, value: &str, most: u64) -> Result<u64, Wrong> {
    match value.parse::<i128>() {
        Ok(number) if number < 0 => Err(Wrong::new(format!("`{name}` must not be negative"))),
        Ok(number) if number <= most.into() => Ok(number as u64),
        _ => Err(Wrong::new(format!(
            "`{name}` must be a whole number from 0 to {most}, found {}",
            quote(value)
        ))),
    }
}

fn seconds_or_off(name: &str, value: &str) -> Result<Option<Duration>, Wrong> {
    let seconds = number(name, value, MOST_SECONDS).map_err(|wrong| {
        wrong.help("the unit is seconds, without a suffix; 0 turns it off where it can be off")
    })?;
    Ok((seconds > 0).then(|| Duration::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Surroundings;
    use std::path::Path;

    fn file(text: &str) -> (EnvFile, Vec<String>) {
        let surroundings =
            Surroundings { var: &|_| None, read: &|_| Err(std::io::ErrorKind::NotFound.into()) };
        let notes = Notes::new(&surroundings, Path::new(""));
        let file = parse("x.env", text, &notes, &(0..1));
        (file, notes.into_problems().into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn the_file_of_a_branch_is_read() {
        let (file, problems) = file(
            "\u{feff}GENERATOR_SEED=4321\r\nCITY_NAME=\"New-York\"\r\nSTOP_GENERATOR_AFTER_SEC=0\r\n\
             DELETE_OLDER_THAN_SEC=600\r\n\r\n# comment\r\nexport TICK_INTERVAL_SEC=15 # often\r\n\
             POSTGRES_HOST=pg-shop-1\r\nPOSTGRES_PASSWORD=Hhdsyt768sxD&^$(*\r\nOTHER=1\r\nPOSTGRES_PORT=5432",
        );
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(file.seed.value(), Some(4321));
        assert_eq!(file.city.value().as_deref(), Some("New-York"));
        assert_eq!(file.stop_after.value(), Some(None));
        assert_eq!(file.delete_older_than.value(), Some(Some(Duration::from_secs(600))));
        assert!(file.update_not_older_than.is_absent());
        assert_eq!(file.tick_interval.value(), Some(Duration::from_secs(15)));
        assert_eq!(file.parts.port, Some(5432));
        assert_eq!(file.parts.password.unwrap().reveal(), "Hhdsyt768sxD&^$(*");
    }

    #[test]
    fn a_password_may_hold_any_character() {
        let password = |text: &str| {
            file(&format!("POSTGRES_PASSWORD={text}")).0.parts.password.map(|p| p.reveal().to_owned())
        };
        for (text, value) in [
            ("a #b", "a #b"),
            ("a=b${C}$$", "a=b${C}$$"),
            ("\"a # b\"", "a # b"),
            ("'a\"b'", "a\"b"),
            ("\"a\"b\"", "a\"b"),
            ("\"ab", "\"ab"),
            ("'ab' # mine", "ab"),
        ] {
            assert_eq!(password(text).as_deref(), Some(value), "{text}");
        }
        assert_eq!(password(""), None);
    }

    #[test]
    fn wrong_values_are_told_with_their_line() {
        let (read, problems) = file(
            "GENERATOR_SEED=x\nTICK_INTERVAL_SEC=0\nDELETE_OLDER_THAN_SEC=-1\nPOSTGRES_PORT=99999\nCITY_NAME",
        );
        assert_eq!(
            problems,
            [
                "x.env:1: `GENERATOR_SEED` must be a whole number from 0 to 9223372036854775807, found `x`",
                "x.env:2: `TICK_INTERVAL_SEC` must be more than 0",
                "x.env:3: `DELETE_OLDER_THAN_SEC` must not be negative",
                "x.env:4: `POSTGRES_PORT` must be a whole number from 1 to 65535",
                "x.env:5: `CITY_NAME` has no `=`",
            ]
        );
        assert!(!read.tick_interval.is_absent());
    }

    #[test]
    fn only_a_slip_of_a_known_name_is_worth_a_warning() {
        assert_eq!(file("POSTGRES_SSL=1\nPGDATA=x\nPATH=/bin").1, [""; 0]);
        assert_eq!(file("TICK_INTERVAL_SECS=5").1, ["x.env:1: `TICK_INTERVAL_SECS` is ignored"]);
    }
}
