//! What is told of a shop: rare events in words, and its commits as they are.
//!
//! A commit is handed to a [`Journal`], which has it written down by threads that no shop waits for. Owns the
//! words of the rare events and what a commit is; must not know how a line looks.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tracing::{info, warn};

use crate::clock::{Kept, Pause, Progress, Timeline, micros};
use crate::config::Pace;
use crate::plan::ShopPlan;
use crate::tick::{Batch, Counts};
use crate::value::Timestamp;

/// Ticks that were committed together.
///
/// All that is needed to tell each of their rows, which are drawn again for that: a tick is a function of its
/// number, so they are the committed ones, and a tick that was rolled back is never told. So a commit of many
/// rows is no larger than one of few.
pub struct Commit {
    /// The shop's plan.
    pub plan: Arc<ShopPlan>,
    /// The times of its ticks.
    pub timeline: Arc<Timeline>,
    /// The ticks: one, or several of history.
    pub ticks: Range<u64>,
    /// The rows that the server counted, by table in the plan's order.
    pub counts: Vec<Counts>,
}

/// Where the commits of a shop are told. Nothing here blocks the thread.
pub trait Journal: Send + Sync {
    /// Takes a commit that others write down, or drops and counts its lines where there is no room for it.
    fn tell(&self, commit: Commit);
    /// Resolves once there is room for the next commit, or nothing is written any more and there will be none.
    fn room(&self) -> LocalBoxFuture<'_, ()>;
    /// Lines that were dropped.
    fn dropped(&self) -> u64;
}

/// Tells nobody.
impl Journal for () {
    fn tell(&self, _: Commit) {}

    fn room(&self) -> LocalBoxFuture<'_, ()> {
        std::future::ready(()).boxed_local()
    }

    fn dropped(&self) -> u64 {
        0
    }
}

/// A shop has opened its database.
pub fn opened(plan: &ShopPlan, progress: &Progress) {
    let shop = plan.name.as_str();
    match (progress.last_tick, progress.next_tick()) {
        (None, 0) => info!(shop, "tables made, beginning at tick 0"),
        (None, first) => {
            info!(
                shop,
                "tables made, beginning at tick {first}: rows of earlier ones would be deleted by now"
            );
        }
        (Some(last), _) => info!(shop, "going on after tick {last}"),
    }
}

/// A shop was closed for some time.
pub fn paused(plan: &ShopPlan, pause: Pause) {
    let span = Duration::from_micros(pause.micros.unsigned_abs());
    let span = humantime::format_duration(span);
    warn!(shop = plan.name, tick = pause.before_tick, "was closed for {span}; later ticks are shifted by it");
}

/// A shop does not keep its pace, or keeps it again.
pub fn kept(plan: &ShopPlan, pace: Pace, kept: Kept, lag: i64) {
    let (shop, late) = (plan.name.as_str(), Duration::from_millis(lag.unsigned_abs() / 1_000));
    match kept {
        Kept::Again => info!(shop, "keeps its pace again"),
        Kept::Not(reached) => warn!(
            shop,
            "is slower than its pace: reaches {reached:.3}x of {pace}, and is {} late by now; its ticks run with their \
             own times. Fewer rows per tick, a longer tick_interval or a slower pace would be kept",
            humantime::format_duration(late)
        ),
    }
}

/// The next tick is due far later than ticks are apart.
pub fn far(plan: &ShopPlan, tick: u64, wall: Timestamp, wait: Duration) {
    let (shop, due) = (plan.name.as_str(), wall.plus(micros(wait)).to_rfc3339());
    let wait = humantime::format_duration(Duration::from_secs(wait.as_secs()));
    match tick {
        0 => info!(shop, tick, "its first tick is due at {due}, in {wait}"),
        _ => warn!(
            shop,
            tick,
            "its last tick is ahead of the wall clock, by an earlier run of a faster pace or a clock that was set back: the next \
             tick is due at {due}, in {wait}"
        ),
    }
}

/// What ticks are to change, by table in the plan's order.
pub fn planned(plan: &ShopPlan, batches: &[Batch]) -> Vec<Counts> {
    let of_table = |table: usize| batches.iter().map(|batch| batch.tables[table].counts()).sum();
    (0..plan.tables.len()).map(of_table).collect()
}

/// Some rows that ticks were to change may not have been there.
pub fn missing(plan: &ShopPlan, tick: u64, planned: &[Counts], counts: &[Counts]) {
    for ((table, planned), counts) in plan.tables.iter().zip(planned).zip(counts) {
        let missing = (planned.deleted + planned.updated).saturating_sub(counts.deleted + counts.updated);
        if missing > 0 {
            let text = "rows were not there to be changed: somebody else deleted them";
            warn!(shop = plan.name, tick, table = table.name, missing, "{text}");
        }
    }
}
