//! Faker's `internet` module: addresses of people, machines and pages.
//!
//! Owns the list of its providers and the lists they share; the names in an address are `person`'s. What is
//! drawn may exist: only `example.com`, `.org` and `.net` reach nobody for certain.

mod ip;
mod mail;
mod names;
mod web;

use super::locale::mail::SAFE_DOMAINS;
use super::pattern::push_one;
use super::texts::longest;
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider};

const fn one(
    name: &'static str,
    summary: &'static str,
    params: &'static [Param],
    compile: fn(&mut Arguments<'_>) -> Result<Compiled, InvalidArgument>,
) -> Provider {
    Provider { name, summary, params, compile }
}

const fn flag(name: &'static str) -> Param {
    Param { name, expects: "true or false", default: Preset::Bool(false) }
}

const fn optional(name: &'static str, expects: &'static str) -> Param {
    Param { name, expects, default: Preset::Absent }
}

const LEVELS: Param =
    Param { name: "levels", expects: "how many names stand before the last", default: Preset::Int(1) };
const CLASS: Param = optional("address_class", "`a`, `b` or `c`");
const SCHEMES: Param = optional("schemes", "an array of schemes such as [\"https\"]");
const DEEP: Param = optional("deep", "how many parts the path has, 0 to 100; 0: one to three");

/// The providers of this family.
#[rustfmt::skip]
pub const PROVIDERS: &[Provider] = &[
    one("ascii_company_email", "an e-mail address at a made-up company", &[], mail::company_email),
    one("ascii_email", "an e-mail address at a made-up company or a free provider", &[], mail::any_email),
    one("ascii_free_email", "an e-mail address at a free provider", &[], mail::free_email),
    one("ascii_safe_email", "an e-mail address at example.com, example.org or example.net", &[], mail::safe_email),
    one("company_email", "an e-mail address at a made-up company", &[], mail::company_email),
    one("dga", "a domain as malware makes them up from a date",
        &[
            optional("year", "a year from 1 to 9999"), optional("month", "a month from 1 to 12"),
            optional("day", "a day from 1 to 31"), optional("tld", "a string such as \"com\""),
            optional("length", "how many letters, 1 to 63"),
        ], names::dga),
    one("domain_name", "a made-up domain", &[LEVELS], names::domain_name),
    one("domain_word", "a made-up domain without its last part", &[], names::domain_word),
    one("email", "an e-mail address, at example.com, example.org or example.net unless `safe` is false",
        &[
            Param { name: "safe", expects: "true or false", default: Preset::Bool(true) },
            optional("domain", "the domain after the @"),
        ], mail::email),
    one("free_email", "an e-mail address at a free provider", &[], mail::free_email),
    one("free_email_domain", "the domain of a free e-mail provider", &[], |_| list(&FREE_DOMAINS)),
    one("hostname", "the name of a machine", &[LEVELS], names::hostname),
    one("http_method", "a method of HTTP", &[], |_| list(&web::METHODS)),
    one("iana_id", "the number of a registrar", &[], names::iana_id),
    one("image_url", "the address of a placeholder image",
        &[
            optional("width", "pixels from 1 to 100000"), optional("height", "pixels from 1 to 100000"),
            optional("placeholder_url", "a string with {width} and {height} in it"),
        ], web::image_url),
    one("ipv4", "an IPv4 address, or a network in CIDR notation",
        &[flag("network"), CLASS, optional("private", "true or false")], ip::ipv4),
    one("ipv4_network_class", "a, b or c", &[], |_| list(&["a", "b", "c"])),
    one("ipv4_private", "an IPv4 address of a private network", &[flag("network"), CLASS],
        |args| ip::of_kind(args, Some(true))),
    one("ipv4_public", "an IPv4 address outside the private networks", &[flag("network"), CLASS],
        |args| ip::of_kind(args, Some(false))),
    one("ipv6", "an IPv6 address, or a network in CIDR notation", &[flag("network")], ip::ipv6),
    one("mac_address", "the address of a network card, unicast unless `multicast` is true",
        &[flag("multicast")], ip::mac_address),
    one("nic_handle", "a handle of a network registry",
        &[Param { name: "suffix", expects: "two characters or more", default: Preset::Text("FAKE") }],
        names::nic_handle),
    one("port_number", "a port of TCP or UDP", &[flag("is_system"), flag("is_user"), flag("is_dynamic")],
        ip::port_number),
    one("ripe_id", "the identifier of an organisation at RIPE", &[], names::ripe_id),
    one("safe_domain_name", "example.com, example.org or example.net", &[], |_| list(&SAFE_DOMAINS)),
    one("safe_email", "an e-mail address at example.com, example.org or example.net", &[], mail::safe_email),
    one("slug", "some words with hyphens between them",
        &[optional("value", "a text to make the slug of")], web::slug),
    one("tld", "a top-level domain", &[], |_| list(&TLDS)),
    one("uri", "the address of a page", &[SCHEMES, DEEP], web::uri),
    one("uri_extension", "the extension of a page, with its dot", &[], |_| list(&web::EXTENSIONS)),
    one("uri_page", "the name of a page", &[], |_| list(&web::PAGES)),
    one("uri_path", "a path of one to three parts", &[DEEP], web::uri_path),
    one("url", "the address of a site", &[SCHEMES], web::url),
    one("user_name", "a user name made of a person's names", &[], mail::user_name),
];

/// The free providers that Faker 22.2.0 has.
pub(super) static FREE_DOMAINS: [&str; 3] = ["gmail.com", "yahoo.com", "hotmail.com"];
/// `com` in six cases of ten, as in Faker 22.2.0.
pub(super) static TLDS: [&str; 10] = ["com", "com", "com", "com", "com", "com", "biz", "info", "net", "org"];

/// Texts of one of the list.
fn list(texts: &'static [&'static str]) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(longest(texts), |draw, out| push_one(texts, draw.stream, out)))
}
