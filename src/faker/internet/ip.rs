//! Addresses of machines: IPv4, IPv6, MAC, and ports.
//!
//! Owns which networks are private and which are never drawn.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Arguments, Compiled, InvalidArgument};
use crate::stream::Stream;
use crate::value::SqlType;

/// What PostgreSQL reads an address as, with its network or without.
const ADDRESSES: &[SqlType] = &[SqlType::Inet, SqlType::Cidr];

/// A network: its first address and how many leading bits all its addresses share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Net(u32, u8);

const fn net(address: [u8; 4], prefix: u8) -> Net {
    Net(u32::from_be_bytes(address), prefix)
}

const ALL: Net = net([0, 0, 0, 0], 0);
/// Each class with its private network (RFC 1918).
const CLASSES: [(&str, (Net, Net)); 3] = [
    ("a", (net([0, 0, 0, 0], 1), net([10, 0, 0, 0], 8))),
    ("b", (net([128, 0, 0, 0], 2), net([172, 16, 0, 0], 12))),
    ("c", (net([192, 0, 0, 0], 3), net([192, 168, 0, 0], 16))),
];
/// Networks that are never drawn: those of special purpose in IANA's registry
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry/>), multicast and what is reserved.
const SPECIAL: [Net; 15] = [
    net([0, 0, 0, 0], 8),
    net([100, 64, 0, 0], 10),
    net([127, 0, 0, 0], 8),
    net([169, 254, 0, 0], 16),
    net([192, 0, 0, 0], 24),
    net([192, 0, 2, 0], 24),
    net([192, 31, 196, 0], 24),
    net([192, 52, 193, 0], 24),
    net([192, 88, 99, 0], 24),
    net([192, 175, 48, 0], 24),
    net([198, 18, 0, 0], 15),
    net([198, 51, 100, 0], 24),
    net([203, 0, 113, 0], 24),
    net([224, 0, 0, 0], 4),
    net([240, 0, 0, 0], 4),
];

impl Net {
    /// The bits that all addresses share.
    fn mask(prefix: u8) -> u32 {
        u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)
    }

    fn contains(self, other: Self) -> bool {
        self.1 <= other.1 && other.0 & Self::mask(self.1) == self.0
    }

    /// Appends the networks that are left of this one without the holes, in order.
    fn without(self, holes: &[Self], left: &mut Vec<Self>) {
        if holes.iter().any(|hole| hole.contains(self)) {
            return;
        }
        if !holes.iter().any(|hole| self.contains(*hole)) {
            return left.push(self);
        }
        // A network of one address that contains a hole is the hole, so there is a bit to split at.
        let prefix = self.1 + 1;
        Self(self.0, prefix).without(holes, left);
        Self(self.0 | 1 << (32 - prefix), prefix).without(holes, left);
    }
}

/// Networks, each address of which is equally likely.
struct Pool {
    /// Each network with the number of addresses before it.
    nets: Vec<(u64, Net)>,
    /// Addresses in all.
    total: u64,
}

impl Pool {
    fn new(whole: Net, holes: &[Net]) -> Self {
        let mut left = Vec::new();
        whole.without(holes, &mut left);
        let mut total = 0;
        let before = |net: Net| {
            let start = total;
            total += 1u64 << (32 - net.1);
            (start, net)
        };
        Self { nets: left.into_iter().map(before).collect(), total }
    }

    /// An address, and how many bits those of its network share.
    fn draw(&self, stream: &mut Stream) -> (u32, u8) {
        let point = stream.below(self.total);
        // The first network has nothing before it, so there is always one.
        let at = self.nets.partition_point(|(before, _)| *before <= point) - 1;
        let (before, Net(start, prefix)) = self.nets[at];
        #[expect(clippy::cast_possible_truncation, reason = "a network has at most 2^32 addresses")]
        let place = (point - before) as u32;
        (start.wrapping_add(place), prefix)
    }
}

/// `ipv4(network=False, address_class=None, private=None)`: any address that is not of special purpose,
/// private ones among them, unless `private` is given.
pub(super) fn ipv4(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let private = if args.is_given("private") { args.boolean("private").map(Some) } else { Ok(None) };
    match private {
        Ok(private) => of_kind(args, private),
        Err(reported) => of_kind(args, None).and(Err(reported)),
    }
}

/// `ipv4_private(…)`, `ipv4_public(…)`, and with `None` either: as in Faker each class is equally likely
/// for the first two, where none is given; each address is equally likely for the third. Faker ignores an
/// unknown class.
pub(super) fn of_kind(args: &mut Arguments<'_>, private: Option<bool>) -> Result<Compiled, InvalidArgument> {
    let network = args.boolean("network");
    let class = if args.is_given("address_class") {
        args.one_of("address_class", &CLASSES).map(Some)
    } else {
        Ok(None)
    };
    let (network, class) = (network?, class?);
    let classes = class.map_or_else(|| CLASSES.map(|(_, nets)| nets).to_vec(), |nets| vec![nets]);
    let pools: Vec<Pool> = match private {
        None => vec![Pool::new(class.map_or(ALL, |(whole, _)| whole), &SPECIAL)],
        Some(true) => classes.iter().map(|(_, private)| Pool::new(*private, &[])).collect(),
        Some(false) => {
            let holes: Vec<Net> =
                SPECIAL.into_iter().chain(CLASSES.map(|(_, (_, private))| private)).collect();
            classes.iter().map(|(whole, _)| Pool::new(*whole, &holes)).collect()
        }
    };
    let distinct = (pools.len() == 1 && !network).then(|| pools[0].total);
    let texts = Compiled::text(if network { 18 } else { 15 }, move |draw, out| {
        let pool = if pools.len() == 1 { &pools[0] } else { draw.stream.pick::<Pool>(&pools) };
        let (address, prefix) = pool.draw(draw.stream);
        // Writing to a String cannot fail.
        let _ = if network {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 32")]
            let prefix = draw.stream.between(prefix.into(), 32) as u8;
            write!(out, "{}/{prefix}", Ipv4Addr::from(address & Net::mask(prefix)))
        } else {
            write!(out, "{}", Ipv4Addr::from(address))
        };
    });
    Ok(Compiled { distinct, ..texts }.reading_as(ADDRESSES))
}

/// `ipv6(network=False)`: any address from 2^32 on, in the form of RFC 5952.
pub(super) fn ipv6(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let network = args.boolean("network")?;
    Ok(Compiled::text(if network { 43 } else { 39 }, move |draw, out| {
        let mut address = u128::from(draw.stream.bits()) << 64 | u128::from(draw.stream.bits());
        if address < 1 << 32 {
            address |= 1 << 32;
        }
        // Writing to a String cannot fail.
        let _ = if network {
            #[expect(clippy::cast_possible_truncation, reason = "at most 128")]
            let prefix = draw.stream.below(129) as u32;
            let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
            write!(out, "{}/{prefix}", Ipv6Addr::from(address & mask))
        } else {
            write!(out, "{}", Ipv6Addr::from(address))
        };
    })
    .reading_as(ADDRESSES))
}

/// `mac_address(multicast=False)`: the lowest bit of the first byte says whether it is one machine's or a
/// group's (IEEE 802).
pub(super) fn mac_address(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let group = u64::from(args.boolean("multicast")?);
    // Of 48 bits one is the group's: those below it are enough to keep addresses distinct.
    let texts = Compiled::text(17, move |draw, out| {
        let bits = draw.stream.below(1 << 48);
        let bytes = (bits & !(1 << 40) | group << 40).to_be_bytes();
        for (place, byte) in bytes[2..].iter().enumerate() {
            let colon = if place > 0 { ":" } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(out, "{colon}{byte:02x}");
        }
    });
    Ok(texts.with_distinct(1 << 40).reading_as(&[SqlType::MacAddr]))
}

/// `port_number(is_system=False, is_user=False, is_dynamic=False)`: the ranges of RFC 6335; of several
/// flags the first wins, as in Faker.
pub(super) fn port_number(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (system, user, dynamic) =
        (args.boolean("is_system"), args.boolean("is_user"), args.boolean("is_dynamic"));
    let range = match (system?, user?, dynamic?) {
        (true, ..) => 0..=1_023,
        (_, true, _) => 1_024..=49_151,
        (.., true) => 49_152..=65_535,
        _ => 0..=65_535,
    };
    let (least, most) = (*range.start(), *range.end());
    Ok(Compiled::int(range, move |draw| draw.stream.between(least, most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_without_holes_is_what_is_left_of_it() {
        let mut left = Vec::new();
        net([10, 0, 0, 0], 30).without(&[net([10, 0, 0, 1], 32)], &mut left);
        assert_eq!(left, [net([10, 0, 0, 0], 32), net([10, 0, 0, 2], 31)]);
        let pool = Pool::new(ALL, &SPECIAL);
        let special: u64 = SPECIAL.iter().map(|net| 1u64 << (32 - net.1)).sum();
        assert_eq!(pool.total, (1 << 32) - special);
        assert_eq!(Pool::new(net([10, 0, 0, 0], 8), &[]).total, 1 << 24);
    }
}
