//! Some thousand fates of a life: at what age a row changes its state, and is deleted.
//!
//! Owns the sampling: a Latin hypercube, in which each choice is stratified over all fates that have to make it. Shares of
//! transitions are therefore exact to one fate, and dwell times lie evenly over their distribution. Must not know which row
//! has which fate.

use super::quantile::{quantile, scaled};
use crate::config::Life;
use crate::stream::{Key, Permutation, Stream, remix};

/// Something that happens to a row at an age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FateEvent {
    /// Ticks since the row was inserted, at least 1.
    pub age: u32,
    /// What happens.
    pub what: What,
}

/// What happens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It enters the state at a place.
    Enter(u8),
    /// It is deleted.
    Delete,
}

/// The events of one row, by age, one a tick at most.
pub type Fate = [FateEvent];

/// A number of fates.
pub struct Fates {
    events: Vec<FateEvent>,
    /// Where the events of each begin, and where those of the last end.
    starts: Vec<u32>,
}

/// A fate that is being drawn.
#[derive(Clone, Default)]
struct Drawn {
    /// Microseconds that it has dwelt in its states.
    elapsed: u64,
    events: Vec<FateEvent>,
}

impl Drawn {
    fn age(&self) -> u64 {
        self.events.last().map_or(0, |event| u64::from(event.age))
    }

    fn push(&mut self, age: u64, what: What) {
        let age = age.max(self.age() + 1);
        self.events.push(FateEvent { age: u32::try_from(age).unwrap_or(u32::MAX), what });
    }
}

impl Fates {
    /// The longest life in ticks of `interval` microseconds: no fate has an event at a greater age.
    pub fn most_ticks(life: &Life, interval: u64, delete_after: &[Option<u64>]) -> u64 {
        let mut longest = vec![0_u64; life.states.len()];
        for place in order(life) {
            for transition in &life.states[place].transitions {
                let ticks = transition.dwell.most.div_ceil(interval).max(1);
                longest[transition.to] = longest[transition.to].max(longest[place].saturating_add(ticks));
            }
        }
        let after = |place: usize| delete_after[place].map_or(0, |after| after.div_ceil(interval).max(1));
        (0..longest.len()).map(|place| longest[place].saturating_add(after(place))).max().unwrap_or(0)
    }

    /// Draws fates for ticks of `interval` microseconds. `delete_after` has the microseconds after which rows are deleted,
    /// by state.
    ///
    /// A fate changes its state once a tick at most, so that every state is seen.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a life has at most 64 states, and there are few fates"
    )]
    pub fn draw(life: &Life, interval: u64, delete_after: &[Option<u64>], count: usize) -> Self {
        let mut fates = vec![Drawn::default(); count];
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); life.states.len()];
        members[0] = (0..count as u32).collect();
        for place in order(life) {
            let state = &life.states[place];
            let mut here = std::mem::take(&mut members[place]);
            // Those that came on different ways are one population.
            here.sort_unstable();
            if let Some(after) = delete_after[place] {
                for number in &here {
                    let fate = &mut fates[*number as usize];
                    fate.push(fate.age() + after.div_ceil(interval), What::Delete);
                }
            }
            let total = state.transitions.iter().map(|transition| u64::from(transition.weight)).sum();
            let mut takers: Vec<Vec<u32>> = vec![Vec::new(); state.transitions.len()];
            let branches = Strata::new(life, place, "fates", here.len());
            for (nth, fate) in (0..).zip(&here).filter(|_| total > 0) {
                let mut drawn = scaled(branches.place(nth), total);
                let taken = state.transitions.iter().position(|transition| {
                    let weight = u64::from(transition.weight);
                    let taken = drawn < weight;
                    drawn = drawn.wrapping_sub(weight);
                    taken
                });
                takers[taken.unwrap_or_default()].push(*fate);
            }
            for (transition, takers) in state.transitions.iter().zip(takers) {
                let to = &life.states[transition.to].name.value;
                let dwells = Strata::new(life, place, &format!("fates to {to}"), takers.len());
                for (nth, number) in (0..).zip(&takers) {
                    let fate = &mut fates[*number as usize];
                    fate.elapsed += quantile(&transition.dwell, dwells.place(nth));
                    fate.push(fate.elapsed.div_ceil(interval), What::Enter(transition.to as u8));
                }
                members[transition.to].extend(takers);
            }
        }
        let mut starts = vec![0];
        let mut events = Vec::with_capacity(fates.iter().map(|fate| fate.events.len()).sum());
        for fate in fates {
            events.extend(fate.events);
            starts.push(events.len() as u32);
        }
        Self { events, starts }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// One of them.
    pub fn fate(&self, number: usize) -> &Fate {
        &self.events[self.starts[number] as usize..self.starts[number + 1] as usize]
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Fate> {
        (0..self.count()).map(|number| self.fate(number))
    }
}

/// The states of a life, each before those that it leads to.
fn order(life: &Life) -> Vec<usize> {
    let mut before = vec![0; life.states.len()];
    let transitions = || life.states.iter().flat_map(|state| &state.transitions);
    transitions().for_each(|transition| before[transition.to] += 1);
    let mut order: Vec<usize> = (0..before.len()).filter(|place| before[*place] == 0).collect();
    let mut next = 0;
    while let Some(place) = order.get(next) {
        next += 1;
        for transition in &life.states[*place].transitions.clone() {
            before[transition.to] -= 1;
            if before[transition.to] == 0 {
                order.push(transition.to);
            }
        }
    }
    order
}

/// One choice of a number of fates: each has a stratum of its own, and a random place in it.
struct Strata {
    strata: Permutation,
    inside: u64,
}

impl Strata {
    /// A choice of the fates in a state. It depends on the names of the life and its states alone: shops share their
    /// fates.
    fn new(life: &Life, state: usize, operation: &str, count: usize) -> Self {
        let (table, purpose) = (life.name.value.as_str(), life.states[state].name.value.as_str());
        let key = |tick| Key { seed: 0, table, purpose, operation, tick };
        Self {
            strata: Permutation::keyed(key(0), (count as u64).max(1)),
            inside: Stream::keyed(key(1)).bits(),
        }
    }

    /// The place of a fate, of `2^64`.
    #[expect(clippy::cast_possible_truncation, reason = "a stratum is below the count of strata")]
    fn place(&self, nth: u64) -> u64 {
        let inside = remix(self.inside ^ remix(nth));
        let place = (u128::from(self.strata.of(nth)) << 64) + u128::from(inside);
        (place / u128::from(self.strata.count())) as u64
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::{self, Source, Surroundings};

    /// The life of an order, as the documentation has it.
    pub const ORDER: &str = r#"
        opened = { paid = { weight = 90, after = "10s..2m" }, cancelled = { weight = 10, after = "30s..10m" } }
        paid = { shipped = { weight = 97, after = "1m..30m", shape = "log" }, cancelled = { weight = 3, after = "1m..10m" } }
        shipped = { delivered = { after = "5m..40m" } }
        delivered = { closed = { weight = 92, after = "10m..30m" }, returned = { weight = 8, after = "1m..20m" } }
        returned = { refunded = { after = "1m..10m" } }
    "#;
    pub const SECOND: u64 = 1_000_000;

    /// A life from its states.
    pub fn life(states: &str) -> Life {
        let text = format!("[lives.order]\n{states}");
        let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
        let (config, problems) = config::read(&Source::new("shops.toml", &text), &surroundings);
        assert_eq!(config.lives.len(), 1, "{problems:?}");
        config.lives[0].clone()
    }

    /// No deletion.
    pub fn kept(life: &Life) -> Vec<Option<u64>> {
        vec![None; life.states.len()]
    }

    fn enters(fate: &Fate, place: usize) -> bool {
        fate.iter().any(|event| matches!(event.what, What::Enter(state) if usize::from(state) == place))
    }

    #[test]
    fn shares_are_exact_to_one_fate_at_each_branch() {
        let life = life(ORDER);
        let fates = Fates::draw(&life, 5 * SECOND, &kept(&life), 4_100);
        let count = |state: &str| {
            let place = life.place(state).unwrap();
            fates.iter().filter(|fate| enters(fate, place)).count()
        };
        assert_eq!(count("paid"), 3_690);
        assert_eq!(count("shipped"), 3_579, "97 % of those that are paid");
        assert_eq!(count("cancelled"), 410 + 111);
        assert_eq!(count("delivered"), 3_579);
        let (closed, returned) = (count("closed"), count("returned"));
        assert_eq!(closed + returned, 3_579);
        assert!((3_292..=3_293).contains(&closed), "{closed}");
        assert_eq!(returned, count("refunded"));
    }

    #[test]
    fn a_fate_is_a_path_of_the_machine_and_dwells_within_its_bounds() {
        let life = life(ORDER);
        let after = 60 * SECOND;
        let mut delete_after = kept(&life);
        delete_after[life.place("closed").unwrap()] = Some(after);
        for interval in [SECOND / 2, 7 * SECOND, 3_600 * SECOND] {
            let fates = Fates::draw(&life, interval, &delete_after, 1_000);
            let most = Fates::most_ticks(&life, interval, &delete_after);
            for fate in fates.iter() {
                let (mut state, mut age) = (0, 0);
                for event in fate {
                    let FateEvent { age: next, what } = *event;
                    assert!(next > age && u64::from(next) <= most);
                    let What::Enter(to) = what else {
                        assert_eq!(life.states[state].name.value, "closed");
                        assert_eq!(u64::from(next - age), after.div_ceil(interval));
                        continue;
                    };
                    let mut transitions = life.states[state].transitions.iter();
                    let taken = transitions.find(|transition| transition.to == usize::from(to)).unwrap();
                    let ticks = u64::from(next - age);
                    // Ages are rounded up, so that a dwell time is off by less than a tick; one that is too short is one.
                    let [least, most] = [taken.dwell.least, taken.dwell.most];
                    assert!(ticks <= most.div_ceil(interval).max(1), "{ticks} ticks of {interval}");
                    assert!(interval > SECOND * 10 || ticks + 1 >= least / interval, "{ticks} of {interval}");
                    (state, age) = (usize::from(to), next);
                }
                assert!(life.states[state].transitions.is_empty(), "the path is not at its end");
            }
        }
    }

    #[test]
    fn a_state_at_the_end_moves_no_event_before_it() {
        let long = life(ORDER);
        let short =
            life(&ORDER.replace("returned = { refunded = { after = \"1m..10m\" } }", "returned = {}"));
        let [long, short] = [&long, &short].map(|life| Fates::draw(life, SECOND, &kept(life), 500));
        let mut longer = 0;
        for (long, short) in long.iter().zip(short.iter()) {
            assert_eq!(&long[..short.len()], short);
            longer += usize::from(long.len() > short.len());
        }
        assert!(longer > 10);
    }

    #[test]
    fn the_fates_are_promised() {
        let life = life(ORDER);
        let fates = Fates::draw(&life, 5 * SECOND, &kept(&life), 4_100);
        let ages: Vec<u32> = fates.fate(0).iter().map(|event| event.age).collect();
        assert_eq!(ages, [21, 56, 328, 540]);
    }
}
