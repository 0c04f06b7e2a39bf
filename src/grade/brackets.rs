//! The brackets of loads: which ticks each may have read, so that the fewest rows contradict.
//!
//! Owns the choice. Loads never read earlier than the one before, so it is a dynamic programme over loads and ticks:
//! `F(i, t) = cost(i, t) + min F(i − 1, u ≤ t)`, and the bracket of a load is the hull of its ticks in all best choices.
//!
//! Ticks can be millions, so costs are kept as steps: pieces of ticks between the bounds of what is forbidden. A first,
//! greedy choice (each load at its cheapest tick not before that of the load before) bounds the best cost from above; where
//! nothing contradicts it is 0. Only pieces that can still lead to a cost within it are kept, and of each load at most as many
//! as keep the whole within [`PIECES`]: the work is O(loads × pieces kept + bounds × log bounds).

use super::forbidden::{Forbidden, ForbiddenOnwards, Range};

/// How many pieces are kept of all loads together.
const PIECES: usize = 1 << 22;
/// How many pieces are kept of one load, at least and at most.
const PER_LOAD: (usize, usize) = (64, 4096);

/// What is known of a load before its bracket is chosen.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The ticks that come into question: the first, and the last.
    pub within: (i64, i64),
    pub forbidden: Forbidden,
    /// Whether what is forbidden counts: a load that wrote nothing is not narrowed, else absence would explain it away.
    pub counts: bool,
}

/// The best choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The bracket of each load.
    pub brackets: Vec<(i64, i64)>,
    /// The weight of what contradicts it.
    pub cost: u64,
}

/// Ticks of equal cost.
#[derive(Clone, Copy, Debug)]
struct Piece {
    first: i64,
    last: i64,
    /// The least cost of the loads before, none of which read later.
    before: u64,
    /// With the cost of this load.
    cost: u64,
}

/// Chooses the brackets of loads, given in their order, with ticks from −1 to `last_tick`.
pub fn choose(claims: &[Claim], onwards: &[&ForbiddenOnwards], last_tick: i64) -> Choice {
    let bound = greedy(claims, onwards, last_tick);
    let keep = (PIECES / claims.len().max(1)).clamp(PER_LOAD.0, PER_LOAD.1);
    let mut active = Active::new(onwards);
    let mut layers: Vec<Vec<Piece>> = Vec::with_capacity(claims.len());
    for (load, claim) in claims.iter().enumerate() {
        active.advance(load);
        let mut minima = Vec::new();
        match layers.last() {
            None => minima.push((-1, 0)),
            Some(pieces) => {
                for piece in pieces {
                    if minima.last().is_none_or(|(_, least)| piece.cost < *least) {
                        minima.push((piece.first, piece.cost));
                    }
                }
            }
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for own in steps(claim, last_tick) {
            if own.cost > bound {
                continue;
            }
            let from = minima.partition_point(|(tick, _)| *tick <= own.first).saturating_sub(1);
            for (at, (tick, before)) in minima.iter().enumerate().skip(from) {
                let first = own.first.max(*tick);
                let last = minima.get(at + 1).map_or(own.last, |next| own.last.min(next.0 - 1));
                if first > last || before.saturating_add(own.cost) > bound {
                    continue;
                }
                active.refine(claim.counts, first, last, |first, last, shared| {
                    let cost = before.saturating_add(own.cost).saturating_add(shared);
                    if cost <= bound {
                        push(&mut pieces, Piece { first, last, before: *before, cost });
                    }
                });
            }
        }
        if pieces.len() > keep {
            pieces.sort_by_key(|piece| (piece.cost, piece.first));
            pieces.truncate(keep);
            pieces.sort_by_key(|piece| piece.first);
        }
        layers.push(pieces);
    }
    backward(&layers)
}

/// Adds a piece, or makes the last one longer.
fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match pieces.last_mut() {
        Some(last)
            if last.last + 1 == piece.first && last.cost == piece.cost && last.before == piece.before =>
        {
            last.last = piece.last;
        }
        _ => pieces.push(piece),
    }
}

/// The hulls of the ticks from which the best cost can be reached.
fn backward(layers: &[Vec<Piece>]) -> Choice {
    let cost = layers.last().and_then(|last| last.iter().map(|piece| piece.cost).min()).unwrap_or(0);
    // Of the load after: what must have been spent before it, and the last tick at which it can be read with that.
    let mut after = vec![(cost, i64::MAX)];
    let mut brackets = Vec::with_capacity(layers.len());
    for pieces in layers.iter().rev() {
        let mut hull: Option<(i64, i64)> = None;
        let mut here: Vec<(u64, i64)> = Vec::new();
        for piece in pieces {
            let Ok(at) = after.binary_search_by_key(&piece.cost, |(spent, _)| *spent) else { continue };
            let last = piece.last.min(after[at].1);
            if last < piece.first {
                continue;
            }
            hull = Some(hull.map_or((piece.first, last), |hull| (hull.0.min(piece.first), hull.1.max(last))));
            here.push((piece.before, last));
        }
        here.sort_unstable();
        // Of those with the same cost the last one is the latest.
        here.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 = kept.1.max(later.1);
            }
            same
        });
        after = here;
        brackets.push(hull.unwrap_or((-1, -1)));
    }
    brackets.reverse();
    Choice { brackets, cost }
}

/// The cost of a choice that may not be the best.
fn greedy(claims: &[Claim], onwards: &[&ForbiddenOnwards], last_tick: i64) -> u64 {
    let mut active = Active::new(onwards);
    let (mut tick, mut sum) = (-1, 0_u64);
    for (load, claim) in claims.iter().enumerate() {
        active.advance(load);
        let mut own: Vec<Piece> = steps(claim, last_tick);
        own.sort_by_key(|piece| (piece.cost, piece.first));
        let mut best: Option<(u64, i64)> = None;
        for piece in own {
            if best.is_some_and(|(cost, _)| piece.cost > cost) {
                break;
            }
            let first = piece.first.max(tick);
            if first <= piece.last {
                active.refine(claim.counts, first, piece.last, |first, _, shared| {
                    let found = (piece.cost.saturating_add(shared), first);
                    if best.is_none_or(|best| found < best) {
                        best = Some(found);
                    }
                });
            }
        }
        if let Some((cost, at)) = best {
            sum = sum.saturating_add(cost);
            tick = at;
        }
    }
    sum
}

/// What is forbidden for a load alone, as pieces of equal cost.
fn steps(claim: &Claim, last_tick: i64) -> Vec<Piece> {
    let (low, high) = (claim.within.0.max(-1), claim.within.1.min(last_tick).max(claim.within.0.max(-1)));
    let mut turns: Vec<(i64, bool, u64)> = Vec::new();
    if claim.counts {
        for range in claim.forbidden.ranges(last_tick) {
            turns.push((range.first, true, range.weight.weight));
            turns.push((range.last.saturating_add(1), false, range.weight.weight));
        }
    }
    turns.sort_unstable();
    let mut pieces = Vec::new();
    let (mut first, mut more, mut less) = (low, 0_u64, 0_u64);
    for (tick, begins, weight) in turns {
        if tick > first && first <= high {
            pieces.push(Piece {
                first,
                last: high.min(tick - 1),
                before: 0,
                cost: more.saturating_sub(less),
            });
            first = tick;
        }
        let side = if begins { &mut more } else { &mut less };
        *side = side.saturating_add(weight);
    }
    if first <= high {
        pieces.push(Piece { first, last: high, before: 0, cost: more.saturating_sub(less) });
    }
    pieces
}

/// What is forbidden for all loads up to now, as sums over the bounds of ranges (a Fenwick tree).
struct Active {
    ranges: Vec<(usize, Range)>,
    next: usize,
    bounds: Vec<i64>,
    tree: Vec<i64>,
}

impl Active {
    fn new(onwards: &[&ForbiddenOnwards]) -> Self {
        let mut ranges: Vec<(usize, Range)> = onwards.iter().flat_map(|some| some.ranges()).collect();
        ranges.sort_by_key(|(load, _)| *load);
        let mut bounds: Vec<i64> =
            ranges.iter().flat_map(|(_, range)| [range.first, range.last + 1]).collect();
        bounds.sort_unstable();
        bounds.dedup();
        Self { ranges, next: 0, tree: vec![0; bounds.len() + 1], bounds }
    }

    /// Adds the ranges that are forbidden from a load on.
    fn advance(&mut self, load: usize) {
        while let Some((_, range)) = self.ranges.get(self.next).filter(|(first, _)| *first <= load) {
            let (first, after) = (range.first, range.last + 1);
            let weight = i64::try_from(range.weight.weight).unwrap_or(i64::MAX / 4);
            self.change(first, weight);
            self.change(after, -weight);
            self.next += 1;
        }
    }

    fn change(&mut self, bound: i64, by: i64) {
        let mut at = self.bounds.partition_point(|known| *known < bound) + 1;
        while at < self.tree.len() {
            self.tree[at] = self.tree[at].saturating_add(by);
            at += at & at.wrapping_neg();
        }
    }

    /// The sum of the first bounds.
    fn sum(&self, bounds: usize) -> u64 {
        let mut at = bounds;
        let mut sum = 0_i64;
        while at > 0 {
            sum = sum.saturating_add(self.tree[at]);
            at -= at & at.wrapping_neg();
        }
        u64::try_from(sum).unwrap_or(0)
    }

    /// Splits a piece at the bounds within it, each part with its cost.
    fn refine(&self, counts: bool, first: i64, last: i64, mut part: impl FnMut(i64, i64, u64)) {
        if !counts || self.bounds.is_empty() {
            return part(first, last, 0);
        }
        let mut from = first;
        let mut at = self.bounds.partition_point(|bound| *bound <= first);
        while from <= last {
            let next = self.bounds.get(at).copied().filter(|next| *next <= last);
            part(from, next.map_or(last, |next| next - 1), self.sum(at));
            let Some(next) = next else { return };
            from = next;
            at += 1;
        }
    }
}
