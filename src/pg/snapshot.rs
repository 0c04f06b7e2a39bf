//! One consistent view of a database that somebody else fills: a read-only transaction, queries, and rows as text.
//!
//! Owns the transaction and the framing of `COPY`'s text format. Writes nothing and takes no lock that a pipeline would
//! wait for. Must not know what the rows mean.

use std::pin::Pin;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{FutureExt, Stream, StreamExt};
use tokio::time::timeout;
use tokio_postgres::{CopyOutStream, Row, SimpleQueryMessage, SimpleQueryRow};

use super::connect::{self, Connection, Parameters};
use super::error::PgError;
use crate::config::ConnectionParameters;
use crate::value::Timestamp;

/// Applied on top of a shop session's settings: a warehouse's tables are scanned and sorted rather than looked up by key,
/// and the server is idle while rows are compared. A database without an encoding may hold bytes that are no text.
const SETTINGS: &str = "SET idle_in_transaction_session_timeout = 0; SET enable_hashjoin = on; \
                        SET enable_mergejoin = on; SET enable_seqscan = on; SET plan_cache_mode = auto; \
                        SELECT set_config('client_encoding', 'SQL_ASCII', false) \
                        WHERE current_setting('server_encoding') = 'SQL_ASCII'";

/// The longest wait for a connection, and for a lock of another session.
const WAIT: Duration = Duration::from_secs(60);

/// Relations that do not hold what they held when the snapshot was taken, of those that were read: TRUNCATE, and a table
/// that takes another one's name, are seen by all snapshots. A relation that was read stays locked against both.
const REPLACED: &str = "
SELECT l.relation::regclass::text
FROM pg_locks l
LEFT JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
    AND (c.oid IS NULL OR c.relkind IN ('r', 'm') AND c.relfilenode <> pg_relation_filenode(c.oid))
LIMIT 1";

/// A read-only transaction in one snapshot.
pub struct Snapshot {
    connection: Connection,
    at: Timestamp,
}

impl Snapshot {
    /// Connects as `shopsim/<name>` and begins the transaction; `deadline` is the longest wait for one answer. A server
    /// that does not answer at all, and a table that another session has locked, are waited for at most a minute.
    pub async fn open(
        server: &ConnectionParameters,
        name: &str,
        deadline: Duration,
    ) -> Result<Self, PgError> {
        let wait = deadline.min(WAIT);
        let unreachable = |_| PgError::Unreachable { address: connect::address(server), after: wait };
        let connection = Connection::open(server, name, deadline, false);
        let connection = timeout(wait, connection).await.map_err(unreachable)??;
        let doing = "begin a snapshot";
        let settings = format!("{SETTINGS}; SET lock_timeout = {}", (wait * 3 / 4).as_millis());
        connection.batch(doing, &settings).await?;
        connection.batch(doing, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        // The first query takes the snapshot.
        let at = connection.query_one(doing, "SELECT clock_timestamp()", &[]).await?.get(0);
        Ok(Self { connection, at })
    }

    /// The server's time when the snapshot was taken.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The server and database, without a password.
    pub fn address(&self) -> &str {
        &self.connection.address
    }

    /// The rows of a query.
    pub async fn query(
        &self,
        doing: &str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, PgError> {
        self.connection.query(doing, sql, parameters).await
    }

    /// The row of a query that always returns one.
    pub async fn query_one(
        &self,
        doing: &str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Row, PgError> {
        self.connection.query_one(doing, sql, parameters).await
    }

    /// The rows of a query, every value as text.
    pub async fn texts(&self, doing: &str, sql: &str) -> Result<Vec<Vec<Option<String>>>, PgError> {
        let messages = self.connection.within(doing, self.connection.client.simple_query(sql)).await?;
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        // In a database without an encoding a value may be no text.
        let text = |row: &SimpleQueryRow, place| row.try_get(place).ok().flatten().map(str::to_owned);
        Ok(rows.map(|row| (0..row.len()).map(|place| text(row, place)).collect()).collect())
    }

    /// A table that was read, and that was emptied or replaced since the snapshot was taken: what was read of it holds
    /// for no moment.
    pub async fn replaced(&self) -> Result<Option<String>, PgError> {
        let rows = self.query("look whether tables were replaced", REPLACED, &[]).await?;
        Ok(rows.first().and_then(|row| row.try_get(0).ok()))
    }

    /// Starts to read the rows of a query by `COPY … TO STDOUT` in text format.
    pub async fn copy(&self, doing: &str, query: &str) -> Result<TextRows<'_>, PgError> {
        let statement = format!("COPY ({query}) TO STDOUT");
        let stream = self.connection.within(doing, self.connection.client.copy_out(&statement)).await?;
        let (connection, doing) = (&self.connection, doing.to_owned());
        Ok(TextRows { stream: Box::pin(stream), connection, doing, buffer: Bytes::new() })
    }
}

/// Rows in the text format of `COPY`, one line each.
pub struct TextRows<'a> {
    stream: Pin<Box<CopyOutStream>>,
    connection: &'a Connection,
    doing: String,
    buffer: Bytes,
}

impl TextRows<'_> {
    /// The next line without its line feed: fields separated by tabs, with COPY's escapes. `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Bytes>, PgError> {
        loop {
            // A server sends one row per message, so this is mostly the last byte.
            if self.buffer.last() == Some(&b'\n') && !self.buffer[..self.buffer.len() - 1].contains(&b'\n') {
                let mut line = std::mem::take(&mut self.buffer);
                line.truncate(line.len() - 1);
                return Ok(Some(line));
            }
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(end);
                self.buffer.advance(1);
                return Ok(Some(line));
            }
            match self.more().await? {
                None if self.buffer.is_empty() => return Ok(None),
                None => return Ok(Some(std::mem::take(&mut self.buffer))),
                Some(more) if self.buffer.is_empty() => self.buffer = more,
                Some(more) => {
                    let mut joined = BytesMut::with_capacity(self.buffer.len() + more.len());
                    joined.extend_from_slice(&self.buffer);
                    joined.extend_from_slice(&more);
                    self.buffer = joined.freeze();
                }
            }
        }
    }

    /// Messages that have already arrived are taken without setting up a timeout.
    async fn more(&mut self) -> Result<Option<Bytes>, PgError> {
        match next(&mut self.stream).now_or_never() {
            Some(next) => next.map_err(PgError::statement(&*self.doing)),
            None => self.connection.within(&self.doing, next(&mut self.stream)).await,
        }
    }
}

async fn next<S>(stream: &mut Pin<Box<S>>) -> Result<Option<Bytes>, tokio_postgres::Error>
where
    S: Stream<Item = Result<Bytes, tokio_postgres::Error>>,
{
    stream.next().await.transpose()
}
