//! Many shops in one process, all due in the same moment of each second: how late the last of them are.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::{Actor, Arbiter};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use shopsim::chain::wall_now;
use shopsim::clock::Checkpoint;
use shopsim::config::Database;
use shopsim::pg::{Applied, CheckpointUpdate};
use shopsim::supervise::{Failure, Ledger, Opened, Recipe, Stop, Store, Supervisor};
use shopsim::telemetry::http::{AllowedHosts, DatabaseFacts, Pages, ShopFacts, Stage, serve};
use shopsim::tick::Transaction;
use shopsim::value::Timestamp;
use tokio::sync::{oneshot, watch};
use tokio::time::sleep;

use crate::harness::{Place, until};
use crate::measure::{Figure, Reach, figure};
use crate::server::Server;
use crate::{Effort, world};

/// A store that keeps nothing but by how many milliseconds each tick came late.
#[derive(Clone)]
struct Sink {
    late: Arc<Mutex<Vec<f64>>>,
    /// Whether each row is drawn, too.
    draws: bool,
    recipe_plan: Arc<shopsim::plan::ShopPlan>,
}

impl Store for Sink {
    fn open(&self) -> LocalBoxFuture<'_, Opened> {
        let ledger: Box<dyn Ledger> = Box::new(self.clone());
        std::future::ready(Ok((ledger, Checkpoint::default()))).boxed_local()
    }
}

impl Ledger for Sink {
    fn apply<'a>(
        &'a mut self,
        transaction: &'a mut Transaction,
        checkpoint: &'a CheckpointUpdate,
    ) -> LocalBoxFuture<'a, Result<Applied, Failure>> {
        let rows = transaction.counts();
        while self.draws && transaction.next(&self.recipe_plan).is_some() {}
        // The first second is that in which all shops are built.
        if checkpoint.tick > 0 {
            let late = wall_now().0 - transaction.at().0;
            self.late.lock().unwrap().push(late as f64 / 1e3);
        }
        std::future::ready(Ok(Applied { rows, ..Applied::default() })).boxed_local()
    }
}

fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap()
}

/// The share of the values that is not greater.
fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() as f64 * share) as usize).min(values.len() - 1)]
}

/// 10,000 shops on a sink in memory, then 100 on one server.
pub fn bench(effort: Effort) -> Vec<Figure> {
    let shops = 10_000 / effort.divisor as usize;
    let seconds = 10 / effort.divisor.min(5);
    let mut figures = Vec::new();
    let mut memory = None;
    for draws in [false, true] {
        let (mut p99, mut most, mut ticks) = (Vec::new(), 0.0f64, 0);
        for _ in 0..effort.rounds.min(3) {
            let before = resident();
            let mut run = in_memory(shops, seconds, draws, None);
            // Later, memory of the first time is used again.
            memory.get_or_insert((run.resident - before) / shops as f64);
            p99.push(run.p99());
            most = most.max(percentile(&mut run.late, 1.0));
            ticks += run.late.len();
        }
        let name = if draws { "10,000 shops, rows drawn" } else { "10,000 shops" };
        let sides = format!("{shops} shops, {ticks} ticks, at most {most:.0} ms");
        let reach = (!draws).then_some(Reach::AtMost(20.0));
        figures.push(figure(name, "ms late, p99", p99, reach, sides));
    }
    let memory = memory.into_iter().collect();
    figures.push(figure("10,000 shops: memory", "KiB a shop", memory, None, String::new()));
    figures
}

/// A run of shops in memory.
pub struct InMemory {
    /// By how many milliseconds each tick came late.
    late: Vec<f64>,
    /// Kilobytes of resident memory while it ran.
    resident: f64,
}

impl InMemory {
    /// The lateness that 99 of 100 ticks do not exceed.
    pub fn p99(&mut self) -> f64 {
        percentile(&mut self.late, 0.99)
    }
}

/// Runs shops on a sink in memory; with a port, its pages are served there.
pub fn in_memory(shops: usize, seconds: u64, draws: bool, port: Option<u16>) -> InMemory {
    let place = Place::new(&world::config("postgres://x:x@localhost/x", "", world::STANDARD));
    let chain = world::load(&place);
    let shop = &chain.shops[0];
    let late = Arc::new(Mutex::new(Vec::with_capacity(shops * seconds as usize)));
    let resident = actix::System::new().block_on(async {
        let threads: Vec<Arbiter> = (0..2).map(|_| Arbiter::new()).collect();
        // Time enough to build them all before the first tick.
        let start = wall_now().floor_second().plus(2_000_000);
        let plan = |number: usize| shopsim::plan::ShopPlan {
            name: format!("shop-{number}"),
            seed: number as u64,
            schema: "public".to_owned(),
            state_schema: "shopsim".to_owned(),
            interval: 1_000_000,
            tables: shop.plan.tables.clone(),
        };
        let plans: Vec<_> = (0..shops).map(|number| Arc::new(plan(number))).collect();
        let recipes = plans.iter().map(|plan| Recipe {
            store: Arc::new(Sink { late: late.clone(), draws, recipe_plan: plan.clone() }),
            plan: plan.clone(),
            schedule: shop.schedule,
            start: shopsim::config::Start::At(start),
            wall: Arc::new(wall_now),
            journal: Arc::new(()),
        });
        let (sender, ended) = oneshot::channel();
        let handles = threads.iter().map(Arbiter::handle).collect();
        let settings = chain.config.supervisor.clone();
        let supervisor = Supervisor::new(settings, recipes.collect(), handles, 1, sender).start();
        let Database::Server(server) = &shop.config.database.value else {
            unreachable!("the config names a server")
        };
        let facts = plans.iter().map(|plan| ShopFacts {
            capture: Arc::default(),
            plan: plan.clone(),
            city: None,
            database: DatabaseFacts::Server(server.clone()),
        });
        let stage = watch::Sender::new(Stage::Playing(supervisor.clone(), facts.collect()));
        if let Some(port) = port {
            let pages = Pages {
                stage: stage.subscribe(),
                wall: Arc::new(wall_now),
                began: wall_now(),
                config: "shops.toml".to_owned(),
                allowed_hosts: AllowedHosts::default(),
            };
            serve(TcpListener::bind(("127.0.0.1", port)).unwrap(), pages).unwrap();
        }
        sleep(Duration::from_secs(3 + seconds)).await;
        let resident = resident();
        supervisor.do_send(Stop);
        let outcome = ended.await.unwrap();
        stage.send_replace(Stage::Ended(outcome.shops));
        for thread in &threads {
            thread.stop();
        }
        resident
    });
    let late = std::mem::take(&mut *late.lock().unwrap());
    InMemory { late, resident }
}

/// A server that takes so many connections.
async fn server_for(place: &Place, connections: usize) -> Server {
    let server = Server::new(place, "s").await;
    server.alter_system(&[("max_connections", &connections.to_string())]).await;
    let port = server.port();
    server.stop().await;
    Server::start(place, "s", port, "shop").await
}

/// A chain of shops with the standard tick, each by its keys besides.
fn configure(place: &Place, shops: usize, keys: impl Fn(usize) -> String) {
    let shop = |number: usize| {
        format!("name = \"shop-{number}\"\nupdate_not_older_than = \"40s\"\n{}", keys(number))
    };
    let config = crate::harness::chain(&(0..shops).map(shop).collect::<Vec<_>>());
    place.configure(&world::without_row_log(&config));
}

/// 100 shops with the standard tick each second, each with its database on one server; then 1,000 in schemas of
/// one database.
pub async fn on_one_server(effort: Effort) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (name, shops) in [("100 shops, one server", 100), ("1,000 shops, one server", 1_000)] {
        let shops = shops / effort.divisor as usize;
        let place = Place::new("");
        let server = server_for(&place, shops + 100).await;
        let databases: Vec<String> = (0..shops).map(|number| format!("db_{number}")).collect();
        let own_databases = shops <= 100;
        if own_databases {
            server.create_databases(&databases.iter().map(String::as_str).collect::<Vec<_>>()).await;
        }
        configure(&place, shops, |number| {
            let database = if own_databases { &*databases[number] } else { "shop" };
            let url = server.url(database);
            format!("schema = \"s{number}\"\ntick_interval = \"1s\"\ndatabase = \"{url}\"")
        });
        let run = place.run(&["--log-format", "json", "-q"]);
        // Some ticks of all of them, then as many as are looked at.
        let seconds = 20 / effort.divisor.min(5);
        until_committed(&place, shops, 5).await;
        let from = wall_now();
        sleep(Duration::from_secs(seconds)).await;
        run.signal(nix::sys::signal::Signal::SIGTERM);
        run.end(0).await;
        let theirs = (!own_databases).then(|| pgbench_lateness(&place, &server, shops, seconds));
        server.stop().await;
        // The time at which each commit was logged, less its due time, for which the shops of a large chain are
        // spread.
        let spread =
            world::load(&place).shops.into_iter().map(|shop| (shop.plan.name.clone(), shop.schedule.spread));
        let spread: BTreeMap<String, i64> = spread.collect();
        let logs = logged(&place);
        let mut late: Vec<f64> = logs.lines().filter_map(|line| lateness(line, from, &spread)).collect();
        let sides =
            format!("{shops} shops, {} ticks, at most {:.0} ms", late.len(), percentile(&mut late, 1.0));
        let p99 = percentile(&mut late, 0.99);
        figures.push(figure(name, "ms late, p99", vec![p99], Some(Reach::AtMost(100.0)), sides));
        if let Some(mut late) = theirs {
            let sides = format!(
                "{shops} clients, {} transactions, at most {:.0} ms",
                late.len(),
                percentile(&mut late, 1.0)
            );
            let name = format!("{name}: pgbench");
            figures.push(figure(&name, "ms late, p99", vec![percentile(&mut late, 0.99)], None, sides));
        }
    }
    figures
}

/// A transaction with as many rows as the standard tick, on the tables of the client's own schema.
const SAME_SIZE: &str = r"
\set n :n + 1
\set c 500000000 + :n * 10
\set o 500000000 + :n * 100
BEGIN;
SELECT pg_catalog.set_config('search_path', 's' || :client_id, false);
LOCK TABLE customers, orders, products IN ROW EXCLUSIVE MODE;
UPDATE shopsim.checkpoint SET last_tick = last_tick + 1 WHERE shop = 'shop-' || :client_id;
DELETE FROM customers WHERE customer_id >= :c - 400 AND customer_id < :c - 390;
DELETE FROM orders WHERE order_id >= :o - 4000 AND order_id < :o - 3900;
DELETE FROM products WHERE product_id >= :c - 400 AND product_id < :c - 390;
UPDATE customers SET home_address = 'another', birth_date = '1970-01-01' WHERE customer_id >= :c - 20 AND customer_id < :c - 18;
UPDATE orders SET order_status = 'shipped', quantity = 7 WHERE order_id >= :o - 107 AND order_id < :o - 100;
UPDATE products SET price = 170 WHERE product_id >= :c - 13 AND product_id < :c - 10;
INSERT INTO customers SELECT :c + g, 'Somebody', '60481 Tyler Fords Apt. 283, Anytown, NY 12345', '+1-555-123-4567', '123456789', '1980-01-01', 'somebody@example.org', '4111111111111111', '05/28', '2026-01-01' FROM pg_catalog.generate_series(0, 9) g;
INSERT INTO orders SELECT :o + g, g, g, 'created', '2026-01-01', g, '2026-01-01' FROM pg_catalog.generate_series(0, 99) g;
INSERT INTO products SELECT :c + g, '123-45-6789', 'Rambutan', 120, 'EUR', '2026-01-01' FROM pg_catalog.generate_series(0, 9) g;
COMMIT;
";

/// How late the same server tells as many commits of as many clients of pgbench, spread over each second, of which the
/// first seconds do not count.
fn pgbench_lateness(place: &Place, server: &Server, clients: usize, seconds: u64) -> Vec<f64> {
    let before = seconds;
    place.write("same-size.sql", SAME_SIZE);
    let script = format!(
        "ulimit -n $(ulimit -Hn); exec pgbench -n -M prepared -c {clients} -j 2 -D n=100 -R {clients} -T {} \
         -f {} -l --log-prefix={}",
        before + seconds,
        place.path("same-size.sql").display(),
        place.path("pgbench").display(),
    );
    world::finish(world::client("sh", server, "shop", &["-c", &script]));
    let folder = std::fs::read_dir(place.path("")).unwrap().flatten();
    let of_pgbench = folder.filter(|file| file.file_name().to_string_lossy().starts_with("pgbench."));
    let logs: String = of_pgbench.map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
    // client, number, microseconds since it was due, script, second and microsecond of its end, …
    let column = |line: &str, at: usize| line.split(' ').nth(at).unwrap().parse::<u64>().unwrap();
    let begin = logs.lines().map(|line| column(line, 4)).min().unwrap() + before;
    logs.lines().filter(|line| column(line, 4) >= begin).map(|line| column(line, 2) as f64 / 1e3).collect()
}

/// Milliseconds from a tick's due time to the log line of its commit, of those logged from a time on.
fn lateness(line: &str, from: Timestamp, spread: &BTreeMap<String, i64>) -> Option<f64> {
    let event: serde_json::Value = serde_json::from_str(line).ok()?;
    if event["message"] != "committed" || event["table"] != "orders" {
        return None;
    }
    let at = event["at"].as_str()?.replace(' ', "T") + "Z";
    let (logged, at) = (Timestamp::parse_rfc3339(event["time"].as_str()?)?, Timestamp::parse_rfc3339(&at)?);
    let due = at.plus(spread[event["shop"].as_str()?]);
    (logged >= from).then(|| (logged.0 - due.0) as f64 / 1e3)
}

/// The lines of all `info.log`.
fn logged(place: &Place) -> String {
    let folders = std::fs::read_dir(place.path("logs")).into_iter().flatten().flatten();
    folders.filter_map(|shop| std::fs::read_to_string(shop.path().join("info.log")).ok()).collect()
}

/// Waits until all shops have committed so many ticks each, on average.
async fn until_committed(place: &Place, shops: usize, ticks: usize) {
    let what = format!("{ticks} ticks of {shops} shops");
    until(&what, async || {
        sleep(Duration::from_millis(500)).await;
        logged(place).matches("committed").count() >= 3 * shops * ticks
    })
    .await;
}

/// 1,000 shops in schemas of one database: how soon all of them are open, with their tables to be made and again.
pub async fn start(effort: Effort) -> Vec<Figure> {
    let shops = 1_000 / effort.divisor as usize;
    let place = Place::new("");
    let server = server_for(&place, 1_100).await;
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for round in 0..effort.rounds.min(3) {
        let database = format!("round_{round}");
        server.create_databases(&[&database]).await;
        configure(&place, shops, |number| {
            let url = server.url(&database);
            format!("schema = \"s{number}\"\ntick_interval = \"10s\"\ndatabase = \"{url}\"")
        });
        cold.push(until_open(&place, "tables created, beginning", shops).await);
        warm.push(until_open(&place, "going on after tick", shops).await);
    }
    server.stop().await;
    let figure = |name, seconds, most| {
        figure(name, "s", seconds, Some(Reach::AtMost(most)), format!("{shops} shops of one database"))
    };
    vec![figure("1,000 shops, cold", cold, 10.0), figure("1,000 shops, warm", warm, 5.0)]
}

/// Seconds from exec until every shop has logged that often; none may fail on the way, and each makes a tick.
async fn until_open(place: &Place, opened: &str, shops: usize) -> f64 {
    drop(std::fs::remove_dir_all(place.path("logs")));
    let began = std::time::Instant::now();
    let mut run = place.run(&[]);
    run.until_nth_log(opened, shops).await;
    let took = began.elapsed().as_secs_f64();
    until_committed(place, shops, 1).await;
    run.signal(nix::sys::signal::Signal::SIGTERM);
    let ended = run.end(0).await;
    assert!(
        !ended.err.contains("failed, restarting in") && !ended.err.contains("waiting for"),
        "{}",
        ended.err
    );
    took
}
