//! Right pipelines have no findings, and each planted mistake is told as itself or as what it cannot be told from.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::grade::pipeline::{Pipeline, Read, Selection, Target};
use crate::grade::synthetic::{Truth, cases, reads, truths};
use crate::grade::{
    Capture, Class, Deletes, Finding, FoundRow, Judge, Kind, Load, Reads, Shape, Starts, UNSTAMPED,
};

/// A source, the loads of a table, and its conventions.
#[derive(Clone, Debug)]
struct Case {
    truth: Truth,
    reads: Vec<Read>,
    shape: Shape,
    delta: i64,
}

const ENDS: [i64; 4] = [0, 1, 1_000, 1_000_000];
const EVERY_DELETES: [Deletes; 5] =
    [Deletes::Close, Deletes::Flag, Deletes::NewRecord, Deletes::Remove, Deletes::Keep];
const EVERY_START: [Starts; 4] =
    [Starts::Load, Starts::Event, Starts::CreatedThenLoad, Starts::FixedThenLoad(-10_000_000_000_000_000)];

fn shape(kind: Kind, starts: Starts, deletes: Deletes) -> Shape {
    Shape { kind, capture: Capture::Snapshot, starts, deletes, tolerance: 0 }
}

fn shapes() -> impl Strategy<Value = Shape> {
    prop_oneof![
        6 => (select(&EVERY_START[..]), select(&EVERY_DELETES[..]))
            .prop_map(|(starts, deletes)| shape(Kind::History, starts, deletes)),
        2 => select(&EVERY_DELETES[1..]).prop_filter("no kind of deletes of current tables", |deletes| {
            *deletes != Deletes::NewRecord
        }).prop_map(|deletes| shape(Kind::Current, Starts::Nothing, deletes)),
        1 => Just(shape(Kind::Append, Starts::Load, Deletes::Keep)),
    ]
}

fn any_case(rows: usize, loads: std::ops::Range<usize>) -> impl Strategy<Value = Case> {
    (truths(rows), shapes(), select(&ENDS[..])).prop_flat_map(move |(truth, shape, delta)| {
        let reads = reads(&truth, loads.clone());
        (Just(truth), reads, Just(shape), Just(delta)).prop_map(|(truth, reads, shape, delta)| Case {
            truth,
            reads,
            shape,
            delta,
        })
    })
}

impl Case {
    fn target(&self) -> Arc<Target> {
        let (truth, reads) = (&self.truth, self.reads.clone());
        let (columns, timeline) = (truth.columns, truth.timeline());
        Arc::new(Target { shape: self.shape, delta: self.delta, columns, timeline, reads })
    }

    /// The loads, each known up to this many ticks on both sides.
    fn loads(&self, slack: &[(i64, i64)]) -> Vec<Load> {
        let slack = slack.iter().copied().cycle();
        let load = |(read, (early, late)): (&Read, (i64, i64))| Load {
            lo: (read.tick - early).max(-1),
            hi: (read.tick + late).min(self.truth.ticks - 1),
            stamp: read.stamp.unwrap_or(UNSTAMPED),
        };
        self.reads.iter().zip(slack).map(load).collect()
    }

    /// What is wrong with what a pipeline writes, by key.
    fn findings(&self, judge: &Judge<'_>, pipeline: &Pipeline) -> Vec<Vec<Finding>> {
        let of = |(key, life)| judge.judge(life, &pipeline.rows(key, life)).findings;
        self.truth.rows().map(of).collect()
    }

    fn assert_right(&self, pipeline: &Pipeline, slack: &[(i64, i64)]) -> Result<(), TestCaseError> {
        let timeline = self.truth.timeline();
        let loads = self.loads(slack);
        let judge =
            Judge::new(self.shape, Some(self.delta), Reads::snapshots(loads.clone(), false), &timeline);
        for ((key, life), findings) in self.truth.rows().zip(self.findings(&judge, pipeline)) {
            let rows = pipeline.rows(key, life);
            prop_assert!(findings.is_empty(), "{findings:?}\nof {life:?}\n{rows:#?}\nat {loads:?}");
        }
        Ok(())
    }
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
        case.assert_right(&pipeline, &[(0, 0)])?;
        case.assert_right(&pipeline, &slack)?;
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

/// What is known about a table: its columns, and what another shop's loads had read.
struct Known {
    columns: Vec<String>,
    others: Vec<Option<i64>>,
    written: Vec<u64>,
    duplicates: Vec<u64>,
}

impl Known {
    /// Another shop, some ticks ahead of the loads, or behind them.
    fn of(case: &Case, ahead: i64) -> Self {
        let created_at = |tick: i64| case.truth.timeline().created_at(tick.max(0).unsigned_abs()).0;
        let last = case.truth.ticks - 1;
        Self {
            columns: (0..case.truth.columns).map(|column| format!("c{column}")).collect(),
            others: case.reads.iter().map(|read| Some(created_at((read.tick + ahead).min(last)))).collect(),
            written: Vec::new(),
            duplicates: Vec::new(),
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

    fn hypotheses(&self, case: &Case, classes: &BTreeSet<Class>) -> Hypotheses {
        let facts = TableFacts {
            columns: &self.columns,
            update_window: Some(case.truth.window * case.truth.interval),
            population: &case.truth,
            newest_of_others: &self.others,
            written: &self.written,
            duplicates: &self.duplicates,
            loads_known: true,
        };
        let loads = case.loads(&[(0, 0)]);
        Hypotheses::for_findings(classes, &loads, case.shape, case.delta, &case.truth.timeline(), &facts)
    }
}

/// Grades what a faulty pipeline writes, and tells the causes; `None`: there are no findings.
fn told(case: &Case, mut known: Known, pipeline: &Pipeline) -> Option<Told> {
    let timeline = case.truth.timeline();
    let reads = Reads::snapshots(case.loads(&[(0, 0)]), false);
    let judge = Judge::new(case.shape, Some(case.delta), reads, &timeline);
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
    let mut diagnosis = Diagnosis::new(known.hypotheses(case, &classes));
    for ((key, life), (_, findings)) in case.truth.rows().zip(&found) {
        diagnosis.add(key, life, findings, 1, |life, rows| judge.judge(life, rows).findings);
    }
    Some(diagnosis.tell(Vec::new(), false))
}

/// The shape of a table whose pipeline makes a mistake.
fn shape_of(id: Id) -> impl Strategy<Value = Shape> {
    let histories = EVERY_START[..1]
        .iter()
        .flat_map(|starts| EVERY_DELETES.map(|deletes| shape(Kind::History, *starts, deletes)));
    let currents = [Deletes::Remove, Deletes::Flag, Deletes::Keep]
        .map(|deletes| shape(Kind::Current, Starts::Nothing, deletes));
    let appends = [shape(Kind::Append, Starts::Load, Deletes::Keep)];
    let all = histories.chain(currents).chain(appends);
    let fits = |shape: &Shape| match id {
        Id::H4 => shape.kind == Kind::Current,
        Id::H7 | Id::H8 => shape.kind != Kind::Append && shape.deletes != Deletes::Keep,
        Id::H14 | Id::H15 => shape.kind != Kind::Append,
        _ => true,
    };
    select(all.filter(fits).collect::<Vec<_>>())
}

const SIMULATED: [Id; 13] = [
    Id::H1,
    Id::H2,
    Id::H3,
    Id::H4,
    Id::H5,
    Id::H6,
    Id::H7,
    Id::H8,
    Id::H10,
    Id::H12,
    Id::H13,
    Id::H14,
    Id::H15,
];

fn case_of(ids: &'static [Id]) -> impl Strategy<Value = (Id, Case)> {
    (select(ids), truths(40), select(&ENDS[..])).prop_flat_map(|(id, truth, delta)| {
        let reads = reads(&truth, 3..9);
        (Just(id), Just(truth), reads, shape_of(id), Just(delta))
            .prop_map(|(id, truth, reads, shape, delta)| (id, Case { truth, reads, shape, delta }))
    })
}

/// All mistakes with all their parameters for a case, whatever is found.
fn planted(case: &Case, known: &Known, id: Id, which: &Index) -> Option<(Hypothesis, Pipeline)> {
    let hypotheses = known.hypotheses(case, &Class::ALL.into());
    let of_id: Vec<_> = hypotheses.tried.into_iter().filter(|(hypothesis, _)| hypothesis.id == id).collect();
    (!of_id.is_empty()).then(|| which.get(&of_id).clone())
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn a_planted_mistake_is_told_as_itself_or_as_a_twin_that_names_it(
        (id, case) in case_of(&SIMULATED),
        which in any::<Index>(),
        ahead in select(&[-3i64, -2, 2, 3][..]),
    ) {
        let known = Known::of(&case, ahead);
        let Some((hypothesis, pipeline)) = planted(&case, &known, id, &which) else { return Ok(()) };
        let Some(told) = told(&case, known, &pipeline) else { return Ok(()) };
        let [cause] = &told.causes[..] else {
            return Err(TestCaseError::fail(format!("{hypothesis:?}: {told:?}")));
        };
        prop_assert!(cause.id == id || cause.same_here.contains(&id), "{:?}: {:?}", hypothesis, told);
        prop_assert_eq!((cause.explains.0, cause.predicts_others), (cause.explains.1, 0));
    }
}
