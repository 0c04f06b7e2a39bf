//! The findings that are shown: the first ones of each class, in words.
//!
//! Owns their choice and their sentences. Must not know how anything was found.

use std::collections::BTreeMap;

use super::compare::GradedColumn;
use super::lookup::{self, KeyTruth, shown};
use super::record::Record;
use super::subject::Subject;
use super::words;
use crate::grade::cell::TargetType;
use crate::grade::report::{Example, KeyTimeline, LoadReport, TimelineRow};
use crate::grade::{Class, Finding, Load, OPEN, Reads, UNSTAMPED, Verdict};
use crate::plan::RowKey;
use crate::quoting::{literal, quote};
use crate::value::Timestamp;
use crate::warehouse::{FoundKey, RelationName};

/// Keys whose time line is shown.
const TIMELINES: usize = 6;

/// Collects the findings that are shown.
pub struct Examples {
    /// How many of each class.
    most: usize,
    counts: BTreeMap<Class, usize>,
    chosen: Vec<(Record, Verdict)>,
}

impl Examples {
    /// Up to `most` of each class.
    pub fn new(most: usize) -> Self {
        Self { most, counts: BTreeMap::new(), chosen: Vec::new() }
    }

    /// Considers the verdict on a record.
    pub fn consider(&mut self, record: &Record, verdict: &Verdict) {
        let mut is_new = false;
        for finding in &verdict.findings {
            let count = self.counts.entry(finding.class).or_default();
            if *count < self.most {
                let keys = usize::try_from(record.count).unwrap_or(usize::MAX);
                *count = count.saturating_add(keys);
                is_new = true;
            }
        }
        if is_new {
            self.chosen.push((record.clone(), verdict.clone()));
        }
    }

    /// The examples by class, and the time lines of some of their keys.
    pub fn tell(self, about: &About<'_>) -> (Vec<Example>, Vec<KeyTimeline>) {
        let mut examples: Vec<Example> = Vec::new();
        let mut timelines: Vec<KeyTimeline> = Vec::new();
        let mut told: BTreeMap<Class, usize> = BTreeMap::new();
        for (record, verdict) in &self.chosen {
            for nth in 0..record.count.min(self.most as u64) {
                let key = record.first.saturating_add_unsigned(nth);
                let Some(truth) = lookup::key(about.subject, about.columns, key) else { continue };
                let mut is_told = false;
                for finding in &verdict.findings {
                    let count = told.entry(finding.class).or_default();
                    if *count >= self.most {
                        continue;
                    }
                    *count += 1;
                    is_told = true;
                    examples.push(about.example(key, finding, record, verdict, &truth));
                }
                if is_told && timelines.len() < TIMELINES {
                    timelines.push(about.timeline(key, record, verdict, &truth));
                }
            }
        }
        examples.sort_by_key(|example| example.class);
        (examples, timelines)
    }
}

/// What sentences refer to.
pub struct About<'a> {
    /// The table.
    pub subject: &'a Subject<'a>,
    /// Its graded columns.
    pub columns: &'a [GradedColumn],
    /// Its loads.
    pub reads: &'a Reads,
}

impl About<'_> {
    fn load(&self, load: usize) -> Load {
        self.reads.load(load)
    }

    /// A load in a sentence.
    fn load_in_words(&self, place: Option<usize>) -> String {
        let Some(place) = place.filter(|place| *place < self.reads.count()) else {
            return "a load".to_owned();
        };
        let Load { lo, hi, stamp } = self.load(place);
        let hi = hi.min(self.subject.clock().last().max(lo));
        let stamp = if stamp == UNSTAMPED { String::new() } else { format!(" of {}", Timestamp(stamp)) };
        let ticks = if lo == hi { format!("after tick {lo}") } else { format!("after tick {lo} to {hi}") };
        format!("load {}{stamp} ({ticks})", place + 1)
    }

    /// The rows with the first of the keys that the shop never made.
    pub fn invented(&self, keys: &[FoundKey], most: usize) -> Vec<Example> {
        let example = |key: RowKey| Example {
            class: Class::InventedRow,
            query: query(self.subject, &self.subject.rows.relation, &key),
            key,
            tick: None,
            column: None,
            expected: None,
            found: None,
            load: None,
            says: "the shop never made a row with this key".to_owned(),
        };
        let keys = keys.iter().filter_map(|key| key.row_key(self.subject.row_keys()));
        keys.take(most).map(example).collect()
    }

    fn example(
        &self,
        key: i64,
        finding: &Finding,
        record: &Record,
        verdict: &Verdict,
        truth: &KeyTruth,
    ) -> Example {
        let phase = finding.row.and_then(|row| verdict.path.of(row)).map(|place| place.phase);
        let version = match finding.tick {
            Some(tick) => truth.versions.iter().rposition(|version| version.from.0 <= tick),
            None => phase.and_then(|phase| phase.checked_sub(1)),
        };
        let key = self.subject.row_keys().key(key);
        let mut example = Example {
            class: finding.class,
            query: query(self.subject, &self.subject.rows.relation, &key),
            key,
            tick: version.map(|version| truth.versions[version].from),
            column: None,
            expected: None,
            found: None,
            load: finding.load,
            says: String::new(),
        };
        example.says = self.sentence(finding, record, truth, version, &mut example);
        example
    }

    fn sentence(
        &self,
        finding: &Finding,
        record: &Record,
        truth: &KeyTruth,
        version: Option<usize>,
        example: &mut Example,
    ) -> String {
        let load = self.load_in_words(finding.load);
        let row = finding.row.and_then(|row| record.rows.get(row));
        let start = || row.map_or("-".to_owned(), |row| time(row.start));
        let end = || row.map_or("-".to_owned(), |row| time(row.end));
        let begun = version.map_or("it".to_owned(), |version| {
            let (tick, at) = truth.versions[version].from;
            format!("tick {tick} ({at})")
        });
        let deleted = truth.deleted.map_or("never".to_owned(), |(tick, at)| format!("by tick {tick} ({at})"));
        match finding.class {
            Class::MissingRow => format!("{begun} inserted it; {load} must have seen it; there is no row"),
            Class::MissingChange => {
                if version == Some(0) {
                    return format!(
                        "{begun} inserted it; {load} must have seen it with its first values; there is no row with them"
                    );
                }
                let changes = version.map_or(String::new(), |version| self.changes(truth, version, example));
                format!("{begun} changed {changes}; {load} must have seen it; there is no row with it")
            }
            Class::WrongValue => self.difference(finding, record, example),
            Class::InventedRow => "the shop never made a row with this key".to_owned(),
            Class::InventedVersion => match self.difference(finding, record, example) {
                cells if cells.is_empty() => {
                    format!("the row that starts {} has values of another time", start())
                }
                cells => format!("the row that starts {} is no version of it: {cells}", start()),
            },
            Class::Duplicate if record.surplus > 0 => {
                format!("{} rows of one key", record.surplus + record.rows.len() as u64)
            }
            Class::Duplicate => format!("the row that starts {} repeats another one", start()),
            Class::Interval => match row {
                Some(row) if row.end < row.start => {
                    format!("the row from {} to {} ends before it starts", start(), end())
                }
                Some(row) if row.end == row.start => {
                    format!("the row from {} to {} has no length", start(), end())
                }
                _ => format!("the row from {} to {} overlaps its neighbour or leaves a gap", start(), end()),
            },
            Class::TwoOpen => format!("the row that starts {} is open although a later one follows", start()),
            Class::WrongStart => {
                format!("it starts {}; the change was {begun}, which {load} brought", start())
            }
            Class::WrongEnd => format!("it ends {}, which is neither the next start nor a load", end()),
            Class::DeleteOpen => {
                format!("deleted {deleted}; {load} must have seen that; the row is still open")
            }
            Class::FalseDelete => format!("it ends {} as if deleted, but was deleted {deleted}", end()),
            Class::TornLoad => format!("no single moment explains what {load} has read"),
            Class::Late => {
                let allowed = self.subject.all.max_lag.map_or(String::new(), words::span);
                format!("what {begun} made came with {load}; at most {allowed} is allowed")
            }
            Class::Orphan => "it refers to a row that is not there".to_owned(),
            Class::Misplaced => "it was set aside although what it refers to is there".to_owned(),
            Class::LostAside => format!(
                "{begun} inserted it; {load} must have seen it; it refers to a row that is not there, and is neither in \
                 its table nor set aside"
            ),
            Class::Schema => "its columns cannot hold it".to_owned(),
        }
    }

    /// The changed columns of a version: old and new values.
    fn changes(&self, truth: &KeyTruth, version: usize, example: &mut Example) -> String {
        let Some(before) = version.checked_sub(1) else { return "nothing".to_owned() };
        let (old, new) = (&truth.values[before], &truth.values[version]);
        let changed = (0..self.columns.len()).filter(|place| old[*place] != new[*place]);
        let told = changed.map(|place| {
            let name = lookup::name(self.subject, self.columns[place].place);
            let (old, new) = (shown(old[place].as_deref()), shown(new[place].as_deref()));
            if example.column.is_none() {
                (example.column, example.expected) = (Some(name.clone()), Some(new.clone()));
                example.found = Some(old.clone());
            }
            format!("{name}: {old} → {new}")
        });
        told.collect::<Vec<_>>().join(", ")
    }

    /// The cells of a row that differ from the version that it is nearest to.
    fn difference(&self, finding: &Finding, record: &Record, example: &mut Example) -> String {
        let of_row = |row: u64| finding.row.is_none_or(|there| there as u64 == row);
        let Some(difference) = record.differences.iter().find(|difference| of_row(difference.row)) else {
            return String::new();
        };
        let told = difference.cells.iter().map(|(place, expected, found)| {
            let place = usize::try_from(*place).unwrap_or(usize::MAX);
            let column = self.columns.get(place).map_or(usize::MAX, |column| column.place);
            let name = lookup::name(self.subject, column);
            let (expected, found) = (shown(expected.as_deref()), shown(found.as_deref()));
            if example.column.is_none() {
                example.column = Some(name.clone());
                (example.expected, example.found) = (Some(expected.clone()), Some(found.clone()));
            }
            format!("{name} is {found}, must be {expected}")
        });
        told.collect::<Vec<_>>().join(", ")
    }

    /// A key's truth, loads and rows.
    pub fn timeline(&self, key: i64, record: &Record, verdict: &Verdict, truth: &KeyTruth) -> KeyTimeline {
        let mut sights = Vec::new();
        self.reads.relevant(&record.life, std::iter::empty(), &mut sights);
        let mut loads: Vec<usize> = sights.iter().map(|sight| sight.load).collect();
        let places = (0..record.rows.len()).map(|row| verdict.path.of(row));
        loads.extend(places.clone().flatten().filter_map(|place| place.load));
        loads.sort_unstable();
        loads.dedup();
        let row = |(nth, place): (usize, Option<crate::grade::Place>)| {
            let row = &record.rows[nth];
            let of_row = record.differences.iter().find(|difference| difference.row == nth as u64);
            let differing = of_row.map_or(Vec::new(), |difference| {
                let cell = |(place, expected, found): &(u64, Option<String>, Option<String>)| {
                    let place = usize::try_from(*place).unwrap_or(usize::MAX);
                    let column = self.columns.get(place).map_or(usize::MAX, |column| column.place);
                    (lookup::name(self.subject, column), shown(expected.as_deref()), shown(found.as_deref()))
                };
                difference.cells.iter().map(cell).collect()
            });
            TimelineRow {
                start: self.subject.mapping.valid_from.as_ref().map(|_| time(row.start)),
                end: (row.end != OPEN).then(|| time(row.end)),
                version: place.and_then(|place| place.phase.checked_sub(1)),
                load: place.and_then(|place| place.load),
                deleted: row.deleted,
                differing,
            }
        };
        let finding = |finding: &Finding| {
            let example = self.example(key, finding, record, verdict, truth);
            (finding.class, example.says)
        };
        let mut versions = truth.versions.clone();
        for version in &mut versions {
            let is_missed = |finding: &Finding| {
                matches!(finding.class, Class::MissingChange | Class::MissingRow | Class::LostAside)
                    && finding.tick == Some(version.from.0)
            };
            version.missed = verdict.findings.iter().any(is_missed);
        }
        let last = self.subject.checkpoint.last_tick;
        let horizon = last.map(|tick| (super::loads::number(tick), self.subject.timeline.at(tick)));
        KeyTimeline {
            shop: self.subject.plan.name.clone(),
            table: self.subject.table().name.clone(),
            key: self.subject.row_keys().key(key),
            versions,
            deleted: truth.deleted,
            horizon,
            loads: loads.iter().map(|load| (*load, self.load_report(*load, 0, false))).collect(),
            rows: places.enumerate().map(row).collect(),
            findings: verdict.findings.iter().map(finding).collect(),
        }
    }

    /// A load as reports show it.
    pub fn load_report(&self, place: usize, rows: u64, torn: bool) -> LoadReport {
        let Load { lo, hi, stamp } = self.load(place);
        let stamp = (stamp != UNSTAMPED).then_some(Timestamp(stamp));
        let hi = hi.min(self.subject.clock().last().max(lo));
        LoadReport { lo, hi, stamp, rows, torn }
    }
}

/// The query that shows the rows of a key.
pub fn query(subject: &Subject<'_>, relation: &RelationName, key: &RowKey) -> String {
    let (mapping, rows) = (subject.mapping, subject.rows);
    let shop = match (&mapping.shop_column, &rows.value) {
        (Some(column), Some(value)) => format!("{} = {} AND ", quote(column), literal(value)),
        _ => String::new(),
    };
    let order = match &mapping.valid_from {
        Some(column) => format!(" ORDER BY {}", quote(&column.name)),
        None => String::new(),
    };
    let column = quote(&mapping.key.name);
    let is_it = match key {
        RowKey::Number(number) => format!("{column} = {number}"),
        // A text may have its digits in capital letters.
        RowKey::Uuid(_) if TargetType::parse(&mapping.key.sql_type).is_text() => {
            format!("lower({column}) = {}", literal(&key.to_string()))
        }
        _ => format!("{column} = {}", literal(&key.to_string())),
    };
    format!("SELECT * FROM {relation} WHERE {shop}{is_it}{order}")
}

/// A moment of the warehouse in words.
fn time(micros: i64) -> String {
    match micros {
        OPEN => "never".to_owned(),
        i64::MIN => "at no time".to_owned(),
        micros => Timestamp(micros).to_string(),
    }
}
