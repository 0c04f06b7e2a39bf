//! Which hypotheses are tried, and how many.

use super::grid::look_backs;
use super::*;
use crate::clock::Timeline;
use crate::grade::pipeline::Population;
use crate::grade::{Capture, Class, Deletes, Judge, Kind, Load, Reads, Shape, Starts};
use crate::value::{SECOND, Timestamp};

/// A table that gets ten rows a tick, which stay.
struct Growing;

impl Population for Growing {
    fn newest(&self, tick: i64) -> Option<i64> {
        (tick >= 0).then_some(tick * SECOND)
    }

    fn nth_key(&self, tick: i64, nth: u64) -> Option<i64> {
        (tick >= 0).then(|| i64::try_from(nth).unwrap_or(i64::MAX).min(10 * (tick + 1)))
    }

    fn count(&self, tick: i64) -> u64 {
        10 * (tick + 1).unsigned_abs()
    }
}

/// The hypotheses for a table with so many columns and loads.
fn hypotheses(
    columns: usize,
    loads: i64,
    deletes: Deletes,
    classes: &[Class],
    duplicates: &[u64],
) -> Hypotheses {
    let timeline = Timeline::new(Timestamp(0), SECOND, &[]);
    let loads = (0..loads).map(|load| Load { lo: 10 * load, hi: 10 * load, stamp: 10 * load * SECOND });
    let kind = Kind::History;
    let shape = Shape { kind, capture: Capture::Snapshot, starts: Starts::Load, deletes, tolerance: 0 };
    let judge = Judge::new(shape, Some(0), Reads::snapshots(loads.collect(), false), &timeline);
    let names: Vec<String> = (0..columns).map(|column| column.to_string()).collect();
    let facts = TableFacts {
        columns: &names,
        update_window: Some(60 * SECOND),
        timeline: &timeline,
        reads: None,
        population: &Growing,
        newest_of_others: &[],
        written: &[],
        duplicates,
        loads_known: true,
    };
    Hypotheses::for_findings(&classes.iter().copied().collect(), &judge, Some(0), &facts)
}

fn count(hypotheses: &Hypotheses, id: Id) -> usize {
    hypotheses.tried().filter(|hypothesis| hypothesis.id == id).count()
}

#[test]
fn no_more_are_tried_than_fit_a_set_and_the_rest_is_counted() {
    let all = hypotheses(50, 500, Deletes::Keep, &Class::ALL, &[]);
    assert_eq!(all.tried.len(), MOST);
    assert!(all.dropped > 2 * 30, "30 columns, and most of the loads: {}", all.dropped);
    let few = hypotheses(3, 5, Deletes::Close, &Class::ALL, &[]);
    assert_eq!((few.tried.len() < MOST, few.dropped), (true, 0));
}

#[test]
fn only_what_could_matter_is_tried() {
    let none = hypotheses(3, 5, Deletes::Close, &[], &[]);
    assert_eq!(none.tried.len(), 0);
    let duplicates = hypotheses(3, 5, Deletes::Close, &[Class::Duplicate], &[0, 7, 0, 9, 0]);
    let loads = duplicates.tried().map(|hypothesis| hypothesis.parameter);
    let load = |load| Parameter::Load { load, is_skipped: false };
    assert_eq!(loads.collect::<Vec<_>>(), [load(3), load(1)], "the load with most duplicates first");
    let keeps = hypotheses(1, 5, Deletes::Keep, &[Class::MissingChange], &[]);
    let never = [Id::H7, Id::H8, Id::H14, Id::H5].map(|id| count(&keeps, id));
    assert_eq!(never, [0; 4], "no deletes, one column, one shop");
    assert!(count(&keeps, Id::H12) > 0);
}

#[test]
fn look_backs_are_shorter_than_rows_change() {
    assert_eq!(look_backs(15 * SECOND, 40 * SECOND), [0, 30, 20, 15, 10, 5, 2, 1].map(|span| span * SECOND));
    let minute = look_backs(SECOND, 60 * SECOND);
    assert_eq!((minute[1], minute.contains(&(30 * SECOND))), (45 * SECOND, true));
    assert_eq!(look_backs(SECOND, 0), [0]);
}
