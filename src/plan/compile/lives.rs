//! Whether the lives of rows fit the ticks and windows of their shops.
//!
//! Owns only these checks; mistakes that do not depend on a shop have been reported by `config`.

use crate::clock::micros;
use crate::config::problem::{Problem, quote};
use crate::config::{self, Config, TechKind};
use crate::plan::life::TableStates;
use crate::plan::{ShopPlan, TablePlan};

/// Reports lives of more ticks than can be counted, and rows that are never deleted.
pub fn check(config: &Config, plan: &ShopPlan, problems: &mut Vec<Problem>) {
    for (table, configured) in plan.tables.iter().zip(&config.tables) {
        let Some(life) = configured.state_column().and_then(|column| column.life.as_ref()) else { continue };
        let too_long = too_long(table, configured, life, config, plan);
        problems.extend(too_long.or_else(|| never_deleted(table, life, plan)));
    }
}

fn too_long(
    table: &TablePlan,
    configured: &config::Table,
    life: &config::Spanned<String>,
    config: &Config,
    plan: &ShopPlan,
) -> Option<Problem> {
    let states = TableStates::of(configured, &config.lives, &table.columns)?;
    let ticks = states.most_ticks(plan.interval.unsigned_abs().max(1));
    let most = u64::from(u32::MAX) - 1;
    if ticks <= most {
        return None;
    }
    let message = format!("a row of {} may live for {ticks} ticks; {most} are allowed", quote(&table.name));
    let help = "shorten the spans of `after` and `delete_after`, or lengthen `tick_interval`";
    Some(Problem::error(&life.span, message).help(help).of_shop(&plan.name))
}

/// A warning for states in which rows stay for ever.
fn never_deleted(table: &TablePlan, life: &config::Spanned<String>, plan: &ShopPlan) -> Option<Problem> {
    if table.windows.delete_older_than.is_some() {
        return None;
    }
    let changes = table.changes.as_ref()?;
    let census = changes.census(u64::MAX, 0)?;
    let left: Vec<(&str, u64)> =
        changes.states().into_iter().zip(census.left).filter(|(_, left)| *left > 0).collect();
    if left.is_empty() || table.insert_rows == 0 {
        return None;
    }
    let day = micros(std::time::Duration::from_secs(86_400)).unsigned_abs();
    let all: u64 = left.iter().map(|(_, left)| left).sum();
    let ticks = day / plan.interval.unsigned_abs().max(1);
    let rows =
        u128::from(all) * u128::from(table.insert_rows) * u128::from(ticks) / u128::from(census.rows.max(1));
    let names: Vec<String> = left.iter().map(|(name, _)| quote(name)).collect();
    let message = format!(
        "rows of {} that end in {} are never deleted: {rows} more a simulated day",
        quote(&table.name),
        names.join(", ")
    );
    let help = match table.tech(TechKind::DeletedAt) {
        None => "name the states in `delete_after`, or set `delete_older_than`",
        Some(_) => "set `delete_older_than`",
    };
    Some(Problem::warning(&life.span, message).help(help).of_shop(&plan.name))
}
