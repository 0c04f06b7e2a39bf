//! The rows of a table as the database has them, in the order of their numbers.
//!
//! Owns how they are read: in one stream where a key is the number of its row; else the rows that shopsim may have
//! written by their keys, a chunk at a time, and all keys once more, to find those of others. Memory is bounded in rows.
//! Must not know what they are compared with.

use std::collections::BTreeSet;
use std::ops::Range;
use std::pin::Pin;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::{FutureExt, StreamExt};
use tokio_postgres::CopyOutStream;
use tokio_postgres::types::{FromSql, Type};

use super::connect::Connection;
use super::encode::COPY_HEADER;
use super::error::PgError;
use super::{parameters, sql};
use crate::plan::{RowKeys, TablePlan};
use crate::tick::{CHUNK_BYTES, CHUNK_ROWS};
use crate::value::{SqlType, Value};

/// A row.
pub(super) struct FoundRow {
    /// Its number.
    pub id: i64,
    /// Its fields but the key, as COPY sends them.
    pub fields: Bytes,
}

/// A table to be read.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub connection: &'a Connection,
    pub schema: &'a str,
    pub table: &'a TablePlan,
    pub keys: &'a RowKeys,
}

/// Its rows in the order of their numbers.
pub(super) enum Found<'a> {
    /// All with numbers that shopsim assigns.
    InOrder(CopyRows<'a>),
    /// Those of some numbers.
    Listed(ListedRows<'a>),
}

impl<'a> Found<'a> {
    /// Begins to read; `ids` are those that shopsim may have written.
    pub async fn open(place: Place<'a>, ids: Range<i64>) -> Result<Self, PgError> {
        if place.keys.are_numbers() {
            let statement = sql::read_rows(place.schema, place.table);
            return CopyRows::open(place, &statement).await.map(Self::InOrder);
        }
        Ok(Self::Listed(ListedRows { place, ids, chunk: Vec::new().into_iter() }))
    }

    /// The next row.
    pub async fn next(&mut self) -> Result<Option<FoundRow>, PgError> {
        match self {
            Self::InOrder(rows) => {
                let Some(mut fields) = rows.next().await? else { return Ok(None) };
                let id = match fields.get_i32() {
                    4 => fields.get_i32().into(),
                    _ => fields.get_i64(),
                };
                Ok(Some(FoundRow { id, fields }))
            }
            Self::Listed(rows) => rows.next().await,
        }
    }
}

/// The rows of a range of numbers, by their keys.
pub(super) struct ListedRows<'a> {
    place: Place<'a>,
    ids: Range<i64>,
    chunk: std::vec::IntoIter<FoundRow>,
}

impl ListedRows<'_> {
    async fn next(&mut self) -> Result<Option<FoundRow>, PgError> {
        loop {
            if let Some(row) = self.chunk.next() {
                return Ok(Some(row));
            }
            if self.ids.is_empty() {
                return Ok(None);
            }
            self.chunk = self.read().await?.into_iter();
        }
    }

    /// Reads the next chunk.
    async fn read(&mut self) -> Result<Vec<FoundRow>, PgError> {
        let Place { connection, schema, table, keys } = self.place;
        let most = CHUNK_BYTES / table.most_bytes().unwrap_or(CHUNK_BYTES / CHUNK_ROWS).max(1);
        let first = self.ids.start;
        let end = self.ids.end.min(first.saturating_add_unsigned(most.clamp(1, CHUNK_ROWS) as u64));
        self.ids.start = end;
        let count = usize::try_from(end - first).unwrap_or(0);
        let listed = parameters::keys(table, keys, first..end, count);
        let statement = sql::read_listed(schema, table);
        let rows = connection.query(&doing(table), &statement, &[&listed]).await?;
        let fields = 1..=table.all_columns().count();
        let found = rows.iter().map(|row| {
            let mut buffer = BytesMut::new();
            // The first is the key.
            for Raw(field) in fields.clone().skip(1).map(|place| row.get(place)) {
                match field {
                    None => buffer.put_i32(-1),
                    Some(bytes) => {
                        buffer.put_i32(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
                        buffer.put_slice(bytes);
                    }
                }
            }
            FoundRow { id: first + row.get::<_, i64>(0) - 1, fields: buffer.freeze() }
        });
        Ok(found.collect())
    }
}

/// A value as the server sends it in binary form.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The rows beside those of a range of numbers, of a table whose keys are no numbers.
#[derive(Debug, Default)]
pub(super) struct OtherRows {
    /// Rows with keys that shopsim gives to other rows.
    pub unexpected: u64,
    /// The first of them by number.
    pub first: BTreeSet<i64>,
    /// Rows with other keys.
    pub foreign: u64,
}

impl OtherRows {
    /// Reads all keys; the first `most` unexpected rows are listed.
    pub async fn read(place: Place<'_>, ids: &Range<i64>, most: usize) -> Result<Self, PgError> {
        let mut others = Self::default();
        let mut rows = CopyRows::open(place, &sql::read_keys(place.schema, place.table)).await?;
        while let Some(mut key) = rows.next().await? {
            key.advance(4);
            match number(place, &key) {
                Some(id) if ids.contains(&id) => {}
                Some(id) => {
                    others.unexpected += 1;
                    others.first.insert(id);
                    if others.first.len() > most {
                        others.first.pop_last();
                    }
                }
                None => others.foreign += 1,
            }
        }
        Ok(others)
    }
}

/// The number of a key in binary form.
fn number(Place { table, keys, .. }: Place<'_>, key: &[u8]) -> Option<i64> {
    let number = match table.key_type {
        SqlType::Uuid => keys.number(Value::Uuid(key.try_into().ok()?)),
        _ => keys.number(Value::Text(std::str::from_utf8(key).ok()?)),
    };
    number.filter(|number| *number < table.reserved_from())
}

fn doing(table: &TablePlan) -> String {
    format!("read {}", table.name)
}

/// What comes next in a binary COPY.
enum Ahead {
    /// A complete row of this many bytes.
    Row(usize),
    /// An incomplete row.
    Part,
    /// The end of the rows.
    End,
}

impl Ahead {
    fn look(buffer: &[u8]) -> Self {
        let Some((fields, _)) = buffer.split_first_chunk() else { return Self::Part };
        let fields = i16::from_be_bytes(*fields);
        if fields < 1 {
            return Self::End;
        }
        let mut size = 2;
        for _ in 0..fields {
            let Some((length, _)) = buffer.get(size..).and_then(<[u8]>::split_first_chunk) else {
                return Self::Part;
            };
            size += 4 + usize::try_from(i32::from_be_bytes(*length)).unwrap_or(0);
        }
        if size <= buffer.len() { Self::Row(size) } else { Self::Part }
    }
}

/// The rows of a binary COPY, one by one.
pub(super) struct CopyRows<'a> {
    stream: Pin<Box<CopyOutStream>>,
    connection: &'a Connection,
    doing: String,
    buffer: Bytes,
    begun: bool,
}

impl<'a> CopyRows<'a> {
    async fn open(Place { connection, table, .. }: Place<'a>, statement: &str) -> Result<Self, PgError> {
        let doing = doing(table);
        let stream = connection.within(&doing, connection.client.copy_out(statement)).await?;
        Ok(Self { stream: Box::pin(stream), connection, doing, buffer: Bytes::new(), begun: false })
    }

    /// The fields of the next row.
    async fn next(&mut self) -> Result<Option<Bytes>, PgError> {
        while !self.begun {
            if self.buffer.len() >= COPY_HEADER.len() {
                self.buffer.advance(COPY_HEADER.len());
                self.begun = true;
            } else if !self.read_on().await? {
                return Ok(None);
            }
        }
        loop {
            match Ahead::look(&self.buffer) {
                Ahead::Row(size) => {
                    let mut fields = self.buffer.split_to(size);
                    fields.advance(2);
                    return Ok(Some(fields));
                }
                Ahead::Part if self.read_on().await? => {}
                Ahead::Part | Ahead::End => return Ok(None),
            }
        }
    }

    /// Reads more; returns whether there was more. A server sends one message per row: those that have already arrived
    /// are taken without setting up a timeout.
    async fn read_on(&mut self) -> Result<bool, PgError> {
        let next = match self.stream.next().now_or_never() {
            Some(next) => next.transpose().map_err(PgError::statement(&*self.doing))?,
            None => {
                let next = async { self.stream.next().await.transpose() };
                self.connection.within(&self.doing, next).await?
            }
        };
        let Some(more) = next else { return Ok(false) };
        self.buffer = match self.buffer.is_empty() {
            true => more,
            false => [&self.buffer[..], &more].concat().into(),
        };
        Ok(true)
    }
}
