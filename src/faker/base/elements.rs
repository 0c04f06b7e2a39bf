//! Draws from a list that the config gives: one element, or some of them.
//!
//! Owns how the list is read, its weights, and that an element keeps its kind wherever a value has one: a number is a
//! number in a document, and text in a text.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::choices::{Choices, place};
use super::super::compiled::OneOf;
use super::super::texts::longest;
use super::super::{Arguments, Compiled, Facts, Generator, InvalidArgument, Kind, push_text};
use crate::stream::Stream;
use crate::value::{Literal, Numeric, Value};

/// The param's name.
const NAME: &str = "elements";
const HELP: &str = "a weight is a number from 0 up, such as 3 or 0.5";

/// Some values to draw from, at least one.
pub struct Elements {
    values: Arc<[Literal]>,
    /// Their texts.
    texts: Arc<[String]>,
    /// The running sums of their weights, where they have some.
    ends: Option<Vec<u64>>,
}

/// `random_element(elements=["a", "b", "c"])`: an even draw, where an element that is listed twice counts twice. Whole
/// numbers alone stay numbers; anything else is text in a text, as Python writes it.
///
/// A table gives relative weights, which in Faker only Python's `OrderedDict` can: whole numbers or
/// decimals, exactly as written (`0.7` to `0.3` is 7 to 3).
pub fn random_element(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Elements::read(args)?.one())
}

/// Draws by the weights that the param `name` gives.
pub fn weighted(args: &mut Arguments<'_>, name: &'static str) -> Result<Compiled, InvalidArgument> {
    match args.value(name)? {
        Literal::Table(table) => Ok(Elements::weighted(args, name, table)?.one()),
        other => Err(args.wrong_type(name, &other)),
    }
}

impl Elements {
    /// Those of the param `elements`: an array, the characters of a string, or a table of weights.
    pub fn read(args: &mut Arguments<'_>) -> Result<Self, InvalidArgument> {
        let values = match args.value(NAME)? {
            Literal::List(list) => list,
            Literal::Text(text) => text.chars().map(|letter| Literal::Text(letter.into())).collect(),
            Literal::Table(table) => return Self::weighted(args, NAME, table),
            other => return Err(args.wrong_type(NAME, &other)),
        };
        if values.iter().any(|value| matches!(value, Literal::List(_) | Literal::Table(_))) {
            let message = "`elements` holds an array or a table, not a single value";
            return Err(args.problem(NAME, message, "give strings, numbers or booleans"));
        }
        if values.is_empty() {
            return Err(args.problem(NAME, "`elements` is empty", "give at least one element"));
        }
        Ok(Self::of(values, None))
    }

    fn weighted(
        args: &mut Arguments<'_>,
        name: &'static str,
        table: Vec<(String, Literal)>,
    ) -> Result<Self, InvalidArgument> {
        let mut weights = Vec::with_capacity(table.len());
        for (text, weight) in table {
            match Decimal::of(&weight) {
                Some(weight) => weights.push((text, weight)),
                None => {
                    return Err(args.problem(name, format!("`{text}` has an invalid weight"), HELP));
                }
            }
        }
        let places = weights.iter().map(|(_, weight)| weight.places).max().unwrap_or(0);
        // The running sum of the weights before and with each element; elements of no weight are left out.
        let (mut ends, mut values, mut total) = (Vec::new(), Vec::new(), 0u64);
        for (text, weight) in weights {
            let Some(sum) = weight.scaled(places).and_then(|weight| total.checked_add(weight)) else {
                return Err(args.problem(name, "the weights have too many digits", "use fewer digits"));
            };
            if sum > total {
                total = sum;
                ends.push(sum);
                values.push(Literal::Text(text));
            }
        }
        if total == 0 {
            return Err(args.problem(name, format!("`{name}` has no weight above 0"), HELP));
        }
        Ok(Self::of(values, Some(ends)))
    }

    /// These, with the running sums of their weights.
    pub fn of(values: Vec<Literal>, ends: Option<Vec<u64>>) -> Self {
        let texts = values.iter().map(text).collect();
        Self { values: values.into(), texts, ends }
    }

    /// The same ones, each as likely as any other.
    pub fn even(self) -> Self {
        Self { ends: None, ..self }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// One of them.
    pub fn one(self) -> Compiled {
        let ints =
            self.values.iter().map(|value| if let Literal::Int(int) = value { Some(*int) } else { None });
        if let Some(ints) = ints.collect::<Option<Vec<i64>>>()
            && let (Some(least), Some(most)) = (ints.iter().min(), ints.iter().max())
            && self.ends.is_none()
        {
            return Compiled::int(*least..=*most, move |draw| *draw.stream.pick(&ints));
        }
        let Facts { max_chars, integers, .. } = self.facts();
        let count = self.count();
        let different = self.texts.iter().collect::<BTreeSet<_>>().len();
        let distinct = (self.ends.is_none() && different == count).then_some(count as u64);
        let choices = Some(self.texts.clone());
        let of_kinds = self.values.iter().any(|value| !matches!(value, Literal::Text(_)));
        let texts = Choices::of(&self.texts);
        let Self { values, texts: words, ends } = self;
        let generator = match (of_kinds, ends) {
            // The commonest asks nothing of a row.
            (false, None) => Generator::text(move |draw, out| texts.push(place(count, draw.stream), out)),
            (false, Some(ends)) => {
                Generator::text(move |draw, out| texts.push(by_weight(&ends, draw.stream), out))
            }
            // Weights have texts alone.
            (true, _) => Generator::Text(Box::new(OneOf {
                place: move |stream: &mut Stream| place(count, stream),
                value: move |place: usize, sink: &mut dyn FnMut(Value<'_>)| {
                    sink(value(&values[place], &words[place]));
                },
                text: move |place: usize, out: &mut String| texts.push(place, out),
            })),
        };
        Compiled { max_chars, integers, choices, distinct, ..Compiled::of(generator) }
    }

    /// Lists of `least` to `most` of them, with repetition, or each of them once at most.
    pub fn some(self, least: i64, most: i64, once: bool) -> Compiled {
        let facts = self.facts();
        let item = 6 * u64::from(facts.max_chars.unwrap_or(0)) + 6;
        let max_chars = u32::try_from(item.saturating_mul(most.unsigned_abs()) + 2).ok();
        let Self { values, texts, ends } = self;
        let list = Compiled::list(facts, move |draw, sink| {
            let length = draw.stream.between(least, most);
            let mut hand_over = |place: usize| sink(value(&values[place], &texts[place]));
            match (&ends, once) {
                (None, false) => {
                    (0..length).for_each(|_| hand_over(place(values.len(), draw.stream)));
                }
                (Some(ends), false) => (0..length).for_each(|_| hand_over(by_weight(ends, draw.stream))),
                (None, true) => {
                    let mut left: Vec<usize> = (0..values.len()).collect();
                    for (at, _) in (0..length).enumerate() {
                        let chosen = at + place(left.len() - at, draw.stream);
                        left.swap(at, chosen);
                        hand_over(left[at]);
                    }
                }
                (Some(ends), true) => {
                    let mut before = 0;
                    let mut left: Vec<(usize, u64)> = Vec::with_capacity(ends.len());
                    for (place, end) in ends.iter().enumerate() {
                        left.push((place, end - before));
                        before = *end;
                    }
                    for _ in 0..length {
                        let mut point = draw.stream.below(left.iter().map(|(_, weight)| weight).sum());
                        let mut at = 0;
                        while point >= left[at].1 {
                            point -= left[at].1;
                            at += 1;
                        }
                        hand_over(left.remove(at).0);
                    }
                }
            }
        });
        Compiled { max_chars, ..list }
    }

    /// What is known of each of them.
    fn facts(&self) -> Facts {
        let max_chars = longest(&self.texts);
        let number = |text: &String| -> Option<i64> {
            let digits = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit());
            if digits { text.parse().ok() } else { None }
        };
        let numbers: Option<Vec<i64>> = self.texts.iter().map(number).collect();
        let integers = numbers.and_then(|numbers| Some(*numbers.iter().min()?..=*numbers.iter().max()?));
        let all_ints = self.values.iter().all(|value| matches!(value, Literal::Int(_)));
        Facts {
            max_chars: Some(max_chars),
            integers,
            choices: Some(self.texts.clone()),
            ..Facts::of(if all_ints { Kind::Int } else { Kind::Text })
        }
    }
}

/// A place, by the running sums of the weights.
fn by_weight(ends: &[u64], stream: &mut Stream) -> usize {
    let point = stream.below(ends.last().copied().unwrap_or(0));
    ends.partition_point(|end| *end <= point)
}

/// An element in its own kind.
fn value<'a>(literal: &Literal, text: &'a str) -> Value<'a> {
    match literal {
        Literal::Bool(bool) => Value::Bool(*bool),
        Literal::Int(int) => Value::Int(*int),
        Literal::Float(_) => match Numeric::read(text, None) {
            Some(Numeric::Short(decimal)) => Value::Decimal(decimal),
            _ => Value::Text(text),
        },
        _ => Value::Text(text),
    }
}

/// An element as Python writes it.
fn text(literal: &Literal) -> String {
    let mut out = String::new();
    match literal {
        Literal::Bool(bool) => push_text(Value::Bool(*bool), &mut out),
        Literal::Int(int) => push_text(Value::Int(*int), &mut out),
        // With its `.0` where it is whole, as it was written.
        Literal::Float(float) => out = format!("{float:?}"),
        Literal::Text(text) => out.clone_from(text),
        // Refused before.
        Literal::List(_) | Literal::Table(_) => {}
    }
    out
}

/// A number from 0 up that was written in decimal: `digits / 10^places`.
struct Decimal {
    digits: u64,
    places: u32,
}

impl Decimal {
    /// The shortest decimal that reads back as the number, which is the one that was written.
    fn of(number: &Literal) -> Option<Self> {
        match number {
            Literal::Int(int) => Some(Self { digits: u64::try_from(*int).ok()?, places: 0 }),
            Literal::Float(float) => {
                let text = float.to_string();
                let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
                let digits = format!("{whole}{fraction}").parse().ok()?;
                Some(Self { digits, places: u32::try_from(fraction.len()).ok()? })
            }
            _ => None,
        }
    }

    /// The number times `10^places`.
    fn scaled(&self, places: u32) -> Option<u64> {
        self.digits.checked_mul(10u64.checked_pow(places - self.places)?)
    }
}
