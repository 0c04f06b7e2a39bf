//! A hypothesis: a mistake with its parameter, in words.
//!
//! Owns what a parameter is called. Must not know which ones are tried.

use std::time::Duration;

use super::Id;
use crate::grade::pipeline::Target;
use crate::value::Timestamp;

/// A mistake with its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hypothesis {
    /// The mistake.
    pub id: Id,
    /// What it depends on.
    pub parameter: Parameter,
}

/// What a mistake depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parameter {
    /// Nothing.
    None,
    /// How far increments look back, in microseconds.
    LookBack(i64),
    /// How far a scheduled window reaches beyond the moment of its load, in microseconds.
    WindowEnd(i64),
    /// A load, by its place.
    Load {
        /// Its place among those that left a stamp.
        load: usize,
        /// Whether increments went on as if it had run.
        is_skipped: bool,
    },
    /// The most rows that a load reads.
    Rows(u64),
    /// The only column that is compared, by its place.
    Compared(usize),
    /// The column that is not compared, by its place.
    NotCompared(usize),
}

impl Parameter {
    /// The parameter in words; empty if there is none.
    pub(super) fn words(self, target: &Target, columns: &[String]) -> String {
        let span = |micros: i64| {
            humantime::format_duration(Duration::from_micros(micros.max(0).unsigned_abs())).to_string()
        };
        let column = |place: usize| match columns.get(place) {
            Some(name) => format!("`{name}`"),
            None => format!("number {place}"),
        };
        match self {
            Self::None => String::new(),
            Self::LookBack(0) => "without a look-back".to_owned(),
            Self::LookBack(micros) => format!("with a look-back of {}", span(micros)),
            Self::WindowEnd(0) => "the window ends with the load".to_owned(),
            Self::WindowEnd(micros) => format!("the window ends {} after the load", span(micros)),
            Self::Load { load, is_skipped } => {
                let stamp = target.reads.get(load).and_then(|read| read.stamp);
                let at = stamp.map_or(String::new(), |stamp| format!(" at {}", Timestamp(stamp)));
                let skipped = if is_skipped { ", and the next one went on as if it had run" } else { "" };
                format!("load {load}{at}{skipped}")
            }
            Self::Rows(rows) => format!("{rows} rows"),
            Self::Compared(place) => format!("only column {} is compared", column(place)),
            Self::NotCompared(place) => format!("column {} is not compared", column(place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timeline;
    use crate::grade::pipeline::Read;
    use crate::grade::{Capture, Deletes, Kind, Shape, Starts};
    use crate::value::SECOND;

    #[test]
    fn parameters_are_told_with_units_names_and_times() {
        let shape = Shape {
            kind: Kind::History,
            capture: Capture::Snapshot,
            starts: Starts::Load,
            deletes: Deletes::Keep,
            tolerance: 0,
        };
        let timeline = Timeline::new(Timestamp(0), SECOND, &[]);
        let reads = vec![Read { tick: 1, stamp: Some(90 * SECOND) }];
        let target = Target { shape, delta: 0, columns: 1, timeline, reads };
        let words = |parameter: Parameter| parameter.words(&target, &["status".to_owned()]);
        assert_eq!(words(Parameter::LookBack(90 * SECOND)), "with a look-back of 1m 30s");
        assert_eq!(
            words(Parameter::Load { load: 0, is_skipped: true }),
            "load 0 at 1970-01-01 00:01:30, and the next one went on as if it had run"
        );
        assert_eq!(words(Parameter::NotCompared(0)), "column `status` is not compared");
        assert_eq!(words(Parameter::Rows(100)), "100 rows");
    }
}
