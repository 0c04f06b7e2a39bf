//! The keys of a table's rows: a bijection of their numbers.
//!
//! Everywhere else a row is its number, 1, 2, 3 … in its table. Owns what its key column holds instead, and which number a
//! key belongs to. UUIDs are those of RFC 9562. Must not know which rows exist.

use std::fmt;
use std::sync::Arc;

use super::{Cohorts, ShopPlan, TablePlan};
use crate::clock::Timeline;
use crate::config::{KeyForm, KeyTemplate};
use crate::stream::{BitPermutation, Key};
use crate::value::{SqlType, Value, Values};

/// The keys of the rows of one table, on one timeline.
#[derive(Clone, Debug)]
pub struct RowKeys(Form);

#[derive(Clone, Debug)]
enum Form {
    Number,
    Uuid(Arc<BitPermutation>),
    Uuid7(Arc<TimedKeys>),
    Template(Arc<KeyTemplate>),
}

/// UUIDs of version 7.
#[derive(Debug)]
struct TimedKeys {
    permutation: BitPermutation,
    cohorts: Cohorts,
    timeline: Timeline,
    reserved_from: i64,
}

/// The key of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKey {
    /// A number.
    Number(i64),
    /// A UUID.
    Uuid([u8; 16]),
    /// A text.
    Text(String),
}

/// The bits of a UUID besides its version and its variant, above and below the version.
const HIGH_BITS: u32 = 48;
const LOW_BITS: u32 = 74;
/// As many of the last numbers stand for rows that do not exist; their time is that of the first tick.
const NEVER_INSERTED: i64 = 1 << 21;

impl RowKeys {
    /// The keys of a table of a shop.
    pub fn of(seed: u64, table: &TablePlan, timeline: &Timeline) -> Self {
        let permutation = |bits| {
            let key = Key { seed, table: &table.name, purpose: "key", operation: "key", tick: 0 };
            BitPermutation::keyed(key, bits)
        };
        Self(match &table.key_form {
            KeyForm::Number => Form::Number,
            KeyForm::Uuid => Form::Uuid(Arc::new(permutation(HIGH_BITS + LOW_BITS))),
            KeyForm::Uuid7 => Form::Uuid7(Arc::new(TimedKeys {
                permutation: permutation(LOW_BITS),
                cohorts: table.cohorts(timeline),
                timeline: timeline.clone(),
                reserved_from: table.reserved_from(),
            })),
            KeyForm::Template(template) => Form::Template(template.clone()),
        })
    }

    /// Those of all tables of a shop, in the plan's order.
    pub fn of_shop(plan: &ShopPlan, timeline: &Timeline) -> Arc<[Self]> {
        plan.tables.iter().map(|table| Self::of(plan.seed, table, timeline)).collect()
    }

    /// Whether keys are the numbers of the rows.
    pub fn are_numbers(&self) -> bool {
        matches!(self.0, Form::Number)
    }

    /// The key of a row.
    pub fn key(&self, number: i64) -> RowKey {
        match &self.0 {
            Form::Number => RowKey::Number(number),
            Form::Uuid(permutation) => {
                let bits = permutation.of(number.unsigned_abs().into());
                RowKey::Uuid(uuid(bits >> LOW_BITS, 4, bits))
            }
            Form::Uuid7(keys) => {
                let bits = keys.permutation.of(number.unsigned_abs().into());
                RowKey::Uuid(uuid(keys.milliseconds(number), 7, bits))
            }
            Form::Template(template) => RowKey::Text(template.key(number)),
        }
    }

    /// The number of the row with a key; `None` if shopsim gives no row this key.
    pub fn number(&self, key: Value<'_>) -> Option<i64> {
        let number = match (&self.0, key) {
            (Form::Number, Value::Int(number)) => return Some(number),
            (Form::Uuid(permutation), Value::Uuid(bytes)) => {
                let bits = u128::from_be_bytes(bytes);
                let high = bits >> (u128::BITS - HIGH_BITS);
                permutation.inverse(high << LOW_BITS | low(bits))
            }
            (Form::Uuid7(keys), Value::Uuid(bytes)) => {
                keys.permutation.inverse(low(u128::from_be_bytes(bytes)))
            }
            (Form::Template(template), Value::Text(text)) => {
                return template.number(text).filter(|number| *number > 0);
            }
            _ => return None,
        };
        // Another key has another version, another time, or belongs to no number of a row.
        let number = i64::try_from(number).ok().filter(|number| *number > 0)?;
        (self.key(number).value() == key).then_some(number)
    }

    /// The number of the row whose key is a text; `None` if shopsim gives no row this key.
    pub fn parse(&self, text: &str) -> Option<i64> {
        match &self.0 {
            Form::Number => text.trim().parse().ok(),
            Form::Uuid(_) | Form::Uuid7(_) => {
                let mut read = Values::of(&SqlType::Uuid);
                let is_uuid = read.read(&SqlType::Uuid, text.trim());
                is_uuid.then(|| self.number(read.get(0))).flatten()
            }
            Form::Template(_) => self.number(Value::Text(text)),
        }
    }
}

impl TimedKeys {
    /// The time of the tick that inserts a row, in milliseconds since 1970.
    fn milliseconds(&self, number: i64) -> u128 {
        let is_inserted = number < self.reserved_from - NEVER_INSERTED;
        let tick = self.cohorts.tick_of(number).filter(|_| is_inserted);
        let at = tick.map_or(self.timeline.start(), |tick| self.timeline.at(tick));
        let milliseconds = at.0.div_euclid(1_000).clamp(0, (1 << HIGH_BITS) - 1);
        milliseconds.unsigned_abs().into()
    }
}

impl RowKey {
    /// As a value of the key's column.
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Number(number) => Value::Int(*number),
            Self::Uuid(bytes) => Value::Uuid(*bytes),
            Self::Text(text) => Value::Text(text),
        }
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(f)
    }
}

/// Numbers as such, the others as texts.
impl serde::Serialize for RowKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_i64(*number),
            other => serializer.collect_str(other),
        }
    }
}

/// A UUID: 48 bits, the version, 12 bits, the variant, 62 bits.
fn uuid(high: u128, version: u128, bits: u128) -> [u8; 16] {
    const VARIANT: u128 = 0b10 << 62;
    let (middle, end) = (bits >> 62 & 0xfff, bits & ((1 << 62) - 1));
    (high << 80 | version << 76 | middle << 64 | VARIANT | end).to_be_bytes()
}

/// The bits of a UUID after its version, without the variant.
fn low(bits: u128) -> u128 {
    (bits >> 64 & 0xfff) << 62 | bits & ((1 << 62) - 1)
}

#[cfg(test)]
mod tests;
