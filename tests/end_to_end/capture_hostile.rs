//! `[cdc]` on servers where something is in the way: transactions that do not end, slots by the dozen, and configs that change.

use nix::sys::signal::Signal;

use super::harness::{Place, UNLIMITED, chain, edit, free_port, until};
use super::health::get;
use super::server::{Server, last_tick, number};

const CDC: &str = "
[cdc]
publication = \"shopsim\"
slots = [\"debezium\", { name = \"audit\", plugin = \"test_decoding\" }]
";

fn shop(name: &str, server: &Server, more: &str) -> String {
    format!(
        "name = \"{name}\"\nseed = 4321\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\ndatabase = {:?}\n{more}",
        server.url("shop")
    )
}

const SLOTS: &str = "SELECT count(*) FROM pg_replication_slots";

#[tokio::test]
async fn shops_whose_slots_wait_for_a_transaction_hold_up_no_other() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    // As many as open a server at a time, and one more.
    let slow = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let own = |name: &str| {
        format!("schema = \"{name}\"\ntick_deadline = \"10m\"\n[shop.cdc]\nslots = [\"of_{name}\"]")
    };
    let mut shops: Vec<String> = slow.iter().map(|name| shop(name, &server, &own(name))).collect();
    shops.push(shop("quick", &server, "schema = \"quick\""));
    place.configure(&chain(&shops));
    let writer = server.client("shop").await;
    writer.batch_execute("BEGIN; SELECT pg_current_xact_id()").await.unwrap();
    let client = server.client("shop").await;
    let mut run = place.run(&[]);
    let waiting = "SELECT count(*) FROM pg_stat_activity
                   WHERE wait_event_type = 'Lock' AND query LIKE '%pg_create_logical_replication_slot%'";
    until("all slots to wait", async || number(&client, waiting).await == 8).await;
    until("the other shop", async || last_tick(&client, "quick").await.is_some()).await;
    // It may be opened again, too.
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'shopsim/quick'";
    let stood = last_tick(&client, "quick").await;
    assert_eq!(number(&client, end).await, 1);
    until("the other shop again", async || last_tick(&client, "quick").await > stood).await;
    assert_eq!(last_tick(&client, "a").await, None);
    writer.batch_execute("COMMIT").await.unwrap();
    for name in slow {
        run.until_log(&format!("{name}: committed tick=0 ")).await;
    }
    assert_eq!(number(&client, SLOTS).await, 8);
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}

#[tokio::test]
async fn a_reset_makes_anew_what_stands_with_another_plugin_or_in_another_state_schema() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let chain = chain(&[shop("a", &server, "")]);
    place.configure(&(chain.clone() + CDC));
    let ticks = [&UNLIMITED[..], &["--until-tick", "2"]].concat();
    let reset = [&ticks[..], &["--reset"]].concat();
    place.finish(&ticks, 0).await;
    let client = server.client("shop").await;

    let other = chain + &edit(CDC, "test_decoding", "pgoutput");
    place.configure(&other);
    let refused = place.finish(&ticks, 3).await.err;
    assert!(refused.contains("the slot audit was made with the plugin test_decoding"), "{refused}");
    place.finish(&reset, 0).await;
    let plugins = "SELECT count(*) FROM pg_replication_slots WHERE plugin = 'pgoutput'";
    assert_eq!(number(&client, plugins).await, 2);

    place.configure(&edit(&other, "name = \"a\"", "name = \"a\"\nstate_schema = \"other \\\"state\""));
    let refused = place.finish(&ticks, 2).await.err;
    assert!(refused.contains("is in the schema \"shopsim\" (after tick 1)"), "{refused}");
    let made = place.finish(&reset, 0).await.err;
    assert!(made.contains("slot audit (pgoutput) made: changes from tick 0 on"), "{made}");
    assert_eq!(number(&client, "SELECT count(*) FROM shopsim.slot").await, 0);
    assert_eq!(number(&client, "SELECT count(*) FROM \"other \"\"state\".slot").await, 2);
    let done = place.shopsim(&["reset", "--shops", "shops.toml", "--yes"]);
    assert_eq!(done.out, "a: dropped 3 tables, 1 publication, 2 slots\n", "{}", done.err);
    assert_eq!(number(&client, SLOTS).await, 0);
}

#[tokio::test]
async fn a_prepared_transaction_is_named_and_a_shop_sees_its_own_slots_among_many() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.alter_system(&[("max_prepared_transactions", "2"), ("max_replication_slots", "110")]).await;
    let port = server.port();
    server.stop().await;
    let server = Server::start(&place, "own", port, "shop").await;
    let more = "tick_deadline = \"1s\"\n[shop.cdc]\nslots = [\"zz\"]";
    place.configure(&chain(&[shop("a", &server, more)]));
    let client = server.client("shop").await;
    let many =
        "SELECT count(pg_create_physical_replication_slot('a' || n)) FROM generate_series(1, 105) AS n";
    assert_eq!(number(&client, many).await, 105);
    let prepare = "BEGIN; CREATE TABLE something (id int); PREPARE TRANSACTION 'left over'";
    client.batch_execute(prepare).await.unwrap();
    let listen = free_port();
    let mut run = place.run(&["--listen", &format!("127.0.0.1:{listen}")]);
    run.until_log("waits for open transactions that have written: the prepared transaction 'left over' (of shop, since ")
        .await;
    client.batch_execute("ROLLBACK PREPARED 'left over'").await.unwrap();
    run.until_log("a: committed tick=0 ").await;
    until("its slot in the metrics", async || {
        get(listen, "/metrics").body.contains("shopsim_slot_active{shop=\"a\",slot=\"zz\"} 0\n")
    })
    .await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}

#[tokio::test]
async fn shops_of_one_database_watch_their_own_slots_and_a_role_publishes_its_own_heartbeat() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let superuser = server.superuser("shop").await;
    let role = "CREATE ROLE other LOGIN REPLICATION PASSWORD 'other'; GRANT CREATE ON DATABASE shop TO other";
    superuser.batch_execute(role).await.unwrap();
    let beats = |name: &str| {
        format!(
            "schema = \"{name}\"\n[shop.cdc]\npublication = \"{name}\"\nheartbeat = \"1s\"\nslots = [\"of_{name}\"]"
        )
    };
    let [a, b] = ["a", "b"].map(|name| shop(name, &server, &beats(name)));
    place.configure(&chain(&[a.clone(), b]));
    let client = server.client("shop").await;
    let theirs = "SELECT pg_create_logical_replication_slot('theirs', 'pgoutput')";
    client.query(theirs, &[]).await.unwrap();
    let listen = free_port();
    let mut run = place.run(&["--listen", &format!("127.0.0.1:{listen}")]);
    for name in ["a", "b"] {
        run.until_log(&format!("{name}: committed tick=0 ")).await;
    }
    let metrics = || get(listen, "/metrics").body;
    let seen = |shop: &str, slot: &str| {
        metrics().contains(&format!("shopsim_slot_active{{shop=\"{shop}\",slot=\"{slot}\"}} 0\n"))
    };
    // The next look is after 10 seconds; until then the first may have come before the other shop.
    until("each shop's own slots", async || {
        seen("a", "of_a") && seen("b", "of_b") && !seen("a", "of_b") && !seen("b", "of_a")
    })
    .await;
    assert!(seen("a", "theirs") && seen("b", "theirs"), "{}", metrics());
    run.signal(Signal::SIGTERM);
    run.end(0).await;

    // The state of shop b belongs to another role.
    let grant = "GRANT USAGE, CREATE ON SCHEMA shopsim TO other; \
                 GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shopsim TO other";
    superuser.batch_execute(grant).await.unwrap();
    let c = shop("c", &server, &beats("c")).replace("shop:shop@", "other:other@");
    place.configure(&chain(std::slice::from_ref(&c)));
    let ticks = [&UNLIMITED[..], &["--until-tick", "2"]].concat();
    let refused = place.finish(&ticks, 3).await.err;
    let told = "the role other does not own shopsim.heartbeat, which the publication is to have: give the shop a `state_schema`";
    assert!(refused.contains(told), "{refused}");
    let c = c.replacen("schema = \"c\"", "schema = \"c\"\nstate_schema = \"of c\"", 1);
    place.configure(&chain(&[c]));
    place.finish(&ticks, 0).await;
    // The doctor does not want the other shops' heartbeat published.
    let doctor = place.shopsim(&["doctor", "--shops", "shops.toml", "--for", "debezium"]);
    assert!(!doctor.out.contains("heartbeat-table"), "{}{}", doctor.out, doctor.err);
}
