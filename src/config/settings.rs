//! `[supervisor]`, `[embedded]` and `[logs]`: how the process runs, as opposed to the shops.
//!
//! Owns their keys, ranges and defaults.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::item::Item;
use super::problem::{Problem, quote};
use super::reader::{Field, TableReader};
use super::{Embedded, InvalidValue, LogLevel, Logs, Secret, Supervisor, WhenExhausted};

/// The default password of a private server's role.
pub const DEFAULT_PASSWORD: &str = "shop";

impl Default for Supervisor {
    fn default() -> Self {
        Self {
            backoff_initial: Duration::from_millis(500),
            backoff_max: Duration::from_secs(30),
            healthy_after: Duration::from_secs(60),
            max_restarts: 10,
            restart_window: Duration::from_secs(600),
            when_exhausted: WhenExhausted::GiveUp,
            stop_timeout: Duration::from_secs(10),
            threads: None,
        }
    }
}

impl Default for Embedded {
    fn default() -> Self {
        Self {
            state_dir: None,
            pg_bin_dir: None,
            pg_user: None,
            listen: None,
            password: None,
            keep_running: false,
            fetch: true,
        }
    }
}

impl Default for Logs {
    fn default() -> Self {
        Self { dir: PathBuf::from("logs"), max_file_bytes: 16 << 20, max_files: 5, level: LogLevel::Debug }
    }
}

pub(super) fn supervisor(item: Option<Item<'_>>) -> Supervisor {
    let defaults = Supervisor::default();
    let Some(mut table) = item.and_then(|item| item.table("[supervisor]")) else { return defaults };
    let initial = table.field("backoff_initial", Item::positive_span);
    let max = table.field("backoff_max", Item::positive_span);
    let threads = table.field("threads", |item| item.integer(1..=64));
    let read = Supervisor {
        healthy_after: table
            .field("healthy_after", Item::positive_span)
            .value()
            .unwrap_or(defaults.healthy_after),
        max_restarts: table
            .field("max_restarts", |item| item.integer(0..=1_000_000))
            .value()
            .unwrap_or(defaults.max_restarts),
        restart_window: table
            .field("restart_window", Item::positive_span)
            .value()
            .unwrap_or(defaults.restart_window),
        when_exhausted: table
            .field("when_exhausted", |item| {
                item.choice(&[("give-up", WhenExhausted::GiveUp), ("exit", WhenExhausted::Exit)])
            })
            .value()
            .unwrap_or(defaults.when_exhausted),
        stop_timeout: table
            .field("stop_timeout", Item::positive_span)
            .value()
            .unwrap_or(defaults.stop_timeout),
        threads: threads.value(),
        backoff_initial: initial.clone().value().unwrap_or(defaults.backoff_initial),
        backoff_max: max.clone().value().unwrap_or(defaults.backoff_max),
    };
    if read.backoff_initial > read.backoff_max
        && let Some(place) = initial.get().or(max.get())
    {
        let text = |span: Duration| humantime::format_duration(span).to_string();
        table.context.report(
            Problem::error(
                &place.span,
                format!(
                    "`backoff_initial` ({}) is longer than `backoff_max` ({})",
                    text(read.backoff_initial),
                    text(read.backoff_max)
                ),
            )
            .help("raise `backoff_max` or lower `backoff_initial`"),
        );
    }
    table.finish(&[]);
    read
}

pub(super) fn embedded(item: Option<Item<'_>>) -> Embedded {
    let defaults = Embedded::default();
    let Some(mut table) = item.and_then(|item| item.table("[embedded]")) else { return defaults };
    let listen = table.field("listen", |item| {
        item.parse(|text| {
            text.parse::<IpAddr>().map_err(|_| {
                InvalidValue::new(format!("{} is not an IP address", quote(text)))
                    .help("write \"127.0.0.1\" for this machine alone, \"0.0.0.0\" for all")
            })
        })
    });
    let password = table.field("password", Item::nonempty);
    let known = match &password {
        Field::Absent => true,
        Field::Invalid => false,
        Field::Set(password) => password.value == DEFAULT_PASSWORD,
    };
    let listen = listen.get();
    if let Some(listen) = &listen
        && !listen.value.is_loopback()
        && known
    {
        table.context.report(
            Problem::error(
                &listen.span,
                format!(
                    "`listen` lets other machines log in with the default password, {}",
                    quote(DEFAULT_PASSWORD)
                ),
            )
            .help("set a `password` of your own in [embedded], such as \"${SHOPS_PASSWORD}\"; or remove `listen`"),
        );
    }
    let read = Embedded {
        state_dir: path(&mut table, "state_dir"),
        pg_bin_dir: path(&mut table, "pg_bin_dir"),
        pg_user: table.field("pg_user", Item::nonempty).value(),
        listen: listen.map(|listen| listen.value),
        password: password.value().map(Secret::new),
        keep_running: table.field("keep_running", Item::boolean).value().unwrap_or(defaults.keep_running),
        fetch: table.field("fetch", Item::boolean).value().unwrap_or(defaults.fetch),
    };
    table.finish(&[]);
    read
}

pub(super) fn logs(item: Option<Item<'_>>) -> Logs {
    let defaults = Logs::default();
    let Some(mut table) = item.and_then(|item| item.table("[logs]")) else { return defaults };
    let read = Logs {
        dir: path(&mut table, "dir").unwrap_or(defaults.dir),
        max_file_bytes: table.field("max_file_size", size).value().unwrap_or(defaults.max_file_bytes),
        max_files: table
            .field("max_files", |item| item.integer(1..=1000))
            .value()
            .unwrap_or(defaults.max_files),
        level: table
            .field("level", |item| item.choice(&[("info", LogLevel::Info), ("debug", LogLevel::Debug)]))
            .value()
            .unwrap_or(defaults.level),
    };
    table.finish(&[]);
    read
}

fn path(table: &mut TableReader<'_>, key: &'static str) -> Option<PathBuf> {
    table.field(key, Item::nonempty).value().map(PathBuf::from)
}

/// The bounds of a log file's size.
const SIZES: std::ops::RangeInclusive<u64> = 1024..=1 << 40;

fn size(item: &Item<'_>) -> Option<u64> {
    if !item.is_string() {
        return item.integer(SIZES);
    }
    item.parse(|text| {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let unit: u64 = match text[digits..].trim_start() {
            "" | "B" => 1,
            "kB" | "KB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            _ => 0,
        };
        let bytes = text[..digits].parse::<u64>().ok().and_then(|count| count.checked_mul(unit));
        match bytes {
            Some(bytes) if unit > 0 && SIZES.contains(&bytes) => Ok(bytes),
            Some(_) if unit > 0 => {
                Err(InvalidValue::new(format!("the size {} is out of range", quote(text)))
                    .help("from \"1KiB\" to \"1024GiB\""))
            }
            _ => Err(InvalidValue::new(format!("{} is not a size", quote(text)))
                .help("write \"16MiB\"; the units are kB, MB, GB, KiB, MiB, GiB")),
        }
    })
}
