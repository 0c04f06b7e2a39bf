//! Tech fields: what they hold follows from the operations on a row alone, and they change nothing else.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shopsim::clock::Pause;
use shopsim::config::TechKind;
use shopsim::plan::{RowKeys, Stamps};
use shopsim::tick::{Operation, Tick};
use shopsim::truth::{TableRows, digest, push_line};

use super::chain::{AMOUNT, Chain, NAME, ORDERED, SHOP_1, Shop, table};

const TICKS: u64 = 40;

const TECH_FIELDS: &str = "[tech_fields]\ncreated_at = { type = \"timestamptz\", cut = \"1ms\" }\n\
    updated_at = { name = \"modified on\", type = \"timestamp\", cut = \"1us\", index = true }\nversion = \"bigint\"\n";

/// The rows of the table `t` after the ticks up to `until`: what the operations say of each.
fn replayed(shop: &Shop, until: u64) -> BTreeMap<i64, Stamps> {
    let table = &shop.plan.tables[0];
    let mut rows: BTreeMap<i64, Stamps> = BTreeMap::new();
    for number in 0..=until {
        let at = shop.timeline.at(number);
        let mut tick = Tick::new(&shop.plan, &shop.timeline, number).tables.remove(0);
        while let Some(operation) = tick.next(table) {
            match operation {
                Operation::Delete(ids) => ids.iter().for_each(|(_, id)| assert!(rows.remove(&id).is_some())),
                Operation::Update(updated) => {
                    for row in updated.iter() {
                        assert_eq!(row.at(), at, "an update has the time of its tick");
                        let stamps = rows.get_mut(&row.id()).unwrap();
                        (stamps.updated_at, stamps.version) = (at, stamps.version + 1);
                    }
                }
                Operation::Insert(inserted) => {
                    for (place, id) in inserted.ids.iter() {
                        let stamps = Stamps { created_at: at, updated_at: at, version: 1 };
                        assert_eq!(inserted.stamps(place), stamps);
                        rows.insert(id, stamps);
                    }
                }
            }
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_truth_knows_when_a_row_was_changed_last_and_how_often(
        interval in 1u64..20_000,
        delete in 0u64..120,
        update in 0u64..120,
        rows in (0u64..5, 0u64..9),
        columns in 1usize..=3,
        pauses in proptest::collection::btree_map(0..TICKS, 1_000i64..100_000_000, 0..3),
        until in 0..TICKS,
    ) {
        let config = |tech_fields: &str| {
            let text = format!(
                "[defaults]\ntick_interval = \"{interval}ms\"\ndelete_older_than = \"{delete}s\"\n\
                 update_not_older_than = \"{update}s\"\n{tech_fields}{SHOP_1}{}",
                table("t", rows, &[NAME, AMOUNT, ORDERED][..columns]),
            );
            let pauses: Vec<Pause> =
                pauses.iter().map(|(before_tick, micros)| Pause { before_tick: *before_tick, micros: *micros }).collect();
            Chain::read(&text).shop_with_pauses("shop-1", &pauses)
        };
        let (shop, plain) = (config(TECH_FIELDS), config(""));
        let table = &shop.plan.tables[0];
        let mut expected = replayed(&shop, until);
        let mut truth = TableRows::at(&shop.plan, &shop.timeline, 0, until);
        let (mut lines, mut without) = (Vec::new(), Vec::new());
        let keys = RowKeys::of(shop.plan.seed, table, &shop.timeline);
        while let Some(chunk) = truth.next_chunk() {
            for row in chunk.rows() {
                prop_assert_eq!(Some(row.stamps()), expected.remove(&row.id()), "row {}", row.id());
                let versions: Vec<_> = row.versions().collect();
                for (nth, version) in (1..).zip(&versions) {
                    let (from, stamps) = (shop.timeline.at(version.from), version.stamps());
                    prop_assert_eq!((stamps.updated_at, stamps.version), (from, nth));
                }
                let mut line = String::new();
                push_line(table, &keys, row, &mut line);
                let fields: Vec<&str> = line.trim_end().split('\t').collect();
                without.push(fields[..fields.len() - 3].join("\t"));
                lines.push(line);
            }
        }
        prop_assert!(expected.is_empty(), "{} rows are missing", expected.len());

        // Every other value is the one without tech fields.
        let mut truth = TableRows::at(&plain.plan, &plain.timeline, 0, until);
        let mut plainly = Vec::new();
        while let Some(chunk) = truth.next_chunk() {
            chunk.rows().for_each(|row| {
                let mut line = String::new();
                push_line(&plain.plan.tables[0], &keys, row, &mut line);
                plainly.push(line.rsplit_once('\t').unwrap().0.to_owned());
            });
        }
        prop_assert_eq!(without, plainly);
        prop_assert_eq!(digest(&shop.plan, &shop.timeline, 0, until).rows, lines.len() as u64);
    }
}

#[test]
fn a_time_is_cut_to_the_precision_that_is_asked_for() {
    let shop = |cut: &str| {
        let text = format!(
            "[defaults]\ntick_interval = \"1500ms\"\n[tech_fields]\nupdated_at = {{ type = \"timestamp\", cut = \"{cut}\" }}\n\
             {SHOP_1}{}",
            table("t", (1, 0), &[NAME])
        );
        Chain::read(&text).shop("shop-1")
    };
    for (cut, text) in [("1s", "2026-01-01 00:00:01"), ("1ms", "2026-01-01 00:00:01.5")] {
        let shop = shop(cut);
        let column = shop.plan.tables[0].tech(TechKind::UpdatedAt).unwrap().clone();
        assert_eq!(column.time(shop.timeline.at(1)).to_string(), text);
    }
}

#[test]
fn tech_fields_are_part_of_the_fingerprint_but_for_their_indexes() {
    let fingerprint = |fields: &str| {
        let defaults = "[defaults]\ntick_interval = \"10s\"\n";
        let text = format!("{defaults}{fields}{SHOP_1}{}", table("t", (1, 0), &[NAME]));
        Chain::read(&text).shop("shop-1").plan.fingerprint()
    };
    let of = |fields: &str| fingerprint(&format!("[tech_fields]\n{fields}\n"));
    assert_eq!(of("created_at = \"timestamp\""), fingerprint(""), "the default");
    let all = [
        fingerprint(""),
        of("updated_at = \"timestamp\""),
        of("updated_at = \"timestamptz\""),
        of("updated_at = { cut = \"1us\" }"),
        of("updated_at = { name = \"changed\" }"),
        of("version = \"int\""),
        of("version = \"bigint\""),
    ];
    let different: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(different.len(), all.len());
    assert_eq!(of("updated_at = { index = true }"), of("updated_at = \"timestamp\""));
}
