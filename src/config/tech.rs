//! `[tech_fields]`: columns that shopsim fills itself, after those of the config.
//!
//! Owns their keys, types and defaults. Their values are `plan`'s.

use super::identifier::check_identifier;
use super::item::Item;
use super::problem::{Problem, quote};
use super::reader::TableReader;
use super::table::SYSTEM_COLUMNS;
use super::{InvalidValue, Spanned};
use crate::value::{SECOND, SqlType};

/// A column that shopsim fills itself: `[tech_fields]`.
#[derive(Clone, Debug)]
pub struct TechField {
    /// What it holds.
    pub kind: TechKind,
    /// Its name.
    pub name: Spanned<String>,
    /// `timestamp` or `timestamptz`; of a version `int` or `bigint`.
    pub sql_type: SqlType,
    /// Microseconds to whose multiples a time is cut.
    pub cut: i64,
    /// Whether it has an index.
    pub index: bool,
}

/// What a tech field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TechKind {
    /// The time of the tick that inserted the row.
    CreatedAt,
    /// The time of the tick that last changed the row.
    UpdatedAt,
    /// 1, and one more with each change.
    Version,
}

/// Their keys, in the order in which columns are created.
const KINDS: [(&str, TechKind); 3] = [
    ("created_at", TechKind::CreatedAt),
    ("updated_at", TechKind::UpdatedAt),
    ("version", TechKind::Version),
];

/// `cut`: to what a time is cut, in microseconds.
const CUTS: [(&str, i64); 3] = [("1s", SECOND), ("1ms", SECOND / 1_000), ("1us", 1)];

impl TechKind {
    /// Its key in `[tech_fields]`, which is its column's name by default.
    pub fn key(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(key, _)| key)
    }

    fn is_time(self) -> bool {
        matches!(self, Self::CreatedAt | Self::UpdatedAt)
    }
}

/// `[tech_fields]`, by default `created_at = "timestamp"` alone.
pub(super) fn tech_fields(item: Option<Item<'_>>) -> Vec<TechField> {
    let mut fields: Vec<TechField> = Vec::new();
    match item.and_then(|item| item.table("[tech_fields]")) {
        None => {
            fields.push(field(TechKind::CreatedAt, Spanned { value: "created_at".to_owned(), span: 0..0 }));
        }
        Some(mut table) => {
            for (key, kind) in KINDS {
                match table.take(key) {
                    // What is not asked for is as in `created_at`.
                    Some(item) => {
                        fields.extend(read(kind, &item, fields.first().map_or(SECOND, |first| first.cut)));
                    }
                    // Every table has it: windows are ages.
                    None if kind == TechKind::CreatedAt => {
                        fields.push(field(kind, Spanned { value: key.to_owned(), span: table.span.clone() }));
                    }
                    None => {}
                }
            }
            names_differ(&fields, &table);
            table.finish(&[]);
        }
    }
    fields
}

/// A field with the defaults of its kind.
fn field(kind: TechKind, name: Spanned<String>) -> TechField {
    let sql_type = if kind.is_time() { SqlType::Timestamp } else { SqlType::Int };
    TechField { kind, name, sql_type, cut: SECOND, index: false }
}

/// `updated_at = "timestamp"`, or a table with its type and more.
fn read(kind: TechKind, item: &Item<'_>, cut: i64) -> Option<TechField> {
    let default = field(kind, Spanned { value: item.key.clone(), span: item.key_span.clone() });
    let default = TechField { cut, ..default };
    if item.is_string() {
        let sql_type = sql_type(kind, item);
        return Some(TechField { sql_type: sql_type.unwrap_or(default.sql_type), ..default });
    }
    if !item.is_table() {
        let help = format!("write \"{}\", or {{ name = \"…\", type = \"{0}\" }}", default.sql_type);
        return item.wrong_type("a type or a table", Some(help));
    }
    let mut table = item.table(quote(&item.key).to_string())?;
    let name = table
        .field("name", |item| item.parse(|text| check_identifier("column", text).map(|()| text.to_owned())));
    let sql_type = table.field("type", |item| sql_type(kind, item)).value();
    let mut read = TechField {
        name: name.get().unwrap_or(default.name),
        sql_type: sql_type.unwrap_or(default.sql_type),
        ..default
    };
    if kind.is_time() {
        if let Some(chosen) = table.field("cut", |item| item.choice(&CUTS)).get() {
            read.cut = chosen.value;
            if kind == TechKind::UpdatedAt && chosen.value > cut {
                let message = "`updated_at` would lie before `created_at`, which is cut to less";
                let help = "give both the same `cut`";
                table.context.report(Problem::error(&chosen.span, message).help(help));
            }
        }
        read.index = table.field("index", Item::boolean).value().unwrap_or(false);
    }
    table.finish(&[]);
    Some(read)
}

fn sql_type(kind: TechKind, item: &Item<'_>) -> Option<SqlType> {
    item.parse(|text| {
        let (fits, expected) = match (kind.is_time(), SqlType::parse(text)) {
            (true, Some(known @ (SqlType::Timestamp | SqlType::TimestampTz)))
            | (false, Some(known @ (SqlType::Int | SqlType::BigInt))) => (Some(known), ""),
            (true, _) => (None, "expected \"timestamp\" (UTC wall time) or \"timestamptz\""),
            (false, _) => (None, "expected \"int\" or \"bigint\""),
        };
        let message = || format!("`{}` cannot be of type {}", kind.key(), quote(text));
        fits.ok_or_else(|| InvalidValue::new(message()).help(expected))
    })
}

fn names_differ(fields: &[TechField], table: &TableReader<'_>) {
    for (place, field) in fields.iter().enumerate() {
        if SYSTEM_COLUMNS.contains(&field.name.value.as_str()) {
            let message =
                format!("{} is the name of a system column of PostgreSQL", quote(&field.name.value));
            table.context.report(Problem::error(&field.name.span, message).help("give it another name"));
        }
        if let Some(other) = fields[..place].iter().find(|other| other.name.value == field.name.value) {
            let name = quote(&field.name.value);
            let message = format!(
                "the columns of `{}` and `{}` are both called {name}",
                other.kind.key(),
                field.kind.key()
            );
            table.context.report(Problem::error(&field.name.span, message).help("give it another name"));
        }
    }
}
