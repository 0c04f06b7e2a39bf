//! `shopsim grade`: whether loads came in time, and whether what rows refer to is there. The warehouse is a schema beside
//! the shop's own, so that a load is one statement.

use futures_util::TryStreamExt;
use serde_json::Value;
use tokio_postgres::Client;

use super::harness::{Place, UNLIMITED, chain};
use super::server::{Server, number};

/// Loads that tell when they ran by the rows, and by their list.
const STAMPS: &str = "loads = { column = \"loaded_at\" }";
const ONE: &str = "loads = { at = [\"2026-01-01T00:00:55Z\"] }";
const TWO: &str = "loads = { at = [\"2026-01-01T00:00:55Z\", \"2026-01-01T00:01:55Z\"] }";

const TABLES: [&str; 3] = ["customers", "orders", "products"];

/// A shop with a tick every 10 s, whose rows never change, and its warehouse.
struct World {
    place: Place,
    server: Server,
    client: Client,
}

impl World {
    async fn new(shop: &str) -> Self {
        let place = Place::new("");
        let server = Server::new(&place, "own").await;
        place.configure(&chain(&[format!(
            "name = \"own\"\nseed = 7\ntick_interval = \"10s\"\nupdate_not_older_than = \"0s\"\n{shop}\n\
             stop_after = \"1h\"\ndatabase = {:?}",
            server.url("shop")
        )]));
        let client = server.client("shop").await;
        Self { place, server, client }
    }

    async fn run_to(&self, tick: u32) {
        let until = (tick + 1).to_string();
        let options = [&UNLIMITED[..], &["-q", "--until-tick", &until]].concat();
        self.place.finish(&options, 0).await;
    }

    async fn sql(&self, sql: &str) {
        self.client.batch_execute(sql).await.unwrap();
    }

    /// Makes empty tables, with the columns that tell when rows were loaded and hold.
    async fn make_warehouse(&self) {
        self.sql("CREATE SCHEMA dds").await;
        for table in TABLES {
            self.sql(&format!(
                "CREATE TABLE dds.{table} (LIKE {table}); \
                 ALTER TABLE dds.{table} ADD loaded_at timestamp, ADD valid_to timestamp"
            ))
            .await;
        }
    }

    /// Adds new rows to a table of the warehouse; `at` is in seconds after the start.
    async fn load(&self, table: &str, into: &str, at: u32, condition: &str) {
        let key = format!("{}_id", table.trim_end_matches('s'));
        self.sql(&format!(
            "INSERT INTO dds.{into} SELECT s.*, timestamp '2026-01-01' + interval '{at} s' FROM {table} s \
             WHERE NOT EXISTS (SELECT FROM dds.{into} d WHERE d.{key} = s.{key}) AND ({condition})"
        ))
        .await;
    }

    async fn count(&self, query: &str) -> u64 {
        number(&self.client, &format!("SELECT count(*) FROM {query}")).await.unsigned_abs()
    }

    /// Writes tables of the warehouse as CSV files.
    async fn write_files(&self, tables: &[&str]) {
        std::fs::create_dir_all(self.place.path("files/dds")).unwrap();
        for table in tables {
            let copy = format!("COPY dds.{table} TO STDOUT (FORMAT csv, HEADER)");
            let chunks: Vec<_> = self.client.copy_out(&copy).await.unwrap().try_collect().await.unwrap();
            self.place.write(&format!("files/dds/{table}.csv"), &String::from_utf8(chunks.concat()).unwrap());
        }
    }

    /// The report, and the exit code.
    fn grade(&self, mapping: &str, options: &[&str]) -> (Value, Option<i32>) {
        self.grade_at(&self.server.url("shop"), mapping, options)
    }

    fn grade_at(&self, warehouse: &str, mapping: &str, options: &[&str]) -> (Value, Option<i32>) {
        self.place.write("warehouse.toml", mapping);
        let command = ["grade", "--warehouse", warehouse, "--mapping", "warehouse.toml", "--format", "json"];
        let graded = self.place.shopsim(&[&command[..], options].concat());
        (
            serde_json::from_str(&graded.out).unwrap_or_else(|_| panic!("{}{}", graded.out, graded.err)),
            graded.code,
        )
    }
}

/// A mapping of all three tables, with more at the top and for orders.
fn mapping(top: &str, orders: &str) -> String {
    let table = |table: &str| {
        let more = if table == "orders" { orders } else { "" };
        format!(
            "[tables.{table}]\nfrom = \"dds.{table}\"\nkind = \"history\"\nvalid_from = \"loaded_at\"\n\
             valid_to = \"valid_to\"\nstarts_mean = \"load\"\n{more}\n"
        )
    };
    format!("tolerance = \"0s\"\n{top}\n{}", TABLES.map(table).concat())
}

/// A table of a report.
fn table<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["tables"].as_array().unwrap().iter().find(|table| table["table"] == name).unwrap()
}

/// The findings of a table, without those that are 0.
fn findings(report: &Value, name: &str) -> Vec<(String, u64)> {
    let findings = table(report, name)["findings"].as_object().unwrap();
    let counts = findings.iter().map(|(class, count)| (class.clone(), count.as_u64().unwrap()));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// Findings of one class.
fn only(class: &str, count: u64) -> Vec<(String, u64)> {
    vec![(class.to_owned(), count)]
}

/// What a class of obligations asks for, and what is wrong of it.
fn obliged(report: &Value, name: &str, class: &str) -> (u64, u64) {
    let class = &table(report, name)["score"]["classes"][class];
    (class["obliged"].as_u64().unwrap_or(0), class["bad"].as_u64().unwrap_or(0))
}

/// Whether a headline of a table has a text.
fn says(report: &Value, name: &str, text: &str) -> bool {
    let headlines = table(report, name)["headlines"].as_array().unwrap();
    headlines.iter().any(|headline| headline.as_str().unwrap().contains(text))
}

#[tokio::test]
async fn loads_are_fresh_late_or_stale_by_the_clock_that_the_run_followed() {
    let world = World::new("delete_older_than = \"100s\"").await;
    for (nth, (tick, at)) in [(5, 55), (11, 115), (29, 295)].into_iter().enumerate() {
        world.run_to(tick).await;
        if nth == 0 {
            world.make_warehouse().await;
        }
        world.load("customers", "customers", at, "true").await;
    }
    // As if the run had followed the wall clock from its start on: the same ticks, and stamps that are wall times.
    let live = |world: &World| {
        let mut origin: Value = serde_json::from_str(&world.place.shopsim(&["origin"]).out).unwrap();
        let checkpoint = &mut origin["shops"][0]["checkpoint"];
        checkpoint["live"] = true.into();
        checkpoint["pace"] = "real-time".into();
        let start = checkpoint["start"].clone();
        checkpoint["anchor"] = serde_json::json!({ "wall": start, "at": start });
        world.place.write("origin.json", &origin.to_string());
    };
    live(&world);
    let within = |span: &str| {
        mapping(&format!("{STAMPS}\nmax_lag = {span:?}"), "deletes = \"keep\"")
            .replace("[tables.customers]", "[tables.customers]\ndeletes = \"keep\"")
    };
    let options = ["--table", "customers", "--origin", "origin.json"];

    let (report, code) = world.grade(&within("3m"), &options);
    assert_eq!((findings(&report, "customers"), code), (vec![], Some(0)));
    // A row lives 100 s, and the last load ran after 295 s: those of ticks 20 to 23 came after 65 s or more.
    let (report, _) = world.grade(&within("1m"), &options);
    assert_eq!(findings(&report, "customers"), only("late", 40));
    assert!(says(
        &report,
        "customers",
        "80 rows came and went while no load ran from 2026-01-01T00:01:55Z to"
    ));

    // Nobody loads any more.
    world.run_to(50).await;
    live(&world);
    let (report, code) = world.grade(&within("3m"), &options);
    assert_eq!((findings(&report, "customers"), code), (only("late", 1), Some(1)));
    assert!(says(&report, "customers", "no load has seen tick 30, which was due 2026-01-01T00:05:00Z"));
    let (report, _) = world.grade(&within("3m").replace("max_lag = \"3m\"", ""), &options);
    assert!(report["not_asked"].as_array().unwrap().contains(&"freshness".into()));
    assert_eq!(findings(&report, "customers"), []);
    world.server.stop().await;
}

const REFERS: &str = "refers = { customer_id = \"customers\", product_id = \"products\" }";
const DANGLES: &str = "NOT EXISTS (SELECT FROM dds.customers d WHERE d.customer_id = s.customer_id) \
                       OR NOT EXISTS (SELECT FROM dds.products d WHERE d.product_id = s.product_id)";

#[tokio::test]
async fn orphans_are_counted_and_those_that_the_source_has_itself_are_told() {
    let world = World::new("").await;
    world.run_to(5).await;
    world.make_warehouse().await;
    for table in TABLES {
        world.load(table, table, 55, "true").await;
    }
    // Orders refer to customers and products 1 to 99, of which 60 are there.
    let orphans = world.count(&format!("dds.orders s WHERE {DANGLES}")).await;
    let by_customer = world.count("dds.orders WHERE customer_id > 60").await;
    let (report, code) = world.grade(&mapping(ONE, REFERS), &[]);
    assert!(orphans > by_customer && by_customer > 0);
    assert_eq!((findings(&report, "orders"), code), (only("orphan", orphans), Some(1)));
    assert_eq!(obliged(&report, "orders", "references"), (600, orphans));
    assert!(says(&report, "orders", &format!("{by_customer} of {by_customer} so in the source, too")));

    world.run_to(11).await;
    for table in TABLES {
        world.load(table, table, 115, "true").await;
    }
    let (report, code) = world.grade(&mapping(TWO, REFERS), &["--table", "orders"]);
    assert_eq!((findings(&report, "orders"), code), (vec![], Some(0)));
    assert_eq!(obliged(&report, "orders", "references"), (1200, 0));

    // A customer that the pipeline has lost.
    world.sql("DELETE FROM dds.customers WHERE customer_id = 7").await;
    let orphans = world.count("dds.orders WHERE customer_id = 7").await;
    let (report, _) = world.grade(&mapping(TWO, REFERS), &[]);
    assert_eq!(findings(&report, "orders"), only("orphan", orphans));
    assert_eq!(findings(&report, "customers"), only("missing-row", 1));
    assert!(says(&report, "orders", &format!("0 of {orphans} so in the source")));
    let example = &table(&report, "orders")["examples"][0];
    assert_eq!(example["says"], "customer_id is 7, and there is no such row of customers");

    let (report, _) = world.grade(&mapping(TWO, ""), &[]);
    assert!(report["not_asked"].as_array().unwrap().contains(&"references".into()));
    assert_eq!(findings(&report, "orders"), []);
    world.server.stop().await;
}

#[tokio::test]
async fn rows_are_in_their_table_or_set_aside_and_nowhere_else() {
    let world = World::new("").await;
    world.run_to(5).await;
    world.make_warehouse().await;
    world.sql("CREATE TABLE dds.orders_rejected (LIKE dds.orders); ALTER TABLE dds.orders_rejected ADD why text").await;
    for table in ["customers", "products"] {
        world.load(table, table, 55, "true").await;
    }
    world.load("orders", "orders", 55, &format!("NOT ({DANGLES})")).await;
    world.load("orders", "orders_rejected", 55, DANGLES).await;
    let aside = format!("side = \"dds.orders_rejected\"\n{REFERS}");
    let with_side = mapping(ONE, &aside);
    let (report, code) = world.grade(&with_side, &[]);
    assert_eq!((findings(&report, "orders"), code), (vec![], Some(0)));
    assert_eq!(obliged(&report, "orders", "references"), (600, 0));
    assert_eq!(obliged(&report, "orders", "inserts"), (600, 0));

    // Lost: three that cannot be in their table. A row of the table is missing as ever.
    world.sql("CREATE TABLE kept AS SELECT * FROM dds.orders_rejected ORDER BY order_id LIMIT 3").await;
    world
        .sql("DELETE FROM dds.orders_rejected USING kept WHERE orders_rejected.order_id = kept.order_id")
        .await;
    world.sql("DELETE FROM dds.orders WHERE order_id = (SELECT min(order_id) FROM dds.orders)").await;
    let (report, _) = world.grade(&with_side, &[]);
    let both = [only("missing-row", 1), only("lost-aside", 3)].concat();
    assert_eq!(findings(&report, "orders"), both);
    assert_eq!(obliged(&report, "orders", "references").1, 3);
    assert_eq!(obliged(&report, "orders", "inserts"), (597, 1));

    world.write_files(&["customers", "orders", "orders_rejected", "products"]).await;
    let (report, _) = world.grade_at("files", &with_side, &["--table", "orders"]);
    assert_eq!(findings(&report, "orders"), both, "of files, too");
    assert_eq!(obliged(&report, "orders", "references"), (599, 3));

    // In both.
    world.sql("INSERT INTO dds.orders_rejected SELECT * FROM kept").await;
    world.load("orders", "orders", 55, "s.order_id IN (SELECT order_id FROM kept)").await;
    world.load("orders", "orders", 55, &format!("NOT ({DANGLES})")).await;
    let (report, _) = world.grade(&with_side, &[]);
    let both = [only("duplicate", 3), only("orphan", 3)].concat();
    assert_eq!(findings(&report, "orders"), both);
    world.sql("DELETE FROM dds.orders USING kept WHERE orders.order_id = kept.order_id").await;

    // What they refer to has come, and they stay aside.
    let with_side = mapping(TWO, &aside);
    world.run_to(11).await;
    for table in TABLES {
        world.load(table, table, 115, if table == "orders" { "s.order_id > 600" } else { "true" }).await;
    }
    let aside = world.count("dds.orders_rejected").await;
    let (report, _) = world.grade(&with_side, &[]);
    assert_eq!(findings(&report, "orders"), only("misplaced", aside));

    // A side table that cannot be read with the table is told.
    world.sql("ALTER TABLE dds.orders_rejected DROP valid_to").await;
    let (report, _) = world.grade(&with_side, &[]);
    assert_eq!(findings(&report, "orders"), only("missing-row", aside));
    assert!(says(&report, "orders", "`dds.orders_rejected` has no column `valid_to`"));
    world.server.stop().await;
}
