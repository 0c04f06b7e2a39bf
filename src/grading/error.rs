//! Why a warehouse cannot be graded.
//!
//! Owns the messages.

use std::io;

use thiserror::Error;

use crate::pg::PgError;

/// A failure to read the warehouse, or to keep what was read.
#[derive(Debug, Error)]
pub enum GradingError {
    /// The server refused or failed a query, or the connection broke.
    #[error(transparent)]
    Server(#[from] PgError),
    /// A file cannot be read.
    #[error(transparent)]
    Files(#[from] crate::warehouse::FilesError),
    /// The temporary file cannot be written or read.
    #[error("cannot use a temporary file: {0}; set TMPDIR to a folder with more room")]
    Spool(#[from] io::Error),
}
