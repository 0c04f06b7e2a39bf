//! What the values of a column are drawn from at one tick.
//!
//! Owns the names of a column's streams, and which of them are derived for each row. Must not know what is drawn.

use std::ops::Range;

use super::Column;
use super::cohorts::count_ids;
use super::row_keys::RowKeys;
use crate::stream::{Key, Permutation, RowDraws, Stream};
use crate::value::Timestamp;

/// What a tick's values depend on besides their streams.
#[derive(Clone, Copy, Debug)]
pub struct DrawContext<'a> {
    /// The tick's simulated time.
    pub now: Timestamp,
    /// Table by table, in the config's order: the numbers of the rows that are alive after the tick.
    pub alive: &'a [Range<i64>],
    /// The same, of those rows that exist as long as the drawn ones.
    pub outliving: &'a [Range<i64>],
    /// Table by table: the keys of all its rows.
    pub keys: &'a [RowKeys],
}

/// The keys of the rows that values are drawn for.
#[derive(Clone, Debug)]
pub enum Keys<'a> {
    /// Consecutive keys.
    Range(Range<i64>),
    /// These.
    Listed(&'a [i64]),
}

impl Keys<'_> {
    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::Range(keys) => count_ids(keys),
            Self::Listed(keys) => keys.len() as u64,
        }
    }

    /// Those at some places, from 0.
    pub(crate) fn part(&self, places: Range<usize>) -> Self {
        match self {
            Self::Range(keys) => {
                let key = |place: usize| keys.start.saturating_add_unsigned(place as u64);
                Self::Range(key(places.start)..key(places.end))
            }
            Self::Listed(keys) => Self::Listed(&keys[places]),
        }
    }

    /// The key at this place, from 0.
    #[expect(clippy::cast_possible_truncation, reason = "a place in a list in memory")]
    pub(super) fn at(&self, place: u64) -> i64 {
        match self {
            Self::Range(keys) => keys.start.wrapping_add_unsigned(place),
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

/// The streams of one column, for inserts or for updates.
pub struct Draws {
    values: Streams,
    numbers: Option<Permutation>,
    nulls: Option<(Streams, (u64, u64))>,
    /// The cause of the updates by a source of changes.
    cause: Option<usize>,
}

enum Streams {
    /// One stream for all rows of a tick.
    Column(Stream),
    /// A stream for each row of a tick, the same in all columns of a group.
    Group { rows: Stream, row: Stream },
    /// A stream for each row, derived from its id and the tick alone, the same in all columns of a group: any row can
    /// be drawn without those before it.
    Id { key: RowDraws, tick: u64, row: Stream },
}

impl Draws {
    /// The streams of a column of a table at one tick, which are read row after row.
    pub fn new(column: &Column, seed: u64, table: &str, operation: Operation, tick: u64) -> Self {
        let key = |purpose, operation, tick| Key { seed, table, purpose, operation, tick };
        let values = match &column.group {
            None => Streams::Column(Stream::keyed(key(&column.name, operation.of_column(), tick))),
            Some(group) => {
                let rows = Stream::keyed(key(group, operation.of_group(), tick));
                Streams::Group { row: rows.clone(), rows }
            }
        };
        let nulls = || Streams::Column(Stream::keyed(key(&column.name, operation.of_nulls(), tick)));
        let nulls = (column.nulls.0 > 0).then(|| (nulls(), column.nulls));
        Self { values, numbers: numbers(column, seed, table), nulls, cause: None }
    }

    /// The streams of a column of a table for rows that are drawn independently of each other, for a purpose: to insert
    /// them, or the name of the cause at a place.
    pub fn by_id(column: &Column, seed: u64, table: &str, purpose: &str, cause: Option<usize>) -> Self {
        let streams = |name: &str, kind: &str| {
            let operation = format!("{kind} {purpose}");
            let key = RowDraws::of(Key { seed, table, purpose: name, operation: &operation, tick: 0 });
            Streams::Id { key, tick: 0, row: Stream::from_bits(0) }
        };
        let values = match &column.group {
            None => streams(&column.name, "row"),
            Some(group) => streams(group, "row group"),
        };
        let nulls = (column.nulls.0 > 0).then(|| (streams(&column.name, "row nulls"), column.nulls));
        Self { values, numbers: numbers(column, seed, table), nulls, cause }
    }

    /// Sets the tick of the next rows.
    pub fn set_tick(&mut self, now: u64) {
        for streams in std::iter::once(&mut self.values).chain(self.nulls.as_mut().map(|(nulls, _)| nulls)) {
            if let Streams::Id { tick, .. } = streams {
                *tick = now;
            }
        }
    }

    /// The cause of the updates by a source of changes; `None`: rows are inserted, or updated at random.
    pub(super) fn cause(&self) -> Option<usize> {
        self.cause
    }

    /// The stream shared by all rows, where there is one.
    pub(super) fn of_all_rows(&mut self) -> Option<&mut Stream> {
        match (&mut self.values, &self.numbers, &self.nulls) {
            (Streams::Column(stream), None, None) => Some(stream),
            _ => None,
        }
    }

    /// The stream that a row's value is drawn from. The number is the place of the draw among all draws of the
    /// table, inserts and updates, from 0: what unique values are made of.
    pub(super) fn of_row(&mut self, number: u64, id: i64) -> &mut Stream {
        let stream = self.values.of_row(id);
        if let Some(numbers) = &self.numbers {
            stream.set_number(numbers.of(number), numbers.count());
        }
        stream
    }

    /// Whether the row's value is null.
    pub(super) fn is_null(&mut self, id: i64) -> bool {
        self.nulls.as_mut().is_some_and(|(streams, (part, whole))| streams.of_row(id).chance(*part, *whole))
    }
}

/// The permutation that keeps the draws of a column distinct, where it or another column of its group is unique.
fn numbers(column: &Column, seed: u64, table: &str) -> Option<Permutation> {
    let (purpose, operation) = match &column.group {
        None => (&column.name, "unique"),
        Some(group) => (group, "unique group"),
    };
    let key = Key { seed, table, purpose, operation, tick: 0 };
    column.numbers.map(|count| Permutation::keyed(key, count))
}

impl Streams {
    /// The stream of the next row.
    fn of_row(&mut self, id: i64) -> &mut Stream {
        match self {
            Self::Column(stream) => stream,
            Self::Group { rows, row } => {
                *row = Stream::from_bits(rows.bits());
                row
            }
            Self::Id { key, tick, row } => {
                *row = Stream::from_bits(key.bits(id, *tick));
                row
            }
        }
    }
}

/// The names of streams: a group may have the name of a column.
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
