//! The program as its users meet it: arguments in, bytes on stdout and stderr, an exit code.
//!
//! Nothing here starts a server; `run` is asked only for what it must refuse before it writes anything.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arguments;
mod check;
mod connect;
mod deploy;
mod history;
mod import;
mod program;
mod providers;
mod status;
mod streams;
mod wrong_config;
mod wrong_file;
