//! What a warehouse must hold, and what is wrong with what it holds.
//!
//! A pure function of the truth, of the loads and of the rows found: no clock, no I/O. Must not know where the rows were
//! read from. Only `cell` knows texts of values; all else gets them as classes.
//!
//! # Terms
//!
//! A **version** of a row is the span `[from, to)` of ticks in which its values stood; neighbours whose graded values are
//! equal are one version. A row's life is a chain of **phases**: 0 (not inserted yet), 1 … n (its versions), n + 1
//! (deleted). A **load** has a bracket `[lo, hi]` of ticks: it saw all ticks up to `lo`, and none after `hi`; it saw one
//! phase of each row within its bracket, never an earlier one than the load before. What a table holds of a row is right
//! if it is the compressed values of some such path; only what no path allows is a finding.

mod align;
mod brackets;
pub mod cause;
pub mod cell;
mod conventions;
mod delta;
mod embed;
mod evidence;
mod finding;
mod forbidden;
mod found;
mod judge;
mod life;
mod load;
mod meaning;
pub mod pipeline;
mod reads;
pub mod report;
mod shape;
#[cfg(test)]
mod synthetic;

pub use conventions::{Conventions, Given, Note, Plan, Resolved};
pub use delta::DAY;
pub use evidence::{Brackets, Evidence, Unread};
pub use finding::{Class, Finding};
pub use found::{FoundRow, OPEN};
pub use judge::{Judge, Obligations, Path, Place, Tally, Verdict};
pub use life::{Life, NEVER, Span};
pub use load::{Load, Loads, UNSTAMPED};
pub use meaning::stamp_of;
pub use reads::{Reads, Sight};
pub use shape::{Capture, Deletes, Kind, Shape, Starts};

#[cfg(test)]
mod tests;
