//! The values of the rows of one table at one tick, drawn in chunks so that memory does not grow with the tick.
//!
//! Owns the streams of the table's columns. Chunks of any size give the same rows: each column draws from a stream of
//! its own that continues from chunk to chunk, or, for rows that are drawn independently, from a stream per row.

use std::ops::Range;
use std::sync::Arc;

use crate::clock::Timeline;
use crate::plan::{
    Cause, Cohorts, Column, DrawContext, Draws, Keys, Operation, RowKeys, ShopPlan, TablePlan,
};
use crate::stream::{Key, Stream};
use crate::value::{Timestamp, Values};

/// The most rows of a chunk.
pub const CHUNK_ROWS: usize = 4096;
/// A chunk ends once its values take this many bytes.
pub const CHUNK_BYTES: usize = 1 << 20;
/// The most rows that are drawn before their bytes are counted, where the width of values is unbounded.
const BLIND_ROWS: usize = 16;
/// Buffers of more bytes are not kept for the next tick.
const LARGE: usize = CHUNK_BYTES / 4;

/// A tick of a shop: everything that the rows of its tables depend on besides their streams.
#[derive(Clone)]
pub(crate) struct Frame {
    /// The shop's seed.
    pub seed: u64,
    /// The tick.
    pub tick: u64,
    /// Its simulated time.
    pub at: Timestamp,
    /// Table by table: the ids that rows of this tick may refer to.
    pub alive: Arc<[Range<i64>]>,
    /// One for each retention of tables with references to rows that outlive theirs.
    outliving: Arc<[Outliving]>,
    /// Table by table: the keys of its rows.
    pub keys: Arc<[RowKeys]>,
}

/// Table by table: the ids that rows of a tick may refer to if these exist as long as they do.
struct Outliving {
    /// How long the rows that refer to them exist.
    age: Option<i64>,
    ids: Vec<Range<i64>>,
}

impl Frame {
    pub fn of(plan: &ShopPlan, timeline: &Timeline, tick: u64) -> Self {
        let alive = |table: &TablePlan| table.cohorts(timeline).ids(table.windows.referable(timeline, tick));
        let alive = plan.tables.iter().map(alive).collect();
        let mut outliving: Vec<Outliving> = Vec::new();
        for referring in plan.tables.iter().filter(|table| table.columns.iter().any(|column| column.outlives))
        {
            let age = referring.windows.delete_older_than;
            if outliving.iter().all(|other| other.age != age) {
                let rows = |table: &TablePlan| {
                    table.cohorts(timeline).ids(table.windows.outliving(timeline, tick, &referring.windows))
                };
                outliving.push(Outliving { age, ids: plan.tables.iter().map(rows).collect() });
            }
        }
        let keys = RowKeys::of_shop(plan, timeline);
        Self { seed: plan.seed, tick, at: timeline.at(tick), alive, outliving: outliving.into(), keys }
    }

    /// What the rows of a table are drawn from besides their streams.
    fn context(&self, table: &TablePlan) -> DrawContext<'_> {
        let age = table.windows.delete_older_than;
        let outliving = self.outliving.iter().find(|other| other.age == age);
        let outliving = outliving.map_or(&[][..], |outliving| &outliving.ids);
        DrawContext { now: self.at, alive: &self.alive, outliving, keys: &self.keys }
    }
}

/// The streams of all columns of a table, read row after row. Streams and buffers are created when the first row is
/// drawn.
pub(super) struct Columns {
    frame: Frame,
    operation: Operation,
    next_number: u64,
    /// The most rows of a chunk.
    pub most_rows: usize,
    pub draws: Vec<Draws>,
}

impl Columns {
    /// The first row's draw has the number `first` among all draws of the table.
    pub fn new(frame: &Frame, operation: Operation, first: u64) -> Self {
        Self { frame: frame.clone(), operation, next_number: first, most_rows: CHUNK_ROWS, draws: Vec::new() }
    }

    /// The tick of the rows.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// A stream for a purpose of the table as a whole.
    pub fn stream(&self, table: &TablePlan, purpose: &str, operation: &str) -> Stream {
        let Frame { seed, tick, .. } = self.frame;
        Stream::keyed(Key { seed, table: &table.name, purpose, operation, tick })
    }

    /// Appends the values of the next rows, up to the limits of a chunk, and returns their number.
    pub fn fill(&mut self, table: &TablePlan, keys: &Keys<'_>, values: &mut Vec<Values>) -> usize {
        make_buffers(table, values);
        let before = bytes(values);
        let count = usize::try_from(keys.count()).map_or(self.most_rows, |count| count.min(self.most_rows));
        let (mut rows, mut drawn) = (0, 0);
        while rows < count && drawn < CHUNK_BYTES {
            // As many as cannot exceed the limit by much.
            let more = match table.most_bytes() {
                Some(most) => CHUNK_BYTES.checked_div(most).unwrap_or(CHUNK_ROWS).max(1),
                None => (CHUNK_BYTES * rows / drawn.max(1)).clamp(1, BLIND_ROWS),
            };
            let end = count.min(rows + more);
            self.fill_blindly(table, &keys.part(rows..end), values);
            (rows, drawn) = (end, bytes(values) - before);
        }
        rows
    }

    /// Appends the values of all of these rows, which come next.
    fn fill_blindly(&mut self, table: &TablePlan, keys: &Keys<'_>, values: &mut [Values]) {
        let Frame { seed, tick, .. } = self.frame;
        let operation = self.operation;
        let columns = table.columns.iter();
        if self.draws.is_empty() {
            self.draws =
                columns.map(|column| Draws::new(column, seed, &table.name, operation, tick)).collect();
        }
        let context = self.frame.context(table);
        let first = self.next_number;
        self.next_number = first.wrapping_add(keys.count());
        for ((column, draws), values) in table.columns.iter().zip(&mut self.draws).zip(values) {
            column.fill(draws, &context, keys, first, values);
        }
    }
}

/// The streams of the columns of a table for rows that are drawn independently of each other; `None`: the column does
/// not change.
pub(crate) struct ColumnsById(Vec<Option<Draws>>);

impl ColumnsById {
    /// For new rows.
    pub fn of_inserts(table: &TablePlan, seed: u64) -> Self {
        let columns = table.columns.iter();
        Self(columns.map(|column| Some(Draws::by_id(column, seed, &table.name, "insert", None))).collect())
    }

    /// For updates by the cause at a place of the table's source of changes.
    pub fn of_updates(table: &TablePlan, seed: u64, place: usize, cause: &Cause) -> Self {
        let draws = |(column, plan): (usize, &Column)| {
            let changes = cause.columns.binary_search(&column).is_ok();
            changes.then(|| Draws::by_id(plan, seed, &table.name, &cause.name, Some(place)))
        };
        Self(table.columns.iter().enumerate().map(draws).collect())
    }

    /// Appends the values of one row at the tick of the frame. Unique values are derived from `number`.
    pub fn push(&mut self, table: &TablePlan, frame: &Frame, number: u64, id: i64, values: &mut Vec<Values>) {
        make_buffers(table, values);
        let context = frame.context(table);
        for ((column, draws), values) in table.columns.iter().zip(&mut self.0).zip(values) {
            let Some(draws) = draws else {
                values.push_null();
                continue;
            };
            draws.set_tick(frame.tick);
            column.fill(draws, &context, &Keys::Listed(&[id]), number, values);
        }
    }
}

/// The number of the draw that inserts a row.
pub(crate) fn number_of(table: &TablePlan, cohorts: Cohorts, id: i64) -> u64 {
    let cohort = cohorts.tick_of(id).unwrap_or(0);
    let place = id.saturating_sub(cohorts.first(cohort)).unsigned_abs();
    table.draws_before(cohorts, cohort).wrapping_add(place)
}

fn make_buffers(table: &TablePlan, values: &mut Vec<Values>) {
    if values.is_empty() {
        values.extend(table.columns.iter().map(|column| Values::of(&column.sql_type)));
    }
}

/// Bytes of the values of some rows.
pub(super) fn bytes(columns: &[Values]) -> usize {
    columns.iter().map(Values::bytes).sum()
}

/// The buffers if they are worth keeping: large ones would be idle memory.
pub(super) fn unless_large(buffers: Vec<Values>) -> Vec<Values> {
    let large = buffers.iter().map(Values::capacity).sum::<usize>() > LARGE;
    if large { Vec::new() } else { buffers }
}
