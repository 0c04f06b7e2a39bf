//! What `shopsim history` prints: which tables, and which ticks of each shop.
//!
//! Owns the checks of what was asked for, all at once. Must not know how it is printed.

use std::ops::RangeInclusive;

use super::output::Content;
use super::{Arguments, Format};
use crate::chain::{Chain, Shop};
use crate::cli::times::Times;
use crate::clock::Timeline;
use crate::plan::RowKeys;
use crate::suggest::nearest;
use crate::text::harmless;
use crate::truth::why_absent;

/// What is printed.
pub struct Choice {
    /// The places of the tables in every shop's plan.
    pub tables: Vec<usize>,
    /// The ticks of each shop; as of one tick, this one alone.
    pub ticks: Vec<RangeInclusive<u64>>,
    /// The times of each shop's ticks.
    pub timelines: Vec<Timeline>,
    /// Versions, or rows.
    pub content: Content,
    /// About rows that some of the tables do not have.
    pub warnings: Vec<String>,
}

/// What was asked for of a chain, or all mistakes.
pub fn choose(arguments: &Arguments, chain: &Chain, times: Vec<Times>) -> Result<Choice, Vec<String>> {
    let mut problems = Vec::new();
    let tables = tables(arguments, chain, &mut problems);
    let mut ticks = Vec::new();
    if let (Some(from), Some(to)) = (arguments.from_tick, arguments.to_tick)
        && from > to
    {
        problems.push(format!("--from-tick {from} is after --to-tick {to}"));
    } else {
        for (shop, times) in chain.shops.iter().zip(&times) {
            match ticks_of(arguments, shop, times) {
                Ok(of_shop) => ticks.push(of_shop),
                Err(problem) => problems.push(problem),
            }
        }
    }
    let mut warnings = Vec::new();
    if let (Some(key), true) = (&arguments.key, problems.is_empty()) {
        warnings = missing(key, chain, &tables, &times, &ticks);
        if warnings.len() == chain.shops.len() * tables.len() {
            problems.append(&mut warnings);
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let content = if arguments.as_of_tick.is_some() { Content::AsOf } else { Content::Versions };
    let timelines = times.into_iter().map(|times| times.timeline).collect();
    Ok(Choice { tables, ticks, timelines, content, warnings })
}

/// The places of the tables, in the order of the config. All shops have the same tables.
fn tables(arguments: &Arguments, chain: &Chain, problems: &mut Vec<String>) -> Vec<usize> {
    let tables = chain.shops.first().map_or(&[][..], |shop| &shop.plan.tables);
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    for name in arguments.table.iter().filter(|name| !names.contains(&name.as_str())) {
        let name = harmless(name);
        problems.push(match nearest(&name, names.iter().copied()) {
            Some(near) => format!("there is no table `{name}`; did you mean `{near}`?"),
            None => format!("there is no table `{name}`; the tables are: {}", names.join(", ")),
        });
    }
    let is_chosen = |place: &usize| {
        arguments.table.is_empty() || arguments.table.iter().any(|name| name == names[*place])
    };
    let chosen: Vec<usize> = (0..names.len()).filter(is_chosen).collect();
    if arguments.format == Format::Csv && chosen.len() > 1 {
        let names: Vec<&str> = chosen.iter().map(|place| names[*place]).collect();
        problems.push(format!(
            "CSV has one header, and tables differ in their columns; choose one by --table: {}",
            names.join(", ")
        ));
    }
    chosen
}

/// The ticks of a shop.
fn ticks_of(arguments: &Arguments, shop: &Shop, times: &Times) -> Result<RangeInclusive<u64>, String> {
    let (name, first) = (&shop.plan.name, times.timeline.first());
    let Some(to) = arguments.as_of_tick.or(arguments.to_tick).or(times.last_tick) else {
        return Err(format!(
            "`{name}` has no end: pass --to-tick N, or --database for the last tick of its run"
        ));
    };
    let from = arguments.as_of_tick.or(arguments.from_tick).unwrap_or(first);
    // Without an end, there are ticks as long as there are ids.
    let last = times.last_tick.or_else(|| Some(shop.ticks()?.saturating_sub(1)));
    if let Some(last) = last
        && let Some(tick) = [to, from].into_iter().find(|tick| *tick > last)
    {
        return Err(match arguments.recorded.is_given() {
            true => format!("`{name}` has no tick {tick} yet: its last one is {last}"),
            false => format!("`{name}` has no tick {tick}: it ends after tick {last}"),
        });
    }
    if to < first {
        return Err(format!("`{name}` skipped tick {to}: its history begins with tick {first}"));
    }
    Ok(from.max(first)..=to)
}

/// Why a key is not found in tables of shops: one text for each.
fn missing(
    key: &str,
    chain: &Chain,
    tables: &[usize],
    times: &[Times],
    ticks: &[RangeInclusive<u64>],
) -> Vec<String> {
    let mut missing = Vec::new();
    for ((shop, times), ticks) in chain.shops.iter().zip(times).zip(ticks) {
        for table in tables.iter().map(|place| &shop.plan.tables[*place]) {
            let keys = RowKeys::of(shop.plan.seed, table, &times.timeline);
            let Some(why) = why_absent(table, &times.timeline, keys.parse(key), *ticks.end()) else {
                continue;
            };
            let key = harmless(key);
            missing
                .push(format!("`{}` has no {} {key} in `{}`: {why}", shop.plan.name, table.key, table.name));
        }
    }
    missing
}
