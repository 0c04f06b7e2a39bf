//! `shopsim sample`: what ticks would do, as SQL, CSV or JSON lines, without a database.
//!
//! Owns the three forms. The rows are those that a run with the same start would write.

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Map, json};

use super::ShopsFile;
use crate::app::Shop;
use crate::clock::{Origin, Timeline};
use crate::config::Start;
use crate::pg::{qualified, quote};
use crate::plan::{CREATED_AT, ShopPlan, TablePlan};
use crate::tick::Batch;
use crate::value::{Timestamp, Value};

/// `shopsim sample`.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    /// The shop; all shops, one after the other, if not given
    #[arg(long, value_name = "NAME")]
    pub(crate) shop: Option<String>,
    /// How many ticks
    #[arg(long, value_name = "N", default_value_t = 1)]
    ticks: u64,
    /// The first tick
    #[arg(long, value_name = "K", default_value_t = 0)]
    from_tick: u64,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Format::Sql)]
    format: Format,
    /// The simulated time of tick 0: `now`, an RFC 3339 time, or a signed span; else the config's
    #[arg(long, value_name = "START", allow_hyphen_values = true)]
    pub(crate) start: Option<Start>,
}

/// A form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Statements, one transaction a tick
    Sql,
    /// One line a value: shop, tick, time, table, operation, id, column, value
    Csv,
    /// One JSON object a row
    Jsonl,
}

/// Prints the ticks of shops; `wall` is what `now` means.
pub fn sample(arguments: &Arguments, shops: &[Shop], wall: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    if arguments.format == Format::Csv {
        writeln!(out, "shop,tick,at,table,operation,id,column,value")?;
    }
    for shop in shops {
        let origin = Origin::fix(shop.config.start.value, wall);
        let timeline = Timeline::new(origin.start, shop.plan.interval, &[]);
        let end = arguments.from_tick.saturating_add(arguments.ticks);
        let end = shop.schedule.ticks(shop.plan.interval).map_or(end, |ticks| ticks.min(end));
        for tick in arguments.from_tick..end {
            let batch = Batch::new(&shop.plan, &timeline, tick);
            match arguments.format {
                Format::Sql => sql(out, &shop.plan, batch)?,
                Format::Csv | Format::Jsonl => rows(out, arguments.format, &shop.plan, batch)?,
            }
        }
    }
    out.flush()
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
                    let value = literal(changes.columns[column].get(row));
                    format!("{} = {value}", quote(&table.columns[column].name))
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
                values.extend(chunk.columns.iter().map(|column| literal(column.get(row))));
                values.push(literal(Value::Timestamp(chunk.created_at)));
                writeln!(out, "  ({}){}", values.join(", "), if id == last { ";" } else { "," })?;
            }
        }
    }
    writeln!(out, "COMMIT;")
}

/// A value as an SQL literal. Numbers stand as they are; texts with backslashes need no `E''`, because
/// `standard_conforming_strings` is on wherever it was not turned off.
fn literal(value: Value<'_>) -> String {
    match value {
        Value::Int(_) | Value::Float(_) => value.to_string(),
        Value::Bool(bool) => bool.to_string(),
        value => format!("'{}'", value.to_string().replace('\'', "''")),
    }
}

/// Where a row of the output belongs.
struct Place<'a> {
    plan: &'a ShopPlan,
    table: &'a TablePlan,
    tick: u64,
    at: Timestamp,
}

fn rows(out: &mut dyn Write, format: Format, plan: &ShopPlan, batch: Batch) -> io::Result<()> {
    let (tick, at) = (batch.tick, batch.at);
    for (table, mut rows) in plan.tables.iter().zip(batch.tables) {
        let place = Place { plan, table, tick, at };
        for id in rows.delete {
            place.row(out, format, "delete", id, &[])?;
        }
        while let Some(changes) = rows.update.next_chunk(table) {
            for (row, id) in changes.ids.iter().enumerate() {
                let columns = table.columns.iter().zip(&changes.changed).zip(&changes.columns);
                let values: Vec<(&str, Value<'_>)> = columns
                    .filter(|((_, changed), _)| changed[row])
                    .map(|((column, _), values)| (column.name.as_str(), values.get(row)))
                    .collect();
                place.row(out, format, "update", *id, &values)?;
            }
        }
        while let Some(chunk) = rows.insert.next_chunk(table) {
            for (row, id) in chunk.ids.clone().enumerate() {
                let columns = table.columns.iter().zip(&chunk.columns);
                let mut values: Vec<(&str, Value<'_>)> =
                    columns.map(|(column, values)| (column.name.as_str(), values.get(row))).collect();
                values.push((CREATED_AT, Value::Timestamp(chunk.created_at)));
                place.row(out, format, "insert", id, &values)?;
            }
        }
    }
    Ok(())
}

impl Place<'_> {
    fn row(
        &self,
        out: &mut dyn Write,
        format: Format,
        operation: &str,
        id: i64,
        values: &[(&str, Value<'_>)],
    ) -> io::Result<()> {
        let (shop, table, tick, at) = (&self.plan.name, &self.table.name, self.tick, self.at.to_rfc3339());
        if format == Format::Jsonl {
            let values: Map<String, serde_json::Value> =
                values.iter().map(|(name, value)| ((*name).to_owned(), json_value(*value))).collect();
            let key = self.table.key.as_str();
            let row = json!({
                "shop": shop, "tick": tick, "at": at, "table": table, "operation": operation,
                "key": { key: id }, "values": values,
            });
            return writeln!(out, "{row}");
        }
        let mut line = |column: &str, value: &str| {
            let [shop, table, column, value] = [shop, table.as_str(), column, value].map(csv_field);
            writeln!(out, "{shop},{tick},{at},{table},{operation},{id},{column},{value}")
        };
        if values.is_empty() {
            return line("", "");
        }
        values.iter().try_for_each(|(column, value)| line(column, &value.to_string()))
    }
}

fn json_value(value: Value<'_>) -> serde_json::Value {
    match value {
        Value::Int(int) => int.into(),
        Value::Float(float) => float.into(),
        Value::Bool(bool) => bool.into(),
        value => value.to_string().into(),
    }
}

/// RFC 4180: quoted where it has to be.
fn csv_field(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", field.replace('"', "\"\""));
    }
    field.to_owned()
}
