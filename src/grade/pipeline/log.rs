//! The rows of pipelines that read the log of changes.
//!
//! Owns which changes they write: the first snapshot, and each change since, up to the last load.

use super::{Deletes, FoundRow, Kind, Life, OPEN, Pipeline};

impl Pipeline {
    /// What is written of a row's changes.
    pub(super) fn changes(&self, life: &Life) -> Vec<FoundRow> {
        let target = &self.target;
        let (Some(first), Some(last)) = (target.reads.first(), target.reads.last()) else {
            return Vec::new();
        };
        let covered = first.tick..=last.tick;
        let at_first = covered.contains(&life.born()).then_some(life.born());
        let snapshot = at_first.or_else(|| (life.born() <= first.tick).then_some(first.tick));
        let later = life.operations.iter().copied().filter(|tick| *tick > first.tick && *tick > life.born());
        let ticks = snapshot.into_iter().chain(later);
        let mut rows: Vec<FoundRow> = Vec::new();
        let mut stored: Option<usize> = None;
        for tick in ticks.take_while(|tick| *tick <= last.tick && *tick < life.deleted) {
            let phase = life.phase(tick);
            let is_written = match stored {
                None => true,
                Some(stored) if stored == phase => self.writes_equal,
                Some(stored) => self.compares.differ(life, stored, phase),
            };
            if !is_written {
                continue;
            }
            stored = Some(phase);
            let moment = target.at(tick);
            if let Some(last) = rows.last_mut().filter(|_| self.kind == Kind::History) {
                last.end = moment - target.delta;
            }
            rows.push(target.row(life, phase, moment, Some(moment)));
        }
        self.delete(life, last.tick, &mut rows);
        if self.kind == Kind::Current {
            rows.drain(..rows.len().saturating_sub(1));
        }
        rows
    }

    /// What is written of its deletion.
    fn delete(&self, life: &Life, covered_to: i64, rows: &mut Vec<FoundRow>) {
        let Some(last) = rows.last_mut().filter(|_| self.finds_deleted && life.deleted <= covered_to) else {
            return;
        };
        let moment = self.target.at(life.deleted);
        let tombstone =
            FoundRow { start: moment, end: OPEN, deleted: true, stamp: Some(moment), ..last.clone() };
        match (self.target.shape.deletes, self.kind) {
            (Deletes::Keep, _) => {}
            (Deletes::Remove, _) => rows.clear(),
            (_, Kind::Log | Kind::Append) => rows.push(tombstone),
            (Deletes::Flag, _) => last.deleted = true,
            (Deletes::Close, Kind::History) => last.end = moment - self.target.delta,
            (Deletes::NewRecord, Kind::History) => {
                last.end = moment - self.target.delta;
                rows.push(tombstone);
            }
            (Deletes::Close | Deletes::NewRecord, Kind::Current) => {}
        }
    }
}
