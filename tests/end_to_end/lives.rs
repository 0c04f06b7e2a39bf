//! Rows with a life in a real database: killed and gone on with, the tables hold what the engine and the truth hold.

use serde_json::Value;

use super::harness::{Place, UNLIMITED, below, edit, random, until};
use super::oracle;
use super::server::{Server, last_tick, number};

const TICKS: u64 = 250;

fn config(database: &str) -> String {
    format!(
        r#"
[defaults]
tick_interval = "10s"
start = "2026-01-01T00:00:00Z"
stop_after = "{seconds}s"
update_not_older_than = "5m"
[[shop]]
name = "one"
seed = 7
database = {database:?}
[types]
order_status = ["opened", "paid", "cancelled", "shipped", "closed"]
[tech_fields]
created_at = "timestamp"
updated_at = "timestamp"
version = "int"
[lives.order]
opened = {{ paid = {{ weight = 90, after = "10s..2m" }}, cancelled = {{ weight = 10, after = "30s..5m" }} }}
paid = {{ shipped = {{ after = "1m..10m", shape = "log" }} }}
shipped = {{ closed = {{ after = "2m..5m" }} }}
[tables.orders]
insert_rows_per_tick = 20
update_rows_per_tick = 10
update_only = ["opened", "paid"]
delete_after = {{ closed = "5m", cancelled = "1m" }}
[tables.orders.columns]
status = {{ type = "order_status", life = "order" }}
amount = {{ type = "int", faker = "random_int" }}
opened_at = {{ type = "timestamp", at = "opened" }}
paid_at = {{ type = "timestamptz", at = "paid" }}
shipped_at = {{ type = "timestamp", at = "shipped" }}
carrier = {{ type = "varchar", faker = "word", on = "shipped" }}
[tables.notes]
insert_rows_per_tick = 2
update_rows_per_tick = 1
[tables.notes.columns]
text = {{ type = "text", faker = "sentence" }}
"#,
        seconds = TICKS * 10
    )
}

/// Queries that no row of a sound life answers.
const NEVER: [&str; 6] = [
    "SELECT count(*) FROM orders WHERE (paid_at IS NULL) <> (status IN ('opened', 'cancelled'))",
    "SELECT count(*) FROM orders WHERE (carrier IS NULL) <> (status IN ('opened', 'paid', 'cancelled'))",
    "SELECT count(*) FROM orders WHERE paid_at AT TIME ZONE 'UTC' > shipped_at OR opened_at <> created_at",
    "SELECT count(*) FROM orders WHERE status = 'closed' AND updated_at <= (SELECT max(created_at) FROM orders) - interval '5 minutes'",
    "SELECT count(*) FROM orders WHERE status = 'cancelled' AND updated_at <= (SELECT max(created_at) FROM orders) - interval '1 minute'",
    "SELECT count(*) FROM orders WHERE status = 'shipped' AND updated_at <> shipped_at",
];

#[tokio::test]
async fn killed_four_times_a_shop_goes_on_with_the_lives_of_its_rows() {
    let mut random = random();
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = config(&server.url("shop"));
    place.configure(&config);
    let client = server.client("shop").await;
    let mut seen = -1;
    for _ in 0..4 {
        seen += 1 + below(&mut random, 50) as i64;
        let mut run = place.run(&UNLIMITED);
        until("the moment of the kill", async || {
            run.is_over() || last_tick(&client, "one").await.is_some_and(|tick| tick >= seen)
        })
        .await;
        run.kill();
        seen = last_tick(&client, "one").await.unwrap();
    }
    place.finish(&UNLIMITED, 0).await;
    let plan = oracle::plan(&config, "one");
    let standing = oracle::assert_engine_agrees(&client, &plan).await;
    assert_eq!((standing.ticks, standing.pauses), (TICKS, vec![]));

    let ended = place.shopsim(&["verify", "--shops", "shops.toml", "--format", "json"]);
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.out, ended.err);
    for query in NEVER {
        assert_eq!(number(&client, query).await, 0, "{query}");
    }
    for state in ["opened", "paid", "cancelled", "shipped", "closed"] {
        let rows = number(&client, &format!("SELECT count(*) FROM orders WHERE status = '{state}'")).await;
        assert!(rows > 10, "{rows} rows are {state}");
    }

    // The steady state that `check` prints is the one that has come.
    let check = place.shopsim(&["check", "--shops", "shops.toml"]);
    let line = check.out.lines().find_map(|line| line.trim().strip_prefix("orders by state: "));
    let line = line.unwrap_or_else(|| panic!("{}\n{}", check.out, check.err));
    for state in line.split(", ") {
        let (name, rows) = state.split_once(' ').unwrap();
        let there = number(&client, &format!("SELECT count(*) FROM orders WHERE status = '{name}'")).await;
        let rows: i64 = rows.parse().unwrap();
        assert!((there - rows).abs() <= 20 + rows / 5, "{there} rows are {name}, {rows} were announced");
    }

    // The log, the sample and the history name the states.
    let log = place.read("logs/one/debug.log");
    let lines = log.lines().filter(|line| line.contains("update (paid) order_id="));
    assert!(lines.count() > 1_000);
    let sample = place.shopsim(&["sample", "--shops", "shops.toml", "--ticks", "60", "--format", "jsonl"]);
    assert!(sample.out.lines().filter(|line| line.contains("\"cause\":\"shipped\"")).count() > 100);
    let history = ["history", "--shops", "shops.toml", "--table", "orders", "--key", "3"];
    let history = place.shopsim(&history);
    let causes: Vec<String> = history
        .out
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok()?["cause"].as_str().map(str::to_owned))
        .collect();
    assert!(!causes.is_empty(), "{}\n{}", history.out, history.err);
}

/// A life beside keys that are no numbers, foreign keys, NOT NULL and soft deletes. Lines are listed before the orders that
/// they refer to.
const BESIDE: &str = r#"
not_null = true
[defaults]
tick_interval = "1s"
start = "2026-01-01T00:00:00Z"
update_not_older_than = "20s"
[[shop]]
name = "one"
seed = 7
database = "DATABASE"
[tech_fields]
created_at = "timestamp"
updated_at = "timestamp"
version = "int"
deleted_at = "timestamp"
purge_after = "10s"
created_by = { elements = ["web", "till"] }
updated_by = { elements = ["web", "till", "job"] }
[lives.order]
opened = { paid = { after = "0s..20s" }, cancelled = { after = "5s..30s" } }
paid = { shipped = { after = "1s..10s", shape = "log" } }
[tables.lines]
insert_rows_per_tick = 12
update_rows_per_tick = 9
delete_older_than = "40s"
key_type = "varchar(20)"
key_template = "L-{id:08}"
[tables.lines.columns]
order_id = { type = "uuid", faker = "ref", params = { table = "orders" }, references = true }
state = { type = "text", life = "order" }
[tables.orders]
insert_rows_per_tick = 5
update_rows_per_tick = 8
update_only = ["opened"]
delete_older_than = "60s"
key_type = "uuid7"
[tables.orders.columns]
status = { type = "text", life = "order" }
opened_at = { type = "timestamp", at = "opened" }
paid_at = { type = "timestamp", at = "paid" }
amount = { type = "int", faker = "random_int" }
carrier_id = { type = "uuid", faker = "ref", params = { table = "carriers" }, references = true, on = "shipped" }
[tables.carriers]
insert_rows_per_tick = 1
delete_older_than = "90s"
key_type = "uuid"
[tables.carriers.columns]
name = { type = "text", faker = "company" }
"#;

#[tokio::test]
async fn lives_go_with_other_keys_foreign_keys_not_null_and_soft_deletes() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&edit(BESIDE, "DATABASE", &server.url("shop")));
    let client = server.client("shop").await;
    let options = [&UNLIMITED[..], &["--until-tick", "300"]].concat();
    let run = place.run(&options);
    until("some ticks", async || last_tick(&client, "one").await >= Some(80)).await;
    run.kill();
    place.finish(&options, 0).await;
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    for query in [
        "SELECT count(*) FROM orders WHERE (paid_at IS NULL) <> (status IN ('opened', 'cancelled'))",
        "SELECT count(*) FROM orders WHERE (carrier_id IS NULL) <> (status <> 'shipped')",
        "SELECT count(*) FROM orders WHERE deleted_at IS NULL AND created_at <= (SELECT max(created_at) FROM orders) - interval '60 s'",
    ] {
        assert_eq!(number(&client, query).await, 0, "{query}");
    }
    let soft = "SELECT count(*) FROM orders WHERE deleted_at IS NOT NULL AND status = 'shipped'";
    assert!(number(&client, soft).await > 10);
    let nullable = "SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name, column_name) FROM information_schema.columns
                    WHERE table_schema = 'public' AND is_nullable = 'YES' AND column_name <> 'deleted_at'";
    let nullable: String = client.query_one(nullable, &[]).await.unwrap().get(0);
    assert_eq!(nullable, "orders.carrier_id orders.paid_at");
}
