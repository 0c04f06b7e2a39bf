//! How a program is started: its account, its environment, and what happens to it if shopsim dies.
//!
//! Owns the only `unsafe` of these modules; must not know what the program does.

use std::path::Path;

use nix::sys::signal::Signal;
use tokio::process::Command;

use super::account::Account;

/// The variables that PostgreSQL's programs get. Everything else is removed: passwords that the config takes from
/// variables, which another account could read, and PostgreSQL's own variables.
const PASSED_ON: [&str; 5] = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/// A command in a process group of its own (so that a terminal's Ctrl-C reaches only shopsim), with a minimal
/// environment. On Linux it gets the signal `at_our_death` when the thread that spawns it ends.
pub(super) fn command(
    program: &Path,
    dir: &Path,
    account: Option<&Account>,
    at_our_death: Option<Signal>,
) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(std::process::Stdio::null()).process_group(0);
    command.env_clear().env("LC_ALL", "C");
    command.envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    if let Some(account) = account {
        // With a user id set and shopsim being root, the standard library drops the supplementary groups.
        command.uid(account.uid).gid(account.gid);
    }
    if let Some(signal) = at_our_death {
        die_with_us(&mut command, signal);
    }
    command
}

#[cfg(target_os = "linux")]
fn die_with_us(command: &mut Command, signal: Signal) {
    let us = nix::unistd::getpid();
    // SAFETY: between fork and exec the closure makes two system calls, both async-signal-safe, and
    // neither allocates nor takes a lock.
    unsafe {
        command.pre_exec(move || {
            nix::sys::prctl::set_pdeathsig(signal)?;
            if nix::unistd::getppid() == us { Ok(()) } else { Err(nix::errno::Errno::ESRCH.into()) }
        });
    }
}

#[cfg(not(target_os = "linux"))]
fn die_with_us(_command: &mut Command, _signal: Signal) {}

/// Makes the command create files that everybody may read, whatever shopsim's umask.
pub(super) fn with_open_umask(command: &mut Command) {
    // SAFETY: between fork and exec the closure makes one async-signal-safe system call.
    unsafe {
        command.pre_exec(|| {
            nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o022));
            Ok(())
        });
    }
}

/// The last lines of a program's output, joined for a message.
pub(super) fn last_lines(output: &[u8], count: usize) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join(" | ")
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::wait::{WaitStatus, waitpid};
    use nix::unistd::{ForkResult, fork};

    /// Whether a program that is to die with this process is started, by this process or by a fork of it. To the program,
    /// a fork looks like a parent that has already died, whose signal would never come.
    fn starts(from_fork: bool) -> bool {
        let mut command = command(Path::new("/bin/true"), Path::new("/"), None, Some(Signal::SIGINT));
        let mut start = || command.as_std_mut().spawn().and_then(|mut child| child.wait()).is_ok();
        if !from_fork {
            return start();
        }
        // SAFETY: the child does no more than to start the program and to end, without any destructor.
        match unsafe { fork() }.unwrap() {
            ForkResult::Child => unsafe { nix::libc::_exit(start().into()) },
            ForkResult::Parent { child } => waitpid(child, None).unwrap() == WaitStatus::Exited(child, 1),
        }
    }

    #[test]
    fn a_program_whose_parent_has_already_died_is_not_started() {
        assert!(starts(false));
        assert!(!starts(true), "nothing would ever stop it");
    }
}
