//! The warehouse that a pipeline has loaded: which of its tables hold what, and their rows.
//!
//! `catalog` is what there is, `chain` what is looked for, `preset` what tools make; `detect` settles from these, from a
//! `warehouse.toml` and from answers to its questions (`question`) what each table means (`mapping`), which `print`
//! writes down. All this is pure: `postgres` and `files` list the tables and answer the questions. Must not know what is
//! right.

mod catalog;
mod chain;
mod detect;
mod mapping;
mod preset;
mod print;
mod question;
mod select;
mod server;
mod shops;
mod sorted;
mod words;

pub use catalog::{Catalog, Column, Relation, RelationName};
pub use chain::{Chain, ChainShop, ChainTable};
pub use detect::{Request, Settled, settle};
pub use mapping::{Deleted, LoadsFrom, Mapping, ShopRows, TableMapping};
pub use preset::{Grade, grade};
pub use print::print;
pub use question::{Answer, Answers, MOST_VALUES, Question};
pub use server::{answer as answer_of_server, catalog as catalog_of_server, catalog_of_files, answer_of_files};
pub use select::{Line, rows as select_rows};
pub use sorted::{FileError, SortedFiles};
