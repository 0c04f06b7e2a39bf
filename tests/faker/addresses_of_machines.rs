//! The family `internet`: e-mail, domains, networks, parts of a page's address.

use std::net::{Ipv4Addr, Ipv6Addr};

use regex::Regex;
use shopsim::value::Literal;

use super::{compile, compiled, count_of, distinct, draw, named, text, texts};

fn on(name: &'static str) -> (&'static str, Literal) {
    (name, Literal::Bool(true))
}

fn refused(provider: &str, params: &[(&str, Literal)]) -> bool {
    compile(provider, &named(params)).is_err()
}

/// Each value has the shape and is no longer than the bound.
fn shaped(provider: &str, params: &[(&str, Literal)], shape: &str) {
    let shape = Regex::new(shape).expect("a shape");
    let most = compiled(provider, params).max_chars.expect("a bound") as usize;
    for value in draw(provider, params, 1_000) {
        assert!(shape.is_match(&value) && value.chars().count() <= most, "{provider}: {value}");
    }
}

fn ipv4(provider: &str, params: &[(&str, Literal)]) -> Vec<Ipv4Addr> {
    draw(provider, params, 20_000).iter().map(|address| address.parse().expect("an address")).collect()
}

#[test]
fn private_addresses_are_private_and_public_ones_are_not() {
    let private = ipv4("ipv4_private", &[]);
    assert!(private.iter().all(Ipv4Addr::is_private));
    for first in [10, 172, 192] {
        let count = private.iter().filter(|address| address.octets()[0] == first).count();
        assert!((6_300..7_000).contains(&count), "each class is as likely: {first}: {count}");
    }
    let special = |address: &Ipv4Addr| {
        address.is_loopback()
            || address.is_link_local()
            || address.is_multicast()
            || address.is_broadcast()
            || address.is_documentation()
            || address.octets()[0] == 0
            || address.octets()[0] >= 240
            || (address.octets()[0] == 100 && (64..128).contains(&address.octets()[1]))
    };
    let public = ipv4("ipv4_public", &[]);
    assert!(!public.iter().any(|address| address.is_private() || special(address)));
    let any = ipv4("ipv4", &[]);
    assert!(!any.iter().any(special));
    assert!(any.iter().any(Ipv4Addr::is_private), "private ones are among all");
    assert!(ipv4("ipv4", &[on("private")]).iter().all(Ipv4Addr::is_private));
    let public = ipv4("ipv4", &[("private", Literal::Bool(false))]);
    assert!(!public.iter().any(Ipv4Addr::is_private));
}

#[test]
fn address_classes_are_those_of_their_first_bits() {
    for (class, first) in [("a", 1..=126), ("b", 128..=191), ("c", 192..=223)] {
        for provider in ["ipv4", "ipv4_public"] {
            let addresses = ipv4(provider, &[("address_class", text(class))]);
            assert!(addresses.iter().all(|address| first.contains(&address.octets()[0])), "{class}");
        }
    }
    let addresses = ipv4("ipv4_private", &[("address_class", text("b"))]);
    assert!(addresses.iter().all(|address| address.octets()[0] == 172));
    assert!(refused("ipv4", &[("address_class", text("d"))]));
    assert!(refused("ipv4", &[("private", text("yes"))]));
}

#[test]
fn networks_begin_at_their_own_first_address() {
    for provider in ["ipv4", "ipv4_private", "ipv4_public"] {
        for network in draw(provider, &[on("network")], 5_000) {
            let (address, prefix) = network.split_once('/').expect("a prefix");
            let (address, prefix): (Ipv4Addr, u32) = (address.parse().unwrap(), prefix.parse().unwrap());
            let hosts = u32::MAX.checked_shr(prefix).unwrap_or(0);
            assert_eq!(u32::from(address) & hosts, 0, "{network}");
            assert!(provider != "ipv4_private" || (prefix >= 8 && address.is_private()), "{network}");
        }
    }
    for network in draw("ipv6", &[on("network")], 5_000) {
        let (address, prefix) = network.split_once('/').expect("a prefix");
        let (address, prefix): (Ipv6Addr, u32) = (address.parse().unwrap(), prefix.parse().unwrap());
        assert_eq!(u128::from(address) & u128::MAX.checked_shr(prefix).unwrap_or(0), 0, "{network}");
    }
}

#[test]
fn network_cards_are_single_ones_unless_a_group_is_asked_for() {
    let odd = |address: &str| u8::from_str_radix(&address[..2], 16).unwrap() % 2 == 1;
    assert_eq!(count_of(&draw("mac_address", &[], 5_000), odd), 0);
    assert_eq!(count_of(&draw("mac_address", &[on("multicast")], 5_000), odd), 5_000);
}

#[test]
fn ports_are_of_the_range_that_was_asked_for() {
    let range = |flag| compiled("port_number", &[on(flag)]).integers;
    assert_eq!(range("is_system"), Some(0..=1_023));
    assert_eq!(range("is_user"), Some(1_024..=49_151));
    assert_eq!(range("is_dynamic"), Some(49_152..=65_535));
    assert!(draw("port_number", &[on("is_system")], 5_000).iter().all(|port| port.len() <= 4));
}

#[test]
fn emails_have_the_domain_that_was_asked_for() {
    shaped("email", &[("domain", text("Shop.example"))], r"^[a-z0-9]+@shop\.example$");
    shaped("email", &[], r"@example\.(com|org|net)$");
    let unsafe_ones = draw("email", &[("safe", Literal::Bool(false))], 4_000);
    let free = Regex::new(r"@(gmail|yahoo|hotmail)\.com$").unwrap();
    assert!((1_850..2_150).contains(&count_of(&unsafe_ones, |address| free.is_match(address))));
    assert!(distinct(draw("user_name", &[], 20_000)).len() > 17_000);
}

#[test]
fn domains_have_as_many_levels_as_were_asked_for() {
    let word = r"[a-z]+(-[a-z]+)?";
    let levels = |count| [("levels", Literal::Int(count))];
    shaped("domain_name", &levels(3), &format!(r"^({word}\.){{3}}(com|biz|info|net|org)$"));
    shaped("hostname", &levels(0), r"^[a-z]+-\d\d$");
    shaped("hostname", &levels(2), &format!(r"^[a-z]+-\d\d\.({word}\.){{2}}[a-z]+$"));
    assert!(refused("domain_name", &levels(0)));
    let com = count_of(&draw("tld", &[], 10_000), |tld| tld == "com");
    assert!((5_800..6_200).contains(&com), "{com}");
}

#[test]
fn the_parts_of_a_url_are_those_that_were_asked_for() {
    let ftp = ("schemes", texts(&["ftp", "sftp"]));
    shaped("url", std::slice::from_ref(&ftp), r"^s?ftp://(www\.)?[a-z-]+\.[a-z]+/$");
    shaped("url", &[("schemes", texts(&[]))], r"^://(www\.)?[a-z-]+\.[a-z]+/$");
    shaped("url", &[("schemes", text("https"))], r"^https://");
    shaped("uri", &[ftp, ("deep", Literal::Int(5))], r"^s?ftp://[a-z.-]+/([a-z-]+/){4}[a-z-]+\.[a-z]+$");
    shaped("uri_path", &[("deep", Literal::Int(2))], r"^[a-z-]+/[a-z-]+$");
    assert!(refused("uri_path", &[("deep", Literal::Int(-1))]));
    assert!(refused("url", &[("schemes", Literal::List(vec![Literal::Int(1)]))]));
}

#[test]
fn images_have_the_size_and_the_service_that_were_asked_for() {
    let size = [("width", Literal::Int(640)), ("height", Literal::Int(480))];
    shaped("image_url", &size, r"^https://\S+/640[/x]480$");
    let own = ("placeholder_url", text("https://img.example/{height}-{width}?h={height}"));
    let urls = draw("image_url", &[size[0].clone(), size[1].clone(), own.clone()], 5);
    assert_eq!(urls[0], "https://img.example/480-640?h=480");
    shaped("image_url", &[own], r"^https://img\.example/[1-9]\d*-[1-9]\d*\?h=[1-9]\d*$");
    assert!(refused("image_url", &[("placeholder_url", text("https://img.example/{size}"))]));
    assert!(refused("image_url", &[("width", Literal::Int(0))]));
}

#[test]
fn names_that_follow_from_params_follow_from_them() {
    let date = [("year", Literal::Int(2014)), ("month", Literal::Int(11)), ("day", Literal::Int(23))];
    let all: Vec<_> = date.into_iter().chain([("tld", text("ru")), ("length", Literal::Int(16))]).collect();
    // What Faker's own steps give, worked out with Python's unbounded numbers.
    assert_eq!(distinct(draw("dga", &all, 100)), ["wskgvphrwdtltlgr.ru"]);
    shaped("nic_handle", &[("suffix", text("ripe"))], r"^[A-Z]{2,4}[1-9]{1,5}-RIPE$");
    assert!(refused("nic_handle", &[("suffix", text("x"))]));
    shaped("slug", &[("value", text("Ugli Fruit, Fresh"))], r"^ugli-fruit-fresh$");
    assert!(distinct(draw("slug", &[], 4_000)).len() > 3_000);
    assert_eq!(compiled("iana_id", &[]).integers, Some(1..=8_888_888));
}
