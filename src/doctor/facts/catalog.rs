//! Tables, columns and publications.
//!
//! Owns their form. Pure.

use serde::Deserialize;

/// A table, or what stands under a table's name.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Table {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `relkind`.
    pub kind: String,
    /// `relpersistence`.
    pub persistence: String,
    /// `relreplident`; `gone` if it is an index that was dropped.
    pub identity: String,
    /// The table that it is a partition of, as schema and name; `None`: it was asked for itself.
    pub partition_of: Option<(String, String)>,
    /// The role is, or is a member of, its owner.
    pub owned: Option<bool>,
    /// SELECT.
    pub select: Option<bool>,
    /// Row security is on, for the role as well.
    pub row_security: Option<bool>,
    /// It has a primary key.
    pub primary_key: bool,
    /// The unique index that could serve as replica identity.
    pub unique_index: Option<String>,
    /// The unique index that could become the primary key's: it is no constraint's yet.
    #[serde(default)]
    pub key_index: Option<String>,
    /// Bytes of values that are stored out of line.
    pub toast_bytes: Option<i64>,
    /// Bytes per row, if it was ever counted.
    pub row_bytes: Option<f64>,
    /// It has a trigger that fires at updates.
    pub update_trigger: bool,
    /// The first columns of its indexes.
    #[serde(default)]
    pub indexed: Vec<String>,
    /// Its columns.
    #[serde(default)]
    pub columns: Vec<Column>,
}

impl Table {
    /// `schema.name`, for people.
    pub fn shown(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// Whether updates and deletes of a published table tell which row they concern.
    pub fn has_identity(&self) -> bool {
        match self.identity.as_str() {
            "f" | "i" => true,
            "n" | "gone" => false,
            _ => self.primary_key,
        }
    }
}

/// A column.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// `format_type`.
    pub sql_type: String,
    /// `typtype`: `e` of an enum.
    pub type_kind: String,
    /// Whether long values may be stored out of line.
    pub toastable: bool,
    /// `attgenerated`: `s` stored, `v` virtual, or nothing.
    pub generated: String,
}

/// A publication.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Publication {
    /// Its name.
    #[serde(rename = "pubname")]
    pub name: String,
    /// FOR ALL TABLES.
    #[serde(rename = "puballtables")]
    pub all_tables: bool,
    /// Whether it publishes inserts.
    #[serde(rename = "pubinsert")]
    pub insert: bool,
    /// Whether it publishes updates.
    #[serde(rename = "pubupdate")]
    pub update: bool,
    /// Whether it publishes deletes.
    #[serde(rename = "pubdelete")]
    pub delete: bool,
    /// Whether it publishes TRUNCATE; 11 and later.
    #[serde(default, rename = "pubtruncate")]
    pub truncate: Option<bool>,
    /// `publish_via_partition_root`; 13 and later.
    #[serde(default, rename = "pubviaroot")]
    pub via_root: Option<bool>,
    /// `publish_generated_columns`: `n` none, `s` stored; 18 and later.
    #[serde(default, rename = "pubgencols")]
    pub generated_columns: Option<String>,
}

/// A row of `pg_publication_tables`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Published {
    /// The publication.
    #[serde(rename = "pubname")]
    pub publication: String,
    /// The table's schema.
    #[serde(rename = "schemaname")]
    pub schema: String,
    /// The table.
    #[serde(rename = "tablename")]
    pub table: String,
    /// The condition that rows must meet; 15 and later.
    #[serde(default, rename = "rowfilter")]
    pub row_filter: Option<String>,
    /// The columns that are published; 15 and later.
    #[serde(default, rename = "attnames")]
    pub columns: Option<Vec<String>>,
}

/// A table that looks like that of a heartbeat.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Heartbeat {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// INSERT and UPDATE.
    pub write: Option<bool>,
}
