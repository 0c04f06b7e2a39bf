//! Where the loads of a table are known from: as configured, from a tool's table of loads, from a column, or the rows.
//!
//! Owns the order of these. Must not know what a load saw.

use super::source::Source;
use super::state::{State, problem, quoted, shown};
use crate::config::Spanned;
use crate::config::warehouse::{self as config, Loads};
use crate::warehouse::catalog::{Column, Relation, RelationName};
use crate::warehouse::chain::ChainTable;
use crate::warehouse::mapping::{LoadsFrom, LoadsTable, Reading};
use crate::warehouse::preset::{self, Preset};
use crate::warehouse::shops::told_by_value;

/// Where the loads of a table are known from. `None`: not known yet, or wrong, which is reported.
pub(super) fn loads<'a>(
    state: &State<'a>,
    table: &ChainTable,
    relation: &'a Relation,
    own: &Relation,
    preset: &Preset,
    sources: &[Source<'_>],
    configured: Option<&Spanned<Loads>>,
) -> Option<LoadsFrom> {
    match configured.map(|loads| &loads.value) {
        Some(Loads::Content) => Some(LoadsFrom::Content),
        Some(Loads::Every(every)) => Some(LoadsFrom::Every(*every)),
        Some(Loads::At(moments)) => Some(LoadsFrom::At(moments.clone())),
        Some(Loads::Column(name)) => {
            state.column(relation, name).map(|column| stamped(state, column, preset, sources))
        }
        Some(Loads::Table(written)) => of_table(state, table, relation, preset, written),
        None => found(state, table, relation, own, preset, sources),
    }
}

/// Rows that a column stamps with their load.
pub(super) fn stamped(
    state: &State<'_>,
    column: &Column,
    preset: &Preset,
    sources: &[Source<'_>],
) -> LoadsFrom {
    let reading = match preset.begins.iter().any(|name| column.name.eq_ignore_ascii_case(name)) {
        true => Reading::AfterStamp(ends(state, preset, sources)),
        false => Reading::AtStamp,
    };
    LoadsFrom::Stamp(column.clone(), reading)
}

/// The tables of loads beside those of the rows that have the ends of loads.
fn ends(state: &State<'_>, preset: &Preset, sources: &[Source<'_>]) -> Vec<LoadsTable> {
    let Some(tool) = &preset.loads else { return Vec::new() };
    let mut schemas: Vec<&str> = sources.iter().map(|source| source.relation.name.schema.as_str()).collect();
    schemas.sort_unstable();
    schemas.dedup();
    let table = |schema: &str| {
        let relation = of_tool(state, tool, schema)?;
        let (at, end) = (relation.column(tool.at)?, relation.column(tool.end?)?);
        let (at, end) = (at.clone(), Some(end.clone()));
        Some(LoadsTable { relation: relation.name.clone(), at, end, shop: None, of: None })
    };
    schemas.into_iter().filter_map(table).collect()
}

/// A tool's table of loads in a schema.
fn of_tool<'a>(state: &State<'a>, tool: &preset::LoadsTable, schema: &str) -> Option<&'a Relation> {
    state.catalog.relations.iter().find(|other| {
        other.name.schema.eq_ignore_ascii_case(schema) && other.name.name.eq_ignore_ascii_case(tool.name)
    })
}

/// A configured table of loads.
fn of_table(
    state: &State<'_>,
    table: &ChainTable,
    relation: &Relation,
    preset: &Preset,
    written: &config::LoadsTable,
) -> Option<LoadsFrom> {
    let loads = state.relation(&written.table)?;
    let at = state.column(loads, &written.at).cloned();
    let shop = written.shop.as_ref().map(|name| state.column(loads, name));
    let of = written.of.as_ref().map(|name| state.column(loads, name));
    let end = match &written.end {
        Some(name) => state.column(loads, name).map(Some),
        // The tool's own table is known to have it.
        None => Some(preset.loads.as_ref().and_then(|tool| {
            let is_it = loads.name.name.eq_ignore_ascii_case(tool.name)
                && at.as_ref().is_some_and(|at| at.name.eq_ignore_ascii_case(tool.at));
            loads.column(tool.end.filter(|_| is_it)?)
        })),
    };
    let (at, end, shop, of) = (
        at?,
        end?.cloned(),
        shop.map_or(Some(None), |column| column.map(Some))?,
        of.map_or(Some(None), |column| column.map(Some))?,
    );
    let shop = match shop {
        None => None,
        Some(column) => {
            let told = told_shops(state, loads, column)?;
            if told.is_empty() {
                let message = format!(
                    "no value of {} of {} is the name or city of a shop",
                    quoted(&column.name),
                    shown(&loads.name)
                );
                let help = "say which shops its values are: shops = { \"value\" = \"shop\" }";
                state.report(problem(written.shop.as_ref().map(|name| &name.span), message).help(help));
                return None;
            }
            Some((column.name.clone(), told))
        }
    };
    let of = match of {
        None => None,
        Some(column) => {
            let values = state.known.values(&loads.name, &column.name)?;
            let value = table_value(values, table, &relation.name).unwrap_or_else(|| table.name.clone());
            Some((column.name.clone(), value))
        }
    };
    Some(LoadsFrom::Table(LoadsTable { relation: loads.name.clone(), at, end, shop, of }))
}

/// The shops that the values of a column of a table of loads mean, each with its value. `None`: not known yet.
fn told_shops(state: &State<'_>, loads: &Relation, column: &Column) -> Option<Vec<(String, String)>> {
    let values = state.known.values(&loads.name, &column.name)?;
    let told = |(place, shop): (usize, &crate::warehouse::chain::ChainShop)| {
        let means = |value: &&String| told_by_value(state.shops(), &state.words, value) == Some(place);
        Some((shop.name.clone(), values.iter().find(means)?.clone()))
    };
    Some(state.shops().iter().enumerate().filter_map(told).collect())
}

/// The value that means a table: its name or that of the warehouse's table, with or without a schema.
fn table_value(values: &[String], table: &ChainTable, relation: &RelationName) -> Option<String> {
    let folded = |text: &str| text.to_lowercase().replace('"', "");
    let shown = folded(&relation.shown());
    let names = [folded(&table.name), folded(&relation.name)];
    let is = |value: &&String| {
        let value = folded(value);
        value == shown || names.iter().any(|name| value == *name || value.ends_with(&format!(".{name}")))
    };
    values.iter().find(|value| **value == table.name).or_else(|| values.iter().find(is)).cloned()
}

fn found(
    state: &State<'_>,
    table: &ChainTable,
    relation: &Relation,
    own: &Relation,
    preset: &Preset,
    sources: &[Source<'_>],
) -> Option<LoadsFrom> {
    // A schema a shop has a table of loads a shop.
    // Rows of copies say themselves which load wrote them.
    let is_stamped = preset.is_copy() && preset.stamps.iter().any(|name| own.column(name).is_some());
    let tool =
        preset.loads.as_ref().filter(|tool| (sources.len() == 1 || tool.schema.is_some()) && !is_stamped);
    if let Some(tool) = tool {
        let schema = tool.schema.unwrap_or(&relation.name.schema);
        let loads = of_tool(state, tool, schema);
        if let Some((loads, at)) = loads.and_then(|loads| Some((loads, loads.column(tool.at)?))) {
            let shop = tool.shop.and_then(|name| loads.column(name));
            let of = tool.of.and_then(|name| loads.column(name));
            let of = match of {
                Some(column) => {
                    let values = state.known.values(&loads.name, &column.name);
                    let value = values.and_then(|values| table_value(values, table, &relation.name));
                    Some((column.name.clone(), value.unwrap_or_else(|| table.name.clone())))
                }
                None => None,
            };
            let told = match shop {
                Some(column) => told_shops(state, loads, column)?,
                None => Vec::new(),
            };
            // The tool may mean something else by it, unless it is ours.
            let tells = told.len() == state.shops().len() || (tool.schema.is_some() && !told.is_empty());
            let shop = shop.filter(|_| tells).map(|column| (column.name.clone(), told));
            // A load of one shop is none of another's.
            let graded = state.shops().iter().filter(|shop| shop.graded).count();
            if shop.is_some() || graded == 1 {
                let (relation, at) = (loads.name.clone(), at.clone());
                let end = tool.end.and_then(|name| loads.column(name)).cloned();
                return Some(LoadsFrom::Table(LoadsTable { relation, at, end, shop, of }));
            }
        }
    }
    let stamp = preset.stamps.iter().find_map(|name| own.column(name));
    Some(stamp.map_or(LoadsFrom::Content, |column| stamped(state, column, preset, sources)))
}
