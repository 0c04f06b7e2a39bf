//! From a right warehouse, k faults of a class are k findings of that class, and none elsewhere.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::right::{loads, target};
use super::{Truth, Warehouse, grade, written};
use crate::grade::delta::is_time_of_deletion;
use crate::grade::pipeline::Pipeline;
use crate::grade::synthetic::{cases, reads, truths};
use crate::grade::{Capture, Class, Deletes, FoundRow, Given, Kind, Loads, OPEN, Shape, Starts};

/// The key of invented rows is theirs and this.
const INVENTED: u64 = 1_000_000;
const HOUR: i64 = 3_600_000_000;

/// A fault, and the class that it is found as.
const FAULTS: [(&str, Class); 11] = [
    ("lose a row", Class::MissingRow),
    ("lose a change", Class::MissingChange),
    ("change a cell", Class::WrongValue),
    ("invent a row", Class::InventedRow),
    ("write a row twice", Class::Duplicate),
    ("split a row", Class::Duplicate),
    ("open a deleted row", Class::DeleteOpen),
    ("close a living row", Class::FalseDelete),
    ("move a start", Class::WrongStart),
    ("move an end", Class::WrongEnd),
    ("open a row that has ended", Class::TwoOpen),
];

/// What a fault needs to know of its table.
struct Table {
    stamps: Vec<i64>,
    delta: i64,
}

impl Table {
    /// Makes a fault with the rows of a key; whether it could be made. `draw` chooses a row.
    fn break_rows(&self, fault: &str, rows: &mut Vec<FoundRow>, draw: usize) -> bool {
        let (count, any) = (rows.len(), draw % rows.len());
        match fault {
            "lose a row" => rows.clear(),
            "lose a change" => {
                if count < 2 {
                    return false;
                }
                // The pipeline has never seen it, so that the row before it goes on.
                let lost = 1 + draw % (count - 1);
                rows[lost - 1].end = rows.remove(lost).end;
                if rows.get(lost).is_some_and(|next| next.class == rows[lost - 1].class) {
                    rows[lost - 1].end = rows.remove(lost).end;
                }
            }
            "change a cell" => {
                let row = &mut rows[any];
                row.class = u32::MAX;
                row.differing = row.differing.iter().map(|cells| (cells + 1).min(row.cells)).collect();
                if row.differing.is_empty() {
                    row.differing.push(1);
                }
            }
            "write a row twice" => rows.push(rows[any].clone()),
            "split a row" => {
                let row = rows[any].clone();
                let within: Vec<i64> = self
                    .stamps
                    .iter()
                    .copied()
                    .filter(|stamp| row.start < *stamp && *stamp < row.end)
                    .collect();
                if within.is_empty() {
                    return false;
                }
                let at = within[draw % within.len()];
                rows[any].end = at - self.delta;
                rows.push(FoundRow { start: at, stamp: Some(at), ..row });
            }
            "open a deleted row" => {
                if rows[count - 1].end == OPEN {
                    return false;
                }
                rows[count - 1].end = OPEN;
            }
            "close a living row" => {
                let last = self.stamps[self.stamps.len() - 1];
                if rows[count - 1].end != OPEN || rows[count - 1].start >= last {
                    return false;
                }
                rows[count - 1].end = last - self.delta;
            }
            "move a start" => rows[0].start -= 3 * HOUR,
            "move an end" => {
                if count < 2 {
                    return false;
                }
                let row = &mut rows[draw % (count - 1)];
                if row.end - 7_777 <= row.start {
                    return false;
                }
                row.end -= 7_777;
            }
            "open a row that has ended" => {
                if count < 2 {
                    return false;
                }
                rows[draw % (count - 1)].end = OPEN;
            }
            _ => return false,
        }
        true
    }

    /// Whether the last row ends at the time of its deletion by chance, given that the convention of ends may not be known.
    fn is_computed(&self, truth: &Truth, key: u64, rows: &[FoundRow]) -> bool {
        let life = &truth.lives[&key];
        rows.last().is_some_and(|last| is_time_of_deletion(life, None, last.end, &truth.timeline))
    }

    /// Makes a fault with up to `wanted` keys; those that have one.
    fn break_keys(
        &self,
        fault: &str,
        truth: &Truth,
        warehouse: &mut Warehouse,
        wanted: usize,
        draw: usize,
    ) -> BTreeSet<u64> {
        let keys: Vec<u64> = warehouse.keys().copied().collect();
        let mut broken = BTreeSet::new();
        for at in 0..keys.len() {
            let key = keys[(at + draw) % keys.len()];
            if broken.len() == wanted {
                break;
            }
            let mut rows = warehouse[&key].clone();
            if fault == "invent a row" {
                warehouse.insert(INVENTED + key, rows);
                broken.insert(INVENTED + key);
            } else if self.break_rows(fault, &mut rows, draw) && !self.is_computed(truth, key, &rows) {
                warehouse.insert(key, rows);
                broken.insert(key);
            }
        }
        broken
    }
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn each_fault_is_one_finding_of_its_class_and_no_other(
        (truth, reads) in truths(20).prop_flat_map(|truth| (Just(truth.clone()), reads(&truth, 3..10))),
        (fault, class) in select(&FAULTS[..]),
        keeps in any::<bool>(),
        delta in select(&[0, 1, 1_000_000][..]),
        wanted in select(&[1usize, 1, 2, 5][..]),
        draw in 0usize..1000,
    ) {
        let needs_deletes = matches!(class, Class::DeleteOpen | Class::FalseDelete);
        let deletes = if keeps && !needs_deletes { Deletes::Keep } else { Deletes::Close };
        let shape =
            Shape { kind: Kind::History, capture: Capture::Snapshot, starts: Starts::Load, deletes, tolerance: 0 };
        let target = target(&truth, &reads, shape, delta);
        let known = Loads::Complete(loads(&truth, &reads, 0));
        let stamps = reads.iter().filter_map(|read| read.stamp).collect();
        let truth = Truth::from(&truth);
        let mut warehouse = written(&truth, &Pipeline::right(&target));
        let table = Table { stamps, delta: target.delta };
        let broken = table.break_keys(fault, &truth, &mut warehouse, wanted, draw);
        let given = Given {
            kind: shape.kind, capture: shape.capture, starts: Some(shape.starts), deletes: Some(deletes), tolerance: 0,
        };
        let graded = grade(&truth, &warehouse, given, &known);
        let mut found = graded.findings.clone();
        found.sort_by_key(|(_, key)| *key);
        let expected: Vec<(Class, Option<u64>)> = broken.iter().map(|key| (class, Some(*key))).collect();
        prop_assert_eq!(&found, &expected, "{}\n{:#?}\n{:#?}\n{:?}", fault, truth.lives, warehouse, graded.reads);
    }
}
