//! Which mistakes explain what was found in a table.
//!
//! Owns the comparison of predicted and found findings, key by key. Keeps counters only: memory does not grow with the
//! number of keys or findings. Must not know how rows are judged.

use std::collections::BTreeSet;

use super::cover::Cover;
use super::{Hypotheses, Id};
use crate::grade::pipeline::{Pipeline, Trace};
use crate::grade::{Capture, Class, Finding, Judge, Life};

/// A finding as it is compared: its class and, of changes and values, the tick of the version.
type Sign = (Class, Option<i64>);

/// A cause that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldCause {
    /// The mistake.
    pub id: Id,
    /// Its parameter in words; empty if it has none.
    pub parameter: String,
    /// How many findings it explains, and how many there are.
    pub explains: (u64, u64),
    /// How many findings it predicts that are not there.
    pub predicts_others: u64,
    /// Other mistakes that explain and predict as many here.
    pub same_here: Vec<Id>,
}

/// The outcome of a diagnosis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The causes, the most important first.
    pub causes: Vec<ToldCause>,
    /// Why none is told, or what was not tested.
    pub about: Option<String>,
}

/// Collects what hypotheses predict for the keys of a table, and what was found.
pub struct Diagnosis {
    hypotheses: Hypotheses,
    right: Pipeline,
    cover: Cover,
    alike: Option<Alike>,
}

/// What is predicted for rows that only their keys tell apart.
struct Alike {
    keys: std::ops::Range<i64>,
    life: (i64, i64, i64),
    predicted: Vec<(usize, Vec<Sign>)>,
}

impl Diagnosis {
    /// A diagnosis by these hypotheses.
    pub fn new(hypotheses: Hypotheses) -> Self {
        let right = Pipeline::right(&hypotheses.target);
        let cover = Cover::of(hypotheses.tried.len());
        Self { hypotheses, right, cover, alike: None }
    }

    /// Counts findings that no hypothesis could explain, such as keys that the shop never made.
    pub fn add_unexplained(&mut self, class: Class, findings: u64) {
        if findings > 0 {
            self.cover.add(class, 0, findings);
        }
    }

    /// Adds a key that stands for `weight` of its kind, with what was found of it. What hypotheses would have written is
    /// judged by the same judge.
    pub fn add(&mut self, key: i64, life: &Life, found: &[Finding], weight: u64, judge: &Judge<'_>) {
        let found = signs(found);
        // Rows of a cohort with one version differ in their keys alone.
        let is_plain = life.count() == 1
            && (life.operations.len() <= 1 || self.hypotheses.target.shape.capture == Capture::Snapshot);
        if !is_plain {
            let predicted = self.predictions(key, life, judge);
            return self.count(&predicted, &found, weight);
        }
        let same = (life.born(), life.deleted, life.created_at);
        let alike = self.alike.take().filter(|alike| alike.life == same && alike.keys.contains(&key));
        let alike = alike.unwrap_or_else(|| {
            let predicted = self.predictions(key, life, judge);
            Alike { keys: self.keys_alike(key), life: same, predicted }
        });
        self.count(&alike.predicted, &found, weight);
        self.alike = Some(alike);
    }

    /// What each hypothesis predicts for a key; those that predict nothing are left out.
    fn predictions(&self, key: i64, life: &Life, judge: &Judge<'_>) -> Vec<(usize, Vec<Sign>)> {
        let mut judged: Vec<(Trace, Vec<Sign>)> = vec![(self.right.trace(key, life), Vec::new())];
        let mut predicted = Vec::new();
        for (number, (_, pipeline)) in self.hypotheses.tried.iter().enumerate() {
            let trace = pipeline.trace(key, life);
            // Many hypotheses do the same.
            let place = judged.iter().position(|(other, _)| *other == trace).unwrap_or_else(|| {
                let found = signs(&judge.judge(life, &pipeline.rows_of(life, &trace)).findings);
                judged.push((trace, found));
                judged.len() - 1
            });
            let (_, found) = &judged[place];
            if !found.is_empty() {
                predicted.push((number, found.clone()));
            }
        }
        predicted
    }

    /// The keys for which all hypotheses select the same loads as for a key.
    pub fn keys_alike(&self, key: i64) -> std::ops::Range<i64> {
        let ranges = self.hypotheses.tried.iter().map(|(_, pipeline)| pipeline.selects.keys_alike(key));
        ranges.fold(i64::MIN..i64::MAX, |all, one| all.start.max(one.start)..all.end.min(one.end))
    }

    fn count(&mut self, predicted: &[(usize, Vec<Sign>)], found: &[Sign], weight: u64) {
        for (number, signs) in predicted {
            let tally = &mut self.cover.tallies[*number];
            let explained = signs.iter().filter(|sign| found.binary_search(sign).is_ok()).count();
            tally.predicted += weight * signs.len() as u64;
            tally.explained += weight * explained as u64;
        }
        for sign in found {
            let explaining = predicted.iter().filter(|(_, signs)| signs.binary_search(sign).is_ok());
            let set = explaining.fold(0u128, |set, (number, _)| set | 1 << number);
            self.cover.add(sign.0, set, weight);
        }
    }

    /// The causes, after all keys. `facts` are causes of the table as a whole that explain some of the findings that were
    /// added; `is_torn`: some load read its table at several moments.
    pub fn tell(self, facts: Vec<ToldCause>, is_torn: bool) -> Told {
        let Self { hypotheses, cover, .. } = self;
        let found = cover.found();
        if found == 0 {
            return Told { causes: facts, about: None };
        }
        let id = |number: usize| hypotheses.tried[number].0.id;
        let elsewhere: u64 = facts.iter().map(|cause| cause.explains.0).sum();
        let (chosen, covered) = cover.choose(|number| id(number).rank(), elsewhere);
        let is_enough = cover.is_enough(covered.values().sum::<u64>() + elsewhere);
        let mut about: Vec<String> = Vec::new();
        let mut causes = facts;
        if is_enough {
            causes.extend(chosen.iter().map(|chosen| {
                let (hypothesis, _) = hypotheses.tried[chosen.number];
                let tally = cover.tallies[chosen.number];
                let alike: BTreeSet<Id> = chosen.alike.iter().map(|number| id(*number)).collect();
                ToldCause {
                    id: hypothesis.id,
                    parameter: hypothesis.parameter.words(&hypotheses.target, &hypotheses.columns),
                    explains: (tally.explained, found),
                    predicts_others: tally.others(),
                    same_here: alike.into_iter().filter(|same| *same != hypothesis.id).collect(),
                }
            }));
            let unexplained = cover.unexplained(&covered);
            if elsewhere == 0 && !unexplained.is_empty() {
                let words = unexplained.iter().map(|(class, count)| format!("{count} {class}"));
                about.push(format!("not explained: {}", words.collect::<Vec<_>>().join(", ")));
            }
        } else {
            about.push(match cover.nearest() {
                None => "no known cause predicts these findings".to_owned(),
                Some(number) => {
                    let tally = cover.tallies[number];
                    let (id, explained, others) = (id(number), tally.explained, tally.others());
                    format!(
                        "no known cause explains enough of the findings; the nearest, {id}, explains {explained} of \
                         {found} and predicts {others} that are not there"
                    )
                }
            });
        }
        if !hypotheses.loads_known {
            about.push("loads not known: failed loads and cut reads are not tested".to_owned());
        }
        if is_torn {
            about.push("or the table was read at several moments".to_owned());
        }
        if hypotheses.dropped > 0 {
            about.push(format!("{} more hypotheses were not tried", hypotheses.dropped));
        }
        Told { causes, about: (!about.is_empty()).then(|| about.join("; ")) }
    }
}

/// Findings as they are compared: sorted, each once.
fn signs(findings: &[Finding]) -> Vec<Sign> {
    let sign = |finding: &Finding| {
        let has_tick = matches!(finding.class, Class::MissingChange | Class::WrongValue);
        (finding.class, finding.tick.filter(|_| has_tick))
    };
    let mut signs: Vec<Sign> = findings.iter().map(sign).collect();
    signs.sort_unstable();
    signs.dedup();
    signs
}
