//! The rows of a table once it is under way: sums over all fates, which are exact.
//!
//! Owns the counting. Must not know how many rows a tick inserts.

use super::fates::{FateEvent, Fates, What};

/// What becomes of a number of rows, one of each fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census {
    /// How many rows.
    pub rows: u64,
    /// By state: the ticks that they spend in it, all together.
    pub stays: Vec<u64>,
    /// By state: how many end in it, neither deleted by their life nor moving on, as long as they are kept.
    pub left: Vec<u64>,
    /// How often they change their state.
    pub updates: u64,
    /// How many are deleted because of their state.
    pub deletes: u64,
    /// The ticks in which they may be updated at random.
    pub updatable: u64,
}

impl Census {
    /// Counts rows that are kept for so many ticks, and may be updated at random up to the age of `window` ticks. `open`
    /// says in which states.
    pub fn of(fates: &Fates, open: &[bool], kept: u64, window: u64) -> Self {
        let mut census = Self {
            rows: fates.count() as u64,
            stays: vec![0; open.len()],
            left: vec![0; open.len()],
            updates: 0,
            deletes: 0,
            updatable: 0,
        };
        for fate in fates.iter() {
            let (mut state, mut since) = (Some(0), 0);
            let end = FateEvent { age: u32::MAX, what: What::Delete };
            for FateEvent { age, what } in fate.iter().copied().chain([end]) {
                let Some(place) = state else { break };
                let until = u64::from(age).min(kept);
                census.stays[place] += until - since;
                // Not in the tick that begins the stay, nor in the one that ends it.
                let updatable = until.min(window.saturating_add(1)).saturating_sub(since + 1);
                census.updatable += if open[place] { updatable } else { 0 };
                if u64::from(age) >= kept || age == u32::MAX {
                    census.left[place] += 1;
                    break;
                }
                since = until;
                state = match what {
                    What::Enter(to) => Some(usize::from(to)),
                    What::Delete => None,
                };
                *if state.is_some() { &mut census.updates } else { &mut census.deletes } += 1;
            }
        }
        census
    }
}
