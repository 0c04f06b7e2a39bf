//! History before a shop is live: it begins where old rows would not be deleted again, shares transactions,
//! and survives a kill like any other tick.

use shopsim::chain::wall_now;
use shopsim::value::SECOND;

use super::harness::{Place, chain, until};
use super::server::{Server, copy, last_tick, number};

/// A start so many seconds ago, as a command line has it.
fn ago(seconds: i64) -> String {
    wall_now().floor_second().plus(-seconds * SECOND).to_rfc3339()
}

fn shop(server: &Server, keys: &str) -> String {
    chain(&[format!(
        "name = \"a\"\nseed = 7\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\nstop_after = \"0\"\n\
         {keys}\ndatabase = {:?}",
        server.url("shop")
    )])
}

fn verify(place: &Place) {
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}

/// SHA-256 by `digest` of each table after a tick of a run from `start`, by its name.
fn digests(place: &Place, start: &str, tick: u64) -> Vec<(String, String)> {
    let at_tick = tick.to_string();
    let told = place.shopsim(&["digest", "--at-tick", &at_tick, "--start", start, "--format", "json"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let text = |table: &serde_json::Value, key: &str| table[key].as_str().unwrap().to_owned();
    told.as_array().unwrap().iter().map(|table| (text(table, "table"), text(table, "sha256"))).collect()
}

#[tokio::test]
async fn with_retention_history_begins_at_its_far_edge_and_ends_as_if_each_tick_had_been_made() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&shop(&server, ""));
    // A year, of which ten minutes are left.
    let (start, last) = (ago(365 * 86_400), 365 * 86_400 / 5 - 1);
    let until_tick = (last + 1).to_string();
    let ended = place.finish(&["--start", &start, "--until-tick", &until_tick], 0).await;
    assert!(ended.err.contains("rows of earlier ones would be deleted by now"), "{}", ended.err);
    let client = server.client("shop").await;
    let first = number(&client, "SELECT first_tick FROM shopsim.checkpoint").await;
    assert!((last - 140..last - 120).contains(&first), "begun at {first} of {last}");
    assert_eq!(last_tick(&client, "a").await, Some(last));
    verify(&place);
    // What was never made is not told as if it had been.
    let (before, told) = ((first - 1).to_string(), format!("`a` skipped tick {}", first - 1));
    let digest = place.shopsim(&["digest", "--database", "--at-tick", &before]);
    assert_eq!((digest.code, &*digest.out), (Some(2), ""), "{}", digest.err);
    let sample = place.shopsim(&["sample", "--database", "--ticks", "2", "--from-tick", &before]);
    assert_eq!((sample.code, sample.out.matches("BEGIN;").count()), (Some(0), 1), "{}", sample.out);
    assert!(digest.err.contains(&told) && sample.err.contains(&told), "{}{}", digest.err, sample.err);
    for (table, expected) in digests(&place, &start, last as u64) {
        use sha2::{Digest, Sha256};
        let rows = copy(&client, &format!("SELECT * FROM {table} ORDER BY 1")).await;
        let found: String = Sha256::digest(&rows).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, expected, "{table}");
    }
    server.stop().await;
}

#[tokio::test]
async fn history_shares_transactions_and_a_kill_in_the_middle_loses_and_doubles_nothing() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&shop(&server, "delete_older_than = \"0\""));
    let (start, ticks) = (ago(4_000 * 5 + 60), 4_000);
    let options = ["--start", &start, "--until-tick", &ticks.to_string()].map(str::to_owned);
    let options = options.each_ref().map(String::as_str);
    let client = server.client("shop").await;
    let run = place.run(&options);
    until("some history", async || last_tick(&client, "a").await > Some(200)).await;
    run.kill();
    let reached = last_tick(&client, "a").await.unwrap();
    assert!(reached < ticks - 1, "killed in the middle, not after {reached}");
    verify(&place);
    let ended = place.finish(&options, 0).await;
    assert!(place.read("logs/a/info.log").contains(&format!("committed tick={} table=orders", ticks - 1)));
    assert!(
        !ended.err.contains("committed tick="),
        "a terminal is told of history as a whole: {}",
        ended.err
    );
    assert!(ended.err.contains(&format!("history complete up to tick {}, ", ticks - 1)), "{}", ended.err);
    assert_eq!(last_tick(&client, "a").await, Some(ticks - 1));
    verify(&place);
    // Products are updated, too: the rows of a transaction are those of many ticks.
    let transactions = number(&client, "SELECT count(DISTINCT xmin::text) FROM orders").await;
    assert!(transactions < ticks / 20, "{transactions} transactions for {ticks} ticks");
    server.stop().await;
}

#[tokio::test]
async fn a_run_says_when_its_history_is_complete_and_tells_each_tick_from_then_on() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&shop(&server, ""));
    let mut run = place.run(&["--start", &ago(3_600), "--pace", "5x"]);
    run.until_log("a: committed tick=").await;
    run.signal(nix::sys::signal::Signal::SIGTERM);
    let ended = run.end(0).await;
    let place_of = |text: &str| ended.err.find(text).unwrap_or_else(|| panic!("no {text}: {}", ended.err));
    assert!(place_of("generating history: ticks up to 7") < place_of("; now live"));
    assert!(place_of("; now live") < place_of("committed tick="));
    assert!(ended.err.contains("only rows of its last 10m are kept (`delete_older_than`)"), "{}", ended.err);
    assert!(!ended.err.contains("WARN"), "{}", ended.err);
    server.stop().await;
}

#[tokio::test]
async fn a_run_that_ends_in_the_past_is_warned_of_by_check_and_at_its_start() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = shop(&server, "").replace("stop_after = \"0\"", "stop_after = \"50m\"");
    place.configure(&config.replace("start = \"now\"", "start = \"-7d\""));
    let checked = place.shopsim(&["check"]);
    assert!(
        checked.err.contains("warning: the run of `a` ends in the past, 6days 23h 10m 5s ago: "),
        "{}",
        checked.err
    );
    assert!(checked.out.contains("; the run ends there and never goes live"), "{}", checked.out);
    let ended = place.finish(&[], 0).await;
    assert!(ended.err.contains("WARN a: the run ends at "), "{}", ended.err);
    assert!(ended.err.contains("history complete up to tick 599, "), "{}", ended.err);
    server.stop().await;
}
