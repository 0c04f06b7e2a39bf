//! A run as its user sees it: how soon it begins, what it takes, how long a day of history lasts.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use shopsim::value::SECOND;
use tokio::time::sleep;

use crate::harness::{self, Place, Run};
use crate::measure::{Figure, Reach, figure, median, ratios};
use crate::server::Server;
use crate::{Effort, world};

/// From exec to the first line that a committed tick leaves; looked at every 5 ms.
async fn until_first_tick(place: &Place) -> f64 {
    let began = Instant::now();
    let mut run = place.run(&harness::UNLIMITED);
    run.until_log("committed").await;
    let took = began.elapsed().as_secs_f64() * 1e3;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    took
}

/// On a running server, embedded from nothing, and embedded again.
pub async fn start(effort: Effort) -> Vec<Figure> {
    let (mut running, mut nothing, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    for round in 0..effort.rounds {
        let database = format!("run_{round}");
        server.create_databases(&[&database]).await;
        place.configure(&world::config(&server.url(&database), "", world::STANDARD));
        running.push(until_first_tick(&place).await);
        let port = format!("port = {}", harness::free_port());
        let private = Place::new(&world::config("embedded", &port, world::STANDARD));
        nothing.push(until_first_tick(&private).await);
        again.push(until_first_tick(&private).await);
    }
    server.stop().await;
    let reported = |name, times, most| figure(name, "ms", times, Some(Reach::AtMost(most)), String::new());
    vec![
        reported("start, running server", running, 60.0),
        reported("start, embedded from nothing", nothing, 1_500.0),
        reported("start, embedded again", again, 250.0),
    ]
}

/// The shipped chain, on two databases of a server.
pub fn configure_shipped(place: &Place, server: &Server) {
    let text = harness::edit(harness::SHIPPED, "${SHOP_1_DATABASE:-embedded}", &server.url("shop"));
    place.configure(&harness::edit(&text, "${SHOP_2_DATABASE:-embedded}", &server.url("shop_2")));
}

/// MiB of peak resident memory.
pub fn peak(run: &Run) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", run.pid())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() / 1024.0
}

/// Peak memory and processor time of the shipped two shops, live, without their servers.
pub async fn footprint(effort: Effort) -> Vec<Figure> {
    let span = Duration::from_secs(60 / effort.divisor.min(6));
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    server.create_databases(&["shop_2"]).await;
    configure_shipped(&place, &server);
    let mut run = place.run(&[]);
    run.until_log("committed").await;
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", run.pid())).unwrap();
    let ticks = || -> u64 {
        let stat = read("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    let (before, began) = (ticks(), Instant::now());
    sleep(span).await;
    // The kernel counts in hundredths of a second.
    let share = (ticks() - before) as f64 / 100.0 / began.elapsed().as_secs_f64() * 100.0;
    let peak = peak(&run);
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    server.stop().await;
    let over = format!("over {} s", span.as_secs());
    vec![
        figure("footprint memory", "MiB of peak RSS", vec![peak], Some(Reach::AtMost(16.0)), over.clone()),
        figure("footprint processor", "% of a core", vec![share], Some(Reach::AtMost(0.5)), over),
    ]
}

/// A day of history of the standard tick, with the shipped retention and without, then without its updates;
/// without retention beside the rate at which large ticks of as many rows are written.
pub async fn backfill(effort: Effort) -> Vec<Figure> {
    let ticks = 5_760 / effort.divisor;
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let start =
        shopsim::chain::wall_now().floor_second().plus(-(ticks as i64 + 1) * 15 * SECOND).to_rfc3339();
    let history = |database: &str, keys: &str, rows, ticks: u64| {
        let config = world::config(&server.url(database), keys, rows);
        place.configure(&world::without_row_log(&config));
        world::timed(|| {
            let until = ticks.to_string();
            let output = place.shopsim(&["run", "--quiet", "--start", &start, "--until-tick", &until]);
            assert_eq!(output.code, Some(0), "{}", output.err);
        })
    };
    let for_ever = "delete_older_than = \"0\"";
    let inserts_alone = world::STANDARD.map(|(inserts, _)| (inserts, 0));
    let (mut with, mut without, mut alone, mut large) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..effort.rounds {
        let databases = ["with", "without", "alone", "large"].map(|kind| format!("{kind}_{round}"));
        server.create_databases(&databases.each_ref().map(String::as_str)).await;
        world::settle(&server).await;
        with.push(history(&databases[0], "", world::STANDARD, ticks));
        world::settle(&server).await;
        without.push(history(&databases[1], for_ever, world::STANDARD, ticks));
        world::settle(&server).await;
        alone.push(history(&databases[2], for_ever, inserts_alone, ticks));
        world::settle(&server).await;
        large.push(history(
            &databases[3],
            for_ever,
            inserts_alone.map(|(rows, _)| (rows * ticks / 10, 0)),
            10,
        ));
    }
    server.stop().await;
    let seconds = |times: &[Duration]| times.iter().map(Duration::as_secs_f64).collect();
    let rows = 120 * ticks;
    let rate = |times: &[Duration]| rows as f64 / median(times) / 1e6;
    let text = |times| format!("{:.3} against {:.3} M rows/s inserted", rate(times), rate(&large));
    let besides = format!("{}, {} updated besides", text(&without), 12 * ticks);
    let bounded = format!("{ticks} ticks of history, of which the last 40 and more are made");
    vec![
        figure("backfill, retention on", "s", seconds(&with), None, bounded),
        figure(
            "backfill, retention off",
            "x the rows/s of large ticks",
            ratios(&large, &without),
            Some(Reach::AtLeast(0.8)),
            besides,
        ),
        figure(
            "backfill, retention off, no updates",
            "x the rows/s of large ticks",
            ratios(&large, &alone),
            None,
            text(&alone),
        ),
    ]
}
