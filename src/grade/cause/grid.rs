//! Which hypotheses are tried for a table.
//!
//! Owns the grid of parameters: those that could matter to what was found, the likeliest first, at most 128. Must not
//! know what becomes of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Hypothesis, Id, Parameter};
use crate::clock::Timeline;
use crate::grade::pipeline::{Compare, Pipeline, Population, Selection, Target, listed};
use crate::grade::{Capture, Class, Deletes, Judge, Kind, Reads, Shape};
use crate::value::SECOND;

/// The most hypotheses that are tried.
pub const MOST: usize = 128;
/// The most loads that are tried as repeated, or as failed.
const LOADS: usize = 24;
/// The most columns that are tried as compared alone, or not at all.
const COLUMNS: usize = 20;
/// The most look-backs that are tried.
const LOOK_BACKS: usize = 12;
/// Look-backs that people choose, in seconds.
const USUAL_SECONDS: [i64; 22] = [
    1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200,
    86_400, 172_800,
];
/// Look-backs of increments that people take for the whole, in seconds.
const INCREMENTS_SECONDS: [i64; 8] = [60, 120, 180, 300, 330, 600, 900, 3_600];
/// Limits that people choose, in rows.
const USUAL_ROWS: [u64; 15] =
    [10, 20, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000];

/// What is known about a table besides its loads and its conventions.
#[derive(Clone, Copy)]
pub struct TableFacts<'a> {
    /// The names of the graded columns, in the order of [`crate::grade::Life::cells`].
    pub columns: &'a [String],
    /// The age up to which rows change, in microseconds; `None`: they do not.
    pub update_window: Option<i64>,
    /// The times of the source's ticks.
    pub timeline: &'a Timeline,
    /// All loads, where the judge knows the last one only, as of tables with one row per key; `None`: those of the judge.
    pub reads: Option<&'a Reads>,
    /// The rows of the source after each tick.
    pub population: &'a dyn Population,
    /// For each load the highest `created_at` that loads of other shops had read by then; empty with one shop.
    pub newest_of_others: &'a [Option<i64>],
    /// How many rows each load wrote; empty where that is not known.
    pub written: &'a [u64],
    /// How many of them are there twice; empty where that is not known.
    pub duplicates: &'a [u64],
    /// Whether the loads are known from elsewhere than the rows.
    pub loads_known: bool,
}

/// The hypotheses to try for a table, each with its pipeline.
#[derive(Clone, Debug)]
pub struct Hypotheses {
    pub(super) target: Arc<Target>,
    pub(super) tried: Vec<(Hypothesis, Pipeline)>,
    pub(super) columns: Vec<String>,
    /// How many could matter and are not tried.
    pub(super) dropped: usize,
    pub(super) loads_known: bool,
}

/// What the grid is made from.
struct Grid<'a> {
    facts: &'a TableFacts<'a>,
    right: Pipeline,
    newest: Vec<Option<i64>>,
    /// The places of the pipelines' loads among all loads.
    places: Vec<usize>,
    tried: Vec<(Hypothesis, Pipeline)>,
    /// How many could matter and were left out.
    left_out: usize,
}

impl Hypotheses {
    /// The hypotheses that could explain findings of some classes. `delta`: how long before the next start a version
    /// ends, in microseconds, if that is known.
    pub fn for_findings(
        classes: &BTreeSet<Class>,
        judge: &Judge<'_>,
        delta: Option<i64>,
        facts: &TableFacts<'_>,
    ) -> Self {
        let shape = *judge.shape();
        let all = facts.reads.unwrap_or(judge.reads());
        let (reads, places) = (Target::reads_of(all), listed(all));
        let newest = reads.iter().map(|read| facts.population.newest(read.tick)).collect();
        let columns = u16::try_from(facts.columns.len()).unwrap_or(u16::MAX);
        let timeline = facts.timeline.clone();
        let target = Arc::new(Target { shape, delta: delta.unwrap_or(0), columns, timeline, reads });
        let right = Pipeline::right(&target);
        let mut grid = Grid { facts, right, newest, places, tried: Vec::new(), left_out: 0 };
        if !target.reads.is_empty() {
            grid.fill(classes, shape, facts.timeline.interval());
        }
        let dropped = grid.left_out + grid.tried.len().saturating_sub(MOST);
        grid.tried.truncate(MOST);
        let loads_known = facts.loads_known;
        Self { target, tried: grid.tried, columns: facts.columns.to_vec(), dropped, loads_known }
    }

    /// The hypotheses, in the order in which they are tried.
    pub fn tried(&self) -> impl Iterator<Item = Hypothesis> {
        self.tried.iter().map(|(hypothesis, _)| *hypothesis)
    }
}

impl Grid<'_> {
    fn fill(&mut self, classes: &BTreeSet<Class>, shape: Shape, interval: i64) {
        let any = |wanted: &[Class]| wanted.iter().any(|class| classes.contains(class));
        let is_lost = any(&[
            Class::MissingRow,
            Class::MissingChange,
            Class::WrongValue,
            Class::InventedVersion,
            Class::WrongStart,
            Class::WrongEnd,
            Class::Interval,
            Class::DeleteOpen,
            Class::FalseDelete,
        ]);
        let reads_tables = shape.capture == Capture::Snapshot;
        let compares = matches!(shape.kind, Kind::History | Kind::Current) || !reads_tables;
        let tells_deletes = shape.deletes != Deletes::Keep && compares;
        if tells_deletes && any(&[Class::DeleteOpen]) {
            self.add(Id::H7, Parameter::None, |right| Pipeline { finds_deleted: false, ..right });
        }
        if is_lost {
            self.add(Id::H1, Parameter::None, |right| Pipeline { compares: Compare::Never, ..right });
        }
        if any(&[Class::Duplicate, Class::TwoOpen]) && reads_tables {
            self.repeated(shape);
        }
        if is_lost && reads_tables {
            self.increments(interval);
        }
        if is_lost && compares {
            self.comparisons();
        }
        if is_lost && tells_deletes && reads_tables {
            // An increment that reaches back to the first rows is no increment.
            let known = || self.newest.iter().flatten();
            let span = known().max().zip(known().min()).map_or(0, |(last, first)| last - first);
            let usual = INCREMENTS_SECONDS.into_iter().map(|seconds| seconds * SECOND);
            let usual = usual.filter(|look_back| *look_back < span);
            let look_backs: BTreeSet<i64> = [0, self.window()].into_iter().chain(usual).collect();
            for look_back in look_backs {
                let selects = self.cursor(look_back, false);
                self.add(Id::H8, Parameter::LookBack(look_back), |right| Pipeline {
                    selects,
                    absent_is_deleted: true,
                    ..right
                });
            }
        }
        // Content alone shows no load that left nothing, and takes a page for an earlier moment.
        if is_lost && reads_tables && self.facts.loads_known {
            self.pages(tells_deletes);
            self.failed(shape);
        }
    }

    fn add(&mut self, id: Id, parameter: Parameter, pipeline: impl FnOnce(Pipeline) -> Pipeline) {
        self.tried.push((Hypothesis { id, parameter }, pipeline(self.right.clone())));
    }

    /// A look-back that reaches all rows that may still change: `created_at` is cut to the second.
    fn window(&self) -> i64 {
        self.facts.update_window.unwrap_or(0).saturating_add(SECOND)
    }

    fn cursor(&self, look_back: i64, is_strict: bool) -> Selection {
        Selection::cursor(&self.newest, look_back, is_strict)
    }

    /// Increments that lose rows or updates.
    fn increments(&mut self, interval: i64) {
        let strict = self.cursor(0, true);
        self.add(Id::H3, Parameter::None, |right| Pipeline { selects: strict, ..right });
        for look_back in look_backs(interval, self.facts.update_window.unwrap_or(0)) {
            let selects = self.cursor(look_back, false);
            self.add(Id::H2, Parameter::LookBack(look_back), |right| Pipeline { selects, ..right });
        }
        if !self.facts.newest_of_others.is_empty() {
            let others =
                self.places.iter().map(|place| self.facts.newest_of_others.get(*place).copied().flatten());
            let shared: Vec<_> =
                self.newest.iter().zip(others).map(|(own, other)| *own.max(&other)).collect();
            for (look_back, is_strict) in [(0, true), (0, false), (self.window(), false)] {
                let selects = Selection::cursor(&shared, look_back, is_strict);
                self.add(Id::H5, Parameter::LookBack(look_back), |right| Pipeline { selects, ..right });
            }
        }
        for beyond in [0, interval, 2 * interval] {
            let target = &self.right.target;
            let at = |tick: i64| target.timeline.at(u64::try_from(tick).unwrap_or(0)).0;
            let moments: Vec<i64> = target.reads.iter().map(|read| at(read.tick) + beyond).collect();
            let selects = Selection::schedule(&moments);
            self.add(Id::H6, Parameter::WindowEnd(beyond), |right| Pipeline { selects, ..right });
        }
    }

    /// Changes that are not noticed.
    fn comparisons(&mut self) {
        self.add(Id::H15, Parameter::None, |right| Pipeline { compares: Compare::NullUnsafe, ..right });
        // In a table of one column that is H1.
        if self.facts.columns.len() < 2 {
            return;
        }
        self.left_out += 2 * self.facts.columns.len().saturating_sub(COLUMNS);
        for column in 0..self.facts.columns.len().min(COLUMNS) {
            self.add(Id::H14, Parameter::NotCompared(column), |right| Pipeline {
                compares: Compare::AllBut(column),
                ..right
            });
            self.add(Id::H14, Parameter::Compared(column), |right| Pipeline {
                compares: Compare::Only(column),
                ..right
            });
        }
    }

    /// Loads, or rows, that were written twice.
    fn repeated(&mut self, shape: Shape) {
        let duplicates = |load: usize| self.of_load(self.facts.duplicates, load);
        let loads = 0..self.places.len();
        let mut loads: Vec<usize> = match self.facts.duplicates.is_empty() {
            true => loads.collect(),
            false => loads.filter(|load| duplicates(*load) > 0).collect(),
        };
        loads.sort_by_key(|load| std::cmp::Reverse(duplicates(*load)));
        self.left_out += loads.len().saturating_sub(LOADS);
        for load in loads.into_iter().take(LOADS) {
            let parameter = Parameter::Load { load, is_skipped: false };
            self.add(Id::H10, parameter, |right| Pipeline { repeated: [load].into(), ..right });
            if shape.kind == Kind::Append {
                let selects = self.cursor(self.window(), false);
                self.add(Id::H10, parameter, |right| Pipeline { repeated: [load].into(), selects, ..right });
            }
        }
        if shape.kind == Kind::Current {
            for look_back in [0, self.window()] {
                let selects = self.cursor(look_back, false);
                self.add(Id::H4, Parameter::LookBack(look_back), |right| Pipeline {
                    kind: Kind::Append,
                    selects,
                    ..right
                });
            }
        }
    }

    /// Loads that left nothing, although the source had new rows: those with most new rows first.
    fn failed(&mut self, shape: Shape) {
        let ticks: Vec<i64> = self.right.target.reads.iter().map(|read| read.tick).collect();
        let passed = |load: usize| ticks[load] - load.checked_sub(1).map_or(-1, |before| ticks[before]);
        let all = (0..ticks.len()).filter(|load| self.of_load(self.facts.written, *load) == 0);
        let mut loads: Vec<usize> = all.filter(|load| passed(*load) > 0).collect();
        loads.sort_by_key(|load| std::cmp::Reverse(passed(*load)));
        self.left_out += loads.len().saturating_sub(LOADS);
        for load in loads.into_iter().take(LOADS) {
            let parameter = |is_skipped| Parameter::Load { load, is_skipped };
            self.add(Id::H13, parameter(false), |right| Pipeline { failed: [load].into(), ..right });
            // An increment whose cursor has moved on loses the rows of the load, too.
            if shape.deletes == Deletes::Keep {
                let selects = self.cursor(self.window(), false);
                self.add(Id::H13, parameter(true), |right| Pipeline {
                    failed: [load].into(),
                    selects,
                    ..right
                });
            }
        }
    }

    /// Loads that read a first page only.
    fn pages(&mut self, tells_deletes: bool) {
        let ticks: Vec<i64> = self.right.target.reads.iter().map(|read| read.tick).collect();
        let population = self.facts.population;
        let most = ticks.iter().map(|tick| population.count(*tick)).max().unwrap_or(0);
        for rows in USUAL_ROWS.into_iter().filter(|rows| *rows < most) {
            let last = ticks.iter().map(|tick| population.nth_key(*tick, rows).unwrap_or(0));
            let selects = Selection::page(last);
            self.add(Id::H12, Parameter::Rows(rows), |right| Pipeline {
                selects,
                absent_is_deleted: tells_deletes,
                ..right
            });
        }
    }

    /// A count of a load; 0 where counts are not known.
    fn of_load(&self, counts: &[u64], load: usize) -> u64 {
        self.places.get(load).and_then(|place| counts.get(*place)).copied().unwrap_or(0)
    }
}

/// Look-backs that are shorter than rows change: whole ticks where the window has few, else what people choose.
pub(super) fn look_backs(interval: i64, window: i64) -> Vec<i64> {
    let few = i64::try_from(LOOK_BACKS).unwrap_or(i64::MAX);
    let is_narrow = window / interval.max(1) <= few;
    let ticks = (1..few).map(|ticks| ticks.saturating_mul(interval)).filter(|_| is_narrow);
    let usual = USUAL_SECONDS.iter().map(|seconds| seconds * SECOND);
    let all: BTreeSet<i64> = ticks.chain(usual).filter(|span| *span < window).collect();
    // The longest ones lose least, and are what people choose where rows change for long.
    let longest = all.into_iter().rev().take(LOOK_BACKS);
    std::iter::once(0).chain(longest).collect()
}
