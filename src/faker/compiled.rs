//! A compiled provider: a generator, and the facts that hold for all its values.
//!
//! Owns the kinds of values and the makers that keep generator and knowledge together. Must not know any
//! provider, nor a column.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use super::choices::Choices;
use super::pattern::{self, Patterns};
use super::texts::{chars, longest};
use super::{Between, Scope, push_text};
use crate::stream::Stream;
use crate::value::{Date, Decimal, Interval, SqlType, Texts, TimeOfDay, Timestamp, Value};

/// The inputs of one draw.
pub struct Draw<'a> {
    /// The column's stream at this tick.
    pub stream: &'a mut Stream,
    /// The tick's simulated time, from which relative dates count.
    pub now: Timestamp,
    /// The key of the row.
    pub key: i64,
    /// Table by table, as [`super::Scope::tables`] lists them: the keys of the rows that are there once the tick is
    /// done.
    pub alive: &'a [Range<i64>],
    /// The same, of those rows that are there as long as the drawn one.
    pub outliving: &'a [Range<i64>],
}

impl<'a> Draw<'a> {
    /// A draw for no row of any table: of samples, and of what needs neither.
    pub fn outside(stream: &'a mut Stream, now: Timestamp) -> Self {
        Self { stream, now, key: 1, alive: &[], outliving: &[] }
    }
}

/// Draws texts: what each function that appends one to a buffer can do.
pub trait DrawText: Send + Sync {
    /// Appends one text to the buffer.
    fn write(&self, draw: &mut Draw<'_>, out: &mut String);

    /// Appends a text for each of the rows with these keys: the loop is each function's own, so that nothing
    /// is looked up for each row.
    fn fill(&self, draw: &mut Draw<'_>, keys: Range<i64>, texts: &mut Texts) {
        for key in keys {
            draw.key = key;
            texts.push_with(|buffer| self.write(draw, buffer));
        }
    }

    /// Hands over one value in the form that its own kind has.
    fn hand_over(&self, draw: &mut Draw<'_>, sink: &mut dyn FnMut(Value<'_>)) {
        let mut text = String::new();
        self.write(draw, &mut text);
        sink(Value::Text(&text));
    }
}

impl<F: Fn(&mut Draw<'_>, &mut String) + Send + Sync> DrawText for F {
    fn write(&self, draw: &mut Draw<'_>, out: &mut String) {
        self(draw, out);
    }
}

/// One of some values of several kinds: its place is drawn, and it is a value of its own kind, or a text.
pub(super) struct OneOf<P, V, T> {
    pub place: P,
    pub value: V,
    pub text: T,
}

impl<P, V, T> DrawText for OneOf<P, V, T>
where
    P: Fn(&mut Stream) -> usize + Send + Sync,
    V: Fn(usize, &mut dyn FnMut(Value<'_>)) + Send + Sync,
    T: Fn(usize, &mut String) + Send + Sync,
{
    fn write(&self, draw: &mut Draw<'_>, out: &mut String) {
        (self.text)((self.place)(draw.stream), out);
    }

    fn hand_over(&self, draw: &mut Draw<'_>, sink: &mut dyn FnMut(Value<'_>)) {
        (self.value)((self.place)(draw.stream), sink);
    }
}

/// Draws one value that is no text.
pub type DrawValue<T> = Box<dyn Fn(&mut Draw<'_>) -> T + Send + Sync>;
/// Appends the bytes of one value to the buffer.
pub type WriteBytes = Box<dyn Fn(&mut Draw<'_>, &mut Vec<u8>) + Send + Sync>;
/// Hands over the items of one list, one by one.
pub type WriteItems = Box<dyn Fn(&mut Draw<'_>, &mut dyn FnMut(Value<'_>)) + Send + Sync>;

/// Draws one value. The variant is the kind of the value.
pub enum Generator {
    /// Appends a text to the buffer.
    Text(Box<dyn DrawText>),
    /// A whole number.
    Int(DrawValue<i64>),
    /// A truth value.
    Bool(DrawValue<bool>),
    /// A number with a fraction.
    Decimal {
        /// The most digits after the point, at most 18.
        scale: u8,
        /// The range of the values, in units of the last digit.
        range: RangeInclusive<i128>,
        /// Draws the number.
        draw: DrawValue<Decimal>,
    },
    /// A day.
    Date(Between<Date>),
    /// A time of day.
    Time(DrawValue<TimeOfDay>),
    /// An instant.
    Timestamp(Between<Timestamp>),
    /// A span of time.
    Interval(DrawValue<Interval>),
    /// Appends bytes to the buffer.
    Bytes(WriteBytes),
    /// Hands over the items of a list. A truth value is [`Value::Bool`], a day [`Value::Date`], and so on: each
    /// item in the form that its own kind has, texts as [`Value::Text`].
    List {
        /// What is known of every item of every list.
        item: Box<Facts>,
        /// Hands over the items.
        write: WriteItems,
    },
}

/// The kind of a value, which decides what column types it can fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Texts.
    Text,
    /// Whole numbers.
    Int,
    /// Truth values.
    Bool,
    /// Numbers with a bounded number of digits after the point, in a range.
    Decimal {
        /// The most digits after the point.
        scale: u8,
        /// The range of the values, in units of the last digit.
        range: RangeInclusive<i128>,
    },
    /// Days.
    Date,
    /// Times of day.
    Time,
    /// Instants.
    Timestamp,
    /// Spans of time.
    Interval,
    /// Bytes.
    Bytes,
    /// Lists, with the facts about their items.
    List(Box<Facts>),
}

impl Kind {
    /// What the values are, in the plural.
    pub fn plural(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "whole numbers",
            Self::Bool => "truth values",
            Self::Decimal { .. } => "decimal numbers",
            Self::Date => "dates",
            Self::Time => "times of day",
            Self::Timestamp => "timestamps",
            Self::Interval => "intervals",
            Self::Bytes => "bytes",
            Self::List(_) => "lists",
        }
    }
}

/// What is known of all values of a generator, or of all items of its lists: see [`Compiled`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What they are.
    pub kind: Kind,
    /// Most characters of the text form; `None`: no bound is known.
    pub max_chars: Option<u32>,
    /// The range of the values if all are whole numbers, be they numbers or texts of decimal digits.
    pub integers: Option<RangeInclusive<i64>>,
    /// Whether digits after the point may be cut as a type has fewer.
    pub rounds: bool,
    /// Other types that PostgreSQL reads each of the texts as.
    pub reads_as: &'static [SqlType],
    /// Every text there is, where they are known.
    pub choices: Option<Arc<[String]>>,
}

impl Facts {
    /// Values with no known fact but the kind.
    pub fn of(kind: Kind) -> Self {
        Self { kind, max_chars: None, integers: None, rounds: false, reads_as: &[], choices: None }
    }
}

impl Generator {
    /// Texts, each of which the function appends to the buffer.
    pub fn text(draw: impl Fn(&mut Draw<'_>, &mut String) + Send + Sync + 'static) -> Self {
        Self::Text(Box::new(draw))
    }

    /// Appends the text form of one value, as Python has it; that of a list is a JSON array.
    pub fn write(&self, draw: &mut Draw<'_>, out: &mut String) {
        match self {
            Self::Text(texts) => texts.write(draw, out),
            Self::List { write, .. } => {
                out.push('[');
                let mut first = true;
                write(draw, &mut |item| {
                    out.push_str(if first { "" } else { ", " });
                    first = false;
                    item.write_json(out);
                });
                out.push(']');
            }
            other => other.hand_over(draw, &mut |value| push_text(value, out)),
        }
    }

    /// Hands over one value in the form that its own kind has, a list item by item.
    pub fn hand_over(&self, draw: &mut Draw<'_>, sink: &mut dyn FnMut(Value<'_>)) {
        match self {
            Self::Text(texts) => texts.hand_over(draw, sink),
            Self::Int(int) => sink(Value::Int(int(draw))),
            Self::Bool(truth) => sink(Value::Bool(truth(draw))),
            Self::Decimal { draw: next, .. } => sink(Value::Decimal(next(draw))),
            Self::Date(date) => sink(Value::Date(date.draw(draw))),
            Self::Time(time) => sink(Value::Time(time(draw))),
            Self::Timestamp(instant) => sink(Value::Timestamp(instant.draw(draw))),
            Self::Interval(span) => sink(Value::Interval(span(draw))),
            Self::Bytes(write) => {
                let mut bytes = Vec::new();
                write(draw, &mut bytes);
                sink(Value::Bytes(&bytes));
            }
            Self::List { write, .. } => write(draw, sink),
        }
    }

    /// The kind of the values.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Int(_) => Kind::Int,
            Self::Bool(_) => Kind::Bool,
            Self::Decimal { scale, range, .. } => Kind::Decimal { scale: *scale, range: range.clone() },
            Self::Date(_) => Kind::Date,
            Self::Time(_) => Kind::Time,
            Self::Timestamp(_) => Kind::Timestamp,
            Self::Interval(_) => Kind::Interval,
            Self::Bytes(_) => Kind::Bytes,
            Self::List { item, .. } => Kind::List(item.clone()),
        }
    }
}

/// A generator with what is known of all its values, which decides what column types it can fill.
pub struct Compiled {
    /// Draws the values.
    pub generator: Generator,
    /// Most characters of a text (of the decimal form of a number, of the ISO form of a date or an
    /// instant); `None`: no bound is known.
    pub max_chars: Option<u32>,
    /// The range of the values if all are whole numbers, be they numbers or texts of decimal digits.
    pub integers: Option<RangeInclusive<i64>>,
    /// Whether digits after the point may be cut as a type has fewer: the config asked for no number of them.
    pub rounds: bool,
    /// Other types that PostgreSQL reads each of the texts as.
    pub reads_as: &'static [SqlType],
    /// Every text there is, where they are known: the config listed them, or a short list of the provider's.
    pub choices: Option<Arc<[String]>>,
    /// How many values are certainly different: with a stream of a number below this, no
    /// two numbers give the same value. `None`: that is not known.
    pub distinct: Option<u64>,
    /// The share of nulls: this many of that many values.
    pub nulls: (u64, u64),
    /// Whether the value is a function of the row's key alone, so that no update changes it.
    pub fixed: bool,
    /// The table whose keys they are, by its place in [`super::Scope::tables`].
    pub refers_to: Option<usize>,
    /// Whether the rows that they are keys of are there as long as the row that has them.
    pub outlives: bool,
    /// Whether values of streams that begin alike belong to one person or place.
    pub coherent: bool,
}

impl Compiled {
    /// Values about which nothing is known.
    pub fn of(generator: Generator) -> Self {
        Self {
            generator,
            max_chars: None,
            integers: None,
            rounds: false,
            reads_as: &[],
            choices: None,
            distinct: None,
            nulls: (0, 1),
            fixed: false,
            refers_to: None,
            outlives: false,
            coherent: false,
        }
    }

    /// Texts of at most `max_chars` characters, which `draw` appends to the buffer.
    pub(crate) fn text(
        max_chars: u32,
        draw: impl Fn(&mut Draw<'_>, &mut String) + Send + Sync + 'static,
    ) -> Self {
        Self { max_chars: Some(max_chars), ..Self::of(Generator::text(draw)) }
    }

    /// One of the texts, each equally likely; there is at least one.
    pub(crate) fn one_of(texts: &'static [&'static str]) -> Self {
        let different = BTreeSet::from_iter(texts).len();
        let list = Choices::of(texts);
        let one = Self::text(longest(texts), move |draw, out| list.push_one(draw.stream, out));
        let one = one.with_choices(texts.iter().map(|text| (*text).to_owned()).collect());
        if different == texts.len() { one.with_distinct(different as u64) } else { one }
    }

    /// One of the patterns of [`pattern::fill`], each equally likely, with upper-case letters; there is
    /// at least one.
    pub(crate) fn patterned(patterns: &[&'static str]) -> Self {
        let read = Patterns::of(patterns);
        let texts = Self::text(longest(patterns), move |draw, out| read.push(draw.stream, out));
        Self { distinct: pattern::distinct(patterns, pattern::UPPER), ..texts }
    }

    /// The same, but where no two values may be the same only the patterns that allow it.
    pub(crate) fn patterned_in(scope: Scope<'_>, patterns: &[&'static str]) -> Self {
        let apart = if scope.unique { pattern::disjoint(patterns, pattern::UPPER) } else { None };
        let Some((apart, count)) = apart else { return Self::patterned(patterns) };
        Self::patterned(&apart).with_distinct(count)
    }

    /// Whole numbers, all of them in `range`.
    pub(crate) fn int(
        range: RangeInclusive<i64>,
        draw: impl Fn(&mut Draw<'_>) -> i64 + Send + Sync + 'static,
    ) -> Self {
        let max_chars = decimal_chars(*range.start()).max(decimal_chars(*range.end()));
        let generator = Generator::Int(Box::new(draw));
        Self { max_chars: Some(max_chars), integers: Some(range), ..Self::of(generator) }
    }

    /// Truth values.
    pub(crate) fn bool(draw: impl Fn(&mut Draw<'_>) -> bool + Send + Sync + 'static) -> Self {
        // `false` is the longer form.
        Self { max_chars: Some(5), ..Self::of(Generator::Bool(Box::new(draw))) }
    }

    /// Numbers with `scale` digits after the point, at most 18, drawn as units of the last digit.
    pub(crate) fn decimal(
        scale: u8,
        range: RangeInclusive<i64>,
        draw: impl Fn(&mut Draw<'_>) -> i64 + Send + Sync + 'static,
    ) -> Self {
        let range = i128::from(*range.start())..=i128::from(*range.end());
        Self::decimals(scale, range, move |of| Decimal { units: draw(of), scale })
    }

    /// Numbers with at most `scale` digits after the point.
    pub(crate) fn decimals(
        scale: u8,
        range: RangeInclusive<i128>,
        draw: impl Fn(&mut Draw<'_>) -> Decimal + Send + Sync + 'static,
    ) -> Self {
        let chars = |units: i128| {
            let digits = units.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
            let digits = digits.max(u32::from(scale) + 1);
            u32::from(units < 0) + digits + u32::from(scale > 0)
        };
        let max_chars = Some(chars(*range.start()).max(chars(*range.end())));
        let whole = || Some(i64::try_from(*range.start()).ok()?..=i64::try_from(*range.end()).ok()?);
        let integers = if scale == 0 { whole() } else { None };
        let draw = Box::new(draw);
        Self { max_chars, integers, ..Self::of(Generator::Decimal { scale, range, draw }) }
    }

    /// Days of the years 1 to 9999.
    pub(crate) fn date(days: Between<Date>) -> Self {
        let max_chars = Some(chars("2026-01-01"));
        Self { max_chars, ..Self::of(Generator::Date(days)) }
    }

    /// Times of day.
    pub fn time(draw: impl Fn(&mut Draw<'_>) -> TimeOfDay + Send + Sync + 'static) -> Self {
        let max_chars = Some(chars("00:00:00.000000"));
        Self { max_chars, ..Self::of(Generator::Time(Box::new(draw))) }
    }

    /// Spans of time.
    pub fn interval(draw: impl Fn(&mut Draw<'_>) -> Interval + Send + Sync + 'static) -> Self {
        Self::of(Generator::Interval(Box::new(draw)))
    }

    /// Bytes, at most `max_bytes`, which `draw` appends to the buffer.
    pub fn bytes(max_bytes: u32, draw: impl Fn(&mut Draw<'_>, &mut Vec<u8>) + Send + Sync + 'static) -> Self {
        // As text two digits a byte, after `\x`.
        let max_chars = max_bytes.checked_mul(2).and_then(|digits| digits.checked_add(2));
        Self { max_chars, ..Self::of(Generator::Bytes(Box::new(draw))) }
    }

    /// Lists whose items `draw` passes on one by one; `item` holds for each of them.
    pub fn list(
        item: Facts,
        draw: impl Fn(&mut Draw<'_>, &mut dyn FnMut(Value<'_>)) + Send + Sync + 'static,
    ) -> Self {
        Self::of(Generator::List { item: Box::new(item), write: Box::new(draw) })
    }

    /// Instants of the years 1 to 9999.
    pub(crate) fn timestamp(instants: Between<Timestamp>) -> Self {
        let max_chars = Some(chars("2026-01-01 00:00:00.000000"));
        Self { max_chars, ..Self::of(Generator::Timestamp(instants)) }
    }

    /// The same texts, with the knowledge that each is decimal digits whose number lies in `range`.
    pub(crate) fn with_integers(self, range: Option<RangeInclusive<i64>>) -> Self {
        Self { integers: range, ..self }
    }

    /// The same texts, with the knowledge that PostgreSQL reads each as a value of these types.
    pub(crate) fn reading_as(self, types: &'static [SqlType]) -> Self {
        Self { reads_as: types, ..self }
    }

    /// The same texts, with the knowledge that there are no others than these.
    pub(crate) fn with_choices(self, choices: Arc<[String]>) -> Self {
        Self { choices: Some(choices), ..self }
    }

    /// Appends one value as Python's `str` does, `None` as often as nulls come.
    pub(crate) fn write_text(&self, draw: &mut Draw<'_>, out: &mut String) {
        let (part, whole) = self.nulls;
        if part > 0 && draw.stream.chance(part, whole) {
            return push_text(Value::Null, out);
        }
        self.generator.write(draw, out);
    }

    /// Appends one value as JSON: documents as they are, lists as arrays, nulls as often as they come.
    pub(crate) fn write_json(&self, draw: &mut Draw<'_>, out: &mut String) {
        let (part, whole) = self.nulls;
        if part > 0 && draw.stream.chance(part, whole) {
            out.push_str("null");
            return;
        }
        match &self.generator {
            Generator::Text(texts) if self.reads_as.contains(&SqlType::Json) => texts.write(draw, out),
            list @ Generator::List { .. } => list.write(draw, out),
            other => other.hand_over(draw, &mut |value| value.write_json(out)),
        }
    }

    /// Most characters of a value as JSON: each may become the six of an escape such as `\u0001`.
    pub(crate) fn json_chars(&self) -> Option<u64> {
        Some(6 * u64::from(self.max_chars?) + 4)
    }

    /// The facts about the values, without the generator.
    pub fn facts(&self) -> Facts {
        Facts {
            kind: self.generator.kind(),
            max_chars: self.max_chars,
            integers: self.integers.clone(),
            rounds: self.rounds,
            reads_as: self.reads_as,
            choices: self.choices.clone(),
        }
    }

    /// The same values, with the knowledge how many are [different for certain](Self::distinct).
    pub(crate) fn with_distinct(self, count: u64) -> Self {
        Self { distinct: Some(count), ..self }
    }
}

/// Characters of the decimal form, the minus sign counted.
fn decimal_chars(number: i64) -> u32 {
    u32::from(number < 0) + number.unsigned_abs().checked_ilog10().unwrap_or(0) + 1
}
