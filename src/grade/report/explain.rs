//! One key in text: truth, loads and warehouse on one time line.
//!
//! Owns the order of events and their words.

use super::words::bracket;
use super::{KeyTimeline, LoadReport, TimelineRow, TimelineVersion};
use crate::text::{harmless, wrapped};
use crate::value::Timestamp;

/// Where the events begin: behind `tick 1234567  2026-01-01T00:00:00Z`.
const INDENT: usize = 36;

/// A line per event in the order of ticks, found rows beneath the load that wrote them, findings last.
pub fn text(key: &KeyTimeline) -> String {
    let mut text =
        format!("{} {} {}\n\n", harmless(&key.shop), harmless(&key.table), harmless(&key.key.to_string()));
    if key.versions.is_empty() {
        text.push_str("the shop never made a row with this key\n");
    }
    let mut events = [
        versions(key),
        moment(key.deleted, "deleted"),
        loads(key),
        moment(key.horizon, "the last tick that is graded"),
    ]
    .concat();
    // Stable: of one tick, what happened is told before the load that saw it.
    events.sort_by_key(|event| event.tick);
    for event in &events {
        text.push_str(&line(&event.what, &event.when, &event.says));
        event.rows.iter().for_each(|says| text.push_str(&line("", "", says)));
    }
    let homeless = key.rows.iter().enumerate().filter(|(_, row)| !is_beside(key, row.load, row.version));
    for (number, found) in homeless {
        let what = found.load.map_or("no load".to_owned(), |load| format!("load {}", load + 1));
        text.push_str(&line(&what, "", &row(key, number)));
    }
    if !key.findings.is_empty() {
        text.push_str("\nfindings\n");
    }
    for (class, says) in &key.findings {
        text.push_str(&wrapped(&harmless(&format!("{class}: {says}")), "  ", "    "));
    }
    if key.findings.is_empty() {
        text.push_str("\nno finding: the warehouse holds what these loads saw\n");
    }
    text
}

#[derive(Clone)]
struct Event {
    tick: i64,
    what: String,
    when: String,
    says: String,
    /// The found rows that belong to it.
    rows: Vec<String>,
}

fn line(what: &str, when: &str, says: &str) -> String {
    let first = format!("{what:<12}  {when:<20}  ");
    wrapped(&harmless(says), &first, &" ".repeat(INDENT + 2))
}

fn versions(key: &KeyTimeline) -> Vec<Event> {
    let event = |(number, version): (usize, &TimelineVersion)| {
        let values = version.values.iter().map(|(column, value)| match key.before(number, column) {
            Some(before) if number > 0 => format!("{column} {} → {}", shown(before), shown(value)),
            _ => format!("{column} = {}", shown(value)),
        });
        let verb = if number == 0 { "inserted with " } else { "" };
        let says = format!("version {}: {verb}{}", number + 1, values.collect::<Vec<_>>().join(", "));
        let missed =
            version.missed.then(|| "✗ a load must have seen it, and no row stands for it".to_owned());
        let rows = rows(key, |row| row.load.is_none() && row.version == Some(number));
        Event {
            tick: version.from.0,
            what: format!("tick {}", version.from.0),
            when: version.from.1.to_rfc3339(),
            says,
            rows: missed.into_iter().chain(rows).collect(),
        }
    };
    key.versions.iter().enumerate().map(event).collect()
}

fn loads(key: &KeyTimeline) -> Vec<Event> {
    let event = |(number, load): &(usize, LoadReport)| Event {
        tick: load.hi,
        what: format!("load {}", number + 1),
        when: load.stamp.map_or_else(|| bracket(load), Timestamp::to_rfc3339),
        says: match load.stamp {
            Some(_) => format!("sees {} {}", key.seen_by(load), bracket(load)),
            None => format!("sees {}", key.seen_by(load)),
        },
        rows: rows(key, |row| row.load == Some(*number)),
    };
    key.loads.iter().map(event).collect()
}

/// A tick at which something happens that is said in full.
fn moment(moment: Option<(i64, Timestamp)>, says: &str) -> Vec<Event> {
    let event = |(tick, at): (i64, Timestamp)| Event {
        tick,
        what: format!("tick {tick}"),
        when: at.to_rfc3339(),
        says: says.to_owned(),
        rows: Vec::new(),
    };
    moment.map(event).into_iter().collect()
}

/// Whether a row is told beneath a load or a version.
fn is_beside(key: &KeyTimeline, load: Option<usize>, version: Option<usize>) -> bool {
    match load {
        Some(load) => key.loads.iter().any(|(number, _)| *number == load),
        None => version.is_some_and(|version| version < key.versions.len()),
    }
}

fn rows(key: &KeyTimeline, belongs: impl Fn(&TimelineRow) -> bool) -> Vec<String> {
    let rows = key.rows.iter().enumerate().filter(|(_, row)| belongs(row));
    rows.map(|(number, _)| row(key, number)).collect()
}

/// A found row in one sentence.
fn row(key: &KeyTimeline, number: usize) -> String {
    let row = &key.rows[number];
    let stands_for = match row.version {
        Some(version) => format!("is version {}", version + 1),
        None => "is no version".to_owned(),
    };
    let interval = match (&row.start, &row.end) {
        (None, None) => String::new(),
        (Some(start), None) => format!(", from {start}, open"),
        (None, Some(end)) => format!(", to {end}"),
        (Some(start), Some(end)) => format!(", from {start} to {end}"),
    };
    let deleted = if row.deleted { ", marked as deleted" } else { "" };
    let cells = row.differing.iter().map(|(column, expected, found)| {
        format!("; {column} should be {} and is {}", shown(expected), shown(found))
    });
    format!("└ row {} {stands_for}{interval}{deleted}{}", number + 1, cells.collect::<String>())
}

/// A value that can be seen.
fn shown(value: &str) -> &str {
    if value.is_empty() { "''" } else { value }
}
