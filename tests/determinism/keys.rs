//! Keys that are no numbers: they change no other value, references hold them, and pauses are in their times.

use std::collections::BTreeMap;

use shopsim::clock::Pause;
use shopsim::plan::{RowKeys, differing_lines};
use shopsim::truth::{self, TableRows};
use shopsim::value::Value;

use super::chain::{AMOUNT, Chain, NAME, SHOP_1, Shop, chain, table};

const KEYS: [(&str, &str); 3] = [
    ("uuid", "key_type = \"uuid\""),
    ("uuid", "key_type = \"uuid7\""),
    ("varchar(20)", "key_type = \"varchar(20)\"\nkey_template = \"C-{id:06}\""),
];

/// Customers with such keys, and orders that refer to them.
fn customers_and_orders(sql_type: &str, key: &str) -> Chain {
    let refers = format!(
        "customer = {{ type = \"{sql_type}\", faker = \"ref\", params = {{ table = \"customers\", orphan_ratio = 0.1 }}, null_ratio = 0.1 }}"
    );
    let customers = table("customers", (3, 2), &[NAME, AMOUNT]);
    let customers =
        customers.replace("[tables.customers.columns]", &format!("{key}\n[tables.customers.columns]"));
    chain(&[SHOP_1], &[customers, table("orders", (7, 5), &[&refers, AMOUNT])])
}

/// The rows of a table after a tick: by number all values as text, references as the number that they stand for.
fn rows(shop: &Shop, place: usize, tick: u64) -> BTreeMap<i64, Vec<String>> {
    let parents = RowKeys::of(shop.plan.seed, &shop.plan.tables[0], &shop.timeline);
    let columns = &shop.plan.tables[place].columns;
    let value = |place: usize, value: Value<'_>| match (columns[place].refers_to, value) {
        (Some(_), value) if value != Value::Null => parents.number(value).unwrap().to_string(),
        (_, value) => value.to_string(),
    };
    let mut rows = BTreeMap::new();
    let mut truth = TableRows::at(&shop.plan, &shop.timeline, place, tick);
    while let Some(chunk) = truth.next_chunk() {
        for row in chunk.rows() {
            let values = (0..columns.len()).map(|column| value(column, row.value(column)));
            rows.insert(row.id(), values.collect());
        }
    }
    rows
}

#[test]
fn the_kind_of_a_key_changes_nothing_but_the_key() {
    let plain = customers_and_orders("bigint", "key_type = \"bigint\"").shop("shop-1");
    for (sql_type, key) in KEYS {
        let shop = customers_and_orders(sql_type, key).shop("shop-1");
        for place in 0..2 {
            let (found, expected) = (rows(&shop, place, 30), rows(&plain, place, 30));
            let orphans = |values: &Vec<String>| place == 1 && values[0].len() > 6;
            let compared = |rows: BTreeMap<i64, Vec<String>>| -> BTreeMap<i64, Vec<String>> {
                // Orphans are the last numbers of a key, which differ from key to key.
                rows.into_iter().filter(|(_, values)| !orphans(values)).collect()
            };
            assert_eq!(compared(found), compared(expected), "{key}, table {place}");
        }
    }
}

#[test]
fn the_rows_of_each_kind_of_key_have_the_promised_digests() {
    let promised = [
        ["3ea269c97e3e65fa", "adb5a0afa06907c2"],
        ["35843d16b0977860", "42d595727e9d9825"],
        ["f8247f38557aab59", "2dab210322fad0a2"],
    ];
    let found = KEYS.map(|(sql_type, key)| {
        let shop = customers_and_orders(sql_type, key).shop("shop-1");
        [0, 1].map(|place| truth::digest(&shop.plan, &shop.timeline, place, 30).sha256[..16].to_owned())
    });
    assert_eq!(found, promised);
}

#[test]
fn a_pause_is_in_the_keys_of_later_rows_and_in_what_refers_to_them() {
    let (sql_type, key) = KEYS[1];
    let chain = customers_and_orders(sql_type, key);
    let pause = Pause { before_tick: 4, micros: 3_600_000_000 };
    let paused = chain.shop_with_pauses("shop-1", &[pause]);
    let keys = |shop: &Shop| RowKeys::of(shop.plan.seed, &shop.plan.tables[0], &shop.timeline);
    let (with, without) = (keys(&paused), keys(&chain.shop("shop-1")));
    assert_eq!(with.key(12), without.key(12));
    assert_ne!(with.key(13), without.key(13), "the first row after the pause");
    // Each reference is found among the keys of the timeline.
    assert!(rows(&paused, 1, 6).len() > 10);
}

#[test]
fn rows_that_are_never_deleted_keep_the_times_of_their_keys() {
    let (sql_type, key) = KEYS[1];
    let forgets = customers_and_orders(sql_type, key).shop("shop-1").plan.ticks_remembered();
    let never = format!("{key}\ndelete_older_than = \"0\"");
    let remembers = customers_and_orders(sql_type, &never).shop("shop-1").plan.ticks_remembered();
    assert!(forgets < 2_000 && remembers == u64::MAX, "{forgets} {remembers}");
}

#[test]
fn another_kind_of_key_is_another_fingerprint() {
    let plans: Vec<_> =
        KEYS.iter().map(|(sql_type, key)| customers_and_orders(sql_type, key).shop("shop-1").plan).collect();
    let described = |plan: usize| plans[plan].describe();
    let line =
        |plan: usize| described(plan).into_iter().find(|line| line.starts_with("customers.key")).unwrap();
    assert_eq!(
        [0, 1, 2].map(line),
        [
            "customers.key = customer_id uuid, version 4",
            "customers.key = customer_id uuid, version 7",
            "customers.key = customer_id character varying(20), template \"C-{id:06}\"",
        ]
    );
    assert_ne!(plans[0].fingerprint(), plans[1].fingerprint());
    assert_eq!(differing_lines(&described(0), &described(1)).len(), 1);
}
