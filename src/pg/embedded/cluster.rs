//! A shop's cluster on disk: its version, and its settings, which are rewritten at each start.
//!
//! Owns the server's settings. They go into files and not onto the command line, where they would override the user's
//! own ALTER SYSTEM. Must not know whether the server runs.

use std::io::Read;
use std::net::IpAddr;
use std::path::Path;

use super::error::EmbeddedError;
use super::folder::Folder;
use super::guard;
use super::settings::{PrivateServerOptions, ROLE, Spec};
use crate::text::hex;

/// The superuser, which only shopsim uses.
pub(super) const SUPERUSER: &str = "postgres";

/// A version is a number and a line break.
const VERSION_BYTES_MAX: u64 = 64;

/// The settings that shopsim decides, as name and value, besides those of the shop.
const FIXED: [(&str, &str); 21] = [
    // No socket: the default folder may not be writable, and a long path is a fatal error.
    ("unix_socket_directories", ""),
    // For change capture; an abandoned slot must not fill the disk.
    ("wal_level", "logical"),
    ("max_wal_senders", "10"),
    ("max_replication_slots", "10"),
    ("max_slot_wal_keep_size", "2GB"),
    // While commits do not wait, turning fsync off would gain nothing, and a power failure could destroy the cluster.
    ("fsync", "on"),
    ("synchronous_commit", "off"),
    // What is committed so is decoded once it is flushed: at the default of 200 ms up to 0.2 s late.
    ("wal_writer_delay", "10ms"),
    ("max_wal_size", "1GB"),
    ("checkpoint_timeout", "15min"),
    ("shared_buffers", "32MB"),
    ("max_connections", "60"),
    // A shop of a thousand tables is created, or dropped and created again, in one transaction.
    ("max_locks_per_transaction", "256"),
    ("jit", "off"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("log_destination", "stderr"),
    ("logging_collector", "off"),
    ("log_checkpoints", "off"),
    ("password_encryption", "scram-sha-256"),
    ("ssl", "off"),
];

/// The major version that created the data folder; `None` if there is none yet.
pub(super) fn major(data: &Path) -> Result<Option<u32>, EmbeddedError> {
    let path = data.join("PG_VERSION");
    let Some(text) = guard::read(&path, VERSION_BYTES_MAX)? else { return Ok(None) };
    let major = text.trim().parse().map_err(|_| std::io::Error::other("it does not contain a version"));
    major.map(Some).map_err(EmbeddedError::io("read", path))
}

/// Writes the server's settings; returns whether they have changed.
pub(super) fn configure(
    folder: &Folder,
    settings: &PrivateServerOptions,
    spec: &Spec,
) -> Result<bool, EmbeddedError> {
    let data = folder.data();
    let conf = folder.write(&data.join("shopsim.conf"), &conf(settings.listen, spec))?;
    let hba = folder.write(&data.join("pg_hba.conf"), &hba(settings.listen))?;
    Ok(conf || hba)
}

fn conf(listen: IpAddr, spec: &Spec) -> String {
    let mut text = String::from(
        "# Written by shopsim at each start. Settings of your own: ALTER SYSTEM SET … as the superuser,\n\
         # whose password lies in superuser.pw one folder up.\n",
    );
    let cluster_name: String = format!("shopsim/{}", spec.shop).chars().take(63).collect();
    let port = spec.port.to_string();
    let addresses = listen_addresses(listen);
    let of_the_shop = [("port", &*port), ("listen_addresses", &*addresses), ("cluster_name", &*cluster_name)];
    for (name, value) in of_the_shop.into_iter().chain(FIXED) {
        text.extend([name, " = ", &quote(value), "\n"]);
    }
    text
}

/// 127.0.0.1 is always included: shopsim itself connects there.
fn listen_addresses(listen: IpAddr) -> String {
    match listen {
        IpAddr::V4(ip) if ip.is_unspecified() => "0.0.0.0".to_owned(),
        IpAddr::V6(ip) if ip.is_unspecified() => "*".to_owned(),
        IpAddr::V4(std::net::Ipv4Addr::LOCALHOST) => "127.0.0.1".to_owned(),
        other => format!("127.0.0.1,{other}"),
    }
}

/// Passwords are required from everywhere: with `trust`, each local user, and each container with the host's network,
/// could become superuser and so the account that runs the server.
fn hba(listen: IpAddr) -> String {
    let mut text = String::from("# Written by shopsim at each start.\n");
    let near = if listen.is_loopback() { &[][..] } else { &["samenet"][..] };
    for addresses in ["127.0.0.1/32", "::1/128"].iter().chain(near) {
        text.extend(["host all all ", addresses, " scram-sha-256\n"]);
        // `all` does not include physical replication: pg_basebackup, pg_receivewal.
        text.extend(["host replication ", ROLE, " ", addresses, " scram-sha-256\n"]);
    }
    text
}

/// A value as PostgreSQL's configuration files quote it.
fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', "''"))
}

/// Random bytes in hexadecimal. Not part of the simulation: passwords differ between machines.
pub(super) fn random_hex<const BYTES: usize>() -> Result<String, EmbeddedError> {
    const SOURCE: &str = "/dev/urandom";
    let mut bytes = [0_u8; BYTES];
    std::fs::File::open(SOURCE)
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(EmbeddedError::io("read", SOURCE))?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn spec(shop: &str) -> Spec {
        Spec { shop: shop.into(), port: 5433, password: Secret::new("shop") }
    }

    #[test]
    fn values_are_quoted() {
        assert_eq!(quote(""), "''");
        assert_eq!(quote("it's"), "'it''s'");
        assert_eq!(quote(r"C:\x"), r"'C:\\x'");
    }

    #[test]
    fn the_settings_name_the_shop_its_port_and_address() {
        let text = conf("127.0.0.1".parse().unwrap(), &spec("shop-1"));
        for line in [
            "port = '5433'",
            "listen_addresses = '127.0.0.1'",
            "cluster_name = 'shopsim/shop-1'",
            "unix_socket_directories = ''",
            "wal_level = 'logical'",
            "fsync = 'on'",
            "synchronous_commit = 'off'",
            "wal_writer_delay = '10ms'",
            "max_slot_wal_keep_size = '2GB'",
        ] {
            assert!(text.lines().any(|have| have == line), "{line} in:\n{text}");
        }
    }

    #[test]
    fn a_long_name_fits_the_cluster_name() {
        let text = conf("127.0.0.1".parse().unwrap(), &spec(&"x".repeat(63)));
        let line = text.lines().find(|line| line.starts_with("cluster_name")).unwrap();
        assert_eq!(line.len(), "cluster_name = ''".len() + 63);
    }

    #[test]
    fn our_own_address_is_always_listened_on() {
        for (listen, addresses, near) in [
            ("127.0.0.1", "127.0.0.1", false),
            ("::1", "127.0.0.1,::1", false),
            ("0.0.0.0", "0.0.0.0", true),
            ("::", "*", true),
            ("192.168.1.5", "127.0.0.1,192.168.1.5", true),
        ] {
            let listen = listen.parse().unwrap();
            assert_eq!(listen_addresses(listen), addresses);
            assert_eq!(hba(listen).contains("samenet"), near, "{listen}");
            let hba = hba(listen);
            let rules: Vec<Vec<&str>> = hba.lines().skip(1).map(|line| line.split(' ').collect()).collect();
            assert!(rules.iter().all(|rule| rule.last() == Some(&"scram-sha-256")), "{hba}");
            let addresses_of = |database: &str| -> Vec<&str> {
                rules.iter().filter(|rule| rule[1] == database).map(|rule| rule[3]).collect()
            };
            assert_eq!(addresses_of("replication"), addresses_of("all"));
        }
    }

    #[test]
    fn passwords_are_long_and_differ() {
        let [one, two] = [random_hex::<24>().unwrap(), random_hex::<24>().unwrap()];
        assert_eq!(one.len(), 48);
        assert_ne!(one, two);
    }
}
