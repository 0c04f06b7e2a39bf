//! Logs that block: files that nobody reads, slow ones, a stderr that hangs. Shops do not wait for any of them,
//! and what is lost is counted and told.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::sys::stat::Mode;

use super::harness::{NEW_YEAR, Place, UNLIMITED, chain, edit, free_port, shipped, until};
use super::health::{ask, get, sample};
use super::server::Server;

/// A shop that ticks as fast as it can until it is stopped.
fn endless(name: &str, server: &Server) -> String {
    format!(
        "name = \"{name}\"\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\nstop_after = \"0\"\n\
         pace = \"unlimited\"\nstart = \"{NEW_YEAR}\"\ndatabase = {:?}",
        server.url(name)
    )
}

/// A pipe with a name in the place of a log file.
fn fifo(path: &Path) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    nix::unistd::mkfifo(path, Mode::from_bits_truncate(0o666)).unwrap();
}

/// The lines of a shop's log that hold a text.
fn lines(place: &Place, log: &str, text: &str) -> u64 {
    place.read(log).lines().filter(|line| line.contains(text)).count() as u64
}

fn ticks(port: u16, shop: &str) -> f64 {
    sample(port, &format!("shopsim_ticks_total{{shop=\"{shop}\",result=\"committed\"}}"))
}

fn dropped(port: u16, shop: &str) -> f64 {
    sample(port, &format!("shopsim_log_lines_dropped_total{{shop=\"{shop}\"}}"))
}

/// Waits until shops have made so many more ticks.
async fn until_more_ticks(port: u16, shops: &[&str], more: f64) {
    let stood: Vec<f64> = shops.iter().map(|shop| ticks(port, shop)).collect();
    until("all shops go on", async || {
        shops.iter().zip(&stood).all(|(shop, stood)| ticks(port, shop) >= stood + more)
    })
    .await;
}

async fn until_answered(port: u16) {
    until("the pages are there", async || {
        ask(port, "GET", "/metrics").is_some_and(|page| page.body.contains("shopsim_ticks_total{"))
    })
    .await;
}

#[tokio::test]
async fn a_log_file_that_blocks_stops_no_shop_and_its_lost_lines_are_counted_and_told_once() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["stuck", "well"]).await;
    let config = chain(&[endless("stuck", &server), endless("well", &server)]);
    place.configure(&edit(&config, "# [logs]", "[logs]\nmax_file_size = \"1GiB\" "));
    fifo(&place.path("logs/stuck/debug.log"));
    let port = free_port();
    let run = place.run(&["--listen", &port.to_string()]);
    until_answered(port).await;
    until_more_ticks(port, &["stuck", "well"], 500.0).await;
    until("lines are dropped", async || dropped(port, "stuck") > 0.0).await;
    until_more_ticks(port, &["stuck", "well"], 20.0).await;
    assert_eq!(get(port, "/livez").code, 200);
    assert_eq!(dropped(port, "well"), 0.0);
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;

    let told = |text: &str| ended.err.lines().filter(|line| line.contains(text)).count();
    assert_eq!(told("WARN stuck: logs/stuck/debug.log "), 1, "one line for all that is lost");
    let unwritten: Vec<&str> =
        ended.err.lines().filter(|line| line.contains("writing has stalled")).collect();
    assert!(unwritten.len() == 1 && unwritten[0].contains("logs/stuck/debug.log"), "{unwritten:?}");
    assert!(unwritten[0].contains("ERROR") && !unwritten[0].contains("info.log"), "{unwritten:?}");
    let table: Vec<Vec<&str>> = ended.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(table[0].first(), Some(&"shop"), "stdout is the summary alone: {}", ended.out);
    assert!(ended.out.contains("log lines of stuck were dropped"), "{}", ended.out);
    // The other file of the same shop, and those of its neighbour, are whole.
    for shop in ["stuck", "well"] {
        let row = table.iter().find(|row| row.first() == Some(&shop)).unwrap();
        let (ticks, inserted): (u64, u64) = (row[3].parse().unwrap(), row[4].parse().unwrap());
        assert_eq!(lines(&place, &format!("logs/{shop}/info.log"), ": committed tick="), 3 * ticks, "{shop}");
        if shop == "well" {
            assert_eq!(lines(&place, "logs/well/debug.log", ": insert "), inserted);
        }
    }
}

#[tokio::test]
async fn each_of_twenty_thousand_rows_is_in_debug_log_though_its_reader_is_slower_than_the_shop() {
    let place = Place::new(&edit(&shipped(), "insert_rows_per_tick = 100", "insert_rows_per_tick = 20000"));
    let log = place.path("logs/shop-1/debug.log");
    fifo(&log);
    let reader = std::thread::spawn(move || {
        let (mut file, mut text, mut part) = (File::open(log).unwrap(), Vec::new(), vec![0; 1 << 16]);
        loop {
            let read = file.read(&mut part).unwrap();
            if read == 0 {
                return String::from_utf8(text).unwrap();
            }
            text.extend_from_slice(&part[..read]);
            std::thread::sleep(Duration::from_millis(120));
        }
    });
    let options = [&UNLIMITED[..], &["--only", "shop-1", "--until-tick", "1"]].concat();
    let ended = place.finish(&options, 0).await;
    let text = reader.join().unwrap();
    let told = text.lines().filter(|line| line.contains(": insert order_id=")).count();
    assert_eq!((told, text.ends_with('\n')), (20_000, true), "{}", ended.err);
    assert!(!ended.err.contains("dropped") && !ended.out.contains("dropped"), "{}", ended.err);
}

#[tokio::test]
async fn a_stderr_that_nobody_reads_stops_no_shop() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["one", "two"]).await;
    place.configure(&chain(&[endless("one", &server), endless("two", &server)]));
    let port = free_port();
    let (run, _unread) = place.unread_run(&["-v", "--listen", &port.to_string()]);
    until_answered(port).await;
    until_more_ticks(port, &["one", "two"], 500.0).await;
    until("lines are dropped", async || dropped(port, "one") > 0.0 && dropped(port, "two") > 0.0).await;
    until_more_ticks(port, &["one", "two"], 20.0).await;
    assert_eq!(get(port, "/livez").code, 200);
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    assert!(ended.out.contains("log lines of one were dropped"), "{}", ended.out);
}

#[tokio::test]
async fn many_shops_are_told_of_on_the_terminal_by_a_line_a_period_and_in_their_files_as_ever() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let shops: Vec<String> = (0..51)
        .map(|number| {
            format!(
                "name = \"s{number}\"\nschema = \"s{number}\"\ntick_interval = \"1s\"\nstop_after = \"0\"\n\
                 update_not_older_than = \"40s\"\ndatabase = {:?}",
                server.url("shop")
            )
        })
        .collect();
    place.configure(&chain(&shops));
    let mut run = place.run(&[]);
    run.until_log("INFO 51 shops: 51 live").await;
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    assert!(!ended.err.contains("committed tick="), "no line a table and tick");
    for shop in ["s0", "s50"] {
        assert!(lines(&place, &format!("logs/{shop}/info.log"), ": committed tick=") >= 3);
    }
    let mut run = place.run(&["-v"]);
    run.until_log("DEBUG s50: insert order_id=").await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}
