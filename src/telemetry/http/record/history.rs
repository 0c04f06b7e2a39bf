//! The samples of a run: fine ones of the last ten minutes, coarse ones of the last six hours.
//!
//! Owns how many are kept, which is bounded in bytes for any number of shops. Must not know what a slot holds, nor how
//! rates are read from it: that is in [`super::series`].

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::slot::{Slot, Worst};
use crate::clock::micros;
use crate::supervise::{DurationsMark, ShopStatus};
use crate::value::Timestamp;

/// All slots of all shops take at most so many bytes.
const BUDGET: usize = 16 << 20;
/// Fine samples of a small chain, one a second, and coarse ones, one for [`SPAN`] of them.
const SAMPLES: (usize, usize) = (600, 1_440);
/// The fine samples that a coarse one stands for.
pub const SPAN: u64 = 15;
/// A rate is over at most so many samples.
const WIDEST: u64 = 60;

/// How many samples are kept. More shops have fewer samples, at longer distances, so that the spans stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Seconds between two samples.
    pub scale: u64,
    /// Fine samples.
    fine: usize,
    /// Coarse samples.
    coarse: usize,
}

impl Size {
    /// For so many shops; `None` if not even two samples of them fit.
    pub fn of(shops: usize) -> Option<Self> {
        let fits = |size: &Self| shops * (size.fine + size.coarse) * size_of::<Slot>() <= BUDGET;
        let of = |scale: usize| Self {
            scale: scale as u64,
            fine: (SAMPLES.0 / scale).max(2),
            coarse: SAMPLES.1 / scale,
        };
        (1..=SAMPLES.1 + 1).map(of).find(fits)
    }

    /// The time between two fine samples.
    pub fn period(self) -> Duration {
        Duration::from_secs(self.scale)
    }

    /// The samples, fine and coarse, that a rate of a shop is over: a span that is a multiple of the time between two
    /// of its ticks, so that its line is flat.
    fn windows(self, spacing: Duration) -> [u64; 2] {
        let most = |samples: usize, at_most: u64| at_most.min(samples as u64 / 4).max(1);
        let window =
            |period: u64, most: u64| best_window(micros(spacing), micros(self.period()), period, most);
        [window(1, most(self.fine, WIDEST)), window(SPAN, most(self.coarse, WIDEST / SPAN))]
    }
}

/// The number of samples, at most so many, whose span fits a multiple of a spacing best; of equals the smallest.
fn best_window(spacing: i64, period: i64, samples: u64, most: u64) -> u64 {
    let (spacing, period) = (u128::from(spacing.unsigned_abs()), u128::from(period.unsigned_abs()));
    if spacing == 0 {
        return 1;
    }
    let error = |window: u64| {
        let span = u128::from(window * samples) * period;
        let over = span % spacing;
        let off = if span < spacing { spacing - span } else { over.min(spacing - over) };
        // In millionths of the span.
        off * 1_000_000 / span
    };
    (1..=most).min_by_key(|window| error(*window)).unwrap_or(1)
}

/// A sample: a slot for each shop, in the chain's order.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its number: 1, 2, 3 … of the run; of a coarse one that of its last fine one.
    pub number: u64,
    /// The wall time.
    pub at: Timestamp,
    /// The slots.
    pub slots: Arc<[Slot]>,
}

/// What does not change of a shop that is sampled.
#[derive(Debug)]
pub struct Sampled {
    /// Its name.
    pub name: Arc<str>,
    /// The samples, fine and coarse, that its rates are over.
    pub windows: [u64; 2],
}

/// The samples of a run. A clone is cheap: it shares the slots.
#[derive(Clone, Debug)]
pub struct History {
    /// How many samples are kept.
    pub size: Size,
    /// The shops, in the chain's order.
    pub shops: Arc<[Sampled]>,
    /// The last fine samples.
    pub fine: VecDeque<Sample>,
    /// The last coarse samples.
    pub coarse: VecDeque<Sample>,
}

/// Writes a history.
pub struct Sampler {
    /// What was read of each shop since the last sample, and since the last coarse one.
    seen: Vec<(DurationsMark, Worst)>,
    number: u64,
}

impl History {
    /// The empty history of these shops, and what writes it; `None` if they are too many to keep one.
    pub fn begin(shops: &[ShopStatus]) -> Option<(Self, Sampler)> {
        let size = Size::of(shops.len())?;
        let sampled =
            |shop: &ShopStatus| Sampled { name: shop.name.clone(), windows: size.windows(shop.spacing) };
        let history = Self {
            size,
            shops: shops.iter().map(sampled).collect(),
            fine: VecDeque::new(),
            coarse: VecDeque::new(),
        };
        Some((history, Sampler { seen: vec![Default::default(); shops.len()], number: 0 }))
    }

    /// The number of the last sample; 0 before the first.
    pub fn last(&self) -> u64 {
        self.fine.back().map_or(0, |sample| sample.number)
    }

    /// The wall time of the last sample with at most this number, as far as it is kept.
    pub fn time_of(&self, number: u64) -> Option<Timestamp> {
        let at = |samples: &VecDeque<Sample>| {
            let after = samples.partition_point(|sample| sample.number <= number);
            after.checked_sub(1).map(|last| samples[last].at)
        };
        at(&self.fine).or_else(|| at(&self.coarse))
    }

    /// Adds what a sampler has read.
    pub fn add(&mut self, Read { fine, coarse }: Read) {
        push(&mut self.fine, fine, self.size.fine);
        if let Some(coarse) = coarse {
            push(&mut self.coarse, coarse, self.size.coarse);
        }
    }
}

/// A sample that was read, and the coarse one that it completes.
pub struct Read {
    fine: Sample,
    coarse: Option<Sample>,
}

impl Sampler {
    /// Reads a sample at a wall time. All of its work is here, so that nobody waits for it.
    pub fn read(&mut self, shops: &[ShopStatus], at: Timestamp) -> Read {
        self.number += 1;
        let number = self.number;
        let read = |(shop, (mark, worst)): (&ShopStatus, &mut (DurationsMark, Worst))| {
            let slot = Slot::of(shop, at, mark);
            *mark = shop.durations.mark();
            worst.add(&slot);
            slot
        };
        let slots: Arc<[Slot]> = shops.iter().zip(&mut self.seen).map(read).collect();
        let coarse = number.is_multiple_of(SPAN).then(|| {
            let spans = slots.iter().zip(&mut self.seen);
            let slots = spans.map(|(slot, (_, worst))| std::mem::take(worst).at(slot)).collect();
            Sample { number, at, slots }
        });
        Read { fine: Sample { number, at, slots }, coarse }
    }
}

/// Appends a sample and drops the oldest one beyond so many.
fn push(samples: &mut VecDeque<Sample>, sample: Sample, most: usize) {
    samples.push_back(sample);
    while samples.len() > most {
        samples.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::fixtures::shop;
    use super::*;
    use crate::supervise::Phase;
    use crate::value::SECOND;

    fn bytes(history: &History) -> usize {
        history.fine.iter().chain(&history.coarse).map(|sample| size_of_val(&*sample.slots)).sum()
    }

    #[test]
    fn a_rate_is_over_a_multiple_of_the_time_between_two_ticks() {
        let fine = |millis: i64, seconds: i64| best_window(millis * 1_000, seconds * SECOND, 1, WIDEST);
        let found =
            [fine(5_000, 1), fine(2_500, 1), fine(1_000, 1), fine(0, 1), fine(250, 1), fine(15_000, 1)];
        assert_eq!(found, [5, 5, 1, 1, 1, 15]);
        assert_eq!([fine(5_000, 6), fine(7_000, 2), fine(600_000, 1)], [5, 7, 60]);
        let coarse = |millis: i64| best_window(millis * 1_000, SECOND, SPAN, WIDEST / SPAN);
        assert_eq!([coarse(15_000), coarse(5_000), coarse(30_000), coarse(0)], [1, 1, 2, 1]);
    }

    #[test]
    fn a_small_chain_is_sampled_every_second_and_a_large_one_over_the_same_spans() {
        assert_eq!(Size::of(2), Some(Size { scale: 1, fine: 600, coarse: 1_440 }));
        assert_eq!(Size::of(0).map(|size| size.scale), Some(1));
        let many = Size::of(10_000).unwrap();
        assert!((50..70).contains(&many.scale), "{many:?}");
        for shops in [2, 171, 1_000, 10_000, 50_000] {
            let size = Size::of(shops).unwrap();
            let spans = (size.scale * size.fine as u64, size.scale * size.coarse as u64 * SPAN);
            assert!((300..=600).contains(&spans.0), "{shops}: {spans:?}");
            assert!((10_800..=21_600).contains(&spans.1), "{shops}: {spans:?}");
        }
    }

    proptest! {
        #[test]
        fn the_slots_of_any_number_of_shops_fit_the_budget(shops in 0_usize..2_000_000) {
            if let Some(size) = Size::of(shops) {
                prop_assert!(shops * (size.fine + size.coarse) * size_of::<Slot>() <= BUDGET);
                prop_assert!(size.fine >= 2);
            }
            prop_assert!(Size::of(shops.min(100_000)).is_some());
        }
    }

    #[test]
    fn a_history_grows_with_time_and_never_above_the_budget() {
        for (shops, samples) in [(3, 700_u64), (5_000, 200), (100_000, 4)] {
            let shops = vec![shop("a", Phase::Live); shops];
            let (mut history, mut sampler) = History::begin(&shops).unwrap();
            assert_eq!(bytes(&history), 0);
            for second in 0..samples {
                history.add(sampler.read(&shops, Timestamp(second.cast_signed() * SECOND)));
                assert!(bytes(&history) <= BUDGET);
            }
            assert_eq!(history.last(), samples);
            assert_eq!(history.fine.len(), history.size.fine, "full");
        }
    }

    #[test]
    fn every_fifteenth_sample_is_a_coarse_one_too_with_the_worst_of_its_span() {
        let (live, waiting) = ([shop("a", Phase::Live)], [shop("a", Phase::Waiting)]);
        let (mut history, mut sampler) = History::begin(&live).unwrap();
        for second in 1..=40 {
            let shops = if second == 20 { &waiting } else { &live };
            history.add(sampler.read(shops, Timestamp(second * SECOND)));
        }
        let coarse: Vec<_> =
            history.coarse.iter().map(|sample| (sample.number, sample.slots[0].phase())).collect();
        assert_eq!(coarse, [(15, Phase::Live), (30, Phase::Waiting)]);
        assert_eq!(history.time_of(17), Some(Timestamp(17 * SECOND)));
        assert_eq!((history.time_of(99), history.time_of(0)), (Some(Timestamp(40 * SECOND)), None));
    }
}
