//! The counts of one column.
//!
//! Owns which transform is told of a whole column. Must not know any value.

use super::comparison::Comparison;
use super::transform::Transform;
use crate::value::Value;

/// How many transforms are counted at a time.
const MOST_TRANSFORMS: usize = 32;
/// The share of the differing cells, in percent, that one transform must explain to be told of the column.
const HEADLINE_PERCENT: u128 = 95;

/// Counts of the cells of a column, in bounded memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnTally {
    /// Cells that show the expected value.
    pub same: u64,
    /// Cells that do not.
    pub different: u64,
    /// Those of them that no known transform explains.
    pub unexplained: u64,
    /// How many of the differing cells each transform explains; a cell counts for each that explains it.
    explained: Vec<(Transform, u64)>,
}

impl ColumnTally {
    /// Counts a cell; returns whether it shows the expected value. The texts are as in [`Comparison::is_same`].
    pub fn count(
        &mut self,
        comparison: &Comparison,
        expected: Value<'_>,
        expected_text: &str,
        found: Option<&str>,
    ) -> bool {
        let same = comparison.is_same(expected, expected_text, found);
        if same {
            self.same += 1;
        } else {
            self.count_different(expected, found);
        }
        same
    }

    /// Counts a cell that is known not to show the expected value.
    pub fn count_different(&mut self, expected: Value<'_>, found: Option<&str>) {
        self.different += 1;
        let mut explained = false;
        for transform in Transform::explaining(expected, found) {
            explained = true;
            self.add(transform, 1);
        }
        self.unexplained += u64::from(!explained);
    }

    /// Adds the counts of another part of the same column.
    pub fn merge(&mut self, other: &Self) {
        self.same += other.same;
        self.different += other.different;
        self.unexplained += other.unexplained;
        other.explained.iter().for_each(|(transform, cells)| self.add(*transform, *cells));
    }

    fn add(&mut self, transform: Transform, cells: u64) {
        if let Some((_, count)) = self.explained.iter_mut().find(|(known, _)| *known == transform) {
            *count += cells;
            return;
        }
        // The rarest gives way: a transform that explains most cells is counted almost from its first one on.
        if self.explained.len() == MOST_TRANSFORMS
            && let Some(rarest) = (0..MOST_TRANSFORMS).min_by_key(|at| self.explained[*at].1)
        {
            self.explained.swap_remove(rarest);
        }
        self.explained.push((transform, cells));
    }

    /// The transform that explains the most of the differing cells, and how many; of equal ones the first in their
    /// order.
    pub fn most_common(&self) -> Option<(Transform, u64)> {
        self.explained
            .iter()
            .copied()
            .max_by_key(|(transform, cells)| (*cells, std::cmp::Reverse(*transform)))
    }

    /// The transform that explains at least 95 % of the differing cells, to be told once for the column.
    pub fn headline(&self) -> Option<Transform> {
        let (transform, cells) = self.most_common()?;
        (u128::from(cells) * 100 >= u128::from(self.different) * HEADLINE_PERCENT).then_some(transform)
    }
}
