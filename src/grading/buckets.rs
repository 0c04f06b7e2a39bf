//! What happened in a shop's table, by spans of ticks: for drawings.
//!
//! Owns the number of spans. Must not know what is drawn.

use super::subject::Subject;
use crate::grade::Life;
use crate::grade::report::Bucket;

/// What happened in the shop's table, by spans of ticks.
pub struct Buckets {
    first: i64,
    width: i64,
    /// In order.
    pub buckets: Vec<Bucket>,
}

/// Spans that a report shows.
const BUCKETS: i64 = 120;

impl Buckets {
    /// The spans of a shop's ticks.
    pub fn new(subject: &Subject<'_>) -> Self {
        let Some(last) = subject.checkpoint.last_tick else {
            return Self { first: 0, width: 1, buckets: Vec::new() };
        };
        let (first, last) = (super::loads::number(subject.timeline.first()), super::loads::number(last));
        let ticks = (last - first + 1).max(1);
        let width = (ticks - 1) / BUCKETS + 1;
        let bucket = |nth: i64| {
            let from = first + nth * width;
            let tick = |tick: i64| tick.max(0).unsigned_abs();
            Bucket { from_tick: tick(from), to_tick: tick((from + width - 1).min(last)), ..Bucket::default() }
        };
        Self { first, width, buckets: (0..=(ticks - 1) / width).map(bucket).collect() }
    }

    fn at(&mut self, tick: i64) -> Option<&mut Bucket> {
        let place = usize::try_from(tick.checked_sub(self.first)? / self.width).ok()?;
        self.buckets.get_mut(place)
    }

    /// Counts findings about a version that began at a tick.
    pub fn missed(&mut self, tick: Option<i64>, count: u64) {
        if let Some(bucket) = tick.and_then(|tick| self.at(tick)) {
            bucket.missed += count;
        }
    }

    /// Counts what happened in the lives of some rows that are alike.
    pub fn life(&mut self, life: &Life, count: u64) {
        for (nth, version) in life.versions.iter().enumerate() {
            if let Some(bucket) = self.at(version.from) {
                *(if nth == 0 { &mut bucket.inserted } else { &mut bucket.changed }) += count;
            }
        }
        if let Some(bucket) = self.at(life.deleted) {
            bucket.deleted += count;
        }
    }
}
