//! A shop that another simulator runs: its lock is waited for, however long the other takes to go.

use nix::sys::signal::Signal;
use shopsim::pg::READ_HOLDER;
use shopsim::value::Timestamp;

use super::harness::{Place, Run, chain, free_port, until};
use super::health::until_ready;
use super::oracle::{self, plan};
use super::server::{Server, last_tick, untouched};

fn config(server: &Server) -> String {
    chain(&[format!(
        "name = \"fruits\"\nseed = 4321\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\n\
         tick_deadline = \"2s\"\ndatabase = {:?}",
        server.url("shop")
    )])
}

const TOLD: &str = "shop `fruits` is already run by another simulator: backend ";

/// A first simulator that is at work, and a second one that has told that it waits.
async fn two(place: &Place, server: &Server, options: &[&str]) -> (Run, Run) {
    place.configure(&config(server));
    let mut first = place.run(&[]);
    first.until_log("fruits: committed tick=1 ").await;
    let mut second = place.run(&[&["--log-dir", "logs-of-the-second"], options].concat());
    second.until_log(TOLD).await;
    (first, second)
}

#[tokio::test]
async fn a_second_simulator_waits_by_name_of_the_first_touches_nothing_and_ends_on_ctrl_c() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let port = free_port().to_string();
    let (first, second) = two(&place, &server, &["--listen", &port]).await;
    let log = second.log();
    let line = log.lines().find(|line| line.contains(TOLD)).unwrap();
    for part in ["WARN fruits: waiting", "of `shopsim/fruits` from 127.0.0.1 since ", "stop it first"] {
        assert!(line.contains(part), "{part} in: {line}");
    }
    let page = until_ready(port.parse().unwrap(), 503).await;
    assert!(page.contains(TOLD), "{page}");
    first.signal(Signal::SIGINT);
    // The second one may have it now: what the first has written is whole, and it is alone with it.
    let first = first.end(0).await;
    assert!(!first.err.contains("WARN") && !first.err.contains("ERROR"), "{}", first.err);
    second.signal(Signal::SIGINT);
    let second = second.end(0).await;
    assert_eq!(second.err.matches(TOLD).count(), 1, "{}", second.err);
    oracle::assert_engine_agrees(&server.client("shop").await, &plan(&config(&server), "fruits")).await;
}

#[tokio::test]
async fn a_simulator_that_was_stopped_is_waited_for_and_its_shop_goes_on_when_it_is_gone() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let (first, mut second) = two(&place, &server, &[]).await;
    first.signal(Signal::SIGSTOP);
    let client = server.client("shop").await;
    let before = untouched(&client).await;
    let stood = last_tick(&client, "fruits").await;
    assert_eq!(untouched(&client).await, before);
    first.kill();
    second.until_log("fruits: resuming after tick ").await;
    until("it goes on", async || last_tick(&client, "fruits").await > stood).await;
    second.signal(Signal::SIGINT);
    let second = second.end(0).await;
    assert!(
        !second.err.contains("failed, restarting in") && !second.err.contains("given up"),
        "{}",
        second.err
    );
    oracle::assert_engine_agrees(&client, &plan(&config(&server), "fruits")).await;
}

#[tokio::test]
async fn the_holder_of_a_lock_is_our_former_session_only_if_it_was_there_when_that_one_was() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let (holder, asking) = (server.client("shop").await, server.client("shop").await);
    let own = "SELECT pg_backend_pid(), backend_start, backend_start - interval '1 second' \
               FROM pg_stat_activity WHERE pid = pg_backend_pid() AND pg_try_advisory_lock(4711)";
    let own = holder.query_one(own, &[]).await.unwrap();
    let (pid, began, before): (i32, Timestamp, Timestamp) = (own.get(0), own.get(1), own.get(2));
    let is_former = async |pid: i32, at: Timestamp| -> bool {
        asking.query_one(READ_HOLDER, &[&4711i64, &pid, &at]).await.unwrap().get("is_former")
    };
    assert!(is_former(pid, began).await);
    assert!(!is_former(pid, before).await, "another process with the same id");
    assert!(!is_former(pid + 1, began).await);
}
