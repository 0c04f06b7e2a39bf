//! PostgreSQL's binary format: values, COPY rows, arrays.
//!
//! Owns bytes only. Fields of COPY and elements of arrays have the same form: a length, then the value
//! as the type's receive function reads it (<https://www.postgresql.org/docs/current/sql-copy.html>).

use std::error::Error;

use bytes::{BufMut, Bytes, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};

use crate::plan::{TablePlan, Values};
use crate::tick::{Changes, Rows};
use crate::value::{Decimal, SECOND, SqlType, Timestamp, Value};

/// 2000-01-01, from which PostgreSQL counts, in microseconds since 1970.
const EPOCH: i64 = 946_684_800 * SECOND;
/// The same in days.
const EPOCH_DAY: i32 = 10_957;

/// What comes before the rows of a binary COPY.
pub const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What comes after them.
pub const COPY_TRAILER: &[u8] = &(-1i16).to_be_bytes();

/// Appends a value with its length.
///
/// # Panics
/// If the value's kind is not the type's, which a compiled column rules out.
pub(super) fn put(buffer: &mut BytesMut, sql_type: SqlType, value: Value<'_>) {
    match (sql_type, value) {
        (SqlType::SmallInt, Value::Int(int)) => {
            buffer.put_i32(2);
            buffer.put_i16(int as i16);
        }
        (SqlType::Int, Value::Int(int)) => {
            buffer.put_i32(4);
            buffer.put_i32(int as i32);
        }
        (SqlType::BigInt, Value::Int(int)) => {
            buffer.put_i32(8);
            buffer.put_i64(int);
        }
        (SqlType::Real, Value::Float(float)) => {
            buffer.put_i32(4);
            buffer.put_f32(float as f32);
        }
        (SqlType::Double, Value::Float(float)) => {
            buffer.put_i32(8);
            buffer.put_f64(float);
        }
        (SqlType::Numeric(_), Value::Decimal(decimal)) => put_numeric(buffer, decimal),
        (SqlType::Boolean, Value::Bool(bool)) => {
            buffer.put_i32(1);
            buffer.put_u8(bool.into());
        }
        (SqlType::Varchar(_) | SqlType::Text, Value::Text(text)) => {
            // A text that long could not be a field; it would be refused by the server by its length.
            buffer.put_i32(text.len() as i32);
            buffer.put_slice(text.as_bytes());
        }
        (SqlType::Date, Value::Date(date)) => {
            buffer.put_i32(4);
            buffer.put_i32(date.0.saturating_sub(EPOCH_DAY));
        }
        (SqlType::Timestamp | SqlType::TimestampTz, Value::Timestamp(at)) => {
            buffer.put_i32(8);
            buffer.put_i64(at.0.saturating_sub(EPOCH));
        }
        (sql_type, value) => unreachable!("a column of type {sql_type} drew {value:?}"),
    }
}

/// Appends a `numeric`: groups of four decimal digits, aligned to the point, without outer zero groups
/// (`numeric_recv` in PostgreSQL's `numeric.c`).
fn put_numeric(buffer: &mut BytesMut, Decimal { units, scale }: Decimal) {
    const GROUP: u128 = 10_000;
    let fraction_groups = usize::from(scale).div_ceil(4);
    // Widened so that the fraction fills its groups.
    let widen = 10u128.pow((fraction_groups * 4 - usize::from(scale)) as u32);
    let mut rest = u128::from(units.unsigned_abs()) * widen;
    let mut groups = Vec::with_capacity(10);
    let mut weight = -(fraction_groups as i16);
    while rest > 0 {
        let group = (rest % GROUP) as i16;
        rest /= GROUP;
        if group != 0 || !groups.is_empty() {
            groups.push(group);
        }
        weight += 1;
    }
    // The weight is that of the first group: the power of 10,000 it counts.
    let weight = if groups.is_empty() { 0 } else { weight - 1 };
    buffer.put_i32(8 + 2 * groups.len() as i32);
    buffer.put_i16(groups.len() as i16);
    buffer.put_i16(weight);
    buffer.put_u16(if units < 0 { 0x4000 } else { 0 });
    buffer.put_u16(scale.into());
    groups.iter().rev().for_each(|group| buffer.put_i16(*group));
}

/// Appends rows as a binary COPY of all columns of the table takes them.
pub fn put_rows(buffer: &mut BytesMut, table: &TablePlan, rows: &Rows) {
    let fields = table.columns.len() as i16 + 2;
    for (row, id) in rows.ids.clone().enumerate() {
        buffer.put_i16(fields);
        put(buffer, table.key_type, Value::Int(id));
        for (column, values) in table.columns.iter().zip(&rows.columns) {
            put(buffer, column.sql_type, values.get(row));
        }
        put(buffer, table.created_at, Value::Timestamp(rows.created_at));
    }
}

/// The type of an array's elements that takes the values of a column: `varchar(n)` travels as `text`,
/// so that the assignment checks the length.
pub fn element_type(sql_type: SqlType) -> Type {
    match sql_type {
        SqlType::SmallInt => Type::INT2,
        SqlType::Int => Type::INT4,
        SqlType::BigInt => Type::INT8,
        SqlType::Real => Type::FLOAT4,
        SqlType::Double => Type::FLOAT8,
        SqlType::Numeric(_) => Type::NUMERIC,
        SqlType::Boolean => Type::BOOL,
        SqlType::Varchar(_) | SqlType::Text => Type::TEXT,
        SqlType::Date => Type::DATE,
        SqlType::Timestamp => Type::TIMESTAMP,
        SqlType::TimestampTz => Type::TIMESTAMPTZ,
    }
}

/// A parameter that is encoded already.
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

/// Bits of a change mask that fit one `bigint` without its sign.
pub const MASK_BITS: usize = 63;

/// The parameters of a table's update: the keys, the change masks, then column after column the new
/// values, NULL where the value stays.
pub fn update_parameters(table: &TablePlan, changes: &Changes) -> Vec<Encoded> {
    let rows = changes.ids.len();
    let mut parameters = Vec::with_capacity(2 + table.columns.len());
    parameters.push(array(table.key_type, rows, |row| Some(Value::Int(changes.ids[row]))));
    for columns in changes.changed.chunks(MASK_BITS) {
        parameters.push(array(SqlType::BigInt, rows, |row| {
            let bit = |(place, column): (usize, &Vec<bool>)| i64::from(column[row]) << place;
            Some(Value::Int(columns.iter().enumerate().map(bit).sum()))
        }));
    }
    for ((column, changed), values) in table.columns.iter().zip(&changes.changed).zip(&changes.columns) {
        let value = |row: usize| changed[row].then(|| Values::get(values, row));
        parameters.push(array(column.sql_type, rows, value));
    }
    parameters
}

fn array<'a>(sql_type: SqlType, rows: usize, value: impl Fn(usize) -> Option<Value<'a>>) -> Encoded {
    let mut buffer = BytesMut::with_capacity(20 + rows * 12);
    buffer.put_i32(1); // dimensions
    buffer.put_i32(1); // there may be nulls
    buffer.put_u32(element_type(sql_type).oid());
    buffer.put_i32(rows as i32);
    buffer.put_i32(1); // the first index
    for row in 0..rows {
        match value(row) {
            Some(value) => put(&mut buffer, sql_type, value),
            None => buffer.put_i32(-1),
        }
    }
    Encoded(buffer.freeze())
}

impl<'a> FromSql<'a> for Timestamp {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(i64::from_be_bytes(raw.try_into()?).saturating_add(EPOCH)))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::TIMESTAMP | Type::TIMESTAMPTZ)
    }
}

impl ToSql for Timestamp {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.put_i64(self.0.saturating_sub(EPOCH));
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::TIMESTAMP | Type::TIMESTAMPTZ)
    }

    tokio_postgres::types::to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Date;

    fn bytes(sql_type: SqlType, value: Value<'_>) -> Vec<u8> {
        let mut buffer = BytesMut::new();
        put(&mut buffer, sql_type, value);
        buffer.to_vec()
    }

    #[test]
    fn values_are_encoded_as_their_types_receive_functions_read_them() {
        assert_eq!(bytes(SqlType::SmallInt, Value::Int(-2)), [0, 0, 0, 2, 0xff, 0xfe]);
        assert_eq!(bytes(SqlType::Int, Value::Int(258)), [0, 0, 0, 4, 0, 0, 1, 2]);
        assert_eq!(bytes(SqlType::BigInt, Value::Int(1)), [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(bytes(SqlType::Real, Value::Float(1.0)), [0, 0, 0, 4, 0x3f, 0x80, 0, 0]);
        assert_eq!(bytes(SqlType::Double, Value::Float(1.0)), [0, 0, 0, 8, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bytes(SqlType::Boolean, Value::Bool(true)), [0, 0, 0, 1, 1]);
        assert_eq!(bytes(SqlType::Varchar(None), Value::Text("ü")), [0, 0, 0, 2, 0xc3, 0xbc]);
        let new_year = Date::from_ymd(2000, 1, 2).unwrap();
        assert_eq!(bytes(SqlType::Date, Value::Date(new_year)), [0, 0, 0, 4, 0, 0, 0, 1]);
        let second = new_year.midnight().plus(1);
        let day = (86_400_000_001i64).to_be_bytes();
        assert_eq!(bytes(SqlType::Timestamp, Value::Timestamp(second))[4..], day);
    }

    #[test]
    fn numerics_are_groups_of_four_digits_about_the_point() {
        let parts = |units, scale| {
            let bytes = bytes(SqlType::Numeric(None), Value::Decimal(Decimal { units, scale }));
            bytes[4..].chunks(2).map(|two| i16::from_be_bytes([two[0], two[1]])).collect::<Vec<_>>()
        };
        assert_eq!(parts(0, 2), [0, 0, 0, 2]);
        assert_eq!(parts(123_456_789, 4), [3, 1, 0, 4, 1, 2345, 6789]);
        assert_eq!(parts(-50, 2), [1, -1, 0x4000, 2, 5000]);
        assert_eq!(parts(5, 6), [1, -2, 0, 6, 500]);
        assert_eq!(parts(20_000, 0), [1, 1, 0, 0, 2]);
    }

    #[test]
    fn arrays_say_their_type_and_size_and_mark_nulls() {
        let Encoded(bytes) = array(SqlType::Int, 2, |row| (row == 1).then_some(Value::Int(7)));
        let expected: [i32; 8] = [1, 1, 23, 2, 1, -1, 4, 7];
        assert_eq!(bytes.to_vec(), expected.map(i32::to_be_bytes).concat());
    }

    #[test]
    fn the_copy_frame_is_the_documented_one() {
        assert_eq!(COPY_HEADER.len(), 19);
        assert_eq!(COPY_TRAILER, [0xff, 0xff]);
    }
}
