//! Compiles a config into plans: providers to generators, overrides to numbers.
//!
//! Owns every check that needs to know providers or ids. Reports all it finds, at the places that the
//! config remembers.

mod columns;
mod lives;
mod references;
mod unique;
mod width;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::life::{TableStates, Wheels};
use super::singular::default_key;
use super::{ChangeSource, Column, ShopPlan, TablePlan, TechColumn, reserved_from, units};
use crate::clock::{Windows, micros};
use crate::config::TechKind;
use crate::config::problem::{Problem, quote, sort};
use crate::config::{self, Config};
use crate::faker::{Locale, Referable};
use crate::stream::shop_seed;
use crate::value::{SECOND, SqlType};

/// The plan of every shop, in the order of the config, and every problem found on the way.
///
/// Plans are built from what could be understood; they may run only if no problem is an error.
pub fn compile(config: &Config) -> (Vec<Arc<ShopPlan>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let locales: Vec<Locale> = config.shops.iter().map(|shop| locale(shop, &mut problems)).collect();
    let others = config.other_locales.iter().filter_map(|locale| columns::read_locale(locale, &mut problems));
    let others: Vec<Locale> = others.collect();
    // Shops of one locale share their columns. Without a shop the tables are still checked.
    let alone = (locales.is_empty() && others.is_empty()).then(Locale::default);
    let mut by_locale = BTreeMap::new();
    for locale in locales.iter().chain(&others).chain(&alone) {
        by_locale.entry(*locale).or_insert_with(|| compile_tables(config, *locale, &mut problems));
    }
    // Shops whose tables are all equal share them.
    let mut shared: BTreeMap<(Locale, Vec<OfShop>), Arc<[TablePlan]>> = BTreeMap::new();
    let shops = config.shops.iter().zip(&locales);
    let mut wheels = Wheels::default();
    let plans = shops.map(|(shop, locale)| {
        let of_shop: Vec<OfShop> = config.tables.iter().map(|table| OfShop::new(shop, table)).collect();
        let tables = shared.entry((*locale, of_shop.clone())).or_insert_with(|| {
            let tables = by_locale[locale].iter().zip(&of_shop).zip(&config.tables);
            let lives =
                |table: &config::Table, columns: &[Column]| TableStates::of(table, &config.lives, columns);
            tables
                .map(|((table, of_shop), configured)| {
                    of_shop.apply(table, lives(configured, &table.columns).as_ref(), &mut wheels)
                })
                .collect()
        });
        Arc::new(compile_shop(config, shop, tables.clone()))
    });
    let plans: Vec<_> = plans.collect();
    for (shop, plan) in config.shops.iter().zip(&plans) {
        problems.extend(scarce_ids(config, shop, plan));
        unique::scarce_values(config, shop, plan, &mut problems);
        lives::check(config, plan, &mut problems);
        references::of_shop(config, plan, &mut problems);
        problems.extend(updates_without_window(config, plan));
        problems.extend(shared_updated_at(config, plan));
        problems.extend(no_soft_deletes(config, plan));
    }
    // Problems of a table are found once per locale, those of a table in a shop once per shop.
    sort(&mut problems);
    (plans, problems)
}

fn locale(shop: &config::Shop, problems: &mut Vec<Problem>) -> Locale {
    shop.locale.as_ref().and_then(|locale| columns::read_locale(locale, problems)).unwrap_or_default()
}

fn compile_tables(config: &Config, locale: Locale, problems: &mut Vec<Problem>) -> Arc<[TablePlan]> {
    let referable = |table: &config::Table| Referable {
        name: table.name.value.clone(),
        reserved_from: reserved_from(&table.key_type, &table.key_form),
    };
    let tables: Vec<Referable> = config.tables.iter().map(referable).collect();
    let plans: Arc<[TablePlan]> =
        config.tables.iter().map(|table| compile_table(table, locale, &tables, config, problems)).collect();
    references::of_tables(config, &plans, problems);
    plans
}

/// Warnings for tables that have rows to update and no window to take them from.
fn updates_without_window(config: &Config, plan: &ShopPlan) -> Vec<Problem> {
    let is_idle = |table: &TablePlan| table.update_rows > 0 && table.windows.update_not_older_than.is_none();
    let idle = plan.tables.iter().zip(&config.tables).filter(|(table, _)| is_idle(table));
    let warning = |(table, configured): (&TablePlan, &config::Table)| {
        let message = format!(
            "no row of {} is ever updated: `update_rows_per_tick` is {}, and `update_not_older_than` is off",
            quote(&table.name),
            table.update_rows
        );
        Problem::warning(&configured.name.span, message)
            .help("set `update_not_older_than` to the age up to which rows change, such as \"1h\"")
            .of_shop(&plan.name)
    };
    idle.map(warning).collect()
}

/// A warning if ticks share a value of `updated_at`: all tables have the same tech fields.
fn shared_updated_at(config: &Config, plan: &ShopPlan) -> Option<Problem> {
    let fields = &config.tables.first()?.tech_fields;
    let field = fields.iter().find(|field| field.kind == TechKind::UpdatedAt && field.cut > plan.interval)?;
    let message = "several ticks have the same `updated_at`: a cursor that reads what is greater than the last one misses rows";
    let help = "set a smaller `cut`, such as \"1ms\", or let the cursor read what is equal, too";
    Some(Problem::warning(&field.name.span, message).help(help).of_shop(&plan.name))
}

/// A warning if `deleted_at` stays NULL in all tables of a shop.
fn no_soft_deletes(config: &Config, plan: &ShopPlan) -> Option<Problem> {
    let fields = &config.tables.first()?.tech_fields;
    let field = fields.iter().find(|field| field.kind == TechKind::DeletedAt)?;
    if plan.tables.iter().any(|table| table.windows.delete_older_than.is_some()) {
        return None;
    }
    let message = "`deleted_at` is always NULL: `delete_older_than` is off";
    let help = "set `delete_older_than` to the age at which rows are deleted, such as \"1h\"";
    Some(Problem::warning(&field.name.span, message).help(help).of_shop(&plan.name))
}

/// Errors for tables whose ids run out in history; warnings for those whose ids run out before
/// the run ends, or within a year if it never does.
fn scarce_ids(config: &Config, shop: &config::Shop, plan: &ShopPlan) -> Vec<Problem> {
    const YEAR: Duration = Duration::from_secs(365 * 86_400);
    let history = shop.history();
    let needed =
        shop.stop_after.map_or(history + micros(YEAR).unsigned_abs(), |after| micros(after).unsigned_abs());
    let problem = |table: &TablePlan| {
        // Ids are counted from the first tick on, even if history begins later.
        let lasts = table.ticks_of_ids()?.saturating_mul(plan.interval.unsigned_abs());
        if lasts >= needed {
            return None;
        }
        let place = &config.tables.iter().find(|configured| configured.name.value == table.name)?.name.span;
        let what = format!("`{}` runs out of {} ids", table.name, table.key_type);
        let help = match table.key_type {
            SqlType::Int => "set `key_type = \"bigint\"`",
            SqlType::Varchar(Some(_)) => "set a longer varchar as the `key_type`",
            _ => "insert fewer rows per tick",
        };
        // A tick that is due exactly now is history, too.
        if history > 0 && lasts <= history {
            let message = format!("{what} in its history, {} after its `start`", some_time(lasts));
            let help = format!("{help}, or a later `start`");
            return Some(Problem::error(place, message).help(help).of_shop(&plan.name));
        }
        let left = some_time(lasts - history);
        let message = if history > 0 {
            format!("{what} {left} after its history")
        } else {
            format!("{what} after {left}")
        };
        Some(Problem::warning(place, message).help(help).of_shop(&plan.name))
    };
    plan.tables.iter().filter_map(problem).collect()
}

/// Microseconds in human-readable form.
fn some_time(micros: u64) -> humantime::FormattedDuration {
    // Whole days are precise enough for longer spans.
    let seconds = micros / SECOND.unsigned_abs();
    let seconds = if seconds > 86_400 { seconds - seconds % 86_400 } else { seconds };
    humantime::format_duration(Duration::from_secs(seconds))
}

/// The settings of a table that shops may override.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct OfShop {
    insert_rows: u64,
    update_rows: u64,
    windows: Windows,
    /// Of a table whose rows have a life, whose ages are ticks: the microseconds between two ticks.
    interval: Option<u64>,
}

impl OfShop {
    fn new(shop: &config::Shop, table: &config::Table) -> Self {
        let own = shop.overrides.iter().find(|own| own.table.value == table.name.value);
        let windows = Windows {
            delete_older_than: shop.delete_older_than(table).map(micros),
            update_not_older_than: shop.update_not_older_than(table).map(micros),
            purge_after: table.tech_fields.iter().find_map(|field| field.purge_after).map(micros),
        };
        Self {
            insert_rows: own.and_then(|own| own.insert_rows_per_tick).unwrap_or(table.insert_rows_per_tick),
            update_rows: own.and_then(|own| own.update_rows_per_tick).unwrap_or(table.update_rows_per_tick),
            windows,
            interval: table.state_column().map(|_| micros(shop.tick_interval.value).unsigned_abs().max(1)),
        }
    }

    fn apply(&self, table: &TablePlan, states: Option<&TableStates>, wheels: &mut Wheels) -> TablePlan {
        let Self { insert_rows, update_rows, windows, interval } = *self;
        let changes = states.zip(interval).map(|(states, interval)| -> Arc<dyn ChangeSource> {
            Arc::new(states.source(interval, insert_rows, wheels))
        });
        TablePlan { insert_rows, update_rows, windows, changes, ..table.clone() }
    }
}

fn compile_shop(config: &Config, shop: &config::Shop, tables: Arc<[TablePlan]>) -> ShopPlan {
    ShopPlan {
        name: shop.name.value.clone(),
        seed: shop.seed.unwrap_or_else(|| shop_seed(config.seed, &shop.name.value)),
        schema: shop.schema.clone(),
        state_schema: shop.state_schema.value.clone(),
        interval: micros(shop.tick_interval.value),
        tables,
    }
}

fn compile_table(
    table: &config::Table,
    locale: Locale,
    tables: &[Referable],
    config: &Config,
    problems: &mut Vec<Problem>,
) -> TablePlan {
    let name = &table.name;
    let key = table.key.as_ref().map_or_else(|| default_key(&name.value), |key| key.value.clone());
    // For a key that the config sets, `config` has reported it.
    let unnamed = table.key.is_none();
    let taken = table.columns.iter().find(|column| unnamed && column.name.value == key);
    if let Some(column) = taken {
        let message = format!("column `{key}` has the name of the primary key of `{}`", name.value);
        let help = "rename the column, or set another key: key = \"id\"";
        problems.push(Problem::error(&column.name.span, message).help(help));
    } else if key.len() > 63 {
        let span = table.key.as_ref().map_or(&name.span, |key| &key.span);
        let message = format!("the primary key `{key}` of `{}` would be longer than 63 bytes", name.value);
        problems.push(Problem::error(span, message).help("set a shorter key: key = \"id\""));
    } else if table.tech_fields.iter().any(|field| field.name.value == key) {
        let span = table.key.as_ref().map_or(&name.span, |key| &key.span);
        problems.push(Problem::error(span, format!("`{key}` cannot be the primary key")));
    }
    let columns = columns::columns(table, config, locale, tables, problems);
    let plan = TablePlan {
        name: name.value.clone(),
        key,
        key_type: table.key_type.clone(),
        key_form: table.key_form.clone(),
        insert_rows: table.insert_rows_per_tick,
        update_rows: table.update_rows_per_tick,
        windows: Windows::default(),
        not_null: table.not_null,
        units: Arc::new(units(&columns)),
        columns: Arc::new(columns),
        tech: table.tech_fields.iter().map(TechColumn::from).collect(),
        changes: None,
    };
    width::too_wide(table, &plan, problems);
    plan
}
