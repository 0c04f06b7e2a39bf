//! The conventions of a table, from its rows: what starts and ends mean, and what becomes of deleted rows.
//!
//! Owns what is counted in a first pass over all keys. Keeps counts and stamps, nothing per key; see `resolve` for what follows
//! from them.

mod closings;
mod deletions;
mod kept;
mod resolve;
mod stamps;
mod starts;

use super::delta::{DAY, DELTAS, is_whole_day};
use super::found::{FoundRow, OPEN};
use super::life::Life;
use super::shape::{Capture, Deletes, Kind, Starts};
use crate::clock::Timeline;

use closings::Closings;
use deletions::Deletions;
use stamps::Stamps;
use starts::StartCounts;

pub use resolve::{Note, Plan, Resolved};

/// What is told of a table; what is `None` is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// What it keeps of a row.
    pub kind: Kind,
    /// What its pipeline reads.
    pub capture: Capture,
    /// What its starts mean.
    pub starts: Option<Starts>,
    /// What becomes of deleted rows.
    pub deletes: Option<Deletes>,
    /// How far a start may be from what it means, in microseconds.
    pub tolerance: i64,
}

/// Counts what the rows of a table tell of its conventions.
#[derive(Clone, Debug)]
pub struct Conventions<'a> {
    given: Given,
    timeline: &'a Timeline,
    last_tick: i64,
    /// How often each of [`DELTAS`] lies between two neighbours.
    deltas: [u64; DELTAS.len()],
    stamps: Stamps,
    starts: StartCounts,
    closings: Closings,
    deletions: Deletions,
    /// The first and the last moment that a row tells of.
    told: Option<(i64, i64)>,
}

impl<'a> Conventions<'a> {
    /// For a table of a shop whose last tick is `last_tick`.
    pub fn new(given: Given, timeline: &'a Timeline, last_tick: i64) -> Self {
        Self {
            given,
            timeline,
            last_tick,
            deltas: [0; DELTAS.len()],
            stamps: Stamps::default(),
            starts: StartCounts::default(),
            closings: Closings::default(),
            deletions: Deletions::new(last_tick),
            told: None,
        }
    }

    /// Counts the rows of a key that the shop made, none if it was not found, or of `weight` of them that are alike.
    pub fn add(&mut self, life: &Life, rows: &[FoundRow], weight: u64) {
        if let [row] = rows {
            return self.add_ordered(life, &[row], weight);
        }
        let mut ordered: Vec<&FoundRow> = rows.iter().collect();
        ordered.sort_by_key(|row| (row.start, row.end));
        if self.given.kind == Kind::History {
            ordered.dedup_by_key(|row| (row.start, row.class, row.deleted));
        }
        self.add_ordered(life, &ordered, weight);
    }

    fn add_ordered(&mut self, life: &Life, rows: &[&FoundRow], weight: u64) {
        self.deletions.add(life, rows, weight);
        for pair in rows.windows(2) {
            let (end, start) = (pair[0].end, pair[1].start);
            for (count, delta) in self.deltas.iter_mut().zip(DELTAS) {
                let whole_days = delta != DAY || (is_whole_day(end) && is_whole_day(start));
                *count +=
                    weight * u64::from(end != OPEN && end.checked_add(delta) == Some(start) && whole_days);
            }
        }
        let is_chain = matches!(self.given.kind, Kind::History | Kind::Log);
        for (place, row) in rows.iter().enumerate() {
            self.stamps.add(if is_chain { place } else { 0 }, row, weight);
            let last = if row.end == OPEN { row.start } else { row.end.max(row.start) };
            let told = self.told.get_or_insert((row.start, last));
            *told = (told.0.min(row.start), told.1.max(last));
        }
        if self.given.kind != Kind::Current {
            self.starts.add(life, rows, weight, &self.given, self.timeline);
        }
        if let Some(last) = rows.last().filter(|last| last.end != OPEN && is_chain) {
            self.closings.add(life, rows.len() - 1, last, weight, self.timeline);
        }
    }
}
