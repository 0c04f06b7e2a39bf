//! All that a shop's actor is built from, again and again.
//!
//! Owns nothing that changes: it outlives each actor.

use std::sync::Arc;

use super::journal::Journal;
use super::store::Store;
use crate::clock::Schedule;
use crate::config::Start;
use crate::plan::ShopPlan;
use crate::value::Timestamp;

/// Tells the wall time; handed in, so that tests can pause it.
pub type WallClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// All that an actor of a shop is built from, again and again.
pub struct Recipe {
    /// What its ticks hold.
    pub plan: Arc<ShopPlan>,
    /// When they are due and when they end.
    pub schedule: Schedule,
    /// Where its simulated time begins, if it has not begun.
    pub start: Start,
    /// Where they go.
    pub store: Arc<dyn Store>,
    /// The wall clock.
    pub wall: WallClock,
    /// Where its commits are told.
    pub journal: Arc<dyn Journal>,
}
