//! The verdict on one key: its life, the loads, and the rows found for it.
//!
//! Owns what is obligatory and the way to a verdict; each kind of table is judged in its own file. Keeps nothing from key to
//! key.

mod chain;
mod current;
mod ends;
mod log;
mod obliged;
mod verdict;

use super::finding::{Class, Finding};
use super::found::{FoundRow, OPEN};
use super::life::{Life, NEVER};
use super::meaning::Meaning;
use super::reads::Reads;
use super::shape::{Capture, Deletes, Kind, Shape, Starts};
use crate::clock::Timeline;

pub use verdict::{Obligations, Path, Place, Tally, Verdict};

/// A judge of the keys of one table of one shop.
#[derive(Clone, Debug)]
pub struct Judge<'a> {
    shape: Shape,
    /// How far an end is before the start of the next row, in microseconds; `None`: not known.
    delta: Option<i64>,
    reads: Reads,
    timeline: &'a Timeline,
    /// Whether rows have columns that are not graded.
    is_partial: bool,
}

impl<'a> Judge<'a> {
    /// A judge of tables of a shape, whose ends are `delta` microseconds before the next start (`None`: no pair of rows
    /// tells), which were read at these loads.
    pub fn new(mut shape: Shape, mut delta: Option<i64>, reads: Reads, timeline: &'a Timeline) -> Self {
        if shape.kind == Kind::Append && shape.starts != Starts::Nothing {
            shape.starts = Starts::Load;
        }
        if shape.kind == Kind::Log {
            // A delete ends the row before it, at its own start.
            delta = Some(0);
            shape.deletes = if shape.deletes == Deletes::Keep { Deletes::Keep } else { Deletes::Close };
        }
        Self { shape, delta, reads, timeline, is_partial: false }
    }

    /// The same, of tables some columns of which are not graded, if `is_partial`: an update of these alone may be a row that
    /// repeats the one before it.
    pub fn of_some_columns(self, is_partial: bool) -> Self {
        Self { is_partial, ..self }
    }

    /// The conventions of the table.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The loads that findings refer to.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// The verdict on a row that the shop has made.
    pub fn judge(&self, life: &Life, rows: &[FoundRow]) -> Verdict {
        if let Some(verdict) = self.plain(life, rows) {
            return verdict;
        }
        if rows.is_empty() {
            return self.absent(life);
        }
        match self.shape.kind {
            Kind::Current => self.current(life, rows),
            Kind::Log => self.log(life, rows),
            Kind::History | Kind::Append => self.chain(life, &rows.iter().enumerate().collect::<Vec<_>>()),
        }
    }

    /// The verdict on rows with a key that the shop has never made.
    pub fn judge_foreign(&self, rows: &[FoundRow]) -> Verdict {
        let mut verdict = Verdict::default();
        if !rows.is_empty() {
            verdict.found(Class::InventedRow, None, Some(0), None);
        }
        verdict
    }

    fn meaning(&self) -> Meaning<'_> {
        let repeats = self.is_partial || self.shape.capture == Capture::EveryChange;
        Meaning { shape: &self.shape, reads: &self.reads, timeline: self.timeline, repeats }
    }

    /// Whether the last load alone decides whether a row must be there.
    fn last_load_decides(&self) -> bool {
        self.shape.kind == Kind::Current
            || (self.shape.deletes == Deletes::Remove && self.shape.kind != Kind::Append)
    }

    /// Whether the key must be there.
    fn must_be_there(&self, life: &Life) -> bool {
        match self.last_load_decides() {
            true => self.reads.last_sight(life).is_some_and(|last| last.lo >= 1 && last.hi <= life.count()),
            false => self.reads.surely_saw(life),
        }
    }

    /// The verdict on a key without rows.
    fn absent(&self, life: &Life) -> Verdict {
        let mut verdict = Verdict::default();
        if self.must_be_there(life) {
            let load = match self.last_load_decides() {
                true => self.reads.count().checked_sub(1),
                false => Some(self.reads.first_must(life.born())),
            };
            verdict.found(Class::MissingRow, Some(life.born()), None, load);
            verdict.obligations.inserts = Tally::of(1, 1);
            let changes = obliged::changes(&self.reads, life, &self.shape);
            verdict.obligations.changes = Tally::of(changes, changes);
        } else {
            verdict.allowed_misses = count(life.count());
            let is_gone = self.reads.last_sight(life).is_some_and(|last| last.lo > life.count());
            if self.shape.deletes == Deletes::Remove && self.shape.kind == Kind::Current && is_gone {
                verdict.obligations.deletes = Tally::of(1, 0);
            }
        }
        verdict
    }

    /// The verdict on the commonest keys: a row that never changed and was not deleted, told by one right row.
    fn plain(&self, life: &Life, rows: &[FoundRow]) -> Option<Verdict> {
        let ([version], [row]) = (&life.versions[..], rows) else { return None };
        let plain = self.shape.kind == Kind::History
            && self.shape.capture == Capture::Snapshot
            && life.deleted == NEVER
            && row.class == version.class
            && row.end == OPEN
            && !row.deleted;
        if !plain {
            return None;
        }
        let meaning = self.meaning();
        let candidate = meaning.candidate(life, 0, 0, row);
        let load = candidate
            .load
            .or(Some(self.reads.first_may(version.from)).filter(|load| *load < self.reads.count()))?;
        let seen = self.reads.load(load).hi >= version.from
            && load.checked_sub(1).is_none_or(|before| self.reads.load(before).lo < version.from);
        if !seen || !meaning.fits(life, 0, &candidate, Some(load), 1) {
            return None;
        }
        let one = Tally::of(1, 0);
        let inserts = if self.must_be_there(life) { one } else { Tally::default() };
        let values = Tally::of(u64::from(row.cells), 0);
        let obligations =
            Obligations { inserts, values, intervals: one, uniqueness: one, ..Obligations::default() };
        let path = Path::One(Place { load: Some(load), phase: 1 });
        Some(Verdict { right_rows: 1, obligations, path, ..Verdict::default() })
    }
}

/// How many rows no finding is about.
fn right_rows(rows: usize, findings: &[Finding]) -> u64 {
    let mut wrong: Vec<usize> = findings.iter().filter_map(|finding| finding.row).collect();
    wrong.sort_unstable();
    wrong.dedup();
    count(rows.saturating_sub(wrong.len()))
}

/// A length as a count.
fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
