//! Whether a tick costs the same however many rows there are, and however long the run has lasted.

use shopsim::value::SECOND;

use crate::harness::Place;
use crate::measure::{Figure, Reach, figure, ratios};
use crate::server::Server;
use crate::{Effort, world};

/// The standard tick with 100,000 ticks of live rows (12 million, 10 of them orders) beside 100 ticks; then
/// with 100,000 ticks behind it beside 1,000.
pub async fn bench(effort: Effort) -> Vec<Figure> {
    let many = 100_000 / effort.divisor;
    let block = 2_000 / effort.divisor;
    vec![live_rows(many, block, effort).await, age(many, block, effort).await]
}

async fn live_rows(many: u64, block: u64, effort: Effort) -> Figure {
    // The history that fills the tables: as long as the longer retention, and a little more.
    let start = shopsim::chain::wall_now().floor_second().plus(-((many + 1_000) as i64) * 15 * SECOND);
    let start = start.to_rfc3339();
    let mut sides = Vec::new();
    for (name, ticks) in [("few", 100), ("many", many)] {
        let place = Place::new("");
        let server = Server::new(&place, "s").await;
        let keys = format!("delete_older_than = \"{}s\"", ticks * 15);
        let config = world::config(&server.url("shop"), &keys, world::STANDARD);
        place.configure(&world::without_row_log(&config));
        let until = (many + 500).to_string();
        let output = place.shopsim(&["run", "--quiet", "--start", &start, "--until-tick", &until]);
        assert_eq!(output.code, Some(0), "{}", output.err);
        world::psql(&server, "shop", "VACUUM ANALYZE");
        let rows = format!("SELECT 1 / (count(*) = {})::int FROM orders", ticks * 100);
        world::psql(&server, "shop", &rows);
        eprintln!("bench: flat: {name}: {} orders", ticks * 100);
        sides.push((place, server));
    }
    let mut times = [Vec::new(), Vec::new()];
    let mut done = many + 500;
    for round in 0..=effort.rounds {
        done += block;
        for ((place, server), times) in sides.iter().zip(&mut times) {
            world::settle(server).await;
            let took = world::timed(|| {
                let until = done.to_string();
                let run =
                    ["run", "--quiet", "--start", &start, "--pace", "unlimited", "--until-tick", &until];
                let output = place.shopsim(&run);
                assert_eq!(output.code, Some(0), "{}", output.err);
            });
            // The first round warms both.
            if round > 0 {
                times.push(took);
            }
        }
    }
    for (_, server) in sides {
        server.stop().await;
    }
    let each = |side: usize| crate::measure::median(&times[side]) * 1e3 / block as f64;
    let text = format!("{:.3} ms with {} orders, {:.3} ms with 10000", each(1), many * 100, each(0));
    let name = "flat: live rows";
    figure(name, "x the tick of few rows", ratios(&times[1], &times[0]), Some(Reach::AtMost(1.1)), text)
}

async fn age(many: u64, block: u64, effort: Effort) -> Figure {
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let config = world::config(&server.url("shop"), "", world::STANDARD);
    place.configure(&world::without_row_log(&config));
    let mut times = [Vec::new(), Vec::new()];
    let mut done = many / 100;
    for (times, age) in times.iter_mut().zip([many / 100, many]) {
        done = done.max(age);
        world::run_until(&place, done);
        for _ in 0..effort.rounds {
            world::settle(&server).await;
            done += block;
            times.push(world::timed(|| world::run_until(&place, done)));
        }
    }
    server.stop().await;
    let each = |side: usize| crate::measure::median(&times[side]) * 1e3 / block as f64;
    let text = format!("{:.3} ms after {many} ticks, {:.3} ms after {}", each(1), each(0), many / 100);
    let name = "flat: age";
    figure(name, "x the young run's tick", ratios(&times[1], &times[0]), Some(Reach::AtMost(1.1)), text)
}
