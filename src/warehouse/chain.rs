//! What of a chain a mapping is about: the names of its tables, columns and shops.
//!
//! Must not know what the rows are.

use crate::config;
use crate::plan::TablePlan;

/// The chain that a warehouse is graded against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// Its tables, in their order.
    pub tables: Vec<ChainTable>,
    /// Its shops, in their order: those whose rows are looked for.
    pub shops: Vec<ChainShop>,
}

/// A table of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainTable {
    /// Its name.
    pub name: String,
    /// The column of its key.
    pub key: String,
    /// Its other columns in their order, `created_at` last.
    pub columns: Vec<String>,
    /// Whether a key tells the shop: no two shops have a row with the same one.
    pub keys_tell_shops: bool,
}

/// A shop of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainShop {
    /// Its name.
    pub name: String,
    /// Its city, if it has one.
    pub city: Option<String>,
    /// Whether its rows are graded. A table that does not say whose its rows are is one of the graded shops.
    pub graded: bool,
}

impl From<&TablePlan> for ChainTable {
    fn from(table: &TablePlan) -> Self {
        let columns = table.columns.iter().map(|column| column.name.clone());
        let columns = columns.chain(table.tech.iter().map(|tech| tech.name.clone())).collect();
        Self { name: table.name.clone(), key: table.key.clone(), columns, keys_tell_shops: false }
    }
}

impl From<&config::Shop> for ChainShop {
    fn from(shop: &config::Shop) -> Self {
        Self { name: shop.name.value.clone(), city: shop.city.clone(), graded: true }
    }
}

impl Chain {
    /// The table of a name.
    pub fn table(&self, name: &str) -> Option<&ChainTable> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl ChainTable {
    /// Its columns, the key first.
    pub fn all_columns(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.key.as_str()).chain(self.columns.iter().map(String::as_str))
    }
}
