//! Whose rows are where: the column of the shop, its values, or the tables themselves.
//!
//! Owns which column may tell the shop. How freely a value is compared is `shops`'.

use std::collections::BTreeSet;

use super::source::Source;
use super::state::{State, problem, quoted, shown};
use crate::config::problem::Problem;
use crate::config::warehouse::TableConfig;
use crate::warehouse::catalog::{Column, Relation};
use crate::warehouse::chain::ChainTable;
use crate::warehouse::mapping::ShopRows;
use crate::warehouse::preset::Preset;
use crate::warehouse::print::basic;
use crate::warehouse::question::MOST_VALUES;
use crate::warehouse::shops::told_by_value;

/// Columns that tell a shop if any do: their values must be understood.
const USUAL: [&str; 8] =
    ["shop", "shop_id", "shop_name", "src_id", "store", "store_id", "branch", "branch_id"];

/// Whose rows are where.
pub(super) struct Shops {
    pub(super) rows: Vec<ShopRows>,
    pub(super) column: Option<String>,
    /// Whether rows of several shops are in one table and nothing tells whose they are.
    pub(super) mixed: bool,
    /// Values of the column that mean no shop.
    pub(super) strangers: Vec<String>,
}

/// Whose rows are where. `None`: not known yet, or wrong, which is reported.
pub(super) fn shops(
    state: &State<'_>,
    table: &ChainTable,
    sources: &[Source<'_>],
    own: &Relation,
    preset: &Preset,
    config: Option<&TableConfig>,
) -> Option<Shops> {
    let configured = config.and_then(|config| config.shop.as_ref());
    let one = sources.first()?;
    let column = match (configured, sources) {
        (Some(name), _) => Some(state.column(one.relation, name)?.name.clone()),
        // Told by the config; or by the name, unless a column of the only table tells more.
        (None, [_]) if config.is_none_or(|config| config.from.is_none()) || one.shop.is_none() => {
            found(state, own, preset)?
        }
        _ => None,
    };
    let Some(column) = column else { return Some(by_table(state, table, sources)) };
    let mut rows = Vec::new();
    for source in sources {
        rows.extend(by_value(state, source, &column, configured.map(|name| &name.span))?);
    }
    rows.sort_by_key(|row| state.shops().iter().position(|shop| shop.name == row.shop));
    let strangers = strangers(state, sources, &column);
    Some(Shops { rows, column: Some(column), mixed: false, strangers })
}

/// Values of the column of the shop that mean none.
fn strangers(state: &State<'_>, sources: &[Source<'_>], column: &str) -> Vec<String> {
    let values =
        sources.iter().filter_map(|source| state.known.values(&source.relation.name, column)).flatten();
    let is_none = |value: &&String| told_by_value(state.shops(), &state.words, value).is_none();
    values.filter(is_none).cloned().collect()
}

/// A table a shop, or one for all of them.
fn by_table(state: &State<'_>, table: &ChainTable, sources: &[Source<'_>]) -> Shops {
    let graded = || state.shops().iter().enumerate().filter(|(_, shop)| shop.graded);
    let rows: Vec<ShopRows> = graded()
        .flat_map(|(place, shop)| {
            let of_shop = sources.iter().filter(move |source| source.shop.is_none_or(|told| told == place));
            of_shop.map(|source| ShopRows {
                shop: shop.name.clone(),
                relation: source.relation.name.clone(),
                value: None,
            })
        })
        .collect();
    let is_shared = graded().count() > 1 && sources.iter().any(|source| source.shop.is_none());
    let mixed = is_shared && !table.keys_tell_shops;
    Shops { rows, column: None, mixed, strangers: Vec::new() }
}

/// The rows of each shop in a table, by the values of a column; all shops have some.
fn by_value(
    state: &State<'_>,
    source: &Source<'_>,
    column: &str,
    span: Option<&std::ops::Range<usize>>,
) -> Option<Vec<ShopRows>> {
    let relation = &source.relation.name;
    let values = state.known.values(relation, column)?;
    let mut found: Vec<Option<&String>> = vec![None; state.shops().len()];
    let mut is_right = true;
    for value in values {
        let Some(place) = told_by_value(state.shops(), &state.words, value) else { continue };
        if let Some(other) = found[place].replace(value) {
            let message = format!(
                "{} and {} in {} of {} mean the same shop, {}",
                quoted(other),
                quoted(value),
                quoted(column),
                shown(relation),
                quoted(&state.shops()[place].name)
            );
            let help = "its rows must have one value: correct the others in the warehouse, or grade a view that does";
            state.report(problem(span, message).help(help));
            is_right = false;
        }
    }
    if span.is_some() && !values.is_empty() && found.iter().all(Option::is_none) {
        unknown_values(state, source.relation, column, values, span);
        is_right = false;
    }
    let by_city = state.shops().iter().zip(&found).any(|(shop, value)| {
        value.is_some_and(|value| shop.name != **value && shop.city.as_ref() == Some(value))
    });
    let rows =
        state.shops().iter().enumerate().filter(|(place, _)| source.shop.is_none_or(|told| told == *place));
    let rows = rows.map(|(place, shop)| {
        let word = || state.words.iter().find(|(_, of)| *of == place).map(|(value, _)| value.clone());
        let usual = || shop.city.clone().filter(|_| by_city).unwrap_or_else(|| shop.name.clone());
        let value = found[place].cloned().or_else(word).unwrap_or_else(usual);
        ShopRows { shop: shop.name.clone(), relation: relation.clone(), value: Some(value) }
    });
    let rows = rows.collect();
    is_right.then_some(rows)
}

fn unknown_values(
    state: &State<'_>,
    relation: &Relation,
    column: &str,
    values: &[String],
    span: Option<&std::ops::Range<usize>>,
) {
    let named: Vec<String> = values.iter().take(5).map(|value| quoted(value)).collect();
    let more = if values.len() > named.len() { ", …" } else { "" };
    let message = format!(
        "no value of {} of {} is the name or city of a shop: {}{more}",
        quoted(column),
        shown(&relation.name),
        named.join(", ")
    );
    let first = values.first().map_or("", String::as_str);
    let shop = state.shops().first().map_or("", |shop| &shop.name);
    let help =
        format!("say which shops they are, in a mapping: shops = {{ {} = \"{shop}\", … }}", basic(first));
    state.report(problem(span, message).help(help));
}

/// The column whose values tell the shop, if there is one. The outer `None`: not known yet, or wrong.
#[expect(clippy::option_option, reason = "not known, none, or a column")]
fn found(state: &State<'_>, own: &Relation, preset: &Preset) -> Option<Option<String>> {
    let usual = |column: &Column| USUAL.contains(&column.name.to_lowercase().as_str());
    let may_tell = |column: &&Column| is_text(&column.sql_type) && !preset.is_technical(&column.name);
    let columns: Vec<&Column> = own.columns.iter().filter(may_tell).collect();
    // All are asked for at once.
    let values: Vec<_> = columns.iter().map(|column| state.known.values(&own.name, &column.name)).collect();
    let mut telling: Vec<&Column> = Vec::new();
    let mut unknown = None;
    let values: Vec<&[String]> = values.into_iter().collect::<Option<_>>()?;
    for (column, values) in columns.into_iter().zip(values) {
        let told = |value: &&String| told_by_value(state.shops(), &state.words, value).is_some();
        match values.iter().filter(told).count() {
            _ if values.len() > MOST_VALUES => {}
            0 if values.is_empty() && usual(column) => telling.push(column),
            0 if usual(column) && !values.is_empty() => unknown = unknown.or(Some((column, values))),
            0 => {}
            count if count == values.len() || usual(column) => telling.push(column),
            _ => {}
        }
    }
    let of_preset = preset.shop.iter().find_map(|name| own.column(name));
    if let Some(column) = of_preset.filter(|column| telling.iter().any(|telling| telling.name == column.name))
    {
        return Some(Some(column.name.clone()));
    }
    match (telling.as_slice(), unknown) {
        ([], Some((column, values))) if state.shops().len() > 1 => {
            unknown_values(state, own, &column.name, values, None);
            None
        }
        ([], _) => Some(None),
        ([one], _) => Some(Some(one.name.clone())),
        (several, _) => {
            let names: BTreeSet<String> = several.iter().map(|column| quoted(&column.name)).collect();
            let names: Vec<String> = names.into_iter().collect();
            let message = format!(
                "{} columns of {} tell the shop: {}",
                names.len(),
                shown(&own.name),
                names.join(", ")
            );
            let help = format!("say which one, in a mapping: shop = \"{}\"", several[0].name);
            state.report(Problem::of_file(message).help(help));
            None
        }
    }
}

/// Whether a type is one of texts; of a CSV file none is known.
fn is_text(sql_type: &str) -> bool {
    sql_type.is_empty()
        || ["text", "name", "citext", "\"char\"", "bpchar"].contains(&sql_type)
        || sql_type.starts_with("character")
        || sql_type.starts_with("varchar")
}
