//! Records between the passes over a table: in memory while they are few, else in a temporary file.
//!
//! Owns the limit of memory. The file has no name, so nothing is left behind by a crash.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::record::Record;

/// Bytes that are held in memory, and read at a time.
const BLOCK: usize = 4 << 20;

/// The records of one table of one shop, in the order of their keys.
#[derive(Default)]
pub struct Spool {
    /// The record that further keys may join.
    open: Option<Record>,
    buffer: Vec<u8>,
    file: Option<File>,
}

impl Spool {
    /// Adds the record of the next key, which is exchanged for one that is to be overwritten.
    pub fn push(&mut self, record: &mut Record) -> io::Result<()> {
        if let Some(open) = &mut self.open {
            if open.takes(record) {
                open.count += record.count;
                return Ok(());
            }
            open.write(&mut self.buffer);
            std::mem::swap(open, record);
            if self.buffer.len() >= BLOCK {
                let file = match &mut self.file {
                    Some(file) => file,
                    None => self.file.insert(tempfile::tempfile()?),
                };
                file.write_all(&self.buffer)?;
                self.buffer.clear();
            }
            return Ok(());
        }
        self.open = Some(std::mem::take(record));
        Ok(())
    }

    /// Reads all records from the first on.
    pub fn records(&mut self) -> io::Result<Records<'_>> {
        if let Some(open) = self.open.take() {
            open.write(&mut self.buffer);
        }
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(0))?;
        }
        Ok(Records { file: self.file.as_mut(), rest: &self.buffer, block: Vec::new(), read: 0 })
    }
}

/// The records of a [`Spool`].
pub struct Records<'a> {
    /// What has not been read of the file.
    file: Option<&'a mut File>,
    /// What follows it.
    rest: &'a [u8],
    block: Vec<u8>,
    /// How much of the block has been read.
    read: usize,
}

impl Records<'_> {
    /// The next record; `None` after the last.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        loop {
            let mut from = &self.block[self.read..];
            if let Some(record) = (!from.is_empty()).then(|| Record::read(&mut from)).flatten() {
                self.read = self.block.len() - from.len();
                return Ok(Some(record));
            }
            // A record that is cut off at the end of the block.
            self.block.drain(..self.read);
            self.read = 0;
            let Some(file) = &mut self.file else {
                self.block.append(&mut std::mem::take(&mut self.rest).to_vec());
                return Ok(match self.block.is_empty() {
                    true => None,
                    false => self.last_records(),
                });
            };
            let more = (&**file).take(BLOCK as u64).read_to_end(&mut self.block)?;
            if more == 0 {
                self.file = None;
            }
        }
    }

    fn last_records(&mut self) -> Option<Record> {
        let mut from = self.block.as_slice();
        let record = Record::read(&mut from)?;
        self.read = self.block.len() - from.len();
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::{FoundRow, OPEN};

    #[test]
    fn records_come_back_in_their_order_as_often_as_they_are_read() {
        let row = |stamp: i64| FoundRow {
            start: stamp,
            end: OPEN,
            class: 0,
            deleted: false,
            stamp: Some(stamp),
            differing: Vec::new(),
            cells: 3,
        };
        let mut spool = Spool::default();
        let of = |key: i64| Record { first: key, count: 1, rows: vec![row(key / 2); 9], ..Record::default() };
        let keys = 200_001;
        (1..=keys).for_each(|key| spool.push(&mut of(key)).unwrap());
        assert!(spool.file.is_some(), "more than a block");
        for _ in 0..2 {
            let (mut records, mut next) = (spool.records().unwrap(), 1);
            while let Some(record) = records.next().unwrap() {
                assert_eq!(record, Record { count: record.count, ..of(next) });
                assert_eq!(
                    record.count,
                    if next == 1 { 1 } else { 2 },
                    "keys with the same rows are one record"
                );
                next += record.count.cast_signed();
            }
            assert_eq!(next, keys + 1);
        }
    }

    #[test]
    fn without_keys_there_is_no_record() {
        assert_eq!(Spool::default().records().unwrap().next().unwrap(), None);
    }
}
