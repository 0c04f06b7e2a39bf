//! The truth about single keys, with their values: for examples and explanations.
//!
//! Owns the way from a key to its versions' texts. Costs the rows of one tick per key. Must not know why it is asked.

use crate::grade::cell::{Comparison, TargetType};
use crate::grade::report::TimelineVersion;
use crate::truth::{Row, TableRows};
use crate::value::{Timestamp, Value};

use super::compare::{GradedColumn, value_of};
use super::subject::Subject;

/// The versions of a key, as far as their graded values differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyTruth {
    /// Ascending. Of the first one all graded values, of later ones those that changed.
    pub versions: Vec<TimelineVersion>,
    /// The tick that deleted the row, and its time.
    pub deleted: Option<(i64, Timestamp)>,
    /// All values of each version, by graded column; `None`: NULL.
    pub values: Vec<Vec<Option<String>>>,
}

/// The truth about a key; `None`: the shop never made it.
pub fn key(subject: &Subject<'_>, columns: &[GradedColumn], key: i64) -> Option<KeyTruth> {
    let last = subject.checkpoint.last_tick?;
    let cohort = subject.table().cohorts(subject.timeline).tick_of(key)?;
    if cohort > last || cohort < subject.timeline.first() {
        return None;
    }
    let mut rows =
        TableRows::inserted_by(subject.plan, subject.timeline, subject.place, cohort..cohort + 1, last);
    while let Some(chunk) = rows.next_chunk() {
        if let Some(row) = chunk.rows().find(|row| row.id() == key) {
            return Some(of_row(subject, columns, row));
        }
    }
    None
}

fn of_row(subject: &Subject<'_>, columns: &[GradedColumn], row: Row<'_>) -> KeyTruth {
    let table = subject.table();
    let moment = |tick: u64| (super::loads::number(tick), subject.timeline.at(tick));
    let mut truth = KeyTruth::default();
    for version in row.versions() {
        let values: Vec<Option<String>> = columns
            .iter()
            .map(|column| {
                let value = value_of(table, &version, column.place);
                (value != Value::Null).then(|| value.to_string())
            })
            .collect();
        if let Some((tick, ended)) = version.to
            && ended.is_delete()
        {
            truth.deleted = Some(moment(tick));
        }
        let before = truth.values.last();
        let changed = |place: usize| before.is_none_or(|before| before[place] != values[place]);
        let values_here: Vec<(String, String)> = (0..columns.len())
            .filter(|place| changed(*place))
            .map(|place| (name(subject, columns[place].place), shown(values[place].as_deref())))
            .collect();
        if values_here.is_empty() && before.is_some() {
            continue;
        }
        truth.versions.push(TimelineVersion {
            from: moment(version.from),
            values: values_here,
            missed: false,
        });
        truth.values.push(values);
    }
    truth
}

/// The name of a column of the chain's table.
pub fn name(subject: &Subject<'_>, place: usize) -> String {
    subject.table().all_columns().nth(1 + place).map_or("", |(name, _)| name).to_owned()
}

/// A value, or NULL.
pub fn shown(value: Option<&str>) -> String {
    match value {
        None => "NULL".to_owned(),
        Some("") => "''".to_owned(),
        Some(value) => value.to_owned(),
    }
}

/// The graded columns of a table.
pub fn graded(subject: &Subject<'_>) -> Vec<GradedColumn> {
    let table = subject.table();
    let column = |(place, found): &(usize, crate::warehouse::Column)| {
        let source = table.all_columns().nth(1 + place).map_or(&table.key_type, |(_, sql_type)| sql_type);
        let comparison = Comparison::new(source, TargetType::parse(&found.sql_type), subject.mapping.zone);
        GradedColumn::new(*place, comparison)
    };
    subject.mapping.columns.iter().map(column).collect()
}
