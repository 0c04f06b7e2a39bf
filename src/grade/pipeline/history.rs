//! The rows of pipelines that read tables: versions with intervals, one row per key, rows that are only appended.
//!
//! Owns how the steps of loads are written.

use super::steps::Step;
use super::{Compare, Deletes, FoundRow, Life, OPEN, Pipeline, Starts};

impl Pipeline {
    /// A row per version.
    pub(super) fn history(&self, key: i64, life: &Life) -> Vec<FoundRow> {
        let target = &self.target;
        let mut rows: Vec<FoundRow> = Vec::new();
        // The load that wrote each row.
        let mut written: Vec<usize> = Vec::new();
        for step in self.steps(key, life) {
            match step {
                Step::Write { load, phase } => {
                    let start = target.start(life, phase, load, rows.is_empty());
                    if let Some(last) = rows.last_mut() {
                        last.end = start - target.delta;
                    }
                    rows.push(target.row(life, phase, start, target.reads[load].stamp));
                    written.push(load);
                }
                Step::Gone { load } => {
                    let Some(last) = rows.last_mut() else { continue };
                    let moment = target.moment(load);
                    match target.shape.deletes {
                        Deletes::Close => last.end = moment - target.delta,
                        Deletes::NewRecord => {
                            last.end = moment - target.delta;
                            let stamp = target.reads[load].stamp;
                            let tombstone =
                                FoundRow { start: moment, end: OPEN, deleted: true, stamp, ..last.clone() };
                            rows.push(tombstone);
                            written.push(load);
                        }
                        Deletes::Flag => last.deleted = true,
                        Deletes::Remove => {
                            rows.clear();
                            written.clear();
                        }
                        Deletes::Keep => {}
                    }
                }
            }
        }
        let again = rows.iter().zip(&written).filter(|(_, load)| self.repeated.contains(load));
        let again: Vec<FoundRow> = again.map(|(row, _)| row.clone()).collect();
        rows.extend(again);
        rows
    }

    /// The last version.
    pub(super) fn current(&self, key: i64, life: &Life) -> Vec<FoundRow> {
        let mut last: Option<(usize, usize)> = None;
        let mut deleted = false;
        for step in self.steps(key, life) {
            match (step, self.target.shape.deletes) {
                (Step::Write { load, phase }, _) => last = Some((load, phase)),
                (Step::Gone { .. }, Deletes::Remove) => last = None,
                (Step::Gone { .. }, Deletes::Flag) => deleted = true,
                (Step::Gone { .. }, _) => {}
            }
        }
        let Some((load, phase)) = last else { return Vec::new() };
        let copies = 1 + usize::from(self.repeated.contains(&load));
        vec![FoundRow { deleted, ..self.appended_row(life, phase, load) }; copies]
    }

    /// A row per load that reads it.
    pub(super) fn appended(&self, key: i64, life: &Life) -> Vec<FoundRow> {
        let reads = &self.target.reads;
        let selected = self.selects.loads(key, life);
        let first = self.first_after(life.born()).max(selected.start);
        let end = self.first_after(life.deleted).min(selected.end);
        let mut rows: Vec<FoundRow> = Vec::new();
        let mut stored = None;
        for load in (first..end).filter(|load| !self.failed.contains(load)) {
            let phase = life.phase(reads[load].tick);
            // Without a comparison a row is appended by each load that reads it.
            let is_written = match (&self.compares, stored) {
                (Compare::All, _) | (_, None) => true,
                (compares, Some(stored)) => compares.differ(life, stored, phase),
            };
            if !is_written {
                continue;
            }
            stored = Some(phase);
            let copies = 1 + usize::from(self.repeated.contains(&load));
            rows.extend(std::iter::repeat_n(self.appended_row(life, phase, load), copies));
        }
        match (self.gone(life, selected.end), self.target.shape.deletes) {
            (Some(_), Deletes::Remove) => rows.clear(),
            (Some(_), Deletes::Flag) => rows.iter_mut().for_each(|row| row.deleted = true),
            _ => {}
        }
        rows
    }

    /// A row of a table without intervals.
    fn appended_row(&self, life: &Life, phase: usize, load: usize) -> FoundRow {
        let stamp = self.target.reads[load].stamp;
        let start = match self.target.shape.starts {
            Starts::Nothing => 0,
            _ => self.target.moment(load),
        };
        self.target.row(life, phase, start, stamp)
    }
}
