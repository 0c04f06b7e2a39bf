//! What the values of a column are drawn from at one tick.
//!
//! Owns the names of a column's streams and what begins anew with each row. Must not know what is drawn.

use std::ops::Range;

use super::Column;
use crate::stream::{Key, Permutation, Stream};
use crate::value::Timestamp;

/// What a tick's values depend on besides their streams.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The tick's simulated time.
    pub now: Timestamp,
    /// Table by table, in the config's order: the keys of the rows that are there once the tick is done.
    pub alive: &'a [Range<i64>],
}

/// The keys of the rows that values are drawn for.
#[derive(Clone, Debug)]
pub enum Keys<'a> {
    /// One follows the other.
    Range(Range<i64>),
    /// These.
    Listed(&'a [i64]),
}

impl Keys<'_> {
    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::Range(keys) => keys.end.saturating_sub(keys.start).max(0).unsigned_abs(),
            Self::Listed(keys) => keys.len() as u64,
        }
    }

    /// Those at some places, from 0.
    pub(crate) fn part(&self, places: Range<usize>) -> Self {
        match self {
            Self::Range(keys) => {
                Self::Range(keys.start + places.start as i64..keys.start + places.end as i64)
            }
            Self::Listed(keys) => Self::Listed(&keys[places]),
        }
    }

    /// The key at this place, from 0.
    pub(super) fn at(&self, place: u64) -> i64 {
        match self {
            Self::Range(keys) => keys.start + place as i64,
            Self::Listed(keys) => keys[place as usize],
        }
    }
}

/// What rows are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// They are new.
    Insert,
    /// Some of their columns change.
    Update,
}

/// The streams of one column at one tick, for inserts or for updates.
pub struct Draws {
    values: Values,
    numbers: Option<Permutation>,
    nulls: Option<(Stream, (u64, u64))>,
}

enum Values {
    /// One stream for all rows.
    Column(Stream),
    /// A stream for each row, the same in all columns of a group.
    Group { rows: Stream, row: Stream },
}

impl Draws {
    /// The streams of a column of a table.
    pub fn new(column: &Column, seed: u64, table: &str, operation: Operation, tick: u64) -> Self {
        let key = |purpose, operation, tick| Key { seed, table, purpose, operation, tick };
        let values = match &column.group {
            None => Values::Column(Stream::keyed(key(&column.name, operation.of_column(), tick))),
            Some(group) => {
                let rows = Stream::keyed(key(group, operation.of_group(), tick));
                Values::Group { row: rows.clone(), rows }
            }
        };
        let numbers = column.numbers.map(|count| match &column.group {
            None => Permutation::keyed(key(&column.name, "unique", 0), count),
            Some(group) => Permutation::keyed(key(group, "unique group", 0), count),
        });
        let nulls = (column.nulls.0 > 0)
            .then(|| (Stream::keyed(key(&column.name, operation.of_nulls(), tick)), column.nulls));
        Self { values, numbers, nulls }
    }

    /// The one stream of all rows, where nothing begins anew with a row.
    pub(super) fn of_all_rows(&mut self) -> Option<&mut Stream> {
        match (&mut self.values, &self.numbers, &self.nulls) {
            (Values::Column(stream), None, None) => Some(stream),
            _ => None,
        }
    }

    /// The stream that a row's value is drawn from. The number is the place of the draw among all draws of the
    /// table, inserts and updates, from 0: what unique values are made of.
    pub(super) fn of_row(&mut self, number: u64) -> &mut Stream {
        let stream = match &mut self.values {
            Values::Column(stream) => stream,
            Values::Group { rows, row } => {
                *row = Stream::from_bits(rows.bits());
                row
            }
        };
        if let Some(numbers) = &self.numbers {
            stream.set_number(numbers.of(number), numbers.count());
        }
        stream
    }

    /// Whether the row's value is null.
    pub(super) fn is_null(&mut self) -> bool {
        self.nulls.as_mut().is_some_and(|(stream, (part, whole))| stream.chance(*part, *whole))
    }
}

/// The names of streams: a group may be called like a column.
impl Operation {
    fn of_column(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
        }
    }

    fn of_group(self) -> &'static str {
        match self {
            Self::Insert => "insert group",
            Self::Update => "update group",
        }
    }

    fn of_nulls(self) -> &'static str {
        match self {
            Self::Insert => "insert nulls",
            Self::Update => "update nulls",
        }
    }
}
