//! Days and instants between two ends that depend on the tick's time alone.
//!
//! Owns the draw, for one row and for many; which ends there are is the providers' business.

use super::Draw;
use crate::value::{Date, Timestamp};

/// Values between two ends, both included, each equally likely; the first end in a tick in which it is the
/// later one.
pub struct Between<T> {
    /// The ends at a tick of this time, in a unit that `value` knows.
    ends: Box<dyn Fn(Timestamp) -> (i64, i64) + Send + Sync>,
    value: fn(i64) -> T,
}

impl Between<Date> {
    /// Days.
    pub fn days(ends: impl Fn(Timestamp) -> (Date, Date) + Send + Sync + 'static) -> Self {
        let ends = move |now| {
            let (first, last) = ends(now);
            (first.0.into(), last.0.into())
        };
        let value = |day| {
            #[expect(clippy::cast_possible_truncation, reason = "it lies between two days")]
            let day = day as i32;
            Date(day)
        };
        Self { ends: Box::new(ends), value }
    }

    /// The days of instants.
    pub fn days_of_instants(
        ends: impl Fn(Timestamp) -> (Timestamp, Timestamp) + Send + Sync + 'static,
    ) -> Self {
        Self { ends: Between::instants(ends).ends, value: |micros| Timestamp(micros).date() }
    }
}

impl Between<Timestamp> {
    /// Instants.
    pub fn instants(ends: impl Fn(Timestamp) -> (Timestamp, Timestamp) + Send + Sync + 'static) -> Self {
        let ends = move |now| {
            let (first, last) = ends(now);
            (first.0, last.0)
        };
        Self { ends: Box::new(ends), value: Timestamp }
    }
}

impl<T> Between<T> {
    /// Draws one value.
    pub fn draw(&self, draw: &mut Draw<'_>) -> T {
        let (first, last) = (self.ends)(draw.now);
        (self.value)(draw.stream.between(first, last))
    }

    /// Draws `count` values; the ends are computed once.
    pub fn fill(&self, draw: &mut Draw<'_>, count: u64, values: &mut Vec<T>) {
        let (first, last) = (self.ends)(draw.now);
        values.extend((0..count).map(|_| (self.value)(draw.stream.between(first, last))));
    }
}
