//! What `import` reads, and what it has to say of it.
//!
//! Owns these forms alone.

use std::ffi::OsString;

/// The environment, whose variables an env file may name.
pub type Environment<'a> = dyn Fn(&str) -> Option<OsString> + 'a;

/// The settings of a shop.
pub struct EnvFile {
    /// The shop's name.
    pub name: String,
    /// The file, as it was given.
    pub path: String,
    /// The file, as the output has to name it.
    pub from_output: String,
    /// What stands in it.
    pub text: String,
}

/// What there is to say, each with its place.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// What could not be carried over.
    pub left_out: Vec<String>,
    /// What is carried over as something else.
    pub changed: Vec<String>,
    /// What else there is to say.
    pub notes: Vec<String>,
}
