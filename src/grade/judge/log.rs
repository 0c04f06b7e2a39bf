//! Tables with a row per change, deletes among them.
//!
//! Owns their reading as rows with intervals: a row holds until the next row of its key; a delete ends it and holds nothing.

use super::verdict::Verdict;
use super::{Judge, right_rows};
use crate::grade::finding::Class;
use crate::grade::found::{FoundRow, OPEN};
use crate::grade::life::Life;
use crate::grade::shape::Starts;

impl Judge<'_> {
    /// The verdict on the rows of a key.
    pub(super) fn log(&self, life: &Life, rows: &[FoundRow]) -> Verdict {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|at| (rows[*at].start, rows[*at].stamp));
        let mut verdict = Verdict::default();
        let mut intervals: Vec<(usize, FoundRow)> = Vec::new();
        let mut deleted = false;
        let mut last: Option<&FoundRow> = None;
        for at in order {
            let row = &rows[at];
            // Without times a row that repeats another one may be an update that changed nothing.
            let again = |last: &FoundRow| {
                self.shape.starts != Starts::Nothing
                    && last.start == row.start
                    && last.deleted == row.deleted
                    && (row.deleted || last.class == row.class)
            };
            if last.is_some_and(again) || (row.deleted && deleted) {
                verdict.found(Class::Duplicate, None, Some(at), None);
                continue;
            }
            if let Some((_, open)) = intervals.last_mut().filter(|(_, open)| open.end == OPEN) {
                open.end = row.start;
            }
            if !row.deleted {
                intervals.push((at, FoundRow { end: OPEN, ..row.clone() }));
            }
            deleted = row.deleted;
            last = Some(row);
        }
        let given: Vec<(usize, &FoundRow)> = intervals.iter().map(|(at, row)| (*at, row)).collect();
        let mut judged = if given.is_empty() { self.absent(life) } else { self.chain(life, &given) };
        if !verdict.findings.is_empty() {
            judged.obligations.uniqueness.met = 0;
            judged.findings.append(&mut verdict.findings);
        }
        judged.right_rows = right_rows(rows.len(), &judged.findings);
        judged
    }
}
