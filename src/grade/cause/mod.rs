//! Why a table is wrong: the mistake of its pipeline.
//!
//! A mistake is told only if its simulated pipeline explains what was found and predicts nothing else. Owns the mistakes,
//! the hypotheses to try, and the choice among them. Must not know how rows are judged, nor where they come from.

mod cover;
mod diagnosis;
mod facts;
mod grid;
mod hypothesis;
mod id;
#[cfg(test)]
mod planted_tests;
#[cfg(test)]
mod shipped_tests;
#[cfg(test)]
mod tests;

pub use diagnosis::{Diagnosis, Told, ToldCause};
pub use facts::{ends_mixed, shops_merged, times_shifted};
pub use grid::{Hypotheses, MOST, TableFacts};
pub use hypothesis::{Hypothesis, Parameter};
pub use id::Id;
