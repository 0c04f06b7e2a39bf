//! Rows into empty tables: a whole run of shopsim against psql's `\copy` of the same rows, ready-made.

use std::thread;

use crate::Effort;
use crate::harness::Place;
use crate::measure::{Cost, Figure, Reach, figure, median, processor_figure, ratios, walls};
use crate::server::Server;
use crate::world::{self, Rows};

const TICKS: u64 = 10;

/// One shop with each table, two shops on two servers, and one with a line for each row in `debug.log`.
pub async fn bench(effort: Effort) -> Vec<Figure> {
    let rows = 100_000 / effort.divisor;
    let (orders, customers) = ([(0, 0), (rows, 0), (0, 0)], [(rows, 0), (0, 0), (0, 0)]);
    [
        of("ingest orders", "orders", &[orders], false, effort).await,
        of("ingest customers", "customers", &[customers], false, effort).await,
        of("ingest orders, 2 servers", "orders", &[orders; 2], false, effort).await,
        of("ingest, each row in debug.log", "orders", &[orders], true, effort).await,
    ]
    .concat()
}

async fn of(name: &str, table: &str, shops: &[[Rows; 3]], rows_logged: bool, effort: Effort) -> Vec<Figure> {
    let mut sides = Vec::new();
    for (number, rows) in shops.iter().enumerate() {
        let place = Place::new("");
        let server = Server::new(&place, &format!("s{number}")).await;
        let databases: Vec<String> = (0..=effort.rounds).map(|round| format!("run_{round}")).collect();
        server.create_databases(&databases.iter().map(String::as_str).collect::<Vec<_>>()).await;
        sides.push((place, server, *rows));
    }
    let ready = sides[0].0.path("rows.copy");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first run makes the rows that are copied.
    for round in 0..=effort.rounds {
        let database = format!("run_{round}");
        for (place, server, rows) in &sides {
            let config = world::config(&server.url(&database), "delete_older_than = \"0\"", *rows);
            place.configure(&if rows_logged { config } else { world::without_row_log(&config) });
            // Both sides find an empty table.
            world::run_until(place, 0);
            world::settle(server).await;
        }
        let server = sides[0].1.pid();
        let run = Cost::of_programs(server, || at_once(&sides, |(place, ..)| world::run_until(place, TICKS)));
        if round == 0 {
            let copy = format!("\\copy {table} to '{}' (format binary)", ready.display());
            world::psql(&sides[0].1, &database, &copy);
            continue;
        }
        ours.push(run);
        for (_, server, _) in &sides {
            let make = format!("DROP TABLE IF EXISTS c; CREATE TABLE c (LIKE {table} INCLUDING ALL)");
            world::psql(server, &database, &make);
            world::settle(server).await;
        }
        let copy = format!("\\copy c from '{}' (format binary)", ready.display());
        let psql = || at_once(&sides, |(_, server, _)| world::psql(server, &database, &copy));
        theirs.push(Cost::of_programs(server, psql));
    }
    for (_, server, _) in sides {
        server.stop().await;
    }
    let rows = shops.len() as u64 * TICKS * 100_000 / effort.divisor;
    let rate = |costs: &[Cost]| rows as f64 / median(&walls(costs)) / 1e6;
    let text = format!("{:.3} against {:.3} M rows/s", rate(&ours), rate(&theirs));
    let reach = Some(Reach::AtLeast(if rows_logged { 0.9 } else { 0.95 }));
    let mut figures =
        vec![figure(name, "x \\copy's rows/s", ratios(&walls(&theirs), &walls(&ours)), reach, text)];
    if shops.len() == 1 && !rows_logged {
        let name = format!("{name}: processor");
        figures.push(processor_figure(&name, "x \\copy's processor time", &ours, &theirs, rows));
    }
    figures
}

fn at_once<T: Sync>(sides: &[T], run: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        for side in sides {
            scope.spawn(|| run(side));
        }
    });
}
