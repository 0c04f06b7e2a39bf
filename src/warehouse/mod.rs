//! The warehouse that a pipeline has loaded: which of its tables hold what, and their rows.
//!
//! `catalog` is what there is, `chain` what is looked for, `preset` what tools make; `detect` settles from these, from
//! a `warehouse.toml` and from answers to its questions (`question`) what each table means (`mapping`), which `print`
//! writes down. All this is pure: `postgres` and `files` list the tables and answer the questions. Must not know what
//! is right.

mod catalog;
mod chain;
mod csv;
mod detect;
mod files;
mod key;
mod mapping;
pub mod postgres;
mod preset;
mod print;
mod question;
mod select;
mod shops;
mod sorted;
mod sorter;
mod words;

pub use catalog::{Catalog, Column, Relation, RelationName};
pub use chain::{Chain, ChainShop, ChainTable};
pub use detect::{Request, Settled, settle};
pub use files::{Files, FilesError};
pub use key::FoundKey;
pub use mapping::{Deleted, LoadsFrom, LoadsTable, Mapping, Reading, ShopRows, Side, TableMapping};
pub use preset::{Grade, grade};
pub use print::print;
pub use question::{Answer, Answers, MOST_VALUES, Question};
pub use select::{
    Line, keys as select_keys, references as select_references, rows as select_rows, unescaped,
};
pub use sorted::{KeySorter, SortedLines, sorted_files};
