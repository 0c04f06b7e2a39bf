//! Storms: whatever fails, and in whatever order, `verify` says the same in the end, and a shop that no
//! fault touched keeps its times.
//!
//! Each schedule derives from a seed that is printed; `SHOPSIM_TEST_SEED` repeats it. The short form is part
//! of the tests; `SHOPSIM_STORM_SECONDS` makes it longer, as docs/reliability.md tells.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the harness has more than storms need")]

mod by_hand;
mod calendar;
mod fifty;
#[path = "../end_to_end/harness.rs"]
mod harness;
mod inside;
#[path = "../end_to_end/oracle.rs"]
mod oracle;
mod process;
mod proxy;
mod resources;
#[path = "../end_to_end/server.rs"]
mod server;
mod storm;

use std::collections::BTreeMap;
use std::fmt;

use harness::Place;

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

/// A shop without its database: name, tick interval, pace; windows of a minute and of 20 seconds, no end.
pub fn shop(name: &str, interval: &str, pace: &str) -> String {
    format!(
        "name = \"{name}\"\ntick_interval = \"{interval}\"\npace = \"{pace}\"\nstop_after = \"0s\"\n\
         delete_older_than = \"1m\"\nupdate_not_older_than = \"20s\"\ntick_deadline = \"2s\""
    )
}

/// All tables of the place's chain are as they must be.
pub fn verify(place: &Place) -> String {
    let verdict = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verdict.code, Some(0), "{}{}", verdict.out, verdict.err);
    verdict.out
}

/// A shop that no fault touched, alone in its database, was never held up.
pub async fn assert_calm(server: &server::Server, database: &str) {
    let client = server.client(database).await;
    let pauses = server::number(&client, "SELECT count(*) FROM shopsim.pause").await;
    assert_eq!(pauses, 0, "the calm shop was held up");
}

/// How long a storm lasts.
pub fn storm_seconds() -> u64 {
    std::env::var("SHOPSIM_STORM_SECONDS").map_or(20, |seconds| seconds.parse().expect("a number of seconds"))
}
