//! What a person can do about a failure, where that is known.
//!
//! Owns the words of the remedies. What a failure is, and whether trying again would help, is `error`'s.

use std::error::Error as _;

use rustls::{AlertDescription, CertificateError};
use tokio_postgres::error::DbError;

use super::error::{PgError, refused_by_login, refused_by_tls, tls_error};

const LOGIN: &str = "check `user` and `password` of the shop's `database`, and the server's pg_hba.conf";

const UNBOUND: &str = "channel_binding \"require\" needs an encrypted connection and a login by scram-sha-256: leave it out, \
                       or have both in the server's pg_hba.conf";

/// What transaction pooling takes away, and how to get it back.
const POOLER: &str = "PgBouncer with pool_mode = transaction or statement, or another pooler that gives each transaction to \
                      any of its sessions, stands before the server, and a shop needs a session of its own for its lock, \
                      settings and prepared statements: set pool_mode = session for its database or user, or name the \
                      server's own host and port";

impl PgError {
    /// What a person can do about it, where that is known.
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
            "the server asks for a client's certificate: name it and its key by `sslcert` and `sslkey`"
        }
        "28P01" | "28000" => LOGIN,
        "08P01" if says("unsupported startup parameter") => {
            "leave `options` out, or have PgBouncer pass it over: ignore_startup_parameters = options"
        }
        "3D000" => "create the database first, or correct its name in the shop's `database`",
        "42501" if doing.starts_with("create ") => {
            "the role must be allowed to create a schema in the database and tables in the shop's schema: \
             GRANT CREATE ON DATABASE … TO …; GRANT CREATE, USAGE ON SCHEMA … TO …"
        }
        "42501" => {
            "the role must own the shop's tables, or be allowed to work with them: ALTER TABLE … OWNER TO …, or \
             GRANT SELECT, INSERT, UPDATE, DELETE ON … TO …; GRANT USAGE ON SCHEMA … TO …; the same holds for the \
             tables in the schema shopsim"
        }
        "42P01" | "42703" | "42804" => {
            "the shop's tables were changed by hand; `shopsim reset` drops them, the next run makes them anew"
        }
        "22003" | "22007" | "22008" | "22P02" | "22P03" => {
            "a value does not fit its column: change the column's type or its provider in the config"
        }
        "22001" => "a value is longer than its column: widen the column's type in the config",
        "22P05" => {
            "the database's encoding has not all characters of the shop's texts: give the shop a database that was made \
             by CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        }
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

/// Whether a login was not bound to the encrypted connection, as it has to be. The driver tells it by its words alone.
fn is_unbound(source: &tokio_postgres::Error) -> bool {
    source.source().is_some_and(|cause| cause.to_string().contains("channel binding"))
}

/// What to do about an encryption that does not come about.
fn for_tls(source: &tokio_postgres::Error) -> &'static str {
    use CertificateError::{
        BadEncoding, Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet,
        NotValidYetContext, UnsupportedSignatureAlgorithmContext,
        UnsupportedSignatureAlgorithmForPublicKeyContext,
    };
    use rustls::Error::{AlertReceived, InvalidCertificate};
    match tls_error(source) {
        None => {
            "the server takes no encrypted connections: sslmode \"prefer\" or \"disable\" goes without, `ssl = on` in \
             postgresql.conf turns them on"
        }
        Some(InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
            "the server's certificate is for another name: write that name as `host`, or sslmode \"verify-ca\", which \
             asks for the authority alone"
        }
        Some(InvalidCertificate(
            Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. },
        )) => {
            "the server's certificate is not valid today: renew it, or write sslmode \"require\", which asks for none"
        }
        Some(InvalidCertificate(
            CertificateError::Other(_)
            | BadEncoding
            | UnsupportedSignatureAlgorithmContext { .. }
            | UnsupportedSignatureAlgorithmForPublicKeyContext { .. },
        )) => {
            "the server's certificate is of a kind that cannot be checked here: make one of version 3 with a key of RSA \
             with 2048 bits, P-256, P-384 or Ed25519, or write sslmode \"require\" without `sslrootcert` and \
             channel_binding, which asks for none"
        }
        Some(InvalidCertificate(_)) => {
            "no authority that is trusted stands behind the server's certificate: name its authority, or a self-signed \
             certificate itself, by `sslrootcert`, or write sslmode \"require\" without `sslrootcert`, which asks for none"
        }
        Some(AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::UnsupportedCertificate,
        )) => {
            "the server does not take the client's certificate: name one that it trusts, and its key, by `sslcert` and \
             `sslkey`"
        }
        Some(_) => {
            "the server and shopsim share no way to encrypt: shopsim needs TLS 1.2 or 1.3, a key exchange by X25519, \
             P-256 or P-384 (ssl_min_protocol_version, ssl_ciphers and ssl_ecdh_curve of postgresql.conf) and, where the \
             server must prove itself, a certificate with a key of RSA, P-256, P-384 or Ed25519; sslmode \"prefer\" or \
             \"disable\" goes without"
        }
    }
}
