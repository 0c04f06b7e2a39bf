//! What is logged of a shop: rare events as messages, and its commits.
//!
//! A commit is handed to a [`Journal`], whose threads write it without blocking the shop. Owns the messages of the rare
//! events and the contents of a commit; must not know the format of a line.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tracing::{info, warn};

use super::history::HistoryProgress;
use crate::clock::{Checkpoint, History, PaceChange, Pause, Timeline, micros};
use crate::config::{KeyForm, Pace};
use crate::pg::IdConflict;
use crate::plan::ShopPlan;
use crate::tick::Counts;
use crate::value::Timestamp;

/// Ticks that were committed together.
///
/// All that is needed to log each of their rows. The rows are drawn again for that: a tick is a function of its number,
/// so they are the committed ones, and a tick that was rolled back is never logged. So a commit of many rows is no
/// larger than one of few.
pub struct Commit {
    /// The shop's plan.
    pub plan: Arc<ShopPlan>,
    /// The times of its ticks.
    pub timeline: Arc<Timeline>,
    /// The ticks: one, or several of history.
    pub ticks: Range<u64>,
    /// The rows that the server counted, by table in the plan's order.
    pub counts: Vec<Counts>,
    /// Whether they are history, for which a terminal shows only the progress.
    pub is_history: bool,
}

/// The log of a shop's commits. No method blocks the thread.
pub trait Journal: Send + Sync {
    /// The shop starts anew: its existing log files describe other rows.
    fn begin(&self);
    /// Queues a commit to be written, or drops and counts its lines if there is no room.
    fn record(&self, commit: Commit);
    /// Resolves once there is room for the next commit, or writing has stalled and there will be none.
    fn room(&self) -> LocalBoxFuture<'_, ()>;
    /// Lines that were dropped.
    fn dropped(&self) -> u64;
}

/// Logs nothing.
impl Journal for () {
    fn begin(&self) {}

    fn record(&self, _: Commit) {}

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
        (None, 0) => info!(shop, "tables created, beginning at tick 0"),
        (None, first) => {
            info!(
                shop,
                "tables created, beginning at tick {first}: rows of earlier ones would be deleted by now"
            );
        }
        (Some(last), _) => info!(shop, "resuming after tick {last}"),
    }
}

/// A shop starts to generate its history, or resumes it.
pub fn history_begins(plan: &ShopPlan, history: &History) {
    let shop = plan.name.as_str();
    let History { ticks, from, to, ends_run } = history;
    let (from, to) = (from.to_rfc3339(), to.to_rfc3339());
    let kept = plan.tables.iter().map(|table| table.windows.kept());
    // A table whose rows are never deleted keeps all of them.
    let kept = kept.reduce(|one, other| Some(one?.max(other?))).flatten().map_or(String::new(), |age| {
        let age = humantime::format_duration(Duration::from_micros(age.unsigned_abs()));
        format!("; only rows of its last {age} are kept (`delete_older_than`)")
    });
    info!(shop, "generating history: ticks up to {}, from {from} to {to}{kept}", ticks.end - 1);
    if *ends_run {
        warn!(
            shop,
            "the run ends at {to}, in the past, and never goes live: `stop_after` counts from `start`; set stop_after = \"0\" for \
             a run without end"
        );
    }
}

/// The progress of a shop's history.
pub fn history_made(plan: &ShopPlan, made: &HistoryProgress) {
    let HistoryProgress { ticks, of, inserted, took, complete, ends_run } = *made;
    let shop = plan.name.as_str();
    if !complete {
        let percent = u128::from(ticks) * 100 / u128::from(of.max(1));
        info!(shop, "history: {ticks} of {of} ticks ({percent} %), {inserted} rows inserted so far");
        return;
    }
    let took = humantime::format_duration(Duration::from_millis(
        u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    ));
    let then = if ends_run { "the run ends with it" } else { "now live" };
    info!(
        shop,
        "history complete up to tick {}, {inserted} rows inserted in {took}; {then}",
        of.saturating_sub(1)
    );
}

/// A shop was down for some time.
pub fn paused(plan: &ShopPlan, pause: Pause) {
    let span = Duration::from_micros(pause.micros.unsigned_abs());
    let span = humantime::format_duration(span);
    info!(shop = plan.name, tick = pause.before_tick, "resumed after a downtime: schedule shifted by {span}");
}

/// A shop resumes at a different pace.
pub fn another_pace(plan: &ShopPlan, before: Pace, now: Pace) {
    info!(
        shop = plan.name,
        "pace changed from {before} to {now}: simulated time continues from the last tick"
    );
}

/// A shop does not keep its pace, or keeps it again.
pub fn kept(plan: &ShopPlan, pace: Pace, kept: PaceChange, lag: i64) {
    let (shop, late) = (plan.name.as_str(), Duration::from_millis(lag.unsigned_abs() / 1_000));
    match kept {
        PaceChange::Again => info!(shop, "keeps its pace again"),
        PaceChange::Not(reached) => warn!(
            shop,
            "cannot keep its pace: reaches {reached:.3}x of {pace}, and is {} late; ticks keep their simulated times. \
             Use fewer rows per tick, a longer tick_interval or a slower pace",
            humantime::format_duration(late)
        ),
    }
}

/// The next tick is due much later than one interval from now.
pub fn distant(plan: &ShopPlan, tick: u64, wall: Timestamp, wait: Duration) {
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

/// Something holds the server's log back.
pub fn log_is_held(plan: &ShopPlan, warning: &str) {
    warn!(shop = plan.name, "{warning}");
}

/// A row that was inserted outside shopsim has an id that a later tick assigns.
pub fn id_conflicts(plan: &ShopPlan, timeline: &Timeline, IdConflict { table, id }: IdConflict) {
    let Some(table) = plan.tables.get(table) else { return };
    let Some(tick) = table.cohorts(timeline).tick_of(id) else { return };
    let (shop, name) = (plan.name.as_str(), table.name.as_str());
    if let KeyForm::Template(template) = &table.key_form {
        let key = template.key(id);
        warn!(
            shop,
            table = name,
            key,
            "a row inserted outside shopsim has a key that tick {tick} assigns: the shop will fail there. Delete the row, \
             or give it a key of another form than `{template}`"
        );
        return;
    }
    warn!(
        shop,
        table = name,
        id,
        "a row inserted outside shopsim has an id that tick {tick} assigns: the shop will fail there. Delete the row, or give \
         it an id from {} on, as the column's default does",
        table.reserved_from()
    );
}

/// Rows that ticks should have updated or deleted may have been missing.
pub fn missing(plan: &ShopPlan, tick: u64, planned: &[Counts], counts: &[Counts]) {
    for ((table, planned), counts) in plan.tables.iter().zip(planned).zip(counts) {
        let missing = (planned.deleted + planned.updated).saturating_sub(counts.deleted + counts.updated);
        if missing > 0 {
            let text = "rows to be updated or deleted are missing: they were deleted outside shopsim";
            warn!(shop = plan.name, tick, table = table.name, missing, "{text}");
        }
    }
}
