//! The one pass over a table: truth and found rows, merged in the order of their keys, become records.
//!
//! Owns the merge, and the rows that are no rows of the shop. Must not know how rows are compared or judged.

use std::cmp::Ordering;

use bytes::Bytes;

use super::compare::Comparer;
use super::error::GradingError;
use super::lines::Lines;
use super::others::Others;
use super::record::Record;
use super::references::Referred;
use super::spool::Spool;
use super::subject::Subject;
use crate::plan::RowKeys;
use crate::truth::TableRows;
use crate::warehouse::{FoundKey, Line};

/// Rows of a key that are kept, and their bytes, beyond the first row; further ones are counted.
const ROWS_OF_A_KEY: usize = 4096;
const BYTES_OF_A_KEY: usize = 4 << 20;

/// Keys that are shown.
const SHOWN: usize = 100;

/// What was read of a table.
#[derive(Default)]
pub struct Read {
    /// The records of all keys that the shop made.
    pub spool: Spool,
    /// Rows whose keys the shop never made: their number, and the first keys.
    pub invented: (u64, Vec<FoundKey>),
    /// Rows without a key.
    pub keyless: u64,
    /// Rows with keys that shopsim leaves to others.
    pub foreign: u64,
    /// All rows.
    pub rows: u64,
}

/// Reads a table. `beside` are the keys of shops whose rows are in the same table of the warehouse.
pub async fn read(
    subject: &Subject<'_>,
    comparer: &mut Comparer<'_>,
    referred: &Referred<'_>,
    lines: &mut Lines<'_>,
    others: &mut Others<'_>,
    beside: &[&RowKeys],
) -> Result<Read, GradingError> {
    let mut read = Read::default();
    let table = subject.table();
    let mut next = lines.next().await?;
    if let Some(last) = subject.checkpoint.last_tick {
        let ticks = subject.timeline.first()..last.saturating_add(1);
        let mut truth = TableRows::inserted_by(subject.plan, subject.timeline, subject.place, ticks, last);
        let mut of_key: Vec<Bytes> = Vec::new();
        let mut record = Record::default();
        while let Some(chunk) = truth.next_chunk() {
            for row in chunk.rows() {
                let id = row.id();
                of_key.clear();
                let (mut bytes, mut surplus) = (0, 0);
                while let Some((FoundKey::Row(key), line)) = next {
                    match key.cmp(&id) {
                        Ordering::Greater => {
                            next = Some((FoundKey::Row(key), line));
                            break;
                        }
                        Ordering::Less => read.invent(FoundKey::Row(key)),
                        Ordering::Equal if of_key.len() < ROWS_OF_A_KEY && bytes < BYTES_OF_A_KEY => {
                            bytes += line.len();
                            of_key.push(line);
                        }
                        Ordering::Equal => surplus += 1,
                    }
                    read.rows += 1;
                    next = lines.next().await?;
                }
                record.restart(id, surplus);
                let of_others = others.texts(id, &comparer.columns);
                if comparer.compare(row, &of_key, of_others, &mut record) {
                    record.unresolved = record.rows.is_empty() && referred.is_unresolved(row);
                    read.spool.push(&mut record)?;
                }
            }
        }
    }
    while let Some((key, line)) = next {
        read.rows += 1;
        match key {
            FoundKey::Row(key) => {
                // Of a table that holds rows of other shops, they are not this one's fault.
                let of_others = others.texts(key, &comparer.columns);
                let graded = Line::split(&line).map_or(&[][..], |line| line.graded);
                if of_others.iter().all(|text| text.as_bytes() != graded) {
                    match key >= table.reserved_from() {
                        true => read.foreign += 1,
                        false => read.invent(FoundKey::Row(key)),
                    }
                }
            }
            FoundKey::Unknown(text) if beside.iter().any(|keys| keys.parse(&text).is_some()) => {
                read.rows -= 1;
            }
            unknown @ FoundKey::Unknown(_) => read.invent(unknown),
            FoundKey::Null => read.keyless += 1,
        }
        next = lines.next().await?;
    }
    Ok(read)
}

impl Read {
    /// Counts a row whose key the shop never made.
    fn invent(&mut self, key: FoundKey) {
        self.invented.0 += 1;
        if self.invented.1.len() < SHOWN && self.invented.1.last() != Some(&key) {
            self.invented.1.push(key);
        }
    }
}
