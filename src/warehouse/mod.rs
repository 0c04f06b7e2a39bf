//! The warehouse that a pipeline has loaded: which of its tables hold what, and their rows.
//!
//! `catalog` is what there is, `mapping` what it means. Must not know what is right.

mod catalog;
mod mapping;
mod select;
mod sorted;

pub use catalog::{Catalog, Column, Relation, RelationName};
pub use mapping::{Deleted, LoadsFrom, Mapping, ShopRows, TableMapping};
pub use sorted::{FileError, SortedFiles};
pub use select::{Line, rows as select_rows};
