//! The shipped chain: orders of the first shop, loaded after ticks 19, 34, 49 and 59.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::chain::{self, Overrides};
use crate::clock::Timeline;
use crate::config::Start;
use crate::grade::pipeline::{Compare, Pipeline, Planned, Population, Selection, Target};
use crate::grade::{
    Capture, Class, Deletes, Finding, Judge, Kind, Life, Load, NEVER, Reads, Shape, Span, Starts,
};
use crate::plan::TablePlan;
use crate::truth::{Row, TableRows};
use crate::value::Timestamp;

const LAST: u64 = 59;
const LOADS: [i64; 4] = [19, 34, 49, 59];

fn life(row: Row<'_>, columns: usize) -> Life {
    let mut classes: BTreeMap<String, u32> = BTreeMap::new();
    let mut class = |value: String| {
        let next = u32::try_from(classes.len()).unwrap() + 1;
        *classes.entry(value).or_insert(next)
    };
    let mut life =
        Life { deleted: NEVER, created_at: row.stamps().created_at.floor_second().0, ..Life::default() };
    for version in row.versions() {
        let from = i64::try_from(version.from).unwrap();
        life.operations.push(from);
        let values = (0..columns).map(|column| format!("{column}: {:?}", version.value(column)));
        let cells: Box<[u32]> = values.map(&mut class).collect();
        if life.cells.last() != Some(&cells) {
            let known = life.cells.iter().position(|other| *other == cells);
            let class = known.map_or(u32::try_from(life.cells.len()).unwrap(), |at| life.versions[at].class);
            life.versions.push(Span { from, class });
            life.cells.push(cells);
        }
        if let Some((tick, crate::truth::Ended::DeletedByAge)) = version.to {
            life.deleted = i64::try_from(tick).unwrap();
        }
    }
    if life.count() == 1 {
        life.cells.clear();
    }
    life
}

/// All rows that were ever there.
fn lives(plan: &crate::plan::ShopPlan, timeline: &Timeline, place: usize) -> Vec<(i64, Life)> {
    let columns = plan.tables[place].columns.len();
    let mut rows = TableRows::inserted_by(plan, timeline, place, 0..LAST + 1, LAST);
    let mut lives = Vec::new();
    while let Some(chunk) = rows.next_chunk() {
        lives.extend(chunk.rows().map(|row| (row.id(), life(row, columns))));
    }
    lives
}

/// What is told of a table that a faulty pipeline has filled, and how many findings of each class it has.
fn grade(faulty: impl Fn(Pipeline, Vec<Option<i64>>) -> Pipeline) -> (BTreeMap<Class, usize>, Told) {
    let start = Some(Start::At(Timestamp::parse_rfc3339("2026-01-01T00:00:00Z").unwrap()));
    let overrides = Overrides { start, ..Overrides::default() };
    let chain = chain::load("shops.toml".as_ref(), &overrides).unwrap();
    let shop = &chain.shops[0];
    let plan = &shop.plan;
    let timeline = shop.timeline(Timestamp(0));
    let place = plan.tables.iter().position(|table| table.name == "orders").unwrap();
    let table: &TablePlan = &plan.tables[place];
    let population = Planned { table, timeline: &timeline };
    let stamp = |tick: i64| timeline.at(tick.unsigned_abs()).0 + 1_234_567;
    let loads = LOADS.map(|tick| Load { lo: tick, hi: tick, stamp: stamp(tick) });
    let shape = Shape {
        kind: Kind::History,
        capture: Capture::Snapshot,
        starts: Starts::Load,
        deletes: Deletes::Close,
        tolerance: 0,
    };
    let reads = Reads::snapshots(loads.to_vec(), false);
    let judge = Judge::new(shape, Some(0), reads, &timeline);
    let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let facts = TableFacts {
        columns: &names,
        update_window: table.windows.update_not_older_than,
        timeline: &timeline,
        reads: None,
        population: &population,
        newest_of_others: &[],
        written: &[],
        duplicates: &[],
        loads_known: true,
    };
    let target = Target {
        shape,
        delta: 0,
        columns: u16::try_from(names.len()).unwrap(),
        timeline: timeline.clone(),
        reads: Target::reads_of(judge.reads()),
    };
    let newest = LOADS.map(|tick| population.newest(tick)).to_vec();
    let pipeline = faulty(Pipeline::right(&Arc::new(target)), newest);
    let lives = lives(plan, &timeline, place);
    let judged = lives.iter().map(|(key, life)| judge.judge(life, &pipeline.rows(*key, life)).findings);
    let findings: Vec<Vec<Finding>> = judged.collect();
    let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
    for finding in findings.iter().flatten() {
        *classes.entry(finding.class).or_default() += 1;
    }
    let found = classes.keys().copied().collect();
    let hypotheses = Hypotheses::for_findings(&found, &judge, Some(0), &facts);
    let mut diagnosis = Diagnosis::new(hypotheses);
    for ((key, life), findings) in lives.iter().zip(&findings) {
        diagnosis.add(*key, life, findings, 1, &judge);
    }
    (classes, diagnosis.tell(Vec::new(), false))
}

fn ids(told: &Told) -> Vec<(Id, (u64, u64))> {
    told.causes.iter().map(|cause| (cause.id, cause.explains)).collect()
}

#[test]
fn a_full_read_has_no_findings() {
    let (classes, told) = grade(|right, _| right);
    assert_eq!((classes, told), (BTreeMap::new(), Told::default()));
}

// The numbers of lost changes were counted in the output of `shopsim sample`.

#[test]
fn a_cursor_on_created_at_that_never_closes_is_two_mistakes() {
    let (classes, told) = grade(|right, newest| Pipeline {
        selects: Selection::cursor(&newest, 0, true),
        finds_deleted: false,
        ..right
    });
    assert_eq!(classes, BTreeMap::from([(Class::MissingChange, 28), (Class::DeleteOpen, 2_000)]));
    assert_eq!(ids(&told), [(Id::H7, (2_000, 2_028)), (Id::H1, (28, 2_028))]);
    assert_eq!(told.causes[1].same_here, [Id::H3, Id::H6], "no two ticks share a second");
    assert_eq!(told.about, None);
}

#[test]
fn a_cursor_that_reads_the_boundary_again_loses_fewer_changes() {
    let (classes, told) = grade(|right, newest| Pipeline {
        selects: Selection::cursor(&newest, 0, false),
        finds_deleted: false,
        ..right
    });
    assert_eq!(classes, BTreeMap::from([(Class::MissingChange, 6), (Class::DeleteOpen, 2_000)]));
    assert_eq!(ids(&told), [(Id::H7, (2_000, 2_006)), (Id::H2, (6, 2_006))]);
    assert_eq!(told.causes[1].parameter, "without a look-back");
}

#[test]
fn the_only_column_that_is_compared_is_named() {
    let (_, told) = grade(|right, _| Pipeline { compares: Compare::Only(2), ..right });
    let [cause] = &told.causes[..] else { panic!("{told:?}") };
    assert_eq!((cause.id, cause.parameter.as_str()), (Id::H14, "only column `order_status` is compared"));
}

#[test]
fn a_load_that_failed_is_named() {
    let (_, told) = grade(|right, _| Pipeline { failed: [2].into(), ..right });
    let [cause] = &told.causes[..] else { panic!("{told:?}") };
    assert_eq!((cause.id, cause.parameter.as_str()), (Id::H13, "load 2 at 2026-01-01 00:12:16.234567"));
}
