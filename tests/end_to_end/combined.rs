//! Foreign keys, soft deletes, keys of every kind, unique and fixed columns, windows of tables and of one shop, actors and
//! hostile names in one shop: through kills, by every way of writing, it has the rows that the engine says.

use nix::sys::signal::{Signal, kill};
use shopsim::chain::wall_now;
use shopsim::tick::CHUNK_ROWS;
use shopsim::value::SECOND;
use tokio_postgres::Client;

use super::harness::{Place, UNLIMITED, below, edit, free_port, random, until};
use super::oracle::{assert_engine_agrees, plan};
use super::server::{Server, last_tick, number};

const CONFIG: &str = r#"
not_null = true

[tech_fields]
created_at = { type = "timestamptz", cut = "1ms" }
updated_at = { name = "modified \"on\"", type = "timestamp", cut = "1us", index = true }
version = "bigint"
deleted_at = "timestamptz"
purge_after = "7s"
created_by = { elements = ["web", "a'pp", "till\""] }
updated_by = { type = "varchar(5)", elements = ["web", "a'pp", "till\""] }

[[shop]]
name = "a"
seed = 7
tick_interval = "1s"
delete_older_than = "20s"
update_not_older_than = "30s"
port = PORT

[shop.tables."cust\"o'mers %s"]
insert_rows_per_tick = 3
delete_older_than = "50s"

[tables.lines]
insert_rows_per_tick = 300
update_rows_per_tick = 40
key_type = "uuid7"
[tables.lines.columns]
order_id = { type = "varchar(25)", faker = "ref", params = { table = "orders" }, references = true, null_ratio = 0.1 }
previous = { type = "uuid", faker = "ref", params = { table = "lines" }, references = true }
code = { type = "text", faker = "ean13", unique = true }
name = { type = "text", faker = "name", group = "person" }
email = { type = "text", faker = "email", group = "person" }

[tables.orders]
insert_rows_per_tick = 5
update_rows_per_tick = 4
key_type = "varchar(25)"
key_template = "'%s\\\"ü{id:04}$1;--"
[tables.orders.columns]
customer_id = { type = "uuid", faker = "ref", params = { table = "cust\"o'mers %s" }, references = true, null_ratio = 0.1 }
parent = { type = "varchar(25)", faker = "ref", params = { table = "orders" }, references = true, fixed = true }
email = { type = "text", faker = "email", unique = true }

[tables."cust\"o'mers %s"]
insert_rows_per_tick = 2
update_rows_per_tick = 1
delete_older_than = "40s"
key = "id"
key_type = "uuid"
[tables."cust\"o'mers %s".columns]
'referred "by"' = { type = "uuid", faker = "ref", params = { table = "cust\"o'mers %s" }, references = true }
name = { type = "text", faker = "name", fixed = true }

[tables.events]
insert_rows_per_tick = 3
update_rows_per_tick = 2
delete_older_than = "0"
[tables.events.columns]
line = { type = "uuid", faker = "ref", params = { table = "lines" } }
"#;

fn verify(place: &Place) {
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}

/// Has the server look at each row's references once more.
async fn check_foreign_keys(client: &Client) {
    let again = "SELECT format('ALTER TABLE %s ADD %s', conrelid::regclass, pg_get_constraintdef(oid))
                 FROM pg_constraint WHERE contype = 'f'";
    let statements = client.query(again, &[]).await.unwrap();
    assert_eq!(statements.len(), 5);
    for statement in statements {
        let add: String = statement.get(0);
        client.batch_execute(&format!("BEGIN; {add}; ROLLBACK")).await.unwrap();
    }
}

#[tokio::test]
async fn a_shop_with_everything_is_what_the_engine_says_through_kills_of_both_sides() {
    let mut random = random();
    let config = edit(CONFIG, "PORT", &free_port().to_string());
    let place = Place::new(&config);
    // Ticks of their own, then ticks that share transactions.
    for tick in ["1", "2", "40", "41"] {
        place.finish(&[&UNLIMITED[..], &["--until-tick", tick]].concat(), 0).await;
    }
    let until_tick = [&UNLIMITED[..], &["--until-tick", "240"]].concat();
    let mut last = 41;
    for _ in 0..3 {
        last += 1 + below(&mut random, 40);
        let mut run = place.run(&until_tick);
        let seen = format!("committed tick={last} ");
        until("the moment of the kill", async || run.is_over() || run.log().contains(&seen)).await;
        run.kill();
    }
    let mut run = place.run(&until_tick);
    until("a server to stop", async || run.is_over() || run.log().contains("committed tick=")).await;
    if let Some(postmaster) = place.postmaster("a").filter(|_| !run.is_over()) {
        kill(postmaster, Signal::SIGQUIT).unwrap();
    }
    run.end(0).await;
    verify(&place);
    let server = Server::of_shop(&place, "a").await;
    let client = server.client("shop").await;
    let standing = assert_engine_agrees(&client, &plan(&config, "a")).await;
    assert_eq!(standing.ticks, 240);
    check_foreign_keys(&client).await;
    let soft = "SELECT count(*) FROM lines WHERE deleted_at IS NOT NULL";
    assert_eq!(number(&client, soft).await, 7 * 300);
    server.stop().await;
    // From the start again, the same.
    place.finish(&[&until_tick[..], &["--reset"]].concat(), 0).await;
    verify(&place);
}

#[tokio::test]
async fn a_shop_with_everything_begins_with_history_and_is_closed_for_longer_than_rows_are_kept() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    // After a pause a tick deletes more lines than fit into one list of keys.
    let edited = [
        ("tick_interval = \"1s\"", "tick_interval = \"1s\"\nstart = \"-7d\""),
        ("insert_rows_per_tick = 300", "insert_rows_per_tick = 700"),
        ("delete_older_than = \"20s\"", "delete_older_than = \"6s\""),
        ("delete_older_than = \"40s\"", "delete_older_than = \"8s\""),
        ("delete_older_than = \"50s\"", "delete_older_than = \"9s\""),
        ("delete_older_than = \"0\"", "delete_older_than = \"5s\""),
        ("purge_after = \"7s\"", "purge_after = \"2s\""),
        ("port = PORT", &format!("database = {:?}", server.url("shop"))),
    ];
    let config = edited.iter().fold(CONFIG.to_owned(), |config, (from, to)| edit(&config, from, to));
    place.configure(&config);
    let client = server.client("shop").await;
    let live = "SELECT count(*) FROM shopsim.checkpoint WHERE live";
    // Of each tick, the lines that it removed.
    let deleted = |log: &str| -> Vec<u64> {
        let counts = log.split("table=lines deleted=").skip(1);
        counts.map(|rest| rest.split(' ').next().unwrap().parse().unwrap()).collect()
    };
    for round in 0..2 {
        let closed = wall_now();
        until("no row would be kept", async || round == 0 || wall_now() > closed.plus(12 * SECOND)).await;
        let run = place.run(&[]);
        until("the first ticks", async || last_tick(&client, "a").await.is_some()).await;
        until("the shop is live", async || number(&client, live).await == 1).await;
        if round > 0 {
            let at_once = || deleted(&run.log()).into_iter().any(|count| count > CHUNK_ROWS as u64);
            until("a tick purges all lines that were there before it", async || at_once()).await;
        }
        run.signal(Signal::SIGTERM);
        run.end(0).await;
        verify(&place);
        check_foreign_keys(&client).await;
    }
    assert!(number(&client, "SELECT count(*) FROM shopsim.pause").await >= 1);
    server.stop().await;
}
