//! The rows of a table that a tick updates: at random, and by a source of changes.
//!
//! Owns the streams that choose rows and columns. Must not know how an update is applied.

use std::collections::BTreeSet;
use std::ops::Range;

use super::columns::{CHUNK_BYTES, Columns, ColumnsById, Frame};
use super::operation::{UpdateCause, UpdateChunk};
use super::presence::Presence;
use super::select::{self, Selection};
use crate::plan::{Actors, Cause, Cohorts, Draws, Keys, Operation, TablePlan, Unit, count_ids};
use crate::stream::Stream;

/// The rows of a table that a tick updates, or the remaining ones.
pub struct Updates {
    cohorts: Cohorts,
    window: Range<i64>,
    /// The first key that has not been considered yet.
    next: i64,
    /// All rows that are chosen at random, the remaining ones, and how many of these are skipped.
    count: usize,
    chosen_left: usize,
    skipped_left: usize,
    /// Updates by the index of their cause and by key, and how many of them have been returned.
    listed: Vec<(usize, i64)>,
    listed_done: usize,
    /// Whether the chunks are drawn but not yet returned.
    ahead: bool,
    chosen: Option<Chosen>,
    columns: Columns,
    /// The current rows, no row twice: random ones, and a chunk for each cause; and buffers to be used again.
    chunks: Vec<UpdateChunk>,
    spare: Vec<UpdateChunk>,
}

/// Which rows change, and the streams that choose their columns.
struct Chosen {
    /// Which, once they have been chosen.
    ids: Option<Selection>,
    rows: Stream,
    units: Vec<Stream>,
}

impl Updates {
    /// Random ones of a window, and those that are listed, ascending.
    pub(super) fn new(
        table: &TablePlan,
        cohorts: Cohorts,
        frame: &Frame,
        window: Range<i64>,
        listed: Vec<(usize, i64)>,
    ) -> Self {
        let there = count_ids(&window);
        let count = usize::try_from(table.updates_per_tick().min(there)).unwrap_or(usize::MAX);
        let first = table.draws_before(cohorts, frame.tick).wrapping_add(cohorts.count(frame.tick));
        let mut updates = Self {
            cohorts,
            next: window.start,
            window,
            count,
            chosen_left: count,
            skipped_left: 0,
            listed,
            listed_done: 0,
            ahead: false,
            chosen: None,
            columns: Columns::new(frame, Operation::Update, first),
            chunks: Vec::new(),
            spare: Vec::new(),
        };
        if let Some(presence) = Presence::of(table, frame.seed, cohorts, frame.tick) {
            let mut ids = Vec::new();
            let all = updates.window.clone();
            updates.selection(table).push(all, count, &mut ids);
            updates.skipped_left = ids.iter().filter(|id| !presence.may_be_updated(**id)).count();
        }
        updates
    }

    /// The number of rows still to be updated.
    pub fn remaining(&self) -> usize {
        let drawn = if self.ahead { self.chunks.iter().map(|chunk| chunk.places().count()).sum() } else { 0 };
        self.chosen_left - self.skipped_left + self.listed.len() - self.listed_done + drawn
    }

    /// The updates by the source of changes still to be drawn, each by the index of its cause.
    pub(super) fn causes_left(&self) -> impl Iterator<Item = usize> {
        self.listed[self.listed_done..].iter().map(|(cause, _)| *cause)
    }

    /// The number of randomly chosen rows still to be drawn, including skipped ones.
    pub(crate) fn chosen_left(&self) -> usize {
        self.chosen_left
    }

    /// Moves to the next chunks; false after the last.
    pub(super) fn advance(&mut self, table: &TablePlan) -> bool {
        self.draw_ahead(table);
        std::mem::take(&mut self.ahead)
    }

    pub(super) fn in_chunks_of(&mut self, rows: usize) {
        self.columns.most_rows = rows;
    }

    /// The current chunks.
    pub(super) fn chunks(&self) -> &[UpdateChunk] {
        &self.chunks
    }

    /// Takes the current chunks, to be kept while others are drawn.
    pub(super) fn take_chunks(&mut self) -> impl Iterator<Item = UpdateChunk> {
        self.chunks.drain(..)
    }

    /// Draws the next chunks in advance and returns their bytes.
    pub(super) fn draw_ahead(&mut self, table: &TablePlan) -> usize {
        if !self.ahead {
            self.spare.append(&mut self.chunks);
            while self.chunks.is_empty() && self.chosen_left > 0 {
                let mut chunk = self.buffer();
                let frame = self.columns.frame();
                chunk.begin(UpdateCause::Random, frame, Actors::of(table, frame.seed));
                self.append(table, i64::MAX, &mut chunk);
                let is_empty = chunk.skipped.len() == chunk.ids.len();
                let chunks = if is_empty { &mut self.spare } else { &mut self.chunks };
                chunks.push(chunk);
            }
            if self.chosen_left == 0 {
                self.draw_listed(table);
            }
            self.ahead = !self.chunks.is_empty();
        }
        if self.ahead {
            return self.chunks.iter().map(UpdateChunk::bytes).sum();
        }
        // Buffers of a finished table would be idle memory.
        (self.chunks, self.spare) = (Vec::new(), Vec::new());
        self.chosen = None;
        self.columns.draws = Vec::new();
        0
    }

    /// An empty chunk.
    fn buffer(&mut self) -> UpdateChunk {
        let mut chunk = self.spare.pop().unwrap_or_default();
        chunk.clear();
        chunk
    }

    /// Which rows are chosen.
    fn selection(&mut self, table: &TablePlan) -> &Selection {
        let Self { window, count, chosen, columns, .. } = self;
        let chosen = chosen.get_or_insert_with(|| Chosen::new(columns, table));
        chosen.ids.get_or_insert_with(|| {
            let mut stream = columns.stream(table, "", "update rows");
            Selection::draw(&mut stream, window.clone(), *count as u64)
        })
    }

    /// Appends the next randomly chosen rows with keys below `end`, up to the limits of a chunk, and returns their
    /// number.
    pub(crate) fn append(&mut self, table: &TablePlan, end: i64, chunk: &mut UpdateChunk) -> usize {
        if self.chosen_left == 0 {
            return 0;
        }
        let first = chunk.ids.len();
        let (next, most) = (self.next, self.columns.most_rows);
        self.selection(table).push(next..end, most, &mut chunk.ids);
        let Self { cohorts, chosen: Some(chosen), columns, .. } = self else { return 0 };
        let rows = columns.fill(table, &Keys::Listed(&chunk.ids[first..]), &mut chunk.columns);
        chunk.ids.truncate(first + rows);
        self.next = chunk.ids[first..].last().map_or(end.max(next), |last| last + 1);
        self.chosen_left -= rows;
        let Frame { seed, tick, .. } = *columns.frame();
        if let Some(presence) = Presence::of(table, seed, *cohorts, tick) {
            let skipped = (first..first + rows).filter(|row| !presence.may_be_updated(chunk.ids[*row]));
            chunk.skipped.extend(skipped);
            let skipped = chunk.skipped.iter().rev().take_while(|row| **row >= first).count();
            self.skipped_left -= skipped;
        }
        chunk.changed.resize_with(table.columns.len(), Vec::new);
        chunk.changed.iter_mut().for_each(|changed| changed.resize(first + rows, false));
        let (mut bits, mut changes) = (vec![0; table.units.len()], vec![false; table.units.len()]);
        for row in first..first + rows {
            bits.iter_mut().zip(&mut chosen.units).for_each(|(bits, stream)| *bits = stream.bits());
            select::columns(chosen.rows.bits(), &mut bits, &mut changes);
            for (unit, _) in table.units.iter().zip(&changes).filter(|(_, changes)| **changes) {
                unit.columns.iter().for_each(|column| chunk.changed[*column][row] = true);
            }
        }
        rows
    }

    /// Adds the next listed updates, a chunk for each cause, up to the limits of a chunk for all of them.
    fn draw_listed(&mut self, table: &TablePlan) {
        let Some(changes) = &table.changes else { return };
        let mut rows: usize = self.chunks.iter().map(|chunk| chunk.ids.len()).sum();
        let mut bytes: usize = self.chunks.iter().map(UpdateChunk::bytes).sum();
        // A source may change a row for several causes: no row twice at a time. Random rows are none of these.
        let mut ids = BTreeSet::new();
        let mut is_full = false;
        while let Some((cause, _)) = self.listed.get(self.listed_done).copied().filter(|_| !is_full) {
            let mut chunk = self.buffer();
            let frame = self.columns.frame();
            let mut by_id = UpdatesById::new(table, frame.seed, cause, &changes.causes()[cause]);
            for (_, id) in self.listed[self.listed_done..].iter().take_while(|(other, _)| *other == cause) {
                is_full = rows >= self.columns.most_rows || bytes >= CHUNK_BYTES || !ids.insert(*id);
                if is_full {
                    break;
                }
                let before = chunk.bytes();
                by_id.push(table, frame, *id, &mut chunk);
                (rows, bytes) = (rows + 1, bytes + chunk.bytes() - before);
            }
            self.listed_done += chunk.ids.len();
            let chunks = if chunk.ids.is_empty() { &mut self.spare } else { &mut self.chunks };
            chunks.push(chunk);
        }
    }

    /// Bytes of the state needed to continue, without the chosen ids.
    pub(crate) fn bytes_of_state(&self) -> usize {
        let units = self.chosen.as_ref().map_or(0, |chosen| chosen.units.capacity() * size_of::<Stream>());
        size_of::<Self>() + units + self.columns.draws.capacity() * size_of::<Draws>()
    }

    /// Bytes of the chosen ids.
    pub(crate) fn bytes_of_ids(&self) -> usize {
        self.chosen.as_ref().and_then(|chosen| chosen.ids.as_ref()).map_or(0, Selection::bytes)
    }

    /// Drops the chosen ids; they are chosen again when needed.
    pub(crate) fn forget_ids(&mut self) {
        if let Some(chosen) = &mut self.chosen {
            chosen.ids = None;
        }
    }
}

impl Chosen {
    fn new(columns: &Columns, table: &TablePlan) -> Self {
        let stream = |purpose: &str, operation: &str| columns.stream(table, purpose, operation);
        let of_unit = |unit: &Unit| {
            stream(&unit.name, if unit.is_group { "update group columns" } else { "update columns" })
        };
        Self {
            ids: None,
            rows: stream("", "update columns"),
            units: table.units.iter().map(of_unit).collect(),
        }
    }
}

/// Updates for one cause of a source of changes, each drawn independently.
pub(crate) struct UpdatesById<'a> {
    place: usize,
    cause: &'a Cause,
    columns: ColumnsById,
    actors: Actors,
}

impl<'a> UpdatesById<'a> {
    /// For the cause at a place.
    pub fn new(table: &TablePlan, seed: u64, place: usize, cause: &'a Cause) -> Self {
        let columns = ColumnsById::of_updates(table, seed, place, cause);
        Self { place, cause, columns, actors: Actors::of(table, seed) }
    }

    /// Appends the update of a row.
    pub fn push(&mut self, table: &TablePlan, frame: &Frame, id: i64, chunk: &mut UpdateChunk) {
        chunk.begin(UpdateCause::Source(self.place), frame, self.actors);
        chunk.ids.push(id);
        // The columns of a cause are never unique: the number has no effect.
        self.columns.push(table, frame, 0, id, &mut chunk.columns);
        chunk.changed.resize_with(table.columns.len(), Vec::new);
        for (column, changed) in chunk.changed.iter_mut().enumerate() {
            changed.push(self.cause.columns.binary_search(&column).is_ok());
        }
    }
}
