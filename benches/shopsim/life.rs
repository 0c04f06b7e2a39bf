//! Rows with a life: what it takes to find the events of a tick, and to write them.

use std::hint::black_box;

use shopsim::clock::Timeline;
use shopsim::value::Timestamp;

use crate::harness::{Place, edit};
use crate::measure::{Figure, Reach, figure, median, ratios};
use crate::server::Server;
use crate::{Effort, world};

/// Ticks after which the lives of orders repeat their sizes.
const WARM: u64 = 800;

/// The life of an order, 3.7 changes of state long, and the columns that it fills.
const LIFE: &str = r#"
[lives.order]
opened = { paid = { weight = 90, after = "15s..2m" }, cancelled = { weight = 10, after = "30s..10m" } }
paid = { shipped = { weight = 97, after = "1m..30m", shape = "log" }, cancelled = { weight = 3, after = "1m..10m" } }
shipped = { delivered = { after = "5m..40m" } }
delivered = { closed = { weight = 92, after = "10m..30m" }, returned = { weight = 8, after = "1m..20m" } }
returned = { refunded = { after = "1m..10m" } }
"#;

const COLUMNS: &str = r#"state = { type = "text", life = "order" }
paid_at = { type = "timestamp", at = "paid" }
"#;

/// The same columns without a life.
const PLAIN: &str = r#"state = { type = "text", faker = "word" }
paid_at = { type = "timestamp", faker = "past_datetime" }
"#;

/// The standard tick with two more columns of orders, whose rows live for 3 hours; `updates` of them change at random.
fn config(database: &str, updates: u64, columns: &str, life: &str) -> String {
    let [customers, (orders, _), products] = world::STANDARD;
    let keys = "delete_older_than = \"3h\"";
    let text = world::config(database, keys, [customers, (orders, updates), products]);
    let text = edit(&text, "[tables.orders.columns]\n", &format!("[tables.orders.columns]\n{columns}"));
    world::without_row_log(&format!("{life}{text}"))
}

pub async fn bench(effort: Effort) -> Vec<Figure> {
    vec![events(effort), tick(effort).await]
}

/// The events of a tick of orders, found from its number.
fn events(effort: Effort) -> Figure {
    let place = Place::new(&config("postgres://x:x@localhost/x", 0, COLUMNS, LIFE));
    let plan = world::load(&place).shops[0].plan.clone();
    let timeline = Timeline::new(Timestamp(0), plan.interval, &[]);
    let table = plan.tables.iter().find(|table| table.name == "orders").unwrap();
    let (changes, cohorts) = (table.changes.as_ref().unwrap(), table.cohorts(&timeline));
    let ticks = 20_000 / effort.divisor;
    let (mut micros, mut found) = (Vec::new(), 0);
    for round in 0..effort.rounds as u64 {
        let first = 1_000_000 * (round + 1);
        found = 0;
        let mut events = Vec::new();
        let took = world::timed(|| {
            for tick in first..first + ticks {
                events.clear();
                changes.of_tick(plan.seed, &cohorts, tick, &mut events);
                found += black_box(&events).len();
            }
        });
        micros.push(took.as_secs_f64() * 1e6 / ticks as f64);
    }
    let text = format!("{:.1} events a tick", found as f64 / ticks as f64);
    figure("life: events of a tick", "µs", micros, Some(Reach::AtMost(40.0)), text)
}

/// A tick with a life against one that updates as many rows at random.
async fn tick(effort: Effort) -> Figure {
    let block = 1_000 / effort.divisor;
    let (with, without) = (Place::new(""), Place::new(""));
    let server = Server::new(&with, "s").await;
    server.create_databases(&["plain"]).await;
    with.configure(&config(&server.url("shop"), 7, COLUMNS, LIFE));
    let plan = world::load(&with).shops[0].plan.clone();
    let orders = plan.tables.iter().position(|table| table.name == "orders").unwrap();
    let timeline = Timeline::new(Timestamp(0), plan.interval, &[]);
    let updated = |tick| shopsim::tick::Tick::new(&plan, &timeline, tick).tables[orders].counts().updated;
    let updates = (WARM..WARM + 100).map(updated).sum::<u64>() / 100;
    let window = "update_not_older_than = \"40s\"";
    let plain = config(&server.url("plain"), updates, PLAIN, "");
    // As old as the rows that a life changes.
    without.configure(&edit(&plain, window, "update_not_older_than = \"1h\""));
    [&with, &without].into_iter().for_each(|place| world::run_until(place, WARM));
    let mut times = [Vec::new(), Vec::new()];
    let mut done = WARM;
    for _ in 0..effort.rounds {
        done += block;
        for (place, times) in [&with, &without].into_iter().zip(&mut times) {
            world::settle(&server).await;
            times.push(world::timed(|| world::run_until(place, done)));
        }
    }
    server.stop().await;
    let each = |side: usize| median(&times[side]) * 1e3 / block as f64;
    let text = format!("{:.3} against {:.3} ms a tick with {updates} updates", each(0), each(1));
    let name = "life: a tick";
    figure(name, "x as many random updates", ratios(&times[0], &times[1]), Some(Reach::AtMost(1.1)), text)
}
