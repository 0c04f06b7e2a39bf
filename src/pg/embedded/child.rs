//! The process of a private server: spawned or found, waited for, signalled.
//!
//! Makes sure that no signal reaches another process that has reused the process id; must not know when a server is to
//! stop.

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

/// How often a server that is not our child is checked.
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
            None => f.write_str("exit status unknown")?,
        }
        if !self.log_tail.is_empty() {
            // Lines up to that one are about a successful start.
            let tail = self
                .log_tail
                .rsplit_once("ready to accept connections")
                .map_or(&*self.log_tail, |(_, end)| end);
            write!(f, "; last lines of its log: {}", tail.trim_start_matches(" | "))?;
        }
        Ok(())
    }
}

/// How a server was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It shut down cleanly.
    Clean,
    /// It needed an immediate shutdown; it recovers at its next start.
    Forced,
    /// It keeps running: `keep_running` is set, or another shopsim runs it.
    LeftRunning,
}

/// The server's process, taken as alive until its end is seen.
#[derive(Debug)]
pub(super) struct ServerProcess {
    /// Its process id.
    pub(super) pid: Pid,
    /// `None`: taken over, so it is not our child.
    child: Option<Child>,
    ended: bool,
    /// Where this server's lines begin in the log.
    log_since: u64,
}

impl ServerProcess {
    /// Spawns it as a direct child, without pg_ctl or a shell, so that its end is seen at once.
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
            _ => Err(std::io::Error::other("it has no process id")),
        });
        let (pid, child) = spawned.map_err(EmbeddedError::io("run", &programs.postgres))?;
        Ok(Self { pid, child: Some(child), ended: false, log_since })
    }

    /// A server that is already running.
    pub(super) fn found(pid: Pid, folder: &Folder) -> Self {
        let log_since = std::fs::metadata(folder.log()).map_or(0, |meta| meta.len());
        Self { pid, child: None, ended: false, log_since }
    }

    /// Waits for its end. May be dropped and called again.
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

    /// Sends a signal, but never to a process id that another process may have by now.
    pub(super) fn signal(&self, signal: Signal, folder: &Folder) {
        if !self.ended && (self.child.is_some() || serves(self.pid, &folder.data())) {
            // An error means that it has just ended.
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
            tracing::warn!(shop = folder.shop(), "its server is still running {STOP_WAIT:?} after {signal}");
        }
        Err(EmbeddedError::StillRunning { shop: folder.shop().to_owned(), pid: self.pid.as_raw() })
    }
}
