//! What may have been done to a time.
//!
//! Owns the mapping of instants, days and times of day. Must not know any text form.

use super::super::reading::{Exact, read, stamp};
use super::Transform;
use super::unit::{EpochUnit, TimeUnit};
use crate::value::{DAY, SECOND, SqlType, Timestamp, Value};

/// A time, and the time or the number that was found.
pub(super) struct Times {
    /// Microseconds since 1970, or since midnight. The ends of `i64` are infinite.
    pub expected: i64,
    /// The same, if a time was found.
    pub found: Option<i64>,
    number: Option<Exact>,
}

impl TimeUnit {
    fn micros(self) -> i64 {
        match self {
            Self::Day => DAY,
            Self::Hour => 3_600 * SECOND,
            Self::Minute => 60 * SECOND,
            Self::Second => SECOND,
            Self::Millisecond => 1_000,
        }
    }
}

impl Times {
    pub fn of(expected: Value<'_>, found: &str) -> Option<Self> {
        let at = match expected {
            Value::Timestamp(at) | Value::TimestampTz(at) => at.0,
            Value::Date(date) => date.midnight().0,
            Value::Time(time) => time.0,
            _ => return None,
        };
        let time = match expected {
            Value::Time(_) => read(&SqlType::Time, found).and_then(|values| match values.get(0) {
                Value::Time(time) => Some(time.0),
                _ => None,
            }),
            _ => stamp(found).map(|stamp| stamp.micros),
        };
        let infinite = |at| matches!(at, i64::MIN | i64::MAX);
        let number = if time.is_none() { Exact::read(found) } else { None };
        let sound = !infinite(at) && !time.is_some_and(infinite) && (time.is_some() || number.is_some());
        sound.then_some(Self { expected: at, found: time, number })
    }

    pub fn are_mapped_by(&self, transform: Transform) -> bool {
        let expected = self.expected;
        let mapped = match transform {
            Transform::Shifted(micros) => expected.checked_add(micros),
            Transform::Cut(unit) => Some(expected - expected.rem_euclid(unit.micros())),
            Transform::RoundedTo(unit) => {
                let unit = unit.micros();
                // Half of a unit goes up, as in PostgreSQL.
                expected.checked_add(unit / 2).map(|more| more - more.rem_euclid(unit))
            }
            Transform::DayMonthSwapped => swapped(expected),
            Transform::Epoch(unit) => {
                return self.number.is_some_and(|number| is_epoch(expected, unit, number));
            }
            _ => None,
        };
        mapped.is_some() && mapped == self.found && self.found != Some(expected)
    }
}

/// The instant with day and month swapped, if both can be the other.
fn swapped(at: i64) -> Option<i64> {
    let (year, month, day) = Timestamp(at).date().ymd();
    let date = crate::value::Date::from_ymd(year, day, month)?;
    Some(date.midnight().0 + at.rem_euclid(DAY))
}

/// Whether the number is that of the units since 1970, cut to whole ones or not.
fn is_epoch(at: i64, unit: EpochUnit, number: Exact) -> bool {
    let (multiplied, micros) = match unit {
        EpochUnit::Days => (1, DAY),
        EpochUnit::Seconds => (1, SECOND),
        EpochUnit::Milliseconds => (1, 1_000),
        EpochUnit::Microseconds => (1, 1),
        EpochUnit::Nanoseconds => (1_000, 1),
    };
    let (at, micros) = (i128::from(at) * multiplied, i128::from(micros));
    let one = 10_i128.checked_pow(number.scale);
    let exact = number.units.checked_mul(micros) == one.and_then(|one| at.checked_mul(one));
    exact && unit != EpochUnit::Days || number.scale == 0 && number.units == at.div_euclid(micros)
}
