//! Which columns of a table are graded, which mark rows, and which refer to other tables.
//!
//! Owns the agreement of the config with the columns that the chain and the warehouse have.

use super::source::Source;
use super::state::{State, Wanted, problem, quoted, shown};
use crate::config::problem::{Problem, did_you_mean};
use crate::config::warehouse::{Marked, TableConfig};
use crate::warehouse::catalog::{Column, Relation};
use crate::warehouse::chain::ChainTable;
use crate::warehouse::mapping::Deleted;
use crate::warehouse::preset::Mark;

/// The graded columns of a table, and those that are not here.
pub(super) fn columns(
    state: &State<'_>,
    table: &ChainTable,
    relation: &Relation,
    config: Option<&TableConfig>,
) -> (Vec<(usize, Column)>, Vec<String>) {
    let names: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    let renamed = config.map(|config| config.columns.as_slice()).unwrap_or_default();
    let ignored = config.map(|config| config.ignore.as_slice()).unwrap_or_default();
    let of_chain = ignored.iter().map(|name| (name, None));
    for (name, here) in renamed.iter().map(|(name, here)| (name, Some(here))).chain(of_chain) {
        if !names.contains(&name.value.as_str()) {
            let message =
                format!("{} has no column {} in the chain", quoted(&table.name), quoted(&name.value));
            let help = match here.filter(|here| names.contains(&here.value.as_str())) {
                Some(here) => format!("the chain's column stands first: {} = \"{}\"", here.value, name.value),
                None if name.value == table.key => {
                    "the key is always compared; `key` names its column".to_owned()
                }
                None => did_you_mean(&name.value, &names),
            };
            state.report(Problem::error(&name.span, message).help(help));
        }
    }
    let (mut found, mut absent) = (Vec::new(), Vec::new());
    for (place, name) in names.iter().enumerate() {
        if ignored.iter().any(|ignored| ignored.value == *name) {
            continue;
        }
        let here = match renamed.iter().find(|(column, _)| column.value == *name) {
            Some((_, here)) => state.column(relation, here),
            None => relation.column(name),
        };
        match here {
            Some(column) => found.push((place, column.clone())),
            None => absent.push((*name).to_owned()),
        }
    }
    (found, absent)
}

/// The mark of rows: as configured, or as the preset makes it.
pub(super) fn marked(
    state: &State<'_>,
    relation: &Relation,
    own: &Relation,
    configured: Option<&Marked>,
    marks: &[Mark],
) -> Option<Deleted> {
    if let Some(configured) = configured {
        let column = state.column(relation, &configured.column)?.clone();
        return Some(Deleted { column, values: configured.is.clone() });
    }
    let found = marks.iter().find_map(|mark| Some((own.column(mark.column)?, mark.values)));
    found.map(|(column, values)| Deleted {
        column: column.clone(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    })
}

/// The columns that refer to other tables: as configured, or by the names of their keys where a grade asks for it.
pub(super) fn refers(
    state: &State<'_>,
    table: &ChainTable,
    config: Option<&TableConfig>,
    wanted: Wanted,
) -> Vec<(usize, String)> {
    let place = |name: &str| table.columns.iter().position(|column| column == name);
    let Some(configured) = config.and_then(|config| config.refers.as_ref()) else {
        let asked = wanted.grade.is_some_and(|grade| grade.references);
        let others = state.chain.tables.iter().filter(|other| asked && other.name != table.name);
        return others.filter_map(|other| Some((place(&other.key)?, other.name.clone()))).collect();
    };
    let mut refers = Vec::new();
    for (column, other) in configured {
        let found = (place(&column.value), state.chain.table(&other.value));
        if found.0.is_none() {
            let names: Vec<&str> = table.columns.iter().map(String::as_str).collect();
            let message =
                format!("{} has no column {} in the chain", quoted(&table.name), quoted(&column.value));
            state.report(Problem::error(&column.span, message).help(did_you_mean(&column.value, &names)));
        }
        if found.1.is_none() {
            let names: Vec<&str> = state.chain.tables.iter().map(|table| table.name.as_str()).collect();
            let message = format!("the chain has no table {}", quoted(&other.value));
            state.report(Problem::error(&other.span, message).help(did_you_mean(&other.value, &names)));
        }
        refers.extend(found.0.zip(found.1.map(|other| other.name.clone())));
    }
    refers
}

/// Reports tables of other shops without a column that the first one has.
pub(super) fn same_columns(
    state: &State<'_>,
    sources: &[Source<'_>],
    columns: &[(usize, Column)],
    config: Option<&TableConfig>,
) {
    let Some((first, others)) = sources.split_first() else { return };
    for other in others {
        let lacks = columns.iter().filter(|(_, column)| other.relation.column(&column.name).is_none());
        let lacks: Vec<String> = lacks.map(|(_, column)| quoted(&column.name)).collect();
        if !lacks.is_empty() {
            let message = format!(
                "{} has no column {}, which {} has",
                shown(&other.relation.name),
                lacks.join(", "),
                shown(&first.relation.name)
            );
            let help = "the tables of the shops must have the same columns: grade views that do, or leave columns out \
                        with `ignore`";
            state.report(problem(config.map(|config| &config.name.span), message).help(help));
        }
    }
}
