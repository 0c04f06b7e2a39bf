//! The rows of ticks as `shopsim sample` prints them, in tables of a server beside the shop's: what a hand-written
//! transaction needs to write the same values.
//!
//! For each table of the shop `stage.TABLE_insert` and `stage.TABLE_update` hold a row for each row that a tick
//! inserts or updates, with the tick; columns that an update leaves alone are null.

use std::process::Stdio;

use crate::harness::{self, Place};
use crate::server::Server;
use crate::world;

/// Stages some ticks of the place's config, into tables that are made anew.
pub fn stage(place: &Place, server: &Server, database: &str, from_tick: u64, ticks: u64) {
    let (from, count) = (from_tick.to_string(), ticks.to_string());
    let arguments = [
        "sample",
        "--format",
        "jsonl",
        "--from-tick",
        &from,
        "--ticks",
        &count,
        "--start",
        harness::NEW_YEAR,
    ];
    let rows = place.path("rows.jsonl");
    let file = std::fs::File::create(&rows).unwrap();
    let mut sample = std::process::Command::new(env!("CARGO_BIN_EXE_shopsim"));
    sample.args(arguments).arg("--shops").arg(place.path("shops.toml")).stdout(Stdio::from(file));
    assert!(sample.status().unwrap().success());
    // No character of JSON is a delimiter or a quote here.
    let copy = format!(
        "\\copy stage.rows from '{}' (format csv, delimiter e'\\x02', quote e'\\x01')",
        rows.display()
    );
    world::psql(
        server,
        database,
        "DROP SCHEMA IF EXISTS stage CASCADE; CREATE SCHEMA stage; CREATE UNLOGGED TABLE stage.rows (j jsonb)",
    );
    world::psql(server, database, &copy);
    for table in ["customers", "orders", "products"] {
        for operation in ["insert", "update"] {
            let name = format!("stage.{table}_{operation}");
            world::psql(
                server,
                database,
                &format!(
                    "CREATE TABLE {name} AS SELECT (j->>'tick')::bigint AS tick, r.* \
                     FROM stage.rows, jsonb_populate_record(NULL::public.{table}, (j->'key') || (j->'values')) AS r \
                     WHERE j->>'table' = '{table}' AND j->>'operation' = '{operation}' ORDER BY 1, 2; \
                     CREATE INDEX ON {name} (tick); ANALYZE {name}"
                ),
            );
        }
    }
    world::psql(server, database, "DROP TABLE stage.rows");
}

/// Sets the columns of a table from a staged update, those that it leaves alone to what they are.
pub fn assignments(columns: &[&str]) -> String {
    let assign = |column: &&str| format!("{column} = coalesce(u.{column}, t.{column})");
    columns.iter().map(assign).collect::<Vec<_>>().join(", ")
}

/// The columns of the shipped tables between key and `created_at`.
pub const CUSTOMERS: [&str; 8] = [
    "full_name",
    "home_address",
    "phone_number",
    "passport",
    "birth_date",
    "email",
    "credit_card",
    "credit_card_expire",
];
pub const ORDERS: [&str; 5] = ["customer_id", "product_id", "order_status", "order_dttm", "quantity"];
pub const PRODUCTS: [&str; 4] = ["ssn", "name", "price", "currency"];
