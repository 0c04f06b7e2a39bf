//! Tables with one row per key: it must be one that the last load may have seen.
//!
//! Owns the rules of such tables.

use super::verdict::{Path, Place, Tally, Verdict};
use super::{Judge, count};
use crate::grade::align::differing;
use crate::grade::finding::Class;
use crate::grade::found::{FoundRow, OPEN};
use crate::grade::life::Life;
use crate::grade::reads::Sight;
use crate::grade::shape::Deletes;

impl Judge<'_> {
    /// The verdict on the rows of a key, of which all but the first are duplicates.
    pub(super) fn current(&self, life: &Life, rows: &[FoundRow]) -> Verdict {
        let mut verdict = Verdict::default();
        for place in 1..rows.len() {
            verdict.found(Class::Duplicate, None, Some(place), None);
        }
        verdict.obligations.uniqueness = Tally::of(1, verdict.count(&[Class::Duplicate]));
        if self.must_be_there(life) {
            verdict.obligations.inserts = Tally::of(1, 0);
        }
        if let (Some(row), Some(last)) = (rows.first(), self.reads.last_sight(life)) {
            self.newest(life, row, last, &mut verdict);
        }
        verdict.right_rows = u64::from(!verdict.findings.iter().any(|finding| finding.row == Some(0)));
        verdict
    }

    fn newest(&self, life: &Life, row: &FoundRow, last: Sight, verdict: &mut Verdict) {
        let (load, first) = (Some(last.load), Some(0));
        let (surely_gone, maybe_gone) = (last.lo > life.count(), last.hi > life.count());
        let marked = row.deleted || row.end != OPEN;
        match self.shape.deletes {
            Deletes::Remove if surely_gone => {
                verdict.obligations.deletes = Tally::of(1, 1);
                return verdict.found(Class::DeleteOpen, Some(life.deleted), first, load);
            }
            _ if last.hi == 0 => return,
            Deletes::Flag | Deletes::Close | Deletes::NewRecord => {
                if surely_gone {
                    verdict.obligations.deletes = Tally::of(1, u64::from(!marked));
                    if !marked {
                        verdict.found(Class::DeleteOpen, Some(life.deleted), first, load);
                    }
                }
                if marked && !maybe_gone {
                    verdict.found(Class::FalseDelete, None, first, load);
                }
                if row.deleted && self.shape.deletes == Deletes::NewRecord {
                    return;
                }
            }
            Deletes::Keep | Deletes::Remove => {}
        }
        // A row that may be gone and is kept was last read whenever it was still there.
        let kept = maybe_gone && self.shape.deletes != Deletes::Remove;
        let phases = if kept { 1..=life.count() } else { last.lo.max(1)..=last.hi.min(life.count()) };
        let class = |phase: usize| life.class(phase);
        let expected = last.lo.clamp(1, life.count());
        let tick = life.versions.get(expected - 1).map(|version| version.from);
        verdict.obligations.values = Tally::of(u64::from(row.cells), 0);
        let is_latest = phases.clone().any(|phase| class(phase) == Some(row.class));
        if !kept && last.lo > 1 {
            // A copy owes the last change that its load surely saw.
            verdict.obligations.changes = Tally::of(1, u64::from(!is_latest));
        }
        if let Some(phase) = phases.clone().rev().find(|phase| class(*phase) == Some(row.class)) {
            verdict.path = Path::One(Place { load, phase });
            verdict.allowed_misses = count(life.count() - 1);
        } else if let Some(old) = (1..=life.count()).find(|phase| class(*phase) == Some(row.class)) {
            verdict.path = Path::One(Place { load, phase: old });
            verdict.found(Class::MissingChange, tick, first, load);
        } else {
            let nearest = phases.min_by_key(|phase| differing(life, row, *phase)).unwrap_or(expected);
            let wrong = differing(life, row, nearest);
            verdict.path = Path::One(Place { load, phase: nearest });
            verdict.obligations.values = Tally::of(u64::from(row.cells), u64::from(wrong));
            let tick = life.versions.get(nearest - 1).map(|version| version.from);
            verdict.found(Class::WrongValue, tick, first, load);
        }
    }
}
