//! Primary keys that are no numbers, on a real server: what is inserted, updated and deleted is what the engine says,
//! through kills and by every way of writing, and `verify` finds what others have changed.

use nix::sys::signal::Signal;
use serde_json::{Value, json};
use shopsim::chain::wall_now;
use shopsim::value::SECOND;

use super::harness::{Place, UNLIMITED, below, edit, free_port, random, until};
use super::health::{get, until_ready};
use super::oracle::{assert_engine_agrees, plan};
use super::server::{Server, last_tick, number};

/// Each kind of key, referred to by the next table. Customers are never deleted: no reference to one dangles.
const CHAIN: &str = r#"
[[shop]]
name = "a"
seed = 7
tick_interval = "5s"
update_not_older_than = "1m"
delete_older_than = "2m"
database = "DATABASE"

[tables.customers]
insert_rows_per_tick = 3
update_rows_per_tick = 2
key_type = "uuid"
delete_older_than = "0"
[tables.customers.columns]
name = { type = "text", faker = "name" }

[tables.orders]
insert_rows_per_tick = 50
update_rows_per_tick = 20
key_type = "uuid7"
[tables.orders.columns]
customer_id = { type = "uuid", faker = "ref", params = { table = "customers" } }
quantity = { type = "int", faker = "random_int" }

[tables.parcels]
insert_rows_per_tick = 10
update_rows_per_tick = 5
key_type = "varchar(20)"
key_template = "PAR-{id:08}"
[tables.parcels.columns]
order_id = { type = "uuid", faker = "ref", params = { table = "orders" }, null_ratio = 0.1 }

[tables.scans]
insert_rows_per_tick = 5
update_rows_per_tick = 2
[tables.scans.columns]
parcel_id = { type = "text", faker = "ref", params = { table = "parcels" } }
"#;

fn config(server: &Server, database: &str) -> String {
    edit(CHAIN, "DATABASE", &server.url(database))
}

/// The report of `verify` as JSON, with this exit code.
fn report(place: &Place, code: i32) -> Value {
    let ended = place.shopsim(&["verify", "--format", "json"]);
    assert_eq!(ended.code, Some(code), "{}{}", ended.out, ended.err);
    serde_json::from_str(&ended.out).unwrap()
}

#[tokio::test]
async fn the_tables_hold_what_the_engine_says_however_they_were_written() {
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    // Few rows by statements, then, with many, by COPY.
    for (rows, database) in [("50", "few"), ("4500", "many")] {
        server.create_databases(&[database]).await;
        let rows = format!("insert_rows_per_tick = {rows}\n");
        let config = edit(&config(&server, database), "insert_rows_per_tick = 50\n", &rows);
        place.configure(&config);
        // Ticks that share a transaction, then ticks of their own.
        place.finish(&[&UNLIMITED[..], &["--until-tick", "40"]].concat(), 0).await;
        place.finish(&[&UNLIMITED[..], &["--until-tick", "41"]].concat(), 0).await;
        let client = server.client(database).await;
        assert_engine_agrees(&client, &plan(&config, "a")).await;
        let same = report(&place, 0);
        assert_eq!(same[0]["tables"][0]["same"], 41 * 3);
        let dangling = "SELECT count(*) FROM orders LEFT JOIN customers USING (customer_id) WHERE customers.name IS NULL";
        assert_eq!(number(&client, dangling).await, 0);
        let referring = "SELECT count(DISTINCT parcel_id) FROM scans JOIN parcels USING (parcel_id) \
                         JOIN orders USING (order_id) JOIN customers USING (customer_id)";
        assert!(number(&client, referring).await > 20);
        let dated = "SELECT count(*) FROM orders WHERE created_at <> to_timestamp(\
                     ('x' || lpad(left(replace(order_id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000) AT TIME ZONE 'UTC'";
        assert_eq!(number(&client, dated).await, 0, "the time of a key is that of the row");
    }
    server.stop().await;
}

#[tokio::test]
async fn killed_at_random_moments_a_shop_goes_on_without_a_missing_or_a_second_row() {
    let mut random = random();
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let config = config(&server, "shop");
    place.configure(&config);
    let client = server.client("shop").await;
    let mut seen = -1;
    for _ in 0..4 {
        seen += 1 + below(&mut random, 40) as i64;
        let mut run = place.run(&UNLIMITED);
        until("the moment of the kill", async || {
            run.is_over() || last_tick(&client, "a").await.is_some_and(|tick| tick >= seen)
        })
        .await;
        run.kill();
    }
    place.finish(&[&UNLIMITED[..], &["--until-tick", "400"]].concat(), 0).await;
    assert_engine_agrees(&client, &plan(&config, "a")).await;
    server.stop().await;
}

#[tokio::test]
async fn each_change_by_another_hand_is_told_with_its_key() {
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let config = config(&server, "shop");
    place.configure(&config);
    place.finish(&[&UNLIMITED[..], &["--until-tick", "40"]].concat(), 0).await;
    let client = server.client("shop").await;
    let order: String = client
        .query_one("UPDATE orders SET quantity = -1 WHERE order_id = (SELECT order_id FROM orders LIMIT 1) RETURNING order_id::text", &[])
        .await
        .unwrap()
        .get(0);
    let customer: String = client
        .query_one("DELETE FROM customers WHERE customer_id = (SELECT customer_id FROM customers LIMIT 1) RETURNING customer_id::text", &[])
        .await
        .unwrap()
        .get(0);
    // Rows of others: a default, another form, a UUID of the wrong version, one of the right version.
    client
        .batch_execute(
            "INSERT INTO customers (name) VALUES ('of another');
             INSERT INTO orders (order_id) VALUES ('019b76da-a800-4e9e-b0fb-4cd1d3b8ef2a'), ('019b76da-a800-7e9e-b0fb-4cd1d3b8ef2a');
             INSERT INTO parcels (parcel_id) VALUES ('PAR-7'), ('PAR-0000000007'), ('par-00000007'), ('');
             INSERT INTO parcels (parcel_id) VALUES ('PAR-00000007'), ('PAR-00000403')",
        )
        .await
        .unwrap();
    let differs = report(&place, 1);
    let counts = |table: usize| {
        let table = &differs[0]["tables"][table];
        ["missing", "unexpected", "different", "of_others"].map(|name| table[name].as_u64().unwrap())
    };
    assert_eq!([0, 1, 2, 3].map(counts), [[1, 0, 0, 1], [0, 0, 1, 2], [0, 2, 0, 4], [0; 4]]);
    let first = |table: usize, place: usize| &differs[0]["tables"][table]["first"][place];
    assert_eq!((&first(0, 0)["id"], &first(0, 0)["found"]), (&json!(customer), &Value::Null));
    let wrong = first(1, 0);
    assert_eq!(
        (&wrong["id"], &wrong["column"], &wrong["found"]),
        (&json!(order), &json!("quantity"), &json!("-1"))
    );
    assert_eq!([0, 1].map(|place| &first(2, place)["id"]), ["PAR-00000007", "PAR-00000403"]);

    // The second is one that a later tick assigns: the run tells of it, and stops where it is.
    let warned = "a row inserted outside shopsim has a key that tick 40 assigns";
    let ended = place.finish(&[&UNLIMITED[..], &["--until-tick", "41"]].concat(), 3).await;
    assert!(ended.err.contains("Key (parcel_id)=(PAR-00000403) already exists"), "{}", ended.err);
    client
        .batch_execute(
            "DELETE FROM parcels WHERE parcel_id IN ('PAR-00000007', 'PAR-00000403');
             INSERT INTO parcels (parcel_id) VALUES ('PAR-00000433')",
        )
        .await
        .unwrap();
    let warned = warned.replace("tick 40", "tick 43");
    let ended = place.finish(&[&UNLIMITED[..], &["--until-tick", "42"]].concat(), 0).await;
    assert!(ended.err.contains(&warned), "{}", ended.err);
    server.stop().await;
}

#[tokio::test]
async fn a_downtime_is_in_the_keys_of_later_rows_and_the_page_finds_rows_by_their_keys() {
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let config = edit(&config(&server, "shop"), "\"5s\"", "\"1s\"");
    place.configure(&config);
    let client = server.client("shop").await;
    let ticks = async |tick: i64| {
        until("some ticks", async || last_tick(&client, "a").await.is_some_and(|last| last >= tick)).await;
    };
    let run = place.run(&[]);
    ticks(3).await;
    run.kill();
    let killed = wall_now();
    until("three seconds without it", async || wall_now().0 > killed.0 + 3 * SECOND).await;
    let port = free_port();
    let run = place.run(&["--listen", &port.to_string()]);
    until_ready(port, 200).await;
    ticks(7).await;

    let api = |path: &str| {
        let page = get(port, &format!("/api/v1/shops/a{path}"));
        (page.code, serde_json::from_str::<Value>(&page.body).unwrap())
    };
    let keys = |table: &str| -> Vec<String> {
        let (code, rows) = api(&format!("/rows?tick=6&table={table}"));
        assert_eq!(code, 200, "{rows}");
        let rows = rows["tables"][0]["rows"].as_array().unwrap().iter();
        let inserted = rows.filter(|row| row["op"] == "insert");
        inserted.map(|row| row["key"].as_str().unwrap().to_owned()).collect()
    };
    for (table, key) in [("customers", "customer_id"), ("orders", "order_id"), ("parcels", "parcel_id")] {
        let listed = keys(table);
        assert!(listed.len() >= 3, "{listed:?}");
        let there = format!("SELECT count(*) FROM {table} WHERE {key}::text IN ('{}')", listed.join("', '"));
        assert_eq!(number(&client, &there).await, listed.len() as i64, "{table}");
        let (code, history) = api(&format!("/history?table={table}&key={}", listed[1]));
        assert_eq!((code, &history["id"]), (200, &json!(listed[1])), "{history}");
        assert_eq!(history["versions"][0]["from_tick"], 6);
    }
    let (code, refused) = api("/history?table=orders&key=7");
    assert_eq!(code, 404, "{refused}");
    let said = "`a` has no order_id 7 in `orders`: shopsim gives no row such a key";
    assert!(refused.to_string().contains(said), "{refused}");

    run.signal(Signal::SIGTERM);
    run.end(0).await;
    let standing = assert_engine_agrees(&client, &plan(&config, "a")).await;
    assert!(!standing.pauses.is_empty(), "{standing:?}");
    report(&place, 0);
    let order = keys_of_orders(&client).await;
    let history = place.shopsim(&["history", "--database", "--table", "orders", "--key", &order]);
    assert_eq!(history.code, Some(0), "{}", history.err);
    let version: Value = serde_json::from_str(history.out.lines().next().unwrap()).unwrap();
    assert_eq!(version["key"], json!({ "order_id": order }));
    let logged = format!("insert order_id={order} ");
    assert!(place.read("logs/a/debug.log").contains(&logged), "{logged}");
    server.stop().await;
}

/// The key of an order.
async fn keys_of_orders(client: &tokio_postgres::Client) -> String {
    client.query_one("SELECT order_id::text FROM orders LIMIT 1", &[]).await.unwrap().get(0)
}
