//! Conventions in words.
//!
//! Owns these sentences only.

use std::time::Duration;

use crate::grade::{Capture, Deletes, Kind, Shape, Starts};
use crate::value::Timestamp;
use crate::warehouse::TableMapping;

/// How a table was read: `dbt: history; starts are loads; deletes close; an end is the next start`.
pub fn reading(mapping: &TableMapping, shape: &Shape, delta: Option<i64>) -> String {
    let kind = match (shape.kind, shape.capture) {
        (Kind::History, Capture::Snapshot) => "history of what loads saw",
        (Kind::History, Capture::EveryChange) => "history of every change",
        (Kind::Current, _) => "current rows",
        (Kind::Append, _) => "rows of each load",
        (Kind::Log, _) => "changes",
    };
    let mut parts = vec![format!("{}: {kind}", mapping.preset)];
    if shape.kind == Kind::History {
        parts.push(match shape.starts {
            Starts::Load => "starts are loads".to_owned(),
            Starts::Event => "starts are changes".to_owned(),
            Starts::CreatedThenLoad => "starts are created_at, then loads".to_owned(),
            Starts::FixedThenLoad(at) => format!("starts are {}, then loads", Timestamp(at)),
            Starts::Nothing => "starts mean nothing".to_owned(),
        });
    }
    parts.push(match shape.deletes {
        Deletes::Close => "deletes close".to_owned(),
        Deletes::Flag => "deletes are marked".to_owned(),
        Deletes::NewRecord => "deletes add a row".to_owned(),
        Deletes::Remove => "deletes remove".to_owned(),
        Deletes::Keep => "deletes are not followed".to_owned(),
    });
    if shape.kind == Kind::History {
        parts.push(match delta {
            None => "no version has been followed by another".to_owned(),
            Some(0) => "an end is the next start".to_owned(),
            Some(micros) => format!("an end is {} before the next start", span(micros)),
        });
    }
    parts.join("; ")
}

/// A shift with its sign.
pub fn shift(micros: i64) -> String {
    format!("{}{}", if micros < 0 { '−' } else { '+' }, span(micros))
}

/// `1 row`, `2 rows`.
pub fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

/// A span in words.
pub fn span(micros: i64) -> String {
    humantime::format_duration(Duration::from_micros(micros.unsigned_abs())).to_string()
}
