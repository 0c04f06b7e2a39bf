//! What rows refer to, and rows that are set aside because that is not there.
//!
//! Owns the comparison of references with the keys that the warehouse has. Keeps the keys of what is referred to, and
//! counts. Must not know how rows are judged otherwise.

use std::collections::BTreeSet;

use super::error::GradingError;
use super::examples::query;
use super::keys::Keys;
use super::lookup;
use super::record::Record;
use super::source::{Group, Warehouse};
use super::subject::Subject;
use super::words;
use crate::grade::report::{Example, Obligation, TableReport};
use crate::grade::{Class, Life, NEVER, Obligations, Reads, Span, Tally, Verdict};
use crate::plan::{RowKeys, TablePlan};
use crate::truth::{Row, Version};
use crate::warehouse::{Column, FoundKey, Side};

/// Rows that are kept to be shown, of each class.
const SHOWN: usize = 100;

/// The columns of a table that refer to others, with the keys that the warehouse has of these.
pub struct Referred<'a> {
    columns: Vec<Reference<'a>>,
    /// The table for rows that are set aside, if it can be read.
    side: Option<&'a Side>,
    notes: Vec<String>,
}

struct Reference<'a> {
    /// The column's place in the chain's table, and the column in the warehouse.
    place: usize,
    column: &'a Column,
    other: &'a TablePlan,
    /// All keys that its rows can have, and those that the warehouse has.
    row_keys: &'a RowKeys,
    keys: Keys,
}

impl<'a> Referred<'a> {
    /// Reads the keys that a table refers to; nothing, if it refers to none or is not asked to. `shared`: whether rows of
    /// other shops, which refer to rows of their own, are in the same table of the warehouse, told apart by their keys alone.
    pub async fn read(
        warehouse: &Warehouse<'_>,
        subject: &Subject<'a>,
        shared: bool,
    ) -> Result<Self, GradingError> {
        let mapping = subject.mapping;
        let mut referred = Self { columns: Vec::new(), side: mapping.readable_side(), notes: Vec::new() };
        referred.notes.extend(mapping.side.as_ref().and_then(|side| unreadable(subject, side)));
        if !subject.all.asks_for(Obligation::References) {
            return Ok(referred);
        }
        if shared && !mapping.refers.is_empty() {
            let relation = subject.rows.relation.shown();
            referred.notes.push(format!(
                "`{relation}` has rows of several shops and no column that tells them: what rows refer to was not graded"
            ));
            return Ok(referred);
        }
        for (place, table) in &mapping.refers {
            let name = lookup::name(subject, *place);
            let column = mapping.columns.iter().find(|(graded, _)| graded == place).map(|(_, column)| column);
            let plan = subject.plan.tables.iter().zip(subject.keys).find(|(other, _)| other.name == *table);
            let other = subject.all.tables.iter().find(|other| other.table == *table);
            let rows = other.and_then(|other| {
                Some((other, other.shops.iter().find(|rows| rows.shop == subject.plan.name)?))
            });
            let (Some(column), Some((plan, row_keys))) = (column, plan) else {
                referred.notes.push(format!("`{name}` is not graded, nor what it refers to"));
                continue;
            };
            let Some((other, rows)) = rows else {
                let note = format!("the warehouse has no `{table}`: what `{name}` refers to was not graded");
                referred.notes.push(note);
                continue;
            };
            let keys = warehouse.keys(other, rows, row_keys).await?;
            if keys.is_full() {
                let note = format!("the keys of {} are too scattered", rows.relation);
                referred.notes.push(format!("{note}: what `{name}` refers to was not graded"));
                continue;
            }
            referred.columns.push(Reference { place: *place, column, other: plan, row_keys, keys });
        }
        Ok(referred)
    }

    /// Whether a row may be set aside: in each of its versions it refers to something that the warehouse does not have.
    pub fn is_unresolved(&self, row: Row<'_>) -> bool {
        let dangles = |reference: &Reference<'_>, version: Version<'_>| {
            let number = reference.row_keys.number(version.value(reference.place));
            number.is_some_and(|number| !reference.keys.contains(number))
        };
        self.side.is_some()
            && row.versions().all(|version| self.columns.iter().any(|reference| dangles(reference, version)))
    }

    /// Counts what the rows of the table, and those that were set aside, refer to. `reads` are the loads of the table: what
    /// it refers to is taken to be read as often.
    pub async fn count(
        self,
        warehouse: &Warehouse<'_>,
        subject: &Subject<'_>,
        reads: &Reads,
    ) -> Result<References, GradingError> {
        let columns: Vec<(&Column, &RowKeys)> =
            self.columns.iter().map(|reference| (reference.column, reference.row_keys)).collect();
        let mut counted = References { headlines: self.notes, ..References::default() };
        if columns.is_empty() {
            return Ok(counted);
        }
        let mut dangling = vec![(0_u64, 0_u64); columns.len()];
        let mut groups = warehouse.references(subject, None, &columns).await?;
        while let Some(group) = groups.next().await? {
            counted.obliged += group.rows;
            let mut first = None;
            for (nth, reference) in self.columns.iter().enumerate() {
                let key = &group.refers[nth];
                if reference.resolves(key) {
                    continue;
                }
                dangling[nth].0 += group.rows;
                if let FoundKey::Row(number) = key
                    && !was_seen(subject, reference.other, reads, *number)
                {
                    dangling[nth].1 += group.rows;
                }
                first.get_or_insert(nth);
            }
            if let Some(nth) = first {
                counted.orphans.add(&group, nth);
            }
        }
        if let Some(side) = self.side {
            let mut groups = warehouse.references(subject, Some(side), &columns).await?;
            while let Some(group) = groups.next().await? {
                counted.obliged += group.rows;
                let mut refers = self.columns.iter().zip(&group.refers);
                if refers.all(|(reference, key)| reference.resolves(key)) {
                    let there = group.refers.iter().position(|key| *key != FoundKey::Null);
                    counted.misplaced.add(&group, there.unwrap_or_default());
                }
            }
        }
        for (reference, (rows, inherent)) in self.columns.iter().zip(dangling).filter(|(_, of)| of.0 > 0) {
            let (name, other) = (&reference.column.name, &reference.other.name);
            let why = match inherent {
                0 => "",
                _ => ": when loads ran, it had not made that row, or had deleted it",
            };
            counted.headlines.push(format!(
                "`{name}` of {} refers to no row of `{other}`; {inherent} of {rows} so in the source, too{why}",
                words::rows(rows)
            ));
        }
        counted.names = self
            .columns
            .iter()
            .map(|reference| Name {
                column: lookup::name(subject, reference.place),
                other: reference.other.name.clone(),
                row_keys: reference.row_keys.clone(),
            })
            .collect();
        Ok(counted)
    }
}

impl Reference<'_> {
    /// Whether nothing, or something that is there, is referred to.
    fn resolves(&self, key: &FoundKey) -> bool {
        match key {
            FoundKey::Row(number) => self.keys.contains(*number),
            FoundKey::Unknown(_) => false,
            FoundKey::Null => true,
        }
    }
}

/// Why rows that are set aside cannot be read with those of their table.
fn unreadable(subject: &Subject<'_>, side: &Side) -> Option<String> {
    let why = match subject.mapping.lacks(side) {
        Some(column) => format!("has no column `{column}` like that of `{}`", subject.rows.relation.shown()),
        None if !subject.mapping.tells_shops_aside() => "does not tell whose its rows are".to_owned(),
        None => return None,
    };
    Some(format!("`{}` {why}: rows that were set aside were not read", side.relation.shown()))
}

/// Whether a load of some must have seen a row of a table: the shop has made it, and not deleted it by then.
fn was_seen(subject: &Subject<'_>, table: &TablePlan, reads: &Reads, key: i64) -> bool {
    let (timeline, Some(last)) = (subject.timeline, subject.checkpoint.last_tick) else { return false };
    let born = table.cohorts(timeline).tick_of(key);
    let Some(born) = born.filter(|born| (timeline.first()..=last).contains(born)) else { return false };
    let number = super::loads::number;
    let deleted = table.windows.deleted_at(timeline, born, last).map_or(NEVER, number);
    let versions = vec![Span { from: number(born), class: 0 }];
    reads.surely_saw(&Life { versions, deleted, ..Life::default() })
}

/// A key that is neither in its table nor set aside was lost, if what it refers to is not there.
pub fn tell_lost(record: &Record, verdict: &mut Verdict) {
    if !record.unresolved {
        return;
    }
    let missing = verdict.findings.iter_mut().filter(|finding| finding.class == Class::MissingRow);
    for finding in missing {
        finding.class = Class::LostAside;
        // It counts once.
        verdict.obligations =
            Obligations { inserts: Tally::default(), changes: Tally::default(), ..verdict.obligations };
    }
}

/// What rows refer to, counted.
#[derive(Default)]
pub struct References {
    /// Rows that refer to something, whether in the table or set aside.
    obliged: u64,
    orphans: Found,
    misplaced: Found,
    headlines: Vec<String>,
    names: Vec<Name>,
}

/// A column, and the table that it refers to, with its keys.
struct Name {
    column: String,
    other: String,
    row_keys: RowKeys,
}

/// Findings of a class: their number, and the first by key with a column by its number and the key that it refers to.
#[derive(Default)]
struct Found {
    rows: u64,
    first: BTreeSet<(FoundKey, (usize, FoundKey))>,
}

impl Found {
    /// Adds rows, with what one of their columns refers to.
    fn add(&mut self, group: &Group, column: usize) {
        self.rows += group.rows;
        if group.first != FoundKey::Null {
            self.first.insert((group.first.clone(), (column, group.refers[column].clone())));
        }
        if self.first.len() > SHOWN {
            self.first.pop_last();
        }
    }
}

impl References {
    /// Adds what was counted to a report, with up to `examples` of each class.
    pub fn tell(self, subject: &Subject<'_>, examples: usize, report: &mut TableReport) {
        let lost = report.findings.get(&Class::LostAside).copied().unwrap_or(0);
        report.headlines.extend(self.headlines);
        let side = subject.mapping.readable_side().map(|side| &side.relation);
        for (class, found, relation) in [
            (Class::Orphan, &self.orphans, Some(&subject.rows.relation)),
            (Class::Misplaced, &self.misplaced, side),
        ] {
            let Some(relation) = relation.filter(|_| found.rows > 0) else { continue };
            report.findings.insert(class, found.rows);
            let example = |(key, (nth, refers)): &(FoundKey, (usize, FoundKey))| {
                let Name { column, other, row_keys } = &self.names[*nth];
                let key = key.row_key(subject.row_keys())?;
                let refers = refers.row_key(row_keys).map_or("NULL".to_owned(), |key| key.to_string());
                let says = match class {
                    Class::Orphan => format!("{column} is {refers}, and there is no such row of {other}"),
                    _ => {
                        format!("it was set aside, and {column} is {refers}, a row of {other} that is there")
                    }
                };
                Some(Example {
                    class,
                    query: query(subject, relation, &key),
                    key,
                    tick: None,
                    column: Some(column.clone()),
                    expected: None,
                    found: Some(refers),
                    load: None,
                    says,
                })
            };
            report.examples.extend(found.first.iter().take(examples).filter_map(example));
        }
        report.examples.sort_by_key(|example| example.class);
        let obliged = self.obliged + lost;
        if obliged > 0 {
            let bad = self.orphans.rows + self.misplaced.rows + lost;
            report.obliged.insert(Obligation::References, (obliged, bad));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::Finding;

    #[test]
    fn a_missing_row_whose_reference_is_not_there_was_lost_and_counts_once() {
        let missing = Finding { class: Class::MissingRow, tick: Some(3), row: None, load: Some(0) };
        let (one, other) = (Tally::of(1, 1), Tally::of(2, 0));
        let obligations =
            Obligations { inserts: one, changes: one, deletes: other, ..Obligations::default() };
        let verdict = Verdict { findings: vec![missing], obligations, ..Verdict::default() };
        let told = |unresolved: bool| {
            let mut verdict = verdict.clone();
            tell_lost(&Record { unresolved, ..Record::default() }, &mut verdict);
            verdict
        };
        assert_eq!(told(false), verdict);
        let lost = told(true);
        assert_eq!(lost.findings, [Finding { class: Class::LostAside, ..missing }]);
        assert_eq!(lost.obligations, Obligations { deletes: other, ..Obligations::default() });
    }

    #[test]
    fn the_first_rows_are_kept_and_all_are_counted() {
        let group = |rows, first| Group { refers: vec![FoundKey::Row(7)], rows, first };
        let mut found = Found::default();
        for key in (0..1_000).rev() {
            found.add(&group(2, FoundKey::Row(key)), 0);
        }
        found.add(&group(1, FoundKey::Null), 0);
        assert_eq!((found.rows, found.first.len()), (2_001, SHOWN));
        assert_eq!(found.first.first(), Some(&(FoundKey::Row(0), (0, FoundKey::Row(7)))));
        assert_eq!(found.first.last().map(|(key, _)| key), Some(&FoundKey::Row(99)));
    }
}
