//! The statements of one transaction, sent back to back and answered in order.
//!
//! # How a tick travels
//!
//! A tick of a usual shop is a dozen small statements. Sent one by one, each would wait for the answer to the one
//! before it, and the tick would take a dozen round trips; so they are *pipelined*: each is handed to the connection
//! as soon as it is ready, and the answers are read when there is time or need for it.
//!
//! ```text
//!   shop     BEGIN look ckpt DELETE UPDATE UPDATE INSERT ──────── COMMIT
//!              ╲     ╲    ╲     ╲      ╲      ╲      ╲               ╲
//!   server      ok    ok   ok    ok     ok     ok     ok              ok
//!                 ╲     ╲    ╲     ╲      ╲      ╲      ╲               ╲
//!   answers        0     9    1     10     7      7      10   all read ▸   the tick is committed
//! ```
//!
//! PostgreSQL executes statements in the order of their arrival and answers in that order. After the first error it
//! rejects all further statements until the transaction ends, so the first error is the relevant one, and a tick is
//! committed completely or not at all, however much of it was under way.
//!
//! Two limits apply to the statements under way, because memory must not grow with a tick: [`MOST_REQUESTS`] statements,
//! and [`MOST_BYTES`] of their parameters. A statement that does not fit waits until enough answers were read.
//!
//! A request is a future of tokio-postgres, which sends its message when it is polled for the first time and is
//! resolved by the answer. [`Pipeline::send`] polls it once and puts it at the end of the queue;
//! [`Pipeline::answer`] waits for the one at its head. Each wait has the connection's deadline: a server that neither
//! answers nor takes what is sent to it is a failure and not a hang. The longest such wait of a tick is its
//! [`Pipeline::silence`], by which the shop distinguishes a server that was down from a slow one.
//!
//! A COPY cannot be pipelined: nothing else can be sent while it is under way. It begins when all answers have arrived
//! and ends before the next statement is sent. Its rows are sent in parts of [`COPY_BYTES`], each with its own deadline,
//! and after each part the task yields to the other shops of the thread.
//!
//! Owns the order of statements, the limits and the deadlines. Must not know the contents of a tick.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, MaybeDone, maybe_done};
use futures_util::{FutureExt, SinkExt};
use tokio::task::yield_now;
use tokio::time::Instant;
use tokio_postgres::{CopyInSink, Error};

use super::encode;
use super::error::PgError;
use super::session::Session;
use super::sql;
use crate::plan::RowKeys;
use crate::tick::{CHUNK_BYTES, Counts, InsertedRows};

/// The maximum number of requests under way, and of bytes of their parameters. Up to three copies of these exist: the
/// parameters, the message, and its unsent part.
const MOST_REQUESTS: usize = 32;
const MOST_BYTES: usize = 4 * CHUNK_BYTES;
/// Bytes of a COPY that are collected before they are sent.
pub(super) const COPY_BYTES: usize = 64 * 1024;

/// The purpose of a request; tables by their index in the plan.
pub(super) enum Purpose {
    Begin,
    /// A check that this number of tables and columns is unchanged since the statements were prepared.
    Definition(u64),
    Checkpoint,
    Pause,
    Delete(usize),
    Update(usize),
    Insert(usize),
}

/// A request that has been sent.
struct Sent<'a> {
    purpose: Purpose,
    /// Bytes of its parameters.
    bytes: usize,
    answer: Pin<Box<Answer<'a>>>,
}

/// The number of rows, once it has arrived.
type Answer<'a> = MaybeDone<BoxFuture<'a, Result<u64, Error>>>;

/// A COPY under way.
struct Copying {
    table: usize,
    sink: Pin<Box<CopyInSink<Bytes>>>,
    buffer: Vec<u8>,
    /// Whether all its rows have been sent.
    complete: bool,
}

/// The requests of one transaction.
pub(super) struct Pipeline<'a> {
    session: &'a Session,
    under_way: VecDeque<Sent<'a>>,
    /// Bytes of their parameters.
    bytes: usize,
    copying: Option<Copying>,
    counts: Vec<Counts>,
    /// The time of the last progress, and the longest time without any.
    last: Instant,
    silence: Duration,
}

impl<'a> Pipeline<'a> {
    /// A transaction on an idle session.
    pub fn new(session: &'a Session) -> Self {
        let counts = vec![Counts::default(); session.tables.len()];
        let (last, silence) = (Instant::now(), Duration::ZERO);
        Self { session, under_way: VecDeque::new(), bytes: 0, copying: None, counts, last, silence }
    }

    /// The rows that the server has counted, by table, and the longest time in which it neither answered nor accepted a
    /// part of a COPY.
    pub fn into_outcome(self) -> (Vec<Counts>, Duration) {
        (self.counts, self.silence)
    }

    /// Records progress: an answer has arrived, or a part of a COPY was accepted.
    pub fn progressed(&mut self) {
        let now = Instant::now();
        self.silence = self.silence.max(now.duration_since(self.last));
        self.last = now;
    }

    /// Sends a request, whose parameters have `bytes` bytes, once the limits allow it.
    pub async fn send(
        &mut self,
        purpose: Purpose,
        bytes: usize,
        request: impl Future<Output = Result<u64, Error>> + Send + 'a,
    ) -> Result<(), PgError> {
        self.finish_copy().await?;
        let full = |pipeline: &Self| {
            pipeline.under_way.len() >= MOST_REQUESTS || pipeline.bytes + bytes > MOST_BYTES
        };
        while full(self) && !self.under_way.is_empty() {
            self.answer().await?;
        }
        let mut answer = Box::pin(maybe_done(request.boxed()));
        // The first poll hands it to the connection.
        poll_fn(|context| {
            let _ = answer.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
        self.under_way.push_back(Sent { purpose, bytes, answer });
        self.bytes += bytes;
        Ok(())
    }

    /// Sends rows by COPY, which is started with the first rows of a table.
    pub async fn copy(&mut self, table: usize, keys: &RowKeys, rows: &InsertedRows) -> Result<(), PgError> {
        let session = self.session;
        let (plan, statements) = (&session.plan.tables[table], &session.tables[table]);
        let (connection, doing) = (&session.connection, self.doing(&Purpose::Insert(table)));
        if self.copying.as_ref().is_none_or(|copying| copying.table != table) {
            self.answer_all().await?;
            let sink = connection.client.copy_in::<_, Bytes>(&statements.copy);
            let sink = Box::pin(connection.within(&doing, sink).await?);
            let mut buffer = Vec::with_capacity(2 * COPY_BYTES);
            buffer.extend_from_slice(encode::COPY_HEADER);
            self.copying = Some(Copying { table, sink, buffer, complete: false });
        }
        let Some(copying) = &mut self.copying else { return Ok(()) };
        encode::put_rows(&mut copying.buffer, plan, keys, &statements.wires, rows);
        if copying.buffer.len() >= COPY_BYTES {
            let part = std::mem::replace(&mut copying.buffer, Vec::with_capacity(2 * COPY_BYTES));
            connection.within(&doing, copying.sink.send(part.into())).await?;
            self.progressed();
            // Other shops share this thread.
            yield_now().await;
        }
        Ok(())
    }

    /// Sends the rest of the COPY under way, if there is one: the server processes it while the next rows are drawn.
    pub async fn complete_copy(&mut self) -> Result<(), PgError> {
        let Some(Copying { table, complete: false, .. }) = self.copying else { return Ok(()) };
        let (connection, doing) = (&self.session.connection, self.doing(&Purpose::Insert(table)));
        let Some(copying) = &mut self.copying else { return Ok(()) };
        copying.buffer.extend_from_slice(encode::COPY_TRAILER);
        let part = std::mem::take(&mut copying.buffer);
        connection.within(&doing, copying.sink.send(part.into())).await?;
        copying.complete = true;
        // Lets the connection send it.
        yield_now().await;
        Ok(())
    }

    /// Ends the COPY under way, if there is one.
    async fn finish_copy(&mut self) -> Result<(), PgError> {
        self.complete_copy().await?;
        let Some(mut copying) = self.copying.take() else { return Ok(()) };
        let doing = self.doing(&Purpose::Insert(copying.table));
        let count = self.session.connection.within(&doing, copying.sink.as_mut().finish()).await?;
        self.counts[copying.table].inserted += count;
        self.progressed();
        Ok(())
    }

    /// Waits until nothing is under way.
    pub async fn answer_all(&mut self) -> Result<(), PgError> {
        self.finish_copy().await?;
        while !self.under_way.is_empty() {
            self.answer().await?;
        }
        Ok(())
    }

    /// Waits for the answer to the oldest request. Only the first error counts: later ones only say that the transaction
    /// is aborted.
    async fn answer(&mut self) -> Result<(), PgError> {
        let Some(Sent { purpose, bytes, mut answer }) = self.under_way.pop_front() else { return Ok(()) };
        self.bytes -= bytes;
        let doing = self.doing(&purpose);
        let answered = async {
            answer.as_mut().await;
            answer.as_mut().take_output().unwrap_or(Ok(0))
        };
        let address = || self.session.connection.address.clone();
        let count = match (self.session.connection.within(&doing, answered).await, &purpose) {
            (Err(PgError::Statement { source, .. }), Purpose::Begin)
                if source.code().is_some_and(|code| code.code() == sql::OTHER_BACKEND) =>
            {
                return Err(PgError::Pooled { address: address() });
            }
            (answered, _) => answered?,
        };
        self.progressed();
        match purpose {
            Purpose::Definition(columns) if count != columns => {
                return Err(PgError::DefinitionChanged { address: address() });
            }
            Purpose::Checkpoint if count != 1 => return Err(PgError::CheckpointMoved { address: address() }),
            Purpose::Begin | Purpose::Definition(_) | Purpose::Pause | Purpose::Checkpoint => {}
            Purpose::Delete(table) => self.counts[table].deleted += count,
            Purpose::Update(table) => self.counts[table].updated += count,
            Purpose::Insert(table) => self.counts[table].inserted += count,
        }
        Ok(())
    }

    /// What an error says was being done.
    fn doing(&self, purpose: &Purpose) -> String {
        let table = |place: usize| &self.session.plan.tables[place].name;
        match *purpose {
            Purpose::Begin => "begin a tick".to_owned(),
            Purpose::Definition(_) => "check the tables".to_owned(),
            Purpose::Pause => "record a pause".to_owned(),
            Purpose::Checkpoint => "move the checkpoint".to_owned(),
            Purpose::Delete(place) => format!("delete from {}", table(place)),
            Purpose::Update(place) => format!("update {}", table(place)),
            Purpose::Insert(place) => format!("insert into {}", table(place)),
        }
    }
}
