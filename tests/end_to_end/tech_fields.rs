//! Tech fields on a real server: what UPDATE, INSERT and COPY write is what the engine says, through kills and through
//! ticks that share a transaction, and a cursor on `updated_at` misses no change.

use std::collections::BTreeSet;

use shopsim::quoting::quote;

use super::harness::{Place, UNLIMITED, chain, edit};
use super::oracle::{assert_engine_agrees, plan};
use super::server::{Server, copy, number};

/// Beside `created_at`.
const TECH_FIELDS: &str = "[tech_fields]\n\
    updated_at = { name = \"modified on\", type = \"timestamptz\", cut = \"1ms\", index = true }\nversion = \"bigint\"\n";

fn config(server: &Server, keys: &str) -> String {
    let shop = format!(
        "name = \"a\"\nseed = 7\ntick_interval = \"1500ms\"\ndelete_older_than = \"1m\"\nupdate_not_older_than = \"40s\"\n\
         stop_after = \"0\"\n{keys}\ndatabase = {:?}",
        server.url("shop")
    );
    edit(&chain(&[shop]), "[tech_fields]\n", TECH_FIELDS)
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
        let index = "SELECT count(*) FROM pg_indexes WHERE tablename = 'orders' AND indexdef LIKE '%(\"modified on\")'";
        assert_eq!(number(&client, index).await, 1);
        // A row that somebody else inserts is told by its columns, too.
        let other = "INSERT INTO products (name) VALUES ('x') RETURNING version = 1 AND \"modified on\" > now() - interval '1 hour'";
        assert!(client.query_one(other, &[]).await.unwrap().get::<_, bool>(0));
    }
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
