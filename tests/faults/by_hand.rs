//! Other people in the tables while a run goes on.

use nix::sys::signal::Signal;

use super::harness::{Place, chain};
use super::server::{Server, exists, last_tick, number};
use super::{assert_calm, shop, verify};

/// A chain of one shop that people work in and one that they leave alone.
async fn begin() -> (Place, [Server; 2], super::harness::Run) {
    let place = Place::new("");
    let servers = [Server::new(&place, "busy").await, Server::new(&place, "calm").await];
    place.configure(&chain(&[
        format!("{}\ndatabase = {:?}", shop("busy", "1s", "20x"), servers[0].url("shop")),
        format!("{}\ndatabase = {:?}", shop("calm", "2s", "real-time"), servers[1].url("shop")),
    ]));
    let mut run = place.run(&[]);
    run.until_log("busy: committed tick=25 ").await;
    run.until_log("calm: committed tick=0 ").await;
    (place, servers, run)
}

#[tokio::test]
async fn rows_of_others_are_left_alone_and_rows_that_others_delete_are_told_of_and_do_not_stop_the_shop() {
    let (place, [busy, calm], mut run) = begin().await;
    let client = busy.client("shop").await;
    for round in 0..20 {
        let work = format!(
            "INSERT INTO orders (customer_id, quantity, order_status) VALUES ({round}, 1, 'mine');
             UPDATE orders SET quantity = quantity + 1 WHERE order_id > 1000000000"
        );
        client.batch_execute(&work).await.unwrap();
    }
    let query = "SELECT count(*) FROM orders WHERE order_status = 'mine'";
    let seen = last_tick(&client, "busy").await;
    // Longer than the retention window of 60 ticks.
    super::harness::until("the window has passed", async || {
        last_tick(&client, "busy").await > seen.map(|tick| tick + 70)
    })
    .await;
    assert_eq!(number(&client, query).await, 20);
    verify(&place);
    // Within the update window, so that the next ticks look for them, and within the last minute.
    client
        .batch_execute("DELETE FROM orders WHERE order_id % 2 = 0 AND order_id < 1000000000")
        .await
        .unwrap();
    run.until_log("rows to be updated or deleted are missing: they were deleted outside shopsim").await;
    let verdict = place.shopsim(&["verify", "--shops", "shops.toml", "--only", "busy"]);
    assert_eq!(verdict.code, Some(1), "{}{}", verdict.out, verdict.err);
    assert!(verdict.out.contains("the row is missing"), "{}", verdict.out);
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    assert_calm(&calm, "shop").await;
}

#[tokio::test]
async fn a_table_that_is_dropped_during_a_run_stops_its_shop_by_name_and_is_not_made_again() {
    let (_place, [busy, calm], mut run) = begin().await;
    let client = busy.client("shop").await;
    client.batch_execute("DROP TABLE products").await.unwrap();
    run.until_log("busy: refused").await;
    let log = run.log();
    assert!(log.contains("table public.products is missing"), "{log}");
    assert!(!exists(&client, "products").await);
    run.signal(Signal::SIGTERM);
    run.end(2).await;
    assert_calm(&calm, "shop").await;
}

#[tokio::test]
async fn a_column_whose_type_is_changed_during_a_run_stops_its_shop_by_name_and_nothing_is_written_over_it() {
    // The server would take an integer's bytes for a real without a word, and cut no text that it has.
    for (table, column, expected, other) in [
        ("products", "price", "integer", "text"),
        ("products", "price", "integer", "real"),
        ("customers", "full_name", "character varying", "character varying(200)"),
    ] {
        let (_place, [busy, calm], mut run) = begin().await;
        let client = busy.client("shop").await;
        client.batch_execute(&format!("ALTER TABLE {table} ALTER {column} TYPE {other}")).await.unwrap();
        let rows = "SELECT count(*) FROM products";
        let before = (number(&client, rows).await, last_tick(&client, "busy").await);
        run.until_log("busy: refused").await;
        let told = format!("column `{column}` of public.{table} is {other}, expected {expected}");
        assert!(run.log().contains(&told), "{}", run.log());
        assert_eq!((number(&client, rows).await, last_tick(&client, "busy").await), before);
        run.signal(Signal::SIGTERM);
        run.end(2).await;
        assert_calm(&calm, "shop").await;
    }
}
