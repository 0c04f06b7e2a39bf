//! `shopsim doctor`: it finds what is broken and nothing else, its SQL cures it, and it leaves nothing behind.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value as Json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::harness::{Output, Place, UNLIMITED, chain, free_port, shipped};
use super::server::{Server, number, untouched};

/// Tables of a shop of somebody else's, which a role reads that owns nothing. All is well.
const GOOD: &str = "
CREATE SCHEMA app;
CREATE TABLE app.orders (id int NOT NULL, note text, CONSTRAINT orders_pkey PRIMARY KEY (id));
CREATE TABLE app.customers (id int PRIMARY KEY, name text);
CREATE TABLE app.events (id int PRIMARY KEY, name text);
CREATE TABLE app.wide (id int PRIMARY KEY, body text);
CREATE TABLE app.heartbeat (id int PRIMARY KEY, at timestamptz);
CREATE ROLE cdc LOGIN REPLICATION PASSWORD 'cdc';
GRANT CONNECT ON DATABASE shop TO cdc;
GRANT USAGE ON SCHEMA app TO cdc;
GRANT SELECT ON ALL TABLES IN SCHEMA app TO cdc;
GRANT INSERT, UPDATE ON app.heartbeat TO cdc;
CREATE PUBLICATION shop FOR TABLE app.orders, app.customers, app.events, app.wide, app.heartbeat;
";

/// What breaks it, with what is found of it.
const FAULTS: &[(&str, &[&str])] = &[
    ("ALTER ROLE cdc NOREPLICATION", &["role-replication"]),
    ("ALTER ROLE cdc NOLOGIN", &["role-login"]),
    ("REVOKE CONNECT ON DATABASE shop FROM PUBLIC, cdc", &["database-connect"]),
    ("REVOKE USAGE ON SCHEMA app FROM cdc", &["schema-usage"]),
    ("REVOKE SELECT ON app.orders FROM cdc", &["table-select"]),
    ("ALTER ROLE cdc SET statement_timeout = '1min'", &["statement-timeout"]),
    ("ALTER ROLE cdc SET idle_in_transaction_session_timeout = '1min'", &["idle-timeout"]),
    ("ALTER TABLE app.customers ENABLE ROW LEVEL SECURITY", &["row-security"]),
    ("ALTER TABLE app.customers REPLICA IDENTITY NOTHING", &["table-identity"]),
    ("ALTER TABLE app.orders DROP CONSTRAINT orders_pkey", &["table-identity", "table-primary-key"]),
    ("CREATE UNIQUE INDEX \"a \"\"key\"\"\" ON app.orders (id)", &[]),
    ("ALTER TABLE app.wide ALTER body SET STORAGE EXTERNAL", &[]),
    ("INSERT INTO app.wide VALUES (1, repeat('x', 100000))", &["toasted-values"]),
    (
        "ALTER PUBLICATION shop DROP TABLE app.events, app.heartbeat",
        &["publication-tables", "heartbeat-table"],
    ),
    ("ALTER TABLE app.events SET UNLOGGED", &["table-not-decoded"]),
    ("REVOKE UPDATE ON app.heartbeat FROM cdc", &["heartbeat-table"]),
    ("ALTER PUBLICATION shop SET (publish = 'insert, truncate')", &["publication-operations"]),
    ("ALTER SYSTEM SET wal_level = 'replica'", &["wal-level"]),
    ("ALTER SYSTEM SET max_wal_senders = 0", &["free-senders"]),
    ("ALTER SYSTEM SET max_replication_slots = 0", &["free-slots"]),
    ("ALTER SYSTEM SET max_slot_wal_keep_size = -1", &["slot-unbounded"]),
    ("ALTER SYSTEM SET \"TimeZone\" = 'Europe/Berlin'", &["time-zone"]),
    ("ALTER SYSTEM SET wal_writer_delay = '200ms'", &["late-commits"]),
];

/// What no SQL of the doctor's cures unasked: notes.
const NOTES: [&str; 2] = ["time-zone", "late-commits"];

const FOR: [&str; 8] = [
    "--for",
    "debezium,airbyte",
    "--role",
    "cdc",
    "--schema",
    "app",
    "--tables",
    "orders,customers,events,wide",
];

/// The URL of the superuser, who sees everything.
fn superuser(place: &Place, server: &Server) -> String {
    let password = place.read("state/own/superuser.pw");
    format!("postgres://postgres:{}@127.0.0.1:{}/shop", password.trim(), server.port())
}

/// The document of a server, and the exit code.
fn examined(place: &Place, arguments: &[&str]) -> (Json, Option<i32>) {
    let Output { code, out, err } = place.shopsim(&[&["doctor", "--format", "json"][..], arguments].concat());
    (serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}")), code)
}

fn findings(document: &Json) -> &Vec<Json> {
    document["servers"][0]["findings"].as_array().unwrap_or_else(|| panic!("no findings: {document:#}"))
}

fn ids(document: &Json) -> BTreeSet<String> {
    findings(document).iter().map(|finding| finding["id"].as_str().unwrap().to_owned()).collect()
}

fn seen<'a>(document: &'a Json, id: &str) -> &'a str {
    let found = findings(document).iter().find(|finding| finding["id"] == id);
    found.unwrap_or_else(|| panic!("no {id} in {document:#}"))["seen"].as_str().unwrap()
}

/// Runs SQL as `psql -f` does, which must take all of it.
pub fn psql(url: &str, sql: &str) {
    let mut child = Command::new("psql")
        .args(["-X", "-v", "ON_ERROR_STOP=1", "-f", "-", url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\nof\n{sql}", String::from_utf8_lossy(&output.stderr));
}

async fn restart(place: &Place, server: Server) -> Server {
    let port = server.port();
    server.stop().await;
    Server::start(place, "own", port, "shop").await
}

#[tokio::test]
async fn a_server_that_is_broken_in_many_ways_is_found_out_and_cured_by_the_sql_that_is_printed() {
    let place = Place::new("");
    let mut server = Server::new(&place, "own").await;
    let client = server.superuser("shop").await;
    client.batch_execute(GOOD).await.unwrap();
    let url = superuser(&place, &server);
    let arguments = [&[url.as_str()][..], &FOR].concat();
    let (good, code) = examined(&place, &arguments);
    assert_eq!(code, Some(0), "{good:#}");
    assert_eq!(good["verdict"], "ready");

    for (sql, _) in FAULTS {
        client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    drop(client);
    server = restart(&place, server).await;
    let before = untouched(&server.superuser("shop").await).await;
    let (broken, code) = examined(&place, &arguments);
    assert_eq!((code, broken["verdict"].as_str()), (Some(1), Some("findings")));
    let new: BTreeSet<String> = ids(&broken).difference(&ids(&good)).cloned().collect();
    let expected: BTreeSet<String> =
        FAULTS.iter().flat_map(|(_, ids)| ids.iter().map(|id| (*id).to_owned())).collect();
    assert_eq!(new, expected);
    assert_eq!(ids(&good).difference(&ids(&broken)).count(), 0);

    let fix = place.shopsim(&[&["doctor", "--fix-sql"][..], &arguments].concat());
    assert_eq!(fix.code, Some(1), "{}", fix.err);
    assert_eq!(untouched(&server.superuser("shop").await).await, before, "it is read-only");
    psql(&url, &fix.out);
    let (pending, code) = examined(&place, &arguments);
    let level = findings(&pending).iter().find(|finding| finding["id"] == "wal-level").unwrap();
    assert_eq!((code, &level["restart_pending"]), (Some(1), &Json::Bool(true)), "{level:#}");
    assert!(fix.out.contains("-- now restart the server"), "{}", fix.out);
    server = restart(&place, server).await;
    let (cured, code) = examined(&place, &arguments);
    let left: BTreeSet<String> = ids(&cured).difference(&ids(&good)).cloned().collect();
    assert_eq!(left, NOTES.map(str::to_owned).into(), "{cured:#}\nafter\n{}", fix.out);
    assert_eq!(code, Some(0));
    server.stop().await;
}

#[tokio::test]
async fn slots_and_transactions_that_keep_the_log_are_told_and_only_a_lost_slot_is_dropped_unasked() {
    let place = Place::new("");
    let mut server = Server::new(&place, "own").await;
    server.alter_system(&[("max_prepared_transactions", "2"), ("logical_decoding_work_mem", "64kB")]).await;
    server = restart(&place, server).await;
    let client = server.superuser("shop").await;
    // What is committed is flushed, and so decoded.
    client.batch_execute("SET synchronous_commit = on").await.unwrap();
    client.batch_execute("CREATE TABLE t (id int PRIMARY KEY, note text)").await.unwrap();
    let url = superuser(&place, &server);
    let arguments = [url.as_str(), "--for", "debezium"];
    let (good, _) = examined(&place, &arguments);

    client.batch_execute("SELECT pg_create_logical_replication_slot('lost', 'pgoutput')").await.unwrap();
    client.batch_execute("INSERT INTO t SELECT n, 'x' FROM generate_series(1, 20000) n").await.unwrap();
    server.alter_system(&[("max_slot_wal_keep_size", "1MB")]).await;
    for _ in 0..4 {
        client.batch_execute("UPDATE t SET note = note WHERE id = 1").await.unwrap();
        client.batch_execute("SELECT pg_switch_wal()").await.unwrap();
    }
    client.batch_execute("CHECKPOINT").await.unwrap();
    server.alter_system(&[("max_slot_wal_keep_size", "2GB")]).await;
    let make = "SELECT pg_create_logical_replication_slot('left_behind', 'test_decoding')";
    client.batch_execute(make).await.unwrap();
    client.batch_execute("UPDATE t SET note = 'y'").await.unwrap();
    let read = "SELECT count(*) FROM pg_logical_slot_get_changes('left_behind', NULL, NULL)";
    assert!(number(&client, read).await > 20_000, "more than decoding has memory for");
    client.batch_execute("BEGIN; UPDATE t SET note = 'x'; PREPARE TRANSACTION 'a ''b'").await.unwrap();

    let (broken, code) = examined(&place, &arguments);
    let new: BTreeSet<String> = ids(&broken).difference(&ids(&good)).cloned().collect();
    let expected =
        ["slot-lost", "slot-inactive", "prepared-transaction", "decoding-memory"].map(str::to_owned);
    assert_eq!(new, expected.into(), "{broken:#}");
    assert_eq!(code, Some(1));
    let fix = place.shopsim(&[&["doctor", "--fix-sql"][..], &arguments].concat());
    psql(&url, &fix.out);
    assert!(fix.out.contains("-- ROLLBACK PREPARED 'a ''b';"), "{}", fix.out);
    let slots = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'left_behind'";
    assert_eq!(number(&client, slots).await, 1, "its reader may come back");
    let (cured, _) = examined(&place, &arguments);
    assert!(!ids(&cured).contains("slot-lost") && ids(&cured).contains("slot-inactive"), "{cured:#}");
}

#[tokio::test]
async fn a_probe_proves_that_decoding_works_and_leaves_no_slot() {
    let place = Place::new("");
    let mut server = Server::new(&place, "own").await;
    let url = server.url("shop");
    let arguments = [url.as_str(), "--for", "debezium", "--probe"];
    let client = server.superuser("shop").await;
    client.batch_execute("CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO shop").await.unwrap();
    let slots = "SELECT count(*) FROM pg_replication_slots";

    let (without, code) = examined(&place, &arguments);
    assert!(seen(&without, "probe").contains("made and moved on"), "{without:#}");
    assert_eq!((code, number(&client, slots).await), (Some(0), 0));
    client.batch_execute("CREATE PUBLICATION \"a, b\" FOR TABLE t").await.unwrap();
    let (with, code) = examined(&place, &arguments);
    assert!(seen(&with, "probe").contains("messages through the publication a, b"), "{with:#}");
    assert_eq!((code, number(&client, slots).await), (Some(0), 0));
    let told = place.shopsim(&[&["doctor"][..], &arguments].concat()).err;
    assert!(told.contains("makes the temporary slot shopsim_doctor"), "{told}");

    // A transaction that has written and goes on: no slot can be made.
    let writer = server.client("shop").await;
    writer.batch_execute("BEGIN; INSERT INTO t VALUES (1)").await.unwrap();
    let began = Instant::now();
    let (waited, code) = examined(&place, &arguments);
    assert!(seen(&waited, "probe").contains("statement timeout"), "{waited:#}");
    assert!(seen(&waited, "probe").contains("that have written: pid "), "{waited:#}");
    assert!(began.elapsed() < Duration::from_secs(12) && code == Some(1));
    assert_eq!(number(&client, slots).await, 0);
    writer.batch_execute("ROLLBACK").await.unwrap();

    client.batch_execute("CREATE ROLE plain LOGIN PASSWORD 'plain'").await.unwrap();
    let plain = url.replace("shop:shop@", "plain:plain@");
    let (refused, code) = examined(&place, &[&plain, "--for", "debezium", "--probe"]);
    let told = seen(&refused, "probe");
    assert!(told.contains("must be superuser or replication role"), "{told}");
    assert!(ids(&refused).contains("role-replication") && code == Some(1));

    server.alter_system(&[("wal_level", "replica")]).await;
    server = restart(&place, server).await;
    let (refused, code) = examined(&place, &arguments);
    assert!(seen(&refused, "probe").contains("wal_level"), "{refused:#}");
    assert_eq!((code, number(&server.superuser("shop").await, slots).await), (Some(1), 0));
}

#[tokio::test]
async fn the_private_servers_of_a_config_are_ready_and_a_shop_that_never_ran_cannot_be_told() {
    let place = Place::new(&shipped());
    let never = place.shopsim(&["doctor", "--shops", "shops.toml"]);
    assert_eq!(never.code, Some(3), "{}", never.out);
    assert!(never.out.contains("cannot tell: it has never run"), "{}", never.out);
    assert!(!place.state().exists(), "a server was made to be looked at");

    place.finish(&[&UNLIMITED[..], &["--until-tick", "3"]].concat(), 0).await;
    let ready = place.shopsim(&["doctor", "--shops", "shops.toml"]);
    assert_eq!(ready.code, Some(0), "{}{}", ready.out, ready.err);
    assert!(ready.out.contains("\nready for debezium, dlt, estuary, risingwave; "), "{}", ready.out);
    assert!(!ready.out.contains("late-commits"), "{}", ready.out);
    assert!(place.postmaster("shop-1").is_none(), "a server outlived the look");
    let (own, code) = examined(&place, &["--shop", "shop-2", "--for", "shopsim"]);
    assert_eq!(
        (code, &own["servers"][0]["ready_for"]),
        (Some(0), &serde_json::json!(["shopsim"])),
        "{own:#}"
    );

    // What the doctor says cures it, and the shop goes on with its tables.
    let materialize = ["doctor", "--shop", "shop-2", "--for", "materialize"];
    assert_eq!(place.shopsim(&materialize).code, Some(1));
    let fix = place.shopsim(&[&materialize[..], &["--fix-sql"]].concat());
    let server = Server::of_shop(&place, "shop-2").await;
    let password = place.read("state/shop-2/superuser.pw");
    let url = format!("postgres://postgres:{}@127.0.0.1:{}/shop", password.trim(), server.port());
    psql(&url, &fix.out);
    server.stop().await;
    let cured = place.shopsim(&materialize);
    assert_eq!(cured.code, Some(0), "{}after\n{}", cured.out, fix.out);
    place.finish(&[&UNLIMITED[..], &["--until-tick", "5"]].concat(), 0).await;
    assert_eq!(place.shopsim(&["verify"]).code, Some(0));
}

#[tokio::test]
async fn a_wrong_command_is_2_and_a_server_that_does_not_answer_is_3_within_its_deadline() {
    let place = Place::new(&chain(&[format!("name = \"a\"\nport = {}", free_port())]));
    for wrong in [
        &["postgres://u@h/d", "--for", "debezum"][..],
        &["localhost"],
        &["postgres://u@h/d", "--shop", "a"],
        &["--shop", "b"],
        &["postgres://u@h/d", "--fix-sql", "--format", "json"],
    ] {
        let ended = place.shopsim(&[&["doctor"][..], wrong].concat());
        assert_eq!((ended.code, &*ended.out), (Some(2), ""), "{wrong:?}: {}", ended.err);
    }
    let gone = place.shopsim(&["doctor", &format!("postgres://u:secret@127.0.0.1:{}/d", free_port())]);
    assert_eq!(gone.code, Some(3), "{}", gone.out);
    assert!(gone.out.contains("cannot connect to") && !gone.out.contains("secret"), "{}", gone.out);
    // It takes connections, and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://u@127.0.0.1:{}/d", silent.local_addr().unwrap().port());
    let began = Instant::now();
    let hung = place.shopsim(&["doctor", &url, "--fix-sql"]);
    assert_eq!(hung.code, Some(3), "{}", hung.out);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert!(hung.out.lines().all(|line| line.starts_with("--")), "{}", hung.out);
}

/// Answers as PgBouncer does: no TLS, and no parameters that it does not know.
async fn pooler(port: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(serve(client, port));
        }
    });
    own
}

async fn serve(mut client: TcpStream, port: u16) -> Option<()> {
    const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();
    loop {
        let length = client.read_u32().await.ok()?;
        let mut rest = vec![0; length as usize - 4];
        client.read_exact(&mut rest).await.ok()?;
        if rest == SSL_REQUEST {
            client.write_all(b"N").await.ok()?;
        } else if rest.windows(8).any(|part| part == b"options\0") {
            let fields = b"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
            client.write_all(b"E").await.ok()?;
            client.write_u32(u32::try_from(fields.len() + 4).ok()?).await.ok()?;
            return client.write_all(fields).await.ok();
        } else {
            let mut server = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
            server.write_u32(length).await.ok()?;
            server.write_all(&rest).await.ok()?;
            return copy_bidirectional(&mut client, &mut server).await.ok().map(|_| ());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_is_told_and_a_password_may_come_from_the_environment() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.client("shop").await.batch_execute("CREATE TABLE t (id int PRIMARY KEY)").await.unwrap();
    let run = |port: u16| {
        let url = format!("postgres://shop@127.0.0.1:{port}/shop");
        place.shopsim_with(&["doctor", &url, "--for", "debezium", "--probe"], &[("PGPASSWORD", "shop")])
    };
    let direct = run(server.port());
    assert_eq!(direct.code, Some(0), "{}{}", direct.out, direct.err);
    let pooled = run(pooler(server.port()).await);
    assert_eq!(pooled.code, Some(1), "{}{}", pooled.out, pooled.err);
    assert!(
        pooled.out.contains("✗ pooler: the connection leads through a pooler such as PgBouncer"),
        "{}",
        pooled.out
    );
    assert!(pooled.out.contains("not tried: through a pooler"), "{}", pooled.out);
}
