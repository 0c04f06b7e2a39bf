//! What people and machines get to see of a run: log lines and files, progress, the summary, pages over HTTP.
//!
//! Reads events and the supervisor's state; changes nothing.

mod files;
pub mod http;
mod log;
mod progress;
mod summary;

pub use log::{Format, Settings, begin, colour_wanted};
pub use progress::Progress;
pub use summary::{align, table};
