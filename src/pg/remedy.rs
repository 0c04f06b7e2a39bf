//! What a user can do about a failure, where that is known.
//!
//! Owns the hints. What failures there are, and whether a retry would help, is in `error`.

use std::error::Error as _;

use rustls::{AlertDescription, CertificateError};
use tokio_postgres::error::DbError;

use super::error::{PgError, refused_by_login, refused_by_tls, tls_error};

const LOGIN: &str = "check `user` and `password` of the shop's `database`, and the server's pg_hba.conf";

const UNBOUND: &str = "channel_binding \"require\" needs an encrypted connection and scram-sha-256 authentication: remove it, \
                       or configure both in the server's pg_hba.conf";

/// Why transaction pooling does not work, and what to do.
const POOLER: &str = "the connection goes through PgBouncer with pool_mode = transaction or statement, or a pooler like it, \
                      and a shop needs a session of its own for its lock, settings and prepared statements: set pool_mode \
                      = session for its database or user, or connect to the server's own host and port";

impl PgError {
    /// What a user can do about it, where that is known.
    pub fn remedy(&self) -> Option<&'static str> {
        if self.is_of_pooler() {
            return Some(POOLER);
        }
        let (source, doing) = match self {
            Self::Connect { source, .. } => (source, "connect"),
            Self::Statement { source, doing } => (source, doing.as_str()),
            _ => return None,
        };
        if source.code().is_none() {
            return match () {
                () if refused_by_tls(source) => Some(for_tls(source)),
                () if is_unbound(source) => Some(UNBOUND),
                () if refused_by_login(source) => Some(LOGIN),
                () => None,
            };
        }
        for_code(source, doing)
    }
}

/// What to do about an SQLSTATE.
fn for_code(source: &tokio_postgres::Error, doing: &str) -> Option<&'static str> {
    let says = |words: &str| source.as_db_error().is_some_and(|error| error.message().contains(words));
    Some(match source.code()?.code() {
        "28000" if says("certificate") => {
            "the server requires a client certificate: set `sslcert` and `sslkey`"
        }
        "28P01" | "28000" => LOGIN,
        "08P01" if says("unsupported startup parameter") => {
            "remove `options`, or make PgBouncer ignore it: ignore_startup_parameters = options"
        }
        "3D000" => "create the database, or correct its name in the shop's `database`",
        "42501" if doing.starts_with("create ") => {
            "the role must be allowed to create a schema in the database and tables in the shop's schema: \
             GRANT CREATE ON DATABASE … TO …; GRANT CREATE, USAGE ON SCHEMA … TO …"
        }
        "42501" => {
            "the role must own the shop's tables, or have privileges on them: ALTER TABLE … OWNER TO …, or \
             GRANT SELECT, INSERT, UPDATE, DELETE ON … TO …; GRANT USAGE ON SCHEMA … TO …; the same holds for the \
             tables in the schema shopsim, or that of `state_schema`"
        }
        "42P01" | "42703" | "42804" => {
            "the shop's tables were altered by hand; `shopsim reset` drops them, and the next run creates them again"
        }
        "22003" | "22007" | "22008" | "22P02" | "22P03" => {
            "a value does not fit its column: change the column's type or its provider in the config"
        }
        "22001" => "a value is longer than its column: widen the column's type in the config",
        "22P05" => {
            "the database's encoding lacks characters of the shop's texts: use a database created by CREATE DATABASE … \
             ENCODING 'UTF8' TEMPLATE template0"
        }
        "23503" if doing.starts_with("delete ") => {
            "a row of a table of your own, or one that was inserted by hand, refers to a row that is due for deletion: \
             delete it, let it refer to another row, or give its foreign key ON DELETE CASCADE or SET NULL"
        }
        "23503" => {
            "a row that others refer to was deleted by hand: insert one with its key again, or run `shopsim reset`, which \
             drops the tables, and the next run creates them again"
        }
        "23502" => "a column was added or made NOT NULL by hand: give it a default, or drop the constraint",
        "23505" => match source.as_db_error().and_then(DbError::constraint) {
            Some(constraint) if !constraint.ends_with("_pkey") => {
                "a row that was inserted or changed by hand has a unique value that this tick assigns; delete that row \
                 or change its value"
            }
            _ => {
                "rows were inserted by hand with ids that shopsim assigns; delete them, and let the column's default \
                 assign the ids of your own rows, or, where it has none, give them keys that do not match `key_template`"
            }
        },
        "54000" | "54011" => "give the table fewer columns, or split it into two",
        "2BP01" => "drop the views, keys and columns that depend on the shop's tables and types first",
        "3F000" => "create the shop's schema, or correct `schema`",
        _ => return None,
    })
}

/// Whether channel binding was required and not possible. Only the driver's message shows it.
fn is_unbound(source: &tokio_postgres::Error) -> bool {
    source.source().is_some_and(|cause| cause.to_string().contains("channel binding"))
}

/// What to do about a failed TLS handshake.
fn for_tls(source: &tokio_postgres::Error) -> &'static str {
    use CertificateError::{
        BadEncoding, Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet,
        NotValidYetContext, UnsupportedSignatureAlgorithmContext,
        UnsupportedSignatureAlgorithmForPublicKeyContext,
    };
    use rustls::Error::{AlertReceived, InvalidCertificate};
    match tls_error(source) {
        None => {
            "the server does not support encrypted connections: set sslmode \"prefer\" or \"disable\", or `ssl = on` in \
             postgresql.conf"
        }
        Some(InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
            "the server's certificate is for another name: use that name as `host`, or sslmode \"verify-ca\", which only \
             checks the certificate authority"
        }
        Some(InvalidCertificate(
            Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. },
        )) => {
            "the server's certificate has expired or is not valid yet: renew it, or use sslmode \"require\", which does not check it"
        }
        Some(InvalidCertificate(
            CertificateError::Other(_)
            | BadEncoding
            | UnsupportedSignatureAlgorithmContext { .. }
            | UnsupportedSignatureAlgorithmForPublicKeyContext { .. },
        )) => {
            "shopsim cannot check a certificate of this kind: create one of version 3 with an RSA (2048 bits), P-256, \
             P-384 or Ed25519 key, or use sslmode \"require\" without `sslrootcert` and channel_binding, which does not \
             check it"
        }
        Some(InvalidCertificate(_)) => {
            "the server's certificate is not signed by a trusted authority: set `sslrootcert` to its authority, or to the \
             certificate itself if it is self-signed, or use sslmode \"require\" without `sslrootcert`, which does not \
             check it"
        }
        Some(AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::UnsupportedCertificate,
        )) => {
            "the server does not accept the client certificate: set `sslcert` and `sslkey` to one that it trusts and its \
             key"
        }
        Some(_) => {
            "the server and shopsim have no TLS parameters in common: shopsim needs TLS 1.2 or 1.3, key exchange with \
             X25519, P-256 or P-384 (ssl_min_protocol_version, ssl_ciphers and ssl_ecdh_curve in postgresql.conf) and, \
             where certificates are checked, an RSA, P-256, P-384 or Ed25519 key; sslmode \"prefer\" or \"disable\" works \
             without TLS"
        }
    }
}
