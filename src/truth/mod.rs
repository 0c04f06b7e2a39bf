//! [`ShopPlan`] × tick → the expected contents of the tables, and every version of their rows.
//!
//! A pure function of the plan, the timeline and the tick's number, in the order of the keys. The cost
//! depends on the rows that exist, not on the age of the run; memory is bounded in bytes. Must not know any database:
//! comparing is up to the caller.

mod cost;
mod digest;
mod lives;
mod row;
mod step;
mod text;
mod updates;

use std::ops::Range;
use std::sync::Arc;

use crate::clock::Timeline;
use crate::plan::{Actors, ShopPlan, TablePlan};
use crate::tick::{Inserts, TableTick};
use crate::value::{Timestamp, Values};

use lives::Lives;
use updates::{KnownUpdates, UpdateReader};

pub use cost::draws;
pub use digest::{Digest, digest};
pub use row::{Row, Version};
pub use step::Ended;
pub(crate) use text::push_field;
pub use text::push_line;

/// The rows of one table after a tick, chunk by chunk, ascending by key.
pub struct TableRows<'a> {
    plan: &'a ShopPlan,
    timeline: &'a Timeline,
    place: usize,
    /// The ticks whose rows come after those of `cohort`.
    to_insert: Range<u64>,
    /// The tick as of which the rows are read.
    until: u64,
    /// Whether rows that are deleted by then are included.
    deleted: bool,
    cohort: Option<Cohort>,
    updates: UpdateReader<'a>,
    /// The updates of the next rows.
    known: Arc<KnownUpdates>,
}

/// The rows of one tick.
struct Cohort {
    tick: u64,
    end: End,
    inserts: Inserts,
}

/// What becomes of the rows of a cohort because of their age, as far as it is not after the last tick.
#[derive(Clone, Copy)]
struct End {
    /// The tick that deletes them softly, and its simulated time.
    soft: Option<(u64, Timestamp)>,
    /// The tick that removes them from the table.
    deleted: Option<u64>,
}

impl End {
    /// The tick from which on they are not alive.
    fn of_life(&self) -> Option<u64> {
        self.soft.map(|(tick, _)| tick).or(self.deleted)
    }
}

/// Some consecutive rows, by key.
pub struct Chunk {
    /// The tick of their cohort.
    cohort: u64,
    /// The keys of the cohort's rows, whether they are rows of the chunk or not.
    ids: Range<i64>,
    /// The simulated time of the cohort's tick.
    at: Timestamp,
    end: End,
    actors: Actors,
    /// Column after column: the values of the cohort.
    inserted: Vec<Values>,
    known: Arc<KnownUpdates>,
    /// Where the updates of each row start in `known.by_key`, and where those of the last row end.
    starts: Vec<u32>,
    /// The effects of a source of changes.
    lives: Option<Lives>,
}

impl<'a> TableRows<'a> {
    /// The rows of the table at a place of the plan that exist after tick `tick`.
    pub fn at(plan: &'a ShopPlan, timeline: &'a Timeline, place: usize, tick: u64) -> Self {
        Self::left_of(plan, timeline, place, 0..u64::MAX, tick)
    }

    /// The rows of the cohorts of some ticks that exist after tick `tick`.
    pub fn left_of(
        plan: &'a ShopPlan,
        timeline: &'a Timeline,
        place: usize,
        ticks: Range<u64>,
        tick: u64,
    ) -> Self {
        let existing = plan.tables[place].windows.existing(timeline, tick);
        let ticks = ticks.start.max(existing.start)..ticks.end.min(existing.end);
        Self { deleted: false, ..Self::inserted_by(plan, timeline, place, ticks, tick) }
    }

    /// The rows of the cohorts of some ticks, as of tick `until`: all that were ever inserted, including deleted ones
    /// in their last version.
    pub fn inserted_by(
        plan: &'a ShopPlan,
        timeline: &'a Timeline,
        place: usize,
        ticks: Range<u64>,
        until: u64,
    ) -> Self {
        let updating = ticks.start.saturating_add(1)..until.saturating_add(1);
        let updates = UpdateReader::of(plan, timeline, place, updating);
        let known = Arc::default();
        Self { plan, timeline, place, to_insert: ticks, until, deleted: true, cohort: None, updates, known }
    }

    /// Limits the memory to a share: this many tables are read at a time.
    pub fn one_of(mut self, tables: usize) -> Self {
        self.updates.hold_part(tables);
        self
    }

    fn table(&self) -> &'a TablePlan {
        &self.plan.tables[self.place]
    }

    /// The next rows; `None` after the last.
    pub fn next_chunk(&mut self) -> Option<Chunk> {
        let table = self.table();
        while self.cohort.as_ref().is_none_or(|cohort| cohort.inserts.rest_of_cohort().is_empty()) {
            let tick = self.to_insert.next()?;
            self.cohort = Some(self.begin(tick));
        }
        let first = self.cohort.as_ref()?.inserts.rest_of_cohort().start;
        if first >= self.known.keys.end {
            // Freed before its replacement is allocated.
            self.known = Arc::default();
            let cohorts = table.cohorts(self.timeline);
            self.known = self.updates.from(first..cohorts.first(self.to_insert.end));
        }
        self.chunk(self.known.keys.end)
    }

    /// The row with a number, alone; the numbers of several calls must ascend. `None` if none of the ticks inserts it. The rows
    /// between it and the one before are drawn only where its values depend on them: [`draws`] bounds their number.
    pub fn seek(&mut self, key: i64) -> Option<Chunk> {
        let table = self.table();
        let tick = table.cohorts(self.timeline).tick_of(key)?;
        if self.cohort.as_ref().is_none_or(|cohort| cohort.tick != tick) {
            if !self.to_insert.contains(&tick) {
                return None;
            }
            self.to_insert.start = tick + 1;
            self.cohort = Some(self.begin(tick));
        }
        let inserts = &mut self.cohort.as_mut()?.inserts;
        while inserts.rest_of_cohort().start < key {
            inserts.take_rows(table, key);
        }
        if inserts.rest_of_cohort().start > key {
            return None;
        }
        if !self.known.keys.contains(&key) {
            self.known = Arc::default();
            self.known = self.updates.from(key..key + 1);
        }
        self.chunk(key + 1)
    }

    fn begin(&self, tick: u64) -> Cohort {
        let (windows, timeline) = (&self.table().windows, self.timeline);
        let soft = windows.soft_deleted_at(timeline, tick, self.until);
        Cohort {
            tick,
            end: End {
                soft: soft.map(|tick| (tick, timeline.at(tick))),
                deleted: windows.deleted_at(timeline, tick, self.until),
            },
            inserts: TableTick::cohort(self.plan, self.timeline, tick, self.place),
        }
    }

    /// The next rows of the cohort, with keys below `end`, whose updates are known.
    fn chunk(&mut self, end: i64) -> Option<Chunk> {
        let table = self.table();
        let Cohort { tick, end: ends, inserts } = self.cohort.as_mut()?;
        let (ids, inserted) = inserts.take_rows(table, end);
        let at = self.timeline.at(*tick);
        let known = self.known.clone();
        let starts = known.starts(ids.clone());
        let (cohort, end, actors) = (*tick, *ends, Actors::of(table, self.plan.seed));
        let mut chunk = Chunk { cohort, ids, at, end, actors, inserted, known, starts, lives: None };
        chunk.lives = Lives::of(self, &chunk);
        Some(chunk)
    }
}

/// Why no tick up to `last` inserts the row with a number into a table, which is none where its key is no row's; `None`:
/// one does, or a source of changes decides.
pub fn why_absent(table: &TablePlan, timeline: &Timeline, key: Option<i64>, last: u64) -> Option<String> {
    let Some(key) = key else { return Some("shopsim gives no row such a key".to_owned()) };
    match table.cohorts(timeline).tick_of(key) {
        _ if key >= table.reserved_from() => Some("it is for rows of others".to_owned()),
        None => Some("no tick inserts it".to_owned()),
        Some(tick) if tick < timeline.first() => Some(format!("tick {tick} was skipped")),
        Some(tick) if tick > last => Some(format!("tick {tick} inserts it, after tick {last}")),
        Some(_) => None,
    }
}

impl Chunk {
    /// The number of rows.
    pub fn count(&self) -> usize {
        match &self.lives {
            None => usize::try_from(self.ids.end - self.ids.start).unwrap_or(0),
            Some(lives) => lives.count(),
        }
    }

    /// A row by its place.
    pub fn row(&self, nth: usize) -> Option<Row<'_>> {
        (nth < self.count()).then(|| Row::new(self, nth))
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.count()).map(|nth| Row::new(self, nth))
    }

    /// Bytes of the inserted values.
    fn bytes(&self) -> usize {
        self.inserted.iter().map(Values::bytes).sum()
    }

    /// The places of the random updates of the row at a place of the cohort's part, in the order of their ticks.
    fn updates(&self, place: usize) -> &[u32] {
        &self.known.by_key[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}
