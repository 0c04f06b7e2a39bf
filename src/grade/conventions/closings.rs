//! The ends of last rows: they are stamps of the loads that saw a deletion, unless they were computed.
//!
//! Owns which of them are, for each convention of ends.

use std::collections::BTreeMap;

use crate::clock::Timeline;
use crate::grade::delta::{DAY, DELTAS, closing_stamp, is_time_of_deletion, is_whole_day};
use crate::grade::found::FoundRow;
use crate::grade::life::{Life, NEVER};
use crate::grade::shape::Starts;

/// How many different closings may be loads.
const LIMIT: usize = 1 << 17;

/// The conventions of ends that may turn out to hold: each delta, or none known.
const CASES: usize = DELTAS.len() + 1;

fn cases() -> impl Iterator<Item = Option<i64>> {
    DELTAS.into_iter().map(Some).chain([None])
}

/// The last rows that end at one moment.
#[derive(Clone, Copy, Debug)]
struct Closing {
    /// How many of them are not the computed time of a deletion, in each case.
    rows: [u64; CASES],
    /// The latest start of a first row and of a later one, and of their stamp columns.
    starts: [i64; 2],
    columns: [i64; 2],
}

impl Default for Closing {
    fn default() -> Self {
        Self { rows: [0; CASES], starts: [i64::MIN; 2], columns: [i64::MIN; 2] }
    }
}

impl Closing {
    /// The latest stamp of the load that wrote one of them.
    fn written(&self, starts: Starts) -> i64 {
        match starts {
            Starts::Load => self.starts[0].max(self.starts[1]),
            Starts::CreatedThenLoad | Starts::FixedThenLoad(_) => self.columns[0].max(self.starts[1]),
            Starts::Event | Starts::Nothing => self.columns[0].max(self.columns[1]),
        }
    }
}

/// All closings.
#[derive(Clone, Debug, Default)]
pub struct Closings {
    by_end: BTreeMap<i64, Closing>,
    /// In each case, the rows that end at the computed time of their deletion.
    computed: [u64; CASES],
    too_many: bool,
}

/// What closings tell.
pub struct Found {
    /// The delta that they tell, where no pair of rows does.
    pub delta: Option<i64>,
    /// The stamps of the loads that closed rows.
    pub stamps: Vec<i64>,
    /// Whether some rows were closed at a moment that is no stamp.
    pub without: bool,
}

impl Closings {
    /// Adds the last row of a key, which has ended, or of `weight` of them that are alike; `place` is its place among the rows of its key.
    pub fn add(&mut self, life: &Life, place: usize, last: &FoundRow, weight: u64, timeline: &Timeline) {
        if life.deleted == NEVER {
            // That a living row was closed says nothing about loads.
            return;
        }
        let mut rows = [0; CASES];
        for ((rows, computed), case) in rows.iter_mut().zip(&mut self.computed).zip(cases()) {
            let is_computed = is_time_of_deletion(life, case, last.end, timeline);
            *(if is_computed { computed } else { rows }) += weight;
        }
        if rows == [0; CASES] {
            return;
        }
        if self.by_end.len() >= LIMIT && !self.by_end.contains_key(&last.end) {
            self.too_many = true;
            return;
        }
        let closing = self.by_end.entry(last.end).or_default();
        for (sum, rows) in closing.rows.iter_mut().zip(rows) {
            *sum += rows;
        }
        let later = place.min(1);
        closing.starts[later] = closing.starts[later].max(last.start);
        closing.columns[later] = closing.columns[later].max(last.stamp.unwrap_or(i64::MIN));
    }

    /// What they tell, given the delta of pairs, what starts mean and whether a moment is a stamp.
    pub fn resolve(&self, delta: Option<i64>, starts: Starts, is_stamp: impl Fn(i64) -> bool) -> Found {
        let case = cases().position(|case| case == delta).unwrap_or(CASES - 1);
        let closings: Vec<(i64, u64, i64)> = self
            .by_end
            .iter()
            .filter(|(_, closing)| closing.rows[case] > 0)
            .map(|(end, closing)| (*end, closing.rows[case], closing.written(starts)))
            .collect();
        let mut without = self.computed[case] > 0 || self.too_many;
        let told = delta.or_else(|| {
            // The load that closes a row comes after the one that wrote it.
            let mut best: Vec<i64> = Vec::new();
            let mut most = 0;
            let days = closings.iter().all(|(end, _, _)| is_whole_day(*end));
            for delta in DELTAS.into_iter().filter(|delta| *delta != DAY || days) {
                if !closings.iter().all(|(end, _, written)| end.saturating_add(delta) > *written) {
                    continue;
                }
                let hits = closings.iter().filter(|(end, _, _)| is_stamp(end.saturating_add(delta)));
                let hits: u64 = hits.map(|(_, rows, _)| rows).sum();
                if hits > most {
                    best.clear();
                    most = hits;
                }
                if hits == most {
                    best.push(delta);
                }
            }
            match best[..] {
                [only] if !closings.is_empty() => Some(only),
                _ => None,
            }
        });
        without |= told.is_none() && !closings.is_empty();
        let stamps = match told {
            Some(delta) => {
                let hits = |delta: i64| {
                    let hits = closings.iter().filter(|(end, _, _)| is_stamp(end.saturating_add(delta)));
                    hits.map(|(_, rows, _)| rows).sum::<u64>()
                };
                let own = if hits(0) > hits(delta) { 0 } else { delta };
                let stamp = |end: i64| closing_stamp(end, delta, &is_stamp);
                let stamps =
                    closings.iter().map(|(end, _, _)| stamp(*end).unwrap_or(end.saturating_add(own)));
                stamps.collect()
            }
            None => Vec::new(),
        };
        Found { delta: told, stamps, without }
    }
}
