//! Points, and the verdict.
//!
//! Owns what each class of obligations weighs, and which exit code a report means. Must not know the formats.

use std::collections::BTreeMap;
use std::fmt;

use super::{Obligation, Report, TableReport};

/// Points from 0 to 100, in thousandths, rounded down: below 100 wherever anything is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(u32);

impl Points {
    /// All of them.
    pub const ALL: Self = Self(100_000);
    /// A class with less has failed.
    const FAILED: Self = Self(50_000);
    /// What remains of a total in which a class has failed.
    const CUT: Self = Self(59_000);
    /// The most where there is a finding: 99.9.
    const NOT_ALL: Self = Self(99_900);

    /// The share of `obliged`, which is not 0, that is not `bad`.
    fn of(bad: u64, obliged: u64) -> Self {
        let good = u128::from(obliged.saturating_sub(bad));
        let thousandths = good * u128::from(Self::ALL.0) / u128::from(obliged);
        Self(u32::try_from(thousandths).unwrap_or(Self::ALL.0))
    }

    /// As a number, to three digits.
    pub fn number(self) -> f64 {
        f64::from(self.0) / 1_000.0
    }
}

/// To one digit, rounded down.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}", self.0 / 1_000, self.0 % 1_000 / 100))
    }
}

/// The points of a class of obligations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassScore {
    /// How much was asked for, more than 0.
    pub obliged: u64,
    /// How much of it is not met.
    pub bad: u64,
    /// The share that is met.
    pub points: Points,
}

/// The points of a table of a shop, of a shop, or of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// The classes that were asked for and tested. Absent: not tested.
    pub classes: BTreeMap<Obligation, ClassScore>,
    /// The weighted mean of these; `None` without one.
    pub total: Option<Points>,
    /// The classes with less than 50 points in a table that is part of this: they cut the total to 59.
    pub failed: Vec<Obligation>,
    /// The number of findings.
    pub findings: u64,
}

impl Score {
    fn of<'a>(tables: impl Iterator<Item = &'a TableReport>, not_asked: &[Obligation]) -> Self {
        let mut counts = BTreeMap::<Obligation, (u64, u64)>::new();
        let (mut failed, mut findings) = (Vec::new(), 0_u64);
        for table in tables {
            findings = table.findings.values().fold(findings, |sum, count| sum.saturating_add(*count));
            for (&class, &(obliged, bad)) in &table.obliged {
                if obliged == 0 || not_asked.contains(&class) {
                    continue;
                }
                let sum = counts.entry(class).or_default();
                *sum = (sum.0.saturating_add(obliged), sum.1.saturating_add(bad.min(obliged)));
                if Points::of(bad, obliged) < Points::FAILED && !failed.contains(&class) {
                    failed.push(class);
                }
            }
        }
        failed.sort();
        let score = |(obliged, bad)| ClassScore { obliged, bad, points: Points::of(bad, obliged) };
        let classes: BTreeMap<_, _> =
            counts.into_iter().map(|(class, counts)| (class, score(counts))).collect();
        let mut total = mean(&classes);
        if findings > 0 || classes.values().any(|class| class.bad > 0) {
            total = total.map(|points| points.min(Points::NOT_ALL));
        }
        if !failed.is_empty() {
            total = total.map(|points| points.min(Points::CUT));
        }
        Self { classes, total, failed, findings }
    }

    /// Whether anything is wrong.
    pub fn has_findings(&self) -> bool {
        self.findings > 0 || self.classes.values().any(|class| class.bad > 0)
    }
}

/// What a class weighs in the total; all together 100.
fn weight(class: Obligation) -> u32 {
    match class {
        Obligation::Inserts | Obligation::Uniqueness => 10,
        Obligation::Changes => 25,
        Obligation::Deletes => 20,
        Obligation::Values | Obligation::Intervals => 15,
        Obligation::Freshness | Obligation::References => 5,
    }
}

fn mean(classes: &BTreeMap<Obligation, ClassScore>) -> Option<Points> {
    let weights: u32 = classes.keys().map(|class| weight(*class)).sum();
    let sum: u32 = classes.iter().map(|(class, score)| weight(*class) * score.points.0).sum();
    sum.checked_div(weights).map(Points)
}

/// What a report comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that was asked for was tested and is right.
    Right,
    /// Something is wrong.
    Findings,
    /// Nothing that was tested is wrong, and not everything was tested: [`Report::not_tested`].
    Inconclusive,
    /// There is nothing to grade.
    NothingLoaded,
}

impl Verdict {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Findings => "findings",
            Self::Inconclusive => "inconclusive",
            Self::NothingLoaded => "nothing-loaded",
        }
    }

    /// The exit code of the program: 0 right, 1 a finding, 3 it cannot tell. What is inconclusive is an error only if
    /// the user is strict.
    pub fn exit_code(self, strict: bool) -> u8 {
        match self {
            Self::Right => 0,
            Self::Findings => 1,
            Self::Inconclusive => {
                if strict {
                    3
                } else {
                    0
                }
            }
            Self::NothingLoaded => 3,
        }
    }
}

impl Report {
    /// The points of everything.
    pub fn score(&self) -> Score {
        Score::of(self.tables.iter(), &self.not_asked)
    }

    /// The points of a shop.
    pub fn score_of_shop(&self, shop: &str) -> Score {
        Score::of(self.tables.iter().filter(|table| table.shop == shop), &self.not_asked)
    }

    /// The points of a table of this report.
    pub fn score_of_table(&self, table: &TableReport) -> Score {
        Score::of([table].into_iter(), &self.not_asked)
    }

    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        let score = self.score();
        if score.has_findings() {
            Verdict::Findings
        } else if score.classes.is_empty() && self.tables.iter().all(|table| table.right == 0) {
            Verdict::NothingLoaded
        } else if self.not_tested().is_empty() {
            Verdict::Right
        } else {
            Verdict::Inconclusive
        }
    }

    /// The classes that were asked for and not tested: inserts in any of the tables, the others in all of them.
    pub fn not_tested(&self) -> Vec<Obligation> {
        let tested =
            |table: &TableReport, class| table.obliged.get(&class).is_some_and(|counts| counts.0 > 0);
        let is_tested = |class| match class {
            Obligation::Inserts => self.tables.iter().all(|table| tested(table, class)),
            _ => self.tables.iter().any(|table| tested(table, class)),
        };
        let asked = Obligation::ALL.into_iter().filter(|class| !self.not_asked.contains(class));
        asked.filter(|class| !is_tested(*class)).collect()
    }
}
