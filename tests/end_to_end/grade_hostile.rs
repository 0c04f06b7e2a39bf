//! `shopsim grade` against warehouses that nobody should build: a clear finding or one clear error, bounded memory, and
//! nothing written.

use std::collections::BTreeMap;

use serde_json::Value;
use shopsim::quoting::quote;
use tokio_postgres::Client;

use super::harness::{Place, UNLIMITED, until};
use super::memory::peak;
use super::server::{Server, number, untouched};

/// Ten ticks of 30 rows.
const CONFIG: &str = "[[shop]]\nname = \"a\"\nseed = 7\ntick_interval = \"5s\"\nstop_after = \"0\"\n\
    update_not_older_than = \"1m\"\ndatabase = \"URL\"\n[tables.orders]\ninsert_rows_per_tick = 30\n\
    update_rows_per_tick = 3\n[tables.orders.columns]\n\
    customer_id = { type = \"int\", faker = \"random_int\", params = { min = 1, max = 99 } }\n\
    status = { type = \"text\", faker = \"random_element\", params = { elements = [\"paid\", \"shipped\"] } }\n\
    at = { type = \"timestamp\", faker = \"past_datetime\" }\n";

/// The rows of the shop.
const ROWS: i64 = 300;

/// A warehouse on a server of its own, which a role grades that may read and nothing else.
struct Dwh {
    place: Place,
    server: Server,
    client: Client,
}

/// What a grading said.
struct Graded {
    code: Option<i32>,
    /// The findings of all tables by their class.
    findings: BTreeMap<String, u64>,
    report: Value,
    err: String,
}

impl Dwh {
    /// With the rows of the shop as a mirror in `stash.orders`, which the role that grades cannot see.
    async fn new(database: &str) -> Self {
        let place = Place::new("");
        let server = Server::new(&place, "own").await;
        place.configure(&CONFIG.replace("URL", &server.url("shop")));
        place.finish(&[&UNLIMITED[..], &["--quiet", "--until-tick", "10"]].concat(), 0).await;
        let superuser = server.superuser("shop").await;
        let create = format!(
            "CREATE DATABASE dwh TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' {database}; \
             CREATE ROLE grader LOGIN PASSWORD 'g'"
        );
        for statement in create.split("; ") {
            superuser.batch_execute(statement).await.unwrap();
        }
        let rows = super::server::copy(&superuser, "SELECT * FROM orders").await;
        let client = server.superuser("dwh").await;
        let stash = "CREATE SCHEMA stash; CREATE TABLE stash.orders (order_id int, customer_id int, status text, \
                     at timestamp, created_at timestamp); ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO grader";
        client.batch_execute(stash).await.unwrap();
        let row = |line: &str| {
            let values: Vec<String> = line.split('\t').map(|value| format!("'{value}'")).collect();
            format!("({})", values.join(", "))
        };
        let rows: Vec<String> = rows.lines().map(row).collect();
        client.batch_execute(&format!("INSERT INTO stash.orders VALUES {}", rows.join(", "))).await.unwrap();
        Self { place, server, client }
    }

    fn url(&self) -> String {
        format!("postgres://grader:g@127.0.0.1:{}/dwh", self.server.port())
    }

    fn arguments<'a>(&self, url: &'a str) -> [&'a str; 7] {
        ["grade", "--shops", "shops.toml", "--warehouse", url, "--format", "json"]
    }

    fn grade(&self) -> Graded {
        self.grade_at(&self.url(), &[])
    }

    fn grade_at(&self, url: &str, more: &[&str]) -> Graded {
        let output = self.place.shopsim(&[&self.arguments(url)[..], more].concat());
        let report: Value = serde_json::from_str(&output.out).unwrap_or_default();
        let mut findings = BTreeMap::new();
        for table in report["tables"].as_array().into_iter().flatten() {
            for (class, count) in table["findings"].as_object().unwrap() {
                if count.as_u64() != Some(0) {
                    *findings.entry(class.clone()).or_default() += count.as_u64().unwrap();
                }
            }
        }
        assert!(!output.err.contains("a bug of shopsim"), "it panicked: {}", output.err);
        Graded { code: output.code, findings, report, err: output.err }
    }

    /// Makes a warehouse of nothing but what these statements make.
    async fn make(&self, sql: &str) {
        let drop =
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO grader; ";
        self.client.batch_execute(&format!("{drop}{sql}")).await.unwrap();
    }

    /// Makes such a warehouse and grades it, which must not touch it.
    async fn graded(&self, sql: &str) -> Graded {
        self.make(sql).await;
        let before = untouched(&self.client).await;
        let graded = self.grade();
        assert_eq!(untouched(&self.client).await, before, "it was touched: {sql}");
        graded
    }

    /// Findings of such a warehouse.
    async fn found(&self, sql: &str) -> Vec<(String, u64)> {
        let graded = self.graded(sql).await;
        assert_eq!(graded.code, Some(1), "{sql}: {}", graded.err);
        graded.findings.into_iter().collect()
    }

    /// The one error of such a warehouse.
    async fn error(&self, sql: &str, code: i32) -> String {
        let graded = self.graded(sql).await;
        assert_eq!(graded.code, Some(code), "{sql}: {} {}", graded.err, graded.report);
        assert_eq!(graded.err.matches("error: ").count(), 1, "{sql}: {}", graded.err);
        graded.err
    }
}

fn of(classes: &[(&str, u64)]) -> Vec<(String, u64)> {
    classes.iter().map(|(class, count)| ((*class).to_owned(), *count)).collect()
}

/// A mirror with an expression instead of a column's values.
fn mirror(column: &str, expression: &str) -> String {
    let columns = ["order_id", "customer_id", "status", "at", "created_at"];
    let columns = columns.map(|name| match name == column {
        true => format!("{expression} AS {name}"),
        false => name.to_owned(),
    });
    format!("CREATE TABLE orders AS SELECT {} FROM stash.orders", columns.join(", "))
}

#[tokio::test]
async fn keys_values_and_times_of_any_kind_are_findings_and_nothing_is_written() {
    let dwh = Dwh::new("").await;
    let right = dwh.graded("CREATE TABLE orders AS SELECT * FROM stash.orders").await;
    assert_eq!((right.code, &right.findings), (Some(0), &BTreeMap::new()), "{}", right.err);
    let all = ROWS.unsigned_abs();

    // Keys.
    let more =
        |rows: &str| format!("CREATE TABLE orders AS SELECT * FROM stash.orders; INSERT INTO orders {rows}");
    let row = "customer_id, status, at, created_at FROM stash.orders WHERE order_id <= 3";
    for (key, expected) in [
        ("NULL", of(&[("invented-row", 3)])),
        ("-order_id", of(&[("invented-row", 3)])),
        ("order_id + 1000", of(&[("invented-row", 3)])),
    ] {
        assert_eq!(dwh.found(&more(&format!("SELECT {key}, {row}"))).await, expected, "{key}");
    }
    let others = dwh.graded(&more(&format!("SELECT order_id + 1000000000, {row}"))).await;
    assert_eq!((others.code, others.report["tables"][0]["foreign"].as_u64()), (Some(0), Some(3)));
    let texts =
        "CREATE TABLE orders AS SELECT * FROM stash.orders; ALTER TABLE orders ALTER order_id TYPE TYPE; ";
    for (sql_type, value) in [
        ("text", "'abc'"),
        ("text", "'99999999999999999999999999'"),
        ("text", "''"),
        ("numeric", "1e30"),
        ("numeric", "'NaN'"),
        ("numeric", "1.5"),
        ("float8", "'infinity'"),
        ("bigint", "9223372036854775807 - 2000000000 - 9223372034854775807"),
    ] {
        let sql = texts.replace("TYPE;", &format!("{sql_type};"));
        let found = dwh.found(&format!("{sql}INSERT INTO orders SELECT {value}, {row}")).await;
        assert_eq!(found, of(&[("invented-row", 3)]), "{value}");
    }

    // All rows 20 times, and one of them 50,020 times.
    let duplicates = "CREATE TABLE orders AS SELECT o.*, created_at AS valid_from, NULL::timestamp AS valid_to \
                      FROM stash.orders o, generate_series(1, 20); \
                      INSERT INTO orders SELECT o.* FROM orders o, generate_series(1, 2500) WHERE order_id = 7";
    assert_eq!(dwh.found(duplicates).await, of(&[("duplicate", all * 19 + 50_000)]));

    // Values of other types.
    for column in ["customer_id", "status", "at", "created_at"] {
        for expression in
            ["NULL::text", "'{}'::json", "'\\x00ff'::bytea", "array[1]", "point(1, 2)", "0::numeric"]
        {
            let graded = dwh.graded(&mirror(column, expression)).await;
            assert_eq!(graded.code, Some(1), "{column} {expression}: {}", graded.err);
        }
        for expression in [format!("{column}::text"), format!("to_json({column})")] {
            let graded = dwh.graded(&mirror(column, &expression)).await;
            assert!(matches!(graded.code, Some(0 | 1)), "{expression}: {}", graded.err);
        }
    }
    let everything = "CREATE TABLE orders AS SELECT order_id::text, '{}'::json AS customer_id, '\\x'::bytea AS status, \
                      1.5 AS at, true AS created_at FROM stash.orders";
    assert_eq!(dwh.graded(everything).await.code, Some(1));

    // Times of a history.
    let history = |from: &str, to: &str| {
        format!("CREATE TABLE orders AS SELECT *, {from} AS valid_from, {to} AS valid_to FROM stash.orders")
    };
    for (from, to) in [
        ("'-infinity'::timestamp", "'infinity'::timestamp"),
        ("'4713-01-01 BC'::timestamp", "NULL::timestamp"),
        ("'infinity'::timestamp", "'-infinity'::timestamp"),
        ("'294276-12-31'::timestamp", "'294276-12-31'::timestamp"),
        ("NULL::timestamp", "NULL::timestamp"),
        ("'yesterday at noon'::text", "'never'::text"),
        ("created_at::date", "'9999-12-31'::date"),
        ("9223372036854775807", "(-9223372036854775807)"),
        ("'{}'::jsonb", "'\\x00'::bytea"),
    ] {
        let graded = dwh.graded(&history(from, to)).await;
        assert!(matches!(graded.code, Some(0 | 1)), "{from} {to}: {:?} {}", graded.code, graded.err);
    }
}

#[tokio::test]
async fn tables_that_cannot_be_read_are_one_error_each() {
    let dwh = Dwh::new("").await;
    let copy = "CREATE TABLE orders AS SELECT * FROM stash.orders; ";
    let view = "CREATE VIEW orders AS SELECT order_id, customer_id / (order_id - 150) AS customer_id, status, at, \
                created_at FROM stash.orders";
    let error = dwh.error(view, 3).await;
    assert!(error.contains("cannot read \"public\".\"orders\": division by zero (22012)"), "{error}");
    let error = dwh.error(&format!("{copy}REVOKE SELECT ON orders FROM grader"), 2).await;
    assert!(!error.is_empty());
    dwh.error(&format!("{copy}REVOKE USAGE ON SCHEMA public FROM grader, public"), 2).await;
    dwh.error("SELECT", 2).await;
    dwh.error("CREATE TABLE notes (text text)", 2).await;
    let empty = dwh.graded("CREATE TABLE orders AS SELECT * FROM stash.orders WHERE false").await;
    assert!(matches!(empty.code, Some(1 | 3)), "{:?} {}", empty.code, empty.err);
    for (url, says) in [
        (dwh.url().replace(":g@", ":wrong@"), "28P01"),
        (dwh.url().replace("/dwh", "/nowhere"), "3D000"),
        (dwh.url().replace("grader:g@", "nobody:g@"), "28P01"),
    ] {
        let graded = dwh.grade_at(&url, &[]);
        assert_eq!((graded.code, graded.err.matches("error: ").count()), (Some(3), 1), "{}", graded.err);
        assert!(graded.err.contains(says) && !graded.err.contains("wrong"), "{}", graded.err);
    }

    // Names, and other relations than tables.
    let long = "x".repeat(60);
    for relation in ["Orders", "a \"quoted\" name; DROP TABLE orders", "dots.in.it", &long, "'"] {
        let name = quote(relation);
        let mapping = format!("[tables.orders]\nfrom = {:?}\n", format!("public.{name}"));
        dwh.place.write("warehouse.toml", &mapping);
        dwh.make(&format!("CREATE TABLE {name} AS SELECT * FROM stash.orders")).await;
        let graded = dwh.grade_at(&dwh.url(), &["--mapping", "warehouse.toml"]);
        assert_eq!(graded.code, Some(0), "{relation}: {}", graded.err);
    }
    for relation in [
        "CREATE MATERIALIZED VIEW orders AS SELECT * FROM stash.orders",
        "CREATE TABLE orders (LIKE stash.orders) PARTITION BY HASH (order_id); \
         CREATE TABLE p0 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 0); \
         CREATE TABLE p1 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 1); \
         INSERT INTO orders SELECT * FROM stash.orders",
    ] {
        assert_eq!(dwh.graded(relation).await.code, Some(0), "{relation}");
    }
}

/// Waits until a grading waits for a lock.
async fn until_it_waits(client: &Client) {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shopsim/grade' AND wait_event_type = 'Lock'";
    until("it waits for the lock", async || number(client, waiting).await == 1).await;
}

#[tokio::test]
async fn tables_that_change_meanwhile_are_never_taken_as_faults() {
    let dwh = Dwh::new("").await;
    let url = dwh.url();
    let arguments = dwh.arguments(&url);
    let watch = dwh.server.superuser("dwh").await;
    let copy = "CREATE TABLE orders AS SELECT * FROM stash.orders";
    for (change, says) in [
        // A load that holds the table locked, and leaves it as it was.
        ("SELECT", None),
        ("DELETE FROM orders", None),
        (
            "TRUNCATE orders",
            Some("public.orders was emptied or replaced while it was read".replace("public.", "")),
        ),
        (
            "CREATE TABLE fresh AS SELECT * FROM orders; DROP TABLE orders; ALTER TABLE fresh RENAME TO orders",
            Some("orders".to_owned()),
        ),
        ("ALTER TABLE orders RENAME customer_id TO customer", Some("customer_id".to_owned())),
        ("DROP TABLE orders", Some("orders".to_owned())),
    ] {
        dwh.make(copy).await;
        dwh.client.batch_execute("BEGIN; LOCK orders").await.unwrap();
        let run = dwh.place.start_shopsim(&arguments);
        until_it_waits(&watch).await;
        dwh.client.batch_execute(&format!("{change}; COMMIT")).await.unwrap();
        match says {
            None => _ = run.end(0).await,
            Some(says) => {
                let ended = run.end(3).await;
                assert!(ended.err.contains(&says), "{change}: {}", ended.err);
                assert_eq!(ended.err.matches("error: ").count(), 1, "{change}: {}", ended.err);
            }
        }
    }

    // A session that never ends: the wait does.
    dwh.make(copy).await;
    dwh.client
        .batch_execute("GRANT USAGE ON SCHEMA public TO shop; GRANT SELECT ON orders TO shop")
        .await
        .unwrap();
    dwh.client.batch_execute("BEGIN; LOCK orders").await.unwrap();
    let connection = dwh.server.connection("dwh");
    let short = std::time::Duration::from_millis(400);
    let snapshot = shopsim::pg::Snapshot::open(&connection, "grade", short).await.unwrap();
    let error = snapshot.copy("read orders", "SELECT * FROM orders").await.err().unwrap().to_string();
    assert!(error.contains("lock timeout"), "{error}");
    // A signal ends it at once.
    let mut run = dwh.place.start_shopsim(&arguments);
    until_it_waits(&watch).await;
    run.signal(nix::sys::signal::Signal::SIGINT);
    until("it has ended", async || run.is_over()).await;
    dwh.client.batch_execute("COMMIT").await.unwrap();

    // `--wait` grades until a load has repaired it.
    dwh.make(&format!("{copy} WHERE order_id <> 5")).await;
    let mut run = dwh.place.start_shopsim(&[&arguments[..], &["--wait", "--for", "1m"]].concat());
    run.until_log("attempt 1: 1 findings").await;
    dwh.client
        .batch_execute("INSERT INTO orders SELECT * FROM stash.orders WHERE order_id = 5")
        .await
        .unwrap();
    run.end(0).await;
}

#[tokio::test]
async fn values_of_forty_megabytes_take_no_memory() {
    let dwh = Dwh::new("").await;
    let url = dwh.url();
    let arguments = dwh.arguments(&url);
    let huge = "repeat('x', 40000000)";
    for (column, value) in [
        ("status", huge.to_owned()),
        ("status", format!("convert_to({huge}, 'UTF8')")),
        ("status", format!("to_jsonb({huge})")),
    ] {
        let expression = format!("CASE WHEN order_id = 5 THEN {value} END");
        dwh.make(&mirror(column, &expression)).await;
        let run = dwh.place.start_shopsim(&arguments);
        let most = peak(run, 1).await;
        println!("{value}: {most} kB");
        assert!(most < 64 * 1024, "{most} kB");
    }
    // In the columns that say when a row was valid, and in the key.
    let times = format!(
        "CREATE TABLE orders AS SELECT *, created_at::text || CASE WHEN order_id = 5 THEN {huge} ELSE '' END AS valid_from, \
         NULL::text AS valid_to FROM stash.orders"
    );
    let keys = mirror("order_id", &format!("CASE WHEN order_id = 5 THEN {huge} ELSE order_id::text END"));
    for (sql, code) in [(times, 1), (keys, 1)] {
        dwh.make(&sql).await;
        let most = peak(dwh.place.start_shopsim(&arguments), code).await;
        assert!(most < 64 * 1024, "{most} kB");
    }
}

#[tokio::test]
async fn a_database_in_another_encoding_is_graded() {
    let dwh = Dwh::new("ENCODING 'LATIN1'").await;
    let right = dwh.graded("CREATE TABLE orders AS SELECT * FROM stash.orders").await;
    assert_eq!(right.code, Some(0), "{}", right.err);
    drop(dwh);
    let dwh = Dwh::new("ENCODING 'SQL_ASCII'").await;
    dwh.make(
        "CREATE TABLE orders AS SELECT * FROM stash.orders; UPDATE orders SET status = E'\\xff' WHERE order_id = 5; \
         DO $$ BEGIN EXECUTE E'CREATE TABLE \"odd\\xff\" (x int)'; END $$",
    )
    .await;
    let invalid = dwh.grade();
    assert_eq!(
        invalid.findings.into_iter().collect::<Vec<_>>(),
        of(&[("wrong-value", 1)]),
        "{}",
        invalid.err
    );
}

#[tokio::test]
async fn files_that_are_damaged_are_one_error_each() {
    let dwh = Dwh::new("").await;
    let columns = "order_id,customer_id,status,at,created_at";
    let rows = super::server::copy(&dwh.client, "SELECT * FROM stash.orders ORDER BY random()").await;
    let rows: Vec<String> = rows.lines().map(|row| row.replace('\t', ",")).collect();
    let folder = dwh.place.path("files");
    std::fs::create_dir_all(&folder).unwrap();
    let folder = folder.to_str().unwrap();
    let right = format!("{columns}\n{}\n", rows.join("\n"));
    for (text, code, says) in [
        (right.clone(), 0, ""),
        (format!("\u{feff}{}", right.replace('\n', "\r\n")), 0, ""),
        (format!("{right}301,\"1,paid,,\n"), 3, "orders.csv: line 302: a quote is not closed"),
        (rows.join("\n"), 2, "error: "),
        (String::new(), 2, "error: "),
        (format!("{columns}\n"), 1, ""),
        (format!("{columns}\n{}", "\u{0}".repeat(1000)), 1, ""),
    ] {
        dwh.place.write("files/orders.csv", &text);
        let graded = dwh.grade_at(folder, &[]);
        assert!(graded.code == Some(code) || code == 1 && graded.code == Some(3), "{code}: {}", graded.err);
        assert!(graded.err.contains(says), "{}", graded.err);
    }
    std::fs::write(
        dwh.place.path("files/orders.csv"),
        b"order_id,customer_id,status,at,created_at\n1,\xff\n",
    )
    .unwrap();
    let graded = dwh.grade_at(folder, &[]);
    assert_eq!(graded.code, Some(3), "{}", graded.err);
    assert!(graded.err.contains("orders.csv: line 2: this is not UTF-8"), "{}", graded.err);
    std::fs::remove_file(dwh.place.path("files/orders.csv")).unwrap();
    std::fs::create_dir(dwh.place.path("files/orders.csv")).unwrap();
    let graded = dwh.grade_at(folder, &[]);
    assert!(graded.code == Some(3) && graded.err.contains("there is no CSV file"), "{}", graded.err);
}
