//! The data of a report.
//!
//! Owns its types, and which findings fail which obligation. Their size does not depend on the number of rows or
//! findings. Loads, versions and rows are counted from 0 here; reports count them from 1.

use std::collections::BTreeMap;
use std::fmt;

use crate::grade::Class;
use crate::plan::RowKey;
use crate::value::Timestamp;

/// How much a report gives away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hints {
    /// Counts only.
    None,
    /// Counts and examples: which rows.
    Where,
    /// Causes, too.
    #[default]
    Why,
}

/// A class of obligations: what a warehouse owes, and what is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Obligation {
    /// Rows that must be there.
    Inserts,
    /// Changes that must be there.
    Changes,
    /// Deletes that must be told.
    Deletes,
    /// Cells.
    Values,
    /// Starts and ends.
    Intervals,
    /// Rows that must be there once.
    Uniqueness,
    /// Loads that must be in time.
    Freshness,
    /// References that must resolve.
    References,
}

impl Obligation {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::Inserts,
        Self::Changes,
        Self::Deletes,
        Self::Values,
        Self::Intervals,
        Self::Uniqueness,
        Self::Freshness,
        Self::References,
    ];

    /// Its name in reports and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inserts => "inserts",
            Self::Changes => "changes",
            Self::Deletes => "deletes",
            Self::Values => "values",
            Self::Intervals => "intervals",
            Self::Uniqueness => "uniqueness",
            Self::Freshness => "freshness",
            Self::References => "references",
        }
    }

    /// The obligation that findings of a class fail. `None`: they concern a table or a load as a whole, and no share of
    /// anything.
    pub fn failed_by(class: Class) -> Option<Self> {
        match class {
            Class::MissingRow | Class::InventedRow => Some(Self::Inserts),
            Class::MissingChange | Class::InventedVersion => Some(Self::Changes),
            Class::DeleteOpen | Class::FalseDelete => Some(Self::Deletes),
            Class::WrongValue => Some(Self::Values),
            Class::Interval | Class::TwoOpen | Class::WrongStart | Class::WrongEnd => Some(Self::Intervals),
            Class::Duplicate => Some(Self::Uniqueness),
            Class::Late => Some(Self::Freshness),
            Class::Orphan | Class::Misplaced | Class::LostAside => Some(Self::References),
            Class::TornLoad | Class::Schema => None,
        }
    }
}

impl fmt::Display for Obligation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How the loads of a table are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// From a table of loads.
    Table,
    /// From stamps in the rows.
    Stamps,
    /// From a schedule.
    Schedule,
    /// From the rows' content alone.
    Content,
    /// The pipeline reads the log of changes: a load at every tick.
    EveryChange,
}

/// A grading.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The warehouse, without its password.
    pub warehouse: String,
    /// The moment of its snapshot; `None` for files.
    pub at: Option<Timestamp>,
    /// The mapping that was used, as `--print-mapping` writes it.
    pub mapping: String,
    /// The graded shops.
    pub shops: Vec<ShopReport>,
    /// A report per shop and table, shop by shop.
    pub tables: Vec<TableReport>,
    /// Tables of the chain that the warehouse does not have, and everything else that a reader must know.
    pub notes: Vec<String>,
    /// Obligations that are not asked for, because a preset leaves them out.
    pub not_asked: Vec<Obligation>,
    /// What has been hidden: [`Report::hide`] sets it.
    pub hints: Hints,
}

/// A graded shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopReport {
    /// Its name.
    pub shop: String,
    /// The fingerprint of its config.
    pub fingerprint: String,
    /// Its last tick.
    pub last_tick: Option<u64>,
    /// The simulated time of it.
    pub at: Option<Timestamp>,
}

/// A graded table of a shop.
#[derive(Clone, Debug)]
pub struct TableReport {
    /// The shop's name.
    pub shop: String,
    /// The table's name in the chain.
    pub table: String,
    /// The table in the warehouse, as SQL names it.
    pub relation: String,
    /// The preset, what is kept of a row, and what starts mean and deletes become: in words.
    pub reading: String,
    /// How its loads are known.
    pub method: Method,
    /// Its loads with their numbers, in order: the first and last ones, where there are many.
    pub loads: Vec<(usize, LoadReport)>,
    /// The number of all of them.
    pub load_count: u64,
    /// Found rows that are right.
    pub right: u64,
    /// Versions without a row that no load had to see.
    pub allowed_misses: u64,
    /// Rows with keys that shopsim never assigns.
    pub foreign: u64,
    /// How many findings of each class there are; classes without one are absent.
    pub findings: BTreeMap<Class, u64>,
    /// How much each class of obligations asks for, and how much of it is not met. Absent: not tested.
    pub obliged: BTreeMap<Obligation, (u64, u64)>,
    /// The graded columns.
    pub columns: Vec<ColumnReport>,
    /// What concerns the table as a whole.
    pub headlines: Vec<String>,
    /// The causes that explain the findings.
    pub causes: Vec<CauseReport>,
    /// Why none is told, or what was not tested.
    pub about_causes: Option<String>,
    /// The first findings of each class.
    pub examples: Vec<Example>,
    /// The versions, loads and rows of the keys of some examples.
    pub timelines: Vec<KeyTimeline>,
    /// What happened in the shop's table, in at most 120 spans of ticks, in order.
    pub buckets: Vec<Bucket>,
}

impl TableReport {
    /// The report of a table that is asked for and that the warehouse does not have.
    pub fn absent(shop: &str, table: &str) -> Self {
        Self {
            shop: shop.to_owned(),
            table: table.to_owned(),
            relation: "-".to_owned(),
            reading: "there is no such table".to_owned(),
            method: Method::Content,
            loads: Vec::new(),
            load_count: 0,
            right: 0,
            allowed_misses: 0,
            foreign: 0,
            findings: BTreeMap::from([(Class::Schema, 1)]),
            obliged: BTreeMap::from([(Obligation::Inserts, (1, 1))]),
            columns: Vec::new(),
            headlines: vec![format!("the warehouse has no table for `{table}`")],
            causes: Vec::new(),
            about_causes: None,
            examples: Vec::new(),
            timelines: Vec::new(),
            buckets: Vec::new(),
        }
    }
}

/// What happened in a span of ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Its first tick.
    pub from_tick: u64,
    /// Its last tick.
    pub to_tick: u64,
    /// Rows that the shop has inserted.
    pub inserted: u64,
    /// Changes that it has made.
    pub changed: u64,
    /// Rows that it has deleted.
    pub deleted: u64,
    /// Findings about versions that began, or rows that were deleted, in these ticks.
    pub missed: u64,
}

/// A load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadReport {
    /// The last tick that it surely saw; −1: none.
    pub lo: i64,
    /// The last tick that it may have seen.
    pub hi: i64,
    /// Its stamp in the warehouse.
    pub stamp: Option<Timestamp>,
    /// How many rows of the table it wrote.
    pub rows: u64,
    /// Whether no single moment explains what it has read.
    pub torn: bool,
}

/// How the cells of a column compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnReport {
    /// The column in the chain's table, and in the warehouse.
    pub name: String,
    /// Its name and type in the warehouse.
    pub found_as: String,
    /// Cells that are the same.
    pub same: u64,
    /// Cells that differ.
    pub different: u64,
    /// What has been done to at least 95 % of those that differ, in words: `cut to the day`.
    pub transform: Option<String>,
}

/// A cause of findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseReport {
    /// Its identifier, `H1` to `H16`.
    pub id: String,
    /// The mistake, in one sentence.
    pub says: String,
    /// The cure, in one sentence.
    pub cure: String,
    /// How many findings it explains, and how many there are.
    pub explains: (u64, u64),
    /// How many findings it predicts that are not there.
    pub predicts_others: u64,
    /// Other causes that predict the same here, as identifier and sentence.
    pub same_here: Vec<(String, String)>,
}

/// A finding that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its class.
    pub class: Class,
    /// The row's key.
    pub key: RowKey,
    /// The tick of the version, and its time.
    pub tick: Option<(i64, Timestamp)>,
    /// The column that is concerned, or that changed.
    pub column: Option<String>,
    /// The expected value.
    pub expected: Option<String>,
    /// The value that was found.
    pub found: Option<String>,
    /// The number of the load that should have seen it, or wrote it, from 0 on.
    pub load: Option<usize>,
    /// The finding in one sentence.
    pub says: String,
    /// A query that shows the rows.
    pub query: String,
}

/// One key: truth, loads and warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTimeline {
    /// The shop's name.
    pub shop: String,
    /// The table's name in the chain.
    pub table: String,
    /// The row's key.
    pub key: RowKey,
    /// What was true.
    pub versions: Vec<TimelineVersion>,
    /// The tick that deleted it, and its time.
    pub deleted: Option<(i64, Timestamp)>,
    /// The last tick that is graded, and its time.
    pub horizon: Option<(i64, Timestamp)>,
    /// The loads that matter to it, by their number.
    pub loads: Vec<(usize, LoadReport)>,
    /// What was found.
    pub rows: Vec<TimelineRow>,
    /// The findings.
    pub findings: Vec<(Class, String)>,
}

/// A version in a [`KeyTimeline`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineVersion {
    /// The tick that began it, and its time.
    pub from: (i64, Timestamp),
    /// All values of the first version, of later ones those that changed: column, value.
    pub values: Vec<(String, String)>,
    /// Whether a load must have seen it and no row stands for it.
    pub missed: bool,
}

/// A found row in a [`KeyTimeline`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineRow {
    /// Its start, as the warehouse writes it; `None`: it has none.
    pub start: Option<String>,
    /// Its end; `None`: open, or no intervals.
    pub end: Option<String>,
    /// The version that it stands for, from 0 on.
    pub version: Option<usize>,
    /// The number of the load that wrote it, from 0 on.
    pub load: Option<usize>,
    /// Whether it is marked as deleted.
    pub deleted: bool,
    /// Cells that differ from that version: column, expected, found.
    pub differing: Vec<(String, String, String)>,
}
