//! Checks of the tables: are they there and decoded, and do their changes tell which row they concern.
//!
//! Owns replica identities, kinds and types; what is published is in `publication`. Pure.

use super::{Case, Check, few, log, names, only, sql_name};
use crate::doctor::facts::{Column, Table};
use crate::doctor::finding::{Cure, Finding, Level, Step};
use crate::doctor::tools::Tool;
use crate::quoting::quote;

pub(super) const CHECKS: &[Check] = &[
    missing,
    identity,
    primary_key,
    identity_full,
    identity_full_cost,
    toasted_values,
    not_decoded,
    generated_columns,
    types,
    partitioned,
];

fn subject(table: &Table) -> String {
    format!("identity of {}", sql_name(table))
}

fn full(table: &Table) -> Cure {
    let sql = format!("ALTER TABLE {} REPLICA IDENTITY FULL;", sql_name(table));
    Cure::now(Step::Tables, subject(table), sql)
}

fn missing(case: &Case<'_>) -> Vec<Finding> {
    if !case.facts.server.schema_exists || !case.facts.tables_seen {
        return vec![];
    }
    let schema = &case.asked.schema;
    let is_missing = |name: &&String| {
        !case.facts.asked_tables().any(|table| table.schema == *schema && table.name == **name)
    };
    let seen = match &case.asked.tables {
        None if case.facts.tables.is_empty() => format!("the schema {schema} has no tables"),
        None => return vec![],
        Some(asked) => {
            let missing: Vec<String> = asked.iter().filter(is_missing).cloned().collect();
            if missing.is_empty() {
                return vec![];
            }
            format!("not in the schema {schema}: {}", few(missing))
        }
    };
    let dotted = case.asked.tables.iter().flatten().filter(is_missing).any(|name| name.contains('.'));
    let (level, why) = match case.asked.tables_of_shopsim {
        false if dotted => {
            (Level::Error, "the tables are named without their schema, which is that of --schema")
        }
        true => {
            (Level::Note, "the next run of shopsim creates them; what is said of tables holds for the others")
        }
        false => (Level::Error, "a publication cannot be made of tables that are not there"),
    };
    case.finding("table-missing", |_| Some(level), seen, why).into_iter().collect()
}

/// Whether one of the tools that were named wants the whole old row.
fn wants_full(case: &Case<'_>) -> bool {
    !case.asked.tools.is_empty() && case.tools.iter().any(|tool| tool.wants().identity_full)
}

/// Once such a table is published, PostgreSQL refuses to update and to delete its rows.
fn identity(case: &Case<'_>) -> Vec<Finding> {
    let without: Vec<&Table> = case.facts.stored_tables().filter(|table| !table.has_identity()).collect();
    if without.is_empty() {
        return vec![];
    }
    let shown = without.iter().map(|table| match table.identity.as_str() {
        "n" => format!("{} (REPLICA IDENTITY NOTHING)", table.shown()),
        "gone" => format!("{} (REPLICA IDENTITY of an index that was dropped)", table.shown()),
        _ => format!("{} (no primary key)", table.shown()),
    });
    let seen = format!("nothing identifies the rows of {}", few(shown));
    let why = "as soon as the table is published, its updates and deletes are refused; the tool would not know which row they \
               concern";
    let cures = without.iter().map(|table| {
        let sql = match &table.unique_index {
            _ if wants_full(case) => return full(table),
            _ if table.primary_key => "DEFAULT".to_owned(),
            Some(index) => format!("USING INDEX {}", quote(index)),
            None => return full(table),
        };
        let sql = format!("ALTER TABLE {} REPLICA IDENTITY {sql};", sql_name(table));
        Cure::now(Step::Tables, subject(table), sql)
    });
    let cures: Vec<Cure> = cures.collect();
    let found = case.finding("table-identity", log(Level::Error), seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn primary_key(case: &Case<'_>) -> Vec<Finding> {
    let without: Vec<&Table> = case.facts.stored_tables().filter(|table| !table.primary_key).collect();
    if without.is_empty() {
        return vec![];
    }
    let seen = format!("no primary key: {}", names(without.iter().copied()));
    let why = "these tools find a row by its primary key, whatever the replica identity is: without one they leave out \
               updates and deletes, or refuse the table";
    let cures = without.iter().map(|table| {
        let cure = |sql: String| Cure::now(Step::Tables, format!("key of {}", sql_name(table)), sql);
        match &table.key_index {
            Some(index) => {
                cure(format!("ALTER TABLE {} ADD PRIMARY KEY USING INDEX {};", sql_name(table), quote(index)))
            }
            None => cure(format!("ALTER TABLE {} ADD PRIMARY KEY (…);", sql_name(table)))
                .by_hand("name the columns that are unique and not null"),
        }
    });
    let level = |tool: Tool| tool.wants().primary_key.then_some(Level::Error);
    let cures: Vec<Cure> = cures.collect();
    let found = case.finding("table-primary-key", level, seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

/// The identity of a partitioned table does not cascade: each partition has its own.
fn identity_full(case: &Case<'_>) -> Vec<Finding> {
    let without: Vec<&Table> = case.facts.stored_tables().filter(|table| table.identity != "f").collect();
    if without.is_empty() {
        return vec![];
    }
    let seen = format!("REPLICA IDENTITY is not FULL: {}", names(without.iter().copied()));
    let why = "Materialize needs the whole old row with each update and delete; of a partitioned table, from each partition";
    let level = |tool: Tool| tool.wants().identity_full.then_some(Level::Error);
    let cures: Vec<Cure> = without.iter().map(|table| full(table)).collect();
    let found = case.finding("identity-full", level, seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn identity_full_cost(case: &Case<'_>) -> Vec<Finding> {
    let full: Vec<&Table> = case.facts.stored_tables().filter(|table| table.identity == "f").collect();
    if full.is_empty() {
        return vec![];
    }
    let seen = format!("REPLICA IDENTITY is FULL: {}", names(full));
    let why = "AWS DMS advises against it: each update and delete writes the whole old row to the log";
    case.finding("identity-full-cost", only([Tool::Dms], Level::Note), seen, why).into_iter().collect()
}

/// A TOAST table that holds bytes is certain proof of long values.
fn toasted_values(case: &Case<'_>) -> Vec<Finding> {
    let has_long = |table: &&Table| {
        table.identity != "f"
            && table.toast_bytes.is_some_and(|bytes| bytes > 0)
            && table.columns.iter().any(|column| column.toastable)
    };
    let long: Vec<&Table> = case.facts.stored_tables().filter(has_long).collect();
    if long.is_empty() {
        return vec![];
    }
    let shown = long.iter().map(|table| {
        let columns = table.columns.iter().filter(|column| column.toastable);
        let columns: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
        format!("{} ({})", table.shown(), columns.join(", "))
    });
    let seen = format!("values are stored out of line in {}", few(shown));
    let why = "an update that does not change such a value comes without it: Debezium gives a placeholder, Airbyte null, unless \
               the whole old row is in the log";
    let level = |tool: Tool| tool.wants().loses_toast.then_some(Level::Warning);
    let cures: Vec<Cure> = long.iter().map(|table| full(table)).collect();
    let found = case.finding("toasted-values", level, seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

/// What a table is that is never decoded.
fn undecoded(table: &Table) -> Option<&'static str> {
    match (table.kind.as_str(), table.persistence.as_str()) {
        ("v", _) => Some("view"),
        ("m", _) => Some("materialized view"),
        ("f", _) => Some("foreign table"),
        (_, "u") => Some("unlogged"),
        (_, "t") => Some("temporary"),
        _ => None,
    }
}

fn not_decoded(case: &Case<'_>) -> Vec<Finding> {
    let found: Vec<(&Table, &str)> =
        case.facts.tables.iter().filter_map(|table| Some((table, undecoded(table)?))).collect();
    // Of a schema's tables, views are no surprise; an unlogged table is.
    let level = match case.asked.tables.is_some() {
        true => Level::Error,
        false if found.iter().any(|(_, what)| *what == "unlogged") => Level::Warning,
        false => Level::Note,
    };
    let Some(seen) = (!found.is_empty())
        .then(|| few(found.iter().map(|(table, what)| format!("{} ({what})", table.shown()))))
    else {
        return vec![];
    };
    let why = "their changes are not in the log";
    let logged = found.iter().filter(|(_, what)| *what == "unlogged").map(|(table, _)| {
        let sql = format!("ALTER TABLE {} SET LOGGED;", sql_name(table));
        Cure::now(Step::Tables, format!("persistence of {}", sql_name(table)), sql)
    });
    let cures: Vec<Cure> = logged.collect();
    let found = case.finding("table-not-decoded", log(level), format!("never decoded: {seen}"), why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

/// From 18 on a publication may send stored ones.
fn generated_columns(case: &Case<'_>) -> Vec<Finding> {
    let publication = case.publication();
    let are_sent = publication.and_then(|publication| publication.generated_columns.as_deref()) == Some("s");
    let not_sent = |column: &&Column| column.generated == "v" || column.generated == "s" && !are_sent;
    let shown: Vec<String> = case
        .facts
        .stored_tables()
        .flat_map(|table| {
            table.columns.iter().filter(not_sent).map(|column| format!("{}.{}", table.shown(), column.name))
        })
        .collect();
    if shown.is_empty() {
        return vec![];
    }
    let seen = format!("generated columns that are not sent: {}", few(shown));
    let why = "the first copy has them, and later changes do not. PostgreSQL 18 and later send stored ones, if the publication \
               has publish_generated_columns = stored; virtual ones are never sent";
    let found = case.finding("generated-columns", log(Level::Note), seen, why);
    let cure = publication.filter(|_| case.facts.major() >= 18).map(|publication| {
        let name = quote(&publication.name);
        let sql = format!("ALTER PUBLICATION {name} SET (publish_generated_columns = stored);");
        Cure::now(Step::Publications, format!("generated columns of {name}"), sql)
    });
    found.map(|found| found.cures(cure)).into_iter().collect()
}

fn types(case: &Case<'_>) -> Vec<Finding> {
    let strange = |column: &Column| {
        let sql_type = column.sql_type.as_str();
        column.type_kind == "e"
            || sql_type.ends_with("[]")
            || ["numeric", "money"].contains(&sql_type)
            || sql_type.starts_with("interval")
    };
    let shown: Vec<String> = case
        .facts
        .stored_tables()
        .flat_map(|table| {
            let strange = table.columns.iter().filter(|column| strange(column));
            strange.map(|column| format!("{}.{} {}", table.shown(), column.name, column.sql_type))
        })
        .collect();
    if shown.is_empty() {
        return vec![];
    }
    let why = "AWS DMS makes numeric without a scale (28,6), reads arrays only of tables with a primary key, and enum, money \
               and interval as text or not at all";
    case.finding("types", only([Tool::Dms], Level::Note), few(shown), why).into_iter().collect()
}

fn partitioned(case: &Case<'_>) -> Vec<Finding> {
    let tables: Vec<&Table> = case.facts.asked_tables().filter(|table| table.kind == "p").collect();
    if tables.is_empty() {
        return vec![];
    }
    let seen = format!("partitioned: {}", names(tables));
    let why = "AWS DMS does not read partitioned tables as such: name the partitions in the task";
    case.finding("partitioned-table", only([Tool::Dms], Level::Error), seen, why).into_iter().collect()
}
