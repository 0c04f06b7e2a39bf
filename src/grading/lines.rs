//! The rows of a warehouse's table in the order of their keys, as lines of `COPY`'s text format.
//!
//! Owns the choice between a server and files. Must not know what the fields mean.

use bytes::Bytes;

use super::error::GradingError;
use crate::pg::TextRows;
use crate::warehouse::Line;

/// A source of lines.
pub enum Lines<'a> {
    /// A query on a server.
    Server(TextRows<'a>),
    /// A file.
    Files(crate::warehouse::SortedFile),
}

impl Lines<'_> {
    /// The next line with its key, which is absent if it is no whole number; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<(Option<i64>, Bytes)>, GradingError> {
        let line = self.next_line().await?;
        Ok(line.map(|line| (Line::key(&line), line)))
    }

    /// The next line; `None` after the last.
    pub async fn next_line(&mut self) -> Result<Option<Bytes>, GradingError> {
        Ok(match self {
            Self::Server(rows) => rows.next().await?,
            Self::Files(files) => files.next_line()?,
        })
    }
}
