//! What is told of a shop's ticks: one line a table at INFO, one line a changed row at DEBUG.
//!
//! Owns the words of these events. They are told after the commit, from a batch that is drawn again:
//! a tick is a function of its number, so the rows are the committed ones, and a tick that was rolled
//! back leaves no line.

use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::task::yield_now;
use tracing::{Level, debug, enabled, info, warn};

use crate::clock::{Kept, Pause, Progress, Timeline, micros};
use crate::config::Pace;
use crate::plan::{ShopPlan, TablePlan};
use crate::tick::{Batch, CHUNK_ROWS, Counts, TableBatch};
use crate::value::{Timestamp, Value};

/// After so many bytes of lines others get their turn.
const YIELD_BYTES: usize = 64 * 1024;

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
        _ => warn!(shop, tick, "the wall clock was set back: the next tick is due at {due}, in {wait}"),
    }
}

/// Ticks that were committed together, and the rows that the server counted for each table.
pub struct Commit {
    /// The ticks: one, or several of history.
    ticks: Range<u64>,
    /// By table, in the plan's order.
    counts: Vec<Counts>,
}

impl Commit {
    /// What there is to tell; none where nobody listens.
    pub fn to_tell(ticks: Range<u64>, counts: Vec<Counts>) -> Option<Self> {
        enabled!(Level::WARN).then_some(Self { ticks, counts })
    }

    /// Tells each tick. Lets others run in between, for whom a tick of many rows would be long.
    ///
    /// Boxed: thousands of shops keep the room that it takes in their own future, and few of them tell at a time.
    pub fn tell<'a>(self, plan: &'a ShopPlan, timeline: &'a Timeline) -> LocalBoxFuture<'a, ()> {
        self.tell_ticks(plan, timeline).boxed_local()
    }

    async fn tell_ticks(self, plan: &ShopPlan, timeline: &Timeline) {
        let shop = plan.name.as_str();
        let mut planned = vec![Counts::default(); plan.tables.len()];
        let together = self.ticks.end - self.ticks.start > 1;
        for tick in self.ticks.clone() {
            if together {
                // The next ones of history are on their way meanwhile, and must not wait for words.
                yield_now().await;
            }
            let batch = Batch::new(plan, timeline, tick);
            for (place, (table, rows)) in plan.tables.iter().zip(batch.tables).enumerate() {
                let of_tick = rows.counts();
                planned[place] = [planned[place], of_tick].into_iter().sum();
                // Of ticks together the server counts the whole.
                let Counts { deleted, updated, inserted } =
                    if together { of_tick } else { self.counts[place] };
                info!(shop, tick, table = table.name, deleted, updated, inserted, at = %batch.at, "committed");
                if enabled!(Level::DEBUG) {
                    tell_rows(shop, tick, table, rows).await;
                }
            }
        }
        let tick = self.ticks.end - 1;
        for ((table, planned), counts) in plan.tables.iter().zip(&planned).zip(&self.counts) {
            let missing = (planned.deleted + planned.updated).saturating_sub(counts.deleted + counts.updated);
            if missing > 0 {
                let text = "rows were not there to be changed: somebody else deleted them";
                warn!(shop, tick, table = table.name, missing, "{text}");
            }
        }
    }
}

/// Tells each row of one table that a tick changed: one event for many of them, a line each.
async fn tell_rows(shop: &str, tick: u64, table: &TablePlan, mut rows: TableBatch) {
    let name = table.name.as_str();
    let key = escaped(&table.key);
    let columns: Vec<String> =
        table.columns.iter().map(|column| format!(" {}=", escaped(&column.name))).collect();
    let mut lines = String::new();
    let (mut deleted, end) = (rows.delete.start, rows.delete.end);
    while deleted < end {
        let until = end.min(deleted.saturating_add(CHUNK_ROWS as i64));
        (deleted..until).for_each(|id| begin_line(&mut lines, "delete", &key, id));
        deleted = until;
        tell_lines(shop, tick, name, &mut lines).await;
    }
    while let Some(changes) = rows.update.next_chunk(table) {
        for (row, id) in changes.ids.iter().enumerate() {
            begin_line(&mut lines, "update", &key, *id);
            let values = columns.iter().zip(&changes.changed).zip(&changes.columns);
            for ((column, _), values) in values.filter(|((_, changed), _)| changed[row]) {
                lines.push_str(column);
                push_value(&mut lines, values.get(row));
            }
        }
        tell_lines(shop, tick, name, &mut lines).await;
    }
    while let Some(chunk) = rows.insert.next_chunk(table) {
        for (row, id) in chunk.ids.clone().enumerate() {
            begin_line(&mut lines, "insert", &key, id);
            for (column, values) in columns.iter().zip(&chunk.columns) {
                lines.push_str(column);
                push_value(&mut lines, values.get(row));
            }
        }
        tell_lines(shop, tick, name, &mut lines).await;
    }
}

async fn tell_lines(shop: &str, tick: u64, table: &str, lines: &mut String) {
    debug!(shop, tick, table, lines = lines.as_str());
    let many = lines.len() > YIELD_BYTES;
    lines.clear();
    if many {
        yield_now().await;
    }
}

/// `insert order_id=12` on a line of its own.
fn begin_line(lines: &mut String, operation: &str, key: &str, id: i64) {
    if !lines.is_empty() {
        lines.push('\n');
    }
    // Writing to a String cannot fail.
    let _ = write!(lines, "{operation} {key}={id}");
}

/// A name on one line.
fn escaped(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.into() }).collect()
}

/// A value as it is told: texts are quoted and escaped, so that a row is one line.
fn push_value(lines: &mut String, value: Value<'_>) {
    let _ = match value {
        Value::Text(text) | Value::Json(text) => {
            // Most texts have nothing to escape, which is seen at once.
            if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\') {
                lines.extend(["\"", text, "\""]);
                return;
            }
            write!(lines, "{text:?}")
        }
        Value::Array(_) => write!(lines, "{:?}", value.to_string()),
        value => write!(lines, "{value}"),
    };
}
