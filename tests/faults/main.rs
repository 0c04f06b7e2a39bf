//! Storms: whatever fails, and in whatever order, `verify` says the same in the end, and a shop that no
//! fault touched keeps its times.
//!
//! Each schedule derives from a seed that is printed; `SHOPSIM_TEST_SEED` repeats it. The short form is part
//! of the tests; `SHOPSIM_STORM_SECONDS` makes it longer, as docs/reliability.md tells.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the harness has more than storms need")]

#[path = "../end_to_end/harness.rs"]
mod harness;
mod process;
mod proxy;
#[path = "../end_to_end/server.rs"]
mod server;
mod storm;

use std::collections::BTreeMap;
use std::fmt;

/// How many faults of each kind were survived.
#[derive(Default)]
pub struct Tally(BTreeMap<&'static str, u32>);

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, fault: &'static str) {
        *self.0.entry(fault).or_default() += 1;
    }

    /// All of them.
    pub fn total(&self) -> u32 {
        self.0.values().sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(fault, count)| writeln!(f, "{count:>5}  {fault}"))
    }
}

/// How long a storm lasts.
pub fn storm_seconds() -> u64 {
    std::env::var("SHOPSIM_STORM_SECONDS").map_or(20, |seconds| seconds.parse().expect("a number of seconds"))
}
