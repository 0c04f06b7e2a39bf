//! What one sample keeps of one shop: its counters, not their rates, so that smoothing is a matter of reading.
//!
//! Owns the form, which is small: a process keeps hundreds of them for every shop. Must not know where they are kept.

use super::super::metrics::behind;
use crate::supervise::{DurationsMark, Phase, ShopStatus};
use crate::value::Timestamp;

/// The value of a lag that is unknown.
const UNKNOWN: u32 = u32::MAX;

/// The counters of a shop since the process began, and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Rows inserted, updated and deleted.
    pub rows: [u64; 3],
    /// Microseconds that ticks took.
    pub busy: u64,
    /// Ticks; wraps around.
    pub ticks: u32,
    /// Microseconds: the 95th percentile of the ticks since the sample before; 0 if there was none.
    pub p95: u32,
    /// Milliseconds, or unknown.
    lag: u32,
    /// The place in the order of [`severity`].
    phase: u8,
}

impl Slot {
    /// Of a shop's status at a wall time; `mark` is of the sample before.
    pub fn of(status: &ShopStatus, wall: Timestamp, mark: &DurationsMark) -> Self {
        let rows = status.rows();
        let p95 = status.durations.p95_since(mark);
        let lag = behind(status, wall).map(|behind| u32::try_from(behind.as_millis()).unwrap_or(UNKNOWN - 1));
        Self {
            rows: [rows.inserted, rows.updated, rows.deleted],
            busy: u64::try_from(status.durations.sum().as_micros()).unwrap_or(u64::MAX),
            #[expect(clippy::cast_possible_truncation, reason = "it wraps around")]
            ticks: status.ticks_here as u32,
            p95: p95.map_or(0, |p95| u32::try_from(p95.as_micros()).unwrap_or(u32::MAX)),
            lag: lag.unwrap_or(UNKNOWN),
            phase: severity(status.phase),
        }
    }

    /// Milliseconds by which the shop was behind; `None` if that was unknown.
    pub fn lag(&self) -> Option<u32> {
        (self.lag != UNKNOWN).then_some(self.lag)
    }

    /// The same shop before it has done anything.
    pub fn at_zero(&self) -> Self {
        Self { rows: [0; 3], busy: 0, ticks: 0, ..*self }
    }

    /// The phase.
    pub fn phase(&self) -> Phase {
        BY_SEVERITY[usize::from(self.phase)]
    }
}

/// The worst of a shop in a span of samples.
#[derive(Clone, Copy, Debug, Default)]
pub struct Worst {
    lag: Option<u32>,
    p95: u32,
    phase: u8,
}

impl Worst {
    /// Adds a sample.
    pub fn add(&mut self, slot: &Slot) {
        self.lag = self.lag.max(slot.lag());
        self.p95 = self.p95.max(slot.p95);
        self.phase = self.phase.max(slot.phase);
    }

    /// The slot that stands for the span that ends with this one.
    pub fn at(&self, slot: &Slot) -> Slot {
        Slot { lag: self.lag.unwrap_or(UNKNOWN), p95: self.p95, phase: self.phase, ..*slot }
    }
}

/// The phases, the worst last.
const BY_SEVERITY: [Phase; 9] = [
    Phase::Finished,
    Phase::Live,
    Phase::History,
    Phase::Starting,
    Phase::Stopped,
    Phase::Waiting,
    Phase::BackingOff,
    Phase::Refused,
    Phase::GivenUp,
];

/// The place of a phase in [`BY_SEVERITY`].
fn severity(phase: Phase) -> u8 {
    match phase {
        Phase::Finished => 0,
        Phase::Live => 1,
        Phase::History => 2,
        Phase::Starting => 3,
        Phase::Stopped => 4,
        Phase::Waiting => 5,
        Phase::BackingOff => 6,
        Phase::Refused => 7,
        Phase::GivenUp => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixtures::shop;
    use super::*;
    use crate::value::SECOND;

    fn slot(status: &ShopStatus) -> Slot {
        Slot::of(status, Timestamp(20 * SECOND), &DurationsMark::default())
    }

    #[test]
    fn a_slot_has_the_counters_of_a_shop() {
        let slot = slot(&shop("a", Phase::Live));
        assert_eq!((slot.rows, slot.ticks, slot.busy), ([220, 3, 1], 2, 502_000));
        assert_eq!((slot.p95, slot.lag(), slot.phase()), (500_000, Some(20), Phase::Live));
    }

    #[test]
    fn every_phase_is_kept() {
        for phase in BY_SEVERITY {
            assert_eq!(slot(&shop("a", phase)).phase(), phase);
        }
    }

    #[test]
    fn a_span_has_the_last_counters_and_the_worst_state() {
        let live = slot(&shop("a", Phase::Live));
        let waiting = ShopStatus { lag: 3 * SECOND, ..shop("a", Phase::Waiting) };
        let unknown = ShopStatus { due: None, ..shop("a", Phase::Starting) };
        let mut worst = Worst::default();
        [&slot(&unknown), &slot(&waiting), &live].into_iter().for_each(|slot| worst.add(slot));
        let span = worst.at(&Slot { rows: [9, 9, 9], ..live });
        assert_eq!((span.rows, span.lag(), span.phase()), ([9, 9, 9], Some(3_000), Phase::Waiting));
        assert_eq!(Worst::default().at(&live).lag(), None);
    }
}
