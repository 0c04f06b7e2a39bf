//! What must not change a shop's bytes: other shops, other tables, order, threads, `--only`.

use super::harness::{Place, SHIPPED, UNLIMITED, edit, free_port};
use super::oracle::{self, Tables, assert_same, plan, replay};
use super::server::Server;
use shopsim::clock::Timeline;
use shopsim::value::Timestamp;

/// Enough for the retention window of both shops to have passed a few rows.
const TICKS: u64 = 130;

/// The two branches of the shipped chain on private servers, as two pieces of text.
fn shops() -> (String, [String; 2]) {
    let (head, rest) = SHIPPED.split_once("\n[[shop]]").unwrap();
    let (first, rest) = rest.split_once("\n[[shop]]").unwrap();
    let (second, sold) = rest.split_once("\n# --- What they sell.").unwrap();
    let on = |text: &str, port: &str| edit(text, port, &format!("port = {}", free_port()));
    let shops = [on(first, "port = 5433"), on(second, "port = 5434")];
    (format!("{head}{{shops}}\n# --- What they sell.{sold}"), shops)
}

fn with(frame: &str, shops: &[&str]) -> String {
    let shops: String = shops.iter().map(|shop| format!("\n[[shop]]{shop}")).collect();
    edit(frame, "{shops}", &shops)
}

/// The tables of a shop that every config here has.
async fn common(place: &Place, config: &str, shop: &str) -> Tables {
    let server = Server::of_shop(place, shop).await;
    let mut tables = oracle::tables(&server.client("shop").await, &plan(config, shop)).await;
    server.stop().await;
    tables.retain(|table, _| ["customers", "orders", "products"].contains(&table.as_str()));
    tables
}

#[tokio::test]
async fn neighbours_tables_order_and_threads_change_no_byte_of_a_shop() {
    let (frame, [first, second]) = shops();
    let third = format!(
        "\nname = \"shop-3\"\ntick_interval = \"20s\"\nupdate_not_older_than = \"1m\"\ndatabase = \"embedded\"\nport = {}\n",
        free_port()
    );
    let table = "\n[tables.returns]\ninsert_rows_per_tick = 3\nupdate_rows_per_tick = 1\n\
                 [tables.returns.columns]\nreason = { type = \"varchar\", faker = \"name\" }\n";
    let plain = with(&frame, &[&first, &second]);
    let variants = [
        ("as shipped", plain.clone(), vec![]),
        ("a third shop", with(&frame, &[&first, &third, &second]), vec![]),
        ("one table more", format!("{plain}{table}"), vec![]),
        (
            "reordered, one thread",
            format!("{}\n[supervisor]\nthreads = 1\n", with(&frame, &[&second, &first])),
            vec![],
        ),
        ("four threads", format!("{plain}\n[supervisor]\nthreads = 4\n"), vec![]),
        ("only one", plain.clone(), vec!["--only", "shop-2"]),
    ];
    let start = Timestamp::parse_rfc3339(super::harness::NEW_YEAR).unwrap();
    let expected = |shop: &str| {
        let plan = plan(&plain, shop);
        replay(&plan, &Timeline::new(start, plan.interval, &[]), TICKS)
    };
    let expected = [("shop-1", expected("shop-1")), ("shop-2", expected("shop-2"))];
    let place = Place::new(&plain);
    let ticks = TICKS.to_string();
    for (what, config, more) in variants {
        place.configure(&config);
        let options = [&UNLIMITED[..], &["--until-tick", &ticks, "--reset"], &more].concat();
        let ended = place.finish(&options, 0).await;
        for (shop, expected) in &expected {
            assert_same(&format!("{shop} with {what}"), &common(&place, &config, shop).await, expected);
        }
        assert_eq!(ended.out.contains("shop-1"), more.is_empty(), "{}", ended.out);
    }
}
