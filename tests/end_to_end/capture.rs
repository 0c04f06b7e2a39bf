//! `[cdc]`: what it asks for is made exactly, kept through restarts and crashes, and dropped by a reset; what others have
//! made is neither used nor touched.

use nix::sys::signal::Signal;
use tokio_postgres::Client;

use super::harness::{Place, Run, UNLIMITED, chain, edit, free_port, until};
use super::health::get;
use super::server::{Server, exists, last_tick, number, untouched};

const RESET: [&str; 4] = ["reset", "--shops", "shops.toml", "--yes"];
const CDC: &str = "
[cdc]
publication = \"shopsim\"
replica_identity = \"full\"
heartbeat = \"100ms\"
slots = [\"debezium\", { name = \"audit\", plugin = \"test_decoding\" }]
";

fn shop(name: &str, server: &Server, database: &str, more: &str) -> String {
    format!(
        "name = \"{name}\"\nseed = 4321\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\ndatabase = {:?}\n{more}",
        server.url(database)
    )
}

fn ticks(ticks: &str) -> Vec<&str> {
    [&UNLIMITED[..], &["--until-tick", ticks]].concat()
}

/// The texts of a query's first column.
async fn texts(client: &Client, query: &str) -> Vec<String> {
    client.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn slots(client: &Client) -> Vec<String> {
    texts(client, "SELECT slot_name::text || ' ' || plugin FROM pg_replication_slots ORDER BY 1").await
}

async fn publications(client: &Client) -> Vec<String> {
    let query = "SELECT concat_ws(' ', pubname, schemaname || '.' || tablename, pubviaroot)
                 FROM pg_publication LEFT JOIN pg_publication_tables USING (pubname) ORDER BY 1";
    texts(client, query).await
}

async fn identities(client: &Client) -> String {
    let query = "SELECT string_agg(relreplident::text, '' ORDER BY relname)
                 FROM pg_class WHERE relname IN ('customers', 'orders', 'products')";
    texts(client, query).await.remove(0)
}

/// Stops a run that has committed a tick; returns its log.
async fn end(mut run: Run) -> String {
    run.until_log("a: committed tick=").await;
    run.signal(Signal::SIGTERM);
    run.end(0).await.err
}

#[tokio::test]
async fn what_cdc_asks_for_is_made_exactly_follows_the_config_and_is_gone_after_a_reset() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[shop("a", &server, "shop", "")]) + CDC;
    let config = edit(&config, "[tables.orders]", "[tables.orders]\nreplica_identity = \"index\"");
    place.configure(&config);
    let client = server.client("shop").await;
    client.batch_execute("CREATE TABLE strange (id int)").await.unwrap();
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");

    let mut run = place.run(&["--listen", &listen]);
    run.until_log("a: publication shopsim created, with 4 tables").await;
    run.until_log("a: slot debezium (pgoutput) made: changes from tick 0 on").await;
    until("two ticks", async || last_tick(&client, "a").await >= Some(1)).await;
    let made = ["public.customers", "public.orders", "public.products", "shopsim.heartbeat"];
    assert_eq!(publications(&client).await, made.map(|table| format!("shopsim {table} f")));
    assert_eq!(slots(&client).await, ["audit test_decoding", "debezium pgoutput"]);
    assert_eq!(identities(&client).await, "fif");

    // Through the slot come the first tick and the heartbeat, in transactions of their own.
    let read = "SELECT data FROM pg_logical_slot_get_changes('audit', NULL, NULL)";
    let mut changes = texts(&client, read).await;
    until("the heartbeat in the slot", async || {
        changes.extend(texts(&client, read).await);
        changes.iter().filter(|change| change.contains("table shopsim.heartbeat: UPDATE:")).count() >= 2
    })
    .await;
    assert!(changes.iter().any(|change| change.contains("public.orders: INSERT: order_id[integer]:1 ")));
    let mut transactions = changes.split(|change| change.starts_with("BEGIN "));
    assert!(!transactions.any(|changes| {
        let has = |part: &str| changes.iter().any(|change| change.contains(part));
        has("shopsim.heartbeat") && has("shopsim.checkpoint")
    }));
    let metrics = || get(port, "/metrics").body;
    until("the slots in the metrics", async || metrics().contains("shopsim_slot_lag_bytes{shop=\"a\"")).await;
    for sample in [
        "shopsim_slot_active{shop=\"a\",slot=\"debezium\"} 0\n",
        "shopsim_slot_wal_bytes{shop=\"a\",slot=\"audit\"} ",
        "shopsim_oldest_snapshot_seconds{shop=\"a\"} ",
    ] {
        assert!(metrics().contains(sample), "{sample} in:\n{}", metrics());
    }
    end(run).await;

    // The doctor has nothing against the slots and the publication that wait for a reader.
    let doctor = place.shopsim(&["doctor", "--shops", "shops.toml", "--for", "debezium"]);
    assert_eq!(doctor.code, Some(0), "{}{}", doctor.out, doctor.err);

    // A later start makes nothing anew.
    let oids = "SELECT sum(oid::bigint)::bigint FROM pg_publication";
    let before = number(&client, oids).await;
    let err = end(place.run(&[])).await;
    assert!(!err.contains("publication") && !err.contains("slot "), "{err}");
    assert_eq!(number(&client, oids).await, before);

    // What somebody has changed is brought back, and what the config does not name any more goes, but for slots.
    let changed = "ALTER PUBLICATION shopsim DROP TABLE orders; ALTER PUBLICATION shopsim ADD TABLE strange; ALTER TABLE orders REPLICA IDENTITY NOTHING";
    client.batch_execute(changed).await.unwrap();
    let err = end(place.run(&[])).await;
    assert!(err.contains("publication shopsim changed to what the config says"), "{err}");
    assert_eq!(publications(&client).await, made.map(|table| format!("shopsim {table} f")));
    assert_eq!(identities(&client).await, "fif");
    let other = "\n[cdc]\npublication = \"other \\\"one\\\"\"\nvia_root = true\nreplica_identity = \"default\"\nslots = [\"audit\"]\n";
    let other =
        config.replace(CDC, &other.replace("\"audit\"", "{ name = \"audit\", plugin = \"test_decoding\" }"));
    place.configure(&other);
    let err = end(place.run(&[])).await;
    assert_eq!(err.matches("does not name the slot debezium any more").count(), 1, "{err}");
    assert!(err.contains("SELECT pg_drop_replication_slot('debezium')"), "{err}");
    assert_eq!(
        publications(&client).await,
        made[..3].iter().map(|table| format!("other \"one\" {table} t")).collect::<Vec<_>>()
    );
    assert_eq!(slots(&client).await, ["audit test_decoding", "debezium pgoutput"]);
    assert_eq!(identities(&client).await, "did");

    // Without [cdc] the publication goes as well; the slots go with a reset.
    place.configure(&chain(&[shop("a", &server, "shop", "")]));
    end(place.run(&[])).await;
    assert_eq!(publications(&client).await, Vec::<String>::new());
    let done = place.shopsim(&RESET);
    assert_eq!((done.code, &*done.out), (Some(0), "a: dropped 3 tables, 2 slots\n"), "{}", done.err);
    assert!(done.err.contains("2 slots: audit, debezium"), "{}", done.err);
    assert_eq!(slots(&client).await, Vec::<String>::new());
    for table in ["slot", "heartbeat"] {
        assert_eq!(number(&client, &format!("SELECT count(*) FROM shopsim.{table}")).await, 0, "{table}");
    }
}

#[tokio::test]
async fn the_heartbeat_beats_while_no_tick_is_due_and_without_a_publication() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let later = "start = \"+1h\"\n[shop.cdc]\nheartbeat = \"100ms\"";
    place.configure(&chain(&[shop("a", &server, "shop", later)]));
    let run = place.run(&[]);
    let client = server.client("shop").await;
    until("the table", async || exists(&client, "shopsim.heartbeat").await).await;
    let beats = "SELECT coalesce(max(beats), 0) FROM shopsim.heartbeat WHERE shop = 'a' AND at > now() - interval '5s'";
    until("three beats", async || number(&client, beats).await >= 3).await;
    // Somebody who locks it for long holds up nothing but the beats.
    client.batch_execute("BEGIN; LOCK TABLE shopsim.heartbeat").await.unwrap();
    let other = server.client("shop").await;
    let waits =
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'shopsim.heartbeat'::regclass";
    until("a beat to wait", async || number(&other, waits).await == 1).await;
    until("it to give up", async || number(&other, waits).await == 0).await;
    client.batch_execute("COMMIT").await.unwrap();
    let seen = number(&client, "SELECT beats FROM shopsim.heartbeat").await;
    until("more beats", async || number(&client, beats).await > seen + 1).await;
    assert_eq!(publications(&client).await, Vec::<String>::new());
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}

#[tokio::test]
async fn what_others_have_made_is_refused_by_name_and_told_of_before_a_reset() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["other"]).await;
    place.configure(&(chain(&[shop("a", &server, "shop", "")]) + CDC));
    let client = server.client("shop").await;
    let elsewhere = server.client("other").await;
    let make = "SELECT pg_create_logical_replication_slot('audit', 'test_decoding')";
    elsewhere.query(make, &[]).await.unwrap();
    client.batch_execute("CREATE PUBLICATION shopsim").await.unwrap();
    let before = untouched(&client).await;
    let err = place.finish(&ticks("2"), 3).await.err;
    for part in [
        "the publication \"shopsim\" exists and was not made by shopsim for this shop: set another `publication`",
        "DROP PUBLICATION \"shopsim\"",
        "the slot audit exists in the database other and was not made by shopsim for this shop: choose another name",
        "SELECT pg_drop_replication_slot('audit')",
        "nothing was written",
    ] {
        assert!(err.contains(part), "{part} in:\n{err}");
    }
    assert_eq!(untouched(&client).await, before);

    let check = place.shopsim(&["check", "--shops", "shops.toml", "--database"]);
    assert_eq!(check.code, Some(2), "{}{}", check.out, check.err);
    let told = check.out + &check.err;
    assert!(told.contains("the publication \"shopsim\" exists and was not made by shopsim"), "{told}");

    client.batch_execute("DROP PUBLICATION shopsim").await.unwrap();
    elsewhere.query("SELECT pg_drop_replication_slot('audit')", &[]).await.unwrap();
    place.finish(&ticks("2"), 0).await;
    let theirs = "CREATE PUBLICATION theirs FOR TABLE orders, products";
    client.batch_execute(theirs).await.unwrap();
    client.query("SELECT pg_create_logical_replication_slot('look', 'pgoutput')", &[]).await.unwrap();
    let confirmed =
        "SELECT (confirmed_flush_lsn - '0/0')::bigint FROM pg_replication_slots WHERE slot_name = 'debezium'";
    let before = number(&client, confirmed).await;
    let told = [
        "publication `theirs`, made by others, loses 2 tables",
        "ALTER PUBLICATION \"theirs\" ADD TABLE \"public\".\"orders\", \"public\".\"products\"",
        "slot `look` (pgoutput), made by others, stays",
    ];
    let err = place.finish(&[&ticks("2")[..], &["--reset"]].concat(), 0).await.err;
    told.iter().for_each(|part| assert!(err.contains(part), "{part} in:\n{err}"));
    assert!(err.contains("slot debezium (pgoutput) made: changes from tick 0 on"), "{err}");
    assert!(number(&client, confirmed).await > before, "it is another slot, from the new tables on");
    assert_eq!(slots(&client).await, ["audit test_decoding", "debezium pgoutput", "look pgoutput"]);

    client.batch_execute("ALTER PUBLICATION theirs ADD TABLE orders, products").await.unwrap();
    let done = place.shopsim(&RESET);
    assert_eq!(done.out, "a: dropped 3 tables, 1 publication, 2 slots\n", "{}", done.err);
    told.iter().for_each(|part| assert!(done.err.contains(part), "{part} in:\n{}", done.err));
    assert_eq!(slots(&client).await, ["look pgoutput"]);
    assert_eq!(publications(&client).await, ["theirs f"]);
}

#[tokio::test]
async fn a_slot_that_waits_says_for_whom_and_survives_a_kill_before_it_is_made() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let patience = "tick_deadline = \"2s\"";
    place.configure(&(chain(&[shop("a", &server, "shop", patience)]) + CDC));
    let client = server.client("shop").await;
    let writer = server.client("shop").await;
    writer
        .batch_execute("SET application_name = 'the writer'; BEGIN; SELECT pg_current_xact_id()")
        .await
        .unwrap();
    let mut run = place.run(&[]);
    run.until_log("a new slot waits for open transactions that have written: pid ").await;
    run.until_log("(the writer, since ").await;
    until("the slot to be recorded", async || {
        exists(&client, "shopsim.slot").await
            && number(&client, "SELECT count(*) FROM shopsim.slot").await == 1
    })
    .await;
    run.kill();
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shopsim/a'";
    until("its session to end", async || number(&client, sessions).await == 0).await;
    assert_eq!(slots(&client).await, Vec::<String>::new());
    writer.batch_execute("COMMIT").await.unwrap();
    end(place.run(&[])).await;
    assert_eq!(slots(&client).await, ["audit test_decoding", "debezium pgoutput"]);

    // Dropped by hand it is made anew, which cannot go unnoticed.
    client.query("SELECT pg_drop_replication_slot('debezium')", &[]).await.unwrap();
    let err = end(place.run(&[])).await;
    assert!(err.contains("WARN a: slot debezium (pgoutput) was gone and is made anew"), "{err}");

    // A reader keeps a reset from dropping anything. This one has a slot of the shop's while it waits to have it.
    writer.batch_execute("BEGIN; SELECT pg_current_xact_id()").await.unwrap();
    client.execute("INSERT INTO shopsim.slot VALUES ('a', 'held', 'pgoutput')", &[]).await.unwrap();
    let reader = server.client("shop").await;
    reader.batch_execute("SET application_name = 'the reader'").await.unwrap();
    let reads = tokio::spawn(async move {
        reader.query("SELECT pg_create_logical_replication_slot('held', 'pgoutput')", &[]).await.unwrap();
    });
    let held = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'held' AND active";
    until("the reader", async || number(&client, held).await == 1).await;
    let before = untouched(&client).await;
    let refused = place.shopsim(&RESET);
    assert_eq!(refused.code, Some(3), "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("the slot held is read by the reader (pid "), "{}", refused.err);
    assert_eq!(untouched(&client).await, before);
    writer.batch_execute("COMMIT").await.unwrap();
    reads.await.unwrap();
    let done = place.shopsim(&RESET);
    assert_eq!(done.out, "a: dropped 3 tables, 1 publication, 3 slots\n", "{}", done.err);
    assert_eq!(slots(&client).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_server_and_role_do_not_allow_is_told_with_its_cure_before_a_table_is_made() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&(chain(&[shop("a", &server, "shop", "")]) + CDC));
    let superuser = server.superuser("shop").await;
    let forbid = "ALTER ROLE shop NOREPLICATION; ALTER DATABASE shop OWNER TO postgres; \
                  REVOKE CREATE ON DATABASE shop FROM shop; \
                  SELECT pg_create_physical_replication_slot('full_' || n) \
                  FROM generate_series(1, current_setting('max_replication_slots')::int - 1) AS n";
    superuser.batch_execute(forbid).await.unwrap();
    let client = server.client("shop").await;
    let before = untouched(&client).await;
    let err = place.finish(&ticks("2"), 3).await.err;
    for part in [
        "the role shop must not create a publication: GRANT CREATE ON DATABASE \"shop\" TO \"shop\"",
        "the role shop must not create slots: ALTER ROLE \"shop\" REPLICATION",
        "2 slots are to be made, and 1 are free",
    ] {
        assert!(err.contains(part), "{part} in:\n{err}");
    }
    assert_eq!(untouched(&client).await, before);
    let allow = "ALTER ROLE shop REPLICATION; GRANT CREATE ON DATABASE shop TO shop; GRANT CREATE ON SCHEMA public TO shop; \
                 SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots";
    superuser.batch_execute(allow).await.unwrap();
    place.finish(&ticks("2"), 0).await;
    assert_eq!(slots(&client).await.len(), 2);
}

#[tokio::test]
async fn shops_of_a_database_have_publications_and_slots_of_their_own() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    // So many that their tables are made by a few sessions, before those of the shops.
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let own = |name: &str| {
        format!("schema = \"{name}\"\n[shop.cdc]\npublication = \"{name}\"\nslots = [\"of_{name}\"]")
    };
    let shops = names.map(|name| shop(name, &server, "shop", &own(name)));
    place.configure(&(chain(&shops) + CDC));
    server.alter_system(&[("max_slot_wal_keep_size", "-1")]).await;
    until("the setting", async || {
        texts(&server.client("shop").await, "SHOW max_slot_wal_keep_size").await == ["-1"]
    })
    .await;
    let err = place.finish(&ticks("2"), 0).await.err;
    let warned = "max_slot_wal_keep_size is -1: a slot that nobody reads keeps";
    assert_eq!(err.matches(warned).count(), names.len(), "{err}");
    let client = server.client("shop").await;
    let published = |name: &str| {
        let tables = ["customers", "orders", "products"].map(|table| format!("{name} {name}.{table} f"));
        [&tables[..], &[format!("{name} shopsim.heartbeat f")]].concat()
    };
    assert_eq!(publications(&client).await, names.map(published).concat());
    let slot = |name: &&str| format!("of_{name} pgoutput");
    assert_eq!(slots(&client).await, names.iter().map(slot).collect::<Vec<_>>());
    let done = place.shopsim(&[&RESET[..], &["--only", "a"]].concat());
    assert_eq!(done.out, "a: dropped 3 tables, 1 publication, 1 slot\n", "{}", done.err);
    assert!(!done.err.contains("of_b"), "it is another shop's: {}", done.err);
    assert_eq!(slots(&client).await, names[1..].iter().map(slot).collect::<Vec<_>>());
    assert_eq!(publications(&client).await.len(), 4 * 8);
}
