//! The standard tick at full speed against a hand-written transaction that writes the same values.

use crate::harness::Place;
use crate::measure::{Cost, Figure, figure, median, processor_figure, ratios, walls};
use crate::server::Server;
use crate::stage::{self, CUSTOMERS, ORDERS, PRODUCTS};
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
    INSERT INTO hand.products TABLE products;
    VACUUM ANALYZE hand.customers, hand.orders, hand.products";

/// Both sides hold the same rows: else a division by zero.
const SAME: &str =
    "SELECT 1 / (count(*) = 0)::int FROM (TABLE hand.orders EXCEPT ALL TABLE orders) AS differing;
    SELECT 1 / (count(*) = 0)::int FROM (TABLE customers EXCEPT ALL TABLE hand.customers) AS differing;
    SELECT 1 / (count(*) = 4000)::int FROM hand.orders";

/// 120 deletes, 12 updates, 120 inserts and the checkpoint, with the values of the tick.
fn script() -> String {
    let update = |table: &str, key: &str, columns: &[&str]| {
        format!(
            "UPDATE hand.{table} AS t SET {} FROM stage.{table}_update AS u WHERE u.tick = :tick AND t.{key} = u.{key};\n",
            stage::assignments(columns)
        )
    };
    let insert = |table: &str, key: &str, columns: &[&str]| {
        let columns = columns.join(", ");
        format!(
            "INSERT INTO hand.{table} SELECT {key}, {columns}, created_at FROM stage.{table}_insert WHERE tick = :tick;\n"
        )
    };
    [
        "\\set tick :tick + 1\n\\set one :tick * 10 + 1\n\\set hundred :tick * 100 + 1\nBEGIN;\n\
         UPDATE hand.checkpoint SET last_tick = :tick WHERE shop = 'shop-1';\n\
         DELETE FROM hand.customers WHERE customer_id >= :one - 400 AND customer_id < :one - 390;\n\
         DELETE FROM hand.orders WHERE order_id >= :hundred - 4000 AND order_id < :hundred - 3900;\n\
         DELETE FROM hand.products WHERE product_id >= :one - 400 AND product_id < :one - 390;\n"
            .to_owned(),
        update("customers", "customer_id", &CUSTOMERS),
        update("orders", "order_id", &ORDERS),
        update("products", "product_id", &PRODUCTS),
        insert("customers", "customer_id", &CUSTOMERS),
        insert("orders", "order_id", &ORDERS),
        insert("products", "product_id", &PRODUCTS),
        "END;\n".to_owned(),
    ]
    .concat()
}

/// Blocks of ticks in turn on one server, each side on its own tables; with a line for each changed row in
/// `debug.log`, as it is shipped, and without.
pub async fn bench(effort: Effort) -> Vec<Figure> {
    let block = 4_000 / effort.divisor;
    let (plain, logged) = (Place::new(""), Place::new(""));
    let server = Server::new(&plain, "s").await;
    server.create_databases(&["logged"]).await;
    plain.configure(&world::without_row_log(&world::config(&server.url("shop"), "", world::STANDARD)));
    logged.configure(&world::config(&server.url("logged"), "", world::STANDARD));
    plain.write("tick.sql", &script());
    [&plain, &logged].into_iter().for_each(|place| world::run_until(place, WARM));
    MAKE.split(";\n").for_each(|statement| world::psql(&server, "shop", statement));
    let (mut ours, mut ours_logged, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let mut done = WARM;
    for _ in 0..effort.rounds {
        stage::stage(&plain, &server, "shop", done, block);
        for (place, costs) in [(&logged, &mut ours_logged), (&plain, &mut ours)] {
            world::settle(&server).await;
            costs.push(Cost::of_programs(server.pid(), || world::run_until(place, done + block)));
        }
        world::settle(&server).await;
        let (script, tick, count) = (plain.path("tick.sql"), format!("tick={}", done - 1), block.to_string());
        let script = script.to_string_lossy();
        let arguments = ["-n", "-M", "prepared", "-c", "1", "-D", &tick, "-t", &count, "-f", &script];
        let pgbench = || world::finish(world::client("pgbench", &server, "shop", &arguments));
        theirs.push(Cost::of_programs(server.pid(), pgbench));
        world::psql(&server, "shop", SAME);
        done += block;
    }
    server.stop().await;
    let each = |costs: &[Cost]| median(&walls(costs)) * 1e3 / block as f64;
    let time = |name, costs: &[Cost]| {
        let text = format!("{:.3} against {:.3} ms a tick", each(costs), each(&theirs));
        figure(name, "x pgbench's time", ratios(&walls(costs), &walls(&theirs)), None, text)
    };
    let processor =
        |name, costs: &[Cost]| processor_figure(name, "x pgbench's processor time", costs, &theirs, block);
    vec![
        processor("tick: processor", &ours),
        time("tick: time", &ours),
        processor("tick, each row in debug.log: processor", &ours_logged),
        time("tick, each row in debug.log: time", &ours_logged),
    ]
}
