//! Compiles a config into plans: providers to generators, overrides to numbers.
//!
//! Owns every check that needs to know providers or ids. Reports all it finds, at the places that the
//! config remembers.

use std::sync::Arc;
use std::time::Duration;

use super::singular::singular;
use super::{CREATED_AT, Column, ShopPlan, TablePlan};
use crate::clock::{Windows, micros};
use crate::config::problem::Problem;
use crate::config::{self, Config, Override};
use crate::faker::{self, CompileError, Scope};
use crate::stream::shop_seed;
use crate::value::{Literal, SECOND, SqlType};

/// The plan of every shop, in the order of the config, and every problem found on the way.
///
/// Plans are made of what could be understood; they may run only if no problem is an error.
pub fn compile(config: &Config) -> (Vec<Arc<ShopPlan>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let tables: Vec<TablePlan> =
        config.tables.iter().map(|table| compile_table(table, &mut problems)).collect();
    let plans: Vec<_> =
        config.shops.iter().map(|shop| Arc::new(compile_shop(config, shop, &tables))).collect();
    for (shop, plan) in config.shops.iter().zip(&plans) {
        problems.extend(scarce_ids(config, shop, plan));
    }
    (plans, problems)
}

/// Warnings for tables whose ids run out before the run ends, or within a year if it never does.
fn scarce_ids(config: &Config, shop: &config::Shop, plan: &ShopPlan) -> Vec<Problem> {
    const YEAR: Duration = Duration::from_secs(365 * 86_400);
    let needed = micros(shop.stop_after.unwrap_or(YEAR)) as u64;
    let warn = |table: &TablePlan| {
        let lasts = table.ticks_of_ids()?.saturating_mul(plan.interval as u64);
        if lasts >= needed {
            return None;
        }
        let place = &config.tables.iter().find(|configured| configured.name.value == table.name)?.name.span;
        // Nobody needs the seconds of some months.
        let seconds = lasts / SECOND as u64;
        let seconds = if seconds > 86_400 { seconds - seconds % 86_400 } else { seconds };
        let lasts = humantime::format_duration(Duration::from_secs(seconds));
        let message =
            format!("`{}` of `{}` runs out of {} ids after {lasts}", table.name, plan.name, table.key_type);
        let help = match table.key_type {
            SqlType::BigInt => "insert fewer rows per tick",
            _ => "set `key_type = \"bigint\"`",
        };
        Some(Problem::warning(place, message).help(help))
    };
    plan.tables.iter().filter_map(warn).collect()
}

fn compile_shop(config: &Config, shop: &config::Shop, tables: &[TablePlan]) -> ShopPlan {
    let mut tables = tables.to_vec();
    for Override { table: name, insert_rows_per_tick, update_rows_per_tick } in &shop.overrides {
        if let Some(table) = tables.iter_mut().find(|table| table.name == name.value) {
            table.insert_rows = insert_rows_per_tick.unwrap_or(table.insert_rows);
            table.update_rows = update_rows_per_tick.unwrap_or(table.update_rows);
        }
    }
    ShopPlan {
        name: shop.name.value.clone(),
        seed: shop.seed.unwrap_or_else(|| shop_seed(config.seed, &shop.name.value)),
        schema: shop.schema.clone(),
        interval: micros(shop.tick_interval.value),
        windows: Windows {
            delete_older_than: shop.delete_older_than.map(micros),
            update_not_older_than: shop.update_not_older_than.map(micros),
        },
        tables,
    }
}

fn compile_table(table: &config::Table, problems: &mut Vec<Problem>) -> TablePlan {
    let name = &table.name;
    let key =
        table.key.as_ref().map_or_else(|| format!("{}_id", singular(&name.value)), |key| key.value.clone());
    let taken = table.columns.iter().find(|column| column.name.value == key);
    if let Some(column) = taken {
        let message = format!("column `{key}` has the name of the primary key of `{}`", name.value);
        let help = "rename the column, or name the key otherwise: key = \"id\"";
        problems.push(Problem::error(&column.name.span, message).help(help));
    } else if key.len() > 63 {
        let span = table.key.as_ref().map_or(&name.span, |key| &key.span);
        let message = format!("the primary key `{key}` of `{}` would be longer than 63 bytes", name.value);
        problems.push(Problem::error(span, message).help("name the key in the table: key = \"id\""));
    } else if key == CREATED_AT {
        let span = table.key.as_ref().map_or(&name.span, |key| &key.span);
        problems.push(Problem::error(span, format!("`{CREATED_AT}` cannot be the primary key")));
    }
    let columns = table.columns.iter().filter_map(|column| compile_column(column, problems)).collect();
    TablePlan {
        name: name.value.clone(),
        key,
        key_type: table.key_type.clone(),
        insert_rows: table.insert_rows_per_tick,
        update_rows: table.update_rows_per_tick,
        columns: Arc::new(columns),
        created_at: table.tech_fields.first().map_or(SqlType::Timestamp, |field| field.sql_type.clone()),
    }
}

fn compile_column(column: &config::Column, problems: &mut Vec<Problem>) -> Option<Column> {
    let faker = &column.faker;
    let params: Vec<(String, Literal)> =
        column.params.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect();
    let compiled = match faker::compile(&faker.value, &params, &Scope::default()) {
        Ok(compiled) => compiled,
        Err(CompileError::UnknownProvider { name, nearest }) => {
            let help = match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("known providers: {}", provider_names()),
            };
            problems.push(Problem::error(&faker.span, format!("unknown provider `{name}`")).help(help));
            return None;
        }
        Err(CompileError::Params(wrong)) => {
            for problem in wrong {
                let given =
                    column.params.iter().find(|(name, _)| Some(&name.value) == problem.param.as_ref());
                let span = given.map_or(&faker.span, |(name, _)| &name.span);
                let provider = format!("`{}`", faker.value);
                let message = match problem.message.starts_with(&provider) {
                    true => problem.message,
                    false => format!("{provider}: {}", problem.message),
                };
                problems.push(Problem { help: problem.help, ..Problem::error(span, message) });
            }
            return None;
        }
    };
    let sql_type = &column.sql_type.value;
    match Column::fit(&column.name.value, sql_type.clone(), source(&faker.value, params), compiled) {
        Ok(column) => Some(column),
        Err(misfit) => {
            let message =
                format!("`{}` gives {}, which the type {sql_type} cannot hold", faker.value, misfit.gives);
            let help = format!("use the type {}, or another provider", misfit.try_instead);
            problems.push(Problem::error(&column.sql_type.span, message).help(help));
            None
        }
    }
}

fn provider_names() -> String {
    faker::providers().map(|provider| provider.name).collect::<Vec<_>>().join(", ")
}

/// `random_int(max=99, min=1)`: parameters by name, so that their order in the file does not matter.
fn source(provider: &str, mut params: Vec<(String, Literal)>) -> String {
    params.sort_by(|one, other| one.0.cmp(&other.0));
    let params: Vec<String> =
        params.iter().map(|(name, value)| format!("{name}={}", canonical(value))).collect();
    format!("{provider}({})", params.join(", "))
}

fn canonical(literal: &Literal) -> String {
    let join = |items: Vec<String>| items.join(", ");
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => format!("{value:?}"),
        Literal::Text(value) => format!("{value:?}"),
        Literal::List(items) => format!("[{}]", join(items.iter().map(canonical).collect())),
        Literal::Table(items) => {
            let item = |(name, value): &(String, Literal)| format!("{name:?}: {}", canonical(value));
            format!("{{{}}}", join(items.iter().map(item).collect()))
        }
    }
}
