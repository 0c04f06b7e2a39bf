//! The tables of a warehouse and their columns, as its catalog lists them.
//!
//! Owns only what there is. Must not know what a column means.

use std::fmt;

use crate::quoting::qualified;

/// The name of a table or view; of a folder of CSV files the schema is empty and the name is that of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationName {
    /// The schema.
    pub schema: String,
    /// The name in it.
    pub name: String,
}

/// As SQL names it.
impl fmt::Display for RelationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&qualified(&self.schema, &self.name))
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as PostgreSQL's `format_type` prints it, with its modifier: `numeric(38,9)`, `character varying(30)`,
    /// `timestamp with time zone`. Empty in a CSV file.
    pub sql_type: String,
}

/// A table or view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// Its name.
    pub name: RelationName,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The columns of its primary key or of a unique index, if there is one: the first by name of the index.
    pub unique: Vec<String>,
}

/// All tables and views that may be read, but the system's, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// By name.
    pub relations: Vec<Relation>,
}
