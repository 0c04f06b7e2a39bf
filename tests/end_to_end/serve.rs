//! `shopsim serve`: the private servers of a chain are up without ticks, beside runs or alone.

use std::net::TcpListener;

use nix::sys::signal::{Signal, kill};
use tokio_postgres::{Client, NoTls};

use super::harness::{Place, UNLIMITED, chain, free_port, is_alive, until};
use super::server::{Server, exists, number};

const SERVE: [&str; 3] = ["serve", "--shops", "shops.toml"];

fn shop(name: &str, keys: &str) -> String {
    format!("name = \"{name}\"\nseed = 4321\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\n{keys}")
}

fn private(name: &str) -> (String, u16) {
    let port = free_port();
    (shop(name, &format!("port = {port}")), port)
}

fn url(port: u16) -> String {
    format!("postgresql://shop:shop@127.0.0.1:{port}/shop")
}

async fn client(port: u16) -> Client {
    let (client, connection) = tokio_postgres::connect(&url(port), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn history(ticks: &str) -> Vec<&str> {
    [&UNLIMITED[..], &["--until-tick", ticks]].concat()
}

const LAST: &str = "SELECT last_tick FROM shopsim.checkpoint";

#[tokio::test]
async fn a_finished_run_is_served_until_a_signal_and_nothing_changes() {
    let ((a, port), (b, other)) = (private("a"), private("b"));
    let place = Place::new(&chain(&[a, b]));
    let run = place.finish(&history("4"), 0).await;
    let told = "stopped 2 private servers; `shopsim serve` starts them without ticks";
    assert!(run.err.contains(told), "{}", run.err);
    assert_eq!(place.postmaster("a"), None);

    let mut served = place.start_shopsim(&SERVE);
    served.until_log(&format!("a: serving {}", url(port))).await;
    served.until_log(&format!("b: serving {}", url(other))).await;
    assert_eq!(number(&client(port).await, LAST).await, 3);
    // A server that dies is started again.
    kill(place.postmaster("a").unwrap(), Signal::SIGKILL).unwrap();
    served.until_nth_log(&format!("a: serving {}", url(port)), 2).await;
    assert_eq!(number(&client(port).await, LAST).await, 3);
    let servers = ["a", "b"].map(|shop| place.postmaster(shop).unwrap());
    served.signal(Signal::SIGTERM);
    let ended = served.end(0).await;
    assert_eq!(ended.out, "");
    assert!(servers.iter().all(|server| !is_alive(*server)), "a server outlived it");
}

#[tokio::test]
async fn a_run_beside_it_uses_its_servers_and_leaves_them_running() {
    let (a, port) = private("a");
    let place = Place::new(&chain(&[a]));
    let mut served = place.start_shopsim(&SERVE);
    served.until_log("a: serving ").await;
    let server = place.postmaster("a").unwrap();
    let run = place.finish(&history("4"), 0).await;
    assert!(run.err.contains("another shopsim already runs its server"), "{}", run.err);
    assert!(run.err.contains("left 1 private server running"), "{}", run.err);
    assert_eq!((place.postmaster("a"), is_alive(server)), (Some(server), true));
    assert_eq!(number(&client(port).await, LAST).await, 3);
    served.signal(Signal::SIGINT);
    let ended = served.end(0).await;
    assert!(!ended.err.contains("WARN") && !ended.err.contains("ERROR"), "{}", ended.err);
    assert!(!is_alive(server));
}

#[tokio::test]
async fn it_takes_the_servers_over_when_the_run_ends_that_has_started_them() {
    let (a, port) = private("a");
    let place = Place::new(&chain(&[a]));
    let mut run = place.run(&[]);
    run.until_log("a: committed tick=0 ").await;
    let mut served = place.start_shopsim(&SERVE);
    served.until_log("a: serving ").await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    served.until_nth_log("a: serving ", 2).await;
    assert!(!served.log().contains("WARN"), "{}", served.log());
    assert!(exists(&client(port).await, "orders").await);
    // And a run takes over from it, without losing its place.
    let mut run = place.run(&[]);
    run.until_log("a: resuming after tick ").await;
    served.signal(Signal::SIGTERM);
    served.end(0).await;
    let committed = run.log().matches("a: committed ").count();
    run.until_nth_log("a: committed ", committed + 1).await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}

#[tokio::test]
async fn shops_with_a_database_of_the_users_have_nothing_to_serve() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let configured = shop("a", &format!("database = {:?}", server.url("shop")));
    place.configure(&chain(std::slice::from_ref(&configured)));
    let alone = place.shopsim(&SERVE);
    assert_eq!((alone.code, alone.out.as_str()), (Some(0), ""));
    let url = format!("postgresql://shop@127.0.0.1:{}/shop", server.port());
    assert!(alone.err.contains(&format!("a: nothing to serve: its database {url} is not")), "{}", alone.err);
    assert!(alone.err.contains("no shop has a private server"), "{}", alone.err);

    let (b, _) = private("b");
    place.configure(&chain(&[configured, b]));
    let mut served = place.start_shopsim(&SERVE);
    served.until_log("a: nothing to serve").await;
    served.until_log("b: serving ").await;
    served.signal(Signal::SIGTERM);
    served.end(0).await;
    let none = place.shopsim(&[&SERVE[..], &["--only", "c"]].concat());
    assert_eq!(none.code, Some(2), "{}", none.err);
}

#[tokio::test]
async fn a_server_that_cannot_start_is_an_error_and_the_others_are_served() {
    let ((a, port), (b, _)) = (private("a"), private("b"));
    let taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let place = Place::new(&chain(&[a, b]));
    let alone = place.shopsim(&[&SERVE[..], &["--only", "a"]].concat());
    assert_eq!(alone.code, Some(3), "{}", alone.err);
    assert!(alone.err.contains("ERROR a: its private server cannot be started: "), "{}", alone.err);
    let mut served = place.start_shopsim(&SERVE);
    served.until_log("ERROR a: its private server cannot be started: ").await;
    served.until_log("b: serving ").await;
    served.signal(Signal::SIGTERM);
    served.end(3).await;
    drop(taken);
}

#[tokio::test]
async fn servers_that_are_kept_running_outlive_it() {
    let (a, port) = private("a");
    let config = chain(&[a]);
    let place = Place::new(&format!("{config}\n[embedded]\nkeep_running = true\n"));
    let mut served = place.start_shopsim(&SERVE);
    served.until_log("a: serving ").await;
    let server = place.postmaster("a").unwrap();
    served.signal(Signal::SIGTERM);
    served.end(0).await;
    assert!(is_alive(server));
    client(port).await;
    place.configure(&config);
    let mut served = place.start_shopsim(&SERVE);
    served.until_log("a: serving ").await;
    served.signal(Signal::SIGTERM);
    served.end(0).await;
    until("it is down", async || !is_alive(server)).await;
}
