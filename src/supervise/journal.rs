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

use super::history::HistoryProgress;
use crate::clock::{Checkpoint, History, PaceChange, Pause, Timeline, micros};
use crate::config::Pace;
use crate::pg::IdConflict;
use crate::plan::ShopPlan;
use crate::tick::Counts;
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
    /// Whether they are history, of which a terminal is told as a whole.
    pub is_history: bool,
}

/// Where the commits of a shop are told. Nothing here blocks the thread.
pub trait Journal: Send + Sync {
    /// The shop begins anew: what its logs hold already tells of other rows.
    fn begin(&self);
    /// Takes a commit that others write down, or drops and counts its lines where there is no room for it.
    fn tell(&self, commit: Commit);
    /// Resolves once there is room for the next commit, or nothing is written any more and there will be none.
    fn room(&self) -> LocalBoxFuture<'_, ()>;
    /// Lines that were dropped.
    fn dropped(&self) -> u64;
}

/// Tells nobody.
impl Journal for () {
    fn begin(&self) {}

    fn tell(&self, _: Commit) {}

    fn room(&self) -> LocalBoxFuture<'_, ()> {
        std::future::ready(()).boxed_local()
    }

    fn dropped(&self) -> u64 {
        0
    }
}

/// A shop has opened its database.
pub fn opened(plan: &ShopPlan, progress: &Checkpoint) {
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

/// A shop begins to make its history, or goes on with it.
pub fn history_begins(plan: &ShopPlan, history: &History) {
    let shop = plan.name.as_str();
    let History { ticks, from, to, ends_run } = history;
    let (from, to) = (from.to_rfc3339(), to.to_rfc3339());
    let kept = plan.tables.iter().map(|table| table.windows.delete_older_than);
    // Of a table whose rows are never deleted all are left.
    let kept = kept.reduce(|one, other| Some(one?.max(other?))).flatten().map_or(String::new(), |age| {
        let age = humantime::format_duration(Duration::from_micros(age.unsigned_abs()));
        format!("; it leaves the rows of its last {age} (`delete_older_than`)")
    });
    info!(shop, "history first: ticks up to {}, from {from} to {to}{kept}", ticks.end - 1);
    if *ends_run {
        warn!(
            shop,
            "its run ends at {to}, in the past, and is never live: `stop_after` counts from `start`; set stop_after = \"0\" for \
             a run without end"
        );
    }
}

/// How far a shop's history is.
pub fn history_made(plan: &ShopPlan, made: &HistoryProgress) {
    let HistoryProgress { ticks, of, inserted, took, complete, ends_run } = *made;
    let shop = plan.name.as_str();
    if !complete {
        let percent = u128::from(ticks) * 100 / u128::from(of.max(1));
        info!(shop, "history: {ticks} of {of} ticks ({percent} %), {inserted} rows inserted so far");
        return;
    }
    let took = humantime::format_duration(Duration::from_millis(took.as_millis() as u64));
    let then = if ends_run { "the run ends with it" } else { "now live" };
    info!(
        shop,
        "history complete up to tick {}, {inserted} rows inserted in {took}; {then}",
        of.saturating_sub(1)
    );
}

/// A shop was closed for some time.
pub fn paused(plan: &ShopPlan, pause: Pause) {
    let span = Duration::from_micros(pause.micros.unsigned_abs());
    let span = humantime::format_duration(span);
    info!(
        shop = plan.name,
        tick = pause.before_tick,
        "resumed after a downtime: its schedule is shifted by {span}"
    );
}

/// A shop goes on at another pace than the one of its last tick.
pub fn another_pace(plan: &ShopPlan, before: Pace, now: Pace) {
    info!(shop = plan.name, "its pace is {now}, and was {before}: simulated time goes on from where it is");
}

/// A shop does not keep its pace, or keeps it again.
pub fn kept(plan: &ShopPlan, pace: Pace, kept: PaceChange, lag: i64) {
    let (shop, late) = (plan.name.as_str(), Duration::from_millis(lag.unsigned_abs() / 1_000));
    match kept {
        PaceChange::Again => info!(shop, "keeps its pace again"),
        PaceChange::Not(reached) => warn!(
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
            tick, "the wall clock was set back behind its last tick: the next one is due at {due}, in {wait}"
        ),
    }
}

/// Somebody else has inserted a row with an id that a later tick assigns.
pub fn id_conflicts(plan: &ShopPlan, timeline: &Timeline, IdConflict { table, id }: IdConflict) {
    let Some(table) = plan.tables.get(table) else { return };
    let Some(tick) = table.cohorts(timeline).tick_of(id) else { return };
    warn!(
        shop = plan.name,
        table = table.name,
        id,
        "somebody else inserted a row with an id that tick {tick} assigns: the shop will end there. Delete it, or give it an id \
         from {} on, as the column's default does",
        table.reserved_from()
    );
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
