//! `[tech_fields]`: columns that shopsim fills itself, after those of the config.
//!
//! Owns their keys, types and defaults. Their values are `plan`'s.

use std::time::Duration;

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
    /// `timestamp` or `timestamptz`; of a version `int` or `bigint`; of an actor `text` or `varchar`.
    pub sql_type: SqlType,
    /// Microseconds to whose multiples a time is cut.
    pub cut: i64,
    /// Whether it has an index.
    pub index: bool,
    /// Of an actor the values, distinct, at least one.
    pub elements: Vec<String>,
    /// Of `deleted_at`: how long rows exist after it.
    pub purge_after: Option<Duration>,
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
    /// The time of the tick that deleted the row softly; NULL until then.
    DeletedAt,
    /// The actor that inserted the row.
    CreatedBy,
    /// The actor that last changed the row.
    UpdatedBy,
}

/// Their keys, in the order in which columns are created.
const KINDS: [(&str, TechKind); 6] = [
    ("created_at", TechKind::CreatedAt),
    ("updated_at", TechKind::UpdatedAt),
    ("version", TechKind::Version),
    ("deleted_at", TechKind::DeletedAt),
    ("created_by", TechKind::CreatedBy),
    ("updated_by", TechKind::UpdatedBy),
];
/// An example of an actor's elements.
const ELEMENTS: &str = "[\"web\", \"app\", \"till\"]";

/// `cut`: to what a time is cut, in microseconds.
const CUTS: [(&str, i64); 3] = [("1s", SECOND), ("1ms", SECOND / 1_000), ("1us", 1)];

impl TechKind {
    /// Its key in `[tech_fields]`, which is its column's name by default.
    pub fn key(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(key, _)| key)
    }

    /// Whether it is a time.
    pub fn is_time(self) -> bool {
        matches!(self, Self::CreatedAt | Self::UpdatedAt | Self::DeletedAt)
    }

    /// Whether it is an actor.
    pub fn is_actor(self) -> bool {
        matches!(self, Self::CreatedBy | Self::UpdatedBy)
    }

    /// The type by default.
    fn default_type(self) -> SqlType {
        match self {
            Self::CreatedAt | Self::UpdatedAt | Self::DeletedAt => SqlType::Timestamp,
            Self::Version => SqlType::Int,
            Self::CreatedBy | Self::UpdatedBy => SqlType::Text,
        }
    }

    /// Whether it may be of a type.
    fn takes(self, sql_type: &SqlType) -> bool {
        match sql_type {
            SqlType::Timestamp | SqlType::TimestampTz => self.is_time(),
            SqlType::Int | SqlType::BigInt => self == Self::Version,
            SqlType::Text | SqlType::Varchar(_) => self.is_actor(),
            _ => false,
        }
    }

    fn expected_types(self) -> &'static str {
        match self {
            Self::CreatedAt | Self::UpdatedAt | Self::DeletedAt => {
                "expected \"timestamp\" (UTC wall time) or \"timestamptz\""
            }
            Self::Version => "expected \"int\" or \"bigint\"",
            Self::CreatedBy | Self::UpdatedBy => "expected \"text\" or \"varchar(n)\"",
        }
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
                    Some(item) => {
                        let before = fields.iter().rev().find(|field| field.kind.is_time());
                        let field = read(kind, &item, before);
                        fields.extend(field);
                    }
                    // Every table has it: windows are ages.
                    None if kind == TechKind::CreatedAt => {
                        fields.push(field(kind, Spanned { value: key.to_owned(), span: table.span.clone() }));
                    }
                    None => {}
                }
            }
            purge_after(&mut fields, &mut table);
            names_differ(&fields, &table);
            table.finish(&[]);
        }
    }
    fields
}

/// A field with the defaults of its kind.
fn field(kind: TechKind, name: Spanned<String>) -> TechField {
    let sql_type = kind.default_type();
    TechField { kind, name, sql_type, cut: SECOND, index: false, elements: Vec::new(), purge_after: None }
}

/// `purge_after`, which belongs to `deleted_at`.
fn purge_after(fields: &mut [TechField], table: &mut TableReader<'_>) {
    let key = "purge_after";
    if let Some(field) = fields.iter_mut().find(|field| field.kind == TechKind::DeletedAt) {
        field.purge_after = table.required(key, "\"1h\"", Item::positive_span).value();
    } else if !table.misspells(TechKind::DeletedAt.key())
        && let Some(item) = table.take(key)
    {
        let message = "`purge_after` has no effect without `deleted_at`";
        let help = "add `deleted_at = \"timestamp\"`, or remove it";
        table.context.report(Problem::error(&item.key_span, message).help(help));
    }
}

/// `updated_at = "timestamp"`, or a table with its type and more.
/// What is not asked for is as in the time `before` it.
fn read(kind: TechKind, item: &Item<'_>, before: Option<&TechField>) -> Option<TechField> {
    let default = field(kind, Spanned { value: item.key.clone(), span: item.key_span.clone() });
    let cut = before.map_or(SECOND, |before| before.cut);
    let default = TechField { cut, ..default };
    if kind.is_actor() {
        return actor(default, item);
    }
    if item.is_string() {
        let sql_type = sql_type(kind, item);
        return Some(TechField { sql_type: sql_type.unwrap_or(default.sql_type), ..default });
    }
    if !item.is_table() {
        let help = format!("write \"{}\", or {{ name = \"…\", type = \"{0}\" }}", default.sql_type);
        return item.wrong_type("a type or a table", Some(help));
    }
    let mut table = item.table(quote(&item.key).to_string())?;
    let name = table.field("name", column_name);
    let sql_type = table.field("type", |item| sql_type(kind, item)).value();
    let mut read = TechField {
        name: name.get().unwrap_or(default.name),
        sql_type: sql_type.unwrap_or(default.sql_type),
        ..default
    };
    if kind.is_time() {
        if let Some(chosen) = table.field("cut", |item| item.choice(&CUTS)).get() {
            read.cut = chosen.value;
            if let Some(before) = before
                && chosen.value > cut
            {
                let message = format!(
                    "`{}` would lie before `{}`, which is cut to less",
                    kind.key(),
                    before.kind.key()
                );
                let help = "give both the same `cut`";
                table.context.report(Problem::error(&chosen.span, message).help(help));
            }
        }
        read.index = table.field("index", Item::boolean).value().unwrap_or(false);
    }
    table.finish(&[]);
    Some(read)
}

/// `created_by = { elements = ["web", "app"] }`.
fn actor(default: TechField, item: &Item<'_>) -> Option<TechField> {
    if !item.is_table() {
        return item.wrong_type("a table", Some(format!("write {{ elements = {ELEMENTS} }}")));
    }
    let mut table = item.table(quote(&item.key).to_string())?;
    let sql_type = table.field("type", |item| sql_type(default.kind, item)).value();
    let sql_type = sql_type.unwrap_or(default.sql_type);
    let elements = table.required("elements", ELEMENTS, |item| elements(item, &sql_type)).value();
    let name = table.field("name", column_name).get();
    table.finish(&[]);
    Some(TechField {
        name: name.unwrap_or(default.name),
        sql_type,
        elements: elements.unwrap_or_default(),
        ..default
    })
}

/// Texts of a type, all different. Every wrong one is reported.
fn elements(item: &Item<'_>, sql_type: &SqlType) -> Option<Vec<String>> {
    let Some(elements) = item.elements() else {
        return item.wrong_type("an array of strings", Some(format!("write `elements = {ELEMENTS}`")));
    };
    if elements.is_empty() {
        return item.invalid(InvalidValue::new("`elements` is empty").help("list at least one"));
    }
    let mut read: Vec<String> = Vec::new();
    let mut wrong = false;
    for element in &elements {
        let text = element.parse(|text| {
            let characters = text.chars().count();
            match sql_type {
                _ if text.is_empty() => Err(InvalidValue::new("an element of `elements` is empty")),
                _ if read.iter().any(|other| other == text) => {
                    Err(InvalidValue::new(format!("{} is listed twice", quote(text))))
                }
                SqlType::Varchar(Some(most)) if characters > *most as usize => {
                    let message = format!("{} is longer than {sql_type}", quote(text));
                    Err(InvalidValue::new(message).help(format!("it has {characters} characters")))
                }
                _ => Ok(text.to_owned()),
            }
        });
        wrong |= text.is_none();
        read.extend(text);
    }
    (!wrong).then_some(read)
}

fn column_name(item: &Item<'_>) -> Option<String> {
    item.parse(|text| check_identifier("column", text).map(|()| text.to_owned()))
}

fn sql_type(kind: TechKind, item: &Item<'_>) -> Option<SqlType> {
    item.parse(|text| {
        let fits = SqlType::parse(text).filter(|known| kind.takes(known));
        let message = || format!("`{}` cannot be of type {}", kind.key(), quote(text));
        fits.ok_or_else(|| InvalidValue::new(message()).help(kind.expected_types()))
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
