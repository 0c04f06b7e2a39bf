//! Right pipelines have no findings, and each planted mistake is told as itself or as what it cannot be told from.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;

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
struct Case {
    truth: Truth,
    reads: Vec<Read>,
    shape: Shape,
    delta: i64,
}

const ENDS: [i64; 4] = [0, 1, 1_000, 1_000_000];
const EVERY_DELETES: [Deletes; 5] =
    [Deletes::Close, Deletes::Flag, Deletes::NewRecord, Deletes::Remove, Deletes::Keep];
const DELETES_OF_CURRENT: [Deletes; 3] = [Deletes::Flag, Deletes::Remove, Deletes::Keep];
const EVERY_START: [Starts; 4] =
    [Starts::Load, Starts::Event, Starts::CreatedThenLoad, Starts::FixedThenLoad(-10_000_000_000_000_000)];

fn shape(kind: Kind, starts: Starts, deletes: Deletes) -> Shape {
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

    /// A judge who knows the loads.
    fn judge<'a>(&self, timeline: &'a Timeline, slack: &[(i64, i64)]) -> Judge<'a> {
        let reads = Reads::snapshots(self.loads(slack), false);
        Judge::new(self.shape, Some(self.delta), reads, timeline)
    }

    /// A judge who finds out the loads, or narrows their brackets, from the rows that a pipeline writes.
    fn judge_by_content<'a>(&self, timeline: &'a Timeline, pipeline: &Pipeline, loads: &Loads) -> Judge<'a> {
        let Shape { kind, capture, starts, deletes, tolerance } = self.shape;
        let given = Given { kind, capture, starts: Some(starts), deletes: Some(deletes), tolerance };
        let last_tick = self.truth.ticks - 1;
        let mut conventions = Conventions::new(given, timeline, last_tick);
        for (key, life) in self.truth.rows() {
            conventions.add(life, &pipeline.rows(key, life));
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
        let timeline = case.truth.timeline();
        let facts = TableFacts {
            columns: &self.columns,
            update_window: Some(case.truth.window * case.truth.interval),
            timeline: &timeline,
            population: &case.truth,
            newest_of_others: &self.others,
            written: &self.written,
            duplicates: &self.duplicates,
            loads_known: true,
        };
        let judge = case.judge(&timeline, &[(0, 0)]);
        Hypotheses::for_findings(classes, &judge, Some(case.delta), &facts)
    }
}

/// Grades what a faulty pipeline writes, and tells the causes; `None`: there are no findings.
fn told(case: &Case, mut known: Known, pipeline: &Pipeline) -> Option<Told> {
    let timeline = case.truth.timeline();
    let judge = case.judge(&timeline, &[(0, 0)]);
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
        diagnosis.add(key, life, findings, 1, &judge);
    }
    Some(diagnosis.tell(Vec::new(), false))
}

/// The shape of a table whose pipeline makes a mistake.
fn shape_of(id: Id) -> impl Strategy<Value = Shape> {
    let histories = EVERY_START
        .iter()
        .flat_map(|starts| EVERY_DELETES.map(|deletes| shape(Kind::History, *starts, deletes)));
    let currents = DELETES_OF_CURRENT.map(|deletes| shape(Kind::Current, Starts::Nothing, deletes));
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

fn case_of(id: Id) -> impl Strategy<Value = Case> {
    (truths(40), select(&ENDS[..])).prop_flat_map(move |(truth, delta)| {
        let reads = reads(&truth, 3..9);
        (Just(truth), reads, shape_of(id), Just(delta)).prop_map(|(truth, reads, shape, delta)| Case {
            truth,
            reads,
            shape,
            delta,
        })
    })
}

/// A mistake with one of the parameters that would be tried if everything were found.
fn planted(case: &Case, known: &Known, id: Id, which: &Index) -> Option<(Hypothesis, Pipeline)> {
    let hypotheses = known.hypotheses(case, &Class::ALL.into());
    let of_id: Vec<_> = hypotheses.tried.into_iter().filter(|(hypothesis, _)| hypothesis.id == id).collect();
    (!of_id.is_empty()).then(|| which.get(&of_id).clone())
}

/// How often a mistake was told.
#[derive(Debug, Default)]
struct Outcomes {
    itself: u32,
    as_a_twin: u32,
    without_findings: u32,
}

#[test]
fn a_planted_mistake_is_told_as_itself_or_as_a_twin_that_names_it() {
    for id in SIMULATED {
        let outcomes = RefCell::new(Outcomes::default());
        let cases = cases(40);
        let drawn = cases.cases;
        let input = (case_of(id), any::<Index>(), select(&[-3i64, -2, 2, 3][..]));
        let run = TestRunner::new(cases).run(&input, |(case, which, ahead)| {
            let mut outcomes = outcomes.borrow_mut();
            let known = Known::of(&case, ahead);
            let planted = planted(&case, &known, id, &which);
            let told = planted.as_ref().and_then(|(_, pipeline)| told(&case, known, pipeline));
            let (Some((hypothesis, _)), Some(told)) = (planted, told) else {
                outcomes.without_findings += 1;
                return Ok(());
            };
            let [cause] = &told.causes[..] else {
                return Err(TestCaseError::fail(format!("{hypothesis:?}: {told:?}")));
            };
            prop_assert!(cause.id == id || cause.same_here.contains(&id), "{:?}: {:?}", hypothesis, told);
            prop_assert_eq!((cause.explains.0, cause.predicts_others), (cause.explains.1, 0));
            match cause.id == id {
                true => outcomes.itself += 1,
                false => outcomes.as_a_twin += 1,
            }
            Ok(())
        });
        let outcomes = outcomes.into_inner();
        if let Err(error) = run {
            panic!("{id}: {error}");
        }
        eprintln!("{id}: {outcomes:?}");
        assert!(outcomes.itself + outcomes.as_a_twin >= drawn / 8, "{id} of {drawn}: {outcomes:?}");
    }
}

/// Two mistakes of one pipeline.
fn both(one: Pipeline, other: &Pipeline, right: &Pipeline) -> Pipeline {
    Pipeline {
        kind: if other.kind == right.kind { one.kind } else { other.kind },
        selects: if other.selects == right.selects { one.selects } else { other.selects.clone() },
        compares: if other.compares == right.compares { one.compares } else { other.compares.clone() },
        finds_deleted: one.finds_deleted && other.finds_deleted,
        absent_is_deleted: one.absent_is_deleted || other.absent_is_deleted,
        failed: &one.failed | &other.failed,
        repeated: &one.repeated | &other.repeated,
        ..one
    }
}

fn explains_all(told: &Told) -> bool {
    let [cause] = &told.causes[..] else { return false };
    cause.explains.0 == cause.explains.1 && cause.predicts_others == 0
}

#[test]
fn of_two_mistakes_none_is_told_as_a_third_one() {
    use Id::{H1, H2, H7, H10, H13, H14, H15};
    let pairs = [(H14, H7), (H10, H7), (H13, H7), (H10, H13), (H2, H7), (H1, H7), (H14, H13), (H15, H7)];
    for (one, other) in pairs {
        let counts = RefCell::new([0u32; 4]);
        let input = (case_of(H7), any::<Index>(), any::<Index>());
        let run = TestRunner::new(cases(30)).run(&input, |(case, first, second)| {
            let known = Known::of(&case, 0);
            let [first, second] = [(one, first), (other, second)]
                .map(|(id, which)| planted(&case, &known, id, &which).map(|(_, pipeline)| pipeline));
            let (Some(first), Some(second)) = (first, second) else { return Ok(()) };
            let pipeline = both(first, &second, &Pipeline::right(&case.target()));
            let Some(told) = told(&case, known, &pipeline) else { return Ok(()) };
            let ids: Vec<Id> = told.causes.iter().map(|cause| cause.id).collect();
            let all: Vec<Id> = told
                .causes
                .iter()
                .flat_map(|cause| cause.same_here.iter().copied().chain([cause.id]))
                .collect();
            let named = [one, other].map(|id| all.contains(&id));
            let place = match (ids.len(), named) {
                (0, _) => 0,
                (_, [true, true]) => 1,
                (_, [true, false] | [false, true]) => 2,
                // A simpler mistake may well explain all of it.
                (_, [false, false]) if explains_all(&told) => 2,
                (_, [false, false]) => 3,
            };
            counts.borrow_mut()[place] += 1;
            Ok(())
        });
        if let Err(error) = run {
            panic!("{one} and {other}: {error}");
        }
        let [none, both, one_of_both, neither] = counts.into_inner();
        eprintln!(
            "{one} and {other}: none {none}, both {both}, one of both {one_of_both}, neither {neither}"
        );
        assert!(neither == 0 && both + one_of_both > none, "{one} and {other}");
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_order_of_keys_and_their_number_per_cohort_change_nothing(
        case in case_of(Id::H12),
        which in any::<Index>(),
        copies in 1usize..4,
    ) {
        // Several plain rows of each cohort, next to each other or far apart.
        let mut case = case;
        let lives = case.truth.lives.iter().flat_map(|life| std::iter::repeat_n(life, copies)).cloned();
        case.truth.lives = lives.collect();
        let known = Known::of(&case, 2);
        let hypotheses = known.hypotheses(&case, &Class::ALL.into());
        let (_, pipeline) = which.get(&hypotheses.tried).clone();
        let timeline = case.truth.timeline();
        let judge = case.judge(&timeline, &[(0, 0)]);
        let mut told = [0, 1].map(|order| {
            let mut diagnosis = Diagnosis::new(hypotheses.clone());
            let mut rows: Vec<_> = case.truth.rows().collect();
            if order == 1 {
                rows.sort_by_key(|(key, _)| (key % 3, *key));
            }
            for (key, life) in rows {
                let findings = judge.judge(life, &pipeline.rows(key, life)).findings;
                diagnosis.add(key, life, &findings, 1, &judge);
            }
            diagnosis.tell(Vec::new(), false)
        });
        let last = told[1].clone();
        prop_assert_eq!(&mut told[0], &last);
    }
}
