//! The least-cost account of what each load saw of a row and wrote of it.
//!
//! Owns the alignment of found rows with phases. Must not know classes of findings.
//!
//! # The algorithm
//!
//! A dynamic programme over the loads that matter. Its state is `(phase, rows, standing)`: the phase that the last load saw,
//! how many of the found rows are accounted for, and what the last of them stands for:
//!
//! * `Right`: its own values;
//! * `Missed`: a change was missed; the row still stands for an older state, and the same miss is not charged again;
//! * `Wrong`: its values are wrong, and it stands for the phase that the load saw.
//!
//! At each load the phase stays or advances within the load's bracket. Then the load writes nothing, free of charge where the
//! row that stands is right for the phase, else for a miss; or it writes the next row, which is right, a repetition, or has
//! wrong values, each with or without a wrong start. Rows may be skipped before it: they belong to no phase. What a skipped
//! row costs depends on nothing else, so that the best predecessor of each row is a running minimum, and so is the best
//! predecessor of each phase: a load costs O(rows × phases of its bracket), and the key O(rows × loads × phases). Only rows
//! with wrong values look back at all phases with the same values.
//!
//! A row whose load is not known may stand between two loads for a phase that neither saw: it costs little, so that listed
//! loads are preferred.
//!
//! Costs are such that one fault explains what it can: a miss and an invented row cost more than a wrong value, unless nearly
//! all cells differ. Of equal costs the path found first is taken: earlier phases first; of one phase staying before missing
//! before writing.

use super::life::Life;
use super::meaning::{Candidate, Meaning};
use super::reads::Sight;
use super::shape::Kind;

/// The cost of a change that no row tells.
const MISS: u32 = 10_000;
/// The cost of a row that no phase is told by.
const STRAY: u32 = 9_000;
/// The cost of a row that repeats the one before it.
const REPEATED: u32 = 8_000;
/// The cost of a wrong value, and what is added if all cells differ.
const WRONG_VALUE: (u32, u32) = (4_000, 10_000);
/// The cost of a wrong start.
const WRONG_START: u32 = 3_000;
/// The cost of a row of a load that is not listed.
const UNLISTED: u32 = 1_000;

/// What a found row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Right,
    Missed,
    Wrong,
}

use Standing::{Missed, Right, Wrong};

const STANDINGS: [Standing; 3] = [Right, Missed, Wrong];

/// A step of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A load saw a phase, and no row tells it.
    Miss { load: usize, phase: usize },
    /// A load saw a phase, and a row tells it; `load` is `None` for one that is not listed.
    Told { place: usize, load: Option<usize>, phase: usize, fits: bool, repeats: bool, wrong: bool },
    /// A row tells no phase.
    Stray { place: usize, repeats: bool },
}

/// An account of all rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub cost: u32,
    /// In the order of loads; strays last.
    pub steps: Vec<Step>,
}

const NONE: u32 = u32::MAX;

/// The cost of a state, and the last step that led to it.
#[derive(Clone, Copy)]
struct Cell {
    cost: u32,
    step: u32,
}

const EMPTY: Cell = Cell { cost: NONE, step: NONE };

impl Cell {
    fn plus(self, cost: u32) -> Self {
        Self { cost: self.cost.saturating_add(cost), step: self.step }
    }

    /// The cheaper one, the first if they cost the same.
    fn or(self, other: Self) -> Self {
        if other.cost < self.cost { other } else { self }
    }
}

/// The states after a load.
struct Layer {
    cells: Vec<Cell>,
    rows: usize,
    /// The phases that occur.
    first: usize,
    last: usize,
}

impl Layer {
    fn new(phases: usize, rows: usize) -> Self {
        Self { cells: vec![EMPTY; phases * (rows + 1) * 3], rows, first: 0, last: 0 }
    }

    fn index(&self, phase: usize, place: usize, standing: Standing) -> usize {
        (phase * (self.rows + 1) + place) * 3 + standing as usize
    }

    fn at(&self, phase: usize, place: usize, standing: Standing) -> Cell {
        self.cells[self.index(phase, place, standing)]
    }

    fn clear(&mut self, first: usize, last: usize) {
        (self.first, self.last) = (first, last);
        let cells = self.index(first, 0, Right)..self.index(last + 1, 0, Right);
        self.cells[cells].fill(EMPTY);
    }
}

struct Aligner<'a> {
    meaning: Meaning<'a>,
    life: &'a Life,
    found: &'a [Candidate<'a>],
    /// What it costs to skip each row.
    skips: Vec<u32>,
    any_free: bool,
    /// Whether each row has the values of a version: it is then that version, however late, and none with wrong values.
    told: Vec<bool>,
    steps: Vec<(u32, Step)>,
    now: Layer,
    next: Layer,
    /// The cheapest states of all phases up to the current one, by rows and standing.
    before: Vec<[Cell; 3]>,
}

/// The least-cost account of the found rows of a key, given in their order, by the loads that matter to it.
pub fn align(meaning: Meaning, life: &Life, found: &[Candidate], sights: &[Sight]) -> Account {
    let phases = life.count() + 2;
    let mut skips = Vec::with_capacity(found.len());
    for (place, row) in found.iter().enumerate() {
        skips.push(match place > 0 && found[place - 1].row.class == row.row.class {
            true if meaning.shape.kind == Kind::Append => 0,
            true => REPEATED,
            false => STRAY,
        });
    }
    let mut aligner = Aligner {
        meaning,
        life,
        found,
        skips,
        any_free: found.iter().any(|row| meaning.is_free(row)),
        told: found.iter().map(|row| life.versions.iter().any(|v| v.class == row.row.class)).collect(),
        steps: Vec::new(),
        now: Layer::new(phases + 1, found.len()),
        next: Layer::new(phases + 1, found.len()),
        before: vec![[EMPTY; 3]; found.len() + 1],
    };
    aligner.now.cells[0] = Cell { cost: 0, step: NONE };
    for sight in sights {
        aligner.unlisted(sight.hi.min(life.count()));
        aligner.load(*sight);
    }
    aligner.unlisted(life.count());
    aligner.account()
}

impl Aligner<'_> {
    /// Records a state if it is cheaper than what is known; `step` is what led to it.
    fn put(&mut self, into_next: bool, state: (usize, usize, Standing), cell: Cell, step: Option<Step>) {
        if cell.cost == NONE {
            return;
        }
        let layer = if into_next { &mut self.next } else { &mut self.now };
        let index = layer.index(state.0, state.1, state.2);
        if cell.cost < layer.cells[index].cost {
            layer.cells[index] = match step {
                None => cell,
                Some(step) => {
                    self.steps.push((cell.step, step));
                    Cell { cost: cell.cost, step: u32::try_from(self.steps.len() - 1).unwrap_or(NONE) }
                }
            };
        }
    }

    /// Rows of loads that are not listed: they stand for phases after the one last seen, up to `top`.
    fn unlisted(&mut self, top: usize) {
        if !self.any_free {
            return;
        }
        let (first, last) = (self.now.first, self.now.last);
        if top > last {
            let cells = self.now.index(last + 1, 0, Right)..self.now.index(top + 1, 0, Right);
            self.now.cells[cells].fill(EMPTY);
            self.now.last = top;
        }
        for place in 0..self.found.len() {
            let found = &self.found[place];
            if !self.meaning.is_free(found) {
                continue;
            }
            let class = found.row.class;
            // A row per load repeats what stands; another one tells a later phase.
            let per_load = self.meaning.shape.kind == Kind::Append;
            let repeats = !per_load && place > 0 && self.found[place - 1].row.class == class;
            let mut best = EMPTY;
            for phase in first..=top {
                if per_load {
                    best = self.standing(phase, place, best);
                }
                if self.life.class(phase) == Some(class) && best.cost != NONE {
                    let fits = self.meaning.fits(self.life, place, found, None, phase);
                    let cost = UNLISTED + if fits { 0 } else { WRONG_START };
                    let step = Step::Told { place, load: None, phase, fits, repeats: false, wrong: false };
                    self.put(false, (phase, place + 1, Right), best.plus(cost), Some(step));
                }
                if repeats {
                    best = best.or(self.now.at(phase, place, Missed)).or(self.now.at(phase, place, Wrong));
                } else {
                    best = self.standing(phase, place, best);
                }
            }
        }
    }

    /// The cheapest of a state and those of a phase and a number of rows.
    fn standing(&self, phase: usize, place: usize, best: Cell) -> Cell {
        STANDINGS.into_iter().fold(best, |best, standing| best.or(self.now.at(phase, place, standing)))
    }

    /// What a load saw and wrote.
    fn load(&mut self, sight: Sight) {
        let (first, last) = (self.now.first, self.now.last);
        self.next.clear(first.max(sight.lo), last.max(sight.hi));
        self.before.fill([EMPTY; 3]);
        for phase in first..self.next.first.min(last + 1) {
            self.reach(phase);
        }
        for phase in self.next.first..=self.next.last {
            if phase > sight.hi {
                // Brackets ascend, so that this does not happen; the phase never falls.
                self.before.fill([EMPTY; 3]);
            }
            if (first..=last).contains(&phase) {
                self.reach(phase);
            }
            match self.life.class(phase) {
                None => self.away(phase),
                Some(class) => {
                    self.silent(sight.load, phase, class);
                    self.written(sight.load, phase, class);
                }
            }
        }
        std::mem::swap(&mut self.now, &mut self.next);
    }

    /// Adds the states of a phase to those that the next phases may follow.
    fn reach(&mut self, phase: usize) {
        for (place, before) in self.before.iter_mut().enumerate() {
            for standing in STANDINGS {
                let cell = &mut before[standing as usize];
                *cell = cell.or(self.now.at(phase, place, standing));
            }
        }
    }

    /// The load saw no row.
    fn away(&mut self, phase: usize) {
        for place in 0..=self.found.len() {
            for standing in STANDINGS {
                self.put(true, (phase, place, standing), self.before[place][standing as usize], None);
            }
        }
    }

    /// The load wrote no row.
    fn silent(&mut self, load: usize, phase: usize, class: u32) {
        for place in 0..=self.found.len() {
            let [right, missed, wrong] = self.before[place];
            let best = right.or(missed).or(wrong);
            if place > 0 && self.found[place - 1].row.class == class {
                self.put(true, (phase, place, Right), best, None);
            }
            // What was missed before stands for equal values, too: no load saw a change since.
            for (standing, any) in [(Missed, missed), (Wrong, wrong)] {
                if any.cost == NONE {
                    continue;
                }
                for earlier in self.now.first..=phase.min(self.now.last) {
                    if self.life.class(earlier) == Some(class) {
                        self.put(true, (phase, place, standing), self.now.at(earlier, place, standing), None);
                    }
                }
            }
            self.put(true, (phase, place, Missed), best.plus(MISS), Some(Step::Miss { load, phase }));
        }
    }

    /// The load wrote a row.
    fn written(&mut self, load: usize, phase: usize, class: u32) {
        let (mut right, mut other) = (EMPTY, EMPTY);
        for place in 0..self.found.len() {
            let [r, missed, wrong] = self.before[place];
            if let Some(last) = place.checked_sub(1) {
                (right, other) = (right.plus(self.skips[last]), other.plus(self.skips[last]));
            }
            (right, other) = (r.or(right), missed.or(wrong).or(other));
            if right.cost == NONE && other.cost == NONE {
                continue;
            }
            let found = &self.found[place];
            let fits = self.meaning.fits(self.life, place, found, Some(load), phase);
            let start = if fits { 0 } else { WRONG_START };
            let told = |repeats, wrong| Step::Told { place, load: Some(load), phase, fits, repeats, wrong };
            if found.row.class == class {
                let again = place > 0 && self.found[place - 1].row.class == class;
                let repeats = again && !self.meaning.may_repeat(self.life, phase);
                let repeated = right.plus(start + if repeats { REPEATED } else { 0 });
                self.put(true, (phase, place + 1, Right), repeated, Some(told(repeats, false)));
                self.put(true, (phase, place + 1, Right), other.plus(start), Some(told(false, false)));
            } else if !self.told[place] {
                let cost = WRONG_VALUE.0 + self.share(place, phase) + start;
                self.put(
                    true,
                    (phase, place + 1, Wrong),
                    right.or(other).plus(cost),
                    Some(told(false, true)),
                );
            }
        }
    }

    /// What the differing cells of a row add to its cost.
    fn share(&self, place: usize, phase: usize) -> u32 {
        let row = self.found[place].row;
        let cells = u32::from(row.cells.max(1));
        WRONG_VALUE.1 * differing(self.life, row, phase).min(cells) / cells
    }

    /// The cheapest state, and the steps that led to it.
    fn account(self) -> Account {
        let rows = self.found.len();
        let mut left = vec![0_u32; rows + 1];
        for place in (0..rows).rev() {
            left[place] = left[place + 1].saturating_add(self.skips[place]);
        }
        let mut best = EMPTY;
        for phase in self.now.first..=self.now.last {
            for (place, left) in left.iter().enumerate() {
                for standing in STANDINGS {
                    best = best.or(self.now.at(phase, place, standing).plus(*left));
                }
            }
        }
        let mut steps = Vec::new();
        let mut told = vec![false; rows];
        let mut step = best.step;
        while let Some((parent, last)) = usize::try_from(step).ok().and_then(|at| self.steps.get(at)) {
            if let Step::Told { place, .. } = last {
                told[*place] = true;
            }
            steps.push(*last);
            step = *parent;
        }
        steps.reverse();
        for place in (0..rows).filter(|place| !told[*place]) {
            let repeats = place > 0 && self.found[place - 1].row.class == self.found[place].row.class;
            steps.push(Step::Stray { place, repeats });
        }
        Account { cost: best.cost, steps }
    }
}

/// How many graded cells of a found row differ from a phase.
pub fn differing(life: &Life, row: &super::found::FoundRow, phase: usize) -> u32 {
    let Some(version) = phase.checked_sub(1) else { return u32::from(row.cells) };
    if let Some(count) = row.differing.get(version) {
        return u32::from(*count);
    }
    let equal = life.versions.iter().position(|version| version.class == row.class);
    match equal.and_then(|equal| Some((life.cells.get(equal)?, life.cells.get(version)?))) {
        Some((own, other)) => {
            let count = own.iter().zip(other.iter()).filter(|(own, other)| own != other).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        }
        None => u32::from(row.cells),
    }
}
