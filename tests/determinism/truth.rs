//! The tables as they must stand, against every tick replayed from the first.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shopsim::clock::Pause;
use shopsim::truth::{Ended, TableRows};

use super::chain::{AMOUNT, Chain, NAME, ORDERED, Row, SHOP_1, Shop, purged_after, table};

const TICKS: u64 = 60;

/// A row and the tick that made its last version.
type Version = (u64, Row);

/// What became of a row: its versions, and the tick that deleted it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Life {
    versions: Vec<Version>,
    deleted: Option<u64>,
}

/// Every row that the ticks up to `until` made, as they were written.
fn replayed(shop: &Shop, until: u64) -> BTreeMap<i64, Life> {
    let mut rows: BTreeMap<i64, Life> = BTreeMap::new();
    for number in 0..=until {
        let tick = shop.tick(number).remove(&shop.plan.tables[0].name).unwrap();
        for id in tick.deleted {
            rows.get_mut(&id).unwrap().deleted = Some(number);
        }
        for id in tick.soft_deleted {
            let life = rows.get_mut(&id).unwrap();
            let last = life.versions.last().unwrap().1.clone();
            life.versions.push((number, last));
        }
        for update in tick.updated {
            let life = rows.get_mut(&update.id).unwrap();
            let mut row = life.versions.last().unwrap().1.clone();
            row.extend(update.values().map(|(column, value)| (column.clone(), value.clone())));
            life.versions.push((number, row));
        }
        for (id, row) in tick.inserted {
            rows.insert(id, Life { versions: vec![(number, row)], deleted: None });
        }
    }
    rows
}

/// The same from the plan alone, for the rows of `truth`.
fn from_plan(shop: &Shop, mut truth: TableRows<'_>) -> BTreeMap<i64, Life> {
    let columns = &shop.plan.tables[0].columns;
    let mut rows = BTreeMap::new();
    while let Some(chunk) = truth.next_chunk() {
        for row in chunk.rows() {
            let mut life = Life::default();
            let versions: Vec<_> = row.versions().collect();
            for (version, next) in versions.iter().zip(versions[1..].iter().map(Some).chain([None])) {
                assert_eq!(life.deleted, None, "no version follows a deletion");
                let value = |column| version.value(column).to_string();
                let values = columns.iter().enumerate().map(|(at, column)| (column.name.clone(), value(at)));
                life.versions.push((version.from, values.collect()));
                match (version.to, next) {
                    (Some((tick, Ended::Updated(_))), Some(next)) => assert_eq!(tick, next.from),
                    (Some((tick, Ended::DeletedByAge | Ended::DeletedBySource)), None) => {
                        life.deleted = Some(tick)
                    }
                    (None, None) => {}
                    (to, _) => panic!("a version ends by {to:?}"),
                }
            }
            let last = versions.last().unwrap();
            assert!((0..columns.len()).all(|column| last.value(column) == row.value(column)));
            assert!(rows.insert(row.id(), life).is_none(), "{} comes twice", row.id());
        }
    }
    rows
}

/// Holds the first table of a shop against its ticks.
pub fn holds(shop: &Shop, until: u64) {
    let all = replayed(shop, until);
    let alive = all.iter().filter(|(_, life)| life.deleted.is_none());
    let alive: BTreeMap<i64, Life> = alive.map(|(id, life)| (*id, life.clone())).collect();
    let rows = TableRows::at(&shop.plan, &shop.timeline, 0, until);
    assert_eq!(from_plan(shop, rows), alive, "after tick {until}");
    let history = TableRows::inserted_by(&shop.plan, &shop.timeline, 0, 0..until + 1, until);
    assert_eq!(from_plan(shop, history), all, "all until tick {until}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_truth_is_what_the_ticks_have_written(
        interval in 1u64..20,
        delete in 0u64..120,
        update in 0u64..120,
        purge in 0u64..60,
        rows in (0u64..5, 0u64..9),
        columns in 0usize..=3,
        pauses in proptest::collection::btree_map(0..TICKS, 1_000i64..100_000_000, 0..3),
        until in 0..TICKS,
    ) {
        let text = format!(
            "[defaults]\ntick_interval = \"{interval}s\"\ndelete_older_than = \"{delete}s\"\n\
             update_not_older_than = \"{update}s\"\n{}{SHOP_1}{}",
            purged_after(&format!("{purge}s")),
            table("t", rows, &[NAME, AMOUNT, ORDERED][..columns]),
        );
        let pauses: Vec<Pause> =
            pauses.into_iter().map(|(before_tick, micros)| Pause { before_tick, micros }).collect();
        holds(&Chain::read(&text).shop_with_pauses("shop-1", &pauses), until);
    }
}

#[test]
fn rows_of_several_chunks_keep_their_changes() {
    let text = format!(
        "[defaults]\ntick_interval = \"10s\"\ndelete_older_than = \"25s\"\nupdate_not_older_than = \"25s\"\n\
         {}{SHOP_1}{}",
        purged_after("10s"),
        table("t", (9_000, 7_000), &[AMOUNT, ORDERED]),
    );
    holds(&Chain::read(&text).shop("shop-1"), 5);
}
