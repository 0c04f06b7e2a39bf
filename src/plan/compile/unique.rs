//! Whether unique columns have enough different values for what their shops write.
//!
//! Owns only this calculation.

use std::time::Duration;

use crate::clock::micros;
use crate::config::problem::Problem;
use crate::config::{self, Config};
use crate::plan::{ShopPlan, TablePlan};

/// The time for which a run without an end must have values.
const ENDLESS: Duration = Duration::from_secs(365 * 86_400);

/// The values of unique columns that a shop runs out of.
///
/// Values may repeat once the rows that had them are deleted: a value is needed for each draw within the retention
/// window, or of the whole run.
pub fn scarce_values(config: &Config, shop: &config::Shop, plan: &ShopPlan, problems: &mut Vec<Problem>) {
    let interval = plan.interval.max(1);
    let ticks_in = |micros: i64| (micros / interval).max(0).unsigned_abs() + 2;
    let run = shop.stop_after.map(|after| ticks_in(micros(after)));
    for (table, configured) in plan.tables.iter().filter_map(|table| {
        Some((table, config.tables.iter().find(|configured| configured.name.value == table.name)?))
    }) {
        let window =
            table.windows.kept().map(|age| ticks_in(age) + u64::from(table.windows.purge_after.is_some()));
        let endless = window.is_none() && run.is_none();
        let ticks = window.into_iter().chain(run).min().unwrap_or(ticks_in(micros(ENDLESS)));
        let needed = ticks.saturating_mul(table.draws_per_tick());
        for column in &table.columns[..] {
            let Some(count) = column.numbers.filter(|count| column.unique && *count < needed) else {
                continue;
            };
            let Some(place) = configured.columns.iter().find(|written| written.name.value == column.name)
            else {
                continue;
            };
            problems.push(scarce(table, plan, place, count, needed, endless));
        }
    }
}

fn scarce(
    table: &TablePlan,
    plan: &ShopPlan,
    column: &config::Column,
    count: u64,
    needed: u64,
    endless: bool,
) -> Problem {
    let span = column.unique.as_ref().map_or(&column.name.span, |unique| &unique.span);
    let name = &table.name;
    let provider = column.faker.as_ref().map_or("", |faker| &faker.value);
    let message = format!(
        "`{provider}` has {count} distinct values, but `{name}` needs {needed}{}",
        if endless { " for a year" } else { "" }
    );
    let help = "use a provider with more values, or set fewer rows per tick, or a shorter \
                `delete_older_than` or `stop_after`";
    Problem::error(span, message).help(help).of_shop(&plan.name)
}
