//! Whether a table keeps the rows that the source has deleted, or removes them.
//!
//! Owns the choice where no row is closed or marked. A removed row is absent at the last load, and all others have the values
//! of then; a kept row may have been read by any load before. So for each tick the rows are counted that are as a last load at
//! that tick leaves them, if rows are removed and if they are kept. What explains more rows at its best tick is right.

use crate::grade::found::FoundRow;
use crate::grade::life::{Life, NEVER};

/// Ticks are counted by spans, of which there are about this many; rows may be as a load leaves them in any tick of a span.
const SPANS: i64 = 4096;

/// The rows of a table, as the last load may have left them.
#[derive(Clone, Debug)]
pub struct Kept {
    width: i64,
    /// By spans, how many more rows than in the span before are as they must be if rows are removed.
    removed: Vec<i64>,
    /// The same, if they are kept.
    kept: Vec<i64>,
}

impl Kept {
    pub fn new(last_tick: i64) -> Self {
        let width = last_tick.max(0) / SPANS + 1;
        // The moment before the first tick, all spans, and the end.
        let spans = usize::try_from(last_tick.max(0) / width).unwrap_or(0) + 3;
        Self { width, removed: vec![0; spans], kept: vec![0; spans] }
    }

    /// Adds a key with its last row, if it has one, or `weight` of them that are alike.
    pub fn add(&mut self, life: &Life, row: Option<&FoundRow>, weight: u64) {
        let gone = (life.deleted, NEVER);
        match row {
            None => {
                let ranges = [(-1, life.born()), gone];
                self.count(&ranges, false, weight);
                self.count(&ranges, true, weight);
            }
            Some(row) => {
                let versions = life.versions.iter().enumerate();
                let mut ranges: Vec<(i64, i64)> = versions
                    .filter(|(_, version)| version.class == row.class)
                    .map(|(place, version)| (version.from, life.end(place + 1)))
                    .collect();
                self.count(&ranges, false, weight);
                ranges.push(gone);
                self.count(&ranges, true, weight);
            }
        }
    }

    /// Whether more rows are explained if they are kept, by a last load that saw at least a tick.
    pub fn explains_more(&self, seen_to: i64) -> bool {
        let most = |counts: &[i64]| {
            let sums = counts.iter().scan(0, |sum, more| {
                *sum += more;
                Some(*sum)
            });
            sums.skip(self.span(seen_to)).max()
        };
        most(&self.kept) > most(&self.removed)
    }

    /// Counts rows in the spans that ascending ranges of ticks touch, each without its last tick.
    fn count(&mut self, ranges: &[(i64, i64)], kept: bool, weight: u64) {
        let weight = i64::try_from(weight).unwrap_or(i64::MAX);
        let mut next = 0;
        for (from, to) in ranges.iter().filter(|(from, to)| from < to) {
            let (first, after) = (self.span(*from).max(next), self.span(to - 1) + 1);
            let counts = if kept { &mut self.kept } else { &mut self.removed };
            let last = counts.len() - 1;
            if first < after.min(last) {
                counts[first] += weight;
                counts[after.min(last)] -= weight;
            }
            next = next.max(after);
        }
    }

    /// The place of a tick's span; 0 is the moment before the first tick.
    fn span(&self, tick: i64) -> usize {
        match tick < 0 {
            true => 0,
            false => usize::try_from(tick / self.width).unwrap_or(usize::MAX - 2) + 1,
        }
    }
}
