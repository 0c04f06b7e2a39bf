//! What can go wrong with a server, and whether trying again would help.
//!
//! Owns the classes of SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>). What people are
//! told to do is `remedy`'s. Must not know what the caller does about it.

use std::error::Error as _;
use std::time::Duration;

use thiserror::Error;
use tokio_postgres::error::SqlState;

use crate::text::with_causes;

/// What trying again would bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The server is not there, or cannot serve at the moment: wait for it, however long. No failure.
    Waiting,
    /// Another try may well succeed; too many of these are one too many.
    Transient,
    /// The same bytes would fail for ever; somebody has to change something first.
    Permanent,
    /// The database holds something that is not this shop's to write on.
    Refused,
}

/// A failure of one shop's server, connection or data.
#[derive(Debug, Error)]
pub enum PgError {
    /// No connection came about.
    #[error("cannot connect to {address}: {}", describe(source))]
    Connect {
        /// `host:port/database`.
        address: String,
        /// What the driver says.
        source: tokio_postgres::Error,
    },
    /// Nobody answered.
    #[error("cannot connect to {address}: no answer within {}", humantime::format_duration(*after))]
    Unreachable {
        /// `host:port/database`.
        address: String,
        /// `tick_deadline`.
        after: Duration,
    },
    /// The parts needed for an encrypted connection are not in order.
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
        /// What the driver says.
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
    /// The checkpoint was changed by somebody else since it was read.
    #[error("the checkpoint in {address} is not at the tick that was committed last")]
    CheckpointMoved {
        /// `host:port/database`.
        address: String,
    },
    /// A table was altered while the shop was running; who opens the database again finds how.
    #[error("a table in {address} was altered")]
    DefinitionChanged {
        /// `host:port/database`.
        address: String,
    },
    /// One connection leads to several sessions of the server, one after the other.
    #[error("the connection to {address} is not one session of the server")]
    Pooled {
        /// `host:port/database`.
        address: String,
    },
    /// The database cannot hold the shop's texts.
    #[error(
        "the database {address} has the encoding {encoding}, and column `{column}` of `{table}` holds texts such as \
         {text:?}; nothing was made; give the shop a database that was made by CREATE DATABASE … ENCODING 'UTF8' \
         TEMPLATE template0"
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
    #[error("shop `{shop}` is run by another simulator already: {holder}; stop it first")]
    Locked {
        /// The shop's name.
        shop: String,
        /// Backend, name, address and begin of the other's session.
        holder: String,
    },
    /// Others make their tables in the database, for long.
    #[error("other simulators have been making their tables in {address} for long")]
    Crowded {
        /// `host:port/database`.
        address: String,
    },
    /// The shop's tables were made with other settings.
    #[error(
        "the config differs from the one that made the tables in {address}: {}; nothing was changed. Revert it, or run \
         `shopsim reset --only {shop}`, which drops the tables of {shop}. (`pace`, `after_downtime`, `stop_after`, \
         `tick_deadline`, `synchronous_commit`, `city`, [logs] and [supervisor] may change at any time)",
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
    /// The database holds tables that are not as this shop made them, or that it did not make.
    #[error(
        "the tables in {address} are not as shop `{shop}` makes them: {}; nothing was changed. Revert that, or run \
         `shopsim reset --only {shop}` (drops its tables, whoever made them)",
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
    /// A table that the config names was made by another shop.
    #[error(
        "table {table} belongs to shop `{other}`, so shop `{shop}` neither writes nor drops it; give one of them another \
         `schema` or database, or reset `{other}` by the config that it was made with"
    )]
    OfAnotherShop {
        /// The shop's name.
        shop: String,
        /// The shop that made the table.
        other: String,
        /// The table.
        table: String,
    },
    /// What is recorded as the name of a table is none.
    #[error(
        "shopsim.config lists {text:?} among the tables of shop `{shop}`, which is not a name of the form \
         \"schema\".\"table\", so nothing was dropped; take it out of the array `tables`"
    )]
    NotAName {
        /// The shop's name.
        shop: String,
        /// What is recorded.
        text: String,
    },
}

impl PgError {
    /// Wraps an error of the driver with what was being done.
    pub fn statement(doing: impl Into<String>) -> impl FnOnce(tokio_postgres::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Statement { doing, source }
    }

    /// What trying again would bring.
    pub fn class(&self) -> Class {
        match self {
            Self::Connect { source, .. } => match source.code() {
                Some(_) if is_unsupported_parameter(source) => Class::Permanent,
                Some(code) => classify(code),
                None if refused_by_tls(source) || refused_by_login(source) => Class::Permanent,
                None => Class::Waiting,
            },
            // Without a code of the server's the connection broke.
            Self::Statement { source, .. } => source.code().map_or(Class::Waiting, classify),
            Self::Unreachable { .. } | Self::Locked { .. } | Self::Crowded { .. } => Class::Waiting,
            Self::Deadline { .. } | Self::CheckpointMoved { .. } | Self::DefinitionChanged { .. } => {
                Class::Transient
            }
            Self::Tls { .. } | Self::Pooled { .. } | Self::Encoding { .. } => Class::Permanent,
            Self::OtherConfig { .. }
            | Self::Refused { .. }
            | Self::NotAName { .. }
            | Self::OfAnotherShop { .. } => Class::Refused,
        }
    }

    /// Whether a pooler stands between that takes prepared statements away, or has those of others.
    pub fn is_of_pooler(&self) -> bool {
        match self {
            Self::Pooled { .. } => true,
            Self::Connect { source, .. } | Self::Statement { source, .. } => {
                source.code().is_some_and(|code| matches!(code.code(), "26000" | "42P05"))
            }
            _ => false,
        }
    }

    /// Whether a connection did not come about for its being encrypted, or its not being so.
    pub fn is_about_encryption(&self) -> bool {
        match self {
            Self::Connect { source, .. } => match source.code() {
                // No line of pg_hba.conf.
                Some(code) => *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
                None => source.to_string().contains(TLS) || tls_error(source).is_some(),
            },
            _ => false,
        }
    }
}

/// What an SQLSTATE says of another try; of codes that are not known here it may help.
fn classify(code: &SqlState) -> Class {
    let code = code.code();
    match code {
        // A standby or a server set read-only; a table that somebody else holds.
        "25006" | "55P03" => Class::Waiting,
        // Cancelled by a person or a time limit: the server itself is well. A table that is gone: who opens the
        // database again tells which.
        // Of memory or locks there is too little for what is asked, which waiting may not change.
        "57014" | "42P01" | "53200" => Class::Transient,
        _ => match &code[..2] {
            // Connection; out of space, memory or connections; starting up, shutting down, terminated.
            "08" | "53" | "57" => Class::Waiting,
            "0A" | "22" | "23" | "26" | "28" | "2B" | "3D" | "3F" | "42" | "54" => Class::Permanent,
            _ => Class::Transient,
        },
    }
}

/// Whether PgBouncer does not pass on a parameter of the connection. It has one SQLSTATE for all that it says.
fn is_unsupported_parameter(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|error| error.message().starts_with("unsupported startup parameter"))
}

/// Whether the server asked for what the client does not have: a password, or another way to log in. The
/// driver tells it by its words alone.
pub(super) fn refused_by_login(error: &tokio_postgres::Error) -> bool {
    let text = error.to_string();
    ["invalid configuration", "authentication error"].iter().any(|words| text.starts_with(words))
}

/// How the driver tells a failure of encryption.
const TLS: &str = "TLS";

/// Whether the two sides do not come to terms about encryption. A handshake that only broke off, since the
/// server went away, is none: then the cause is an I/O error without one of rustls in it.
pub(super) fn refused_by_tls(error: &tokio_postgres::Error) -> bool {
    let broken = || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
    tls_error(error).is_some() || error.to_string().contains(TLS) && !broken()
}

/// What rustls says of it, where it says something.
pub(super) fn tls_error(error: &tokio_postgres::Error) -> Option<&rustls::Error> {
    let io = error.source()?.downcast_ref::<std::io::Error>()?;
    io.get_ref()?.downcast_ref()
}

/// The server's own words where it said something, else the driver's with its causes.
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
    fn sqlstates_are_told_apart_by_what_trying_again_would_bring() {
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
