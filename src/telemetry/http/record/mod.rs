//! The history that the page shows: samples of every shop's counters, kept by the process so that a reload loses nothing.
//!
//! Owns when samples are taken. Must not know who reads them.

use std::sync::{Arc, OnceLock};

use super::{Pages, ShopFacts, Stage};
use crate::supervise::{GetShared, Shared};

/// What is recorded of a run.
#[derive(Default)]
pub struct Recorder {
    watched: OnceLock<Watched>,
}

/// What of the shops can be looked at since they began.
pub struct Watched {
    /// What does not change.
    pub facts: Arc<[ShopFacts]>,
    /// What the supervisor shares.
    pub shared: Shared,
}

impl Recorder {
    /// The shops; `None` until they have begun.
    pub fn watched(&self) -> Option<&Watched> {
        self.watched.get()
    }
}

/// Records until the run has ended.
pub async fn record(pages: Arc<Pages>, recorder: Arc<Recorder>) {
    let mut stage = pages.stage.clone();
    let Ok(Stage::Playing(supervisor, facts)) =
        stage.wait_for(|stage| matches!(stage, Stage::Playing(..))).await.map(|stage| stage.clone())
    else {
        return;
    };
    if let Ok(shared) = supervisor.send(GetShared).await {
        let _ = recorder.watched.set(Watched { facts, shared });
    }
}
