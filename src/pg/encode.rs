//! PostgreSQL's binary format: values, COPY rows, arrays.
//!
//! Only converts values to bytes. Fields of COPY and elements of arrays have the same format: a length, then the value as
//! the type's receive function reads it (<https://www.postgresql.org/docs/current/sql-copy.html>).

use std::error::Error;
use std::net::IpAddr;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};

use super::numeric;
use crate::plan::{RowKeys, TablePlan};
use crate::tick::InsertedRows;
use crate::value::{Date, EnumType, Interval, Network, SECOND, SqlType, Store, Timestamp, Value, Values};

/// 2000-01-01, from which PostgreSQL counts, in microseconds since 1970.
const EPOCH: i64 = 946_684_800 * SECOND;
/// The same in days.
const EPOCH_DAY: i32 = 10_957;

/// The header of a binary COPY.
pub const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// The trailer of a binary COPY.
pub const COPY_TRAILER: &[u8] = &(-1i16).to_be_bytes();

/// A column's type for the binary format.
#[derive(Clone, Debug)]
pub struct Wire {
    /// The type.
    pub sql_type: SqlType,
    /// The OID of an array's elements; 0 for others.
    pub element: u32,
}

impl Wire {
    /// The wire form of a type; `oid_of_enum` returns the OID of an enum.
    pub fn of(sql_type: &SqlType, oid_of_enum: impl Fn(&EnumType) -> u32) -> Self {
        let element = match sql_type {
            SqlType::Array(element) => match &**element {
                SqlType::Enum(declared) => oid_of_enum(declared),
                element => own_type(element).oid(),
            },
            _ => 0,
        };
        Self { sql_type: sql_type.clone(), element }
    }
}

/// Appends a value with its length; that of NULL is -1.
///
/// # Panics
/// If the value's kind is not the type's, which a compiled column rules out.
pub(super) fn put(buffer: &mut Vec<u8>, sql_type: &SqlType, element: u32, value: Value<'_>) {
    match (sql_type, value) {
        (_, Value::Null) => buffer.put_i32(-1),
        (SqlType::SmallInt, Value::Int(int)) => {
            buffer.put_i32(2);
            buffer.put_u16(low_16(int));
        }
        (SqlType::Int, Value::Int(int)) => put_four(buffer, low_32(int)),
        (SqlType::BigInt, Value::Int(int)) => put_eight(buffer, int.cast_unsigned()),
        (SqlType::Jsonb, Value::Json(text)) => {
            // The version of the format, which is text.
            buffer.put_i32(1 + length(text.len()));
            buffer.put_u8(1);
            buffer.put_slice(text.as_bytes());
        }
        (SqlType::Array(element_type), Value::Array(items)) => {
            let dimensions = items.dimensions().map(|dimension| (length(dimension.length), dimension.first));
            put_sized(buffer, |buffer| put_array(buffer, element_type, element, dimensions, items.iter()));
        }
        // Each of the other types has its own kind of value, or is a text.
        (_, Value::Real(float)) => put_four(buffer, float.to_bits()),
        (_, Value::Float(float)) => put_eight(buffer, float.to_bits()),
        (_, Value::Decimal(decimal)) => numeric::put(buffer, decimal),
        (_, Value::Numeric(text)) => numeric::put_text(buffer, text),
        (_, Value::Money(amount)) => put_eight(buffer, amount.0.cast_unsigned()),
        (_, Value::Bool(bool)) => {
            buffer.put_i32(1);
            buffer.put_u8(bool.into());
        }
        (_, Value::Text(text) | Value::Json(text)) => put_bytes(buffer, text.as_bytes()),
        (_, Value::Date(date)) => put_four(buffer, days(date).cast_unsigned()),
        (_, Value::Time(time)) => put_eight(buffer, time.0.cast_unsigned()),
        (_, Value::Timestamp(at) | Value::TimestampTz(at)) => {
            put_eight(buffer, micros(at).cast_unsigned());
        }
        (_, Value::Interval(Interval { months, days, micros })) => {
            buffer.put_i32(16);
            buffer.put_i64(micros);
            buffer.put_i32(days);
            buffer.put_i32(months);
        }
        (_, Value::Uuid(bytes)) => put_bytes(buffer, &bytes),
        (_, Value::Bytes(bytes)) => put_bytes(buffer, bytes),
        (_, Value::Inet(network)) => put_network(buffer, network, false),
        (_, Value::Cidr(network)) => put_network(buffer, network, true),
        (_, Value::MacAddr(bytes)) => put_bytes(buffer, &bytes),
        (sql_type, value) => unreachable!("a column of type {sql_type} drew {value:?}"),
    }
}

/// A length or count in the binary format.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "chunks are at most some MiB, and values at most 1 GiB"
)]
fn length(count: usize) -> i32 {
    count as i32
}

/// The bits of a `smallint`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "plans only hold integer columns whose values fit their type"
)]
fn low_16(int: i64) -> u16 {
    int as u16
}

/// The bits of an `integer`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "plans only hold integer columns whose values fit their type"
)]
fn low_32(int: i64) -> u32 {
    int as u32
}

/// Appends four bytes with their length, in one write.
fn put_four(buffer: &mut Vec<u8>, bits: u32) {
    buffer.extend_from_slice(&(4 << 32 | u64::from(bits)).to_be_bytes());
}

/// Appends eight bytes with their length, in one write.
fn put_eight(buffer: &mut Vec<u8>, bits: u64) {
    buffer.extend_from_slice(&(8 << 64 | u128::from(bits)).to_be_bytes()[4..]);
}

fn put_bytes(buffer: &mut Vec<u8>, bytes: &[u8]) {
    buffer.put_i32(length(bytes.len()));
    buffer.put_slice(bytes);
}

/// Appends the output of `put`, preceded by its length.
fn put_sized(buffer: &mut Vec<u8>, put: impl FnOnce(&mut Vec<u8>)) {
    let start = buffer.len();
    buffer.put_i32(0);
    put(buffer);
    let length = length(buffer.len() - start - 4);
    buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// Appends an address: family, bits of the network, whether it is a `cidr`, number of bytes, bytes
/// (`network_recv` in PostgreSQL's `network.c`).
fn put_network(buffer: &mut Vec<u8>, network: Network, cidr: bool) {
    let mut put = |family: u8, length: u8, bytes: &[u8]| {
        buffer.put_i32(4 + i32::from(length));
        buffer.put_slice(&[family, network.prefix, cidr.into(), length]);
        buffer.put_slice(bytes);
    };
    match network.address {
        IpAddr::V4(address) => put(2, 4, &address.octets()),
        IpAddr::V6(address) => put(3, 16, &address.octets()),
    }
}

/// Microseconds since 2000; infinity has the same representation.
fn micros(at: Timestamp) -> i64 {
    if at == Timestamp::MAX { at.0 } else { at.0.saturating_sub(EPOCH) }
}

/// Days since 2000; infinity has the same representation.
fn days(date: Date) -> i32 {
    if date == Date::MAX { date.0 } else { date.0.saturating_sub(EPOCH_DAY) }
}

/// Appends rows in the format of a binary COPY of all columns of the table; `wires` are the types of the columns between
/// the key and the tech columns.
pub fn put_rows(
    buffer: &mut Vec<u8>,
    table: &TablePlan,
    keys: &RowKeys,
    wires: &[Wire],
    rows: &InsertedRows,
) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "PostgreSQL's tables have at most 1,600 columns"
    )]
    let fields = table.columns.len() as i16 + 1 + table.tech.len() as i16;
    for (row, id) in rows.ids.iter() {
        buffer.put_i16(fields);
        put(buffer, &table.key_type, 0, keys.key(id).value());
        for (wire, values) in wires.iter().zip(&rows.columns) {
            put_row(buffer, wire, values, row);
        }
        for (tech, value) in table.tech_values(rows.stamps(row)) {
            put(buffer, &tech.sql_type, 0, value);
        }
    }
}

/// Appends a value of a row like [`put`], with fast paths for the most frequent types.
fn put_row(buffer: &mut Vec<u8>, wire: &Wire, values: &Values, row: usize) {
    match (values.without_nulls(), &wire.sql_type) {
        (Some(Store::Int(ints)), SqlType::Int) => put_four(buffer, low_32(ints[row])),
        (Some(Store::Int(ints)), SqlType::BigInt) => put_eight(buffer, ints[row].cast_unsigned()),
        (Some(Store::Float(floats)), _) => put_eight(buffer, floats[row].to_bits()),
        (Some(Store::Text(texts)), _) => put_bytes(buffer, texts.bytes(row)),
        (_, sql_type) => put(buffer, sql_type, wire.element, values.get(row)),
    }
}

/// Appends one value of a column, in the format of a row.
pub fn put_field(buffer: &mut Vec<u8>, wire: &Wire, value: Value<'_>) {
    put(buffer, &wire.sql_type, wire.element, value);
}

/// The element type that an array in binary format names. Enums, whose OIDs only the server knows, count as text.
fn own_type(sql_type: &SqlType) -> Type {
    match sql_type {
        SqlType::Varchar(_) => Type::VARCHAR,
        SqlType::Char(_) => Type::BPCHAR,
        other => element_type(other),
    }
}

/// The type of an array's elements that takes the values of a column in an update.
///
/// `char(n)` and `varchar(n)` are sent as `text`, so that the assignment checks the length; so are enums, whose OIDs only
/// the server knows, and arrays, because arrays of arrays do not exist.
pub fn element_type(sql_type: &SqlType) -> Type {
    match sql_type {
        SqlType::SmallInt => Type::INT2,
        SqlType::Int => Type::INT4,
        SqlType::BigInt => Type::INT8,
        SqlType::Real => Type::FLOAT4,
        SqlType::Double => Type::FLOAT8,
        SqlType::Numeric(_) => Type::NUMERIC,
        SqlType::Money => Type::MONEY,
        SqlType::Boolean => Type::BOOL,
        SqlType::Char(_) | SqlType::Varchar(_) | SqlType::Text => Type::TEXT,
        SqlType::Enum(_) | SqlType::Array(_) => Type::TEXT,
        SqlType::Date => Type::DATE,
        SqlType::Time => Type::TIME,
        SqlType::Timestamp => Type::TIMESTAMP,
        SqlType::TimestampTz => Type::TIMESTAMPTZ,
        SqlType::Interval => Type::INTERVAL,
        SqlType::Uuid => Type::UUID,
        SqlType::Json => Type::JSON,
        SqlType::Jsonb => Type::JSONB,
        SqlType::Bytea => Type::BYTEA,
        SqlType::Inet => Type::INET,
        SqlType::Cidr => Type::CIDR,
        SqlType::MacAddr => Type::MACADDR,
    }
}

/// The dimensions of a one-dimensional array, as length and first index; none if it is empty.
pub(super) fn line(count: usize) -> impl ExactSizeIterator<Item = (i32, i32)> {
    (count > 0).then_some((length(count), 1)).into_iter()
}

/// Appends an array with its dimensions, none if it is empty
/// (`array_recv` in PostgreSQL's `arrayfuncs.c`).
pub(super) fn put_array<'a>(
    buffer: &mut Vec<u8>,
    element: &SqlType,
    oid: u32,
    dimensions: impl ExactSizeIterator<Item = (i32, i32)>,
    values: impl Iterator<Item = Value<'a>>,
) {
    buffer.put_i32(length(dimensions.len()));
    let flag = buffer.len();
    buffer.put_i32(0); // whether there are nulls
    buffer.put_u32(oid);
    for (length, first) in dimensions {
        buffer.put_i32(length);
        buffer.put_i32(first);
    }
    for value in values {
        if value == Value::Null {
            buffer[flag..flag + 4].copy_from_slice(&1i32.to_be_bytes());
        }
        put(buffer, element, 0, value);
    }
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
        out.put_i64(micros(*self));
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

    fn bytes(sql_type: SqlType, value: Value<'_>) -> Vec<u8> {
        let mut buffer = Vec::new();
        put(&mut buffer, &sql_type, 0, value);
        buffer
    }

    #[test]
    fn values_are_encoded_as_their_types_receive_functions_read_them() {
        assert_eq!(bytes(SqlType::SmallInt, Value::Int(-2)), [0, 0, 0, 2, 0xff, 0xfe]);
        assert_eq!(bytes(SqlType::Int, Value::Int(258)), [0, 0, 0, 4, 0, 0, 1, 2]);
        assert_eq!(bytes(SqlType::BigInt, Value::Int(1)), [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(bytes(SqlType::Real, Value::Real(1.0)), [0, 0, 0, 4, 0x3f, 0x80, 0, 0]);
        assert_eq!(bytes(SqlType::Double, Value::Float(1.0)), [0, 0, 0, 8, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bytes(SqlType::Boolean, Value::Bool(true)), [0, 0, 0, 1, 1]);
        assert_eq!(bytes(SqlType::Varchar(None), Value::Text("ü")), [0, 0, 0, 2, 0xc3, 0xbc]);
        let new_year = Date::from_ymd(2000, 1, 2).unwrap();
        assert_eq!(bytes(SqlType::Date, Value::Date(new_year)), [0, 0, 0, 4, 0, 0, 0, 1]);
        let second = new_year.midnight().plus(1);
        let day = (86_400_000_001i64).to_be_bytes();
        assert_eq!(bytes(SqlType::Timestamp, Value::Timestamp(second))[4..], day);
    }

    /// The encoded form of the value that a text is read as.
    fn read(sql_type: &str, text: &str) -> Vec<u8> {
        let sql_type = SqlType::parse(sql_type).unwrap();
        let mut values = crate::value::Values::of(&sql_type);
        assert!(values.read(&sql_type, text), "{text}");
        let Wire { sql_type, element } = Wire::of(&sql_type, |_| 0);
        let mut buffer = Vec::new();
        put(&mut buffer, &sql_type, element, values.get(0));
        let length = i32::from_be_bytes(buffer[..4].try_into().unwrap());
        assert_eq!(usize::try_from(length).unwrap(), buffer.len() - 4, "{text}");
        buffer[4..].to_vec()
    }

    #[test]
    fn the_further_types_are_encoded_as_their_receive_functions_read_them() {
        let i64s = |number: i64| number.to_be_bytes().to_vec();
        assert_eq!(read("money", "1.5"), i64s(150));
        assert_eq!(read("time", "00:00:01"), i64s(1_000_000));
        assert_eq!(
            read("interval", "1 mon 2 days 00:00:00.000003"),
            [0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1]
        );
        assert_eq!(read("char(3)", "a"), b"a  ");
        assert_eq!(read("json", "{ }"), b"{ }");
        assert_eq!(read("jsonb", "{ }"), b"\x01{}");
        assert_eq!(read("bytea", "\\x00ff"), [0, 255]);
        assert_eq!(read("uuid", "00000000-0000-0000-0000-0000000000ff")[14..], [0, 255]);
        assert_eq!(read("date", "infinity"), i32::MAX.to_be_bytes());
        assert_eq!(read("timestamp", "-infinity"), i64::MIN.to_be_bytes());
        assert_eq!(read("timestamptz", "infinity"), i64::MAX.to_be_bytes());
        assert_eq!(read("macaddr", "08:00:2b:01:02:03"), [8, 0, 0x2b, 1, 2, 3]);
        assert_eq!(read("inet", "10.0.0.1"), [2, 32, 0, 4, 10, 0, 0, 1]);
        assert_eq!(read("cidr", "10.0.0.0/8"), [2, 8, 1, 4, 10, 0, 0, 0]);
        assert_eq!(read("inet", "::1/64")[..4], [3, 64, 0, 16]);
    }

    #[test]
    fn arrays_in_a_column_name_the_elements_own_type() {
        let words = |sql_type: &str, text: &str| {
            let bytes = read(sql_type, text);
            bytes[..12].chunks(4).map(|four| i32::from_be_bytes(four.try_into().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(words("varchar(2)[]", "{a}"), [1, 0, 1043]);
        assert_eq!(words("char[]", "{a}"), [1, 0, 1042]);
        assert_eq!(words("int[]", "{}"), [0, 0, 23]);
        assert_eq!(read("int[]", "{7,NULL}")[12..], [2, 1, 4, 7, -1].map(i32::to_be_bytes).concat());
        let square = [2, 0, 23, 2, 1, 2, 1, 4, 1, 4, 2, 4, 3, 4, 4];
        assert_eq!(read("int[]", "{{1,2},{3,4}}"), square.map(i32::to_be_bytes).concat());
        let mood = EnumType { name: "mood".to_owned(), labels: vec!["good".to_owned()] };
        let moods = SqlType::Enum(std::sync::Arc::new(mood)).array();
        assert_eq!(Wire::of(&moods, |_| 4711).element, 4711);
    }

    #[test]
    fn the_copy_frame_is_the_documented_one() {
        assert_eq!(COPY_HEADER.len(), 19);
        assert_eq!(COPY_TRAILER, [0xff, 0xff]);
    }
}
