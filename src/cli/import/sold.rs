//! The legacy generator's `config.json` → `[tech_fields]` and `[tables]`.
//!
//! Owns the meaning of its members. Whether a provider fits its column is checked when the text is read.

use super::document::{self, Entry, Section};
use super::files::ImportReport;
use super::json::Json;
use super::sql::{self, ColumnType};
use crate::config::InvalidValue;
use crate::plan::default_key;
use crate::text::harmless;
use crate::value::SqlType;

const TABLES: &str = "
# --- What they sell. ------------------------------------------------------------------------------------
# A table has its key first (`customer_id` for customers, counted 1, 2, 3 …), then these columns in this
# order, then the tech fields.
";

const TECH_FIELDS: &str = "
# Filled by shopsim itself: the times of the ticks that inserted the row and changed it last, UTC.
[tech_fields]
";

/// The sections of the tables.
pub fn sold(path: &str, config: Json, report: &mut ImportReport) -> Vec<Section> {
    let mut reader = Reader { path, report };
    let config = config.once("", &mut |place, name| {
        let place = if place.is_empty() { "the file" } else { place };
        reader.leave_out(place, format!("`{name}` is given twice; the last one counts"));
    });
    let mut sections = vec![Section::new("", TABLES, Vec::new())];
    for (name, value) in reader.members("the file", &config) {
        match name.as_str() {
            "tech_fields" => {
                let entries: Vec<Entry> = reader
                    .named("tech_fields", value, sql::bare)
                    .into_iter()
                    .filter_map(|(field, name, value)| reader.tech_field(field, &name, value))
                    .collect();
                if !entries.iter().any(|entry| entry.line().starts_with("created_at ")) {
                    reader.change("tech_fields", "`created_at` is added, which shopsim needs");
                }
                sections.push(Section::new(format!("{path}: tech_fields"), TECH_FIELDS, entries));
            }
            "tables" => {
                for (written, name, table) in reader.named("tables", value, sql::quoted) {
                    sections.extend(reader.table(written, &name, table));
                }
            }
            other => reader.leave_out(other, "shopsim takes `tech_fields` and `tables`"),
        }
    }
    sections
}

/// A value with each null replaced by `None`, the text that the legacy generator wrote for it; and whether there was one.
fn none_as_text(value: Json) -> (Json, bool) {
    match value {
        Json::Null => (Json::Text("None".to_owned()), true),
        Json::List(items) => {
            let (items, nulls): (Vec<_>, Vec<_>) = items.into_iter().map(none_as_text).unzip();
            (Json::List(items), nulls.contains(&true))
        }
        Json::Object(members) => {
            let each = members.into_iter().map(|(name, value)| {
                let (value, null) = none_as_text(value);
                ((name, value), null)
            });
            let (members, nulls): (Vec<_>, Vec<_>) = each.unzip();
            (Json::Object(members), nulls.contains(&true))
        }
        other => (other, false),
    }
}

/// Variants of a column whose provider and type do not fit each other, each with its meaning: the provider that has the
/// type which the Python one returns as a text, then a type without limits, and last `text`, which fits anything.
fn easier(members: &[(String, String)]) -> impl Iterator<Item = (Vec<(String, String)>, String)> {
    let of = |key: &str| {
        members.iter().find(|(member, _)| member == key).map(|(_, value)| value.trim_matches('"'))
    };
    let has_params = of("params").is_some();
    let provider = match of("faker") {
        Some("date") if !has_params => Some("date_object"),
        Some("time") if !has_params => Some("time_object"),
        Some("iso8601") if !has_params => Some("date_time"),
        _ => None,
    };
    let sql_type = of("type").and_then(SqlType::parse);
    let wider = match sql_type {
        Some(SqlType::Char(_) | SqlType::Varchar(Some(_))) => Some("varchar"),
        Some(SqlType::Numeric(Some(_))) => Some("numeric"),
        Some(SqlType::SmallInt | SqlType::Int | SqlType::BigInt) => Some("double precision"),
        _ => None,
    };
    let tries = [("faker", provider), ("type", wider), ("type", Some("text"))];
    let tries = tries.into_iter().filter_map(|(key, value)| Some((key, value?)));
    tries.map(|(changed, value)| {
        let with = members.iter().map(|(key, old)| {
            let new = if key == changed { document::string(value) } else { old.clone() };
            (key.clone(), new)
        });
        (with.collect(), format!("replaced by `{changed} = \"{value}\"`"))
    })
}

/// Reads the config, and collects the report on the way.
struct Reader<'a> {
    path: &'a str,
    report: &'a mut ImportReport,
}

impl Reader<'_> {
    fn leave_out(&mut self, place: &str, why: impl std::fmt::Display) {
        self.report.left_out.push(format!("{}: {place}: {why}", self.path));
    }

    fn change(&mut self, place: &str, how: impl std::fmt::Display) {
        self.report.changed.push(format!("{}: {place}: {how}", self.path));
    }

    /// The members of an object.
    fn members<'j>(&mut self, place: &str, value: &'j Json) -> &'j [(String, Json)] {
        if let Json::Object(members) = value {
            return members;
        }
        self.leave_out(place, format!("expected an object, found {}", value.kind()));
        &[]
    }

    /// The members of an object whose names were used in SQL: the name as written, as PostgreSQL read it, and the value.
    fn named<'j>(
        &mut self,
        place: &str,
        value: &'j Json,
        read: fn(&str) -> String,
    ) -> Vec<(&'j str, String, &'j Json)> {
        let mut all: Vec<(&str, String, &Json)> = Vec::new();
        for (written, value) in self.members(place, value) {
            let name = read(written);
            let place = format!("{place}.{written}");
            if name != *written {
                let name = harmless(&name);
                self.change(
                    &place,
                    format!("becomes `{name}`, as PostgreSQL read it in the legacy generator's SQL"),
                );
            }
            if let Some(at) = all.iter().position(|(_, other, _)| *other == name) {
                self.leave_out(&place, format!("`{name}` is given twice; the last one counts"));
                all.remove(at);
            }
            all.push((written, name, value));
        }
        all
    }

    fn tech_field(&mut self, written: &str, name: &str, value: &Json) -> Option<Entry> {
        let place = format!("tech_fields.{written}");
        let unfilled = "only `created_at` was ever filled; the column was null in each row, or its default";
        match name {
            "created_at" => {}
            "updated_at" => self.change(
                &place,
                "it was null in each row, or its default; shopsim fills it with the time of the row's last change",
            ),
            "deleted_at" => {
                let add = "for rows that are marked before they are deleted, add it with a `purge_after`";
                self.leave_out(&place, format!("{unfilled}; {add}"));
                return None;
            }
            "created_by" | "updated_by" => {
                self.leave_out(&place, format!("{unfilled}; to fill it, add it with its `elements`"));
                return None;
            }
            _ => {
                self.leave_out(&place, unfilled);
                return None;
            }
        }
        let sql_type = match value {
            Json::Text(text) => {
                self.column_type(&place, text).map_or_else(|| text.clone(), |carried| carried.name)
            }
            other => {
                self.leave_out(&place, format!("expected a type, found {}", other.kind()));
                return None;
            }
        };
        let entry = Entry::new(
            format!("{}: {place}", self.path),
            format!("{name} = {}", document::string(&sql_type)),
        );
        let usual = format!("{name} = \"timestamp\"");
        let replaced = format!("replaced by `{usual}`");
        Some(entry.or_as(usual, replaced))
    }

    /// `[tables.NAME]` and `[tables.NAME.columns]`.
    fn table(&mut self, written: &str, name: &str, table: &Json) -> [Section; 2] {
        let place = format!("tables.{written}");
        let mut entries = Vec::new();
        let key = sql::key(written);
        if key != default_key(name) {
            let line = format!("key = {}", document::string(&key));
            self.report.notes.push(format!("{}: {place}: its key stays `{}`", self.path, harmless(&key)));
            entries.push(
                Entry::new(format!("{}: {place}", self.path), line)
                    .or(String::new(), "the default key is used"),
            );
        }
        let (mut rates, mut columns) = (Vec::new(), Vec::new());
        for (member, value) in self.members(&place, table) {
            match member.as_str() {
                "columns" => {
                    for (written, name, column) in self.named(&format!("{place}.columns"), value, sql::bare) {
                        columns.push(self.column(&format!("{place}.columns.{written}"), &name, column));
                    }
                }
                "params" => {
                    for (param, value) in self.members(&format!("{place}.params"), value) {
                        rates.extend(self.rate(&format!("{place}.params.{param}"), param, value));
                    }
                }
                other => self.leave_out(&format!("{place}.{other}"), "a table takes `columns` and `params`"),
            }
        }
        if !rates.iter().any(|rate: &Entry| rate.line().starts_with("insert_rows_per_tick")) {
            let line = "insert_rows_per_tick = 0  # not set in config.json";
            entries.push(Entry::new(format!("{}: {place}", self.path), line));
        }
        entries.append(&mut rates);
        let name = document::key(name);
        let place = format!("{}: {place}", self.path);
        [
            Section::new(&place, format!("\n[tables.{name}]\n"), entries),
            Section::new(&place, format!("\n[tables.{name}.columns]\n"), columns),
        ]
    }

    /// `insert_rows_per_tick` or `update_rows_per_tick`.
    fn rate(&mut self, place: &str, param: &str, value: &Json) -> Option<Entry> {
        if !matches!(param, "insert_rows_per_tick" | "update_rows_per_tick") {
            self.leave_out(place, "a table takes `insert_rows_per_tick` and `update_rows_per_tick`");
            return None;
        }
        let rows = match value {
            // As Python's `range(-5)`, which is empty.
            Json::Int(rows @ ..0) => {
                self.change(place, format!("{rows} is written as 0"));
                0
            }
            Json::Int(rows) => *rows,
            other => {
                self.leave_out(place, format!("expected a whole number, found {}", other.kind()));
                return None;
            }
        };
        let place = format!("{}: {place}", self.path);
        Some(Entry::new(place, format!("{param} = {rows}")).or(format!("{param} = 0"), "it is 0"))
    }

    /// `name = { type = …, faker = …, params = { … } }`.
    fn column(&mut self, place: &str, name: &str, column: &Json) -> Entry {
        let mut members = Vec::new();
        let mut left_out = None;
        let mut unique = false;
        for (key, value) in self.members(place, column) {
            let within = format!("{place}.{key}");
            let value = match (key.as_str(), value) {
                ("type", Json::Text(text)) => match self.column_type(&within, text) {
                    Some(carried) => {
                        unique = carried.unique;
                        Json::Text(carried.name)
                    }
                    None => value.clone(),
                },
                ("faker", Json::Text(_)) => value.clone(),
                ("type" | "faker", other) => {
                    left_out = Some(format!("`{key}` must be a string, found {}", other.kind()));
                    continue;
                }
                ("params", Json::Null) => continue,
                ("params", Json::Object(params)) => {
                    // Python's None: as if it were not given.
                    let (nulls, given): (Vec<_>, Vec<_>) =
                        params.iter().cloned().partition(|(_, value)| *value == Json::Null);
                    for (param, _) in nulls {
                        self.report
                            .notes
                            .push(format!("{}: {within}.{param}: null counts as not given", self.path));
                    }
                    if given.is_empty() {
                        continue;
                    }
                    let (given, nulls) = none_as_text(Json::Object(given));
                    if nulls {
                        self.change(
                            &within,
                            "null is written as \"None\", the text that the legacy generator wrote",
                        );
                    }
                    given
                }
                ("params", other) => {
                    left_out = Some(format!("`params` must be an object, found {}", other.kind()));
                    continue;
                }
                (_, _) => {
                    self.leave_out(&within, "a column takes `type`, `faker` and `params`");
                    continue;
                }
            };
            match document::inline(&value) {
                Some(value) => members.push((key.clone(), value)),
                None => left_out = Some(format!("`{key}` is null")),
            }
        }
        let place = format!("{}: {place}", self.path);
        let line = |members: &[(String, String)]| document::column(name, members);
        let mut tries = Vec::new();
        if unique {
            let unique = ("unique".to_owned(), "true".to_owned());
            tries.push((line(&[&members[..], &[unique]].concat()), String::new()));
        }
        tries.push((line(&members), "values may repeat".to_owned()));
        tries.extend(easier(&members).map(|(members, meaning)| (line(&members), meaning)));
        let mut tries = tries.into_iter();
        let (first, _) = tries.next().unwrap_or_default();
        let entry = tries.fold(Entry::new(place, first), |entry, (line, meaning)| entry.or_as(line, meaning));
        match left_out {
            Some(why) => entry.left_out(InvalidValue::new(why)),
            None => entry,
        }
    }

    /// A type in shopsim's spelling, if it is valid.
    fn column_type(&mut self, place: &str, text: &str) -> Option<ColumnType> {
        let carried = sql::column_type(text)?;
        carried.changed.iter().for_each(|how| self.change(place, how));
        Some(carried)
    }
}
