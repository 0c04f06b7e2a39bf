//! The rows of other shops with the same keys, where a table of the warehouse holds those of several shops and does not
//! say whose they are.
//!
//! Owns the reading of their truth in step with that of the shop that is graded. Must not know what is done about them.

use super::compare::{GradedColumn, write_version};
use super::subject::Subject;
use crate::truth::{Chunk, TableRows};

/// The other shops.
#[derive(Default)]
pub struct Others<'a> {
    shops: Vec<Other<'a>>,
    texts: Vec<String>,
}

/// Another shop.
struct Other<'a> {
    subject: Subject<'a>,
    rows: TableRows<'a>,
    chunk: Option<Chunk>,
    /// The next row of the chunk.
    next: usize,
}

impl<'a> Others<'a> {
    /// The other shops, each with its table.
    pub fn new(subjects: impl Iterator<Item = Subject<'a>>) -> Self {
        let other = |subject: Subject<'a>| {
            let last = subject.checkpoint.last_tick?;
            let ticks = subject.timeline.first()..last.saturating_add(1);
            let rows = TableRows::inserted_by(subject.plan, subject.timeline, subject.place, ticks, last);
            Some(Other { subject, rows, chunk: None, next: 0 })
        };
        Self { shops: subjects.filter_map(other).collect(), texts: Vec::new() }
    }

    /// What `COPY` would send for each version of the other shops' rows with a key. Keys must be asked for in ascending
    /// order.
    pub fn texts(&mut self, key: i64, columns: &[GradedColumn]) -> &[String] {
        let mut count = 0;
        for shop in &mut self.shops {
            let table = shop.subject.table();
            let Some(row) = shop.seek(key).and_then(|(chunk, nth)| chunk.row(nth)) else { continue };
            for version in row.versions() {
                if self.texts.len() == count {
                    self.texts.push(String::new());
                }
                write_version(table, columns, &version, &mut self.texts[count]);
                count += 1;
            }
        }
        &self.texts[..count]
    }
}

impl Other<'_> {
    /// The place of a key's row.
    fn seek(&mut self, key: i64) -> Option<(&Chunk, usize)> {
        loop {
            let last = self.chunk.as_ref().and_then(|chunk| chunk.row(chunk.count().checked_sub(1)?));
            if last.is_some_and(|last| last.id() >= key) {
                break;
            }
            (self.chunk, self.next) = (Some(self.rows.next_chunk()?), 0);
        }
        let chunk = self.chunk.as_ref()?;
        while chunk.row(self.next).is_some_and(|row| row.id() < key) {
            self.next += 1;
        }
        chunk.row(self.next).filter(|row| row.id() == key)?;
        Some((chunk, self.next))
    }
}
