//! The history that the page shows: samples of every shop's counters, kept by the process so that a reload loses nothing.
//!
//! Owns when samples are taken: once a period, while the supervisor answers. Must not know who reads them.

mod history;
mod series;
mod slot;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{PATIENCE, Pages, ShopFacts, Stage};
use crate::supervise::{GetShared, GetStatus, Shared, ShopStatus};
use crate::value::Timestamp;
use history::Sampler;

pub use history::History;
pub use series::{Point, Rates, Series, Ticks, latest};

/// How often it is decided whether to look at the shops.
const TURN: Duration = Duration::from_secs(1);

/// What is recorded of a run.
#[derive(Default)]
pub struct Recorder {
    watched: OnceLock<Watched>,
    history: Mutex<Option<History>>,
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

    /// The samples until now; `None` until the shops have begun, and for more of them than a history is kept of.
    pub fn history(&self) -> Option<History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of the last sample, 0 before the first, and the time between two.
    pub fn last(&self) -> (u64, Duration) {
        let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.as_ref().map_or((0, TURN), |history| (history.last(), history.size.period()))
    }

    /// What has recorded these samples.
    #[cfg(test)]
    pub fn of(history: History) -> Self {
        Self { history: Mutex::new(Some(history)), ..Self::default() }
    }

    fn change(&self, change: impl FnOnce(&mut Option<History>)) {
        // No holder can panic halfway through a change.
        change(&mut self.history.lock().unwrap_or_else(PoisonError::into_inner));
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
    let Ok(shared) = supervisor.send(GetShared).await else { return };
    let _ = recorder.watched.set(Watched { facts, shared });
    let mut turns = interval(TURN);
    turns.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut sampling = None;
    loop {
        turns.tick().await;
        if sampling.as_ref().is_some_and(|sampling: &Sampling| Instant::now() < sampling.due) {
            continue;
        }
        match timeout(PATIENCE, supervisor.send(GetStatus)).await {
            Ok(Ok(shops)) => {
                if sampling.is_none() {
                    sampling = Sampling::begin(&recorder, &shops);
                }
                // Too many shops have no history.
                let Some(sampling) = &mut sampling else { return };
                sampling.sample(&recorder, &shops, (pages.wall)());
            }
            // It has ended.
            Ok(Err(_)) => return,
            // It is silent: there is no sample.
            Err(_) => {}
        }
    }
}

/// The taking of samples.
struct Sampling {
    sampler: Sampler,
    period: Duration,
    /// When the next one is due.
    due: Instant,
}

impl Sampling {
    /// Begins a history; `None` if there are too many shops for one.
    fn begin(recorder: &Recorder, shops: &[ShopStatus]) -> Option<Self> {
        let (history, sampler) = History::begin(shops)?;
        let period = history.size.period();
        recorder.change(|kept| *kept = Some(history));
        Some(Self { sampler, period, due: Instant::now() })
    }

    fn sample(&mut self, recorder: &Recorder, shops: &[ShopStatus], wall: Timestamp) {
        while self.due <= Instant::now() {
            self.due += self.period;
        }
        let read = self.sampler.read(shops, wall);
        recorder.change(|kept| {
            if let Some(history) = kept {
                history.add(read);
            }
        });
    }
}
