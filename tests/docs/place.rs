//! A folder in which the commands of a page run, with the program on the PATH, PostgreSQL's beside it, and ports of its
//! own in the place of those that the pages name.
//!
//! Owns how a command is started and ended. However a test ends, no run outlives it.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use regex::Regex;
use tokio::time::Instant;

/// The config that is shipped, which every page begins with.
const SHIPPED: &str = include_str!("../../shops.toml");
/// The ports that the pages name.
const PORTS: [&str; 4] = ["5433", "5434", "5439", "9464"];
/// Longest wait for anything; what is well is far faster.
const DEADLINE: Duration = Duration::from_secs(120);

/// The folder.
pub struct Place {
    top: tempfile::TempDir,
    ports: [String; PORTS.len()],
}

impl Drop for Place {
    fn drop(&mut self) {
        // Servers that a config with `keep_running` has left, as where a page fails before it takes them down.
        let Ok(servers) = std::fs::read_dir(self.top.path().join("state")) else { return };
        for file in servers.flatten().map(|server| server.path().join("data/postmaster.pid")) {
            let Ok(text) = std::fs::read_to_string(file) else { continue };
            if let Some(pid) = text.lines().next().and_then(|line| line.parse().ok()) {
                let _ = nix::sys::signal::kill(Pid::from_raw(pid), Signal::SIGQUIT);
            }
        }
    }
}

/// What a command did.
pub struct Ended {
    /// Its exit code.
    pub code: Option<i32>,
    /// What it printed, on stdout and stderr.
    pub output: String,
}

/// A command that goes on.
pub struct Running {
    child: Child,
    output: PathBuf,
}

/// Waits until something holds; whether it ever did.
pub fn until(mut holds: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while !holds() {
        if began.elapsed() > DEADLINE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// A port that nobody listens on, below those of outgoing connections, so that a server finds it free again.
fn free_port() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let base = 10_000 + (std::process::id() % 1_000) as u16 * 20;
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let ports = std::iter::repeat_with(|| base + NEXT.fetch_add(1, Ordering::Relaxed));
    ports.into_iter().find(free).unwrap().to_string()
}

impl Place {
    /// With the shipped config in it.
    pub fn new() -> Self {
        let top = tempfile::Builder::new().prefix("shopsim-docs-").tempdir().unwrap();
        // As root, the account of the servers must be able to reach its own folders.
        std::fs::set_permissions(top.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let place = Self { top, ports: PORTS.map(|_| free_port()) };
        place.write("shops.toml", SHIPPED);
        place
    }

    /// The next one: it takes the private servers with it, since making one takes longer than all else.
    pub fn next(self) -> Self {
        let place = Self::new();
        let state = self.top.path().join("state");
        let moved =
            place.bash(&format!("[ ! -d {0} ] || {{ mv {0} . && shopsim reset --yes; }}", state.display()));
        assert_eq!(moved.code, Some(0), "{}", moved.output);
        place
    }

    /// A text with the place's own ports.
    pub fn own(&self, text: &str) -> String {
        PORTS.iter().zip(&self.ports).fold(text.to_owned(), |text, (shown, own)| {
            Regex::new(&format!(r"\b{shown}\b")).unwrap().replace_all(&text, own.as_str()).into_owned()
        })
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.top.path().join(name), self.own(text)).unwrap();
    }

    /// Runs a script to its end.
    pub fn bash(&self, script: &str) -> Ended {
        let mut running = self.start(script);
        let status = running.child.wait().unwrap();
        Ended { code: status.code(), output: running.printed() }
    }

    /// Starts a script.
    pub fn start(&self, script: &str) -> Running {
        let output = tempfile::NamedTempFile::new_in(self.top.path()).unwrap().keep().unwrap().1;
        let file = File::options().append(true).open(&output).unwrap();
        let mut command = Command::new("bash");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SHOP")) {
            command.env_remove(name);
        }
        command
            .args(["-euc", &self.own(script)])
            .current_dir(self.top.path())
            .env("PATH", path())
            .env("HOME", self.top.path())
            .env("SHOPSIM_STATE_DIR", self.top.path().join("state"))
            .env("NO_COLOR", "1")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file);
        Running { child: command.spawn().unwrap(), output }
    }
}

impl Running {
    /// What it has printed so far.
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.output).unwrap()).into_owned()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Ends it as Ctrl-C does; its exit code.
    pub fn stop(mut self) -> Option<i32> {
        let _ = killpg(self.group(), Signal::SIGINT);
        until(|| self.has_ended());
        self.child.try_wait().unwrap().and_then(|status| status.code())
    }

    fn group(&self) -> Pid {
        Pid::from_raw(self.child.id() as i32)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended() {
            // The private servers go down with it.
            let _ = killpg(self.group(), Signal::SIGKILL);
            let _ = self.child.wait();
        }
    }
}

/// The program's folder, the outer PATH, and the folders in which psql may be.
fn path() -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_shopsim")).parent().unwrap();
    let outer = std::env::var("PATH").unwrap_or_default();
    let mut folders = vec![program.display().to_string(), outer];
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        let bin = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.unwrap().path().join("bin").display().to_string()
        };
        folders.extend(versions.map(bin));
    }
    folders.join(":")
}
