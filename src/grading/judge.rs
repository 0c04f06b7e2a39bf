//! The last passes over one table of one shop: judge its records, and explain what is wrong.
//!
//! Owns the sums of a report. Must not know how a key is judged.

use std::collections::{BTreeMap, BTreeSet};

use super::buckets::Buckets;
use super::compare::GradedColumn;
use super::copies;
use super::error::GradingError;
use super::examples::{About, Examples};
use super::freshness::Freshness;
use super::lookup;
use super::references::tell_lost;
use super::subject::Subject;
use super::understand::{Understood, each};
use super::words;
use crate::grade::cause::{
    Diagnosis, Hypotheses, TableFacts, Told, ToldCause, ends_mixed, shops_merged, times_shifted,
};
use crate::grade::cell::Transform;
use crate::grade::pipeline::{self, Planned, Population};
use crate::grade::report::{
    CauseReport, ColumnReport, KeyTimeline, LoadReport, Method, Obligation, TableReport,
};
use crate::grade::{Class, FoundRow, Judge, Kind, Load, Note, Obligations, Reads, Tally, stamp_of};

/// As few rows say nothing about the whole of a table.
const FEW: u64 = 20;

/// Loads that a report lists, at each end.
const LISTED: usize = 50;

/// What is asked of a report.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Findings of each class that are shown.
    pub examples: usize,
    /// The key that is explained.
    pub explain: Option<i64>,
    /// Whether the table has rows of other shops: one without any is at fault then.
    pub others_have_rows: bool,
}

/// Sums over the keys of a table.
#[derive(Default)]
struct Sums {
    obligations: Obligations,
    findings: BTreeMap<Class, u64>,
    right: u64,
    allowed_misses: u64,
    /// Rows and duplicates of each load.
    written: Vec<u64>,
    duplicates: Vec<u64>,
    explained: Option<KeyTimeline>,
}

/// For each table what the loads of the other shops' tables had read by the time of the load after each of its loads: what
/// a watermark that is shared by shops would hold.
pub fn newest_of_others<'a>(
    tables: impl Iterator<Item = (&'a Subject<'a>, &'a Understood)>,
) -> Vec<Vec<Option<i64>>> {
    let tables: Vec<(Vec<Load>, Planned<'_>)> = tables
        .map(|(subject, known)| {
            let population = Planned { table: subject.table(), timeline: subject.timeline };
            (snapshot_loads(&known.reads), population)
        })
        .collect();
    let of = |nth: usize| {
        let others = tables.iter().enumerate().filter(|(other, _)| *other != nth);
        let others: Vec<(&[Load], &dyn Population)> =
            others.map(|(_, (loads, population))| (&loads[..], population as &dyn Population)).collect();
        match others.is_empty() {
            true => Vec::new(),
            false => pipeline::newest_of_others(&tables[nth].0, &others),
        }
    };
    (0..tables.len()).map(of).collect()
}

/// Judges the rows of a table. `newest_of_others` are what loads of other shops had read by the time of each load.
pub fn judge(
    subject: &Subject<'_>,
    understood: &mut Understood,
    newest_of_others: &[Option<i64>],
    options: Options,
) -> Result<TableReport, GradingError> {
    let (timeline, reads) = (subject.timeline, understood.reads.clone());
    let is_graded = |place| understood.columns.iter().any(|column| column.place == place);
    let is_partial = (0..subject.table().columns.len()).any(|place| !is_graded(place));
    let judge = Judge::new(understood.resolved.shape, understood.delta, reads.clone(), timeline)
        .of_some_columns(is_partial);
    let columns = std::mem::take(&mut understood.columns);
    let about = About { subject, columns: &columns, reads: &reads };
    let mut examples = Examples::new(options.examples);
    let mut buckets = Buckets::new(subject);
    let loads = snapshot_loads(&reads);
    let mut sums =
        Sums { written: vec![0; loads.len()], duplicates: vec![0; loads.len()], ..Sums::default() };
    let resolved = understood.resolved.clone();
    let load_of = |rows: &[FoundRow], row: usize| {
        let stamp = stamp_of(resolved.shape.starts, row, rows.get(row)?)?;
        reads.stamped(stamp, 0)
    };
    let mut freshness = Freshness::new(subject, &reads, resolved.shape.kind, understood.method);
    each(&mut understood.read, Some(&resolved), |record| {
        let mut verdict = judge.judge(&record.life, &record.rows);
        tell_lost(record, &mut verdict);
        freshness.judge(record, &mut verdict);
        let count = record.count;
        sums.add(&verdict.obligations, count);
        sums.right += verdict.right_rows * count;
        sums.allowed_misses += verdict.allowed_misses * count;
        for finding in &verdict.findings {
            *sums.findings.entry(finding.class).or_default() += count;
            buckets.missed(finding.tick, count);
            if finding.class == Class::Duplicate {
                let load = finding.load.or(finding.row.and_then(|row| load_of(&record.rows, row)));
                if let Some(of_load) = load.and_then(|load| sums.duplicates.get_mut(load)) {
                    *of_load += count;
                }
            }
        }
        if record.surplus > 0 {
            *sums.findings.entry(Class::Duplicate).or_default() += record.surplus;
        }
        for row in 0..record.rows.len() {
            // Which load wrote it is told by its stamp, even if it stands for what another one should have written.
            let stands_for = || verdict.path.of(row).and_then(|place| place.load);
            let load = load_of(&record.rows, row).or_else(stands_for);
            if let Some(of_load) = load.and_then(|load| sums.written.get_mut(load)) {
                *of_load += count;
            }
        }
        buckets.life(&record.life, count);
        if !verdict.findings.is_empty() {
            examples.consider(record, &verdict);
        }
        if let Some(key) = options.explain
            && (record.first..record.first.saturating_add_unsigned(count)).contains(&key)
            && let Some(truth) = lookup::key(subject, &columns, key)
        {
            sums.explained = Some(about.timeline(key, record, &verdict, &truth));
        }
    })?;
    let mut report = about_table(subject, understood);
    whole_table(options, subject, understood, &columns, &mut sums, &mut report);
    let is_explained = |class: &Class| !matches!(class, Class::Late | Class::LostAside);
    let found: BTreeSet<Class> = sums.findings.keys().copied().filter(is_explained).collect();
    if !found.is_empty() && understood.has_rows() {
        let told = diagnose(subject, understood, &judge, &columns, &sums, &found, newest_of_others)?;
        report.causes = told.causes.iter().map(cause).collect();
        report.about_causes = told.about;
    }
    let torn = |load: usize| understood.torn.contains(&load);
    let shown = |load: usize| {
        let rows = sums.written.get(load).copied().unwrap_or(0);
        (load, about.load_report(load, rows, torn(load)))
    };
    report.load_count = reads.count() as u64;
    report.loads = listed(reads.count()).map(shown).collect::<Vec<(usize, LoadReport)>>();
    (report.examples, report.timelines) = examples.tell(&about);
    report.examples.extend(about.invented(&understood.read.invented.1, options.examples));
    report.examples.sort_by_key(|example| example.class);
    report.timelines.splice(0..0, sums.explained.take());
    report.buckets = buckets.buckets;
    report.right = sums.right;
    report.allowed_misses = sums.allowed_misses;
    report.obliged.extend(sums.obliged(understood, &columns));
    report.findings = sums.findings;
    freshness.tell(&mut report);
    std::mem::take(&mut understood.references).tell(subject, options.examples, &mut report);
    Ok(report)
}

/// What concerns the table as a whole: columns, flags, keys of nobody.
fn whole_table(
    options: Options,
    subject: &Subject<'_>,
    understood: &Understood,
    columns: &[GradedColumn],
    sums: &mut Sums,
    report: &mut TableReport,
) {
    let wrong_starts = sums.findings.get(&Class::WrongStart).copied().unwrap_or(0);
    let mut add = |class: Class, number: u64| {
        if number > 0 {
            *sums.findings.entry(class).or_default() += number;
        }
    };
    add(Class::WrongStart, understood.without_start.saturating_sub(wrong_starts));
    add(Class::InventedRow, understood.read.invented.0 + understood.read.keyless);
    add(Class::WrongValue, understood.transformed);
    add(Class::Interval, understood.flags.0);
    add(Class::TornLoad, understood.torn.len() as u64);
    // Told by the first of the shops: the rows are the same for all.
    let is_first = subject.mapping.shops.first().is_some_and(|rows| rows.shop == subject.plan.name);
    if is_first {
        add(Class::Duplicate, understood.of_others.besides);
    }
    add(Class::InventedVersion, understood.of_others.instead);
    if !understood.merged_with.is_empty() {
        add(Class::Schema, 1);
        report.headlines.push(format!(
            "no column says whose row it is, and rows of {} are in the same table: {} rows of others beside its own, {} \
             instead of its own",
            understood.merged_with.join(", "),
            understood.of_others.besides,
            understood.of_others.instead
        ));
    }
    if understood.read.rows == 0 && options.others_have_rows {
        add(Class::Schema, 1);
        // Nothing of what is there now has come.
        let population = Planned { table: subject.table(), timeline: subject.timeline };
        let living = population.count(subject.clock().last());
        report.obliged.insert(Obligation::Inserts, (living, living));
        report.headlines.push(format!("there is no row of {}", subject.plan.name));
    }
    // Values of another seed, config or run are all different.
    let unknown = understood.unknown + understood.read.invented.0;
    if understood.read.rows >= FEW && unknown * 10 >= understood.read.rows * 9 {
        report.headlines.push(
            "nearly no row is one that this shop has made: the warehouse may be that of an earlier run, or of another seed \
             or config"
                .to_owned(),
        );
    }
    if understood.read.keyless > 0 {
        report.headlines.push(format!("{} rows have no key", understood.read.keyless));
    }
    if let (number, Some(key)) = understood.flags {
        report.headlines.push(format!(
            "{number} rows are marked as current and have ended, or the reverse; the first one has the key {}",
            subject.row_keys().key(key)
        ));
    }
    if let Some(problem) = &understood.days {
        report.headlines.push(problem.clone());
        add(Class::Schema, 1);
    }
    for name in &subject.mapping.absent {
        report.headlines.push(format!("there is no column for `{name}`: it was not graded"));
        add(Class::Schema, 1);
    }
    for (column, (_, found)) in columns.iter().zip(&subject.mapping.columns) {
        let name = lookup::name(subject, column.place);
        let transform = column.tally.headline().filter(|_| column.tally.different > 0);
        if let Some(problem) = column.exact.problem() {
            report.headlines.push(format!("`{name}` {problem}"));
            add(Class::Schema, 1);
        }
        if let Some(transform) = transform
            && column.is_accepting()
        {
            report.headlines.push(format!("`{name}` is {transform} in {} rows", column.tally.different));
        }
        report.columns.push(ColumnReport {
            name,
            found_as: format!("{} {}", found.name, found.sql_type).trim_end().to_owned(),
            same: column.tally.same + understood.exact,
            different: column.tally.different,
            transform: transform.map(|transform| transform.to_string()),
        });
    }
    let shift = understood.resolved.shift;
    if shift != 0 {
        report.headlines.push(format!("all starts and ends are shifted by {}", words::shift(shift)));
        add(Class::WrongStart, sums.obligations.intervals.obliged);
    }
}

/// The causes of what was found.
fn diagnose(
    subject: &Subject<'_>,
    understood: &mut Understood,
    judge: &Judge<'_>,
    columns: &[GradedColumn],
    sums: &Sums,
    found: &BTreeSet<Class>,
    newest_of_others: &[Option<i64>],
) -> Result<Told, GradingError> {
    let population = Planned { table: subject.table(), timeline: subject.timeline };
    let names: Vec<String> = columns.iter().map(|column| lookup::name(subject, column.place)).collect();
    let shape = understood.resolved.shape;
    let all_reads = match &understood.reads {
        Reads::Snapshots { loads, .. } if shape.kind == Kind::Current => match loads.last().copied() {
            Some(last) => Some(copies::reads(&mut understood.read, &last)?),
            None => None,
        },
        _ => None,
    };
    let facts = TableFacts {
        columns: &names,
        update_window: subject
            .table()
            .windows
            .update_not_older_than
            .filter(|_| subject.table().update_rows > 0),
        timeline: subject.timeline,
        reads: all_reads.as_ref(),
        population: &population,
        newest_of_others,
        written: &sums.written,
        duplicates: &sums.duplicates,
        loads_known: understood.method != Method::Content,
    };
    let hypotheses = Hypotheses::for_findings(found, judge, understood.delta, &facts);
    let mut diagnosis = Diagnosis::new(hypotheses);
    diagnosis.add_unexplained(Class::InventedRow, understood.read.invented.0 + understood.read.keyless);
    let resolved = understood.resolved.clone();
    let (mut ends, mut all) = (0, 0);
    each(&mut understood.read, Some(&resolved), |record| {
        let mut verdict = judge.judge(&record.life, &record.rows);
        tell_lost(record, &mut verdict);
        verdict.findings.retain(|finding| finding.class != Class::LostAside);
        let of_ends = verdict.count(&[Class::WrongEnd, Class::Interval, Class::TwoOpen]);
        ends += of_ends * record.count;
        all += verdict.findings.len() as u64 * record.count;
        // The keys of a record differ for hypotheses that depend on keys.
        let end = record.first.saturating_add_unsigned(record.count);
        let mut key = record.first;
        while key < end {
            let next = diagnosis.keys_alike(key).end.min(end);
            diagnosis.add(key, &record.life, &verdict.findings, (next - key).unsigned_abs(), judge);
            key = next;
        }
    })?;
    let mut told: Vec<ToldCause> = Vec::new();
    for note in &resolved.notes {
        if let Note::MixedEnds(_, minority) = note {
            told.extend(ends_mixed(None, *minority, ends, all));
        }
    }
    let shifted = sums.findings.get(&Class::WrongStart).copied().unwrap_or(0);
    let of_others = understood.of_others.besides + understood.of_others.instead;
    if let Some(merged) = shops_merged(of_others, of_others) {
        diagnosis.add_unexplained(Class::InventedVersion, of_others);
        told.push(merged);
    }
    let mut told = diagnosis.tell(told, !understood.torn.is_empty());
    told.causes.extend(times_shifted(resolved.shift, shifted, shifted));
    // A zone that was taken for another one shifts several columns alike; a single one may have another reason.
    let shift_of = |column: &GradedColumn| match column.tally.headline().filter(|_| column.is_accepting()) {
        Some(Transform::Shifted(micros)) => Some((micros, column.tally.different)),
        _ => None,
    };
    let shifts: Vec<(i64, u64)> = columns.iter().filter_map(shift_of).collect();
    if let [(shift, cells), others @ ..] = &shifts[..]
        && !others.is_empty()
        && others.iter().all(|(other, _)| other == shift)
        && resolved.shift == 0
    {
        told.causes.extend(times_shifted(*shift, *cells, *cells));
    }
    Ok(told)
}

fn cause(told: &ToldCause) -> CauseReport {
    let says = match told.parameter.as_str() {
        "" => told.id.says().to_owned(),
        parameter => format!("{} ({parameter})", told.id.says()),
    };
    CauseReport {
        id: told.id.name().to_owned(),
        says,
        cure: told.id.cure().to_owned(),
        explains: told.explains,
        predicts_others: told.predicts_others,
        same_here: told.same_here.iter().map(|id| (id.name().to_owned(), id.says().to_owned())).collect(),
    }
}

/// The head of a table's report.
fn about_table(subject: &Subject<'_>, understood: &Understood) -> TableReport {
    TableReport {
        shop: subject.plan.name.clone(),
        table: subject.table().name.clone(),
        relation: subject.rows.relation.to_string(),
        reading: words::reading(subject.mapping, &understood.resolved.shape, understood.delta),
        method: understood.method,
        loads: Vec::new(),
        load_count: 0,
        right: 0,
        allowed_misses: 0,
        foreign: understood.read.foreign,
        findings: BTreeMap::new(),
        obliged: BTreeMap::new(),
        columns: Vec::new(),
        headlines: understood.notes.clone(),
        causes: Vec::new(),
        about_causes: None,
        examples: Vec::new(),
        timelines: Vec::new(),
        buckets: Vec::new(),
    }
}

/// The loads that may be written out: none of a reader of the log.
fn snapshot_loads(reads: &Reads) -> Vec<Load> {
    match reads {
        Reads::Snapshots { loads, .. } => loads.clone(),
        Reads::Changes { .. } => Vec::new(),
    }
}

/// The loads that a report lists.
fn listed(count: usize) -> impl Iterator<Item = usize> {
    (0..count).filter(move |load| *load < LISTED || *load >= count.saturating_sub(LISTED))
}

impl Sums {
    fn add(&mut self, one: &Obligations, keys: u64) {
        let times = |tally: Tally| Tally { obliged: tally.obliged * keys, met: tally.met * keys };
        self.obligations.add(&Obligations {
            inserts: times(one.inserts),
            changes: times(one.changes),
            deletes: times(one.deletes),
            values: times(one.values),
            intervals: times(one.intervals),
            uniqueness: times(one.uniqueness),
        });
    }

    /// The obligations of a report; a class without one is absent.
    fn obliged(&self, understood: &Understood, columns: &[GradedColumn]) -> BTreeMap<Obligation, (u64, u64)> {
        let of = &self.obligations;
        let tallies = [
            (Obligation::Inserts, of.inserts),
            (Obligation::Changes, of.changes),
            (Obligation::Deletes, of.deletes),
            (Obligation::Intervals, of.intervals),
            (Obligation::Uniqueness, of.uniqueness),
        ];
        let mut obliged: BTreeMap<Obligation, (u64, u64)> = tallies
            .into_iter()
            .map(|(class, tally)| (class, (tally.obliged, tally.obliged - tally.met)))
            .collect();
        // Cells are counted where they are compared; of the rows that equal a version all of them.
        let (same, different) = understood.cells(columns);
        obliged.insert(Obligation::Values, (same + different, different));
        // Rows that nobody made are mistakes about inserts, and repeated rows about uniqueness, without an obligation.
        for (class, findings) in &self.findings {
            if let Some(failed) = Obligation::failed_by(*class)
                && let Some((all, bad)) = obliged.get_mut(&failed)
            {
                *bad = (*bad).max(*findings).min((*all).max(*findings));
                *all = (*all).max(*bad);
            }
        }
        obliged.retain(|_, (all, _)| *all > 0);
        obliged
    }
}
