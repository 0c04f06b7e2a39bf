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
    #[error("{}{}", .0, remedy(.0))]
    Server(PgError),
    /// What was read holds for no moment.
    #[error("{relation} was emptied or replaced while it was read; grade again when no load runs")]
    Replaced {
        /// The table.
        relation: String,
    },
    /// A table of loads is none.
    #[error(
        "{relation} has more than 131,072 different times: it cannot be a table of loads; say in the mapping file \
             what `loads` is"
    )]
    TooManyLoads {
        /// The table.
        relation: String,
    },
    /// A file cannot be read.
    #[error(transparent)]
    Files(#[from] crate::warehouse::FilesError),
    /// The temporary file cannot be written or read.
    #[error("cannot use a temporary file: {0}; set TMPDIR to a folder with more room")]
    Spool(#[from] io::Error),
}

impl From<PgError> for GradingError {
    fn from(error: PgError) -> Self {
        Self::Server(error)
    }
}

/// What can be done about a failed query.
fn remedy(error: &PgError) -> &'static str {
    let PgError::Statement { source, .. } = error else { return "" };
    match source.code().map(tokio_postgres::error::SqlState::code) {
        Some("55P03") => "; another session has locked it: grade again when that has ended",
        Some("42501") => "; grant SELECT on it to the role that grades",
        Some("42P01" | "42703") => "; it was altered while it was read: grade again when no load runs",
        _ => "",
    }
}
