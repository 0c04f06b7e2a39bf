//! The queries that read the rows of one shop's table: all of them, only keys, what they refer to. Where keys are numbers
//! rows come in their order; the order of others is not that of any server.
//!
//! Owns the order of its columns, which [`Line`] splits. Must not know how it is run.

use std::borrow::Cow;

use super::catalog::{Column, RelationName};
use super::key;
use super::mapping::{ShopRows, Side, TableMapping};
use crate::plan::RowKeys;
use crate::quoting::{literal, quote};

/// Characters of a value that are read, and compared: few enough for hostile values.
pub const LONGEST: usize = 1 << 16;

/// Characters that are read of a time or a mark: more than any has.
const LONGEST_MARK: usize = 256;

/// The fields before the graded columns: key, start, end, current, deleted, stamp, order.
pub const FIELDS: usize = 7;

/// The query that reads all rows, with those that were set aside; `guarded` cuts values that may be of any length.
pub fn rows(mapping: &TableMapping, rows: &ShopRows, keys: &RowKeys, guarded: bool) -> String {
    let side = mapping.readable_side();
    let from = |relation: &RelationName, side: Option<&Side>| {
        let fields = fields(mapping, keys, guarded || side.is_some(), side).join(", ");
        format!("SELECT {fields} FROM {relation}{}", conditions(mapping, rows, side, &[]))
    };
    let mut query = from(&rows.relation, None);
    if let Some(side) = side {
        query = format!("{query} UNION ALL {}", from(&side.relation, Some(side)));
    }
    if !keys.are_numbers() {
        return query;
    }
    // By the places of the fields, as the key may be an expression.
    let order = if mapping.valid_from.is_some() { "1, 2" } else { "1" };
    format!("{query} ORDER BY {order}")
}

/// The query that reads each key once; numbers come in ascending order. Rows without a key are one NULL, the last one.
pub fn keys(mapping: &TableMapping, rows: &ShopRows, keys: &RowKeys) -> String {
    let (key, conditions) = (key_of(&mapping.key, keys), conditions(mapping, rows, None, &[]));
    let order = if keys.are_numbers() { " ORDER BY 1" } else { "" };
    format!("SELECT DISTINCT {key} FROM {}{conditions}{order}", rows.relation)
}

/// The query that reads what rows refer to: the values of some columns, how many rows have them, and the first of their
/// keys. The columns come with the keys of the tables that they refer to. `side`: of the rows that were set aside.
pub fn references(
    mapping: &TableMapping,
    rows: &ShopRows,
    side: Option<&Side>,
    keys: &RowKeys,
    columns: &[(&Column, &RowKeys)],
) -> String {
    let relation = side.map_or(&rows.relation, |side| &side.relation);
    let columns: Vec<String> = columns.iter().map(|(column, keys)| key_of(column, keys)).collect();
    let refers = columns.iter().map(|column| format!("{column} IS NOT NULL")).collect::<Vec<_>>();
    let conditions = conditions(mapping, rows, side, &[format!("({})", refers.join(" OR "))]);
    let places: Vec<String> = (1..=columns.len()).map(|place| place.to_string()).collect();
    format!(
        "SELECT {}, count(*), min({}) FROM {relation}{conditions} GROUP BY {}",
        columns.join(", "),
        match keys.are_numbers() {
            true => whole(&mapping.key),
            // One order on every server.
            false => format!("{} COLLATE \"C\"", key_of(&mapping.key, keys)),
        },
        places.join(", ")
    )
}

/// A column with keys: as whole numbers, or as texts.
fn key_of(column: &Column, keys: &RowKeys) -> String {
    match keys.are_numbers() {
        true => whole(column),
        false => beginning(&quote(&column.name), &column.sql_type, key::LONGEST),
    }
}

/// A column as a whole number; NULL where it is none.
fn whole(column: &Column) -> String {
    let name = quote(&column.name);
    match base(&column.sql_type) {
        "smallint" | "integer" | "bigint" => name,
        "numeric" | "real" | "double precision" => {
            format!("CASE WHEN {name} = trunc({name}) AND abs({name}) < 9e18 THEN {name}::bigint END")
        }
        sql_type => {
            let text = beginning(&name, sql_type, 24);
            format!("CASE WHEN {text} ~ '^\\s*-?[0-9]{{1,18}}\\s*$' THEN {text}::bigint END")
        }
    }
}

/// What is read of a row. `side`: of one that was set aside, whose table may lack what tells about loads.
fn fields(mapping: &TableMapping, keys: &RowKeys, guarded: bool, side: Option<&Side>) -> Vec<String> {
    let short = |column: &Column, longest: usize| {
        let name = quote(&column.name);
        match guarded && any_length(&column.sql_type) {
            true => beginning(&name, &column.sql_type, longest),
            false => name,
        }
    };
    let mark = |column: Option<&Column>| {
        let there =
            |column: &&Column| side.is_none_or(|side| side.columns.iter().any(|one| one.name == column.name));
        column.filter(there).map_or_else(|| "NULL".to_owned(), |column| short(column, LONGEST_MARK))
    };
    let mut fields = vec![
        // Where keys are numbers others are no keys of the shop: their rows come last.
        key_of(&mapping.key, keys),
        mark(mapping.valid_from.as_ref()),
        mark(mapping.valid_to.as_ref()),
        mark(mapping.current.as_ref()),
        mark(mapping.deleted.as_ref().map(|deleted| &deleted.column)),
        mark(mapping.stamp()),
        mark(mapping.order.as_ref()),
    ];
    fields.extend(mapping.columns.iter().map(|(_, column)| short(column, LONGEST)));
    fields
}

/// Which rows are the shop's, and meet further conditions.
fn conditions(mapping: &TableMapping, rows: &ShopRows, side: Option<&Side>, further: &[String]) -> String {
    let mut conditions: Vec<String> = further.to_vec();
    if let (Some(column), Some(value)) = (&mapping.shop_column, &rows.value) {
        conditions.push(format!("{}::text = {}", quote(column), literal(value)));
    }
    if let (Some((column, texts)), None) = (&mapping.ghosts, side) {
        let texts: Vec<String> = texts.iter().map(|text| literal(text)).collect();
        let column = quote(column);
        conditions.push(format!("({column} IS NULL OR {column}::text NOT IN ({}))", texts.join(", ")));
    }
    match conditions.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", conditions.join(" AND ")),
    }
}

/// The first characters of a value's text. Of bytes only as many are printed.
fn beginning(name: &str, sql_type: &str, characters: usize) -> String {
    match base(sql_type) {
        "bytea" => format!("left(substring({name}, 1, {characters})::text, {characters})"),
        _ => format!("left({name}::text, {characters})"),
    }
}

/// A type without its modifier.
fn base(sql_type: &str) -> &str {
    sql_type.split('(').next().unwrap_or_default()
}

/// Whether a value of the type may be of any length.
fn any_length(sql_type: &str) -> bool {
    let fixed = [
        "smallint",
        "integer",
        "bigint",
        "real",
        "double precision",
        "boolean",
        "date",
        "uuid",
        "money",
        "interval",
        "inet",
        "cidr",
        "macaddr",
    ];
    let timed = sql_type.starts_with("time");
    let limited = sql_type.starts_with("character") && sql_type.contains('(');
    !(fixed.contains(&base(sql_type)) || timed || limited)
}

/// One row of the query in the text format of `COPY`.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// The fields before the graded columns, as they are sent.
    pub fields: [&'a [u8]; FIELDS],
    /// The graded columns, separated by tabs.
    pub graded: &'a [u8],
}

impl<'a> Line<'a> {
    /// Splits a line; `None`: it has too few fields.
    pub fn split(line: &'a [u8]) -> Option<Self> {
        let mut rest = line;
        let mut fields = [&line[..0]; FIELDS];
        for (place, field) in fields.iter_mut().enumerate() {
            match rest.iter().position(|byte| *byte == b'\t') {
                Some(tab) => (*field, rest) = (&rest[..tab], &rest[tab + 1..]),
                // Without graded columns the line ends here.
                None if place == FIELDS - 1 => (*field, rest) = (rest, &rest[rest.len()..]),
                None => return None,
            }
        }
        Some(Self { fields, graded: rest })
    }

    /// The key of a line that is not split yet; `None`: NULL.
    pub fn key(line: &'a [u8]) -> Option<Cow<'a, str>> {
        line.split(|byte| *byte == b'\t').next().and_then(unescaped)
    }

    /// A field before the graded columns; `None`: NULL.
    pub fn field(&self, place: usize) -> Option<Cow<'a, str>> {
        unescaped(self.fields[place])
    }

    /// The graded columns; `None`: NULL.
    pub fn cells(&self) -> impl Iterator<Item = Option<Cow<'a, str>>> {
        self.graded.split(|byte| *byte == b'\t').map(unescaped)
    }
}

/// A field of `COPY`'s text format (<https://www.postgresql.org/docs/current/sql-copy.html>); `None`: NULL.
pub fn unescaped(field: &[u8]) -> Option<Cow<'_, str>> {
    if field == b"\\N" {
        return None;
    }
    if !field.contains(&b'\\') {
        return Some(String::from_utf8_lossy(field));
    }
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next() {
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(b'v') => 11,
                Some(other) => other,
                None => b'\\',
            },
            other => other,
        });
    }
    Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}
