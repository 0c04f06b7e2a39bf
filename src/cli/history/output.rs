//! Versions of rows, and rows as they stood, as CSV, JSON lines and SQL.
//!
//! Owns the columns of each format and their names. Must not know which rows are printed.

use std::io::{self, Write};

use super::Format;
use crate::cli::field::{Field, csv_field, json_members};
use crate::clock::Timeline;
use crate::plan::{RowKey, RowKeys, ShopPlan, TablePlan};
use crate::quoting::quote;
use crate::tick::UpdateCause;
use crate::truth::{Ended, Row, Version};
use crate::value::{SqlType, Value, json};

/// Rows of one INSERT.
const ROWS_OF_INSERT: u64 = 1_000;

/// The columns before those of the table, and their types in SQL.
type Head = &'static [(&'static str, &'static str)];
/// Stands for the type of the table's key: `bigint` for numbers.
const KEY: &str = "";
const OF_VERSIONS: Head = &[
    ("shop", "text"),
    ("table", "text"),
    ("key", KEY),
    ("version", "bigint"),
    ("operation", "text"),
    ("cause", "text"),
    ("from_tick", "bigint"),
    ("to_tick", "bigint"),
    ("ended_by", "text"),
    ("valid_from", "timestamptz"),
    ("valid_to", "timestamptz"),
    ("changed", "text[]"),
];
const AS_OF: Head =
    &[("shop", "text"), ("table", "text"), ("tick", "bigint"), ("at", "timestamptz"), ("key", KEY)];

/// What is printed of each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Its versions.
    Versions,
    /// Its columns as they stood after a tick.
    AsOf,
}

/// A version of a row.
pub struct RowVersion<'a> {
    /// The row's key.
    pub id: i64,
    /// The number of the version, from 1.
    pub number: i64,
    /// Its span and values.
    pub version: Version<'a>,
    /// Why an update began it; `None`: an insert did.
    pub cause: Option<UpdateCause>,
    /// The places of the columns whose values differ from those of the version before.
    pub changed: Vec<usize>,
}

/// Where the output goes.
pub struct Output<'a> {
    out: &'a mut dyn Write,
    format: Format,
    content: Content,
    /// Whether the header of the CSV was written.
    has_header: bool,
}

/// The output of one table of a shop.
pub struct TableOutput<'o, 'w, 'p> {
    output: &'o mut Output<'w>,
    plan: &'p ShopPlan,
    table: &'p TablePlan,
    timeline: &'p Timeline,
    keys: RowKeys,
    /// The last tick.
    tick: u64,
    /// Rows so far.
    rows: u64,
}

impl<'w> Output<'w> {
    /// Before the first table.
    pub fn new(out: &'w mut dyn Write, format: Format, content: Content) -> Self {
        Self { out, format, content, has_header: false }
    }

    /// Begins a table of a shop, whose versions are known until a tick.
    pub fn begin<'p>(
        &mut self,
        plan: &'p ShopPlan,
        table: &'p TablePlan,
        timeline: &'p Timeline,
        tick: u64,
    ) -> io::Result<TableOutput<'_, 'w, 'p>> {
        let keys = RowKeys::of(plan.seed, table, timeline);
        let mut table = TableOutput { output: self, plan, table, timeline, keys, tick, rows: 0 };
        table.head()?;
        Ok(table)
    }
}

impl TableOutput<'_, '_, '_> {
    fn head(&mut self) -> io::Result<()> {
        match self.output.format {
            Format::Jsonl => Ok(()),
            Format::Csv if self.output.has_header => Ok(()),
            Format::Csv => {
                self.output.has_header = true;
                let names: Vec<String> = self.columns().iter().map(|(name, _)| csv_field(name)).collect();
                writeln!(self.output.out, "{}", names.join(","))
            }
            Format::Sql => {
                let lines =
                    self.columns().into_iter().map(|(name, sql_type)| format!("{} {sql_type}", quote(&name)));
                let mut lines: Vec<String> = lines.collect();
                // Refuses to be loaded twice.
                let key = match self.output.content {
                    Content::Versions => ["shop".to_owned(), "key".to_owned(), "version".to_owned()],
                    Content::AsOf => ["shop".to_owned(), "tick".to_owned(), self.own_name(&self.table.key)],
                };
                lines.push(format!("PRIMARY KEY ({})", key.map(|name| quote(&name)).join(", ")));
                let (shop, tick, at) = (&self.plan.name, self.tick, self.timeline.at(self.tick).to_rfc3339());
                let (name, lines) = (self.name(), lines.join(",\n    "));
                writeln!(self.output.out, "-- {shop} until tick {tick} at {at}\nBEGIN;")?;
                writeln!(self.output.out, "CREATE TABLE IF NOT EXISTS {name} (\n    {lines}\n);")
            }
        }
    }

    /// Prints a version of a row.
    pub fn version(&mut self, row: &RowVersion<'_>) -> io::Result<()> {
        let RowVersion { id, number, version, cause, ref changed } = *row;
        let (table, is_json) = (self.table, self.output.format == Format::Jsonl);
        let names = changed.iter().map(|column| table.name_at(*column));
        let changed = if is_json { json_array(names) } else { sql_array(names) };
        let row_key = self.keys.key(id);
        let key = key_object(&table.key, &row_key);
        let ended_by = version.to.map(|(_, ended)| match ended {
            Ended::Updated(_) => "update",
            Ended::DeletedByAge | Ended::DeletedBySource => "delete",
        });
        let cause_name = cause.and_then(|cause| cause.name(table));
        let to_tick = version.to.map(|(tick, _)| tick);
        let valid_from = self.timeline.at(version.from).to_rfc3339();
        let valid_to = to_tick.map(|tick| self.timeline.at(tick).to_rfc3339());
        let head = [
            Value::Text(&self.plan.name),
            Value::Text(&table.name),
            if is_json { Value::Json(&key) } else { row_key.value() },
            Value::Int(number),
            Value::Text(if cause.is_some() { "update" } else { "insert" }),
            optional_text(cause_name),
            tick_value(version.from),
            to_tick.map_or(Value::Null, tick_value),
            optional_text(ended_by),
            Value::Text(&valid_from),
            optional_text(valid_to.as_deref()),
            if is_json { Value::Json(&changed) } else { Value::Text(&changed) },
        ];
        let columns = table.columns.iter().enumerate();
        let values = columns.map(|(place, column)| Field { name: &column.name, value: version.value(place) });
        let tech = table.tech_values(version.stamps()).map(|(tech, value)| Field { name: &tech.name, value });
        self.line(&head, &values.chain(tech).collect::<Vec<_>>())
    }

    /// Prints a row as it stood.
    pub fn row(&mut self, row: Row<'_>) -> io::Result<()> {
        let (table, at) = (self.table, self.timeline.at(self.tick).to_rfc3339());
        let row_key = self.keys.key(row.id());
        let key = key_object(&table.key, &row_key);
        let head = [
            Value::Text(&self.plan.name),
            Value::Text(&table.name),
            tick_value(self.tick),
            Value::Text(&at),
            Value::Json(&key),
        ];
        let mut values = Vec::with_capacity(table.columns.len() + 2);
        if !self.has("key") {
            values.push(Field { name: &table.key, value: row_key.value() });
        }
        let columns = table.columns.iter().enumerate();
        values.extend(columns.map(|(place, column)| Field { name: &column.name, value: row.value(place) }));
        values.extend(table.tech_values(row.stamps()).map(|(tech, value)| Field { name: &tech.name, value }));
        self.line(&head, &values)
    }

    /// Ends the table.
    pub fn end(self) -> io::Result<()> {
        if self.output.format != Format::Sql {
            return Ok(());
        }
        let end = if self.rows > 0 { ";\n" } else { "" };
        writeln!(self.output.out, "{end}COMMIT;")
    }

    fn line(&mut self, head: &[Value<'_>], values: &[Field<'_>]) -> io::Result<()> {
        let head =
            self.all_of_head().iter().zip(head).map(|((name, _), value)| Field { name, value: *value });
        let head: Vec<Field<'_>> = head.filter(|field| self.has(field.name)).collect();
        let fields = head.iter().chain(values);
        self.rows += 1;
        match self.output.format {
            Format::Csv => {
                let fields: Vec<String> = fields.map(Field::csv).collect();
                writeln!(self.output.out, "{}", fields.join(","))
            }
            Format::Jsonl => {
                let (head, values) = (json_members(head), json_members(values.iter().copied()));
                writeln!(self.output.out, "{{{head},\"values\":{{{values}}}}}")
            }
            Format::Sql => {
                let fields: Vec<String> = fields.map(Field::literal).collect();
                match (self.rows - 1) % ROWS_OF_INSERT {
                    0 => {
                        let end = if self.rows > 1 { ";\n" } else { "" };
                        let names: Vec<String> = self.columns().iter().map(|(name, _)| quote(name)).collect();
                        let (name, names) = (self.name(), names.join(", "));
                        write!(self.output.out, "{end}INSERT INTO {name} ({names}) VALUES\n  ")?;
                    }
                    _ => write!(self.output.out, ",\n  ")?,
                }
                write!(self.output.out, "({})", fields.join(", "))
            }
        }
    }

    /// The table that the SQL writes, quoted.
    fn name(&self) -> String {
        let suffix = match self.output.content {
            Content::Versions => "history",
            Content::AsOf => "as_of",
        };
        quote(&format!("{}_{suffix}", self.table.name))
    }

    fn all_of_head(&self) -> Head {
        match self.output.content {
            Content::Versions => OF_VERSIONS,
            Content::AsOf => AS_OF,
        }
    }

    /// Whether the output has a column of the head.
    fn has(&self, name: &str) -> bool {
        match name {
            "table" => self.output.format != Format::Sql,
            "cause" => self.table.has_causes(),
            // As of a tick it is the table's own column, but in JSON an object as in the other outputs.
            "key" => self.output.content == Content::Versions || self.output.format == Format::Jsonl,
            _ => true,
        }
    }

    /// The names of all columns, and their types in SQL.
    fn columns(&self) -> Vec<(String, String)> {
        let head = self.all_of_head().iter().filter(|(name, _)| self.has(name));
        let key_type = match self.keys.are_numbers() {
            true => "bigint".to_owned(),
            false => plain_type(&self.table.key_type),
        };
        let head = head.map(|(name, sql_type)| {
            let sql_type = if *sql_type == KEY { key_type.clone() } else { (*sql_type).to_owned() };
            ((*name).to_owned(), sql_type)
        });
        // The head of a version has the key.
        let own = self.table.all_columns().skip(usize::from(self.output.content == Content::Versions));
        head.chain(own.map(|(name, sql_type)| (self.own_name(name), plain_type(sql_type)))).collect()
    }

    /// The name of a column of the table: its own, with underscores if the head has a column of that name.
    fn own_name(&self, name: &str) -> String {
        let of_head =
            |name: &str| self.has(name) && self.all_of_head().iter().any(|(other, _)| *other == name);
        let of_table = |name: &str| self.table.all_columns().any(|(other, _)| other == name);
        let mut own = name.to_owned();
        while of_head(&own) || own != name && of_table(&own) {
            own.push('_');
        }
        own
    }
}

/// A type that every database of PostgreSQL has: texts for enums.
fn plain_type(sql_type: &SqlType) -> String {
    match sql_type {
        SqlType::Enum(_) => "text".to_owned(),
        SqlType::Array(element) => format!("{}[]", plain_type(element)),
        other => other.to_string(),
    }
}

fn optional_text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::Text)
}

fn tick_value(tick: u64) -> Value<'static> {
    Value::Int(i64::try_from(tick).unwrap_or(i64::MAX))
}

/// `{"order_id":17}`.
fn key_object(name: &str, key: &RowKey) -> String {
    format!("{{{}}}", json_members([Field { name, value: key.value() }]))
}

fn json_array<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted = |name| {
        let mut out = String::new();
        json::write_string(name, &mut out);
        out
    };
    format!("[{}]", names.map(quoted).collect::<Vec<_>>().join(","))
}

/// As PostgreSQL reads a `text[]`.
fn sql_array<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let is_plain = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii())
            && !name.eq_ignore_ascii_case("null")
            && !name.is_empty()
    };
    let quoted = |name: &str| match is_plain(name) {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")),
    };
    format!("{{{}}}", names.map(quoted).collect::<Vec<_>>().join(","))
}
