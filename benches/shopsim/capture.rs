//! What change capture costs: the standard tick with `updated_at` and a publication, against the one without.

use crate::harness::{self, Place};
use crate::measure::{Cost, Figure, Reach, figure, median, processor_figure, ratios, walls};
use crate::server::Server;
use crate::{Effort, world};

/// Ticks that fill the retention window and warm both sides.
const WARM: u64 = 200;

/// Blocks of ticks in turn on one server with `wal_level = logical`, each side in a database of its own.
pub async fn bench(effort: Effort) -> Vec<Figure> {
    let block = 4_000 / effort.divisor;
    let (plain, captured) = (Place::new(""), Place::new(""));
    let server = Server::new(&plain, "s").await;
    server.create_databases(&["captured"]).await;
    let config = |database: &str, more: &str| {
        let standard = world::config(&server.url(database), "", world::STANDARD);
        let created_at = "created_at = \"timestamp\"";
        let config = harness::edit(&standard, created_at, &format!("{created_at}\n{more}"));
        world::without_row_log(&config)
    };
    plain.configure(&config("shop", ""));
    captured.configure(&config("captured", "updated_at = \"timestamp\"\n\n[cdc]\npublication = \"shopsim\""));
    [&plain, &captured].into_iter().for_each(|place| world::run_until(place, WARM));
    world::psql(&server, "captured", "SELECT 1 / (count(*) = 3)::int FROM pg_publication_tables");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut done = WARM;
    for _ in 0..effort.rounds {
        for (place, costs) in [(&captured, &mut ours), (&plain, &mut theirs)] {
            world::settle(&server).await;
            costs.push(Cost::of_programs(server.pid(), || world::run_until(place, done + block)));
        }
        done += block;
    }
    server.stop().await;
    let each = |costs: &[Cost]| median(&walls(costs)) * 1e3 / block as f64;
    let text = format!("{:.3} against {:.3} ms a tick", each(&ours), each(&theirs));
    let processor = processor_figure("capture: processor", "x the tick without", &ours, &theirs, block);
    vec![
        Figure { reach: Some(Reach::AtMost(1.1)), ..processor },
        figure("capture: time", "x the tick without", ratios(&walls(&ours), &walls(&theirs)), None, text),
    ]
}
