//! Ctrl-C: once for a clean end, twice by force; and two simulators on one chain.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::Instant;

use super::harness::{Place, chain, edit, is_alive, shipped, until};
use super::oracle::{self, plan};
use super::server::{Server, exists, last_tick, number};

#[tokio::test]
async fn ctrl_c_ends_a_live_run_cleanly_and_the_next_run_goes_on_where_it_stood() {
    let config = edit(&shipped(), "tick_interval = \"5s\"", "tick_interval = \"1s\"");
    let place = Place::new(&config);
    let mut run = place.run(&[]);
    run.until_log("shop-1: committed tick=0 ").await;
    run.until_log("shop-2: committed tick=2 ").await;
    let servers = ["shop-1", "shop-2"].map(|shop| place.postmaster(shop).unwrap());
    let told = Instant::now();
    run.signal(Signal::SIGINT);
    let ended = run.end(0).await;
    assert!(told.elapsed() < Duration::from_secs(3), "it took {:?} to end", told.elapsed());
    assert!(ended.out.contains("shop-1  stopped") && ended.out.contains("shop-2  stopped"), "{}", ended.out);
    assert!(servers.iter().all(|server| !is_alive(*server)), "a server outlived its run");
    assert!(["shop-1", "shop-2"].iter().all(|shop| place.postmaster(shop).is_none()));
    let stood = oracle::assert_shop_agrees(&place, &config, "shop-2").await.ticks;

    let mut run = place.run(&[]);
    run.until_log(&format!("shop-2: resuming after tick {}", stood - 1)).await;
    run.until_log(&format!("shop-2: committed tick={} ", stood + 1)).await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    for shop in ["shop-1", "shop-2"] {
        oracle::assert_shop_agrees(&place, &config, shop).await;
    }
}

#[tokio::test]
async fn ctrl_c_before_any_shop_has_begun_ends_the_run_too() {
    let place = Place::new(&shipped());
    let mut run = place.run(&[]);
    run.until_log("shopsim ").await;
    run.signal(Signal::SIGINT);
    run.end(0).await;
    assert!(["shop-1", "shop-2"].iter().all(|shop| place.postmaster(shop).is_none()));
}

#[tokio::test]
async fn a_second_ctrl_c_forces_the_end_while_a_tick_hangs_and_the_tick_is_rolled_back() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[format!(
        "name = \"hung\"\ntick_interval = \"1s\"\nupdate_not_older_than = \"1m\"\ntick_deadline = \"2m\"\n\
         database = {:?}",
        server.url("shop")
    )]);
    place.configure(&config);
    let mut run = place.run(&[]);
    let mut locker = server.client("shop").await;
    let client = server.client("shop").await;
    until("two ticks", async || last_tick(&client, "hung").await >= Some(1)).await;
    let lock = locker.transaction().await.unwrap();
    lock.batch_execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let stood = last_tick(&client, "hung").await.unwrap();
    until("a tick hangs", async || {
        number(&client, "SELECT count(*) FROM pg_locks WHERE NOT granted").await > 0
    })
    .await;
    run.signal(Signal::SIGINT);
    run.until_log("SIGINT: finishing the current ticks, then stopping").await;
    // A person's second Ctrl-C is no echo of the first.
    tokio::time::sleep(Duration::from_millis(600)).await;
    run.signal(Signal::SIGINT);
    run.end(130).await;
    lock.rollback().await.unwrap();
    until("its session is gone", async || {
        number(&client, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shopsim/hung'").await
            == 0
    })
    .await;
    // Forced while it waited: the tick either was rolled back or is whole.
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "hung")).await;
    assert!([stood, stood + 1].contains(&(standing.ticks as i64 - 1)), "{standing:?} after tick {stood}");
}

#[tokio::test]
async fn a_second_simulator_waits_and_the_first_goes_on_undisturbed() {
    let config = edit(&shipped(), "tick_interval = \"5s\"", "tick_interval = \"1s\"");
    let place = Place::new(&config);
    let mut first = place.run(&["--only", "shop-2"]);
    first.until_log("shop-2: committed tick=1 ").await;
    let mut second = place.run(&["--only", "shop-2", "--reset", "--log-dir", "logs-of-the-second"]);
    second.until_log("shop `shop-2` is already run by another simulator: backend ").await;
    let ticks = first.log().matches("table=orders").count();
    first.until_log(&format!("shop-2: committed tick={} ", ticks + 1)).await;
    second.signal(Signal::SIGINT);
    second.end(0).await;
    first.signal(Signal::SIGINT);
    let first = first.end(0).await;
    assert!(!first.err.contains("WARN") && !first.err.contains("ERROR"), "{}", first.err);
    let server = Server::of_shop(&place, "shop-2").await;
    let client = server.client("shop").await;
    assert!(exists(&client, "orders").await);
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "shop-2")).await;
    assert_eq!(standing.pauses, []);
}

#[tokio::test]
async fn a_sigterm_that_comes_twice_at_once_is_one() {
    let config = edit(&shipped(), "tick_interval = \"5s\"", "tick_interval = \"1s\"");
    let place = Place::new(&config);
    let mut run = place.run(&["--only", "shop-2"]);
    run.until_log("shop-2: committed tick=1 ").await;
    // As GNU `timeout` does: to its child, and to the whole process group.
    run.signal(Signal::SIGTERM);
    run.until_log("SIGTERM: finishing the current ticks").await;
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    assert!(ended.out.contains("shop-2  stopped"), "it has its summary: {}", ended.out);
    assert!(!ended.err.contains("forced"), "{}", ended.err);
}
