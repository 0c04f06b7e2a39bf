//! Foreign keys and NOT NULL on a server: created, never violated whatever happens to a run, and dropped.

use nix::sys::signal::Signal;
use shopsim::chain::wall_now;
use shopsim::value::SECOND;
use tokio_postgres::Client;

use super::harness::{Place, UNLIMITED, edit, until};
use super::server::{Server, last_tick, number};

/// Lines and orders live equally long, customers longer. The tables are listed before those that they refer to, and the
/// names of those sort the other way round.
const CONFIG: &str = r#"
not_null = true

[[shop]]
name = "a"
seed = 7
tick_interval = "1s"
delete_older_than = "20s"
update_not_older_than = "15s"
database = "DATABASE"

[tables.lines]
insert_rows_per_tick = 12
update_rows_per_tick = 9
[tables.lines.columns]
order_id = { type = "bigint", faker = "ref", params = { table = "orders" }, references = true }
product = { type = "text", faker = "word", null_ratio = 0.2 }

[tables.orders]
insert_rows_per_tick = 5
update_rows_per_tick = 4
not_null = false
[tables.orders.columns]
customer_id = { type = "int", faker = "ref", params = { table = "customers" }, references = true, null_ratio = 0.1 }
status = { type = "text", faker = "word" }

[tables.customers]
insert_rows_per_tick = 2
update_rows_per_tick = 1
delete_older_than = "40s"
[tables.customers.columns]
referred_by = { type = "int", faker = "ref", params = { table = "customers" }, references = true }
name = { type = "text", faker = "name" }
"#;

async fn place() -> (Place, Server) {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&edit(CONFIG, "DATABASE", &server.url("shop")));
    (place, server)
}

fn verify(place: &Place) {
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}

async fn texts(client: &Client, query: &str) -> Vec<String> {
    client.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

const ORPHANS: &str = "
    SELECT (SELECT count(*) FROM lines l WHERE NOT EXISTS (SELECT FROM orders o WHERE o.order_id = l.order_id))
         + (SELECT count(*) FROM orders o WHERE o.customer_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM customers c WHERE c.customer_id = o.customer_id))
         + (SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT FROM customers r WHERE r.customer_id = c.referred_by))";

const FOREIGN_KEYS: &str = "
    SELECT conname || ' ' || pg_get_constraintdef(oid) || CASE WHEN convalidated THEN '' ELSE ' NOT VALID' END
    FROM pg_constraint WHERE contype = 'f' ORDER BY 1";

#[tokio::test]
async fn tables_have_the_foreign_keys_indexes_and_not_null_that_the_config_asks_for() {
    let (place, server) = place().await;
    place.finish(&[&UNLIMITED[..], &["--until-tick", "2"]].concat(), 0).await;
    let client = server.client("shop").await;
    assert_eq!(
        texts(&client, FOREIGN_KEYS).await,
        [
            "customers_referred_by_fkey FOREIGN KEY (referred_by) REFERENCES customers(customer_id)",
            "lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(order_id)",
            "orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(customer_id)",
        ]
    );
    let indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%pkey' ORDER BY 1";
    assert_eq!(
        texts(&client, indexes).await,
        [
            "CREATE INDEX customers_referred_by_idx ON public.customers USING btree (referred_by)",
            "CREATE INDEX lines_order_id_idx ON public.lines USING btree (order_id)",
            "CREATE INDEX orders_customer_id_idx ON public.orders USING btree (customer_id)",
        ]
    );
    let nullable = "SELECT table_name || '.' || column_name FROM information_schema.columns
                    WHERE table_schema = 'public' AND is_nullable = 'YES' ORDER BY 1";
    assert_eq!(
        texts(&client, nullable).await,
        ["lines.product", "orders.customer_id", "orders.status"],
        "a column that may be null, and those of a table that sets it back"
    );
    let check = place.shopsim(&["check", "--shops", "shops.toml"]);
    assert!(check.out.contains("the columns of `lines` are NOT NULL except `product`"), "{}", check.out);
    assert!(!check.out.contains("refers to a deleted row"), "{}", check.out);
    server.stop().await;
}

#[tokio::test]
async fn a_thousand_ticks_never_violate_a_foreign_key_though_they_are_killed() {
    let (place, server) = place().await;
    // The first ticks have a transaction of their own each, killed at any moment.
    let mut options = [&UNLIMITED[..], &["--until-tick", "1200"]].concat();
    let mut run = place.run(&options);
    let client = server.client("shop").await;
    for tick in [30, 200, 500] {
        until("more ticks", async || last_tick(&client, "a").await >= Some(tick)).await;
        run.kill();
        assert_eq!(number(&client, ORPHANS).await, 0);
        run = place.run(&options);
    }
    while !run.is_over() {
        assert_eq!(number(&client, ORPHANS).await, 0, "at any moment");
    }
    run.end(0).await;
    assert_eq!((last_tick(&client, "a").await, number(&client, ORPHANS).await), (Some(1_199), 0));
    verify(&place);
    // A reset drops tables that refer to each other, and a new run creates them again.
    options.push("--reset");
    place.finish(&options, 0).await;
    verify(&place);
    let reset = place.shopsim(&["reset", "--shops", "shops.toml", "--yes"]);
    assert_eq!(reset.code, Some(0), "{}", reset.err);
    assert_eq!(number(&client, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, 0);
    server.stop().await;
}

#[tokio::test]
async fn history_and_catching_up_share_transactions_and_violate_no_foreign_key() {
    let (place, server) = place().await;
    let client = server.client("shop").await;
    place.configure(&edit(&place.read("shops.toml"), "seed = 7", "seed = 7\nafter_downtime = \"catch-up\""));
    let start = wall_now().floor_second().plus(-3_600 * SECOND).to_rfc3339();
    let run = place.run(&["--start", &start]);
    until("the history", async || last_tick(&client, "a").await >= Some(3_600)).await;
    run.signal(Signal::SIGSTOP);
    let stopped = wall_now();
    until("it has been stopped for 4 s", async || wall_now() > stopped.plus(4 * SECOND)).await;
    run.signal(Signal::SIGCONT);
    let caught_up = last_tick(&client, "a").await.map(|tick| tick + 5);
    until("it has caught up", async || last_tick(&client, "a").await >= caught_up).await;
    assert_eq!(number(&client, ORPHANS).await, 0);
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    assert!(number(&client, "SELECT count(DISTINCT xmin::text) FROM lines").await > 1);
    verify(&place);
    server.stop().await;
}

#[tokio::test]
async fn a_publication_of_the_tables_carries_all_of_them() {
    let (place, server) = place().await;
    place.finish(&[&UNLIMITED[..], &["--until-tick", "2"]].concat(), 0).await;
    let client = server.client("shop").await;
    client.batch_execute("CREATE PUBLICATION shop FOR TABLE lines, orders, customers").await.unwrap();
    let slot = "SELECT 1::bigint FROM pg_create_logical_replication_slot('s', 'pgoutput')";
    assert_eq!(number(&client, slot).await, 1);
    place.finish(&[&UNLIMITED[..], &["--until-tick", "60"]].concat(), 0).await;
    // The shop does not wait for its commits, and only what is on disk is decoded: a commit that waits brings them there.
    client.batch_execute("SET synchronous_commit = on; CREATE TABLE flushed ()").await.unwrap();
    let changes = "SELECT count(*) FROM pg_logical_slot_get_binary_changes('s', NULL, NULL,
                   'proto_version', '1', 'publication_names', 'shop') WHERE get_byte(data, 0) = ascii('I')";
    assert_eq!(number(&client, changes).await, 58 * (12 + 5 + 2));
    server.stop().await;
}

#[tokio::test]
async fn a_row_of_others_that_refers_to_a_row_due_for_deletion_stops_the_shop_with_the_remedy() {
    let (place, server) = place().await;
    place.finish(&[&UNLIMITED[..], &["--until-tick", "10"]].concat(), 0).await;
    let client = server.client("shop").await;
    client
        .batch_execute("CREATE TABLE notes (order_id int REFERENCES orders); INSERT INTO notes VALUES (1)")
        .await
        .unwrap();
    let ended = place.finish(&[&UNLIMITED[..], &["--until-tick", "100"]].concat(), 3).await;
    assert!(ended.err.contains("refers to a row that is due for deletion"), "{}", ended.err);
    client.batch_execute("TRUNCATE notes").await.unwrap();
    place.finish(&[&UNLIMITED[..], &["--until-tick", "100"]].concat(), 0).await;
    verify(&place);
    // Deleted by hand, referred to by no other row, but by rows that are still to come.
    client.batch_execute("UPDATE orders SET customer_id = NULL; UPDATE customers SET referred_by = customer_id; DELETE FROM customers").await.unwrap();
    let ended = place.finish(&[&UNLIMITED[..], &["--until-tick", "200"]].concat(), 3).await;
    assert!(ended.err.contains("insert one with its key again"), "{}", ended.err);
    server.stop().await;
}
