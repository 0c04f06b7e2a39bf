//! Right pipelines have no findings although nobody told the conventions of their tables.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::{Truth, grade, written};
use crate::grade::pipeline::{Pipeline, Read, Target};
use crate::grade::synthetic::{self, cases, reads, truths};
use crate::grade::{Capture, Deletes, Given, Kind, Load, Loads, Shape, Starts};

/// 1900-01-01.
const LONG_AGO: i64 = -2_208_988_800_000_000;

const ENDS: [i64; 4] = [0, 1, 1_000, 1_000_000];
const STARTS: [Starts; 4] =
    [Starts::Load, Starts::Event, Starts::CreatedThenLoad, Starts::FixedThenLoad(LONG_AGO)];
const DELETES: [Deletes; 5] =
    [Deletes::Close, Deletes::Flag, Deletes::NewRecord, Deletes::Remove, Deletes::Keep];

fn shapes() -> impl Strategy<Value = Shape> {
    let shape =
        |kind, starts, deletes| Shape { kind, capture: Capture::Snapshot, starts, deletes, tolerance: 0 };
    let of_current = [Deletes::Flag, Deletes::Remove, Deletes::Keep];
    prop_oneof![
        6 => (select(&STARTS[..]), select(&DELETES[..]))
            .prop_map(move |(starts, deletes)| shape(Kind::History, starts, deletes)),
        2 => select(of_current.to_vec()).prop_map(move |deletes| shape(Kind::Current, Starts::Nothing, deletes)),
        1 => Just(shape(Kind::Append, Starts::Load, Deletes::Keep)),
    ]
}

/// The target of a pipeline, whose ends are not before their starts.
pub fn target(truth: &synthetic::Truth, reads: &[Read], shape: Shape, delta: i64) -> Arc<Target> {
    let mut gaps = reads.windows(2).filter_map(|pair| Some(pair[1].stamp? - pair[0].stamp?));
    let is_long = delta < truth.interval && gaps.all(|gap| delta < gap);
    let delta = if is_long { delta } else { 0 };
    let (columns, timeline) = (truth.columns, truth.timeline());
    Arc::new(Target { shape, delta, columns, timeline, reads: reads.to_vec() })
}

/// The loads of a table, each known up to some ticks on both sides.
pub fn loads(truth: &synthetic::Truth, reads: &[Read], slack: i64) -> Vec<Load> {
    let load = |read: &Read| Load {
        lo: (read.tick - slack).max(-1),
        hi: (read.tick + slack).min(truth.ticks - 1),
        stamp: read.stamp.unwrap(),
    };
    reads.iter().map(load).collect()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn right_tables_have_no_findings_under_the_conventions_that_they_show(
        (truth, reads) in truths(14).prop_flat_map(|truth| (Just(truth.clone()), reads(&truth, 1..9))),
        shape in shapes(),
        delta in select(&ENDS[..]),
        slack in 0i64..4,
        skipped in 0usize..4,
    ) {
        let target = target(&truth, &reads, shape, delta);
        let bracketed = loads(&truth, &reads, slack);
        let some = bracketed.iter().enumerate().filter(|(at, _)| at % 4 != skipped).map(|(_, load)| *load);
        let scheduled = some.collect();
        let exact = loads(&truth, &reads, 0);
        let truth = Truth::from(&truth);
        let warehouse = written(&truth, &Pipeline::right(&target));
        let given = Given { kind: shape.kind, capture: shape.capture, starts: None, deletes: None, tolerance: 0 };
        let mut known =
            vec![Loads::FromContent, Loads::Complete(exact), Loads::Complete(bracketed.clone()), Loads::Stamped(bracketed)];
        if shape.kind != Kind::Current {
            known.push(Loads::Scheduled(scheduled));
        }
        for loads in known {
            let graded = grade(&truth, &warehouse, given, &loads);
            prop_assert!(
                graded.findings.is_empty(),
                "{:?}\nby {loads:?}\n{:?}\n{warehouse:#?}\n{:?}", graded.findings, graded.resolved, graded.reads,
            );
        }
    }

    #[test]
    fn right_readers_of_the_log_have_no_findings_although_nobody_told_where_they_began(
        truth in truths(14),
        kind in select(&[Kind::History, Kind::Log][..]),
        deletes in select(&[Deletes::Close, Deletes::Keep][..]),
        writes_equal in any::<bool>(),
        (from, to) in (0i64..30, 0i64..60),
    ) {
        let shape = Shape { kind, capture: Capture::EveryChange, starts: Starts::Event, deletes, tolerance: 0 };
        let (from, to) = (from.min(truth.ticks - 1), to.max(from).min(truth.ticks - 1));
        let reads = [from, to].map(|tick| Read { tick, stamp: None });
        let pipeline = Pipeline { writes_equal, ..Pipeline::right(&target(&truth, &reads, shape, 0)) };
        let truth = Truth::from(&truth);
        let warehouse = written(&truth, &pipeline);
        let given = Given {
            kind, capture: shape.capture, starts: Some(shape.starts), deletes: Some(deletes), tolerance: 0,
        };
        let graded = grade(&truth, &warehouse, given, &Loads::FromContent);
        prop_assert!(
            graded.findings.is_empty(),
            "{:?}\n{from}..={to}\n{:#?}\n{warehouse:#?}\n{:?}", graded.findings, truth.lives, graded.reads,
        );
    }

    #[test]
    fn what_is_met_is_all_that_is_obliged_in_right_tables(
        (truth, reads) in truths(14).prop_flat_map(|truth| (Just(truth.clone()), reads(&truth, 1..9))),
        deletes in select(&DELETES[..]),
    ) {
        let shape =
            Shape { kind: Kind::History, capture: Capture::Snapshot, starts: Starts::Load, deletes, tolerance: 0 };
        let target = target(&truth, &reads, shape, 0);
        let known = Loads::Complete(loads(&truth, &reads, 0));
        let truth = Truth::from(&truth);
        let warehouse = written(&truth, &Pipeline::right(&target));
        let given = Given {
            kind: shape.kind, capture: shape.capture, starts: Some(shape.starts), deletes: Some(deletes), tolerance: 0,
        };
        let graded = grade(&truth, &warehouse, given, &known);
        for (key, verdict) in &graded.verdicts {
            let of = &verdict.obligations;
            for tally in [of.inserts, of.changes, of.deletes, of.values, of.intervals, of.uniqueness] {
                prop_assert_eq!(tally.obliged, tally.met);
            }
            let rows = warehouse.get(key).map_or(0, Vec::len);
            prop_assert_eq!(verdict.right_rows, u64::try_from(rows).unwrap());
            // Each row but the first is a change, or the last one tells the deletion.
            let told = rows.saturating_sub(1 + usize::from(deletes == Deletes::NewRecord));
            prop_assert!(of.changes.obliged >= u64::try_from(told).unwrap() || deletes == Deletes::Remove);
        }
    }
}
