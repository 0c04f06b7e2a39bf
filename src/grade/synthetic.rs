//! Tables for tests: few inserts, few changes, small domains, so that values return and loads see little.
//!
//! Owns strategies for truths and loads. Must not know what is tested with them.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;

use super::pipeline::{Population, Read};
use super::{Life, NEVER, Span};
use crate::clock::Timeline;
use crate::value::{SECOND, Timestamp};

/// A table and everything that happened to it.
#[derive(Clone)]
pub struct Truth {
    /// The number of ticks.
    pub ticks: i64,
    /// Microseconds between two ticks.
    pub interval: i64,
    /// The age in ticks up to which rows change.
    pub window: i64,
    /// The number of graded columns.
    pub columns: u16,
    /// The rows, key by key from 1 on.
    pub lives: Vec<Life>,
}

/// An update: how many ticks after the last one, the new values, and whether it restores the values before the last one.
type Update = (i64, Vec<u32>, bool);

impl fmt::Debug for Truth {
    /// A line for each row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ticks, interval, window, .. } = self;
        writeln!(f, "{ticks} ticks of {interval} µs, updates up to an age of {window}")?;
        self.rows().try_for_each(|(key, life)| writeln!(f, "{key}: {life:?}"))
    }
}

impl Truth {
    /// The times of its ticks.
    pub fn timeline(&self) -> Timeline {
        Timeline::new(Timestamp(0), self.interval, &[])
    }

    /// The time of a tick.
    pub fn at(&self, tick: i64) -> i64 {
        tick * self.interval
    }

    /// A look-back in microseconds that reaches every row that may still change.
    pub fn look_back(&self) -> i64 {
        self.window * self.interval + SECOND
    }

    /// The rows with their keys.
    pub fn rows(&self) -> impl Iterator<Item = (i64, &Life)> {
        (1..).zip(&self.lives)
    }

    /// The highest `created_at` that is there at each load.
    pub fn newest_at(&self, reads: &[Read]) -> Vec<Option<i64>> {
        reads.iter().map(|read| self.newest(read.tick)).collect()
    }

    fn life(&self, born: i64, first: Vec<u32>, updates: &[Update], retention: Option<i64>) -> Life {
        let deleted = retention.map(|age| born + age).filter(|tick| *tick < self.ticks).unwrap_or(NEVER);
        let mut all: Vec<Vec<u32>> = vec![first];
        let mut operations = vec![born];
        let mut froms = vec![born];
        let mut tick = born;
        for (gap, values, restores) in updates {
            tick += gap;
            if tick - born > self.window || tick >= deleted.min(self.ticks) {
                break;
            }
            operations.push(tick);
            let before = all.len().checked_sub(2).filter(|_| *restores);
            let values = before.map_or(values, |before| &all[before]).clone();
            if all.last() != Some(&values) {
                all.push(values);
                froms.push(tick);
            }
        }
        let class = |values: &Vec<u32>| all.iter().position(|other| other == values).unwrap_or(0);
        let versions = froms.iter().zip(&all);
        let versions = versions.map(|(from, values)| Span {
            from: *from,
            class: u32::try_from(class(values)).unwrap_or(u32::MAX),
        });
        let versions = versions.collect();
        let cells = match all.len() {
            1 => Vec::new(),
            _ => all.iter().map(|values| values.clone().into()).collect(),
        };
        let created_at = self.at(born).div_euclid(SECOND) * SECOND;
        Life { versions, operations, deleted, created_at, cells }
    }

    fn alive(&self, tick: i64) -> impl Iterator<Item = (i64, &Life)> {
        self.rows().filter(move |(_, life)| (1..=life.count()).contains(&life.phase(tick)))
    }
}

impl Population for Truth {
    fn newest(&self, tick: i64) -> Option<i64> {
        self.alive(tick).map(|(_, life)| life.created_at).max()
    }

    fn nth_key(&self, tick: i64, nth: u64) -> Option<i64> {
        let nth = usize::try_from(nth).unwrap_or(usize::MAX);
        self.alive(tick).take(nth).last().map(|(key, _)| key)
    }

    fn count(&self, tick: i64) -> u64 {
        self.alive(tick).count() as u64
    }
}

/// This many cases, or those that `PROPTEST_CASES` asks for.
pub fn cases(usually: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(asked.unwrap_or(usually)) }
}

/// Tables of up to this many rows.
pub fn truths(rows: usize) -> impl Strategy<Value = Truth> {
    let intervals = prop_oneof![Just(SECOND / 4), Just(SECOND), Just(15 * SECOND)];
    let shape = (5i64..60, intervals, 1usize..4, prop_oneof![Just(2u32), Just(3), Just(50)]);
    let spans = (prop_oneof![Just(2i64), Just(5), Just(60)], prop_oneof![Just(0i64), Just(2), Just(3)]);
    (shape, spans).prop_flat_map(move |((ticks, interval, columns, domain), (window, thirds))| {
        let values = move || vec(0..domain, columns);
        let update = (1i64..6, values(), prop::bool::weighted(0.3));
        let row = (0..ticks, values(), vec(update, 0..5));
        vec(row, 1..rows + 1).prop_map(move |mut rows| {
            rows.sort_by_key(|(born, ..)| *born);
            let columns = u16::try_from(columns).unwrap_or(u16::MAX);
            let retention = (thirds > 0).then(|| ticks / thirds + 1);
            let mut truth = Truth { ticks, interval, window, columns, lives: Vec::new() };
            for (born, first, updates) in rows {
                let life = truth.life(born, first, &updates, retention);
                truth.lives.push(life);
            }
            truth
        })
    })
}

/// Loads of a table, with the stamps of a live run or of one whose simulated time has nothing to do with the wall clock.
pub fn reads(truth: &Truth, count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Read>> + use<> {
    let interval = truth.interval;
    let load = (-1..truth.ticks, 0..interval);
    (vec(load, count), any::<bool>(), prop::bool::weighted(0.3)).prop_map(
        move |(mut loads, is_live, in_seconds)| {
            loads.sort_unstable();
            let mut last = i64::MIN;
            let read = (0i64..).zip(loads).map(|(place, (tick, offset))| {
                let stamp = match (is_live, tick) {
                    (true, 0..) => tick * interval + offset,
                    (true, _) => -1 - offset,
                    (false, _) => 1_000_000_000 * SECOND + place * 700 * SECOND + offset,
                };
                let unit = if in_seconds { SECOND } else { 1 };
                last = (stamp.div_euclid(unit) * unit).max(last.saturating_add(unit));
                Read { tick, stamp: Some(last) }
            });
            read.collect()
        },
    )
}
