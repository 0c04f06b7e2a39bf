//! `shopsim grade` of tables whose keys are no numbers: right warehouses have no finding, whatever type their keys have,
//! and a finding is told with the key that its row has. The warehouse is a schema beside the shop's own.

use futures_util::TryStreamExt;
use serde_json::Value;
use tokio_postgres::Client;

use super::harness::{Place, UNLIMITED, edit};
use super::server::Server;

/// Each kind of key, referred to by the next table. Of orders, which are deleted, the warehouse has a history.
const CHAIN: &str = r#"
[tables.customers]
insert_rows_per_tick = 3
update_rows_per_tick = 2
key_type = "uuid"
delete_older_than = "0"
[tables.customers.columns]
name = { type = "text", faker = "name" }

[tables.orders]
insert_rows_per_tick = 20
update_rows_per_tick = 8
key_type = "uuid7"
[tables.orders.columns]
customer_id = { type = "uuid", faker = "ref", params = { table = "customers" } }
quantity = { type = "int", faker = "random_int" }

[tables.parcels]
insert_rows_per_tick = 10
update_rows_per_tick = 5
key_type = "varchar(20)"
key_template = "PAR-{id:08}"
delete_older_than = "0"
[tables.parcels.columns]
order_id = { type = "uuid", faker = "ref", params = { table = "orders" }, null_ratio = 0.1 }

[tables.scans]
insert_rows_per_tick = 5
update_rows_per_tick = 2
[tables.scans.columns]
parcel_id = { type = "text", faker = "ref", params = { table = "parcels" } }
"#;

const SHOP: &str = r#"
[[shop]]
name = "NAME"
seed = SEED
tick_interval = "5s"
update_not_older_than = "1m"
delete_older_than = "2m"
database = "DATABASE"
"#;

/// Customers have their keys as texts in capital letters, and so have the orders that refer to them. Orders have a
/// history, the others what there is.
const WAREHOUSE: &str = "
CREATE SCHEMA dwh;
CREATE TABLE dwh.customers (customer_id text, name text, created_at timestamp);
CREATE TABLE dwh.orders (order_id uuid, customer_id varchar(40), quantity int, created_at timestamp,
    valid_from timestamp, valid_to timestamp);
CREATE TABLE dwh.parcels (parcel_id char(24), order_id uuid, created_at timestamp);
CREATE TABLE dwh.scans (scan_id int, parcel_id text, created_at timestamp);
";

const LOAD: &str = "
UPDATE dwh.orders d SET valid_to = :at WHERE valid_to IS NULL AND NOT EXISTS (SELECT FROM orders s
    WHERE (s.order_id, upper(s.customer_id::text), s.quantity) = (d.order_id, d.customer_id, d.quantity));
INSERT INTO dwh.orders SELECT order_id, upper(customer_id::text), quantity, created_at, :at FROM orders s
    WHERE NOT EXISTS (SELECT FROM dwh.orders d WHERE d.order_id = s.order_id AND valid_to IS NULL);
TRUNCATE dwh.customers, dwh.parcels, dwh.scans;
INSERT INTO dwh.customers SELECT upper(customer_id::text), name, created_at FROM customers;
INSERT INTO dwh.parcels SELECT * FROM parcels;
INSERT INTO dwh.scans SELECT * FROM scans;
";

const MAPPING: &str = r#"
tolerance = "0s"
loads = { at = ["2026-01-01T00:00:57Z", "2026-01-01T00:01:57Z", "2026-01-01T00:03:57Z"] }
[tables.customers]
from = "dwh.customers"
[tables.orders]
from = "dwh.orders"
kind = "history"
valid_from = "valid_from"
valid_to = "valid_to"
starts_mean = "load"
refers = { customer_id = "customers" }
[tables.parcels]
from = "dwh.parcels"
kind = "current"
refers = { order_id = "orders" }
[tables.scans]
from = "dwh.scans"
refers = { parcel_id = "parcels" }
"#;

fn config(shops: &[(&str, u64, String)]) -> String {
    let shop = |(name, seed, database): &(&str, u64, String)| {
        let shop = edit(&edit(SHOP, "NAME", name), "SEED", &seed.to_string());
        edit(&shop, "DATABASE", database)
    };
    let defaults = "[defaults]\nstart = \"2026-01-01T00:00:00Z\"\npace = \"unlimited\"\n";
    format!("{defaults}{}{CHAIN}", shops.iter().map(shop).collect::<String>())
}

/// Shops of 48 ticks, each of which a pipeline has read three times.
async fn loaded(place: &Place, shops: &[(&str, u64)]) -> (Server, Vec<Client>) {
    let server = Server::new(place, "s").await;
    let names: Vec<&str> = shops.iter().map(|(name, _)| *name).collect();
    server.create_databases(&names).await;
    let shops: Vec<_> = shops.iter().map(|(name, seed)| (*name, *seed, server.url(name))).collect();
    place.configure(&config(&shops));
    let mut clients = Vec::new();
    for name in names {
        let client = server.client(name).await;
        client.batch_execute(WAREHOUSE).await.unwrap();
        clients.push(client);
    }
    for (ticks, at) in [("12", "00:57"), ("24", "01:57"), ("48", "03:57")] {
        place.finish(&[&UNLIMITED[..], &["-q", "--until-tick", ticks]].concat(), 0).await;
        let load = LOAD.replace(":at", &format!("timestamp '2026-01-01 00:{at}'"));
        for client in &clients {
            client.batch_execute(&load).await.unwrap();
        }
    }
    (server, clients)
}

/// The report as JSON.
fn grade(place: &Place, warehouse: &str, mapping: &str, options: &[&str]) -> Value {
    place.write("warehouse.toml", mapping);
    let command = ["grade", "--warehouse", warehouse, "--mapping", "warehouse.toml", "--format", "json"];
    let graded = place.shopsim(&[&command[..], options].concat());
    serde_json::from_str(&graded.out).unwrap_or_else(|_| panic!("{}{}", graded.out, graded.err))
}

/// The findings of each table that has some.
fn findings(report: &Value) -> Vec<String> {
    let of_table = |table: &Value| {
        let counts = table["findings"].as_object().unwrap().iter();
        let counts =
            counts.filter(|(_, count)| **count != 0).map(|(class, count)| format!("{count} {class}"));
        let name = |field: &str| table[field].as_str().unwrap();
        format!("{} {}: {}", name("shop"), name("table"), counts.collect::<Vec<_>>().join(", "))
    };
    let tables = report["tables"].as_array().unwrap();
    tables.iter().map(of_table).filter(|told| !told.ends_with(": ")).collect()
}

/// The keys of the examples of a class, without the blanks to which `character(n)` pads them in files.
fn keys<'a>(report: &'a Value, table: &str, class: &str) -> Vec<&'a str> {
    let examples = |of: &'a Value| of["examples"].as_array().unwrap().iter();
    let tables = report["tables"].as_array().unwrap().iter().filter(|of| of["table"] == table);
    let of_class = tables.flat_map(examples).filter(|example| example["class"] == class);
    of_class.map(|example| example["key"].as_str().unwrap().trim_end()).collect()
}

/// The first column of the first row.
async fn one(client: &Client, query: &str) -> String {
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// Writes tables of warehouses as CSV files, each with the rows of all.
async fn write_files(place: &Place, clients: &[Client]) {
    std::fs::create_dir_all(place.path("files/dwh")).unwrap();
    for table in ["customers", "orders", "parcels", "scans"] {
        let mut text = String::new();
        for (nth, client) in clients.iter().enumerate() {
            let header = if nth == 0 { ", HEADER" } else { "" };
            // In another order than that of the keys.
            let rows = format!("SELECT * FROM dwh.{table} ORDER BY md5({table}::text)");
            let copy = format!("COPY ({rows}) TO STDOUT (FORMAT csv{header})");
            let chunks: Vec<_> = client.copy_out(&copy).await.unwrap().try_collect().await.unwrap();
            text.push_str(&String::from_utf8(chunks.concat()).unwrap());
        }
        place.write(&format!("files/dwh/{table}.csv"), &text);
    }
}

#[tokio::test]
async fn a_right_warehouse_has_no_finding_and_a_mistake_has_its_own_with_the_key_of_its_row() {
    let place = Place::new("");
    let (server, clients) = loaded(&place, &[("a", 7)]).await;
    let (client, url) = (&clients[0], server.url("a"));
    let right = grade(&place, &url, MAPPING, &[]);
    assert_eq!(findings(&right), [""; 0], "{right:#}");
    let of = |report: &Value, table: usize, class: &str| {
        report["tables"][table]["score"]["classes"][class].clone()
    };
    assert!(of(&right, 1, "changes")["obliged"].as_u64() > Some(20), "{right:#}");
    assert!(of(&right, 2, "references")["obliged"].as_u64() > Some(200), "{right:#}");
    write_files(&place, &clients).await;
    assert_eq!(findings(&grade(&place, "files", MAPPING, &[])), [""; 0]);

    let referred =
        "SELECT min(order_id::text) FROM dwh.orders JOIN dwh.parcels USING (order_id) WHERE valid_to IS NULL";
    let lost = one(client, referred).await;
    let stale = one(client, "SELECT min(lower(customer_id)) FROM dwh.customers").await;
    let parcel = format!("SELECT min(parcel_id)::text FROM dwh.parcels WHERE order_id <> '{lost}'");
    let parcel = one(client, &parcel).await;
    let dangling = "SELECT count(*)::text FROM dwh.parcels WHERE order_id = '";
    let dangling: usize = one(client, &format!("{dangling}{lost}'")).await.parse().unwrap();
    let unknown = "019b76da-a800-4e9e-b0fb-4cd1d3b8ef2a";
    client
        .batch_execute(&format!(
            "DELETE FROM dwh.orders WHERE order_id = '{lost}';
             UPDATE dwh.customers SET name = 'another' WHERE lower(customer_id) = '{stale}';
             INSERT INTO dwh.orders SELECT '{unknown}', customer_id, 1, created_at, valid_from FROM dwh.orders LIMIT 1;
             INSERT INTO dwh.customers VALUES ('of no shop', 'x', '2026-01-01');
             INSERT INTO dwh.parcels VALUES ('PAR-7', NULL, '2026-01-01'), ('par-00000007', NULL, '2026-01-01');
             INSERT INTO dwh.parcels SELECT * FROM dwh.parcels WHERE parcel_id = '{parcel}'"
        ))
        .await
        .unwrap();
    let check = |report: &Value| {
        assert_eq!(
            findings(report),
            [
                "a customers: 1 wrong-value, 1 invented-row".to_owned(),
                "a orders: 1 missing-row, 1 invented-row".to_owned(),
                format!("a parcels: 2 invented-row, 1 duplicate, {dangling} orphan"),
            ]
        );
        assert_eq!(keys(report, "orders", "missing-row"), [lost.as_str()]);
        assert_eq!(keys(report, "orders", "invented-row"), [unknown]);
        assert_eq!(keys(report, "customers", "wrong-value"), [stale.as_str()]);
        assert_eq!(keys(report, "customers", "invented-row"), ["of no shop"]);
        let orphan =
            report["tables"][2]["examples"].as_array().unwrap().iter().find(|one| one["class"] == "orphan");
        let says = format!("order_id is {lost}, and there is no such row of orders");
        assert_eq!(orphan.unwrap()["says"], says.as_str());
        assert_eq!(keys(report, "parcels", "duplicate"), [parcel.as_str()]);
        assert_eq!(keys(report, "parcels", "invented-row"), ["PAR-7", "par-00000007"]);
    };
    check(&grade(&place, &url, MAPPING, &[]));
    write_files(&place, &clients).await;
    check(&grade(&place, "files", MAPPING, &[]));

    // All the queries of the report find what they show.
    let report = grade(&place, &url, MAPPING, &[]);
    for example in
        report["tables"].as_array().unwrap().iter().flat_map(|table| table["examples"].as_array().unwrap())
    {
        let rows = client.query(example["query"].as_str().unwrap(), &[]).await.unwrap();
        assert_eq!(rows.is_empty(), example["class"] == "missing-row", "{example}");
    }
    for format in ["table", "markdown", "junit", "html"] {
        let told = place
            .shopsim(&["grade", "--warehouse", &url, "--mapping", "warehouse.toml", "--format", format])
            .out;
        for key in [&lost, &stale, unknown, "of no shop", &parcel] {
            assert!(told.contains(&format!("key {key}")), "{format} without {key}: {told}");
        }
    }
    let explained = ["grade", "explain", "a", "customers", &stale.to_uppercase(), "--warehouse", &url];
    let explained = place.shopsim(&[&explained[..], &["--mapping", "warehouse.toml"]].concat());
    assert_eq!(explained.code, Some(0), "{}", explained.err);
    assert!(explained.out.starts_with(&format!("a customers {stale}\n")), "{}", explained.out);
    assert!(explained.out.contains("name should be "), "{}", explained.out);
    let none =
        ["grade", "explain", "a", "customers", unknown, "--warehouse", &url, "--mapping", "warehouse.toml"];
    let none = place.shopsim(&none);
    assert_eq!(
        (none.code, none.err),
        (Some(2), format!("error: a has never made a row {unknown} of customers\n"))
    );
    server.stop().await;
}

#[tokio::test]
async fn keys_that_no_two_shops_share_tell_whose_rows_are_in_one_table() {
    let place = Place::new("");
    let (server, clients) = loaded(&place, &[("a", 7), ("b", 8)]).await;
    write_files(&place, &clients).await;
    let tables = ["--table", "customers", "--table", "orders"];
    let right = grade(&place, "files", MAPPING, &tables);
    assert_eq!(findings(&right), [""; 0], "{right:#}");
    assert!(right.to_string().contains("what rows refer to was not graded"), "{right:#}");

    let lost = one(&clients[1], "SELECT order_id::text FROM dwh.orders WHERE valid_to IS NULL LIMIT 1").await;
    let unknown = "019b76da-a800-4e9e-b0fb-4cd1d3b8ef2a";
    clients[1]
        .batch_execute(&format!(
            "UPDATE dwh.customers SET customer_id = '{unknown}' WHERE name = (SELECT min(name) FROM dwh.customers);
             DELETE FROM dwh.orders WHERE order_id = '{lost}'"
        ))
        .await
        .unwrap();
    write_files(&place, &clients).await;
    let wrong = grade(&place, "files", MAPPING, &tables);
    let expected = [
        "a customers: 1 invented-row",
        "b customers: 1 missing-row, 1 invented-row",
        "b orders: 1 missing-row",
    ];
    assert_eq!(findings(&wrong), expected);
    assert_eq!(keys(&wrong, "orders", "missing-row"), [lost.as_str()]);
    server.stop().await;
}
