//! `[tables.NAME]` and `[tables.NAME.columns]`: what the shops sell.
//!
//! Owns their keys, and which names exclude each other. Whether a provider exists and fits its column is `plan`'s.

use super::context::Context;
use super::identifier::check_identifier;
use super::item::Item;
use super::problem::{Problem, quote};
use super::reader::{Field, TableReader};
use super::table_life::{self, ColumnLife, NOT_WITH_LIFE, TableLife};
use super::types::Types;
use super::{InvalidValue, KeyForm, ReplicaIdentity, Spanned, TechField, Windows, cdc, key};
use crate::value::{Literal, SqlType};

/// `[tables.NAME]`.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name, 1 to 63 bytes, unique in the chain.
    pub name: Spanned<String>,
    /// The primary key's column, if not derived from the table's name.
    pub key: Option<Spanned<String>>,
    /// The type of the key's column, `int` by default.
    pub key_type: SqlType,
    /// How a key is made from the number of its row.
    pub key_form: KeyForm,
    /// Rows inserted per tick.
    pub insert_rows_per_tick: u64,
    /// Rows updated per tick.
    pub update_rows_per_tick: u64,
    /// Windows, as far as they are set here.
    pub windows: Windows,
    /// What it says about the life of its rows.
    pub life: TableLife,
    /// `not_null`: whether columns that are never null get that constraint.
    pub not_null: bool,
    /// Its replica identity, if set here.
    pub replica_identity: Option<ReplicaIdentity>,
    /// `[tables.NAME.columns]`, in the order of the file.
    pub columns: Vec<Column>,
    /// Columns after these, which shopsim fills itself; `created_at` is one of them.
    pub tech_fields: Vec<TechField>,
}

/// `name = { type = "int", faker = "random_int", params = { min = 1 }, null_ratio = 0.1 }`.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name, 1 to 63 bytes, unique in its table.
    pub name: Spanned<String>,
    /// Its SQL type; `None` if it cannot be understood, which has been reported.
    pub sql_type: Option<Spanned<SqlType>>,
    /// The type as it was written, for messages.
    pub typed: String,
    /// The provider's name; `None`: the life of the row fills it.
    pub faker: Option<Spanned<String>>,
    /// The provider's parameters, in the order of the file.
    pub params: Vec<(Spanned<String>, Spanned<Literal>)>,
    /// The language and country of its values, if they are not the shop's.
    pub locale: Option<Spanned<String>>,
    /// Columns of a table with the same group describe one person or place, and change together.
    pub group: Option<Spanned<String>>,
    /// The share of values that are null, a number.
    pub null_ratio: Option<Spanned<Literal>>,
    /// Whether no two rows may have the same value.
    pub unique: Option<Spanned<bool>>,
    /// Whether no update changes it.
    pub fixed: Option<Spanned<bool>>,
    /// Whether it gets a foreign key to the table that it refers to.
    pub references: Option<Spanned<bool>>,
    /// The life whose states it holds.
    pub life: Option<Spanned<String>>,
    /// The state whose time it holds.
    pub at: Option<Spanned<String>>,
    /// The state on which it is drawn; until then it is null.
    pub on: Option<Spanned<String>>,
}

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
pub(super) fn tables(
    item: &Item<'_>,
    not_null: bool,
    tech_fields: &[TechField],
    types: &Types,
) -> Option<Vec<Table>> {
    let all = item.table("[tables]")?;
    let each = all.entries().filter_map(|entry| table(&entry, not_null, tech_fields, types));
    Some(each.collect())
}

fn table(item: &Item<'_>, not_null: bool, tech_fields: &[TechField], types: &Types) -> Option<Table> {
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
    let (key_type, key_form) = key::read(&mut table);
    let not_null = table.field("not_null", Item::boolean).value().unwrap_or(not_null);
    let replica_identity = table.field("replica_identity", cdc::replica_identity).value();
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
        key_type,
        key_form,
        insert_rows_per_tick: insert.value().unwrap_or(0),
        update_rows_per_tick: update.value().unwrap_or(0),
        windows,
        life,
        not_null,
        replica_identity,
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
    let fixed = table.field("fixed", Item::boolean).get();
    let references = table.field("references", Item::boolean).get();
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
        fixed,
        references,
        life: life.life,
        at: life.at,
        on: life.on,
    };
    table_life::check_column(&column, item.context);
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
