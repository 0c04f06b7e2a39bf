//! Columns that look beyond their own value: unique ones, references, running numbers.

use std::collections::{BTreeMap, BTreeSet};

use shopsim::config::{self, Source, Surroundings};
use shopsim::plan;

use super::chain::{AMOUNT, Chain, Row, SHOP_1, Shop, table};

const TICKS: u64 = 120;

/// Runs a shop's ticks on tables in memory, and shows all of them after each.
fn replay(shop: &Shop, mut look: impl FnMut(u64, &BTreeMap<String, BTreeMap<i64, Row>>)) {
    let mut tables: BTreeMap<String, BTreeMap<i64, Row>> = BTreeMap::new();
    for number in 0..TICKS {
        for (name, tick) in shop.tick(number) {
            let rows = tables.entry(name).or_default();
            tick.deleted.iter().for_each(|id| drop(rows.remove(id)));
            for update in &tick.updated {
                let row = rows.get_mut(&update.id).expect("a row that is there");
                update.values().for_each(|(column, value)| drop(row.insert(column.clone(), value.clone())));
            }
            rows.extend(tick.inserted);
        }
        look(number, &tables);
    }
}

fn shop(defaults: &str, tables: &[String]) -> Shop {
    Chain::read(&format!("[defaults]\ntick_interval = \"10s\"\n{defaults}\n{SHOP_1}{}", tables.concat()))
        .shop("shop-1")
}

const WINDOWS: &str = "delete_older_than = \"95s\"\nupdate_not_older_than = \"60s\"";
const CODE: &str = "code = { type = \"varchar(3)\", faker = \"numerify\", unique = true }";
const NUMBER: &str = "number = { type = \"int\", faker = \"sequence\", params = { start = 1000 } }";

#[test]
fn unique_values_differ_in_all_rows_that_are_there_at_a_time_and_come_again_later() {
    // 11 ticks of 40 inserts and 44 updates at most need 924 of the 1,000 values.
    let shop = shop(WINDOWS, &[table("t", (40, 43), &[CODE])]);
    let (mut ever, mut most) = (0, 0);
    let mut met = BTreeSet::new();
    replay(&shop, |number, tables| {
        let codes: BTreeSet<&String> = tables["t"].values().map(|row| &row["code"]).collect();
        assert_eq!(codes.len(), tables["t"].len(), "tick {number}");
        ever += 40;
        most = most.max(codes.len());
        met.extend(codes.into_iter().cloned());
    });
    assert!(met.len() > 990 && ever > 4_000 && most >= 360, "{} of {ever}, {most} at a time", met.len());
}

#[test]
fn unique_values_have_no_order() {
    let shop = shop(WINDOWS, &[table("t", (40, 0), &[CODE])]);
    let codes: Vec<u32> =
        shop.tick(0)["t"].inserted.iter().map(|(_, row)| row["code"].parse().unwrap()).collect();
    let ups = codes.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((10..30).contains(&ups), "{codes:?}");
}

#[test]
fn references_are_to_rows_that_are_there_when_the_tick_is_done() {
    let reference = "customer_id = { type = \"int\", faker = \"ref\", params = { table = \"customers\" } }";
    // The table that is referred to may come later.
    let shop = shop(WINDOWS, &[table("orders", (20, 30), &[reference]), table("customers", (3, 0), &[])]);
    let mut fresh = BTreeSet::new();
    let mut seen: BTreeMap<i64, String> = BTreeMap::new();
    replay(&shop, |number, tables| {
        for (id, row) in &tables["orders"] {
            let drawn_now =
                seen.insert(*id, row["customer_id"].clone()).as_ref() != Some(&row["customer_id"]);
            let customer: i64 = row["customer_id"].parse().unwrap();
            if drawn_now {
                assert!(tables["customers"].contains_key(&customer), "tick {number}, order {id}: {customer}");
                fresh.insert(customer);
            }
        }
    });
    let customers = (TICKS * 3) as usize;
    assert!(fresh.len() > customers * 9 / 10, "{} of {customers} customers", fresh.len());
}

#[test]
fn running_numbers_follow_the_keys_and_stay() {
    let shop = shop(WINDOWS, &[table("t", (5, 5), &[NUMBER, CODE])]);
    for number in 0..30 {
        let tick = &shop.tick(number)["t"];
        assert!(tick.inserted.iter().all(|(id, row)| row["number"] == (999 + id).to_string()));
        assert!(tick.updated.iter().all(|update| update.changed == BTreeSet::from(["code".to_owned()])));
        assert_eq!(tick.updated.len(), if number == 0 { 0 } else { 5 });
    }
    let alone = self::shop(WINDOWS, &[table("t", (5, 5), &[NUMBER])]);
    assert!((0..10).all(|number| alone.tick(number)["t"].updated.is_empty()), "nothing can change");
}

/// The problems of a chain with one shop, as lines.
fn problems(defaults: &str, tables: &[String]) -> Vec<String> {
    let text = format!("[defaults]\ntick_interval = \"10s\"\n{defaults}\n{SHOP_1}{}", tables.concat());
    let surroundings = Surroundings { var: &|_| None, read: &|_| Err(std::io::ErrorKind::NotFound.into()) };
    let (config, mut problems) = config::read(&Source::new("shops.toml", &text), &surroundings);
    problems.extend(plan::compile(&config).1);
    problems.into_iter().filter(|problem| problem.is_error()).map(|problem| problem.text()).collect()
}

#[test]
fn too_few_values_for_what_is_needed_are_a_mistake_with_the_number() {
    let tables = |insert| vec![table("t", (insert, 0), &[CODE])];
    let stop = "stop_after = \"1000s\"";
    assert_eq!(problems(stop, &tables(9)), Vec::<String>::new());
    assert_eq!(
        problems(stop, &tables(10)),
        ["`numerify` has 1000 distinct values, but `t` needs 1020 (shop `shop-1`)"]
    );
    assert_eq!(problems(WINDOWS, &tables(90)), Vec::<String>::new());
    assert_eq!(
        problems(WINDOWS, &tables(100)),
        ["`numerify` has 1000 distinct values, but `t` needs 1100 (shop `shop-1`)"]
    );
    assert_eq!(
        problems("", &tables(1)),
        ["`numerify` has 1000 distinct values, but `t` needs 3153602 for a year (shop `shop-1`)"]
    );
}

const PERSON: [&str; 4] = [
    "full_name = { type = \"varchar\", faker = \"name\", group = \"buyer\" }",
    "first = { type = \"varchar\", faker = \"first_name\", group = \"buyer\" }",
    "last = { type = \"varchar\", faker = \"last_name\", group = \"buyer\" }",
    "email = { type = \"varchar\", faker = \"safe_email\", group = \"buyer\", unique = true }",
];
const PLACE: [&str; 3] = [
    "address = { type = \"varchar\", faker = \"address\", group = \"home\" }",
    "city = { type = \"varchar\", faker = \"city\", group = \"home\" }",
    "zip = { type = \"varchar\", faker = \"postcode\", group = \"home\" }",
];

#[test]
fn columns_of_a_group_tell_of_one_person_and_one_place_whatever_happens_to_the_row() {
    let columns: Vec<&str> = PERSON.into_iter().chain(PLACE).chain([AMOUNT]).collect();
    let shop = shop(WINDOWS, &[table("t", (20, 15), &columns)]);
    replay(&shop, |number, tables| {
        let mut emails = BTreeSet::new();
        for (id, row) in &tables["t"] {
            let (first, last) = (&row["first"], &row["last"]);
            assert!(row["full_name"].contains(&format!("{first} {last}")), "tick {number}, {id}: {row:?}");
            let letters = |name: &str| name.replace('\'', "").to_lowercase();
            let local = format!("{}.{}", letters(first), letters(last));
            assert!(row["email"].starts_with(&local), "tick {number}, {id}: {row:?}");
            assert!(emails.insert(&row["email"]), "tick {number}, {id}: {row:?}");
            for part in ["city", "zip"] {
                assert!(row["address"].contains(&row[part]), "tick {number}, {id}: {row:?}");
            }
        }
    });
}

#[test]
fn columns_of_a_group_change_together_and_count_as_one() {
    let columns: Vec<&str> = PERSON.into_iter().chain([AMOUNT]).collect();
    let shop = shop(WINDOWS, &[table("t", (20, 15), &columns)]);
    let (mut person, mut amount, mut both) = (0, 0, 0);
    for number in 1..TICKS {
        for update in &shop.tick(number)["t"].updated {
            let changed = PERSON.map(|column| update.changed.contains(column.split(' ').next().unwrap()));
            assert!(changed == [true; 4] || changed == [false; 4], "{update:?}");
            let amount_changed = update.changed.contains("amount");
            match (changed[0], amount_changed) {
                (true, true) => both += 1,
                (true, false) => person += 1,
                _ => amount += 1,
            }
        }
    }
    // Of two units one changes in half of the rows, both in the other half.
    let all = person + amount + both;
    assert!(both * 100 / all > 45 && both * 100 / all < 55, "{person} {amount} {both}");
    assert!(person * 100 / all > 20 && amount * 100 / all > 20, "{person} {amount} {both}");
}
