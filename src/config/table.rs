//! `[tables.NAME]` and `[tables.NAME.columns]`: what the shops sell.
//!
//! Owns their keys, and which names exclude each other. Whether a provider exists and fits its column is `plan`'s.

use super::context::Context;
use super::identifier::check_identifier;
use super::item::Item;
use super::lives::{self, ColumnLife, NOT_WITH_LIFE};
use super::problem::{Problem, quote};
use super::reader::{Field, TableReader};
use super::types::Types;
use super::{Column, InvalidValue, Spanned, Table, TableLife, TechField, Windows};
use crate::value::{Literal, SqlType};

/// The most rows of one table that a tick may insert or update.
const MOST_ROWS: u64 = 1_000_000_000;
/// The system columns that every table has: <https://www.postgresql.org/docs/current/ddl-system-columns.html>
pub(super) const SYSTEM_COLUMNS: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];
const EXAMPLE: &str = "{ type = \"varchar\", faker = \"name\" }";

/// Reads rows per tick.
pub(super) fn rows(item: &Item<'_>) -> Option<u64> {
    item.integer(0..=MOST_ROWS)
}

/// `[tables]`; `None` if it is set but not a table.
pub(super) fn tables(item: &Item<'_>, tech_fields: &[TechField], types: &Types) -> Option<Vec<Table>> {
    let all = item.table("[tables]")?;
    let tables: Vec<Table> = all.entries().filter_map(|entry| table(&entry, tech_fields, types)).collect();
    Some(tables)
}

fn table(item: &Item<'_>, tech_fields: &[TechField], types: &Types) -> Option<Table> {
    if let Err(wrong) = check_identifier("table", &item.key) {
        item.context.report_invalid(&item.key_span, wrong);
    }
    let mut table = item.table(format!("[tables.{}]", item.key))?;
    let insert = table.required("insert_rows_per_tick", "10", rows);
    let update = table.field("update_rows_per_tick", rows);
    let windows = Windows::read(&mut table);
    let life = TableLife::read(&mut table);
    let key = table
        .field("key", |item| {
            item.parse(|text| check_identifier("key column", text).map(|()| text.to_owned()))
        })
        .get();
    let key_type = table.field("key_type", |item| {
        item.parse(|text| match SqlType::parse(text) {
            Some(known @ (SqlType::Int | SqlType::BigInt)) => Ok(known),
            _ => Err(InvalidValue::new(format!("a key cannot be of type {}", quote(text)))
                .help("expected \"int\" or \"bigint\"")),
        })
    });
    let columns = match table.take("columns") {
        None => Vec::new(),
        Some(columns) => match columns.table(format!("[tables.{}.columns]", item.key)) {
            None => Vec::new(),
            Some(columns) => columns.entries().filter_map(|entry| column(&entry, types)).collect(),
        },
    };
    names_differ(&columns, key.as_ref(), tech_fields, table.context);
    // A table without rows to insert never has rows to update: no warning, both may be set per shop.
    let read = Table {
        name: Spanned { value: item.key.clone(), span: item.key_span.clone() },
        key,
        key_type: key_type.value().unwrap_or(SqlType::Int),
        insert_rows_per_tick: insert.value().unwrap_or(0),
        update_rows_per_tick: update.value().unwrap_or(0),
        windows,
        life,
        columns,
        tech_fields: tech_fields.to_vec(),
    };
    table.finish(&[]);
    Some(read)
}

fn names_differ(
    columns: &[Column],
    key: Option<&Spanned<String>>,
    tech_fields: &[TechField],
    context: &Context<'_>,
) {
    for column in columns {
        let name = &column.name;
        let is_tech_field = tech_fields.iter().any(|field| field.name.value == name.value);
        let taken = if is_tech_field {
            "has the name of a tech field, which shopsim fills itself"
        } else if key.is_some_and(|key| key.value == name.value) {
            "has the name of the table's key"
        } else if SYSTEM_COLUMNS.contains(&name.value.as_str()) {
            "has the name of a system column of PostgreSQL"
        } else {
            continue;
        };
        context.report(
            Problem::error(&name.span, format!("the column {} {taken}", quote(&name.value)))
                .help("rename or remove the column"),
        );
    }
    if let Some(key) = key
        && tech_fields.iter().any(|field| field.name.value == key.value)
    {
        context
            .report(Problem::error(&key.span, "the key has the name of a tech field").help("rename the key"));
    }
}

fn column(item: &Item<'_>, types: &Types) -> Option<Column> {
    if let Err(wrong) = check_identifier("column", &item.key) {
        item.context.report_invalid(&item.key_span, wrong);
        return None;
    }
    if item.is_string() {
        return item.invalid(
            InvalidValue::new(format!("the column {} must be a table, found a string", quote(&item.key)))
                .help(format!("write {EXAMPLE}")),
        );
    }
    let mut table = item.table(format!("the column {}", quote(&item.key)))?;
    if item.span == item.key_span {
        // `name.type = …`: the table has no place other than the key's.
        table.span = item.key_span.clone();
    }
    let sql_type = table.required("type", "\"varchar\"", |item| {
        item.parse(|text| Ok(types.resolve(text)?.map(|sql_type| (sql_type, text.trim().to_owned()))))
    });
    let life = ColumnLife::read(&mut table);
    let faker = match life.fills {
        true => Field::Absent,
        false => table.required("faker", "\"name\"", Item::nonempty),
    };
    let params = table.field("params", |item| item.table("`params`").map(params));
    let locale = table.field("locale", Item::nonempty).get();
    let group = table.field("group", Item::nonempty).get();
    let null_ratio = table.field("null_ratio", Item::literal).get();
    let unique = table.field("unique", Item::boolean).get();
    table.finish(if life.fills { &NOT_WITH_LIFE } else { &[] });
    let params = match params {
        Field::Absent => Vec::new(),
        // The mistake has been reported; without parameters the provider would report it again.
        field => field.value()??,
    };
    // A column of an invalid type is still checked for other problems.
    let read = sql_type.get().and_then(|Spanned { value, span }| Some((value?, span)));
    let (sql_type, typed) = match read {
        Some(((sql_type, typed), span)) => (Some(Spanned { value: sql_type, span }), typed),
        None => (None, String::new()),
    };
    let faker = faker.get();
    if faker.is_none() && life.life.is_none() && life.at.is_none() {
        return None;
    }
    let column = Column {
        name: Spanned { value: item.key.clone(), span: item.key_span.clone() },
        sql_type,
        typed,
        faker,
        params,
        locale,
        group,
        null_ratio,
        unique,
        life: life.life,
        at: life.at,
        on: life.on,
    };
    lives::check_column(&column, item.context);
    Some(column)
}

type Params = Vec<(Spanned<String>, Spanned<Literal>)>;

fn params(table: TableReader<'_>) -> Option<Params> {
    let all: Vec<_> = table
        .entries()
        .map(|item| {
            let value = Spanned { value: item.literal()?, span: item.span };
            Some((Spanned { value: item.key, span: item.key_span }, value))
        })
        .collect();
    all.into_iter().collect()
}
