//! What rows tell of the loads that have read them.

use super::{Truth, Warehouse, grade, row};
use crate::grade::brackets::{Claim, choose};
use crate::grade::forbidden::{Forbidden, ForbiddenOnwards, Range, Weight};
use crate::grade::{
    Capture, Class, Deletes, FoundRow, Given, Judge, Kind, Load, Loads, NEVER, OPEN, Reads, Shape, Starts,
};

const SECOND: i64 = 1_000_000;
const ONE: Weight = Weight { weight: 1, rows: 1 };
const GIVEN: Given = Given {
    kind: Kind::History,
    capture: Capture::Snapshot,
    starts: Some(Starts::Load),
    deletes: Some(Deletes::Close),
    tolerance: 0,
};

/// A row is inserted in each tick.
fn truth(ticks: i64) -> Truth {
    let mut truth = Truth::new(SECOND, ticks);
    for tick in 0..ticks {
        truth.insert(u64::try_from(tick).unwrap(), &[(tick, 1)], NEVER);
    }
    truth
}

/// The row of a key that a load wrote, by its stamp in seconds.
fn written(keys: std::ops::Range<u64>, stamp: i64) -> impl Iterator<Item = (u64, Vec<FoundRow>)> {
    keys.map(move |key| (key, vec![row(stamp * SECOND, OPEN, 1, None)]))
}

fn bracket(reads: &Reads, at: usize) -> (i64, i64) {
    (reads.load(at).lo, reads.load(at).hi)
}

#[test]
fn inserts_in_each_tick_tell_the_tick_of_each_load() {
    let warehouse: Warehouse = written(0..10, 500).chain(written(10..25, 600)).collect();
    let graded = grade(&truth(40), &warehouse, GIVEN, &Loads::FromContent);
    assert_eq!(graded.findings, []);
    assert_eq!([bracket(&graded.reads, 0), bracket(&graded.reads, 1)], [(9, 9), (24, 24)]);
}

#[test]
fn a_table_read_at_several_moments_is_one_torn_load() {
    // The second load read the keys with odd numbers at tick 34 and the others at tick 24.
    let mut warehouse: Warehouse = written(0..10, 500).chain(written(10..25, 600)).collect();
    warehouse.extend(written(25..35, 600).filter(|(key, _)| key % 2 == 1));
    warehouse.extend(written(25..35, 700).filter(|(key, _)| key % 2 == 0));
    warehouse.extend(written(35..50, 700));
    let graded = grade(&truth(60), &warehouse, GIVEN, &Loads::FromContent);
    assert_eq!(graded.findings, [(Class::TornLoad, None)]);
    assert_eq!(bracket(&graded.reads, 1), (25, 33));
}

#[test]
fn bounds_that_bind_least_are_merged_and_the_choice_stays() {
    let mut forbidden = Forbidden::default();
    for tick in 0..10_000 {
        forbidden.up_to(tick, ONE);
        forbidden.from(20_000 + tick, ONE);
    }
    assert!(forbidden.ranges(100_000).count() <= 128);
    assert_eq!(forbidden.ranges(100_000).map(|range| range.weight.rows).sum::<u64>(), 20_000);
    let claim = Claim { within: (-1, 100_000), forbidden, counts: true };
    let choice = choose(&[claim], &[&ForbiddenOnwards::default()], 100_000);
    assert_eq!((choice.brackets, choice.cost), (vec![(10_000, 19_999)], 0));
}

#[test]
fn many_ranges_become_coarser_and_never_larger() {
    let mut coarse = ForbiddenOnwards::limited(16);
    for first in 0..1_000 {
        coarse.add(0, Range { first: first * 10, last: first * 10 + 600, weight: ONE });
    }
    assert!(coarse.ranges().count() <= 16);
    assert!(coarse.ranges().all(|(_, range)| range.last - range.first <= 600));
}

#[test]
fn a_thousand_loads_of_a_million_ticks_are_chosen() {
    let mut unseen = ForbiddenOnwards::default();
    let mut claims = Vec::new();
    for load in 0..1_000_i64 {
        let tick = load * 1_000 + 500;
        let mut forbidden = Forbidden::default();
        for age in 0..60 {
            forbidden.up_to(tick - age, ONE);
            forbidden.from(tick + 2 + age, ONE);
        }
        claims.push(Claim { within: (-1, 1_000_000), forbidden, counts: true });
        unseen.add(0, Range { first: tick + 100, last: tick + 700, weight: ONE });
    }
    let choice = choose(&claims, &[&unseen], 1_000_000);
    assert_eq!(choice.cost, 0);
    assert!(
        (0..)
            .zip(&choice.brackets)
            .all(|(load, bracket)| *bracket == (load * 1_000 + 501, load * 1_000 + 501))
    );
}

#[test]
fn hundreds_of_rows_of_one_key_are_judged() {
    let states: Vec<(i64, u32)> = (0..300).map(|tick| (tick, u32::try_from(tick % 7).unwrap())).collect();
    let mut truth = Truth::new(SECOND, 400);
    truth.insert(1, &states, NEVER);
    let rows: Vec<FoundRow> = (0..300)
        .map(|at| row(at * SECOND, (at + 1) * SECOND, u32::try_from(at * at % 11).unwrap(), None))
        .collect();
    let loads =
        (0..400).map(|tick| Load { lo: (tick - 9).max(-1), hi: tick, stamp: tick * SECOND }).collect();
    let shape = Shape {
        kind: Kind::History,
        capture: Capture::Snapshot,
        starts: Starts::Load,
        deletes: Deletes::Close,
        tolerance: 0,
    };
    let judge = Judge::new(shape, Some(0), Reads::snapshots(loads, false), &truth.timeline);
    assert!(!judge.judge(&truth.lives[&1], &rows).findings.is_empty());
}
