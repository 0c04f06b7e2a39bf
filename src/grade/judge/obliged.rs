//! How many changes must be told of a row.
//!
//! Owns the shortest account that the loads allow: where two loads may have seen the same version, no change is due.

use crate::grade::life::Life;
use crate::grade::reads::{Reads, Sight};
use crate::grade::shape::{Kind, Shape};

/// The changes that any right table tells: the rows of the shortest account, but its first one. Tables that keep the last
/// state only, or a row per load, tell no change as such.
pub fn changes(reads: &Reads, life: &Life, shape: &Shape) -> u64 {
    if life.count() < 2 || matches!(shape.kind, Kind::Current | Kind::Append) {
        return 0;
    }
    let mut sights = Vec::new();
    reads.relevant(life, std::iter::empty(), &mut sights);
    shortest(life, &sights).saturating_sub(1)
}

/// The rows of the shortest account.
fn shortest(life: &Life, sights: &[Sight]) -> u64 {
    // The fewest rows that tell what was seen up to a load, by the phase that it saw; phases before `first` were left.
    let mut first = 0;
    let mut rows = vec![0_u64];
    for sight in sights {
        let (lo, hi) = (sight.lo.max(first), sight.hi.max(sight.lo).max(first));
        let mut next = Vec::with_capacity(hi - lo + 1);
        for phase in lo..=hi {
            let reach = |(at, rows): (usize, &u64)| {
                let earlier = first + at;
                let stays = match (life.class(earlier), life.class(phase)) {
                    (_, None) => true,
                    (Some(one), Some(other)) => one == other,
                    (None, Some(_)) => false,
                };
                (earlier <= phase).then_some(rows + u64::from(!stays))
            };
            next.push(rows.iter().enumerate().filter_map(reach).min().unwrap_or(0));
        }
        (first, rows) = (lo, next);
    }
    rows.into_iter().min().unwrap_or(0)
}
