//! Why a table is wrong: the mistake of its pipeline.
//!
//! A mistake is told only if its simulated pipeline explains what was found and predicts nothing else. Owns the mistakes,
//! the hypotheses to try, and the choice among them. Must not know how rows are judged, nor where they come from.
//!
//! A diagnosis takes a pass of its own over the keys, after the one that has found which classes of findings there are:
//! [`Hypotheses::for_findings`], then [`Diagnosis::add`] for each key, whether something was found of it or not (what a
//! mistake predicts of right keys speaks against it), then [`Diagnosis::tell`].

mod cover;
mod diagnosis;
mod facts;
mod grid;
#[cfg(test)]
mod grid_tests;
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
