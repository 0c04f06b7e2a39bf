//! A drawing of one key: its versions, the loads, and what was found.
//!
//! Owns its form. Must not know the rest of the page.

use std::fmt::Write as _;

use super::axis::{Axis, WIDTH};
use crate::grade::report::markup::{escaped, escaped_lines};
use crate::grade::report::words::bracket;
use crate::grade::report::{KeyTimeline, TimelineRow, explain};

/// The height of a lane and the distance to the next one.
const LANE: i64 = 24;
const STEP: i64 = 32;
/// The first lane; the loads' numbers stand above.
const TOP: i64 = 26;
/// More rows of a key are told in the text only.
const ROWS: usize = 20;

/// The drawing with its text.
pub fn figure(key: &KeyTimeline) -> String {
    let text = format!(
        "<details><summary>key {} in text</summary><pre class=\"text\">{}</pre></details>",
        escaped(&key.key.to_string()),
        escaped_lines(explain(key).trim_end())
    );
    let versions = key.versions.iter().map(|version| version.from.0);
    let loads = key.loads.iter().flat_map(|(_, load)| [load.lo, load.hi]);
    let ends = [key.deleted, key.horizon].into_iter().flatten().map(|(tick, _)| tick);
    let Some(axis) = Axis::through(versions.chain(loads).chain(ends)) else { return text };
    let missed = i64::from(key.versions.iter().any(|version| version.missed));
    let rows = i64::try_from(key.rows.len().min(ROWS)).unwrap_or(0);
    let bottom = TOP + STEP * (1 + rows + missed);
    let mut drawing = loads_of(key, axis, bottom);
    drawing.push_str(&truth(key, axis));
    drawing.push_str(&found(key, axis));
    drawing.push_str(&missing(key, axis, bottom - STEP));
    drawing.push_str(&axis.draw(bottom));
    format!(
        "<figure><div class=\"box\"><svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"versions, loads and rows of \
         key {}\">{drawing}</svg></div><figcaption><span class=\"legend\"><span><i class=\"f-inserted\"></i>versions</span>\
         <span><i class=\"f-load\"></i>loads</span><span><i class=\"f-right\"></i>row of a version</span><span><i \
         class=\"f-differs\"></i>its cells differ</span><span><i class=\"f-missed\"></i>no version, or a version without a \
         row</span></span></figcaption>{text}</figure>\n",
        bottom + 24,
        escaped(&key.key.to_string()),
    )
}

fn loads_of(key: &KeyTimeline, axis: Axis, bottom: i64) -> String {
    let mut text = "<text x=\"4\" y=\"16\">loads</text>".to_owned();
    let mut labelled = i64::MIN;
    for (number, load) in &key.loads {
        let (x, width) = axis.span(load.lo, load.hi);
        let class = if load.torn { "f-torn" } else { "f-load" };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"{}\"><title>load {} {} sees \
             {}</title></rect>",
            TOP - 6,
            bottom - TOP + 6,
            number + 1,
            bracket(load),
            key.seen_by(load)
        );
        let middle = x + width / 2;
        if middle >= labelled.saturating_add(26) {
            let _ =
                write!(text, "<text x=\"{middle}\" y=\"16\" text-anchor=\"middle\">{}</text>", number + 1);
            labelled = middle;
        }
    }
    text
}

/// A bar with a text inside where there is room, and a longer one for the pointer.
fn bar(class: &str, (x, width): (i64, i64), y: i64, says: &str, title: &str) -> String {
    let mut text = format!(
        "<g><title>{}</title><rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{LANE}\" rx=\"3\"/>",
        escaped(title)
    );
    let room = i64::try_from(says.chars().count()).unwrap_or(i64::MAX).saturating_mul(8);
    if room.saturating_add(8) <= width {
        let ink = if class == "f-gap" { "" } else { " class=\"ink\"" };
        let _ = write!(text, "<text{ink} x=\"{}\" y=\"{}\">{}</text>", x + 6, y + 17, escaped(says));
    }
    text + "</g>"
}

fn label(y: i64, says: &str) -> String {
    format!("<text x=\"4\" y=\"{}\">{says}</text>", y + 17)
}

/// The place of a version.
fn span(key: &KeyTimeline, axis: Axis, version: usize) -> (i64, i64) {
    let (from, to) = key.span(version).unwrap_or((0, None));
    let (x, width) = axis.span(from, to.map_or(i64::MAX, |to| to.saturating_sub(1)));
    // Neighbours stay apart.
    (x, (width - 2).max(2))
}

fn truth(key: &KeyTimeline, axis: Axis) -> String {
    let mut text = label(TOP, "truth");
    for (number, version) in key.versions.iter().enumerate() {
        let values = version.values.iter().map(|(column, value)| format!("{column} {value}"));
        let values = values.collect::<Vec<_>>().join(", ");
        let title = format!("version {} from tick {}: {values}", number + 1, version.from.0);
        let says = format!("version {}", number + 1);
        text.push_str(&bar("f-inserted", span(key, axis, number), TOP, &says, &title));
    }
    text
}

/// The rows, each from the load that wrote it to the next row.
fn found(key: &KeyTimeline, axis: Axis) -> String {
    let start = |row: &TimelineRow| {
        let load = key.loads.iter().find(|(number, _)| Some(*number) == row.load);
        let version = row.version.and_then(|version| key.span(version)).map(|(from, _)| from);
        load.map(|(_, load)| load.hi).or(version).unwrap_or(i64::MIN)
    };
    let mut text = String::new();
    let mut y = TOP;
    for (number, row) in key.rows.iter().enumerate().take(ROWS) {
        y += STEP;
        let from = start(row);
        let next = key.rows.get(number + 1).map(start).filter(|next| *next > from);
        let to = next.filter(|_| row.end.is_some()).map_or(i64::MAX, |next| next.saturating_sub(1));
        let class = match row.version {
            None => "f-missed",
            Some(_) if row.deleted => "f-deleted",
            Some(_) if row.differing.is_empty() => "f-right",
            Some(_) => "f-differs",
        };
        let says = match row.version {
            Some(version) if row.differing.is_empty() => format!("is version {}", version + 1),
            Some(version) => format!("is version {} with other cells", version + 1),
            None => "is no version".to_owned(),
        };
        let cells = row
            .differing
            .iter()
            .map(|(column, expected, found)| format!("; {column} should be {expected} and is {found}"));
        let (from_text, to_text) =
            (row.start.as_deref().unwrap_or("-"), row.end.as_deref().unwrap_or("open"));
        let title = format!("{says}: {from_text} to {to_text}{}", cells.collect::<String>());
        text.push_str(&label(y, &format!("row {}", number + 1)));
        text.push_str(&bar(class, axis.span(from, to), y, &says, &title));
    }
    text
}

/// The versions that a load must have seen and no row stands for.
fn missing(key: &KeyTimeline, axis: Axis, y: i64) -> String {
    let mut text = String::new();
    for (number, _) in key.versions.iter().enumerate().filter(|(_, version)| version.missed) {
        let says = format!("version {}", number + 1);
        text.push_str(&bar("f-gap", span(key, axis, number), y, &says, &format!("{says} is missing")));
    }
    if text.is_empty() { text } else { label(y, "missing") + &text }
}
