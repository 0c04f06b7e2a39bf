//! What can go wrong with a server, and whether a retry would help.
//!
//! Owns the classes of SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>). What users can do
//! is in `remedy`. Must not know how the caller reacts.

use std::error::Error as _;
use std::time::Duration;

use thiserror::Error;
use tokio_postgres::error::SqlState;

use crate::text::with_causes;

/// What a retry would bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The server is down or cannot serve at the moment: wait for it, however long. Not a failure.
    Waiting,
    /// A retry may succeed; a limit on their number applies.
    Transient,
    /// A retry would fail the same way until somebody changes something.
    Permanent,
    /// The database holds something that this shop must not write to.
    Refused,
}

/// A failure of one shop's server, connection or data.
#[derive(Debug, Error)]
pub enum PgError {
    /// No connection was established.
    #[error("cannot connect to {address}: {}", describe(source))]
    Connect {
        /// `host:port/database`.
        address: String,
        /// The driver's error.
        source: tokio_postgres::Error,
    },
    /// No answer in time.
    #[error("cannot connect to {address}: no answer within {}", humantime::format_duration(*after))]
    Unreachable {
        /// `host:port/database`.
        address: String,
        /// `tick_deadline`.
        after: Duration,
    },
    /// The settings for an encrypted connection are incomplete or wrong.
    #[error("cannot set up tls for {address}: {reason}")]
    Tls {
        /// `host:port/database`.
        address: String,
        /// What is missing or wrong.
        reason: String,
    },
    /// The server refused or failed a statement, or the connection broke.
    #[error("cannot {doing}: {}", describe(source))]
    Statement {
        /// What was being done: `update orders`.
        doing: String,
        /// The driver's error.
        source: tokio_postgres::Error,
    },
    /// The server did not answer in time.
    #[error("cannot {doing}: no answer within {}", humantime::format_duration(*after))]
    Deadline {
        /// What was being done.
        doing: String,
        /// `tick_deadline`.
        after: Duration,
    },
    /// Another session changed the checkpoint since it was read.
    #[error("the checkpoint in {address} does not match the last committed tick")]
    CheckpointMoved {
        /// `host:port/database`.
        address: String,
    },
    /// A table was altered while the shop was running; opening the database again finds out how.
    #[error("a table in {address} was altered")]
    DefinitionChanged {
        /// `host:port/database`.
        address: String,
    },
    /// One connection is served by several server sessions, one after the other.
    #[error("the connection to {address} is not served by a single server session")]
    Pooled {
        /// `host:port/database`.
        address: String,
    },
    /// The database cannot hold the shop's texts.
    #[error(
        "the database {address} has the encoding {encoding}, which may not hold texts of column `{column}` of `{table}` \
         such as {text:?}; nothing was created; use a database created by CREATE DATABASE … ENCODING 'UTF8' TEMPLATE \
         template0"
    )]
    Encoding {
        /// `host:port/database`.
        address: String,
        /// `server_encoding`.
        encoding: String,
        /// The table.
        table: String,
        /// A column of it.
        column: String,
        /// A text that the column will hold.
        text: String,
    },
    /// Another simulator runs this shop.
    #[error("shop `{shop}` is already run by another simulator: {holder}; stop it first")]
    Locked {
        /// The shop's name.
        shop: String,
        /// Backend, name, address and start time of its session.
        holder: String,
    },
    /// Other simulators keep the database locked while they create their tables.
    #[error("other simulators are still creating their tables in {address}")]
    Crowded {
        /// `host:port/database`.
        address: String,
    },
    /// The shop's tables were created with other settings.
    #[error(
        "the config differs from the one that created the tables in {address}: {}; nothing was changed. Revert it, or run \
         `shopsim reset --only {shop}` with the same `--shops`, which drops the tables of {shop}. (`pace`, `after_downtime`, `stop_after`, \
         `tick_deadline`, `synchronous_commit`, `city`, `not_null`, `replica_identity`, [cdc], [logs] and [supervisor] may change at any time)",
        .differences.join("; ")
    )]
    OtherConfig {
        /// The shop's name.
        shop: String,
        /// `host:port/database`.
        address: String,
        /// What differs: the setting, and its value there and in the config.
        differences: Vec<String>,
    },
    /// The database holds tables that were altered, or that shopsim did not create.
    #[error(
        "the tables in {address} differ from those that shop `{shop}` creates: {}; nothing was changed. Revert that, or \
         run `shopsim reset --only {shop}` with the same `--shops` (drops its tables, including ones that shopsim did not create)",
        .differences.join("; ")
    )]
    Refused {
        /// The shop's name.
        shop: String,
        /// `host:port/database`.
        address: String,
        /// What differs, each difference with both sides.
        differences: Vec<String>,
    },
    /// A table that the config names belongs to another shop.
    #[error(
        "table {table} belongs to shop `{other}`, so shop `{shop}` neither writes nor drops it; give one of them another \
         `schema` or database, or reset `{other}` with the config that created it"
    )]
    OfAnotherShop {
        /// The shop's name.
        shop: String,
        /// The shop that created the table.
        other: String,
        /// The table.
        table: String,
    },
    /// The shop's state is in another schema of the database.
    #[error(
        "the checkpoint of shop `{shop}` in {address} is in the schema {found:?}{}, and its `state_schema` is {expected:?}; \
         nothing was changed. Set state_schema = {found:?}, or run `shopsim reset --only {shop}` with the same `--shops`, \
         which drops its tables and that checkpoint",
        .last_tick.map_or_else(String::new, |tick| format!(" (after tick {tick})"))
    )]
    StateElsewhere {
        /// The shop's name.
        shop: String,
        /// `host:port/database`.
        address: String,
        /// Where it is.
        found: String,
        /// The last tick that it names.
        last_tick: Option<u64>,
        /// Where the config has it.
        expected: String,
    },
    /// What `[cdc]` asks for cannot be made, or would be somebody else's.
    #[error("cannot make what [cdc] asks for in {address} for shop `{shop}`: {}; nothing was written", .problems.join("; "))]
    Capture {
        /// The shop's name.
        shop: String,
        /// `host:port/database`.
        address: String,
        /// All that is in the way, each with its cure.
        problems: Vec<String>,
    },
    /// A slot cannot be made while transactions that have written are open.
    #[error(
        "cannot make the slot {slot} within {}: a new slot waits for open transactions that have written: {writers}",
        humantime::format_duration(*after)
    )]
    SlotWaits {
        /// The slot.
        slot: String,
        /// How long it has waited.
        after: Duration,
        /// The sessions.
        writers: String,
    },
    /// A slot that is to be dropped has a reader.
    #[error("the slot {slot} is read by {reader}: stop it first; nothing was dropped")]
    SlotRead {
        /// The slot.
        slot: String,
        /// The application and process id of the reader.
        reader: String,
    },
    /// A recorded table name cannot be parsed.
    #[error(
        "{state}.config lists {text:?} among the tables of shop `{shop}`, which is not a name of the form \
         \"schema\".\"table\", so nothing was dropped; remove it from the array `tables`"
    )]
    NotAName {
        /// The shop's name.
        shop: String,
        /// The schema of the record.
        state: String,
        /// The recorded text.
        text: String,
    },
}

impl PgError {
    /// Wraps a driver error with what was being done.
    pub fn statement(doing: impl Into<String>) -> impl FnOnce(tokio_postgres::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Statement { doing, source }
    }

    /// What a retry would bring.
    pub fn class(&self) -> Class {
        match self {
            Self::Connect { source, .. } => match source.code() {
                Some(_) if is_unsupported_parameter(source) => Class::Permanent,
                Some(code) => classify(code),
                None if refused_by_tls(source) || refused_by_login(source) => Class::Permanent,
                None => Class::Waiting,
            },
            // Without an SQLSTATE from the server, the connection broke.
            Self::Statement { source, .. } => source.code().map_or(Class::Waiting, classify),
            Self::Unreachable { .. }
            | Self::Locked { .. }
            | Self::Crowded { .. }
            | Self::SlotWaits { .. } => Class::Waiting,
            Self::Deadline { .. } | Self::CheckpointMoved { .. } | Self::DefinitionChanged { .. } => {
                Class::Transient
            }
            Self::Tls { .. }
            | Self::Pooled { .. }
            | Self::Encoding { .. }
            | Self::Capture { .. }
            | Self::SlotRead { .. } => Class::Permanent,
            Self::OtherConfig { .. }
            | Self::Refused { .. }
            | Self::StateElsewhere { .. }
            | Self::NotAName { .. }
            | Self::OfAnotherShop { .. } => Class::Refused,
        }
    }

    /// Whether a pooler between shopsim and the server loses prepared statements, or mixes them with those of others.
    pub fn is_of_pooler(&self) -> bool {
        match self {
            Self::Pooled { .. } => true,
            Self::Connect { source, .. } | Self::Statement { source, .. } => {
                source.code().is_some_and(|code| matches!(code.code(), "26000" | "42P05"))
            }
            _ => false,
        }
    }

    /// Whether a connection failed because a pooler does not pass on a parameter of it.
    pub fn is_about_parameters(&self) -> bool {
        matches!(self, Self::Connect { source, .. } if is_unsupported_parameter(source))
    }

    /// Whether a connection failed because it was encrypted, or because it was not.
    pub fn is_about_encryption(&self) -> bool {
        match self {
            Self::Connect { source, .. } => match source.code() {
                // No matching line in pg_hba.conf.
                Some(code) => *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
                None => source.to_string().contains(TLS) || tls_error(source).is_some(),
            },
            _ => false,
        }
    }
}

/// What an SQLSTATE says about a retry; with unknown codes it may help.
fn classify(code: &SqlState) -> Class {
    let code = code.code();
    match code {
        // A standby or a server set read-only; a table locked by another session.
        "25006" | "55P03" => Class::Waiting,
        // Cancelled by a user or a time limit: the server itself is healthy. A missing table: opening the database
        // again reports which. Too little memory or too few locks for the request, which waiting may not change.
        "57014" | "42P01" | "53200" => Class::Transient,
        _ => match &code[..2] {
            // Connection; out of space, memory or connections; starting up, shutting down, terminated.
            "08" | "53" | "57" => Class::Waiting,
            "0A" | "22" | "23" | "26" | "28" | "2B" | "3D" | "3F" | "42" | "54" => Class::Permanent,
            _ => Class::Transient,
        },
    }
}

/// Whether PgBouncer rejects a connection parameter. It uses one SQLSTATE for all of its errors.
fn is_unsupported_parameter(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|error| error.message().starts_with("unsupported startup parameter"))
}

/// Whether the server asked for a password or an authentication method that the client does not have. Only the
/// driver's message shows it.
pub(super) fn refused_by_login(error: &tokio_postgres::Error) -> bool {
    let text = error.to_string();
    ["invalid configuration", "authentication error"].iter().any(|words| text.starts_with(words))
}

/// What the driver's messages about encryption contain.
const TLS: &str = "TLS";

/// Whether the two sides could not agree on encryption. A handshake that was cut off because the server went away
/// does not count: its cause is an I/O error without a rustls error in it.
pub(super) fn refused_by_tls(error: &tokio_postgres::Error) -> bool {
    let broken = || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
    tls_error(error).is_some() || error.to_string().contains(TLS) && !broken()
}

/// The rustls error behind it, if there is one.
pub(super) fn tls_error(error: &tokio_postgres::Error) -> Option<&rustls::Error> {
    let io = error.source()?.downcast_ref::<std::io::Error>()?;
    io.get_ref()?.downcast_ref()
}

/// The server's message if there is one, else the driver's with its causes.
fn describe(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        let mut text = format!("{} ({})", db.message(), db.code().code());
        for part in [db.detail(), db.hint(), db.where_()].into_iter().flatten() {
            text.push_str("; ");
            text.push_str(part.strip_suffix('.').unwrap_or(part));
        }
        return text;
    }
    with_causes(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlstates_are_classified_by_what_a_retry_would_bring() {
        let class = |code| classify(&SqlState::from_code(code));
        for code in ["40001", "40P01", "57014", "42P01", "53200", "XX000"] {
            assert_eq!(class(code), Class::Transient, "{code}");
        }
        for code in ["26000", "28P01", "3D000", "42501", "42P05", "42703", "22001", "23505", "54000"] {
            assert_eq!(class(code), Class::Permanent, "{code}");
        }
        for code in ["08006", "53300", "53100", "55P03", "25006", "57P01", "57P03"] {
            assert_eq!(class(code), Class::Waiting, "{code}");
        }
    }
}
