//! The origin file: one JSON document.
//!
//! Owns its format, in both directions, and all checks of what is read. Must not know any plan.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Origins, RecordedShop};
use crate::clock::{Anchor, Checkpoint, Origin, Pause};
use crate::config::Pace;
use crate::text::harmless;
use crate::value::Timestamp;

/// The version of the format.
const SCHEMA_VERSION: u64 = 1;

/// Why a text is no origin file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OriginError {
    /// It is not JSON, or not that of an origin file.
    #[error(
        "{path}:{line}:{column}: not a file that `shopsim origin` has written, or it was changed since: {message}"
    )]
    Format {
        /// The file, as typed.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 at the end of a line.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// It has a later format.
    #[error(
        "{path}: schema version {found} is unknown, this shopsim reads version {SCHEMA_VERSION}; write the file anew"
    )]
    SchemaVersion {
        /// The file, as typed.
        path: String,
        /// Its version.
        found: u64,
    },
    /// Its facts contradict each other.
    #[error("{path}: {shop}: {message}; write the file anew with `shopsim origin`")]
    Contradiction {
        /// The file, as typed.
        path: String,
        /// The shop.
        shop: String,
        /// What is wrong.
        message: String,
    },
}

impl Origins {
    /// Reads a file. `path` is for messages.
    ///
    /// # Errors
    /// The text is not what [`Self::to_json`] writes: the first mistake.
    pub fn read(text: &str, path: &str) -> Result<Self, OriginError> {
        let format = |error: serde_json::Error| {
            let place = format!(" at line {} column {}", error.line(), error.column());
            let message = error.to_string().replace(&place, "");
            let (line, column) = (error.line(), error.column());
            OriginError::Format {
                path: path.to_owned(),
                line,
                column,
                message: harmless(&message).into_owned(),
            }
        };
        let Head { schema_version: found } = serde_json::from_str(text).map_err(format)?;
        if found != SCHEMA_VERSION {
            return Err(OriginError::SchemaVersion { path: path.to_owned(), found });
        }
        let document: Document = serde_json::from_str(text).map_err(format)?;
        let mut names = BTreeSet::new();
        let mut shops = Vec::with_capacity(document.shops.len());
        for shop in document.shops {
            let name = shop.name.clone();
            let read = match names.insert(name.clone()) {
                true => RecordedShop::try_from(shop),
                false => Err("its name is there twice"),
            };
            shops.push(read.map_err(|message| OriginError::Contradiction {
                path: path.to_owned(),
                shop: harmless(&name).into_owned(),
                message: message.to_owned(),
            })?);
        }
        Ok(Self { output_version: document.output_version, shops })
    }

    /// The file: one JSON document, which ends with a line break.
    pub fn to_json(&self) -> String {
        let document = Document {
            schema_version: SCHEMA_VERSION,
            shopsim: env!("CARGO_PKG_VERSION").to_owned(),
            output_version: self.output_version,
            shops: self.shops.iter().map(ShopDocument::from).collect(),
        };
        // Strings, numbers, lists and structs with names: nothing that JSON could not hold.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// What every version of the format has.
#[derive(Deserialize)]
struct Head {
    schema_version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema_version: u64,
    /// The version of the program that wrote it, for people.
    shopsim: String,
    output_version: u32,
    shops: Vec<ShopDocument>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopDocument {
    name: String,
    /// As text: not every reader of JSON keeps numbers of 64 bits.
    #[serde(with = "as_text")]
    seed: u64,
    fingerprint: String,
    settings: Vec<String>,
    checkpoint: CheckpointDocument,
    /// Reserved, always empty: what was done to the run besides its pauses.
    interventions: Vec<Json>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointDocument {
    #[serde(with = "rfc3339")]
    start: Timestamp,
    first_tick: u64,
    anchor: AnchorDocument,
    pace: Option<PaceDocument>,
    live: bool,
    last_tick: u64,
    pauses: Vec<PauseDocument>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnchorDocument {
    #[serde(with = "rfc3339")]
    wall: Timestamp,
    #[serde(with = "rfc3339")]
    at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct PaceDocument(#[serde(with = "as_text")] Pace);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PauseDocument {
    before_tick: u64,
    microseconds: i64,
}

impl From<&RecordedShop> for ShopDocument {
    fn from(shop: &RecordedShop) -> Self {
        let Checkpoint { pace, live, pauses, .. } = &shop.checkpoint;
        let pause =
            |pause: &Pause| PauseDocument { before_tick: pause.before_tick, microseconds: pause.micros };
        Self {
            name: shop.name.clone(),
            seed: shop.seed,
            fingerprint: shop.fingerprint.clone(),
            settings: shop.settings.clone(),
            checkpoint: CheckpointDocument {
                start: shop.origin.start,
                first_tick: shop.origin.first_tick,
                anchor: AnchorDocument { wall: shop.origin.anchor.wall, at: shop.origin.anchor.at },
                pace: pace.map(PaceDocument),
                live: *live,
                last_tick: shop.last_tick,
                pauses: pauses.iter().map(pause).collect(),
            },
            interventions: Vec::new(),
        }
    }
}

impl TryFrom<ShopDocument> for RecordedShop {
    type Error = &'static str;

    fn try_from(shop: ShopDocument) -> Result<Self, Self::Error> {
        let CheckpointDocument { start, first_tick, anchor, pace, live, last_tick, pauses } = shop.checkpoint;
        if !shop.interventions.is_empty() {
            return Err("it has interventions, which this shopsim does not know");
        }
        if i64::try_from(last_tick).is_err() {
            return Err("its last tick is out of range");
        }
        if last_tick < first_tick {
            return Err("its last tick is before its first one");
        }
        if pauses.iter().any(|pause| pause.microseconds < 0) {
            return Err("a pause is shorter than nothing");
        }
        if !pauses.is_sorted_by(|one, next| one.before_tick < next.before_tick) {
            return Err("its pauses are not in the order of their ticks");
        }
        if pauses.last().is_some_and(|pause| pause.before_tick > last_tick) {
            return Err("a pause is after its last tick");
        }
        let anchor = Anchor { wall: anchor.wall, at: anchor.at };
        let origin = Origin { start, anchor, first_tick };
        let pause =
            |pause: PauseDocument| Pause { before_tick: pause.before_tick, micros: pause.microseconds };
        let checkpoint = Checkpoint {
            last_tick: Some(last_tick),
            origin: Some(origin),
            pace: pace.map(|PaceDocument(pace)| pace),
            live,
            pauses: pauses.into_iter().map(pause).collect(),
        };
        let (name, seed, fingerprint, settings) = (shop.name, shop.seed, shop.fingerprint, shop.settings);
        Ok(Self { name, seed, fingerprint, settings, checkpoint, origin, last_tick })
    }
}

/// An instant as RFC 3339, in UTC, with its microseconds.
mod rfc3339 {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::value::Timestamp;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub fn serialize<S: Serializer>(time: &Timestamp, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&time.to_rfc3339())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(from)?;
        let wrong =
            || D::Error::custom(format!("`{text}` is not a time such as 2026-01-01T00:00:00.000001Z"));
        Timestamp::parse_rfc3339(&text).ok_or_else(wrong)
    }
}

/// A value as the text that it displays and parses.
mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<T: Display, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(value)
    }

    pub fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|_| D::Error::custom(format!("`{text}` has no meaning here")))
    }
}
