//! `shopsim sample`: what ticks would do, as SQL, CSV or JSON lines, without a database.
//!
//! Owns the three output formats. The rows are those that a run with the same start would write.

use std::io::{self, Write};

use clap::ValueEnum;

use super::field::{Field, csv_field, json_members};
use super::{Only, Recorded, ShopsFile};
use crate::chain::Shop;
use crate::clock::Timeline;
use crate::config::Start;
use crate::config::TechKind;
use crate::plan::{RowKeys, ShopPlan, TablePlan};
use crate::quoting::{qualified, quote};
use crate::tick::{InsertedRows, Operation, RowIds, Tick, Transaction, UpdatedRow};
use crate::value::{Timestamp, json};

const EXAMPLES: &str = "\
The rows are those that a run with the same start writes, byte for byte. With `start = \"now\"` the \
times differ from call to call: pass --start for fixed times, or --database or --origin for those of a run.

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
    /// The output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Sql)]
    format: Format,
    /// The simulated time of tick 0 instead of the config's: now, a time such as 2026-01-01T00:00:00Z,
    /// or a signed span such as -7d
    #[arg(long, value_name = "START", allow_hyphen_values = true)]
    pub(crate) start: Option<Start>,
    #[command(flatten)]
    pub(crate) recorded: Recorded,
}

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Statements, one transaction per tick
    Sql,
    /// One line per value: shop, tick, time, table, operation, id, column, value; one line per deleted row
    Csv,
    /// One JSON object per row
    Jsonl,
}

/// Prints the ticks of the shops.
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
            let tick = Tick::new(&shop.plan, timeline, tick);
            match arguments.format {
                Format::Sql => sql(out, &shop.plan, tick)?,
                Format::Csv | Format::Jsonl => rows(out, arguments.format, &shop.plan, tick)?,
            }
        }
    }
    out.flush()
}

/// Warnings about shops whose run ends before the first tick that was requested.
pub fn beyond_the_end(arguments: &Arguments, shops: &[Shop]) -> Vec<String> {
    let first = arguments.from_tick;
    let beyond = |shop: &Shop| {
        let ticks = shop.ticks().filter(|ticks| *ticks <= first)?;
        Some(format!("{} has no tick {first}: it ends after tick {}", shop.plan.name, ticks - 1))
    };
    shops.iter().filter_map(beyond).collect()
}

fn sql(out: &mut dyn Write, plan: &ShopPlan, tick: Tick) -> io::Result<()> {
    writeln!(out, "-- {} tick {} at {}", plan.name, tick.tick, tick.at.to_rfc3339())?;
    writeln!(out, "BEGIN;")?;
    let mut operations = Transaction::new(vec![tick]);
    let keys = operations.keys();
    while let Some((place, operation)) = operations.next(plan) {
        let (table, keys) = (&plan.tables[place], &keys[place]);
        let literal = |id: i64| Field { name: &table.key, value: keys.key(id).value() }.literal();
        let (name, key) = (qualified(&plan.schema, &table.name), quote(&table.key));
        match operation {
            Operation::Delete(RowIds::Range { ids, .. }) if keys.are_numbers() => {
                let (first, last) = (ids.start, ids.end - 1);
                writeln!(out, "DELETE FROM {name} WHERE {key} BETWEEN {first} AND {last};")?;
            }
            Operation::Delete(ids) => {
                let ids: Vec<String> = ids.iter().map(|(_, id)| literal(id)).collect();
                writeln!(out, "DELETE FROM {name} WHERE {key} IN ({});", ids.join(", "))?;
            }
            Operation::Update(rows) => {
                for row in rows.iter() {
                    let assign = |field: Field<'_>| format!("{} = {}", quote(field.name), field.literal());
                    let mut assignments: Vec<String> = changed(table, row).map(assign).collect();
                    let versions = table.tech.iter().filter(|tech| tech.kind == TechKind::Version);
                    assignments.extend(versions.map(|tech| format!("{0} = {0} + 1", quote(&tech.name))));
                    let (id, assignments) = (literal(row.id()), assignments.join(", "));
                    writeln!(out, "UPDATE {name} SET {assignments} WHERE {key} = {id};")?;
                }
            }
            Operation::Insert(rows) => {
                let columns: Vec<String> = table.all_columns().map(|(name, _)| quote(name)).collect();
                writeln!(out, "INSERT INTO {name} ({}) VALUES", columns.join(", "))?;
                let mut ids = rows.ids.iter().peekable();
                while let Some((row, id)) = ids.next() {
                    let mut values = vec![literal(id)];
                    values.extend(inserted(table, rows, row).map(|field| field.literal()));
                    let end = if ids.peek().is_some() { "," } else { ";" };
                    writeln!(out, "  ({}){end}", values.join(", "))?;
                }
            }
        }
    }
    writeln!(out, "COMMIT;")
}

/// Where a row of the output belongs.
struct Place<'a> {
    plan: &'a ShopPlan,
    table: &'a TablePlan,
    keys: &'a RowKeys,
    tick: u64,
    at: Timestamp,
}

fn rows(out: &mut dyn Write, format: Format, plan: &ShopPlan, tick: Tick) -> io::Result<()> {
    let (number, at) = (tick.tick, tick.at);
    let mut operations = Transaction::new(vec![tick]);
    let keys = operations.keys();
    while let Some((place, operation)) = operations.next(plan) {
        let (table, keys) = (&plan.tables[place], &keys[place]);
        let place = Place { plan, table, keys, tick: number, at };
        match operation {
            Operation::Delete(ids) => {
                for (_, id) in ids.iter() {
                    place.row(out, format, Row { operation: "delete", cause: None, id, values: &[] })?;
                }
            }
            Operation::Update(rows) => {
                for row in rows.iter() {
                    let values: Vec<Field<'_>> = changed(table, row).collect();
                    let cause = row.cause().name(table);
                    place.row(
                        out,
                        format,
                        Row { operation: "update", cause, id: row.id(), values: &values },
                    )?;
                }
            }
            Operation::Insert(rows) => {
                for (row, id) in rows.ids.iter() {
                    let values: Vec<Field<'_>> = inserted(table, rows, row).collect();
                    place.row(out, format, Row { operation: "insert", cause: None, id, values: &values })?;
                }
            }
        }
    }
    Ok(())
}

/// The change of one row.
struct Row<'a> {
    operation: &'static str,
    /// The cause of an update that a source of changes made.
    cause: Option<&'a str>,
    id: i64,
    values: &'a [Field<'a>],
}

/// The values of a row that is inserted, but its key.
fn inserted<'a>(table: &'a TablePlan, rows: &'a InsertedRows, row: usize) -> impl Iterator<Item = Field<'a>> {
    let columns = table.columns.iter().zip(&rows.columns);
    columns
        .map(move |(column, values)| Field { name: &column.name, value: values.get(row) })
        .chain(table.tech_values(rows.stamps(row)).map(|(tech, value)| Field { name: &tech.name, value }))
}

/// The values that change of a row that is updated. The server computes its version: one more than before.
fn changed<'a>(table: &'a TablePlan, row: UpdatedRow<'a>) -> impl Iterator<Item = Field<'a>> {
    let columns = table.columns.iter().enumerate();
    let changed = columns.filter_map(move |(place, column)| {
        row.new_value(place).map(|value| Field { name: &column.name, value })
    });
    let tech = table.tech.iter();
    changed.chain(tech.filter_map(move |tech| Some(Field { name: &tech.name, value: row.tech_value(tech)? })))
}

impl Place<'_> {
    fn row(&self, out: &mut dyn Write, format: Format, row: Row<'_>) -> io::Result<()> {
        let Row { operation, cause, id, values } = row;
        let key = self.keys.key(id);
        let key = Field { name: &self.table.key, value: key.value() };
        let (shop, table, tick, at) = (&self.plan.name, &self.table.name, self.tick, self.at.to_rfc3339());
        if format == Format::Jsonl {
            let text = |text: &str| {
                let mut out = String::new();
                json::write_string(text, &mut out);
                out
            };
            let members = json_members(values.iter().copied());
            let [shop, at, table] = [shop, &at, table].map(|part| text(part));
            let key = json_members([key]);
            let cause = cause.map_or(String::new(), |cause| format!("\"cause\":{},", text(cause)));
            return writeln!(
                out,
                "{{\"shop\":{shop},\"tick\":{tick},\"at\":{at},\"table\":{table},\
                 \"operation\":\"{operation}\",{cause}\"key\":{{{key}}},\"values\":{{{members}}}}}"
            );
        }
        let mut line = |column: &str, value: &str| {
            let [shop, table, column] = [shop, table.as_str(), column].map(csv_field);
            writeln!(out, "{shop},{tick},{at},{table},{operation},{id},{column},{value}", id = key.csv())
        };
        if values.is_empty() {
            return line("", "");
        }
        values.iter().try_for_each(|field| line(field.name, &field.csv()))
    }
}
