//! Which hypotheses are told: the fewest that explain what was found.
//!
//! Owns the counters and the greedy choice. Must not know what a hypothesis is: only its number, and its rank among those
//! that explain the same.

use std::collections::BTreeMap;

/// The most sets of hypotheses that are counted apart.
const MOST_SETS: usize = 16_384;
/// How much of what a hypothesis predicts must have been found, in percent.
const PRECISION: u64 = 95;
/// How much of what was found must be explained, in percent.
const COVERED: u64 = 80;
/// How many more findings a further hypothesis must explain, and how much of all, in percent.
const FURTHER: (u64, u64) = (3, 5);

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

    fn is_precise(self) -> bool {
        self.explained > 0 && self.explained.saturating_mul(100) >= self.predicted.saturating_mul(PRECISION)
    }
}

/// What was found, by the set of hypotheses that explain it. Bounded, whatever the number of findings.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover {
    /// What each hypothesis predicts, by its number, of at most 128.
    pub tallies: Vec<Tally>,
    /// How many findings there are.
    pub found: u64,
    /// How many of them each set of hypotheses explains.
    sets: BTreeMap<u128, u64>,
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
    pub fn add(&mut self, explained_by: u128, weight: u64) {
        self.found += weight;
        if explained_by != 0 && (self.sets.len() < MOST_SETS || self.sets.contains_key(&explained_by)) {
            *self.sets.entry(explained_by).or_default() += weight;
        }
    }

    /// The hypotheses to tell, the most important first, and how many findings they explain together. `elsewhere`: how
    /// many findings have been explained by other means.
    pub fn choose(&self, rank: impl Fn(usize) -> usize, elsewhere: u64) -> (Vec<Chosen>, u64) {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut rest = self.sets.clone();
        let mut covered = 0;
        loop {
            let gain = |number: usize| -> u64 {
                rest.iter().filter(|(set, _)| **set >> number & 1 == 1).map(|(_, count)| count).sum()
            };
            let precise = (0..self.tallies.len()).filter(|number| self.tallies[*number].is_precise());
            let gains: Vec<(usize, u64)> = precise.map(|number| (number, gain(number))).collect();
            let order = |(number, gain): (usize, u64)| {
                (std::cmp::Reverse(gain), self.tallies[number].others(), rank(number), number)
            };
            let Some((best, most)) = gains.iter().copied().min_by_key(|candidate| order(*candidate)) else {
                break;
            };
            let is_further = !chosen.is_empty() || elsewhere > 0;
            let (least, percent) = FURTHER;
            let is_small = most < least.min(self.found) || most * 100 < self.found * percent;
            if most == 0 || is_further && is_small {
                break;
            }
            let others = self.tallies[best].others();
            let alike = gains.iter().filter(|(number, gain)| {
                *gain == most && self.tallies[*number].others() == others && *number != best
            });
            chosen.push(Chosen { number: best, alike: alike.map(|(number, _)| *number).collect() });
            covered += most;
            rest.retain(|set, _| set >> best & 1 == 0);
        }
        (chosen, covered)
    }

    /// Whether so many explained findings are enough to tell their causes.
    pub fn is_enough(&self, covered: u64) -> bool {
        covered > 0 && covered.saturating_mul(100) >= self.found.saturating_mul(COVERED)
    }

    /// The hypothesis that explains most, whether it is precise or not.
    pub fn nearest(&self) -> Option<usize> {
        let numbers = 0..self.tallies.len();
        let explaining = numbers.filter(|number| self.tallies[*number].explained > 0);
        explaining.max_by_key(|number| {
            let tally = self.tallies[*number];
            (tally.explained, std::cmp::Reverse(tally.others()), std::cmp::Reverse(*number))
        })
    }
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
            cover.add(*set, *count);
        }
        cover
    }

    fn numbers(cover: &Cover) -> (Vec<usize>, u64) {
        let (chosen, covered) = cover.choose(|number| number, 0);
        (chosen.iter().map(|chosen| chosen.number).collect(), covered)
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
    fn sets_are_bounded() {
        let mut cover = Cover::of(128);
        for set in 1..100_000u128 {
            cover.add(set, 1);
        }
        assert_eq!((cover.sets.len(), cover.found), (MOST_SETS, 99_999));
    }
}
