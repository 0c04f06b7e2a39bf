//! The columns that shopsim fills itself, after those of the config: when a row was inserted and changed, how often.
//!
//! Owns their values, a function of the row's steps. Must not know how the steps were drawn.

use crate::config::{TechField, TechKind};
use crate::value::{SECOND, SqlType, Timestamp, Value};

/// A column that shopsim fills itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechColumn {
    /// What it holds.
    pub kind: TechKind,
    /// Its name.
    pub name: String,
    /// `timestamp` or `timestamptz`; of a version `int` or `bigint`.
    pub sql_type: SqlType,
    /// Microseconds to whose multiples a time is cut.
    pub cut: i64,
    /// Whether it has an index.
    pub index: bool,
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
}

impl TechColumn {
    /// The column of a table whose config has no `[tech_fields]`.
    pub fn created_at() -> Self {
        let (name, sql_type) = ("created_at".to_owned(), SqlType::Timestamp);
        Self { kind: TechKind::CreatedAt, name, sql_type, cut: SECOND, index: false }
    }

    /// Its value in a row.
    pub fn value(&self, stamps: &Stamps) -> Value<'static> {
        match self.kind {
            TechKind::CreatedAt => self.time(stamps.created_at),
            TechKind::UpdatedAt => self.time(stamps.updated_at),
            TechKind::Version => Value::Int(stamps.version),
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
        if self.kind != TechKind::Version && self.cut != SECOND {
            text = format!("{text} cut to {} us", self.cut);
        }
        text
    }
}

impl From<&TechField> for TechColumn {
    fn from(field: &TechField) -> Self {
        let TechField { kind, name, sql_type, cut, index } = field.clone();
        Self { kind, name: name.value, sql_type, cut, index }
    }
}
