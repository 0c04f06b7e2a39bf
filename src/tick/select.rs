//! Which rows a tick updates, and which of their columns.
//!
//! Owns the two draws; must not know what the new values are.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::stream::{Stream, remix};

/// `count` distinct ids of a range, each set of them equally likely, ascending; all of them if there are
/// no more.
///
/// Floyd's algorithm (Bentley and Floyd, "A sample of brilliance", 1987): one draw an id, whatever the
/// size of the range.
pub fn distinct(stream: &mut Stream, ids: Range<i64>, count: u64) -> Vec<i64> {
    let size = ids.end.saturating_sub(ids.start).max(0) as u64;
    if count >= size {
        return ids.collect();
    }
    let mut chosen = BTreeSet::new();
    for last in size - count..size {
        let drawn = stream.below(last + 1);
        if !chosen.insert(drawn) {
            chosen.insert(last);
        }
    }
    chosen.into_iter().map(|offset| ids.start + offset as i64).collect()
}

/// Decides which columns of one row change: a number of them from 1 to all, each number equally likely,
/// and each set of that many columns equally likely.
///
/// Every column draws 64 bits from a stream of its own and changes if they lie below the row's bits; a
/// row in which no column does is drawn again. Of `n` columns exactly `k` lie below with probability
/// `1/(n+1)` for each `k` from 0 to `n`, so that after the repeats every `k` from 1 to `n` has `1/n`.
/// Unlike drawing `k` first, the order of the columns does not matter, and a column added to the table
/// leaves the choice of the others as it was but in the 1 of `(n+1)(n+2)` rows that were drawn again.
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

    #[test]
    fn every_row_is_chosen_as_often_as_another() {
        let mut counts = [0u32; 10];
        for tick in 0..10_000 {
            for id in distinct(&mut stream(tick), 0..10, 3) {
                counts[id as usize] += 1;
            }
        }
        assert!(counts.iter().all(|count| (2_850..3_150).contains(count)), "{counts:?}");
    }

    proptest! {
        #[test]
        fn chosen_ids_are_distinct_ascending_and_of_the_range(tick: u64, size in 0i64..200, count in 0u64..250) {
            let ids = distinct(&mut stream(tick), 100..100 + size, count);
            prop_assert_eq!(ids.len() as u64, count.min(size as u64));
            prop_assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(ids.iter().all(|id| (100..100 + size).contains(id)));
        }
    }
}
