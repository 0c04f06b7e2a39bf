//! The file descriptors that a run needs of its machine, before any shop begins.
//!
//! Owns that too few of them are told in words; libraries below would panic.

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tracing::warn;

/// Without as many nothing can begin.
const LEAST: u64 = 48;
/// What the process has open whatever it runs, with room to spare.
const OF_PROCESS: u64 = 192;
/// And for each shop: a connection, two log files, the log and the lock of a private server.
const OF_SHOP: u64 = 6;

/// Takes all the file descriptors that the process may have. Warns if shops may come to wait for some.
///
/// # Errors
/// If there are too few to begin with.
pub fn take(shops: usize) -> Result<(), String> {
    // A limit that cannot be asked for is none.
    let Ok((now, most)) = getrlimit(Resource::RLIMIT_NOFILE) else { return Ok(()) };
    if now < most {
        // As it was, if it is not granted.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
    let needed = OF_PROCESS + OF_SHOP * shops as u64;
    let cure = format!("raise the limit with `ulimit -n {needed}`");
    if most < LEAST {
        return Err(format!("this process may open {most} files, which is too few to begin: {cure}"));
    }
    if most < needed {
        warn!("this process may open {most} files and {shops} shops may need {needed}: {cure}");
    }
    Ok(())
}
