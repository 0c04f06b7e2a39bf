//! The place in a config where a provider is used: what its values depend on.
//!
//! Owns no rule: `plan` fills it in, providers read it through their arguments.

use super::locale::Locale;

/// What a provider is used for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// The language and country of the values.
    pub locale: Locale,
    /// Whether the column belongs to a group: the person or the place must then be the stream's first draw,
    /// so that columns whose streams begin alike describe the same one.
    pub grouped: bool,
    /// Whether no two values may be the same: [`super::Compiled::distinct`] must then be known.
    pub unique: bool,
    /// The most keys that the simulator assigns to rows of the column's table, from 1 on; 0 outside a table.
    pub keys: i64,
    /// The tables whose rows can be referred to.
    pub tables: &'a [Referable],
    /// Whether the column has a foreign key.
    pub references: bool,
    /// The column's own table by its place in `tables`, if it is one of them.
    pub own_table: Option<usize>,
}

/// A table whose rows can be referred to.
#[derive(Clone, Debug)]
pub struct Referable {
    /// Its name.
    pub name: String,
    /// The first key that the simulator never assigns.
    pub reserved_from: i64,
}
