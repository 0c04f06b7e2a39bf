//! Each planted mistake is told as itself, or as what it cannot be told from.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::tests::{Case, DELETES_OF_CURRENT, ENDS, EVERY_DELETES, EVERY_START, Known, shape, told, told_by};
use super::*;
use crate::grade::pipeline::{Compare, Pipeline, Read, Selection};
use crate::grade::synthetic::{cases, reads, truths};
use crate::grade::{Capture, Class, Deletes, Judge, Kind, Loads, Reads, Shape, Starts};

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
fn planted(case: &Case, known: &Known, id: Id, which: Index) -> Option<(Hypothesis, Pipeline)> {
    let hypotheses = known.all(case);
    let of_id: Vec<_> = hypotheses.tried.into_iter().filter(|(hypothesis, _)| hypothesis.id == id).collect();
    (!of_id.is_empty()).then(|| which.get(&of_id).clone())
}

/// What became of pipelines with planted mistakes.
#[derive(Clone, Copy, Debug, Default)]
struct Outcomes {
    /// There was nothing to find.
    no_findings: u32,
    /// No cause was told.
    none: u32,
    /// Those that were planted were told, or named as what cannot be told from the told ones.
    right: u32,
    /// Another cause was told, which explains all findings and predicts no others.
    as_good: u32,
    /// Another cause was told.
    wrong: u32,
}

impl Outcomes {
    fn add(&mut self, planted: &[Id], told: Option<&Told>) {
        let Some(told) = told else { return self.no_findings += 1 };
        let is_named = |cause: &ToldCause| {
            planted.contains(&cause.id) || cause.same_here.iter().any(|same| planted.contains(same))
        };
        let explains_all =
            |cause: &ToldCause| cause.explains.0 == cause.explains.1 && cause.predicts_others == 0;
        match &told.causes[..] {
            [] => self.none += 1,
            causes if causes.iter().any(is_named) => self.right += 1,
            [cause] if explains_all(cause) => self.as_good += 1,
            _ => self.wrong += 1,
        }
    }

    fn with_findings(self) -> u32 {
        self.none + self.right + self.as_good + self.wrong
    }
}

/// Runs cases that are the same each time; a case tells what was planted and what was told of it.
fn outcomes<S: Strategy>(
    number: u32,
    input: &S,
    run: impl Fn(S::Value) -> Result<(Vec<Id>, Option<Told>), TestCaseError>,
) -> Outcomes {
    let outcomes = RefCell::new(Outcomes::default());
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(cases(number), rng).run(input, |value| {
        let (planted, told) = run(value)?;
        outcomes.borrow_mut().add(&planted, told.as_ref());
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    outcomes.into_inner()
}

/// A case, a mistake's parameter, and how far another shop is ahead.
fn inputs(id: Id) -> impl Strategy<Value = (Case, Index, i64)> {
    (case_of(id), any::<Index>(), select(&[-3i64, -2, 2, 3][..]))
}

#[test]
fn a_planted_mistake_is_told_as_itself_or_as_a_twin_that_names_it() {
    for id in SIMULATED {
        let outcomes = outcomes(40, &inputs(id), |(case, which, ahead)| {
            let known = Known::of(&case, ahead);
            let Some((hypothesis, pipeline)) = planted(&case, &known, id, which) else {
                return Ok((vec![id], None));
            };
            let told = told(&case, known, &pipeline);
            if let Some(told) = &told {
                let [cause] = &told.causes[..] else {
                    return Err(TestCaseError::fail(format!("{hypothesis:?}: {told:?}")));
                };
                prop_assert!(cause.id == id || cause.same_here.contains(&id), "{:?}: {:?}", hypothesis, told);
                prop_assert_eq!((cause.explains.0, cause.predicts_others), (cause.explains.1, 0));
            }
            Ok((vec![id], told))
        });
        println!("{id}: {outcomes:?}");
        assert!(outcomes.right * 4 > outcomes.no_findings, "{id} is hardly tested: {outcomes:?}");
    }
}

#[test]
fn from_content_alone_a_mistake_is_seldom_taken_for_another() {
    for id in SIMULATED {
        let outcomes = outcomes(40, &inputs(id), |(case, which, ahead)| {
            let mut known = Known::of(&case, ahead);
            let Some((_, pipeline)) = planted(&case, &known, id, which) else { return Ok((vec![id], None)) };
            known.loads_known = false;
            let timeline = case.truth.timeline();
            let judge = case.judge_by_content(&timeline, &pipeline, &Loads::FromContent);
            Ok((vec![id], told_by(&judge, &case, known, &pipeline)))
        });
        println!("{id} from content: {outcomes:?}");
        assert!(outcomes.wrong * 20 <= outcomes.with_findings(), "{id}: {outcomes:?}");
    }
}

#[test]
fn with_loose_brackets_a_mistake_is_seldom_taken_for_another() {
    for id in SIMULATED {
        let slack = proptest::collection::vec((0i64..3, 0i64..3), 9);
        let outcomes = outcomes(40, &(inputs(id), slack), |((case, which, ahead), slack)| {
            let known = Known::of(&case, ahead);
            let Some((_, pipeline)) = planted(&case, &known, id, which) else { return Ok((vec![id], None)) };
            let timeline = case.truth.timeline();
            let loads = Loads::Stamped(case.loads(&slack));
            let judge = case.judge_by_content(&timeline, &pipeline, &loads);
            Ok((vec![id], told_by(&judge, &case, known, &pipeline)))
        });
        println!("{id} with loose brackets: {outcomes:?}");
        assert!(outcomes.wrong * 20 <= outcomes.with_findings(), "{id}: {outcomes:?}");
    }
}

/// A reader of the log.
fn log_case() -> impl Strategy<Value = Case> {
    let kinds = select(&[Kind::History, Kind::Log][..]);
    (truths(40), kinds, 0i64..20).prop_map(|(truth, kind, from)| {
        let deletes = if kind == Kind::Log { Deletes::NewRecord } else { Deletes::Close };
        let shape = Shape { capture: Capture::EveryChange, ..shape(kind, Starts::Event, deletes) };
        let (first, last) = (from.min(truth.ticks - 1), truth.ticks - 1);
        let reads = [first, last].map(|tick| Read { tick, stamp: None }).to_vec();
        Case { truth, reads, shape, delta: 0 }
    })
}

#[test]
fn mistakes_of_a_reader_of_the_log_are_told() {
    for id in [Id::H1, Id::H7, Id::H14, Id::H15] {
        let outcomes = outcomes(40, &(log_case(), any::<Index>()), |(case, which)| {
            let timeline = case.truth.timeline();
            let [first, last] = [0, 1].map(|place: usize| case.reads[place].tick);
            let reads = Reads::Changes { initial: (first, first), last, last_may: last };
            let judge = Judge::new(case.shape, Some(0), reads, &timeline);
            let known = Known { loads_known: false, ..Known::of(&case, 0) };
            let all = known.hypotheses(&case, &judge, &Class::ALL.into()).tried;
            let of_id: Vec<_> = all.into_iter().filter(|(hypothesis, _)| hypothesis.id == id).collect();
            if of_id.is_empty() {
                return Ok((vec![id], None));
            }
            let (_, pipeline) = which.get(&of_id);
            let told = told_by(&judge, &case, known, pipeline);
            let causes = told.as_ref().map_or(1, |told| told.causes.len());
            prop_assert_eq!(causes, 1, "{:?}", told);
            Ok((vec![id], told))
        });
        println!("{id} of a reader of the log: {outcomes:?}");
        assert!(outcomes.right > 4 && outcomes.right == outcomes.with_findings(), "{id}: {outcomes:?}");
    }
}

/// A mistake with a parameter that may lie between those that are tried.
fn off_grid(case: &Case, known: &Known, id: Id, share: i64) -> Pipeline {
    let right = Pipeline::right(&case.target());
    let newest = case.truth.newest_at(&case.reads);
    let span = case.truth.window * case.truth.interval * share / 100;
    match id {
        Id::H2 => Pipeline { selects: Selection::cursor(&newest, span, false), ..right },
        Id::H3 => Pipeline { selects: Selection::cursor(&newest, span, true), ..right },
        Id::H5 => {
            let shared: Vec<_> =
                newest.iter().zip(&known.others).map(|(own, other)| *own.max(other)).collect();
            Pipeline { selects: Selection::cursor(&shared, span, false), ..right }
        }
        Id::H6 => {
            let moments = case.reads.iter().map(|read| case.truth.at(read.tick.max(0)) + span / 10);
            Pipeline { selects: Selection::schedule(&moments.collect::<Vec<_>>()), ..right }
        }
        Id::H8 => {
            Pipeline { selects: Selection::cursor(&newest, span, false), absent_is_deleted: true, ..right }
        }
        _ => Pipeline { compares: Compare::Never, selects: Selection::cursor(&newest, span, true), ..right },
    }
}

#[test]
fn parameters_that_are_not_tried_do_not_mislead() {
    for id in [Id::H1, Id::H2, Id::H3, Id::H5, Id::H6, Id::H8] {
        let outcomes = outcomes(40, &(inputs(id), 0i64..100), |((case, _, ahead), share)| {
            let known = Known::of(&case, ahead);
            let pipeline = off_grid(&case, &known, id, share);
            Ok((vec![id], told(&case, known, &pipeline)))
        });
        println!("{id} between parameters: {outcomes:?}");
        assert!(outcomes.wrong * 20 <= outcomes.with_findings(), "{id}: {outcomes:?}");
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

#[test]
fn of_two_mistakes_none_is_told_as_a_third_one() {
    use Id::{H1, H2, H7, H10, H13, H14, H15};
    let pairs = [(H14, H7), (H10, H7), (H13, H7), (H10, H13), (H2, H7), (H1, H7), (H14, H13), (H15, H7)];
    for (one, other) in pairs {
        let input = (case_of(H7), any::<Index>(), any::<Index>());
        let outcomes = outcomes(30, &input, |(case, first, second)| {
            let known = Known::of(&case, 0);
            let [first, second] = [(one, first), (other, second)]
                .map(|(id, which)| planted(&case, &known, id, which).map(|(_, pipeline)| pipeline));
            let (Some(first), Some(second)) = (first, second) else { return Ok((Vec::new(), None)) };
            let pipeline = both(first, &second, &Pipeline::right(&case.target()));
            Ok((vec![one, other], told(&case, known, &pipeline)))
        });
        println!("{one} and {other}: {outcomes:?}");
        assert!(outcomes.wrong * 20 <= outcomes.with_findings(), "{one} and {other}: {outcomes:?}");
        assert!(outcomes.right > outcomes.none, "{one} and {other}: {outcomes:?}");
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
        let hypotheses = known.all(&case);
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
