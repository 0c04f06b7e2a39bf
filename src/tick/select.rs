//! Which rows a tick updates, and which of their columns.
//!
//! Owns the two draws; must not know what the new values are.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::plan::count_ids;
use crate::stream::{Stream, remix};

/// Some ids of a range, ascending.
///
/// At most eight bytes per id, and one bit per id of the range where many of them are chosen.
pub enum Selection {
    /// All of the range.
    All(Range<i64>),
    /// The ids from a first one on whose bits are set.
    Dense(i64, Vec<u64>),
    /// A list.
    Sparse(Vec<i64>),
}

impl Selection {
    /// `count` distinct ids of a range, each set of them equally likely; all of the range if it has no more.
    ///
    /// Floyd's algorithm (Bentley and Floyd, "A sample of brilliance", 1987): one draw per id, whatever the
    /// size of the range.
    #[expect(clippy::cast_possible_truncation, reason = "a bit for each id of the range is held in memory")]
    pub fn draw(stream: &mut Stream, ids: Range<i64>, count: u64) -> Self {
        let size = count_ids(&ids);
        if count >= size {
            return Self::All(ids);
        }
        let mut floyd = |insert: &mut dyn FnMut(u64) -> bool| {
            for last in size - count..size {
                if !insert(stream.below(last + 1)) {
                    insert(last);
                }
            }
        };
        if size / 64 <= count {
            let mut bits = vec![0u64; size.div_ceil(64) as usize];
            floyd(&mut |offset| {
                let (word, bit) = (&mut bits[(offset / 64) as usize], 1 << (offset % 64));
                let is_new = *word & bit == 0;
                *word |= bit;
                is_new
            });
            return Self::Dense(ids.start, bits);
        }
        let mut chosen = BTreeSet::new();
        floyd(&mut |offset| chosen.insert(offset));
        Self::Sparse(chosen.into_iter().map(|offset| ids.start.wrapping_add_unsigned(offset)).collect())
    }

    /// Appends the first chosen ids of a range, at most `most`.
    pub fn push(&self, range: Range<i64>, most: usize, out: &mut Vec<i64>) {
        match self {
            Self::All(ids) => {
                let (start, end) = (range.start.max(ids.start), range.end.min(ids.end));
                out.extend((start..end).take(most));
            }
            Self::Sparse(ids) => {
                let start = ids.partition_point(|id| *id < range.start);
                out.extend(ids[start..].iter().take(most).take_while(|id| **id < range.end));
            }
            Self::Dense(first, bits) => {
                let start = usize::try_from((range.start - first).max(0)).unwrap_or(usize::MAX);
                let (enough, mut kept) = (out.len() + most, !0 << (start % 64));
                for (place, word) in bits.iter().enumerate().skip(start / 64) {
                    let mut word = word & std::mem::replace(&mut kept, !0);
                    while word != 0 {
                        let id = first + (place as u64 * 64).cast_signed() + i64::from(word.trailing_zeros());
                        if out.len() == enough || id >= range.end {
                            return;
                        }
                        out.push(id);
                        word &= word - 1;
                    }
                }
            }
        }
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::All(_) => 0,
            Self::Dense(_, bits) => size_of_val(bits.as_slice()),
            Self::Sparse(ids) => size_of_val(ids.as_slice()),
        }
    }
}

/// Decides which columns of one row change: a number of them from 1 to all, each number equally likely,
/// and each set of that many columns equally likely.
///
/// Every column draws 64 bits from a stream of its own and changes if they lie below the row's bits; if no column
/// changes, the row is drawn again. Of `n` columns exactly `k` lie below with probability
/// `1/(n+1)` for each `k` from 0 to `n`, so that after the repeats every `k` from 1 to `n` has `1/n`.
/// Unlike drawing `k` first, the order of the columns does not matter, and a column added to the table
/// does not affect the choice of the others except in the 1 of `(n+1)(n+2)` rows that were drawn again.
pub fn columns(mut row: u64, columns: &mut [u64], changed: &mut [bool]) {
    while !columns.is_empty() {
        for (bits, changed) in columns.iter().zip(changed.iter_mut()) {
            *changed = *bits < row;
        }
        if changed.contains(&true) {
            return;
        }
        row = remix(row);
        columns.iter_mut().for_each(|bits| *bits = remix(*bits));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::stream::Key;
    use proptest::prelude::*;

    fn stream(tick: u64) -> Stream {
        Stream::keyed(Key { seed: 1, table: "t", purpose: "", operation: "test", tick })
    }

    #[test]
    fn every_number_of_columns_and_every_column_is_as_likely_as_another() {
        const COLUMNS: usize = 4;
        let (mut stream, rows) = (stream(0), 40_000);
        let (mut by_number, mut by_column) = ([0u32; COLUMNS + 1], [0u32; COLUMNS]);
        for _ in 0..rows {
            let (mut bits, mut changed) = ([0; COLUMNS], [false; COLUMNS]);
            let row = stream.bits();
            bits.fill_with(|| stream.bits());
            columns(row, &mut bits, &mut changed);
            by_number[changed.iter().filter(|changed| **changed).count()] += 1;
            (0..COLUMNS).filter(|column| changed[*column]).for_each(|column| by_column[column] += 1);
        }
        assert_eq!(by_number[0], 0);
        assert!(by_number[1..].iter().all(|count| (9_600..10_400).contains(count)), "{by_number:?}");
        assert!(by_column.iter().all(|count| (24_400..25_600).contains(count)), "{by_column:?}");
    }

    #[test]
    fn a_table_without_columns_changes_nothing() {
        columns(1, &mut [], &mut []);
    }

    fn all(selection: &Selection) -> Vec<i64> {
        let mut ids = Vec::new();
        selection.push(i64::MIN / 2..i64::MAX, usize::MAX / 2, &mut ids);
        ids
    }

    #[test]
    fn every_row_is_chosen_as_often_as_another() {
        let mut counts = BTreeMap::new();
        for tick in 0..10_000 {
            for id in all(&Selection::draw(&mut stream(tick), 0..10, 3)) {
                *counts.entry(id).or_insert(0) += 1;
            }
        }
        assert!(counts.values().all(|count| (2_850..3_150).contains(count)), "{counts:?}");
        assert_eq!(counts.len(), 10);
    }

    /// The ids as they were first promised: drawn into an ordered set.
    fn promised(stream: &mut Stream, ids: Range<i64>, count: u64) -> Vec<i64> {
        let size = (ids.end - ids.start).unsigned_abs();
        let mut chosen = BTreeSet::new();
        for last in size.saturating_sub(count)..size {
            let drawn = if count < size { stream.below(last + 1) } else { last };
            if !chosen.insert(drawn) {
                chosen.insert(last);
            }
        }
        chosen.into_iter().map(|offset| ids.start + offset.cast_signed()).collect()
    }

    proptest! {
        #[test]
        fn chosen_ids_are_distinct_ascending_and_of_the_range_however_they_are_kept(
            tick: u64,
            size in 0i64..2_000,
            count in prop_oneof![0u64..20, 0u64..2_100],
            start in 0i64..2_200,
            span in 0i64..500,
            most in 0usize..100,
        ) {
            let selection = Selection::draw(&mut stream(tick), 100..100 + size, count);
            let ids = all(&selection);
            prop_assert_eq!(&ids, &promised(&mut stream(tick), 100..100 + size, count));
            prop_assert!(selection.bytes() as u64 <= 8 * count + 8);
            let range = start..start + span;
            let mut some = Vec::new();
            selection.push(range.clone(), most, &mut some);
            let expected: Vec<i64> = ids.into_iter().filter(|id| range.contains(id)).take(most).collect();
            prop_assert_eq!(some, expected);
        }
    }
}
