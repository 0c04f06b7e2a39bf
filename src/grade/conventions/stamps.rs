//! The stamps that rows carry.
//!
//! Owns how many are kept: a table whose starts are the times of changes has one for each tick, and they are then no loads.

use std::collections::BTreeMap;

use crate::grade::found::FoundRow;
use crate::grade::shape::Starts;

/// How many different stamps may be loads.
const LIMIT: usize = 1 << 17;

/// Stamps with the number of rows that carry each; `None` if there are too many.
#[derive(Clone, Debug)]
struct Counted(Option<BTreeMap<i64, u64>>);

impl Default for Counted {
    fn default() -> Self {
        Self(Some(BTreeMap::new()))
    }
}

impl Counted {
    fn add(&mut self, stamp: i64, weight: u64) {
        if let Some(counts) = &mut self.0 {
            *counts.entry(stamp).or_default() += weight;
            if counts.len() > LIMIT {
                self.0 = None;
            }
        }
    }
}

/// The starts and the stamp columns of the first rows of keys, and of later ones.
#[derive(Clone, Debug, Default)]
pub struct Stamps {
    starts: [Counted; 2],
    columns: [Counted; 2],
    /// Rows whose stamp column is empty, or missing.
    without: [u64; 2],
}

impl Stamps {
    /// Adds a row by its place among those of its key, or `weight` of them that are alike.
    pub fn add(&mut self, place: usize, row: &FoundRow, weight: u64) {
        let later = place.min(1);
        self.starts[later].add(row.start, weight);
        match row.stamp {
            Some(stamp) => self.columns[later].add(stamp, weight),
            None => self.without[later] += weight,
        }
    }

    /// The stamps of the loads, given what starts mean, and whether they are the values of the stamp column as well, which then
    /// decides; whether some rows have none; whether there were too many to be kept.
    pub fn of(&self, starts: Starts, are_stamps: bool) -> (BTreeMap<i64, u64>, bool, bool) {
        let by_start = match starts {
            // A start that is no stamp is wrong, and no load.
            Starts::Load if are_stamps && self.without == [0; 2] => [false, false],
            Starts::Load => [true, true],
            Starts::CreatedThenLoad | Starts::FixedThenLoad(_) => [false, true],
            Starts::Event | Starts::Nothing => [false, false],
        };
        let mut stamps = BTreeMap::new();
        let (mut without, mut too_many) = (false, false);
        for (later, by_start) in by_start.into_iter().enumerate() {
            let counted = if by_start { &self.starts[later] } else { &self.columns[later] };
            without |= !by_start && self.without[later] > 0;
            match &counted.0 {
                Some(counts) => {
                    for (stamp, rows) in counts {
                        *stamps.entry(*stamp).or_default() += rows;
                    }
                }
                None => too_many = true,
            }
        }
        (stamps, without || too_many, too_many)
    }
}
