//! shopsim simulates a retail chain's production databases: real PostgreSQL databases in which every shop inserts,
//! updates and deletes rows, tick by tick. The rows are a function of the config and its seeds only: they are the same on
//! every machine, and through any crash.
//!
//! Most users need the program `shopsim`. The library has three entry points: [`chain`] reads and checks a config,
//! [`truth`] computes the contents of its tables after a tick, without a server, and [`run`] runs it. All other modules
//! are internal, although the tests and benches of this crate use them: they change without notice.
//!
//! # Example
//!
//! The contents of the table `orders` of the first shop after tick 199:
//!
//! ```
//! use shopsim::chain::{self, Overrides};
//! use shopsim::{Start, Timestamp, truth};
//!
//! let start = Timestamp::parse_rfc3339("2026-01-01T00:00:00Z").expect("a time");
//! let overrides = Overrides { start: Some(Start::At(start)), ..Overrides::default() };
//! let chain = chain::load("shops.toml".as_ref(), &overrides)?;
//!
//! let shop = &chain.shops[0];
//! let timeline = shop.timeline(chain::wall_now());
//! let place = shop.plan.tables.iter().position(|table| table.name == "orders").expect("a table `orders`");
//! let digest = truth::digest(&shop.plan, &timeline, place, 199);
//! assert_eq!(digest.rows, 4000);
//! assert!(digest.sha256.starts_with("4726dcef1c44"));
//!
//! // The rows themselves, in the order of their keys.
//! let mut rows = truth::TableRows::at(&shop.plan, &timeline, place, 199);
//! while let Some(chunk) = rows.next_chunk() {
//!     for row in chunk.rows() {
//!         let first_column = &shop.plan.tables[place].columns[0];
//!         println!("{} at {}: {} = {}", row.id(), row.stamps().created_at, first_column.name, row.value(0));
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The modules
//!
//! In the order of the data flow: a module imports only modules above it, which `tests/architecture.rs` checks. Those
//! above `pg` are pure: no clock, no async, no I/O. Those from `pg` on may fail, and never decide the contents of a row.
//!
//! | module | owns |
//! | --- | --- |
//! | `text` | text to be displayed: harmless characters, tables, hexadecimal digits, causes of errors |
//! | `quoting` | quoting of names and texts in SQL |
//! | `doubling` | exponential backoff |
//! | `suggest` | "did you mean" |
//! | `value` | SQL types and their values, in all their text forms |
//! | `config` | `shops.toml`: its syntax, values and errors |
//! | `stream` | random numbers, keyed by their use |
//! | `clock` | when ticks are due, and the ages of rows |
//! | `faker` | the providers of values |
//! | `plan` | a shop's compiled config, which its ticks are a function of |
//! | `clients` | how clients connect to a shop's database: texts to paste |
//! | `tick` | what one tick does, as a stream of operations |
//! | [`truth`] | the contents of the tables after a tick |
//! | `grade` | what a warehouse must hold, and what is wrong with what it holds |
//! | `origin` | what a run has recorded, as a file |
//! | `pg` | PostgreSQL: connect, claim, apply, verify; private servers in `pg::embedded` |
//! | `doctor` | whether a server is ready for change data capture and cursor loads, and for which tools |
//! | `warehouse` | the warehouse of a pipeline: what its tables mean, and their rows |
//! | `supervise` | the supervisor and one actor per shop |
//! | `telemetry` | logs, progress, the summary, the pages of `--listen` |
//! | [`chain`] | files and environment → config → plans |
//! | `grading` | grading a warehouse: reading truth and rows in the order of their keys |
//! | [`run`] | running a chain, with its private servers |
//! | `cli` | the command line, and the output of each command |
//! | `app` | from a command to an exit code |
//!
//! # The life of a tick
//!
//! 1. [`chain::load`] reads `shops.toml` ([`config::read`]) and compiles it to a [`ShopPlan`] per shop
//!    ([`plan::compile`]), providers included ([`faker::compile`]).
//! 2. [`run::run`] starts private servers and the [`supervise::Supervisor`], which builds a [`supervise::ShopActor`] per
//!    shop from its [`supervise::Recipe`]. The actor opens its database ([`pg::Sessions::open`]: lock, claim, tables)
//!    and reads the next tick from the checkpoint.
//! 3. [`clock::Schedule::step`] decides, for the current wall time, whether to wait, to run the tick (with or without a
//!    pause before it), or to finish.
//! 4. [`tick::Tick::new`] determines the tick as one stream of operations: which ids fall out of retention, which
//!    may be updated ([`clock::Windows`]), and the values of the rows, drawn from streams that are keyed by the tick's
//!    number ([`stream::Stream::keyed`]).
//! 5. [`pg::Session::apply`] writes them in one transaction: checkpoint, deletes, updates, inserts, commit. Any failure
//!    ends the actor; the next one starts again at step 2.
//! 6. The actor updates its shop's board, which the supervisor reads, hands the tick to its [`supervise::Journal`], and
//!    continues with 3. Other threads draw the tick's rows again and write its lines, without blocking the shop
//!    ([`telemetry`]). The progress lines, the summary and the pages of `--listen` ([`telemetry::http`]) get the status
//!    of the shops from the supervisor ([`supervise::GetStatus`]).
#![warn(missing_docs)]
// Chosen of clippy's pedantic lints: numbers that a cast may change, each with its reason where it cannot, and forms that
// hide what they do.
#![warn(
    clippy::cast_lossless,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::format_push_string,
    clippy::from_iter_instead_of_collect,
    clippy::manual_let_else,
    clippy::option_option,
    clippy::redundant_closure_for_method_calls,
    clippy::semicolon_if_nothing_returned,
    clippy::trivially_copy_pass_by_ref,
    clippy::unreadable_literal
)]

#[doc(hidden)]
pub mod text;

#[doc(hidden)]
pub mod quoting;

mod doubling;

mod suggest;

#[doc(hidden)]
pub mod value;

#[doc(hidden)]
pub mod config;

#[doc(hidden)]
pub mod stream;

#[doc(hidden)]
pub mod clock;

#[doc(hidden)]
pub mod faker;

#[doc(hidden)]
pub mod plan;

#[doc(hidden)]
pub mod clients;

#[doc(hidden)]
pub mod tick;

pub mod truth;

#[doc(hidden)]
pub mod grade;

#[doc(hidden)]
pub mod origin;

#[doc(hidden)]
pub mod pg;

#[doc(hidden)]
pub mod doctor;

#[doc(hidden)]
pub mod warehouse;

#[doc(hidden)]
pub mod supervise;

#[doc(hidden)]
pub mod telemetry;

pub mod chain;

#[doc(hidden)]
pub mod grading;

pub mod run;

#[doc(hidden)]
pub mod cli;

#[doc(hidden)]
pub mod app;

// Parameter and result types of the public functions.
#[doc(inline)]
pub use {
    clock::{Schedule, Timeline},
    config::{Config, Listen, Pace, Start},
    plan::{Column, ShopPlan, TablePlan},
    supervise::{Outcome, Phase, ShopStatus},
    telemetry::Format,
    value::{Timestamp, Value},
};
