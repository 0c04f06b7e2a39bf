//! A folder to run shopsim in, and a run of it: started, watched, signalled, and gone with the test.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use tokio::time::{Instant, sleep};

/// The config that is shipped.
pub const SHIPPED: &str = include_str!("../../shops.toml");
/// `start` of all runs that must give the same bytes.
pub const NEW_YEAR: &str = "2026-01-01T00:00:00Z";
/// Options of a run whose bytes depend on the config alone, at full speed.
pub const UNLIMITED: [&str; 4] = ["--start", NEW_YEAR, "--pace", "unlimited"];
/// Longest wait for anything; a test that is well is far faster.
const DEADLINE: Duration = Duration::from_secs(120);
/// How often something that is waited for is looked at.
const POLL: Duration = Duration::from_millis(5);

/// Waits until something holds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < DEADLINE, "not within {DEADLINE:?}: {what}");
        sleep(POLL).await;
    }
}

/// A port that nobody listens on, below those that outgoing connections take: a server that is away for a
/// while must find its port free again.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let base = 10_000 + (std::process::id() % 1_000) as u16 * 20;
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(|| base + NEXT.fetch_add(1, Ordering::Relaxed)).find(free).unwrap()
}

/// Random numbers whose seed is printed, and may be given again by `SHOPSIM_TEST_SEED`.
pub fn random() -> SplitMix64 {
    let given = std::env::var("SHOPSIM_TEST_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or(shopsim::chain::wall_now().0 as u64);
    println!("SHOPSIM_TEST_SEED={seed}");
    SplitMix64::seed_from_u64(seed)
}

/// A number below a bound; evenness does not matter here.
pub fn below(random: &mut SplitMix64, bound: u64) -> u64 {
    random.next_u64() % bound
}

/// The shipped config with private servers on ports of the test's own.
pub fn shipped() -> String {
    let text = edit(SHIPPED, "port = 5433", &format!("port = {}", free_port()));
    edit(&text, "port = 5434", &format!("port = {}", free_port()))
}

/// A text with something in it replaced, once.
pub fn edit(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "not in the shipped config any more: {from}");
    text.replacen(from, to, 1)
}

/// A chain of other shops that sell what the shipped one sells: the shops' tables as TOML, without
/// `[[shop]]`.
pub fn chain(shops: &[String]) -> String {
    let (head, rest) = SHIPPED.split_once("\n[[shop]]").unwrap();
    let (_, sold) = rest.split_once("\n# --- What they sell.").unwrap();
    let shops: String = shops.iter().map(|shop| format!("\n[[shop]]\n{shop}\n")).collect();
    format!("{head}\n{shops}\n# --- What they sell.{sold}")
}

/// The state folder, config, logs and output of a test. However the test ends, no server outlives it.
pub struct Place {
    top: tempfile::TempDir,
    runs: AtomicU32,
}

impl Place {
    /// A folder with this `shops.toml` in it.
    pub fn new(config: &str) -> Self {
        let top = tempfile::Builder::new().prefix("shopsim-e2e-").tempdir().unwrap();
        // As root, the account of the servers must be able to reach its own folders.
        std::fs::set_permissions(top.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let place = Self { top, runs: AtomicU32::new(0) };
        place.write("shops.toml", config);
        place
    }

    /// A file of the test.
    pub fn path(&self, name: &str) -> PathBuf {
        self.top.path().join(name)
    }

    /// Writes a file of the test.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Reads a file of the test.
    pub fn read(&self, name: &str) -> String {
        let path = self.path(name);
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Writes `shops.toml`.
    pub fn configure(&self, config: &str) {
        self.write("shops.toml", config);
    }

    /// The folder that keeps the private servers.
    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// The process that a shop's `postmaster.pid` names.
    pub fn postmaster(&self, shop: &str) -> Option<Pid> {
        let path = self.state().join(shop).join("data/postmaster.pid");
        Some(Pid::from_raw(std::fs::read_to_string(path).ok()?.lines().next()?.parse().ok()?))
    }

    /// Starts `shopsim run` on `shops.toml`.
    pub fn run(&self, options: &[&str]) -> Run {
        self.run_with(options, &[])
    }

    /// Starts `shopsim run` with more in its environment.
    pub fn run_with(&self, options: &[&str], env: &[(&str, &str)]) -> Run {
        self.start(self.command(), options, env)
    }

    /// Starts `shopsim run` as a process that may open so many files.
    pub fn limited_run(&self, files: u32) -> Run {
        let program = self.command();
        let mut command = Command::new("prlimit");
        command.arg(format!("--nofile={files}")).arg(program.get_program()).current_dir(self.top.path());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        self.start(command, &[], &[])
    }

    /// Starts `shopsim run` with a stderr that is a pipe which nobody reads as long as the reader is kept.
    pub fn unread_run(&self, options: &[&str]) -> (Run, std::io::PipeReader) {
        let (reader, writer) = std::io::pipe().unwrap();
        (self.spawn(run(self.command(), options, &[]), Some(writer.into())), reader)
    }

    /// Starts `shopsim` with these arguments.
    pub fn start_shopsim(&self, arguments: &[&str]) -> Run {
        let mut command = self.command();
        command.args(arguments);
        self.spawn(command, None)
    }

    fn start(&self, command: Command, options: &[&str], env: &[(&str, &str)]) -> Run {
        self.spawn(run(command, options, env), None)
    }

    fn spawn(&self, mut command: Command, stderr: Option<Stdio>) -> Run {
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let [out, err] = ["out", "err"].map(|end| self.path(&format!("run-{number}.{end}")));
        let file = File::create(&err).unwrap();
        command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(stderr.unwrap_or(file.into()));
        Run { child: command.spawn().unwrap(), out, err }
    }

    /// `shopsim` in the place, with nothing of the outer world's settings.
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shopsim"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SHOP")) {
            command.env_remove(name);
        }
        command.env("SHOPSIM_STATE_DIR", self.state()).env("NO_COLOR", "1").current_dir(self.top.path());
        command
    }

    /// Runs `shopsim` with these arguments to its end.
    pub fn shopsim(&self, arguments: &[&str]) -> Output {
        self.shopsim_with(arguments, &[])
    }

    /// Runs `shopsim` to its end with more in its environment.
    pub fn shopsim_with(&self, arguments: &[&str], env: &[(&str, &str)]) -> Output {
        let mut command = self.command();
        let output = command.args(arguments).envs(env.iter().copied()).stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Output { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs `shopsim run` to its end, which must be this exit code.
    pub async fn finish(&self, options: &[&str], code: i32) -> Ended {
        self.run(options).end(code).await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let shops = std::fs::read_dir(self.state()).into_iter().flatten().flatten();
        for shop in shops.filter_map(|entry| entry.file_name().into_string().ok()) {
            let Some(pid) = self.postmaster(&shop) else { continue };
            let _ = kill(pid, Signal::SIGQUIT);
            for _ in 0..500 {
                if self.postmaster(&shop).is_none() || !is_alive(pid) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

/// The command with `run`, options and more in its environment.
fn run(mut command: Command, options: &[&str], env: &[(&str, &str)]) -> Command {
    command.args(["run", "--shops", "shops.toml"]).args(options).envs(env.iter().copied());
    command
}

/// Whether a process is there and not a zombie.
pub fn is_alive(pid: Pid) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().unwrap();
    let state = String::from_utf8(state.stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

/// A `shopsim run` at work; killed when it is dropped.
pub struct Run {
    child: Child,
    out: PathBuf,
    err: PathBuf,
}

/// How a command went.
pub struct Output {
    /// Its exit code; `None`: it died by a signal.
    pub code: Option<i32>,
    /// Its stdout.
    pub out: String,
    /// Its stderr.
    pub err: String,
}

/// What a run has left.
pub struct Ended {
    /// Its stdout.
    pub out: String,
    /// Its stderr.
    pub err: String,
}

impl Run {
    /// What it has written to stderr so far.
    pub fn log(&self) -> String {
        read(&self.err)
    }

    /// Waits until it has written something to stderr.
    pub async fn until_log(&mut self, text: &str) {
        self.until_nth_log(text, 1).await;
    }

    /// Waits until it has written something to stderr so many times.
    pub async fn until_nth_log(&mut self, text: &str, times: usize) {
        let what = format!("`{text}` {times} times in the log");
        until(&what, async || {
            let there = self.log().matches(text).count() >= times;
            assert!(
                there || self.child.try_wait().unwrap().is_none(),
                "it ended without {what}:\n{}",
                self.log()
            );
            there
        })
        .await;
    }

    /// Waits for its end, which must be this exit code.
    pub async fn end(mut self, code: i32) -> Ended {
        let mut status = None;
        let began = Instant::now();
        while status.is_none() && began.elapsed() < DEADLINE {
            status = self.child.try_wait().unwrap();
            sleep(POLL).await;
        }
        let ended = Ended { out: read(&self.out), err: self.log() };
        let Some(status) = status else { panic!("it does not end:\n{}", tail(&ended.err)) };
        assert_eq!(status.signal(), None, "it died:\n{}", tail(&ended.err));
        assert_eq!(status.code(), Some(code), "its exit code; it said:\n{}", tail(&ended.err));
        assert!(!ended.err.contains("a bug of shopsim"), "it panicked:\n{}", ended.err);
        ended
    }

    /// Whether it has ended.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id() as i32), signal).unwrap();
    }

    /// Sets how many files it may open from now on.
    pub fn limit_files(&self, files: u32) {
        let (pid, files) = (self.child.id().to_string(), format!("--nofile={files}:"));
        let set = Command::new("prlimit").args(["--pid", &pid, &files]).status().unwrap();
        assert!(set.success(), "cannot set the limit of files");
    }

    /// Kills it as hard as can be.
    pub fn kill(mut self) {
        self.destroy();
    }

    fn destroy(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            let _ = killpg(Pid::from_raw(self.child.id() as i32), Signal::SIGKILL);
            let _ = self.child.wait();
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.destroy();
    }
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
}

/// The last lines of a log, for the message of a failure.
fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(25)..].join("\n")
}
