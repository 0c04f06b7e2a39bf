//! A shop that goes on at another pace than before: at once, without a pause, and with the same rows.

use nix::sys::signal::Signal;

use super::harness::{Place, Run, chain};
use super::oracle;
use super::server::{Server, last_tick};

/// Waits until a shop has committed so many more ticks, and stops the run; what it said.
async fn ticks_more(mut run: Run, place: &Place, config: &str, ticks: usize) -> String {
    run.until_nth_log("table=orders", ticks).await;
    run.signal(Signal::SIGINT);
    let said = run.end(0).await.err;
    assert!(!said.contains("WARN") && !said.contains("the wall clock was set back"), "{said}");
    let server = Server::of_shop(place, "a").await;
    let client = server.client("shop").await;
    let standing = oracle::assert_engine_agrees(&client, &oracle::plan(config, "a")).await;
    assert_eq!(standing.pauses, [], "a change of pace is no downtime: {said}");
    server.stop().await;
    said
}

#[tokio::test]
async fn a_change_of_pace_neither_pauses_nor_waits() {
    let place = Place::new("");
    let keys =
        "name = \"a\"\nseed = 7\ntick_interval = \"2s\"\nupdate_not_older_than = \"1m\"\nstop_after = \"0\"";
    let config = chain(&[format!("{keys}\nport = {}", super::harness::free_port())]);
    place.configure(&config);
    let first = ticks_more(place.run(&[]), &place, &config, 2).await;
    assert!(!first.contains("pace changed"), "{first}");
    // Ahead of real time by minutes, and each time the next tick is due at once.
    let fast = ticks_more(place.run(&["--pace", "60x"]), &place, &config, 40).await;
    assert!(fast.contains("pace changed from real-time to 60x"), "{fast}");
    let unlimited = ticks_more(place.run(&["--pace", "unlimited"]), &place, &config, 40).await;
    assert!(unlimited.contains("pace changed from 60x to unlimited"), "{unlimited}");
    let live = ticks_more(place.run(&[]), &place, &config, 3).await;
    assert!(live.contains("pace changed from unlimited to real-time"), "{live}");
    let slow = ticks_more(place.run(&["--pace", "0.5x"]), &place, &config, 1).await;
    assert!(slow.contains("pace changed from real-time to 0.5x"), "{slow}");
    let ended = place.finish(&["--pace", "60x", "--until-tick", "1"], 0).await;
    assert!(ended.err.contains("already finished") && !ended.err.contains("pace changed"), "{}", ended.err);
    let server = Server::of_shop(&place, "a").await;
    assert!(last_tick(&server.client("shop").await, "a").await >= Some(2 + 40 + 40 + 3));
    server.stop().await;
}
