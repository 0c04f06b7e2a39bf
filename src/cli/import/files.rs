//! The input of `import`, and its report.
//!
//! Owns only these types.

use std::ffi::OsString;

/// The environment, whose variables an env file may name.
pub type Environment<'a> = dyn Fn(&str) -> Option<OsString> + 'a;

/// The settings of a shop.
pub struct EnvFile {
    /// The shop's name.
    pub name: String,
    /// The path, as given.
    pub path: String,
    /// The path, as the output names it.
    pub from_output: String,
    /// Its contents.
    pub text: String,
}

/// The findings, each with its place.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// Settings that were left out.
    pub left_out: Vec<String>,
    /// Settings that were changed.
    pub changed: Vec<String>,
    /// Other notes.
    pub notes: Vec<String>,
}
