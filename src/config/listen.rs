//! The address of a run's status pages: where they are served, and where they are requested.
//!
//! Owns its text form.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use super::InvalidValue;
use super::problem::quote;

/// An address to listen on; a bare port binds to 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen(SocketAddr);

impl Listen {
    /// The address itself.
    pub fn address(self) -> SocketAddr {
        self.0
    }

    /// The address to send requests to: the loopback address if all addresses are listened on.
    pub fn target(self) -> SocketAddr {
        let ip = match self.0.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        SocketAddr::new(ip, self.0.port())
    }
}

/// 127.0.0.1:9464: where a run is served and asked if nothing else is said.
impl Default for Listen {
    fn default() -> Self {
        Self(SocketAddr::from((Ipv4Addr::LOCALHOST, 9464)))
    }
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self(address)
    }
}

impl FromStr for Listen {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let port = text.strip_prefix("localhost:").or(text.strip_prefix(':')).unwrap_or(text);
        let local = port.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        local.or_else(|_| text.parse()).map(Self).map_err(|_| {
            InvalidValue::new(format!("{} is not an address", quote(text)))
                .help("write a port of this machine such as 9464, or an IP and a port such as 0.0.0.0:9464")
        })
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_port_is_one_of_this_machine_only() {
        for text in ["9464", ":9464", "localhost:9464", "127.0.0.1:9464"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), "127.0.0.1:9464", "{text}");
        }
        for text in ["0.0.0.0:80", "[::]:80", "[::1]:0", "10.1.2.3:65535"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        for text in ["", ":", "65536", "-1", "host:9464", "1.2.3.4", "::1:9464x", "*:80"] {
            let message = text.parse::<Listen>().unwrap_err().to_string();
            assert!(message.starts_with(&format!("`{text}` is not an address")), "{message}");
        }
    }

    #[test]
    fn who_listens_everywhere_is_asked_on_the_machine_itself() {
        let target = |text: &str| text.parse::<Listen>().unwrap().target().to_string();
        assert_eq!(target("0.0.0.0:9464"), "127.0.0.1:9464");
        assert_eq!(target("[::]:9464"), "[::1]:9464");
        assert_eq!(target("10.1.2.3:9464"), "10.1.2.3:9464");
    }
}
