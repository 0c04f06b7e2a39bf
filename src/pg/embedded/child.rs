//! The process of a private server: spawned or found, waited for, signalled.
//!
//! Owns the care that no signal reaches a process which merely has got the number since; must not know
//! when a server is to end.

use std::process::ExitStatus;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use super::error::EmbeddedError;
use super::folder::Folder;
use super::postmaster::serves;
use super::process::command;
use super::programs::Programs;
use super::settings::PrivateServerOptions;

/// How often a server that is not our child is looked at.
const ALIVE_POLL: Duration = Duration::from_millis(200);
/// How long a server may take to obey a signal.
const STOP_WAIT: Duration = Duration::from_secs(10);

/// How a server ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitReport {
    /// Its exit status; `None` if it was not our child.
    pub status: Option<ExitStatus>,
    /// The last lines of its log.
    pub log_tail: String,
}

impl std::fmt::Display for ExitReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.status {
            Some(status) => write!(f, "{status}")?,
            None => f.write_str("no exit status known")?,
        }
        if !self.log_tail.is_empty() {
            // What it said before it was ready, and while, is of a good start.
            let tail = self
                .log_tail
                .rsplit_once("ready to accept connections")
                .map_or(&*self.log_tail, |(_, end)| end);
            write!(f, "; its last lines: {}", tail.trim_start_matches(" | "))?;
        }
        Ok(())
    }
}

/// What became of a server at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It shut down in good order.
    Clean,
    /// It had to be told to drop everything; it recovers at its next start.
    Forced,
    /// It runs on: `keep_running`, or another shopsim's.
    LeftRunning,
}

/// The server's process, alive until it has been seen to end.
#[derive(Debug)]
pub(super) struct ServerProcess {
    /// Its number.
    pub(super) pid: Pid,
    /// `None`: taken over, so not ours to reap.
    child: Option<Child>,
    ended: bool,
    /// Where this server's lines begin in the log.
    log_since: u64,
}

impl ServerProcess {
    /// A direct child: no polling by pg_ctl, no shell, reaped by us, and its death is seen at once.
    pub(super) fn spawn(
        settings: &PrivateServerOptions,
        folder: &Folder,
        programs: &Programs,
    ) -> Result<Self, EmbeddedError> {
        let at_our_death = (!settings.keep_running).then_some(Signal::SIGINT);
        let (log, log_since) = folder.open_log()?;
        let second = log.try_clone().map_err(EmbeddedError::io("open", folder.log()))?;
        let mut postgres = command(&programs.postgres, folder.root(), folder.account(), at_our_death);
        postgres.arg("-D").arg(folder.data()).stdout(log).stderr(second);
        let spawned = postgres.spawn().and_then(|child| match child.id().map(i32::try_from) {
            Some(Ok(pid)) => Ok((Pid::from_raw(pid), child)),
            _ => Err(std::io::Error::other("it has no process number")),
        });
        let (pid, child) = spawned.map_err(EmbeddedError::io("run", &programs.postgres))?;
        Ok(Self { pid, child: Some(child), ended: false, log_since })
    }

    /// The server that runs already.
    pub(super) fn found(pid: Pid, folder: &Folder) -> Self {
        let log_since = std::fs::metadata(folder.log()).map_or(0, |meta| meta.len());
        Self { pid, child: None, ended: false, log_since }
    }

    /// Waits for the end. May be dropped and called again.
    pub(super) async fn ended(&mut self, folder: &Folder) -> ExitReport {
        let mut status = None;
        if !self.ended {
            match &mut self.child {
                Some(child) => status = child.wait().await.ok(),
                None => {
                    let data = folder.data();
                    while serves(self.pid, &data) {
                        sleep(ALIVE_POLL).await;
                    }
                }
            }
            self.ended = true;
        }
        ExitReport { status, log_tail: folder.log_tail(self.log_since) }
    }

    /// Sends a signal, but never to a number that another process may have by now.
    pub(super) fn signal(&self, signal: Signal, folder: &Folder) {
        if !self.ended && (self.child.is_some() || serves(self.pid, &folder.data())) {
            // It may end at this very moment, which is what is wanted.
            let _ = kill(self.pid, signal);
        }
    }

    /// Shuts the server down and waits for its end.
    ///
    /// SIGINT is PostgreSQL's fast shutdown (SIGTERM would wait for every client), SIGQUIT the immediate one.
    pub(super) async fn shut_down(&mut self, folder: &Folder) -> Result<Stopped, EmbeddedError> {
        for (signal, outcome) in [(Signal::SIGINT, Stopped::Clean), (Signal::SIGQUIT, Stopped::Forced)] {
            self.signal(signal, folder);
            if timeout(STOP_WAIT, self.ended(folder)).await.is_ok() {
                return Ok(outcome);
            }
            tracing::warn!(shop = folder.shop(), "its server has not ended {STOP_WAIT:?} after {signal}");
        }
        Err(EmbeddedError::StillRunning { shop: folder.shop().to_owned(), pid: self.pid.as_raw() })
    }
}
