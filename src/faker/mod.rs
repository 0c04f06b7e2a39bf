//! Provider name and parameters → a generator of values, with Python Faker's names and meanings.
//!
//! One file per family of providers, one registry that lists the families. A generator draws from the
//! stream it is handed and counts dates from the simulated time it is handed; it knows no table, no
//! clock and no other randomness.
//!
//! Meanings, shapes and proportions are those of Faker 22.2.0, locale en_US; where that version does
//! other than its own documentation says, the documentation wins and the provider's comment says so.
//! Values differ from Python's for the same seed: the streams are another generator's.
//!
//! A new provider is one entry in its family's `PROVIDERS`; a new family is one file and one line in
//! `registry.rs`.

mod address;
mod arguments;
mod automotive;
mod bank;
mod barcode;
mod base;
mod color;
mod company;
mod credit_card;
mod currency;
mod date_time;
mod emoji;
mod file;
mod geo;
mod internet;
mod isbn;
mod job;
mod lorem;
mod misc;
mod passport;
mod pattern;
mod person;
mod phone_number;
mod python;
mod registry;
mod span;
mod ssn;
mod strftime;
mod user_agent;

use std::ops::RangeInclusive;

pub use arguments::{Arguments, Noted, Param, ParamProblem, Preset};
pub use registry::{Provider, find, providers};
pub use span::Moment;

use crate::stream::Stream;
use crate::suggest;
use crate::value::{Date, Decimal, Literal, Timestamp};

/// What one draw has at hand.
pub struct Draw<'a> {
    /// The column's stream at this tick.
    pub stream: &'a mut Stream,
    /// The tick's simulated time, from which relative dates count.
    pub now: Timestamp,
}

/// Appends one text to the buffer.
pub type WriteText = Box<dyn Fn(&mut Draw<'_>, &mut String) + Send + Sync>;
/// Draws one value that is no text.
pub type DrawValue<T> = Box<dyn Fn(&mut Draw<'_>) -> T + Send + Sync>;

/// Draws one value. The variant is the kind of the value.
pub enum Generator {
    /// Appends a text to the buffer.
    Text(WriteText),
    /// A whole number.
    Int(DrawValue<i64>),
    /// A truth value.
    Bool(DrawValue<bool>),
    /// A number with a fixed number of digits after the point.
    Decimal {
        /// Digits after the point, at most 18.
        scale: u8,
        /// The range of the values, in units of the last digit.
        range: RangeInclusive<i64>,
        /// Draws the units.
        draw: DrawValue<i64>,
    },
    /// A day.
    Date(DrawValue<Date>),
    /// An instant.
    Timestamp(DrawValue<Timestamp>),
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
}

impl Compiled {
    /// Texts of at most `max_chars` characters, which `draw` appends to the buffer.
    fn text(max_chars: u32, draw: impl Fn(&mut Draw<'_>, &mut String) + Send + Sync + 'static) -> Self {
        Self { generator: Generator::Text(Box::new(draw)), max_chars: Some(max_chars), integers: None }
    }

    /// One of the texts, each equally likely; there is at least one.
    fn one_of(texts: &'static [&'static str]) -> Self {
        let max_chars = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        Self::text(max_chars as u32, |draw, out| pattern::push_one(texts, draw.stream, out))
    }

    /// One of the patterns of [`pattern::fill`], each equally likely, with upper-case letters; there is
    /// at least one.
    fn patterned(patterns: &'static [&'static str]) -> Self {
        let max_chars = patterns.iter().map(|pattern| pattern.chars().count()).max().unwrap_or(0);
        Self::text(max_chars as u32, |draw, out| {
            pattern::fill_one(patterns, pattern::UPPER, draw.stream, out);
        })
    }

    /// Whole numbers, all of them in `range`.
    fn int(range: RangeInclusive<i64>, draw: impl Fn(&mut Draw<'_>) -> i64 + Send + Sync + 'static) -> Self {
        let max_chars = decimal_chars(*range.start()).max(decimal_chars(*range.end()));
        Self { generator: Generator::Int(Box::new(draw)), max_chars: Some(max_chars), integers: Some(range) }
    }

    /// Truth values.
    pub(crate) fn bool(draw: impl Fn(&mut Draw<'_>) -> bool + Send + Sync + 'static) -> Self {
        // `false` is the longer form.
        Self { generator: Generator::Bool(Box::new(draw)), max_chars: Some(5), integers: None }
    }

    /// Numbers with `scale` digits after the point, at most 18, drawn as units of the last digit.
    pub(crate) fn decimal(
        scale: u8,
        range: RangeInclusive<i64>,
        draw: impl Fn(&mut Draw<'_>) -> i64 + Send + Sync + 'static,
    ) -> Self {
        let chars = |units: i64| Decimal { units, scale }.to_string().len() as u32;
        let max_chars = Some(chars(*range.start()).max(chars(*range.end())).max(chars(0)));
        let integers = (scale == 0).then(|| range.clone());
        let draw = Box::new(draw);
        Self { generator: Generator::Decimal { scale, range, draw }, max_chars, integers }
    }

    /// Days of the years 1 to 9999.
    fn date(draw: impl Fn(&mut Draw<'_>) -> Date + Send + Sync + 'static) -> Self {
        let max_chars = Some("2026-01-01".len() as u32);
        Self { generator: Generator::Date(Box::new(draw)), max_chars, integers: None }
    }

    /// Instants of the years 1 to 9999.
    fn timestamp(draw: impl Fn(&mut Draw<'_>) -> Timestamp + Send + Sync + 'static) -> Self {
        let max_chars = Some("2026-01-01 00:00:00.000000".len() as u32);
        Self { generator: Generator::Timestamp(Box::new(draw)), max_chars, integers: None }
    }

    /// The same texts, with the knowledge that each is decimal digits whose number lies in `range`.
    fn with_integers(self, range: Option<RangeInclusive<i64>>) -> Self {
        Self { integers: range, ..self }
    }
}

/// Characters of the decimal form, the minus sign counted.
fn decimal_chars(number: i64) -> u32 {
    u32::from(number < 0) + number.unsigned_abs().checked_ilog10().unwrap_or(0) + 1
}

/// Why a provider with its parameters makes no generator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The registry has no provider of this name.
    #[error("no provider is called `{name}`")]
    UnknownProvider {
        /// The name that was asked for.
        name: String,
        /// The provider that was most likely meant.
        nearest: Option<&'static str>,
    },
    /// The parameters do not fit the provider: all that is wrong with them, at least one.
    #[error("{}", .0.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; "))]
    Params(Vec<ParamProblem>),
}

/// The generator of the provider `name` with the parameters that were given; those that were not have
/// Faker's defaults.
///
/// # Errors
/// [`CompileError`], with all problems of the parameters at once.
pub fn compile(name: &str, params: &[(String, Literal)]) -> Result<Compiled, CompileError> {
    let Some(provider) = find(name) else {
        let nearest = suggest::nearest(name, providers().map(|provider| provider.name));
        return Err(CompileError::UnknownProvider { name: name.to_owned(), nearest });
    };
    let mut args = Arguments::new(provider.name, provider.params, params);
    let compiled = (provider.compile)(&mut args);
    match (compiled, args.into_problems()) {
        (Ok(compiled), problems) if problems.is_empty() => Ok(compiled),
        (_, problems) => Err(CompileError::Params(problems)),
    }
}
