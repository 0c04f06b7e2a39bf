//! What may have been done to a value on its way: the known transforms, each with a test whether it explains a cell.
//!
//! Owns their names and their order. How a transform maps numbers, times and texts is in the modules below. Must not
//! know which differences are none.

use std::fmt;

use super::moment::shift_of;
use crate::value::{Numeric, SECOND, Value};
use number::Numbers;
use text::Texts;
use time::Times;
pub use unit::{EpochUnit, NullWord, TimeUnit};

mod number;
mod text;
mod time;
mod unit;

/// A change of a value that is known by name. Of several that explain the same cells, the lesser is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transform {
    /// An empty text became NULL.
    EmptyToNull,
    /// NULL became an empty text.
    NullToEmpty,
    /// NULL became a word for it.
    NullToWord(NullWord),
    /// NULL became 0.
    NullToZero,
    /// The value became NULL.
    ToNull,
    /// A time was shifted, by microseconds.
    Shifted(i64),
    /// A time was cut to whole units.
    Cut(TimeUnit),
    /// A time was rounded to whole units.
    RoundedTo(TimeUnit),
    /// Day and month were swapped.
    DayMonthSwapped,
    /// A time became a number of units since 1970.
    Epoch(EpochUnit),
    /// A number was rounded to so many digits after the point.
    Rounded(u8),
    /// A number was cut to so many digits after the point.
    Truncated(u8),
    /// A number was held by a `real`, of about 7 digits.
    Float32,
    /// A number was held by a `double precision`, of about 16 digits.
    Float64,
    /// A number was multiplied by this power of ten.
    Scaled(i8),
    /// A number lost its sign.
    SignLost,
    /// The zeros before a number in a text were lost.
    LeadingZerosLost,
    /// A text was read as a number, and the number written in its own form.
    TextToNumber,
    /// A text was read as a time, and the time written in its own form.
    TextToTime,
    /// A number was formatted for readers, with separators or a currency.
    Formatted,
    /// Blanks at the ends were removed.
    Trimmed,
    /// Blanks were added at an end.
    Padded,
    /// All letters became capitals.
    UpperCase,
    /// All letters became small.
    LowerCase,
    /// Line breaks were changed or removed.
    LineBreaks,
    /// UTF-8 was read as Latin-1 or Windows-1252, perhaps twice.
    Mojibake,
    /// Letters lost their accents.
    AccentsLost,
    /// Characters outside ASCII were removed, or replaced by a mark.
    NotAsciiLost,
    /// The value was put in quotation marks.
    Quoted,
    /// A text was cut to so many characters.
    CutTo(u32),
}

/// The transforms of numbers that have no parameter.
const OF_NUMBERS: [Transform; 4] =
    [Transform::Float32, Transform::Float64, Transform::SignLost, Transform::Formatted];
/// The transforms of texts that have none, in their order.
const OF_TEXTS: [Transform; 12] = [
    Transform::LeadingZerosLost,
    Transform::TextToNumber,
    Transform::TextToTime,
    Transform::Trimmed,
    Transform::Padded,
    Transform::UpperCase,
    Transform::LowerCase,
    Transform::LineBreaks,
    Transform::Mojibake,
    Transform::AccentsLost,
    Transform::NotAsciiLost,
    Transform::Quoted,
];
/// The most digits after the point that a rounding is looked for.
const MOST_PLACES: u8 = 17;
/// The largest power of ten that a scaling is looked for.
const MOST_POWER: i8 = 9;

impl Transform {
    /// Whether it makes the found text of the expected value, where the two differ. A `found` of `None` is NULL.
    pub fn explains(self, expected: Value<'_>, found: Option<&str>) -> bool {
        Pair::of(expected, found).is_some_and(|pair| self.maps(&pair))
    }

    /// All that make the found text of the expected value, which must differ, in their order.
    pub fn explaining<'a>(
        expected: Value<'a>,
        found: Option<&'a str>,
    ) -> impl Iterator<Item = Self> + use<'a> {
        let pair = Pair::of(expected, found);
        let candidates = pair.as_ref().map(Pair::candidates).unwrap_or_default();
        candidates.into_iter().filter(move |transform| pair.as_ref().is_some_and(|pair| transform.maps(pair)))
    }

    fn maps(self, pair: &Pair<'_>) -> bool {
        match (pair, self) {
            (Pair::ToNull { empty }, Self::EmptyToNull) => *empty,
            (Pair::ToNull { empty }, Self::ToNull) => !*empty,
            (Pair::FromNull(found), Self::NullToEmpty) => found.is_empty(),
            (Pair::FromNull(found), Self::NullToWord(word)) => *found == word.word(),
            (Pair::FromNull(found), Self::NullToZero) => {
                Numeric::read(found, None).is_some_and(|number| match number {
                    Numeric::Short(decimal) => decimal.units == 0,
                    Numeric::Long(_) => false,
                })
            }
            (Pair::Times(times), _) => times.are_mapped_by(self),
            (Pair::Numbers(numbers), _) => numbers.are_mapped_by(self),
            (Pair::Texts(texts), _) => texts.are_mapped_by(self),
            _ => false,
        }
    }
}

/// An expected value and what was found, read as far as the transforms need it.
enum Pair<'a> {
    ToNull { empty: bool },
    FromNull(&'a str),
    Times(Times),
    Numbers(Numbers),
    Texts(Texts<'a>),
}

impl<'a> Pair<'a> {
    /// `None` if no transform can explain them.
    fn of(expected: Value<'a>, found: Option<&'a str>) -> Option<Self> {
        let Some(found) = found else {
            return match expected {
                Value::Null => None,
                Value::Text(text) => Some(Self::ToNull { empty: text.is_empty() }),
                _ => Some(Self::ToNull { empty: false }),
            };
        };
        match expected {
            Value::Null => Some(Self::FromNull(found)),
            Value::Bool(_) | Value::Interval(_) => None,
            Value::Timestamp(_) | Value::TimestampTz(_) | Value::Date(_) | Value::Time(_) => {
                Times::of(expected, found).map(Self::Times)
            }
            Value::Int(_)
            | Value::Real(_)
            | Value::Float(_)
            | Value::Decimal(_)
            | Value::Numeric(_)
            | Value::Money(_) => Numbers::of(expected, found).map(Self::Numbers),
            _ => Some(Self::Texts(Texts::of(expected, found))),
        }
    }

    /// The transforms that may explain it, in their order, with all parameters that may fit.
    fn candidates(&self) -> Vec<Transform> {
        match self {
            Self::ToNull { .. } => vec![Transform::EmptyToNull, Transform::ToNull],
            Self::FromNull(_) => {
                let words = NullWord::ALL.map(Transform::NullToWord);
                [Transform::NullToEmpty].into_iter().chain(words).chain([Transform::NullToZero]).collect()
            }
            Self::Times(times) => {
                let shift = times.found.and_then(|found| shift_of(times.expected, found));
                let units = TimeUnit::ALL.into_iter();
                shift
                    .map(Transform::Shifted)
                    .into_iter()
                    .chain(units.clone().map(Transform::Cut))
                    .chain(units.map(Transform::RoundedTo))
                    .chain([Transform::DayMonthSwapped])
                    .chain(EpochUnit::ALL.map(Transform::Epoch))
                    .collect()
            }
            Self::Numbers(_) => {
                let (places, powers) = (0..=MOST_PLACES, -MOST_POWER..=MOST_POWER);
                let rounded = places.clone().map(Transform::Rounded).chain(places.map(Transform::Truncated));
                let scaled = powers.filter(|power| *power != 0).map(Transform::Scaled);
                let mut all: Vec<Transform> = rounded.chain(scaled).chain(OF_NUMBERS).collect();
                all.sort_unstable();
                all
            }
            Self::Texts(texts) => OF_TEXTS.into_iter().chain(texts.cut().map(Transform::CutTo)).collect(),
        }
    }
}

/// In words, to follow "the value was": `shifted by +3 h`, `cut to the day`, `rounded to 2 digits`.
impl fmt::Display for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyToNull => "changed from an empty text to NULL",
            Self::NullToEmpty => "changed from NULL to an empty text",
            Self::NullToWord(word) => return write!(f, "changed from NULL to the text `{}`", word.word()),
            Self::NullToZero => "changed from NULL to 0",
            Self::ToNull => "replaced by NULL",
            Self::Shifted(micros) => return write_shift(f, *micros),
            Self::Cut(unit) => return write!(f, "cut to the {}", unit.name()),
            Self::RoundedTo(unit) => return write!(f, "rounded to the {}", unit.name()),
            Self::DayMonthSwapped => "read with day and month swapped",
            Self::Epoch(unit) => return write!(f, "written as {} since 1970", unit.name()),
            Self::Rounded(0) => "rounded to a whole number",
            Self::Rounded(digits) => return write!(f, "rounded to {digits} {}", digits_word(*digits)),
            Self::Truncated(0) => "cut to a whole number",
            Self::Truncated(digits) => {
                return write!(f, "cut to {digits} {} after the point", digits_word(*digits));
            }
            Self::Float32 => "converted to a float of 4 bytes",
            Self::Float64 => "converted to a float of 8 bytes",
            Self::Scaled(power) => {
                let factor = 10_u64.saturating_pow(power.unsigned_abs().into());
                let verb = if *power < 0 { "divided" } else { "multiplied" };
                return write!(f, "{verb} by {factor}");
            }
            Self::SignLost => "stripped of its sign",
            Self::LeadingZerosLost => "stripped of leading zeros",
            Self::TextToNumber => "read as a number",
            Self::TextToTime => "read as a time",
            Self::Formatted => "formatted with separators or a currency",
            Self::Trimmed => "trimmed",
            Self::Padded => "padded with blanks",
            Self::UpperCase => "converted to upper case",
            Self::LowerCase => "converted to lower case",
            Self::LineBreaks => "changed in its line breaks",
            Self::Mojibake => "decoded as Latin-1 instead of UTF-8",
            Self::AccentsLost => "stripped of accents",
            Self::NotAsciiLost => "stripped of characters outside ASCII",
            Self::Quoted => "put in quotation marks",
            Self::CutTo(1) => "cut to 1 character",
            Self::CutTo(chars) => return write!(f, "cut to {chars} characters"),
        })
    }
}

fn digits_word(digits: u8) -> &'static str {
    if digits == 1 { "digit" } else { "digits" }
}

/// `shifted by +3 h`, `shifted by -5 h 45 min`.
fn write_shift(f: &mut fmt::Formatter<'_>, micros: i64) -> fmt::Result {
    let sign = if micros < 0 { '-' } else { '+' };
    let minutes = micros.unsigned_abs() / (60 * SECOND.unsigned_abs());
    write!(f, "shifted by {sign}")?;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => write!(f, "{minutes} min"),
        (hours, 0) => write!(f, "{hours} h"),
        (hours, minutes) => write!(f, "{hours} h {minutes} min"),
    }
}
