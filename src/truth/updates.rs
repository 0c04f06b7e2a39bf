//! The random updates of the rows of a table, range of keys by range of keys.
//!
//! Owns how much is held in memory at a time. A tick chooses its rows in the order of their keys, so its streams
//! stop at the end of a range and continue in the next one. Must not know the inserted values.

use std::ops::Range;
use std::sync::Arc;

use crate::clock::Timeline;
use crate::plan::{ShopPlan, TablePlan};
use crate::tick::{TableTick, UpdateChunk, Updates};
use crate::value::Timestamp;

/// Keys of the first range, whose rows may be wide, and the factor by which a range may exceed the one before.
const FIRST_KEYS: u32 = 64;
const GROWTH: i64 = 4;

/// Limits of memory, in bytes.
struct Limits {
    /// The changes of a range of keys.
    range: usize,
    /// Streams that are kept between ranges. Those of further ticks start again for each range.
    resting: usize,
    /// The ids chosen by these ticks. Further ticks choose again for each range.
    choices: usize,
}

const LIMITS: Limits = Limits { range: 8 << 20, resting: 12 << 20, choices: 8 << 20 };

/// The changes of the rows of a range of keys.
#[derive(Default)]
pub(super) struct KnownUpdates {
    /// The keys of the range.
    pub keys: Range<i64>,
    /// The changes, by tick, then by key.
    pub changes: UpdateChunk,
    /// The ticks with their simulated times, and where the changes of each end.
    ticks: Vec<(u64, Timestamp, usize)>,
    /// The places of the changes, by key, then by tick.
    pub by_key: Vec<u32>,
}

impl KnownUpdates {
    /// Where the changes of each of some rows start in `by_key`, and where those of the last row end.
    #[expect(clippy::cast_possible_truncation, reason = "changes held at a time are bounded in bytes")]
    pub fn starts(&self, keys: Range<i64>) -> Vec<u32> {
        let key = |place: &u32| self.changes.ids[*place as usize];
        let mut start = self.by_key.partition_point(|place| key(place) < keys.start);
        let mut starts =
            Vec::with_capacity(usize::try_from(keys.end - keys.start).map_or(0, |keys| keys + 1));
        for id in keys {
            starts.push(start as u32);
            start += self.by_key[start..].iter().take_while(|place| key(place) == id).count();
        }
        starts.push(start as u32);
        starts
    }

    /// The tick of the change at a place.
    pub fn tick(&self, place: u32) -> u64 {
        self.of(place).0
    }

    /// The simulated time of the change at a place.
    pub fn at(&self, place: u32) -> Timestamp {
        self.of(place).1
    }

    fn of(&self, place: u32) -> (u64, Timestamp, usize) {
        self.ticks[self.ticks.partition_point(|(_, _, end)| *end <= place as usize)]
    }
}

/// The updates of a tick that reach into the next range of keys.
struct RunningTick {
    tick: u64,
    /// The keys that it may still choose from, and how many of them it chooses.
    window: Range<i64>,
    count: usize,
    /// Its streams, where they are kept; boxed because most ticks keep none.
    resting: Option<Box<Updates>>,
}

impl RunningTick {
    /// The expected number of changed rows in a range of keys.
    fn expected(&self, keys: &Range<i64>) -> usize {
        let size = |keys: &Range<i64>| u128::from((keys.end - keys.start).max(0).unsigned_abs());
        let there = keys.start.max(self.window.start)..keys.end.min(self.window.end);
        (self.count as u128 * size(&there) / size(&self.window).max(1)) as usize
    }
}

/// Reads the updates of a range of ticks.
pub(super) struct UpdateReader<'a> {
    plan: &'a ShopPlan,
    timeline: &'a Timeline,
    place: usize,
    /// The ticks that have not been considered yet.
    ticks: Range<u64>,
    reaching: Vec<RunningTick>,
    /// Keys of the last range, and bytes of each change in it.
    keys: i64,
    bytes: usize,
    limits: Limits,
}

impl<'a> UpdateReader<'a> {
    /// The updates of some ticks.
    pub fn of(plan: &'a ShopPlan, timeline: &'a Timeline, place: usize, ticks: Range<u64>) -> Self {
        Self::within(LIMITS, plan, timeline, place, ticks)
    }

    fn within(
        limits: Limits,
        plan: &'a ShopPlan,
        timeline: &'a Timeline,
        place: usize,
        ticks: Range<u64>,
    ) -> Self {
        let bytes = plan.tables[place].most_bytes().unwrap_or(limits.range / FIRST_KEYS as usize);
        let (reaching, keys) = (Vec::new(), i64::from(FIRST_KEYS) / GROWTH);
        Self { plan, timeline, place, ticks, reaching, keys, bytes, limits }
    }

    /// Divides the limits of memory by `parts`.
    pub fn hold_part(&mut self, parts: usize) {
        let Limits { range, resting, choices } = &mut self.limits;
        [range, resting, choices].into_iter().for_each(|bytes| *bytes /= parts.max(1));
    }

    fn table(&self) -> &'a TablePlan {
        &self.plan.tables[self.place]
    }

    /// The changes of the first of these rows, of as many as the limits allow.
    pub fn from(&mut self, keys: Range<i64>) -> Arc<KnownUpdates> {
        let keys = keys.start..self.end(&keys);
        let (table, mut known) = (self.table(), KnownUpdates { keys, ..KnownUpdates::default() });
        let (mut resting, mut choices) = (0, 0);
        let mut reaching = std::mem::take(&mut self.reaching);
        for tick in &mut reaching {
            let mut updates = tick.resting.take().unwrap_or_else(|| Box::new(self.updates(tick.tick)));
            let mut before = UpdateChunk::default();
            while updates.append(table, known.keys.start, &mut before) > 0 {
                before.clear();
            }
            while updates.append(table, known.keys.end, &mut known.changes) > 0 {}
            known.ticks.push((tick.tick, self.timeline.at(tick.tick), known.changes.ids.len()));
            tick.count = updates.chosen_left();
            tick.window.start = known.keys.end;
            resting += updates.bytes_of_state();
            if tick.count > 0 && resting <= self.limits.resting {
                choices += updates.bytes_of_ids();
                if choices > self.limits.choices {
                    choices -= updates.bytes_of_ids();
                    updates.forget_ids();
                }
                tick.resting = Some(updates);
            }
        }
        reaching.retain(|tick| tick.count > 0);
        self.reaching = reaching;
        let (rows, ids) = (known.changes.ids.len(), &known.changes.ids);
        #[expect(clippy::cast_possible_truncation, reason = "changes held at a time are bounded in bytes")]
        let by_key = known.changes.places().map(|place| place as u32).collect();
        known.by_key = by_key;
        known.by_key.sort_unstable_by_key(|place| (ids[*place as usize], *place));
        if let Some(bytes) = known.changes.bytes().checked_div(rows) {
            self.bytes = bytes + size_of::<u32>();
        }
        self.keys = known.keys.end - known.keys.start;
        Arc::new(known)
    }

    /// Where the next range of some keys ends.
    fn end(&mut self, keys: &Range<i64>) -> i64 {
        let table = self.table();
        let cohorts = table.cohorts(self.timeline);
        let mut end = keys.end.min(keys.start.saturating_add(self.keys.saturating_mul(GROWTH)));
        loop {
            let next = self.ticks.start;
            let window = cohorts.ids(table.windows.updatable(self.timeline, next));
            if self.ticks.is_empty() || window.start >= end {
                break;
            }
            let count = self.updates(next).chosen_left();
            self.reaching.push(RunningTick { tick: next, window, count, resting: None });
            self.ticks.start += 1;
        }
        let expected = |end| -> usize {
            self.reaching.iter().map(|tick| tick.expected(&(keys.start..end))).sum::<usize>() * self.bytes
        };
        while end - keys.start > 1 && expected(end) > self.limits.range {
            end = keys.start + (end - keys.start) / 2;
        }
        end
    }

    fn updates(&self, tick: u64) -> Updates {
        TableTick::random_updates(self.plan, self.timeline, tick, self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Source, Surroundings};

    /// The key, tick and values of each change, in the order of keys and ticks, and how many ranges they came in.
    fn changes(limits: Limits, plan: &ShopPlan, timeline: &Timeline, until: u64) -> (Vec<String>, usize) {
        let mut updates = UpdateReader::within(limits, plan, timeline, 0, 1..until + 1);
        let (mut all, mut ranges, mut keys) =
            (Vec::new(), 0, plan.tables[0].cohorts(timeline).ids(0..until + 1));
        while !keys.is_empty() {
            let known = updates.from(keys.clone());
            assert!(
                known.keys.start == keys.start && known.keys.end > keys.start && known.keys.end <= keys.end
            );
            for place in &known.by_key {
                let row = *place as usize;
                let values = known.changes.columns.iter().map(|values| values.get(row).to_string());
                let (id, values) = (known.changes.ids[row], values.collect::<Vec<_>>().join(" "));
                all.push(format!("{id} in {}: {values}", known.tick(*place)));
            }
            (ranges, keys.start) = (ranges + 1, known.keys.end);
        }
        (all, ranges)
    }

    #[test]
    fn changes_are_the_same_however_little_of_them_may_be_held() {
        let text = "[[shop]]\nname = \"a\"\nseed = 7\nstart = \"2026-01-01T00:00:00Z\"\ntick_interval = \"1s\"\n\
            update_not_older_than = \"20s\"\n[tables.t]\ninsert_rows_per_tick = 50\nupdate_rows_per_tick = 70\n\
            [tables.t.columns]\nname = { type = \"text\", faker = \"name\" }\n";
        let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
        let (config, _) = config::read(&Source::new("shops.toml", text), &surroundings);
        let plan = &crate::plan::compile(&config).0[0];
        let timeline = Timeline::new(crate::value::Timestamp(0), plan.interval, &[]);
        let read =
            |range, resting, choices| changes(Limits { range, resting, choices }, plan, &timeline, 100);
        let (all, ranges) = read(usize::MAX, usize::MAX, usize::MAX);
        assert_eq!(all.len(), 50 + 99 * 70);
        let ids = |text: &String| text.split(" in ").next().unwrap().parse::<i64>().unwrap();
        assert!(all.iter().map(ids).is_sorted() && ranges < 10, "{ranges} ranges");
        for (range, resting, choices) in
            [(10_000, usize::MAX, usize::MAX), (10_000, usize::MAX, 0), (10_000, 0, 0)]
        {
            let (some, ranges) = read(range, resting, choices);
            assert!(some == all && ranges > 20, "{ranges} ranges");
        }
    }
}
