//! What the page shows of rows: the changes of a tick, histories and replication slots, held against the database.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tokio_postgres::Client;

use super::harness::{Place, Run, chain, free_port, until};
use super::health::{get, until_ready};
use super::server::{Server, number};

/// A table whose name is an attack in half a dozen languages.
const HOSTILE: &str = "50%/a <img src=x onerror=\"alert('🍐')\"> & b.c";

/// A shop on a server that ticks every second and keeps its rows for a few, with its page.
async fn play(place: &Place) -> (Server, Run, u16) {
    let server = Server::new(place, "own").await;
    let shop = chain(&[format!(
        "name = \"shop-1\"\ntick_interval = \"1s\"\ndelete_older_than = \"6s\"\nupdate_not_older_than = \"4s\"\n\
         stop_after = \"0s\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    let hostile = format!(
        "[tables.{HOSTILE:?}]\ninsert_rows_per_tick = 3\nupdate_rows_per_tick = 4\n[tables.{HOSTILE:?}.columns]\n\
         {HOSTILE:?} = {{ type = \"text\", faker = \"random_element\", \
         params = {{ elements = [\"<b>1</b>\", \"it's\", \"2\\n3\"] }}, null_ratio = 0.3 }}\n"
    );
    place.configure(&format!("{shop}\n{hostile}"));
    let port = free_port();
    let run = place.run(&["--listen", &port.to_string()]);
    assert_eq!(until_ready(port, 200).await, "ok\n");
    (server, run, port)
}

/// The answer of a path of the API, and its status.
fn api(port: u16, path: &str) -> (u16, Json) {
    let page = get(port, &format!("/api/v1/shops/shop-1{path}"));
    let body = serde_json::from_str(&page.body).unwrap_or_else(|error| panic!("{path}: {error}: {page:?}"));
    (page.code, body)
}

fn found(port: u16, path: &str) -> Json {
    let (code, body) = api(port, path);
    assert_eq!(code, 200, "{path}: {body}");
    body
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A row: the text of each column by its name.
type Row = BTreeMap<String, Option<String>>;
/// The rows of each table by their keys.
type Tables = BTreeMap<String, BTreeMap<i64, Row>>;

/// The tables after the last tick, read in one snapshot, and its number.
async fn read(client: &Client, tables: &[Json]) -> (u64, Tables) {
    client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.unwrap();
    let tick = number(client, "SELECT coalesce(last_tick, 0) FROM shopsim.checkpoint").await;
    let mut read = Tables::new();
    for table in tables {
        let (name, key) = (table["name"].as_str().unwrap(), table["key"].as_str().unwrap());
        let names: Vec<&str> = table["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|column| column["name"].as_str().unwrap())
            .collect();
        let quote = shopsim::quoting::quote;
        let mut columns: Vec<String> = names.iter().map(|name| format!("{}::text", quote(name))).collect();
        let created_at = columns.last_mut().unwrap();
        *created_at = "to_char(created_at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')".to_owned();
        let query = format!("SELECT {}::int8, {} FROM {}", quote(key), columns.join(", "), quote(name));
        let rows = read.entry(name.to_owned()).or_default();
        for row in client.query(&query, &[]).await.unwrap() {
            let values = names
                .iter()
                .enumerate()
                .skip(1)
                .map(|(place, name)| ((*name).to_owned(), row.get(place + 1)));
            rows.insert(row.get(0), values.collect());
        }
    }
    client.batch_execute("COMMIT").await.unwrap();
    (tick.try_into().unwrap(), read)
}

/// Plays the changes of a tick, as the page tells them, on the tables before it: each old value must stand there.
fn change(tables: &mut Tables, changes: &Json) -> BTreeMap<String, u64> {
    let mut seen = BTreeMap::new();
    for table in changes["tables"].as_array().unwrap() {
        let name = table["table"].as_str().unwrap();
        let rows = tables.get_mut(name).unwrap();
        assert_eq!((&table["omitted"], &table["old_values"]), (&Json::Null, &Json::Null), "{name}");
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for row in table["rows"].as_array().unwrap() {
            let (op, key) = (row["op"].as_str().unwrap(), row["key"].as_i64().unwrap());
            *counts.entry(op).or_default() += 1;
            let created_at = ("created_at".to_owned(), row["created_at"].as_str().map(str::to_owned));
            assert_eq!(op == "insert", !rows.contains_key(&key), "{name}: {row}");
            let there = rows.entry(key).or_insert_with(|| BTreeMap::from([created_at.clone()]));
            assert_eq!(there["created_at"], created_at.1, "{name}: {row}");
            for value in row["values"].as_array().unwrap() {
                let column = value["column"].as_str().unwrap();
                let old = there.insert(column.to_owned(), value["new"].as_str().map(str::to_owned)).flatten();
                assert_eq!(value["old"].as_str(), old.as_deref(), "{name}: {row}");
            }
            if op == "delete" {
                rows.remove(&key);
            }
        }
        for (op, counted) in [("insert", "inserted"), ("update", "updated"), ("delete", "deleted")] {
            assert_eq!(table[counted], counts.get(op).copied().unwrap_or(0), "{op} of {name}");
            *seen.entry(op.to_owned()).or_default() += counts.get(op).copied().unwrap_or(0);
        }
    }
    seen
}

#[tokio::test]
async fn changed_rows_and_histories_are_those_of_the_database() {
    let place = Place::new("");
    let (server, run, port) = play(&place).await;
    let client = server.client("shop").await;
    client.batch_execute("SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'").await.unwrap();
    let details = found(port, "");
    let tables = details["tables"].as_array().unwrap();
    let list: Json = serde_json::from_str(&get(port, "/api/v1/shops").body).unwrap();
    let listed = list["shops"][0].as_object().unwrap();
    assert!(listed.len() > 20 && listed.keys().all(|key| details.get(key).is_some()), "{details}");

    // Two snapshots that follow each other once rows are deleted, too.
    let (mut before, mut after) = (None, None);
    until("two ticks are seen one after the other", async || {
        let now = read(&client, tables).await;
        before = after.take().filter(|(last, _)| *last >= 8 && last + 1 == now.0).or(before.take());
        after = Some(now);
        before.as_ref().is_some_and(|(last, _): &(u64, Tables)| last + 1 == after.as_ref().unwrap().0)
    })
    .await;
    let ((_, mut rows), (tick, after)) = (before.unwrap(), after.unwrap());
    let changes = found(port, &format!("/rows?tick={tick}&limit=100"));
    assert_eq!(changes["tick"], tick);
    let seen = change(&mut rows, &changes);
    assert!(["insert", "update", "delete"].iter().all(|op| seen[*op] > 3), "{seen:?}");
    assert!(rows == after, "the changes of tick {tick} lead elsewhere");

    // The windows are full: as many rows come as go.
    for table in found(port, "")["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        assert_eq!(table["alive"], after[name].len(), "{name}");
    }

    // Only one table, named by any characters; only as many rows as are asked for.
    let hostile = percent(HOSTILE);
    let changes = found(port, &format!("/rows?tick={tick}&table={hostile}&limit=2"));
    let [only] = &changes["tables"].as_array().unwrap()[..] else { panic!("{changes}") };
    assert_eq!((&only["table"], &only["inserted"]), (&json!(HOSTILE), &json!(3)));
    let ops: Vec<&str> =
        only["rows"].as_array().unwrap().iter().map(|row| row["op"].as_str().unwrap()).collect();
    assert_eq!(ops, ["delete", "delete", "update", "update", "insert", "insert"]);

    // All versions of one row of each table are those that `history` prints.
    for (name, rows) in &after {
        let key = *rows.keys().next().unwrap();
        let history = found(port, &format!("/history?table={}&key={key}", percent(name)));
        assert_eq!((&history["id"], &history["cut"]), (&json!(key), &Json::Null));
        let (to_tick, key) = (history["as_of_tick"].to_string(), key.to_string());
        let printed =
            place.shopsim(&["history", "--database", "--table", name, "--key", &key, "--to-tick", &to_tick]);
        assert_eq!(printed.code, Some(0), "{}", printed.err);
        let printed: Vec<Json> =
            printed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let versions = history["versions"].as_array().unwrap();
        assert_eq!(versions.len(), printed.len());
        for (version, printed) in versions.iter().zip(&printed) {
            for (shown, key) in [
                ("from_tick", "from_tick"),
                ("to_tick", "to_tick"),
                ("ended_by", "ended_by"),
                ("from", "valid_from"),
                ("to", "valid_to"),
                ("changed", "changed"),
            ] {
                assert_eq!(version[shown], printed[key], "{shown} of {version}");
            }
            let columns =
                history["columns"].as_array().unwrap().iter().zip(version["values"].as_array().unwrap());
            for (column, value) in columns {
                let expected = match &printed["values"][column.as_str().unwrap()] {
                    Json::String(text) => json!(text),
                    Json::Null => Json::Null,
                    other => json!(other.to_string()),
                };
                assert_eq!(*value, expected, "{column} of {name} {key}");
            }
        }
    }
    run.signal(nix::sys::signal::Signal::SIGTERM);
    run.end(0).await;
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_told_and_never_the_future() {
    let place = Place::new("");
    let (server, run, port) = play(&place).await;
    until("a tick is committed", async || api(port, "/rows").0 == 200).await;
    let problem = |path: &str| {
        let (code, body) = api(port, path);
        assert_eq!(body["status"], code, "{body}");
        format!("{code}: {}", body["detail"].as_str().unwrap())
    };
    assert_eq!(problem("/rows?table=ordres"), "404: there is no table `ordres`; did you mean `orders`?");
    assert_eq!(
        problem("/history?table=orders&key=0"),
        "404: `shop-1` has no order_id 0 in `orders`: no tick inserts it"
    );
    assert_eq!(problem("/history?table=orders"), "400: `key` is missing");
    assert_eq!(problem("/rows?limit=0"), "400: `limit` is `0`; expected a whole number from 1 to 100");
    let future = problem("/rows?tick=1000000");
    assert!(future.starts_with("404: `shop-1` has no tick 1000000 yet: its last one is "), "{future}");
    let future = problem("/history?table=orders&key=100000000");
    assert!(future.contains(" inserts it, after tick "), "{future}");
    for (path, detail) in [
        ("/api/v1/shops/shop-l", "there is no shop `shop-l`; did you mean `shop-1`?"),
        ("/api/v1/shops/a%2Fb%25%22%3Cimg%3E/rows", "there is no shop `a/b%\"<img>`"),
    ] {
        let page = get(port, path);
        let body: Json = serde_json::from_str(&page.body).unwrap();
        assert_eq!((page.code, &body["detail"]), (404, &json!(detail)));
    }
    drop(run);
    server.stop().await;
}

#[tokio::test]
async fn slots_and_how_far_they_are_behind_are_shown_and_a_server_that_is_down_is_no_failure() {
    let place = Place::new("");
    let (server, run, port) = play(&place).await;
    let superuser = server.superuser("shop").await;
    let make = "SELECT pg_create_logical_replication_slot('elsewhere', 'pgoutput')";
    server.superuser("postgres").await.batch_execute(make).await.unwrap();
    let make = "SELECT pg_create_logical_replication_slot('reader', 'pgoutput'), pg_create_physical_replication_slot('standby')";
    superuser.batch_execute(make).await.unwrap();
    let mut answer = Json::Null;
    until("the slots are seen", async || {
        answer = found(port, "/slots");
        answer["slots"].as_array().unwrap().len() == 2
    })
    .await;
    let slot = answer["slots"][0].clone();
    assert_eq!(answer["error"], Json::Null);
    assert_eq!(
        (&slot["name"], &slot["plugin"], &slot["kind"]),
        (&json!("reader"), &json!("pgoutput"), &json!("logical"))
    );
    assert_eq!(
        (&slot["active"], &slot["reader"], &slot["status"]),
        (&json!(false), &Json::Null, &json!("reserved"))
    );
    assert!(slot["held_bytes"].as_i64() >= slot["behind_bytes"].as_i64(), "{slot}");
    let standby = &answer["slots"][1];
    assert_eq!(
        (&standby["name"], &standby["kind"], &standby["plugin"]),
        (&json!("standby"), &json!("physical"), &Json::Null)
    );
    let behind = |answer: &Json| answer["slots"][0]["behind_bytes"].as_i64().unwrap();
    until("nobody reads, and the shop goes on", async || behind(&found(port, "/slots")) > behind(&answer))
        .await;

    // The shop is not asked and does not notice.
    let own = number(
        &superuser,
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'shopsim/%slots'",
    )
    .await;
    assert!(own <= 1, "{own} connections stay");
    assert!(!run.log().contains("WARN"), "{}", run.log());

    drop(superuser);
    server.stop().await;
    until("it is told that the server is down", async || {
        let answer = found(port, "/slots");
        let down =
            answer["error"].as_str().is_some_and(|error| error.starts_with("cannot connect to 127.0.0.1"));
        assert!(!down || answer["slots"] == json!([]), "{answer}");
        down
    })
    .await;
}
