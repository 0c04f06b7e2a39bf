//! Tech fields on a real server: what UPDATE, INSERT and COPY write is what the engine says, through kills and through
//! ticks that share a transaction, and a cursor on `updated_at` misses no change. A row that is too old is deleted softly
//! before it is purged, and a warehouse that holds both is right.

use std::collections::BTreeSet;

use serde_json::Value;
use shopsim::quoting::quote;

use super::harness::{Place, UNLIMITED, below, chain, edit, random, until};
use super::oracle::{assert_engine_agrees, plan};
use super::server::{Server, copy, last_tick, number};

/// Beside `created_at`.
const TECH_FIELDS: &str = "[tech_fields]\n\
    updated_at = { name = \"modified on\", type = \"timestamptz\", cut = \"1ms\", index = true }\nversion = \"bigint\"\n\
    deleted_at = { name = \"deleted on\", type = \"timestamptz\" }\npurge_after = \"10s\"\n\
    created_by = { elements = [\"web\", \"app\", \"it's the till\"] }\n\
    updated_by = { type = \"varchar(4)\", elements = [\"web\", \"job\"] }\n";
const CUSTOMER: &str = "[tables.orders.columns]\n\
    customer = { type = \"int\", faker = \"ref\", params = { table = \"customers\" } }\n";

fn config(server: &Server, keys: &str) -> String {
    let shop = format!(
        "name = \"a\"\nseed = 7\ntick_interval = \"1500ms\"\ndelete_older_than = \"1m\"\nupdate_not_older_than = \"40s\"\n\
         stop_after = \"0\"\n{keys}\ndatabase = {:?}",
        server.url("shop")
    );
    edit(&edit(&chain(&[shop]), "[tech_fields]\n", TECH_FIELDS), "[tables.orders.columns]\n", CUSTOMER)
}

#[tokio::test]
async fn the_tables_hold_what_the_engine_says_however_they_were_written() {
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    // Few rows by statements, then, with many, by COPY.
    for (rows, database) in [("100", "few"), ("1500", "many")] {
        server.create_databases(&[database]).await;
        let few = edit(&config(&server, ""), &server.url("shop"), &server.url(database));
        let config = edit(&few, "insert_rows_per_tick = 100\n", &format!("insert_rows_per_tick = {rows}\n"));
        place.configure(&config);
        // Ticks that share a transaction, then ticks of their own.
        place.finish(&[&UNLIMITED[..], &["--until-tick", "60"]].concat(), 0).await;
        place.finish(&[&UNLIMITED[..], &["--until-tick", "61"]].concat(), 0).await;
        let client = server.client(database).await;
        assert_engine_agrees(&client, &plan(&config, "a")).await;
        let verified = place.shopsim(&["verify"]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
        assert!(number(&client, "SELECT max(version) FROM orders").await > 1);
        let wrong = "SELECT count(*) FROM orders WHERE \"modified on\" < created_at AT TIME ZONE 'UTC' OR version < 1 \
                     OR (version = 1) <> (date_trunc('second', \"modified on\" AT TIME ZONE 'UTC') = created_at)";
        assert_eq!(number(&client, wrong).await, 0);
        assert_soft_deletes(&client).await;
        let index = "SELECT count(*) FROM pg_indexes WHERE tablename = 'orders' AND indexdef LIKE '%(\"modified on\")'";
        assert_eq!(number(&client, index).await, 1);
        // A row that somebody else inserts is told by its columns, too.
        let other = "INSERT INTO products (name) VALUES ('x') RETURNING version = 1 AND \"modified on\" > now() - interval '1 hour' \
                     AND \"deleted on\" IS NULL AND created_by = 'web' AND updated_by = 'web'";
        assert!(client.query_one(other, &[]).await.unwrap().get::<_, bool>(0));
    }
    server.stop().await;
}

/// What holds of soft deletes after tick 60, in SQL.
async fn assert_soft_deletes(client: &tokio_postgres::Client) {
    // Tick 60 is at 90 s: rows of up to 60 s are alive, and others go 10 s after they were deleted.
    let soft = "SELECT count(*) FROM orders WHERE \"deleted on\" IS NOT NULL";
    assert!(number(client, soft).await > 0);
    for wrong in [
        // No row changes after its soft delete, which is a change itself.
        "\"deleted on\" IS NOT NULL AND (\"modified on\" IS DISTINCT FROM \"deleted on\" OR version < 2)",
        "(\"deleted on\" IS NOT NULL) <> (created_at <= timestamp '2026-01-01 00:01:30' - interval '1 min')",
        "\"deleted on\" <= timestamptz '2026-01-01 00:01:30Z' - interval '10 s'",
        "created_by NOT IN ('web', 'app', 'it''s the till') OR updated_by NOT IN ('web', 'job')",
    ] {
        assert_eq!(number(client, &format!("SELECT count(*) FROM orders WHERE {wrong}")).await, 0, "{wrong}");
    }
    // What a new row refers to was alive at its tick; some of it is no longer.
    let of_new = |condition: &str| {
        format!(
            "SELECT count(*) FROM orders o JOIN customers c ON c.customer_id = o.customer \
             WHERE o.version = 1 AND c.\"deleted on\" {condition} o.\"modified on\""
        )
    };
    assert!(number(client, &of_new(">")).await > 0);
    assert_eq!(number(client, &of_new("<=")).await, 0);
}

#[tokio::test]
async fn killed_among_soft_deletes_a_shop_goes_on_and_loses_none() {
    let mut random = random();
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let config = config(&server, "");
    place.configure(&config);
    let client = server.client("shop").await;
    let options = [&UNLIMITED[..], &["--until-tick", "400"]].concat();
    let mut seen = 30;
    for round in 0..5 {
        seen += 1 + below(&mut random, 50) as i64;
        let mut run = place.run(&options);
        until("the moment of the kill", async || {
            run.is_over() || last_tick(&client, "a").await.is_some_and(|tick| tick >= seen)
        })
        .await;
        println!("round {round}: killed after tick {seen}");
        run.kill();
        seen = last_tick(&client, "a").await.unwrap();
    }
    place.finish(&options, 0).await;
    let standing = assert_engine_agrees(&client, &plan(&config, "a")).await;
    assert_eq!((standing.ticks, standing.pauses), (400, vec![]));
    let verified = place.shopsim(&["verify"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    assert!(number(&client, "SELECT count(*) FROM orders WHERE \"deleted on\" IS NOT NULL").await > 0);
    // A row that somebody revives is found.
    let revived = "UPDATE orders SET \"deleted on\" = NULL WHERE order_id = \
                   (SELECT min(order_id) FROM orders WHERE \"deleted on\" IS NOT NULL)";
    assert_eq!(client.execute(revived, &[]).await.unwrap(), 1);
    let verified = place.shopsim(&["verify"]);
    assert!(verified.code == Some(1) && verified.out.contains("deleted on"), "{}", verified.out);
    server.stop().await;
}

#[tokio::test]
async fn a_warehouse_that_holds_soft_deletes_and_then_ends_is_right() {
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    place.configure(&config(&server, ""));
    let client = server.client("shop").await;
    let mut mapping = "tolerance = \"0s\"\nloads = { column = \"loaded_at\" }\n".to_owned();
    for (nth, tick) in [30, 44, 50, 58].into_iter().enumerate() {
        place.finish(&[&UNLIMITED[..], &["--until-tick", &(tick + 1).to_string()]].concat(), 0).await;
        for table in ["customers", "orders", "products"] {
            let key = format!("{}_id", table.trim_end_matches('s'));
            let at = format!("timestamp '2026-01-01' + interval '{} ms'", tick * 1_500 + 700);
            if nth == 0 {
                let create = format!(
                    "CREATE SCHEMA IF NOT EXISTS dds; CREATE TABLE dds.{table} (LIKE {table}); \
                     ALTER TABLE dds.{table} ADD loaded_at timestamp, ADD valid_to timestamp"
                );
                client.batch_execute(&create).await.unwrap();
                mapping += &format!(
                    "[tables.{table}]\nfrom = \"dds.{table}\"\nkind = \"history\"\nvalid_from = \"loaded_at\"\n\
                     valid_to = \"valid_to\"\nstarts_mean = \"load\"\ndeletes = \"close\"\n"
                );
            }
            let load = format!(
                "UPDATE dds.{table} d SET valid_to = {at} WHERE valid_to IS NULL AND NOT EXISTS \
                     (SELECT FROM {table} s WHERE s.{key} = d.{key} AND s.version = d.version); \
                 INSERT INTO dds.{table} SELECT s.*, {at} FROM {table} s WHERE NOT EXISTS \
                     (SELECT FROM dds.{table} d WHERE d.{key} = s.{key} AND valid_to IS NULL)"
            );
            client.batch_execute(&load).await.unwrap();
        }
    }
    place.write("warehouse.toml", &mapping);
    let grade = |options: &[&str]| {
        let warehouse = server.url("shop");
        let command = ["grade", "--warehouse", &warehouse, "--mapping", "warehouse.toml", "--format", "json"];
        place.shopsim(&[&command[..], options].concat())
    };
    let soft = "SELECT count(*) FROM dds.orders WHERE \"deleted on\" IS NOT NULL AND valid_to IS NOT NULL";
    assert!(number(&client, soft).await > 0, "rows were deleted softly, and purged later");
    let right = grade(&[]);
    assert_eq!(right.code, Some(0), "{}{}", right.out, right.err);
    // A load that misses a soft delete has missed a change.
    let missed = "DELETE FROM dds.orders WHERE \"deleted on\" IS NOT NULL AND valid_to IS NULL";
    client.batch_execute(missed).await.unwrap();
    let wrong = grade(&[]);
    assert_eq!(wrong.code, Some(1), "{}{}", wrong.out, wrong.err);
    let report: Value = serde_json::from_str(&wrong.out).unwrap();
    let orders =
        report["tables"].as_array().unwrap().iter().find(|table| table["table"] == "orders").unwrap();
    assert!(
        orders["findings"].as_object().unwrap().values().any(|count| count.as_u64() > Some(0)),
        "{orders}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_cursor_on_updated_at_sees_every_row_that_changed() {
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let config = config(&server, "");
    place.configure(&config);
    let client = server.client("shop").await;
    let plan = plan(&config, "a");
    let key = quote(&plan.tables[1].key);
    let (mut before, mut watermark) = (BTreeSet::new(), String::new());
    for until in ["20", "21", "24", "40"] {
        place.finish(&[&UNLIMITED[..], &["--until-tick", until]].concat(), 0).await;
        let all =
            copy(&client, &format!("SELECT * FROM {} ORDER BY {key}", quote(&plan.tables[1].name))).await;
        let all: BTreeSet<String> = all.lines().map(str::to_owned).collect();
        if !watermark.is_empty() {
            let query = format!(
                "SELECT * FROM {} WHERE \"modified on\" > '{watermark}' ORDER BY {key}",
                quote(&plan.tables[1].name)
            );
            let read: BTreeSet<String> = copy(&client, &query).await.lines().map(str::to_owned).collect();
            let changed: BTreeSet<String> = all.difference(&before).cloned().collect();
            assert!(!changed.is_empty() && read == changed, "{} read, {} changed", read.len(), changed.len());
        }
        let newest = format!("SELECT max(\"modified on\") FROM {}", quote(&plan.tables[1].name));
        (before, watermark) = (all, copy(&client, &newest).await.trim().to_owned());
    }
    server.stop().await;
}
