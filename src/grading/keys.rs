//! The keys of a table that a warehouse has, in little memory: keys that follow each other share a range.
//!
//! Owns only this set.

use std::ops::RangeInclusive;

/// Ranges that are kept: 16 MiB.
const MOST: usize = 1 << 20;

/// A set of keys.
#[derive(Debug, Default)]
pub struct Keys {
    /// Ascending, with gaps between them.
    ranges: Vec<RangeInclusive<i64>>,
    is_full: bool,
}

impl Keys {
    /// Adds the next key, which is not less than the last one.
    pub fn push(&mut self, key: i64) {
        if let Some(last) = self.ranges.last_mut()
            && key.saturating_sub(1) <= *last.end()
        {
            *last = *last.start()..=key;
        } else if self.ranges.len() < MOST {
            self.ranges.push(key..=key);
        } else {
            self.is_full = true;
        }
    }

    /// Whether not all keys could be kept.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Whether a key is there.
    pub fn contains(&self, key: i64) -> bool {
        let after = self.ranges.partition_point(|range| *range.start() <= key);
        after.checked_sub(1).is_some_and(|place| self.ranges[place].contains(&key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_follow_each_other_share_a_range() {
        let mut keys = Keys::default();
        [-1, 0, 0, 1, 5, 6, i64::MAX].into_iter().for_each(|key| keys.push(key));
        assert_eq!(keys.ranges, [-1..=1, 5..=6, i64::MAX..=i64::MAX]);
        let there = (-3..9).filter(|key| keys.contains(*key)).collect::<Vec<_>>();
        assert_eq!(there, [-1, 0, 1, 5, 6]);
        assert!(!Keys::default().contains(0) && !keys.is_full());
    }

    #[test]
    fn a_scattered_table_is_not_kept_in_full() {
        let mut keys = Keys::default();
        (0..=MOST).for_each(|key| keys.push(2 * i64::try_from(key).unwrap()));
        assert!(keys.is_full());
    }
}
