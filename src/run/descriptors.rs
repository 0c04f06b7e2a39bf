//! The file descriptors that a run needs, checked before any shop starts.
//!
//! Owns the message about too few of them; libraries would panic.

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tracing::warn;

/// The minimum for any run.
const LEAST: u64 = 48;
/// What the process needs besides the shops, with room to spare.
const OF_PROCESS: u64 = 192;
/// What each shop needs: a connection, two log files, the log and the lock of a private server.
const OF_SHOP: u64 = 6;

/// Raises the limit of open files to the hard limit. Warns if it may not be enough for all shops.
///
/// # Errors
/// If there are too few to start.
pub fn take(shops: usize) -> Result<(), String> {
    // A limit that cannot be read is treated as none.
    let Ok((now, most)) = getrlimit(Resource::RLIMIT_NOFILE) else { return Ok(()) };
    if now < most {
        // If that fails, the limit stays as it was.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
    let needed = OF_PROCESS + OF_SHOP * shops as u64;
    let cure = format!("raise the limit with `ulimit -n {needed}`");
    if most < LEAST {
        return Err(format!("the limit of {most} open files is too low to start: {cure}"));
    }
    if most < needed {
        warn!("the limit of {most} open files may be too low: {shops} shops need up to {needed}; {cure}");
    }
    Ok(())
}
