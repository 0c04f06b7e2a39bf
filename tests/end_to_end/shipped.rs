//! The shipped chain, from an empty folder to its end.

use super::harness::{Place, UNLIMITED, shipped};
use super::oracle;
use super::server::{Server, number, untouched};

/// What is in the tables of a shop at the end of the shipped run.
async fn assert_judged_numbers(place: &Place, shop: &str, ticks: i64, orders: (i64, i64), others: i64) {
    let server = Server::of_shop(place, shop).await;
    let client = server.client("shop").await;
    assert_eq!(number(&client, "SELECT last_tick + 1 FROM shopsim.checkpoint").await, ticks);
    let ids = "SELECT min(order_id)::bigint, max(order_id)::bigint, count(*) FROM orders";
    let row = client.query_one(ids, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), orders);
    assert_eq!(row.get::<_, i64>(2), orders.1 - orders.0 + 1, "order ids have no hole");
    assert_eq!(number(&client, "SELECT count(*) FROM customers").await, others);
    assert_eq!(number(&client, "SELECT count(*) FROM products").await, others);
    server.stop().await;
}

#[tokio::test]
async fn the_shipped_chain_ends_with_the_rows_that_the_engine_draws_again_and_again() {
    let config = shipped();
    let place = Place::new(&config);
    let ended = place.finish(&UNLIMITED, 0).await;
    assert!(ended.out.contains("shop-1  finished"), "{}", ended.out);
    assert_judged_numbers(&place, "shop-1", 200, (16_001, 20_000), 400).await;
    assert_judged_numbers(&place, "shop-2", 600, (48_001, 60_000), 1_200).await;
    for shop in ["shop-1", "shop-2"] {
        let standing = oracle::assert_shop_agrees(&place, &config, shop).await;
        assert_eq!(standing.pauses, []);
    }

    let options = [&UNLIMITED[..], &["--reset"]].concat();
    place.finish(&options, 0).await;
    for shop in ["shop-1", "shop-2"] {
        oracle::assert_shop_agrees(&place, &config, shop).await;
    }
}

#[tokio::test]
async fn a_finished_run_started_again_says_so_and_touches_nothing() {
    let config = shipped();
    let place = Place::new(&config);
    let options = [&UNLIMITED[..], &["--until-tick", "50"]].concat();
    place.finish(&options, 0).await;
    let mut before = Vec::new();
    for shop in ["shop-1", "shop-2"] {
        let server = Server::of_shop(&place, shop).await;
        before.push(untouched(&server.client("shop").await).await);
        server.stop().await;
    }
    let ended = place.finish(&options, 0).await;
    for (shop, before) in ["shop-1", "shop-2"].into_iter().zip(before) {
        assert!(
            ended.err.contains(&format!("{shop}: already finished, nothing was changed")),
            "{}",
            ended.err
        );
        let server = Server::of_shop(&place, shop).await;
        assert!(before == untouched(&server.client("shop").await).await, "{shop} was touched");
        server.stop().await;
    }

    // More ticks in all, and it goes on where it stood.
    let more = [&UNLIMITED[..], &["--until-tick", "60"]].concat();
    let ended = place.finish(&more, 0).await;
    assert!(ended.err.contains("shop-1: resuming after tick 49"), "{}", ended.err);
    let standing = oracle::assert_shop_agrees(&place, &config, "shop-1").await;
    assert_eq!(standing.ticks, 60);
}
