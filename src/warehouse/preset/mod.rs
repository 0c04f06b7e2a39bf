//! The shapes of tables that common tools make, and how each is recognised.
//!
//! `tools` and `hand` list them, `course` says what a grade of the course asks. Owns no rule of choosing between
//! tables.

mod course;
mod hand;
mod tools;

use super::catalog::{Catalog, Relation};
use crate::grade::{Deletes, Kind, Starts};

pub use course::{Grade, grade};

/// The columns of a role by name; the first that a table has plays it.
pub(super) type Names = &'static [&'static str];

/// What a table keeps of a row, as far as its columns tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeps {
    /// This.
    Always(Kind),
    /// One row per key where the key is unique, or does not repeat; this where it repeats.
    IfRepeated(Kind),
}

/// A mark of rows: its column, and the texts that mark; none: any value but null.
pub(super) struct Mark {
    pub(super) column: &'static str,
    pub(super) values: Names,
}

/// A table of loads that a tool keeps.
pub(super) struct LoadsTable {
    /// Its name, in the schema of the table, or with one of its own.
    pub(super) schema: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) at: &'static str,
    /// The column with the moment by which everything was read, if `at` is when the load began.
    pub(super) end: Option<&'static str>,
    pub(super) shop: Option<&'static str>,
    pub(super) of: Option<&'static str>,
}

/// A shape of tables. A tool that makes several has several of the same name.
pub(super) struct Preset {
    pub(super) name: &'static str,
    /// Groups of columns, one of which a table must have; a name that ends with `*` is a beginning. None: any table.
    pub(super) marks: &'static [Names],
    /// The beginning of the name of a schema that the warehouse must have.
    pub(super) needs_schema: Option<&'static str>,
    /// Whether the table must have a start and an end of [`hand::pair`], in place of `valid_from` and `valid_to`.
    pub(super) pair: bool,
    pub(super) keeps: Keeps,
    pub(super) valid_from: Names,
    pub(super) valid_to: Names,
    pub(super) current: Names,
    pub(super) deleted: &'static [Mark],
    /// Its column of the shop, whatever other columns may tell it.
    pub(super) shop: Names,
    /// Columns that order the changes of a key.
    pub(super) order: Names,
    pub(super) ghosts: &'static [Mark],
    pub(super) starts: Option<Starts>,
    /// What becomes of deleted rows.
    pub(super) deletes: Option<Deletes>,
    /// The same where the table has a mark of deleted rows.
    pub(super) deletes_if_marked: Option<Deletes>,
    pub(super) ends: Option<i64>,
    /// Columns with the moment of the load that wrote the row.
    pub(super) stamps: Names,
    /// Those of them that are when the load began: it may have read the table much later.
    pub(super) begins: Names,
    pub(super) loads: Option<LoadsTable>,
    /// Columns that only a reader of the log of changes writes; `*`: always.
    pub(super) every_change: Names,
    /// Columns of the tool's own that tell no shop, as in `marks`.
    pub(super) technical: Names,
    /// The schema of the finished tables, each named as in the chain, and that of the stage before them.
    pub(super) finished: Option<(&'static str, &'static str)>,
}

impl Preset {
    /// Whether its tables are copies of rows rather than histories.
    pub(super) fn is_copy(&self) -> bool {
        matches!(self.keeps, Keeps::IfRepeated(_) | Keeps::Always(Kind::Append))
    }
}

/// What most presets have.
pub(super) const PLAIN: Preset = Preset {
    name: "",
    marks: &[],
    needs_schema: None,
    pair: false,
    shop: &[],
    keeps: Keeps::IfRepeated(Kind::Append),
    valid_from: &[],
    valid_to: &[],
    current: &[],
    deleted: &[],
    order: &[],
    ghosts: &[],
    starts: None,
    deletes: None,
    deletes_if_marked: None,
    ends: None,
    stamps: &[],
    begins: &[],
    loads: None,
    every_change: &[],
    technical: &[],
    finished: None,
};

/// Whether a table is a view that adds the ends of its rows to a satellite.
pub(super) fn adds_ends(own: &Relation) -> bool {
    own.has(&["ldts"]) && own.has(&["ledts"])
}

/// Texts of a flag that is set.
pub(super) const TRUE: Names = &["true", "t", "True", "TRUE", "1", "Y", "y", "yes"];

/// All presets; the first whose marks a table has is that of the table. Histories come before what their source may
/// have marked already.
fn all() -> impl Iterator<Item = &'static Preset> {
    let histories = tools::HISTORIES.iter().chain(hand::SHIPPED).chain(hand::COURSE).chain(tools::MODELS);
    histories.chain(hand::HISTORIES).chain(hand::COURSE_COPIES).chain(tools::COPIES).chain(hand::COPIES)
}

impl Preset {
    /// Whether a table has its marks.
    fn fits(&self, catalog: &Catalog, relation: &Relation) -> bool {
        let has_schema = self.needs_schema.is_none_or(|begin| {
            catalog.relations.iter().any(|other| other.name.schema.to_lowercase().starts_with(begin))
        });
        let has_pair = !self.pair || hand::pair(relation).is_some();
        has_schema
            && has_pair
            && (self.marks.is_empty() || self.marks.iter().any(|group| relation.has(group)))
    }

    /// The names of the start and of the end of a version in a table.
    pub(super) fn interval(&self, relation: &Relation) -> (Names, Names) {
        match hand::pair(relation).filter(|_| self.pair) {
            Some((from, to)) => (from, to),
            None => (self.valid_from, self.valid_to),
        }
    }

    /// Whether a column is the tool's own and tells no shop.
    pub(super) fn is_technical(&self, column: &str) -> bool {
        let column = column.to_lowercase();
        let fits = |name: &&str| match name.strip_suffix('*') {
            Some(begin) => column.starts_with(begin),
            None => column == **name,
        };
        column.starts_with('_') || self.technical.iter().any(fits)
    }
}

/// The preset of a table, whose columns are those that the chain's table does not have; that of a name, where one is
/// given and fits.
pub(super) fn of(catalog: &Catalog, relation: &Relation, name: Option<&str>) -> Option<&'static Preset> {
    all().find(|preset| name.is_none_or(|name| name == preset.name) && preset.fits(catalog, relation))
}

/// The schemas of the finished tables of a preset, and of the stage before them.
pub(super) fn finished(name: &str) -> Option<(&'static str, &'static str)> {
    all().find(|preset| preset.name == name)?.finished
}

/// The columns that a tool's tables are recognised by, for messages.
pub(super) fn marks(name: &str) -> Vec<String> {
    let groups = all().filter(|preset| preset.name == name).flat_map(|preset| preset.marks);
    groups.map(|group| group.join(" + ")).collect()
}

/// Leaves out what tools keep for themselves: raw and temporary tables that stand beside the finished ones.
pub(super) fn is_internal(catalog: &Catalog, relation: &Relation) -> bool {
    let schema = relation.name.schema.to_lowercase();
    let name = relation.name.name.to_lowercase();
    let begins = ["_dlt_", "_airbyte_raw_", "_airbyte_tmp_"].iter().any(|begin| name.starts_with(begin));
    let ends = ["__dbt_tmp", "__dbt_backup", "__dbt_new_data"].iter().any(|end| name.ends_with(end));
    let system = schema.starts_with("pg_") || ["information_schema", "airbyte_internal"].contains(&&*schema);
    let beside = |other: &str| {
        let same = |beside: &&Relation| {
            beside.name.schema.to_lowercase() == other && beside.name.name.to_lowercase() == name
        };
        catalog.relations.iter().any(|relation| same(&relation))
    };
    // dlt merges from a schema of its own; SQLMesh's views stand for its tables.
    let of_dlt = relation.has(&["_dlt_id"]) && schema.strip_suffix("_staging").is_some_and(beside);
    let of_sqlmesh = schema.strip_prefix("sqlmesh__").is_some_and(|of| {
        let view = |other: &&Relation| {
            other.name.schema.to_lowercase() == of
                && name.starts_with(&format!("{of}__{}__", other.name.name.to_lowercase()))
        };
        catalog.relations.iter().any(|relation| view(&relation))
    });
    begins || ends || system || of_dlt || of_sqlmesh
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::warehouse::PRESETS;

    #[test]
    fn the_words_of_the_file_are_the_presets() {
        let words: BTreeSet<&str> = PRESETS.into_iter().collect();
        let mut names: BTreeSet<&str> = all().map(|preset| preset.name).collect();
        names.extend(["auto", "custom"]);
        names.extend(course::GRADES.iter().map(|grade| grade.name));
        assert_eq!(words, names);
    }
}
