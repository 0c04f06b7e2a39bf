//! The signals that stop a run.
//!
//! Owns SIGINT and SIGTERM, which of them count as repeats, and the exit codes of a forced end.

use std::fmt;
use std::time::Duration;

use tokio::signal::unix::{self, SignalKind, signal};
use tokio::time::Instant;

/// A repetition within this time counts as the same signal: GNU `timeout` sends it to its child and then to the whole
/// process group, and a terminal and the parent process may both send it.
const SAME: Duration = Duration::from_millis(500);

/// SIGINT and SIGTERM.
pub struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    repeats: Repeats,
}

/// The last signal that counted.
#[derive(Default)]
struct Repeats(Option<(Signal, Instant)>);

impl Repeats {
    /// Whether a signal is not a repetition of the last one.
    fn is_new(&mut self, signal: Signal, now: Instant) -> bool {
        let is_same = |(last, at): (Signal, Instant)| last == signal && now.duration_since(at) < SAME;
        let is_new = !self.0.is_some_and(is_same);
        if is_new {
            self.0 = Some((signal, now));
        }
        is_new
    }
}

/// A signal that stops a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// Sent by `kill` and container engines.
    Terminate,
}

impl Signals {
    /// Handles both signals from now on.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            repeats: Repeats::default(),
        })
    }

    /// Waits for the next signal that is not a repetition.
    pub async fn next(&mut self) -> Signal {
        loop {
            let received = tokio::select! {
                _ = self.interrupt.recv() => Signal::Interrupt,
                _ = self.terminate.recv() => Signal::Terminate,
            };
            if self.repeats.is_new(received, Instant::now()) {
                return received;
            }
        }
    }
}

impl Signal {
    /// The exit code of a process whose end the signal forced.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_repeated_within_half_a_second_counts_once() {
        let began = Instant::now();
        let mut repeats = Repeats::default();
        let mut is_new = |received, millis| repeats.is_new(received, began + Duration::from_millis(millis));
        assert!(is_new(Signal::Terminate, 0));
        assert!(!is_new(Signal::Terminate, 1));
        assert!(!is_new(Signal::Terminate, 499));
        assert!(is_new(Signal::Terminate, 500), "counted from the one that counted");
        assert!(is_new(Signal::Interrupt, 501));
        assert!(is_new(Signal::Terminate, 502));
    }
}
