//! Shops that follow the wall clock: never early, never twice, from history into the present.

use nix::sys::signal::Signal;
use shopsim::chain::wall_now;
use shopsim::value::{SECOND, Timestamp};

use super::harness::{Place, chain, edit, until};
use super::oracle::{self, plan};
use super::server::{Server, last_tick, number};

#[tokio::test]
async fn ticks_of_a_tenth_of_a_second_are_never_early_and_do_not_drift() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.alter_system(&[("track_commit_timestamp", "on")]).await;
    let port = server.port();
    server.stop().await;
    let server = Server::start(&place, "own", port, "shop").await;
    // Under `catch-up` T(n) is start + n × 0.1 s whatever this machine is busy with.
    let config = chain(&[format!(
        "name = \"fast\"\ntick_interval = \"100ms\"\nafter_downtime = \"catch-up\"\n\
         update_not_older_than = \"3s\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    let config = edit(&config, "update_rows_per_tick = 3", "update_rows_per_tick = 0");
    place.configure(&config);
    place.finish(&["--until-tick", "60"], 0).await;

    let client = server.client("shop").await;
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "fast")).await;
    assert_eq!((standing.ticks, &*standing.pauses), (60, &[][..]));
    let query = "SELECT DISTINCT (product_id - 1)::bigint / 10, pg_xact_commit_timestamp(xmin) FROM products ORDER BY 1";
    let commits = client.query(query, &[]).await.unwrap();
    assert_eq!(commits.len(), 60, "one transaction a tick");
    for row in commits {
        let (tick, committed): (i64, Timestamp) = (row.get(0), row.get(1));
        let due = standing.timeline.at(tick as u64);
        assert_eq!(due.0 - standing.timeline.start().0, tick * SECOND / 10);
        assert!(committed >= due, "tick {tick} was committed at {committed}, before {due}");
    }
}

#[tokio::test]
async fn ticks_of_a_millisecond_are_made_with_their_own_times_and_record_no_pause() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[format!(
        "name = \"fast\"\ntick_interval = \"1ms\"\nupdate_not_older_than = \"1s\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    place.configure(&config);
    let ended = place.finish(&["--until-tick", "2000"], 0).await;
    assert!(!ended.err.contains("was closed"), "{}", ended.err);
    let client = server.client("shop").await;
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "fast")).await;
    assert_eq!((standing.ticks, &*standing.pauses), (2_000, &[][..]));
}

#[tokio::test]
async fn a_pace_that_no_server_keeps_is_told_once_with_the_one_that_is_reached() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[format!(
        "name = \"hasty\"\ntick_interval = \"1s\"\npace = \"900000000x\"\nstop_after = \"0s\"\n\
         update_not_older_than = \"20s\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    place.configure(&config);
    let mut run = place.run(&["-q"]);
    run.until_log("hasty: cannot keep its pace: reaches ").await;
    let client = server.client("shop").await;
    let told = last_tick(&client, "hasty").await;
    until("it goes on", async || last_tick(&client, "hasty").await > told).await;
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    assert_eq!(ended.err.matches("cannot keep its pace").count(), 1, "{}", ended.err);
    assert!(!ended.err.contains("after a downtime"), "{}", ended.err);
    assert!(ended.err.contains("x of 900000000x, and is "), "{}", ended.err);
    let pauses = number(&client, "SELECT count(*) FROM shopsim.pause").await;
    assert_eq!(pauses, 0);
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}

#[tokio::test]
async fn history_goes_over_into_the_present_without_a_gap_or_a_double_tick() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[format!(
        "name = \"past\"\ntick_interval = \"1s\"\nupdate_not_older_than = \"1m\"\nstop_after = \"0s\"\n\
         database = {:?}",
        server.url("shop")
    )]);
    place.configure(&config);
    let client = server.client("shop").await;
    let options = ["--start", "-15m"];
    let began = wall_now();
    let run = place.run(&options);
    let live = "SELECT count(*) FROM shopsim.checkpoint WHERE live";
    until("the first tick", async || last_tick(&client, "past").await.is_some()).await;
    until("it is live", async || number(&client, live).await == 1).await;
    let first_live = last_tick(&client, "past").await.unwrap();
    until("three live ticks", async || last_tick(&client, "past").await >= Some(first_live + 3)).await;
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    assert!(ended.out.contains("past  stopped"), "{}", ended.out);

    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "past")).await;
    assert_eq!(standing.pauses, []);
    let start = standing.timeline.start().0 - began.plus(-900 * SECOND).floor_second().0;
    assert!((0..60 * SECOND).contains(&start), "the history begins 15 minutes before the run");
    assert!(first_live >= 899, "tick {first_live} was called live");
    assert!(standing.timeline.at(standing.ticks - 1) <= wall_now(), "a tick was early");
    let distinct = "SELECT count(DISTINCT created_at) FROM products";
    let span = "SELECT extract(epoch FROM max(created_at) - min(created_at))::bigint + 1 FROM products";
    assert_eq!(number(&client, distinct).await, number(&client, span).await, "a second without its tick");

    // The same command again is the same run, which was closed in between.
    let run = place.run(&options);
    let stood = standing.ticks as i64 - 1;
    until("it goes on", async || last_tick(&client, "past").await > Some(stood + 1)).await;
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    assert!(ended.err.contains(&format!("resuming after tick {stood}")), "{}", ended.err);
    oracle::assert_engine_agrees(&client, &plan(&config, "past")).await;
}
