//! Config → [`ShopPlan`]: everything that decides which rows a shop has, and nothing else.
//!
//! Owns names, key columns, ids, compiled columns and the fingerprint. Two plans with the same
//! [`ShopPlan::describe`] and seed give the same ticks. Must not know where the tables are stored, nor when a
//! tick is due.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::clock::{Timeline, Windows};
use crate::config::{KeyForm, TechKind};
use crate::stream::OUTPUT_VERSION;
use crate::text;
use crate::value::{EnumType, SqlType, Value};

mod capture;
mod changes;
mod cohorts;
mod column;
mod compile;
mod convert;
mod differing;
mod draws;
mod life;
mod order;
mod row_keys;
mod singular;
mod tech;

pub use capture::Capture;
pub use changes::{Cause, ChangeSource, RowChange, RowEvent};
pub use cohorts::{Cohorts, count_ids};
pub use column::{Column, TypeMismatch};
pub use compile::compile;
pub use differing::differing_lines;
pub use draws::{DrawContext, Draws, Keys, Operation};
pub use life::{Census, LifeSource};
pub use order::referenced_first;
pub use row_keys::{RowKey, RowKeys};
pub use singular::default_key;
pub use tech::{Actors, Stamps, TechColumn};

pub use crate::value::{Texts, Values};

/// A shop's content as a function of the tick.
pub struct ShopPlan {
    /// The shop's name.
    pub name: String,
    /// The seed that keys its streams.
    pub seed: u64,
    /// The schema of its tables.
    pub schema: String,
    /// The schema of shopsim's own state, which decides no row.
    pub state_schema: String,
    /// Microseconds of simulated time between two ticks.
    pub interval: i64,
    /// Its tables, in the order of the config; shared by shops whose tables are all equal.
    pub tables: Arc<[TablePlan]>,
}

/// One table of a shop.
#[derive(Clone)]
pub struct TablePlan {
    /// Its name.
    pub name: String,
    /// The primary key's column.
    pub key: String,
    /// The type of the primary key's column.
    pub key_type: SqlType,
    /// How a key is made from the number of its row.
    pub key_form: KeyForm,
    /// Rows inserted per tick.
    pub insert_rows: u64,
    /// Rows updated per tick, if there are as many.
    pub update_rows: u64,
    /// How long its rows live and change.
    pub windows: Windows,
    /// Whether those of its columns that are never null have that constraint.
    pub not_null: bool,
    /// Its columns between the key and the tech columns; shops share them.
    pub columns: Arc<Vec<Column>>,
    /// What an update may change, each as one: a column, or the columns of a group.
    pub units: Arc<Vec<Unit>>,
    /// The columns that shopsim fills itself, `created_at` first; shops share them.
    pub tech: Arc<[TechColumn]>,
    /// The source of events of single rows, besides retention and random updates.
    pub changes: Option<Arc<dyn ChangeSource>>,
}

/// The first id of a key that the simulator never assigns.
fn reserved_from(key_type: &SqlType, form: &KeyForm) -> i64 {
    match (form, key_type) {
        (KeyForm::Number, SqlType::BigInt) | (KeyForm::Uuid | KeyForm::Uuid7, _) => 1_000_000_000_000_000_001,
        (KeyForm::Number, _) => 1_000_000_001,
        (KeyForm::Template(template), key_type) => template.last_number(key_type) + 1,
    }
}

/// The columns that an update changes together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The name of the column or of the group, which keys the draw.
    pub name: String,
    /// Whether it is a group.
    pub is_group: bool,
    /// The places of its columns.
    pub columns: Vec<usize>,
}

/// The units of columns: all that change at random.
fn units(columns: &[Column]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for (place, column) in columns.iter().enumerate().filter(|(_, column)| column.changes_at_random()) {
        let (name, is_group) = match &column.group {
            Some(group) => (group, true),
            None => (&column.name, false),
        };
        match units.iter_mut().find(|unit| is_group && unit.is_group && unit.name == *name) {
            Some(unit) => unit.columns.push(place),
            None => units.push(Unit { name: name.clone(), is_group, columns: vec![place] }),
        }
    }
    units
}

/// A window by its key in the config.
type Window = (&'static str, fn(&Windows) -> Option<i64>);
const WINDOWS: [Window; 2] = [
    ("delete_older_than", |windows| windows.delete_older_than),
    ("update_not_older_than", |windows| windows.update_not_older_than),
];

/// The most rows and ticks of history in one transaction: more gain little and take more memory.
const ROWS_TOGETHER: u64 = 65_536;
const TICKS_TOGETHER: u64 = 512;

impl TablePlan {
    /// Which rows each tick of a timeline inserts.
    pub fn cohorts(&self, timeline: &Timeline) -> Cohorts {
        Cohorts::flat(self.insert_rows, timeline)
    }

    /// Every column of the table in its order, with its type: the key, those of the config, the tech columns.
    pub fn all_columns(&self) -> impl Iterator<Item = (&str, &SqlType)> {
        let columns = self.columns.iter().map(|column| (column.name.as_str(), &column.sql_type));
        std::iter::once((self.key.as_str(), &self.key_type))
            .chain(columns)
            .chain(self.tech.iter().map(|tech| (tech.name.as_str(), &tech.sql_type)))
    }

    /// The tech column of a kind, if there is one.
    pub fn tech(&self, kind: TechKind) -> Option<&TechColumn> {
        self.tech.iter().find(|tech| tech.kind == kind)
    }

    /// The tech columns of which an update, or a soft delete, brings the new values.
    pub fn tech_of_update(&self, soft_delete: bool) -> impl Iterator<Item = &TechColumn> {
        self.tech.iter().filter(move |tech| match tech.kind {
            TechKind::UpdatedAt | TechKind::UpdatedBy => true,
            TechKind::DeletedAt => soft_delete,
            TechKind::CreatedAt | TechKind::CreatedBy | TechKind::Version => false,
        })
    }

    /// Whether a tech column may differ between the rows that a tick inserts.
    pub fn varies(&self, tech: &TechColumn) -> bool {
        // Late rows have a `created_at` of their own.
        tech.kind.is_actor() || tech.kind == TechKind::CreatedAt && self.changes.is_some()
    }

    /// Whether the table deletes its rows softly.
    pub fn deletes_softly(&self) -> bool {
        self.tech(TechKind::DeletedAt).is_some()
    }

    /// Whether updates may have a cause, which has a name.
    pub fn has_causes(&self) -> bool {
        self.changes.is_some() || self.deletes_softly()
    }

    /// The places of the columns that are shown beside `created_at`: those of the config, then the other tech columns.
    pub fn shown_places(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        let tech = (0..).zip(&*self.tech).filter(|(_, tech)| tech.kind != TechKind::CreatedAt);
        (0..self.columns.len()).chain(tech.map(|(place, _)| self.columns.len() + place))
    }

    /// The tech column at a place of the table's columns, which come first.
    pub fn tech_at(&self, place: usize) -> Option<&TechColumn> {
        self.tech.get(place.checked_sub(self.columns.len())?)
    }

    /// The name of the column at a place; empty if there is none.
    pub fn name_at(&self, place: usize) -> &str {
        self.all_columns().nth(1 + place).map_or("", |(name, _)| name)
    }

    /// The values of the tech columns of a row.
    pub fn tech_values(&self, stamps: Stamps) -> impl Iterator<Item = (&TechColumn, Value<'_>)> {
        self.tech.iter().map(move |tech| (tech, tech.value(&stamps)))
    }

    /// Rows that a tick updates at random, if that many exist; 0 where no column may change.
    pub fn updates_per_tick(&self) -> u64 {
        if self.units.is_empty() { 0 } else { self.update_rows }
    }

    /// The most rows that a tick draws values for.
    pub fn draws_per_tick(&self) -> u64 {
        self.insert_rows.saturating_add(self.updates_per_tick())
    }

    /// The most values that all earlier ticks draw for each column, for inserts and updates: the number of the tick's
    /// first draw, from which unique values are derived.
    pub fn draws_before(&self, cohorts: Cohorts, tick: u64) -> u64 {
        cohorts.before(tick).wrapping_add(tick.wrapping_mul(self.updates_per_tick()))
    }

    /// Whether the unique columns have a distinct value for each draw of some consecutive ticks.
    fn unique_in(&self, cohorts: Cohorts, ticks: Range<u64>) -> bool {
        let updates = (ticks.end - ticks.start).saturating_mul(self.updates_per_tick());
        let inserts = cohorts.before(ticks.end) - cohorts.before(ticks.start);
        let draws = inserts.saturating_add(updates);
        let unique = self.columns.iter().filter(|column| column.unique);
        unique.filter_map(|column| column.numbers).all(|numbers| draws <= numbers)
    }

    /// The most bytes that the values of a row take in memory; `None`: no bound is known.
    pub fn most_bytes(&self) -> Option<usize> {
        self.columns.iter().map(|column| column.most_bytes).sum()
    }

    /// The first id that the simulator never assigns; rows inserted by other clients get ids from here on.
    pub fn reserved_from(&self) -> i64 {
        reserved_from(&self.key_type, &self.key_form)
    }

    /// The number of ticks for which there are ids; `None` if none are needed.
    pub fn ticks_of_ids(&self) -> Option<u64> {
        (self.reserved_from().unsigned_abs() - 1).checked_div(self.insert_rows)
    }
}

impl ShopPlan {
    /// The enums of its columns, by name.
    pub fn enums(&self) -> Vec<Arc<EnumType>> {
        let columns = self.tables.iter().flat_map(|table| table.columns.iter());
        let mut enums: Vec<_> = columns.filter_map(|column| column.sql_type.declared().cloned()).collect();
        enums.sort_by(|one, other| one.name.cmp(&other.name));
        enums.dedup();
        enums
    }

    /// The first table without ids left for a tick.
    pub fn out_of_ids(&self, tick: u64) -> Option<&TablePlan> {
        self.tables.iter().find(|table| table.ticks_of_ids().is_some_and(|ticks| tick >= ticks))
    }

    /// How many of `due` overdue ticks from `tick` on one transaction may hold: within the limits of rows and
    /// ticks, none of which deletes rows that another one inserts, and no more than unique columns have values for. At
    /// least one.
    pub fn ticks_together(&self, timeline: &Timeline, tick: u64, due: u64) -> u64 {
        let rows: u64 = self.tables.iter().map(TablePlan::draws_per_tick).fold(0, u64::saturating_add);
        let few = due.min(TICKS_TOGETHER).min(ROWS_TOGETHER / rows.max(1));
        // A source's events must be in the order of the ticks, which a transaction of several ticks does not keep.
        if few < 2 || self.tables.iter().any(|table| table.changes.is_some()) {
            return 1;
        }
        // Ticks that share a transaction insert all their rows before they delete any: values that a single
        // tick would free are still taken.
        let oldest = |table: &TablePlan| {
            tick.checked_sub(1).map_or(0, |before| table.windows.existing(timeline, before).start)
        };
        let allowed = |ticks: &u64| {
            let last = tick.saturating_add(ticks - 1);
            let apart = |table: &TablePlan| {
                let unique =
                    || table.unique_in(table.cohorts(timeline), oldest(table)..last.saturating_add(1));
                table.windows.deleted(timeline, last).end <= tick && unique()
            };
            self.out_of_ids(last).is_none() && self.tables.iter().all(apart)
        };
        (2..=few).rev().find(allowed).unwrap_or(1)
    }

    /// How many ticks before the next one must keep their own times: those within reach of its windows, and
    /// those that are committed and not yet logged.
    pub fn ticks_remembered(&self) -> u64 {
        // Others refer to the keys of rows that are never deleted.
        let keeps_times =
            |table: &TablePlan| table.key_form == KeyForm::Uuid7 && table.windows.delete_older_than.is_none();
        if self.tables.iter().any(keeps_times) {
            return u64::MAX;
        }
        self.reach().saturating_add(2 * TICKS_TOGETHER)
    }

    /// How many ticks back the windows of a tick, and of the one before it, reach at most.
    pub fn reach(&self) -> u64 {
        self.tables.iter().map(|table| table.windows.reach(self.interval)).max().unwrap_or(0)
    }

    /// The plan's content in canonical lines, one setting a line, tables by name: stored in
    /// the database so that a later change can be reported. No two plans have the same lines.
    pub fn describe(&self) -> Vec<String> {
        let span = |micros: Option<i64>| micros.map_or("off".to_owned(), span_text);
        // What all tables have is one line, however the config says it.
        let of_all = |window: fn(&Windows) -> Option<i64>| {
            let mut tables = self.tables.iter().map(|table| window(&table.windows));
            let first = tables.next()?;
            tables.all(|other| other == first).then_some(first)
        };
        let windows = WINDOWS.map(|(key, window)| {
            format!("{key} = {}", of_all(window).map_or_else(|| "by table".to_owned(), span))
        });
        let mut lines = vec![
            format!("schema = {}", in_line(&self.schema)),
            format!("tick_interval = {}", span_text(self.interval)),
        ];
        lines.extend(windows);
        for declared in self.enums() {
            lines.push(format!("types.{} = {:?}", in_line(&declared.name), declared.labels));
        }
        let mut tables: Vec<&TablePlan> = self.tables.iter().collect();
        tables.sort_by(|one, other| one.name.cmp(&other.name));
        for table in tables {
            let name = in_line(&table.name);
            let form = match &table.key_form {
                KeyForm::Number => String::new(),
                KeyForm::Uuid => ", version 4".to_owned(),
                KeyForm::Uuid7 => ", version 7".to_owned(),
                KeyForm::Template(template) => format!(", template {:?}", template.to_string()),
            };
            lines.push(format!("{name}.key = {} {}{form}", in_line(&table.key), table.key_type));
            lines.push(format!("{name}.insert_rows_per_tick = {}", table.insert_rows));
            lines.push(format!("{name}.update_rows_per_tick = {}", table.update_rows));
            for (key, window) in WINDOWS {
                if of_all(window).is_none() {
                    lines.push(format!("{name}.{key} = {}", span(window(&table.windows))));
                }
            }
            for (place, column) in table.columns.iter().enumerate() {
                let (place, column_name) = (place + 1, in_line(&column.name));
                lines.push(format!("{name}.columns.{column_name} = {place}: {}", column.describe()));
            }
            for tech in &*table.tech {
                lines.push(format!("{name}.{} = {}", tech.kind.key(), tech.describe()));
            }
            if table.windows.purge_after.is_some() {
                lines.push(format!("{name}.purge_after = {}", span(table.windows.purge_after)));
            }
            lines.extend(
                table.changes.as_ref().map(|changes| format!("{name}.changes = {}", changes.describe())),
            );
        }
        lines
    }
}

impl ShopPlan {
    /// The SHA-256 of everything that decides the rows except the seed: 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let description = format!("{OUTPUT_VERSION}\n{}", self.describe().join("\n"));
        text::hex(&Sha256::digest(description))
    }
}

/// A name as the lines of [`ShopPlan::describe`] hold it: unchanged, or quoted if it contains a character with a
/// meaning in the lines, so that each line is unambiguous.
fn in_line(name: &str) -> Cow<'_, str> {
    match name.contains(|c: char| c.is_control() || matches!(c, '"' | '=' | ',' | ':')) {
        true => Cow::Owned(format!("{name:?}")),
        false => Cow::Borrowed(name),
    }
}

/// Microseconds in human-readable form: `1m 30s`.
fn span_text(micros: i64) -> String {
    let span = std::time::Duration::from_micros(micros.max(0).unsigned_abs());
    humantime::format_duration(span).to_string()
}
