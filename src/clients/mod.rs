//! How clients connect to a shop's database: its URL.
//!
//! Owns the texts that a user pastes into other programs. Pure; must not know whether the server is up. A password is
//! shown only where it is the default one of a private server.

use std::net::IpAddr;

use crate::config::ConnectionParameters;

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
        }
    }

    /// The URL of the database, as psql accepts it.
    pub fn url(&self) -> String {
        let Self { host, port, user, password, database } = self;
        let host = match host.parse() {
            Ok(IpAddr::V6(host)) => format!("[{host}]"),
            _ => percent(host),
        };
        let password = password.as_deref().map(|password| format!(":{}", percent(password)));
        let password = password.unwrap_or_default();
        format!("postgresql://{}{password}@{host}:{port}/{}", percent(user), percent(database))
    }
}

/// Percent-encodes a part of a URL, except the unreserved characters of RFC 3986, section 2.3.
fn percent(part: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    part.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Encryption, Secret, SslMode};

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
