//! The chain that is shipped: what its run from a fixed start ends with.

use std::collections::BTreeMap;
use std::path::Path;

use shopsim::clock::Schedule;
use shopsim::truth;

use super::chain::Chain;

/// The ids alive of each table after the last tick of the run, and how many rows its ticks changed.
fn end(chain: &Chain, name: &str) -> (u64, BTreeMap<String, (Vec<i64>, usize)>) {
    let config = chain.config.shops.iter().find(|shop| shop.name.value == name).unwrap();
    let shop = chain.shop(name);
    let schedule = Schedule {
        pace: config.pace,
        after_downtime: config.after_downtime,
        stop_after: config.stop_after.map(|span| span.as_micros() as i64),
        until_tick: None,
        spread: 0,
    };
    let ticks = schedule.ticks(shop.plan.interval).unwrap();
    let mut tables = BTreeMap::<String, (Vec<i64>, usize)>::new();
    for number in 0..ticks {
        for (name, tick) in shop.tick(number) {
            let (alive, changed) = tables.entry(name).or_default();
            assert!(alive.starts_with(&tick.deleted), "the oldest rows are deleted");
            alive.drain(..tick.deleted.len());
            *changed += tick.updated.len();
            alive.extend(tick.inserted.iter().map(|(id, _)| *id));
        }
    }
    (ticks, tables)
}

fn shipped() -> Chain {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("shops.toml");
    Chain::read(&std::fs::read_to_string(path).unwrap())
}

fn range(first: i64, last: i64) -> Vec<i64> {
    (first..=last).collect()
}

#[test]
fn shop_1_ends_after_200_ticks_with_its_last_40_alive() {
    let (ticks, tables) = end(&shipped(), "shop-1");
    assert_eq!(ticks, 200);
    // No row is there to be updated at tick 0.
    assert_eq!(tables["customers"], (range(1601, 2000), 199 * 2));
    assert_eq!(tables["orders"], (range(16_001, 20_000), 199 * 7));
    assert_eq!(tables["products"], (range(1601, 2000), 199 * 3));
}

#[test]
fn shop_2_ends_after_600_ticks_with_its_last_120_alive() {
    let (ticks, tables) = end(&shipped(), "shop-2");
    assert_eq!(ticks, 600);
    assert_eq!(tables["customers"], (range(4801, 6000), 599 * 2));
    assert_eq!(tables["orders"], (range(48_001, 60_000), 599 * 7));
    assert_eq!(tables["products"], (range(4801, 6000), 599 * 3));
}

#[test]
fn the_tables_of_the_shipped_chain_have_the_promised_digests() {
    // As `psql -c 'COPY (SELECT * FROM customers ORDER BY 1) TO STDOUT' | sha256sum` gives them after a run
    // from this start.
    let promised = [
        ("shop-1", 199, ["7d8b97c9e5fdfaa3", "4726dcef1c44a8f4", "6a44d356b72025ee"]),
        ("shop-2", 599, ["a9115665c5138dfb", "daf6dc478e97032e", "f01c29166c35d3f4"]),
    ];
    let chain = shipped();
    for (shop, tick, digests) in promised {
        let shop = chain.shop(shop);
        for (place, promised) in digests.into_iter().enumerate() {
            let digest = truth::digest(&shop.plan, &shop.timeline, place, tick);
            assert_eq!(&digest.sha256[..16], promised, "{}", shop.plan.tables[place].name);
        }
    }
}
