//! A life as the source of changes of a table.
//!
//! Owns which columns change with the state, and the description in the fingerprint. Must not know which values the
//! columns get.

use std::fmt::Write;
use std::sync::Arc;

use super::census::Census;
use super::fates::{Fates, What};
use super::wheel::{Wheel, Wheels};
use crate::config::{self, Life};
use crate::plan::{Cause, ChangeSource, Cohorts, Column, RowChange, RowEvent};
use crate::stream::{Key, Stream, remix};

/// What a table says about the life of its rows, whatever the shop.
#[derive(Clone)]
pub struct TableStates {
    life: Life,
    /// The bits that deal out the fates, mixed with the shop's seed.
    key: u64,
    /// A cause for each state but the first.
    causes: Arc<[Cause]>,
    /// By state: whether its rows are updated at random.
    open: Vec<bool>,
    /// By state: the microseconds after which its rows are deleted.
    delete_after: Vec<Option<u64>>,
}

impl TableStates {
    /// What a table of the config says; `None` if its rows have no life. Mistakes have been reported.
    pub fn of(table: &config::Table, lives: &[Life], columns: &[Column]) -> Option<Self> {
        let holder = table.state_column()?;
        let name = &holder.life.as_ref()?.value;
        let life = lives.iter().find(|life| life.name.value == *name)?;
        let place_of = |name: &str| columns.iter().position(|column| column.name == name);
        let cause = |state: &config::State| {
            let state = &state.name.value;
            let is_its = |column: &&config::Column| {
                let mut states = column.at.iter().chain(&column.on);
                column.life.is_some() || states.any(|named| named.value == *state)
            };
            let changing = table.columns.iter().filter(is_its);
            let mut columns: Vec<usize> =
                changing.filter_map(|column| place_of(&column.name.value)).collect();
            columns.sort_unstable();
            Cause { name: state.clone(), columns }
        };
        let open = |state: &config::State| {
            let only = table.life.update_only.as_ref();
            only.is_none_or(|only| only.iter().any(|named| named.value == state.name.value))
        };
        let after = |state: &config::State| {
            let mut all = table.life.delete_after.iter();
            let (_, after) = all.find(|(named, _)| named.value == state.name.value)?;
            u64::try_from(after.as_micros()).ok()
        };
        let (purpose, operation) = (holder.name.value.as_str(), "lanes");
        let key = Key { seed: 0, table: &table.name.value, purpose, operation, tick: 0 };
        Some(Self {
            key: Stream::keyed(key).bits(),
            causes: life.states.iter().skip(1).map(cause).collect(),
            open: life.states.iter().map(open).collect(),
            delete_after: life.states.iter().map(after).collect(),
            life: life.clone(),
        })
    }

    /// The source for a shop's ticks of `interval` microseconds that insert `rows` rows each.
    pub fn source(&self, interval: u64, rows: u64, wheels: &mut Wheels) -> LifeSource {
        let wheel = wheels.get(&self.life, interval, &self.delete_after, rows);
        LifeSource { states: self.clone(), wheel }
    }

    /// The age in ticks of `interval` microseconds after which no row has an event.
    pub fn most_ticks(&self, interval: u64) -> u64 {
        Fates::most_ticks(&self.life, interval, &self.delete_after)
    }
}

/// The events of the rows of a shop's table.
pub struct LifeSource {
    states: TableStates,
    wheel: Arc<Wheel>,
}

impl LifeSource {
    fn key(&self, seed: u64) -> u64 {
        remix(self.states.key ^ remix(seed))
    }

    fn change(what: What) -> RowChange {
        match what {
            // The first state is entered by an insert, never by an event.
            What::Enter(state) => RowChange::Update { cause: usize::from(state).saturating_sub(1) },
            What::Delete => RowChange::Delete,
        }
    }
}

impl ChangeSource for LifeSource {
    fn describe(&self) -> String {
        let TableStates { life, open, delete_after, .. } = &self.states;
        let mut text = format!("life {:?}", life.name.value);
        // Writing to a String cannot fail.
        for (place, state) in life.states.iter().enumerate() {
            let _ = write!(text, "; {:?}", state.name.value);
            let _ = open[place].then(|| write!(text, " updated"));
            let _ = delete_after[place].map(|after| write!(text, " deleted after {after} us"));
            for transition in &state.transitions {
                let (to, dwell) = (&life.states[transition.to].name.value, transition.dwell);
                let (weight, shape) = (transition.weight, dwell.shape.name());
                let _ = write!(text, ", to {to:?} {weight} after {}..{} us {shape}", dwell.least, dwell.most);
            }
        }
        text
    }

    fn causes(&self) -> &[Cause] {
        &self.states.causes
    }

    fn comes_with_cohort(&self, _: i64, _: u64) -> bool {
        true
    }

    fn may_change_at_random(&self, last: Option<usize>) -> bool {
        self.states.open.get(last.map_or(0, |cause| cause + 1)).is_none_or(|open| *open)
    }

    fn census(&self, kept: u64, window: u64) -> Option<Census> {
        Some(Census::of(self.wheel.fates(), &self.states.open, kept, window))
    }

    fn states(&self) -> Vec<&str> {
        self.states.life.states.iter().map(|state| state.name.value.as_str()).collect()
    }

    fn reach(&self, interval: u64) -> u64 {
        self.states.most_ticks(interval)
    }

    fn of_row(&self, seed: u64, cohorts: &Cohorts, id: i64, events: &mut Vec<RowEvent>) {
        let Some(cohort) = cohorts.tick_of(id) else { return };
        let place = id.saturating_sub(cohorts.first(cohort)).unsigned_abs();
        let fate = self.wheel.fate(self.key(seed), cohort, cohorts.count(cohort), place);
        events.extend(fate.iter().map(|event| RowEvent {
            tick: cohort.saturating_add(u64::from(event.age)),
            id,
            change: Self::change(event.what),
        }));
    }

    fn of_tick(&self, seed: u64, cohorts: &Cohorts, tick: u64, events: &mut Vec<RowEvent>) {
        self.wheel.events(self.key(seed), *cohorts, tick, |id, what| {
            events.push(RowEvent { tick, id, change: Self::change(what) });
        });
    }
}
