//! The progress of a shop's history, and when to report it.
//!
//! Owns the counting. The terminal gets these reports instead of a line per tick. Must not know how they look.

use std::time::Duration;

use tokio::time::Instant;

use crate::clock::History;
use crate::tick::Counts;

/// How often the progress is reported.
const PERIOD: Duration = Duration::from_secs(5);

/// A history that is being generated.
pub struct HistoryWatch {
    history: History,
    began: Instant,
    reported: Instant,
    inserted: u64,
}

/// The progress of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryProgress {
    /// Ticks that are done or skipped.
    pub ticks: u64,
    /// All ticks of it.
    pub of: u64,
    /// Rows inserted by this process.
    pub inserted: u64,
    /// How long it took so far.
    pub took: Duration,
    /// Whether it is complete.
    pub complete: bool,
    /// Whether the run ends with it.
    pub ends_run: bool,
}

impl HistoryWatch {
    /// A history that continues with this tick; `None` if it is complete.
    pub fn from(history: History, next_tick: u64, now: Instant) -> Option<Self> {
        let is_left = history.ticks.contains(&next_tick);
        is_left.then_some(Self { history, began: now, reported: now, inserted: 0 })
    }

    /// The ticks before this one were committed. Returns the progress if it is time to report it.
    pub fn committed(&mut self, next_tick: u64, rows: &[Counts], now: Instant) -> Option<HistoryProgress> {
        self.inserted += rows.iter().map(|rows| rows.inserted).sum::<u64>();
        let complete = next_tick >= self.history.ticks.end;
        if !complete && now.duration_since(self.reported) < PERIOD {
            return None;
        }
        self.reported = now;
        Some(HistoryProgress {
            ticks: next_tick.min(self.history.ticks.end),
            of: self.history.ticks.end,
            inserted: self.inserted,
            took: now.duration_since(self.began),
            complete,
            ends_run: self.history.ends_run,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Timestamp;

    #[test]
    fn a_history_is_reported_every_five_seconds_and_when_it_is_complete() {
        let history = History { ticks: 10..100, from: Timestamp(0), to: Timestamp(99), ends_run: false };
        let began = Instant::now();
        assert!(HistoryWatch::from(history.clone(), 100, began).is_none(), "it is complete");
        let mut making = HistoryWatch::from(history, 10, began).unwrap();
        let rows = [Counts { inserted: 2, ..Counts::default() }, Counts { inserted: 1, ..Counts::default() }];
        let reported = (11..=100).filter_map(|next| {
            let made = making.committed(next, &rows, began + Duration::from_millis(100 * (next - 10)))?;
            Some((made.ticks, made.of, made.inserted, made.complete))
        });
        assert_eq!(reported.collect::<Vec<_>>(), [(60, 100, 150, false), (100, 100, 270, true)]);
    }
}
