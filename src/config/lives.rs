//! `[lives.NAME]`: the states that rows go through, and what tables and columns say about them.
//!
//! Owns their keys and all rules for them. When a row changes its state is `plan`'s.

use std::time::Duration;

use super::context::Context;
use super::duration::parse_span;
use super::identifier::check_identifier;
use super::item::Item;
use super::problem::{Problem, did_you_mean, list, quote};
use super::reader::TableReader;
use super::{Column, InvalidValue, Spanned, Table};
use crate::suggest::nearest;
use crate::value::SqlType;

/// The most states of a life: they bound the memory that it takes.
const MOST_STATES: usize = 64;
/// The largest weight: the sum of those of a state fits 32 bits.
const MOST_WEIGHT: u32 = 1_000_000;
const AFTER: &str = "write a span, or the shortest and the longest: after = \"10s..2m\"";
const COLUMN: &str = "add the column that holds the state: status = { type = \"text\", life = \"…\" }";

/// A state machine without cycles; a row begins in its first state.
#[derive(Clone, Debug)]
pub struct Life {
    /// Its name.
    pub name: Spanned<String>,
    /// Its states: those of the config in their order, then those that are only led to. There is at least one.
    pub states: Vec<State>,
}

/// A state of a row.
#[derive(Clone, Debug)]
pub struct State {
    /// Its name, the value of the column that holds it.
    pub name: Spanned<String>,
    /// What follows it; nothing: it is final.
    pub transitions: Vec<Transition>,
}

/// A way from a state to another.
#[derive(Clone, Debug)]
pub struct Transition {
    /// The other state, by its place.
    pub to: usize,
    /// How often it is taken, relative to the other transitions of the state.
    pub weight: u32,
    /// How long the row stays in the state before.
    pub dwell: Dwell,
}

/// A bounded span of time with a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dwell {
    /// The shortest, in microseconds.
    pub least: u64,
    /// The longest, in microseconds.
    pub most: u64,
    /// How they are distributed.
    pub shape: Shape,
}

/// The distribution of a dwell time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// All alike.
    #[default]
    Even,
    /// Each octave alike: short ones are frequent, long ones occur.
    Log,
    /// The shorter of two even ones.
    Early,
    /// The longer of two even ones.
    Late,
}

impl Shape {
    const ALL: [(&str, Self); 4] =
        [("even", Self::Even), ("log", Self::Log), ("early", Self::Early), ("late", Self::Late)];

    /// Its name in the config.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, shape)| *shape == self).map_or("", |(name, _)| name)
    }
}

impl Life {
    /// The place of a state.
    pub fn place(&self, state: &str) -> Option<usize> {
        self.states.iter().position(|other| other.name.value == state)
    }

    fn names(&self) -> Vec<&str> {
        self.states.iter().map(|state| state.name.value.as_str()).collect()
    }
}

/// The lives of a config.
#[derive(Default)]
pub(super) struct Lives {
    /// The valid ones.
    pub(super) declared: Vec<Life>,
    /// The names of the others, whose mistake has been reported.
    broken: Vec<String>,
}

/// `[lives]`.
pub(super) fn lives(item: Option<Item<'_>>) -> Lives {
    let mut lives = Lives::default();
    for entry in item.and_then(|item| item.table("[lives]")).iter().flat_map(TableReader::entries) {
        match life(&entry) {
            Some(life) => lives.declared.push(life),
            None => lives.broken.push(entry.key),
        }
    }
    lives
}

fn life(item: &Item<'_>) -> Option<Life> {
    let entries: Vec<Item<'_>> = item.table(format!("[lives.{}]", item.key))?.entries().collect();
    let named = |item: &Item<'_>| Spanned { value: item.key.clone(), span: item.key_span.clone() };
    let state = |item: &Item<'_>| State { name: named(item), transitions: Vec::new() };
    let mut life = Life { name: named(item), states: entries.iter().map(state).collect() };
    let mut sound = true;
    let mut check = |item: &Item<'_>| {
        if let Err(wrong) = check_identifier("state", &item.key) {
            item.context.report_invalid(&item.key_span, wrong);
            sound = false;
        }
    };
    let mut read = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        check(entry);
        let Some(table) = entry.table(format!("the state {}", quote(&entry.key))) else {
            read.push(None);
            continue;
        };
        for way in table.entries() {
            if life.place(&way.key).is_none() {
                check(&way);
                life.states.push(state(&way));
            }
            let to = life.place(&way.key).unwrap_or_default();
            read.push(transition(&way, to).map(|transition| (place, transition)));
        }
    }
    sound &= read.iter().all(Option::is_some);
    for (place, transition) in read.into_iter().flatten() {
        life.states[place].transitions.push(transition);
    }
    // Further mistakes would follow from those that have been reported.
    (sound && is_sound(&life, item)).then_some(life)
}

fn transition(item: &Item<'_>, to: usize) -> Option<Transition> {
    let mut table = item.table(format!("the transition to {}", quote(&item.key)))?;
    if item.span == item.key_span {
        // `paid.after = …`: the table has no place other than the key's.
        table.span = item.key_span.clone();
    }
    let weight = table.field("weight", |item| item.integer(1..=MOST_WEIGHT));
    let shape = table.field("shape", |item| item.choice(&Shape::ALL));
    let log = matches!(&shape, super::reader::Field::Set(set) if set.value == Shape::Log);
    let after = table.required("after", "\"10s..2m\"", |item| item.parse(|text| span(text, log)));
    table.finish(&[]);
    let weight = if weight.is_absent() { 1 } else { weight.value()? };
    let shape = if shape.is_absent() { Shape::Even } else { shape.value()? };
    let (least, most) = after.value()?;
    Some(Transition { to, weight, dwell: Dwell { least, most, shape } })
}

/// The bounds of `10s..2m`, in microseconds; one span is both.
fn span(text: &str, log: bool) -> Result<(u64, u64), InvalidValue> {
    let (least, most) = text.split_once("..").unwrap_or((text, text));
    let micros = |text: &str| -> Result<u64, InvalidValue> {
        let span =
            parse_span(text).map_err(|wrong| InvalidValue { help: Some(AFTER.to_owned()), ..wrong })?;
        Ok(u64::try_from(span.as_micros()).unwrap_or(u64::MAX))
    };
    let (least, most) = (micros(least)?, micros(most)?);
    if least > most {
        return Err(InvalidValue::new(format!("{} ends before it begins", quote(text))).help(AFTER));
    }
    if log && least == 0 {
        return Err(InvalidValue::new(format!("{} begins with 0, which has no octave", quote(text)))
            .help("begin `shape = \"log\"` with a span above 0, such as \"1s..2m\""));
    }
    Ok((least, most))
}

/// Reports what is wrong with a life as a whole; whether nothing is.
fn is_sound(life: &Life, item: &Item<'_>) -> bool {
    let (name, states) = (quote(&life.name.value), life.states.len());
    let report = |problem| {
        item.context.report(problem);
        false
    };
    if states == 0 {
        let help = "add states: opened = { paid = { after = \"10s..2m\" } }";
        return report(Problem::error(&life.name.span, format!("the life {name} has no state")).help(help));
    }
    if states > MOST_STATES {
        let message = format!("the life {name} has {states} states; {MOST_STATES} are allowed");
        return report(Problem::error(&life.name.span, message).help("merge some of them"));
    }
    if let Some(cycle) = cycle(life) {
        let first = &life.states[cycle[0]].name;
        let names: Vec<String> =
            cycle.iter().chain(&cycle[..1]).map(|place| quote(&life.states[*place].name.value)).collect();
        let message = format!("the life {name} has a cycle: {}", names.join(" to "));
        let help = format!(
            "the life of a row has to end: give each round states of its own, such as {}",
            quote(&format!("{}_again", first.value))
        );
        return report(Problem::error(&first.span, message).help(help));
    }
    let mut reached = vec![false; states];
    let mut next = vec![0];
    while let Some(place) = next.pop() {
        if !std::mem::replace(&mut reached[place], true) {
            next.extend(life.states[place].transitions.iter().map(|transition| transition.to));
        }
    }
    for (place, state) in life.states.iter().enumerate().filter(|(place, _)| !reached[*place]) {
        let mut transitions = life.states.iter().flat_map(|state| &state.transitions);
        if transitions.any(|transition| transition.to == place) {
            // The state that leads to it is not reached either, and is reported.
            continue;
        }
        let name = &state.name.value;
        // A slip in a transition makes a final state of its own.
        let finals = life.states.iter().filter(|other| other.transitions.is_empty());
        let finals = finals.map(|other| other.name.value.as_str()).filter(|other| other != name);
        let help = match nearest(name, finals) {
            Some(near) => format!("another state leads to {}: is {} meant?", quote(near), quote(name)),
            None => format!(
                "let another state lead to it, or remove it; rows begin in the first state, {}",
                quote(&life.states[0].name.value)
            ),
        };
        let message = format!("no row ever becomes {}", quote(name));
        item.context.report(Problem::error(&state.name.span, message).help(help));
    }
    reached.iter().all(|reached| *reached)
}

/// The states of a cycle, in their order.
fn cycle(life: &Life) -> Option<Vec<usize>> {
    /// Follows the transitions from the last state of a path.
    fn follow(life: &Life, path: &mut Vec<usize>, done: &mut [bool]) -> Option<Vec<usize>> {
        let last = *path.last()?;
        for transition in &life.states[last].transitions {
            if let Some(place) = path.iter().position(|state| *state == transition.to) {
                return Some(path[place..].to_vec());
            }
            if !done[transition.to] {
                path.push(transition.to);
                if let Some(cycle) = follow(life, path, done) {
                    return Some(cycle);
                }
                path.pop();
            }
        }
        done[last] = true;
        None
    }
    let mut done = vec![false; life.states.len()];
    (0..life.states.len()).find_map(|first| follow(life, &mut vec![first], &mut done))
}

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

impl Lives {
    /// Reports what tables and columns say about lives and states that is wrong.
    pub(super) fn check(&self, tables: &[Table], context: &Context<'_>) {
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
            let Some(life) = self.declared.iter().find(|life| life.name.value == name.value) else {
                if !self.broken.contains(&name.value) {
                    let names: Vec<&str> =
                        self.declared.iter().map(|life| life.name.value.as_str()).collect();
                    let help = match names.is_empty() && self.broken.is_empty() {
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
        }
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
pub(super) const NOT_WITH_LIFE: [&str; 7] =
    ["faker", "params", "locale", "group", "null_ratio", "unique", "on"];

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
    if let Some(group) = &column.group {
        let message =
            format!("{name} cannot be in a group: it is drawn when its row becomes {}", quote(&on.value));
        context.report(Problem::error(&group.span, message).help("remove `group` or `on`"));
    }
}
