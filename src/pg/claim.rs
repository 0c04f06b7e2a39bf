//! Whose database is it: what a shop finds there, whether it may write on it, and what it makes.
//!
//! Owns the rule that nothing is destroyed unasked: tables and checkpoints of another origin are
//! refused, and only a reset drops. [`inspect`] reads only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{try_join, try_join_all};
use tokio::time::{Instant, sleep};
use tokio_postgres::Row;

use super::connect::{Connection, Parameters};
use super::definition::{Definitions, in_schema};
use super::encoding;
use super::error::PgError;
use super::lock;
use super::recorded;
use super::reset_plan::{self, ResetPlan};
use super::sql;
use crate::clock::{Anchor, Checkpoint, Origin, Pause};
use crate::config::Start;
use crate::plan::{ShopPlan, TablePlan};
use crate::stream::OUTPUT_VERSION;
use crate::value::{EnumType, Timestamp};

/// How many tables are made, or their statements prepared, in one deadline.
pub const AT_A_TIME: usize = 16;
/// How soon a lock that another shop has for a moment is asked for again.
const ASK_AGAIN: Duration = Duration::from_millis(10);

/// With what right a run wants to write into a shop's database.
#[derive(Clone)]
pub struct Claim {
    /// What the shop's tables are a function of.
    pub plan: Arc<ShopPlan>,
    /// `start`, as given for this run.
    pub start: Start,
    /// Whether it was given for this run by name; `now` from a file only says "whenever it began".
    pub start_by_name: bool,
    /// Whether what is there is dropped first, once in this run.
    pub reset: bool,
    /// Tells this run from every other.
    pub run: String,
}

/// What was found.
#[derive(Debug)]
pub enum Finding {
    /// Nothing of the shop's: it may be made.
    Empty,
    /// A run of this plan and seed, which may go on, and whether shopsim's own tables are as this version has them.
    Ours(Checkpoint, Definitions, bool),
    /// A run of another seed, config or start: what differs.
    OtherConfig(Vec<String>),
    /// Tables that are not as this plan makes them: what differs.
    Foreign(Vec<String>),
    /// Something that this run drops first.
    Reset(ResetPlan),
}

/// What a shop's database says of itself, for who only reads it.
pub struct Survey {
    /// How far the shop has come.
    pub progress: Checkpoint,
    /// What of seed, config and start is not this plan's.
    pub other_origin: Vec<String>,
    /// Table by table of the plan: how its definition differs.
    pub drift: Vec<Option<String>>,
}

/// Reads what the database says of the shop; `None` if no run ever began there.
pub async fn survey(connection: &Connection, claim: &Claim) -> Result<Option<Survey>, PgError> {
    let plan = &claim.plan;
    let Some(row) = recorded::read_checkpoint(connection, plan).await? else { return Ok(None) };
    let found = Definitions::read(connection, plan).await?;
    let progress = progress(connection, plan, &row, Pauses::All).await?;
    let other_origin = other_origin(claim, &row, &progress);
    let drift = plan.tables.iter().map(|table| found.drift(plan, table)).collect();
    Ok(Some(Survey { progress, other_origin, drift }))
}

/// Looks at the shop's database without writing. A run that has opened it before does not reset it any more.
pub async fn inspect(connection: &Connection, claim: &Claim, opened: bool) -> Result<Finding, PgError> {
    let plan = &claim.plan;
    let recorded = recorded::recorded_tables(plan);
    let (checkpoint, found) =
        try_join(recorded::read_checkpoint(connection, plan), Definitions::read(connection, plan)).await?;
    // What is recorded as this shop's was nobody else's when it was recorded, and nobody else's since.
    if checkpoint.as_ref().is_none_or(|row| row.get::<_, Vec<String>>("tables") != recorded) {
        recorded::refuse_tables_of_others(connection, plan, &recorded).await?;
    }
    let of_this_run = |row: &Row| row.get::<_, String>("run") == claim.run;
    if claim.reset && !opened && !checkpoint.as_ref().is_some_and(of_this_run) {
        return Ok(Finding::Reset(reset_plan::read(connection, plan).await?));
    }
    let Some(row) = checkpoint else {
        let mut foreign: Vec<String> = found
            .tables()
            .map(|table| {
                let table = in_schema(plan, table);
                format!(
                    "table {table} is there already and shopsim did not make it (rename it, or give the shop another \
                     `schema` or database)"
                )
            })
            .collect();
        foreign.extend(other_labels(connection, plan).await?);
        return Ok(if foreign.is_empty() { Finding::Empty } else { Finding::Foreign(foreign) });
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
        Finding::Foreign(differences)
    })
}

/// Makes the tables of a shop of which no run ever began, if nobody else runs it.
pub async fn make_if_new(connection: &Connection, claim: &Claim, address: &str) -> Result<(), PgError> {
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
            "give the shop's lock back",
            "SELECT pg_catalog.pg_advisory_unlock($1)",
            &[&lock::key_of_shop(&claim.plan)],
        )
        .await
        .map(drop)
}

/// Makes what a new run needs, in one transaction, after dropping what a reset found.
pub async fn establish(
    connection: &Connection,
    claim: &Claim,
    address: &str,
    doomed: Option<&ResetPlan>,
) -> Result<(), PgError> {
    let plan = &claim.plan;
    connection.batch("begin", "BEGIN").await?;
    let state = connection.query_one("look for shopsim's own tables", sql::FIND_STATE, &[]).await?;
    encoding::check(plan, state.get(1), address)?;
    if !state.get::<_, bool>(0) {
        alone(connection, "shopsim state", address).await?;
        create_schema(connection, sql::STATE_SCHEMA).await?;
        connection.batch("create shopsim's own tables", sql::CREATE_STATE).await?;
    }
    alone(connection, &format!("shopsim schema {}", plan.schema), address).await?;
    create_schema(connection, &plan.schema).await?;
    if let Some(doomed) = doomed {
        doomed.drop_all(connection, plan).await?;
    }
    create_types(connection, plan, address).await?;
    for tables in plan.tables.chunks(AT_A_TIME) {
        let create = async |table: &TablePlan| {
            let doing = format!("create {}", in_schema(plan, &table.name));
            connection.batch(&doing, &sql::create_table(&plan.schema, table)).await
        };
        try_join_all(tables.iter().map(create)).await?;
    }
    let lines = plan.describe();
    let tables = recorded::recorded_tables(plan);
    let (seed, version, fingerprint) =
        (plan.seed.to_string(), OUTPUT_VERSION.cast_signed(), plan.fingerprint());
    let checkpoint: Parameters<'_> = &[&plan.name, &claim.start.to_string(), &seed, &version, &fingerprint];
    connection.execute("begin the checkpoint", sql::BEGIN_CHECKPOINT, checkpoint).await?;
    let config: Parameters<'_> = &[&plan.name, &lines, &tables, &claim.run];
    connection.execute("keep the config", sql::KEEP_CONFIG, config).await?;
    connection.batch("commit the new tables", "COMMIT").await
}

/// Keeps everybody else from what has this name until the transaction ends. Many shops begin together: each has the
/// lock for a moment, in which the others ask again, and none of them has failed.
async fn alone(connection: &Connection, name: &str, address: &str) -> Result<(), PgError> {
    let lock = "SELECT pg_catalog.pg_try_advisory_xact_lock($1)";
    let began = Instant::now();
    while !connection.query_one("be alone", lock, &[&lock::lock_key(name)]).await?.get::<_, bool>(0) {
        if began.elapsed() >= connection.deadline {
            return Err(PgError::Crowded { address: address.to_owned() });
        }
        sleep(ASK_AGAIN).await;
    }
    Ok(())
}

/// Makes a schema unless it is there.
async fn create_schema(connection: &Connection, schema: &str) -> Result<(), PgError> {
    // Asked first, because `IF NOT EXISTS` wants the right to create also where there is nothing to do.
    let there = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)";
    let doing = format!("create the schema {schema}");
    if connection.query_one(&doing, there, &[&schema]).await?.get(0) {
        return Ok(());
    }
    connection.batch(&doing, &format!("CREATE SCHEMA {}", sql::quote(schema))).await
}

/// Makes the plan's types that are not there, and marks them as made, so that a later reset finds them.
async fn create_types(connection: &Connection, plan: &ShopPlan, address: &str) -> Result<(), PgError> {
    let differences = other_labels(connection, plan).await?;
    if !differences.is_empty() {
        return Err(PgError::Refused { shop: plan.name.clone(), address: address.to_owned(), differences });
    }
    let found = enums(connection, plan).await?;
    for declared in plan.enums().iter().filter(|declared| !found.contains_key(&declared.name)) {
        let name = sql::qualified(&plan.schema, &declared.name);
        let doing = format!("create the type {}", in_schema(plan, &declared.name));
        let mark = sql::literal(&recorded::mark_of_types(plan));
        let create =
            format!("{}; COMMENT ON TYPE {name} IS {mark}", sql::create_type(&plan.schema, declared));
        connection.batch(&doing, &create).await?;
    }
    Ok(())
}

/// Which of the recorded pauses are read one by one; earlier ones only as their sum.
#[derive(Clone, Copy)]
enum Pauses {
    /// Those that the next ticks need, so that opening a shop does not take longer the older its run is.
    Recent,
    /// All: rows of any age have their times.
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
    // An earlier version, which knew no change of pace, kept one time for both clocks.
    let anchor = wall.map(|wall| Anchor { wall, at: at.unwrap_or(wall) });
    let last_tick: Option<i64> = row.get("last_tick");
    let summed = match pauses {
        Pauses::Recent => last_tick.unwrap_or(0).saturating_sub_unsigned(plan.ticks_remembered()),
        Pauses::All => -1,
    };
    let doing = "read the recorded pauses";
    let pauses = connection.query(doing, sql::READ_PAUSES, &[&plan.name, &summed]).await?;
    Ok(Checkpoint {
        last_tick: last_tick.map(|tick| tick.max(0).unsigned_abs()),
        origin: start.zip(anchor).map(|(start, anchor)| Origin {
            start,
            anchor,
            first_tick: row.get::<_, i64>("first_tick").max(0).unsigned_abs(),
        }),
        // Where it is not known or cannot be read, no change of pace is seen.
        pace: row.get::<_, Option<&str>>("pace").and_then(|pace| pace.parse().ok()),
        live: row.get("live"),
        pauses: pauses
            .iter()
            .map(|row| Pause { before_tick: row.get::<_, i64>(0).max(0).unsigned_abs(), micros: row.get(1) })
            .collect(),
    })
}

/// What of output version, seed, config and start is not as it was when the database was begun.
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
        // Another output version alone is another fingerprint.
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
            let begun = format!("{given} ({})", origin.start.to_rfc3339());
            differ("start", begun, claim.start.to_string());
        }
    }
    differences
}

/// The lines that only one side has, by the setting's name, with its value on each side. All of them are told,
/// whatever is taken for a name.
fn differing_lines(there: &[String], here: &[String]) -> Vec<(String, String, String)> {
    fn set(lines: &[String]) -> BTreeSet<&str> {
        lines.iter().map(String::as_str).collect()
    }
    let lines = [set(there), set(here)];
    let mut sides: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
    for side in [0, 1] {
        for line in lines[side].difference(&lines[1 - side]) {
            let in_quotes = |at: usize| line[..at].matches('"').count() % 2 == 1;
            let at = line.match_indices(" = ").map(|(at, _)| at).find(|at| !in_quotes(*at));
            let (name, value) = at.map_or((*line, ""), |at| (&line[..at], &line[at + 3..]));
            sides.entry(name).or_default()[side].push(value);
        }
    }
    let text = |values: &[&str]| if values.is_empty() { "absent".to_owned() } else { values.join(" and ") };
    let told = |(name, [there, here]): (&str, [Vec<&str>; 2])| (name.to_owned(), text(&there), text(&here));
    sides.into_iter().map(told).collect()
}

/// The OIDs of the plan's enums, by their names, as they are in the shop's schema.
pub async fn oids_of_enums(
    connection: &Connection,
    plan: &ShopPlan,
) -> Result<BTreeMap<String, u32>, PgError> {
    Ok(enums(connection, plan).await?.into_iter().map(|(name, found)| (name, found.oid)).collect())
}

/// A type that was found under the name of one of the plan's.
struct FoundEnum {
    oid: u32,
    /// In their order; empty for what is no enum.
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

/// How the types of the schema that have the names of the plan's differ from these.
async fn other_labels(connection: &Connection, plan: &ShopPlan) -> Result<Vec<String>, PgError> {
    let found = enums(connection, plan).await?;
    let differs = |declared: &Arc<EnumType>| {
        let there = &found.get(&declared.name)?.labels;
        let (name, here) = (in_schema(plan, &declared.name), &declared.labels);
        (there != here).then(|| match there.is_empty() {
            true => format!("type {name} is there and is no enum"),
            false => format!("type {name} {} → {}", there.join(", "), here.join(", ")),
        })
    };
    Ok(plan.enums().iter().filter_map(differs).collect())
}
