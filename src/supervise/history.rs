//! The history of a shop while it is made: how far it is, and when to tell.
//!
//! Owns the counting; a tick of history is told of on the terminal by this alone. Must not know how it is told.

use std::time::Duration;

use tokio::time::Instant;

use crate::clock::History;
use crate::tick::Counts;

/// How often it is told how far history is.
const PERIOD: Duration = Duration::from_secs(5);

/// What was made of a history so far.
pub struct HistoryWatch {
    history: History,
    began: Instant,
    told: Instant,
    inserted: u64,
}

/// How far a history is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryProgress {
    /// Ticks that are made or never will be.
    pub ticks: u64,
    /// All ticks of it.
    pub of: u64,
    /// Rows that were inserted here.
    pub inserted: u64,
    /// How long it took so far.
    pub took: Duration,
    /// Whether it is complete.
    pub complete: bool,
    /// Whether the run ends with it.
    pub ends_run: bool,
}

impl HistoryWatch {
    /// A history of which the ticks before this one are made; `None` if these are all.
    pub fn from(history: History, next_tick: u64, now: Instant) -> Option<Self> {
        let is_left = history.ticks.contains(&next_tick);
        is_left.then_some(Self { history, began: now, told: now, inserted: 0 })
    }

    /// The ticks before this one were committed. What is to be told of it, if it is time to.
    pub fn committed(&mut self, next_tick: u64, rows: &[Counts], now: Instant) -> Option<HistoryProgress> {
        self.inserted += rows.iter().map(|rows| rows.inserted).sum::<u64>();
        let complete = next_tick >= self.history.ticks.end;
        if !complete && now.duration_since(self.told) < PERIOD {
            return None;
        }
        self.told = now;
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
    fn a_history_is_told_of_every_five_seconds_and_when_it_is_complete() {
        let history = History { ticks: 10..100, from: Timestamp(0), to: Timestamp(99), ends_run: false };
        let began = Instant::now();
        assert!(HistoryWatch::from(history.clone(), 100, began).is_none(), "it is complete");
        let mut making = HistoryWatch::from(history, 10, began).unwrap();
        let rows = [Counts { inserted: 2, ..Counts::default() }, Counts { inserted: 1, ..Counts::default() }];
        let told = (11..=100).filter_map(|next| {
            let made =
                making.committed(next, &rows, began + Duration::from_millis(100) * (next as u32 - 10))?;
            Some((made.ticks, made.of, made.inserted, made.complete))
        });
        assert_eq!(told.collect::<Vec<_>>(), [(60, 100, 150, false), (100, 100, 270, true)]);
    }
}
