//! Checks of the publication: is there one, what is in it, and what it leaves out.
//!
//! Owns what a publication must be like; what a table must be like is in `tables`. Pure.

use super::{Case, Check, few, log, names, sql_name};
use crate::doctor::facts::{Published, Table};
use crate::doctor::finding::{Cure, Finding, Level, Step};
use crate::doctor::tools::{Publication as Maker, Tool};
use crate::quoting::quote;

pub(super) const CHECKS: &[Check] =
    &[missing, tables, operations, truncate, row_filters, columns, via_root, partition_names];

/// The name of a publication that nobody has named.
const NAME: &str = "cdc";

/// A level for the tools that read a publication.
fn readers(level: Level) -> impl Fn(Tool) -> Option<Level> {
    move |tool| (tool.wants().publication != Maker::None).then_some(level)
}

/// What can be published, of what was asked for: a partitioned table stands for its partitions, and an unlogged one is
/// made logged before.
fn publishable(table: &Table) -> bool {
    matches!(table.kind.as_str(), "r" | "p") && table.persistence != "t"
}

fn subject(name: &str) -> String {
    format!("publication {name}")
}

/// Who connects may be another role than the one that owns the tables.
fn missing(case: &Case<'_>) -> Vec<Finding> {
    if !case.knows_publications() || case.publication().is_some() {
        return vec![];
    }
    let name = case.asked.publication.as_deref();
    if let Some(name) = name.filter(|_| case.asked.run_creates_publication) {
        let seen = format!("there is no publication {name} yet");
        let why = "the next `shopsim run` creates it, with the shop's tables, as [cdc] says";
        return case.finding("publication-missing", readers(Level::Note), seen, why).into_iter().collect();
    }
    let level = |tool: Tool| match (tool.wants().publication, name) {
        (Maker::None, _) => None,
        (Maker::ByHand, _) | (_, Some(_)) => Some(Level::Error),
        (Maker::ByTool, None) => Some(Level::Note),
    };
    let seen = match name {
        Some(name) => format!("there is no publication {name}"),
        None => "there is no publication with any of the tables".to_owned(),
    };
    let why = "most tools read one that is made by hand, with the tables that they shall see and no others";
    let found = case.finding("publication-missing", level, seen, why);
    found.map(|found| found.cures(made_by_hand(case))).into_iter().collect()
}

/// Makes the publication that is missing; `None`: there is one, or a run creates it, or nothing to publish, or it is not
/// known.
pub(super) fn made_by_hand(case: &Case<'_>) -> Option<Cure> {
    let asked: Vec<&Table> = case.facts.asked_tables().filter(|table| publishable(table)).collect();
    let is_made = case.publication().is_some() || case.asked.run_creates_publication;
    if !case.knows_publications() || is_made || asked.is_empty() {
        return None;
    }
    // One of that name may be there, with tables of somebody else's.
    let is_free = |name: &String| case.facts.publications.iter().flatten().all(|other| other.name != *name);
    let free = || (2..).map(|number| format!("{NAME}_{number}")).find(is_free);
    let name =
        case.asked.publication.clone().or_else(|| Some(NAME.to_owned()).filter(is_free)).or_else(free)?;
    let tables: Vec<String> = asked.iter().map(|table| sql_name(table)).collect();
    let root = match wanted_via_root(case) {
        Some(true) if asked.iter().any(|table| table.kind == "p") => {
            " WITH (publish_via_partition_root = true)"
        }
        _ => "",
    };
    let sql = format!("CREATE PUBLICATION {} FOR TABLE {}{root};", quote(&name), tables.join(", "));
    Some(Cure::now(Step::Publications, subject(&name), sql))
}

/// A table that is not in the publication is silently not replicated.
fn tables(case: &Case<'_>) -> Vec<Finding> {
    let Some(publication) = case.publication().filter(|_| case.knows_publications()) else { return vec![] };
    let is_in = |table: &&Table| {
        let of_table = |leaf: &&Table| {
            let of = leaf.partition_of.as_ref();
            of.is_some_and(|(schema, name)| *schema == table.schema && *name == table.name)
        };
        let mut leaves = case.facts.tables.iter().filter(of_table).peekable();
        case.is_published(publication, table)
            || leaves.peek().is_some() && leaves.all(|leaf| case.is_published(publication, leaf))
    };
    let asked = case.facts.asked_tables().filter(|table| publishable(table));
    let outside: Vec<&Table> = asked.filter(|table| !is_in(table)).collect();
    if outside.is_empty() {
        return vec![];
    }
    let name = &publication.name;
    let seen = format!("the publication {name} does not have {}", names(outside.iter().copied()));
    let why = "a table that is not in the publication is not replicated, and nothing tells so";
    let sql: Vec<String> = outside.iter().map(|table| sql_name(table)).collect();
    let sql = format!("ALTER PUBLICATION {} ADD TABLE {};", quote(name), sql.join(", "));
    let cure = Cure::now(Step::Publications, format!("tables of {}", subject(name)), sql);
    // Of all tables of a schema, some may be left out on purpose.
    let (level, cure) = match case.asked.tables.is_some() {
        true => (Level::Error, cure),
        false => (Level::Warning, cure.by_hand("only what the tool shall read: name the tables by --tables")),
    };
    let found = case.finding("publication-tables", readers(level), seen, why);
    found.map(|found| found.cure(cure)).into_iter().collect()
}

fn operations(case: &Case<'_>) -> Vec<Finding> {
    let Some(publication) = case.publication() else { return vec![] };
    let all = [
        ("insert", publication.insert),
        ("update", publication.update),
        ("delete", publication.delete),
        ("truncate", publication.truncate == Some(true)),
    ];
    let left_out: Vec<String> =
        all[..3].iter().filter(|(_, is_in)| !is_in).map(|(name, _)| (*name).to_owned()).collect();
    if left_out.is_empty() {
        return vec![];
    }
    let wanted: Vec<&str> =
        all.iter().filter(|(name, is_in)| *is_in || *name != "truncate").map(|one| one.0).collect();
    let seen = format!("the publication {} does not publish: {}", publication.name, few(left_out));
    let why = "these changes never come";
    let sql =
        format!("ALTER PUBLICATION {} SET (publish = '{}');", quote(&publication.name), wanted.join(", "));
    let cure = Cure::now(Step::Publications, format!("publish of {}", subject(&publication.name)), sql);
    let found = case.finding("publication-operations", readers(Level::Error), seen, why);
    found.map(|found| found.cure(cure)).into_iter().collect()
}

/// Told, and not cured: Materialize cannot go on after a TRUNCATE, and others do not see it.
fn truncate(case: &Case<'_>) -> Vec<Finding> {
    let publication = case.publication().filter(|publication| publication.truncate == Some(false));
    let Some(publication) = publication else { return vec![] };
    let seen = format!("the publication {} does not publish TRUNCATE", publication.name);
    let why = "a table that is truncated keeps its rows in the copy";
    case.finding("publication-truncate", readers(Level::Note), seen, why).into_iter().collect()
}

/// Rows of the publication about tables that were asked for, or their partitions.
fn published<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Published> {
    let name = case.publication().map(|publication| publication.name.as_str());
    let of_publication =
        case.facts.published.iter().flatten().filter(move |row| name == Some(row.publication.as_str()));
    of_publication.filter(|row| {
        case.facts.tables.iter().any(|table| table.schema == row.schema && table.name == row.table)
    })
}

fn row_filters(case: &Case<'_>) -> Vec<Finding> {
    let filtered: Vec<String> = published(case)
        .filter_map(|row| Some(format!("{}.{} where {}", row.schema, row.table, row.row_filter.as_ref()?)))
        .collect();
    if filtered.is_empty() {
        return vec![];
    }
    let seen = format!("the publication leaves out rows: {}", few(filtered));
    let why = "other rows never come, and an update that moves a row across the border comes as an insert or a delete; the \
               first copy of many tools does not know the filter";
    case.finding("publication-row-filter", readers(Level::Warning), seen, why).into_iter().collect()
}

/// `pg_publication_tables` lists the columns that are published, whether there is a list or not.
fn columns(case: &Case<'_>) -> Vec<Finding> {
    let left_out = published(case).filter_map(|row| {
        let (listed, tables) = (row.columns.as_ref()?, &case.facts.tables);
        let table = tables.iter().find(|table| table.schema == row.schema && table.name == row.table)?;
        let sent = |name: &String| listed.contains(name);
        // Generated columns are told of by a check of their own.
        let missing =
            table.columns.iter().filter(|column| !sent(&column.name) && column.generated.is_empty());
        let missing: Vec<&str> = missing.map(|column| column.name.as_str()).collect();
        (!missing.is_empty()).then(|| format!("{} ({})", table.shown(), missing.join(", ")))
    });
    let left_out: Vec<String> = left_out.collect();
    if left_out.is_empty() {
        return vec![];
    }
    let seen = format!("the publication leaves out columns: {}", few(left_out));
    let why = "these columns never come, and a column that is added later does not join a list";
    case.finding("publication-columns", readers(Level::Warning), seen, why).into_iter().collect()
}

/// What the named tools want of `publish_via_partition_root`, if they agree.
fn wanted_via_root(case: &Case<'_>) -> Option<bool> {
    let mut wanted = case.tools.iter().filter_map(|tool| tool.wants().via_root);
    let first = wanted.next()?;
    wanted.all(|other| other == first).then_some(first)
}

fn via_root(case: &Case<'_>) -> Vec<Finding> {
    let Some(publication) = case.publication() else { return vec![] };
    let Some(is_set) = publication.via_root else { return vec![] };
    let partitioned = case.facts.asked_tables().any(|table| table.kind == "p");
    // Materialize's fault comes with the first partition that is added.
    let level = |tool: Tool| match tool.wants().via_root {
        Some(wanted) if wanted != is_set && (partitioned || is_set) => {
            Some(if wanted { Level::Warning } else { Level::Error })
        }
        _ => None,
    };
    let seen = format!("the publication {} has publish_via_partition_root = {is_set}", publication.name);
    let why = "with it, changes of a partition come under the name of the partitioned table: Estuary and PeerDB advise it; \
               Materialize accepts it and gives wrong results later";
    let found = case.finding("publication-via-root", level, seen, why);
    let sql = format!(
        "ALTER PUBLICATION {} SET (publish_via_partition_root = {});",
        quote(&publication.name),
        !is_set
    );
    let cure = Cure::now(Step::Publications, format!("root of {}", subject(&publication.name)), sql);
    let cure = match wanted_via_root(case) {
        Some(_) => cure,
        None => cure.by_hand("other tools want the opposite: give each a publication of its own"),
    };
    found.map(|found| found.cure(cure)).into_iter().collect()
}

fn partition_names(case: &Case<'_>) -> Vec<Finding> {
    let partitioned: Vec<&Table> = case.facts.asked_tables().filter(|table| table.kind == "p").collect();
    let via_root = case.publication().and_then(|publication| publication.via_root) == Some(true);
    if partitioned.is_empty() || via_root {
        return vec![];
    }
    let seen = format!("partitioned: {}", names(partitioned));
    let why = "without publish_via_partition_root changes come under the names of the partitions, and a partition that is \
               added later is a new table to the tool";
    case.finding("partition-names", log(Level::Note), seen, why).into_iter().collect()
}
