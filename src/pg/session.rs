//! One shop's session: lock, claim, prepared statements.
//!
//! Owns how a session is opened; what it does with a tick is `apply`'s.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_postgres::Statement;

use super::claim::{self, Claim, Finding, lock_key};
use super::connect::{Connection, address};
use super::definition::{Definitions, Expected};
use super::encode::Wire;
use super::error::PgError;
use super::sql;
use crate::clock::Progress;
use crate::config::Server;
use crate::plan::ShopPlan;
use crate::value::EnumType;

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
    /// Whether it was open once. A reset is for the first time: what stands there later is a run's.
    opened: AtomicBool,
    /// Backend of the last session, by process id and start, which may outlive its connection.
    ghost: Mutex<Option<(i32, String)>>,
}

/// A session that holds the shop's lock.
pub struct Session {
    pub(super) connection: Connection,
    pub(super) plan: Arc<ShopPlan>,
    pub(super) address: String,
    pub(super) start_text: String,
    pub(super) tables: Vec<TableStatements>,
    pub(super) begin: String,
    pub(super) expected: Expected,
    pub(super) find_columns: Statement,
    pub(super) move_checkpoint: Statement,
    pub(super) record_pause: Statement,
}

/// The statements of one table.
pub(super) struct TableStatements {
    pub(super) wires: Vec<Wire>,
    pub(super) delete: Statement,
    pub(super) update: Option<Statement>,
    pub(super) insert: Statement,
    pub(super) copy: Statement,
}

impl Sessions {
    /// The sessions of a shop on a server.
    pub fn new(server: Server, claim: Claim, deadline: Duration, synchronous_commit: bool) -> Self {
        let (opened, ghost) = (AtomicBool::new(false), Mutex::new(None));
        Self { server, claim, deadline, synchronous_commit, opened, ghost }
    }

    /// Connects, takes the shop's lock, makes the tables where there are none, and tells how far the shop
    /// has come.
    pub async fn open(&self) -> Result<(Session, Progress), PgError> {
        let connection = self.connect().await?;
        self.lock(&connection).await?;
        let opened = self.opened.load(Ordering::Relaxed);
        let progress = match claim::inspect(&connection, &self.claim, opened).await? {
            Finding::Ours(progress) => progress,
            Finding::Foreign(differences) => return Err(self.refusal(differences)),
            Finding::Empty => {
                claim::establish(&connection, &self.claim, &address(&self.server), None).await?;
                Progress::default()
            }
            Finding::Reset(doomed) => {
                claim::establish(&connection, &self.claim, &address(&self.server), Some(&doomed)).await?;
                Progress::default()
            }
        };
        self.opened.store(true, Ordering::Relaxed);
        let session = Session::prepare(connection, &self.claim, address(&self.server)).await?;
        Ok((session, progress))
    }

    /// What is said of a database that is not this shop's.
    fn refusal(&self, differences: Vec<String>) -> PgError {
        let shop = self.claim.plan.name.clone();
        PgError::Refused { shop, address: address(&self.server), differences }
    }

    async fn connect(&self) -> Result<Connection, PgError> {
        let shop = &self.claim.plan.name;
        Connection::open(&self.server, shop, self.deadline, self.synchronous_commit).await
    }

    async fn lock(&self, connection: &Connection) -> Result<(), PgError> {
        let doing = "take the shop's lock";
        let key = lock_key(&name_of_lock(&self.claim.plan.name));
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

/// By what a shop's lock is named: by the shop alone, as its checkpoint is, whatever the schema of its tables.
pub(super) fn name_of_lock(shop: &str) -> String {
    format!("shopsim/{shop}")
}

/// Who holds an advisory lock: process, since when, from where.
pub(super) const READ_HOLDER: &str = "
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
            return Err(PgError::Refused { shop: plan.name.clone(), address, differences: drift });
        }
        let mut tables = Vec::with_capacity(plan.tables.len());
        let oids = claim::oids_of_enums(&connection, &plan).await?;
        let oid = |declared: &EnumType| oids.get(&declared.name).copied().unwrap_or(0);
        for table in &plan.tables[..] {
            tables.push(TableStatements {
                wires: table.columns.iter().map(|column| Wire::of(&column.sql_type, oid)).collect(),
                delete: prepare(&table.name, sql::delete(&plan.schema, table)).await?,
                update: match table.columns.is_empty() {
                    true => None,
                    false => Some(prepare(&table.name, sql::update(&plan.schema, table)).await?),
                },
                insert: prepare(&table.name, sql::insert(&plan.schema, table)).await?,
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
}
