//! What a report gives away.
//!
//! Owns what each level of hints hides. It is hidden from the report itself, so that no format can tell it.

use super::words::meaning;
use super::{Hints, Report};

impl Report {
    /// Takes out everything that `hints` do not allow. What has been hidden stays hidden.
    ///
    /// [`Hints::None`] leaves counts and points: of each class, of each column, of loads. [`Hints::Where`] leaves in
    /// addition which rows are wrong: class, key, tick, load and query, without the values, and the loads.
    pub fn hide(&mut self, hints: Hints) {
        self.hints = self.hints.min(hints);
        for table in &mut self.tables {
            if self.hints < Hints::Why {
                table.causes.clear();
                table.about_causes = None;
                table.headlines.clear();
                table.timelines.clear();
                table.columns.iter_mut().for_each(|column| column.transform = None);
                for example in &mut table.examples {
                    (example.column, example.expected, example.found) = (None, None, None);
                    example.says = meaning(example.class).to_owned();
                }
            }
            if self.hints < Hints::Where {
                table.examples.clear();
                table.loads.clear();
                table.buckets.clear();
            }
        }
    }
}
