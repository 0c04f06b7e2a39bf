//! Provider name and parameters → a generator of values, with Python Faker's names and meanings.
//!
//! One file per family of providers, one registry that lists the families. A generator draws from the
//! stream it is handed and counts dates from the simulated time it is handed; it knows no table, no
//! clock and no other randomness.

use std::ops::RangeInclusive;

use crate::stream::Stream;
use crate::value::{Date, Timestamp};

/// What one draw has at hand.
pub struct Draw<'a> {
    /// The column's stream at this tick.
    pub stream: &'a mut Stream,
    /// The tick's simulated time, from which relative dates count.
    pub now: Timestamp,
}

/// Draws one value. The variant is the kind of the value.
pub enum Generator {
    /// Appends a text to the buffer.
    Text(Box<dyn Fn(&mut Draw<'_>, &mut String) + Send + Sync>),
    /// A whole number.
    Int(Box<dyn Fn(&mut Draw<'_>) -> i64 + Send + Sync>),
    /// A day.
    Date(Box<dyn Fn(&mut Draw<'_>) -> Date + Send + Sync>),
    /// An instant.
    Timestamp(Box<dyn Fn(&mut Draw<'_>) -> Timestamp + Send + Sync>),
}

/// A generator with what is known of all its values, which decides what column types it can fill.
pub struct Compiled {
    /// Draws the values.
    pub generator: Generator,
    /// Most characters of a text (of the decimal form of a number); `None`: no bound is known.
    pub max_chars: Option<u32>,
    /// The range of the values if all are whole numbers, be they numbers or texts of decimal digits.
    pub integers: Option<RangeInclusive<i64>>,
}
