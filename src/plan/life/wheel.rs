//! Which row has which fate, and which events a tick has.
//!
//! There are S sets of M fates. The rows of tick c, a cohort, have set c mod S, dealt out by a permutation of their places. An event at age d
//! of set s therefore comes only at ticks n with n ≡ s + d (mod S): events are kept by this phase, and every one of a
//! tick's phase happens in the tick, if the row is there. Nothing is remembered from tick to tick. Must not know what the
//! events do, nor which rows have been deleted because of their age.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fates::{Fate, Fates, What};
use crate::config::Life;
use crate::plan::Cohorts;
use crate::stream::{Permutation, remix};

/// The fewest fates: the shares of a life are exact over all of them.
const FEWEST_FATES: u64 = 4_096;
/// The most fates of a set, and the fewest sets: a prime, so that they fall on no hour.
const MOST_LANES: u64 = 128;
const FEWEST_SETS: u64 = 127;

/// The fates of a life by the ticks that they have events in.
pub struct Wheel {
    sets: u64,
    lanes: u64,
    fates: Fates,
    /// By phase, within it from the oldest rows to the youngest.
    entries: Vec<Entry>,
    /// Where the entries of each phase begin, and where those of the last end.
    starts: Vec<u32>,
}

/// An event of a fate.
#[derive(Clone, Copy)]
struct Entry {
    age: u32,
    lane: u16,
    what: What,
}

impl Wheel {
    /// The wheel of a life for ticks of `interval` microseconds that insert `rows` rows each. `delete_after` has the
    /// microseconds after which rows are deleted, by state.
    pub fn new(life: &Life, interval: u64, delete_after: &[Option<u64>], rows: u64) -> Self {
        let lanes = lanes(rows);
        let sets = (FEWEST_FATES.div_ceil(lanes).max(FEWEST_SETS)..).find(|count| is_prime(*count));
        let sets = sets.unwrap_or(FEWEST_SETS);
        let count = usize::try_from(sets * lanes).unwrap_or(usize::MAX);
        Self::of(Fates::draw(life, interval, delete_after, count), sets, lanes)
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are few fates, and less than 2^16 lanes")]
    fn of(fates: Fates, sets: u64, lanes: u64) -> Self {
        let mut phases: Vec<Vec<Entry>> = vec![Vec::new(); sets as usize];
        for (number, fate) in (0..).zip(fates.iter()) {
            let (set, lane) = (number / lanes, (number % lanes) as u16);
            for event in fate {
                let phase = (set + u64::from(event.age)) % sets;
                phases[phase as usize].push(Entry { age: event.age, lane, what: event.what });
            }
        }
        let (mut entries, mut starts) = (Vec::new(), vec![0]);
        for mut phase in phases {
            phase.sort_unstable_by_key(|entry| (u32::MAX - entry.age, entry.lane));
            entries.extend(phase);
            starts.push(entries.len() as u32);
        }
        Self { sets, lanes, fates, entries, starts }
    }

    /// Its fates.
    pub fn fates(&self) -> &Fates {
        &self.fates
    }

    /// The order in which the rows of a cohort get the fates of their set.
    fn deal(key: u64, cohort: u64, count: u64) -> Permutation {
        Permutation::from_bits(remix(key ^ remix(cohort)), count)
    }

    /// The fate of the row at a place of a cohort of `count` rows.
    #[expect(clippy::cast_possible_truncation, reason = "the number of a fate in memory")]
    pub fn fate(&self, key: u64, cohort: u64, count: u64, place: u64) -> &Fate {
        let rank = Self::deal(key, cohort, count).of(place);
        self.fates.fate((cohort % self.sets * self.lanes + rank % self.lanes) as usize)
    }

    /// Tells the events of a tick, in the order of the rows' keys; a row has one at most.
    #[expect(clippy::cast_possible_truncation, reason = "the number of a phase in memory")]
    pub fn events(&self, key: u64, cohorts: Cohorts, tick: u64, mut tell: impl FnMut(i64, What)) {
        let phase = (tick % self.sets) as usize;
        let entries = &self.entries[self.starts[phase] as usize..self.starts[phase + 1] as usize];
        let mut places: Vec<(u64, What)> = Vec::new();
        for same_age in entries.chunk_by(|one, other| one.age == other.age) {
            let Some(cohort) = tick.checked_sub(u64::from(same_age[0].age)) else { continue };
            let count = cohorts.count(cohort);
            let mut deal = None;
            for entry in same_age {
                let mut rank = u64::from(entry.lane);
                while rank < count {
                    let deal = deal.get_or_insert_with(|| Self::deal(key, cohort, count));
                    places.push((deal.inverse(rank), entry.what));
                    rank += self.lanes;
                }
            }
            places.sort_unstable();
            let first = cohorts.first(cohort);
            places.drain(..).for_each(|(place, what)| tell(first.saturating_add_unsigned(place), what));
        }
    }
}

/// How many fates a set has: as many as a cohort has rows, or the same part of them.
fn lanes(rows: u64) -> u64 {
    let rows = rows.max(1);
    rows / rows.div_ceil(MOST_LANES)
}

fn is_prime(number: u64) -> bool {
    (2..).take_while(|factor| factor * factor <= number).all(|factor| !number.is_multiple_of(factor))
}

/// Wheels, each made once: tables of all shops share them.
#[derive(Default)]
pub struct Wheels(BTreeMap<Needs, Arc<Wheel>>);

/// What a wheel depends on: the life's name, the interval, the deletions, the fates of a set.
type Needs = (String, u64, Vec<Option<u64>>, u64);

impl Wheels {
    /// The wheel of a life, as [`Wheel::new`] makes it.
    pub fn get(&mut self, life: &Life, interval: u64, delete_after: &[Option<u64>], rows: u64) -> Arc<Wheel> {
        let needs = (life.name.value.clone(), interval, delete_after.to_vec(), lanes(rows));
        let wheel = || Arc::new(Wheel::new(life, interval, delete_after, rows));
        self.0.entry(needs).or_insert_with(wheel).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::fates::tests::{ORDER, SECOND, kept, life};
    use super::*;
    use crate::clock::Timeline;
    use crate::value::Timestamp;
    use proptest::prelude::*;

    fn cohorts(rows: u64) -> Cohorts {
        Cohorts::flat(rows, &Timeline::new(Timestamp(0), 1, &[]))
    }

    /// The events of each tick, by going through all rows of all ticks from the first one on.
    fn replay(wheel: &Wheel, key: u64, cohorts: Cohorts, ticks: u64) -> BTreeMap<u64, Vec<(i64, What)>> {
        let mut events: BTreeMap<u64, Vec<(i64, What)>> = BTreeMap::new();
        for cohort in 0..ticks {
            for place in 0..cohorts.count(cohort) {
                let id = cohorts.first(cohort) + place.cast_signed();
                for event in wheel.fate(key, cohort, cohorts.count(cohort), place) {
                    let tick = cohort + u64::from(event.age);
                    events.entry(tick).or_default().push((id, event.what));
                }
            }
        }
        events
    }

    fn events(wheel: &Wheel, key: u64, cohorts: Cohorts, tick: u64) -> Vec<(i64, What)> {
        let mut events = Vec::new();
        wheel.events(key, cohorts, tick, |id, what| events.push((id, what)));
        events
    }

    #[test]
    fn sets_are_prime_and_fates_are_enough_and_not_too_many() {
        for rows in (0..1_000).chain([4_095, 4_096, 100_000, 999_999_937]) {
            let lanes = lanes(rows);
            let (sets, fates) = ((1..).find(|sets| sets * lanes >= FEWEST_FATES).unwrap(), lanes * 127);
            assert!((1..=MOST_LANES).contains(&lanes) && fates <= 16_256 && sets <= 4_096, "{rows}");
        }
        assert_eq!([0, 1, 10, 128, 129, 1_000].map(lanes), [1, 1, 10, 128, 64, 125]);
        let wheel = Wheel::new(&life(ORDER), SECOND, &kept(&life(ORDER)), 100);
        assert_eq!((wheel.sets, wheel.lanes), (127, 100));
        assert_eq!(wheel.fates().count(), 12_700);
    }

    #[test]
    fn over_as_many_cohorts_as_there_are_sets_every_fate_occurs_equally_often() {
        let life = life(ORDER);
        for (rows, each) in [(3, 1), (100, 1), (256, 2)] {
            let wheel = Wheel::new(&life, 5 * SECOND, &kept(&life), rows);
            let sets = wheel.sets;
            for first in [0, 1, 12_345] {
                let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
                for cohort in first..first + sets {
                    for place in 0..rows {
                        let fate = wheel.fate(7, cohort, rows, place);
                        *seen.entry(fate.as_ptr() as usize).or_default() += 1;
                    }
                }
                assert_eq!(seen.len(), wheel.fates().count());
                assert!(seen.values().all(|count| *count == each), "{rows} rows");
            }
        }
    }

    #[test]
    fn another_key_deals_other_fates() {
        let life = life(ORDER);
        let wheel = Wheel::new(&life, 5 * SECOND, &kept(&life), 10);
        let dealt = |key| -> Vec<usize> {
            (0..100).map(|place| wheel.fate(key, place / 10, 10, place % 10).as_ptr() as usize).collect()
        };
        assert_ne!(dealt(1), dealt(2));
        assert_eq!(BTreeSet::from_iter(dealt(1)), BTreeSet::from_iter(dealt(2)));
    }

    #[test]
    fn a_tick_far_on_costs_what_an_early_one_does() {
        let life = life(ORDER);
        let wheel = Wheel::new(&life, 5 * SECOND, &kept(&life), 10);
        let sets = wheel.sets;
        let count = |tick| events(&wheel, 3, cohorts(10), tick).len();
        let full = 10_000;
        assert_eq!(count(full), count(full + sets * (1 << 30)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

        /// Any tick, from its number alone, has the events that a replay from the first tick on gives it.
        #[test]
        fn a_tick_has_the_events_that_a_replay_gives_it(
            rows in prop_oneof![0u64..40, Just(128), Just(129), Just(300)],
            interval in 1u64..90,
            key: u64,
            last in 0u64..300,
            ticks in prop::collection::vec(0u64..300, 40),
        ) {
            let life = life(ORDER);
            let mut delete_after = kept(&life);
            delete_after[life.place("cancelled").unwrap()] = Some(100 * SECOND);
            let wheel = Wheel::new(&life, interval * SECOND, &delete_after, rows);
            let cohorts = cohorts(rows);
            let expected = replay(&wheel, key, cohorts, last);
            for tick in ticks.into_iter().filter(|tick| *tick <= last) {
                let expected = expected.get(&tick).cloned().unwrap_or_default();
                prop_assert_eq!(events(&wheel, key, cohorts, tick), expected, "tick {}", tick);
            }
        }
    }
}
