//! Which tables of the warehouse hold the rows of a table of the chain.
//!
//! Owns the rule for a candidate: the key's column, and most of the others by name. Must not know what a table keeps.

use super::state::{State, Wanted, problem, quoted, shown};
use crate::config::Spanned;
use crate::config::problem::Problem;
use crate::config::warehouse::{From, TableConfig};
use crate::warehouse::catalog::Relation;
use crate::warehouse::chain::ChainTable;
use crate::warehouse::preset;
use crate::warehouse::print::{basic, key};
use crate::warehouse::shops::told_by_name;

/// The share of a table's columns that a candidate must have, in percent.
const ENOUGH: usize = 70;

/// A table of the warehouse with rows of the chain's table.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) relation: &'a Relation,
    /// The place of the only shop whose rows it has, as the config or its name says.
    pub(super) shop: Option<usize>,
}

/// The tables with the rows of a table: none if there is none, or if it is wrong, which is reported.
pub(super) fn sources<'a>(
    state: &State<'a>,
    table: &ChainTable,
    config: Option<&TableConfig>,
    wanted: Wanted,
) -> Vec<Source<'a>> {
    match config.and_then(|config| Some((config, config.from.as_ref()?))) {
        Some((config, From::One(name))) => {
            let relation = state.relation(name).filter(|one| has_key(state, one, table, config, &name.span));
            relation.map(|relation| Source { relation, shop: None }).into_iter().collect()
        }
        Some((config, From::Each(each))) => {
            let source = |(shop, name): &(Spanned<String>, Spanned<String>)| {
                let (shop, relation) = (state.shop(shop), state.relation(name));
                let relation = relation.filter(|one| has_key(state, one, table, config, &name.span))?;
                Some(Source { relation, shop: Some(shop?) })
            };
            each.iter().filter_map(source).collect()
        }
        None => found(state, table, config, wanted),
    }
}

/// The name of the key's column.
fn key_of<'t>(table: &'t ChainTable, config: Option<&'t TableConfig>) -> &'t str {
    config.and_then(|config| config.key.as_ref()).map_or(&table.key, |key| &key.value)
}

/// Reports a configured table without the key's column.
fn has_key(
    state: &State<'_>,
    relation: &Relation,
    table: &ChainTable,
    config: &TableConfig,
    span: &std::ops::Range<usize>,
) -> bool {
    let key = key_of(table, Some(config));
    let has = relation.column(key).is_some();
    if !has && config.key.is_none() {
        let message = format!(
            "{} has no column {}, the key of {}",
            shown(&relation.name),
            quoted(key),
            quoted(&table.name)
        );
        let near = crate::suggest::nearest(key, relation.columns.iter().map(|column| column.name.as_str()));
        let near = near.map_or_else(|| "…".to_owned(), str::to_owned);
        state.report(Problem::error(span, message).help(format!("name its column: key = \"{near}\"")));
    }
    // A configured key that is not there is reported with the other columns.
    has || config.key.is_some()
}

/// How many columns of a table a table of the warehouse has.
fn shared(relation: &Relation, table: &ChainTable, config: Option<&TableConfig>) -> usize {
    let here = |name: &str| {
        let renamed =
            config.and_then(|config| config.columns.iter().find(|(column, _)| column.value == *name));
        relation.column(renamed.map_or(name, |(_, column)| &column.value)).is_some()
    };
    let key = usize::from(relation.column(key_of(table, config)).is_some());
    key + table.columns.iter().filter(|column| here(column)).count()
}

/// Whether a table of the warehouse may hold the rows of a table.
fn is_candidate(relation: &Relation, table: &ChainTable, config: Option<&TableConfig>) -> bool {
    relation.column(key_of(table, config)).is_some()
        && shared(relation, table, config) * 100 >= (table.columns.len() + 1) * ENOUGH
}

/// A table of the warehouse without the columns of the chain's table.
pub(super) fn own(relation: &Relation, table: &ChainTable) -> Relation {
    let is_own = |name: &str| table.all_columns().all(|column| column.to_lowercase() != name.to_lowercase());
    let columns = relation.columns.iter().filter(|column| is_own(&column.name)).cloned().collect();
    Relation { columns, ..relation.clone() }
}

fn found<'a>(
    state: &State<'a>,
    table: &ChainTable,
    config: Option<&TableConfig>,
    wanted: Wanted,
) -> Vec<Source<'a>> {
    let tool =
        config.and_then(|config| Some(config.preset.as_ref()?.value)).map(|word| Wanted::of(Some(word)));
    let tool = tool.map_or(wanted.tool, |own| own.tool);
    let side = config.and_then(|config| config.side.as_ref()).map(|side| state.catalog.named(&side.value));
    let all: Vec<(&Relation, Option<&preset::Preset>)> = state
        .catalog
        .relations
        .iter()
        .filter(|one| is_candidate(one, table, config) && !preset::is_internal(state.catalog, one))
        .filter(|one| !side.as_ref().is_some_and(|side| side.contains(one)))
        .map(|one| (one, preset::of(state.catalog, &own(one, table), None)))
        .collect();
    let mut left: Vec<&Relation> = all
        .iter()
        .filter(|(one, _)| tool.is_none() || preset::of(state.catalog, &own(one, table), tool).is_some())
        .map(|(one, _)| *one)
        .collect();
    // Tech fields, and keys that are referred to, make tables alike: one that has the name of another table of the
    // chain is that one.
    let is_named = |one: &Relation, name: &str| one.name.name.eq_ignore_ascii_case(name);
    if left.iter().any(|one| is_named(one, &table.name)) {
        let others = || state.chain.tables.iter().filter(|other| other.name != table.name);
        left.retain(|one| is_named(one, &table.name) || !others().any(|other| is_named(one, &other.name)));
    }
    // The finished table of a preset that has a stage before it.
    let rules = all.iter().filter_map(|(one, preset)| {
        let of_the_course = wanted.grade.and_then(|_| preset::finished("course"));
        Some((*one, preset.and_then(|preset| preset.finished).or(of_the_course)?))
    });
    for (finished, (schema, stage)) in rules.collect::<Vec<_>>() {
        let is = |one: &Relation, schema: &str| one.name.schema.eq_ignore_ascii_case(schema);
        if is(finished, schema) && finished.name.name.eq_ignore_ascii_case(&table.name) {
            left.retain(|one| std::ptr::eq(*one, finished) || !(is(one, schema) || is(one, stage)));
        } else if is(finished, stage) {
            left.retain(|one| !std::ptr::eq(*one, finished));
        }
    }
    // A satellite beside the view that adds the ends of its rows.
    let with_ends: Vec<&Relation> =
        left.iter().copied().filter(|one| preset::adds_ends(&own(one, table))).collect();
    left.retain(|one| {
        let is_below = |view: &&Relation| {
            view.name.schema == one.name.schema
                && one.columns.iter().all(|column| view.column(&column.name).is_some())
        };
        with_ends.iter().any(|view| std::ptr::eq(*view, *one)) || !with_ends.iter().any(is_below)
    });
    if let (Some(config), true) = (config, left.is_empty()) {
        let message = format!("no table of the warehouse was found for {}", quoted(&table.name));
        let help = format!("name it with from = \"dwh.{}\"; {}", table.name, nearest(state, table));
        state.report(Problem::error(&config.name.span, message).help(help));
    }
    by_shop(state, table, &left)
}

/// One table for all shops, or one a shop; anything else is reported.
fn by_shop<'a>(state: &State<'a>, table: &ChainTable, relations: &[&'a Relation]) -> Vec<Source<'a>> {
    let told = |relation: &'a Relation| {
        let by_name = told_by_name(state.shops(), &relation.name.name);
        by_name.or_else(|| told_by_name(state.shops(), &relation.name.schema))
    };
    let sources: Vec<Source<'a>> =
        relations.iter().map(|relation| Source { relation, shop: told(relation) }).collect();
    let mut shops: Vec<_> = sources.iter().map(|source| source.shop).collect();
    shops.sort_unstable();
    shops.dedup();
    if sources.len() < 2 || (shops.len() == sources.len() && !shops.contains(&None)) {
        return sources;
    }
    ambiguous(state, table, &sources);
    Vec::new()
}

fn ambiguous(state: &State<'_>, table: &ChainTable, sources: &[Source<'_>]) {
    let described = sources.iter().map(|source| {
        let preset = preset::of(state.catalog, &own(source.relation, table), None);
        format!("{} ({})", shown(&source.relation.name), preset.map_or("?", |preset| preset.name))
    });
    let message = format!(
        "{} tables of the warehouse may hold {}: {}",
        sources.len(),
        quoted(&table.name),
        described.collect::<Vec<_>>().join(", ")
    );
    // A table a shop, or one for all.
    let mut each: Vec<(usize, String)> = Vec::new();
    let mut lines = Vec::new();
    for source in sources {
        let name = basic(&source.relation.name.shown());
        match source.shop {
            Some(shop) if each.iter().any(|(told, _)| *told == shop) => {}
            Some(shop) => each.push((shop, format!("{} = {name}", key(&state.shops()[shop].name)))),
            None => lines.push(format!("from = {name}")),
        }
    }
    if !each.is_empty() {
        let each: Vec<String> = each.into_iter().map(|(_, line)| line).collect();
        lines.push(format!("from = {{ {} }}", each.join(", ")));
    }
    let help = format!("say which, in a mapping: [tables.{}] with {}", table.name, lines.join(", or "));
    let place = state.config.and_then(|config| {
        Some(&config.tables.iter().find(|configured| configured.name.value == table.name)?.name.span)
    });
    state.report(problem(place, message).help(help));
}

/// What was looked for, and the table that is nearest to it.
pub(super) fn nearest(state: &State<'_>, table: &ChainTable) -> String {
    let count = table.columns.len() + 1;
    let wanted = (count * ENOUGH).div_ceil(100);
    let name = quoted(&table.name);
    let all = state.catalog.relations.iter().filter(|one| !preset::is_internal(state.catalog, one));
    let most = all.map(|one| (shared(one, table, None), one)).filter(|(shared, _)| shared * 4 > count);
    match most.max_by_key(|(shared, one)| (*shared, std::cmp::Reverse(&one.name))) {
        None => format!(
            "{name} has {count} columns, {wanted} of which a table must have, and no table comes near"
        ),
        Some((_, one)) if is_candidate(one, table, None) => {
            let preset = preset::of(state.catalog, &own(one, table), None).map_or("?", |preset| preset.name);
            format!("{name} may be in {} ({preset})", shown(&one.name))
        }
        Some((shared, one)) => {
            let lacks = table.all_columns().filter(|column| one.column(column).is_none());
            let lacks: Vec<String> = lacks.take(5).map(quoted).collect();
            let (one, lacks) = (shown(&one.name), lacks.join(", "));
            format!("{name} is nearest to {one}, which has {shared} of its {count} columns and lacks {lacks}")
        }
    }
}
