//! Tech fields: what they hold follows from the operations on a row alone, and they change nothing else.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shopsim::clock::Pause;
use shopsim::config::TechKind;
use shopsim::plan::{RowKeys, Stamps, TablePlan};
use shopsim::tick::{Operation, Tick, UpdateCause};
use shopsim::truth::{TableRows, digest, push_line};
use shopsim::value::Value;

use super::chain::{AMOUNT, Chain, NAME, ORDERED, SHOP_1, Shop, table};

const TICKS: u64 = 40;

const TECH_FIELDS: &str = "[tech_fields]\ncreated_at = { type = \"timestamptz\", cut = \"1ms\" }\n\
    updated_at = { name = \"modified on\", type = \"timestamp\", cut = \"1us\", index = true }\nversion = \"bigint\"\n\
    deleted_at = \"timestamptz\"\npurge_after = \"20s\"\ncreated_by = { elements = [\"web\", \"app\", \"till\"] }\n\
    updated_by = { type = \"varchar(4)\", elements = [\"web\", \"app\", \"till\"] }\n";

/// The rows of the table `t` after the ticks up to `until`: the tech columns as the operations say of each.
fn replayed(shop: &Shop, until: u64) -> BTreeMap<i64, Vec<String>> {
    let table = &shop.plan.tables[0];
    let mut rows: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for number in 0..=until {
        let at = shop.timeline.at(number);
        let mut tick = Tick::new(&shop.plan, &shop.timeline, number).tables.remove(0);
        while let Some(operation) = tick.next(table) {
            match operation {
                Operation::Delete(ids) => ids.iter().for_each(|(_, id)| assert!(rows.remove(&id).is_some())),
                Operation::Update(updated) => {
                    for row in updated.iter() {
                        assert_eq!(row.at(), at, "an update has the time of its tick");
                        let texts = rows.get_mut(&row.id()).unwrap();
                        for (text, tech) in texts.iter_mut().zip(&*table.tech) {
                            match (tech.kind, row.tech_value(tech)) {
                                (TechKind::Version, _) => {
                                    *text = (text.parse::<i64>().unwrap() + 1).to_string();
                                }
                                (TechKind::UpdatedAt, value) => {
                                    assert_eq!(value, Some(tech.time(at)));
                                    *text = tech.time(at).to_string();
                                }
                                (TechKind::DeletedAt, value) => {
                                    let soft = row.cause() == UpdateCause::SoftDelete;
                                    assert_eq!(value, soft.then(|| tech.time(at)));
                                    assert_eq!(*text, "", "no row is updated that was deleted softly");
                                    *text = value.map_or_else(String::new, |value| value.to_string());
                                }
                                (TechKind::UpdatedBy, value) => *text = value.unwrap().to_string(),
                                (TechKind::CreatedAt | TechKind::CreatedBy, value) => assert_eq!(value, None),
                            }
                        }
                    }
                }
                Operation::Insert(inserted) => {
                    for (place, id) in inserted.ids.iter() {
                        let stamps = inserted.stamps(place);
                        assert_eq!((stamps.created_at, stamps.updated_at, stamps.version), (at, at, 1));
                        assert_eq!((stamps.deleted_at, stamps.created_by), (None, stamps.updated_by));
                        rows.insert(id, texts(table, stamps));
                    }
                }
            }
        }
    }
    rows
}

fn texts(table: &TablePlan, stamps: Stamps) -> Vec<String> {
    let text = |value: Value<'_>| if value == Value::Null { String::new() } else { value.to_string() };
    table.tech_values(stamps).map(|(_, value)| text(value)).collect()
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
                prop_assert_eq!(Some(texts(table, row.stamps())), expected.remove(&row.id()), "row {}", row.id());
                let versions: Vec<_> = row.versions().collect();
                for (nth, version) in (1..).zip(&versions) {
                    let (from, stamps) = (shop.timeline.at(version.from), version.stamps());
                    prop_assert_eq!((stamps.updated_at, stamps.version), (from, nth));
                    let soft = version.cause() == Some(UpdateCause::SoftDelete);
                    prop_assert_eq!(stamps.deleted_at, soft.then_some(from));
                    prop_assert!(!soft || version.to.is_none(), "nothing follows a soft delete");
                }
                let mut line = String::new();
                push_line(table, &keys, row, &mut line);
                let fields: Vec<&str> = line.trim_end().split('\t').collect();
                if row.stamps().deleted_at.is_none() {
                    without.push(fields[..fields.len() - 6].join("\t"));
                }
                lines.push(line);
            }
        }
        prop_assert!(expected.is_empty(), "{} rows are missing", expected.len());

        // Every other value is the one without tech fields, where rows are deleted at once.
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
        of("deleted_at = \"timestamp\"\npurge_after = \"1h\""),
        of("deleted_at = \"timestamp\"\npurge_after = \"2h\""),
        of("created_by = { elements = [\"a\", \"b\"] }"),
        of("created_by = { elements = [\"b\", \"a\"] }"),
        of("updated_by = { elements = [\"a\", \"b\"] }"),
    ];
    let different: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(different.len(), all.len());
    assert_eq!(of("updated_at = { index = true }"), of("updated_at = \"timestamp\""));
}

#[test]
fn actors_are_drawn_evenly_and_for_each_row_and_change_alone() {
    let shop = |fields: &str, rows: (u64, u64)| {
        let defaults = "[defaults]\ntick_interval = \"10s\"\nupdate_not_older_than = \"1h\"\n";
        let text = format!("{defaults}[tech_fields]\n{fields}{SHOP_1}{}", table("t", rows, &[NAME]));
        Chain::read(&text).shop("shop-1")
    };
    let of_rows = |shop: &Shop| -> Vec<Vec<String>> {
        let table = &shop.plan.tables[0];
        let mut rows = TableRows::at(&shop.plan, &shop.timeline, 0, 5);
        std::iter::from_fn(|| rows.next_chunk())
            .flat_map(|chunk| {
                chunk.rows().map(|row| texts(table, row.stamps())[1..].to_vec()).collect::<Vec<_>>()
            })
            .collect()
    };
    let created_by = "created_by = { elements = [\"web\", \"app\", \"till\"] }\n";
    let both = format!("{created_by}updated_by = {{ elements = [\"job\", \"user\"] }}\n");
    let all = of_rows(&shop(&both, (500, 200)));
    let count = |place: usize, element: &str| all.iter().filter(|row| row[place] == element).count();
    let counts = [count(0, "web"), count(0, "app"), count(0, "till"), count(1, "job") * 2 / 3];
    assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
    // The one who inserts a row depends neither on how many rows are inserted and updated, nor on other tech fields.
    let few = of_rows(&shop(created_by, (100, 50)));
    assert!(few.iter().zip(&all).all(|(few, all)| few[0] == all[0]));
}
