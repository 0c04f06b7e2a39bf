//! `[cdc]` and `[shop.cdc]`: what a shop makes for clients of logical replication.
//!
//! Owns their keys, and which publications and slots exclude each other. None of it decides a row. Must not know how it is
//! made on a server.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::time::Duration;

use super::context::Context;
use super::identifier::{MOST_NAME_BYTES, check_identifier};
use super::item::Item;
use super::problem::{Problem, quote};
use super::reader::Field;
use super::{Database, InvalidValue, Shop, Spanned};

/// The range of `heartbeat`.
const HEARTBEATS: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_hours(24);

/// The output plugin of a slot that names none.
const PLUGIN: &str = "pgoutput";

/// `[cdc]` of a shop; by default nothing is made.
#[derive(Clone, Debug, Default)]
pub struct ChangeCapture {
    /// The publication of its tables.
    pub publication: Option<Spanned<String>>,
    /// Whether it publishes changes of partitions as those of their partitioned table.
    pub via_root: bool,
    /// The replica identity of tables that set none; `None`: left as it is.
    pub replica_identity: Option<ReplicaIdentity>,
    /// How often a row of the heartbeat table is updated.
    pub heartbeat: Option<Duration>,
    /// Its logical replication slots.
    pub slots: Vec<Spanned<LogicalSlot>>,
}

/// `replica_identity`: what the log holds of a row before its change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaIdentity {
    /// The primary key.
    Default,
    /// Every column.
    Full,
    /// The columns of the primary key's index, named as an index.
    Index,
}

/// A logical replication slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalSlot {
    /// Its name, unique on its server.
    pub name: String,
    /// Its output plugin.
    pub plugin: String,
}

/// The keys of `[cdc]` and `[shop.cdc]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    publication: Field<Option<String>>,
    via_root: Field<bool>,
    replica_identity: Field<ReplicaIdentity>,
    heartbeat: Field<Option<Duration>>,
    slots: Field<Vec<Spanned<LogicalSlot>>>,
}

impl Keys {
    /// These where they are set, otherwise the chain's.
    pub(super) fn over(self, chain: &Self) -> Self {
        let other = chain.clone();
        Self {
            publication: self.publication.or(other.publication),
            via_root: self.via_root.or(other.via_root),
            replica_identity: self.replica_identity.or(other.replica_identity),
            heartbeat: self.heartbeat.or(other.heartbeat),
            slots: self.slots.or(other.slots),
        }
    }

    /// What they ask for.
    pub(super) fn capture(self) -> ChangeCapture {
        let publication = self.publication.get();
        ChangeCapture {
            publication: publication
                .and_then(|Spanned { value, span }| Some(Spanned { value: value?, span })),
            via_root: self.via_root.value().unwrap_or(false),
            replica_identity: self.replica_identity.value(),
            heartbeat: self.heartbeat.value().flatten(),
            slots: self.slots.value().unwrap_or_default(),
        }
    }
}

/// Reads `[cdc]` or `[shop.cdc]`.
pub(super) fn keys(item: Option<Item<'_>>, name: &str) -> Keys {
    let Some(mut table) = item.and_then(|item| item.table(name)) else { return Keys::default() };
    let keys = Keys {
        publication: table.field("publication", publication),
        via_root: table.field("via_root", Item::boolean),
        replica_identity: table.field("replica_identity", replica_identity),
        heartbeat: table.field("heartbeat", heartbeat),
        slots: table.field("slots", slots),
    };
    table.finish(&[]);
    keys
}

/// Reads `replica_identity`, also that of a table.
pub(super) fn replica_identity(item: &Item<'_>) -> Option<ReplicaIdentity> {
    item.choice(&[
        ("default", ReplicaIdentity::Default),
        ("full", ReplicaIdentity::Full),
        ("index", ReplicaIdentity::Index),
    ])
}

/// A name, or an empty one for none.
#[expect(clippy::option_option, reason = "invalid, off, or a name")]
fn publication(item: &Item<'_>) -> Option<Option<String>> {
    item.parse(|text| match text {
        "" => Ok(None),
        _ => check_identifier("publication", text).map(|()| Some(text.to_owned())),
    })
}

#[expect(clippy::option_option, reason = "invalid, off, or a span")]
fn heartbeat(item: &Item<'_>) -> Option<Option<Duration>> {
    match item.span_or_off()? {
        None => Some(None),
        Some(_) => item.span_within(&HEARTBEATS).map(Some),
    }
}

fn slots(item: &Item<'_>) -> Option<Vec<Spanned<LogicalSlot>>> {
    let Some(elements) = item.elements() else {
        return item.wrong_type("an array of slots", Some("write `slots = [\"debezium\"]`".to_owned()));
    };
    // Every wrong one is reported.
    let read: Vec<Option<Spanned<LogicalSlot>>> = elements.iter().map(slot).collect();
    let slots: Vec<Spanned<LogicalSlot>> = read.into_iter().collect::<Option<_>>()?;
    let mut names = BTreeSet::new();
    for slot in &slots {
        if !names.insert(&slot.value.name) {
            let message = format!("two slots are named {}", quote(&slot.value.name));
            item.context.report(Problem::error(&slot.span, message).help("give each slot a name of its own"));
        }
    }
    Some(slots)
}

/// A name, or a table with a name and a plugin.
fn slot(item: &Item<'_>) -> Option<Spanned<LogicalSlot>> {
    if item.is_string() {
        let slot = LogicalSlot { name: item.parse(slot_name)?, plugin: PLUGIN.to_owned() };
        return Some(Spanned { value: slot, span: item.span.clone() });
    }
    if !item.is_table() {
        let help = "write \"debezium\", or { name = \"audit\", plugin = \"test_decoding\" }";
        return item.wrong_type("a name or a table", Some(help.to_owned()));
    }
    let mut table = item.table("a slot")?;
    let name = table.required("name", "\"debezium\"", |item| item.parse(slot_name));
    let plugin = table.field("plugin", |item| item.parse(plugin));
    table.finish(&[]);
    let plugin = match plugin {
        Field::Absent => PLUGIN.to_owned(),
        plugin => plugin.value()?,
    };
    let Spanned { value: name, span } = name.get()?;
    Some(Spanned { value: LogicalSlot { name, plugin }, span })
}

/// PostgreSQL's own rule: <https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-SLOTS>
fn slot_name(text: &str) -> Result<String, InvalidValue> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    match !text.is_empty() && text.len() <= MOST_NAME_BYTES && text.chars().all(fits) {
        true => Ok(text.to_owned()),
        false => Err(InvalidValue::new(format!("{} cannot be the name of a slot", quote(text))).help(
            format!("use 1 to {MOST_NAME_BYTES} of a-z 0-9 _, the only characters that PostgreSQL allows"),
        )),
    }
}

/// The name of a library, without a folder.
fn plugin(text: &str) -> Result<String, InvalidValue> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    match !text.is_empty() && text.len() <= MOST_NAME_BYTES && text.chars().all(fits) {
        true => Ok(text.to_owned()),
        false => Err(InvalidValue::new(format!("{} cannot be an output plugin", quote(text)))
            .help("use 1 to 63 of a-z A-Z 0-9 _ -, such as \"pgoutput\", \"test_decoding\" or \"wal2json\"")),
    }
}

/// Publications belong to a database, slots to a server: no two shops may have the same.
pub(super) fn captures_differ<'a>(shops: impl Iterator<Item = &'a Shop>, context: &Context<'_>) {
    let mut publications: BTreeMap<(String, u16, &str, &str), &str> = BTreeMap::new();
    let mut slots: BTreeMap<(String, u16, &str), &str> = BTreeMap::new();
    for shop in shops {
        let Database::Server(server) = &shop.database.value else { continue };
        let (name, host) = (shop.name.value.as_str(), server.host.to_lowercase());
        if let Some(Spanned { value: publication, span }) = &shop.capture.publication
            && let Some(first) =
                publications.insert((host.clone(), server.port, &server.database, publication), name)
        {
            let message = format!(
                "the shops {} and {} use the same database, {} at {} port {}, and the same publication, {}",
                quote(first),
                quote(name),
                quote(&server.database),
                quote(&server.host),
                server.port,
                quote(publication)
            );
            let help = "set `publication` in [shop.cdc] below one of them";
            context.report(Problem::error(span, message).help(help));
        }
        for Spanned { value: slot, span } in &shop.capture.slots {
            if let Some(first) = slots.insert((host.clone(), server.port, &slot.name), name)
                && first != name
            {
                let message = format!(
                    "the shops {} and {} use the same server, {} port {}, and the same slot, {}: slots belong to a server, not to a \
                     database",
                    quote(first),
                    quote(name),
                    quote(&server.host),
                    server.port,
                    quote(&slot.name)
                );
                let help = "set `slots` in [shop.cdc] below one of them";
                context.report(Problem::error(span, message).help(help));
            }
        }
    }
}
