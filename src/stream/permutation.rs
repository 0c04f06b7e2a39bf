//! A shuffle of the whole numbers below a count, computed for any one of them alone.
//!
//! Owns the Feistel network, in both directions. Gives distinct values in random order without remembering which have
//! been drawn.

use super::{Key, Stream, remix};

/// A permutation of `0..count`.
#[derive(Clone, Debug)]
pub struct Permutation {
    count: u64,
    network: Network,
}

impl Permutation {
    /// The permutation of a key; `count` is at least 1.
    pub fn keyed(key: Key<'_>, count: u64) -> Self {
        Self { count, network: Network::keyed(key, half_of(count)) }
    }

    /// The permutation of some bits, for many small ones that are made one after the other.
    pub fn from_bits(bits: u64, count: u64) -> Self {
        let mut key = bits;
        let keys = std::array::from_fn(|_| {
            key = remix(key);
            key
        });
        Self { count, network: Network { half: half_of(count), keys } }
    }

    /// How many numbers it permutes.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The image of a number, taken modulo the count.
    pub fn of(&self, number: u64) -> u64 {
        self.walk(number, Network::of)
    }

    /// The number with this image, taken modulo the count.
    pub fn inverse(&self, image: u64) -> u64 {
        self.walk(image, Network::inverse)
    }

    /// The network permutes a power of four that is less than four times the count or 4: repeating it until the result
    /// is below the count (cycle walking) gives a permutation (Black and Rogaway, "Ciphers with arbitrary finite
    /// domains", 2002).
    fn walk(&self, number: u64, step: impl Fn(&Network, u64, u64) -> (u64, u64)) -> u64 {
        let half = self.network.half;
        let mut number = number % self.count.max(1);
        loop {
            let (left, right) = step(&self.network, number >> half, number & self.network.mask());
            number = left << half | right;
            if number < self.count {
                return number;
            }
        }
    }
}

/// Bits of each half of the numbers below a count.
fn half_of(count: u64) -> u32 {
    let bits = u64::BITS - count.saturating_sub(1).leading_zeros();
    bits.div_ceil(2).max(1)
}

/// A permutation of all numbers of an even number of bits, at most 128, that can be inverted.
#[derive(Clone, Debug)]
pub struct BitPermutation(Network);

impl BitPermutation {
    /// The permutation of a key.
    pub fn keyed(key: Key<'_>, bits: u32) -> Self {
        Self(Network::keyed(key, (bits / 2).clamp(1, u64::BITS)))
    }

    /// The image of a number, of which further bits are ignored.
    pub fn of(&self, number: u128) -> u128 {
        let (left, right) = self.split(number);
        self.join(self.0.of(left, right))
    }

    /// The number with this image.
    pub fn inverse(&self, image: u128) -> u128 {
        let (left, right) = self.split(image);
        self.join(self.0.inverse(left, right))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a half has at most 64 bits")]
    fn split(&self, number: u128) -> (u64, u64) {
        let mask = self.0.mask();
        ((number >> self.0.half) as u64 & mask, number as u64 & mask)
    }

    fn join(&self, (left, right): (u64, u64)) -> u128 {
        u128::from(left) << self.0.half | u128::from(right)
    }
}

/// A Feistel network over two halves of a number.
#[derive(Clone, Debug)]
struct Network {
    /// Bits of each half, 1 to 64.
    half: u32,
    keys: [u64; Self::ROUNDS],
}

impl Network {
    /// Four rounds make a pseudorandom permutation of a pseudorandom function (Luby and Rackoff, 1988).
    const ROUNDS: usize = 4;

    fn keyed(key: Key<'_>, half: u32) -> Self {
        let mut stream = Stream::keyed(key);
        Self { half, keys: std::array::from_fn(|_| stream.bits()) }
    }

    fn mask(&self) -> u64 {
        u64::MAX >> (u64::BITS - self.half)
    }

    fn of(&self, mut left: u64, mut right: u64) -> (u64, u64) {
        for key in self.keys {
            (left, right) = (right, left ^ (remix(right ^ key) & self.mask()));
        }
        (left, right)
    }

    fn inverse(&self, mut left: u64, mut right: u64) -> (u64, u64) {
        for key in self.keys.iter().rev() {
            (left, right) = (right ^ (remix(left ^ key) & self.mask()), left);
        }
        (left, right)
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

    #[test]
    fn a_permutation_of_few_bits_meets_each_number_once() {
        let key = Key { seed: 7, table: "t", purpose: "key", operation: "", tick: 0 };
        let permutation = BitPermutation::keyed(key, 10);
        let images: BTreeSet<u128> = (0..1 << 10).map(|number| permutation.of(number)).collect();
        assert_eq!((images.len(), images.last()), (1 << 10, Some(&1023)));
    }

    proptest! {
        #[test]
        fn an_image_leads_back_to_its_number(seed: u64, number: u128, half in 1u32..=64) {
            let key = Key { seed, table: "t", purpose: "key", operation: "", tick: 0 };
            let permutation = BitPermutation::keyed(key, 2 * half);
            let number = number & (u128::MAX >> (u128::BITS - 2 * half));
            prop_assert_eq!(permutation.inverse(permutation.of(number)), number);
            prop_assert_eq!(permutation.of(permutation.inverse(number)), number);
        }

        #[test]
        fn each_number_is_met_once(seed: u64, count in 1u64..2_000) {
            let permutation = permutation(seed, count);
            let mut met = BTreeSet::new();
            for number in 0..count {
                let to = permutation.of(number);
                prop_assert!(to < count && met.insert(to));
                prop_assert_eq!(permutation.inverse(to), number);
            }
            let of_bits = Permutation::from_bits(seed, count);
            let images: BTreeSet<u64> = (0..count).map(|number| of_bits.of(number)).collect();
            prop_assert_eq!(images, (0..count).collect());
        }
    }
}
