//! A shuffle of the whole numbers below a count, computed for any one of them alone.
//!
//! Owns the Feistel network. Gives distinct values in random order without remembering which have been
//! drawn.

use super::{Key, Stream, remix};

/// A permutation of `0..count`.
#[derive(Clone, Debug)]
pub struct Permutation {
    count: u64,
    /// Bits of each of the network's two halves.
    half: u32,
    keys: [u64; Self::ROUNDS],
}

impl Permutation {
    /// Four rounds make a pseudorandom permutation of a pseudorandom function (Luby and Rackoff, 1988).
    const ROUNDS: usize = 4;

    /// The permutation of a key; `count` is at least 1.
    pub fn keyed(key: Key<'_>, count: u64) -> Self {
        let mut stream = Stream::keyed(key);
        let bits = u64::BITS - count.saturating_sub(1).leading_zeros();
        Self { count, half: bits.div_ceil(2).max(1), keys: std::array::from_fn(|_| stream.bits()) }
    }

    /// The permutation of some bits, for many small ones that are made one after the other.
    pub fn from_bits(bits: u64, count: u64) -> Self {
        let mut key = bits;
        let keys = std::array::from_fn(|_| {
            key = remix(key);
            key
        });
        let bits = u64::BITS - count.saturating_sub(1).leading_zeros();
        Self { count, half: bits.div_ceil(2).max(1), keys }
    }

    /// How many numbers it permutes.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The image of a number, taken modulo the count.
    pub fn of(&self, number: u64) -> u64 {
        let mut number = number % self.count.max(1);
        // The network permutes a power of four that is less than four times the count or 4: repeating it until the
        // result is below the count (cycle walking) gives a permutation (Black and Rogaway, "Ciphers with arbitrary
        // finite domains", 2002).
        loop {
            number = self.network(number);
            if number < self.count {
                return number;
            }
        }
    }

    /// The number whose image is this one, taken modulo the count.
    pub fn inverse_of(&self, image: u64) -> u64 {
        let mut number = image % self.count.max(1);
        let mask = u64::MAX >> (u64::BITS - self.half);
        loop {
            let (mut left, mut right) = (number >> self.half, number & mask);
            for key in self.keys.iter().rev() {
                (left, right) = (right ^ (remix(left ^ key) & mask), left);
            }
            number = left << self.half | right;
            if number < self.count {
                return number;
            }
        }
    }

    fn network(&self, number: u64) -> u64 {
        let mask = u64::MAX >> (u64::BITS - self.half);
        let (mut left, mut right) = (number >> self.half, number & mask);
        for key in self.keys {
            (left, right) = (right, left ^ (remix(right ^ key) & mask));
        }
        left << self.half | right
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    fn permutation(seed: u64, count: u64) -> Permutation {
        let key = Key { seed, table: "t", purpose: "c", operation: "unique", tick: 0 };
        Permutation::keyed(key, count)
    }

    #[test]
    fn the_order_is_promised() {
        let permutation = permutation(4321, 10);
        let order: Vec<u64> = (0..10).map(|number| permutation.of(number)).collect();
        assert_eq!(order, [3, 1, 2, 5, 6, 7, 4, 8, 0, 9]);
    }

    #[test]
    fn the_largest_counts_have_room() {
        for count in [1, 2, 3, u64::MAX / 2 + 2, u64::MAX] {
            let permutation = permutation(1, count);
            for number in [0, 1, count - 1] {
                assert!(permutation.of(number) < count, "{number} of {count}");
            }
        }
    }

    proptest! {
        #[test]
        fn each_number_is_met_once(seed: u64, count in 1u64..2_000) {
            let permutation = permutation(seed, count);
            let mut met = BTreeSet::new();
            for number in 0..count {
                let to = permutation.of(number);
                prop_assert!(to < count && met.insert(to));
                prop_assert_eq!(permutation.inverse_of(to), number);
            }
            let of_bits = Permutation::from_bits(seed, count);
            let images: BTreeSet<u64> = (0..count).map(|number| of_bits.of(number)).collect();
            prop_assert_eq!(images, (0..count).collect());
        }
    }
}
