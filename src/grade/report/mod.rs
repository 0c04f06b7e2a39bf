//! The report of a grading, and its formats.
//!
//! Owns what a reader is told: points, the formats and what hints hide. Must not know how anything was found, nor where
//! the text goes.

mod hide;
mod json;
mod model;
mod score;
mod table;
mod words;

pub use json::text as json;
pub use model::{
    Bucket, CauseReport, ColumnReport, Example, Hints, KeyTimeline, LoadReport, Method, Obligation, Report,
    ShopReport, TableReport, TimelineRow, TimelineVersion,
};
pub use score::{ClassScore, Points, Score, Verdict};
pub use table::text as table;

#[cfg(test)]
mod tests;
