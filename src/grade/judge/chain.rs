//! Tables with a row per version or per load: from the least-cost account of the rows to findings.
//!
//! Owns which steps of an account are findings. Must not know how ends are judged.

use super::ends::Ends;
use super::verdict::{Path, Place, Tally, Verdict};
use super::{Judge, count, obliged, right_rows};
use crate::grade::align::{Account, Step, align, differing};
use crate::grade::finding::Class;
use crate::grade::found::FoundRow;
use crate::grade::life::Life;
use crate::grade::meaning::Candidate;
use crate::grade::reads::Sight;
use crate::grade::shape::{Deletes, Kind, Starts};

/// Found rows with their places in the order in which they were given.
pub type Given<'r> = (usize, &'r FoundRow);

impl Judge<'_> {
    /// The verdict on the rows of a key, each with the place in which it was given.
    pub(super) fn chain(&self, life: &Life, given: &[Given]) -> Verdict {
        let mut verdict = Verdict::default();
        let rows = self.without_duplicates(given, &mut verdict);
        let is_tombstone = |row: &Given| self.shape.deletes == Deletes::NewRecord && row.1.deleted;
        let (tombstones, real): (Vec<Given>, Vec<Given>) = rows.into_iter().partition(is_tombstone);
        for (row, _) in tombstones.iter().skip(1) {
            verdict.found(Class::Duplicate, None, Some(*row), None);
        }
        if real.is_empty() {
            let absent = self.absent(life);
            verdict.findings.extend(absent.findings);
            verdict.obligations = absent.obligations;
            return self.counted(life, given, verdict);
        }
        let last = self.reads.last_sight(life);
        if self.shape.deletes == Deletes::Remove
            && self.shape.kind != Kind::Append
            && last.is_some_and(|last| last.lo > life.count())
        {
            verdict.found(Class::DeleteOpen, Some(life.deleted), Some(real[0].0), last.map(|last| last.load));
            verdict.obligations.deletes = Tally::of(1, 1);
            return self.counted(life, given, verdict);
        }
        let (account, found) = self.account(life, real);
        let places = given.iter().map(|(row, _)| row + 1).max().unwrap_or(0);
        self.tell(life, places, &account, &found, &tombstones, &mut verdict);
        self.counted(life, given, verdict)
    }

    /// The rows without those that repeat another one's start and values, or another one's load.
    fn without_duplicates<'r>(&self, given: &[Given<'r>], verdict: &mut Verdict) -> Vec<Given<'r>> {
        let is_append = self.shape.kind == Kind::Append;
        let stamp = |row: &FoundRow| row.stamp.filter(|_| is_append);
        let starts_tell = self.shape.starts != Starts::Nothing;
        // Those of a log have been found by the order of its rows.
        let is_known = match self.shape.kind {
            Kind::Append => starts_tell || given.iter().all(|(_, row)| row.stamp.is_some()),
            Kind::Log => false,
            Kind::History | Kind::Current => true,
        };
        if !is_known {
            return given.to_vec();
        }
        // Of one day, only rows that end alike are the same one.
        let end = |row: &FoundRow| if self.shape.is_of_days() { row.end } else { 0 };
        let class = |row: &FoundRow| (!is_append).then_some(row.class);
        let of = |row: &FoundRow| (stamp(row).unwrap_or(row.start), end(row), class(row), row.deleted);
        let mut order: Vec<usize> = (0..given.len()).collect();
        order.sort_by_key(|at| of(given[*at].1));
        let mut repeated = vec![false; given.len()];
        for pair in order.windows(2) {
            if of(given[pair[0]].1) == of(given[pair[1]].1) {
                repeated[pair[1]] = true;
                verdict.found(Class::Duplicate, None, Some(given[pair[1]].0), None);
            }
        }
        let kept = given.iter().zip(&repeated).filter(|(_, repeated)| !**repeated);
        kept.map(|(row, _)| *row).collect()
    }

    /// The cheapest account: of the rows by their starts, and, if something is wrong, by their ends as well, since one wrong
    /// start would shuffle the rest. Rows that nothing orders are taken in the order of the versions that they are.
    fn account<'r>(&self, life: &Life, mut rows: Vec<Given<'r>>) -> (Account, Vec<Candidate<'r>>) {
        let untimed = self.shape.kind == Kind::Append && self.shape.starts == Starts::Nothing;
        let version = |row: &FoundRow| life.versions.iter().position(|version| version.class == row.class);
        let order = |row: &FoundRow| {
            let time = if untimed { (row.stamp.unwrap_or(0), 0) } else { (row.start, row.end) };
            (time, if untimed || self.shape.is_of_days() { version(row) } else { None })
        };
        let is_history = matches!(self.shape.kind, Kind::History | Kind::Log);
        let as_given = rows.clone();
        rows.sort_by_key(|(_, row)| order(row));
        let (account, found) = self.aligned(life, &rows);
        if account.cost > 0 && rows.len() > 1 && (is_history || untimed) {
            match is_history {
                true => rows.sort_by_key(|(_, row)| (row.end, row.start)),
                false => rows = as_given,
            }
            if rows.iter().map(|(given, _)| *given).ne(found.iter().map(|found| found.given)) {
                let by_ends = self.aligned(life, &rows);
                if by_ends.0.cost < account.cost {
                    return by_ends;
                }
            }
        }
        (account, found)
    }

    fn aligned<'r>(&self, life: &Life, rows: &[Given<'r>]) -> (Account, Vec<Candidate<'r>>) {
        let meaning = self.meaning();
        let candidate =
            |(place, (given, row)): (usize, &Given<'r>)| meaning.candidate(life, place, *given, row);
        let found: Vec<Candidate> = rows.iter().enumerate().map(candidate).collect();
        let mut sights: Vec<Sight> = Vec::new();
        self.reads.relevant(life, found.iter().filter_map(|found| found.load), &mut sights);
        (align(meaning, life, &found, &sights), found)
    }

    /// The findings of an account.
    fn tell(
        &self,
        life: &Life,
        places: usize,
        account: &Account,
        found: &[Candidate],
        tombstones: &[Given],
        verdict: &mut Verdict,
    ) {
        let from = |phase: usize| phase.checked_sub(1).and_then(|at| life.versions.get(at)).map(|v| v.from);
        let mut ends = Ends::new(self, life, found);
        let mut path = vec![None; places];
        let mut cells = (0, 0);
        let mut phases = Vec::new();
        for step in &account.steps {
            match *step {
                Step::Miss { load, phase } => {
                    verdict.found(Class::MissingChange, from(phase), None, Some(load));
                    ends.missed.push(load);
                    phases.push(phase);
                }
                Step::Told { place, load, phase, fits, repeats, wrong } => {
                    let row = found[place].row;
                    let given = Some(found[place].given);
                    path[found[place].given] = Some(Place { load, phase });
                    phases.push(phase);
                    ends.told[place] = load;
                    cells.0 += u64::from(row.cells);
                    if wrong {
                        verdict.found(Class::WrongValue, from(phase), given, load);
                        cells.1 += u64::from(differing(life, row, phase));
                    }
                    if repeats {
                        verdict.found(ends.repetition(place), from(phase), given, load);
                    }
                    if !fits {
                        verdict.found(Class::WrongStart, from(phase), given, load);
                    }
                    ends.bad[place] = repeats || !fits;
                }
                Step::Stray { place, repeats } if repeats && self.shape.kind == Kind::Append => {
                    let before = path[found[place - 1].given];
                    path[found[place].given] = before;
                }
                Step::Stray { place, repeats } => {
                    let class = if repeats { ends.repetition(place) } else { Class::InventedVersion };
                    verdict.found(class, None, Some(found[place].given), found[place].load);
                    ends.bad[place] = true;
                }
            }
        }
        if matches!(self.shape.kind, Kind::History | Kind::Log) {
            ends.between(verdict);
            ends.of_life(tombstones.first().map(|(row, _)| *row), verdict);
        }
        phases.sort_unstable();
        phases.dedup();
        verdict.allowed_misses = count(life.count().saturating_sub(phases.len()));
        verdict.obligations.values = Tally::of(cells.0, cells.1);
        verdict.path = Path::Rows(path);
    }

    /// A verdict with its counts.
    fn counted(&self, life: &Life, given: &[Given], mut verdict: Verdict) -> Verdict {
        if self.must_be_there(life) {
            verdict.obligations.inserts = Tally::of(1, verdict.count(&[Class::MissingRow]));
        }
        let changes = obliged::changes(&self.reads, life, &self.shape);
        if verdict.obligations.changes == Tally::default() {
            verdict.obligations.changes = Tally::of(changes, verdict.count(&[Class::MissingChange]));
        }
        if matches!(self.shape.kind, Kind::History | Kind::Log) {
            let wrong = [Class::Interval, Class::TwoOpen, Class::WrongStart, Class::WrongEnd];
            verdict.obligations.intervals = Tally::of(count(given.len()), verdict.count(&wrong));
        }
        verdict.obligations.uniqueness = Tally::of(1, verdict.count(&[Class::Duplicate]));
        verdict.right_rows = right_rows(given.len(), &verdict.findings);
        verdict
    }
}
