//! Right pipelines have no findings, however well their loads are known. And what the tests of mistakes need, too: cases,
//! and how they are graded.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::clock::Timeline;
use crate::grade::pipeline::{Pipeline, Read, Selection, Target};
use crate::grade::synthetic::{Truth, cases, reads, truths};
use crate::grade::{
    Capture, Class, Conventions, Deletes, Evidence, Finding, FoundRow, Given, Judge, Kind, Load, Loads, Plan,
    Reads, Shape, Starts, UNSTAMPED,
};

/// A source, the loads of a table, and its conventions.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub truth: Truth,
    pub reads: Vec<Read>,
    pub shape: Shape,
    pub delta: i64,
}

pub(super) const ENDS: [i64; 4] = [0, 1, 1_000, 1_000_000];
pub(super) const EVERY_DELETES: [Deletes; 5] =
    [Deletes::Close, Deletes::Flag, Deletes::NewRecord, Deletes::Remove, Deletes::Keep];
pub(super) const DELETES_OF_CURRENT: [Deletes; 3] = [Deletes::Flag, Deletes::Remove, Deletes::Keep];
pub(super) const EVERY_START: [Starts; 4] =
    [Starts::Load, Starts::Event, Starts::CreatedThenLoad, Starts::FixedThenLoad(-10_000_000_000_000_000)];

pub(super) fn shape(kind: Kind, starts: Starts, deletes: Deletes) -> Shape {
    Shape { kind, capture: Capture::Snapshot, starts, deletes, tolerance: 0 }
}

fn shapes() -> impl Strategy<Value = Shape> {
    prop_oneof![
        6 => (select(&EVERY_START[..]), select(&EVERY_DELETES[..]))
            .prop_map(|(starts, deletes)| shape(Kind::History, starts, deletes)),
        2 => select(&DELETES_OF_CURRENT[..]).prop_map(|deletes| shape(Kind::Current, Starts::Nothing, deletes)),
        1 => Just(shape(Kind::Append, Starts::Load, Deletes::Keep)),
    ]
}

fn any_case(rows: usize, loads: std::ops::Range<usize>) -> impl Strategy<Value = Case> {
    (truths(rows), shapes(), select(&ENDS[..])).prop_flat_map(move |(truth, shape, delta)| {
        let reads = reads(&truth, loads.clone());
        (Just(truth), reads, Just(shape), Just(delta)).prop_map(|(truth, reads, shape, delta)| {
            // Ends must not be before their starts.
            let mut gaps = reads.windows(2).filter_map(|pair| Some(pair[1].stamp? - pair[0].stamp?));
            let is_long = delta < truth.interval && gaps.all(|gap| delta < gap);
            let delta = if is_long { delta } else { 0 };
            Case { truth, reads, shape, delta }
        })
    })
}

impl Case {
    pub fn target(&self) -> Arc<Target> {
        let (truth, reads) = (&self.truth, self.reads.clone());
        let (columns, timeline) = (truth.columns, truth.timeline());
        Arc::new(Target { shape: self.shape, delta: self.delta, columns, timeline, reads })
    }

    /// The loads, each known up to this many ticks on both sides.
    pub fn loads(&self, slack: &[(i64, i64)]) -> Vec<Load> {
        let slack = slack.iter().copied().cycle();
        let load = |(read, (early, late)): (&Read, (i64, i64))| Load {
            lo: (read.tick - early).max(-1),
            hi: (read.tick + late).min(self.truth.ticks - 1),
            stamp: read.stamp.unwrap_or(UNSTAMPED),
        };
        self.reads.iter().zip(slack).map(load).collect()
    }

    /// A judge who knows the loads.
    pub fn judge<'a>(&self, timeline: &'a Timeline, slack: &[(i64, i64)]) -> Judge<'a> {
        let reads = Reads::snapshots(self.loads(slack), false);
        Judge::new(self.shape, Some(self.delta), reads, timeline)
    }

    /// A judge who finds out the loads, or narrows their brackets, from the rows that a pipeline writes.
    pub fn judge_by_content<'a>(
        &self,
        timeline: &'a Timeline,
        pipeline: &Pipeline,
        loads: &Loads,
    ) -> Judge<'a> {
        let Shape { kind, capture, starts, deletes, tolerance } = self.shape;
        let given = Given { kind, capture, starts: Some(starts), deletes: Some(deletes), tolerance };
        let last_tick = self.truth.ticks - 1;
        let mut conventions = Conventions::new(given, timeline, last_tick);
        for (key, life) in self.truth.rows() {
            conventions.add(life, &pipeline.rows(key, life), 1);
        }
        let resolved = conventions.resolve(None);
        let (plan, delta) = resolved.plan(loads);
        let reads = match plan {
            Plan::Known(reads) => reads,
            Plan::Collect(unread) => {
                let mut evidence = Evidence::new(resolved.shape, resolved.delta, unread, timeline, last_tick);
                for (key, life) in self.truth.rows() {
                    evidence.add(life, &pipeline.rows(key, life), 1);
                }
                evidence.resolve().reads
            }
        };
        Judge::new(resolved.shape, delta, reads, timeline)
    }

    fn assert_right(&self, pipeline: &Pipeline, judge: &Judge<'_>) -> Result<(), TestCaseError> {
        for (key, life) in self.truth.rows() {
            let rows = pipeline.rows(key, life);
            let findings = judge.judge(life, &rows).findings;
            prop_assert!(findings.is_empty(), "{findings:?}\nof {life:?}\n{rows:#?}\nat {:?}", judge.reads());
        }
        Ok(())
    }
}

/// What is known about a table: its columns, and what another shop's loads had read.
pub(super) struct Known {
    pub columns: Vec<String>,
    pub others: Vec<Option<i64>>,
    pub written: Vec<u64>,
    pub duplicates: Vec<u64>,
    pub loads_known: bool,
}

impl Known {
    /// Another shop, some ticks ahead of the loads, or behind them.
    pub fn of(case: &Case, ahead: i64) -> Self {
        let created_at = |tick: i64| case.truth.timeline().created_at(tick.max(0).unsigned_abs()).0;
        let last = case.truth.ticks - 1;
        Self {
            columns: (0..case.truth.columns).map(|column| format!("c{column}")).collect(),
            others: case.reads.iter().map(|read| Some(created_at((read.tick + ahead).min(last)))).collect(),
            written: Vec::new(),
            duplicates: Vec::new(),
            loads_known: true,
        }
    }

    /// Counts rows and duplicates by the loads that wrote them.
    fn count(&mut self, case: &Case, found: &[(Vec<FoundRow>, Vec<Finding>)]) {
        let load = |row: &FoundRow| case.reads.iter().position(|read| read.stamp == row.stamp);
        self.written = vec![0; case.reads.len()];
        self.duplicates = self.written.clone();
        for (rows, findings) in found {
            for load in rows.iter().filter_map(load) {
                self.written[load] += 1;
            }
            let duplicates = findings.iter().filter(|finding| finding.class == Class::Duplicate);
            for load in duplicates.filter_map(|finding| load(&rows[finding.row?])) {
                self.duplicates[load] += 1;
            }
        }
    }

    pub fn hypotheses(&self, case: &Case, judge: &Judge<'_>, classes: &BTreeSet<Class>) -> Hypotheses {
        let timeline = case.truth.timeline();
        let reads = Reads::snapshots(case.loads(&[(0, 0)]), false);
        let reads = self.loads_known.then_some(&reads);
        let facts = TableFacts {
            columns: &self.columns,
            update_window: Some(case.truth.window * case.truth.interval),
            timeline: &timeline,
            reads,
            population: &case.truth,
            newest_of_others: &self.others,
            written: &self.written,
            duplicates: &self.duplicates,
            loads_known: self.loads_known,
        };
        Hypotheses::for_findings(classes, judge, Some(case.delta), &facts)
    }

    /// All hypotheses, whatever is found.
    pub fn all(&self, case: &Case) -> Hypotheses {
        let timeline = case.truth.timeline();
        self.hypotheses(case, &case.judge(&timeline, &[(0, 0)]), &Class::ALL.into())
    }
}

/// Grades what a faulty pipeline writes, and tells the causes; `None`: there are no findings.
pub(super) fn told(case: &Case, known: Known, pipeline: &Pipeline) -> Option<Told> {
    let timeline = case.truth.timeline();
    told_by(&case.judge(&timeline, &[(0, 0)]), case, known, pipeline)
}

pub(super) fn told_by(judge: &Judge<'_>, case: &Case, mut known: Known, pipeline: &Pipeline) -> Option<Told> {
    let grade = |(key, life)| {
        let rows = pipeline.rows(key, life);
        let findings = judge.judge(life, &rows).findings;
        (rows, findings)
    };
    let found: Vec<_> = case.truth.rows().map(grade).collect();
    let classes: BTreeSet<Class> =
        found.iter().flat_map(|(_, findings)| findings).map(|finding| finding.class).collect();
    if classes.is_empty() {
        return None;
    }
    known.count(case, &found);
    let mut diagnosis = Diagnosis::new(known.hypotheses(case, judge, &classes));
    for ((key, life), (_, findings)) in case.truth.rows().zip(&found) {
        diagnosis.add(key, life, findings, 1, judge);
    }
    Some(diagnosis.tell(Vec::new(), false))
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn right_pipelines_have_no_findings_however_well_their_loads_are_known(
        case in any_case(12, 1..10),
        is_full in any::<bool>(),
        slack in vec((0i64..5, 0i64..5), 10),
    ) {
        let right = Pipeline::right(&case.target());
        let look_back = case.truth.look_back();
        let selects = Selection::cursor(&case.truth.newest_at(&case.reads), look_back, false);
        let is_told = is_full || case.shape.deletes != Deletes::Keep;
        let pipeline = if is_told { right } else { Pipeline { selects, finds_deleted: false, ..right } };
        let timeline = case.truth.timeline();
        case.assert_right(&pipeline, &case.judge(&timeline, &[(0, 0)]))?;
        case.assert_right(&pipeline, &case.judge(&timeline, &slack))?;
        for loads in [Loads::FromContent, Loads::Stamped(case.loads(&slack))] {
            case.assert_right(&pipeline, &case.judge_by_content(&timeline, &pipeline, &loads))?;
        }
    }

    #[test]
    fn right_readers_of_the_log_have_no_findings(
        truth in truths(12),
        deletes in select(&[Deletes::Close, Deletes::NewRecord, Deletes::Keep][..]),
        kind in select(&[Kind::History, Kind::Log][..]),
        delta in select(&ENDS[..]),
        writes_equal in any::<bool>(),
        (from, to) in (0i64..30, 0i64..60),
    ) {
        let shape = Shape { kind, capture: Capture::EveryChange, starts: Starts::Event, deletes, tolerance: 0 };
        let (from, to) = (from.min(truth.ticks - 1), to.max(from).min(truth.ticks - 1));
        let reads = [from, to].map(|tick| Read { tick, stamp: None }).to_vec();
        let delta = if truth.interval > delta && kind == Kind::History { delta } else { 0 };
        let (columns, timeline) = (truth.columns, truth.timeline());
        let target = Target { shape, delta, columns, timeline: timeline.clone(), reads };
        let pipeline = Pipeline { writes_equal, ..Pipeline::right(&Arc::new(target)) };
        let reads = Reads::Changes { initial: (from, from), last: to, last_may: to };
        let judge = Judge::new(shape, Some(delta), reads, &timeline);
        for (key, life) in truth.rows() {
            let rows = pipeline.rows(key, life);
            let findings = judge.judge(life, &rows).findings;
            prop_assert!(findings.is_empty(), "{:?}\nof {:?}\n{:#?}\nat {}..={}", findings, life, rows, from, to);
        }
    }
}
