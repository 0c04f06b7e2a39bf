//! What tables and columns say about the life of their rows.
//!
//! Owns their keys and all rules for them, given the lives that are declared. When a row changes its state is `plan`'s.

use std::time::Duration;

use super::context::Context;
use super::item::Item;
use super::lives::{Life, Lives};
use super::problem::{Problem, did_you_mean, list, quote};
use super::reader::TableReader;
use super::{Column, Spanned, Table, TechKind};
use crate::value::SqlType;

const COLUMN: &str = "add the column that holds the state: status = { type = \"text\", life = \"…\" }";

/// What a table says about the life of its rows.
#[derive(Clone, Debug, Default)]
pub struct TableLife {
    /// `update_only`: the states whose rows are updated at random; `None`: all.
    pub update_only: Option<Vec<Spanned<String>>>,
    /// `delete_after`: how long after they have entered a final state rows are deleted.
    pub delete_after: Vec<(Spanned<String>, Duration)>,
}

impl TableLife {
    pub(super) fn read(table: &mut TableReader<'_>) -> Self {
        let update_only = table.field("update_only", |item| {
            let Some(elements) = item.elements() else {
                let help = "write the states: update_only = [\"opened\", \"paid\"]";
                return item.wrong_type("an array of states", Some(help.to_owned()));
            };
            // Every wrong one is reported.
            let state = |item: &Item<'_>| Some(Spanned { value: item.nonempty()?, span: item.span.clone() });
            let states: Vec<_> = elements.iter().map(state).collect();
            states.into_iter().collect::<Option<Vec<_>>>()
        });
        let delete_after = table.field("delete_after", |item| {
            let all = item.table("`delete_after`")?.entries().map(|item| {
                let state = Spanned { value: item.key.clone(), span: item.key_span.clone() };
                Some((state, item.positive_span()?))
            });
            all.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()
        });
        Self { update_only: update_only.value(), delete_after: delete_after.value().unwrap_or_default() }
    }
}

impl Table {
    /// The column that holds the state of its rows.
    pub fn state_column(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.life.is_some())
    }
}

/// Reports what tables and columns say about lives and states that is wrong.
pub(super) fn check(lives: &Lives, tables: &[Table], context: &Context<'_>) {
    for table in tables {
        let with_life = table.columns.iter().filter_map(|column| Some((column, column.life.as_ref()?)));
        let with_life: Vec<(&Column, &Spanned<String>)> = with_life.collect();
        for (column, life) in with_life.iter().skip(1) {
            let message = format!(
                "{} has a life already: that of {}",
                quote(&table.name.value),
                quote(&with_life[0].0.name.value)
            );
            let help = format!("a row has one life: remove {}", quote(&column.name.value));
            context.report(Problem::error(&life.span, message).help(help));
        }
        let Some((column, name)) = with_life.first() else {
            without_life(table, context);
            continue;
        };
        let Some(life) = lives.declared.iter().find(|life| life.name.value == name.value) else {
            if !lives.broken.contains(&name.value) {
                let names: Vec<&str> = lives.declared.iter().map(|life| life.name.value.as_str()).collect();
                let help = match names.is_empty() && lives.broken.is_empty() {
                    true => format!("describe its states in [lives.{}]", name.value),
                    false => did_you_mean(&name.value, &names),
                };
                let message = format!("unknown life {}", quote(&name.value));
                context.report(Problem::error(&name.span, message).help(help));
            }
            continue;
        };
        holds_states(column, life, context);
        names_states(table, life, context);
        deletes_for_good(table, context);
    }
}

/// All states that a table names, except those of `delete_after`.
fn states(table: &Table) -> impl Iterator<Item = &Spanned<String>> {
    let of_columns = table.columns.iter().flat_map(|column| column.at.iter().chain(&column.on));
    of_columns.chain(table.life.update_only.iter().flatten())
}

/// Reports states of a table that has no life.
fn without_life(table: &Table, context: &Context<'_>) {
    let finals = table.life.delete_after.iter().map(|(state, _)| state);
    for state in states(table).chain(finals) {
        let message = format!(
            "{} is a state, but no column of {} has a `life`",
            quote(&state.value),
            quote(&table.name.value)
        );
        context.report(Problem::error(&state.span, message).help(COLUMN));
    }
}

/// Reports states that the life of a table's rows does not have, and rows that are deleted in others than final ones.
fn names_states(table: &Table, life: &Life, context: &Context<'_>) {
    let known = |state: &Spanned<String>| {
        let place = life.place(&state.value);
        if place.is_none() {
            let message =
                format!("the life {} has no state {}", quote(&life.name.value), quote(&state.value));
            context
                .report(Problem::error(&state.span, message).help(did_you_mean(&state.value, &life.names())));
        }
        place
    };
    for state in states(table) {
        known(state);
    }
    for (state, _) in &table.life.delete_after {
        if known(state).is_some_and(|place| !life.states[place].transitions.is_empty()) {
            let finals = life.states.iter().filter(|state| state.transitions.is_empty());
            let finals = list(finals.map(|state| state.name.value.as_str()));
            let message = format!("rows leave the state {}: they are not deleted in it", quote(&state.value));
            let help = format!("name a final state of the life {}: {finals}", quote(&life.name.value));
            context.report(Problem::error(&state.span, message).help(help));
        }
    }
}

/// Reports rows that are deleted in a state although the table has a column for rows that are deleted softly.
fn deletes_for_good(table: &Table, context: &Context<'_>) {
    let has_deleted_at = table.tech_fields.iter().any(|field| field.kind == TechKind::DeletedAt);
    let Some((state, _)) = table.life.delete_after.first().filter(|_| has_deleted_at) else { return };
    let message =
        format!("rows of {} are deleted softly, which `delete_after` cannot do", quote(&table.name.value));
    let help = "remove `delete_after`, so that `delete_older_than` deletes the rows, or remove `deleted_at` from [tech_fields]";
    context.report(Problem::error(&state.span, message).help(help));
}

/// Reports a type that cannot hold all states of a life.
fn holds_states(column: &Column, life: &Life, context: &Context<'_>) {
    let Some(Spanned { value: sql_type, span }) = &column.sql_type else { return };
    let missing = |problem: String, help: String| context.report(Problem::error(span, problem).help(help));
    let names = life.names();
    match sql_type {
        SqlType::Text | SqlType::Varchar(None) => {}
        SqlType::Varchar(Some(most)) => {
            let chars = |name: &&str| u32::try_from(name.chars().count()).unwrap_or(u32::MAX);
            if let Some(longest) =
                names.iter().max_by_key(|name| chars(name)).filter(|name| chars(name) > *most)
            {
                missing(
                    format!("the state {} does not fit the type {}", quote(longest), column.typed),
                    format!("use at least varchar({})", chars(longest)),
                );
            }
        }
        SqlType::Enum(declared) => {
            let lacking: Vec<&str> = names
                .iter()
                .copied()
                .filter(|name| declared.labels.iter().all(|label| label != name))
                .collect();
            if !lacking.is_empty() {
                let labels = if lacking.len() == 1 { "label" } else { "labels" };
                missing(
                    format!(
                        "the type {} lacks {}, as states of the life {}",
                        quote(&declared.name),
                        list(lacking.iter().copied()),
                        quote(&life.name.value)
                    ),
                    format!("add the {labels} to {} in [types]", quote(&declared.name)),
                );
            }
        }
        _ => missing(
            format!("a state is a text, which the type {} cannot hold", column.typed),
            "use text, varchar or an enum of [types]".to_owned(),
        ),
    }
}

/// Keys that a column which a life fills cannot have, and why.
pub(super) const NOT_WITH_LIFE: [&str; 9] =
    ["faker", "params", "locale", "group", "null_ratio", "unique", "fixed", "references", "on"];

/// What a column says about the life of its row.
#[derive(Default)]
pub(super) struct ColumnLife {
    pub(super) life: Option<Spanned<String>>,
    pub(super) at: Option<Spanned<String>>,
    pub(super) on: Option<Spanned<String>>,
    /// Whether the life fills the column, so that it has no provider.
    pub(super) fills: bool,
}

impl ColumnLife {
    pub(super) fn read(table: &mut TableReader<'_>) -> Self {
        let life = table.field("life", Item::nonempty);
        let at = table.field("at", Item::nonempty);
        let fills = !life.is_absent() || !at.is_absent();
        if fills {
            let why = match life.is_absent() {
                false => "the column holds the state of its row",
                true => "the column holds the time at which its row has entered the state",
            };
            NOT_WITH_LIFE.into_iter().for_each(|key| table.forbid(key, why));
            if !life.is_absent() && !at.is_absent() {
                let (span, message) = (table.span.clone(), "a column has either `life` or `at`");
                let help = "give the time a column of its own";
                table.context.report(Problem::error(&span, message).help(help));
            }
            return Self { life: life.get(), at: at.get(), on: None, fills };
        }
        Self { on: table.field("on", Item::nonempty).get(), ..Self::default() }
    }
}

/// Reports columns with `at` and `on` that cannot be.
pub(super) fn check_column(column: &Column, context: &Context<'_>) {
    if let (Some(_), Some(Spanned { value: sql_type, span })) = (&column.at, &column.sql_type)
        && !matches!(sql_type, SqlType::Timestamp | SqlType::TimestampTz)
    {
        let message = format!("the time of a state cannot be of type {}", column.typed);
        let help = "use \"timestamp\" (UTC wall time) or \"timestamptz\"";
        context.report(Problem::error(span, message).help(help));
    }
    let Some(on) = &column.on else { return };
    let name = quote(&column.name.value);
    if let Some(unique) = column.unique.as_ref().filter(|unique| unique.value) {
        let message =
            format!("{name} cannot be unique: it is drawn when its row becomes {}", quote(&on.value));
        let help = "remove `unique`, or remove `on` and let the column have its value from the start";
        context.report(Problem::error(&unique.span, message).help(help));
    }
    if let Some(fixed) = column.fixed.as_ref().filter(|fixed| fixed.value) {
        let message =
            format!("{name} cannot be fixed: it is drawn when its row becomes {}", quote(&on.value));
        let help = "remove `fixed`: afterwards no update changes the column";
        context.report(Problem::error(&fixed.span, message).help(help));
    }
    if let Some(group) = &column.group {
        let message =
            format!("{name} cannot be in a group: it is drawn when its row becomes {}", quote(&on.value));
        context.report(Problem::error(&group.span, message).help("remove `group` or `on`"));
    }
}
