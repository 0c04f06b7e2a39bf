//! The ends of what `check` accepts: whatever span or number a config has, its shops connect, tick, and stand
//! as drawn.

use super::harness::{NEW_YEAR, Place, chain};
use super::server::{Server, last_tick};

/// A chain of one shop with these keys, on a server of the test's own.
fn shop(server: &Server, keys: &str) -> String {
    chain(&[format!("name = \"a\"\ndatabase = {:?}\n{keys}", server.url("shop"))])
}

/// Makes some ticks, which must then stand as drawn.
async fn ticks(place: &Place, server: &Server, options: &[&str]) {
    place.finish(&[options, &["--reset", "--until-tick", "5"]].concat(), 0).await;
    assert_eq!(last_tick(&server.client("shop").await, "a").await, Some(4), "{options:?}");
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}

#[tokio::test]
async fn the_least_and_the_most_tick_deadline_that_check_names_connect_and_tick_and_no_other_is_accepted() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let deadline = |text: &str| shop(&server, &format!("tick_interval = \"1s\"\ntick_deadline = {text:?}"));
    let check = |text: &str| {
        place.configure(&deadline(text));
        place.shopsim(&["check", "--shops", "shops.toml"])
    };
    let refused = check("1us");
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    let (_, range) = refused.err.split_once("expected a span of time from ").unwrap();
    let (least, most) = range.lines().next().unwrap().split_once(" to ").unwrap();
    for (end, beyond) in [(least, format!("{least} 1us")), (most, format!("{most} 1us"))] {
        assert_eq!(check(end).code, Some(0), "{end}");
        assert_eq!(check(&beyond).code, Some(if end == least { 0 } else { 2 }), "{beyond}");
        // On a machine that is busy the least may not do at once.
        place.configure(&format!("{}\n[supervisor]\nmax_restarts = 1000000\n", deadline(end)));
        ticks(&place, &server, &["--start", NEW_YEAR, "--pace", "unlimited"]).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn the_ends_of_every_span_number_and_pace_tick_and_verify() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let spans = |span: &str| {
        ["tick_interval", "delete_older_than", "update_not_older_than"]
            .map(|key| format!("{key} = {span:?}\n"))
    };
    let supervisor = |span: &str, rest: &str| {
        let keys = ["backoff_initial", "backoff_max", "healthy_after", "restart_window", "stop_timeout"];
        format!("\n[supervisor]\n{}{rest}", keys.map(|key| format!("{key} = {span:?}\n")).concat())
    };
    let least = supervisor("1us", "max_restarts = 0\nthreads = 1\n");
    let most = supervisor("10000 years", "max_restarts = 1000000\nthreads = 64\n");
    let small = "[logs]\nmax_file_size = \"1KiB\"\nmax_files = 1\n";
    let large = "[logs]\nmax_file_size = \"1024GiB\"\nmax_files = 1000\n";
    let unlimited = ["--pace", "unlimited", "--start"];
    for (span, rest, starts) in [
        ("1us", least + small, ["1000-01-01T00:00:00Z", "-1000 years"]),
        ("10000 years", most + large, ["9999-12-31T23:59:59Z", "+1000 years"]),
    ] {
        place.configure(&format!(
            "{}{rest}",
            shop(&server, &format!("{}stop_after = 0", spans(span).concat()))
        ));
        for start in starts {
            ticks(&place, &server, &[&unlimited[..], &[start]].concat()).await;
        }
    }
    // What is before now is due at once, whatever the pace.
    place.configure(&shop(&server, "tick_interval = \"1s\"\nstop_after = \"10000 years\""));
    for pace in ["0.000001x", "999999999x"] {
        ticks(&place, &server, &["--pace", pace, "--start", "-1h"]).await;
    }
    server.stop().await;
}
