//! One shop's session: its turn, lock, claim, prepared statements.
//!
//! Owns how a session is opened; how it applies ticks is in `apply`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::time::{Instant, sleep};
use tokio::try_join;
use tokio_postgres::Statement;

use super::capture::{self, Tending, Watched};
use super::claim::{self, AT_A_TIME, Claim, Finding};
use super::connect::{Connection, Parameters, address};
use super::definition::{Definitions, Expected};
use super::encode::Wire;
use super::error::PgError;
use super::id_conflicts::CheckTimer;
use super::lock::{self, Backend};
use super::queue::{Queue, Queues};
use super::reset_plan::ResetPlan;
use super::sql;
use super::state;
use super::vacuum::DeadRows;
use crate::clock::Checkpoint;
use crate::config::ConnectionParameters;
use crate::plan::{ShopPlan, TablePlan};
use crate::value::{EnumType, Timestamp};

/// How long to wait for the session of a just killed simulator to end, before its holding the lock is reported.
pub(super) const REPORT_AFTER: Duration = Duration::from_secs(2);
/// How long to wait for a lock whose holder was already reported.
const LOCK_PATIENCE: Duration = Duration::from_secs(60);
/// How often the lock is retried until its holder is reported, and later.
pub(super) const LOCK_RETRY: Duration = Duration::from_millis(100);
const LATER_RETRY: Duration = Duration::from_millis(500);

/// What the successive sessions of a shop have in common.
pub struct Sessions {
    /// The server.
    pub server: ConnectionParameters,
    /// The run's claim to the database.
    pub claim: Claim,
    /// Longest wait for one answer.
    pub deadline: Duration,
    /// Whether a commit waits for the disk.
    pub synchronous_commit: bool,
    /// The queue in which the server's shops wait for their turn to open it.
    queue: Queue,
    /// Whether it was opened before. Only the first session resets the database.
    opened: AtomicBool,
    /// The backend of the last session that held the lock; it may outlive its connection.
    last: Mutex<Option<Backend>>,
    /// The last reported holder of the lock.
    reported: Mutex<Option<String>>,
}

/// A session that holds the shop's lock.
pub struct Session {
    pub(super) connection: Connection,
    pub(super) plan: Arc<ShopPlan>,
    pub(super) start_text: String,
    pub(super) tables: Vec<TableStatements>,
    pub(super) begin: String,
    pub(super) expected: Expected,
    pub(super) dead: DeadRows,
    pub(super) id_check: CheckTimer,
    pub(super) find_columns: Statement,
    pub(super) move_checkpoint: Statement,
    pub(super) record_pause: Statement,
    tending: Tending,
}

impl Session {
    /// Waits until its connection ends between two ticks, and returns why.
    pub async fn connection_lost(&mut self) -> PgError {
        self.connection.lost().await
    }

    /// When it wants time between two ticks.
    pub fn tends_at(&self) -> Instant {
        self.tending.due()
    }

    /// Writes the heartbeat and reads the slots, if that is due, where `spare` is the time until the next tick.
    pub async fn tend(&mut self, spare: Duration) -> Result<Option<Watched>, PgError> {
        self.tending.tend(&self.connection, spare).await
    }
}

/// The statements of one table.
pub(super) struct TableStatements {
    pub(super) wires: Vec<Wire>,
    /// If keys have an order: they are the numbers of rows.
    pub(super) delete: Option<Statement>,
    /// If rows are deleted by their keys: a change source does, or the keys have no order.
    pub(super) delete_listed: Option<Statement>,
    pub(super) update: Option<Statement>,
    pub(super) soft_delete: Option<Statement>,
    pub(super) insert: Statement,
    pub(super) copy: Statement,
}

impl Sessions {
    /// The sessions of a shop on a server, with a queue of their own.
    pub fn new(
        server: ConnectionParameters,
        claim: Claim,
        deadline: Duration,
        synchronous_commit: bool,
    ) -> Self {
        let (queue, opened) = (Queue::default(), AtomicBool::new(false));
        let (last, reported) = (Mutex::default(), Mutex::default());
        Self { server, claim, deadline, synchronous_commit, queue, opened, last, reported }
    }

    /// The same, in the shared queue of their server.
    pub fn queued(mut self, queues: &mut Queues) -> Self {
        self.queue = queues.of(&self.server);
        self
    }

    /// Connects, takes the shop's lock, creates missing tables, and returns the checkpoint. The expensive parts wait for
    /// their turn.
    pub async fn open(&self) -> Result<(Session, Checkpoint), PgError> {
        if !self.opened.load(Ordering::Relaxed) {
            self.queue.maker.make(self).await;
        }
        let mut turn = self.queue.turn().await;
        let connection = self.connect().await?;
        if self.queue.is_small() && !self.opened.load(Ordering::Relaxed) {
            lock::refuse_pooler(&connection, &self.server, &self.claim.plan.name).await?;
        }
        if !self.try_lock(&connection).await? {
            drop(turn);
            self.wait_for_lock(&connection).await?;
            turn = self.queue.turn().await;
        }
        let _turn = turn;
        let opened = self.opened.load(Ordering::Relaxed);
        let (progress, definitions) = match claim::inspect(&connection, &self.claim, opened).await? {
            Finding::Ours(progress, definitions, is_current) => {
                if !is_current {
                    let doing = "bring shopsim's own tables up to date";
                    let create = state::within(&self.claim.plan.state_schema, state::CREATE);
                    connection.batch(doing, &create).await?;
                }
                (progress, definitions)
            }
            Finding::OtherConfig(differences) => return Err(self.other_config(differences)),
            Finding::OtherTables(differences) => return Err(self.refusal(differences)),
            Finding::StateElsewhere(found, last_tick) => return Err(self.state_elsewhere(found, last_tick)),
            Finding::Empty => self.establish(&connection, None).await?,
            Finding::Reset(to_drop) => self.establish(&connection, Some(&to_drop)).await?,
        };
        let address = address(&self.server);
        capture::resume(&connection, self.claim.wanted(), &address, progress.last_tick, !opened).await?;
        self.opened.store(true, Ordering::Relaxed);
        let backend = shared(&self.last).map_or(0, |(process, _)| process);
        let session = Session::prepare(connection, &self.claim, backend, &definitions).await?;
        Ok((session, progress))
    }

    async fn establish(
        &self,
        connection: &Connection,
        to_drop: Option<&ResetPlan>,
    ) -> Result<(Checkpoint, Definitions), PgError> {
        let plan = &self.claim.plan;
        claim::establish(connection, &self.claim, &address(&self.server), to_drop).await?;
        let definitions = Definitions::read(connection, plan).await?;
        let drift: Vec<String> =
            plan.tables.iter().filter_map(|table| definitions.drift(plan, table)).collect();
        if drift.is_empty() { Ok((Checkpoint::default(), definitions)) } else { Err(self.refusal(drift)) }
    }

    /// The error about a database that was created with other settings.
    pub(super) fn other_config(&self, differences: Vec<String>) -> PgError {
        let shop = self.claim.plan.name.clone();
        PgError::OtherConfig { shop, address: address(&self.server), differences }
    }

    /// The error about tables that are not this shop's.
    pub(super) fn refusal(&self, differences: Vec<String>) -> PgError {
        let shop = self.claim.plan.name.clone();
        PgError::Refused { shop, address: address(&self.server), differences }
    }

    /// The error about a checkpoint in another schema.
    pub(super) fn state_elsewhere(&self, found: String, last_tick: Option<u64>) -> PgError {
        let (shop, expected) = (self.claim.plan.name.clone(), self.claim.plan.state_schema.clone());
        PgError::StateElsewhere { shop, address: address(&self.server), found, last_tick, expected }
    }

    async fn connect(&self) -> Result<Connection, PgError> {
        let shop = &self.claim.plan.name;
        Connection::open(&self.server, shop, self.deadline, self.synchronous_commit).await
    }

    /// Takes the shop's lock if it is free.
    async fn try_lock(&self, connection: &Connection) -> Result<bool, PgError> {
        let taken = lock::try_take(connection, &self.claim.plan).await?;
        if taken.is_some() {
            *shared(&self.last) = taken;
        }
        Ok(taken.is_some())
    }

    /// Takes the shop's lock when its holder has ended. After a moment, another holder is reported as an error; the next
    /// attempt waits longer for the same holder, without repeating the report.
    async fn wait_for_lock(&self, connection: &Connection) -> Result<(), PgError> {
        let began = Instant::now();
        loop {
            let (pid, at) = shared(&self.last).unwrap_or((0, Timestamp(0)));
            let parameters: Parameters<'_> = &[&lock::key_of_shop(&self.claim.plan), &pid, &at];
            if let Some(row) = connection.query(lock::TAKING_LOCK, lock::READ_HOLDER, parameters).await?.pop()
            {
                if row.get("is_former") {
                    // Our own last session, whose end the server has not noticed yet.
                    let end = "SELECT pg_catalog.pg_terminate_backend($1)";
                    connection.execute("end the shop's previous session", end, &[&pid]).await?;
                } else {
                    let holder: String = row.get("holder");
                    let reported = shared(&self.reported).as_ref() == Some(&holder);
                    if began.elapsed() >= if reported { LOCK_PATIENCE } else { REPORT_AFTER } {
                        *shared(&self.reported) = Some(holder.clone());
                        return Err(PgError::Locked { shop: self.claim.plan.name.clone(), holder });
                    }
                }
            }
            sleep(if began.elapsed() < REPORT_AFTER { LOCK_RETRY } else { LATER_RETRY }).await;
            if self.try_lock(connection).await? {
                return Ok(());
            }
        }
    }
}

fn shared<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    async fn prepare(
        connection: Connection,
        claim: &Claim,
        backend: i32,
        definitions: &Definitions,
    ) -> Result<Self, PgError> {
        let plan = claim.plan.clone();
        let oids = claim::oids_of_enums(&connection, &plan).await?;
        let oid = |declared: &EnumType| oids.get(&declared.name).copied().unwrap_or(0);
        let prepare = async |what: &str, sql: &str| {
            let doing = format!("prepare the statements of {what}");
            connection.within(&doing, connection.client.prepare(sql)).await
        };
        // All are sent at once: waiting for each answer would cost both processes time.
        let of_table = async |table: &TablePlan| {
            let (name, schema) = (&*table.name, &*plan.schema);
            let update = async {
                match table.columns.is_empty() {
                    true => Ok(None),
                    false => prepare(name, &sql::update(schema, table)).await.map(Some),
                }
            };
            let soft_delete = async {
                match table.deletes_softly() {
                    false => Ok(None),
                    true => prepare(name, &sql::soft_delete(schema, table)).await.map(Some),
                }
            };
            let is_number = table.key_form.is_number();
            let delete = async {
                match is_number {
                    true => prepare(name, &sql::delete(schema, table)).await.map(Some),
                    false => Ok(None),
                }
            };
            let delete_listed = async {
                match table.changes.is_some() || !is_number {
                    true => prepare(name, &sql::delete_listed(schema, table)).await.map(Some),
                    false => Ok(None),
                }
            };
            let (insert, copy) = (sql::insert(schema, table), sql::copy(schema, table));
            let (delete, delete_listed, update, soft_delete, insert, copy) = try_join!(
                delete,
                delete_listed,
                update,
                soft_delete,
                prepare(name, &insert),
                prepare(name, &copy)
            )?;
            let wires = table.columns.iter().map(|column| Wire::of(&column.sql_type, oid)).collect();
            Ok(TableStatements { wires, delete, delete_listed, update, soft_delete, insert, copy })
        };
        let mut tables = Vec::with_capacity(plan.tables.len());
        for some in plan.tables.chunks(AT_A_TIME) {
            tables.extend(try_join_all(some.iter().map(of_table)).await?);
        }
        let [move_checkpoint, record_pause] = [state::MOVE_CHECKPOINT, state::RECORD_PAUSE]
            .map(|statement| state::within(&plan.state_schema, statement));
        let (find_columns, move_checkpoint, record_pause) = try_join!(
            prepare("the check of the tables", sql::FIND_COLUMNS),
            prepare("the checkpoint", &move_checkpoint),
            prepare("the pauses", &record_pause),
        )?;
        let start_text = claim.start.to_string();
        let (begin, expected) = (sql::begin_tick(&plan, backend), definitions.expected(&plan));
        let dead = DeadRows::of(&plan);
        let tending = Tending::of(&plan, &claim.capture);
        Ok(Self {
            connection,
            plan,
            start_text,
            tables,
            begin,
            expected,
            dead,
            id_check: CheckTimer::default(),
            find_columns,
            move_checkpoint,
            record_pause,
            tending,
        })
    }
}
