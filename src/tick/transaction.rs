//! Ticks that share a transaction, as one stream of operations.
//!
//! Owns the order of the operations of several ticks. Must not know how a transaction is applied.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::columns::CHUNK_BYTES;
use super::operation::{Operation, RowIds, UpdateChunk, UpdatedRows};
use super::{Counts, Order, Phase, Tick};
use crate::plan::{RowKeys, ShopPlan, TablePlan};
use crate::value::{Timestamp, Values};

/// Bytes of updates of several ticks that are held at a time, so that few statements are needed.
const TOGETHER_BYTES: usize = 2 * CHUNK_BYTES;

/// The order of several ticks: all their rows are inserted first, updated in the order of the ticks, then deleted softly
/// and removed last, so that each row has the same versions as if each tick had its own transaction. Requires that no tick deletes rows
/// that another one inserts, and that no table has a source of changes.
const PHASES_TOGETHER: [Phase; 4] = [Phase::Insert, Phase::Update, Phase::SoftDelete, Phase::Delete];

/// Consecutive ticks that share a transaction, or their remaining operations.
pub struct Transaction {
    ticks: Vec<Tick>,
    order: Order,
    /// The index of the current phase in its order, and whose turn it is among the tables in it.
    phase: usize,
    turn: usize,
    together: Together,
}

/// The current operations of several ticks.
#[derive(Default)]
struct Together {
    /// The tick whose rows are inserted.
    inserting: usize,
    buffers: Vec<Values>,
    /// By table: the updates drawn in advance.
    ahead: Vec<Vec<UpdateChunk>>,
    /// The next updates, split into turns so that no row occurs twice in a turn, nor before one of its earlier updates.
    updates: Vec<UpdateChunk>,
    turns: Vec<Vec<(u32, u32)>>,
    turn: usize,
    deleted: Option<RowIds>,
}

impl Transaction {
    /// A transaction of these ticks: at least one.
    pub fn new(ticks: Vec<Tick>) -> Self {
        let order = ticks.first().map_or_else(Order::default, |tick| tick.order.clone());
        Self { ticks, order, phase: 0, turn: 0, together: Together::default() }
    }

    /// The numbers of its ticks.
    pub fn ticks(&self) -> Range<u64> {
        let number = |tick: Option<&Tick>| tick.map_or(0, |tick| tick.tick);
        number(self.ticks.first())..number(self.ticks.last()) + 1
    }

    /// The simulated time of the last one.
    pub fn at(&self) -> Timestamp {
        self.ticks.last().map_or(Timestamp(0), |tick| tick.at)
    }

    /// What the keys of the rows are, by table in the plan's order.
    pub fn keys(&self) -> Arc<[RowKeys]> {
        self.ticks.last().map_or_else(|| Arc::from([]), |tick| tick.keys.clone())
    }

    /// The numbers of rows still to be changed, by table in the plan's order.
    pub fn counts(&self) -> Vec<Counts> {
        let tables = self.ticks.first().map_or(0, |tick| tick.tables.len());
        let of_table = |table: usize| self.ticks.iter().map(|tick| tick.tables[table].counts()).sum();
        (0..tables).map(of_table).collect()
    }

    /// The numbers of rows still to be updated by each cause of a source of changes, by table in the plan's order; none
    /// where no table has a source.
    pub fn events(&self, plan: &ShopPlan) -> Vec<Vec<u64>> {
        if plan.tables.iter().all(|table| table.changes.is_none()) {
            return Vec::new();
        }
        let of_table = |(place, table): (usize, &TablePlan)| {
            let mut counts = vec![0; table.changes.as_ref().map_or(0, |changes| changes.causes().len())];
            let causes = self.ticks.iter().flat_map(|tick| tick.tables[place].causes());
            causes.for_each(|cause| counts[cause] += 1);
            counts
        };
        plan.tables.iter().enumerate().map(of_table).collect()
    }

    /// The first id of each table that a tick after these assigns, or, where none does, the first id that is never
    /// assigned.
    pub fn next_ids(&self, plan: &ShopPlan) -> Vec<i64> {
        let tables = self.ticks.last().map_or(&[][..], |tick| &tick.tables[..]);
        tables.iter().zip(&plan.tables[..]).map(|(tick, table)| tick.inserts.next_id(table)).collect()
    }

    /// The next operation and the place of its table in the plan; `None` after the last.
    pub fn next(&mut self, plan: &ShopPlan) -> Option<(usize, Operation<'_>)> {
        let phases = if self.ticks.len() > 1 { &PHASES_TOGETHER } else { self.order.phases() };
        while let Some(phase) = phases.get(self.phase) {
            if self.turn == plan.tables.len() {
                (self.phase, self.turn) = (self.phase + 1, 0);
                continue;
            }
            let place = self.order.table(*phase, self.turn);
            if self.advance(*phase, place, plan) {
                return Some((place, self.operation(*phase, place)));
            }
            self.turn += 1;
        }
        None
    }

    /// Moves to the next chunk of a phase of a table; false after the last.
    fn advance(&mut self, phase: Phase, place: usize, plan: &ShopPlan) -> bool {
        let table = &plan.tables[place];
        if let [tick] = &mut self.ticks[..] {
            return tick.tables[place].advance(phase, table);
        }
        match phase {
            Phase::Insert => {
                while let Some(tick) = self.ticks.get_mut(self.together.inserting) {
                    let inserts = &mut tick.tables[place].inserts;
                    inserts.reuse(std::mem::take(&mut self.together.buffers));
                    if inserts.advance(table) {
                        return true;
                    }
                    self.together.buffers = inserts.take_buffers();
                    self.together.inserting += 1;
                }
                (self.together.inserting, self.together.buffers) = (0, Vec::new());
                false
            }
            Phase::Update | Phase::SoftDelete => {
                let together = &mut self.together;
                together.turn += 1;
                if together.turn >= together.turns.len() {
                    together.updates = match (phase, together.ahead.get_mut(place)) {
                        (Phase::SoftDelete, _) => soft_deletes(&mut self.ticks, place, plan),
                        (_, Some(ahead)) if !ahead.is_empty() => std::mem::take(ahead),
                        _ => updates(&mut self.ticks, place, plan, &mut { TOGETHER_BYTES }),
                    };
                    (together.turns, together.turn) = (in_turns(&together.updates), 0);
                }
                !together.turns.is_empty()
            }
            Phase::Delete => {
                let mut ids = None;
                let deletes = self.ticks.iter_mut().map(|tick| &mut tick.tables[place].deletes);
                for deletes in deletes {
                    if !deletes.take_old(table, &mut ids) {
                        break;
                    }
                }
                self.together.deleted = ids.map(RowIds::range);
                self.together.deleted.is_some()
            }
            Phase::UpdateNew | Phase::DeleteNew => false,
        }
    }

    /// The current chunk.
    fn operation(&self, phase: Phase, place: usize) -> Operation<'_> {
        let Self { ticks, together, .. } = self;
        match (&ticks[..], phase, &together.deleted) {
            ([_, _, ..], Phase::Update | Phase::SoftDelete, _) => Operation::Update(UpdatedRows {
                chunks: &together.updates,
                rows: &together.turns[together.turn],
            }),
            ([_, _, ..], Phase::Delete, Some(deleted)) => Operation::Delete(deleted),
            _ => ticks[together.inserting].tables[place].operation(phase),
        }
    }

    /// Draws the updates of several ticks in advance, while the server is busy.
    pub fn draw_updates_ahead(&mut self, plan: &ShopPlan) {
        if self.ticks.len() > 1 && self.together.ahead.is_empty() {
            let mut room = TOGETHER_BYTES;
            let tables = 0..plan.tables.len();
            self.together.ahead =
                tables.map(|place| updates(&mut self.ticks, place, plan, &mut room)).collect();
        }
    }
}

/// The next updates of several ticks in a table, up to `room` bytes.
fn updates(ticks: &mut [Tick], place: usize, plan: &ShopPlan, room: &mut usize) -> Vec<UpdateChunk> {
    let mut chunks = Vec::new();
    for tick in ticks {
        let updates = &mut tick.tables[place].updates;
        while *room > 0 && updates.advance(&plan.tables[place]) {
            for chunk in updates.take_chunks() {
                *room = room.saturating_sub(chunk.capacity());
                chunks.push(chunk);
            }
        }
    }
    chunks
}

/// The next soft deletes of several ticks in a table, up to [`TOGETHER_BYTES`].
fn soft_deletes(ticks: &mut [Tick], place: usize, plan: &ShopPlan) -> Vec<UpdateChunk> {
    let (mut chunks, mut room) = (Vec::new(), TOGETHER_BYTES);
    for tick in ticks {
        let soft_deletes = &mut tick.tables[place].soft_deletes;
        while room > 0 && soft_deletes.advance(&plan.tables[place]) {
            let chunk = soft_deletes.take_chunk();
            room = room.saturating_sub(chunk.capacity());
            chunks.push(chunk);
        }
    }
    chunks
}

/// Splits the updates of several ticks into turns so that no row occurs twice in a turn, nor before one of its earlier
/// updates.
#[expect(
    clippy::cast_possible_truncation,
    reason = "chunks held at a time are bounded in bytes, their rows by CHUNK_ROWS"
)]
fn in_turns(chunks: &[UpdateChunk]) -> Vec<Vec<(u32, u32)>> {
    let mut turns: Vec<Vec<(u32, u32)>> = Vec::new();
    let mut updated: BTreeMap<i64, usize> = BTreeMap::new();
    for (number, chunk) in chunks.iter().enumerate() {
        for place in chunk.places() {
            let turn = updated.entry(chunk.ids[place]).or_default();
            if turns.len() == *turn {
                turns.push(Vec::new());
            }
            turns[*turn].push((number as u32, place as u32));
            *turn += 1;
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(ids: &[i64]) -> UpdateChunk {
        UpdateChunk { ids: ids.to_vec(), ..UpdateChunk::default() }
    }

    #[test]
    fn a_row_that_changes_in_several_ticks_changes_in_as_many_turns_in_their_order() {
        let ticks = [chunk(&[1, 2, 3]), chunk(&[2, 4]), chunk(&[2, 3])];
        let turns = in_turns(&ticks);
        let turn = |turn: &Vec<(u32, u32)>| -> Vec<(i64, u32)> {
            turn.iter().map(|(tick, row)| (ticks[*tick as usize].ids[*row as usize], *tick)).collect()
        };
        let turns: Vec<Vec<(i64, u32)>> = turns.iter().map(turn).collect();
        let expected: [&[(i64, u32)]; 3] = [&[(1, 0), (2, 0), (3, 0), (4, 1)], &[(2, 1), (3, 2)], &[(2, 2)]];
        assert_eq!(turns, expected);
    }
}
