//! What is said of one key.
//!
//! Owns the form of a verdict: findings, counts, and what each row stands for.

use crate::grade::finding::{Class, Finding};

/// How many obligations there were, and how many were met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// What had to be there.
    pub obliged: u64,
    /// What is there and right, at most `obliged`.
    pub met: u64,
}

impl Tally {
    /// `obliged` obligations of which some were not met.
    pub fn of(obliged: u64, failed: u64) -> Self {
        Self { obliged, met: obliged.saturating_sub(failed) }
    }

    /// Adds those of another key.
    pub fn add(&mut self, other: Self) {
        self.obliged += other.obliged;
        self.met += other.met;
    }
}

/// The obligations about one key, or the sums of many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Obligations {
    /// Keys that some load surely saw.
    pub inserts: Tally,
    /// Changes that must be told, however lucky the loads were: the rows of the shortest right account but its first.
    pub changes: Tally,
    /// Deletions that some load surely saw after the row.
    pub deletes: Tally,
    /// Graded cells of rows that stand for a version.
    pub values: Tally,
    /// Rows with an interval.
    pub intervals: Tally,
    /// Keys that have rows.
    pub uniqueness: Tally,
}

impl Obligations {
    /// Adds those of another key.
    pub fn add(&mut self, other: &Self) {
        self.inserts.add(other.inserts);
        self.changes.add(other.changes);
        self.deletes.add(other.deletes);
        self.values.add(other.values);
        self.intervals.add(other.intervals);
        self.uniqueness.add(other.uniqueness);
    }
}

/// What a found row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The load that wrote it; `None` for one that is not listed.
    pub load: Option<usize>,
    /// The phase: 1 … n for the versions of the row.
    pub phase: usize,
}

/// What each found row stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Path {
    /// There are no rows, or none stands for a version.
    #[default]
    Nothing,
    /// There is one row.
    One(Place),
    /// By the place in which rows were given.
    Rows(Vec<Option<Place>>),
}

impl Path {
    /// What a row stands for, by the place in which it was given.
    pub fn of(&self, row: usize) -> Option<Place> {
        match self {
            Self::Nothing => None,
            Self::One(place) => (row == 0).then_some(*place),
            Self::Rows(rows) => rows.get(row).copied().flatten(),
        }
    }
}

/// The verdict on one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is wrong, in the order of rows and ticks as far as they have one.
    pub findings: Vec<Finding>,
    /// Found rows without a finding.
    pub right_rows: u64,
    /// What had to be there.
    pub obligations: Obligations,
    /// Versions without a row that no load surely saw.
    pub allowed_misses: u64,
    /// What each found row stands for.
    pub path: Path,
}

impl Verdict {
    /// How many findings are of one of some classes.
    pub fn count(&self, classes: &[Class]) -> u64 {
        let found = self.findings.iter().filter(|finding| classes.contains(&finding.class)).count();
        u64::try_from(found).unwrap_or(u64::MAX)
    }

    pub(super) fn found(&mut self, class: Class, tick: Option<i64>, row: Option<usize>, load: Option<usize>) {
        self.findings.push(Finding { class, tick, row, load });
    }
}
