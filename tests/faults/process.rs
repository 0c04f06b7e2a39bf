//! Faults of the process itself: killed, asked to stop, stopped in its tracks.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::{Instant, sleep};

use super::harness::{Place, Run, below, chain, free_port, random};
use super::{Tally, shop, storm_seconds, verify};

/// A chain of two private servers whose shops tick 20 times a second.
fn config() -> String {
    let shop = |name: &str, after_downtime: &str| {
        let shop = shop(name, "1s", "20x");
        format!("{shop}\nport = {}\nafter_downtime = \"{after_downtime}\"", free_port())
    };
    chain(&[shop("paused", "pause"), shop("late", "catch-up")])
}

#[tokio::test(flavor = "multi_thread")]
async fn however_the_process_ends_the_next_one_goes_on_where_it_stood() {
    let (mut random, mut tally) = (random(), Tally::default());
    let place = Place::new(&config());
    let began = Instant::now();
    let mut round = 0;
    let mut run = begin(&place).await;
    while began.elapsed() < Duration::from_secs(storm_seconds()) {
        // Any phase of a tick, and of a start.
        sleep(Duration::from_millis(below(&mut random, 900))).await;
        match below(&mut random, 4) {
            0 | 1 => {
                tally.count("kill -9 of the process");
                run.kill();
                run = place.run(&[]);
            }
            2 => {
                tally.count("SIGTERM");
                // Before it listens for signals, the system ends it like any other process.
                run.until_log("output_version=").await;
                run.signal(Signal::SIGTERM);
                run.end(0).await;
                run = place.run(&[]);
            }
            _ => {
                tally.count("SIGSTOP, at times longer than the deadline");
                run.signal(Signal::SIGSTOP);
                sleep(Duration::from_millis(below(&mut random, 3_000))).await;
                run.signal(Signal::SIGCONT);
            }
        }
        round += 1;
        if round % 5 == 0 {
            // The server of a run that is starting is not up yet: its shops are looked at once it ticks.
            ticking(&mut run).await;
            verify(&place);
        }
    }
    ticking(&mut run).await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    verify(&place);
    println!("survived in {:.0?}:\n{tally}", began.elapsed());
    assert!(tally.total() > 3);
}

async fn begin(place: &Place) -> Run {
    let mut run = place.run(&[]);
    ticking(&mut run).await;
    run
}

/// Waits until both shops tick.
async fn ticking(run: &mut Run) {
    for shop in ["paused", "late"] {
        run.until_log(&format!("{shop}: committed tick=")).await;
    }
}
