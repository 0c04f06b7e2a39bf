//! Keyed random streams: the only source of randomness that reaches a row.
//!
//! Owns the key (what makes two streams different) and the draws (integers only, so that every platform
//! agrees). Must not know what the draws are for.

mod permutation;

pub use permutation::{BitPermutation, Permutation};

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256PlusPlus};
use sha2::{Digest, Sha256};

/// Incremented whenever the same config and seed would give different bytes; hashed into every key.
pub const OUTPUT_VERSION: u32 = 2;

/// The purpose of a stream. Two streams are equal exactly when their keys are.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The shop's seed.
    pub seed: u64,
    /// The table's name.
    pub table: &'a str,
    /// The column's name, or another purpose inside the table.
    pub purpose: &'a str,
    /// The part of the tick: `insert`, `update`, …
    pub operation: &'a str,
    /// The tick's number.
    pub tick: u64,
}

/// A random stream, derived from its key wherever it is needed and never saved.
#[derive(Clone, Debug)]
pub struct Stream {
    random: Xoshiro256PlusPlus,
    number: Number,
}

/// A whole number below a count, which supplies the next draws digit by digit; with a count of 1, no digits are left.
#[derive(Clone, Copy, Debug)]
struct Number {
    value: u64,
    count: u64,
}

impl Stream {
    /// The stream of a key: SHA-256 of all parts, each text preceded by its length.
    pub fn keyed(key: Key<'_>) -> Self {
        let mut hash = Sha256::new();
        hash.update(OUTPUT_VERSION.to_le_bytes());
        hash.update(key.seed.to_le_bytes());
        for text in [key.table, key.purpose, key.operation] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        hash.update(key.tick.to_le_bytes());
        Self::of(Xoshiro256PlusPlus::from_seed(hash.finalize().into()))
    }

    /// A stream seeded with 64 bits of another: one for each row of a group of columns.
    pub fn from_bits(bits: u64) -> Self {
        Self::of(Xoshiro256PlusPlus::seed_from_u64(bits))
    }

    fn of(random: Xoshiro256PlusPlus) -> Self {
        Self { random, number: Number { value: 0, count: 1 } }
    }

    /// Makes the next draws spell `value`, a number below `count`: each takes the last digit to the base of
    /// its bound, until enough draws have been made to distinguish all numbers below `count`; the
    /// draws after them are random again.
    ///
    /// So whatever maps different draws to different values maps different numbers to different values, too.
    /// [`Self::bits`] stays random.
    pub fn set_number(&mut self, value: u64, count: u64) {
        self.number = Number { value: value % count.max(1), count: count.max(1) };
    }

    /// The next 64 bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.random.next_u64()
    }

    /// The number's last digit to the base of `bound`, which it loses.
    #[cold]
    fn digit(&mut self, bound: u64) -> u64 {
        let Number { value, count } = self.number;
        let bound = bound.max(1);
        self.number = Number { value: value / bound, count: count.div_ceil(bound) };
        value % bound
    }

    /// A whole number from 0 to `bound - 1`, each equally likely; 0 if `bound` is 0.
    ///
    /// Lemire, "Fast Random Integer Generation in an Interval" (2019): one multiplication, and a new
    /// draw only in the part that would be uneven.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the low 64 bits are meant")]
    pub fn below(&mut self, bound: u64) -> u64 {
        if self.number.count > 1 {
            return self.digit(bound);
        }
        let mut product = u128::from(self.bits()) * u128::from(bound);
        if (product as u64) < bound {
            let uneven = bound.wrapping_neg() % bound.max(1);
            while (product as u64) < uneven {
                product = u128::from(self.bits()) * u128::from(bound);
            }
        }
        (product >> 64) as u64
    }

    /// A whole number from `low` to `high`, both included, each equally likely; `low` if `high` is less.
    #[inline]
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            return low;
        }
        let span = high.wrapping_sub(low).cast_unsigned();
        let offset = match span.checked_add(1) {
            Some(bound) => self.below(bound),
            None if self.number.count > 1 => self.digit(u64::MAX),
            None => self.bits(),
        };
        low.wrapping_add_unsigned(offset)
    }

    /// True in `part` of `whole` draws.
    #[inline]
    pub fn chance(&mut self, part: u64, whole: u64) -> bool {
        self.below(whole) < part
    }

    /// One item of a list, each equally likely.
    ///
    /// # Panics
    /// If the list is empty; the caller rules that out before a run.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "below the length of the list")]
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }
}

/// The seed of a shop that has none of its own: from the chain's seed and the shop's name.
pub fn shop_seed(chain_seed: u64, shop: &str) -> u64 {
    Stream::keyed(Key { seed: chain_seed, table: "", purpose: shop, operation: "shop seed", tick: 0 }).bits()
}

/// Draws that are made for each row alone: any row can be drawn without those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowDraws(u64);

impl RowDraws {
    /// Those of a purpose, for all rows of a table.
    pub fn of(key: Key<'_>) -> Self {
        Self(Stream::keyed(key).bits())
    }

    /// The bits of a row at a tick.
    pub fn bits(self, id: i64, tick: u64) -> u64 {
        remix(remix(self.0 ^ remix(id.cast_unsigned())) ^ tick)
    }
}

/// 64 bits made of 64 bits (one step of SplitMix64), for a draw that may have to be repeated without
/// moving the stream it came from.
pub fn remix(bits: u64) -> u64 {
    SplitMix64::seed_from_u64(bits).next_u64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: Key<'_> =
        Key { seed: 4321, table: "orders", purpose: "quantity", operation: "insert", tick: 7 };

    #[test]
    fn the_bytes_of_a_stream_are_promised() {
        let mut stream = Stream::keyed(KEY);
        let drawn: Vec<u64> = (0..3).map(|_| stream.bits()).collect();
        assert_eq!(drawn, [621_167_997_330_725_446, 5_321_714_072_355_002_615, 1_165_086_593_813_242_503]);
    }

    #[test]
    fn each_part_of_the_key_makes_another_stream() {
        let first = |key| Stream::keyed(key).bits();
        let others = [
            Key { seed: 4322, ..KEY },
            Key { table: "order", purpose: "squantity", ..KEY },
            Key { purpose: "price", ..KEY },
            Key { operation: "update", ..KEY },
            Key { tick: 8, ..KEY },
        ];
        for other in others {
            assert_ne!(first(KEY), first(other), "{other:?}");
        }
        assert_eq!(first(KEY), first(KEY));
    }

    #[test]
    fn small_bounds_are_drawn_evenly() {
        let mut stream = Stream::keyed(KEY);
        let (mut counts, sides) = ([0u32; 6], [0, 1, 2, 3, 4, 5]);
        for _ in 0..60_000 {
            counts[*stream.pick(&sides)] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_numbered_stream_spells_its_number_and_is_random_after_it() {
        // Different bounds on different paths, as a provider has them: no two numbers take the same path.
        let path = |number: u64| {
            let mut stream = Stream::from_bits(7);
            stream.set_number(number, 600);
            let first = stream.below(2);
            let second = if first == 0 { stream.below(10) } else { stream.below(30) };
            (first, second, stream.below(60))
        };
        let paths: std::collections::BTreeSet<_> = (0..600).map(path).collect();
        assert_eq!(paths.len(), 600);
        let mut stream = Stream::from_bits(7);
        stream.set_number(3, 4);
        assert_eq!(stream.below(10), 3);
        assert!((0..100).map(|_| stream.below(10)).any(|drawn| drawn != 0));
    }

    proptest! {
        #[test]
        fn draws_stay_in_their_range(tick: u64, low: i64, high: i64, bound in 1u64..) {
            let mut stream = Stream::keyed(Key { tick, ..KEY });
            prop_assert!(stream.below(bound) < bound);
            let drawn = stream.between(low, high);
            prop_assert!(drawn == low || (low..=high).contains(&drawn));
        }
    }
}
