//! The rows that steps leave in a table: versions with intervals, one row per key, a row per load or change.
//!
//! Owns how steps are written. Must not know why they were made.

use super::steps::{Step, Trace};
use super::{Capture, Deletes, FoundRow, Kind, Life, OPEN, Pipeline, Starts};

impl Pipeline {
    /// The rows that a table holds after these steps, in the order in which they were written; rows that are there twice
    /// come last.
    pub fn rows_of(&self, life: &Life, trace: &Trace) -> Vec<FoundRow> {
        match trace.kind {
            Kind::History => self.history(life, &trace.steps),
            Kind::Current => self.current(life, &trace.steps),
            Kind::Append | Kind::Log => self.appended(life, &trace.steps),
        }
    }

    /// A row per version.
    fn history(&self, life: &Life, steps: &[Step]) -> Vec<FoundRow> {
        let target = &self.target;
        let mut rows: Vec<FoundRow> = Vec::with_capacity(steps.len());
        // The places of rows that are there twice.
        let mut again: Vec<usize> = Vec::new();
        for step in steps {
            match *step {
                Step::Write { at, phase, copies } => {
                    let start = self.start(life, phase, at, rows.is_empty());
                    if let Some(last) = rows.last_mut() {
                        last.end = start - target.delta;
                    }
                    again.extend(std::iter::repeat_n(rows.len(), copies - 1));
                    rows.push(target.row(life, phase, start, self.stamp(at)));
                }
                Step::Gone { at, copies } => {
                    let Some(last) = rows.last_mut() else { continue };
                    let moment = self.moment(at);
                    match target.shape.deletes {
                        Deletes::Close => last.end = moment - target.delta,
                        Deletes::NewRecord => {
                            last.end = moment - target.delta;
                            let tombstone = self.tombstone(last, at);
                            again.extend(std::iter::repeat_n(rows.len(), copies - 1));
                            rows.push(tombstone);
                        }
                        Deletes::Flag => last.deleted = true,
                        Deletes::Remove => return Vec::new(),
                        Deletes::Keep => {}
                    }
                }
            }
        }
        let again: Vec<FoundRow> = again.into_iter().map(|place| rows[place].clone()).collect();
        rows.extend(again);
        rows
    }

    /// The last version.
    fn current(&self, life: &Life, steps: &[Step]) -> Vec<FoundRow> {
        let is_gone = matches!(steps.last(), Some(Step::Gone { .. }));
        let last = steps.iter().rev().find_map(|step| match *step {
            Step::Write { at, phase, copies } => Some((at, phase, copies)),
            Step::Gone { .. } => None,
        });
        match (last, self.target.shape.deletes) {
            (None, _) => Vec::new(),
            (Some(_), Deletes::Remove) if is_gone => Vec::new(),
            (Some((at, phase, copies)), deletes) => {
                let deleted = is_gone && deletes == Deletes::Flag;
                vec![FoundRow { deleted, ..self.row_without_interval(life, phase, at) }; copies]
            }
        }
    }

    /// A row per load that read it, or per change.
    fn appended(&self, life: &Life, steps: &[Step]) -> Vec<FoundRow> {
        let mut rows: Vec<FoundRow> = Vec::with_capacity(steps.len());
        for step in steps {
            match (*step, self.target.shape.deletes) {
                (Step::Write { at, phase, copies }, _) => {
                    let row = self.row_without_interval(life, phase, at);
                    rows.extend(std::iter::repeat_n(row, copies));
                }
                (Step::Gone { .. }, Deletes::Keep) => {}
                (Step::Gone { .. }, Deletes::Remove) => rows.clear(),
                (Step::Gone { at, .. }, _) if self.reads_log() => {
                    let tombstone = rows.last().map(|last| self.tombstone(last, at));
                    rows.extend(tombstone);
                }
                (Step::Gone { .. }, Deletes::Flag) => rows.iter_mut().for_each(|row| row.deleted = true),
                (Step::Gone { .. }, Deletes::Close | Deletes::NewRecord) => {}
            }
        }
        rows
    }

    /// A row that says that the row before it was deleted.
    fn tombstone(&self, last: &FoundRow, at: usize) -> FoundRow {
        let (start, stamp) = (self.moment(at), self.stamp(at));
        FoundRow { start, end: OPEN, deleted: true, stamp, ..last.clone() }
    }

    /// A row of a table without intervals.
    fn row_without_interval(&self, life: &Life, phase: usize, at: usize) -> FoundRow {
        let has_start = self.target.shape.starts != Starts::Nothing;
        let start = if has_start { self.moment(at) } else { 0 };
        self.target.row(life, phase, start, self.stamp(at))
    }

    /// The start of a version.
    pub(super) fn start(&self, life: &Life, phase: usize, at: usize, is_first: bool) -> i64 {
        match self.target.shape.starts {
            _ if self.reads_log() => self.moment(at),
            Starts::Event if phase == 1 => life.created_at,
            Starts::Event => self.target.at(life.versions[phase - 1].from),
            Starts::CreatedThenLoad if is_first => life.created_at,
            Starts::FixedThenLoad(moment) if is_first => moment,
            Starts::Load | Starts::CreatedThenLoad | Starts::FixedThenLoad(_) => self.moment(at),
            Starts::Nothing => 0,
        }
    }

    fn reads_log(&self) -> bool {
        self.target.shape.capture == Capture::EveryChange
    }

    /// The stamp of a load; changes of the log have their own time.
    fn stamp(&self, at: usize) -> Option<i64> {
        match self.reads_log() {
            true => Some(self.moment(at)),
            false => self.target.reads[at].stamp,
        }
    }

    /// The moment that a step writes: the stamp of its load, or the time of the change.
    fn moment(&self, at: usize) -> i64 {
        let tick = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        match self.reads_log() {
            true => self.target.at(tick(at)),
            false => {
                let read = self.target.reads[at];
                read.stamp.unwrap_or_else(|| self.target.at(read.tick))
            }
        }
    }
}
