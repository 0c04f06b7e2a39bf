//! What faults must not be taken for: a fault of rows is no fault of loads.

use super::{Graded, Truth, Warehouse, grade, row};
use crate::grade::{
    Capture, Class, DAY, Deletes, FoundRow, Given, Judge, Kind, Life, Load, Loads, NEVER, OPEN, Reads, Shape,
    Starts,
};

const SECOND: i64 = 1_000_000;
/// Nothing is told but that it is a history of snapshots.
const GIVEN: Given =
    Given { kind: Kind::History, capture: Capture::Snapshot, starts: None, deletes: None, tolerance: 0 };
/// The ticks of three loads, and their stamps in seconds.
const LOADS: [(i64, i64); 3] = [(29, 1_000), (59, 2_000), (89, 3_000)];

/// Ten rows are inserted in each of 90 ticks, a second apart; those of each tenth tick change twelve ticks later, and all
/// are deleted at the age of 70 ticks.
fn truth() -> Truth {
    let mut truth = Truth::new(SECOND, 90);
    for key in 0..900 {
        let born = i64::try_from(key / 10).unwrap();
        let states: &[(i64, u32)] = match born % 10 {
            0 => &[(born, 1), (born + 12, 2)],
            _ => &[(born, 1)],
        };
        let states: Vec<(i64, u32)> = states.iter().copied().filter(|(tick, _)| *tick < 90).collect();
        truth.insert(key, &states, if born + 70 < 90 { born + 70 } else { NEVER });
    }
    truth
}

/// What a load saw of a row.
fn seen(life: &Life, tick: i64) -> Option<u32> {
    life.class(life.phase(tick))
}

/// The rows that right loads write, each with its stamp; `start` is that of the first row of a life, given its load's stamp.
fn right(truth: &Truth, start: impl Fn(&Life, i64) -> i64) -> Warehouse {
    let mut warehouse = Warehouse::new();
    for (key, life) in &truth.lives {
        let mut rows: Vec<FoundRow> = Vec::new();
        for (tick, stamp) in LOADS.map(|(tick, stamp)| (tick, stamp * SECOND)) {
            let now = seen(life, tick);
            if let Some(last) = rows.last_mut().filter(|last| last.end == OPEN)
                && now != Some(last.class)
            {
                last.end = stamp;
            }
            if let Some(class) = now
                && rows.last().is_none_or(|last| last.end != OPEN)
            {
                let start = if rows.is_empty() { start(life, stamp) } else { stamp };
                rows.push(row(start, OPEN, class, Some(stamp)));
            }
        }
        if !rows.is_empty() {
            warehouse.insert(*key, rows);
        }
    }
    warehouse
}

fn by_load(truth: &Truth) -> Warehouse {
    right(truth, |_, stamp| stamp)
}

fn unstamped(mut warehouse: Warehouse) -> Warehouse {
    warehouse.values_mut().flatten().for_each(|row| row.stamp = None);
    warehouse
}

fn graded(truth: &Truth, warehouse: &Warehouse) -> Graded {
    grade(truth, warehouse, GIVEN, &Loads::FromContent)
}

/// How many findings there are of each class.
fn found(truth: &Truth, warehouse: &Warehouse) -> Vec<(Class, usize)> {
    let findings = graded(truth, warehouse).findings;
    let count = |class: &Class| findings.iter().filter(|(found, _)| found == class).count();
    Class::ALL.into_iter().map(|class| (class, count(&class))).filter(|(_, count)| *count > 0).collect()
}

/// The keys of some rows that were never changed nor deleted, and that the first load saw.
fn living(truth: &Truth, count: usize) -> Vec<u64> {
    let lives = truth.lives.iter().filter(|(_, life)| life.count() == 1 && life.deleted == NEVER);
    lives.filter(|(_, life)| life.born() < 30).map(|(key, _)| *key).take(count).collect()
}

#[test]
fn a_right_history_has_no_findings() {
    let truth = truth();
    assert_eq!(found(&truth, &by_load(&truth)), []);
    assert_eq!(found(&truth, &unstamped(by_load(&truth))), []);
    assert_eq!(found(&truth, &right(&truth, |life, _| life.created_at)), []);
}

#[test]
fn closed_rows_that_live_are_false_deletes_and_tell_nothing_of_loads() {
    let truth = truth();
    for stamp in [2_000, 2_500, 3_000] {
        let mut warehouse = unstamped(by_load(&truth));
        for key in living(&truth, 50) {
            warehouse.get_mut(&key).unwrap()[0].end = stamp * SECOND;
        }
        assert_eq!(found(&truth, &warehouse), [(Class::FalseDelete, 50)], "closed at {stamp}");
    }
}

#[test]
fn rows_closed_by_a_load_before_they_were_deleted_are_false_deletes() {
    let truth = truth();
    let mut warehouse = by_load(&truth);
    let gone = truth.lives.iter().filter(|(_, life)| (1..20).contains(&life.born()) && life.count() == 1);
    let gone: Vec<u64> = gone.map(|(key, _)| *key).collect();
    for key in &gone {
        warehouse.get_mut(key).unwrap()[0].end = 2_000 * SECOND;
    }
    let given = Given { tolerance: 2 * SECOND, ..GIVEN };
    let findings = grade(&truth, &warehouse, given, &Loads::FromContent).findings;
    let expected: Vec<(Class, Option<u64>)> =
        gone.iter().map(|key| (Class::FalseDelete, Some(*key))).collect();
    assert_eq!(findings, expected);
}

#[test]
fn a_few_starts_that_are_no_stamps_are_wrong_and_no_loads() {
    let truth = truth();
    for warehouse in [by_load(&truth), unstamped(by_load(&truth))] {
        let mut warehouse = warehouse;
        for key in living(&truth, 5) {
            warehouse.get_mut(&key).unwrap()[0].start += 60 * SECOND;
        }
        assert_eq!(found(&truth, &warehouse), [(Class::WrongStart, 5)]);
    }
}

#[test]
fn stamps_of_loads_within_several_ticks_of_changes_are_no_changes() {
    let mut truth = Truth::new(SECOND / 4, 90);
    for key in 0..900 {
        let born = i64::try_from(key / 10).unwrap();
        truth.insert(key, &[(born, 1)], NEVER);
    }
    let stamp = |tick: i64| truth.time(tick) + SECOND / 10;
    let mut warehouse = Warehouse::new();
    for (key, life) in &truth.lives {
        // Loads are eight ticks apart, so that every moment is within two seconds of one.
        let tick = (life.born() + 7) / 8 * 8;
        warehouse.insert(*key, vec![row(stamp(tick), OPEN, 1, None)]);
    }
    let given = Given { tolerance: 2 * SECOND, ..GIVEN };
    let graded = grade(&truth, &warehouse, given, &Loads::FromContent);
    assert_eq!(graded.resolved.shape.starts, Starts::Load);
    assert_eq!(graded.findings, []);
}

#[test]
fn a_row_of_each_load_whether_it_changed_or_not_is_a_duplicate_and_has_no_wrong_value() {
    let truth = truth();
    let mut expected = 0;
    let mut warehouse = Warehouse::new();
    for (key, life) in &truth.lives {
        let mut rows: Vec<FoundRow> = Vec::new();
        for (tick, stamp) in LOADS.map(|(tick, stamp)| (tick, stamp * SECOND)) {
            if let Some(last) = rows.last_mut().filter(|last| last.end == OPEN) {
                last.end = stamp;
            }
            if let Some(class) = seen(life, tick) {
                expected += usize::from(rows.last().is_some_and(|last| last.class == class));
                rows.push(row(if rows.is_empty() { life.created_at } else { stamp }, OPEN, class, None));
            }
        }
        if !rows.is_empty() {
            warehouse.insert(*key, rows);
        }
    }
    let graded = graded(&truth, &warehouse);
    assert!(graded.findings.iter().all(|(class, _)| *class == Class::Duplicate));
    assert_eq!(graded.findings.len(), expected);
    // The repeated rows tell when loads read, too. The first load left no stamp.
    let brackets = [0, 1].map(|at| graded.reads.load(at)).map(|load| (load.lo, load.hi));
    assert!(brackets[0].0 > 29 && brackets[0].0 <= 59 && brackets[0].1 >= 59, "{brackets:?}");
    assert_eq!(brackets[1], (89, 89));
}

#[test]
fn values_of_an_earlier_version_are_a_missed_change_and_not_wrong() {
    let mut truth = Truth::new(SECOND, 10);
    truth.insert(1, &[(0, 1), (1, 2)], 4);
    let life = truth.lives.get_mut(&1).unwrap();
    // One of many cells has changed.
    life.cells = vec![vec![1; 20].into(), [vec![2], vec![1; 19]].concat().into()];
    let warehouse = Warehouse::from([(1, vec![FoundRow { cells: 20, ..row(0, 4 * SECOND, 1, None) }])]);
    let given = Given {
        capture: Capture::EveryChange,
        starts: Some(Starts::Event),
        deletes: Some(Deletes::Close),
        ..GIVEN
    };
    let loads = Reads::Changes { initial: (-1, -1), last: 9, last_may: 9 };
    let shape = Shape {
        kind: given.kind,
        capture: given.capture,
        starts: Starts::Event,
        deletes: Deletes::Close,
        tolerance: 0,
    };
    let graded = super::judge(&truth, &warehouse, shape, Some(0), loads);
    assert_eq!(graded.findings, [(Class::MissingChange, Some(1))]);
}

#[test]
fn rows_that_end_before_the_next_ones_and_deleted_rows_at_the_deletion_itself_are_right() {
    let truth = truth();
    let mut warehouse = unstamped(by_load(&truth));
    for rows in warehouse.values_mut() {
        let last = rows.len() - 1;
        rows[..last].iter_mut().for_each(|row| row.end -= 1_000);
    }
    let graded = graded(&truth, &warehouse);
    assert_eq!(graded.findings, []);
    assert_eq!((graded.resolved.delta, graded.reads.count()), (Some(1_000), LOADS.len()));
}

#[test]
fn a_load_that_was_appended_twice_is_duplicates_and_one_that_read_again_is_not() {
    let truth = truth();
    let mut warehouse = Warehouse::new();
    for (key, life) in &truth.lives {
        for (tick, stamp) in LOADS.map(|(tick, stamp)| (tick, stamp * SECOND)) {
            if let Some(class) = seen(life, tick) {
                warehouse.entry(*key).or_default().push(row(stamp, OPEN, class, Some(stamp)));
            }
        }
    }
    let given = Given { kind: Kind::Append, starts: Some(Starts::Nothing), ..GIVEN };
    let given = Given { deletes: Some(Deletes::Keep), ..given };
    assert_eq!(grade(&truth, &warehouse, given, &Loads::FromContent).findings, []);
    let mut again = 0;
    for rows in warehouse.values_mut() {
        let second: Vec<FoundRow> = rows.iter().filter(|row| row.start == 2_000 * SECOND).cloned().collect();
        again += second.len();
        rows.extend(second);
    }
    let findings = grade(&truth, &warehouse, given, &Loads::FromContent).findings;
    assert!(findings.iter().all(|(class, _)| *class == Class::Duplicate), "{findings:?}");
    assert_eq!(findings.len(), again);
}

#[test]
fn where_no_pair_tells_how_far_an_end_is_before_the_next_start_an_end_a_second_before_is_no_empty_interval() {
    let mut truth = Truth::new(SECOND / 4, 20);
    truth.insert(1, &[(1, 1)], 6);
    // Written by a load at 1 s, closed by one at 1.5 s.
    let warehouse = Warehouse::from([(1, vec![row(SECOND, SECOND / 2, 1, None)])]);
    let load = |tick, stamp| Load { lo: tick, hi: tick, stamp };
    let loads = vec![load(4, SECOND), load(6, 3 * SECOND / 2)];
    let shape = Shape {
        kind: Kind::History,
        capture: Capture::Snapshot,
        starts: Starts::Load,
        deletes: Deletes::Close,
        tolerance: 0,
    };
    let graded = super::judge(&truth, &warehouse, shape, None, Reads::snapshots(loads, false));
    assert_eq!(graded.findings, []);
}

#[test]
fn days_instead_of_moments_are_compared_as_days() {
    let truth = truth();
    let mut warehouse = unstamped(by_load(&truth));
    for row in warehouse.values_mut().flatten() {
        row.start = 0;
        row.end = if row.end == OPEN { OPEN } else { 0 };
    }
    let given = Given { starts: Some(Starts::Nothing), tolerance: DAY, ..GIVEN };
    assert_eq!(grade(&truth, &warehouse, given, &Loads::FromContent).findings, []);
    // The versions of one day may be consolidated.
    warehouse.values_mut().for_each(|rows| drop(rows.drain(..rows.len() - 1)));
    assert_eq!(grade(&truth, &warehouse, given, &Loads::FromContent).findings, []);
    for key in living(&truth, 4) {
        warehouse.remove(&key);
    }
    let findings = grade(&truth, &warehouse, given, &Loads::FromContent).findings;
    assert_eq!(findings.len(), 4);
    assert!(findings.iter().all(|(class, _)| *class == Class::MissingRow), "{findings:?}");
}

#[test]
fn versions_that_all_start_when_their_row_was_created_are_empty_and_no_loads() {
    let truth = truth();
    let mut warehouse = unstamped(by_load(&truth));
    let mut changed = 0;
    for (key, rows) in &mut warehouse {
        let created = truth.lives[key].created_at;
        let last = rows.len() - 1;
        changed += last;
        rows.iter_mut().for_each(|row| row.start = created);
        rows[..last].iter_mut().for_each(|row| row.end = created);
    }
    assert_eq!(found(&truth, &warehouse), [(Class::Interval, changed)]);
}

#[test]
fn rows_that_no_load_reads_again_tear_no_load() {
    let truth = truth();
    let (right, created) = (by_load(&truth), |life: &Life, _| life.created_at);
    for warehouse in [right, self::right(&truth, created)] {
        let mut warehouse = unstamped(warehouse);
        // Only what is new is read: no change, no deletion.
        warehouse.values_mut().for_each(|rows| rows.truncate(1));
        warehouse.values_mut().flatten().for_each(|row| row.end = OPEN);
        let found = found(&truth, &warehouse);
        assert!(found.iter().all(|(class, _)| *class != Class::TornLoad), "{found:?}");
    }
}

#[test]
fn rows_that_each_load_leaves_to_the_next_one_tear_no_load() {
    let truth = truth();
    let mut warehouse = unstamped(by_load(&truth));
    for (key, rows) in &mut warehouse {
        // Each load leaves out the highest keys of a page.
        if key % 10 > 7 && rows[0].start < 3_000 * SECOND && rows[0].end == OPEN {
            rows[0].start += 1_000 * SECOND;
        }
    }
    let found = found(&truth, &warehouse);
    assert!(!found.is_empty() && found.iter().all(|(class, _)| *class != Class::TornLoad), "{found:?}");
}

#[test]
fn a_mirror_without_the_rows_after_a_page_has_missing_rows_and_no_torn_load() {
    let truth = truth();
    let mut warehouse = Warehouse::new();
    for (key, life) in truth.lives.iter().filter(|(key, _)| **key < 500) {
        if let Some(class) = seen(life, 89) {
            warehouse.insert(*key, vec![row(0, OPEN, class, None)]);
        }
    }
    let given = Given { kind: Kind::Current, deletes: Some(Deletes::Remove), ..GIVEN };
    let findings = grade(&truth, &warehouse, given, &Loads::FromContent).findings;
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|(class, _)| *class != Class::TornLoad), "{findings:?}");
}

#[test]
fn a_log_without_times_is_right_with_updates_that_changed_nothing_and_deletions() {
    let mut truth = Truth::new(SECOND, 20);
    for key in [1, 4, 5, 6] {
        truth.insert(key, &[(1, 1), (3, 2), (5, 2), (7, 1)], 12);
    }
    truth.insert(2, &[(2, 1)], 10);
    truth.insert(3, &[(2, 1), (4, 1)], NEVER);
    let change = |class: u32| row(0, OPEN, class, None);
    let deletion = FoundRow { deleted: true, ..change(1) };
    let log = |classes: &[u32], last: Option<&FoundRow>| -> Vec<FoundRow> {
        classes.iter().map(|class| change(*class)).chain(last.cloned()).collect()
    };
    let all = log(&[1, 2, 2, 1], Some(&deletion));
    let mut warehouse = Warehouse::from([
        (1, all.clone()),
        (4, all.clone()),
        (5, all.clone()),
        (6, all),
        (2, log(&[1], Some(&deletion))),
        (3, log(&[1, 1], None)),
    ]);
    let given = Given {
        kind: Kind::Log,
        capture: Capture::EveryChange,
        starts: Some(Starts::Nothing),
        deletes: Some(Deletes::NewRecord),
        tolerance: 0,
    };
    assert_eq!(grade(&truth, &warehouse, given, &Loads::FromContent).findings, []);
    warehouse.insert(2, log(&[1], None));
    let findings = grade(&truth, &warehouse, given, &Loads::FromContent).findings;
    assert_eq!(findings, [(Class::DeleteOpen, Some(2))]);
    warehouse.insert(2, log(&[1], Some(&deletion)));
    warehouse.insert(1, log(&[1, 2, 2], Some(&deletion)));
    let findings = grade(&truth, &warehouse, given, &Loads::FromContent).findings;
    assert_eq!(findings, [(Class::MissingChange, Some(1))]);
}

#[test]
fn an_update_of_a_column_that_is_not_graded_may_be_a_row_of_its_own() {
    let mut truth = Truth::new(SECOND, 90);
    truth.insert(1, &[(1, 1), (40, 1)], NEVER);
    truth.insert(2, &[(1, 1)], NEVER);
    let rows = vec![row(1_000 * SECOND, 2_000 * SECOND, 1, None), row(2_000 * SECOND, OPEN, 1, None)];
    let reads = Reads::snapshots(
        LOADS.map(|(tick, at)| Load { lo: tick, hi: tick, stamp: at * SECOND }).to_vec(),
        false,
    );
    let shape = Shape {
        kind: Kind::History,
        capture: Capture::Snapshot,
        starts: Starts::Load,
        deletes: Deletes::Close,
        tolerance: 0,
    };
    for (is_partial, key, expected) in [(true, 1, 0), (true, 2, 1), (false, 1, 1)] {
        let judge = Judge::new(shape, Some(0), reads.clone(), &truth.timeline).of_some_columns(is_partial);
        assert_eq!(judge.judge(&truth.lives[&key], &rows).findings.len(), expected);
    }
}

#[test]
fn rows_of_loads_without_stamps_may_come_in_any_order() {
    let truth = truth();
    let mut warehouse = Warehouse::new();
    for (key, life) in &truth.lives {
        let rows = LOADS.iter().filter_map(|(tick, _)| seen(life, *tick));
        let mut rows: Vec<FoundRow> = rows.map(|class| row(0, OPEN, class, None)).collect();
        rows.reverse();
        if !rows.is_empty() {
            warehouse.insert(*key, rows);
        }
    }
    let given =
        Given { kind: Kind::Append, starts: Some(Starts::Nothing), deletes: Some(Deletes::Keep), ..GIVEN };
    let somewhere = LOADS.map(|(_, at)| Load { lo: -1, hi: 89, stamp: at * SECOND }).to_vec();
    for loads in [Loads::FromContent, Loads::Stamped(somewhere)] {
        assert_eq!(grade(&truth, &warehouse, given, &loads).findings, []);
    }
}

#[test]
fn rows_closed_by_another_clock_than_that_of_a_schedule_are_right() {
    let truth = truth();
    let warehouse = unstamped(right(&truth, |life, _| life.created_at));
    // The shop's time of each load is known, and the warehouse's clock is another one.
    let loads = LOADS.map(|(tick, _)| Load { lo: tick, hi: tick, stamp: truth.time(tick) }).to_vec();
    assert_eq!(grade(&truth, &warehouse, GIVEN, &Loads::Scheduled(loads)).findings, []);
}

#[test]
fn listed_loads_are_those_of_rows_with_stamps_near_theirs() {
    let truth = truth();
    let warehouse = unstamped(by_load(&truth));
    let loads = LOADS.map(|(_, at)| Load { lo: -1, hi: 89, stamp: at * SECOND + SECOND / 2 }).to_vec();
    let given = Given { tolerance: 2 * SECOND, ..GIVEN };
    let graded = grade(&truth, &warehouse, given, &Loads::Stamped(loads));
    assert_eq!(graded.findings, []);
    let brackets = [0, 1, 2].map(|at| graded.reads.load(at)).map(|load| (load.lo, load.hi));
    assert_eq!(brackets, LOADS.map(|(tick, _)| (tick, tick)));
}
