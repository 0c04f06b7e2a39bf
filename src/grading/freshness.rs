//! Whether what loads saw came in time, and what came and went between two loads.
//!
//! Owns the comparison of loads with the times of ticks. Keeps counts only. Must not know whether rows are right.

use std::collections::BTreeMap;

use super::loads::Clock;
use super::record::Record;
use super::subject::Subject;
use super::words::span;
use crate::grade::report::{Method, Obligation, TableReport};
use crate::grade::{Class, Finding, Kind, Life, NEVER, Place, Reads, UNSTAMPED, Verdict};
use crate::value::Timestamp;
use crate::warehouse::LoadsFrom;

/// Gaps between loads that are told.
const TOLD: usize = 3;

/// Counts what came too late.
pub struct Freshness<'a> {
    clock: Clock<'a>,
    reads: &'a Reads,
    /// The longest time from a change to the load that brings it, in microseconds, and how far that is taken; `None`: none
    /// is asked for.
    max_lag: Option<i64>,
    tolerance: i64,
    /// The last moment that is graded.
    until: i64,
    /// Whether stamps are moments of the clock by which ticks are due.
    stamps_count: bool,
    /// Whether rows tell which load brought their values first: not those that each load may write again.
    rows_tell: bool,
    /// Whether each load is known without its rows.
    loads_known: bool,
    obliged: u64,
    late: u64,
    /// Rows that came and went before a load and after the one before it, by the load.
    unseen: BTreeMap<usize, u64>,
}

impl<'a> Freshness<'a> {
    /// Counts for a table that keeps `kind` of its rows, and whose loads are known by `method`.
    pub fn new(subject: &Subject<'a>, reads: &'a Reads, kind: Kind, method: Method) -> Self {
        let clock = subject.clock();
        // A shop that has stopped has nothing more to load.
        let last_load = reads.count().checked_sub(1).map(|last| reads.load(last).stamp);
        let last_load = last_load.filter(|stamp| *stamp != UNSTAMPED && clock.is_live());
        let until = clock.due(clock.last()).max(last_load.unwrap_or(i64::MIN));
        let loads_known = matches!(method, Method::Table | Method::Schedule);
        let stamps_count = clock.is_live()
            && match method {
                Method::Table | Method::Stamps | Method::EveryChange => true,
                // Stamps that contradict the rows are of another clock.
                Method::Content => subject.mapping.loads == LoadsFrom::Content,
                // Its moments may be simulated times.
                Method::Schedule => false,
            };
        let max_lag = subject.all.max_lag.filter(|_| subject.all.asks_for(Obligation::Freshness));
        let tolerance = subject.mapping.tolerance;
        let max_lag = max_lag.map(|max_lag| max_lag.saturating_add(tolerance));
        Self {
            clock,
            reads,
            max_lag,
            tolerance,
            until,
            stamps_count,
            rows_tell: kind != Kind::Current,
            loads_known,
            obliged: 0,
            late: 0,
            unseen: BTreeMap::new(),
        }
    }

    /// Adds the versions of a record; those that came too late become findings.
    pub fn judge(&mut self, record: &Record, verdict: &mut Verdict) {
        let life = &record.life;
        if let Some(load) = self.gap(life) {
            *self.unseen.entry(load).or_default() += record.count;
        }
        let Some(max_lag) = self.max_lag.filter(|_| self.reads.count() > 0) else { return };
        for phase in 1..=life.count() {
            let (begin, end) = (life.versions[phase - 1].from, life.end(phase));
            let due = self.clock.due(begin);
            let deadline = due.saturating_add(max_lag);
            let gone = if end == NEVER { self.until } else { self.clock.due(end) };
            let load = self.reads.first_must(begin);
            let is_seen = load < self.reads.count() && self.reads.load(load).hi < end;
            // What had to be there before the first load is no fault of the loads.
            if gone <= deadline || !is_seen || deadline < self.moment(0) {
                continue;
            }
            let Some((at, load, row)) = self.brought(record, verdict, phase, load) else { continue };
            self.obliged += record.count;
            if at > deadline {
                self.late += record.count;
                verdict.findings.push(Finding {
                    class: Class::Late,
                    tick: Some(begin),
                    row,
                    load: Some(load),
                });
            }
        }
    }

    /// When a version was brought, by which load, and in which row. `None`: it is not there, or nothing tells.
    fn brought(
        &self,
        record: &Record,
        verdict: &Verdict,
        phase: usize,
        first: usize,
    ) -> Option<(i64, usize, Option<usize>)> {
        if !self.rows_tell {
            return (self.loads_known && !record.rows.is_empty()).then(|| (self.moment(first), first, None));
        }
        let is_version = |place: &Place| place.phase == phase;
        let of_row = |row: usize| {
            let load = verdict.path.of(row).filter(is_version)?.load?;
            // Loads of a reader of the log have no stamps, its rows may.
            let stamp = record.rows[row].stamp.filter(|_| self.stamps_count);
            Some((stamp.unwrap_or_else(|| self.moment(load)), load, Some(row)))
        };
        (0..record.rows.len()).filter_map(of_row).min()
    }

    /// When a load ran, or the earliest moment at which it can have run.
    fn moment(&self, load: usize) -> i64 {
        let load = self.reads.load(load);
        match self.stamps_count && load.stamp != UNSTAMPED {
            true => load.stamp,
            false => self.clock.due(load.lo),
        }
    }

    /// The load before which a row came and went, if there was one before it.
    fn gap(&self, life: &Life) -> Option<usize> {
        let Reads::Snapshots { loads, .. } = self.reads else { return None };
        let next = self.reads.first_may(life.born());
        let is_gone = life.deleted != NEVER && loads.get(next).is_some_and(|load| load.lo >= life.deleted);
        (next > 0 && is_gone).then_some(next)
    }

    /// The first tick that no load has seen, if that is too long ago.
    fn stale_from(&self) -> Option<i64> {
        let last = self.reads.count().checked_sub(1)?;
        let tick = self.reads.load(last).hi.saturating_add(1);
        let limit = self.clock.due(tick).saturating_add(self.max_lag?);
        (tick <= self.clock.last() && limit < self.until).then_some(tick)
    }

    /// Adds what was counted to a report.
    pub fn tell(self, report: &mut TableReport) {
        let mut gaps: Vec<(usize, u64)> = self.unseen.iter().map(|(load, rows)| (*load, *rows)).collect();
        gaps.sort_by_key(|(load, rows)| (std::cmp::Reverse(*rows), *load));
        for (load, rows) in gaps.iter().take(TOLD) {
            let [from, to] = [load - 1, *load].map(|load| Timestamp(self.moment(load)).to_rfc3339());
            report.headlines.push(format!(
                "{} came and went while no load ran from {from} to {to}: no fault",
                super::words::rows(*rows)
            ));
        }
        let (Some(max_lag), true) = (self.max_lag, self.reads.count() > 0) else { return };
        let (mut obliged, mut late) = (self.obliged, self.late);
        let first = super::loads::number(self.clock.timeline.first());
        if self.until > self.clock.due(first).saturating_add(max_lag) {
            obliged += 1;
        }
        if let Some(tick) = self.stale_from() {
            late += 1;
            *report.findings.entry(Class::Late).or_default() += 1;
            let last = Timestamp(self.moment(self.reads.count() - 1));
            report.headlines.push(format!(
                "stale: the last load ran {}, and no load has seen tick {tick}, which was due {}; at most {} is allowed",
                last.to_rfc3339(),
                Timestamp(self.clock.due(tick)).to_rfc3339(),
                span(max_lag.saturating_sub(self.tolerance)),
            ));
        }
        if obliged > 0 {
            report.obliged.insert(Obligation::Freshness, (obliged.max(late), late));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Anchor, Checkpoint, Origin, Timeline};
    use crate::config::Pace;
    use crate::grade::{FoundRow, Load, OPEN, Path, Span};
    use crate::value::SECOND;

    const START: Timestamp = Timestamp(1_767_268_800 * SECOND);
    const MINUTE: i64 = 60 * SECOND;

    /// A tick every 10 s, up to tick 59.
    fn checkpoint(live: bool) -> Checkpoint {
        let anchor = Anchor { wall: START, at: START };
        let pace = Some(Pace::Factor { numerator: 1, denominator: 1 });
        Checkpoint {
            last_tick: Some(59),
            origin: Some(Origin { start: START, anchor, first_tick: 0 }),
            pace,
            live,
            pauses: Vec::new(),
        }
    }

    /// Loads after ticks, each stamped some seconds after its tick.
    fn reads(ticks: &[i64], after: i64) -> Reads {
        let load = |tick: &i64| Load { lo: *tick, hi: *tick, stamp: START.0 + (tick * 10 + after) * SECOND };
        Reads::snapshots(ticks.iter().map(load).collect(), false)
    }

    struct World {
        timeline: Timeline,
        checkpoint: Checkpoint,
        reads: Reads,
    }

    impl World {
        fn new(live: bool, reads: Reads) -> Self {
            let checkpoint = checkpoint(live);
            Self { timeline: Timeline::new(START, 10 * SECOND, &[]), checkpoint, reads }
        }

        fn freshness(&self, until: i64) -> Freshness<'_> {
            Freshness {
                clock: Clock { timeline: &self.timeline, checkpoint: &self.checkpoint, catches_up: false },
                reads: &self.reads,
                max_lag: Some(MINUTE),
                tolerance: 0,
                until: START.0 + until * SECOND,
                stamps_count: self.checkpoint.live,
                rows_tell: true,
                loads_known: false,
                obliged: 0,
                late: 0,
                unseen: BTreeMap::new(),
            }
        }
    }

    /// A row of one version that a load wrote: obliged, late.
    fn judged(freshness: &mut Freshness<'_>, born: i64, deleted: i64, load: usize) -> (u64, u64) {
        let life = Life { versions: vec![Span { from: born, class: 0 }], deleted, ..Life::default() };
        let row = FoundRow {
            start: 0,
            end: OPEN,
            class: 0,
            deleted: false,
            stamp: None,
            differing: Vec::new(),
            cells: 1,
        };
        let record = Record { first: 1, count: 2, life, rows: vec![row], ..Record::default() };
        let path = Path::One(Place { load: Some(load), phase: 1 });
        let mut verdict = Verdict { path, ..Verdict::default() };
        let before = (freshness.obliged, freshness.late);
        freshness.judge(&record, &mut verdict);
        let late = freshness.late - before.1;
        let findings: Vec<(Class, Option<i64>)> =
            verdict.findings.iter().map(|finding| (finding.class, finding.tick)).collect();
        assert_eq!(findings, if late > 0 { vec![(Class::Late, Some(born))] } else { vec![] });
        (freshness.obliged - before.0, late)
    }

    #[test]
    fn a_version_is_late_if_its_load_ran_too_long_after_its_tick() {
        let world = World::new(true, reads(&[2, 12], 5));
        let mut freshness = world.freshness(600);
        // Due after 60 s and after 65 s, and brought by the load that ran after 125 s.
        assert_eq!(judged(&mut freshness, 6, NEVER, 1), (2, 2));
        assert_eq!(judged(&mut freshness, 7, NEVER, 1), (2, 0));
        // Without a clock the load ran at the earliest when tick 12 did: 120 s.
        let world = World::new(false, reads(&[2, 12], 5));
        let mut freshness = world.freshness(590);
        assert_eq!(judged(&mut freshness, 6, NEVER, 1), (2, 0));
        assert_eq!(judged(&mut freshness, 5, NEVER, 1), (2, 2));
    }

    #[test]
    fn what_did_not_last_and_what_was_before_the_first_load_is_not_asked_for() {
        let world = World::new(true, reads(&[20, 30], 5));
        let mut freshness = world.freshness(600);
        assert_eq!(judged(&mut freshness, 22, 28, 1), (0, 0), "no load saw it");
        assert_eq!(judged(&mut freshness, 25, 31, 1), (0, 0), "it lasted a minute");
        assert_eq!(judged(&mut freshness, 23, 31, 1), (2, 2), "it lasted 80 s, and came after 75 s");
        assert_eq!(judged(&mut freshness, 3, NEVER, 0), (0, 0), "its minute was over before the first load");
        assert_eq!(judged(&mut freshness, 15, NEVER, 0), (2, 0));
    }

    #[test]
    fn a_table_is_stale_if_a_tick_is_unseen_for_too_long() {
        // Tick 50, which no load has seen, was due after 500 s.
        let world = World::new(true, reads(&[10, 49], 5));
        assert_eq!(world.freshness(560).stale_from(), None);
        assert_eq!(world.freshness(561).stale_from(), Some(50));
        let complete = World::new(true, reads(&[10, 59], 5));
        assert_eq!(complete.freshness(100_000).stale_from(), None, "the shop made no other tick");
    }

    #[test]
    fn rows_that_come_and_go_between_two_loads_are_counted_and_no_fault() {
        let world = World::new(true, reads(&[2, 12, 40], 5));
        let mut freshness = world.freshness(600);
        for (born, deleted) in [(13, 40), (14, 30), (12, 30), (13, 41), (41, 50)] {
            judged(&mut freshness, born, deleted, 0);
        }
        assert_eq!(freshness.unseen, BTreeMap::from([(2, 4)]));
    }
}
