//! What rows tell of the ticks at which loads have read them.
//!
//! Owns which ticks each row forbids, and the loads that follow from it. One pass over all keys; what is kept is per load.
//!
//! That a load wrote a row proves that it did not read before the version began, since nothing can be read before it exists.
//! That a load did not write what the next version holds, or no row at all, says that it had not read so far; since stale
//! and missing rows are what faults make, this weighs less.

use super::brackets::{Claim, choose};
use super::delta::{closing_stamp, is_time_of_deletion, tick_at, time};
use super::embed::embed;
use super::forbidden::{Forbidden, ForbiddenOnwards, Range, Side, Weight};
use super::found::{FoundRow, OPEN};
use super::life::{Life, NEVER};
use super::load::{Load, UNSTAMPED};
use super::meaning::stamp_of;
use super::reads::Reads;
use super::shape::{Deletes, Kind, Shape, Starts};
use crate::clock::Timeline;

/// How much more it weighs that a load wrote a row than that it did not.
const WROTE: u64 = 3;
/// As many contradicting rows make a load torn, if this part of all contradictions (of ten) can be explained by it.
const TORN: (u64, u64) = (3, 9);
/// A stamp of fewer than one in so many rows is doubtful if they contradict.
const FEW: u64 = 100;

/// The loads of a table, from its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brackets {
    /// The loads.
    pub reads: Reads,
    /// The loads (by their index) that no single moment explains; their brackets are wide enough to explain their rows.
    pub torn: Vec<usize>,
    /// Stamps of very few rows, nearly all of which contradict: wrong starts, most probably, and no loads.
    pub doubtful: Vec<i64>,
    /// The weight of what contradicts the brackets; 0 if they explain all rows.
    pub contradictory: u64,
}

impl Brackets {
    /// Loads that are known.
    pub fn known(reads: Reads) -> Self {
        Self { reads, torn: Vec::new(), doubtful: Vec::new(), contradictory: 0 }
    }

    /// What `collect` finds, without the stamps that turn out to be no loads.
    pub fn settle<E>(
        mut unread: Unread,
        mut collect: impl FnMut(Unread) -> Result<Self, E>,
    ) -> Result<Self, E> {
        let mut best = collect(unread.clone())?;
        while let Unread::Stamps(stamps) = &mut unread
            && !best.doubtful.is_empty()
        {
            stamps.retain(|stamp| !best.doubtful.contains(stamp));
            let fewer = collect(unread.clone())?;
            if fewer.contradictory >= best.contradictory {
                break;
            }
            best = fewer;
        }
        Ok(best)
    }
}

/// What is known before rows are read: the loads whose brackets are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Loads with these stamps, ascending; the last one may be [`UNSTAMPED`].
    Stamps(Vec<i64>),
    /// Loads whose brackets may be narrowed.
    Within(Vec<Load>),
    /// A snapshot and the changes after it, of which the first and the last time that a row tells are known.
    Changes {
        /// The first tick that a row tells of.
        first: i64,
        /// The last one.
        last: i64,
    },
}

/// Collects what rows tell.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    shape: Shape,
    delta: Option<i64>,
    timeline: &'a Timeline,
    last_tick: i64,
    unread: Unread,
    stamps: Vec<i64>,
    forbidden: Vec<Forbidden>,
    /// Rows that were never found.
    unseen: ForbiddenOnwards,
    /// Changes that were never found, of rows that were.
    unchanged: ForbiddenOnwards,
}

impl<'a> Evidence<'a> {
    /// For tables of a shape, of a shop whose last tick is `last_tick`.
    pub fn new(
        shape: Shape,
        delta: Option<i64>,
        mut unread: Unread,
        timeline: &'a Timeline,
        last_tick: i64,
    ) -> Self {
        if let Unread::Within(loads) = &mut unread {
            loads.sort_by_key(|load| (load.stamp, load.lo, load.hi));
        }
        if shape.kind == Kind::Current {
            // One row per key is what the last load left.
            match &mut unread {
                Unread::Stamps(stamps) => *stamps = vec![UNSTAMPED],
                Unread::Within(loads) => _ = loads.drain(..loads.len().saturating_sub(1)),
                Unread::Changes { .. } => {}
            }
        }
        let stamps = match &unread {
            Unread::Stamps(stamps) => stamps.clone(),
            Unread::Within(loads) => loads.iter().map(|load| load.stamp).collect(),
            Unread::Changes { .. } => vec![i64::MIN, UNSTAMPED],
        };
        let forbidden = vec![Forbidden::default(); stamps.len()];
        let (unseen, unchanged) = (ForbiddenOnwards::default(), ForbiddenOnwards::default());
        Self { shape, delta, timeline, last_tick, unread, stamps, forbidden, unseen, unchanged }
    }

    /// Adds a row that the shop made, or `weight` of them that are alike.
    pub fn add(&mut self, life: &Life, rows: &[FoundRow], weight: u64) {
        let Some(last_load) = self.stamps.len().checked_sub(1) else { return };
        if let Unread::Changes { first, last } = self.unread {
            return self.changes(life, rows, weight, (first, last));
        }
        if rows.is_empty() {
            let last_only = self.shape.deletes == Deletes::Remove && self.shape.kind != Kind::Append;
            let load = if last_only { last_load } else { 0 };
            let range = self.range(life.born(), before(life.deleted), weight);
            return self.unseen.add(load, range);
        }
        match self.shape.kind {
            Kind::Current => self.current(life, &rows[0], weight),
            Kind::Append => self.append(life, rows, weight),
            Kind::History | Kind::Log => self.history(life, rows, weight),
        }
    }

    fn range(&self, first: i64, last: i64, rows: u64) -> Range {
        Range { first: first.max(-1), last: last.min(self.last_tick), weight: Weight { weight: rows, rows } }
    }

    /// The load did not read before a tick, since it wrote a row of that tick.
    fn wrote(&mut self, load: Option<usize>, tick: i64, rows: u64) {
        if let Some(forbidden) = load.and_then(|load| self.forbidden.get_mut(load)) {
            forbidden.wrote = forbidden.wrote.saturating_add(rows);
            if tick > -1 {
                forbidden.up_to(tick - 1, Weight { weight: rows.saturating_mul(WROTE), rows });
            }
        }
    }

    /// The load did not read before a tick, as far as it tells a deletion. That a living row is told to be deleted says
    /// nothing about the load.
    fn not_before(&mut self, load: Option<usize>, tick: i64, rows: u64) {
        if tick != NEVER
            && let Some(forbidden) = load.and_then(|load| self.forbidden.get_mut(load))
        {
            forbidden.gone_up_to(tick.saturating_sub(1).min(self.last_tick), Weight { weight: rows, rows });
        }
    }

    /// The load read before a tick, since it did not write what that tick did.
    fn not_from(&mut self, load: Option<usize>, tick: i64, rows: u64) {
        if tick <= self.last_tick
            && let Some(forbidden) = load.and_then(|load| self.forbidden.get_mut(load))
        {
            forbidden.from(tick, Weight { weight: rows, rows });
        }
    }

    /// The load with a stamp; of loads that are listed, the nearest one within the tolerance: a list tells when a load was
    /// done, or began.
    fn load_of(&self, stamp: i64) -> Option<usize> {
        let next = match self.stamps.binary_search(&stamp) {
            Ok(load) => return Some(load),
            Err(next) => next,
        };
        let Unread::Within(_) = self.unread else { return None };
        let distance = |load: usize| self.stamps[load].abs_diff(stamp);
        [Some(next).filter(|load| *load < self.stamps.len()), next.checked_sub(1)]
            .into_iter()
            .flatten()
            .filter(|load| distance(*load) <= self.shape.tolerance.unsigned_abs())
            .min_by_key(|load| distance(*load))
    }

    fn current(&mut self, life: &Life, row: &FoundRow, rows: u64) {
        let Some(&[(earliest, latest)]) = embed(life, &[row.class]).as_deref() else { return };
        let only = Some(0);
        let end = life.end(latest);
        self.wrote(only, life.end(earliest - 1), rows);
        match self.shape.deletes {
            Deletes::Flag | Deletes::Close | Deletes::NewRecord if row.deleted || row.end != OPEN => {
                self.not_before(only, life.deleted, rows);
            }
            Deletes::Keep if latest == life.count() => {}
            Deletes::Keep => {
                let range = self.range(end, before(life.deleted), rows);
                self.unchanged.add(0, range);
            }
            _ => self.not_from(only, end, rows),
        }
    }

    fn append(&mut self, life: &Life, rows: &[FoundRow], weight: u64) {
        let mut read: Vec<(usize, u32)> =
            rows.iter().filter_map(|row| Some((self.load_of(row.start)?, row.class))).collect();
        read.sort_by_key(|(load, _)| *load);
        read.dedup_by_key(|(load, _)| *load);
        let runs: Vec<&[(usize, u32)]> = read.chunk_by(|one, other| one.1 == other.1).collect();
        let classes: Vec<u32> = runs.iter().map(|run| run[0].1).collect();
        let Some(phases) = embed(life, &classes) else { return };
        for (run, (earliest, latest)) in runs.iter().zip(phases) {
            self.wrote(Some(run[0].0), life.end(earliest - 1), weight);
            self.not_from(Some(run[run.len() - 1].0), life.end(latest), weight);
        }
        let first = runs.first().and_then(|run| run[0].0.checked_sub(1));
        self.not_from(first, life.born(), weight);
    }

    fn history(&mut self, life: &Life, rows: &[FoundRow], weight: u64) {
        let new_record = self.shape.deletes == Deletes::NewRecord;
        let mut real: Vec<&FoundRow> = rows.iter().filter(|row| !(new_record && row.deleted)).collect();
        real.sort_by_key(|row| (row.start, row.end));
        real.dedup_by_key(|row| (row.start, row.class, row.deleted));
        let Some(last) = real.last().copied() else { return };
        let stamps = real.iter().enumerate().map(|(place, row)| stamp_of(self.shape.starts, place, row));
        let stamps: Vec<Option<i64>> = stamps.collect();
        let mut loads: Vec<Option<usize>> =
            stamps.iter().map(|stamp| stamp.and_then(|stamp| self.load_of(stamp))).collect();
        let unstamped = stamps[0].is_none();
        if unstamped && matches!(self.shape.starts, Starts::Event | Starts::Nothing) {
            loads.fill(None);
        } else {
            let ascend = loads.windows(2).all(|pair| pair[1].is_some() && pair[0] < pair[1]);
            if !ascend || (loads[0].is_none() && !unstamped) {
                return;
            }
        }
        // The places of rows that repeat each other, which no right pipeline writes, are those of one version.
        let places: Vec<usize> = (0..real.len()).collect();
        let runs: Vec<&[usize]> =
            places.chunk_by(|one, other| real[*one].class == real[*other].class).collect();
        let classes: Vec<u32> = runs.iter().map(|run| real[run[0]].class).collect();
        let Some(phases) = embed(life, &classes) else { return };
        let horizon = self.stamps.len() - 1;
        for (run, (earliest, latest)) in runs.iter().zip(&phases) {
            let (first, last) = (run[0], run[run.len() - 1]);
            self.wrote(loads[first].or(Some(horizon)), life.end(earliest - 1), weight);
            if last > first {
                self.not_from(loads[last], life.end(*latest), weight);
            }
            if let Some(Some(next)) = loads.get(last + 1) {
                self.not_from(next.checked_sub(1), life.end(*latest), weight);
            }
        }
        self.last_row(life, last, phases[phases.len() - 1].1, loads[loads.len() - 1], weight);
        self.not_from(loads[0].and_then(|load| load.checked_sub(1)), life.born(), weight);
    }

    /// What the last row tells of the loads after it.
    fn last_row(&mut self, life: &Life, last: &FoundRow, latest: usize, load: Option<usize>, weight: u64) {
        let horizon = self.stamps.len() - 1;
        let end = life.end(latest);
        let ended = last.end != OPEN;
        let flagged = self.shape.deletes == Deletes::Flag && last.deleted;
        if (ended || flagged) && life.deleted == NEVER {
            // A living row was closed, which no moment of any load explains.
        } else if ended || flagged {
            self.not_from(load, end, weight);
            let computed = ended && is_time_of_deletion(life, self.delta, last.end, self.timeline);
            let closing = self.delta.filter(|_| ended && !computed);
            let closing = closing
                .and_then(|delta| closing_stamp(last.end, delta, |stamp| self.load_of(stamp).is_some()));
            match closing.and_then(|stamp| self.load_of(stamp)) {
                Some(closing) => {
                    self.not_before(Some(closing), life.deleted, weight);
                    self.not_from(closing.checked_sub(1), end, weight);
                }
                None if self.shape.deletes == Deletes::Flag
                    || (ended && !computed && self.delta.is_none()) =>
                {
                    self.not_before(Some(horizon), life.deleted, weight);
                }
                None => {}
            }
        } else if self.shape.deletes == Deletes::Keep {
            self.not_from(load, end, weight);
            if latest < life.count() {
                let range = self.range(end, before(life.deleted), weight);
                self.unchanged.add(load.map_or(horizon, |load| load + 1), range);
            }
        } else {
            self.not_from(Some(horizon), end, weight);
        }
    }

    /// Of a reader of changes: the initial snapshot is the first load, the end of the log the second.
    fn changes(&mut self, life: &Life, rows: &[FoundRow], weight: u64, told: (i64, i64)) {
        let (snapshot, log) = (Some(0), Some(1));
        let mut real: Vec<&FoundRow> = rows.iter().filter(|row| !row.deleted).collect();
        real.sort_by_key(|row| (row.start, row.end));
        if let Some(second) = real.get(1).filter(|_| self.shape.starts == Starts::Event) {
            // It came from the log, even if it changed nothing.
            let tick = tick_at(self.timeline, second.start, self.last_tick);
            if time(self.timeline, tick) == second.start {
                self.not_from(snapshot, tick, weight);
            }
        }
        let newest = real.last().copied();
        real.dedup_by_key(|row| row.class);
        let classes: Vec<u32> = real.iter().map(|row| row.class).collect();
        let phases = embed(life, &classes).unwrap_or_default();
        let (Some(first), Some(last), Some(row)) = (phases.first(), phases.last(), newest) else {
            if rows.is_empty() && life.born() > told.1 {
                self.not_from(log, life.born(), weight);
            } else if rows.is_empty() {
                self.not_before(snapshot, life.deleted, weight);
            }
            return;
        };
        if first.0 > 1 {
            self.wrote(snapshot, life.end(first.0 - 1), weight);
        }
        self.not_from(snapshot, life.end(first.1), weight);
        self.wrote(log, life.end(last.0 - 1), weight);
        let deleted = row.end != OPEN || rows.iter().any(|row| row.deleted);
        if deleted {
            self.not_before(log, life.deleted, weight);
        } else if self.shape.deletes != Deletes::Keep || last.1 < life.count() {
            self.not_from(log, life.end(last.1), weight);
        }
    }

    /// The loads.
    pub fn resolve(self) -> Brackets {
        let all = (-1, self.last_tick);
        let claims: Vec<Claim> = self
            .forbidden
            .iter()
            .enumerate()
            .map(|(at, forbidden)| {
                let (within, counts) = match &self.unread {
                    Unread::Within(loads) => (
                        (loads[at].lo, loads[at].hi),
                        forbidden.wrote > 0 || self.shape.kind == Kind::Current,
                    ),
                    _ => (all, true),
                };
                Claim { within, forbidden: forbidden.clone(), counts }
            })
            .collect();
        let choice = choose(&claims, &[&self.unseen, &self.unchanged], self.last_tick);
        if let Unread::Changes { last, .. } = self.unread {
            let (initial, log) = (choice.brackets[0], choice.brackets[1]);
            let last = log.0.max(last.min(log.1)).max(initial.0);
            let initial = (initial.0, initial.1.min(last));
            let reads = Reads::Changes { initial, last, last_may: log.1.max(last) };
            return Brackets { contradictory: choice.cost, ..Brackets::known(reads) };
        }
        let mut brackets = choice.brackets;
        let doubtful = if choice.cost > 0 { self.doubtful(&brackets) } else { Vec::new() };
        // Brackets that are known from elsewhere are only narrowed.
        let is_told = matches!(self.unread, Unread::Within(_));
        let torn = if choice.cost > 0 && !is_told { self.tear(&claims, &mut brackets) } else { Vec::new() };
        let load = |((lo, hi), stamp): (&(i64, i64), &i64)| Load { lo: *lo, hi: *hi, stamp: *stamp };
        let loads = brackets.iter().zip(&self.stamps).map(load).collect();
        let reads = Reads::Snapshots { loads, unlisted: false };
        Brackets { reads, torn, doubtful, contradictory: choice.cost }
    }

    /// The stamps of very few rows, nearly all of which the load before must have written already.
    fn doubtful(&self, brackets: &[(i64, i64)]) -> Vec<i64> {
        let all: u64 = self.forbidden.iter().map(|forbidden| forbidden.wrote).sum();
        let is_doubtful = |load: usize| {
            let wrote = self.forbidden[load].wrote;
            let seen_to = brackets[load - 1].1;
            let ranges = self.forbidden[load - 1].by_side(self.last_tick);
            let late = ranges.filter(|(side, range)| *side == Side::Late && range.first <= seen_to);
            let late: u64 = late.map(|(_, range)| range.weight.rows).sum();
            (1..=all / FEW).contains(&wrote) && late * 10 >= wrote * TORN.1
        };
        (1..self.stamps.len()).filter(|load| is_doubtful(*load)).map(|load| self.stamps[load]).collect()
    }

    /// Widens the brackets of loads to what contradicts them, if nearly all of it lies between their neighbours: the table
    /// was then read at several moments. The loads that were widened.
    ///
    /// That is a strong claim, and what loads did not tell has simpler reasons. So it takes rows that were written too early,
    /// or that the next load told; rows that were never told, and what the last load did not tell, are findings of their
    /// own, as are rows that a load closed too early. If most loads would be torn, what they share is another fault.
    fn tear(&self, claims: &[Claim], brackets: &mut [(i64, i64)]) -> Vec<usize> {
        let chosen = brackets.to_vec();
        let (mut all, mut explained) = (0, 0);
        let mut torn = Vec::new();
        for (load, &(lo, hi)) in chosen.iter().enumerate() {
            let contradicts = |range: &Range| range.first <= lo && hi <= range.last;
            let previous = load.checked_sub(1).map_or(-1, |before| chosen[before].1);
            let next = chosen.get(load + 1).map_or(hi + ((lo - previous) / 2).max(1), |next| next.0);
            let is_last = load + 1 == chosen.len();
            let mut widened = (lo, hi);
            for (side, range) in claims[load].forbidden.by_side(self.last_tick) {
                if !contradicts(&range) {
                    continue;
                }
                let (before, after, rows) = (range.first - 1, range.last + 1, range.weight.rows);
                all += rows;
                match side {
                    Side::Late if !is_last && range.first > 0 && (previous..lo).contains(&before) => {
                        explained += rows;
                        widened.0 = widened.0.min(before);
                    }
                    Side::Early if hi < after && after <= next => {
                        explained += rows;
                        widened.1 = widened.1.max(after);
                    }
                    Side::Late | Side::Early | Side::Gone => {}
                }
            }
            let unchanged = self.unchanged.ranges().filter(|(first, _)| *first <= load);
            let unseen = self.unseen.ranges().filter(|_| is_last);
            let never_told = unchanged.chain(unseen).map(|(_, range)| range).filter(contradicts);
            all += never_told.map(|range| range.weight.rows).sum::<u64>();
            if widened != (lo, hi) {
                torn.push(load);
                brackets[load] = widened;
            }
        }
        let most = torn.len() > 1 && torn.len() * 2 > chosen.len();
        if most || explained < TORN.0 || explained * 10 < all * TORN.1 {
            brackets.copy_from_slice(&chosen);
            torn.clear();
        }
        torn
    }
}

/// The tick before one; the last there is before one that never comes.
fn before(tick: i64) -> i64 {
    if tick == NEVER { NEVER } else { tick - 1 }
}
