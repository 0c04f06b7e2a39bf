//! The signals that end a run.
//!
//! Owns SIGINT and SIGTERM, which of them are one, and the exit codes of processes that they force to end.

use std::fmt;
use std::time::Duration;

use tokio::signal::unix::{self, SignalKind, signal};
use tokio::time::Instant;

/// The same signal within so long is the same wish: GNU `timeout` sends it to its child and then to the whole process
/// group, as a terminal and the program that waits for us may both do.
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
    /// Whether a signal says something new.
    fn is_new(&mut self, signal: Signal, now: Instant) -> bool {
        let is_same = |(last, at): (Signal, Instant)| last == signal && now.duration_since(at) < SAME;
        let is_new = !self.0.is_some_and(is_same);
        if is_new {
            self.0 = Some((signal, now));
        }
        is_new
    }
}

/// A signal that ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// What `kill` and container engines send.
    Terminate,
}

impl Signals {
    /// Takes both signals from now on.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            repeats: Repeats::default(),
        })
    }

    /// The next signal that is not the last one once more.
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
    /// The exit code of a process that the signal forced to end.
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
    fn the_same_signal_within_half_a_second_is_one_and_later_or_another_one_is_not() {
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
