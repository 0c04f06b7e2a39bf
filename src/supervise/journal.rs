//! What is told of a shop's ticks: one line a table at INFO, one line a changed row at DEBUG.
//!
//! Owns the words of these events. They are told after the commit, from a batch that is drawn again:
//! a tick is a function of its number, so the rows are the committed ones, and a tick that was rolled
//! back leaves no line.

use std::time::Duration;

use tracing::{debug, enabled, info, warn};

use crate::clock::{Pause, Progress, Timeline, micros};
use crate::pg::Counts;
use crate::plan::{ShopPlan, TablePlan};
use crate::tick::Batch;
use crate::value::{Timestamp, Value};

/// A shop has opened its database.
pub fn opened(plan: &ShopPlan, progress: &Progress) {
    match progress.last_tick {
        None => info!(shop = plan.name, "tables made, beginning at tick 0"),
        Some(last) => info!(shop = plan.name, "going on after tick {last}"),
    }
}

/// A shop was closed for some time.
pub fn paused(plan: &ShopPlan, pause: Pause) {
    let span = Duration::from_micros(pause.micros.unsigned_abs());
    let span = humantime::format_duration(span);
    warn!(shop = plan.name, tick = pause.before_tick, "was closed for {span}; later ticks are shifted by it");
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

/// A tick was committed, with the rows that the server counted for each table.
pub fn committed(plan: &ShopPlan, timeline: &Timeline, tick: u64, counts: &[Counts]) {
    let batch = Batch::new(plan, timeline, tick);
    let at = batch.at;
    let rows_wanted = enabled!(tracing::Level::DEBUG);
    for ((table, mut rows), counts) in plan.tables.iter().zip(batch.tables).zip(counts) {
        let (shop, name) = (plan.name.as_str(), table.name.as_str());
        let Counts { deleted, updated, inserted } = *counts;
        let expected = rows.delete.end.abs_diff(rows.delete.start) + rows.update.remaining() as u64;
        let missing = expected.saturating_sub(deleted + updated);
        info!(shop, tick, table = name, deleted, updated, inserted, at = %at, "committed");
        if missing > 0 {
            warn!(
                shop,
                tick,
                table = name,
                missing,
                "rows were not there to be changed: somebody else deleted them"
            );
        }
        if !rows_wanted {
            continue;
        }
        let key = table.key.as_str();
        for id in rows.delete.clone() {
            debug!(shop, tick, table = name, "delete {key}={id}");
        }
        let mut text = String::new();
        while let Some(changes) = rows.update.next_chunk(table) {
            for (row, id) in changes.ids.iter().enumerate() {
                let values = changes.columns.iter().map(|values| values.get(row));
                let changed = changes.changed.iter().map(|column| column[row]);
                describe(&mut text, table, values.zip(changed));
                debug!(shop, tick, table = name, "update {key}={id}{text}");
            }
        }
        while let Some(chunk) = rows.insert.next_chunk(table) {
            for (row, id) in chunk.ids.clone().enumerate() {
                let values = chunk.columns.iter().map(|values| (values.get(row), true));
                describe(&mut text, table, values);
                debug!(shop, tick, table = name, "insert {key}={id}{text}");
            }
        }
    }
}

/// ` column=value column="text"` for every column that changed.
fn describe<'a>(text: &mut String, table: &TablePlan, values: impl Iterator<Item = (Value<'a>, bool)>) {
    use std::fmt::Write as _;
    text.clear();
    for (column, (value, changed)) in table.columns.iter().zip(values) {
        if !changed {
            continue;
        }
        // Writing to a String cannot fail. Texts are quoted and escaped so that a row is one line.
        let _ = match value {
            Value::Text(value) | Value::Json(value) => write!(text, " {}={value:?}", column.name),
            Value::Array(_) => write!(text, " {}={:?}", column.name, value.to_string()),
            value => write!(text, " {}={value}", column.name),
        };
    }
}
