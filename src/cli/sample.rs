//! `shopsim sample`: what ticks would do, as SQL, CSV or JSON lines, without a database.
//!
//! Owns the three forms. The rows are those that a run with the same start would write.

use std::io::{self, Write};

use clap::ValueEnum;

use super::{Only, ShopsFile};
use crate::chain::Shop;
use crate::clock::Timeline;
use crate::config::Start;
use crate::plan::{CREATED_AT, Column, ShopPlan, TablePlan};
use crate::quoting::{literal, qualified, quote};
use crate::tick::Batch;
use crate::value::{Timestamp, Value, json};

const EXAMPLES: &str = "\
The rows are those that a run with the same start writes, byte for byte. `start = \"now\"` is another \
time whenever it is asked: give --start to see the same times twice, or --database to see those of a run.

Examples:
  shopsim sample --only shop-1 --ticks 3
  shopsim sample --database --tick 5
  shopsim sample --from-tick 40 --start 2026-01-01T00:00:00Z | less
  shopsim sample --ticks 100 --format jsonl | jq 'select(.operation == \"update\")'";

/// `shopsim sample`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// How many ticks to print
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 1)]
    ticks: u64,
    /// The first tick to print; a run begins with tick 0
    #[arg(
        long,
        visible_alias = "tick",
        value_name = "K",
        allow_negative_numbers = true,
        default_value_t = 0
    )]
    pub(crate) from_tick: u64,
    /// The form of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Sql)]
    format: Format,
    /// The simulated time of tick 0 instead of the config's: now, a time such as 2026-01-01T00:00:00Z,
    /// or a signed span such as -7d
    #[arg(long, value_name = "START", allow_hyphen_values = true)]
    pub(crate) start: Option<Start>,
    /// Take the start and the pauses from the shops' databases: what these ticks have written there
    #[arg(long, conflicts_with = "start")]
    pub(crate) database: bool,
}

/// A form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Statements, a transaction a tick
    Sql,
    /// A line a value: shop, tick, time, table, operation, id, column, value; a line a deleted row
    Csv,
    /// A JSON object a row
    Jsonl,
}

/// Prints the ticks of shops, each with the times of its own.
pub fn sample(
    arguments: &Arguments,
    shops: &[Shop],
    timelines: &[Timeline],
    out: &mut dyn Write,
) -> io::Result<()> {
    if arguments.format == Format::Csv {
        writeln!(out, "shop,tick,at,table,operation,id,column,value")?;
    }
    for (shop, timeline) in shops.iter().zip(timelines) {
        let end = arguments.from_tick.saturating_add(arguments.ticks);
        let end = shop.ticks().map_or(end, |ticks| ticks.min(end));
        for tick in arguments.from_tick.max(timeline.first())..end {
            let batch = Batch::new(&shop.plan, timeline, tick);
            match arguments.format {
                Format::Sql => sql(out, &shop.plan, batch)?,
                Format::Csv | Format::Jsonl => rows(out, arguments.format, &shop.plan, batch)?,
            }
        }
    }
    out.flush()
}

/// What is to be said of shops whose run ends before the first tick that was asked for.
pub fn beyond_the_end(arguments: &Arguments, shops: &[Shop]) -> Vec<String> {
    let first = arguments.from_tick;
    let beyond = |shop: &Shop| {
        let ticks = shop.ticks().filter(|ticks| *ticks <= first)?;
        Some(format!("{} has no tick {first}: it ends after tick {}", shop.plan.name, ticks - 1))
    };
    shops.iter().filter_map(beyond).collect()
}

fn sql(out: &mut dyn Write, plan: &ShopPlan, mut batch: Batch) -> io::Result<()> {
    writeln!(out, "-- {} tick {} at {}", plan.name, batch.tick, batch.at.to_rfc3339())?;
    writeln!(out, "BEGIN;")?;
    let name = |table: &TablePlan| qualified(&plan.schema, &table.name);
    for (table, rows) in plan.tables.iter().zip(&batch.tables) {
        if !rows.delete.is_empty() {
            let (key, first, last) = (quote(&table.key), rows.delete.start, rows.delete.end - 1);
            writeln!(out, "DELETE FROM {} WHERE {key} BETWEEN {first} AND {last};", name(table))?;
        }
    }
    for (table, rows) in plan.tables.iter().zip(&mut batch.tables) {
        while let Some(changes) = rows.update.next_chunk(table) {
            for (row, id) in changes.ids.iter().enumerate() {
                let changed = (0..table.columns.len()).filter(|column| changes.changed[*column][row]);
                let assign = |column: usize| {
                    let field = Field::of(&table.columns[column], changes.columns[column].get(row));
                    format!("{} = {}", quote(field.name), field.literal())
                };
                let assignments: Vec<String> = changed.map(assign).collect();
                let (table_name, key) = (name(table), quote(&table.key));
                writeln!(out, "UPDATE {table_name} SET {} WHERE {key} = {id};", assignments.join(", "))?;
            }
        }
    }
    for (table, rows) in plan.tables.iter().zip(&mut batch.tables) {
        let mut columns = vec![quote(&table.key)];
        columns.extend(table.columns.iter().map(|column| quote(&column.name)));
        columns.push(quote(CREATED_AT));
        while let Some(chunk) = rows.insert.next_chunk(table) {
            writeln!(out, "INSERT INTO {} ({}) VALUES", name(table), columns.join(", "))?;
            let last = chunk.ids.end - 1;
            for (row, id) in chunk.ids.clone().enumerate() {
                let mut values = vec![id.to_string()];
                let columns = table.columns.iter().zip(&chunk.columns);
                values.extend(columns.map(|(column, values)| Field::of(column, values.get(row)).literal()));
                values.push(Field::created_at(table, chunk.created_at).literal());
                writeln!(out, "  ({}){}", values.join(", "), if id == last { ";" } else { "," })?;
            }
        }
    }
    writeln!(out, "COMMIT;")
}

/// Where a row of the output belongs.
struct Place<'a> {
    plan: &'a ShopPlan,
    table: &'a TablePlan,
    tick: u64,
    at: Timestamp,
}

/// Deletes of all tables, then updates, then inserts, as a run does them.
fn rows(out: &mut dyn Write, format: Format, plan: &ShopPlan, mut batch: Batch) -> io::Result<()> {
    let (tick, at) = (batch.tick, batch.at);
    let place = |table| Place { plan, table, tick, at };
    for (table, rows) in plan.tables.iter().zip(&batch.tables) {
        for id in rows.delete.clone() {
            place(table).row(out, format, "delete", id, &[])?;
        }
    }
    for (table, rows) in plan.tables.iter().zip(&mut batch.tables) {
        while let Some(changes) = rows.update.next_chunk(table) {
            for (row, id) in changes.ids.iter().enumerate() {
                let columns = table.columns.iter().zip(&changes.changed).zip(&changes.columns);
                let values: Vec<Field<'_>> = columns
                    .filter(|((_, changed), _)| changed[row])
                    .map(|((column, _), values)| Field::of(column, values.get(row)))
                    .collect();
                place(table).row(out, format, "update", *id, &values)?;
            }
        }
    }
    for (table, rows) in plan.tables.iter().zip(&mut batch.tables) {
        while let Some(chunk) = rows.insert.next_chunk(table) {
            for (row, id) in chunk.ids.clone().enumerate() {
                let columns = table.columns.iter().zip(&chunk.columns);
                let mut values: Vec<Field<'_>> =
                    columns.map(|(column, values)| Field::of(column, values.get(row))).collect();
                values.push(Field::created_at(table, chunk.created_at));
                place(table).row(out, format, "insert", id, &values)?;
            }
        }
    }
    Ok(())
}

/// One value of a row.
struct Field<'a> {
    name: &'a str,
    value: Value<'a>,
}

impl<'a> Field<'a> {
    fn of(column: &'a Column, value: Value<'a>) -> Self {
        Self { name: &column.name, value }
    }

    fn created_at(table: &TablePlan, at: Timestamp) -> Self {
        Self { name: CREATED_AT, value: table.created_at_value(at) }
    }

    /// As an SQL literal. Numbers stand as they are; texts with backslashes need no `E''`, because
    /// `standard_conforming_strings` is on wherever it was not turned off. Amounts of money are numbers, and
    /// cast in arrays, because what is read as one depends on the server's currency.
    fn literal(&self) -> String {
        match self.value {
            Value::Null => "NULL".to_owned(),
            Value::Int(_) | Value::Money(_) => format!("{:#}", self.value),
            Value::Real(float) if is_number(float.into()) => self.value.to_string(),
            Value::Float(float) if is_number(float) => self.value.to_string(),
            Value::Bool(bool) => bool.to_string(),
            Value::Array(items) if items.iter().any(|item| matches!(item, Value::Money(_))) => {
                format!("'{:#}'::numeric[]::money[]", self.value)
            }
            _ => literal(&self.value.to_string()),
        }
    }

    /// As RFC 4180 has it, and as `COPY` tells an empty text, which is quoted, from NULL, which is nothing.
    fn csv(&self) -> String {
        match self.value {
            Value::Null => String::new(),
            Value::Text("") => "\"\"".to_owned(),
            value => csv_field(&value.to_string()),
        }
    }
}

impl Place<'_> {
    fn row(
        &self,
        out: &mut dyn Write,
        format: Format,
        operation: &str,
        id: i64,
        values: &[Field<'_>],
    ) -> io::Result<()> {
        let (shop, table, tick, at) = (&self.plan.name, &self.table.name, self.tick, self.at.to_rfc3339());
        if format == Format::Jsonl {
            let text = |text: &str| {
                let mut out = String::new();
                json::write_string(text, &mut out);
                out
            };
            let mut members = String::new();
            for field in values {
                members.push_str(if members.is_empty() { "" } else { "," });
                json::write_string(field.name, &mut members);
                members.push(':');
                field.value.write_json(&mut members);
            }
            let [shop, at, table, key] = [shop, &at, table, &self.table.key].map(|part| text(part));
            return writeln!(
                out,
                "{{\"shop\":{shop},\"tick\":{tick},\"at\":{at},\"table\":{table},\
                 \"operation\":\"{operation}\",\"key\":{{{key}:{id}}},\"values\":{{{members}}}}}"
            );
        }
        let mut line = |column: &str, value: &str| {
            let [shop, table, column] = [shop, table.as_str(), column].map(csv_field);
            writeln!(out, "{shop},{tick},{at},{table},{operation},{id},{column},{value}")
        };
        if values.is_empty() {
            return line("", "");
        }
        values.iter().try_for_each(|field| line(field.name, &field.csv()))
    }
}

/// Whether SQL reads it from digits without quotes: as these, `-0` is a whole number, which has no such zero.
fn is_number(float: f64) -> bool {
    float.is_finite() && !(float == 0.0 && float.is_sign_negative())
}

/// RFC 4180: quoted where it has to be.
fn csv_field(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", field.replace('"', "\"\""));
    }
    field.to_owned()
}
