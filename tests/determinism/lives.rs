//! Rows with a life: any tick from its number alone, as a naive table has it that follows each row from its birth on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use shopsim::clock::Pause;
use shopsim::plan::{RowChange, TablePlan};
use shopsim::tick::UnderWay;
use shopsim::truth::{Ended, TableRows};
use shopsim::value::SECOND;

use super::chain::{Chain, Row, SHOP_1, SHOP_2, START, Shop, assert_same, purged_after};
use super::truth;

/// A life that is short enough for tests: in ticks of 10 s.
const LIFE: &str = r#"
[lives.order]
opened = { paid = { weight = 90, after = "10s..2m" }, cancelled = { weight = 10, after = "30s..3m" } }
paid = { shipped = { weight = 97, after = "20s..3m", shape = "log" }, cancelled = { weight = 3, after = "1m..2m" } }
shipped = { delivered = { after = "1m..2m", shape = "early" } }
delivered = { closed = { weight = 80, after = "1m..3m", shape = "late" }, returned = { weight = 20, after = "0s..1m" } }
"#;

const COLUMNS: &str = r#"
update_only = ["opened", "paid"]
delete_after = { closed = "45s", cancelled = "1m" }
[tables.orders.columns]
status = { type = "text", life = "order" }
amount = { type = "float", faker = "random_int" }
opened_at = { type = "timestamp", at = "opened" }
paid_at = { type = "timestamp", at = "paid" }
note = { type = "text", faker = "word" }
carrier = { type = "varchar", faker = "word", on = "shipped", null_ratio = 0.2 }
source = { type = "varchar", faker = "word", on = "opened" }
"#;

/// A chain of these shops, whose orders have a life; `rows` are inserted and updated per tick.
fn chain(shops: &str, rows: (u64, u64), windows: &str) -> Chain {
    let (insert, update) = rows;
    Chain::read(&format!(
        "[defaults]\ntick_interval = \"10s\"\n{windows}\n{shops}{LIFE}[tables.orders]\n\
         insert_rows_per_tick = {insert}\nupdate_rows_per_tick = {update}\n{COLUMNS}"
    ))
}

const WINDOWS: &str = "delete_older_than = \"8m\"\nupdate_not_older_than = \"3m\"";

fn orders(shop: &Shop) -> &TablePlan {
    &shop.plan.tables[0]
}

/// The states of the test's life that lead to others, and what they lead to.
const PATHS: [(&str, &[&str]); 4] = [
    ("opened", &["paid", "cancelled"]),
    ("paid", &["shipped", "cancelled"]),
    ("shipped", &["delivered"]),
    ("delivered", &["closed", "returned"]),
];

/// A row of the naive table.
#[derive(Clone, Debug)]
struct Stored {
    created: u64,
    /// The tick in which it has entered its state.
    since: u64,
    values: Row,
}

/// A table in memory that the ticks of a shop are played on.
#[derive(Default)]
struct Table {
    rows: BTreeMap<i64, Stored>,
    /// All that has ever happened to a row: the tick, and the state that it entered; `None`: it was deleted.
    log: BTreeMap<i64, Vec<(u64, Option<String>)>>,
    random: u64,
}

impl Table {
    /// Plays a tick, and holds each change against what a life is.
    fn play(&mut self, shop: &Shop, number: u64) {
        let tick = &shop.tick(number)["orders"];
        let at = shop.timeline.at(number).floor_second().to_string();
        let age = |row: &Stored| shop.timeline.at(number).0 - shop.timeline.created_at(row.created).0;
        for id in &tick.deleted {
            let row = self.rows.remove(id).expect("a row that is there is deleted");
            let waits = match row.values["status"].as_str() {
                "closed" => Some(5),
                "cancelled" => Some(6),
                _ => None,
            };
            let by_age = age(&row) >= 480 * SECOND;
            assert!(by_age || waits == Some(number - row.since), "tick {number}, {id}: {row:?}");
            self.log.get_mut(id).unwrap().push((number, None));
        }
        for (id, row) in &self.rows {
            assert!(age(row) < 480 * SECOND, "tick {number}: {id} is too old");
            let waits = if row.values["status"] == "closed" { 5 } else { 6 };
            let is_final = ["closed", "cancelled"].contains(&row.values["status"].as_str());
            assert!(!is_final || number - row.since < waits, "tick {number}: {id} should be gone: {row:?}");
        }
        let mut updated = BTreeSet::new();
        for update in &tick.updated {
            assert!(updated.insert(update.id), "{} is updated twice in tick {number}", update.id);
            let row = self.rows.get_mut(&update.id).expect("a row that is there is updated");
            let before = row.values["status"].clone();
            if update.changed.contains("status") {
                let after = update.drawn["status"].clone();
                let next = PATHS.iter().find(|(state, _)| *state == before).map_or(&[][..], |(_, next)| next);
                assert!(next.contains(&after.as_str()), "tick {number}, {}: {before} to {after}", update.id);
                let expected = match after.as_str() {
                    "paid" => &["paid_at", "status"][..],
                    "shipped" => &["carrier", "status"],
                    _ => &["status"],
                };
                assert!(update.changed.iter().eq(expected.iter()), "{update:?}");
                if after == "paid" {
                    assert_eq!(update.drawn["paid_at"], at);
                }
                row.since = number;
                self.log.get_mut(&update.id).unwrap().push((number, Some(after)));
            } else {
                assert!(
                    ["opened", "paid"].contains(&before.as_str()),
                    "a closed row is left alone: {update:?}"
                );
                assert!(update.changed.iter().all(|column| ["amount", "note"].contains(&column.as_str())));
                self.random += 1;
            }
            for (column, value) in update.values() {
                row.values.insert(column.clone(), value.clone());
            }
        }
        for (id, values) in &tick.inserted {
            assert_eq!((values["status"].as_str(), &values["opened_at"]), ("opened", &at));
            assert_eq!((values["paid_at"].as_str(), values["carrier"].as_str()), ("NULL", "NULL"));
            assert_ne!(values["source"], "NULL");
            let row = Stored { created: number, since: number, values: values.clone() };
            assert!(self.rows.insert(*id, row).is_none());
            self.log.insert(*id, vec![(number, Some("opened".to_owned()))]);
        }
    }

    /// Holds the table against what the truth says of it after a tick.
    fn compare(&self, shop: &Shop, number: u64) {
        let mut rows = TableRows::at(&shop.plan, &shop.timeline, 0, number);
        let mut expected = self.rows.iter();
        while let Some(chunk) = rows.next_chunk() {
            for row in chunk.rows() {
                let (id, stored) = expected.next().expect("no more rows than the naive table has");
                assert_eq!(row.id(), *id, "tick {number}");
                for (place, column) in orders(shop).columns.iter().enumerate() {
                    let value = row.value(place).to_string();
                    assert_eq!(value, stored.values[&column.name], "tick {number}, {id}: {}", column.name);
                }
            }
        }
        assert!(expected.next().is_none(), "no fewer rows than the naive table has");
    }

    /// Holds all versions of all rows against the log of the naive table.
    fn compare_versions(&self, shop: &Shop, last: u64) {
        let causes = orders(shop).changes.as_ref().unwrap().causes();
        let mut rows = TableRows::inserted_by(&shop.plan, &shop.timeline, 0, 0..last + 1, last);
        let mut seen = 0;
        while let Some(chunk) = rows.next_chunk() {
            for row in chunk.rows() {
                let mut log = Vec::new();
                for version in row.versions() {
                    if log.is_empty() {
                        log.push((version.from, Some("opened".to_owned())));
                    }
                    match version.to {
                        Some((tick, Ended::DeletedByAge | Ended::DeletedBySource)) => log.push((tick, None)),
                        Some((tick, Ended::Updated(shopsim::tick::UpdateCause::Source(cause)))) => {
                            log.push((tick, Some(causes[cause].name.clone())));
                        }
                        _ => {}
                    }
                }
                assert_eq!(log, self.log[&row.id()], "{}", row.id());
                seen += 1;
            }
        }
        assert_eq!(seen, self.log.len());
    }
}

#[test]
fn a_table_that_ticks_are_played_on_is_what_the_truth_says_and_what_the_life_allows() {
    let pauses =
        [Pause { before_tick: 40, micros: 30_000_000 }, Pause { before_tick: 90, micros: 1_000_000 }];
    let shop = chain(SHOP_1, (7, 20), WINDOWS).shop_with_pauses("shop-1", &pauses);
    let mut table = Table::default();
    for number in 0..150 {
        table.play(&shop, number);
        if number % 7 == 0 || number > 140 {
            table.compare(&shop, number);
        }
    }
    table.compare_versions(&shop, 149);
    let states: BTreeSet<&str> = table.rows.values().map(|row| row.values["status"].as_str()).collect();
    let all = BTreeSet::from(["opened", "paid", "shipped", "delivered", "closed", "cancelled", "returned"]);
    assert_eq!(states, all);
    assert!(table.random > 100, "{} random updates", table.random);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any tick, in any order, from an empty process: the same as in a run, whatever pauses come later.
    #[test]
    fn a_tick_is_the_same_in_any_order_and_with_later_pauses(
        rows in (0u64..9, 0u64..20),
        order in prop::collection::vec(0u64..80, 12),
        pause in (0u64..80, 1i64..100_000_000),
    ) {
        let before = Pause { before_tick: 5, micros: 7_000_000 };
        let run = chain(SHOP_1, rows, WINDOWS).shop_with_pauses("shop-1", &[before]);
        let ticks = run.ticks(80);
        for number in order {
            let later = Pause { before_tick: number.max(5) + 1 + pause.0, micros: pause.1 };
            let again = chain(SHOP_1, rows, WINDOWS).shop_with_pauses("shop-1", &[before, later]);
            let place = number as usize;
            assert_same(&ticks[place..=place], &[again.tick(number)], "a tick depends on its number alone");
        }
    }
}

#[test]
fn as_many_rows_reach_each_state_as_fates_do() {
    let shop = chain(SHOP_1, (10, 0), "delete_older_than = \"0\"").shop("shop-1");
    let table = orders(&shop);
    let (changes, cohorts) = (table.changes.as_ref().unwrap(), table.cohorts(&shop.timeline));
    let census = changes.census(u64::MAX, 0).unwrap();
    // A prime number of cohorts of ten rows has all fates.
    let sets = census.rows / 10;
    assert_eq!(census.rows, 10 * sets);
    for first in [0, 17, 1_000_003] {
        let mut updates = 0;
        let mut deletes = 0;
        for id in cohorts.ids(first..first + sets) {
            let mut events = Vec::new();
            changes.of_row(shop.plan.seed, &cohorts, id, &mut events);
            for event in events {
                match event.change {
                    RowChange::Update { .. } => updates += 1,
                    RowChange::Delete => deletes += 1,
                    RowChange::Insert { .. } => panic!("a life inserts nothing"),
                }
            }
        }
        assert_eq!((updates, deletes), (census.updates, census.deletes), "from cohort {first}");
    }
    // 90 % paid, of them 97 % shipped, of them all delivered, 80 % closed: those are deleted, as are the cancelled.
    let expected = |share: f64| (census.rows as f64 * share) as u64;
    let cancelled = 0.1 + 0.9 * 0.03;
    let deleted = expected(cancelled + 0.9 * 0.97 * 0.8);
    assert!(census.deletes.abs_diff(deleted) <= 3, "{} of {deleted}", census.deletes);
}

#[test]
fn once_under_way_as_many_rows_are_in_each_state_as_is_announced() {
    // Retention takes rows in any state: the longest life is longer.
    let shop = chain(SHOP_1, (100, 0), "delete_older_than = \"6m\"").shop("shop-1");
    let table = orders(&shop);
    let changes = table.changes.as_ref().unwrap();
    let census = changes.census(36, 0).unwrap();
    let sets = census.rows / 100;
    let mut rows: BTreeMap<i64, String> = BTreeMap::new();
    let mut stays: BTreeMap<String, u64> = BTreeMap::new();
    let (mut updates, mut deletes) = (0, 0);
    let warm = 80;
    for number in 0..warm + sets {
        let tick = shop.tick(number).remove("orders").unwrap();
        tick.deleted.iter().for_each(|id| drop(rows.remove(id)));
        let updated = tick.updated.iter().map(|update| (update.id, update.drawn["status"].clone()));
        rows.extend(updated.chain(tick.inserted.iter().map(|(id, row)| (*id, row["status"].clone()))));
        if number >= warm {
            (updates, deletes) = (updates + tick.updated.len() as u64, deletes + tick.deleted.len() as u64);
            rows.values().for_each(|state| *stays.entry(state.clone()).or_default() += 1);
        }
    }
    let announced = changes.states().into_iter().map(str::to_owned).zip(census.stays.clone());
    assert_eq!(stays, announced.collect());
    assert_eq!((updates, deletes), (census.updates, census.deletes + census.left.iter().sum::<u64>()));
    assert_eq!(deletes, census.rows, "as many come as go");
    let under_way = UnderWay::of(&shop.plan, START, None);
    assert_eq!(under_way.rows[0], stays.values().sum::<u64>() / sets);
    assert_eq!(under_way.counts[0].inserted, 100 * under_way.ticks);
    assert_eq!(under_way.counts[0].updated, updates * under_way.ticks / sets);
    assert_eq!(under_way.counts[0].deleted, deletes * under_way.ticks / sets);
}

/// A shop whose orders are deleted softly, in whatever state they are.
fn soft_deletes(rows: (u64, u64), windows: &str, pauses: &[Pause]) -> Shop {
    let columns = COLUMNS.lines().filter(|line| !line.starts_with("delete_after"));
    let columns: Vec<&str> = columns.collect();
    let (insert, update) = rows;
    let text = format!(
        "[defaults]\ntick_interval = \"10s\"\n{windows}\n{}{SHOP_1}{LIFE}[tables.orders]\n\
         insert_rows_per_tick = {insert}\nupdate_rows_per_tick = {update}\n{}",
        purged_after("90s"),
        columns.join("\n"),
    );
    Chain::read(&text).shop_with_pauses("shop-1", pauses)
}

#[test]
fn the_truth_knows_lives_that_end_softly_and_lives_that_end_by_state() {
    let windows = "delete_older_than = \"4m\"\nupdate_not_older_than = \"3m\"";
    let pauses =
        [Pause { before_tick: 20, micros: 25_000_000 }, Pause { before_tick: 33, micros: 7_000_000 }];
    let softly = soft_deletes((5, 9), windows, &pauses);
    for until in [10, 24, 30, 60] {
        truth::holds(&softly, until);
        truth::holds(&chain(SHOP_1, (5, 9), windows).shop_with_pauses("shop-1", &pauses), until);
    }
    let soft: usize = softly.ticks(60).iter().map(|tick| tick["orders"].soft_deleted.len()).sum();
    assert!(soft > 100, "{soft} rows are deleted softly");
}

#[test]
fn rows_that_are_deleted_softly_count_in_their_states_until_they_are_purged() {
    let shop = soft_deletes((100, 0), "delete_older_than = \"6m\"", &[]);
    let (mut rows, mut stays) = (BTreeMap::new(), BTreeMap::<String, u64>::new());
    let (mut updates, mut deletes) = (0, 0);
    let census = orders(&shop).changes.as_ref().unwrap().census(36, 0).unwrap();
    let (warm, sets) = (80, census.rows / 100);
    for number in 0..warm + sets {
        let tick = shop.tick(number).remove("orders").unwrap();
        tick.deleted.iter().for_each(|id| drop(rows.remove(id)));
        let updated = tick.updated.iter().map(|update| (update.id, update.drawn["status"].clone()));
        rows.extend(updated.chain(tick.inserted.iter().map(|(id, row)| (*id, row["status"].clone()))));
        if number >= warm {
            updates += (tick.updated.len() + tick.soft_deleted.len()) as u64;
            deletes += tick.deleted.len() as u64;
            rows.values().for_each(|state| *stays.entry(state.clone()).or_default() += 1);
        }
    }
    let under_way = UnderWay::of(&shop.plan, START, None);
    let counts = under_way.counts[0];
    assert_eq!(under_way.rows[0], stays.values().sum::<u64>() / sets);
    assert_eq!(counts.updated, updates * under_way.ticks / sets);
    assert_eq!(counts.deleted, deletes * under_way.ticks / sets);
    let names = orders(&shop).changes.as_ref().unwrap().states();
    let announced = names.iter().zip(&under_way.states[0]).filter(|(_, rows)| **rows > 0);
    let counted = stays.iter().map(|(state, rows)| (state.as_str(), rows / sets));
    assert_eq!(announced.map(|(name, rows)| (*name, *rows)).collect::<BTreeMap<_, _>>(), counted.collect());
}

#[test]
fn the_kind_of_a_key_changes_nothing_in_a_life() {
    let with_key = |key: &str| {
        let text = format!(
            "[defaults]\ntick_interval = \"10s\"\n{WINDOWS}\n{SHOP_1}{LIFE}[tables.orders]\n{key}\n\
             insert_rows_per_tick = 5\nupdate_rows_per_tick = 9\n{COLUMNS}"
        );
        Chain::read(&text).shop("shop-1").ticks(60)
    };
    let numbers = with_key("key_type = \"bigint\"");
    for key in
        ["key_type = \"uuid\"", "key_type = \"uuid7\"", "key_type = \"text\"\nkey_template = \"ORD-{id:06}\""]
    {
        assert_same(&numbers, &with_key(key), key);
    }
}

#[test]
fn random_updates_are_as_many_as_are_announced() {
    let shop = chain(SHOP_1, (10, 30), WINDOWS).shop("shop-1");
    let under_way = UnderWay::of(&shop.plan, START, None);
    let changes = orders(&shop).changes.as_ref().unwrap();
    // The update window of 3 minutes has 18 ticks.
    let census = changes.census(48, 18).unwrap();
    let announced = under_way.counts[0].updated as f64 / under_way.ticks as f64;
    let mut updated = 0;
    let ticks = 200;
    for number in 60..60 + ticks {
        updated += shop.tick(number)["orders"].updated.len();
    }
    let mean = updated as f64 / ticks as f64;
    assert!((mean - announced).abs() < announced * 0.03, "{mean} of {announced}");
    let random = announced - 10.0 * census.updates as f64 / census.rows as f64;
    // Some of 30 are closed, or change their state.
    assert!((5.0..29.0).contains(&random), "{random}");
}

#[test]
fn shops_have_lives_of_their_own_and_a_neighbour_changes_none() {
    let both = chain(&format!("{SHOP_1}{SHOP_2}"), (5, 4), WINDOWS);
    assert!(Arc::ptr_eq(&both.plans[0].tables, &both.plans[1].tables), "their fates are in memory once");
    let alone = chain(SHOP_1, (5, 4), WINDOWS).shop("shop-1").ticks(60);
    let one = both.shop("shop-1").ticks(60);
    assert_same(&alone, &one, "a neighbour changes nothing");
    let states = |ticks: &[super::chain::Tick]| {
        let changes = ticks.iter().flat_map(|tick| &tick["orders"].updated);
        let changes = changes.filter(|update| update.changed.contains("status"));
        changes.map(|update| (update.id, update.drawn["status"].clone())).collect::<Vec<_>>()
    };
    assert_ne!(states(&one), states(&both.shop("shop-2").ticks(60)));
}

#[test]
fn a_pause_moves_a_life_and_changes_none_of_it() {
    // Without retention by age, which looks at the time.
    let windows = "delete_older_than = \"0\"\nupdate_not_older_than = \"0\"";
    let shop = chain(SHOP_1, (6, 0), windows);
    let pause = Pause { before_tick: 30, micros: 86_400 * SECOND };
    let without = shop.shop("shop-1");
    let with = shop.shop_with_pauses("shop-1", &[pause]);
    for number in 0..80 {
        let [without, with] = [&without, &with].map(|shop| shop.tick(number).remove("orders").unwrap());
        assert_eq!(without.deleted, with.deleted);
        let states = |tick: &super::chain::TableTick| {
            let updates = tick.updated.iter();
            updates.map(|update| (update.id, update.drawn["status"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(states(&without), states(&with), "tick {number}");
    }
}

#[test]
fn a_life_leaves_the_other_columns_as_they_were() {
    let with = chain(SHOP_1, (7, 5), WINDOWS).shop("shop-1");
    let text = format!(
        "[defaults]\ntick_interval = \"10s\"\n{WINDOWS}\n{SHOP_1}[tables.orders]\ninsert_rows_per_tick = 7\n\
         update_rows_per_tick = 5\n[tables.orders.columns]\namount = {{ type = \"float\", faker = \"random_int\" }}\n\
         note = {{ type = \"text\", faker = \"word\" }}\n"
    );
    let without = Chain::read(&text).shop("shop-1");
    for number in 0..60 {
        let [with, without] = [&with, &without].map(|shop| shop.tick(number).remove("orders").unwrap());
        let values = |rows: &[(i64, Row)]| -> Vec<(i64, String, String)> {
            rows.iter().map(|(id, row)| (*id, row["amount"].clone(), row["note"].clone())).collect()
        };
        assert_eq!(values(&with.inserted), values(&without.inserted));
        // Those that are still updated at random get the same values.
        let mut kept = 0;
        for update in with.updated.iter().filter(|update| !update.changed.contains("status")) {
            let before = without.updated.iter().find(|other| other.id == update.id).unwrap();
            assert_eq!(update.changed, before.changed);
            for column in ["amount", "note"] {
                assert_eq!(update.drawn[column], before.drawn[column], "tick {number}");
            }
            kept += 1;
        }
        assert!(kept <= 5);
    }
}

#[test]
fn what_decides_a_life_is_in_the_fingerprint() {
    let lines = |shop: Shop| shop.plan.describe().join("\n");
    let base = lines(chain(SHOP_1, (7, 5), WINDOWS).shop("shop-1"));
    let change = |from: &str, to: &str| {
        let all = format!(
            "[defaults]\ntick_interval = \"10s\"\n{WINDOWS}\n{SHOP_1}{LIFE}[tables.orders]\ninsert_rows_per_tick = 7\n\
             update_rows_per_tick = 5\n{COLUMNS}"
        );
        assert!(all.contains(from), "{from}");
        lines(Chain::read(&all.replace(from, to)).shop("shop-1"))
    };
    for (from, to) in [
        ("weight = 90", "weight = 91"),
        ("after = \"10s..2m\"", "after = \"10s..3m\""),
        ("shape = \"log\"", "shape = \"late\""),
        ("closed = \"45s\"", "closed = \"46s\""),
        ("update_only = [\"opened\", \"paid\"]", "update_only = [\"opened\"]"),
        ("at = \"paid\"", "at = \"shipped\""),
        ("on = \"shipped\"", "on = \"delivered\""),
    ] {
        assert_ne!(change(from, to), base, "{from}");
    }
    // Written in another way, it is the same.
    assert_eq!(change("weight = 90, after = \"10s..2m\"", "after = \"10s .. 120s\", weight = 90"), base);
}
