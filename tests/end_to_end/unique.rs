//! Unique columns on a server, wherever ticks share a transaction or begin again: history, catching up, a kill.
//! Each has as few values as `check` lets pass, so that one value too early is refused by the server.

use nix::sys::signal::Signal;
use shopsim::chain::wall_now;
use shopsim::value::SECOND;

use super::harness::{Place, edit, until};
use super::server::{Server, last_tick, number};

/// Rows live for eight ticks. `codes` has one row a tick and ten values, the least that suffices; `people` is
/// updated, has nulls, and columns that change together.
const CONFIG: &str = r#"
[[shop]]
name = "a"
seed = 7
tick_interval = "250ms"
delete_older_than = "2s"
update_not_older_than = "2s"
after_downtime = "catch-up"
database = "DATABASE"

[tables.codes]
insert_rows_per_tick = 1
update_rows_per_tick = 0
[tables.codes.columns]
code = { type = "int", faker = "random_int", unique = true, params = { min = 1, max = 10 } }

[tables.people]
insert_rows_per_tick = 3
update_rows_per_tick = 2
[tables.people.columns]
number = { type = "int", faker = "random_int", unique = true, null_ratio = 0.2, params = { min = 1, max = 50 } }
name = { type = "text", faker = "name", group = "person" }
email = { type = "text", faker = "email", group = "person", unique = true }
"#;

async fn place() -> (Place, Server) {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&edit(CONFIG, "DATABASE", &server.url("shop")));
    (place, server)
}

fn verify(place: &Place) {
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}

#[tokio::test]
async fn history_never_gives_a_unique_value_to_two_rows_though_it_is_killed() {
    let (place, server) = place().await;
    let client = server.client("shop").await;
    let start = wall_now().floor_second().plus(-1_800 * SECOND).to_rfc3339();
    // A run that is begun is history as a whole; a new one of 5,000 ticks would begin with the last of them.
    place.finish(&["--start", &start, "--until-tick", "25"], 0).await;
    verify(&place);
    let run = place.run(&["--start", &start, "--until-tick", "5000"]);
    until("some of the history", async || last_tick(&client, "a").await > Some(1_000)).await;
    run.kill();
    verify(&place);
    place.finish(&["--start", &start, "--until-tick", "5000"], 0).await;
    verify(&place);
    server.stop().await;
}

#[tokio::test]
async fn a_shop_that_catches_up_never_gives_a_unique_value_to_two_rows() {
    let (place, server) = place().await;
    let client = server.client("shop").await;
    let mut run = place.run(&[]);
    run.until_log("committed tick=11 ").await;
    run.signal(Signal::SIGSTOP);
    let stopped = wall_now();
    until("it has been stopped for 4 s", async || wall_now() > stopped.plus(4 * SECOND)).await;
    run.signal(Signal::SIGCONT);
    run.until_log("committed tick=28 ").await;
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    assert!(!ended.err.contains(" WARN "), "{}", ended.err);
    let transactions = "SELECT count(DISTINCT xmin::text) FROM codes";
    assert!(number(&client, transactions).await < number(&client, "SELECT count(*) FROM codes").await);
    verify(&place);
    server.stop().await;
}
