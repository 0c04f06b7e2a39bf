//! The size of tables whose rows live for a short time, at full speed.

use super::harness::{Place, UNLIMITED, chain, edit};
use super::oracle::{self, plan};
use super::server::{Server, number};

#[tokio::test]
async fn tables_stay_small_at_full_speed_though_autovacuum_never_comes() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.alter_system(&[("autovacuum", "off")]).await;
    let config = chain(&[format!(
        "name = \"fruits\"\nseed = 4321\ntick_interval = \"15s\"\nupdate_not_older_than = \"40s\"\n\
         delete_older_than = \"2m\"\nstop_after = \"0\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    let config = edit(&config, "insert_rows_per_tick = 100", "insert_rows_per_tick = 1000");
    place.configure(&edit(&config, "# [logs]", "[logs]\nlevel = \"info\" "));
    place.finish(&[&UNLIMITED[..], &["-q", "--until-tick", "300"]].concat(), 0).await;
    let client = server.client("shop").await;
    // 8,000 rows are alive, 292,000 were deleted: 30 MB of them.
    let size = number(&client, "SELECT pg_relation_size('orders')").await;
    assert!(size < 15_000_000, "orders is {size} bytes long");
    let size = number(&client, "SELECT pg_relation_size('shopsim.checkpoint')").await;
    assert!(size < 100_000, "shopsim.checkpoint is {size} bytes long");
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "fruits")).await;
    assert_eq!(standing.ticks, 300);
}
