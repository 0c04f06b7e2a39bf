//! Memory is bounded in bytes: neither many rows, nor wide values, nor many ticks of several tables or of many columns,
//! nor a window full of updates pass 64 MB.

use super::harness::{NEW_YEAR, Place, Run, UNLIMITED, until};
use super::server::{Server, number};

/// What a debug build's program takes more by itself, in kB: 14 MB against the 5 MB of a release build, doing nothing.
const DEBUG: u64 = if cfg!(debug_assertions) { 8 * 1024 } else { 0 };

/// The most resident memory of a process, in kB.
const MOST: u64 = 64 * 1024 + DEBUG;

/// The most resident memory of a run until its end, which must be this exit code, in kB.
pub async fn peak(mut run: Run, code: i32) -> u64 {
    let status = format!("/proc/{}/status", run.pid());
    let mut peak = 0;
    until("its end", async || {
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(now.unwrap_or(0));
        run.is_over()
    })
    .await;
    run.end(code).await;
    peak
}

/// A shop whose tables have these columns, so many rows of which are inserted and updated by a tick.
fn shop(server: &Server, tables: &[&str], rows: usize, columns: &str) -> String {
    let mut text = format!(
        "[logs]\nlevel = \"info\"\n[[shop]]\nname = \"a\"\nseed = 7\ntick_interval = \"1s\"\nstop_after = \"0\"\n\
         update_not_older_than = \"10s\"\ndatabase = {:?}\n",
        server.url("shop")
    );
    for table in tables {
        text += &format!(
            "[tables.{table}]\ninsert_rows_per_tick = {rows}\nupdate_rows_per_tick = {rows}\n\
             [tables.{table}.columns]\n{columns}"
        );
    }
    text
}

/// A column of texts of so many bytes.
fn wide(bytes: usize) -> String {
    let value = "x".repeat(bytes);
    format!(
        "v = {{ type = \"text\", faker = \"random_element\", params = {{ elements = [\"{value}\"] }} }}\n"
    )
}

async fn stays_small(bytes: usize, rows: usize) {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&shop(&server, &["t"], rows, &wide(bytes)));
    let ticks = peak(place.run(&[&UNLIMITED[..], &["--until-tick", "3"]].concat()), 0).await;
    let verify = peak(place.start_shopsim(&["verify", "--shops", "shops.toml"]), 0).await;
    let client = server.client("shop").await;
    assert_eq!(number(&client, "SELECT count(*) FROM t WHERE length(v) > 0").await, 3 * rows as i64);
    client.batch_execute("DROP TABLE t; DROP SCHEMA shopsim CASCADE").await.unwrap();
    // Ticks of history share a transaction.
    let history = peak(place.run(&["--start", NEW_YEAR, "--until-tick", "3"]), 0).await;
    assert_eq!(number(&client, "SELECT count(*) FROM t").await, 3 * rows as i64);
    server.stop().await;
    println!(
        "{rows} rows of {bytes} bytes: {ticks} kB in ticks, {history} kB in history, {verify} kB to verify"
    );
    assert!(ticks.max(history).max(verify) < MOST);
}

#[tokio::test]
async fn many_rows_of_a_kilobyte_stay_within_64_megabytes() {
    stays_small(1_000, 10_000).await;
}

#[tokio::test]
async fn rows_of_100_kilobytes_stay_within_64_megabytes() {
    stays_small(100_000, 400).await;
}

#[tokio::test]
async fn rows_of_a_megabyte_stay_within_64_megabytes() {
    stays_small(1_000_000, 40).await;
}

/// Ticks of history that share a transaction, a row of each table in each of them.
async fn history_stays_small(tables: &[&str], columns: &str, ticks: i64) {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&shop(&server, tables, 1, columns));
    let history = peak(place.run(&["--start", NEW_YEAR, "--until-tick", &ticks.to_string()]), 0).await;
    let client = server.client("shop").await;
    for table in tables {
        assert_eq!(number(&client, &format!("SELECT count(*) FROM {table}")).await, ticks);
    }
    server.stop().await;
    println!("{ticks} ticks of {} tables: {history} kB in history", tables.len());
    assert!(history < MOST);
}

#[tokio::test]
async fn ticks_that_share_a_transaction_stay_within_64_megabytes_in_tables_of_wide_values() {
    history_stays_small(&["t1", "t2", "t3", "t4", "t5", "t6"], &wide(100_000), 150).await;
}

#[tokio::test]
async fn ticks_that_share_a_transaction_stay_within_64_megabytes_in_tables_of_many_columns() {
    let column = |place| format!("v{place} = {{ type = \"boolean\", faker = \"boolean\" }}\n");
    let columns: String = (0..300).map(column).collect();
    history_stays_small(&["t1", "t2"], &columns, 512).await;
}

#[tokio::test]
async fn a_window_of_many_updates_is_verified_and_digested_within_64_megabytes() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&format!(
        "[logs]\nlevel = \"info\"\n[[shop]]\nname = \"a\"\nseed = 7\ntick_interval = \"1s\"\nstop_after = \"0\"\n\
         update_not_older_than = \"1m\"\ndatabase = {:?}\n[tables.t]\ninsert_rows_per_tick = 40000\n\
         update_rows_per_tick = 40000\n[tables.t.columns]\nv = {{ type = \"int\", faker = \"random_int\" }}\n",
        server.url("shop")
    ));
    place.finish(&[&UNLIMITED[..], &["--until-tick", "20"]].concat(), 0).await;
    let verify = peak(place.start_shopsim(&["verify", "--shops", "shops.toml"]), 0).await;
    let digest = ["digest", "--shops", "shops.toml", "--at-tick", "19", "--start", NEW_YEAR];
    let digest = peak(place.start_shopsim(&digest), 0).await;
    server.stop().await;
    println!("760,000 updates: {verify} kB to verify, {digest} kB to digest");
    assert!(verify.max(digest) < MOST);
}
