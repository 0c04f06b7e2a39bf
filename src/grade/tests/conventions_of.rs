//! What a table shows of its conventions.

use super::{Truth, Warehouse, conventions, grade, row};
use crate::grade::{
    Capture, DAY, Deletes, FoundRow, Given, Kind, Load, Loads, NEVER, Note, OPEN, Starts, UNSTAMPED, Unread,
};

const SECOND: i64 = 1_000_000;
const GIVEN: Given =
    Given { kind: Kind::History, capture: Capture::Snapshot, starts: None, deletes: None, tolerance: 0 };

/// Rows 1 … with a change each, born at ticks 0 … and changed five ticks later.
fn changed(rows: u64) -> Truth {
    let mut truth = Truth::new(10 * SECOND, 100);
    for key in 1..=rows {
        let born = i64::try_from(key).unwrap() - 1;
        truth.insert(key, &[(born, 1), (born + 5, 2)], NEVER);
    }
    truth
}

fn pair(first: i64, end: i64, second: i64) -> Vec<FoundRow> {
    vec![row(first, end, 1, None), row(second, OPEN, 2, None)]
}

#[test]
fn the_delta_of_most_pairs_is_that_of_the_table_and_the_others_are_noted() {
    for delta in [0, 1, 1_000, SECOND] {
        let mut warehouse: Warehouse =
            (1..=9).map(|key| (key, pair(15 * SECOND, 95 * SECOND - delta, 95 * SECOND))).collect();
        let other = if delta == 1 { 0 } else { 1 };
        warehouse.insert(10, pair(15 * SECOND, 95 * SECOND - other, 95 * SECOND));
        let resolved = conventions(&changed(10), &warehouse, GIVEN, None);
        assert_eq!(resolved.delta, Some(delta));
        assert_eq!(resolved.notes, [Note::MixedEnds(9, 1)]);
    }
}

#[test]
fn an_end_a_day_before_the_next_start_is_a_convention_of_whole_days_only() {
    let days = |offset: i64| -> Warehouse {
        (1..=3).map(|key| (key, pair(20 * DAY + offset, 22 * DAY + offset, 23 * DAY + offset))).collect()
    };
    assert_eq!(conventions(&changed(3), &days(0), GIVEN, None).delta, Some(DAY));
    assert_eq!(conventions(&changed(3), &days(SECOND), GIVEN, None).delta, None);
}

#[test]
fn without_pairs_a_closing_tells_the_delta_that_puts_it_after_the_load_that_wrote_the_row() {
    let mut truth = Truth::new(SECOND / 4, 24);
    truth.insert(1, &[(2, 1)], 11);
    truth.insert(2, &[(8, 1)], NEVER);
    let closed = row(SECOND / 2, 2_300_000, 1, Some(2_500_000));
    let warehouse =
        Warehouse::from([(1, vec![closed]), (2, vec![row(2 * SECOND, OPEN, 1, Some(2_500_000))])]);
    let given = Given { starts: Some(Starts::Event), deletes: Some(Deletes::Close), ..GIVEN };
    let resolved = conventions(&truth, &warehouse, given, None);
    assert_eq!((resolved.delta, resolved.delta_of_pairs), (Some(SECOND), None));
    assert_eq!(resolved.unread, Unread::Stamps(vec![2_500_000, 3_300_000]));
}

#[test]
fn where_several_deltas_are_possible_closings_are_no_stamps() {
    let mut truth = Truth::new(SECOND, 100);
    truth.insert(1, &[(2, 1)], 11);
    let warehouse = Warehouse::from([(1, vec![row(5 * SECOND, 50 * SECOND, 1, None)])]);
    let given = Given { starts: Some(Starts::Load), deletes: Some(Deletes::Close), ..GIVEN };
    let resolved = conventions(&truth, &warehouse, given, None);
    assert_eq!(resolved.delta, None);
    assert_eq!(resolved.unread, Unread::Stamps(vec![5 * SECOND, UNSTAMPED]));
}

#[test]
fn starts_mean_what_explains_most_of_them() {
    let truth = changed(20);
    let table = |first: &dyn Fn(i64) -> i64, second: &dyn Fn(i64) -> i64| -> Warehouse {
        let rows = (1..=20).map(|key: i64| (u64::try_from(key).unwrap(), (first(key - 1), second(key - 1))));
        rows.map(|(key, (first, second))| (key, pair(first, second, second))).collect()
    };
    let starts = |warehouse: &Warehouse| conventions(&truth, warehouse, GIVEN, None).shape.starts;
    let born = |tick: i64| tick * 10 * SECOND;
    let change = |tick: i64| (tick + 5) * 10 * SECOND;
    let load = |_| 444 * SECOND + 4;
    let next_load = |_| 555 * SECOND + 5;
    let epoch = |_| -9_000 * DAY;
    assert_eq!(starts(&table(&born, &change)), Starts::Event);
    assert_eq!(starts(&table(&born, &next_load)), Starts::CreatedThenLoad);
    assert_eq!(starts(&table(&epoch, &next_load)), Starts::FixedThenLoad(-9_000 * DAY));
    assert_eq!(starts(&table(&load, &next_load)), Starts::Load);
}

#[test]
fn a_shift_of_all_starts_is_found_and_taken_off() {
    let truth = changed(20);
    let mut warehouse: Warehouse = (1..=20)
        .map(|key| {
            let born = (i64::try_from(key).unwrap() - 1) * 10 * SECOND + 3 * 3600 * SECOND;
            (key, pair(born, 999_999 * SECOND, 999_999 * SECOND))
        })
        .collect();
    let resolved = conventions(&truth, &warehouse, GIVEN, None);
    assert_eq!(resolved.shift, 3 * 3600 * SECOND);
    assert_eq!(resolved.notes, [Note::Shifted(3 * 3600 * SECOND)]);
    assert_eq!(resolved.shape.starts, Starts::CreatedThenLoad);
    warehouse.values_mut().for_each(|rows| resolved.unshift(rows));
    let resolved = conventions(&truth, &warehouse, GIVEN, None);
    assert_eq!((resolved.shift, resolved.notes.len()), (0, 0));
    let given = Given { deletes: Some(Deletes::Close), ..GIVEN };
    assert_eq!(grade(&truth, &warehouse, given, &Loads::FromContent).findings, []);
}

#[test]
fn deletions_are_told_as_most_deleted_rows_show() {
    let mut truth = Truth::new(SECOND, 100);
    for key in 1..=5 {
        truth.insert(key, &[(0, 1)], 10);
    }
    truth.insert(6, &[(50, 1)], NEVER);
    let table = |rows: &[FoundRow]| -> Warehouse {
        let newest = (6, vec![row(60 * SECOND, OPEN, 1, None)]);
        let deleted = (1..=5).map(|key| (key, rows.to_vec())).filter(|(_, rows)| !rows.is_empty());
        deleted.chain([newest]).collect()
    };
    let deletes = |rows: &[FoundRow]| conventions(&truth, &table(rows), GIVEN, None).shape.deletes;
    let open = row(5 * SECOND, OPEN, 1, None);
    let closed = FoundRow { end: 60 * SECOND, ..open.clone() };
    let marked = FoundRow { deleted: true, ..open.clone() };
    let tombstone = FoundRow { start: 60 * SECOND, ..marked.clone() };
    assert_eq!(deletes(&[open]), Deletes::Keep);
    assert_eq!(deletes(std::slice::from_ref(&closed)), Deletes::Close);
    assert_eq!(deletes(&[marked]), Deletes::Flag);
    assert_eq!(deletes(&[closed, tombstone]), Deletes::NewRecord);
    assert_eq!(deletes(&[]), Deletes::Remove);
}

#[test]
fn a_row_that_the_last_load_cannot_have_read_any_more_was_kept() {
    let given = Given { kind: Kind::Current, ..GIVEN };
    let mut truth = Truth::new(SECOND, 21);
    truth.insert(1, &[(2, 1)], 10);
    truth.insert(2, &[(7, 1), (11, 2), (13, 1)], 15);
    truth.insert(3, &[(20, 1)], NEVER);
    // The first load read row 2 in tick 11, and neither found row 1 any more.
    let warehouse = Warehouse::from([(2, vec![row(0, OPEN, 2, None)])]);
    let load = |lo, hi, stamp| Load { lo, hi, stamp };
    let loads = Loads::Complete(vec![load(8, 14, 1), load(13, 19, 2)]);
    let graded = grade(&truth, &warehouse, given, &loads);
    assert_eq!((graded.resolved.shape.deletes, graded.findings), (Deletes::Keep, vec![]));
    // Where nothing is known of the loads but rows, row 2 may have been there at the last one.
    assert_eq!(conventions(&truth, &warehouse, given, None).shape.deletes, Deletes::Remove);
    // Not if another row began when that version had ended.
    truth.insert(4, &[(14, 1)], NEVER);
    let warehouse = Warehouse::from([(2, vec![row(0, OPEN, 2, None)]), (4, vec![row(0, OPEN, 1, None)])]);
    let graded = grade(&truth, &warehouse, given, &Loads::FromContent);
    assert_eq!((graded.resolved.shape.deletes, graded.findings), (Deletes::Keep, vec![]));
}

#[test]
fn values_that_came_back_are_those_of_a_tick_that_the_last_load_can_have_read() {
    let given = Given { kind: Kind::Current, ..GIVEN };
    let mut truth = Truth::new(SECOND, 35);
    truth.insert(1, &[(7, 1)], 25);
    truth.insert(2, &[(15, 1)], 33);
    truth.insert(3, &[(24, 1), (28, 2), (30, 3), (33, 2)], NEVER);
    // If rows were removed, the last load would have read before tick 33, when row 3 had other values.
    let warehouse = Warehouse::from([(2, vec![row(0, OPEN, 1, None)]), (3, vec![row(0, OPEN, 2, None)])]);
    let load = |lo, hi, stamp| Load { lo, hi, stamp };
    for loads in [Loads::Complete, Loads::Stamped] {
        let loads = loads(vec![load(23, 27, 1), load(31, 34, 2)]);
        let graded = grade(&truth, &warehouse, given, &loads);
        assert_eq!((graded.resolved.shape.deletes, graded.findings), (Deletes::Keep, vec![]));
    }
}

#[test]
fn one_old_row_does_not_make_a_table_keep_what_the_source_deletes() {
    let given = Given { kind: Kind::Current, ..GIVEN };
    let mut truth = Truth::new(SECOND, 40);
    for (key, born) in (1..).zip(0..30) {
        truth.insert(key, &[(born, 1), (born + 3, 2)], born + 15);
    }
    // Read in tick 25: rows 1 to 11 are gone, and rows 12 to 23 have changed.
    let found = |key: u64| row(0, OPEN, if key <= 23 { 2 } else { 1 }, None);
    let mut warehouse: Warehouse = (12..=26).map(|key| (key, vec![found(key)])).collect();
    assert_eq!(conventions(&truth, &warehouse, given, None).shape.deletes, Deletes::Remove);
    warehouse.insert(20, vec![row(0, OPEN, 1, None)]);
    assert_eq!(conventions(&truth, &warehouse, given, None).shape.deletes, Deletes::Remove);
}

#[test]
fn a_last_version_that_was_over_when_another_row_began_was_kept() {
    let mut truth = Truth::new(15 * SECOND, 52);
    truth.insert(1, &[(0, 1)], 18);
    truth.insert(2, &[(27, 1), (34, 2)], 45);
    truth.insert(3, &[(32, 1), (38, 2), (42, 3)], 50);
    truth.insert(4, &[(42, 1)], NEVER);
    // Read in tick 34, and in tick 50, when rows 2 and 3 were gone.
    let open = |load: i64, class| vec![row(load, OPEN, class, Some(load))];
    let (first, second) = (10_000 * SECOND, 10_700 * SECOND);
    let warehouse = Warehouse::from([(2, open(first, 2)), (3, open(first, 1)), (4, open(second, 1))]);
    let graded = grade(&truth, &warehouse, GIVEN, &Loads::FromContent);
    assert_eq!((graded.resolved.shape.deletes, graded.findings), (Deletes::Keep, vec![]));
}
