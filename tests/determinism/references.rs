//! References to rows that live as long as those that refer to them: no statement of any tick, nor of ticks that share
//! a transaction, leaves a row whose reference is not there, whatever the windows, pauses and rates.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shopsim::clock::{Origin, Pause, Schedule, Timeline};
use shopsim::config::{AfterDowntime, Pace, Start};
use shopsim::plan::ShopPlan;
use shopsim::tick::{CHUNK_ROWS, Operation, Tick, Transaction};
use shopsim::truth::digest;
use shopsim::value::{SECOND, Value};

use super::chain::{AMOUNT, Chain, SHOP_1, START, Shop, purged_after, table};

const TICKS: u64 = 60;

/// A reference to a table as a foreign key.
fn foreign_key(name: &str, table: &str) -> String {
    foreign_key_of("int", name, table)
}

fn foreign_key_of(sql_type: &str, name: &str, table: &str) -> String {
    format!(
        "{name} = {{ type = \"{sql_type}\", faker = \"ref\", params = {{ table = \"{table}\" }}, references = true }}"
    )
}

/// Kinds of keys: the type of a column that refers to one, and the table's own settings.
const KEYS: [(&str, &str); 5] = [
    ("int", ""),
    ("bigint", "key_type = \"bigint\"\n"),
    ("uuid", "key_type = \"uuid\"\n"),
    ("uuid", "key_type = \"uuid7\"\n"),
    ("varchar(20)", "key_type = \"varchar(20)\"\nkey_template = \"'%s\\\"ü-{id:04}\"\n"),
];

/// The keys that each row refers to, by column; `None` where a column is null or refers to nothing.
type Rows = BTreeMap<i64, Vec<Option<i64>>>;

/// Tables in memory that look at every reference after every statement.
struct Checked<'a> {
    plan: &'a ShopPlan,
    tables: Vec<Rows>,
}

impl<'a> Checked<'a> {
    fn new(plan: &'a ShopPlan) -> Self {
        Self { plan, tables: vec![Rows::new(); plan.tables.len()] }
    }

    fn apply(&mut self, ticks: Vec<Tick>) {
        let numbers: Vec<u64> = ticks.iter().map(|tick| tick.tick).collect();
        let mut transaction = Transaction::new(ticks);
        let keys = transaction.keys();
        while let Some((place, operation)) = transaction.next(self.plan) {
            let columns = &self.plan.tables[place].columns;
            let refers = |column: usize, value: Value<'_>| {
                let target = columns[column].refers_to?;
                let refers_to_none = value == Value::Null;
                let number = keys[target].number(value);
                assert!(refers_to_none || number.is_some(), "{value:?} is the key of a row");
                number
            };
            let rows = &mut self.tables[place];
            match operation {
                Operation::Delete(ids) => {
                    let listed = !keys[place].are_numbers();
                    assert!(
                        !listed || ids.count() <= CHUNK_ROWS,
                        "keys that are listed fit into a statement"
                    );
                    for (_, id) in ids.iter() {
                        assert!(rows.remove(&id).is_some(), "{id} of {place} in ticks {numbers:?}");
                    }
                }
                Operation::Insert(inserted) => {
                    for (row, id) in inserted.ids.iter() {
                        let values = inserted.columns.iter().enumerate();
                        let values = values.map(|(place, values)| refers(place, values.get(row)));
                        assert!(rows.insert(id, values.collect()).is_none(), "{id} is new");
                    }
                }
                Operation::Update(updated) => {
                    for row in updated.iter() {
                        let values = rows.get_mut(&row.id()).expect("a row that is there");
                        for (place, value) in values.iter_mut().enumerate() {
                            if row.changes(place) {
                                *value = refers(place, row.drawn_value(place));
                            }
                        }
                    }
                }
            }
            self.look(&format!("a statement on {} in ticks {numbers:?}", self.plan.tables[place].name));
        }
    }

    /// Looks at each reference of each row.
    fn look(&self, after: &str) {
        for (table, rows) in self.plan.tables.iter().zip(&self.tables) {
            for (place, column) in table.columns.iter().enumerate() {
                let Some(target) = column.refers_to else { continue };
                let dangling = rows.iter().find(|(_, values)| {
                    values[place].is_some_and(|key| !self.tables[target].contains_key(&key))
                });
                assert!(dangling.is_none(), "after {after}: {} of {}: {dangling:?}", column.name, table.name);
            }
        }
    }
}

/// A chain of three tables, the most referred to last in the config, and one that refers to itself.
#[derive(Clone, Debug)]
struct Parameters {
    interval_ms: u64,
    /// Of lines, orders and customers: each the milliseconds that it lives longer than the one before; none, forever.
    longer: [Option<u64>; 3],
    update_ms: u64,
    /// How long rows that were deleted softly are kept; none: no row is deleted softly.
    purge_ms: Option<u64>,
    rows: [(u64, u64); 3],
    /// The kinds of keys of orders and customers.
    keys: [usize; 2],
    pauses: BTreeMap<u64, i64>,
}

fn parameters() -> impl Strategy<Value = Parameters> {
    let longer = || prop_oneof![3 => Just(Some(0)), 4 => (0u64..20_000).prop_map(Some), 2 => (0u64..20).prop_map(|s| Some(s * 1_000)), 1 => Just(None)];
    let interval = prop_oneof![1u64..8_000, (1u64..8).prop_map(|s| s * 1_000)];
    let rows = || (1u64..4, 0u64..6);
    let pauses = proptest::collection::btree_map(0..TICKS, 1_000i64..100_000_000, 0..4);
    let purge = proptest::option::of(prop_oneof![1u64..30_000, (1u64..30).prop_map(|s| s * 1_000)]);
    let rows = (rows(), rows(), rows());
    let keys = [0..KEYS.len(), 0..KEYS.len()];
    (interval, (longer(), longer(), longer()), (0u64..60_000, purge), rows, keys, pauses).prop_map(
        |(interval_ms, longer, (update_ms, purge_ms), rows, keys, pauses)| Parameters {
            interval_ms,
            longer: longer.into(),
            update_ms,
            purge_ms,
            rows: rows.into(),
            keys,
            pauses,
        },
    )
}

impl Parameters {
    fn shop(&self) -> Shop {
        let mut age = Some(1);
        let mut windows = self.longer.map(|longer| {
            age = age.zip(longer).map(|(age, longer)| age + longer);
            format!("delete_older_than = \"{}ms\"\n", age.unwrap_or(0))
        });
        let [(order, orders), (customer, customers)] = self.keys.map(|key| KEYS[key]);
        let of_customer = |name: &str| foreign_key_of(customer, name, "customers");
        let tables = [
            ("lines", "", vec![foreign_key_of(order, "order_id", "orders"), of_customer("customer_id")]),
            ("orders", orders, vec![of_customer("customer_id"), AMOUNT.to_owned()]),
            ("customers", customers, vec![of_customer("referred_by")]),
        ];
        let tables =
            tables.iter().zip(&self.rows).zip(&mut windows).map(|(((name, key, columns), rows), window)| {
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                let text = table(name, *rows, &columns);
                text.replacen("insert_rows", &format!("{window}{key}insert_rows"), 1)
            });
        let text = format!(
            "[defaults]\ntick_interval = \"{}ms\"\nupdate_not_older_than = \"{}ms\"\n{}{SHOP_1}{}",
            self.interval_ms,
            self.update_ms,
            purged_after(&format!("{}ms", self.purge_ms.unwrap_or(0))),
            tables.collect::<String>()
        );
        let pauses: Vec<Pause> =
            self.pauses.iter().map(|(tick, micros)| Pause { before_tick: *tick, micros: *micros }).collect();
        Chain::read(&text).shop_with_pauses("shop-1", &pauses)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_statement_leaves_all_references_there(parameters in parameters()) {
        let shop = parameters.shop();
        let mut alone = Checked::new(&shop.plan);
        for number in 0..TICKS {
            alone.apply(vec![Tick::new(&shop.plan, &shop.timeline, number)]);
        }
        let (mut together, mut next) = (Checked::new(&shop.plan), 0);
        while next < TICKS {
            let count = shop.plan.ticks_together(&shop.timeline, next, (TICKS - next).min(7));
            let ticks = (next..next + count).map(|number| Tick::new(&shop.plan, &shop.timeline, number));
            together.apply(ticks.collect());
            next += count;
        }
        prop_assert_eq!(together.tables, alone.tables);
    }

    /// Where old rows would be deleted again, history begins later: no row refers to what has never been there, and in
    /// the end the tables are the same.
    #[test]
    fn history_that_begins_late_refers_to_nothing_before_it(parameters in parameters(), past in 0i64..600) {
        // The windows of a minute must not be too many ticks.
        let interval_ms = parameters.interval_ms.max(500);
        let Shop { plan, .. } = Parameters { pauses: BTreeMap::new(), interval_ms, ..parameters }.shop();
        let schedule = Schedule {
            pace: Pace::Factor { numerator: 1, denominator: 1 },
            after_downtime: AfterDowntime::Pause,
            stop_after: None,
            until_tick: None,
            spread: 0,
        };
        let origin = Origin::fix(Start::At(START), START.plus(past * SECOND));
        let windows = plan.tables.iter().map(|table| &table.windows);
        let late = schedule.without_lost_history(origin, plan.interval, windows);
        let last = (past * SECOND / plan.interval).cast_unsigned();
        let (whole, short) = (Timeline::of(&origin, plan.interval, &[]), Timeline::of(&late, plan.interval, &[]));
        let mut checked = Checked::new(&plan);
        // Where nothing is ever deleted, it begins with the first tick: some of it is enough.
        let until = if late.first_tick > 0 { last } else { last.min(TICKS) };
        for number in late.first_tick..=until {
            checked.apply(vec![Tick::new(&plan, &short, number)]);
        }
        for place in 0..plan.tables.len() {
            prop_assert_eq!(digest(&plan, &short, place, last), digest(&plan, &whole, place, last));
        }
    }
}

/// Keys that are no numbers are listed, and a statement has no more than a chunk of them: it must not delete a row that
/// one of a later statement refers to.
#[test]
fn rows_with_listed_keys_that_refer_to_each_other_are_deleted_in_an_order_that_leaves_all_references_there() {
    // (rows of a tick, milliseconds between ticks, ticks that share a transaction)
    for (rows, interval_ms, most) in [(5_000, 1_000, 1), (9_000, 400, 1), (2_000, 1_000, 1), (900, 400, 9)] {
        let key = "delete_older_than = \"4s\"\nkey_type = \"uuid\"\n";
        let text = table("people", (rows, 40), &[&foreign_key_of("uuid", "parent_id", "people")]);
        let text = text.replacen("insert_rows", &format!("{key}insert_rows"), 1);
        let defaults =
            format!("[defaults]\ntick_interval = \"{interval_ms}ms\"\nupdate_not_older_than = \"3s\"\n");
        // A pause after which many ticks are deleted at once.
        let pause = Pause { before_tick: 14, micros: 2_500_000 };
        let shop = Chain::read(&format!("{defaults}{SHOP_1}{text}")).shop_with_pauses("shop-1", &[pause]);
        let (mut checked, mut next) = (Checked::new(&shop.plan), 0);
        while next < 20 {
            let count = shop.plan.ticks_together(&shop.timeline, next, most);
            let ticks = (next..next + count).map(|number| Tick::new(&shop.plan, &shop.timeline, number));
            checked.apply(ticks.collect());
            next += count;
        }
        let kept = shop.plan.tables[0].windows.existing(&shop.timeline, next - 1);
        assert_eq!(checked.tables[0].len() as u64, (kept.end - kept.start) * rows);
    }
}

#[test]
fn a_table_that_refers_to_itself_refers_to_rows_up_to_the_own_one() {
    let text = format!(
        "[defaults]\ntick_interval = \"1s\"\n{SHOP_1}{}",
        table("people", (10, 0), &[&foreign_key("parent_id", "people")])
    );
    let tick = Chain::read(&text).shop("shop-1").tick(5);
    let parents =
        tick["people"].inserted.iter().map(|(id, row)| (*id, row["parent_id"].parse::<i64>().unwrap()));
    let parents: Vec<(i64, i64)> = parents.collect();
    assert!(parents.iter().all(|(id, parent)| (1..=*id).contains(parent)), "{parents:?}");
    assert!(parents.iter().any(|(_, parent)| *parent < 51), "of earlier ticks, too: {parents:?}");
}

#[test]
fn rows_with_a_life_refer_to_rows_that_are_there() {
    // Listed before the tables that they refer to. Lines are deleted in a state, the others because of their age.
    let life = "[lives.work]\nopened = { done = { after = \"0s..20s\" }, lost = { after = \"5s..9s\" } }\n";
    let state = "state = { type = \"text\", life = \"work\" }";
    let window =
        |table: String, keys: &str| table.replacen("insert_rows", &format!("{keys}\ninsert_rows"), 1);
    let lines = window(
        table("lines", (5, 9), &[state, AMOUNT, &foreign_key("order_id", "orders")]),
        "delete_older_than = \"30s\"\ndelete_after = { done = \"3s\", lost = \"1s\" }\nupdate_only = [\"opened\"]",
    );
    let late = foreign_key("courier_id", "people").replace(" }, references", " }, on = \"done\", references");
    let orders = window(
        table("orders", (3, 4), &[state, &late, &foreign_key("customer_id", "people")]),
        "delete_older_than = \"40s\"",
    );
    let people = window(table("people", (1, 1), &[state, AMOUNT]), "delete_older_than = \"60s\"");
    let shop = Chain::read(&format!(
        "[defaults]\ntick_interval = \"1s\"\nupdate_not_older_than = \"10s\"\n{SHOP_1}{life}{lines}{orders}{people}"
    ))
    .shop_with_pauses("shop-1", &[Pause { before_tick: 45, micros: 12_500_000 }]);
    let mut tables = Checked::new(&shop.plan);
    for number in 0..150 {
        tables.apply(vec![Tick::new(&shop.plan, &shop.timeline, number)]);
    }
    let couriers = |orders: &Rows| orders.values().filter(|values| values[1].is_some()).count();
    assert!(couriers(&tables.tables[1]) > 20, "orders have a courier once they are done");
    assert!((10..120).contains(&tables.tables[0].len()), "{} lines", tables.tables[0].len());
}

#[test]
fn rows_refer_to_all_that_outlive_them_and_to_no_other() {
    // Customers live for 30 s, orders for 10 s: a new order may have a customer of up to 20 s.
    let reference = "customer_id = { type = \"int\", faker = \"ref\", params = { table = \"customers\", outlives = true } }";
    let orders =
        table("orders", (200, 0), &[reference]).replacen("insert", "delete_older_than = \"10s\"\ninsert", 1);
    let customers =
        table("customers", (1, 0), &[]).replacen("insert", "delete_older_than = \"30s\"\ninsert", 1);
    let shop = Chain::read(&format!("[defaults]\ntick_interval = \"1s\"\n{SHOP_1}{orders}{customers}"))
        .shop("shop-1");
    let tick = shop.tick(100);
    let drawn = tick["orders"].inserted.iter().map(|(_, row)| row["customer_id"].parse::<i64>().unwrap());
    let drawn: std::collections::BTreeSet<i64> = drawn.collect();
    assert_eq!(drawn, (81..=101).collect());
}
