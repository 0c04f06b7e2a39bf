//! What the tables of a warehouse hold: the settled mapping, with all that was found or configured.
//!
//! Owns its types. Must not know how they were found.

use super::catalog::{Column, RelationName};
use super::preset::Grade;
use crate::grade::report::Obligation;
use crate::grade::{Capture, Deletes, Kind, Starts};

/// The mapping of a warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// By the chain's order of tables; tables of the chain that the warehouse does not have are absent.
    pub tables: Vec<TableMapping>,
    /// The longest allowed time from a change to the load that brings it, in microseconds.
    pub max_lag: Option<i64>,
    /// The grade of the course that is asked for.
    pub grade: Option<&'static Grade>,
}

impl Mapping {
    /// Whether something is asked for: not if a grade of the course leaves it out, or nothing says what it would be.
    pub fn asks_for(&self, class: Obligation) -> bool {
        let is_told = match class {
            Obligation::Freshness => self.max_lag.is_some(),
            Obligation::References => self.tables.iter().any(|table| !table.refers.is_empty()),
            Obligation::Intervals => self.tables.iter().any(|table| table.kind == Kind::History),
            Obligation::Deletes => self.tables.iter().any(|table| table.deletes != Some(Deletes::Keep)),
            _ => true,
        };
        is_told && self.grade.is_none_or(|grade| !grade.not_asked.contains(&class))
    }
}

/// Where the loads are known from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadsFrom {
    /// The rows alone.
    Content,
    /// A table with a row per load.
    Table(LoadsTable),
    /// A column of the table itself, with the moment of the load that wrote the row.
    Stamp(Column, Reading),
    /// A fixed period, in microseconds, from the start of the run on.
    Every(i64),
    /// Moments, in microseconds since 1970, ascending.
    At(Vec<i64>),
}

/// A table with a row per load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadsTable {
    /// Its name.
    pub relation: RelationName,
    /// The column with the moment of the extract, or of the begin of the load.
    pub at: Column,
    /// The column with the moment by which everything was read; `None`: it was read at the first one.
    pub end: Option<Column>,
    /// The column with the shop, and for each shop of the chain its name and its value in that column.
    pub shop: Option<(String, Vec<(String, String)>)>,
    /// The column with the name of the table, and the value for this table.
    pub of: Option<(String, String)>,
}

/// When a load read the table whose rows it stamps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// At the moment of the stamp.
    AtStamp,
    /// After it, as the stamp is when the load began: before the end that a table of loads in the schema of the rows has of
    /// it, or else before the next load began.
    AfterStamp(Vec<LoadsTable>),
}

/// The rows of one shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopRows {
    /// The shop's name in the chain.
    pub shop: String,
    /// The table that has them.
    pub relation: RelationName,
    /// The value of the shop column in its rows; `None`: the table has rows of this shop only, or does not say.
    pub value: Option<String>,
}

impl ShopRows {
    /// Whether nothing tells the rows of two shops apart.
    pub fn is_mixed_with(&self, other: &Self) -> bool {
        self.relation == other.relation && self.value.is_none() && other.value.is_none()
    }
}

impl TableMapping {
    /// The column with the moment of the load that wrote a row.
    pub fn stamp(&self) -> Option<&Column> {
        match &self.loads {
            LoadsFrom::Stamp(column, _) => Some(column),
            _ => None,
        }
    }

    /// Adds a shop that has no row yet, where a column would tell its rows from others.
    pub fn expect_rows_of(&mut self, shop: &str) {
        let is_there = self.shops.iter().any(|rows| rows.shop == shop);
        if let (Some(first), Some(_), false) = (self.shops.first(), &self.shop_column, is_there) {
            let (relation, value) = (first.relation.clone(), Some(shop.to_owned()));
            self.shops.push(ShopRows { shop: shop.to_owned(), relation, value });
        }
    }
}

/// How deleted rows are marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The column.
    pub column: Column,
    /// The texts that mean deleted; empty: any value but null.
    pub values: Vec<String>,
}

/// A table for rows that are set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Its name.
    pub relation: RelationName,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// The mapping of one table of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableMapping {
    /// The table's name in the chain.
    pub table: String,
    /// The name of the preset that was found, or `custom`.
    pub preset: String,
    /// Where the rows of each graded shop are. Two shops in one relation without a shop column cannot be told apart.
    pub shops: Vec<ShopRows>,
    /// Values of the column with the shop that mean none: their rows are not graded.
    pub strangers: Vec<String>,
    /// The column with the shop.
    pub shop_column: Option<String>,
    /// The column with the row's key.
    pub key: Column,
    /// The graded columns: the place of the column in the chain's table, and the column here. `created_at` has the place
    /// after the last column.
    pub columns: Vec<(usize, Column)>,
    /// The columns of the chain's table that are not here.
    pub absent: Vec<String>,
    /// What it keeps of a row.
    pub kind: Kind,
    /// What its pipeline reads.
    pub capture: Capture,
    /// The start of a version.
    pub valid_from: Option<Column>,
    /// The end of a version.
    pub valid_to: Option<Column>,
    /// The flag of current versions.
    pub current: Option<Column>,
    /// The mark of deleted rows.
    pub deleted: Option<Deleted>,
    /// A column that orders the changes of a key in a log, where the start does not.
    pub order: Option<Column>,
    /// What a start means; `None`: found by majority.
    pub starts: Option<Starts>,
    /// What becomes of deleted rows; `None`: found by majority.
    pub deletes: Option<Deletes>,
    /// Start minus end of neighbours, in microseconds; `None`: found by majority.
    pub ends: Option<i64>,
    /// Texts that mean an open end, besides those that are known.
    pub open: Vec<String>,
    /// Where its loads are known from.
    pub loads: LoadsFrom,
    /// How far a start may be from what it means, in microseconds.
    pub tolerance: i64,
    /// The zone of times without one: the offset from UTC in microseconds.
    pub zone: i64,
    /// Rows that are no rows of the source: a column, and the texts that mark them (ghost records).
    pub ghosts: Option<(String, Vec<String>)>,
    /// The table for rows whose references are not there yet.
    pub side: Option<Side>,
    /// The columns that refer to other tables of the chain: the column's place, and the table.
    pub refers: Vec<(usize, String)>,
}

impl TableMapping {
    /// The table for rows that are set aside, if its rows can be read together with those of the table.
    pub fn readable_side(&self) -> Option<&Side> {
        self.side.as_ref().filter(|side| self.lacks(side).is_none() && self.tells_shops_aside())
    }

    /// Whether the rows that are set aside can be told apart by shop, as far as those of the table can: not if each shop
    /// has its own table, and one is beside them all.
    pub fn tells_shops_aside(&self) -> bool {
        let mut relations = self.shops.iter().map(|rows| &rows.relation);
        let first = relations.next();
        self.shop_column.is_some() || relations.all(|relation| Some(relation) == first)
    }

    /// The first column that its side table would need for its rows to be read with those of the table, and does not
    /// have under the same name and with a like type.
    pub fn lacks(&self, side: &Side) -> Option<&str> {
        let marks = [&self.valid_from, &self.valid_to, &self.current];
        let deleted = self.deleted.as_ref().map(|deleted| &deleted.column);
        let needed = [&self.key].into_iter().chain(marks.into_iter().flatten()).chain(deleted);
        let needed = needed.chain(self.columns.iter().map(|(_, column)| column));
        let has = |name: &str, like: Option<&str>| {
            side.columns.iter().any(|column| {
                column.name == name && like.is_none_or(|like| family(&column.sql_type) == family(like))
            })
        };
        let column = needed.into_iter().find(|column| !has(&column.name, Some(&column.sql_type)));
        let column = column.map(|column| column.name.as_str());
        column.or(self.shop_column.as_deref().filter(|name| !has(name, None)))
    }
}

/// Types that are printed alike have the same family.
fn family(sql_type: &str) -> &str {
    match sql_type.split('(').next().unwrap_or_default() {
        "smallint" | "integer" | "bigint" => "integer",
        "text" | "character varying" => "text",
        _ => sql_type,
    }
}
