//! How clients connect to a shop's database: its URL, and what to paste into other programs.
//!
//! Owns the endpoint; [`snippets()`] makes the texts for each client. Pure; must not know whether the server is up. A
//! password is shown only where it is the default one of a private server, or where the user asks for it.

mod pipelines;
mod quoting;
mod snippets;

use std::net::IpAddr;

use crate::config::{ConnectionParameters, SslMode};
use quoting::percent;

pub use snippets::{CLIENTS, Snippet, snippets};

/// Stands for a password that is not shown.
pub const PLACEHOLDER: &str = "<password>";

/// Where a client connects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name, IP address, or the folder of a Unix socket (begins with `/`).
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Role.
    pub user: String,
    /// The password, only if it may be shown.
    pub password: Option<String>,
    /// Database name.
    pub database: String,
    /// Whether and how a connection is encrypted, for clients that have to be told.
    pub sslmode: SslMode,
}

impl Endpoint {
    /// A server, without its password.
    pub fn of(server: &ConnectionParameters) -> Self {
        Self {
            host: server.host.clone(),
            port: server.port,
            user: server.user.clone(),
            password: None,
            database: server.database.clone(),
            sslmode: server.encryption.sslmode,
        }
    }

    /// A server, with its password: only for a user who asks for it.
    pub fn with_password(server: &ConnectionParameters) -> Self {
        let password = server.password.as_ref().map(|password| password.reveal().to_owned());
        Self { password, ..Self::of(server) }
    }

    /// The password, or what stands for it.
    fn password_or_placeholder(&self) -> &str {
        self.password.as_deref().unwrap_or(PLACEHOLDER)
    }

    /// Whether the server listens on a Unix socket.
    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// The password as a part of a URL, or what stands for it.
    fn password_of_url(&self) -> String {
        self.password.as_deref().map_or(PLACEHOLDER.to_owned(), percent)
    }

    /// The host as a part of a URL.
    fn host_of_url(&self) -> String {
        match self.host.parse() {
            Ok(IpAddr::V6(host)) => format!("[{host}]"),
            _ => percent(&self.host),
        }
    }

    /// The URL of the database, as psql accepts it.
    pub fn url(&self) -> String {
        let Self { port, user, password, database, .. } = self;
        let host = self.host_of_url();
        let password = password.as_deref().map(|password| format!(":{}", percent(password)));
        let password = password.unwrap_or_default();
        format!("postgresql://{}{password}@{host}:{port}/{}", percent(user), percent(database))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Encryption, Secret};

    #[test]
    fn a_server_is_shown_as_a_url_without_its_password() {
        let shown = |host: &str, user: &str, database: &str| {
            let server = ConnectionParameters {
                host: host.to_owned(),
                port: 5432,
                user: user.to_owned(),
                password: Some(Secret::new("hunter2")),
                database: database.to_owned(),
                encryption: Encryption::new(SslMode::Prefer),
                options: None,
            };
            Endpoint::of(&server).url()
        };
        assert_eq!(shown("db", "shop", "shop_1"), "postgresql://shop@db:5432/shop_1");
        assert_eq!(shown("::1", "shop", "d"), "postgresql://shop@[::1]:5432/d");
        assert_eq!(shown("/var/run", "a@b", "fruit 1"), "postgresql://a%40b@%2Fvar%2Frun:5432/fruit%201");
    }
}
