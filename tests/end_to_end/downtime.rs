//! A server that is away for a while, in real time: a pause for one shop, catching up for the other.

use nix::sys::signal::Signal;
use shopsim::chain::wall_now;
use shopsim::value::{SECOND, Timestamp};
use tokio_postgres::Client;

use super::harness::{Place, SHIPPED, chain, edit, until};
use super::oracle::{self, plan};
use super::server::{Server, last_tick, number};

/// Microseconds between two ticks of every shop here.
const INTERVAL: i64 = 2 * SECOND;

fn shop(name: &str, database: &str, after_downtime: &str) -> String {
    format!(
        "name = \"{name}\"\ntick_interval = \"2s\"\nupdate_not_older_than = \"1m\"\n\
         after_downtime = \"{after_downtime}\"\ndatabase = \"{database}\""
    )
}

/// When each product was inserted and when that was committed. Products are never updated here, so that
/// the transaction of a row is the one that inserted it.
async fn commits(client: &Client) -> Vec<(Timestamp, Timestamp)> {
    let query = "SELECT created_at, pg_xact_commit_timestamp(xmin) FROM products ORDER BY product_id";
    let rows = client.query(query, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn a_server_away_for_seconds_leaves_no_late_row_under_pause_and_no_gap_under_catch_up() {
    let place = Place::new("");
    let (sick, well) = (Server::new(&place, "sick").await, Server::new(&place, "well").await);
    sick.create_databases(&["closing", "catching"]).await;
    sick.alter_system(&[("track_commit_timestamp", "on")]).await;
    let port = sick.port();
    sick.stop().await;
    let sick = Server::start(&place, "sick", port, "shop").await;
    let config = chain(&[
        shop("closing", &sick.url("closing"), "pause"),
        shop("catching", &sick.url("catching"), "catch-up"),
        shop("neighbour", &well.url("shop"), "pause"),
    ]);
    let config = edit(&config, "update_rows_per_tick = 3", "update_rows_per_tick = 0");
    place.configure(&config);
    let run = place.run(&[]);
    let neighbour = well.client("shop").await;
    until("three ticks", async || last_tick(&neighbour, "neighbour").await >= Some(2)).await;

    sick.stop().await;
    let down_from = wall_now();
    let ticked = last_tick(&neighbour, "neighbour").await.unwrap();
    until("two ticks of the neighbour", async || {
        last_tick(&neighbour, "neighbour").await >= Some(ticked + 2)
    })
    .await;
    // Late in a second, so that a `created_at` cut to that second would lie in the downtime.
    until("late in a second", async || (600_000..700_000).contains(&wall_now().0.rem_euclid(SECOND))).await;
    let down_to = wall_now();
    let sick = Server::start(&place, "sick", port, "shop").await;
    let (closing, catching) = (sick.client("closing").await, sick.client("catching").await);
    let before = last_tick(&closing, "closing").await;
    until("two ticks after the downtime", async || {
        last_tick(&closing, "closing").await >= before.map(|tick| tick + 2)
    })
    .await;
    let caught_up =
        async || last_tick(&catching, "catching").await >= last_tick(&neighbour, "neighbour").await;
    until("the shop that catches up stands where its neighbour stands", caught_up).await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;

    let standing = oracle::assert_engine_agrees(&closing, &plan(&config, "closing")).await;
    assert_eq!(standing.pauses.len(), 1, "{:?}", standing.pauses);
    assert_eq!(standing.pauses[0].micros % SECOND, 0);
    for (created_at, committed) in commits(&closing).await {
        assert!(
            !(down_from < created_at && created_at < down_to),
            "{created_at} lies in the downtime from {down_from} to {down_to}"
        );
        let after = committed.0 - created_at.0;
        assert!((0..=INTERVAL).contains(&after), "{created_at} was committed {after} µs after its time");
    }
    let standing = oracle::assert_engine_agrees(&catching, &plan(&config, "catching")).await;
    assert_eq!(standing.pauses, []);
    let standing = oracle::assert_engine_agrees(&neighbour, &plan(&config, "neighbour")).await;
    assert_eq!(standing.pauses, [], "the neighbour was held up");
}

#[tokio::test]
async fn a_simulator_that_was_away_pauses_its_shops_too_and_goes_on_with_the_next_id() {
    let config = edit(SHIPPED, "tick_interval = \"5s\"", "tick_interval = \"1s\"");
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = edit(
        &config,
        "database = \"${SHOP_2_DATABASE:-embedded}\"\nport = 5434",
        &format!("database = {:?}", server.url("shop")),
    );
    place.configure(&config);
    let client = server.client("shop").await;
    let mut last = None;
    for _ in 0..2 {
        let run = place.run(&["--only", "shop-2"]);
        until("two more ticks", async || {
            let now = last_tick(&client, "shop-2").await;
            now >= Some(last.map_or(0, |last: i64| last + 1) + 1)
        })
        .await;
        run.kill();
        last = last_tick(&client, "shop-2").await;
        let killed = wall_now();
        until("it has been away for 3 s", async || wall_now() > killed.plus(3 * SECOND)).await;
    }
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "shop-2")).await;
    assert_eq!(standing.pauses.len(), 1, "{:?}", standing.pauses);
    assert!(standing.pauses[0].micros >= 2 * SECOND, "{:?}", standing.pauses);
}

#[tokio::test]
async fn downtimes_that_no_window_reaches_any_more_are_opened_as_their_sum() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[format!(
        "name = \"often\"\ntick_interval = \"1ms\"\nupdate_not_older_than = \"100ms\"\n\
         delete_older_than = \"200ms\"\nstop_after = \"0s\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    place.configure(&config);
    let client = server.client("shop").await;
    let remembered = plan(&config, "often").ticks_remembered() as i64;
    let run_on = async |ticks: i64| {
        let run = place.run(&["-q"]);
        let from = last_tick(&client, "often").await.unwrap_or(-1);
        until("more ticks", async || last_tick(&client, "often").await >= Some(from + ticks)).await;
        run.signal(Signal::SIGTERM);
        run.end(0).await;
    };
    // Two downtimes, then so many ticks that the next openings read them as one, and another.
    for ticks in [50, 50, remembered + 100, 50, 50] {
        run_on(ticks).await;
    }
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    assert_eq!(number(&client, "SELECT count(*) FROM shopsim.pause").await, 4, "one for each downtime");
    // The checkpoint's own time: `start`, its ticks, and all pauses.
    let at = "SELECT extract(epoch FROM (SELECT max(created_at) FROM orders) - start AT TIME ZONE 'UTC')::bigint * 1000
              - last_tick - (SELECT sum(microseconds) / 1000 FROM shopsim.pause)::bigint FROM shopsim.checkpoint";
    assert!((-1_000..=0).contains(&number(&client, at).await));
}
