//! The report of a grading, and its formats.
//!
//! Owns what a reader is told: points, the formats and what hints hide. Must not know how anything was found, nor where
//! the text goes.

mod explain;
mod hide;
mod html;
mod json;
mod junit;
mod markdown;
mod markup;
mod model;
mod score;
mod seen;
mod table;
mod words;

pub use explain::text as explain;
pub use html::text as html;
pub use json::text as json;
pub use junit::text as junit;
pub use markdown::text as markdown;
pub use model::{
    Bucket, CauseReport, ColumnReport, Example, Hints, KeyTimeline, LoadReport, Method, Obligation, Report,
    ShopReport, TableReport, TimelineRow, TimelineVersion,
};
pub use score::{ClassScore, Points, Score, Verdict};
pub use table::text as table;

#[cfg(test)]
mod tests;
