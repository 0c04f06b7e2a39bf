//! Whatever is killed, the data comes out the same.

use nix::sys::signal::{Signal, kill};

use super::harness::{Place, UNLIMITED, below, chain, edit, random, shipped, until};
use super::oracle::{self, plan};
use super::server::{Server, last_tick};

#[tokio::test]
async fn killed_ten_times_at_random_moments_the_chain_has_the_bytes_of_an_undisturbed_run() {
    let mut random = random();
    let config = shipped();
    let place = Place::new(&config);
    for round in 0..10 {
        // From before its servers are up to far into the run: the first line is the program's own.
        let lines = 1 + below(&mut random, 240) as usize;
        let mut run = place.run(&UNLIMITED);
        until("the moment of the kill", async || run.log().lines().count() >= lines || run.is_over()).await;
        println!("round {round}: killed after {} lines", run.log().lines().count());
        run.kill();
    }
    place.finish(&UNLIMITED, 0).await;
    for (shop, ticks) in [("shop-1", 200), ("shop-2", 600)] {
        let standing = oracle::assert_shop_agrees(&place, &config, shop).await;
        assert_eq!((standing.ticks, standing.pauses), (ticks, vec![]), "{shop}");
    }
}

#[tokio::test]
async fn a_server_stopped_at_once_four_times_costs_its_shop_no_byte_and_its_neighbour_no_moment() {
    let mut random = random();
    // The neighbour ticks in real time, so that any delay would show.
    let config = edit(&shipped(), "tick_interval = \"15s\"", "tick_interval = \"2s\"\nstop_after = \"14s\"");
    let config = edit(
        &config,
        "seed = 1234",
        &format!("seed = 1234\n{}", "pace = \"unlimited\"\nstart = \"2026-01-01T00:00:00Z\""),
    );
    let place = Place::new(&config);
    let mut run = place.run(&[]);
    for round in 1..=4 {
        let ticks = round * 100 + below(&mut random, 100);
        let seen = format!("shop-2: committed tick={ticks} ");
        run.until_log(&seen).await;
        let postmaster = place.postmaster("shop-2").expect("the server of shop-2 runs");
        println!("round {round}: its server is stopped after tick {ticks}");
        kill(postmaster, Signal::SIGQUIT).unwrap();
        until("the server is gone", async || place.postmaster("shop-2") != Some(postmaster)).await;
    }
    let ended = run.end(0).await;
    let lost = "shop-2: its server died";
    assert_eq!(ended.err.matches(lost).count(), 4, "{}", ended.err);
    assert!(!ended.err.contains("WARN shop-1"), "{}", ended.err);
    let standing = oracle::assert_shop_agrees(&place, &config, "shop-2").await;
    assert_eq!((standing.ticks, standing.pauses), (600, vec![]));
    let standing = oracle::assert_shop_agrees(&place, &config, "shop-1").await;
    assert_eq!((standing.ticks, standing.pauses), (7, vec![]));
}

#[tokio::test]
async fn killed_while_its_server_lives_on_a_shop_goes_on_without_a_hole_or_a_double_tick() {
    let mut random = random();
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[format!(
        "name = \"killed\"\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    place.configure(&config);
    let client = server.client("shop").await;
    let mut seen = -1;
    for round in 0..6 {
        // What the killed run's session still commits, the next one must find.
        seen += 1 + below(&mut random, 60) as i64;
        let mut run = place.run(&UNLIMITED);
        until("the moment of the kill", async || {
            run.is_over() || last_tick(&client, "killed").await.is_some_and(|tick| tick >= seen)
        })
        .await;
        println!("round {round}: killed after tick {seen}");
        run.kill();
        seen = last_tick(&client, "killed").await.unwrap();
    }
    place.finish(&UNLIMITED, 0).await;
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "killed")).await;
    assert_eq!((standing.ticks, standing.pauses), (600, vec![]));
}
