//! Ticks replayed into tables in memory, and each held against the definition of DELETE, UPDATE and
//! INSERT, row by row.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shopsim::clock::{Pause, Timeline};
use shopsim::plan::RowKeys;
use shopsim::value::Timestamp;

use super::chain::{AMOUNT, Chain, NAME, ORDERED, Row, SHOP_1, TableTick, purged_after, table};

const TICKS: u64 = 70;

/// What a small chain is made of.
#[derive(Clone, Debug)]
struct Parameters {
    interval_ms: u64,
    delete_ms: Option<u64>,
    update_ms: Option<u64>,
    purge_ms: Option<u64>,
    insert_rows: u64,
    update_rows: u64,
    columns: usize,
    /// Its kind of key.
    key: &'static str,
    pauses: BTreeMap<u64, i64>,
}

const KEYS: [&str; 4] = [
    "key_type = \"int\"",
    "key_type = \"uuid\"",
    "key_type = \"uuid7\"",
    "key_type = \"text\"\nkey_template = \"'%s\\\"ü{id}\"",
];

fn parameters() -> impl Strategy<Value = Parameters> {
    // Whole seconds often, so that rows lie exactly on a window's edge.
    let window = || proptest::option::of(prop_oneof![1u64..60_000, (1u64..60).prop_map(|s| s * 1_000)]);
    let interval = prop_oneof![1u64..20_000, (1u64..20).prop_map(|s| s * 1_000)];
    // Often more updates than rows, so that the whole of the window shows.
    let rows = (0u64..5, prop_oneof![0u64..9, Just(1_000_000)], 0usize..=3, 0..KEYS.len());
    let pauses = proptest::collection::btree_map(0..TICKS, 1_000i64..100_000_000, 0..4);
    (interval, [window(), window(), window()], rows, pauses).prop_map(
        |(
            interval_ms,
            [delete_ms, update_ms, purge_ms],
            (insert_rows, update_rows, columns, key),
            pauses,
        )| {
            Parameters {
                interval_ms,
                delete_ms,
                update_ms,
                purge_ms,
                insert_rows,
                update_rows,
                columns,
                key: KEYS[key],
                pauses,
            }
        },
    )
}

impl Parameters {
    fn config(&self) -> String {
        let span = |ms: Option<u64>| ms.map_or("0s".to_owned(), |ms| format!("{ms}ms"));
        format!(
            "[defaults]\ntick_interval = \"{}ms\"\ndelete_older_than = \"{}\"\nupdate_not_older_than = \"{}\"\n{}{SHOP_1}{}",
            self.interval_ms,
            span(self.delete_ms),
            span(self.update_ms),
            purged_after(&span(self.purge_ms)),
            table("t", (self.insert_rows, self.update_rows), &[NAME, AMOUNT, ORDERED][..self.columns])
                .replacen("insert_rows", &format!("{}\ninsert_rows", self.key), 1),
        )
    }
}

/// A table in memory.
#[derive(Default)]
struct Model {
    rows: BTreeMap<i64, (Timestamp, Row)>,
    /// Rows that are deleted softly, and when.
    soft_deleted: BTreeMap<i64, Timestamp>,
    last_id: i64,
}

impl Model {
    fn ids(&self, wanted: impl Fn(Timestamp) -> bool) -> Vec<i64> {
        self.rows.iter().filter(|(_, (created_at, _))| wanted(*created_at)).map(|(id, _)| *id).collect()
    }

    /// Applies a tick, after having held it against its definition.
    fn apply(&mut self, parameters: &Parameters, at: Timestamp, tick: &TableTick) {
        let ago = |ms: u64| at.plus(-(ms as i64) * 1_000);
        let old = self.ids(|created_at| parameters.delete_ms.is_some_and(|ms| created_at <= ago(ms)));
        match parameters.purge_ms {
            None => assert_eq!(tick.deleted, old, "exactly the old rows are deleted"),
            Some(ms) => {
                let purged = self.soft_deleted.iter().filter(|(_, deleted_at)| **deleted_at <= ago(ms));
                let purged: Vec<i64> = purged.map(|(id, _)| *id).collect();
                assert_eq!(
                    tick.deleted, purged,
                    "exactly the rows that were deleted softly by then are purged"
                );
                self.soft_deleted.retain(|id, _| !purged.contains(id));
                self.soft_deleted.extend(old.iter().map(|id| (*id, at)));
                assert_eq!(tick.soft_deleted, old, "exactly the old rows are deleted softly");
            }
        }
        self.rows.retain(|id, _| !old.contains(id));

        let young = self.ids(|created_at| parameters.update_ms.is_some_and(|ms| created_at >= ago(ms)));
        let count =
            if parameters.columns == 0 { 0 } else { young.len().min(parameters.update_rows as usize) };
        assert_eq!(tick.updated.len(), count, "as many rows are updated as are asked for and young");
        assert!(tick.updated.windows(2).all(|pair| pair[0].id < pair[1].id), "no row is updated twice");
        for update in &tick.updated {
            assert!(young.contains(&update.id), "{} is alive and young", update.id);
            assert!(!update.changed.is_empty(), "an updated row changes");
            let (_, row) = self.rows.get_mut(&update.id).unwrap();
            for (column, value) in update.values() {
                *row.get_mut(column).unwrap() = value.clone();
            }
        }

        for (id, row) in &tick.inserted {
            self.last_id += 1;
            assert_eq!(*id, self.last_id, "ids have no holes");
            assert_eq!(row.len(), parameters.columns);
            self.rows.insert(*id, (at.floor_second(), row.clone()));
        }
        assert_eq!(tick.inserted.len() as u64, parameters.insert_rows);
    }
}

fn replay(parameters: &Parameters) {
    let pause = |(tick, micros): (&u64, &i64)| Pause { before_tick: *tick, micros: *micros };
    let pauses: Vec<Pause> = parameters.pauses.iter().map(pause).collect();
    let shop = Chain::read(&parameters.config()).shop_with_pauses("shop-1", &pauses);
    let mut model = Model::default();
    let keys = |timeline: &Timeline| RowKeys::of(shop.plan.seed, &shop.plan.tables[0], timeline);
    for number in 0..TICKS {
        model.apply(parameters, shop.timeline.at(number), &shop.tick(number)["t"]);
        let kept = &model.soft_deleted;
        let numbers: BTreeSet<i64> = model.rows.keys().chain(kept.keys()).copied().collect();
        // As a run has it: what no window reaches any more is forgotten.
        let mut timeline = shop.timeline.clone();
        timeline.forget_before(number.saturating_sub(shop.plan.ticks_remembered() - 2 * 512));
        let (short, whole) = [&timeline, &shop.timeline].map(keys).into();
        let mut seen = BTreeSet::new();
        for id in numbers {
            let key = whole.key(id);
            assert_eq!((whole.number(key.value()), short.key(id)), (Some(id), key.clone()));
            assert!(seen.insert(key.to_string()), "{key} is the key of one row");
        }
    }
    assert_eq!(model.last_id as u64, TICKS * parameters.insert_rows);
}

#[test]
fn ticks_of_a_usual_shop_do_what_they_are_defined_to_do() {
    for update_rows in [7, 1_000] {
        replay(&Parameters {
            interval_ms: 5_000,
            delete_ms: Some(60_000),
            update_ms: Some(20_000),
            purge_ms: Some(30_000),
            insert_rows: 10,
            update_rows,
            columns: 3,
            key: KEYS[0],
            pauses: BTreeMap::from([(20, 30_000_000), (50, 1_000_000)]),
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// With any interval and windows, finer than a second or wrong way round, and any pauses.
    #[test]
    fn ticks_do_what_they_are_defined_to_do(parameters in parameters()) {
        replay(&parameters);
    }
}
