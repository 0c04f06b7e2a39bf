//! The whole program against real servers: the shipped binary, killed, cut off, misled and restarted.
//!
//! Every test has its own folder, servers and ports, and none outlives it. Nothing is skipped: without
//! PostgreSQL these tests fail and say so; but those of [`pooler`] are, where there is no PgBouncer. Whatever happened to a run, the tables must be those that
//! the pure engine draws for the ticks that the checkpoint names ([`oracle`]).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the fault suite uses the harness, too")]

mod bounds;
mod capture;
mod capture_hostile;
mod cells;
mod certificates;
mod change_source;
mod claims;
mod cold;
mod combined;
mod connect;
mod crashes;
mod doctor;
mod doctor_advice;
mod downtime;
mod encodings;
mod foreign_keys;
mod grade_hostile;
mod grade_keys;
mod grade_references;
mod harness;
mod health;
mod history;
mod hostile;
mod keys;
mod live;
mod lives;
mod locked;
mod log_troubles;
mod logs;
mod many;
mod memory;
mod open;
mod oracle;
mod paces;
mod page_api;
mod page_rows;
mod permutations;
mod pooler;
mod reading;
mod recorded;
mod reset;
mod schema;
mod secrets;
mod serve;
mod server;
mod settings;
mod shipped;
mod state_schema;
mod stops;
mod tech_fields;
mod tls;
mod trouble;
mod types;
mod unique;
mod vacuum;
mod verify;
mod warehouse;
