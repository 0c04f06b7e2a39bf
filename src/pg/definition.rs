//! The definitions of a shop's tables as the server has them, and how they differ from the plan's.
//!
//! Owns what is compared: keys, names and types of the columns that are written. Other columns are ignored.

use std::collections::BTreeMap;

use tokio_postgres::types::Oid;

use super::connect::Connection;
use super::error::PgError;
use super::sql;
use crate::plan::{ShopPlan, TablePlan};
use crate::value::SqlType;

/// The tables in the shop's schema with names of the plan's tables, by name.
#[derive(Debug)]
pub struct Definitions(BTreeMap<String, Vec<Column>>);

/// A column as the server has it.
#[derive(Debug)]
struct Column {
    name: String,
    /// As returned by `format_type`; an enum with its schema.
    type_text: String,
    is_key: bool,
    type_oid: Oid,
    modifier: i32,
    relation: Oid,
    number: i16,
}

/// What each tick checks on the server, so that it only writes to the columns that it was prepared for.
#[derive(Default)]
pub struct Expected {
    tables: Vec<String>,
    table_oids: Vec<Oid>,
    relations: Vec<Oid>,
    numbers: Vec<i16>,
    names: Vec<String>,
    types: Vec<Oid>,
    modifiers: Vec<i32>,
}

impl Definitions {
    /// Reads them.
    pub async fn read(connection: &Connection, plan: &ShopPlan) -> Result<Self, PgError> {
        let names: Vec<&str> = plan.tables.iter().map(|table| table.name.as_str()).collect();
        let mut found: BTreeMap<String, Vec<Column>> = BTreeMap::new();
        let doing = "look at the shop's tables";
        for row in connection.query(doing, sql::READ_COLUMNS, &[&plan.schema, &names]).await? {
            let columns = found.entry(row.get(0)).or_default();
            if let Some(name) = row.get::<_, Option<String>>(1) {
                columns.push(Column {
                    name,
                    type_text: row.get(2),
                    is_key: row.get(3),
                    type_oid: row.get(4),
                    modifier: row.get(5),
                    relation: row.get(6),
                    number: row.get(7),
                });
            }
        }
        name_enums(connection, &mut found).await?;
        Ok(Self(found))
    }

    /// The tables that exist.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// How a table differs from what the plan writes into it.
    pub fn drift(&self, plan: &ShopPlan, table: &TablePlan) -> Option<String> {
        let name = in_schema(plan, &table.name);
        let Some(found) = self.0.get(&table.name) else { return Some(format!("table {name} is missing")) };
        for (at, (column, sql_type)) in table.all_columns().enumerate() {
            let expected = type_text(plan, sql_type);
            let Some(there) = found.iter().find(|there| there.name == column) else {
                return Some(format!("column `{column}` of {name} is missing"));
            };
            if there.type_text != expected {
                let there = &there.type_text;
                return Some(format!("column `{column}` of {name} is {there}, expected {expected}"));
            }
            if at == 0 && !there.is_key {
                return Some(format!("`{column}` is no longer the primary key of {name}"));
            }
        }
        None
    }

    /// What each tick must find unchanged; there must be no [drift](Self::drift) now.
    pub fn expected(&self, plan: &ShopPlan) -> Expected {
        let mut expected = Expected::default();
        for table in &plan.tables[..] {
            let found = self.0.get(&table.name).map_or(&[][..], Vec::as_slice);
            expected.tables.push(sql::qualified(&plan.schema, &table.name));
            expected.table_oids.push(found.first().map_or(0, |column| column.relation));
            let names = table.all_columns().map(|(name, _)| name);
            for there in names.filter_map(|name| found.iter().find(|there| there.name == name)) {
                expected.relations.push(there.relation);
                expected.numbers.push(there.number);
                expected.names.push(there.name.clone());
                expected.types.push(there.type_oid);
                expected.modifiers.push(there.modifier);
            }
        }
        expected
    }
}

impl Expected {
    /// The parameters of [`sql::FIND_COLUMNS`].
    pub fn parameters(&self) -> [&(dyn tokio_postgres::types::ToSql + Sync); 7] {
        let Self { tables, table_oids, relations, numbers, names, types, modifiers } = self;
        [tables, table_oids, relations, numbers, names, types, modifiers]
    }

    /// The number of tables and columns to be found.
    pub fn count(&self) -> u64 {
        (self.tables.len() + self.names.len()) as u64
    }
}

/// Qualifies enums with their schema: the result of `format_type` depends on the search path.
async fn name_enums(
    connection: &Connection,
    found: &mut BTreeMap<String, Vec<Column>>,
) -> Result<(), PgError> {
    let is_made = |column: &&mut Column| column.type_oid >= FIRST_MADE_OID;
    let columns: Vec<&mut Column> = found.values_mut().flatten().filter(is_made).collect();
    if columns.is_empty() {
        return Ok(());
    }
    let oids: Vec<Oid> = columns.iter().map(|column| column.type_oid).collect();
    let rows = connection.query("look at the types of the shop's tables", sql::NAME_ENUMS, &[&oids]).await?;
    let names: BTreeMap<Oid, String> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    for column in columns {
        if let Some(name) = names.get(&column.type_oid) {
            column.type_text.clone_from(name);
        }
    }
    Ok(())
}

/// The first OID of user-created objects (`FirstNormalObjectId` of PostgreSQL's `access/transam.h`).
const FIRST_MADE_OID: Oid = 16_384;

/// A type in the form of [`Column::type_text`].
fn type_text(plan: &ShopPlan, sql_type: &SqlType) -> String {
    if sql_type.declared().is_some() { in_schema(plan, &sql_type.to_string()) } else { sql_type.to_string() }
}

/// A qualified name, for messages.
pub fn in_schema(plan: &ShopPlan, name: &str) -> String {
    format!("{}.{name}", plan.schema)
}
