//! Checks for loads by a cursor column: what they can see of a table.
//!
//! Owns the names that such columns have. Pure.

use super::{Case, Check, few, names, only, sql_name};
use crate::doctor::facts::{Column, Table};
use crate::doctor::finding::{Cure, Finding, Level, Step};
use crate::doctor::tools::Tool;
use crate::quoting::quote;

pub(super) const CHECKS: &[Check] = &[column, unset, index, deletes];

/// Names of columns that tell when a row was changed.
const NAMES: [&str; 14] = [
    "updated_at",
    "updated_on",
    "updated",
    "update_time",
    "last_updated",
    "last_update",
    "last_modified",
    "last_modified_at",
    "modified_at",
    "modified",
    "modification_time",
    "changed_at",
    "last_changed",
    "row_version",
];

/// The column that tells when a row was changed.
fn cursor(table: &Table) -> Option<&Column> {
    let orders = |column: &&Column| {
        ["timestamp", "bigint", "integer", "date"].iter().any(|name| column.sql_type.starts_with(name))
    };
    let named = |name: &str| table.columns.iter().filter(orders).find(|column| column.name == name);
    NAMES.into_iter().find_map(named)
}

/// What a cursor load reads: tables, partitioned or not, and views.
fn read<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Table> {
    case.facts.asked_tables()
}

fn column(case: &Case<'_>) -> Vec<Finding> {
    let without: Vec<&Table> = read(case).filter(|table| cursor(table).is_none()).collect();
    if without.is_empty() {
        return vec![];
    }
    let created = without.iter().any(|table| table.columns.iter().any(|column| column.name == "created_at"));
    let seen = format!("no column tells when a row was changed: {}", names(without.iter().copied()));
    let why = match created {
        true if case.asked.tables_of_shopsim => {
            "with created_at as the cursor new rows are seen, and no update of them; shopsim refuses tables with a column \
             that it has not made"
        }
        true => "with created_at as the cursor new rows are seen, and no update of them",
        false => "each load must read the whole table to see what has changed",
    };
    let cures = without.iter().map(|table| {
        let sql =
            format!("ALTER TABLE {} ADD updated_at timestamptz NOT NULL DEFAULT now();", sql_name(table));
        let cure = Cure::now(Step::Tables, format!("cursor of {}", sql_name(table)), sql);
        cure.by_hand("with a trigger, or writers, that set it at each update")
    });
    let cures: Vec<Cure> = if case.asked.tables_of_shopsim { Vec::new() } else { cures.collect() };
    let found = case.finding("cursor-column", only([Tool::Cursor], Level::Warning), seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn unset(case: &Case<'_>) -> Vec<Finding> {
    let unset: Vec<&Table> = read(case)
        .filter(|table| cursor(table).is_some() && !table.update_trigger && table.kind == "r")
        .collect();
    if unset.is_empty() {
        return vec![];
    }
    let seen = format!("no trigger sets the cursor column of {}", names(unset));
    let why = "an update that does not set it is never loaded: each writer must do so";
    case.finding("cursor-unset", only([Tool::Cursor], Level::Note), seen, why).into_iter().collect()
}

fn index(case: &Case<'_>) -> Vec<Finding> {
    let lacking = read(case).filter(|table| table.kind == "r").filter_map(|table| {
        let column = cursor(table)?;
        (!table.indexed.contains(&column.name)).then_some((table, column))
    });
    let lacking: Vec<(&Table, &Column)> = lacking.collect();
    if lacking.is_empty() {
        return vec![];
    }
    let seen = format!(
        "no index begins with the cursor column: {}",
        few(lacking.iter().map(|(table, column)| format!("{} ({})", table.shown(), column.name)))
    );
    let why = "each load reads the whole table to find what is new";
    let cures = lacking.iter().map(|(table, column)| {
        let sql = format!("CREATE INDEX ON {} ({});", sql_name(table), quote(&column.name));
        Cure::now(Step::Tables, format!("index of {}", sql_name(table)), sql)
    });
    let cures: Vec<Cure> = cures.collect();
    let found = case.finding("cursor-index", only([Tool::Cursor], Level::Warning), seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn deletes(case: &Case<'_>) -> Vec<Finding> {
    let why = "a row that is gone has no column to be read: it stays in the copy, unless rows are only marked as deleted, or \
               the keys are compared now and then";
    let seen = "a load by a cursor column sees no DELETE";
    case.finding("cursor-deletes", only([Tool::Cursor], Level::Note), seen, why).into_iter().collect()
}
