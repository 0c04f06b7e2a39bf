//! Compares a shop's database with the truth, in one snapshot.
//!
//! Owns the comparison, row by row in the order of their numbers, in PostgreSQL's binary form. Writes nothing and takes no lock that a
//! run would wait for.

use std::cmp::Ordering;
use std::time::Duration;

use bytes::Buf;

use super::claim::{self, Claim, Survey};
use super::connect::Connection;
use super::encode::{self, Wire};
use super::error::PgError;
use super::found::{Found, FoundRow, OtherRows, Place};
use super::parameters;
use super::sql::{self, quote};
use crate::clock::Timeline;
use crate::config::ConnectionParameters;
use crate::plan::{RowKey, RowKeys, TablePlan};
use crate::truth::{Row, TableRows};
use crate::value::{EnumType, Timestamp, Value};

/// The number of differences of a table that are reported individually.
const MAX_REPORTED: usize = 10;

/// The outcome of comparing a shop's database with the truth.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// No run was ever started there.
    NeverRun,
    /// The tables were created with a different seed, config or start: the differences.
    Foreign(Vec<String>),
    /// It was compared as of this tick (`None`: before the first), table by table.
    Compared {
        /// The last tick that the snapshot holds.
        tick: Option<u64>,
        /// In the order of the plan.
        tables: Vec<TableReport>,
    },
}

/// How one table compares.
#[derive(Clone, Debug, Default)]
pub struct TableReport {
    /// The table's name.
    pub table: String,
    /// How its definition differs; its rows are not compared then.
    pub drift: Option<String>,
    /// Rows that match.
    pub same: u64,
    /// Expected rows that do not exist.
    pub missing: u64,
    /// Unexpected rows with keys that shopsim assigns.
    pub unexpected: u64,
    /// The keys that later ticks assign: a row with one of them that shopsim did not create will make the shop fail.
    pub assigned_later: std::ops::Range<i64>,
    /// Rows with at least one different column.
    pub different: u64,
    /// Rows not created by shopsim, with keys that it never assigns: not a mismatch.
    pub foreign: u64,
    /// The first differences by key.
    pub first: Vec<Difference>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The row's number.
    pub id: i64,
    /// The row's key.
    pub key: RowKey,
    /// The column; `None`: the row as a whole.
    pub column: Option<String>,
    /// The value in PostgreSQL's text form; `None`: null, or no such row is expected.
    pub expected: Option<String>,
    /// The value in the database; `None`: null, or no such row.
    pub found: Option<String>,
}

impl TableReport {
    /// Whether the table matches.
    pub fn is_same(&self) -> bool {
        self.drift.is_none() && self.missing == 0 && self.unexpected == 0 && self.different == 0
    }
}

/// Compares a shop's database with the truth; `together` databases are compared at a time.
pub async fn verify(
    server: &ConnectionParameters,
    claim: &Claim,
    deadline: Duration,
    together: usize,
) -> Result<Verdict, PgError> {
    let plan = &claim.plan;
    let connection = Connection::open(server, &format!("{} verify", plan.name), deadline, false).await?;
    // The server is idle while rows are compared; a snapshot holds no lock that others wait for.
    connection.batch("begin a snapshot", "SET idle_in_transaction_session_timeout = 0").await?;
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    connection.batch("begin a snapshot", begin).await?;
    let Some(Survey { progress, other_origin, drift }) = claim::survey(&connection, claim).await? else {
        return Ok(Verdict::NeverRun);
    };
    if !other_origin.is_empty() {
        return Ok(Verdict::Foreign(other_origin));
    }
    let truth = progress
        .last_tick
        .zip(progress.origin)
        .map(|(tick, origin)| (tick, Timeline::of(&origin, plan.interval, &progress.pauses)));
    let oids = claim::oids_of_enums(&connection, plan).await?;
    let oid = |declared: &EnumType| oids.get(&declared.name).copied().unwrap_or(0);
    let mut tables = Vec::with_capacity(plan.tables.len());
    for (place, (table, drift)) in plan.tables.iter().zip(drift).enumerate() {
        let next = truth.as_ref().map_or(1, |(tick, timeline)| table.cohorts(timeline).next_id(table, *tick));
        let assigned_later = next..table.reserved_from();
        let mut report =
            TableReport { table: table.name.clone(), drift, assigned_later, ..TableReport::default() };
        if report.drift.is_none() {
            let rows = truth
                .as_ref()
                .map(|(tick, timeline)| TableRows::at(plan, timeline, place, *tick).one_of(together));
            let columns = table
                .columns
                .iter()
                .map(|column| &column.sql_type)
                .chain(table.tech.iter().map(|tech| &tech.sql_type));
            let wires: Vec<Wire> = columns.map(|sql_type| Wire::of(sql_type, oid)).collect();
            let ids = truth.as_ref().map_or(1..1, |(tick, timeline)| {
                table.cohorts(timeline).ids(table.windows.existing(timeline, *tick))
            });
            let keys = match &truth {
                Some((_, timeline)) => RowKeys::of(plan.seed, table, timeline),
                None => RowKeys::of(plan.seed, table, &Timeline::new(Timestamp(0), plan.interval, &[])),
            };
            let place = Place { connection: &connection, schema: &plan.schema, table, keys: &keys };
            compare(place, ids, &wires, rows, &mut report).await?;
        }
        tables.push(report);
    }
    Ok(Verdict::Compared { tick: truth.map(|(tick, _)| tick), tables })
}

/// Compares one table with its expected rows, if there are any: those among the numbers `ids`.
async fn compare(
    place: Place<'_>,
    ids: std::ops::Range<i64>,
    wires: &[Wire],
    truth: Option<TableRows<'_>>,
    report: &mut TableReport,
) -> Result<(), PgError> {
    let Place { connection, schema, table, keys } = place;
    let mut found = Found::open(place, ids.clone()).await?;
    let mut next = found.next().await?;
    let mut expected = Vec::new();
    let mut truth = truth;
    while let Some(chunk) = truth.as_mut().and_then(TableRows::next_chunk) {
        for row in chunk.rows() {
            let id = row.id();
            loop {
                let order = next.as_ref().map_or(Ordering::Greater, |there| there.id.cmp(&id));
                match order {
                    Ordering::Less => {
                        report.unexpected(next.as_ref().map_or(0, |there| there.id));
                        next = found.next().await?;
                        continue;
                    }
                    Ordering::Greater => report.missing(id),
                    Ordering::Equal => {
                        if let Some(there) = &next {
                            report.row(table, wires, row, there, &mut expected);
                        }
                        next = found.next().await?;
                    }
                }
                break;
            }
        }
    }
    while let Some(there) = next {
        report.unexpected(there.id);
        next = found.next().await?;
    }
    drop(found);
    if keys.are_numbers() {
        let count = sql::count_user_rows(schema, table);
        let user_rows: i64 =
            connection.query_one("count the rows that shopsim did not create", &count, &[]).await?.get(0);
        report.foreign = user_rows.unsigned_abs();
    } else {
        let others = OtherRows::read(place, &ids, MAX_REPORTED).await?;
        let listed = others.first.len() as u64;
        others.first.into_iter().for_each(|id| report.unexpected(id));
        report.unexpected += others.unexpected - listed;
        report.foreign = others.foreign;
    }
    for difference in &mut report.first {
        difference.key = keys.key(difference.id);
        if let Some(column) = &difference.column {
            let (column, name) = (quote(column), sql::qualified(schema, &table.name));
            let value = format!("SELECT {column}::text FROM {name} WHERE {}", sql::is_listed(table));
            let key = parameters::keys(table, keys, std::iter::once(difference.id), 1);
            let row = connection.query_one("read a value that differs", &value, &[&key]).await?;
            difference.found = row.get(0);
        }
    }
    Ok(())
}

impl Difference {
    /// None yet, of a row.
    fn of(id: i64) -> Self {
        Self { id, key: RowKey::Number(id), column: None, expected: None, found: None }
    }
}

impl TableReport {
    fn report(&mut self, difference: Difference) {
        if self.first.len() < MAX_REPORTED {
            self.first.push(difference);
        }
    }

    fn missing(&mut self, id: i64) {
        self.missing += 1;
        self.report(Difference { expected: Some("a row".to_owned()), ..Difference::of(id) });
    }

    fn unexpected(&mut self, id: i64) {
        self.unexpected += 1;
        self.report(Difference { found: Some("a row".to_owned()), ..Difference::of(id) });
    }

    /// Compares an existing row with the expected one.
    fn row(
        &mut self,
        table: &TablePlan,
        wires: &[Wire],
        row: Row<'_>,
        there: &FoundRow,
        expected: &mut Vec<u8>,
    ) {
        let mut fields = &there.fields[..];
        let mut same = true;
        let names = table
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .chain(table.tech.iter().map(|tech| tech.name.as_str()));
        let values = (0..table.columns.len()).map(|column| row.value(column));
        let values = values.chain(table.tech_values(row.stamps()).map(|(_, value)| value));
        for ((name, wire), value) in names.zip(wires).zip(values) {
            expected.clear();
            encode::put_field(expected, wire, value);
            // A truncated field counts as a difference.
            let length = fields.get(..4).map_or(-1, |mut length| length.get_i32());
            let size = (4 + usize::try_from(length).unwrap_or(0)).min(fields.len());
            if fields[..size] != expected[..] {
                same = false;
                let expected = (value != Value::Null).then(|| value.to_string());
                let column = Some(name.to_owned());
                self.report(Difference { column, expected, ..Difference::of(there.id) });
            }
            fields.advance(size);
        }
        if same { self.same += 1 } else { self.different += 1 }
    }
}
