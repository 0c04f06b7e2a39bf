//! Addresses of machines and networks, and UUIDs: values of a fixed number of bytes.
//!
//! Owns both directions of their text form as PostgreSQL prints it; must not know where they come from.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// An address with the number of its bits that name the network: PostgreSQL's `inet`, and `cidr` where all
/// bits after these are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The address.
    pub address: IpAddr,
    /// Bits of the network, at most 32, or 128.
    pub prefix: u8,
}

impl Network {
    /// Reads `192.168.0.0/24` or, all bits being the network's, `192.168.0.1`; IPv6 alike.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(all), |prefix| prefix.parse().ok().filter(|bits| *bits <= all))?;
        Some(Self { address, prefix })
    }

    /// Whether no bit after the network's is set, as `cidr` wants it.
    pub fn is_cidr(self) -> bool {
        let (bits, width) = match self.address {
            IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        let hosts = u128::MAX.checked_shr(128 - (width - u32::from(self.prefix))).unwrap_or(0);
        bits & hosts == 0
    }

    /// Whether the address is one machine's.
    pub fn is_host(self) -> bool {
        self.prefix == if self.address.is_ipv4() { 32 } else { 128 }
    }
}

/// As `cidr` prints it, the number of bits always there: `192.168.0.0/24`.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Address(self.address), self.prefix)
    }
}

/// An address as PostgreSQL prints it: other than Rust it ends the IPv6 addresses from 2^16 to 2^32 with an IPv4
/// one (`inet_net_ntop_ipv6` in its `inet_net_ntop.c`).
pub(super) struct Address(pub IpAddr);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V6(address) if (1 << 16..1 << 32).contains(&address.to_bits()) => {
                write!(f, "::{}", Ipv4Addr::from(address.to_bits() as u32))
            }
            address => address.fmt(f),
        }
    }
}

/// Reads `08:00:2b:01:02:03`, also with `-`, `.` or nothing between the digits.
pub(super) fn parse_mac(text: &str) -> Option<[u8; 6]> {
    hex_digits(text, &[':', '-', '.'])
}

/// `08:00:2b:01:02:03`.
pub(super) fn write_mac(f: &mut fmt::Formatter<'_>, bytes: [u8; 6]) -> fmt::Result {
    bytes.iter().enumerate().try_for_each(|(place, byte)| {
        let colon = if place > 0 { ":" } else { "" };
        write!(f, "{colon}{byte:02x}")
    })
}

/// Reads a UUID with or without hyphens and braces.
pub(super) fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    hex_digits(inner, &['-'])
}

/// `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`.
pub(super) fn write_uuid(f: &mut fmt::Formatter<'_>, bytes: [u8; 16]) -> fmt::Result {
    bytes.iter().enumerate().try_for_each(|(place, byte)| {
        let hyphen = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
        write!(f, "{hyphen}{byte:02x}")
    })
}

/// Exactly `2 * N` hexadecimal digits, with separators anywhere between them.
fn hex_digits<const N: usize>(text: &str, separators: &[char]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let mut digits = text.chars().filter(|c| !separators.contains(c)).map(|c| c.to_digit(16));
    for byte in &mut bytes {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = (high << 4 | low) as u8;
    }
    digits.next().is_none().then_some(bytes)
}

/// Reads PostgreSQL's hex form of bytes: `\x00ff`.
pub(super) fn parse_bytes(text: &str, out: &mut Vec<u8>) -> Option<()> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    if digits.len() % 2 != 0 {
        return None;
    }
    let start = out.len();
    for pair in digits.chunks(2) {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
            out.truncate(start);
            return None;
        };
        out.push((high << 4 | low) as u8);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_no_bits_of_hosts() {
        let cidr = |text| Network::parse(text).unwrap().is_cidr();
        assert!(cidr("192.168.0.0/24") && cidr("10.0.0.1") && cidr("0.0.0.0/0") && cidr("::/0"));
        assert!(!cidr("192.168.0.1/24") && !cidr("2001:db8::1/64"));
        assert_eq!(Network::parse("10.0.0.1/33"), None);
        assert_eq!(Network::parse("10.0.0"), None);
    }

    #[test]
    fn addresses_print_as_postgresql_prints_them() {
        let text = |text: &str| Address(text.parse().unwrap()).to_string();
        assert_eq!(text("::1"), "::1");
        assert_eq!(text("::"), "::");
        assert_eq!(text("::1:2"), "::0.1.0.2");
        assert_eq!(text("::ffff:1.2.3.4"), "::ffff:1.2.3.4");
        assert_eq!(text("2001:DB8:0:0:1::"), "2001:db8:0:0:1::");
    }

    #[test]
    fn digits_may_be_grouped_as_people_do() {
        assert_eq!(parse_mac("08-00-2B-01-02-03"), Some([8, 0, 0x2b, 1, 2, 3]));
        assert_eq!(parse_mac("08:00:2b:01:02"), None);
        assert_eq!(parse_uuid("{00000000-0000-0000-0000-0000000000ff}").unwrap()[15], 255);
        assert_eq!(parse_uuid("00000000-0000-0000-0000-0000000000fff"), None);
    }
}
