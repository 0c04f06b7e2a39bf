//! Faker's `job` module.
//!
//! Owns the list of occupations.

use std::sync::LazyLock;

use super::texts::{List, list};
use super::{Compiled, Provider};

/// The family's providers.
pub const PROVIDERS: &[Provider] = &[Provider {
    name: "job",
    summary: "an occupation, such as Civil engineer",
    params: &[],
    compile: |_| Ok(Compiled::one_of(&JOBS)),
}];

/// Occupations, a selection of our own: Faker's are of a British careers service and as various.
static JOBS: List = LazyLock::new(|| list(include_str!("data/jobs.txt")));
