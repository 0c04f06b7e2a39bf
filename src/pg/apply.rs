//! Ticks into the database: one transaction that carries its own number.
//!
//! Owns the order of the statements, what is under way at a time, and the deadline of each answer. Content
//! comes from the batch; the checkpoint that is written with it says which tick the database stands at.

use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, MaybeDone, maybe_done};
use futures_util::{FutureExt, SinkExt};
use tokio::task::yield_now;
use tokio::time::Instant;
use tokio_postgres::types::ToSql;

use super::encode;
use super::error::PgError;
use super::in_the_way::{self, InTheWay};
use super::session::{Session, TableStatements};
use super::sql;
use crate::clock::{Anchor, Origin, Pause};
use crate::config::Pace;
use crate::plan::TablePlan;
use crate::tick::{Batch, CHUNK_BYTES, CHUNK_ROWS, Changes, Counts};

/// Requests that may be under way at a time, and bytes of their values, of which there are up to three copies:
/// the parameters, the message, and what is left of it to be written.
const PIPELINE: usize = 32;
const PIPELINE_BYTES: usize = 4 * CHUNK_BYTES;
/// Bytes of what several ticks change that is held at a time, to be changed by as few statements as can be.
const TOGETHER_BYTES: usize = 2 * CHUNK_BYTES;
/// From so many rows on a COPY pays: it costs the server less a row, and more at its begin.
const FEW_ROWS: u64 = 1_000;
/// Bytes of a COPY that are collected before they are sent.
const COPY_BYTES: usize = 64 * 1024;

/// What came of ticks that were applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Rows by table, in the plan's order, as the server counted them.
    pub rows: Vec<Counts>,
    /// The longest time in which the server neither answered nor took a part of a COPY.
    pub silence: Duration,
    /// Rows of others with ids that later ticks assign, where it was time to look for them.
    pub in_the_way: Vec<InTheWay>,
}

/// What is written into the checkpoint with a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The tick committed before; `None` before the first.
    pub last_tick: Option<u64>,
    /// The tick.
    pub tick: u64,
    /// What was fixed at the first tick.
    pub origin: Origin,
    /// The pace.
    pub pace: Pace,
    /// Whether the shop has caught up with the wall clock.
    pub live: bool,
    /// The pause before the first of the ticks, if there is one.
    pub pause: Option<Pause>,
}

impl Session {
    /// Vacuums tables, unless that takes the server longer than half the time that an answer may take, or cannot be
    /// done: no tick depends on it. Whether it was done.
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

    /// Applies a tick in one transaction that moves the checkpoint with it: delete, update, insert.
    ///
    /// Several ticks of history, one after the other, may share the transaction. Then all their rows are
    /// inserted first, updated in the order of the ticks, and deleted last, so that each row has the versions
    /// that it would have had alone; no tick may delete what another one of them inserts.
    ///
    /// After an error the session is of no more use, and only the checkpoint tells whether the tick was
    /// committed.
    pub async fn apply(&mut self, batches: &mut [Batch], mark: &Mark) -> Result<Applied, PgError> {
        if let Some(vacuum) = self.dead.due(Instant::now()) {
            let began = Instant::now();
            let done = self.vacuum(&vacuum).await?;
            let now = Instant::now();
            if done { self.dead.taken_away(now - began, now) } else { self.dead.leave_it() }
        }
        let session = &*self;
        let mut work = Work::new(session);
        work.begin(mark).await?;
        let tables = || session.plan.tables.iter().zip(&session.tables).enumerate();
        match batches {
            [tick] => {
                for (place, _) in tables() {
                    work.delete(place, std::slice::from_ref(tick)).await?;
                }
                for (place, (plan, statements)) in tables() {
                    while let Some(changes) = tick.tables[place].update.next_chunk(plan) {
                        let rows: Vec<_> = (0..changes.ids.len()).map(|row| (changes, row)).collect();
                        work.update(place, plan, statements, &rows).await?;
                    }
                }
                for (place, _) in tables() {
                    work.insert(place, std::slice::from_mut(tick), |_| ()).await?;
                }
            }
            ticks => {
                // What changes is drawn while the server has the most to do.
                let largest = tables().map(|(place, _)| place).max_by_key(|place| inserted(ticks, *place));
                let mut ahead: Vec<Vec<Changes>> = session.tables.iter().map(|_| Vec::new()).collect();
                for (place, _) in tables() {
                    let draw = |ticks: &mut [Batch]| {
                        if Some(place) == largest {
                            let mut room = TOGETHER_BYTES;
                            for (place, (plan, _)) in tables() {
                                ahead[place] = next_changes(ticks, place, plan, &mut room);
                            }
                        }
                    };
                    work.insert(place, ticks, draw).await?;
                }
                for ((place, (plan, statements)), mut changes) in tables().zip(ahead) {
                    loop {
                        if changes.is_empty() {
                            changes = next_changes(ticks, place, plan, &mut { TOGETHER_BYTES });
                        }
                        if changes.is_empty() {
                            break;
                        }
                        for rows in in_turns(&changes) {
                            work.update(place, plan, statements, &rows).await?;
                        }
                        changes.clear();
                    }
                }
                for (place, _) in tables() {
                    work.delete(place, ticks).await?;
                }
            }
        }
        work.answer_all().await?;
        self.connection.within("commit", self.connection.client.batch_execute("COMMIT")).await?;
        work.went_on();
        let (rows, silence) = (std::mem::take(&mut work.counts), work.silence);
        drop(work);
        self.dead.add(&rows);
        let in_the_way = match self.looks.are_due(Instant::now()) {
            true => in_the_way::look(&self.connection, &self.plan, mark.tick).await,
            false => Vec::new(),
        };
        Ok(Applied { rows, silence, in_the_way })
    }
}

/// How many rows the ticks insert into a table.
fn inserted(ticks: &[Batch], place: usize) -> u64 {
    ticks.iter().map(|tick| tick.tables[place].counts().inserted).sum()
}

/// What several ticks change next in a table, as long as there is room for it in bytes.
fn next_changes(ticks: &mut [Batch], place: usize, plan: &TablePlan, room: &mut usize) -> Vec<Changes> {
    let mut changes = Vec::new();
    for tick in ticks {
        while *room > 0
            && let Some(chunk) = tick.tables[place].update.take_chunk(plan)
        {
            *room = room.saturating_sub(chunk.capacity());
            changes.push(chunk);
        }
    }
    changes
}

/// The changes of several ticks, parted so that no row is in a part twice, nor before one of its earlier changes.
fn in_turns(changes: &[Changes]) -> Vec<Vec<(&Changes, usize)>> {
    let mut turns: Vec<Vec<(&Changes, usize)>> = Vec::new();
    let mut changed: BTreeMap<i64, usize> = BTreeMap::new();
    for chunk in changes {
        for (row, id) in chunk.ids.iter().enumerate() {
            let turn = changed.entry(*id).or_default();
            if turns.len() == *turn {
                turns.push(Vec::new());
            }
            turns[*turn].push((chunk, row));
            *turn += 1;
        }
    }
    turns
}

/// What a request is for.
enum Purpose {
    Begin,
    /// That so many columns are as they were when the statements were prepared.
    Definition(u64),
    Checkpoint,
    Pause,
    Delete(usize),
    Update(usize),
    Insert(usize),
}

/// A request that has been sent.
type Sent<'a> = Pin<Box<MaybeDone<BoxFuture<'a, Result<u64, tokio_postgres::Error>>>>>;

/// The requests of one transaction, sent one behind the other without waiting and answered in order.
struct Work<'a> {
    session: &'a Session,
    under_way: VecDeque<(Purpose, usize, Sent<'a>)>,
    /// Bytes of their parameters.
    bytes: usize,
    counts: Vec<Counts>,
    /// When something went on last, and the longest time in which nothing did.
    last: Instant,
    silence: Duration,
}

impl<'a> Work<'a> {
    fn new(session: &'a Session) -> Self {
        let counts = vec![Counts::default(); session.tables.len()];
        let (last, silence) = (Instant::now(), Duration::ZERO);
        Self { session, under_way: VecDeque::new(), bytes: 0, counts, last, silence }
    }

    /// An answer came, or a part of a COPY was taken.
    fn went_on(&mut self) {
        let now = Instant::now();
        self.silence = self.silence.max(now.duration_since(self.last));
        self.last = now;
    }

    /// Sends a request without parameters to speak of, once there is room for it.
    async fn send(
        &mut self,
        purpose: Purpose,
        request: impl Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a,
    ) -> Result<(), PgError> {
        self.send_large(purpose, 0, request).await
    }

    /// Sends a request whose parameters have so many bytes, once there is room for it.
    async fn send_large(
        &mut self,
        purpose: Purpose,
        bytes: usize,
        request: impl Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a,
    ) -> Result<(), PgError> {
        let full = |work: &Self| work.under_way.len() >= PIPELINE || work.bytes + bytes > PIPELINE_BYTES;
        while full(self) && !self.under_way.is_empty() {
            self.answer().await?;
        }
        let mut request = Box::pin(maybe_done(request.boxed()));
        // The first poll hands it to the connection.
        poll_fn(|context| {
            let _ = request.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
        self.under_way.push_back((purpose, bytes, request));
        self.bytes += bytes;
        Ok(())
    }

    async fn begin(&mut self, mark: &Mark) -> Result<(), PgError> {
        let session = self.session;
        let client = &session.connection.client;
        let Mark { last_tick, tick, origin, pace, live, pause } = *mark;
        let (tick, last_tick) = (tick as i64, last_tick.map(|tick| tick as i64));
        let begin = client.batch_execute(&session.begin).map(|done| done.map(|()| 1));
        self.send(Purpose::Begin, begin).await?;
        let find = async { client.execute(&session.find_columns, &session.expected.parameters()).await };
        self.send(Purpose::Definition(session.expected.count()), find).await?;
        let moved = async move {
            let Origin { start, anchor, first_tick } = origin;
            let (first_tick, given, pace) = (first_tick as i64, &session.start_text, pace.to_string());
            let Anchor { wall, at } = anchor;
            let parameters: [&(dyn ToSql + Sync); 10] =
                [&session.plan.name, &tick, &start, &wall, &first_tick, &live, given, &last_tick, &at, &pace];
            client.execute(&session.move_checkpoint, &parameters).await
        };
        self.send(Purpose::Checkpoint, moved).await?;
        if let Some(Pause { before_tick, micros }) = pause {
            let before_tick = before_tick as i64;
            let recorded = async move {
                client.execute(&session.record_pause, &[&session.plan.name, &before_tick, &micros]).await
            };
            self.send(Purpose::Pause, recorded).await?;
        }
        Ok(())
    }

    /// Takes away what the ticks delete of a table: one range, as they follow each other.
    async fn delete(&mut self, place: usize, ticks: &[Batch]) -> Result<(), PgError> {
        let mut ranges = ticks.iter().map(|tick| &tick.tables[place].delete).filter(|ids| !ids.is_empty());
        let Some(first) = ranges.next() else { return Ok(()) };
        let (first, kept) = (first.start, ranges.next_back().unwrap_or(first).end);
        let (client, statement) = (&self.session.connection.client, &self.session.tables[place].delete);
        let delete = async move { client.execute(statement, &[&first, &kept]).await };
        self.send(Purpose::Delete(place), delete).await
    }

    /// Changes rows of a table, none of them twice.
    async fn update(
        &mut self,
        place: usize,
        plan: &TablePlan,
        statements: &'a TableStatements,
        rows: &[(&Changes, usize)],
    ) -> Result<(), PgError> {
        let Some(statement) = &statements.update else { return Ok(()) };
        let client = &self.session.connection.client;
        for rows in rows.chunks(CHUNK_ROWS) {
            let parameters = encode::update_parameters(plan, rows);
            let bytes = encode::bytes(&parameters);
            let update = async move { client.execute(statement, &references(&parameters)).await };
            self.send_large(Purpose::Update(place), bytes, update).await?;
            if rows.len() == CHUNK_ROWS || bytes >= COPY_BYTES {
                // The connection, which sits on this thread, writes it out before the next ones are drawn.
                yield_now().await;
            }
        }
        Ok(())
    }

    /// Inserts the rows of the ticks into a table: few by a statement like the others, which waits for nothing,
    /// many by COPY. `meanwhile` is done when all of them are on their way.
    async fn insert(
        &mut self,
        place: usize,
        ticks: &mut [Batch],
        meanwhile: impl FnOnce(&mut [Batch]),
    ) -> Result<(), PgError> {
        let (plan, statements) = (&self.session.plan.tables[place], &self.session.tables[place]);
        let client = &self.session.connection.client;
        if inserted(ticks, place) >= FEW_ROWS {
            return self.copy(place, ticks, meanwhile).await;
        }
        let mut buffers = Vec::new();
        for tick in &mut *ticks {
            let rows = &mut tick.tables[place].insert;
            rows.lend(buffers);
            while let Some(chunk) = rows.next_chunk(plan) {
                let parameters = encode::insert_parameters(plan, chunk);
                let bytes = encode::bytes(&parameters);
                let insert =
                    async move { client.execute(&statements.insert, &references(&parameters)).await };
                self.send_large(Purpose::Insert(place), bytes, insert).await?;
            }
            buffers = rows.give_back();
        }
        meanwhile(ticks);
        Ok(())
    }

    /// Inserts many rows, with a deadline for each part of them.
    async fn copy(
        &mut self,
        place: usize,
        ticks: &mut [Batch],
        meanwhile: impl FnOnce(&mut [Batch]),
    ) -> Result<(), PgError> {
        self.answer_all().await?;
        let (plan, statements) = (&self.session.plan.tables[place], &self.session.tables[place]);
        let connection = &self.session.connection;
        let doing = doing_insert(plan);
        let sink = connection.client.copy_in::<_, Bytes>(&statements.copy);
        let mut sink = std::pin::pin!(connection.within(&doing, sink).await?);
        let mut buffer = Vec::with_capacity(2 * COPY_BYTES);
        buffer.extend_from_slice(encode::COPY_HEADER);
        let mut buffers = Vec::new();
        for tick in &mut *ticks {
            let rows = &mut tick.tables[place].insert;
            rows.lend(buffers);
            while let Some(chunk) = rows.next_chunk(plan) {
                encode::put_rows(&mut buffer, plan, &statements.wires, chunk);
                if buffer.len() >= COPY_BYTES {
                    let part = std::mem::replace(&mut buffer, Vec::with_capacity(2 * COPY_BYTES));
                    connection.within(&doing, sink.send(part.into())).await?;
                    self.went_on();
                    // Other shops share this thread.
                    yield_now().await;
                }
            }
            buffers = rows.give_back();
        }
        buffer.extend_from_slice(encode::COPY_TRAILER);
        connection.within(&doing, sink.send(buffer.into())).await?;
        // The connection writes it out; the server has still some of it to do.
        yield_now().await;
        meanwhile(ticks);
        self.counts[place].inserted += connection.within(&doing, sink.finish()).await?;
        self.went_on();
        Ok(())
    }

    async fn answer_all(&mut self) -> Result<(), PgError> {
        while !self.under_way.is_empty() {
            self.answer().await?;
        }
        Ok(())
    }

    /// Waits for the answer of the request that was sent first. Of several errors that one counts: the later
    /// ones only say that the transaction is aborted.
    async fn answer(&mut self) -> Result<(), PgError> {
        let Some((purpose, bytes, mut request)) = self.under_way.pop_front() else { return Ok(()) };
        self.bytes -= bytes;
        let table = |place: usize| &self.session.plan.tables[place];
        let doing = match purpose {
            Purpose::Begin => "begin a tick".to_owned(),
            Purpose::Definition(_) => "look at the tables".to_owned(),
            Purpose::Pause => "record a pause".to_owned(),
            Purpose::Checkpoint => "move the checkpoint".to_owned(),
            Purpose::Delete(place) => format!("delete from {}", table(place).name),
            Purpose::Update(place) => format!("update {}", table(place).name),
            Purpose::Insert(place) => doing_insert(table(place)),
        };
        let answered = async {
            request.as_mut().await;
            request.as_mut().take_output().unwrap_or(Ok(0))
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
        self.went_on();
        match purpose {
            Purpose::Definition(columns) if count != columns => {
                return Err(PgError::DefinitionChanged { address: address() });
            }
            Purpose::Checkpoint if count != 1 => return Err(PgError::CheckpointMoved { address: address() }),
            Purpose::Begin | Purpose::Definition(_) | Purpose::Pause | Purpose::Checkpoint => {}
            Purpose::Delete(place) => self.counts[place].deleted += count,
            Purpose::Update(place) => self.counts[place].updated += count,
            Purpose::Insert(place) => self.counts[place].inserted += count,
        }
        Ok(())
    }
}

fn references(parameters: &[encode::Encoded]) -> Vec<&(dyn ToSql + Sync)> {
    parameters.iter().map(|parameter| parameter as &(dyn ToSql + Sync)).collect()
}

fn doing_insert(table: &TablePlan) -> String {
    format!("insert into {}", table.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(ids: &[i64]) -> Changes {
        Changes { ids: ids.to_vec(), changed: Vec::new(), columns: Vec::new() }
    }

    #[test]
    fn a_row_that_changes_in_several_ticks_changes_in_as_many_turns_in_their_order() {
        let ticks = [changes(&[1, 2, 3]), changes(&[2, 4]), changes(&[2, 3])];
        let turns: Vec<Vec<(i64, usize)>> = in_turns(&ticks)
            .iter()
            .map(|turn| {
                let tick =
                    |changes: &Changes| ticks.iter().position(|tick| std::ptr::eq(tick, changes)).unwrap();
                turn.iter().map(|(changes, row)| (changes.ids[*row], tick(changes))).collect()
            })
            .collect();
        let expected: [&[(i64, usize)]; 3] =
            [&[(1, 0), (2, 0), (3, 0), (4, 1)], &[(2, 1), (3, 2)], &[(2, 2)]];
        assert_eq!(turns, expected);
    }
}
