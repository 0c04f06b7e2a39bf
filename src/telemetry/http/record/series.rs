//! Rates and times of ticks, read from the samples of a run.
//!
//! Owns how a rate is made of two samples. A line is smooth since each rate is over a window that fits the shop's ticks.

use std::time::Duration;

use super::history::{History, SPAN, Sample};
use crate::supervise::Phase;
use crate::value::Timestamp;

/// What is read of a shop at a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The rates until then.
    pub rates: Rates,
    /// Milliseconds by which the shop was behind.
    pub lag: Option<u32>,
    /// Its phase.
    pub phase: Phase,
}

/// Rates of a shop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Rows inserted, updated and deleted a second.
    pub rows: [f64; 3],
    /// The times of its ticks; `None` if there was none.
    pub ticks: Option<Ticks>,
}

/// How long ticks took, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ticks {
    /// The mean.
    pub mean: f64,
    /// The 95th percentile, at most.
    pub p95: u32,
}

/// Samples of a history, in the order of their times: coarse ones, then fine ones.
pub struct Series<'a> {
    history: &'a History,
    places: Vec<Place>,
}

/// The place of a sample.
#[derive(Clone, Copy)]
struct Place {
    coarse: bool,
    place: usize,
}

impl<'a> Series<'a> {
    /// The samples with numbers above `after`, of them the last so many.
    pub fn of(history: &'a History, after: u64, points: usize) -> Self {
        // Those that the rates of the first kept one would need are gone: they begin later.
        let first = |coarse: bool| {
            let widest = || history.shops.iter().map(|shop| shop.windows[usize::from(coarse)]).max();
            let gone = tier(history, coarse).front().is_some_and(|oldest| oldest.number != step(coarse));
            if gone { widest().map_or(0, |widest| usize::try_from(widest).unwrap_or(usize::MAX)) } else { 0 }
        };
        let [fine, coarse] = [false, true].map(first);
        let begin = history.fine.get(fine).map_or(u64::MAX, |sample| sample.number);
        let is_wanted = |place: &Place| sample(history, *place).number > after;
        let mut places: Vec<Place> = (coarse..history.coarse.len())
            .map(|place| Place { coarse: true, place })
            .take_while(|place| sample(history, *place).number < begin)
            .chain((fine..history.fine.len()).map(|place| Place { coarse: false, place }))
            .filter(is_wanted)
            .collect();
        places.drain(..places.len().saturating_sub(points));
        Self { history, places }
    }

    /// The wall times of the samples.
    pub fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.places.iter().map(|place| sample(self.history, *place).at)
    }

    /// What is read of a shop at each sample.
    pub fn points(&self, shop: usize) -> impl Iterator<Item = Point> {
        self.places.iter().map(move |place| point(self.history, *place, shop))
    }
}

/// The rates of each shop at the last sample; `None` before the first.
pub fn latest(history: &History) -> Option<impl Iterator<Item = Rates>> {
    let place = history.fine.len().checked_sub(1)?;
    Some((0..history.shops.len()).map(move |shop| point(history, Place { coarse: false, place }, shop).rates))
}

fn tier(history: &History, coarse: bool) -> &std::collections::VecDeque<Sample> {
    if coarse { &history.coarse } else { &history.fine }
}

fn sample(history: &History, at: Place) -> &Sample {
    &tier(history, at.coarse)[at.place]
}

/// The distance between the numbers of two samples of a tier.
fn step(coarse: bool) -> u64 {
    if coarse { SPAN } else { 1 }
}

fn point(history: &History, at: Place, shop: usize) -> Point {
    let samples = tier(history, at.coarse);
    let window = history.shops[shop].windows[usize::from(at.coarse)];
    let base = usize::try_from(window).ok().and_then(|window| at.place.checked_sub(window));
    let end = &samples[at.place];
    let slot = &end.slots[shop];
    let span = window * step(at.coarse);
    let seconds = seconds(history.size.period(), span, base.map(|base| (samples[base].at, end.at)));
    // Before the first sample of a run nothing was written: all of its counters were 0.
    let zero = slot.at_zero();
    let before = base.map_or(&zero, |base| &samples[base].slots[shop]);
    #[expect(clippy::cast_precision_loss, reason = "rows and microseconds are below 2^53")]
    let more = |now: u64, before: u64| now.saturating_sub(before) as f64;
    let rows = [0, 1, 2].map(|op| more(slot.rows[op], before.rows[op]) / seconds);
    let ticks = slot.ticks.wrapping_sub(before.ticks);
    let ticks = (ticks > 0).then(|| Ticks {
        mean: more(slot.busy, before.busy) / f64::from(ticks),
        p95: (base.map_or(0, |base| base + 1)..=at.place)
            .map(|place| samples[place].slots[shop].p95)
            .max()
            .unwrap_or(0),
    });
    Point { rates: Rates { rows, ticks }, lag: slot.lag(), phase: slot.phase() }
}

/// The length of a window of so many periods: as it should be, unless the process slept in between. The timer's jitter
/// is none of the shop's.
fn seconds(period: Duration, periods: u64, measured: Option<(Timestamp, Timestamp)>) -> f64 {
    let nominal = period.as_secs_f64() * f64::from(u32::try_from(periods).unwrap_or(u32::MAX));
    let Some((from, to)) = measured else { return nominal };
    let measured = Duration::from_micros(to.0.saturating_sub(from.0).max(0).unsigned_abs()).as_secs_f64();
    let is_off = measured > 0.0 && (measured - nominal).abs() > 0.1 * period.as_secs_f64();
    if is_off { measured } else { nominal }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixtures::shop;
    use super::super::history::Sampler;
    use super::*;
    use crate::supervise::{Durations, ShopStatus};
    use crate::value::SECOND;

    /// A shop that ticks every `spacing` seconds, 10 rows and 2 ms a tick, after so many seconds.
    fn after(seconds: u64, spacing: u64) -> ShopStatus {
        let ticks = seconds / spacing;
        let mut durations = Durations::default();
        (0..ticks).for_each(|_| durations.observe(Duration::from_millis(2), 1));
        let mut shop = ShopStatus {
            ticks_here: ticks,
            durations,
            spacing: Duration::from_secs(spacing),
            due: Some(Timestamp::MAX),
            ..shop("a", Phase::Live)
        };
        shop.tables.truncate(1);
        shop.tables[0].rows = crate::tick::Counts { inserted: 10 * ticks, updated: ticks, deleted: 0 };
        shop
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp(seconds.cast_signed() * SECOND)
    }

    /// The samples of so many seconds of such a shop.
    fn history(seconds: impl IntoIterator<Item = u64>, spacing: u64) -> History {
        let (mut history, mut sampler): (History, Sampler) = History::begin(&[after(0, spacing)]).unwrap();
        for second in seconds {
            history.add(sampler.read(&[after(second, spacing)], at(second)));
        }
        history
    }

    fn inserted(history: &History, after: u64, points: usize) -> Vec<f64> {
        Series::of(history, after, points).points(0).map(|point| point.rates.rows[0]).collect()
    }

    #[test]
    fn a_shop_that_ticks_every_five_seconds_is_a_flat_line() {
        let history = history(0..100, 5);
        let rates = inserted(&history, 0, usize::MAX);
        assert_eq!(rates.len(), 100);
        assert_eq!(rates[..5], [0.0; 5]);
        assert!(rates[5..].iter().all(|rate| (rate - 2.0).abs() < 1e-9), "{rates:?}");
        let ticks: Vec<_> = Series::of(&history, 0, 7).points(0).map(|point| point.rates.ticks).collect();
        assert_eq!(ticks, [Some(Ticks { mean: 2_000.0, p95: 2_000 }); 7]);
        assert_eq!(latest(&history).unwrap().next().unwrap().rows, [2.0, 0.2, 0.0]);
    }

    #[test]
    fn a_line_stays_flat_where_old_samples_are_gone_and_its_times_ascend() {
        let history = history(0..2_000, 5);
        let series = Series::of(&history, 0, usize::MAX);
        let times: Vec<_> = series.times().collect();
        assert!(times.is_sorted_by(|a, b| a < b));
        assert_eq!((times.first(), times.last()), (Some(&at(14)), Some(&at(1_999))));
        // 15 coarse seconds are three ticks.
        let rates = inserted(&history, 0, usize::MAX);
        assert!(rates.iter().all(|rate| (rate - 2.0).abs() < 0.7), "{rates:?}");
        assert!(rates[1..].iter().all(|rate| (rate - 2.0).abs() < 1e-9), "{rates:?}");
    }

    #[test]
    fn only_samples_after_a_number_are_read_and_only_the_last_of_them() {
        let history = history(0..50, 1);
        let times = |after, points| Series::of(&history, after, points).times().collect::<Vec<_>>();
        assert_eq!(times(47, usize::MAX), [at(47), at(48), at(49)], "samples 48, 49 and 50");
        assert_eq!(times(0, 2), [at(48), at(49)]);
        assert_eq!((times(50, 9).len(), times(99, 9).len()), (0, 0));
    }

    #[test]
    fn a_rate_is_over_the_time_that_has_passed_where_the_process_slept() {
        let history = history([0, 1, 2, 12, 13], 1);
        assert_eq!(inserted(&history, 0, usize::MAX), [0.0, 10.0, 10.0, 10.0, 10.0]);
    }

    #[test]
    fn a_timer_that_is_late_by_milliseconds_bends_no_line() {
        let (mut history, mut sampler) = History::begin(&[after(0, 1)]).unwrap();
        for second in 0..20 {
            let late = i64::try_from(second * 7 % 40).unwrap() * 1_000;
            history.add(sampler.read(&[after(second, 1)], at(second).plus(late)));
        }
        assert!(inserted(&history, 1, usize::MAX).iter().all(|rate| (rate - 10.0).abs() < 1e-9));
    }

    #[test]
    fn without_a_tick_there_is_no_time_of_ticks() {
        let history = history(0..4, 60);
        let point = Series::of(&history, 0, 1).points(0).next().unwrap();
        assert_eq!((point.rates.ticks, point.rates.rows, point.lag), (None, [0.0; 3], Some(20)));
    }
}
