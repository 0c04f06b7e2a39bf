//! A running private server: started or taken over, waited for, stopped.
//!
//! Owns the order of a start and of a stop, and the shop's lock; must not decide what happens after the server has died:
//! that is in `keeper`.

use std::fs::File;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::time::Duration;

use nix::fcntl::Flock;
use nix::sys::signal::Signal;
use tokio::time::{Instant, interval, sleep, timeout};

use super::child::{ExitReport, ServerProcess, Stopped};
use super::cluster;
use super::error::EmbeddedError;
use super::folder::Folder;
use super::postmaster::{self, Postmaster, Status};
use super::programs::Programs;
use super::roles;
use super::settings::{PrivateServerOptions, Spec};
use super::template;
use crate::config;

/// How often a starting server is checked.
const READY_POLL: Duration = Duration::from_millis(10);
/// How often an occupied port and a lock held by another process are retried.
const RETRY: Duration = Duration::from_millis(50);
/// How often a wait is logged.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the remains of a killed server may occupy its port.
const PORT_WAIT: Duration = Duration::from_millis(500);

/// A shop's running private server, with its role and database.
///
/// If dropped without [`stop`](Self::stop), it is sent a shutdown signal but not waited for.
#[derive(Debug)]
pub struct PrivateServer {
    spec: Spec,
    folder: Folder,
    process: ServerProcess,
    /// The actual port: an ALTER SYSTEM may have changed it.
    port: u16,
    /// Whether we stop it: not with `keep_running`, nor if another shopsim runs it.
    stops: bool,
    /// Held as long as we run the server; `None`: another shopsim runs it.
    lock: Option<Flock<File>>,
}

impl PrivateServer {
    /// Starts a shop's server, or takes over a running one, and creates its role and database. Waits as long as the server
    /// is alive: recovery may take long. To be called on the main thread, see the module's documentation.
    pub async fn start(settings: &PrivateServerOptions, spec: &Spec) -> Result<Self, EmbeddedError> {
        let mut server = Self::open(settings, spec).await?;
        server.ready().await?;
        Ok(server)
    }

    /// All steps up to spawning the server process. May be dropped at any await: no process is left running before it
    /// returns.
    pub(super) async fn open(settings: &PrivateServerOptions, spec: &Spec) -> Result<Self, EmbeddedError> {
        let folder = Folder::create(settings, &spec.shop)?;
        let lock = match lock_or_guest(&folder).await? {
            Ok(lock) => lock,
            Err(postmaster) => return Ok(Self::found(settings, spec, folder, postmaster, None)),
        };
        let data = folder.data();
        let major = cluster::major(&data)?;
        if let Some(postmaster) = survivor(&folder, spec).await? {
            if !cluster::configure(&folder, settings, spec)? {
                tracing::debug!(shop = spec.shop, pid = postmaster.pid.as_raw(), "server taken over");
                return Ok(Self::found(settings, spec, folder, postmaster, Some(lock)));
            }
            tracing::info!(shop = spec.shop, "its server runs with different settings; restarting it");
            ServerProcess::found(postmaster.pid, &folder).shut_down(&folder).await?;
        }
        try_port(settings, spec).await?;
        let programs = Programs::find(settings, major).await?;
        if major.is_none() {
            template::create(settings, &programs, &folder).await?;
        }
        cluster::configure(&folder, settings, spec)?;
        postmaster::remove_stale(&data);
        let process = ServerProcess::spawn(settings, &folder, &programs)?;
        let (stops, lock) = (!settings.keep_running, Some(lock));
        Ok(Self { spec: spec.clone(), process, folder, port: spec.port, stops, lock })
    }

    /// A server that is already running: ours if we have the lock, else another shopsim's.
    fn found(
        settings: &PrivateServerOptions,
        spec: &Spec,
        folder: Folder,
        postmaster: Postmaster,
        lock: Option<Flock<File>>,
    ) -> Self {
        Self {
            spec: spec.clone(),
            process: ServerProcess::found(postmaster.pid, &folder),
            folder,
            port: postmaster.port,
            stops: lock.is_some() && !settings.keep_running,
            lock,
        }
    }

    /// Waits until the server accepts connections, then makes sure that role and database exist. After an error, and if
    /// the future is dropped, the server can still be stopped.
    pub(super) async fn ready(&mut self) -> Result<(), EmbeddedError> {
        let Self { spec, folder, process, .. } = self;
        self.port = patiently(spec, "for its server to be ready", async {
            let data = folder.data();
            let mut poll = interval(READY_POLL);
            loop {
                let ended = tokio::select! {
                    report = process.ended(folder) => Some(report),
                    _ = poll.tick() => None,
                };
                if let Some(report) = ended {
                    return Err(start_failed(folder, &report));
                }
                match Postmaster::read(&data) {
                    Some(found) if found.pid == process.pid && found.status == Status::Ready => {
                        return Ok(found.port);
                    }
                    _ => {}
                }
            }
        })
        .await?;
        if self.lock.is_some() {
            roles::ensure(&self.folder, &self.spec, self.port).await
        } else {
            roles::await_made(&self.spec, self.port).await
        }
    }

    /// The port that the server listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's process.
    pub fn pid(&self) -> i32 {
        self.process.pid.as_raw()
    }

    /// Whether another shopsim runs this server, and this one only uses it.
    pub fn is_guest(&self) -> bool {
        self.lock.is_none()
    }

    /// How to reach the database.
    pub fn connection(&self) -> config::ConnectionParameters {
        config::ConnectionParameters { port: self.port, ..self.spec.connection() }
    }

    /// The URL to print.
    pub fn url(&self) -> String {
        Spec { port: self.port, ..self.spec.clone() }.url()
    }

    /// Resolves when the server's process has ended. May be dropped and called again.
    pub async fn exited(&mut self) -> ExitReport {
        self.process.ended(&self.folder).await
    }

    /// Shuts the server down and waits for its end, unless it is to keep running.
    pub async fn stop(mut self) -> Result<Stopped, EmbeddedError> {
        if self.stops { self.process.shut_down(&self.folder).await } else { Ok(Stopped::LeftRunning) }
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        if self.stops {
            self.process.signal(Signal::SIGINT, &self.folder);
        }
    }
}

/// The shop's lock or, if another shopsim holds it, the server of that one. Waits while neither is available.
async fn lock_or_guest(folder: &Folder) -> Result<Result<Flock<File>, Postmaster>, EmbeddedError> {
    let mut said = Instant::now();
    loop {
        if let Some(lock) = folder.try_lock()? {
            return Ok(Ok(lock));
        }
        match Postmaster::find(&folder.data()) {
            Some(postmaster) if postmaster.status == Status::Ready => {
                tracing::info!(
                    shop = folder.shop(),
                    "another shopsim already runs its server; using that one"
                );
                return Ok(Err(postmaster));
            }
            _ => sleep(RETRY).await,
        }
        if said.elapsed() >= PATIENCE {
            said = Instant::now();
            tracing::info!(shop = folder.shop(), "waiting for another shopsim to start its server");
        }
    }
}

/// The server that an earlier run left running, once it accepts connections. A server that is shutting down, which may
/// not show at once, is stopped first.
async fn survivor(folder: &Folder, spec: &Spec) -> Result<Option<Postmaster>, EmbeddedError> {
    let data = folder.data();
    patiently(spec, "for the server that was left running", async {
        let mut poll = interval(READY_POLL);
        loop {
            poll.tick().await;
            let Some(found) = Postmaster::find(&data) else { return Ok(None) };
            match found.status {
                Status::Starting => {}
                Status::Ready if !roles::is_closing(spec, found.port).await => return Ok(Some(found)),
                Status::Ready | Status::Stopping => {
                    ServerProcess::found(found.pid, folder).shut_down(folder).await?;
                }
            }
        }
    })
    .await
}

/// Checks that the port can be bound: the server's own message would name neither the shop nor a remedy.
async fn try_port(settings: &PrivateServerOptions, spec: &Spec) -> Result<(), EmbeddedError> {
    let began = Instant::now();
    for address in [IpAddr::V4(Ipv4Addr::LOCALHOST), settings.listen] {
        while let Err(source) = TcpListener::bind((address, spec.port)) {
            if began.elapsed() > PORT_WAIT {
                let shop = spec.shop.clone();
                return Err(EmbeddedError::PortTaken { shop, address, port: spec.port, source });
            }
            sleep(RETRY).await;
        }
    }
    Ok(())
}

fn start_failed(folder: &Folder, report: &ExitReport) -> EmbeddedError {
    EmbeddedError::StartFailed {
        shop: folder.shop().to_owned(),
        report: report.to_string(),
        log: folder.log(),
        log_tail: report.log_tail.clone(),
    }
}

/// Waits, and logs that from time to time.
async fn patiently<T>(spec: &Spec, what: &str, work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    tokio::pin!(work);
    loop {
        match timeout(PATIENCE, &mut work).await {
            Ok(done) => return done,
            Err(_) => {
                let seconds = began.elapsed().as_secs();
                tracing::info!(shop = spec.shop, seconds, "still waiting {what}");
            }
        }
    }
}
