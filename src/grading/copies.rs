//! The loads of a table with one row per key, which itself tells the last one only.
//!
//! Owns what causes are sought with: mistakes of earlier loads show in such a table, too. Must not be used to judge rows.

use std::collections::BTreeMap;

use super::error::GradingError;
use super::read::Read;
use super::understand::each;
use crate::grade::{Load, Reads, UNSTAMPED};

/// Loads that are assumed where nothing tells them.
const ASSUMED: i64 = 64;

/// Different stamps that may be loads.
const MOST: usize = 4_096;

/// The loads, up to the last one, which is known: by the stamps of the rows that each left, or as if there had been one
/// every few ticks.
pub fn reads(read: &mut Read, last: &Load) -> Result<Reads, GradingError> {
    let mut newest: BTreeMap<i64, i64> = BTreeMap::new();
    let mut is_stamped = true;
    each(read, None, |record| {
        for row in &record.rows {
            let Some(stamp) = row.stamp else {
                is_stamped = false;
                continue;
            };
            let version = record.life.versions.iter().find(|version| version.class == row.class);
            if let Some(version) = version
                && newest.len() <= MOST
            {
                let newest = newest.entry(stamp).or_insert(version.from);
                *newest = version.from.max(*newest);
            }
        }
    })?;
    if is_stamped && (2..=MOST).contains(&newest.len()) {
        let mut tick = -1;
        let loads = newest.into_iter().map(|(stamp, newest)| {
            // A load sees what the one before it has seen.
            tick = newest.max(tick).min(last.hi);
            Load { lo: tick, hi: tick, stamp }
        });
        return Ok(Reads::snapshots(loads.collect(), false));
    }
    let step = (last.hi / ASSUMED).max(1);
    let ticks = (0..last.lo).rev().step_by(usize::try_from(step).unwrap_or(usize::MAX)).collect::<Vec<i64>>();
    let assumed = ticks.into_iter().rev().map(|tick| Load { lo: tick, hi: tick, stamp: tick - i64::MAX / 2 });
    Ok(Reads::snapshots(assumed.chain([Load { stamp: UNSTAMPED, ..*last }]).collect(), false))
}
