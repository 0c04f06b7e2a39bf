//! Whether what columns refer to is there: rows at all, for long enough, in an order in which foreign keys hold.
//!
//! Owns these checks. Which rows a column refers to is drawn elsewhere.

use std::time::Duration;

use crate::config::problem::{Problem, quote};
use crate::config::{self, Config};
use crate::plan::{Column, ShopPlan, TablePlan, referenced_first};
use crate::value::{SECOND, SqlType};

/// A column that refers to a table: its own table, both tables' places, and where the config has it.
struct Reference<'a> {
    table: (usize, &'a TablePlan),
    column: &'a Column,
    target: (usize, &'a TablePlan),
    written: &'a config::Column,
}

impl Reference<'_> {
    /// Where the config asks for rows that outlive those that refer to them.
    fn asked_at(&self) -> &std::ops::Range<usize> {
        let param = self.written.params.iter().find(|(name, _)| name.value == "outlives");
        let references = self.written.references.as_ref().filter(|references| references.value);
        references
            .map(|references| &references.span)
            .or(param.map(|(name, _)| &name.span))
            .unwrap_or(self.provider_at())
    }

    /// Where the config has the column's provider.
    fn provider_at(&self) -> &std::ops::Range<usize> {
        self.written.faker.as_ref().map_or(&self.written.name.span, |faker| &faker.span)
    }
}

fn references<'a>(config: &'a Config, tables: &'a [TablePlan]) -> impl Iterator<Item = Reference<'a>> {
    let each = tables.iter().zip(&config.tables).enumerate();
    each.flat_map(move |(place, (table, configured))| {
        table.columns.iter().filter_map(move |column| {
            let target = column.refers_to?;
            let written = configured.columns.iter().find(|written| written.name.value == column.name)?;
            Some(Reference { table: (place, table), column, target: (target, tables.get(target)?), written })
        })
    })
}

/// Errors for columns of a shop that refer to a table that stays empty, or whose rows are deleted too early.
pub fn of_shop(config: &Config, plan: &ShopPlan, problems: &mut Vec<Problem>) {
    for reference in references(config, &plan.tables) {
        let Reference { column, target: (_, target), .. } = &reference;
        let (name, target_name) = (&column.name, &target.name);
        if target.insert_rows == 0 {
            let message = format!("`{name}` refers to `{target_name}`, which gets no rows");
            let help = format!("insert rows into `{target_name}`, or use another provider");
            problems.push(Problem::error(reference.provider_at(), message).help(help).of_shop(&plan.name));
        }
        let too_early = deleted_too_early(&reference, plan.interval).filter(|_| column.outlives);
        problems.extend(too_early.map(|problem| problem.of_shop(&plan.name)));
    }
}

/// An error if the rows that a column refers to cannot all exist as long as its own; a warning if only those of the same
/// tick can.
fn deleted_too_early(reference: &Reference<'_>, interval: i64) -> Option<Problem> {
    let Reference { table: (_, table), column, target: (_, target), .. } = reference;
    let target_keeps = target.windows.delete_older_than?;
    let keeps = table.windows.delete_older_than;
    let (name, table, target, target_age) = (&column.name, &table.name, &target.name, age(target_keeps));
    if let Some(keeps) = keeps.filter(|keeps| *keeps <= target_keeps) {
        if target_keeps - keeps >= interval.max(SECOND) {
            return None;
        }
        let message = format!(
            "`{name}` only refers to rows of `{target}` that are inserted with its own: older ones are deleted before \
             those of `{table}`"
        );
        let help = if table == target {
            format!("set `delete_older_than` of `{table}` to \"0\"")
        } else {
            let (keeps, twice) = (age(keeps), age(keeps.saturating_mul(2)));
            format!(
                "set `delete_older_than` of `{target}` to more than \"{keeps}\", such as \"{twice}\", or to \"0\""
            )
        };
        return Some(Problem::warning(reference.asked_at(), message).help(help));
    }
    let what = if column.references { "the foreign key" } else { "`outlives` of" };
    let own_age = keeps.map_or("never".to_owned(), |keeps| format!("after {}", age(keeps)));
    let message = format!(
        "{what} `{name}` needs rows of `{target}` that exist as long as those of `{table}`: they are deleted after \
         {target_age}, those of `{table}` {own_age}"
    );
    let longer = keeps.map_or("\"0\"".to_owned(), |keeps| format!("\"{}\" or more, or \"0\"", age(keeps)));
    let help = format!(
        "set `delete_older_than` of `{target}` to {longer}, or that of `{table}` to \"{target_age}\" or less"
    );
    Some(Problem::error(reference.asked_at(), message).help(help))
}

/// An error for a column that needs rows which exist as long as its own, where a life deletes rows of the table that it
/// refers to; a warning if it needs rows only when it is drawn. Which rows exist is known by their age alone.
fn deleted_by_state(reference: &Reference<'_>, config: &Config) -> Option<Problem> {
    let Reference { table: (_, table), column, target: (place, _), .. } = reference;
    let target = config.tables.get(*place)?;
    let (state, _) = target.life.delete_after.first()?;
    let (name, table, target, state) =
        (quote(&column.name), quote(&table.name), quote(&target.name.value), quote(&state.value));
    if !column.outlives {
        let message = format!("{name} may refer to rows of {target} that are deleted already");
        let help = format!(
            "only `delete_older_than` is taken into account, not `delete_after` for {state}: let rows stay until they \
             are too old"
        );
        return Some(Problem::warning(reference.provider_at(), message).help(help));
    }
    let (what, key) = match column.references {
        true => ("the foreign key", "references"),
        false => ("`outlives` of", "outlives"),
    };
    let message = format!(
        "{what} {name} needs rows of {target} that exist as long as those of {table}: `delete_after` deletes them in the \
         state {state}"
    );
    let help = format!(
        "remove `delete_after` of {target}, so that `delete_older_than` deletes its rows, or remove `{key}`"
    );
    Some(Problem::error(reference.asked_at(), message).help(help))
}

/// Errors for foreign keys that PostgreSQL would refuse, for circular ones, and for references to rows that a life deletes.
pub fn of_tables(config: &Config, tables: &[TablePlan], problems: &mut Vec<Problem>) {
    problems.extend(references(config, tables).filter_map(|reference| deleted_by_state(&reference, config)));
    let order = referenced_first(tables).unwrap_or_default();
    let position = |place: usize| order.iter().position(|other| *other == place);
    for reference in references(config, tables).filter(|reference| reference.column.references) {
        let Reference { table: (place, _), column, target: (target_place, target), written } = &reference;
        let integers = [SqlType::SmallInt, SqlType::Int, SqlType::BigInt];
        let (sql_type, key_type) = (&column.sql_type, &target.key_type);
        let comparable =
            sql_type == key_type || [sql_type, key_type].iter().all(|one| integers.contains(one));
        if !comparable {
            let message = format!(
                "`{}` cannot have a foreign key: it is {}, and the key of `{}` is {key_type}",
                column.name, written.typed, target.name
            );
            let help = format!("use the type {key_type}, or remove `references`");
            let span = written.sql_type.as_ref().map_or(&written.name.span, |sql_type| &sql_type.span);
            problems.push(Problem::error(span, message).help(help));
        }
        if target_place != place && position(*target_place) > position(*place) {
            let way = path(tables, *target_place, *place);
            let names: Vec<String> = std::iter::once(*place)
                .chain(way)
                .filter_map(|place| Some(format!("`{}`", tables.get(place)?.name)))
                .collect();
            let message = format!(
                "`{}` makes the foreign keys circular, {}: none of these tables could be filled first",
                column.name,
                names.join(" → ")
            );
            let help = "remove `references` from one of these columns";
            problems.push(Problem::error(reference.asked_at(), message).help(help));
        }
    }
}

/// The tables on a way along foreign keys, both ends included.
fn path(tables: &[TablePlan], from: usize, to: usize) -> Vec<usize> {
    let mut came_from: Vec<Option<usize>> = vec![None; tables.len()];
    let mut queue = std::collections::VecDeque::from([from]);
    while let Some(place) = queue.pop_front() {
        for target in tables[place].foreign_keys().map(|(_, target)| target) {
            if target != from && came_from[target].is_none() {
                came_from[target] = Some(place);
                queue.push_back(target);
            }
        }
    }
    let mut way = vec![to];
    while let Some(before) = way.last().and_then(|last| came_from[*last]) {
        way.push(before);
    }
    way.reverse();
    way
}

fn age(micros: i64) -> humantime::FormattedDuration {
    humantime::format_duration(Duration::from_micros(micros.unsigned_abs()))
}
