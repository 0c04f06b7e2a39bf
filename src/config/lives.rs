//! `[lives.NAME]`: the states that rows go through.
//!
//! Owns their keys and all rules for them. What tables and columns say about states is `table_life`'s, when a row changes
//! its state `plan`'s.

use super::duration::parse_span;
use super::identifier::check_identifier;
use super::item::Item;
use super::problem::{Problem, quote};
use super::reader::TableReader;
use super::{InvalidValue, Spanned};
use crate::suggest::nearest;

/// The most states of a life: they bound the memory that it takes.
const MOST_STATES: usize = 64;
/// The largest weight: the sum of those of a state fits 32 bits.
const MOST_WEIGHT: u32 = 1_000_000;
const AFTER: &str = "write a span, or the shortest and the longest: after = \"10s..2m\"";

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

    pub(super) fn names(&self) -> Vec<&str> {
        self.states.iter().map(|state| state.name.value.as_str()).collect()
    }
}

/// The lives of a config.
#[derive(Default)]
pub(super) struct Lives {
    /// The valid ones.
    pub(super) declared: Vec<Life>,
    /// The names of the others, whose mistake has been reported.
    pub(super) broken: Vec<String>,
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
