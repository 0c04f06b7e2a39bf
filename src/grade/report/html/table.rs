//! A drawing of a table: what happened in its shop, when loads read it, and what they missed.
//!
//! Owns its form. Must not know the rest of the page.

use std::fmt::Write as _;

use super::axis::{Axis, WIDTH};
use crate::grade::report::markup::escaped;
use crate::grade::report::words::bracket;
use crate::grade::report::{Bucket, TableReport};

/// The top of the loads, which have their numbers above.
const TOP: i64 = 22;
/// Where what happened stands, upwards, and what was missed hangs.
const BASE: i64 = 150;
/// The end of what was missed.
const BOTTOM: i64 = 200;

/// The drawing with its legend; empty where it is not known what happened.
pub fn figure(table: &TableReport) -> String {
    if table.buckets.is_empty() {
        return String::new();
    }
    let of_loads = table.loads.iter().flat_map(|(_, load)| [load.lo, load.hi]);
    let of_buckets =
        table.buckets.iter().flat_map(|bucket| [signed(bucket.from_tick), signed(bucket.to_tick)]);
    let Some(axis) = Axis::through(of_loads.chain(of_buckets)) else { return String::new() };
    let most = table.buckets.iter().map(happened).max().unwrap_or(0).max(1);
    let most_missed = table.buckets.iter().map(|bucket| bucket.missed).max().unwrap_or(0).max(1);
    let mut drawing = loads(table, axis);
    for bucket in &table.buckets {
        drawing.push_str(&bars(bucket, axis, most, most_missed));
    }
    drawing.push_str(&axis.draw(BASE));
    let _ = write!(
        drawing,
        "<text x=\"4\" y=\"{}\">{most}</text><text x=\"4\" y=\"{}\">missed</text>",
        TOP + 12,
        BOTTOM - 8
    );
    let missed = table.buckets.iter().fold(0_u64, |sum, bucket| sum.saturating_add(bucket.missed));
    format!(
        "<figure><div class=\"box\"><svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"loads of {} and what they \
         missed\">{drawing}</svg></div><figcaption><span class=\"legend\"><span><i class=\"f-load\"></i>loads, from the last \
         tick they surely saw to the last they may have seen</span><span><i class=\"f-inserted\"></i>inserted</span><span><i \
         class=\"f-changed\"></i>changed</span><span><i class=\"f-deleted\"></i>deleted</span><span><i \
         class=\"f-missed\"></i>missed</span></span><br>{} rows right, {missed} findings in these ticks</figcaption></figure>\n",
        BOTTOM + 4,
        escaped(&table.table),
        table.right,
    )
}

fn loads(table: &TableReport, axis: Axis) -> String {
    let mut text = String::new();
    let mut labelled = i64::MIN;
    for (number, load) in &table.loads {
        let (x, width) = axis.span(load.lo, load.hi);
        let class = if load.torn { "f-torn" } else { "f-load" };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{TOP}\" width=\"{width}\" height=\"{}\"><title>load {} {}, {} \
             rows</title></rect>",
            BOTTOM - TOP,
            number + 1,
            bracket(load),
            load.rows
        );
        // A number only where there is room.
        let middle = x + width / 2;
        if middle >= labelled.saturating_add(26) {
            let _ =
                write!(text, "<text x=\"{middle}\" y=\"16\" text-anchor=\"middle\">{}</text>", number + 1);
            labelled = middle;
        }
    }
    text + "<text x=\"4\" y=\"16\">loads</text>"
}

fn bars(bucket: &Bucket, axis: Axis, most: u64, most_missed: u64) -> String {
    let (x, width) = axis.span(signed(bucket.from_tick), signed(bucket.to_tick));
    let width = (width - 1).max(2);
    let ticks = format!("ticks {} to {}", bucket.from_tick, bucket.to_tick);
    let mut text = format!(
        "<g><title>{ticks}: {} inserted, {} changed, {} deleted, {} missed</title>",
        bucket.inserted, bucket.changed, bucket.deleted, bucket.missed
    );
    let mut y = BASE;
    let kinds = [("inserted", bucket.inserted), ("changed", bucket.changed), ("deleted", bucket.deleted)];
    for (kind, count) in kinds.into_iter().filter(|(_, count)| *count > 0) {
        let height = share(count, most, BASE - TOP - 8).max(1);
        y -= height;
        let _ = write!(
            text,
            "<rect class=\"f-{kind}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        );
    }
    if bucket.missed > 0 {
        let height = share(bucket.missed, most_missed, BOTTOM - BASE - 22).max(3);
        let y = BASE + 22;
        let _ = write!(
            text,
            "<rect class=\"f-missed\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        );
    }
    text + "</g>"
}

fn happened(bucket: &Bucket) -> u64 {
    bucket.inserted.saturating_add(bucket.changed).saturating_add(bucket.deleted)
}

/// A part of `height`, for `count` of `most`, which is not 0.
fn share(count: u64, most: u64, height: i64) -> i64 {
    let share = i128::from(height) * i128::from(count) / i128::from(most);
    i64::try_from(share).unwrap_or(height).min(height)
}

fn signed(tick: u64) -> i64 {
    i64::try_from(tick).unwrap_or(i64::MAX)
}
