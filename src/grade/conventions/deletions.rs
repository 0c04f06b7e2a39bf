//! What became of the rows that the source has deleted.
//!
//! Owns the choice between the ways to tell a deletion. Only rows that were surely gone at the last load are asked: those
//! deleted by the tick in which the newest version began that was found.

use super::kept::Kept;
use crate::grade::found::{FoundRow, OPEN};
use crate::grade::life::{Life, NEVER};
use crate::grade::shape::Deletes;

/// Deletions are counted by spans of ticks, of which there are this many.
const SPANS: i64 = 4096;

/// Keys by what was found of them.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    open: u64,
    closed: u64,
    flagged: u64,
    tombstones: u64,
    absent: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.open += other.open;
        self.closed += other.closed;
        self.flagged += other.flagged;
        self.tombstones += other.tombstones;
        self.absent += other.absent;
    }

    /// The way to tell a deletion that most rows show; `None` if none shows any.
    fn shown(&self) -> Option<Deletes> {
        let most = self.closed.max(self.flagged).max(self.tombstones);
        match most {
            0 => None,
            _ if most == self.tombstones => Some(Deletes::NewRecord),
            _ if most == self.flagged => Some(Deletes::Flag),
            _ => Some(Deletes::Close),
        }
    }
}

/// The deleted rows of a table.
#[derive(Clone, Debug)]
pub struct Deletions {
    width: i64,
    spans: Vec<Counts>,
    newest: i64,
    kept: Kept,
}

impl Deletions {
    pub fn new(last_tick: i64) -> Self {
        let kept = Kept::new(last_tick);
        Self { width: last_tick.max(0) / SPANS + 1, spans: Vec::new(), newest: -1, kept }
    }

    /// Adds a key with its rows, ordered by their starts, or `weight` of them that are alike.
    pub fn add(&mut self, life: &Life, rows: &[&FoundRow], weight: u64) {
        for row in rows {
            let version = life.versions.iter().find(|version| version.class == row.class);
            self.newest = self.newest.max(version.map_or(life.born(), |version| version.from));
        }
        self.kept.add(life, rows.last().copied(), weight);
        if life.deleted == NEVER {
            return;
        }
        let span = usize::try_from(life.deleted.max(0) / self.width).unwrap_or(usize::MAX);
        if span >= self.spans.len() {
            self.spans.resize(span + 1, Counts::default());
        }
        let counts = &mut self.spans[span];
        let count = match rows {
            [] => &mut counts.absent,
            [.., before, last] if last.deleted && !before.deleted && repeats(life, before, last) => {
                &mut counts.tombstones
            }
            [.., last] if last.deleted => &mut counts.flagged,
            [.., last] if last.end != OPEN => &mut counts.closed,
            _ => &mut counts.open,
        };
        *count += weight;
    }

    /// What becomes of deleted rows; `seen_to` is the last tick that the last load surely saw, if that is known.
    pub fn resolve(&self, seen_to: Option<i64>) -> Deletes {
        let gone = self.newest.max(seen_to.unwrap_or(-1));
        let whole = usize::try_from((gone + 1).max(0) / self.width).unwrap_or(usize::MAX);
        let (mut surely, mut all) = (Counts::default(), Counts::default());
        for (span, counts) in self.spans.iter().enumerate() {
            all.add(*counts);
            if span < whole {
                surely.add(*counts);
            }
        }
        let shown = |counts: &Counts| {
            counts.shown().filter(|_| counts.open < counts.closed + counts.flagged + counts.tombstones)
        };
        if surely.open > 0 {
            return shown(&surely).unwrap_or(Deletes::Keep);
        }
        if let Some(way) = all.shown() {
            return way;
        }
        let removed = all.absent > 0 && !self.kept.explains_more(seen_to.unwrap_or(-1));
        if removed { Deletes::Remove } else { Deletes::Keep }
    }
}

/// Whether a row says nothing new: it has the values of the row before it, or none that the row ever had.
fn repeats(life: &Life, before: &FoundRow, row: &FoundRow) -> bool {
    row.class == before.class || life.versions.iter().all(|version| version.class != row.class)
}
