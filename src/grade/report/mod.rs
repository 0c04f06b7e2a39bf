//! The report of a grading: what every format prints.
//!
//! Owns its form. Must not know how anything was found.

mod model;

pub use model::{
    CauseReport, ColumnReport, Example, Hints, KeyTimeline, LoadReport, Method, Obligation, Report,
    ShopReport, TableReport, TimelineRow, TimelineVersion,
};
