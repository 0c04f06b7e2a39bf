//! The first passes over one table of one shop: read it, find its conventions, and when its loads read the shop.
//!
//! Owns their order. Only the first one reads the warehouse; the others read records. Must not know what is right.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Comparer, GradedColumn, OfOthers};
use super::error::GradingError;
use super::loads::{End, after_stamps, at_stamps};
use super::lookup;
use super::moments::Moments;
use super::others::Others;
use super::read::{Read, read};
use super::record::Record;
use super::references::{References, Referred};
use super::source::Warehouse;
use super::subject::Subject;
use crate::grade::cell::TargetType;
use crate::grade::report::Method;
use crate::grade::{
    Brackets, Capture, Conventions, DAY, Deletes, Evidence, Given, Loads, Plan, Reads, Resolved, Starts,
    UNSTAMPED, Unread,
};
use crate::grade::{Kind, Load, Shape};
use crate::plan::RowKeys;
use crate::value::SqlType;
use crate::warehouse::{LoadsFrom, Reading, TableMapping};

/// Different stamps of rows that may be those of loads.
const MOST_STAMPS: usize = 1 << 16;

/// What is known of a table before its rows are judged.
pub struct Understood {
    /// The records of its keys.
    pub read: Read,
    /// Its graded columns, with the tallies of their cells.
    pub columns: Vec<GradedColumn>,
    /// Rows that equal a version byte for byte.
    pub exact: u64,
    /// Rows that equal a version but for what has been done to whole columns.
    pub transformed: u64,
    /// Rows most of whose cells differ from every version.
    pub unknown: u64,
    /// Rows whose start is NULL or no time.
    pub without_start: u64,
    /// Rows whose flag of current versions contradicts their end: their number, and the first key.
    pub flags: (u64, Option<i64>),
    /// Rows of other shops with its keys, in a table that does not say whose they are.
    pub of_others: OfOthers,
    /// The other shops of such a table.
    pub merged_with: Vec<String>,
    /// Its conventions.
    pub resolved: Resolved,
    /// How long before the next start an end is, in microseconds; `None`: not known.
    pub delta: Option<i64>,
    /// Its loads.
    pub reads: Reads,
    /// The loads that no single moment explains.
    pub torn: Vec<usize>,
    /// How the loads are known.
    pub method: Method,
    /// Why its starts and ends cannot hold the moments that they mean, if they are days.
    pub days: Option<String>,
    /// What its rows refer to.
    pub references: References,
    /// What a reader must know.
    pub notes: Vec<String>,
}

impl Understood {
    /// Whether any row was found.
    pub fn has_rows(&self) -> bool {
        self.read.rows > 0
    }

    /// Cells that are the same, and that differ.
    pub fn cells(&self, columns: &[GradedColumn]) -> (u64, u64) {
        let of = |count: fn(&GradedColumn) -> u64| columns.iter().map(count).sum::<u64>();
        let exact = self.exact.saturating_mul(columns.len() as u64);
        (exact.saturating_add(of(|column| column.tally.same)), of(|column| column.tally.different))
    }
}

/// Reads and understands a table. `merged_with` are the tables of the other shops whose rows are in the same table of the
/// warehouse, which does not say whose they are.
pub async fn understand(
    warehouse: &Warehouse<'_>,
    subject: &Subject<'_>,
    merged_with: &[Subject<'_>],
) -> Result<Understood, GradingError> {
    let (mapping, clock) = (subject.mapping, subject.clock());
    let horizon =
        subject.checkpoint.last_tick.map_or(subject.timeline.start(), |last| subject.timeline.at(last));
    let mut columns = lookup::graded(subject);
    // Keys that no other shop has tell whose row it is.
    let (merged_with, beside): (Vec<Subject<'_>>, Vec<Subject<'_>>) =
        merged_with.iter().partition(|other| subject.shares_keys_with(other));
    let beside: Vec<&RowKeys> = beside.iter().map(Subject::row_keys).collect();
    let referred = Referred::read(warehouse, subject, !beside.is_empty()).await?;
    let mut notes = Vec::new();
    let (read, comparer) = loop {
        let again = columns.iter().any(GradedColumn::is_accepting);
        let mut comparer = Comparer::new(subject.table(), mapping, columns, Moments::new(mapping, horizon.0));
        let mut lines = warehouse.lines(subject).await?;
        let mut others = Others::new(merged_with.iter().copied());
        let read = read(subject, &mut comparer, &referred, &mut lines, &mut others, &beside).await?;
        drop(lines);
        warehouse.check().await?;
        // What has been done to a whole column is known only now: with it, rows equal their versions.
        let exact = comparer.exact;
        let accepted =
            comparer.columns.iter_mut().map(|column| column.accept(exact)).filter(|new| *new).count();
        if again || accepted == 0 {
            break (read, comparer);
        }
        columns = comparer.columns;
        columns.iter_mut().for_each(GradedColumn::restart);
    };
    let Comparer { columns, exact, transformed, unknown, flags, moments, of_others, .. } = comparer;
    if let (number, Some(text)) = &moments.unreadable {
        notes.push(format!(
            "{number} starts, ends or stamps are no times, such as `{}`",
            crate::text::harmless(text)
        ));
    }
    let mut read = read;
    let days = days(subject);
    // The rows of a log may have an order and no times.
    let is_timeless = mapping.kind == Kind::Log && mapping.valid_from.is_none();
    let given = Given {
        kind: mapping.kind,
        capture: mapping.capture,
        // Days tell neither which load wrote a row nor which change it holds.
        starts: if days.is_some() || is_timeless { Some(Starts::Nothing) } else { mapping.starts },
        deletes: mapping.deletes,
        tolerance: if days.is_some() { DAY } else { mapping.tolerance },
    };
    let mut conventions = Conventions::new(given, subject.timeline, clock.last());
    each(&mut read, None, |record| conventions.add(&record.life, &record.rows, record.count))?;
    let mut resolved = conventions.resolve(None);
    if resolved.shift != 0 {
        // Once more, without the shift that all times have.
        let shifted = resolved.clone();
        let mut conventions = Conventions::new(given, subject.timeline, clock.last());
        each(&mut read, Some(&shifted), |record| conventions.add(&record.life, &record.rows, record.count))?;
        let shift = resolved.shift;
        resolved = Resolved { shift, ..conventions.resolve(None) };
    }
    // A pipeline that follows no deletion says nothing about when it read one.
    let keeps = conventions.shown_deletes() == Deletes::Keep;
    let shown =
        Shape { deletes: if keeps { Deletes::Keep } else { resolved.shape.deletes }, ..resolved.shape };
    resolved.shape.deletes = deletes(mapping, resolved.shape);
    let mut stamps = stamps(&mut read)?;
    if let Unread::Stamps(told) = &resolved.unread {
        stamps.extend(told.iter().filter(|stamp| **stamp != UNSTAMPED));
        stamps.sort_unstable();
        stamps.dedup();
    }
    let (mut known, method) = match days {
        Some(_) => (Loads::FromContent, Method::Content),
        None => loads(warehouse, subject, &stamps, &mut notes).await?,
    };
    if days.is_some() {
        // Of one day, loads may have consolidated what they saw.
        resolved.unread = Unread::Stamps(vec![UNSTAMPED]);
    }
    let mut collect = |unread: Unread, delta: Option<i64>| -> Result<Brackets, GradingError> {
        let mut evidence = Evidence::new(shown, delta, unread, subject.timeline, clock.last());
        each(&mut read, Some(&resolved), |record| evidence.add(&record.life, &record.rows, record.count))?;
        Ok(evidence.resolve())
    };
    if let (LoadsFrom::Every(period), Loads::Scheduled(loads)) = (&mapping.loads, &mut known) {
        // Where the rows tell of other moments, loads have run some time after theirs.
        let by_content = collect(resolved.unread.clone(), resolved.delta)?;
        if !is_on_time(loads, *period, mapping.tolerance, &by_content) {
            *loads = clock.at_any_time(std::mem::take(loads), *period);
        }
    }
    let (plan, mut delta) = resolved.plan(&known);
    let (mut brackets, mut method) = match plan {
        Plan::Known(reads) => (Brackets::known(reads), method),
        Plan::Collect(unread) => (Brackets::settle(unread, |unread| collect(unread, delta))?, method),
    };
    if let Loads::Stamped(listed) = &known
        && brackets.contradictory > 0
    {
        let by_content = Brackets::settle(resolved.unread.clone(), |unread| collect(unread, resolved.delta))?;
        if is_another_clock(listed, &brackets, &by_content) {
            notes.push(
                "the stamps of the loads contradict the rows (another clock, or not the moments of the extracts); \
                 the loads were taken from the rows"
                    .to_owned(),
            );
            (brackets, delta, method) = (by_content, resolved.delta, Method::Content);
        }
    }
    if mapping.capture == Capture::EveryChange {
        method = Method::EveryChange;
    }
    let Brackets { reads, torn, .. } = brackets;
    let references = referred.count(warehouse, subject, &reads).await?;
    let merged_with = merged_with.iter().map(|other| other.plan.name.clone()).collect();
    Ok(Understood {
        read,
        columns,
        exact,
        transformed,
        unknown,
        without_start: moments.without_start,
        flags,
        of_others,
        merged_with,
        resolved,
        delta,
        reads,
        torn,
        method,
        days,
        references,
        notes,
    })
}

/// Why a table whose starts are dates cannot hold what it should, unless ticks are days apart.
fn days(subject: &Subject<'_>) -> Option<String> {
    let start = subject.mapping.valid_from.as_ref()?;
    let is_date = TargetType::parse(&start.sql_type).sql_type() == Some(&SqlType::Date);
    (is_date && subject.timeline.interval() < DAY).then(|| {
        format!(
            "`{}` is date, which cannot hold the moments of loads and changes: they were not graded",
            start.name
        )
    })
}

/// What must become of deleted rows: what is told, else what the rows show, if they show anything. That they stay as they
/// are is never taken from the rows: a pipeline that misses all deletions looks the same.
fn deletes(mapping: &TableMapping, found: Shape) -> Deletes {
    match (mapping.deletes, found.deletes, found.kind) {
        (Some(told), ..) => told,
        (None, Deletes::Keep, Kind::History) => Deletes::Close,
        (None, Deletes::Keep, Kind::Current) => match mapping.deleted {
            Some(_) => Deletes::Flag,
            None => Deletes::Remove,
        },
        (None, found, _) => found,
    }
}

/// Whether most of the loads that rows tell of were at the moments of a schedule: by their stamps, if these are of the
/// same clock, else by what they saw.
fn is_on_time(scheduled: &[Load], period: i64, tolerance: i64, by_content: &Brackets) -> bool {
    let Reads::Snapshots { loads, .. } = &by_content.reads else { return true };
    let told = loads.iter().filter(|load| load.stamp != UNSTAMPED);
    let meets = |load: &&Load| {
        let apart = scheduled.iter().map(|one| one.stamp.abs_diff(load.stamp)).min();
        match apart.filter(|apart| *apart <= period.unsigned_abs()) {
            Some(apart) => apart <= tolerance.unsigned_abs(),
            None => scheduled.iter().any(|one| one.lo <= load.hi && load.lo <= one.hi),
        }
    };
    told.clone().filter(meets).count() * 2 >= told.count()
}

/// Whether the rows tell of other moments than the stamps of loads do, and explain themselves much better that way. A
/// load that was lost, or read in part, contradicts its stamp; a clock that is off contradicts those of most loads.
fn is_another_clock(listed: &[Load], by_stamps: &Brackets, by_content: &Brackets) -> bool {
    let Reads::Snapshots { loads, .. } = &by_content.reads else { return false };
    let of = |stamp: i64| loads.iter().find(|load| load.stamp == stamp);
    let told: Vec<(&Load, &Load)> = listed.iter().filter_map(|load| Some((load, of(load.stamp)?))).collect();
    let apart = told.iter().filter(|(stamp, content)| stamp.hi < content.lo || content.hi < stamp.lo).count();
    by_content.contradictory.saturating_mul(2) < by_stamps.contradictory && apart * 2 >= told.len()
}

/// The different stamps of rows, ascending; none if there are too many to be those of loads.
fn stamps(read: &mut Read) -> Result<Vec<i64>, GradingError> {
    let mut stamps: BTreeSet<i64> = BTreeSet::new();
    each(read, None, |record| {
        if stamps.len() <= MOST_STAMPS {
            stamps.extend(record.rows.iter().filter_map(|row| row.stamp));
        }
    })?;
    Ok(if stamps.len() > MOST_STAMPS { Vec::new() } else { stamps.into_iter().collect() })
}

/// Visits each record; with the conventions, without the shift of its times.
pub fn each(
    read: &mut Read,
    resolved: Option<&Resolved>,
    mut visit: impl FnMut(&Record),
) -> Result<(), GradingError> {
    let mut records = read.spool.records()?;
    while let Some(mut record) = records.next()? {
        if let Some(resolved) = resolved.filter(|resolved| resolved.shift != 0) {
            resolved.unshift(&mut record.rows);
        }
        visit(&record);
    }
    Ok(())
}

/// What is known about the loads before the rows are looked at, and from where.
async fn loads(
    warehouse: &Warehouse<'_>,
    subject: &Subject<'_>,
    stamps: &[i64],
    notes: &mut Vec<String>,
) -> Result<(Loads, Method), GradingError> {
    let (mapping, clock) = (subject.mapping, subject.clock());
    Ok(match &mapping.loads {
        LoadsFrom::Content => (Loads::FromContent, Method::Content),
        LoadsFrom::Stamp(_, reading) if clock.is_live() && !stamps.is_empty() => {
            let stamped = stamped(warehouse, subject, stamps, reading).await?;
            (clock.listed(&stamped, mapping.tolerance), Method::Stamps)
        }
        LoadsFrom::Stamp(..) => (Loads::FromContent, Method::Content),
        LoadsFrom::Every(period) => {
            (Loads::Scheduled(clock.periodic(*period, mapping.tolerance)), Method::Schedule)
        }
        LoadsFrom::At(moments) => (clock.scheduled(moments, mapping.tolerance), Method::Schedule),
        LoadsFrom::Table(table) => match warehouse.loads(subject, table).await? {
            loads if loads.is_empty() => {
                notes.push("the table of loads has no time of a load of this table: the loads were taken from the rows".to_owned());
                (Loads::FromContent, Method::Content)
            }
            loads => (clock.listed(&loads, mapping.tolerance), Method::Table),
        },
    })
}

/// The loads that have stamped rows.
async fn stamped(
    warehouse: &Warehouse<'_>,
    subject: &Subject<'_>,
    stamps: &[i64],
    reading: &Reading,
) -> Result<BTreeMap<i64, End>, GradingError> {
    let Reading::AfterStamp(tables) = reading else { return Ok(at_stamps(stamps)) };
    let table = tables.iter().find(|table| table.relation.schema == subject.rows.relation.schema);
    let listed = match table {
        Some(table) => warehouse.loads(subject, table).await?,
        None => BTreeMap::new(),
    };
    Ok(after_stamps(stamps, &listed, subject.mapping.tolerance))
}
