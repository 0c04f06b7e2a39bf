//! The tables as they must stand: made, and compared with those that stand.

use std::time::Duration;

use crate::harness::{NEW_YEAR, Place};
use crate::measure::{Cost, Figure, Reach, figure, median, processor_figure, ratios, walls};
use crate::server::Server;
use crate::{Effort, world};

/// `digest` and `verify` of a million orders beside psql's binary `COPY … TO STDOUT`.
pub async fn bench(effort: Effort) -> Vec<Figure> {
    let rows = 1_000_000 / effort.divisor;
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let keys = "delete_older_than = \"0\"";
    place.configure(&world::config(&server.url("shop"), keys, [(0, 0), (rows / 10, 0), (0, 0)]));
    world::run_until(&place, 10);
    let (mut digest, mut verify, mut copy) = (Vec::new(), Vec::new(), Vec::new());
    let shopsim = |arguments: &[&str]| {
        let output = place.shopsim(arguments);
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
    };
    for _ in 0..effort.rounds {
        digest.push(world::timed(|| shopsim(&["digest", "--at-tick", "9", "--start", NEW_YEAR])));
        verify.push(Cost::of_programs(server.pid(), || shopsim(&["verify"])));
        let out = "COPY (SELECT * FROM orders ORDER BY order_id) TO STDOUT (FORMAT binary)";
        copy.push(Cost::of_programs(server.pid(), || world::psql(&server, "shop", out)));
    }
    server.stop().await;
    let rate = |costs: &[Cost]| rows as f64 / median(&walls(costs)) / 1e6;
    let rates = digest.iter().map(|time: &Duration| rows as f64 / time.as_secs_f64() / 1e6).collect();
    let text = format!("{:.3} against {:.3} M rows/s", rate(&verify), rate(&copy));
    vec![
        figure("digest orders", "M rows/s", rates, Some(Reach::AtLeast(1.0)), String::new()),
        figure(
            "verify orders",
            "x COPY's rows/s",
            ratios(&walls(&copy), &walls(&verify)),
            Some(Reach::AtLeast(0.8)),
            text,
        ),
        processor_figure("verify orders: processor", "x COPY's processor time", &verify, &copy, rows),
    ]
}
