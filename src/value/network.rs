//! Host and network addresses, and UUIDs: values of a fixed number of bytes.
//!
//! Owns both directions of their text form as PostgreSQL prints it; must not know where they come from.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address with the length of its network prefix: PostgreSQL's `inet`, and `cidr` if all bits after the
/// prefix are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The address.
    pub address: IpAddr,
    /// Length of the network prefix, at most 32, or 128.
    pub prefix: u8,
}

impl Network {
    /// Reads an `inet`: `192.168.0.1`, `192.168.0.1/24`, `10.1/16`; IPv6 alike.
    pub fn inet(text: &str) -> Option<Self> {
        let (address, prefix) = split(text)?;
        if address.contains(':') {
            return Self::v6(address, prefix);
        }
        let (octets, count) = octets(address)?;
        let prefix = prefix.or((count == 4).then_some(32))?;
        (prefix <= 32 && prefix / 8 <= count).then_some(Self { address: octets.into(), prefix })
    }

    /// Reads a `cidr`, which has no host bits: `10.0.0.0/8`, `10.1/16`, `10`; without a prefix length, that of the
    /// address's class is used, or all given octets if that is longer.
    pub fn cidr(text: &str) -> Option<Self> {
        let (address, prefix) = split(text)?;
        let network = if address.contains(':') {
            Self::v6(address, prefix)?
        } else {
            let (octets, count) = octets(address)?;
            let class = match octets[0] {
                240.. => 32,
                // A multicast address with one octet has the prefix of the class.
                224 if count == 1 => 4,
                224.. => 8,
                192.. => 24,
                128.. => 16,
                _ => 8,
            };
            let prefix = prefix.unwrap_or(class.max(if class == 4 { 4 } else { 8 * count }));
            Self { address: octets.into(), prefix }
        };
        (network.prefix <= network.width() && network.is_cidr()).then_some(network)
    }

    fn v6(address: &str, prefix: Option<u8>) -> Option<Self> {
        let address: Ipv6Addr = address.parse().ok()?;
        let prefix = prefix.unwrap_or(128);
        (prefix <= 128).then_some(Self { address: address.into(), prefix })
    }

    /// Bits of the address.
    fn width(self) -> u8 {
        if self.address.is_ipv4() { 32 } else { 128 }
    }

    /// Whether no bit after the prefix is set, as `cidr` requires.
    fn is_cidr(self) -> bool {
        let (bits, width) = match self.address {
            IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        let hosts = u128::MAX.checked_shr(128 - (width - u32::from(self.prefix))).unwrap_or(0);
        bits & hosts == 0
    }

    /// Whether it is the address of a single host.
    pub fn is_host(self) -> bool {
        self.prefix == self.width()
    }
}

/// An address and its prefix length, if given.
fn split(text: &str) -> Option<(&str, Option<u8>)> {
    let Some((address, prefix)) = text.split_once('/') else { return Some((text, None)) };
    let zero = address.contains(':') && prefix.len() > 1 && prefix.starts_with('0');
    let sound = !zero && prefix.bytes().all(|byte| byte.is_ascii_digit());
    Some((address, Some(prefix.parse().ok().filter(|_| sound)?)))
}

/// One to four octets of an IPv4 address, the others zero, and their number.
fn octets(text: &str) -> Option<([u8; 4], u8)> {
    let (mut octets, mut count) = ([0; 4], 0);
    for part in text.split('.') {
        let sound = part.bytes().all(|byte| byte.is_ascii_digit());
        *octets.get_mut(usize::from(count))? = part.parse().ok().filter(|_| sound)?;
        count += 1;
    }
    Some((octets, count))
}

/// As `cidr` prints it, always with the prefix length: `192.168.0.0/24`.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Address(self.address), self.prefix)
    }
}

/// An address as PostgreSQL prints it: unlike Rust, it ends the IPv6 addresses from 2^16 to 2^32 with an IPv4
/// address (`inet_net_ntop_ipv6` in its `inet_net_ntop.c`).
pub(super) struct Address(pub IpAddr);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V6(address) if (1 << 16..1 << 32).contains(&address.to_bits()) => {
                let [.., a, b, c, d] = address.octets();
                write!(f, "::{}", Ipv4Addr::new(a, b, c, d))
            }
            address => address.fmt(f),
        }
    }
}

/// Reads `08:00:2b:01:02:03`, `08-00-2b-01-02-03`, `08002b:010203`, `08002b-010203`, `0800.2b01.0203`,
/// `0800-2b01-0203` or `08002b010203`.
pub(super) fn parse_mac(text: &str) -> Option<[u8; 6]> {
    const GROUPS: [(char, usize, usize); 7] =
        [(':', 6, 2), ('-', 6, 2), (':', 2, 6), ('-', 2, 6), ('.', 3, 4), ('-', 3, 4), (':', 1, 12)];
    let is = |(mark, count, digits): &(char, usize, usize)| {
        let mut groups = text.split(*mark);
        groups.clone().count() == *count && groups.all(|group| group.len() == *digits)
    };
    let (mark, ..) = GROUPS.iter().find(|group| is(group))?;
    hex_digits(text.chars().filter(|c| c != mark))
}

/// `08:00:2b:01:02:03`.
pub(super) fn write_mac(f: &mut fmt::Formatter<'_>, bytes: [u8; 6]) -> fmt::Result {
    bytes.iter().enumerate().try_for_each(|(place, byte)| {
        let colon = if place > 0 { ":" } else { "" };
        write!(f, "{colon}{byte:02x}")
    })
}

/// Reads a UUID, with or without braces, and hyphens after any four of its digits.
pub(super) fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let inner = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}')?,
        None => text,
    };
    let mut groups = inner.split('-');
    let sound = groups.all(|group| !group.is_empty() && group.len() % 4 == 0);
    if sound { hex_digits(inner.chars().filter(|c| *c != '-')) } else { None }
}

/// `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`.
pub(super) fn write_uuid(f: &mut fmt::Formatter<'_>, bytes: [u8; 16]) -> fmt::Result {
    bytes.iter().enumerate().try_for_each(|(place, byte)| {
        let hyphen = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
        write!(f, "{hyphen}{byte:02x}")
    })
}

/// Exactly `2 * N` hexadecimal digits.
fn hex_digits<const N: usize>(letters: impl Iterator<Item = char>) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let mut digits = letters.map(hex_digit);
    for byte in &mut bytes {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = high << 4 | low;
    }
    digits.next().is_none().then_some(bytes)
}

/// The value of a hexadecimal digit.
fn hex_digit(letter: char) -> Option<u8> {
    u8::try_from(letter.to_digit(16)?).ok()
}

/// Reads bytes in PostgreSQL's hex form, `\x00ff`, or in its escape form, `a\\b\377`; `None`, perhaps with some bytes
/// added, if it is neither.
pub(super) fn parse_bytes(text: &str, out: &mut Vec<u8>) -> Option<()> {
    let Some(digits) = text.strip_prefix("\\x") else { return parse_escapes(text.as_bytes(), out) };
    let mut digits = digits.chars().peekable();
    // Whitespace is allowed between the bytes.
    while let Some(high) = digits.next() {
        if matches!(high, ' ' | '\n' | '\t' | '\r') {
            continue;
        }
        out.push(hex_digit(high)? << 4 | hex_digit(digits.next()?)?);
    }
    Some(())
}

fn parse_escapes(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        let (read, after) = match (byte, after) {
            (b'\\', [b'\\', after @ ..]) => (b'\\', after),
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..]) => {
                ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), after)
            }
            (b'\\', _) => return None,
            (byte, after) => (*byte, after),
        };
        out.push(read);
        rest = after;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_no_bits_of_hosts_and_may_be_short() {
        let cidr = |text| Network::cidr(text).map(|network| network.to_string());
        for (text, expected) in [
            ("192.168.0.0/24", Some("192.168.0.0/24")),
            ("10.1/16", Some("10.1.0.0/16")),
            ("10", Some("10.0.0.0/8")),
            ("10/12", Some("10.0.0.0/12")),
            ("192.168", Some("192.168.0.0/24")),
            ("172.16", Some("172.16.0.0/16")),
            ("10.1.2", Some("10.1.2.0/24")),
            ("224", Some("224.0.0.0/4")),
            ("10.0.0.1", Some("10.0.0.1/32")),
            ("0.0.0.0/0", Some("0.0.0.0/0")),
            ("::/0", Some("::/0")),
            ("192.168.0.1/24", None),
            ("2001:db8::1/64", None),
            ("10.256/16", None),
            ("10/33", None),
            ("10/+8", None),
        ] {
            assert_eq!(cidr(text).as_deref(), expected, "{text}");
        }
        let inet = |text| Network::inet(text).map(|network| network.to_string());
        assert_eq!(inet("10.1/16").as_deref(), Some("10.1.0.0/16"));
        for text in ["10.0.0.1/33", "10.0.0", "10/16", "::1/129", ""] {
            assert_eq!(inet(text), None, "{text}");
        }
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
        assert_eq!(parse_mac("08002b:010203"), parse_mac("0800.2b01.0203"));
        for text in ["08:00:2b:01:02", "08:00-2b:01:02:03", "08.00.2b.01.02.03", "0800:2b01:0203"] {
            assert_eq!(parse_mac(text), None, "{text}");
        }
        assert_eq!(parse_uuid("{00000000-0000-0000-0000-0000000000ff}").unwrap()[15], 255);
        for text in [
            "00000000-0000-0000-0000-0000000000fff",
            "0-0000000000000000000000000000000",
            "{00000000000000000000000000000000",
        ] {
            assert_eq!(parse_uuid(text), None, "{text}");
        }
    }
}
