//! The rows of a warehouse's table in the order of their keys, as lines of `COPY`'s text format.
//!
//! Owns the choice between the order of a server and our own. Must not know what the fields mean.

use bytes::Bytes;

use super::error::GradingError;
use crate::pg::TextRows;
use crate::plan::RowKeys;
use crate::warehouse::{FoundKey, KeySorter, Line, SortedLines};

/// A source of lines.
pub enum Lines<'a> {
    /// A query on a server that sends them by their keys, which are these.
    Server(TextRows<'a>, &'a RowKeys),
    /// Sorted here.
    Sorted(SortedLines),
}

impl<'a> Lines<'a> {
    /// The lines of a query. Only where keys are numbers the query orders them.
    pub async fn of_query(mut rows: TextRows<'a>, keys: &'a RowKeys) -> Result<Self, GradingError> {
        if keys.are_numbers() {
            return Ok(Self::Server(rows, keys));
        }
        let mut sorter = KeySorter::new(keys);
        while let Some(line) = rows.next().await? {
            sorter.push(&line)?;
        }
        Ok(Self::Sorted(sorter.sorted()?))
    }

    /// The next line with its key; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<(FoundKey, Bytes)>, GradingError> {
        Ok(match self {
            Self::Server(rows, keys) => {
                let line = rows.next().await?;
                line.map(|line| (FoundKey::read(Line::key(&line).as_deref(), keys), line))
            }
            Self::Sorted(lines) => lines.next_line()?,
        })
    }
}
