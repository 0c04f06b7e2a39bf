//! The parameters of a tick's statements, encoded: arrays of keys, change masks and values.
//!
//! Owns their order, which `sql` numbers the same way. The bytes of a single value are those of `encode`.

use std::error::Error;

use bytes::{Bytes, BytesMut};
use tokio_postgres::types::{IsNull, ToSql, Type};

use super::encode::{element_type, line, put, put_array};
use crate::config::TechKind;
use crate::plan::{RowKey, RowKeys, TablePlan};
use crate::tick::{InsertedRows, UpdatedRow, UpdatedRows};
use crate::value::{SqlType, Value};

/// A parameter that is already encoded.
#[derive(Debug)]
pub struct Encoded(Bytes);

impl ToSql for Encoded {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

/// The size of parameters in bytes.
pub fn bytes(parameters: &[Encoded]) -> usize {
    parameters.iter().map(|Encoded(bytes)| bytes.len()).sum()
}

/// Bits of a change mask that fit a `bigint` without its sign.
pub const MASK_BITS: usize = 63;

/// Encodes the parameters of an update.
pub type OfUpdate = fn(&TablePlan, &RowKeys, UpdatedRows<'_>) -> Vec<Encoded>;

/// The parameters of an update of some rows: the keys, the change masks, then column after column the new
/// values, NULL where the value stays or becomes NULL, then the tech columns.
pub fn of_update(table: &TablePlan, row_keys: &RowKeys, rows: UpdatedRows<'_>) -> Vec<Encoded> {
    let count = rows.count();
    let mut parameters = Vec::with_capacity(2 + table.columns.len());
    parameters.push(keys(table, row_keys, rows.iter().map(UpdatedRow::id), count));
    for first in (0..table.columns.len()).step_by(MASK_BITS) {
        let columns = first..table.columns.len().min(first + MASK_BITS);
        let mask = |row: UpdatedRow<'_>| {
            let bit = |column: usize| i64::from(row.changes(column)) << (column - first);
            Value::Int(columns.clone().map(bit).sum())
        };
        parameters.push(array(&SqlType::BigInt, rows.iter().map(mask), count));
    }
    for (place, column) in table.columns.iter().enumerate() {
        let values = rows.iter().map(|row| row.new_value(place).unwrap_or(Value::Null));
        parameters.push(array_of_column(&column.sql_type, values, count));
    }
    parameters.extend(tech_values(table, rows, false));
    parameters
}

/// The parameters of a soft delete of some rows: the keys, then the tech columns.
pub fn of_soft_delete(table: &TablePlan, row_keys: &RowKeys, rows: UpdatedRows<'_>) -> Vec<Encoded> {
    let keys = keys(table, row_keys, rows.iter().map(UpdatedRow::id), rows.count());
    std::iter::once(keys).chain(tech_values(table, rows, true)).collect()
}

fn tech_values(table: &TablePlan, rows: UpdatedRows<'_>, soft_delete: bool) -> impl Iterator<Item = Encoded> {
    table.tech_of_update(soft_delete).map(move |tech| {
        let value = |row: UpdatedRow<'_>| row.tech_value(tech).unwrap_or(Value::Null);
        array(&tech.sql_type, rows.iter().map(value), rows.count())
    })
}

/// An array of the keys of some rows.
pub fn keys(table: &TablePlan, row_keys: &RowKeys, ids: impl Iterator<Item = i64>, count: usize) -> Encoded {
    if row_keys.are_numbers() {
        return array(&table.key_type, ids.map(Value::Int), count);
    }
    let keys: Vec<RowKey> = ids.map(|id| row_keys.key(id)).collect();
    array(&table.key_type, keys.iter().map(RowKey::value), count)
}

/// The parameters of an insert of some rows: the keys, then column after column, then the tech columns.
pub fn of_insert(table: &TablePlan, row_keys: &RowKeys, rows: &InsertedRows) -> Vec<Encoded> {
    let count = rows.ids.count();
    let mut parameters = Vec::with_capacity(2 + table.columns.len());
    parameters.push(keys(table, row_keys, rows.ids.iter().map(|(_, id)| id), count));
    for (column, values) in table.columns.iter().zip(&rows.columns) {
        let values = rows.ids.iter().map(|(row, _)| values.get(row));
        parameters.push(array_of_column(&column.sql_type, values, count));
    }
    for tech in table.tech.iter().filter(|tech| tech.kind != TechKind::DeletedAt) {
        if table.varies(tech) {
            let stamps: Vec<_> = rows.ids.iter().map(|(row, _)| rows.stamps(row)).collect();
            parameters.push(array(&tech.sql_type, stamps.iter().map(|stamps| tech.value(stamps)), count));
            continue;
        }
        let mut value = Vec::with_capacity(12);
        put(&mut value, &tech.sql_type, 0, tech.value(&rows.stamps(0)));
        // The protocol adds the length of a parameter itself.
        parameters.push(Encoded(Bytes::from(value).slice(4..)));
    }
    parameters
}

/// An array of the values of a column, in the form that its statement expects.
fn array_of_column<'a>(sql_type: &SqlType, values: impl Iterator<Item = Value<'a>>, count: usize) -> Encoded {
    match sql_type {
        SqlType::Array(_) => array_of_texts(values, count),
        sql_type => array(sql_type, values, count),
    }
}

/// An array of a column's values.
fn array<'a>(sql_type: &SqlType, values: impl Iterator<Item = Value<'a>>, count: usize) -> Encoded {
    let mut buffer = Vec::with_capacity(20 + count * 12);
    put_array(&mut buffer, sql_type, element_type(sql_type).oid(), line(count), values);
    Encoded(buffer.into())
}

/// An array of the texts of a column of arrays.
fn array_of_texts<'a>(values: impl Iterator<Item = Value<'a>>, count: usize) -> Encoded {
    let texts: Vec<Option<String>> =
        values.map(|value| (value != Value::Null).then(|| format!("{value:#}"))).collect();
    let mut buffer = Vec::with_capacity(20 + count * 12);
    let values = texts.iter().map(|text| text.as_deref().map_or(Value::Null, Value::Text));
    put_array(&mut buffer, &SqlType::Text, Type::TEXT.oid(), line(count), values);
    Encoded(buffer.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_say_their_type_and_size_and_mark_nulls() {
        let Encoded(bytes) = array(&SqlType::Int, [Value::Null, Value::Int(7)].into_iter(), 2);
        let expected: [i32; 8] = [1, 1, 23, 2, 1, -1, 4, 7];
        assert_eq!(bytes.to_vec(), expected.map(i32::to_be_bytes).concat());
    }
}
