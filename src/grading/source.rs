//! Where the rows of a warehouse come from: a server, or a folder of files.
//!
//! Owns the queries around the rows: sizes, tables of loads. Must not know what rows mean.

use std::collections::BTreeMap;

use super::error::GradingError;
use super::keys::Keys;
use super::lines::Lines;
use super::loads::End;
use super::subject::Subject;
use crate::grade::cell::{Moment, TargetType, parse_moment};
use crate::pg::Snapshot;
use crate::quoting::{literal, quote};
use crate::warehouse::{
    Column, Files, Line, LoadsTable, ShopRows, Side, SortedFile, TableMapping, select_keys,
    select_references, select_rows,
};

/// Loads of a table that are considered.
const MOST: usize = 1 << 17;

/// A warehouse that is open.
pub enum Warehouse<'a> {
    /// A server, in one snapshot.
    Server(&'a Snapshot),
    /// A folder of CSV files.
    Files(&'a Files),
}

impl Warehouse<'_> {
    /// The rows of a table in the order of their keys.
    pub async fn lines(&self, subject: &Subject<'_>) -> Result<Lines<'_>, GradingError> {
        let snapshot = match self {
            Self::Files(files) => {
                return Ok(Lines::Files(SortedFile::open(files, subject.mapping, subject.rows)?));
            }
            Self::Server(snapshot) => snapshot,
        };
        let doing = format!("read {}", subject.rows.relation);
        let relation = literal(&subject.rows.relation.to_string());
        // Values that are not stored apart from their rows are short. Views and partitions do not say.
        let stored = format!(
            "SELECT relkind = 'r' AND coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0) = 0 \
             FROM pg_class WHERE oid = {relation}::regclass"
        );
        let found = snapshot.texts(&doing, &stored).await?;
        let is_short =
            found.first().and_then(|row| row.first()).is_some_and(|value| value.as_deref() == Some("t"));
        let query = select_rows(subject.mapping, subject.rows, !is_short);
        Ok(Lines::Server(snapshot.copy(&doing, &query).await?))
    }

    /// The keys of a table's rows of one shop.
    pub async fn keys(&self, mapping: &TableMapping, rows: &ShopRows) -> Result<Keys, GradingError> {
        let relation = &rows.relation;
        let (mut keys, mut lines) = (
            Keys::default(),
            match self {
                Self::Files(files) => {
                    Lines::Files(SortedFile::of(files, mapping, rows, [relation].into_iter())?)
                }
                Self::Server(snapshot) => {
                    let doing = format!("read the keys of {relation}");
                    Lines::Server(snapshot.copy(&doing, &select_keys(mapping, rows)).await?)
                }
            },
        );
        while let Some(line) = lines.next_line().await? {
            let key = line.split(|byte| *byte == b'\t').next().and_then(whole);
            key.into_iter().for_each(|key| keys.push(key));
        }
        Ok(keys)
    }

    /// What the rows of a table refer to by some of its columns; with a side table, what its rows do.
    pub async fn references(
        &self,
        subject: &Subject<'_>,
        side: Option<&Side>,
        columns: &[&Column],
    ) -> Result<Groups<'_>, GradingError> {
        let (mapping, rows) = (subject.mapping, subject.rows);
        let relation = side.map_or(&rows.relation, |side| &side.relation);
        Ok(match self {
            Self::Files(files) => {
                let place =
                    |column: &&Column| mapping.columns.iter().position(|(_, graded)| graded == *column);
                let lines = Lines::Files(SortedFile::of(files, mapping, rows, [relation].into_iter())?);
                Groups { lines, cells: Some(columns.iter().map(place).collect()), columns: columns.len() }
            }
            Self::Server(snapshot) => {
                let query = select_references(mapping, rows, side, columns);
                let doing = format!("read what {relation} refers to");
                let lines = Lines::Server(snapshot.copy(&doing, &query).await?);
                Groups { lines, cells: None, columns: columns.len() }
            }
        })
    }

    /// Fails if what was read so far holds for no moment.
    pub async fn check(&self) -> Result<(), GradingError> {
        let Self::Server(snapshot) = self else { return Ok(()) };
        match snapshot.replaced().await? {
            Some(relation) => Err(GradingError::Replaced { relation }),
            None => Ok(()),
        }
    }

    /// The loads that a table lists, by their stamps.
    pub async fn loads(
        &self,
        subject: &Subject<'_>,
        table: &LoadsTable,
    ) -> Result<BTreeMap<i64, End>, GradingError> {
        let LoadsTable { relation, at, end, shop, of } = table;
        let of_shop = shop.as_ref().and_then(|(column, values)| {
            Some((column, &values.iter().find(|(name, _)| *name == subject.plan.name)?.1))
        });
        let conditions: Vec<(&String, &String)> =
            of_shop.into_iter().chain(of.as_ref().map(|(column, value)| (column, value))).collect();
        let rows: Vec<Vec<Option<String>>> = match self {
            Self::Server(snapshot) => {
                let columns: Vec<String> = [at].into_iter().chain(end).map(|one| quote(&one.name)).collect();
                let is = |(column, value): &(&String, &String)| {
                    format!("{}::text = {}", quote(column), literal(value))
                };
                let mut all = vec![format!("{} IS NOT NULL", columns[0])];
                all.extend(conditions.iter().map(is));
                let query = format!(
                    "SELECT DISTINCT {} FROM {relation} WHERE {} ORDER BY 1 LIMIT {}",
                    columns.join(", "),
                    all.join(" AND "),
                    MOST + 1
                );
                snapshot.texts(&format!("read {relation}"), &query).await?
            }
            Self::Files(files) => {
                let times = 1 + usize::from(end.is_some());
                let names: Vec<String> = std::iter::once(&at.name)
                    .chain(end.iter().map(|end| &end.name))
                    .chain(conditions.iter().map(|(column, _)| *column))
                    .cloned()
                    .collect();
                let mut rows = Vec::new();
                files.each(relation, &names, |fields| {
                    let is_it = conditions
                        .iter()
                        .zip(&fields[times..])
                        .all(|((_, value), field)| *field == Some(value.as_str()));
                    let times = fields[..times].iter().map(|field| field.map(str::to_owned));
                    rows.extend(is_it.then(|| times.collect()));
                    rows.len() <= MOST
                })?;
                rows
            }
        };
        if rows.len() > MOST {
            return Err(GradingError::TooManyLoads { relation: relation.to_string() });
        }
        let moment = |column: &Column, text: Option<&Option<String>>| {
            let target = TargetType::parse(&column.sql_type);
            match parse_moment(text?.as_deref()?, &target, subject.mapping.zone).ok()? {
                Moment::At(micros) => Some(micros),
                Moment::Sequence(_) => None,
            }
        };
        let mut loads = BTreeMap::new();
        for row in &rows {
            let Some(stamp) = moment(at, row.first()) else { continue };
            let end = match end {
                None => End::AtStamp,
                Some(column) => moment(column, row.get(1)).map_or(End::ByNext, End::By),
            };
            // Of several rows of a load, the last end is its end.
            let known = loads.entry(stamp).or_insert(end);
            *known = end.max(*known);
        }
        Ok(loads)
    }
}

/// Rows that refer to the same.
pub struct Group {
    /// What each column refers to; not nothing by all of them.
    pub refers: Vec<Option<i64>>,
    /// The number of rows.
    pub rows: u64,
    /// The first of their keys.
    pub first: Option<i64>,
}

/// A source of groups.
pub struct Groups<'a> {
    lines: Lines<'a>,
    /// The places of the columns among graded columns, if lines are rows.
    cells: Option<Vec<Option<usize>>>,
    columns: usize,
}

impl Groups<'_> {
    /// The next group; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Group>, GradingError> {
        while let Some(line) = self.lines.next_line().await? {
            let Some(cells) = &self.cells else {
                let mut fields = line.split(|byte| *byte == b'\t').map(whole);
                let refers = fields.by_ref().take(self.columns).collect();
                let rows = fields.next().flatten().map_or(0, i64::unsigned_abs);
                return Ok(Some(Group { refers, rows, first: fields.next().flatten() }));
            };
            let Some(row) = Line::split(&line) else { continue };
            let graded: Vec<&[u8]> = row.graded.split(|byte| *byte == b'\t').collect();
            let refers = |place: &Option<usize>| whole(graded.get((*place)?)?);
            let refers: Vec<Option<i64>> = cells.iter().map(refers).collect();
            if refers.iter().any(Option::is_some) {
                return Ok(Some(Group { refers, rows: 1, first: Line::key(&line) }));
            }
        }
        Ok(None)
    }
}

/// A field as a whole number. Files may have a fraction of zeros: pandas writes whole numbers so where some are missing.
fn whole(field: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(field).ok()?.trim();
    let text = text
        .split_once('.')
        .filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'))
        .map_or(text, |(whole, _)| whole);
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn a_reference_is_a_whole_number_whatever_wrote_it() {
        let read = ["7", " -7 ", "57.0", "57.5", "\\N", "", "x", "1e3"].map(|text| whole(text.as_bytes()));
        assert_eq!(read, [Some(7), Some(-7), Some(57), None, None, None, None, None]);
    }
}
