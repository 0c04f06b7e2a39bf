//! One shop's session: lock, claim, and ticks applied one transaction each.
//!
//! Owns the order of statements inside a tick and the deadline of each. Content comes from the batch;
//! the checkpoint that is written with it says which tick the database stands at.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::{BoxFuture, join_all};
use futures_util::{FutureExt, SinkExt};
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use super::claim::{self, Claim, Finding, lock_key};
use super::connect::{Connection, address};
use super::definition::{Definitions, Expected};
use super::encode::{self, Wire};
use super::error::PgError;
use super::sql;
use crate::clock::{Origin, Progress};
use crate::config::Server;
use crate::plan::ShopPlan;
use crate::tick::Batch;
use crate::value::EnumType;

/// Requests that may be under way at a time, which bounds what a large update holds in memory.
const PIPELINE: usize = 16;
/// Bytes of a COPY that are collected before they are sent.
const COPY_BYTES: usize = 64 * 1024;
/// How long a session of a simulator that was just killed may take to disappear.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// What a shop's sessions have in common, one after the other.
pub struct Sessions {
    /// The server.
    pub server: Server,
    /// With what right it is written on.
    pub claim: Claim,
    /// Longest wait for one answer.
    pub deadline: Duration,
    /// Whether a commit waits for the disk.
    pub synchronous_commit: bool,
    /// Backend of the last session, by process id and start, which may outlive its connection.
    ghost: Mutex<Option<(i32, String)>>,
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
    /// Whether the shop has caught up with the wall clock.
    pub live: bool,
    /// Microseconds of pause before the tick; 0 for none.
    pub pause: i64,
}

/// Rows that a tick changed in one table, as the server counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows deleted.
    pub deleted: u64,
    /// Rows updated.
    pub updated: u64,
    /// Rows inserted.
    pub inserted: u64,
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(tables: I) -> Self {
        tables.fold(Self::default(), |sum, table| Self {
            deleted: sum.deleted + table.deleted,
            updated: sum.updated + table.updated,
            inserted: sum.inserted + table.inserted,
        })
    }
}

/// A session that holds the shop's lock.
pub struct Session {
    connection: Connection,
    plan: Arc<ShopPlan>,
    address: String,
    start_text: String,
    tables: Vec<TableStatements>,
    begin: String,
    expected: Expected,
    find_columns: Statement,
    move_checkpoint: Statement,
    record_pause: Statement,
}

struct TableStatements {
    wires: Vec<Wire>,
    delete: Statement,
    update: Option<Statement>,
    copy: Statement,
}

impl Sessions {
    /// The sessions of a shop on a server.
    pub fn new(server: Server, claim: Claim, deadline: Duration, synchronous_commit: bool) -> Self {
        Self { server, claim, deadline, synchronous_commit, ghost: Mutex::new(None) }
    }

    /// Looks, without writing, whether the shop may run on this database.
    pub async fn inspect(&self) -> Result<Finding, PgError> {
        let connection = self.connect().await?;
        claim::inspect(&connection, &self.claim).await
    }

    /// Connects, takes the shop's lock, makes the tables where there are none, and tells how far the shop
    /// has come.
    pub async fn open(&self) -> Result<(Session, Progress), PgError> {
        let connection = self.connect().await?;
        self.lock(&connection).await?;
        let progress = match claim::inspect(&connection, &self.claim).await? {
            Finding::Ours(progress) => progress,
            Finding::Foreign(differences) => return Err(self.refusal(differences)),
            Finding::Empty => {
                claim::establish(&connection, &self.claim, &address(&self.server), None).await?;
                Progress::default()
            }
            Finding::Reset(former) => {
                claim::establish(&connection, &self.claim, &address(&self.server), Some(&former)).await?;
                Progress::default()
            }
        };
        let session = Session::prepare(connection, &self.claim, address(&self.server)).await?;
        Ok((session, progress))
    }

    /// What is said of a database that is not this shop's.
    pub fn refusal(&self, differences: Vec<String>) -> PgError {
        PgError::Refused { address: address(&self.server), differences }
    }

    async fn connect(&self) -> Result<Connection, PgError> {
        let shop = &self.claim.plan.name;
        Connection::open(&self.server, shop, self.deadline, self.synchronous_commit).await
    }

    async fn lock(&self, connection: &Connection) -> Result<(), PgError> {
        let doing = "take the shop's lock";
        let key = lock_key(&format!("shopsim/{}/{}", self.claim.plan.schema, self.claim.plan.name));
        let patience = tokio::time::Instant::now() + LOCK_PATIENCE;
        loop {
            if connection.query_one(doing, "SELECT pg_try_advisory_lock($1)", &[&key]).await?.get(0) {
                break;
            }
            let holder = connection.query(doing, READ_HOLDER, &[&key]).await?.pop();
            let former = self.ghost.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(row) = holder {
                let (pid, since): (i32, String) = (row.get(0), row.get(1));
                if former == Some((pid, since.clone())) {
                    // Our own last session, whose end the server has not noticed.
                    let end = "SELECT pg_terminate_backend($1)";
                    connection.execute("end the shop's former session", end, &[&pid]).await?;
                } else if tokio::time::Instant::now() >= patience {
                    let from: String = row.get(2);
                    let holder = format!("backend {pid} from {from}, since {since}");
                    return Err(PgError::Locked { shop: self.claim.plan.name.clone(), holder });
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let own = "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        let own = connection.query_one(doing, own, &[]).await?;
        *self.ghost.lock().unwrap_or_else(PoisonError::into_inner) = Some((own.get(0), own.get(1)));
        Ok(())
    }
}

/// Who holds an advisory lock: process, since when, from where.
const READ_HOLDER: &str = "
SELECT a.pid, coalesce(a.backend_start::text, 'unknown'), coalesce(host(a.client_addr), 'a local socket')
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid::bigint = ($1::bigint >> 32) & 4294967295 AND l.objid::bigint = $1::bigint & 4294967295";

impl Session {
    async fn prepare(connection: Connection, claim: &Claim, address: String) -> Result<Self, PgError> {
        let plan = claim.plan.clone();
        let client = &connection.client;
        let prepare = |table: &str, sql: String| {
            let doing = format!("prepare the statements of {table}");
            let connection = &connection;
            async move { connection.within(&doing, client.prepare(&sql)).await }
        };
        // Read once more: ticks are to find what is there now, not what was when the claim was looked at.
        let definitions = Definitions::read(&connection, &plan).await?;
        let drift: Vec<String> =
            plan.tables.iter().filter_map(|table| definitions.drift(&plan, table)).collect();
        if !drift.is_empty() {
            return Err(PgError::Refused { address, differences: drift });
        }
        let mut tables = Vec::with_capacity(plan.tables.len());
        let oids = claim::oids_of_enums(&connection, &plan).await?;
        let oid = |declared: &EnumType| oids.get(&declared.name).copied().unwrap_or(0);
        for table in &plan.tables {
            tables.push(TableStatements {
                wires: table.columns.iter().map(|column| Wire::of(&column.sql_type, oid)).collect(),
                delete: prepare(&table.name, sql::delete(&plan.schema, table)).await?,
                update: match table.columns.is_empty() {
                    true => None,
                    false => Some(prepare(&table.name, sql::update(&plan.schema, table)).await?),
                },
                copy: prepare(&table.name, sql::copy(&plan.schema, table)).await?,
            });
        }
        let find_columns = prepare("the look at the tables", sql::FIND_COLUMNS.to_owned()).await?;
        let move_checkpoint = prepare("the checkpoint", sql::MOVE_CHECKPOINT.to_owned()).await?;
        let record_pause = prepare("the pauses", sql::RECORD_PAUSE.to_owned()).await?;
        let start_text = claim.start.to_string();
        let (begin, expected) = (sql::begin_tick(&plan), definitions.expected(&plan));
        Ok(Self {
            connection,
            plan,
            address,
            start_text,
            tables,
            begin,
            expected,
            find_columns,
            move_checkpoint,
            record_pause,
        })
    }

    /// Applies a tick in one transaction that moves the checkpoint with it: delete, update, insert.
    ///
    /// Counts are by table, in the plan's order. After an error the session is of no more use, and only
    /// the checkpoint tells whether the tick was committed.
    pub async fn apply(&mut self, batch: &mut Batch, mark: &Mark) -> Result<Vec<Counts>, PgError> {
        let mut counts = vec![Counts::default(); self.tables.len()];
        let mut requests = Requests::new(&self.connection);
        requests.push(
            Purpose::Begin,
            self.connection.client.batch_execute(&self.begin).map(|done| done.map(|()| 1)).boxed(),
        );
        let find =
            async { self.connection.client.execute(&self.find_columns, &self.expected.parameters()).await };
        requests.push(Purpose::Definition(self.expected.count()), find.boxed());
        self.push_checkpoint(&mut requests, mark);
        for (place, (table, statements)) in batch.tables.iter().zip(&self.tables).enumerate() {
            if !table.delete.is_empty() {
                let (first, kept) = (table.delete.start, table.delete.end);
                let client = &self.connection.client;
                let delete = async move { client.execute(&statements.delete, &[&first, &kept]).await };
                requests.push(Purpose::Delete(place), delete.boxed());
            }
        }
        let tables = batch.tables.iter_mut().zip(&self.plan.tables).zip(&self.tables).enumerate();
        for (place, ((table, plan), statements)) in tables {
            let Some(update) = &statements.update else { continue };
            while let Some(changes) = table.update.next_chunk(plan) {
                let parameters = encode::update_parameters(plan, changes);
                let client = &self.connection.client;
                let run = async move {
                    let parameters: Vec<&(dyn ToSql + Sync)> =
                        parameters.iter().map(|parameter| parameter as &(dyn ToSql + Sync)).collect();
                    client.execute(update, &parameters).await
                };
                requests.push(Purpose::Update(place), run.boxed());
                if requests.pending.len() >= PIPELINE {
                    requests.answer(&self.plan, &self.address, &mut counts).await?;
                }
            }
        }
        requests.answer(&self.plan, &self.address, &mut counts).await?;
        for (place, table) in batch.tables.iter_mut().enumerate() {
            if !table.insert.remaining().is_empty() {
                counts[place].inserted = self.copy(place, table).await?;
            }
        }
        self.connection.within("commit", self.connection.client.batch_execute("COMMIT")).await?;
        Ok(counts)
    }

    fn push_checkpoint<'a>(&'a self, requests: &mut Requests<'a>, mark: &Mark) {
        let client = &self.connection.client;
        let Mark { last_tick, tick, origin, live, pause } = *mark;
        let (tick, last_tick) = (tick as i64, last_tick.map(|tick| tick as i64));
        let moved = async move {
            let (start, anchor, given) = (origin.start, origin.anchor, &self.start_text);
            let parameters: [&(dyn ToSql + Sync); 7] =
                [&self.plan.name, &tick, &start, &anchor, &live, given, &last_tick];
            client.execute(&self.move_checkpoint, &parameters).await
        };
        requests.push(Purpose::Checkpoint, moved.boxed());
        if pause > 0 {
            let recorded =
                async move { client.execute(&self.record_pause, &[&self.plan.name, &tick, &pause]).await };
            requests.push(Purpose::Pause, recorded.boxed());
        }
    }

    async fn copy(&self, place: usize, batch: &mut crate::tick::TableBatch) -> Result<u64, PgError> {
        let table = &self.plan.tables[place];
        let doing = format!("insert into {}", table.name);
        let within = &self.connection;
        let sink = within.client.copy_in::<_, Bytes>(&self.tables[place].copy);
        let mut sink = std::pin::pin!(within.within(&doing, sink).await?);
        let mut buffer = BytesMut::with_capacity(2 * COPY_BYTES);
        buffer.extend_from_slice(encode::COPY_HEADER);
        while let Some(rows) = batch.insert.next_chunk(table) {
            encode::put_rows(&mut buffer, table, &self.tables[place].wires, rows);
            if buffer.len() >= COPY_BYTES {
                within.within(&doing, sink.send(buffer.split().freeze())).await?;
                // Other shops share this thread.
                tokio::task::yield_now().await;
            }
        }
        buffer.extend_from_slice(encode::COPY_TRAILER);
        within.within(&doing, sink.send(buffer.freeze())).await?;
        within.within(&doing, sink.finish()).await
    }
}

/// What a request of a tick is for.
enum Purpose {
    Begin,
    /// That so many columns are as they were when the statements were prepared.
    Definition(u64),
    Checkpoint,
    Pause,
    Delete(usize),
    Update(usize),
}

/// Requests that are sent together and answered in order.
struct Requests<'a> {
    connection: &'a Connection,
    purposes: Vec<Purpose>,
    pending: Vec<BoxFuture<'a, Result<u64, tokio_postgres::Error>>>,
}

impl<'a> Requests<'a> {
    fn new(connection: &'a Connection) -> Self {
        Self { connection, purposes: Vec::new(), pending: Vec::new() }
    }

    fn push(&mut self, purpose: Purpose, request: BoxFuture<'a, Result<u64, tokio_postgres::Error>>) {
        self.purposes.push(purpose);
        self.pending.push(request);
    }

    /// Sends what is pending and adds the answers up. Of several errors the first counts: the later ones
    /// only say that the transaction is aborted.
    async fn answer(&mut self, plan: &ShopPlan, address: &str, counts: &mut [Counts]) -> Result<(), PgError> {
        let all = join_all(self.pending.drain(..)).map(Ok);
        let answers = self.connection.within("write a tick", all).await?;
        for (purpose, answer) in self.purposes.drain(..).zip(answers) {
            let table = |place: usize| &plan.tables[place].name;
            match purpose {
                Purpose::Begin => drop(answer.map_err(PgError::statement("begin a tick"))?),
                Purpose::Definition(columns) => {
                    if answer.map_err(PgError::statement("look at the tables"))? != columns {
                        return Err(PgError::DefinitionChanged { address: address.to_owned() });
                    }
                }
                Purpose::Pause => drop(answer.map_err(PgError::statement("record a pause"))?),
                Purpose::Checkpoint => {
                    if answer.map_err(PgError::statement("move the checkpoint"))? != 1 {
                        return Err(PgError::CheckpointMoved { address: address.to_owned() });
                    }
                }
                Purpose::Delete(place) => {
                    let doing = format!("delete from {}", table(place));
                    counts[place].deleted += answer.map_err(PgError::statement(doing))?;
                }
                Purpose::Update(place) => {
                    let doing = format!("update {}", table(place));
                    counts[place].updated += answer.map_err(PgError::statement(doing))?;
                }
            }
        }
        Ok(())
    }
}
