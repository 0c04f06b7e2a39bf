//! The output of a run: log lines and files, progress, the summary, pages over HTTP.
//!
//! Reads events and the supervisor's state; changes nothing.

mod files;
pub mod http;
mod line;
mod log;
mod progress;
mod queue;
mod sink;
mod summary;
#[doc(hidden)]
pub mod ticks;
mod writers;

pub use line::{Format, Style};
pub use log::{Log, LogOptions, begin, colour_wanted, colour_wanted_on_stdout};
pub use summary::{line, table};
