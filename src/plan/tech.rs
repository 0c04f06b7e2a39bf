//! The columns that shopsim fills itself, after those of the config: when a row was inserted, changed and deleted softly,
//! how often it changed, and by whom.
//!
//! Owns their values, a function of the row's steps. Must not know how the steps were drawn.

use super::TablePlan;
use crate::config::{TechField, TechKind};
use crate::stream::{Key, RowDraws, Stream};
use crate::value::{SECOND, SqlType, Timestamp, Value};

/// A column that shopsim fills itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechColumn {
    /// What it holds.
    pub kind: TechKind,
    /// Its name.
    pub name: String,
    /// `timestamp` or `timestamptz`; of a version `int` or `bigint`; of an actor `text` or `varchar`.
    pub sql_type: SqlType,
    /// Microseconds to whose multiples a time is cut.
    pub cut: i64,
    /// Whether it has an index.
    pub index: bool,
    /// The values of an actor, at least one.
    pub elements: Vec<String>,
}

/// What the tech columns of a row depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamps {
    /// The simulated time of the tick that inserted the row; of a late row, that of an earlier tick.
    pub created_at: Timestamp,
    /// The simulated time of the tick that last changed it.
    pub updated_at: Timestamp,
    /// 1, and one more with each update.
    pub version: i64,
    /// The simulated time of the tick that deleted it softly.
    pub deleted_at: Option<Timestamp>,
    /// Random bits, from which the actor that inserted it follows.
    pub created_by: u64,
    /// The same of the actor that last changed it.
    pub updated_by: u64,
}

impl Stamps {
    /// Those of a new row, by the tick that inserts it and its simulated time.
    pub fn inserted(id: i64, (tick, at): (u64, Timestamp), created_at: Timestamp, actors: Actors) -> Self {
        let (created_by, updated_by) = (actors.created_by(id), actors.inserted_by(id, tick));
        Self { created_at, updated_at: at, version: 1, deleted_at: None, created_by, updated_by }
    }

    /// The same after a tick has updated the row.
    pub fn updated(self, id: i64, (tick, at): (u64, Timestamp), actors: Actors) -> Self {
        let updated_by = actors.updated_by(id, tick);
        Self { updated_at: at, version: self.version.saturating_add(1), updated_by, ..self }
    }

    /// The same after a tick has deleted the row softly, which is an update, too.
    pub fn soft_deleted(self, id: i64, (tick, at): (u64, Timestamp), actors: Actors) -> Self {
        Self { deleted_at: Some(at), ..self.updated(id, (tick, at), actors) }
    }
}

/// Who inserts and changes the rows of a table: draws for each row alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actors {
    created: Option<RowDraws>,
    updated: Option<RowDraws>,
    /// Whether both columns have the same elements: a new row has the same actor in both.
    are_same: bool,
}

impl Actors {
    /// Those of a shop's table, as far as it has columns for them.
    pub fn of(table: &TablePlan, seed: u64) -> Self {
        let [created, updated] =
            [TechKind::CreatedBy, TechKind::UpdatedBy].map(|kind| (kind, table.tech(kind)));
        let are_same =
            created.1.zip(updated.1).is_some_and(|(created, updated)| created.elements == updated.elements);
        let key = |(kind, tech): (TechKind, Option<&TechColumn>)| {
            tech.map(|_| {
                let (table, purpose) = (table.name.as_str(), kind.key());
                RowDraws::of(Key { seed, table, purpose, operation: "actor", tick: 0 })
            })
        };
        Self { created: key(created), updated: key(updated), are_same }
    }

    fn created_by(self, id: i64) -> u64 {
        self.created.map_or(0, |key| key.bits(id, 0))
    }

    /// The bits of the actor that changes a row in a tick.
    pub fn updated_by(self, id: i64, tick: u64) -> u64 {
        self.updated.map_or(0, |key| key.bits(id, tick))
    }

    fn inserted_by(self, id: i64, tick: u64) -> u64 {
        if self.are_same { self.created_by(id) } else { self.updated_by(id, tick) }
    }
}

impl TechColumn {
    /// The column of a table whose config has no `[tech_fields]`.
    pub fn created_at() -> Self {
        let (name, sql_type) = ("created_at".to_owned(), SqlType::Timestamp);
        Self { kind: TechKind::CreatedAt, name, sql_type, cut: SECOND, index: false, elements: Vec::new() }
    }

    /// Its value in a row.
    pub fn value(&self, stamps: &Stamps) -> Value<'_> {
        match self.kind {
            TechKind::CreatedAt => self.time(stamps.created_at),
            TechKind::UpdatedAt => self.time(stamps.updated_at),
            TechKind::Version => Value::Int(stamps.version),
            TechKind::DeletedAt => stamps.deleted_at.map_or(Value::Null, |at| self.time(at)),
            TechKind::CreatedBy => self.actor(stamps.created_by),
            TechKind::UpdatedBy => self.actor(stamps.updated_by),
        }
    }

    /// The actor of some random bits, each equally likely.
    pub fn actor(&self, bits: u64) -> Value<'_> {
        let elements = self.elements.as_slice();
        if elements.is_empty() {
            Value::Null
        } else {
            Value::Text(Stream::from_bits(bits).pick::<String>(elements))
        }
    }

    /// A time, cut to the column's precision.
    pub fn cut(&self, at: Timestamp) -> Timestamp {
        Timestamp(at.0.div_euclid(self.cut) * self.cut)
    }

    /// A time as the column holds it.
    pub fn time(&self, at: Timestamp) -> Value<'static> {
        let at = self.cut(at);
        match self.sql_type {
            SqlType::TimestampTz => Value::TimestampTz(at),
            _ => Value::Timestamp(at),
        }
    }

    /// The setting in canonical form: the type alone where all else is the default.
    pub(super) fn describe(&self) -> String {
        let mut text = self.sql_type.to_string();
        if self.name != self.kind.key() {
            text = format!("{} {text}", super::in_line(&self.name));
        }
        if self.kind.is_time() && self.cut != SECOND {
            text = format!("{text} cut to {} us", self.cut);
        }
        if self.kind.is_actor() {
            text = format!("{text} of {:?}", self.elements);
        }
        text
    }
}

impl From<&TechField> for TechColumn {
    fn from(field: &TechField) -> Self {
        let TechField { kind, name, sql_type, cut, index, elements, .. } = field.clone();
        Self { kind, name: name.value, sql_type, cut, index, elements }
    }
}
