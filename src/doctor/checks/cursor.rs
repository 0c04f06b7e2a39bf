//! Checks for loads by a cursor column: what they can see of a table.
//!
//! Owns the names that such columns have. Pure.

use super::{Case, Check, Filled, few, names, only, sql_name};
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

/// The column that tells when a row was changed. Of a table that shopsim fills no name is guessed: it sets its own
/// column alone.
fn cursor<'a>(case: &Case<'_>, table: &'a Table) -> Option<&'a Column> {
    if let Some(filled) = filled(case, table) {
        let stamp = filled.updated_at.as_ref()?;
        return table.columns.iter().find(|column| column.name == stamp.column);
    }
    let orders = |column: &&Column| {
        ["timestamp", "bigint", "integer", "date"].iter().any(|name| column.sql_type.starts_with(name))
    };
    let named = |name: &str| table.columns.iter().filter(orders).find(|column| column.name == name);
    NAMES.into_iter().find_map(named)
}

/// What shopsim sets in a table that it fills; `None`: others fill it.
fn filled<'a>(case: &'a Case<'_>, table: &Table) -> Option<&'a Filled> {
    let is_of_schema = table.schema == case.asked.schema;
    case.asked.filled.get(&table.name).filter(|_| is_of_schema)
}

/// What a cursor load reads: tables, partitioned or not, and views.
fn read<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Table> {
    case.facts.asked_tables()
}

fn column(case: &Case<'_>) -> Vec<Finding> {
    let without: Vec<&Table> = read(case).filter(|table| cursor(case, table).is_none()).collect();
    if without.is_empty() {
        return vec![];
    }
    let created = without.iter().any(|table| table.columns.iter().any(|column| column.name == "created_at"));
    let seen = format!("no column tells when a row was changed: {}", names(without.iter().copied()));
    let why = match created {
        true => "with created_at as the cursor new rows are seen, and no update of them",
        false => "each load must read the whole table to see what has changed",
    };
    // shopsim refuses a table of its own with a column that it has not made.
    let of_shopsim = without.iter().filter_map(|table| filled(case, table));
    let of_shopsim = of_shopsim.map(|filled| filled.updated_at.is_some()).max();
    let how = match of_shopsim {
        None => "",
        Some(false) => {
            "; for the tables that shopsim fills set `updated_at` under `[tech_fields]`, then `shopsim reset`"
        }
        Some(true) => "; the config has `updated_at` under `[tech_fields]`: it counts after `shopsim reset`",
    };
    let of_others = without.iter().filter(|table| filled(case, table).is_none());
    let cures = of_others.map(|table| {
        let sql =
            format!("ALTER TABLE {} ADD updated_at timestamptz NOT NULL DEFAULT now();", sql_name(table));
        let cure = Cure::now(Step::Tables, format!("cursor of {}", sql_name(table)), sql);
        cure.by_hand("with a trigger, or writers, that set it at each update")
    });
    let cures: Vec<Cure> = cures.collect();
    let found =
        case.finding("cursor-column", only([Tool::Cursor], Level::Warning), seen, format!("{why}{how}"));
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn unset(case: &Case<'_>) -> Vec<Finding> {
    let is_unset = |table: &&Table| {
        let by_others = filled(case, table).is_none();
        by_others && cursor(case, table).is_some() && !table.update_trigger && table.kind == "r"
    };
    let unset: Vec<&Table> = read(case).filter(is_unset).collect();
    if unset.is_empty() {
        return vec![];
    }
    let seen = format!("no trigger sets the cursor column of {}", names(unset));
    let why = "an update that does not set it is never loaded: each writer must do so";
    case.finding("cursor-unset", only([Tool::Cursor], Level::Note), seen, why).into_iter().collect()
}

fn index(case: &Case<'_>) -> Vec<Finding> {
    let lacking = read(case).filter(|table| table.kind == "r").filter_map(|table| {
        let column = cursor(case, table)?;
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
    let without_order = |(table, _): &(&Table, &Column)| {
        let stamp = filled(case, table).and_then(|filled| filled.updated_at.as_ref());
        stamp.is_some_and(|stamp| !stamp.index)
    };
    let why = match lacking.iter().any(without_order) {
        true => {
            "each load reads the whole table to find what is new; `index = true` of `updated_at` under `[tech_fields]` keeps \
             the index after a reset"
        }
        false => "each load reads the whole table to find what is new",
    };
    let cures = lacking.iter().map(|(table, column)| {
        let sql = format!("CREATE INDEX ON {} ({});", sql_name(table), quote(&column.name));
        Cure::now(Step::Tables, format!("index of {}", sql_name(table)), sql)
    });
    let cures: Vec<Cure> = cures.collect();
    let found = case.finding("cursor-index", only([Tool::Cursor], Level::Warning), seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn deletes(case: &Case<'_>) -> Vec<Finding> {
    let (marked, unmarked): (Vec<&Table>, Vec<&Table>) =
        read(case).partition(|table| is_marked_first(case, table));
    if unmarked.is_empty() && !marked.is_empty() {
        return vec![];
    }
    let seen = match marked.is_empty() {
        true => "a load by a cursor column sees no DELETE".to_owned(),
        false => format!("a load by a cursor column sees no DELETE of {}", names(unmarked.iter().copied())),
    };
    let why = "a row that is gone has no column to be read: it stays in the copy, unless rows are only marked as deleted, or \
               the keys are compared now and then";
    let of_shopsim = unmarked.iter().filter_map(|table| filled(case, table));
    let is_complete = |filled: &Filled| filled.deleted_at.is_some() && filled.updated_at.is_some();
    let how = match of_shopsim.map(is_complete).max() {
        None => "",
        Some(false) => {
            "; for the tables that shopsim fills set `updated_at`, `deleted_at` and `purge_after` under `[tech_fields]`, \
             then `shopsim reset`"
        }
        Some(true) => "; the config has `deleted_at` under `[tech_fields]`: it counts after `shopsim reset`",
    };
    let found =
        case.finding("cursor-deletes", only([Tool::Cursor], Level::Note), seen, format!("{why}{how}"));
    found.into_iter().collect()
}

/// Whether a row is marked as deleted, which its cursor column shows, long before it goes.
fn is_marked_first(case: &Case<'_>, table: &Table) -> bool {
    let mark = filled(case, table).and_then(|filled| filled.deleted_at.as_ref());
    let has_mark = mark.is_some_and(|mark| table.columns.iter().any(|column| column.name == *mark));
    has_mark && cursor(case, table).is_some()
}
