//! Cells: whether the text that a column of the warehouse shows is the value that the source has, and if not, what was
//! done to it.
//!
//! Owns what a tool may do to a value without changing it ([`Comparison`]), which types cannot hold which values
//! ([`SchemaProblem`]), the changes that are known by name ([`Transform`]), and the reading of times of any form
//! ([`parse_moment`]). Must not know rows, loads or tables.

mod comparison;
mod moment;
mod problem;
#[cfg(test)]
mod property_tests;
mod reading;
mod sameness;
mod tally;
mod target;
#[cfg(test)]
mod tests;
mod transform;
#[cfg(test)]
mod transform_tests;
mod writing;

pub use comparison::Comparison;
pub use moment::{Moment, NotAMoment, is_open, parse_moment, shift_of};
pub use problem::SchemaProblem;
pub use tally::ColumnTally;
pub use target::TargetType;
pub use transform::{EpochUnit, NullWord, TimeUnit, Transform};
