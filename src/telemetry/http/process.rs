//! Resource usage of this process, as far as the operating system reports it.
//!
//! Owns reading these figures. Private servers are separate processes and not included.

use std::time::Duration;

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage};
use nix::sys::time::TimeValLike;

/// Resource usage; `None` if this system does not report it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessMetrics {
    /// Seconds of CPU of all threads, user and system.
    pub cpu_seconds: Option<f64>,
    /// Bytes of resident memory.
    pub resident_bytes: Option<u64>,
    /// Bytes of address space.
    pub virtual_bytes: Option<u64>,
    /// File descriptors that are open.
    pub open_fds: Option<u64>,
    /// Maximum number of open file descriptors.
    pub max_fds: Option<u64>,
}

impl ProcessMetrics {
    /// Reads them.
    pub fn read() -> Self {
        // Only Linux has this file; elsewhere these figures are omitted.
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let cpu = getrusage(UsageWho::RUSAGE_SELF).ok();
        Self {
            cpu_seconds: cpu.map(|used| {
                let micros = used.user_time().num_microseconds() + used.system_time().num_microseconds();
                Duration::from_micros(micros.unsigned_abs()).as_secs_f64()
            }),
            resident_bytes: kibibytes(&status, "VmRSS:"),
            virtual_bytes: kibibytes(&status, "VmSize:"),
            open_fds: std::fs::read_dir("/proc/self/fd").ok().map(|open| open.count() as u64),
            max_fds: getrlimit(Resource::RLIMIT_NOFILE).ok().map(|(now, _)| now),
        }
    }
}

/// The bytes of a line such as `VmRSS:     9876 kB`.
fn kibibytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_status_is_read_in_bytes() {
        let status = "Name:\tshopsim\nVmSize:\t  123456 kB\nVmRSS:\t    9876 kB\nThreads:\t5\n";
        assert_eq!(kibibytes(status, "VmRSS:"), Some(9876 * 1024));
        assert_eq!(kibibytes(status, "VmSwap:"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_reports_all_of_this_process() {
        let process = ProcessMetrics::read();
        assert!(process.cpu_seconds.is_some_and(|seconds| seconds > 0.0), "{process:?}");
        assert!(process.resident_bytes.is_some_and(|bytes| bytes > 1 << 20), "{process:?}");
        assert!(process.virtual_bytes >= process.resident_bytes, "{process:?}");
        assert!(process.open_fds.is_some_and(|open| open > 2), "{process:?}");
        assert!(process.max_fds >= process.open_fds, "{process:?}");
    }
}
