//! What keys are: a bijection, of the promised bytes.

use proptest::prelude::*;

use super::*;
use crate::clock::Pause;
use crate::config::{self, Source, Surroundings};
use crate::value::Timestamp;

/// 2026-01-01T00:00:00Z.
const START: Timestamp = Timestamp(1_767_225_600_000_000);

/// The keys of the table `t`, which gets three rows every 1.5 s.
fn keys(key: &str, seed: u64, pauses: &[Pause]) -> RowKeys {
    let text = format!(
        "[[shop]]\nname = \"a\"\nseed = {seed}\ntick_interval = \"1500ms\"\n[tables.t]\ninsert_rows_per_tick = 3\n{key}\n"
    );
    let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
    let (config, problems) = config::read(&Source::new("shops.toml", &text), &surroundings);
    assert!(!problems.iter().any(config::Problem::is_error), "{problems:?}");
    let plan = super::super::compile(&config).0.remove(0);
    RowKeys::of(seed, &plan.tables[0], &Timeline::new(START, plan.interval, pauses))
}

const UUID: &str = "key_type = \"uuid\"";
const UUID7: &str = "key_type = \"uuid7\"";
const TEMPLATE: &str = "key_type = \"text\"\nkey_template = \"{id:03}/ü\"";

fn uuid(text: &str) -> [u8; 16] {
    u128::from_str_radix(&text.replace('-', ""), 16).unwrap().to_be_bytes()
}

#[test]
fn the_keys_of_a_seed_are_promised() {
    let first = |key: &str| [1, 2, 4].map(|id| keys(key, 4321, &[]).key(id).to_string());
    assert_eq!(first(""), ["1", "2", "4"]);
    assert_eq!(
        first(UUID),
        [
            "920f2129-4342-46f7-ba87-0352219308a9",
            "a581b74a-256d-4350-bfd0-9127e417ab7d",
            "c55d6035-668b-483f-8ecb-1eb1824fa595",
        ]
    );
    assert_eq!(
        first(UUID7),
        [
            "019b76da-a800-76e7-83f5-013d1afb9560",
            "019b76da-a800-7440-b247-39489a4625f1",
            "019b76da-addc-71a7-a5c7-249a881e9916",
        ]
    );
    assert_eq!(first(TEMPLATE), ["001/ü", "002/ü", "004/ü"]);
    assert_eq!(keys(TEMPLATE, 1, &[]).key(1234).to_string(), "1234/ü");
}

#[test]
fn a_uuid_has_its_version_its_variant_and_for_version_7_the_time_of_its_tick() {
    for (key, version) in [(UUID, 4), (UUID7, 7)] {
        let keys = keys(key, 1, &[]);
        for id in 1..1_000 {
            let RowKey::Uuid(bytes) = keys.key(id) else { panic!("{key}") };
            assert_eq!((bytes[6] >> 4, bytes[8] >> 6), (version, 0b10));
        }
    }
    let milliseconds = |keys: &RowKeys, id| match keys.key(id) {
        RowKey::Uuid(bytes) => (u128::from_be_bytes(bytes) >> 80) as i64 - START.0 / 1_000,
        other => panic!("{other:?}"),
    };
    let of_id = |keys: &RowKeys| [1, 3, 4, 7].map(|id| milliseconds(keys, id));
    assert_eq!(of_id(&keys(UUID7, 1, &[])), [0, 0, 1_500, 3_000]);
    let pause = Pause { before_tick: 2, micros: 60_000_000 };
    assert_eq!(of_id(&keys(UUID7, 1, &[pause])), [0, 0, 1_500, 63_000]);
}

#[test]
fn keys_of_version_7_ascend_from_tick_to_tick() {
    let keys = keys(UUID7, 1, &[]);
    let of_tick = |tick: i64| [1, 2, 3].map(|row| keys.key(3 * tick + row).to_string());
    for tick in 0..1_000 {
        assert!(of_tick(tick).iter().max() < of_tick(tick + 1).iter().min());
    }
}

#[test]
fn another_key_is_no_rows() {
    let seven = keys(UUID7, 1, &[]);
    let RowKey::Uuid(bytes) = seven.key(5) else { panic!() };
    assert_eq!(seven.number(Value::Uuid(bytes)), Some(5));
    for place in 0..16 {
        for bit in 0..8 {
            let mut other = bytes;
            other[place] ^= 1 << bit;
            assert_eq!(seven.number(Value::Uuid(other)), None, "bit {bit} of byte {place}");
        }
    }
    let four = keys(UUID, 1, &[]);
    assert_eq!(four.parse(&seven.key(5).to_string()), None);
    assert_eq!(four.parse(&keys(UUID, 2, &[]).key(5).to_string()), None, "another seed has other keys");
    assert_eq!(four.number(Value::Uuid(uuid("f81d4fae-7dec-41d0-a765-00a0c91e6bf6"))), None);
    assert_eq!(four.parse(&four.key(5).to_string().to_uppercase()), Some(5), "as PostgreSQL reads it");
    let template = keys(TEMPLATE, 1, &[]);
    let read = ["007/ü", "7/ü", "0007/ü", "+07/ü", "-07/ü", "000/ü", "007/u", " 007/ü", "007", "", "1e3/ü"];
    assert_eq!(read.map(|key| template.parse(key)).map(|id| id.is_some()), {
        let mut only_first = [false; 11];
        only_first[0] = true;
        only_first
    });
}

proptest! {
    #[test]
    fn a_key_leads_back_to_its_row(seed in 0u64..1 << 62, id in 1i64..1_000_000_000_000_000_000) {
        for key in ["key_type = \"bigint\"", UUID, UUID7, TEMPLATE] {
            let keys = keys(key, seed, &[]);
            prop_assert_eq!(keys.number(keys.key(id).value()), Some(id), "{}", key);
            prop_assert_eq!(keys.parse(&keys.key(id).to_string()), Some(id));
        }
    }
}
