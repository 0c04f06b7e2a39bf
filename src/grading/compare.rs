//! The rows of one key become a [`Record`]: their values are compared with those of each version.
//!
//! Owns classes of values, and the tallies of cells. A row whose graded columns are, byte for byte, what PostgreSQL prints
//! for a version is compared at once; only other rows are compared cell by cell. Must not know which rows are right.

use std::borrow::Cow;

use crate::grade::cell::{ColumnTally, Comparison};
use crate::grade::{FoundRow, Kind, Life, NEVER, OPEN, Span};
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
    /// Rows whose flag of current versions contradicts their end: their number, and the first key.
    pub flags: (u64, Option<i64>),
    /// Rows of other shops.
    pub of_others: OfOthers,
    /// The text of each distinct version of a key, reused.
    texts: Vec<String>,
}

/// Rows of other shops with keys of this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfOthers {
    /// Beside rows of this one.
    pub besides: u64,
    /// Instead of them.
    pub instead: u64,
}

/// The truth about a key: its life, and the version that stands for each class.
struct Known<'a> {
    life: Life,
    versions: Vec<Version<'a>>,
    /// For each class the place of a version in `versions`.
    classes: Vec<usize>,
}

impl<'a> Comparer<'a> {
    /// Compares the rows of one shop's table.
    pub fn new(
        table: &'a TablePlan,
        mapping: &'a TableMapping,
        columns: Vec<GradedColumn>,
        moments: Moments<'a>,
    ) -> Self {
        let texts = Vec::new();
        let (exact, transformed, unlike, flags) = (0, 0, 0, (0, None));
        let of_others = OfOthers::default();
        Self { table, mapping, columns, moments, exact, transformed, unlike, flags, of_others, texts }
    }

    /// The record of a key: the row that the shop made, and the lines that were found for it. `of_others` are the texts of
    /// rows of other shops with this key; `None`: only such rows were found.
    pub fn record(
        &mut self,
        row: Row<'_>,
        lines: &[Line<'_>],
        surplus: u64,
        of_others: &[String],
    ) -> Option<Record> {
        let known = self.known(row);
        let is_own = |line: &Line<'_>| {
            let own = known.classes.iter().zip(&self.texts).any(|(_, text)| text.as_bytes() == line.graded);
            own || of_others.iter().all(|text| text.as_bytes() != line.graded)
        };
        let own: Vec<Line<'_>>;
        let lines = match of_others.is_empty() {
            true => lines,
            false => {
                own = lines.iter().filter(|line| is_own(line)).copied().collect();
                let others = (lines.len() - own.len()) as u64;
                if own.is_empty() && others > 0 {
                    self.of_others.instead += others;
                    return None;
                }
                self.of_others.besides += others;
                &own
            }
        };
        let mut record = Record {
            first: row.id(),
            count: 1,
            surplus,
            rows: Vec::with_capacity(lines.len()),
            ..Record::default()
        };
        let mut unlike: Vec<&[u8]> = Vec::new();
        let mut order: Vec<(i64, i64, i64, usize)> = Vec::with_capacity(lines.len());
        for line in lines {
            let mut found = self.times(row.id(), line);
            let equal =
                known.classes.iter().zip(&self.texts).position(|(_, text)| text.as_bytes() == line.graded);
            match equal {
                Some(class) => {
                    self.exact += 1;
                    found.class = class_number(class);
                }
                None => self.by_cells(&known, row, line, &mut found, &mut unlike, &mut record),
            }
            order.push((found.start, self.moments.order(line), found.end, record.rows.len()));
            record.rows.push(found);
        }
        if order.len() > 1 && !order.is_sorted() {
            order.sort_unstable();
            let places: Vec<usize> = order.iter().map(|(.., place)| *place).collect();
            for difference in &mut record.differences {
                let now = places.iter().position(|place| *place as u64 == difference.row);
                difference.row = now.unwrap_or(0) as u64;
            }
            record.rows = places.iter().map(|place| record.rows[*place].clone()).collect();
        }
        if self.mapping.kind == Kind::History && self.mapping.valid_to.is_none() {
            let starts: Vec<i64> = record.rows.iter().skip(1).map(|next| next.start).collect();
            for (row, next) in record.rows.iter_mut().zip(starts) {
                row.end = next;
            }
        }
        record.life = known.life;
        Some(record)
    }

    /// The life of a row, and the text of each class in `texts`.
    fn known<'r>(&mut self, row: Row<'r>) -> Known<'r> {
        let mut known = Known {
            life: Life { deleted: NEVER, ..Life::default() },
            versions: Vec::new(),
            classes: Vec::new(),
        };
        known.life.created_at = row.created_at().0;
        for version in row.versions() {
            let from = number(version.from);
            known.life.operations.push(from);
            if let Some((tick, ended)) = version.to
                && ended.is_delete()
            {
                known.life.deleted = number(tick);
            }
            let new = known.classes.len();
            if self.texts.len() == new {
                self.texts.push(String::new());
            }
            let mut text = std::mem::take(&mut self.texts[new]);
            write_version(self.table, &self.columns, row, &version, &mut text);
            let class = self.texts[..new].iter().position(|other| *other == text).unwrap_or(new);
            self.texts[new] = text;
            // Neighbours with equal values are one version.
            if known.life.versions.last().is_some_and(|last| last.class == class_number(class)) {
                continue;
            }
            if class == new {
                known.classes.push(known.versions.len());
            }
            known.life.versions.push(Span { from, class: class_number(class) });
            known.versions.push(version);
        }
        if known.versions.len() > 1 {
            known.life.cells = self.cell_classes(&known.life);
        }
        known
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
        known: &Known<'_>,
        row: Row<'_>,
        line: &Line<'l>,
        found: &mut FoundRow,
        unlike: &mut Vec<&'l [u8]>,
        record: &mut Record,
    ) {
        let cells: Vec<Option<Cow<'l, str>>> = line.cells().collect();
        // A tombstone holds the key alone.
        if found.deleted && cells.iter().all(Option::is_none) {
            found.class = known.life.versions.last().map_or(0, |last| last.class);
            return;
        }
        let mut text = String::new();
        let mut nearest: Option<(usize, Vec<usize>, Vec<usize>)> = None;
        let mut counts = Vec::with_capacity(known.versions.len());
        for (place, version) in known.versions.iter().enumerate() {
            let (mut different, mut changed) = (Vec::new(), Vec::new());
            for (nth, column) in self.columns.iter().enumerate() {
                let value = value_of(self.table, row, version, column.place);
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
        let version = &known.versions[place];
        for (nth, cell) in cells.iter().enumerate().take(self.columns.len()) {
            let value = value_of(self.table, row, version, self.columns[nth].place);
            let column = &mut self.columns[nth];
            match different.contains(&nth) || changed.contains(&nth) {
                true => column.tally.count_different(value, cell.as_deref()),
                false => column.tally.same += 1,
            }
        }
        if different.is_empty() {
            self.transformed += u64::from(!changed.is_empty());
            found.class = known.life.versions[place].class;
            return;
        }
        self.unlike += 1;
        let same = unlike.iter().position(|other| *other == line.graded).unwrap_or_else(|| {
            unlike.push(line.graded);
            unlike.len() - 1
        });
        found.class = class_number(known.classes.len() + same);
        found.differing = counts;
        if self.unlike <= KEPT {
            let shown = |nth: &usize| {
                let value = value_of(self.table, row, version, self.columns[*nth].place);
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

/// What PostgreSQL prints for the graded columns of a version, as `COPY` sends it.
pub fn write_version(
    table: &TablePlan,
    columns: &[GradedColumn],
    row: Row<'_>,
    version: &Version<'_>,
    text: &mut String,
) {
    text.clear();
    for (nth, column) in columns.iter().enumerate() {
        if nth > 0 {
            text.push('\t');
        }
        let value = value_of(table, row, version, column.place);
        push_field(value, text, |value, text| column.comparison.write_expected(value, text));
    }
}

/// The value of a column of the chain's table in a version.
fn value_of<'r>(table: &TablePlan, row: Row<'_>, version: &Version<'r>, place: usize) -> Value<'r> {
    match place < table.columns.len() {
        true => version.value(place),
        false => table.created_at_value(row.created_at()),
    }
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
