//! The standard tick at full speed against a hand-written transaction that changes as many rows.

use std::time::Duration;

use crate::harness::Place;
use crate::measure::{Figure, Reach, figure, median, ratios};
use crate::server::Server;
use crate::{Effort, world};

/// Ticks that fill the retention window and warm both sides.
const WARM: u64 = 200;

/// The same tables, full of the same rows.
const MAKE: &str = "CREATE SCHEMA hand;
    CREATE TABLE hand.customers (LIKE customers INCLUDING ALL);
    CREATE TABLE hand.orders (LIKE orders INCLUDING ALL);
    CREATE TABLE hand.products (LIKE products INCLUDING ALL);
    CREATE TABLE hand.checkpoint (shop text PRIMARY KEY, last_tick bigint) WITH (fillfactor = 10);
    INSERT INTO hand.checkpoint VALUES ('shop-1', 0);
    INSERT INTO hand.customers TABLE customers;
    INSERT INTO hand.orders TABLE orders;
    INSERT INTO hand.products TABLE products";

/// 120 deletes, 12 updates, 120 inserts and the checkpoint, with constants.
const SCRIPT: &str = "\
\\set tick :tick + 1
\\set one :tick * 10 + 1
\\set hundred :tick * 100 + 1
BEGIN;
UPDATE hand.checkpoint SET last_tick = :tick WHERE shop = 'shop-1';
DELETE FROM hand.customers WHERE customer_id >= :one - 400 AND customer_id < :one - 390;
DELETE FROM hand.orders WHERE order_id >= :hundred - 4000 AND order_id < :hundred - 3900;
DELETE FROM hand.products WHERE product_id >= :one - 400 AND product_id < :one - 390;
UPDATE hand.customers SET full_name = 'Ann', phone_number = '555' WHERE customer_id IN (:one - 5, :one - 12);
UPDATE hand.orders SET order_status = 'paid', quantity = 5 WHERE order_id IN (:hundred - 1, :hundred - 2, :hundred - 50, :hundred - 80, :hundred - 120, :hundred - 140, :hundred - 150);
UPDATE hand.products SET price = 5 WHERE product_id IN (:one - 5, :one - 12, :one - 14);
INSERT INTO hand.customers SELECT :one + i, 'Ann Other', '1 Long Street, Some Town, NY 12345', '(555)555-5555', '123456789', '1980-01-01', 'ann@example.org', 4111111111111111, '01/30', '2026-01-01' FROM generate_series(0, 9) i;
INSERT INTO hand.orders SELECT :hundred + i, 5, 7, 'shipped', '2026-01-01', 5, '2026-01-01' FROM generate_series(0, 99) i;
INSERT INTO hand.products SELECT :one + i, '123-45-6789', 'Acai', 99, 'EUR', '2026-01-01' FROM generate_series(0, 9) i;
END;
";

/// Blocks of ticks in turn on one server, each side on its own tables; with a line for each changed row in
/// `debug.log`, as it is shipped, and without.
pub async fn bench(effort: Effort) -> Vec<Figure> {
    let block = 4_000 / effort.divisor;
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let with_rows = world::config(&server.url("shop"), "", world::STANDARD);
    let ticks_only = world::ticks_told_only(&with_rows);
    place.configure(&with_rows);
    place.write("tick.sql", SCRIPT);
    world::run_until(&place, WARM);
    world::psql(&server, "shop", MAKE);
    let (mut ours, mut ours_with_rows, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut done, mut done_by_hand) = (WARM, WARM);
    for _ in 0..effort.rounds {
        for (config, times) in [(&with_rows, &mut ours_with_rows), (&ticks_only, &mut ours)] {
            place.configure(config);
            world::settle(&server).await;
            done += block;
            times.push(world::timed(|| world::run_until(&place, done)));
        }
        world::settle(&server).await;
        let (script, tick, count) =
            (place.path("tick.sql"), format!("tick={}", done_by_hand - 1), block.to_string());
        let script = script.to_string_lossy();
        let arguments = ["-n", "-M", "prepared", "-c", "1", "-D", &tick, "-t", &count, "-f", &script];
        theirs.push(world::timed(|| world::finish(world::client("pgbench", &server, "shop", &arguments))));
        done_by_hand += block;
    }
    let same = "SELECT 1 / (SELECT (count(*) = 4000)::int FROM hand.orders), 1 / (SELECT (count(*) = 4000)::int FROM orders)";
    world::psql(&server, "shop", same);
    server.stop().await;
    let each = |times: &[Duration]| median(times) * 1e3 / block as f64;
    let told = |name, times: &[Duration]| {
        let text = format!("{:.3} against {:.3} ms a tick", each(times), each(&theirs));
        figure(name, "x pgbench's time", ratios(times, &theirs), Some(Reach::AtMost(1.25)), text)
    };
    vec![told("tick", &ours), told("tick, each row in debug.log", &ours_with_rows)]
}
