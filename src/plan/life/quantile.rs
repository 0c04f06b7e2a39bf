//! Dwell times from places in their distribution, in integers alone: every platform agrees.
//!
//! Owns the shapes. Must not know how a place is drawn.

use crate::config::{Dwell, Shape};

/// The dwell time at a place of its distribution, `place / 2^64`, in microseconds.
pub(super) fn quantile(dwell: &Dwell, place: u64) -> u64 {
    let Dwell { least, most, shape } = *dwell;
    let even = |place: u64| least + scaled(place, most - least + 1);
    match shape {
        Shape::Even => even(place),
        Shape::Log => log(least.max(1), most.max(1), place),
        // The distribution function of the shorter of two is 1 - (1 - x)², that of the longer x².
        Shape::Early => even(u64::MAX - root(u64::MAX - place)),
        Shape::Late => even(root(place)),
    }
}

/// This share of a bound: less than the bound.
pub(super) fn scaled(place: u64, bound: u64) -> u64 {
    ((u128::from(place) * u128::from(bound)) >> 64) as u64
}

/// The square root of a share.
#[expect(clippy::cast_possible_truncation, reason = "the root of a number below 2^128 is below 2^64")]
fn root(place: u64) -> u64 {
    (u128::from(place) << 64).isqrt() as u64
}

/// Each octave from the least on is equally likely and even in itself; the last one has the share that its part has.
#[expect(clippy::cast_possible_truncation, reason = "the rest of a place is below 2^64")]
fn log(least: u64, most: u64, place: u64) -> u64 {
    /// The weight of a whole octave.
    const WHOLE: u64 = 1 << 16;
    let octaves = u64::from((most / least).ilog2());
    let last = least << octaves;
    // At least one value, however small its share.
    let part = (u128::from(most - last + 1) * u128::from(WHOLE)).div_ceil(u128::from(last)) as u64;
    let weights = octaves * WHOLE + part;
    let at = u128::from(place) * u128::from(weights);
    let whole = (at >> 64) as u64;
    // The octave, and the place in it.
    let octave = (whole / WHOLE).min(octaves);
    let width = if octave == octaves { part } else { WHOLE };
    let begin = u128::from(octave * WHOLE) << 64;
    let inside = ((at - begin) / u128::from(width)) as u64;
    let from = least << octave;
    let to = if octave == octaves { most + 1 } else { from * 2 };
    from + scaled(inside, to - from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHAPES: [Shape; 4] = [Shape::Even, Shape::Log, Shape::Early, Shape::Late];

    /// The dwell times at a thousand places, spread evenly.
    fn thousand(least: u64, most: u64, shape: Shape) -> Vec<u64> {
        let dwell = Dwell { least, most, shape };
        (0..1_000).map(|place| quantile(&dwell, (u64::MAX / 1_000) * place)).collect()
    }

    #[test]
    fn each_shape_has_its_median() {
        let median = |shape| thousand(1_000, 16_000, shape)[500];
        assert_eq!(median(Shape::Even), 8_500);
        // Four octaves, one of them begun: half of them are below 4 s.
        assert_eq!(median(Shape::Log), 4_000);
        // 1 - 1/√2 and 1/√2 of the way.
        assert_eq!(median(Shape::Early), 5_393);
        assert_eq!(median(Shape::Late), 11_607);
    }

    #[test]
    fn one_value_is_every_quantile() {
        for shape in SHAPES {
            assert!(thousand(7, 7, shape).iter().all(|span| *span == 7), "{shape:?}");
        }
        assert_eq!(quantile(&Dwell { least: 0, most: 0, shape: Shape::Even }, u64::MAX), 0);
    }

    proptest! {
        #[test]
        fn dwell_times_stay_in_their_bounds_and_ascend(
            least in 1u64..1 << 40, more in 0u64..1 << 50, place: u64, other: u64, shape in 0usize..4,
        ) {
            let dwell = Dwell { least, most: least + more, shape: SHAPES[shape] };
            let [low, high] = [place.min(other), place.max(other)].map(|place| quantile(&dwell, place));
            prop_assert!(least <= low && low <= high && high <= least + more, "{low} {high}");
            prop_assert!(quantile(&dwell, 0) == least);
            // The last place leads to the longest, where the shape's resolution allows it.
            prop_assert!(more >= 1 << 31 || quantile(&dwell, u64::MAX) == least + more);
        }
    }
}
