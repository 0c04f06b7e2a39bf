//! `shopsim verify` against real databases: what is as it must be, and what is not.

use serde_json::{Value, json};

use super::harness::{Place, UNLIMITED, chain, edit};
use super::server::Server;

/// A place with a server and a chain of one shop on it.
async fn place() -> (Place, Server, String) {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[format!(
        "name = \"a\"\nseed = 7\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    place.configure(&config);
    (place, server, config)
}

/// The report as JSON, with this exit code.
fn report(place: &Place, code: i32) -> Value {
    let ended = place.shopsim(&["verify", "--shops", "shops.toml", "--format", "json"]);
    assert_eq!(ended.code, Some(code), "{}{}", ended.out, ended.err);
    serde_json::from_str(&ended.out).unwrap()
}

#[tokio::test]
async fn each_change_by_another_hand_is_told_with_its_row_and_column() {
    let (place, server, config) = place().await;
    assert_eq!(report(&place, 3)[0]["verdict"], "cannot tell", "nothing has run");
    place.finish(&[&UNLIMITED[..], &["--until-tick", "150"]].concat(), 0).await;
    let same = report(&place, 0);
    assert_eq!((&same[0]["verdict"], &same[0]["tick"]), (&json!("same"), &json!(149)));
    assert_eq!(same[0]["tables"][1]["same"], 12_000, "two minutes of 100 rows each 5 seconds");

    let client = server.client("shop").await;
    client
        .batch_execute(
            "UPDATE orders SET quantity = quantity + 1, order_status = NULL WHERE order_id = 14999;
             DELETE FROM orders WHERE order_id IN (10000, 14998);
             INSERT INTO orders (order_id) VALUES (0);
             INSERT INTO products (name) VALUES ('of another')",
        )
        .await
        .unwrap();
    let differs = report(&place, 1);
    let orders = &differs[0]["tables"][1];
    let counts = ["same", "missing", "unexpected", "different"].map(|name| orders[name].as_u64().unwrap());
    assert_eq!(counts, [11_997, 2, 1, 1]);
    let first = orders["first"].as_array().unwrap();
    let ids: Vec<i64> = first.iter().map(|difference| difference["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [0, 10_000, 14_998, 14_999, 14_999]);
    assert_eq!((&first[3]["column"], &first[3]["found"]), (&json!("order_status"), &Value::Null));
    let number = |value: &Value| value.as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(number(&first[4]["expected"]) + 1, number(&first[4]["found"]));
    let products = &differs[0]["tables"][2];
    assert_eq!((&products["verdict"], &products["of_others"]), (&json!("same"), &json!(1)));

    client.batch_execute("ALTER TABLE products ALTER price TYPE bigint; DROP TABLE customers").await.unwrap();
    let drifted = report(&place, 1);
    let drift = |table: usize| drifted[0]["tables"][table]["drift"].as_str().unwrap().to_owned();
    assert_eq!(drift(0), "table public.customers is missing");
    assert_eq!(drift(2), "column `price` of public.products is bigint, expected integer");

    place.configure(&edit(&config, "seed = 7", "seed = 8"));
    let foreign = report(&place, 3);
    assert_eq!(foreign[0]["differences"][0], "seed 7 → 8");
    place.configure(&edit(&config, "/shop\"", "/nowhere\""));
    assert!(report(&place, 3)[0]["error"].as_str().unwrap().contains("nowhere"));
}

#[tokio::test]
async fn a_run_that_is_writing_is_the_same_at_every_moment() {
    let (place, _server, config) = place().await;
    place.configure(&edit(&config, "seed = 7", "seed = 7\nstop_after = \"0\""));
    let mut run = place.run(&["--pace", "600x"]);
    run.until_log("committed tick=20 ").await;
    let mut ticks = Vec::new();
    while ticks.len() < 8 {
        let report = report(&place, 0);
        ticks.push(report[0]["tick"].as_u64().unwrap());
    }
    assert!(ticks.windows(2).all(|pair| pair[0] <= pair[1]) && ticks[0] < ticks[7], "{ticks:?}");
    run.signal(nix::sys::signal::Signal::SIGTERM);
    run.end(0).await;
    assert_eq!(report(&place, 0)[0]["verdict"], "same");
}

#[tokio::test]
async fn a_server_that_has_sent_its_rows_waits_until_they_are_compared_however_short_the_deadline_is() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[format!(
        "name = \"a\"\nseed = 7\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\ntick_deadline = \"3s\"\n\
         delete_older_than = \"0\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    place.configure(&edit(&config, "insert_rows_per_tick = 100\n", "insert_rows_per_tick = 20000\n"));
    place.finish(&[&UNLIMITED[..], &["--until-tick", "8"]].concat(), 0).await;
    // It is stopped for longer than the deadline while it compares: most of the rows have come by then.
    let verify = place.start_shopsim(&["verify", "--shops", "shops.toml"]);
    let client = server.client("shop").await;
    let reading = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shopsim/a verify' AND backend_xmin IS NOT NULL";
    super::harness::until("it reads", async || super::server::number(&client, reading).await == 1).await;
    verify.signal(nix::sys::signal::Signal::SIGSTOP);
    let at_work = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shopsim/a verify' \
                   AND state_change > now() - interval '5 s'";
    super::harness::until("it has been stopped for a while", async || {
        super::server::number(&client, at_work).await == 0
    })
    .await;
    verify.signal(nix::sys::signal::Signal::SIGCONT);
    let ended = verify.end(0).await;
    assert!(ended.out.contains("160000"), "{}", ended.out);
}
