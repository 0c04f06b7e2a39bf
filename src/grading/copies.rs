//! The loads of a table with one row per key, which itself tells the last one only.
//!
//! Owns what causes are sought with: mistakes of earlier loads show in such a table, too. Must not be used to judge rows.

use std::collections::BTreeMap;

use super::error::GradingError;
use super::read::Read;
use super::understand::each;
use crate::grade::{Load, Reads};

/// Loads that are assumed where nothing tells them.
const ASSUMED: i64 = 64;

/// Different stamps that may be loads.
const MOST: usize = 4_096;

/// The loads, up to the last one, which is known: by the stamps of the rows that each left, or as if there had been one
/// every few ticks.
pub fn reads(read: &mut Read, last: &Load) -> Result<Reads, GradingError> {
    let mut newest: BTreeMap<i64, i64> = BTreeMap::new();
    let mut is_stamped = true;
    // The last cohort of each second that has keys with several rows: a cursor that compares with `>=` reads the last
    // second of a load again.
    let mut repeated: BTreeMap<i64, i64> = BTreeMap::new();
    each(read, None, |record| {
        if record.rows.len() > 1 && repeated.len() <= MOST {
            let last = repeated.entry(record.life.created_at).or_insert(-1);
            *last = record.life.born().max(*last);
        }
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
    if (1..=MOST).contains(&repeated.len()) {
        let loads = repeated.into_values().filter(|tick| *tick < last.lo).map(assumed);
        return Ok(Reads::snapshots(loads.chain([*last]).collect(), false));
    }
    let step = (last.hi / ASSUMED).max(1);
    let ticks = (0..last.lo).rev().step_by(usize::try_from(step).unwrap_or(usize::MAX)).collect::<Vec<i64>>();
    Ok(Reads::snapshots(ticks.into_iter().rev().map(assumed).chain([*last]).collect(), false))
}

/// A load after a tick. It comes before the last one, whose stamp is not known.
fn assumed(tick: i64) -> Load {
    Load { lo: tick, hi: tick, stamp: tick.saturating_sub(i64::MAX / 2) }
}
