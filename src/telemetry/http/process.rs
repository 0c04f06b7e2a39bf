//! What the operating system says of this process, as far as it says it.
//!
//! Owns the reading of these figures. Private servers are processes of their own and not in them.

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage};
use nix::sys::time::TimeValLike;

/// Figures of this process at a moment; `None`: this system does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessMetrics {
    /// Seconds of CPU, of all threads, in the program and in the kernel for it.
    pub cpu_seconds: Option<f64>,
    /// Bytes of memory that it has in RAM.
    pub resident_bytes: Option<u64>,
    /// Bytes of address space.
    pub virtual_bytes: Option<u64>,
    /// File descriptors that are open.
    pub open_fds: Option<u64>,
    /// File descriptors that may be open.
    pub max_fds: Option<u64>,
}

impl ProcessMetrics {
    /// Reads them.
    pub fn read() -> Self {
        // Linux has a file for it; elsewhere there is none, and the figures are left out.
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let cpu = getrusage(UsageWho::RUSAGE_SELF).ok();
        Self {
            cpu_seconds: cpu.map(|used| {
                (used.user_time().num_microseconds() + used.system_time().num_microseconds()) as f64 / 1e6
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
    fn linux_tells_all_of_this_process() {
        let process = ProcessMetrics::read();
        assert!(process.cpu_seconds.is_some_and(|seconds| seconds > 0.0), "{process:?}");
        assert!(process.resident_bytes.is_some_and(|bytes| bytes > 1 << 20), "{process:?}");
        assert!(process.virtual_bytes >= process.resident_bytes, "{process:?}");
        assert!(process.open_fds.is_some_and(|open| open > 2), "{process:?}");
        assert!(process.max_fds >= process.open_fds, "{process:?}");
    }
}
