//! Configs, plans and other programs that the benches share.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use shopsim::chain::{self, Chain, Overrides};
use shopsim::config::Start;
use shopsim::value::Timestamp;

use crate::harness::{self, Place};
use crate::server::Server;

/// Rows per tick of a table: inserted and updated.
pub type Rows = (u64, u64);

/// The shipped tables with other numbers of rows per tick for `customers`, `orders` and `products`, sold by
/// one shop at this database.
pub fn config(database: &str, keys: &str, [customers, orders, products]: [Rows; 3]) -> String {
    let shop = format!(
        "name = \"shop-1\"\nseed = 4321\ntick_interval = \"15s\"\nupdate_not_older_than = \"40s\"\n\
         stop_after = \"0\"\ndatabase = \"{database}\"\n{keys}"
    );
    let text = harness::chain(&[shop]);
    let set = |text: String, table: &str, old: Rows, new: Rows| {
        let rows = |(insert, update): Rows| {
            format!("insert_rows_per_tick = {insert}!\nupdate_rows_per_tick = {update}!").replace('!', "")
        };
        let (head, rest) = text.split_once(&format!("[tables.{table}]\n")).unwrap();
        let comments = |line: &str| line.split("  #").next().unwrap().trim_end().to_owned();
        let rest: Vec<String> = rest.lines().map(comments).collect();
        let rest = harness::edit(&rest.join("\n"), &rows(old), &rows(new));
        format!("{head}[tables.{table}]\n{rest}\n")
    };
    let text = set(text, "customers", (10, 2), customers);
    let text = set(text, "orders", (100, 7), orders);
    set(text, "products", (10, 3), products)
}

/// The same without a line for each changed row.
pub fn without_row_log(config: &str) -> String {
    harness::edit(config, "# [logs]", "[logs]\nlevel = \"info\" ")
}

/// The standard tick.
pub const STANDARD: [Rows; 3] = [(10, 2), (100, 7), (10, 3)];

/// The config of a place, compiled.
pub fn load(place: &Place) -> Chain {
    let start = Some(Start::At(Timestamp::parse_rfc3339(harness::NEW_YEAR).unwrap()));
    let overrides = Overrides { start, ..Overrides::default() };
    chain::load(&place.path("shops.toml"), &overrides).unwrap()
}

/// How long something takes.
pub fn timed(run: impl FnOnce()) -> Duration {
    let began = Instant::now();
    run();
    began.elapsed()
}

/// Runs shopsim on the place's config at full speed to a tick.
pub fn run_until(place: &Place, tick: u64) {
    let tick = tick.to_string();
    let mut arguments = vec!["run", "--shops", "shops.toml", "--quiet", "--until-tick", &tick];
    arguments.extend(harness::UNLIMITED);
    let output = place.shopsim(&arguments);
    assert_eq!(output.code, Some(0), "{}", output.err);
}

/// A program of PostgreSQL on a database, with commits as shopsim makes them.
pub fn client(program: &str, server: &Server, database: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("PGOPTIONS", "-c synchronous_commit=off")
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", server.port().to_string())
        .env("PGUSER", "shop")
        .env("PGPASSWORD", "shop")
        .env("PGDATABASE", database)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// Waits for its end, which must be good.
pub fn finish(mut command: Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs SQL by psql.
pub fn psql(server: &Server, database: &str, sql: &str) {
    finish(client("psql", server, database, &["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql]));
}

/// Makes the server write out what it holds back, so that no side pays for the other.
pub async fn settle(server: &Server) {
    server.superuser("postgres").await.batch_execute("CHECKPOINT").await.unwrap();
}
