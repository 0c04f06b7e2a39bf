//! The format: what is written is read as the same, and what contradicts itself is refused.

use proptest::prelude::*;

use super::*;
use crate::clock::{Anchor, Pause};
use crate::config::Pace;
use crate::value::{SECOND, Timestamp};

fn shop(name: &str, start: i64, (first_tick, more): (u64, u64), pauses: &[(u64, i64)]) -> RecordedShop {
    let (start, last_tick) = (Timestamp(start), first_tick + more);
    let origin = Origin { start, anchor: Anchor { wall: start.plus(1), at: start.plus(-1) }, first_tick };
    let pause = |pause: &(u64, i64)| Pause { before_tick: pause.0, micros: pause.1 };
    RecordedShop {
        name: name.to_owned(),
        seed: u64::MAX,
        fingerprint: "0f".repeat(32),
        settings: vec!["a = 1".to_owned(), "\"b\" = \"\u{1b}\"".to_owned()],
        checkpoint: Checkpoint {
            last_tick: Some(last_tick),
            origin: Some(origin),
            pace: Some(Pace::Unlimited),
            live: true,
            pauses: pauses.iter().map(pause).collect(),
        },
        origin,
        last_tick,
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(
        name in ".{0,9}",
        start in -62_000_000_000_000_000i64..250_000_000_000_000_000,
        first in 0u64..1_000,
        pauses in proptest::collection::btree_map(0u64..1_000, 0..i64::MAX, 0..9),
        pace in prop_oneof![Just(None), Just(Some("0.25x")), Just(Some("real-time")), Just(Some("unlimited"))],
        live in any::<bool>(),
    ) {
        let pauses: Vec<(u64, i64)> = pauses.into_iter().collect();
        let mut shop = shop(&name, start, (first, 1_000), &pauses);
        (shop.checkpoint.pace, shop.checkpoint.live) = (pace.map(|pace| pace.parse().unwrap()), live);
        let origins = Origins::new(vec![shop]);
        let text = origins.to_json();
        prop_assert_eq!(Origins::read(&text, "f").unwrap(), origins);
        prop_assert_eq!(text.lines().last(), Some("}"));
    }

    #[test]
    fn a_damaged_file_is_refused_or_read_but_never_a_panic(at in 0usize..1_400, by in any::<char>(), cut in any::<bool>()) {
        let mut text = Origins::new(vec![shop("a", 0, (1, 9), &[(2, 3), (5, 8)])]).to_json();
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        if cut {
            text.truncate(at);
        }
        text.insert(at, by);
        if let Err(error) = Origins::read(&text, "f") {
            let told = error.to_string();
            prop_assert!(told.starts_with("f:") && told.lines().count() == 1, "{}", told);
        }
    }
}

#[test]
fn facts_that_contradict_each_other_are_refused_with_the_shop() {
    let twice = [shop("a", 0, (0, 9), &[]), shop("a", SECOND, (0, 9), &[])];
    let huge = RecordedShop { last_tick: u64::MAX, ..shop("a", 0, (0, 9), &[]) };
    let before = RecordedShop { last_tick: 3, ..shop("a", 0, (4, 9), &[]) };
    for (shops, expected) in [
        (&twice[..], "its name is there twice"),
        (&[huge], "its last tick is out of range"),
        (&[before], "its last tick is before its first one"),
        (&[shop("a", 0, (0, 9), &[(3, -1)])], "a pause is shorter than nothing"),
        (&[shop("a", 0, (0, 9), &[(3, 1), (3, 1)])], "its pauses are not in the order of their ticks"),
        (&[shop("a", 0, (0, 9), &[(10, 1)])], "a pause is after its last tick"),
    ] {
        let told = Origins::read(&Origins::new(shops.to_vec()).to_json(), "o.json").unwrap_err().to_string();
        assert_eq!(told, format!("o.json: a: {expected}; write the file anew with `shopsim origin`"));
    }
}

#[test]
fn a_file_of_a_later_version_is_refused_before_anything_else_is_read() {
    let text = Origins::new(vec![shop("a", 0, (0, 9), &[])]).to_json();
    let later =
        text.replace("\"schema_version\": 1", "\"schema_version\": 7").replace("\"live\"", "\"lives\"");
    let told = Origins::read(&later, "o.json").unwrap_err();
    assert_eq!(told, OriginError::SchemaVersion { path: "o.json".to_owned(), found: 7 });

    let unknown = text.replace("\"live\": true", "\"live\": true,\n        \"\\u001b[2J\": 1");
    let told = Origins::read(&unknown, "o.json").unwrap_err().to_string();
    assert!(told.starts_with("o.json:") && told.contains("unknown field `\\u{1b}[2J`"), "{told}");

    let intervened = text.replace("\"interventions\": []", "\"interventions\": [{\"verb\": \"burst\"}]");
    let told = Origins::read(&intervened, "o.json").unwrap_err().to_string();
    assert!(told.contains("it has interventions, which this shopsim does not know"), "{told}");
}
