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
use crate::pg::{Snapshot, TextRows};
use crate::plan::RowKeys;
use crate::quoting::{literal, quote};
use crate::warehouse::{
    Column, Files, FoundKey, Line, LoadsTable, ShopRows, Side, SortedLines, TableMapping, select_keys,
    select_references, select_rows, sorted_files, unescaped,
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
    pub async fn lines<'a>(&'a self, subject: &Subject<'a>) -> Result<Lines<'a>, GradingError> {
        let (mapping, rows, keys) = (subject.mapping, subject.rows, subject.row_keys());
        let snapshot = match self {
            Self::Files(files) => {
                let side = mapping.readable_side().map(|side| &side.relation);
                let relations = [&rows.relation].into_iter().chain(side);
                return Ok(Lines::Sorted(sorted_files(files, mapping, rows, keys, relations)?));
            }
            Self::Server(snapshot) => snapshot,
        };
        let doing = format!("read {}", rows.relation);
        let relation = literal(&rows.relation.to_string());
        // Values that are not stored apart from their rows are short. Views and partitions do not say.
        let stored = format!(
            "SELECT relkind = 'r' AND coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0) = 0 \
             FROM pg_class WHERE oid = {relation}::regclass"
        );
        let found = snapshot.texts(&doing, &stored).await?;
        let is_short =
            found.first().and_then(|row| row.first()).is_some_and(|value| value.as_deref() == Some("t"));
        let query = select_rows(mapping, rows, keys, !is_short);
        Lines::of_query(snapshot.copy(&doing, &query).await?, keys).await
    }

    /// The keys of a table's rows of one shop, which are keys of these.
    pub async fn keys(
        &self,
        mapping: &TableMapping,
        rows: &ShopRows,
        row_keys: &RowKeys,
    ) -> Result<Keys, GradingError> {
        let relation = &rows.relation;
        let mut lines = match self {
            Self::Files(files) => {
                Lines::Sorted(sorted_files(files, mapping, rows, row_keys, [relation].into_iter())?)
            }
            Self::Server(snapshot) => {
                let doing = format!("read the keys of {relation}");
                let query = select_keys(mapping, rows, row_keys);
                Lines::of_query(snapshot.copy(&doing, &query).await?, row_keys).await?
            }
        };
        let mut keys = Keys::default();
        while let Some((key, _)) = lines.next().await? {
            key.number().into_iter().for_each(|number| keys.push(number));
        }
        Ok(keys)
    }

    /// What the rows of a table refer to by some of its columns, which come with the keys of what they refer to; with a
    /// side table, what its rows do.
    pub async fn references<'a>(
        &'a self,
        subject: &Subject<'a>,
        side: Option<&Side>,
        columns: &[(&Column, &'a RowKeys)],
    ) -> Result<Groups<'a>, GradingError> {
        let (mapping, rows, key) = (subject.mapping, subject.rows, subject.row_keys());
        let relation = side.map_or(&rows.relation, |side| &side.relation);
        let keys = columns.iter().map(|(_, keys)| *keys).collect();
        let lines = match self {
            Self::Files(files) => {
                let place = |(column, _): &(&Column, &RowKeys)| {
                    mapping.columns.iter().position(|(_, graded)| graded == *column)
                };
                let lines = sorted_files(files, mapping, rows, key, [relation].into_iter())?;
                GroupLines::Rows(lines, columns.iter().map(place).collect())
            }
            Self::Server(snapshot) => {
                let query = select_references(mapping, rows, side, key, columns);
                let doing = format!("read what {relation} refers to");
                GroupLines::Grouped(snapshot.copy(&doing, &query).await?)
            }
        };
        Ok(Groups { lines, key, keys })
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
    pub refers: Vec<FoundKey>,
    /// The number of rows.
    pub rows: u64,
    /// The first of their keys.
    pub first: FoundKey,
}

/// A source of groups.
pub struct Groups<'a> {
    lines: GroupLines<'a>,
    /// The keys of the table.
    key: &'a RowKeys,
    /// The keys of what each column refers to.
    keys: Vec<&'a RowKeys>,
}

/// Lines that are groups.
enum GroupLines<'a> {
    /// What columns refer to, how many rows, and the first key.
    Grouped(TextRows<'a>),
    /// Single rows, and the places of the columns among the graded ones.
    Rows(SortedLines, Vec<Option<usize>>),
}

impl Groups<'_> {
    /// The next group; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Group>, GradingError> {
        let keys = &self.keys;
        let (lines, places) = match &mut self.lines {
            GroupLines::Grouped(lines) => {
                let Some(line) = lines.next().await? else { return Ok(None) };
                let mut fields = line.split(|byte| *byte == b'\t').map(unescaped);
                let refers = keys.iter().map(|keys| FoundKey::read(fields.next().flatten().as_deref(), keys));
                let refers = refers.collect();
                let rows = fields.next().flatten().and_then(|rows| rows.parse().ok()).unwrap_or(0);
                let first = FoundKey::read(fields.next().flatten().as_deref(), self.key);
                return Ok(Some(Group { refers, rows, first }));
            }
            GroupLines::Rows(lines, places) => (lines, places),
        };
        while let Some((first, line)) = lines.next_line()? {
            let Some(row) = Line::split(&line) else { continue };
            let graded: Vec<&[u8]> = row.graded.split(|byte| *byte == b'\t').collect();
            let refers = |(place, keys): (&Option<usize>, &&RowKeys)| {
                let text = place.and_then(|place| unescaped(graded.get(place)?));
                FoundKey::read(text.as_deref(), keys)
            };
            let refers: Vec<FoundKey> = places.iter().zip(keys).map(refers).collect();
            if refers.iter().any(|refers| *refers != FoundKey::Null) {
                return Ok(Some(Group { refers, rows: 1, first }));
            }
        }
        Ok(None)
    }
}
