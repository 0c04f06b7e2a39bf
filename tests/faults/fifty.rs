//! A chain of fifty shops of which a third is cut off at any moment.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::{Instant, sleep};

use super::harness::{Place, below, random, until};
use super::proxy::{Network, Proxy};
use super::server::{Server, last_tick, number};
use super::{shop, storm_seconds, verify};

/// Few rows: it is the shops that are many.
const TABLES: &str = r#"
[tables.orders]
insert_rows_per_tick = 3
update_rows_per_tick = 2

[tables.orders.columns]
customer = { type = "varchar", faker = "name" }
quantity = { type = "int", faker = "random_int" }
"#;

/// Shops that are cut off now and then.
const SICK: usize = 40;
/// Shops that never are.
const WELL: usize = 10;
/// How many are cut off at a time.
const AWAY: usize = (SICK + WELL) / 3;

#[tokio::test(flavor = "multi_thread")]
async fn with_a_third_of_fifty_shops_away_at_any_moment_none_loses_a_tick_and_the_others_keep_their_times() {
    let mut random = random();
    let place = Place::new("");
    let server = Server::new(&place, "all").await;
    server.alter_system(&[("max_connections", "120")]).await;
    let port = server.port();
    server.stop().await;
    let server = Server::start(&place, "all", port, "shop").await;
    let client = server.client("shop").await;
    let mut proxies = Vec::new();
    let mut config = String::new();
    for at in 0..SICK + WELL {
        client.batch_execute(&format!("CREATE SCHEMA s{at}")).await.unwrap();
        let (interval, through) = match at < SICK {
            true => {
                let proxy = Proxy::new(port).await;
                proxies.push(proxy);
                ("500ms", proxies[at].port)
            }
            false => ("2s", port),
        };
        let after_downtime = ["pause", "catch-up"][at % 2];
        config += &format!(
            "[[shop]]\n{}\nschema = \"s{at}\"\nafter_downtime = \"{after_downtime}\"\n\
             database = \"postgres://shop:shop@127.0.0.1:{through}/shop\"\n",
            shop(&format!("shop-{at}"), interval, "real-time")
        );
    }
    place.configure(&(config + TABLES));
    let mut run = place.run(&["-q"]);
    let all = |least: i64| format!("SELECT count(*) FROM shopsim.checkpoint WHERE last_tick >= {least}");
    until("all shops tick", async || {
        super::server::exists(&client, "shopsim.checkpoint").await
            && number(&client, &all(1)).await == (SICK + WELL) as i64
    })
    .await;
    let (began, mut outages) = (Instant::now(), 0);
    let mut away: Vec<usize> = Vec::new();
    while began.elapsed() < Duration::from_secs(storm_seconds() / 2) {
        // One comes back, another goes, so that a third is away all the time.
        if away.len() == AWAY {
            let back = away.remove(below(&mut random, AWAY as u64) as usize);
            proxies[back].set(Network::Well);
        }
        while away.len() < AWAY {
            let gone = below(&mut random, SICK as u64) as usize;
            if !away.contains(&gone) {
                proxies[gone].set(Network::Refused);
                proxies[gone].cut();
                away.push(gone);
                outages += 1;
            }
        }
        sleep(Duration::from_millis(below(&mut random, 150))).await;
        assert!(!run.is_over(), "it ended:\n{}", run.log());
    }
    proxies.iter().for_each(|proxy| proxy.set(Network::Well));
    for at in away {
        let shop = format!("shop-{at}");
        let seen = last_tick(&client, &shop).await;
        until("it ticks again", async || last_tick(&client, &shop).await > seen.map(|tick| tick + 2)).await;
    }
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    verify(&place);
    let of_well = (SICK..SICK + WELL).map(|at| format!("'shop-{at}'")).collect::<Vec<_>>().join(", ");
    let pauses = format!("SELECT count(*) FROM shopsim.pause WHERE shop IN ({of_well})");
    assert_eq!(number(&client, &pauses).await, 0, "a shop that was never cut off was held up");
    let paused = number(&client, "SELECT count(DISTINCT shop) FROM shopsim.pause").await;
    assert!(paused > 0, "no outage was long enough to be one");
    println!("survived in {:.0?}: {outages} outages, {paused} shops with pauses", began.elapsed());
}
