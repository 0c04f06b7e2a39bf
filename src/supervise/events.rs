//! What has happened to the shops of a run: the phases that they entered, with the reason, and their pauses.
//!
//! Owns the log of these events, which is bounded in bytes: the oldest are dropped first. The supervisor writes it,
//! readers never block it for longer than it takes to copy what they ask for. Must not know its readers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::phase::Phase;
use super::tally::Cause;
use crate::clock::Pause;
use crate::value::Timestamp;

/// The events that are kept take at most about this many bytes.
const BYTES: usize = 1 << 20;

/// The log of a run. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct EventLog(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<LoggedEvent>,
    /// The number of the next event.
    next: u64,
    bytes: usize,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Its number: 1, 2, 3 … of the run.
    pub number: u64,
    /// The wall time.
    pub at: Timestamp,
    /// The shop's place in the chain.
    pub shop: usize,
    /// What happened.
    pub kind: EventKind,
}

/// What happened to a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// It entered a phase, or another reason holds for the same phase.
    Phase {
        /// The phase.
        phase: Phase,
        /// The error that led to it.
        error: Option<Arc<str>>,
        /// The cause of a restart.
        cause: Option<Cause>,
        /// When it will be restarted.
        retry_at: Option<Timestamp>,
    },
    /// A pause was put before a tick.
    Pause(Pause),
}

impl EventLog {
    /// Appends an event.
    pub fn push(&self, at: Timestamp, shop: usize, kind: EventKind) {
        let mut kept = self.lock();
        kept.next += 1;
        let event = LoggedEvent { number: kept.next, at, shop, kind };
        kept.bytes += event.bytes();
        kept.entries.push_back(event);
        while kept.bytes > BYTES {
            let Some(dropped) = kept.entries.pop_front() else { break };
            kept.bytes -= dropped.bytes();
        }
    }

    /// The events with numbers above this one, as far as they are kept.
    pub fn after(&self, number: u64) -> Vec<LoggedEvent> {
        let kept = self.lock();
        let first = kept.entries.partition_point(|event| event.number <= number);
        kept.entries.range(first..).cloned().collect()
    }

    /// The number of the last event; 0 if there was none.
    pub fn last(&self) -> u64 {
        self.lock().next
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // No holder can panic halfway through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LoggedEvent {
    /// About the bytes that it takes.
    fn bytes(&self) -> usize {
        let text = match &self.kind {
            EventKind::Phase { error: Some(error), .. } => error.len(),
            EventKind::Phase { .. } | EventKind::Pause(_) => 0,
        };
        size_of::<Self>() + text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(error: &str) -> EventKind {
        EventKind::Phase {
            phase: Phase::BackingOff,
            error: Some(error.into()),
            cause: Some(Cause::Transient),
            retry_at: None,
        }
    }

    #[test]
    fn events_are_numbered_and_read_from_any_number_on() {
        let log = EventLog::default();
        (0..3).for_each(|at| log.push(Timestamp(at), 7, failed("no answer")));
        let numbers = |after| log.after(after).iter().map(|event| event.number).collect::<Vec<_>>();
        assert_eq!((numbers(0), numbers(2), numbers(9)), (vec![1, 2, 3], vec![3], vec![]));
        assert_eq!(log.last(), 3);
    }

    #[test]
    fn the_oldest_are_dropped_so_that_the_bytes_are_bounded() {
        let log = EventLog::default();
        let long = "x".repeat(BYTES / 10);
        (0..100).for_each(|at| log.push(Timestamp(at), 0, failed(&long)));
        let kept = log.after(0);
        assert!((8..10).contains(&kept.len()), "{} of 100", kept.len());
        assert_eq!(kept.last().map(|event| event.number), Some(100));
    }
}
