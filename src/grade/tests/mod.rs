//! Grading as a whole: from the rows of small warehouses to findings.

mod conventions_of;
mod evidence_of;
mod faults_of;
mod mutations;
mod right;
mod vectors;

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::conventions::{Conventions, Given, Plan, Resolved};
use super::evidence::{Brackets, Evidence};
use super::finding::Class;
use super::found::FoundRow;
use super::judge::{Judge, Verdict};
use super::life::{Life, Span};
use super::load::Loads;
use super::pipeline::Pipeline;
use super::reads::Reads;
use super::shape::Shape;
use super::synthetic;
use crate::clock::Timeline;
use crate::value::Timestamp;

/// What a shop has made, and at which ticks.
pub struct Truth {
    pub lives: BTreeMap<u64, Life>,
    pub timeline: Timeline,
    pub last_tick: i64,
}

impl From<&synthetic::Truth> for Truth {
    fn from(truth: &synthetic::Truth) -> Self {
        let lives = truth.rows().map(|(key, life)| (u64::try_from(key).unwrap(), life.clone())).collect();
        Self { lives, timeline: truth.timeline(), last_tick: truth.ticks - 1 }
    }
}

impl Truth {
    /// With ticks `0..ticks`, `interval` microseconds apart, the first at 1970-01-01.
    pub fn new(interval: i64, ticks: i64) -> Self {
        let timeline = Timeline::new(Timestamp(0), interval, &[]);
        Self { lives: BTreeMap::new(), timeline, last_tick: ticks - 1 }
    }

    pub fn time(&self, tick: i64) -> i64 {
        super::delta::time(&self.timeline, tick)
    }

    /// Adds a row by its insert and its updates: values are classes.
    pub fn insert(&mut self, key: u64, states: &[(i64, u32)], deleted: i64) {
        let mut versions: Vec<Span> = Vec::new();
        for (from, class) in states {
            if versions.last().is_none_or(|last| last.class != *class) {
                versions.push(Span { from: *from, class: *class });
            }
        }
        let operations = states.iter().map(|(tick, _)| *tick).collect();
        let created_at = self.time(states[0].0).div_euclid(1_000_000) * 1_000_000;
        self.lives.insert(key, Life { versions, operations, deleted, created_at, cells: Vec::new() });
    }
}

/// The rows of a warehouse, by key.
pub type Warehouse = BTreeMap<u64, Vec<FoundRow>>;

/// What a pipeline writes.
pub fn written(truth: &Truth, pipeline: &Pipeline) -> Warehouse {
    let rows =
        truth.lives.iter().map(|(key, life)| (*key, pipeline.rows(i64::try_from(*key).unwrap(), life)));
    rows.filter(|(_, rows)| !rows.is_empty()).collect()
}

/// A row of one graded cell.
pub fn row(start: i64, end: i64, class: u32, stamp: Option<i64>) -> FoundRow {
    FoundRow { start, end, class, deleted: false, stamp, differing: Vec::new(), cells: 1 }
}

/// The outcome of a grading.
#[derive(Debug)]
pub struct Graded {
    pub findings: Vec<(Class, Option<u64>)>,
    pub resolved: Resolved,
    pub reads: Reads,
    pub verdicts: BTreeMap<u64, Verdict>,
}

/// The conventions that a warehouse shows.
pub fn conventions(truth: &Truth, warehouse: &Warehouse, given: Given, seen_to: Option<i64>) -> Resolved {
    let mut conventions = Conventions::new(given, &truth.timeline, truth.last_tick);
    for (key, life) in &truth.lives {
        conventions.add(life, warehouse.get(key).map_or(&[], Vec::as_slice), 1);
    }
    conventions.resolve(seen_to)
}

/// The loads that a warehouse shows.
pub fn brackets(
    truth: &Truth,
    warehouse: &Warehouse,
    resolved: &Resolved,
    delta: Option<i64>,
    plan: Plan,
) -> Brackets {
    match plan {
        Plan::Known(reads) => Brackets::known(reads),
        Plan::Collect(unread) => {
            let collect = |unread| -> Result<Brackets, Infallible> {
                let mut evidence =
                    Evidence::new(resolved.shape, delta, unread, &truth.timeline, truth.last_tick);
                for (key, life) in &truth.lives {
                    evidence.add(life, warehouse.get(key).map_or(&[], Vec::as_slice), 1);
                }
                Ok(evidence.resolve())
            };
            Brackets::settle(unread, collect).unwrap()
        }
    }
}

/// Grades a warehouse in three passes.
pub fn grade(truth: &Truth, warehouse: &Warehouse, given: Given, loads: &Loads) -> Graded {
    let seen_to = match loads {
        Loads::FromContent => None,
        Loads::Complete(loads) | Loads::Stamped(loads) | Loads::Scheduled(loads) => {
            loads.last().map(|load| load.lo)
        }
    };
    let resolved = conventions(truth, warehouse, given, seen_to);
    let (plan, delta) = resolved.plan(loads);
    let found = brackets(truth, warehouse, &resolved, delta, plan);
    let mut graded = judge(truth, warehouse, resolved.shape, delta, found.reads);
    graded.findings.extend(found.torn.iter().map(|_| (Class::TornLoad, None)));
    graded.resolved = resolved;
    graded
}

/// Grades a warehouse whose loads are known.
pub fn judge(truth: &Truth, warehouse: &Warehouse, shape: Shape, delta: Option<i64>, reads: Reads) -> Graded {
    let judge = Judge::new(shape, delta, reads.clone(), &truth.timeline);
    let mut findings = Vec::new();
    let mut verdicts = BTreeMap::new();
    for (key, life) in &truth.lives {
        let verdict = judge.judge(life, warehouse.get(key).map_or(&[], Vec::as_slice));
        findings.extend(verdict.findings.iter().map(|finding| (finding.class, Some(*key))));
        verdicts.insert(*key, verdict);
    }
    for (key, rows) in warehouse.iter().filter(|(key, _)| !truth.lives.contains_key(key)) {
        let verdict = judge.judge_foreign(rows);
        findings.extend(verdict.findings.iter().map(|finding| (finding.class, Some(*key))));
    }
    let unread = super::evidence::Unread::Stamps(Vec::new());
    let resolved = Resolved { shape, delta, delta_of_pairs: delta, shift: 0, unread, notes: Vec::new() };
    Graded { findings, resolved, reads, verdicts }
}
