//! A pipeline writes what one would that looks at every row at each load.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::grade::NEVER;
use crate::grade::synthetic::{Truth, cases, reads, truths};

/// What a pipeline writes, load by load: the definition.
fn load_by_load(pipeline: &Pipeline, key: i64, life: &Life) -> Vec<FoundRow> {
    let target = &pipeline.target;
    let count = life.count();
    let mut rows: Vec<(usize, FoundRow)> = Vec::new();
    let mut stored: Option<usize> = None;
    for (load, read) in target.reads.iter().enumerate() {
        if pipeline.failed.contains(&load) {
            continue;
        }
        let phase = life.phase(read.tick);
        let is_there = (1..=count).contains(&phase);
        let is_selected = is_there
            && match &pipeline.selects {
                Selection::Everything => true,
                Selection::Created { from, before } => (from[load]..before[load]).contains(&life.created_at),
                Selection::Keys(last) => key <= last[load],
            };
        let moment = read.stamp.unwrap();
        if is_selected {
            if stored.is_none_or(|stored| pipeline.compares.differ(life, stored, phase)) {
                let start = pipeline.start(life, phase, load, rows.is_empty());
                if let (Some((_, last)), Some(_)) = (rows.last_mut(), stored) {
                    last.end = start - target.delta;
                }
                rows.push((load, target.row(life, phase, start, read.stamp)));
                stored = Some(phase);
            }
        } else if stored.is_some()
            && (pipeline.absent_is_deleted && is_there
                || (pipeline.absent_is_deleted || pipeline.finds_deleted) && phase == count + 1)
        {
            let last = &mut rows.last_mut().unwrap().1;
            match target.shape.deletes {
                Deletes::Close | Deletes::NewRecord => {
                    last.end = moment - target.delta;
                    let tombstone = FoundRow { start: moment, end: OPEN, deleted: true, ..last.clone() };
                    if target.shape.deletes == Deletes::NewRecord {
                        rows.push((load, FoundRow { stamp: read.stamp, ..tombstone }));
                    }
                    stored = None;
                }
                Deletes::Flag => last.deleted = true,
                Deletes::Remove => {
                    rows.clear();
                    stored = None;
                }
                Deletes::Keep => {}
            }
        }
    }
    let again = rows.iter().filter(|(load, _)| pipeline.repeated.contains(load)).cloned();
    let again: Vec<_> = again.collect();
    rows.into_iter().chain(again).map(|(_, row)| row).collect()
}

/// Pipelines of a table, by numbers: which rows their loads read, how they compare, what becomes of deleted rows.
fn pipeline(
    truth: &Truth,
    reads: Vec<Read>,
    numbers: (u8, u8, u8, i64),
    spoiled: BTreeSet<usize>,
) -> Pipeline {
    let (selection, comparison, deletes, look_back) = numbers;
    let newest = truth.newest_at(&reads);
    let selects = match selection {
        0 => Selection::Everything,
        1 => Selection::cursor(&newest, look_back * truth.interval, false),
        2 => Selection::cursor(&newest, 0, true),
        3 => {
            let moments: Vec<i64> = reads.iter().map(|read| truth.at(read.tick.max(0) + look_back)).collect();
            Selection::schedule(&moments)
        }
        _ => Selection::page(reads.iter().map(|read| truth.nth_key(read.tick, 3).unwrap_or(0))),
    };
    let compares = match comparison {
        0 => Compare::All,
        1 => Compare::Never,
        2 => Compare::Only(0),
        3 => Compare::AllBut(0),
        _ => Compare::NullUnsafe,
    };
    let every = [Deletes::Close, Deletes::Flag, Deletes::NewRecord, Deletes::Remove, Deletes::Keep];
    let shape = Shape {
        kind: Kind::History,
        capture: Capture::Snapshot,
        starts: [Starts::Load, Starts::Event, Starts::CreatedThenLoad, Starts::FixedThenLoad(-7)]
            [usize::from(comparison + selection) % 4],
        deletes: every[usize::from(deletes)],
        tolerance: 0,
    };
    let target = Target { shape, delta: 1, columns: truth.columns, timeline: truth.timeline(), reads };
    let repeated = spoiled.iter().map(|load| load / 2).collect();
    let absent_is_deleted = selection == 4 || look_back % 2 == 1;
    let right = Pipeline::right(&Arc::new(target));
    let finds_deleted = look_back % 3 > 0;
    Pipeline { selects, compares, finds_deleted, absent_is_deleted, failed: spoiled, repeated, ..right }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_history_is_written_as_if_each_load_looked_at_each_row(
        (truth, reads) in truths(12).prop_flat_map(|truth| {
            let reads = reads(&truth, 1..12);
            (Just(truth), reads)
        }),
        numbers in (0u8..5, 0u8..5, 0u8..5, 0i64..6),
        spoiled in prop::collection::btree_set(0usize..12, 0..3),
    ) {
        let pipeline = pipeline(&truth, reads, numbers, spoiled);
        for (key, life) in truth.rows() {
            prop_assert_eq!(pipeline.rows(key, life), load_by_load(&pipeline, key, life), "key {}: {:?}", key, life);
        }
    }

    #[test]
    fn a_current_table_holds_the_last_row_of_the_history(
        (truth, reads) in truths(12).prop_flat_map(|truth| {
            let reads = reads(&truth, 1..12);
            (Just(truth), reads)
        }),
        numbers in (0u8..5, 0u8..5, 3u8..5, 0i64..6),
    ) {
        let history = pipeline(&truth, reads, numbers, BTreeSet::new());
        let current = Pipeline { kind: Kind::Current, ..history.clone() };
        for (key, life) in truth.rows() {
            let last = load_by_load(&history, key, life).pop().map(|row| (row.class, row.stamp));
            let found: Vec<_> = current.rows(key, life).into_iter().map(|row| (row.class, row.stamp)).collect();
            prop_assert_eq!(found, Vec::from_iter(last));
        }
    }

    #[test]
    fn a_cursor_that_looks_back_over_the_update_window_loses_nothing(
        (truth, reads) in truths(12).prop_flat_map(|truth| {
            let reads = reads(&truth, 1..12);
            (Just(truth), reads)
        }),
    ) {
        let full = pipeline(&truth, reads, (0, 0, 4, 0), BTreeSet::new());
        let newest = truth.newest_at(&full.target.reads);
        let selects = Selection::cursor(&newest, truth.look_back(), false);
        let increment = Pipeline { selects, ..full.clone() };
        for (key, life) in truth.rows() {
            prop_assert_eq!(increment.rows(key, life), full.rows(key, life));
        }
    }
}

/// A row that is inserted by tick 2, updated to another value by ticks 4 and 5, there by an update without effect by tick
/// 6, and deleted by tick 8.
fn updated_row() -> Life {
    let span = |from, class| crate::grade::Span { from, class };
    Life {
        versions: vec![span(2, 0), span(4, 1), span(5, 0)],
        operations: vec![2, 4, 5, 6],
        deleted: 8,
        created_at: 20,
        cells: vec![[1].into(), [2].into(), [1].into()],
    }
}

fn reader_of_the_log(kind: Kind, deletes: Deletes, ticks: std::ops::RangeInclusive<i64>) -> Pipeline {
    let shape = Shape { kind, capture: Capture::EveryChange, starts: Starts::Event, deletes, tolerance: 0 };
    let timeline = Timeline::new(crate::value::Timestamp(0), 10, &[]);
    let reads = ticks.map(|tick| Read { tick, stamp: None }).collect();
    Pipeline::right(&Arc::new(Target { shape, delta: 0, columns: 1, timeline, reads }))
}

fn brief(rows: &[FoundRow]) -> Vec<(i64, i64, u32, bool)> {
    rows.iter().map(|row| (row.start, row.end, row.class, row.deleted)).collect()
}

#[test]
fn a_reader_of_the_log_writes_each_change_since_its_first_snapshot() {
    let history =
        |ticks| brief(&reader_of_the_log(Kind::History, Deletes::Close, ticks).rows(1, &updated_row()));
    assert_eq!(history(0..=9), [(20, 40, 0, false), (40, 50, 1, false), (50, 80, 0, false)]);
    assert_eq!(history(3..=4), [(30, 40, 0, false), (40, OPEN, 1, false)]);
    assert_eq!(history(0..=1), []);
    assert_eq!(history(8..=9), []);
}

#[test]
fn a_log_has_a_row_for_each_change_and_for_the_deletion() {
    let log = reader_of_the_log(Kind::Log, Deletes::NewRecord, 0..=9);
    let all = Pipeline { writes_equal: true, ..log.clone() };
    let changes = [(20, OPEN, 0, false), (40, OPEN, 1, false), (50, OPEN, 0, false)];
    let end = (80, OPEN, 0, true);
    assert_eq!(brief(&log.rows(1, &updated_row())), [&changes[..], &[end]].concat());
    assert_eq!(brief(&all.rows(1, &updated_row())), [&changes[..], &[(60, OPEN, 0, false), end]].concat());
}

#[test]
fn appending_writes_a_row_for_each_load_that_reads_it() {
    let shape = Shape {
        kind: Kind::Append,
        capture: Capture::Snapshot,
        starts: Starts::Load,
        deletes: Deletes::Keep,
        tolerance: 0,
    };
    let timeline = Timeline::new(crate::value::Timestamp(0), 10, &[]);
    let reads = [1, 2, 4, 5, 9].map(|tick| Read { tick, stamp: Some(tick) }).to_vec();
    let right = Pipeline::right(&Arc::new(Target { shape, delta: 0, columns: 1, timeline, reads }));
    let stamps = |pipeline: &Pipeline| -> Vec<_> {
        pipeline.rows(1, &updated_row()).iter().map(|row| row.start).collect()
    };
    assert_eq!(stamps(&right), [2, 4, 5]);
    assert_eq!(stamps(&Pipeline { repeated: [2].into(), ..right.clone() }), [2, 4, 4, 5]);
    assert_eq!(stamps(&Pipeline { failed: [1].into(), ..right.clone() }), [4, 5]);
    let once = Selection::cursor(&[None, Some(20), Some(20), Some(20), None], 0, true);
    assert_eq!(stamps(&Pipeline { selects: once, ..right }), [2]);
}

#[test]
fn loads_that_left_no_stamp_count_only_where_none_did() {
    let load = |lo, hi, stamp| Load { lo, hi, stamp };
    let reads_of = |loads: &[Load]| Target::reads_of(&Reads::snapshots(loads.to_vec(), false));
    let reads = reads_of(&[load(-1, 3, 5), load(2, 4, 6), load(4, 9, UNSTAMPED)]);
    assert_eq!(reads, [Read { tick: 1, stamp: Some(5) }, Read { tick: 3, stamp: Some(6) }]);
    assert_eq!(reads_of(&[load(4, 4, UNSTAMPED)]), [Read { tick: 4, stamp: None }]);
    let changes = |last| Target::reads_of(&Reads::Changes { initial: (2, 2), last, last_may: last });
    assert_eq!(changes(9), [2, 9].map(|tick| Read { tick, stamp: None }));
    assert_eq!(changes(2), [Read { tick: 2, stamp: None }]);
}

#[test]
fn keys_alike_have_the_same_loads() {
    let page = Selection::page([3, 9, 8, 20].into_iter());
    let life = Life { deleted: NEVER, ..updated_row() };
    for key in 1..25 {
        let alike = page.keys_alike(key);
        assert!(alike.contains(&key));
        for other in 1..25 {
            let same = page.loads(key, &life) == page.loads(other, &life);
            assert_eq!(alike.contains(&other), same, "{key} and {other}");
        }
    }
}

/// A population is as the rows of the truth after some ticks.
fn assert_population(plan: &crate::plan::ShopPlan, place: usize, ticks: [i64; 3]) {
    let timeline = Timeline::new(crate::value::Timestamp(0), plan.interval, &[]);
    let population = Planned { table: &plan.tables[place], timeline: &timeline };
    assert_eq!((population.newest(-1), population.nth_key(-1, 1), population.count(-1)), (None, None, 0));
    for tick in ticks {
        let mut rows = crate::truth::TableRows::at(plan, &timeline, place, tick.try_into().unwrap());
        let mut keys = Vec::new();
        let mut newest = None;
        while let Some(chunk) = rows.next_chunk() {
            for row in chunk.rows() {
                keys.push(row.id());
                newest = newest.max(Some(row.stamps().created_at.floor_second().0));
            }
        }
        assert_eq!(population.newest(tick), newest);
        assert_eq!(population.count(tick), keys.len() as u64);
        assert_eq!(population.nth_key(tick, 7), Some(keys[6]));
        assert_eq!(population.nth_key(tick, u64::MAX), keys.last().copied());
    }
}

#[test]
fn a_planned_population_counts_the_rows_of_each_tick() {
    let chain = crate::chain::load("shops.toml".as_ref(), &crate::chain::Overrides::default()).unwrap();
    let plan = &chain.shops[0].plan;
    let place = plan.tables.iter().position(|table| table.name == "orders").unwrap();
    assert_population(plan, place, [0, 1, 45]);
}

#[test]
fn rows_that_are_deleted_softly_are_in_a_population_until_they_are_purged() {
    use crate::config::{self, Source, Surroundings};
    let text = "[tech_fields]\ndeleted_at = \"timestamp\"\npurge_after = \"4s\"\n[[shop]]\nname = \"a\"\n\
                tick_interval = \"1s\"\ndelete_older_than = \"9s\"\n[tables.t]\ninsert_rows_per_tick = 7\n";
    let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
    let (config, _) = config::read(&Source::new("shops.toml", text), &surroundings);
    assert_population(&crate::plan::compile(&config).0[0], 0, [8, 11, 40]);
}

#[test]
fn a_shared_watermark_holds_what_other_shops_have_read_by_the_next_load() {
    let loads = [10, 20, 30].map(|stamp| Load { lo: stamp / 10, hi: stamp / 10, stamp });
    let ahead = [5, 25].map(|stamp| Load { lo: stamp, hi: stamp, stamp });
    struct Ticks;
    impl Population for Ticks {
        fn newest(&self, tick: i64) -> Option<i64> {
            Some(100 * tick)
        }
        fn nth_key(&self, _: i64, _: u64) -> Option<i64> {
            None
        }
        fn count(&self, _: i64) -> u64 {
            0
        }
    }
    assert_eq!(newest_of_others(&loads, &[(&ahead, &Ticks)]), [Some(500), Some(2_500), Some(2_500)]);
    assert_eq!(newest_of_others(&loads, &[(&[], &Ticks)]), [None; 3]);
    assert_eq!(newest_of_others(&loads[..1], &[(&loads[1..], &Ticks), (&ahead, &Ticks)]), [Some(2_500)]);
}
