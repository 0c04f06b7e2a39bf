//! What a run has recorded, as a file: start, pauses and last tick of each shop, so that the contents of the tables can be
//! computed where the shops' databases are out of reach.
//!
//! Owns what is recorded of a shop and its comparison with a plan; `document` owns the format. Must not know where the
//! text comes from.

mod document;
#[cfg(test)]
mod tests;

use crate::clock::{Checkpoint, Origin, Timeline};
use crate::config::Start;
use crate::plan::{ShopPlan, differing_lines};
use crate::stream::OUTPUT_VERSION;
use crate::suggest::nearest;
use crate::text::harmless;

pub use document::OriginError;

/// The largest file that is read, in bytes: some 800,000 pauses.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// What the runs of some shops have recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// The output version of the runs.
    pub output_version: u32,
    /// The shops; their names differ.
    pub shops: Vec<RecordedShop>,
}

/// What the run of one shop has recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedShop {
    /// Its name.
    pub name: String,
    /// The seed of the run.
    pub seed: u64,
    /// The fingerprint of its plan: 64 hexadecimal digits.
    pub fingerprint: String,
    /// The lines that the fingerprint is made of.
    pub settings: Vec<String>,
    /// Its progress, with every pause individually.
    pub checkpoint: Checkpoint,
    /// The origin and the last tick of the checkpoint, which always has both.
    origin: Origin,
    last_tick: u64,
}

impl RecordedShop {
    /// The record of a plan's run; `None` if its first tick was never committed.
    pub fn of(plan: &ShopPlan, checkpoint: Checkpoint) -> Option<Self> {
        let (origin, last_tick) = checkpoint.origin.zip(checkpoint.last_tick)?;
        Some(Self {
            name: plan.name.clone(),
            seed: plan.seed,
            fingerprint: plan.fingerprint(),
            settings: plan.describe(),
            checkpoint,
            origin,
            last_tick,
        })
    }

    /// The last tick that was committed.
    pub fn last_tick(&self) -> u64 {
        self.last_tick
    }

    /// The times of its ticks, if they are those of a plan.
    pub fn timeline(&self, plan: &ShopPlan) -> Timeline {
        Timeline::of(&self.origin, plan.interval, &self.checkpoint.pauses)
    }

    /// How seed, config and start differ from a plan and its `start`; empty if the ticks are the plan's.
    pub fn differences(&self, plan: &ShopPlan, start: Start) -> Vec<String> {
        let mut differences = Vec::new();
        if self.seed != plan.seed {
            differences.push(format!("seed {} → {}", self.seed, plan.seed));
        }
        if self.fingerprint != plan.fingerprint() {
            let lines = differing_lines(&self.settings, &plan.describe());
            if lines.is_empty() {
                differences.push(format!("fingerprint {} → {}", self.fingerprint, plan.fingerprint()));
            }
            differences
                .extend(lines.into_iter().map(|(what, there, here)| format!("{what} {there} → {here}")));
        }
        if let Start::At(at) = start
            && at != self.origin.start
        {
            differences.push(format!("start {} → {}", self.origin.start.to_rfc3339(), at.to_rfc3339()));
        }
        if differences.is_empty()
            && let Some(table) = plan.out_of_ids(self.last_tick)
        {
            differences
                .push(format!("its last tick {} is after the last id of {}", self.last_tick, table.name));
        }
        differences.iter().map(|difference| harmless(difference).into_owned()).collect()
    }
}

impl Origins {
    /// The records of shops whose tables this shopsim has written.
    pub fn new(shops: Vec<RecordedShop>) -> Self {
        Self { output_version: OUTPUT_VERSION, shops }
    }

    /// The record of a plan's run, with the `start` of its config.
    ///
    /// # Errors
    /// There is none in the file, or it is the record of another output version, seed, config or start: what differs.
    pub fn of(&self, plan: &ShopPlan, start: Start) -> Result<&RecordedShop, String> {
        let name = &plan.name;
        let Some(shop) = self.shops.iter().find(|shop| shop.name == *name) else {
            let names: Vec<&str> = self.shops.iter().map(|shop| shop.name.as_str()).collect();
            let hint = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "it has none".to_owned(),
                None => format!("its shops are: {}", names.join(", ")),
            };
            return Err(harmless(&format!("the file does not have this shop; {hint}")).into_owned());
        };
        let differences = match self.output_version == OUTPUT_VERSION {
            true => shop.differences(plan, start),
            // The fingerprint contains the output version.
            false => vec![format!("output version {} → {OUTPUT_VERSION}", self.output_version)],
        };
        if differences.is_empty() {
            return Ok(shop);
        }
        Err(format!("it ran with a different seed or config: {}", differences.join("; ")))
    }
}
