//! What a run has recorded, in its databases and in an origin file: start, pauses and last tick, and the history that
//! follows from them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use shopsim::chain::wall_now;
use shopsim::quoting::quote;
use shopsim::value::SECOND;

use super::harness::{Output, Place, chain, edit, until};
use super::oracle::{self, plan};
use super::server::{Server, copy, last_tick, number};

/// psql, on the path or where PostgreSQL's packages put it.
fn psql() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed = versions.map(|entry| entry.path().join("bin/psql")).find(|path| path.exists());
    installed.unwrap_or_else(|| Path::new("psql").to_owned())
}

/// Gives a script to psql, which must take all of it.
fn load(url: &str, script: &str) {
    let mut psql = Command::new(psql());
    psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", url]).env("PGCLIENTENCODING", "UTF8");
    let mut psql =
        psql.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("psql is on this machine");
    psql.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let ended = psql.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// stdout of a command that succeeds.
fn printed(output: Output) -> String {
    assert_eq!((output.code, output.err.as_str()), (Some(0), ""));
    output.out
}

#[tokio::test]
async fn history_of_a_run_with_pauses_is_the_same_with_its_databases_and_without_them_and_loads_into_a_warehouse()
 {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["warehouse"]).await;
    let config = chain(&[format!(
        "name = \"own\"\ntick_interval = \"100ms\"\nupdate_not_older_than = \"2s\"\ndelete_older_than = \"3s\"\n\
         stop_after = \"1h\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    place.configure(&config);
    let client = server.client("shop").await;
    let more_ticks = async |ticks: i64| {
        let from = last_tick(&client, "own").await.unwrap_or(0);
        until("more ticks", async || last_tick(&client, "own").await >= Some(from + ticks)).await;
    };
    let run = place.run(&["-q"]);
    more_ticks(8).await;
    run.kill();
    let killed = wall_now();
    until("it has been away for 2 s", async || wall_now() > killed.plus(2 * SECOND)).await;
    let run = place.run(&["-q"]);
    more_ticks(8).await;
    assert_eq!(number(&client, "SELECT count(*) FROM shopsim.pause").await, 1);

    // While it runs.
    place.write("origin.json", &printed(place.shopsim(&["origin"])));
    let origin: serde_json::Value = serde_json::from_str(&place.read("origin.json")).unwrap();
    let recorded = &origin["shops"][0];
    let last = recorded["checkpoint"]["last_tick"].as_i64().unwrap();
    assert!(Some(last) <= last_tick(&client, "own").await);
    assert_eq!(recorded["checkpoint"]["pauses"].as_array().unwrap().len(), 1);
    assert_eq!(recorded["fingerprint"], plan(&config, "own").fingerprint());
    assert!(!place.read("origin.json").contains("shop:shop"), "no password and no address");
    let last = last.to_string();
    let as_of = ["history", "--as-of-tick", &last, "--format", "sql"];
    let commands: [&[&str]; 5] = [
        &["history", "--to-tick", &last],
        &["history", "--to-tick", &last, "--table", "orders", "--format", "csv"],
        &as_of,
        &["digest", "--at-tick", &last],
        &["sample", "--tick", &last, "--ticks", "2"],
    ];
    let with = |command: &[&str], more: &[&str]| printed(place.shopsim(&[command, more].concat()));
    let live: Vec<String> = commands.iter().map(|command| with(command, &["--database"])).collect();
    run.signal(Signal::SIGTERM);
    run.end(0).await;

    // Where the shop's server cannot be reached.
    let tables = oracle::tables(&client, &plan(&config, "own")).await;
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "own")).await;
    let last = (standing.ticks - 1).to_string();
    let history = with(&["history", "--to-tick", &last, "--format", "sql"], &["--database"]);
    let elsewhere = Place::new(&edit(&config, &server.url("shop"), "postgres://shop@127.0.0.1:1/shop"));
    elsewhere.write("origin.json", &place.read("origin.json"));
    let without =
        |command: &[&str]| printed(elsewhere.shopsim(&[command, &["--origin", "origin.json"]].concat()));
    for (command, live) in commands.iter().zip(&live) {
        assert!(without(command) == *live, "{command:?}");
    }
    assert!(without(&["history"]) == live[0], "the last tick is the default");

    // In a warehouse: what is current there is what the shop's tables hold, row by row.
    load(&server.url("warehouse"), &history);
    place.write("orders.csv", &live[1]);
    let script = format!(
        "CREATE TABLE from_csv (LIKE orders_history);\nALTER TABLE from_csv ADD \"table\" text;\n\
         \\copy from_csv ({}) from '{}' csv header\n",
        place.read("orders.csv").lines().next().unwrap().split(',').map(quote).collect::<Vec<_>>().join(", "),
        place.path("orders.csv").display()
    );
    load(&server.url("warehouse"), &script);
    load(&server.url("warehouse"), &live[2]);
    let warehouse = server.client("warehouse").await;
    let plan = plan(&config, "own");
    for table in &plan.tables[..] {
        let columns: Vec<String> = table.all_columns().skip(1).map(|(name, _)| quote(name)).collect();
        let columns = columns.join(", ");
        let current =
            format!("SELECT key, {columns} FROM {}_history WHERE to_tick IS NULL ORDER BY key", table.name);
        let current = copy(&warehouse, &current).await;
        assert!(!current.is_empty() && current == tables[&table.name], "{}", table.name);
        // The times of versions join without a gap, and the first one is the row's `created_at` within its second.
        let gaps = format!(
            "SELECT count(*) FROM (SELECT valid_from, lag(valid_to) OVER of_row AS before, version, created_at \
             FROM {}_history WINDOW of_row AS (PARTITION BY key ORDER BY version)) AS versions \
             WHERE before <> valid_from OR (version = 1) <> (before IS NULL) \
             OR version = 1 AND created_at <> date_trunc('second', valid_from AT TIME ZONE 'UTC')",
            table.name
        );
        assert_eq!(number(&warehouse, &gaps).await, 0, "{}", table.name);
        // The rows as they stood are the versions of that tick.
        let stood = format!(
            "SELECT count(*) FROM {0}_as_of AS stood FULL JOIN (SELECT * FROM {0}_history, \
             (SELECT max(tick) AS asked FROM {0}_as_of) AS asked \
             WHERE from_tick <= asked AND (to_tick IS NULL OR to_tick > asked)) AS version \
             ON version.key = stood.{1} WHERE version.key IS NULL OR stood.{1} IS NULL \
             OR version.created_at <> stood.created_at",
            table.name,
            quote(&table.key)
        );
        assert_eq!(number(&warehouse, &stood).await, 0, "{}", table.name);
    }
    let last_of_csv = live[1].lines().count() as i64 - 1;
    assert_eq!(number(&warehouse, "SELECT count(*) FROM from_csv").await, last_of_csv);
    let same = "SELECT count(*) FROM from_csv AS c JOIN orders_history AS h USING (shop, key, version, operation, \
                from_tick, valid_from, changed, customer_id, product_id, order_status, order_dttm, quantity, created_at)";
    assert_eq!(number(&warehouse, same).await, last_of_csv, "CSV and SQL say the same");
}
