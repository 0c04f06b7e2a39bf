//! shopsim plays the live backend databases of a whole shop chain.
//!
//! The list of modules is the data's way, and imports point up it only. All above `pg` is pure: no
//! clock, no async, no I/O. All from `pg` on may fail, and decides nothing that a row holds.
//!
//! # The life of a tick
//!
//! 1. [`chain::load`] reads `shops.toml` ([`config::read`]) and compiles it to a [`plan::ShopPlan`] per shop
//!    ([`plan::compile`]), providers included ([`faker::compile`]).
//! 2. The [`supervise::Supervisor`] builds a [`supervise::ShopActor`] per shop from its
//!    [`supervise::Recipe`]. The actor opens its database ([`pg::Sessions::open`]: lock, claim, tables)
//!    and learns from the checkpoint which tick is next.
//! 3. [`clock::Schedule::step`] says, for the wall time at hand, whether to wait, to run the tick (with
//!    or without a pause before it), or that none is left.
//! 4. [`tick::Batch::new`] computes which ids fall out of retention and which may be updated
//!    ([`clock::Windows`]), and draws the rows' values from streams that are keyed by the tick's number
//!    ([`stream::Stream::keyed`]).
//! 5. [`pg::Session::apply`] writes the batch in one transaction: checkpoint, deletes, updates, inserts,
//!    commit. Whatever fails ends the actor; the next one begins again at step 2.
//! 6. The actor notes the tick on its shop's board, which the supervisor reads, hands it to its
//!    [`supervise::Journal`], and goes to 3. The tick's lines are drawn again and written by threads that no shop
//!    waits for ([`telemetry`]). Whoever wants to know how the shops are asks the supervisor
//!    ([`supervise::GetStatus`]): the progress lines, the summary, the pages of `--listen` ([`telemetry::http`]).
#![warn(missing_docs)]

pub mod doubling;
pub mod quoting;
pub mod suggest;
pub mod text;
pub mod value;

pub mod config;

pub mod stream;

pub mod clock;

pub mod faker;

pub mod plan;

pub mod tick;

pub mod truth;

pub mod pg;

pub mod supervise;

pub mod telemetry;

pub mod chain;

pub mod cli;

pub mod app;
