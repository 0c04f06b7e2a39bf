//! Which rows of its source a load reads.
//!
//! Owns the bounds of increments. Must not know what is done with the rows.

use std::ops::Range;

use crate::grade::Life;

/// Which rows each load reads.
///
/// All bounds are ascending, so that the loads that read a row follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All rows.
    Everything,
    /// At each load the rows with `from <= created_at < before`, in microseconds since 1970.
    Created {
        /// The first `created_at` that it reads.
        from: Vec<i64>,
        /// The first `created_at` that it does not read any more.
        before: Vec<i64>,
    },
    /// At each load the rows up to a key.
    Keys(Vec<i64>),
}

impl Selection {
    /// Rows from the highest `created_at` on that earlier loads have read, less a span in microseconds. `newest` is the
    /// highest `created_at` that each load reads; `None`: it reads nothing, or does not move the cursor.
    pub fn cursor(newest: &[Option<i64>], look_back: i64, is_strict: bool) -> Self {
        let mut watermark: Option<i64> = None;
        let from = newest.iter().map(|read| {
            let from = watermark
                .map_or(i64::MIN, |mark| mark.saturating_sub(look_back).saturating_add(is_strict.into()));
            watermark = watermark.max(*read);
            from
        });
        let from = from.collect();
        Self::Created { from, before: vec![i64::MAX; newest.len()] }
    }

    /// Rows that were created since the moment for which the load before was scheduled, and before its own.
    pub fn schedule(moments: &[i64]) -> Self {
        let before = ascending(moments.iter().copied());
        let from = std::iter::once(i64::MIN).chain(before.iter().copied()).take(before.len()).collect();
        Self::Created { from, before }
    }

    /// The rows of one page: those up to a key, which is that of the n-th row at each load.
    pub fn page(last_keys: impl Iterator<Item = i64>) -> Self {
        Self::Keys(ascending(last_keys))
    }

    /// The loads that read a row while it is there.
    pub fn loads(&self, key: i64, life: &Life) -> Range<usize> {
        match self {
            Self::Everything => 0..usize::MAX,
            Self::Created { from, before } => {
                let first = before.partition_point(|before| *before <= life.created_at);
                first..from.partition_point(|from| *from <= life.created_at).max(first)
            }
            Self::Keys(last) => last.partition_point(|last| *last < key)..usize::MAX,
        }
    }

    /// The keys around one that have the same loads, if only their keys tell them apart.
    pub fn keys_alike(&self, key: i64) -> Range<i64> {
        let Self::Keys(last) = self else { return i64::MIN..i64::MAX };
        let place = last.partition_point(|last| *last < key);
        let from = place.checked_sub(1).map_or(i64::MIN, |before| last[before].saturating_add(1));
        from..last.get(place).map_or(i64::MAX, |last| last.saturating_add(1))
    }
}

/// Bounds, none below the one before it.
fn ascending(bounds: impl Iterator<Item = i64>) -> Vec<i64> {
    let highest = |highest: &mut i64, bound: i64| {
        *highest = bound.max(*highest);
        Some(*highest)
    };
    bounds.scan(i64::MIN, highest).collect()
}
