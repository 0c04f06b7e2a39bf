//! The order of tables in which their foreign keys hold at every statement.
//!
//! Owns that order. Must not know which operations follow it.

use super::{Column, TablePlan};

impl TablePlan {
    /// The columns with a foreign key, each with the place of the table that it refers to.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&Column, usize)> {
        let keys = self.columns.iter().filter(|column| column.references);
        keys.filter_map(|column| Some((column, column.refers_to?)))
    }
}

/// The places of the tables such that each comes after those that its foreign keys refer to, otherwise in their own
/// order; `None` if there is no foreign key. Where they form a circle, one of them does not hold.
pub fn referenced_first(tables: &[TablePlan]) -> Option<Vec<usize>> {
    tables.iter().any(|table| table.foreign_keys().next().is_some()).then(|| {
        let (mut order, mut seen) = (Vec::with_capacity(tables.len()), vec![false; tables.len()]);
        for place in 0..tables.len() {
            visit(tables, place, &mut seen, &mut order);
        }
        order
    })
}

/// Appends a table after those that it refers to, unless it has been visited.
fn visit(tables: &[TablePlan], place: usize, seen: &mut [bool], order: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[place], true) {
        return;
    }
    for (_, target) in tables[place].foreign_keys() {
        visit(tables, target, seen, order);
    }
    order.push(place);
}
