//! What a shop's actors are built from.
//!
//! Owns nothing mutable: it outlives each actor.

use std::sync::Arc;

use super::journal::Journal;
use super::store::Store;
use crate::clock::Schedule;
use crate::config::Start;
use crate::plan::ShopPlan;
use crate::value::Timestamp;

/// Returns the wall time; injected, so that tests can pause it.
pub type WallClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What each actor of a shop is built from.
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
    /// Where its commits are logged.
    pub journal: Arc<dyn Journal>,
}
