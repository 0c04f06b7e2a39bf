//! What can go wrong with a server, and whether trying again would help.
//!
//! Owns the classes of SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>) and
//! the remedies that people are told. Must not know what the caller does about it.

use std::error::Error as _;
use std::time::Duration;

use thiserror::Error;
use tokio_postgres::error::{DbError, SqlState};

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
            Self::Tls { .. } => Class::Permanent,
            Self::OtherConfig { .. }
            | Self::Refused { .. }
            | Self::NotAName { .. }
            | Self::OfAnotherShop { .. } => Class::Refused,
        }
    }

    /// What a person can do about it, where that is known.
    pub fn remedy(&self) -> Option<&'static str> {
        let (Self::Connect { source, .. } | Self::Statement { source, .. }) = self else { return None };
        if source.code().is_none() && refused_by_tls(source) {
            return Some("check `sslmode` and `sslrootcert` against what the server offers");
        }
        if source.code().is_none() && refused_by_login(source) {
            return Some(REMEDY_FOR_LOGIN);
        }
        Some(match source.code()?.code() {
            "28P01" | "28000" => REMEDY_FOR_LOGIN,
            "3D000" => "create the database first, or correct its name in the shop's `database`",
            "42501" => {
                "the role must be allowed to create a schema in the database and tables in the shop's schema: \
                 GRANT CREATE ON DATABASE … TO …; GRANT CREATE, USAGE ON SCHEMA … TO …"
            }
            "42P01" | "42703" | "42804" => {
                "the shop's tables were changed by hand; `shopsim reset` drops them, the next run makes them anew"
            }
            "22003" | "22007" | "22008" | "22P02" | "22P03" => {
                "a value does not fit its column: change the column's type or its provider in the config"
            }
            "22001" => "a value is longer than its column: widen the column's type in the config",
            "23505" => match source.as_db_error().and_then(DbError::constraint) {
                Some(constraint) if !constraint.ends_with("_pkey") => {
                    "a row that was inserted or changed by hand has a value of a unique column that this tick needs; \
                     delete that row or change its value"
                }
                _ => {
                    "rows were inserted by hand with ids that shopsim assigns; delete them, and leave the ids of rows \
                     of your own to the column's default"
                }
            },
            "54000" | "54011" => "give the table fewer columns, or split it into two",
            "2BP01" => "drop the views, keys and columns that hang on the shop's tables and types first",
            "3F000" => "create the shop's schema first, or correct `schema`",
            _ => return None,
        })
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
            "0A" | "22" | "23" | "28" | "2B" | "3D" | "3F" | "42" | "54" => Class::Permanent,
            _ => Class::Transient,
        },
    }
}

const REMEDY_FOR_LOGIN: &str =
    "check `user` and `password` of the shop's `database`, and the server's pg_hba.conf";

/// Whether the server asked for what the client does not have: a password, or another way to log in. The
/// driver tells it by its words alone.
fn refused_by_login(error: &tokio_postgres::Error) -> bool {
    let text = error.to_string();
    ["invalid configuration", "authentication error"].iter().any(|words| text.starts_with(words))
}

/// Whether the two sides do not come to terms about encryption. A handshake that only broke off, since the
/// server went away, is none: then the cause is an I/O error without one of rustls in it.
fn refused_by_tls(error: &tokio_postgres::Error) -> bool {
    let broken = error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
    let broken = broken.is_some_and(|io| !io.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()));
    error.to_string().contains("TLS") && !broken
}

/// The server's own words where it said something, else the driver's with its causes.
fn describe(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        let mut text = format!("{} ({})", db.message(), db.code().code());
        for part in [db.detail(), db.hint(), db.where_()].into_iter().flatten() {
            text.push_str("; ");
            text.push_str(part);
        }
        return text;
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
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
        for code in ["28P01", "3D000", "42501", "42703", "22001", "23505", "54000"] {
            assert_eq!(class(code), Class::Permanent, "{code}");
        }
        for code in ["08006", "53300", "53100", "55P03", "25006", "57P01", "57P03"] {
            assert_eq!(class(code), Class::Waiting, "{code}");
        }
    }
}
