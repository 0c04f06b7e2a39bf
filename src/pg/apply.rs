//! Applies ticks to the database, each in one transaction that also records its number.
//!
//! Owns which statement writes which operation. Contents and order come from the stream of operations; the checkpoint in
//! the same transaction records the tick that the database is at. How statements are sent is in [`super::pipeline`].

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::yield_now;
use tokio::time::Instant;
use tokio_postgres::types::ToSql;

use super::error::PgError;
use super::id_conflicts::{self, IdConflict};
use super::parameters::{self, Encoded};
use super::pipeline::{COPY_BYTES, Pipeline, Purpose};
use super::session::Session;
use crate::clock::{Anchor, Origin, Pause};
use crate::config::Pace;
use crate::plan::RowKeys;
use crate::tick::{CHUNK_ROWS, Counts, InsertedRows, Operation, RowIds, Transaction, UpdatedRows};

/// Tables with at least this many rows to insert are filled by COPY, which costs the server less per row, but more to
/// start.
const FEW_ROWS: u64 = 1_000;

/// The outcome of ticks that were applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Rows by table, in the plan's order, as the server counted them.
    pub rows: Vec<Counts>,
    /// The longest time in which the server neither answered nor took a part of a COPY.
    pub silence: Duration,
    /// Rows not created by shopsim with ids that later ticks assign, if it was time to check for them.
    pub id_conflicts: Vec<IdConflict>,
}

/// The new checkpoint that a transaction writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointUpdate {
    /// The last committed tick; `None` before the first.
    pub last_tick: Option<u64>,
    /// The last tick of the transaction.
    pub tick: u64,
    /// The start, fixed at the first tick.
    pub origin: Origin,
    /// The pace.
    pub pace: Pace,
    /// Whether the shop has caught up with the wall clock.
    pub live: bool,
    /// The pause before the first of the ticks, if there is one.
    pub pause: Option<Pause>,
}

impl Session {
    /// Vacuums tables, for at most half of the deadline of an answer. A failure does not matter, because no tick depends
    /// on it. Returns whether it was done.
    async fn vacuum(&self, statement: &str) -> Result<bool, PgError> {
        let connection = &self.connection;
        let (doing, most) = ("vacuum the tables", (connection.deadline / 2).as_millis());
        connection.batch(doing, &format!("SET statement_timeout = {most}")).await?;
        let vacuumed = connection.batch(doing, statement).await;
        if let Err(PgError::Statement { source, .. }) = &vacuumed
            && source.code().is_some_and(|code| !code.code().starts_with("57P"))
        {
            connection.batch(doing, "SET statement_timeout = 0").await?;
            return Ok(false);
        }
        vacuumed?;
        connection.batch(doing, "SET statement_timeout = 0").await.map(|()| true)
    }

    /// Applies ticks in one transaction that moves the checkpoint with them.
    ///
    /// After an error the session must not be used any more, and only the checkpoint shows whether the ticks were
    /// committed.
    pub async fn apply(
        &mut self,
        transaction: &mut Transaction,
        checkpoint: &CheckpointUpdate,
    ) -> Result<Applied, PgError> {
        if let Some(vacuum) = self.dead.due(Instant::now()) {
            let began = Instant::now();
            let done = self.vacuum(&vacuum).await?;
            let now = Instant::now();
            if done { self.dead.vacuumed(now - began, now) } else { self.dead.disable() }
        }
        let (next_ids, keys) = (transaction.next_ids(&self.plan), transaction.keys());
        let (rows, silence) = self.write(transaction, checkpoint).await?;
        self.dead.add(&rows);
        let id_conflicts = match self.id_check.is_due(Instant::now()) {
            true => id_conflicts::find(&self.connection, &self.plan, &keys, &next_ids).await,
            false => Vec::new(),
        };
        Ok(Applied { rows, silence, id_conflicts })
    }

    /// Writes the ticks. Returns the rows that the server has counted, by table, and the longest time without progress.
    async fn write(
        &self,
        transaction: &mut Transaction,
        checkpoint: &CheckpointUpdate,
    ) -> Result<(Vec<Counts>, Duration), PgError> {
        let mut work = Work::new(self, transaction);
        work.begin(checkpoint).await?;
        while let Some((table, operation)) = transaction.next(&self.plan) {
            if work.perform(table, operation).await? {
                // The server is busiest now.
                transaction.draw_updates_ahead(&self.plan);
            }
        }
        work.pipeline.answer_all().await?;
        self.connection.within("commit", self.connection.client.batch_execute("COMMIT")).await?;
        work.pipeline.progressed();
        Ok(work.pipeline.into_outcome())
    }
}

/// The operations of one transaction on their way into the database.
struct Work<'a> {
    session: &'a Session,
    pipeline: Pipeline<'a>,
    inserts: Vec<Inserting>,
    /// By table: what the keys of its rows are.
    keys: Arc<[RowKeys]>,
    /// The table with the most rows to insert.
    largest: usize,
}

/// How the rows of a table are inserted.
struct Inserting {
    by_copy: bool,
    /// Rows still to be inserted.
    left: u64,
}

impl<'a> Work<'a> {
    fn new(session: &'a Session, transaction: &Transaction) -> Self {
        let left = transaction.counts().into_iter().map(|counts| counts.inserted);
        let inserts: Vec<Inserting> =
            left.map(|left| Inserting { by_copy: left >= FEW_ROWS, left }).collect();
        let largest = (0..inserts.len()).max_by_key(|table| inserts[*table].left).unwrap_or(0);
        Self { session, pipeline: Pipeline::new(session), inserts, keys: transaction.keys(), largest }
    }

    async fn begin(&mut self, checkpoint: &CheckpointUpdate) -> Result<(), PgError> {
        let session = self.session;
        let client = &session.connection.client;
        let CheckpointUpdate { last_tick, tick, origin, pace, live, pause } = *checkpoint;
        let (tick, last_tick) = (tick.cast_signed(), last_tick.map(u64::cast_signed));
        let begin = client.batch_execute(&session.begin).map(|done| done.map(|()| 1));
        self.pipeline.send(Purpose::Begin, 0, begin).await?;
        let find = async { client.execute(&session.find_columns, &session.expected.parameters()).await };
        self.pipeline.send(Purpose::Definition(session.expected.count()), 0, find).await?;
        let moved = async move {
            let Origin { start, anchor, first_tick } = origin;
            let (first_tick, given, pace) = (first_tick.cast_signed(), &session.start_text, pace.to_string());
            let Anchor { wall, at } = anchor;
            let parameters: [&(dyn ToSql + Sync); 10] =
                [&session.plan.name, &tick, &start, &wall, &first_tick, &live, given, &last_tick, &at, &pace];
            client.execute(&session.move_checkpoint, &parameters).await
        };
        self.pipeline.send(Purpose::Checkpoint, 0, moved).await?;
        if let Some(Pause { before_tick, micros }) = pause {
            let before_tick = before_tick.cast_signed();
            let recorded = async move {
                client.execute(&session.record_pause, &[&session.plan.name, &before_tick, &micros]).await
            };
            self.pipeline.send(Purpose::Pause, 0, recorded).await?;
        }
        Ok(())
    }

    /// Sends an operation on a table. Returns true once all rows of the largest insert have been sent.
    async fn perform(&mut self, table: usize, operation: Operation<'_>) -> Result<bool, PgError> {
        match operation {
            Operation::Delete(ids) => self.delete(table, ids).await.map(|()| false),
            Operation::Update(rows) => self.update(table, rows).await.map(|()| false),
            Operation::Insert(rows) => self.insert(table, rows).await,
        }
    }

    async fn delete(&mut self, table: usize, ids: &RowIds) -> Result<(), PgError> {
        let statements = &self.session.tables[table];
        let client = &self.session.connection.client;
        if let (RowIds::Range { ids, .. }, Some(statement)) = (ids, &statements.delete) {
            let (first, end) = (ids.start, ids.end);
            let delete = async move { client.execute(statement, &[&first, &end]).await };
            return self.pipeline.send(Purpose::Delete(table), 0, delete).await;
        }
        let Some(statement) = &statements.delete_listed else { return Ok(()) };
        let mut ids = ids.iter().map(|(_, id)| id).peekable();
        while ids.peek().is_some() {
            let some: Vec<i64> = ids.by_ref().take(CHUNK_ROWS).collect();
            let plan = &self.session.plan.tables[table];
            let keys = parameters::keys(plan, &self.keys[table], some.iter().copied(), some.len());
            let bytes = parameters::bytes(std::slice::from_ref(&keys));
            let delete = async move { client.execute(statement, &[&keys]).await };
            self.pipeline.send(Purpose::Delete(table), bytes, delete).await?;
        }
        Ok(())
    }

    async fn update(&mut self, table: usize, rows: UpdatedRows<'_>) -> Result<(), PgError> {
        let (plan, statements) = (&self.session.plan.tables[table], &self.session.tables[table]);
        let (statement, encode): (_, parameters::OfUpdate) = match rows.are_soft_deleted() {
            true => (&statements.soft_delete, parameters::of_soft_delete),
            false => (&statements.update, parameters::of_update),
        };
        let Some(statement) = statement else { return Ok(()) };
        let client = &self.session.connection.client;
        for rows in rows.parts(CHUNK_ROWS) {
            let parameters = encode(plan, &self.keys[table], rows);
            let bytes = parameters::bytes(&parameters);
            let update = async move { client.execute(statement, &references(&parameters)).await };
            self.pipeline.send(Purpose::Update(table), bytes, update).await?;
            if rows.count() == CHUNK_ROWS || bytes >= COPY_BYTES {
                // Lets the connection, which runs on this thread, send it before the next rows are drawn.
                yield_now().await;
            }
        }
        Ok(())
    }

    /// Inserts rows: few by a pipelined statement, many by COPY.
    async fn insert(&mut self, table: usize, rows: &InsertedRows) -> Result<bool, PgError> {
        if self.inserts[table].by_copy {
            self.pipeline.copy(table, &self.keys[table], rows).await?;
        } else {
            let (plan, statements) = (&self.session.plan.tables[table], &self.session.tables[table]);
            let client = &self.session.connection.client;
            let parameters = parameters::of_insert(plan, &self.keys[table], rows);
            let bytes = parameters::bytes(&parameters);
            let insert = async move { client.execute(&statements.insert, &references(&parameters)).await };
            self.pipeline.send(Purpose::Insert(table), bytes, insert).await?;
        }
        let left = &mut self.inserts[table].left;
        *left = left.saturating_sub(rows.ids.count() as u64);
        if *left > 0 {
            return Ok(false);
        }
        self.pipeline.complete_copy().await?;
        Ok(table == self.largest)
    }
}

fn references(parameters: &[Encoded]) -> Vec<&(dyn ToSql + Sync)> {
    parameters.iter().map(|parameter| parameter as &(dyn ToSql + Sync)).collect()
}
