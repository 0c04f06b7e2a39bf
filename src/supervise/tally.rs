//! Counters of a shop in this process: rows by table, restarts by cause, durations of ticks.
//!
//! Owns the counting, which is a few additions per tick. Must not know its readers.

use std::sync::Arc;
use std::time::Duration;

use crate::tick::Counts;

/// Rows of one table that this process has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCounts {
    /// The table's name.
    pub table: Arc<str>,
    /// Its rows.
    pub rows: Counts,
    /// By the name of each cause of its source of changes: rows updated by it.
    pub events: Vec<(String, u64)>,
}

/// Why a shop was restarted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A bug: its actor panicked.
    Panic,
    /// A failure that a retry may fix.
    Transient,
    /// Its server was unavailable.
    Waiting,
}

/// Restarts of a shop, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restarts {
    /// After a panic.
    pub panic: u32,
    /// After a failure.
    pub transient: u32,
    /// Because its server was unavailable: once per outage, however long it was.
    pub waiting: u32,
}

impl Cause {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Transient => "transient",
            Self::Waiting => "waiting",
        }
    }
}

impl Restarts {
    /// Counts one restart.
    pub fn add(&mut self, cause: Cause) {
        let count = match cause {
            Cause::Panic => &mut self.panic,
            Cause::Transient => &mut self.transient,
            Cause::Waiting => &mut self.waiting,
        };
        *count = count.saturating_add(1);
    }

    /// The restarts after failures, without waiting.
    pub fn after_failures(self) -> u32 {
        self.panic.saturating_add(self.transient)
    }

    /// Every cause by its name, with its count.
    pub fn by_cause(self) -> [(&'static str, u32); 3] {
        [(Cause::Panic, self.panic), (Cause::Transient, self.transient), (Cause::Waiting, self.waiting)]
            .map(|(cause, count)| (cause.name(), count))
    }
}

/// How long ticks took: a histogram and the sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// Ticks in each bucket; the last one is above all bounds.
    counts: [u64; Durations::BOUNDS.len() + 1],
    sum: Duration,
}

/// What is remembered of durations, to tell later how long the ticks since then took: small, since it is kept for every
/// shop. Its numbers wrap around.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DurationsMark {
    counts: [u32; Durations::BOUNDS.len() + 1],
    micros: u32,
}

impl Durations {
    /// Upper bounds in seconds, ascending: from an idle local server to one that hardly responds.
    pub const BOUNDS: [f64; 14] =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

    /// Adds ticks that shared a transaction, each with the same share of its time.
    pub fn observe(&mut self, took: Duration, ticks: u64) {
        let count = f64::from(u32::try_from(ticks.max(1)).unwrap_or(u32::MAX));
        let each = took.as_secs_f64() / count;
        let place = Self::BOUNDS.iter().position(|bound| each <= *bound).unwrap_or(Self::BOUNDS.len());
        self.counts[place] += ticks;
        self.sum += took;
    }

    /// The cumulative number of ticks for each bound.
    pub fn up_to_bounds(&self) -> impl Iterator<Item = (f64, u64)> {
        let mut ticks = 0;
        Self::BOUNDS.iter().zip(&self.counts).map(move |(bound, count)| {
            ticks += count;
            (*bound, ticks)
        })
    }

    /// The number of ticks.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The sum of their durations.
    pub fn sum(&self) -> Duration {
        self.sum
    }

    /// What to remember of them now.
    #[expect(clippy::cast_possible_truncation, reason = "differences of numbers that wrap around are right")]
    pub fn mark(&self) -> DurationsMark {
        DurationsMark { counts: self.counts.map(|count| count as u32), micros: self.sum.as_micros() as u32 }
    }

    /// An upper bound of the 95th percentile of the ticks since a mark: that of its bucket, or less if their sum shows
    /// that; of one tick it is its duration. `None` if there was none.
    pub fn p95_since(&self, mark: &DurationsMark) -> Option<Duration> {
        let now = self.mark();
        let counts = std::array::from_fn::<_, { Self::BOUNDS.len() + 1 }, _>(|place| {
            now.counts[place].wrapping_sub(mark.counts[place])
        });
        let ticks: u64 = counts.iter().map(|count| u64::from(*count)).sum();
        // As many took at least as long as the percentile.
        let slowest = ticks / 20 + 1;
        let mut at_least = 0;
        let place = (0..counts.len()).rev().find(|place| {
            at_least += u64::from(counts[*place]);
            at_least >= slowest
        })?;
        let sum = Duration::from_micros(u64::from(now.micros.wrapping_sub(mark.micros)));
        let share = sum.div_f64(f64::from(u32::try_from(slowest).unwrap_or(u32::MAX)));
        Some(Self::BOUNDS.get(place).map_or(share, |bound| share.min(Duration::from_secs_f64(*bound))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_counts_for_every_bound_that_it_does_not_exceed() {
        let mut durations = Durations::default();
        for micros in [500, 501, 1_000, 9_000_000, 60_000_000] {
            durations.observe(Duration::from_micros(micros), 1);
        }
        let up_to: Vec<u64> = durations.up_to_bounds().map(|(_, ticks)| ticks).collect();
        assert_eq!(up_to, [1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4]);
        assert_eq!((durations.count(), durations.sum()), (5, Duration::from_micros(69_002_001)));
    }

    #[test]
    fn ticks_of_one_transaction_share_its_time() {
        let mut durations = Durations::default();
        durations.observe(Duration::from_millis(40), 50);
        let quick = durations.up_to_bounds().find(|(bound, _)| *bound == 0.001);
        assert_eq!(quick, Some((0.001, 50)));
        assert_eq!((durations.count(), durations.sum()), (50, Duration::from_millis(40)));
    }

    #[test]
    fn the_percentile_since_a_mark_is_bounded_by_its_bucket_and_by_the_sum() {
        let mut durations = Durations::default();
        let observe = |durations: &mut Durations, millis, ticks| {
            durations.observe(Duration::from_millis(millis * ticks), ticks);
        };
        observe(&mut durations, 9_000, 1_000);
        let mark = durations.mark();
        assert_eq!(durations.p95_since(&mark), None);
        observe(&mut durations, 3, 1);
        assert_eq!(durations.p95_since(&mark), Some(Duration::from_millis(3)), "one tick's own duration");
        observe(&mut durations, 120, 1);
        assert_eq!(
            durations.p95_since(&mark),
            Some(Duration::from_millis(123)),
            "no more than both together"
        );
        observe(&mut durations, 3, 18);
        let bucket = Some(Duration::from_millis(5));
        assert_eq!(durations.p95_since(&mark), bucket, "one of twenty may take longer");
        let mark = durations.mark();
        observe(&mut durations, 60_000, 1);
        assert_eq!(durations.p95_since(&mark), Some(Duration::from_secs(60)), "above all bounds");
    }

    #[test]
    fn waiting_is_no_failure() {
        let mut restarts = Restarts::default();
        [Cause::Panic, Cause::Transient, Cause::Transient, Cause::Waiting]
            .into_iter()
            .for_each(|cause| restarts.add(cause));
        assert_eq!(restarts.after_failures(), 3);
        assert_eq!(restarts.by_cause(), [("panic", 1), ("transient", 2), ("waiting", 1)]);
    }
}
