//! Whose tables are they: what is not of this shop, seed and config is refused and left as it is.

use shopsim::stream::OUTPUT_VERSION;

use super::harness::{Place, UNLIMITED, chain, edit, free_port, until};
use super::health::readyz;
use super::oracle::{self, plan};
use super::server::{Server, copy, number, untouched};

fn config(server: &Server) -> String {
    chain(&[format!(
        "name = \"fruits\"\nseed = 4321\ntick_interval = \"15s\"\nupdate_not_older_than = \"40s\"\ndatabase = {:?}",
        server.url("shop")
    )])
}

/// `shopsim run` with a number of ticks in all and more options.
fn options<'a>(ticks: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&UNLIMITED[..], &["--until-tick", ticks], more].concat()
}

#[tokio::test]
async fn tables_that_shopsim_did_not_make_are_refused_untouched_and_dropped_only_by_reset() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = config(&server);
    place.configure(&config);
    let client = server.client("shop").await;
    let foreign =
        "CREATE TABLE orders (order_id int PRIMARY KEY, note text); INSERT INTO orders VALUES (1, 'mine')";
    client.batch_execute(foreign).await.unwrap();
    let before = untouched(&client).await;
    let refused = place.finish(&options("3", &[]), 2).await;
    for part in [
        "fruits",
        "table public.orders already exists and was not created by shopsim",
        "nothing was changed",
        "`shopsim reset --only fruits`",
    ] {
        assert!(refused.err.contains(part), "{part} in:\n{}", refused.err);
    }
    assert_eq!(untouched(&client).await, before);

    place.finish(&options("3", &["--reset"]), 0).await;
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "fruits")).await;
    assert_eq!(standing.ticks, 3);
}

#[tokio::test]
async fn another_seed_config_or_start_is_refused_by_name_and_reset_begins_anew() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = config(&server);
    place.configure(&config);
    place.finish(&options("5", &[]), 0).await;
    let client = server.client("shop").await;
    let before = untouched(&client).await;
    let variants = [
        ("seed = 4321", "seed = 4322", vec!["seed 4321 → 4322"]),
        ("tick_interval = \"15s\"", "tick_interval = \"5s\"", vec!["tick_interval 15s → 5s"]),
        ("delete_older_than = \"10m\"", "delete_older_than = \"9m\"", vec!["delete_older_than 10m → 9m"]),
        ("insert_rows_per_tick = 100", "insert_rows_per_tick = 99", vec!["orders", "100", "99"]),
        (
            "quantity = { type = \"float\"",
            "quantity = { type = \"int\"",
            vec!["quantity", "double precision", "integer"],
        ),
        ("params = { min = 9, max = 999 }", "params = { min = 9, max = 99 }", vec!["price", "999"]),
    ];
    for (from, to, told) in &variants {
        place.configure(&edit(&config, from, to));
        let refused = place.finish(&options("9", &[]), 2).await;
        for part in told.iter().chain(&["fruits", "`shopsim reset --only fruits`"]) {
            assert!(refused.err.contains(part), "{to}: {part} in:\n{}", refused.err);
        }
    }
    place.configure(&config);
    let other = ["--start", "2026-01-02T00:00:00Z", "--pace", "unlimited", "--until-tick", "9"];
    let refused = place.finish(&other, 2).await;
    assert!(
        refused.err.contains("start 2026-01-01T00:00:00Z (") && refused.err.contains("2026-01-02"),
        "{}",
        refused.err
    );
    assert_eq!(untouched(&client).await, before, "a refused run wrote something");

    let seeded = edit(&config, "seed = 4321", "seed = 4322");
    place.configure(&seeded);
    place.finish(&options("9", &["--reset"]), 0).await;
    let standing = oracle::assert_engine_agrees(&client, &plan(&seeded, "fruits")).await;
    assert_eq!(standing.ticks, 9);
    assert_ne!(untouched(&client).await, before);
}

#[tokio::test]
async fn a_changed_setting_is_refused_whatever_the_names_hold() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let client = server.client("shop").await;
    let config = |inserted: u64, first: u64| {
        let table = |name: &str, rows: u64| {
            format!(
                "[tables.{name:?}]\ninsert_rows_per_tick = {rows}\nupdate_rows_per_tick = 0\n[tables.{name:?}.columns]\n\
                 \"x = 1: text\" = {{ type = \"text\", faker = \"name\", group = \"g, unique\" }}\n"
            )
        };
        format!(
            "[[shop]]\nname = \"fruits\"\nseed = 1\ntick_interval = \"15s\"\ndatabase = {:?}\n{}{}{}",
            server.url("shop"),
            table("a = b", inserted),
            table("a", first),
            table("a\nb", 1)
        )
    };
    place.configure(&config(2, 1));
    place.finish(&options("3", &[]), 0).await;
    place.finish(&options("4", &[]), 0).await;
    let before = untouched(&client).await;
    for (inserted, first, told) in
        [(7, 1, "\"a = b\".insert_rows_per_tick 2 → 7"), (2, 5, "a.insert_rows_per_tick 1 → 5")]
    {
        place.configure(&config(inserted, first));
        let refused = place.finish(&options("9", &[]), 2).await;
        assert!(refused.err.contains(told), "{told} in:\n{}", refused.err);
        assert_eq!(untouched(&client).await, before);
    }
    // The fingerprint alone decides: the lines explain it, where they can.
    place.configure(&config(2, 1));
    client.batch_execute("UPDATE shopsim.checkpoint SET fingerprint = 'another'").await.unwrap();
    let refused = place.finish(&options("9", &[]), 2).await;
    assert!(refused.err.contains("fingerprint another → "), "{}", refused.err);
}

#[tokio::test]
async fn a_refused_shop_alone_stays_out_named_and_counted() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["other"]).await;
    let shop = |name: &str, url: &str| {
        format!(
            "name = \"{name}\"\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\ndatabase = {url:?}"
        )
    };
    let (foreign, free) = (shop("foreign", &server.url("shop")), shop("free", &server.url("other")));
    let client = server.client("shop").await;
    client.batch_execute("CREATE VIEW products AS SELECT 1 AS product_id").await.unwrap();
    let before = untouched(&client).await;

    place.configure(&chain(std::slice::from_ref(&foreign)));
    let ended = place.finish(&options("3", &[]), 2).await;
    assert!(ended.err.contains("ERROR foreign: refused: "), "every shop is refused: {}", ended.err);

    place.configure(&chain(&[foreign.clone(), free.clone()]));
    let ended = place.finish(&options("3", &[]), 2).await;
    assert!(ended.err.contains("ERROR foreign: refused: "), "{}", ended.err);
    assert!(
        ended.out.contains("foreign  refused") && ended.out.contains("free     finished"),
        "{}",
        ended.out
    );
    assert_eq!(number(&server.client("other").await, "SELECT count(*) FROM orders").await, 300);

    // While the others run, the page names it.
    let port = free_port();
    let reset = place.shopsim(&["reset", "--shops", "shops.toml", "--only", "free", "--yes"]);
    assert_eq!(reset.code, Some(0), "{}", reset.err);
    let mut run = place.run(&["--listen", &port.to_string()]);
    run.until_log("foreign: refused: ").await;
    until("the page names it", async || {
        readyz(port).is_some_and(|page| page.contains("foreign: refused: the tables in "))
    })
    .await;
    run.signal(nix::sys::signal::Signal::SIGTERM);
    run.end(2).await;

    // Whatever else went wrong counts for more.
    let wrong = shop("wrong", &server.url("other").replace("shop:shop@", "shop:guess@"));
    place.configure(&chain(&[foreign, wrong]));
    place.finish(&options("3", &[]), 3).await;
    assert_eq!(untouched(&client).await, before);
}

#[tokio::test]
async fn rows_inserted_by_hand_get_ids_far_above_and_survive_every_tick() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = config(&server);
    place.configure(&config);
    place.finish(&options("5", &[]), 0).await;
    let client = server.client("shop").await;
    let insert = "INSERT INTO orders (customer_id, order_status) VALUES (7, 'mine'), (8, 'mine')";
    client.batch_execute(insert).await.unwrap();
    let own = "SELECT ctid, xmin, * FROM orders WHERE order_id > 1000000000 ORDER BY 1";
    let before = copy(&client, own).await;
    assert_eq!(before.lines().count(), 2);
    // Past the retention window: the simulator deletes its own rows of the first ticks.
    place.finish(&options("60", &[]), 0).await;
    assert_eq!(copy(&client, own).await, before);
    assert!(number(&client, "SELECT min(order_id)::bigint FROM orders").await > 1);
    oracle::assert_engine_agrees(&client, &plan(&config, "fruits")).await;
}

#[tokio::test]
async fn tables_changed_by_hand_are_refused_by_what_differs() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&config(&server));
    place.finish(&options("3", &[]), 0).await;
    let client = server.client("shop").await;
    for (change, undo, told) in [
        (
            "ALTER TABLE orders RENAME COLUMN quantity TO amount",
            "ALTER TABLE orders RENAME COLUMN amount TO quantity",
            "column `quantity` of public.orders is missing",
        ),
        (
            "ALTER TABLE customers RENAME TO clients",
            "ALTER TABLE clients RENAME TO customers",
            "table public.customers is missing",
        ),
    ] {
        client.batch_execute(change).await.unwrap();
        let before = untouched(&client).await;
        let refused = place.finish(&options("5", &[]), 2).await;
        assert!(refused.err.contains(told), "{told} in:\n{}", refused.err);
        assert_eq!(untouched(&client).await, before);
        client.batch_execute(undo).await.unwrap();
    }
    place.finish(&options("5", &[]), 0).await;
}

#[tokio::test]
async fn a_database_of_another_output_version_is_refused_untouched() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&config(&server));
    place.finish(&options("3", &[]), 0).await;
    let client = server.client("shop").await;
    let (now, next) = (OUTPUT_VERSION, OUTPUT_VERSION + 1);
    for (other, told) in [(next, format!("output version {next} → {now}")), (now, String::new())] {
        client
            .batch_execute(&format!("UPDATE shopsim.checkpoint SET output_version = {other}"))
            .await
            .unwrap();
        let before = untouched(&client).await;
        let ended = place.finish(&options("3", &[]), if told.is_empty() { 0 } else { 2 }).await;
        assert!(ended.err.contains(&told), "{told} in:\n{}", ended.err);
        assert_eq!(untouched(&client).await, before);
    }
}

#[tokio::test]
async fn check_tells_by_the_database_whether_a_run_would_go_on_and_changes_nothing() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = config(&server);
    place.configure(&config);
    let check = |code: i32, told: &str| {
        let checked = place.shopsim(&["check", "--database"]);
        assert_eq!(checked.code, Some(code), "{}{}", checked.out, checked.err);
        assert!(checked.out.contains(told), "{told} in:\n{}{}", checked.out, checked.err);
    };
    check(0, "fruits: a run would create its tables and begin at tick 0\n");
    place.finish(&options("3", &[]), 0).await;
    let client = server.client("shop").await;
    let before = untouched(&client).await;
    check(0, "fruits: a run would go on after tick 2\n");
    place.configure(&edit(&config, "stop_after = \"50m\"", "stop_after = \"45s\""));
    check(0, "fruits: its run finished with tick 2\n");
    place.configure(&config);
    place.configure(&edit(&config, "tick_interval = \"15s\"", "tick_interval = \"5s\""));
    check(2, "fruits: a run would be refused: the config differs from the one that created the tables in ");
    check(2, "tick_interval 15s → 5s; nothing was changed. Revert it, or run `shopsim reset --only fruits`");
    place.configure(&edit(&config, "/shop\"", "/nowhere\""));
    check(3, "fruits: cannot check: ");
    assert_eq!(untouched(&client).await, before);
}

#[tokio::test]
async fn a_renamed_shop_on_a_private_server_begins_anew_and_its_old_server_is_told_of() {
    let config = super::harness::shipped();
    let place = Place::new(&config);
    let ticks = [&super::harness::UNLIMITED[..], &["--only", "shop-1", "--until-tick", "1"]].concat();
    assert!(!place.finish(&ticks, 0).await.err.contains("renamed"));
    place.configure(&edit(&config, "name = \"shop-1\"", "name = \"shop-one\""));
    let ticks = [&super::harness::UNLIMITED[..], &["--only", "shop-one", "--until-tick", "1"]].concat();
    let told = "also has servers of shop-1, which this config does not name";
    assert!(place.finish(&ticks, 0).await.err.contains(told));
    assert!(!place.finish(&ticks, 0).await.err.contains(told), "it is there now");
}

#[tokio::test]
async fn the_state_of_an_earlier_version_is_read_and_brought_up_to_date() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = config(&server);
    place.configure(&config);
    place.finish(&options("3", &[]), 0).await;
    let client = server.client("shop").await;
    let earlier = "ALTER TABLE shopsim.checkpoint DROP COLUMN pace, DROP COLUMN anchor_at";
    client.batch_execute(earlier).await.unwrap();
    for command in ["verify", "check --database"] {
        let read = place.shopsim(&command.split(' ').collect::<Vec<_>>());
        assert_eq!(read.code, Some(0), "{command}: {}{}", read.out, read.err);
    }
    place.finish(&options("5", &[]), 0).await;
    assert_eq!(oracle::assert_engine_agrees(&client, &plan(&config, "fruits")).await.ticks, 5);
    // Another shop may make its tables there, too.
    client.batch_execute(earlier).await.unwrap();
    assert_eq!(place.shopsim(&["reset", "--yes"]).code, Some(0));
    place.finish(&options("2", &[]), 0).await;
}
