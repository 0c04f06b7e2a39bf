//! The rows of one key become a [`Record`]: their values are compared with those of each version.
//!
//! Owns classes of values, and the tallies of cells. A row whose graded columns are, byte for byte, what PostgreSQL prints
//! for a version is compared at once; only other rows are compared cell by cell. Must not know which rows are right.

use std::borrow::Cow;

use bytes::Bytes;

use crate::config::TechKind;
use crate::grade::cell::{ColumnTally, Comparison};
use crate::grade::{FoundRow, Kind, Life, OPEN, Span};
use crate::plan::TablePlan;
use crate::truth::{Row, Version, push_field};
use crate::value::Value;
use crate::warehouse::{Line, TableMapping};

use super::loads::number;
use super::moments::Moments;
use super::record::{Difference, Record};

/// Characters of a value that is shown.
const SHOWN: usize = 200;

/// As few cells, or so small a part of a column, are told row by row.
const FEW: u64 = 20;

/// Rows that are no version, and whose cells are kept to be shown.
const KEPT: u64 = 10_000;

/// A graded column.
pub struct GradedColumn {
    /// Its place in the chain's table; that of `created_at` follows the last one.
    pub place: usize,
    /// How its cells are compared, but for what has been done to all of them.
    pub exact: Comparison,
    /// How its cells are compared, once it is known what has been done to all of them: they are compared with the result.
    pub comparison: Comparison,
    accepting: bool,
    /// Its cells so far, but those of rows that equal a version byte for byte.
    pub tally: ColumnTally,
}

impl GradedColumn {
    /// A column whose cells are compared.
    pub fn new(place: usize, comparison: Comparison) -> Self {
        Self { place, exact: comparison.clone(), comparison, accepting: false, tally: ColumnTally::default() }
    }

    /// Accepts what has been done to nearly all cells that differ, if these are more than a few: it is told once, and not
    /// of each row. `exact` is the number of further cells that do not differ. Returns whether there is such a thing.
    pub fn accept(&mut self, exact: u64) -> bool {
        if self.is_accepting() {
            return false;
        }
        let all = exact + self.tally.same + self.tally.different;
        let common = self.tally.different >= FEW && self.tally.different.saturating_mul(FEW) >= all;
        let headline = self.tally.headline().filter(|_| common);
        if let Some(transform) = headline {
            self.comparison = self.exact.clone().accepting(transform);
            self.accepting = true;
        }
        headline.is_some()
    }

    /// Whether something has been done to its cells that is told once.
    pub fn is_accepting(&self) -> bool {
        self.accepting
    }

    /// Forgets the cells so far: the table is read again.
    pub fn restart(&mut self) {
        self.tally = ColumnTally::default();
    }
}

/// Compares the rows of a table, key by key.
pub struct Comparer<'a> {
    table: &'a TablePlan,
    mapping: &'a TableMapping,
    /// The graded columns.
    pub columns: Vec<GradedColumn>,
    /// Reads times.
    pub moments: Moments<'a>,
    /// Rows that equal a version byte for byte.
    pub exact: u64,
    /// Rows with cells that equal a version's only after what has been done to their columns.
    pub transformed: u64,
    /// Rows that are no version.
    pub unlike: u64,
    /// Those of them most of whose cells differ from every version.
    pub unknown: u64,
    /// Rows whose flag of current versions contradicts their end: their number, and the first key.
    pub flags: (u64, Option<i64>),
    /// Rows of other shops.
    pub of_others: OfOthers,
    /// Of the key that is compared: the text of each class of versions.
    texts: Vec<String>,
    /// The place of each version of its life among all that the row had.
    versions: Vec<usize>,
    /// For each class the place of its first version in `versions`.
    classes: Vec<usize>,
    /// What orders its rows: start, order, end, and their places.
    order: Vec<(i64, i64, i64, usize)>,
}

/// Rows of other shops with keys of this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfOthers {
    /// Beside rows of this one.
    pub besides: u64,
    /// Instead of them.
    pub instead: u64,
}

impl<'a> Comparer<'a> {
    /// Compares the rows of one shop's table.
    pub fn new(
        table: &'a TablePlan,
        mapping: &'a TableMapping,
        columns: Vec<GradedColumn>,
        moments: Moments<'a>,
    ) -> Self {
        Self {
            table,
            mapping,
            columns,
            moments,
            exact: 0,
            transformed: 0,
            unlike: 0,
            unknown: 0,
            flags: (0, None),
            of_others: OfOthers::default(),
            texts: Vec::new(),
            versions: Vec::new(),
            classes: Vec::new(),
            order: Vec::new(),
        }
    }

    /// Compares the lines that were found for a row that the shop made; the record is that of its key. `of_others` are the
    /// texts of rows of other shops with this key. Returns whether something is to be recorded: not where only such rows
    /// were found.
    pub fn compare(
        &mut self,
        row: Row<'_>,
        lines: &[Bytes],
        of_others: &[String],
        record: &mut Record,
    ) -> bool {
        self.life(row, &mut record.life);
        let mut others = 0;
        let mut unlike: Vec<&[u8]> = Vec::new();
        self.order.clear();
        for line in lines.iter().filter_map(|line| Line::split(line)) {
            let is_line = |text: &String| text.as_bytes() == line.graded;
            let equal = self.texts[..self.classes.len()].iter().position(is_line);
            if equal.is_none() && of_others.iter().any(is_line) {
                others += 1;
                continue;
            }
            let mut found = self.times(row.id(), &line);
            match equal {
                Some(class) => {
                    self.exact += 1;
                    found.class = class_number(class);
                }
                None => self.by_cells(row, &line, &mut found, &mut unlike, record),
            }
            self.order.push((found.start, self.moments.order(&line), found.end, record.rows.len()));
            record.rows.push(found);
        }
        if !self.order.is_sorted() {
            self.order.sort_unstable();
            let places: Vec<usize> = self.order.iter().map(|(.., place)| *place).collect();
            for difference in &mut record.differences {
                let now = places.iter().position(|place| *place as u64 == difference.row);
                difference.row = now.unwrap_or(0) as u64;
            }
            record.rows = places.iter().map(|place| record.rows[*place].clone()).collect();
        }
        if self.mapping.kind == Kind::History && self.mapping.valid_to.is_none() {
            for place in 1..record.rows.len() {
                record.rows[place - 1].end = record.rows[place].start;
            }
        }
        let only_others = others > 0 && record.rows.is_empty();
        *(if only_others { &mut self.of_others.instead } else { &mut self.of_others.besides }) += others;
        !only_others
    }

    /// The life of a row, and the text of each of its classes.
    fn life(&mut self, row: Row<'_>, life: &mut Life) {
        self.versions.clear();
        self.classes.clear();
        let created_at = row.stamps().created_at;
        let column = self.table.tech(TechKind::CreatedAt);
        life.created_at = column.map_or(created_at, |column| column.cut(created_at)).0;
        for (nth, version) in row.versions().enumerate() {
            let from = number(version.from);
            life.operations.push(from);
            if let Some((tick, ended)) = version.to
                && ended.is_delete()
            {
                life.deleted = number(tick);
            }
            let new = self.classes.len();
            if self.texts.len() == new {
                self.texts.push(String::new());
            }
            let mut text = std::mem::take(&mut self.texts[new]);
            write_version(self.table, &self.columns, &version, &mut text);
            let class = self.texts[..new].iter().position(|other| *other == text).unwrap_or(new);
            self.texts[new] = text;
            // Neighbours with equal values are one version.
            if life.versions.last().is_some_and(|last| last.class == class_number(class)) {
                continue;
            }
            if class == new {
                self.classes.push(self.versions.len());
            }
            life.versions.push(Span { from, class: class_number(class) });
            self.versions.push(nth);
        }
        if life.versions.len() > 1 {
            life.cells = self.cell_classes(life);
        }
    }

    /// For each version the class of each cell; 0 is NULL.
    fn cell_classes(&self, life: &Life) -> Vec<Box<[u32]>> {
        let texts: Vec<Vec<&str>> = life
            .versions
            .iter()
            .map(|version| self.texts[version.class as usize].split('\t').collect())
            .collect();
        let classes = (0..self.columns.len()).map(|column| {
            let mut seen: Vec<&str> = Vec::new();
            texts
                .iter()
                .map(|cells| {
                    let cell = cells.get(column).copied().unwrap_or("\\N");
                    if cell == "\\N" {
                        return 0;
                    }
                    let place = seen.iter().position(|other| *other == cell).unwrap_or_else(|| {
                        seen.push(cell);
                        seen.len() - 1
                    });
                    class_number(place) + 1
                })
                .collect::<Vec<u32>>()
        });
        let by_column: Vec<Vec<u32>> = classes.collect();
        (0..life.versions.len())
            .map(|version| by_column.iter().map(|classes| classes[version]).collect())
            .collect()
    }

    /// Compares a line that equals no version byte for byte.
    fn by_cells<'l>(
        &mut self,
        row: Row<'_>,
        line: &Line<'l>,
        found: &mut FoundRow,
        unlike: &mut Vec<&'l [u8]>,
        record: &mut Record,
    ) {
        let cells: Vec<Option<Cow<'l, str>>> = line.cells().collect();
        // A tombstone holds the key alone.
        if found.deleted && cells.iter().all(|cell| cell.as_deref().is_none_or(stands_for_null)) {
            found.class = record.life.versions.last().map_or(0, |last| last.class);
            return;
        }
        let mut kept = self.versions.iter().peekable();
        let versions = row.versions().enumerate();
        let versions: Vec<Version<'_>> =
            versions.filter_map(|(nth, version)| kept.next_if_eq(&&nth).map(|_| version)).collect();
        let mut text = String::new();
        let mut nearest: Option<(usize, Vec<usize>, Vec<usize>)> = None;
        let mut counts = Vec::with_capacity(versions.len());
        for (place, version) in versions.iter().enumerate() {
            let (mut different, mut changed) = (Vec::new(), Vec::new());
            for (nth, column) in self.columns.iter().enumerate() {
                let value = value_of(self.table, version, column.place);
                let cell = cells.get(nth).and_then(|cell| cell.as_deref());
                text.clear();
                if value != Value::Null {
                    column.comparison.write_expected(value, &mut text);
                }
                if column.exact.is_same(value, &text, cell) {
                    continue;
                }
                match column.comparison.is_same(value, &text, cell) {
                    true => changed.push(nth),
                    false => different.push(nth),
                }
            }
            counts.push(u16::try_from(different.len()).unwrap_or(u16::MAX));
            if nearest.as_ref().is_none_or(|(_, least, _)| different.len() < least.len()) {
                nearest = Some((place, different, changed));
            }
        }
        let Some((place, different, changed)) = nearest else { return };
        let version = &versions[place];
        for (nth, cell) in cells.iter().enumerate().take(self.columns.len()) {
            let value = value_of(self.table, version, self.columns[nth].place);
            let column = &mut self.columns[nth];
            match different.contains(&nth) || changed.contains(&nth) {
                true => column.tally.count_different(value, cell.as_deref()),
                false => column.tally.same += 1,
            }
        }
        if different.is_empty() {
            self.transformed += u64::from(!changed.is_empty());
            found.class = record.life.versions[place].class;
            return;
        }
        self.unlike += 1;
        self.unknown += u64::from(different.len() * 2 > self.columns.len());
        let same = unlike.iter().position(|other| *other == line.graded).unwrap_or_else(|| {
            unlike.push(line.graded);
            unlike.len() - 1
        });
        found.class = class_number(self.classes.len() + same);
        found.differing = counts;
        if self.unlike <= KEPT {
            let shown = |nth: &usize| {
                let value = value_of(self.table, version, self.columns[*nth].place);
                let expected = (value != Value::Null).then(|| {
                    let mut text = String::new();
                    self.columns[*nth].comparison.write_expected(value, &mut text);
                    short(&text)
                });
                (*nth as u64, expected, cells.get(*nth).and_then(|cell| cell.as_deref()).map(short))
            };
            let cells = different.iter().map(shown).collect();
            record.differences.push(Difference {
                row: record.rows.len() as u64,
                version: place as u64,
                cells,
            });
        }
    }

    /// The times and marks of a line.
    fn times(&mut self, key: i64, line: &Line<'_>) -> FoundRow {
        let start = self.moments.start(line);
        let stamp = self.moments.stamp(line);
        let current = self.moments.is_current(line);
        let mut end = self.moments.end(line);
        if self.mapping.valid_to.is_none() {
            end = OPEN;
        } else if let Some(current) = current
            && current != (end == OPEN)
        {
            self.flags.0 += 1;
            self.flags.1.get_or_insert(key);
        }
        let deleted = self.moments.is_deleted(line);
        let start = start.or(stamp).unwrap_or(0);
        let cells = u16::try_from(self.columns.len()).unwrap_or(u16::MAX);
        FoundRow { start, end, class: 0, deleted, stamp, differing: Vec::new(), cells }
    }
}

/// Whether a cell of a tombstone holds nothing: in columns that may not be null Debezium writes the zero of the type.
fn stands_for_null(cell: &str) -> bool {
    matches!(cell, "" | "f" | "false" | "{}")
        || cell.starts_with("1970-01-01")
        || cell.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

/// What PostgreSQL prints for the graded columns of a version, as `COPY` sends it.
pub fn write_version(table: &TablePlan, columns: &[GradedColumn], version: &Version<'_>, text: &mut String) {
    text.clear();
    for (nth, column) in columns.iter().enumerate() {
        if nth > 0 {
            text.push('\t');
        }
        let value = value_of(table, version, column.place);
        push_field(value, text, |value, text| column.comparison.write_expected(value, text));
    }
}

/// The value of a column of the chain's table in a version.
pub fn value_of<'r>(table: &'r TablePlan, version: &Version<'r>, place: usize) -> Value<'r> {
    version.value_at(table, place)
}

#[expect(clippy::cast_possible_truncation, reason = "a key has far fewer versions and rows")]
fn class_number(place: usize) -> u32 {
    place as u32
}

/// The beginning of a text.
fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::stands_for_null;

    #[test]
    fn a_tombstone_of_debezium_holds_the_zero_of_each_type() {
        for zero in
            ["", "0", "0.00", "f", "false", "{}", "1970-01-01", "1970-01-01 00:00:00", "1970-01-01T00:00:00Z"]
        {
            assert!(stands_for_null(zero), "{zero:?}");
        }
        for value in ["1", "0.01", "t", "paid", "2026-11-30 14:00:00", "[]"] {
            assert!(!stands_for_null(value), "{value:?}");
        }
    }
}
