//! Which hypotheses are told: the fewest that explain what was found.
//!
//! Owns the counters and the greedy choice. Must not know what a hypothesis is: only its number, and its rank among those
//! that explain the same.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::grade::Class;

/// The most sets of hypotheses that are counted apart.
const MOST_SETS: usize = 16_384;
/// How much of what was found must be explained, in percent.
const COVERED: u64 = 80;
/// How many more findings a further hypothesis must explain.
const FURTHER: u64 = 3;
/// How much of all findings a further hypothesis must explain, in percent, unless it explains most of a class: a thousand
/// deleted rows must not hide thirty lost changes.
const FURTHER_SHARE: u64 = 5;

/// What a hypothesis has predicted so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Findings that it predicts.
    pub predicted: u64,
    /// Those of them that were found.
    pub explained: u64,
}

impl Tally {
    /// Findings that it predicts and that were not found.
    pub fn others(self) -> u64 {
        self.predicted - self.explained
    }

    /// Whether all that it predicts was found.
    fn is_precise(self) -> bool {
        self.explained > 0 && self.explained == self.predicted
    }
}

/// What was found, by the set of hypotheses that explain it. Bounded, whatever the number of findings.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover {
    /// What each hypothesis predicts, by its number, of at most 128.
    pub tallies: Vec<Tally>,
    /// How many findings there are of each class.
    found: BTreeMap<Class, u64>,
    /// How many of a class each set of hypotheses explains.
    sets: BTreeMap<(Class, u128), u64>,
}

/// A hypothesis that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Its number.
    pub number: usize,
    /// Others that explain as much and predict as much else.
    pub alike: Vec<usize>,
}

impl Cover {
    /// Counters of this many hypotheses.
    pub fn of(hypotheses: usize) -> Self {
        Self { tallies: vec![Tally::default(); hypotheses], ..Self::default() }
    }

    /// Counts a finding and the set of hypotheses that explain it.
    pub fn add(&mut self, class: Class, explained_by: u128, weight: u64) {
        *self.found.entry(class).or_default() += weight;
        let set = (class, explained_by);
        if explained_by != 0 && (self.sets.len() < MOST_SETS || self.sets.contains_key(&set)) {
            *self.sets.entry(set).or_default() += weight;
        }
    }

    /// How many findings there are.
    pub fn found(&self) -> u64 {
        self.found.values().sum()
    }

    /// The hypotheses to tell, the most important first, and the findings that they explain together. `elsewhere`: how
    /// many findings have been explained by other means.
    pub fn choose(&self, rank: impl Fn(usize) -> usize, elsewhere: u64) -> (Vec<Chosen>, Counts) {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut rest = self.sets.clone();
        let mut covered = Counts::new();
        loop {
            let gain = |number: usize| -> u64 {
                rest.iter().filter(|((_, set), _)| has(*set, number)).map(|(_, count)| count).sum()
            };
            let precise = (0..self.tallies.len()).filter(|number| self.tallies[*number].is_precise());
            let gains: Vec<(usize, u64)> = precise.map(|number| (number, gain(number))).collect();
            let order = |(number, gain): (usize, u64)| {
                (Reverse(gain), self.tallies[number].others(), rank(number), number)
            };
            // The first of these is the best; the next ones may explain most of a class that it leaves.
            let mut best_first = gains.clone();
            best_first.sort_by_key(|candidate| order(*candidate));
            let is_first = chosen.is_empty() && elsewhere == 0;
            let gained = |number: usize| counts(rest.iter().filter(|((_, set), _)| has(*set, number)));
            let next = best_first.into_iter().find(|(number, gain)| {
                *gain > 0 && (is_first || self.is_worth_telling(*gain, &gained(*number)))
            });
            let Some((best, most)) = next else { break };
            let others = self.tallies[best].others();
            let alike = gains.iter().filter(|(number, gain)| {
                *gain == most && self.tallies[*number].others() == others && *number != best
            });
            chosen.push(Chosen { number: best, alike: alike.map(|(number, _)| *number).collect() });
            for (class, count) in gained(best) {
                *covered.entry(class).or_default() += count;
            }
            rest.retain(|(_, set), _| !has(*set, best));
        }
        (chosen, covered)
    }

    /// Whether a hypothesis explains enough more to be told besides others.
    fn is_worth_telling(&self, gain: u64, gained: &Counts) -> bool {
        let share =
            |part: u64, all: u64, percent: u64| part.saturating_mul(100) >= all.saturating_mul(percent);
        let of_class = |(class, count): (&Class, &u64)| share(*count, self.found[class], COVERED);
        let is_much = share(gain, self.found(), FURTHER_SHARE) || gained.iter().any(of_class);
        gain >= FURTHER.min(self.found()) && is_much
    }

    /// How many findings of each class are not among those that are explained.
    pub fn unexplained(&self, covered: &Counts) -> Counts {
        let rest =
            |(class, count): (&Class, &u64)| (*class, count - covered.get(class).copied().unwrap_or(0));
        self.found.iter().map(rest).filter(|(_, count)| *count > 0).collect()
    }

    /// Whether so many explained findings are enough to tell their causes.
    pub fn is_enough(&self, covered: u64) -> bool {
        covered > 0 && covered.saturating_mul(100) >= self.found().saturating_mul(COVERED)
    }

    /// The hypothesis that explains most, whether it is precise or not.
    pub fn nearest(&self) -> Option<usize> {
        let numbers = 0..self.tallies.len();
        let explaining = numbers.filter(|number| self.tallies[*number].explained > 0);
        explaining.max_by_key(|number| {
            let tally = self.tallies[*number];
            (tally.explained, Reverse(tally.others()), Reverse(*number))
        })
    }
}

/// Findings by class.
pub(super) type Counts = BTreeMap<Class, u64>;

/// Whether a set of hypotheses has one.
fn has(set: u128, number: usize) -> bool {
    set >> number & 1 == 1
}

/// The findings of sets, by class.
fn counts<'a>(sets: impl Iterator<Item = (&'a (Class, u128), &'a u64)>) -> Counts {
    let mut counts = Counts::new();
    for ((class, _), count) in sets {
        *counts.entry(*class).or_default() += count;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(tallies: &[(u64, u64)], sets: &[(u128, u64)]) -> Cover {
        let mut cover = Cover::of(tallies.len());
        for (tally, (predicted, explained)) in cover.tallies.iter_mut().zip(tallies) {
            *tally = Tally { predicted: *predicted, explained: *explained };
        }
        for (set, count) in sets {
            cover.add(Class::MissingRow, *set, *count);
        }
        cover
    }

    fn numbers(cover: &Cover) -> (Vec<usize>, u64) {
        let (chosen, covered) = cover.choose(|number| number, 0);
        (chosen.iter().map(|chosen| chosen.number).collect(), covered.values().sum())
    }

    #[test]
    fn what_explains_most_and_predicts_nothing_else_is_told() {
        let cover =
            cover(&[(100, 60), (100, 100), (40, 40)], &[(0b011, 60), (0b010, 40), (0b100, 40), (0, 10)]);
        assert_eq!(numbers(&cover), (vec![1, 2], 140));
        assert!(cover.is_enough(140), "140 of 150");
        assert!(!cover.is_enough(119), "119 of 150 is less than four fifths");
    }

    #[test]
    fn of_those_that_explain_the_same_the_simplest_is_told_and_the_others_are_named() {
        let cover = cover(&[(10, 10), (10, 10), (11, 10)], &[(0b111, 10)]);
        let (chosen, _) = cover.choose(|number| 2 - number, 0);
        assert_eq!(chosen, [Chosen { number: 1, alike: vec![0] }], "number 2 predicts another one");
    }

    #[test]
    fn a_further_cause_must_explain_three_findings_and_a_twentieth_of_all() {
        let with = |further| cover(&[(100, 100), (further, further)], &[(0b01, 100), (0b10, further)]);
        assert_eq!(numbers(&with(5)).0, [0]);
        assert_eq!(numbers(&with(6)).0, [0, 1]);
        assert_eq!(numbers(&cover(&[(4, 4), (2, 2)], &[(0b01, 4), (0b10, 2)])).0, [0]);
    }

    #[test]
    fn a_further_cause_of_few_findings_is_told_if_they_are_most_of_their_class() {
        let mut cover = cover(&[(2_000, 2_000), (30, 30)], &[(0b01, 2_000)]);
        cover.add(Class::MissingChange, 0b10, 30);
        assert_eq!(numbers(&cover), (vec![0, 1], 2_030));
        cover.add(Class::MissingChange, 0, 10);
        let (chosen, covered) = cover.choose(|number| number, 0);
        assert_eq!(chosen.len(), 1, "30 of 40 are less than four fifths");
        assert_eq!(cover.unexplained(&covered), Counts::from([(Class::MissingChange, 40)]));
    }

    #[test]
    fn sets_are_bounded() {
        let mut cover = Cover::of(128);
        for set in 1..100_000u128 {
            cover.add(Class::MissingRow, set, 1);
        }
        assert_eq!((cover.sets.len(), cover.found()), (MOST_SETS, 99_999));
    }
}
