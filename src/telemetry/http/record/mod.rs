//! The history that the page shows: samples of every shop's counters, kept by the process so that a reload loses nothing.
//!
//! Owns when the shops are looked at: for a sample once a period, and once a second while somebody reads the stream of
//! events. If the supervisor is silent, there is neither. Must not know how what it saw is told.

mod frame;
mod history;
pub mod series;
mod slot;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{PATIENCE, Pages, ShopFacts, Stage};
use crate::supervise::{GetShared, GetStatus, Shared, ShopStatus};
use crate::value::Timestamp;
use frame::Looks;
use history::Sampler;

pub use frame::{Frame, shown};
pub use history::History;
pub use series::{Point, Series, latest};

/// How often it is decided whether to look at the shops.
const TURN: Duration = Duration::from_secs(1);
/// How many streams of events there may be. Each takes a connection for a long time: the others are for probes.
pub const STREAMS: usize = 8;

/// What is recorded of a run.
#[derive(Default)]
pub struct Recorder {
    watched: OnceLock<Watched>,
    history: Mutex<Option<History>>,
    /// The last look; `None` while nobody reads.
    frames: watch::Sender<Option<Arc<Frame>>>,
    /// The number of streams.
    streams: watch::Sender<usize>,
    /// A stream waits for its first look.
    arrived: Notify,
}

/// What of the shops can be looked at since they began.
pub struct Watched {
    /// What does not change.
    pub facts: Arc<[ShopFacts]>,
    /// What the supervisor shares.
    pub shared: Shared,
}

/// The place of a stream of events, free again when this is dropped.
pub struct Place(Arc<Recorder>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.streams.send_modify(|streams| *streams -= 1);
    }
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

    /// A place for a stream, and the looks at the shops from now on; `None` if there are too many streams.
    pub fn enter(self: Arc<Self>) -> Option<(Place, watch::Receiver<Option<Arc<Frame>>>)> {
        let take = |streams: &mut usize| {
            let is_free = *streams < STREAMS;
            *streams += usize::from(is_free);
            is_free
        };
        if !self.streams.send_if_modified(take) {
            return None;
        }
        let frames = self.frames.subscribe();
        if frames.borrow().is_none() {
            self.arrived.notify_one();
        }
        Some((Place(self), frames))
    }

    /// Waits until there is no stream.
    pub async fn is_unread(&self) {
        // It cannot fail: the sender is here.
        let _ = self.streams.subscribe().wait_for(|streams| *streams == 0).await;
    }

    /// What has recorded these samples.
    #[cfg(test)]
    pub fn of(history: History) -> Self {
        Self { history: Mutex::new(Some(history)), ..Self::default() }
    }

    /// Shows a look to the streams.
    #[cfg(test)]
    pub fn show(&self, frame: Frame) {
        self.frames.send_replace(Some(Arc::new(frame)));
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
    let events = shared.events.clone();
    let _ = recorder.watched.set(Watched { facts, shared });
    let mut turns = interval(TURN);
    turns.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (mut sampling, mut looks) = (Sampling::default(), Looks::default());
    loop {
        // A look for a stream that has just arrived is none of the regular ones, which have the same distance.
        let turn = tokio::select! {
            turn = turns.tick() => Some(turn),
            () = recorder.arrived.notified() => None,
        };
        let is_read = *recorder.streams.borrow() > 0;
        if !is_read {
            looks.forget();
            recorder.frames.send_if_modified(|frame| frame.take().is_some());
        }
        let due = turn.filter(|turn| sampling.is_due(*turn));
        if due.is_none() && !is_read {
            continue;
        }
        let shops = match timeout(PATIENCE, supervisor.send(GetStatus)).await {
            Ok(Ok(shops)) => shops,
            // It has ended.
            Ok(Err(_)) => return,
            // It is silent.
            Err(_) => continue,
        };
        let wall = (pages.wall)();
        if let Some(turn) = due {
            sampling.sample(&recorder, &shops, turn, wall);
        }
        if is_read {
            let (sample, _) = recorder.last();
            let shops = shown(&shops, recorder.history().as_ref(), wall);
            let frame = Frame::new(shops, wall, sample, events.last());
            if let Some(frame) = looks.look(frame) {
                recorder.frames.send_replace(Some(frame));
            }
        }
    }
}

/// The taking of samples.
#[derive(Default)]
enum Sampling {
    /// There was none.
    #[default]
    Before,
    /// The time between two, and when the next one is due.
    Begun { sampler: Sampler, period: Duration, due: Instant },
    /// There are too many shops for a history.
    Never,
}

impl Sampling {
    fn is_due(&self, turn: Instant) -> bool {
        match self {
            Self::Before => true,
            Self::Begun { due, .. } => *due <= turn,
            Self::Never => false,
        }
    }

    fn sample(&mut self, recorder: &Recorder, shops: &[ShopStatus], turn: Instant, wall: Timestamp) {
        if matches!(self, Self::Before) {
            *self = match History::begin(shops) {
                Some((history, sampler)) => {
                    let period = history.size.period();
                    recorder.change(|kept| *kept = Some(history));
                    Self::Begun { sampler, period, due: turn }
                }
                None => Self::Never,
            };
        }
        if let Self::Begun { sampler, period, due } = self {
            while *due <= turn {
                *due += *period;
            }
            let read = sampler.read(shops, wall);
            recorder.change(|kept| {
                if let Some(history) = kept {
                    history.add(read);
                }
            });
        }
    }
}
