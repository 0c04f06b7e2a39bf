//! A right history in a warehouse: graded, and read by psql.

use crate::harness::{NEW_YEAR, Place};
use crate::measure::{Cost, Figure, Reach, figure, median, processor_figure, ratios, walls};
use crate::server::Server;
use crate::{Effort, world};

/// What `shopsim history` prints, as a pipeline would keep it: without updates that changed nothing.
const HISTORY: &str = "
CREATE TABLE orders AS
SELECT key::int AS order_id, customer_id, product_id, order_status, order_dttm, quantity, created_at,
    valid_from AT TIME ZONE 'UTC' AS valid_from,
    coalesce(lead(valid_from) OVER w AT TIME ZONE 'UTC', 'infinity') AS valid_to
FROM (
    SELECT *, lag(\"values\") OVER w = \"values\" AS is_same
    FROM orders_history,
        LATERAL (SELECT (customer_id, product_id, order_status, order_dttm, quantity)::text AS \"values\") AS v
    WINDOW w AS (PARTITION BY key ORDER BY version)
) AS versions
WHERE is_same IS NOT TRUE
WINDOW w AS (PARTITION BY key ORDER BY version)
ORDER BY key, version;
ALTER TABLE orders ALTER valid_from SET NOT NULL, ADD PRIMARY KEY (order_id, valid_from);
DROP TABLE orders_history";

/// `grade` of a million orders and their changes beside psql's `COPY … TO STDOUT` of the same rows in the same order.
pub async fn bench(effort: Effort) -> Vec<Figure> {
    let rows = 1_000_000 / effort.divisor;
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    server.create_databases(&["dwh"]).await;
    let keys = "delete_older_than = \"0\"";
    let orders = (rows / 10, rows / 10 * 7 / 100);
    place.configure(&world::config(&server.url("shop"), keys, [(0, 0), orders, (0, 0)]));
    world::run_until(&place, 10);
    let history = ["--table", "orders", "--start", NEW_YEAR, "--to-tick", "9", "--format", "sql"];
    place.write("history.sql", &{
        let output = place.shopsim(&[&["history"][..], &history].concat());
        assert_eq!(output.code, Some(0), "{}", output.err);
        output.out
    });
    let file = place.path("history.sql");
    world::finish(world::client("psql", &server, "dwh", &["-X", "-q", "-f", file.to_str().unwrap()]));
    world::psql(&server, "dwh", HISTORY);
    world::psql(&server, "dwh", "VACUUM ANALYZE orders");
    let versions = crate::server::number(&server.client("dwh").await, "SELECT count(*) FROM orders").await;
    let (warehouse, versions) = (server.url("dwh"), versions.unsigned_abs());
    let (mut grade, mut copy) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        grade.push(Cost::of_programs(server.pid(), || {
            let output = place.shopsim(&["grade", "--warehouse", &warehouse]);
            assert!(output.out.contains("score 100.0 of 100"), "{}{}", output.out, output.err);
        }));
        let out = "COPY (SELECT * FROM orders ORDER BY order_id, valid_from) TO STDOUT";
        copy.push(Cost::of_programs(server.pid(), || world::psql(&server, "dwh", out)));
    }
    server.stop().await;
    let rate = |costs: &[Cost]| versions as f64 / median(&walls(costs)) / 1e6;
    let text = format!("{:.3} against {:.3} M rows/s", rate(&grade), rate(&copy));
    let speed = ratios(&walls(&copy), &walls(&grade));
    vec![
        figure("grade orders", "x COPY's rows/s", speed, Some(Reach::AtLeast(1.0)), text),
        processor_figure("grade orders: processor", "x COPY's processor time", &grade, &copy, versions),
    ]
}
