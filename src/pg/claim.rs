//! Ownership of a database: what a shop finds there, whether it may write to it, and what it creates.
//!
//! Owns the rule that nothing is destroyed without being asked to: tables and checkpoints of another origin are refused,
//! and only a reset drops tables. [`inspect`] is read-only.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::{try_join, try_join_all};
use tokio_postgres::Row;
use tracing::warn;

use super::capture::{self, Wanted};
use super::connect::{Connection, Parameters};
use super::definition::{Definitions, in_schema};
use super::encoding;
use super::error::PgError;
use super::lock;
use super::recorded;
use super::reset_plan::{self, ResetPlan};
use super::sql;
use super::state;
use crate::clock::{Anchor, Checkpoint, Origin, Pause};
use crate::config::Start;
use crate::plan::{Capture, ShopPlan, TablePlan, differing_lines};
use crate::stream::OUTPUT_VERSION;
use crate::value::{EnumType, Timestamp};

/// How many tables are created, or their statements prepared, within one deadline.
pub const AT_A_TIME: usize = 16;

/// A run's claim to a shop's database.
#[derive(Clone)]
pub struct Claim {
    /// The plan, which determines the contents of the tables.
    pub plan: Arc<ShopPlan>,
    /// `start`, as given for this run.
    pub start: Start,
    /// Whether it was given on the command line; `now` in a config matches any start.
    pub start_by_name: bool,
    /// Whether existing tables are dropped first, once in this run.
    pub reset: bool,
    /// An identifier of this run.
    pub run: String,
    /// What is made for clients of logical replication.
    pub capture: Arc<Capture>,
}

impl Claim {
    /// What is made for clients of logical replication.
    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted { plan: &self.plan, capture: &self.capture }
    }
}

/// What [`inspect`] has found.
#[derive(Debug)]
pub enum Finding {
    /// Nothing of the shop's: its tables may be created.
    Empty,
    /// A run of this plan and seed, which may continue, and whether shopsim's own tables are up to date.
    Ours(Checkpoint, Definitions, bool),
    /// A run with another seed, config or start: the differences.
    OtherConfig(Vec<String>),
    /// The shop's checkpoint in this other schema, and its last tick.
    StateElsewhere(String, Option<u64>),
    /// Tables that were altered, or not created by shopsim: the differences.
    OtherTables(Vec<String>),
    /// Existing tables that this run drops first.
    Reset(ResetPlan),
}

/// The recorded state of a shop's database, for commands that only read it.
pub struct Survey {
    /// The checkpoint.
    pub progress: Checkpoint,
    /// How seed, config and start differ from this plan's.
    pub other_origin: Vec<String>,
    /// How the definition of each table of the plan differs.
    pub drift: Vec<Option<String>>,
}

/// Reads the recorded state of the shop; `None` if no run was ever started there.
pub async fn survey(connection: &Connection, claim: &Claim) -> Result<Option<Survey>, PgError> {
    let plan = &claim.plan;
    let Some(row) = recorded::read_checkpoint(connection, plan).await? else { return Ok(None) };
    let found = Definitions::read(connection, plan).await?;
    let progress = progress(connection, plan, &row, Pauses::All).await?;
    let other_origin = other_origin(claim, &row, &progress);
    let drift = plan.tables.iter().map(|table| found.drift(plan, table)).collect();
    Ok(Some(Survey { progress, other_origin, drift }))
}

/// Inspects the shop's database without writing. A run that has opened it before does not reset it again.
pub async fn inspect(connection: &Connection, claim: &Claim, opened: bool) -> Result<Finding, PgError> {
    let plan = &claim.plan;
    let recorded = recorded::recorded_tables(plan);
    let (checkpoint, found) =
        try_join(recorded::read_checkpoint(connection, plan), Definitions::read(connection, plan)).await?;
    let mut states = Vec::new();
    // Tables that are recorded as this shop's cannot belong to another shop.
    if checkpoint.as_ref().is_none_or(|row| row.get::<_, Vec<String>>("tables") != recorded) {
        states = recorded::states(connection, plan).await?;
        recorded::refuse_tables_of_others(connection, plan, &states, &recorded).await?;
    }
    let of_this_run = |row: &Row| row.get::<_, String>("run") == claim.run;
    if claim.reset && !opened && !checkpoint.as_ref().is_some_and(of_this_run) {
        return Ok(Finding::Reset(reset_plan::read(connection, plan).await?));
    }
    let Some(row) = checkpoint else {
        for schema in states.iter().filter(|schema| **schema != plan.state_schema) {
            if let Some(row) = recorded::checkpoint_in(connection, plan, schema).await? {
                return Ok(Finding::StateElsewhere(schema.clone(), recorded::last_tick(&row)));
            }
        }
        let mut existing: Vec<String> = found
            .tables()
            .map(|table| {
                let table = in_schema(plan, table);
                format!(
                    "table {table} already exists and was not created by shopsim (rename it, or give the shop another \
                     `schema` or database)"
                )
            })
            .collect();
        existing.extend(other_labels(connection, plan).await?);
        return Ok(if existing.is_empty() { Finding::Empty } else { Finding::OtherTables(existing) });
    };
    let progress = progress(connection, plan, &row, Pauses::Recent).await?;
    let differences = other_origin(claim, &row, &progress);
    if !differences.is_empty() {
        return Ok(Finding::OtherConfig(differences));
    }
    let mut differences: Vec<String> =
        plan.tables.iter().filter_map(|table| found.drift(plan, table)).collect();
    differences.extend(other_labels(connection, plan).await?);
    Ok(if differences.is_empty() {
        Finding::Ours(progress, found, row.get("is_current"))
    } else {
        Finding::OtherTables(differences)
    })
}

/// Creates the tables of a shop that was never run, if no other simulator runs it.
pub async fn create_if_new(connection: &Connection, claim: &Claim, address: &str) -> Result<(), PgError> {
    if recorded::read_checkpoint(connection, &claim.plan).await?.is_some()
        || lock::try_take(connection, &claim.plan).await?.is_none()
    {
        return Ok(());
    }
    if let Finding::Empty = inspect(connection, claim, false).await? {
        establish(connection, claim, address, None).await?;
    }
    connection
        .query(
            "release the shop's lock",
            "SELECT pg_catalog.pg_advisory_unlock($1)",
            &[&lock::key_of_shop(&claim.plan)],
        )
        .await
        .map(drop)
}

/// Creates what a new run needs, in one transaction, after dropping what a reset has found.
pub async fn establish(
    connection: &Connection,
    claim: &Claim,
    address: &str,
    to_drop: Option<&ResetPlan>,
) -> Result<(), PgError> {
    let plan = &claim.plan;
    let found = capture::inspect(connection, claim.wanted()).await?;
    if let Some(to_drop) = to_drop {
        for sentence in to_drop.told.sentences() {
            warn!(shop = plan.name, "{sentence}");
        }
        to_drop.capture.drop_slots(connection).await?;
    }
    connection.batch("begin", "BEGIN").await?;
    let quoted = sql::quote(&plan.state_schema);
    let state = connection.query_one("look for shopsim's own tables", state::FIND, &[&quoted]).await?;
    encoding::check(plan, state.get(1), address)?;
    if !state.get::<_, bool>(0) {
        lock::until_commit(connection, "shopsim state", address).await?;
        create_schema(connection, &plan.state_schema).await?;
        let create = state::within(&plan.state_schema, state::CREATE);
        connection.batch("create shopsim's own tables", &create).await?;
    }
    lock::until_commit(connection, &format!("shopsim schema {}", plan.schema), address).await?;
    create_schema(connection, &plan.schema).await?;
    if let Some(to_drop) = to_drop {
        to_drop.drop_all(connection, plan).await?;
    }
    create_types(connection, plan, address).await?;
    for tables in plan.tables.chunks(AT_A_TIME) {
        let create = async |table: &TablePlan| {
            let doing = format!("create {}", in_schema(plan, &table.name));
            let statements = std::iter::once(sql::create_table(&plan.schema, table));
            let statements: Vec<String> =
                statements.chain(sql::create_indexes(&plan.schema, table)).collect();
            connection.batch(&doing, &statements.join(";\n")).await
        };
        try_join_all(tables.iter().map(create)).await?;
    }
    for table in &plan.tables[..] {
        let statements = sql::create_foreign_keys(plan, table);
        if !statements.is_empty() {
            let doing = format!("create the foreign keys of {}", in_schema(plan, &table.name));
            connection.batch(&doing, &statements.join(";\n")).await?;
        }
    }
    // A reset has dropped the publications that were there.
    let found = if to_drop.is_some() { capture::Found { publications: Vec::new(), ..found } } else { found };
    capture::settle(connection, claim.wanted(), &found, address).await?;
    let lines = plan.describe();
    let tables = recorded::recorded_tables(plan);
    let (seed, version, fingerprint) =
        (plan.seed.to_string(), OUTPUT_VERSION.cast_signed(), plan.fingerprint());
    let checkpoint: Parameters<'_> = &[&plan.name, &claim.start.to_string(), &seed, &version, &fingerprint];
    let within = |statement| state::within(&plan.state_schema, statement);
    connection.execute("create the checkpoint", &within(state::CREATE_CHECKPOINT), checkpoint).await?;
    let config: Parameters<'_> = &[&plan.name, &lines, &tables, &claim.run];
    connection.execute("record the config", &within(state::RECORD_CONFIG), config).await?;
    connection.batch("commit the new tables", "COMMIT").await
}

/// Creates a schema unless it exists.
async fn create_schema(connection: &Connection, schema: &str) -> Result<(), PgError> {
    // Checked first, because `IF NOT EXISTS` requires the privilege to create even if the schema exists.
    let there = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)";
    let doing = format!("create the schema {schema}");
    if connection.query_one(&doing, there, &[&schema]).await?.get(0) {
        return Ok(());
    }
    connection.batch(&doing, &format!("CREATE SCHEMA {}", sql::quote(schema))).await
}

/// Creates the plan's missing types, and marks them by a comment, so that a later reset finds them.
async fn create_types(connection: &Connection, plan: &ShopPlan, address: &str) -> Result<(), PgError> {
    let differences = other_labels(connection, plan).await?;
    if !differences.is_empty() {
        return Err(PgError::Refused { shop: plan.name.clone(), address: address.to_owned(), differences });
    }
    let found = enums(connection, plan).await?;
    for declared in plan.enums().iter().filter(|declared| !found.contains_key(&declared.name)) {
        let name = sql::qualified(&plan.schema, &declared.name);
        let doing = format!("create the type {}", in_schema(plan, &declared.name));
        let mark = sql::literal(&recorded::mark(plan));
        let create =
            format!("{}; COMMENT ON TYPE {name} IS {mark}", sql::create_type(&plan.schema, declared));
        connection.batch(&doing, &create).await?;
    }
    Ok(())
}

/// Which recorded pauses are read individually; earlier ones are read only as their sum.
#[derive(Clone, Copy)]
enum Pauses {
    /// Those that the next ticks need, so that opening a shop does not take longer with the age of its run.
    Recent,
    /// All of them: needed for the times of rows of any age.
    All,
}

async fn progress(
    connection: &Connection,
    plan: &ShopPlan,
    row: &Row,
    pauses: Pauses,
) -> Result<Checkpoint, PgError> {
    let start: Option<Timestamp> = row.get("start");
    let (wall, at): (Option<Timestamp>, Option<Timestamp>) = (row.get("anchor"), row.get("anchor_at"));
    // An earlier version, which did not support changes of pace, recorded one time for both clocks.
    let anchor = wall.map(|wall| Anchor { wall, at: at.unwrap_or(wall) });
    let last_tick: Option<i64> = row.get("last_tick");
    let summed = match pauses {
        Pauses::Recent => last_tick.unwrap_or(0).saturating_sub_unsigned(plan.ticks_remembered()),
        Pauses::All => -1,
    };
    let doing = "read the recorded pauses";
    let statement = state::within(&plan.state_schema, state::READ_PAUSES);
    let pauses = connection.query(doing, &statement, &[&plan.name, &summed]).await?;
    Ok(Checkpoint {
        last_tick: last_tick.map(|tick| tick.max(0).unsigned_abs()),
        origin: start.zip(anchor).map(|(start, anchor)| Origin {
            start,
            anchor,
            first_tick: row.get::<_, i64>("first_tick").max(0).unsigned_abs(),
        }),
        // If it is not recorded or cannot be parsed, it counts as unchanged.
        pace: row.get::<_, Option<&str>>("pace").and_then(|pace| pace.parse().ok()),
        live: row.get("live"),
        pauses: pauses
            .iter()
            .map(|row| Pause { before_tick: row.get::<_, i64>(0).max(0).unsigned_abs(), micros: row.get(1) })
            .collect(),
    })
}

/// How output version, seed, config and start differ from those that created the tables.
fn other_origin(claim: &Claim, row: &Row, progress: &Checkpoint) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differ = |what: &str, there: String, here: String| {
        if there != here {
            differences.push(format!("{what} {there} → {here}"));
        }
    };
    let version: i32 = row.get("output_version");
    differ("output version", version.to_string(), OUTPUT_VERSION.to_string());
    differ("seed", row.get("seed"), claim.plan.seed.to_string());
    let (there, here): (String, String) = (row.get("fingerprint"), claim.plan.fingerprint());
    if there != here {
        let mut lines = differing_lines(&row.get::<_, Vec<String>>("settings"), &claim.plan.describe());
        // A different output version alone changes the fingerprint.
        if lines.is_empty() && version == OUTPUT_VERSION.cast_signed() {
            lines.push(("fingerprint".to_owned(), there, here));
        }
        lines.into_iter().for_each(|(what, there, here)| differ(&what, there, here));
    }
    if let Some(origin) = progress.origin {
        let given: String = row.get("start_as_given");
        let same = match claim.start {
            Start::Now if !claim.start_by_name => true,
            Start::At(at) => at == origin.start,
            _ => given == claim.start.to_string(),
        };
        if !same {
            let recorded = format!("{given} ({})", origin.start.to_rfc3339());
            differ("start", recorded, claim.start.to_string());
        }
    }
    differences
}

/// The OIDs of the plan's enums in the shop's schema, by name.
pub async fn oids_of_enums(
    connection: &Connection,
    plan: &ShopPlan,
) -> Result<BTreeMap<String, u32>, PgError> {
    Ok(enums(connection, plan).await?.into_iter().map(|(name, found)| (name, found.oid)).collect())
}

/// A type that has the name of one of the plan's.
struct FoundEnum {
    oid: u32,
    /// In their order; empty if the type is not an enum.
    labels: Vec<String>,
}

async fn enums(connection: &Connection, plan: &ShopPlan) -> Result<BTreeMap<String, FoundEnum>, PgError> {
    let declared = plan.enums();
    if declared.is_empty() {
        return Ok(BTreeMap::new());
    }
    let names: Vec<&str> = declared.iter().map(|declared| declared.name.as_str()).collect();
    let rows = connection.query("look at the shop's types", sql::READ_ENUMS, &[&plan.schema, &names]).await?;
    Ok(rows.iter().map(|row| (row.get(0), FoundEnum { oid: row.get(1), labels: row.get(2) })).collect())
}

/// How the types in the schema differ from those of the plan with the same names.
async fn other_labels(connection: &Connection, plan: &ShopPlan) -> Result<Vec<String>, PgError> {
    let found = enums(connection, plan).await?;
    let differs = |declared: &Arc<EnumType>| {
        let there = &found.get(&declared.name)?.labels;
        let (name, here) = (in_schema(plan, &declared.name), &declared.labels);
        (there != here).then(|| match there.is_empty() {
            true => format!("type {name} exists and is not an enum"),
            false => format!("type {name} {} → {}", there.join(", "), here.join(", ")),
        })
    };
    Ok(plan.enums().iter().filter_map(differs).collect())
}
