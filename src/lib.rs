//! shopsim plays the live backend databases of a whole shop chain: real PostgreSQL databases in which every shop
//! inserts, updates and deletes rows, tick by tick. The rows are a function of the config and its seeds alone: the same
//! on every machine, and through any crash.
//!
//! Most people use the program `shopsim`. From Rust there are three ways in: [`chain`] reads and checks a config,
//! [`truth`] says what its tables hold after a tick, without any server, and [`run`] plays it. All other modules are
//! internal, although the tests and benches of this crate reach them: they change without notice.
//!
//! # Example
//!
//! What must the table `orders` of the first shop hold after tick 199?
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
//!         println!("{} at {}: {} = {}", row.id(), row.created_at(), first_column.name, row.value(0));
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The modules
//!
//! The order is that of the data, and imports point up it only, which `tests/architecture.rs` checks. All above `pg` is
//! pure: no clock, no async, no I/O. All from `pg` on may fail, and decides nothing that a row holds.
//!
//! | module | owns |
//! | --- | --- |
//! | `text` | text for people: harmless characters, tables, hexadecimal digits, causes of errors |
//! | `quoting` | names and texts as SQL quotes them |
//! | `doubling` | waits that double |
//! | `suggest` | "did you mean" |
//! | `value` | SQL types and their values, in all their text forms |
//! | `config` | `shops.toml`: what may stand there, and what is wrong with it |
//! | `stream` | random numbers that are keyed by what they are for |
//! | `clock` | when ticks are due, which rows are how old |
//! | `faker` | the providers of values |
//! | `plan` | what a shop's ticks are a function of, compiled from its config |
//! | `tick` | what one tick does, as a stream of operations |
//! | [`truth`] | the tables as they stand after a tick |
//! | `pg` | PostgreSQL: connect, claim, apply, verify; private servers in `pg::embedded` |
//! | `supervise` | the supervisor and an actor a shop |
//! | `telemetry` | logs, progress, the summary, the pages of `--listen` |
//! | [`chain`] | files and environment → config → plans |
//! | [`run`] | a chain at work, with its private servers |
//! | `cli` | what can be typed, and what each command prints |
//! | `app` | from a command to an exit code |
//!
//! # The life of a tick
//!
//! 1. [`chain::load`] reads `shops.toml` ([`config::read`]) and compiles it to a [`ShopPlan`] per shop
//!    ([`plan::compile`]), providers included ([`faker::compile`]).
//! 2. [`run::run`] starts private servers and the [`supervise::Supervisor`], which builds a [`supervise::ShopActor`] per
//!    shop from its [`supervise::Recipe`]. The actor opens its database ([`pg::Sessions::open`]: lock, claim, tables)
//!    and learns from the checkpoint which tick is next.
//! 3. [`clock::Schedule::step`] says, for the wall time at hand, whether to wait, to run the tick (with
//!    or without a pause before it), or that none is left.
//! 4. [`tick::Tick::new`] says what the tick does, as one stream of operations: which ids fall out of retention, which
//!    may be updated ([`clock::Windows`]), and the values of the rows, drawn from streams that are keyed by the tick's
//!    number ([`stream::Stream::keyed`]).
//! 5. [`pg::Session::apply`] writes them in one transaction: checkpoint, deletes, updates, inserts, commit. Whatever
//!    fails ends the actor; the next one begins again at step 2.
//! 6. The actor notes the tick on its shop's board, which the supervisor reads, hands it to its
//!    [`supervise::Journal`], and goes to 3. The tick's lines are drawn again and written by threads that no shop
//!    waits for ([`telemetry`]). Whoever wants to know how the shops are asks the supervisor
//!    ([`supervise::GetStatus`]): the progress lines, the summary, the pages of `--listen` ([`telemetry::http`]).
#![warn(missing_docs)]

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
pub mod tick;

pub mod truth;

#[doc(hidden)]
pub mod pg;

#[doc(hidden)]
pub mod supervise;

#[doc(hidden)]
pub mod telemetry;

pub mod chain;

pub mod run;

#[doc(hidden)]
pub mod cli;

#[doc(hidden)]
pub mod app;

// What the public functions take and give.
#[doc(inline)]
pub use {
    clock::{Schedule, Timeline},
    config::{Config, Listen, Pace, Start},
    plan::{Column, ShopPlan, TablePlan},
    supervise::{Outcome, Phase, ShopStatus},
    telemetry::Format,
    value::{Timestamp, Value},
};
