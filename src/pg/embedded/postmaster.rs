//! `postmaster.pid`: which server process uses a data folder, and whether it is ready.
//!
//! Owns reading and removing that file, and whether the process it names is alive and really this folder's server; must
//! not start or stop anything.

use std::path::Path;

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

use super::guard;

/// The file has eight short lines and a path.
const BYTES_MAX: u64 = 16 << 10;

/// What `postmaster.pid` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Postmaster {
    /// The server's process.
    pub(super) pid: Pid,
    /// Its TCP port.
    pub(super) port: u16,
    /// Its status.
    pub(super) status: Status,
}

/// The status of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It starts or recovers; also if the file has no status yet.
    Starting,
    /// It takes connections.
    Ready,
    /// It shuts down.
    Stopping,
}

impl Postmaster {
    /// Reads the file of a data folder; `None` if it does not exist or its first lines are not written yet.
    pub(super) fn read(data: &Path) -> Option<Self> {
        Self::parse(&guard::read(&data.join("postmaster.pid"), BYTES_MAX).ok()??)
    }

    /// The live server of a data folder, if there is one.
    pub(super) fn find(data: &Path) -> Option<Self> {
        Self::read(data).filter(|postmaster| serves(postmaster.pid, data))
    }

    fn parse(text: &str) -> Option<Self> {
        // Lines: pid, data folder, start time, port, socket folder, listen address, shared memory, status.
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let pid = lines.first()?.parse().ok().filter(|pid| *pid > 0)?;
        let status = match lines.get(7).copied() {
            Some("ready") => Status::Ready,
            Some("stopping") => Status::Stopping,
            _ => Status::Starting,
        };
        Some(Self { pid: Pid::from_raw(pid), port: lines.get(3)?.parse().ok()?, status })
    }
}

/// Removes a file that does not name a live server of the data folder, or is empty after a crash. The server would take
/// a zombie, or another process that has reused the process id, for another server and never start.
pub(super) fn remove_stale(data: &Path) {
    if Postmaster::find(data).is_none() {
        // If it cannot be removed, the server reports that.
        let _ = std::fs::remove_file(data.join("postmaster.pid"));
    }
}

/// Whether the process is alive and is the server of this data folder. A zombie, which a container whose first process
/// does not reap children keeps for ever, is not; nor is another process that has reused the process id; nor is a process
/// of another account: the owner of the file must not be able to make root send signals to any process.
pub(super) fn serves(pid: Pid, data: &Path) -> bool {
    match kill(pid, None) {
        Err(Errno::ESRCH) => false,
        _ => is_server_of(pid, data),
    }
}

#[cfg(target_os = "linux")]
fn is_server_of(pid: Pid, data: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let Some((name, state)) =
        std::fs::read_to_string(format!("/proc/{pid}/stat")).ok().and_then(|stat| name_and_state(&stat))
    else {
        return false;
    };
    if matches!(state, 'Z' | 'X') {
        return false;
    }
    let owner = |path: &Path| std::fs::metadata(path).map(|meta| meta.uid());
    match (owner(Path::new(&format!("/proc/{pid}"))), owner(data)) {
        (Ok(process), Ok(data)) if process == data => {}
        _ => return false,
    }
    match (std::fs::read_link(format!("/proc/{pid}/cwd")), data.canonicalize()) {
        (Ok(cwd), Ok(data)) => cwd == data,
        // The process belongs to another account and cannot be inspected: only its name is checked.
        _ => name.starts_with("postgres") || name.starts_with("postmaster"),
    }
}

#[cfg(not(target_os = "linux"))]
fn is_server_of(_pid: Pid, _data: &Path) -> bool {
    true
}

/// The name and the state letter in the text of `/proc/PID/stat`: `123 (a name) S …`.
#[cfg(target_os = "linux")]
fn name_and_state(stat: &str) -> Option<(String, char)> {
    let (before, after) = stat.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    Some((name.to_owned(), after.trim_start().chars().next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/s/shop-1/data\n1767225600\n5433\n\n127.0.0.1\n  1234567 7\nready   \n";

    #[test]
    fn a_whole_file_is_read() {
        let expected = Postmaster { pid: Pid::from_raw(4711), port: 5433, status: Status::Ready };
        assert_eq!(Postmaster::parse(READY), Some(expected));
    }

    #[test]
    fn the_last_line_is_the_status() {
        for (line, status) in
            [("starting", Status::Starting), ("stopping", Status::Stopping), ("standby ", Status::Starting)]
        {
            let text = READY.replace("ready   ", line);
            assert_eq!(Postmaster::parse(&text).unwrap().status, status, "{line}");
        }
    }

    #[test]
    fn a_file_that_is_still_being_written_says_starting_or_nothing() {
        let up_to_port = READY.split_inclusive('\n').take(5).collect::<String>();
        assert_eq!(Postmaster::parse(&up_to_port).unwrap().status, Status::Starting);
        for text in ["", "\n", "47x\n", "4711\n/s/shop-1/data\n", "0\n\n\n5433\n", "-4711\n\n\n5433\n"] {
            assert_eq!(Postmaster::parse(text), None, "{text:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_name_may_hold_anything() {
        assert_eq!(name_and_state("7 (a) (b) ) S 1 7"), Some(("a) (b) ".to_owned(), 'S')));
        assert_eq!(name_and_state(""), None);
    }

    #[test]
    fn another_process_with_the_same_id_is_not_the_server() {
        let elsewhere = tempfile::tempdir().unwrap();
        if cfg!(target_os = "linux") {
            assert!(!serves(nix::unistd::getpid(), elsewhere.path()));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_zombie_is_not_the_server() {
        let place = tempfile::tempdir().unwrap();
        let mut child =
            std::process::Command::new("sleep").arg("60").current_dir(place.path()).spawn().unwrap();
        let pid = Pid::from_raw(child.id().try_into().unwrap());
        assert!(serves(pid, place.path()));
        kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
        while serves(pid, place.path()) {
            std::thread::yield_now();
        }
        assert!(Path::new(&format!("/proc/{pid}")).exists(), "it is there still, unreaped");
        child.wait().unwrap();
    }
}
