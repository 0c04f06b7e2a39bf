//! `shops.toml`: the configuration of a chain.
//!
//! From text to config: `source` (bytes → text with places) → `syntax` (→ TOML) → `shop`, `table`, `types`,
//! `cdc`, `settings` over `reader` and `item` (→ [`Config`], every invalid key, type and span reported to `context`), with
//! `env_file`, `interpolate`, `database` (over `conninfo`, `parameters`, `encryption`), `timing` and `windows` on
//! the way → `validate` (rules across the parts). Reading does not stop at the first mistake. Files and the
//! environment are accessed only through [`Surroundings`]. Must not know what a provider draws or what
//! a tick is.

use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::value::{EnumType, Timestamp};

mod cdc;
mod conninfo;
mod context;
mod database;
mod duration;
mod encryption;
mod env_file;
mod host;
mod identifier;
mod interpolate;
mod item;
mod key;
mod listen;
mod lives;
mod parameters;
pub mod problem;
mod reader;
mod secrets;
mod settings;
mod shop;
mod source;
mod syntax;
mod table;
mod table_life;
mod tech;
#[cfg(test)]
mod tests;
mod timing;
mod types;
mod validate;
pub mod warehouse;
mod windows;

pub use cdc::{ChangeCapture, LogicalSlot, ReplicaIdentity};
pub use env_file::{EnvLine, NAMES as ENV_NAMES, env_lines, seed_of};
pub use host::HostName;
pub use key::{KeyForm, KeyTemplate};
pub use listen::Listen;
pub use lives::{Dwell, Life, Shape, State, Transition};
pub use problem::{Problem, sort};
pub use settings::DEFAULT_PASSWORD;
pub use shop::DEFAULT_STATE_SCHEMA;
pub use source::{Rejected, Source};
pub use table::{Column, Table};
pub use table_life::TableLife;
pub use tech::{TechField, TechKind};
pub use windows::{Window, Windows};

/// The largest file that a config may be, or may name, in bytes. A reader needs to read
/// at most one byte more.
pub const MAX_FILE_BYTES: u64 = 4 << 20;

/// Reads a config, and returns its problems in the order of the text. If one of them is an error, the config may only
/// be used to find further problems: shops and columns that cannot be understood are missing from it.
pub fn read(source: &Source, surroundings: &Surroundings<'_>) -> (Config, Vec<Problem>) {
    let folder = source.path.parent().unwrap_or(Path::new(""));
    let context = context::Context::new(surroundings, folder);
    let config = match syntax::parse(&source.text, &context) {
        Some(document) => validate::config(&document, &context),
        None => Config {
            seed: 0,
            listen: None,
            allowed_hosts: Vec::new(),
            shops: Vec::new(),
            other_locales: Vec::new(),
            types: Vec::new(),
            lives: Vec::new(),
            tables: Vec::new(),
            supervisor: Supervisor::default(),
            embedded: Embedded::default(),
            logs: Logs::default(),
        },
    };
    let mut problems = context.into_problems();
    sort(&mut problems);
    (config, problems)
}

/// Reads a seed.
fn seed(item: &item::Item<'_>) -> Option<u64> {
    item.integer(0..=i64::MAX.unsigned_abs())
}

/// The message and help of a [`Problem`] that has no place yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// What was expected, or what to do.
    pub help: Option<String>,
}

impl InvalidValue {
    /// An error without help.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The same error with what was expected or what to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl std::fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        self.help.iter().try_for_each(|help| write!(f, "; {help}"))
    }
}

impl std::error::Error for InvalidValue {}

/// A value with the place it was written at.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands in `shops.toml`, in bytes. Values that come from elsewhere (an env file, a flag)
    /// carry the place in `shops.toml` that names their source.
    pub span: Range<usize>,
}

/// The environment and files that a config is read with.
pub struct Surroundings<'a> {
    /// The value of an environment variable, whatever its bytes are.
    pub var: &'a dyn Fn(&str) -> Option<OsString>,
    /// The bytes of a file that the config names (`env_file`, `password_file`, `sslrootcert` …), its path
    /// already joined to the config's folder.
    pub read: &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>,
}

/// A chain of shops, checked except for providers and ids.
#[derive(Clone, Debug)]
pub struct Config {
    /// The chain's seed, from which a shop without one of its own derives its seed.
    pub seed: u64,
    /// `listen`: where the pages of a run are served.
    pub listen: Option<Listen>,
    /// `allowed_hosts`: names by which browsers may ask for them, besides IP addresses and `localhost`.
    pub allowed_hosts: Vec<HostName>,
    /// The branches, in the order of the file.
    pub shops: Vec<Shop>,
    /// The locales of shops that are missing from `shops` because of an error.
    pub other_locales: Vec<Spanned<String>>,
    /// `[types]`: enums, in the order of the file.
    pub types: Vec<Arc<EnumType>>,
    /// `[lives]`: state machines of rows, in the order of the file.
    pub lives: Vec<Life>,
    /// The tables of every shop, in the order of the file.
    pub tables: Vec<Table>,
    /// `[supervisor]`.
    pub supervisor: Supervisor,
    /// `[embedded]`.
    pub embedded: Embedded,
    /// `[logs]`.
    pub logs: Logs,
}

/// One branch: `[[shop]]`, with `[defaults]` and its env file already merged in.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its name: 1 to 63 of `a-z A-Z 0-9 _ . -`, beginning with a letter or digit; unique in the chain.
    pub name: Spanned<String>,
    /// The city it is in: a display label only.
    pub city: Option<String>,
    /// Its own seed, used unchanged.
    pub seed: Option<u64>,
    /// Where its tables live.
    pub database: Spanned<Database>,
    /// The schema of its tables.
    pub schema: String,
    /// The schema of shopsim's own state.
    pub state_schema: Spanned<String>,
    /// The language and country of its values, as `tr_TR`.
    pub locale: Option<Spanned<String>>,
    /// The time between two ticks, more than 0.
    pub tick_interval: Spanned<Duration>,
    /// Rows of this age are deleted, unless their table sets another age; `None`: never.
    pub delete_older_than: Option<Duration>,
    /// Rows up to this age are updated, unless their table sets another age; `None`: never.
    pub update_not_older_than: Option<Duration>,
    /// Simulated time after which the run is complete; `None`: never.
    pub stop_after: Option<Duration>,
    /// The simulated time of the first tick.
    pub start: Spanned<Start>,
    /// How simulated time follows the wall clock.
    pub pace: Pace,
    /// How missed ticks are handled.
    pub after_downtime: AfterDowntime,
    /// Longest wait for one answer of the server before the connection counts as lost.
    pub tick_deadline: Duration,
    /// Whether a commit waits for the disk.
    pub synchronous_commit: bool,
    /// `[shop.cdc]` over `[cdc]`.
    pub capture: ChangeCapture,
    /// `[shop.tables.NAME]`: what differs from the chain's tables.
    pub overrides: Vec<Override>,
}

impl Shop {
    /// Microseconds of simulated time before the run begins, as far as the config alone determines it: a relative
    /// start in the past. Without pace there is no history.
    pub fn history(&self) -> u64 {
        match (self.start.value, self.pace) {
            (Start::Offset(micros @ ..0), Pace::Factor { .. }) => micros.unsigned_abs(),
            _ => 0,
        }
    }
}

/// What one shop sets for a table in place of the table's own.
#[derive(Clone, Debug)]
pub struct Override {
    /// The table's name.
    pub table: Spanned<String>,
    /// Rows inserted per tick, if set here.
    pub insert_rows_per_tick: Option<u64>,
    /// Rows updated per tick, if set here.
    pub update_rows_per_tick: Option<u64>,
    /// Windows, as far as they are set here.
    pub windows: Windows,
}

/// `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The wall time of the first tick ever, cut to the second.
    Now,
    /// An RFC 3339 time.
    At(Timestamp),
    /// Microseconds from the wall time of the first tick ever, cut to the second; negative: history first.
    Offset(i64),
}

/// `pace`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Simulated time runs `numerator / denominator` times as fast as the wall clock; `real-time` is 1/1.
    Factor {
        /// More than 0.
        numerator: u64,
        /// More than 0; a power of ten.
        denominator: u64,
    },
    /// Ticks run back to back.
    Unlimited,
}

/// `after_downtime`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterDowntime {
    /// The shop was closed: later ticks are shifted.
    Pause,
    /// Missed ticks run back to back with their own times.
    CatchUp,
}

/// Where a shop's tables live.
#[derive(Clone, Debug)]
pub enum Database {
    /// A private server that shopsim runs, on a port of its own.
    Embedded {
        /// Its TCP port on the listen address.
        port: u16,
    },
    /// A server of the user's.
    Server(Box<ConnectionParameters>),
}

/// How to reach a server of the user's.
#[derive(Clone, Debug)]
pub struct ConnectionParameters {
    /// Host name, IP address, or the folder of a Unix socket (begins with `/`).
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Role.
    pub user: String,
    /// Password, if one is given.
    pub password: Option<Secret>,
    /// Database name.
    pub database: String,
    /// Whether and how the connection is encrypted.
    pub encryption: Encryption,
    /// Settings that the session begins with, as libpq's `options`.
    pub options: Option<String>,
}

/// Whether and how a connection is encrypted.
#[derive(Clone, Debug)]
pub struct Encryption {
    /// `sslmode`.
    pub sslmode: SslMode,
    /// PEM bytes of the certificate authorities to trust; `None`: the system's, where any are asked for.
    pub roots: Option<Vec<u8>>,
    /// The client certificate, if a server asks for one.
    pub client: Option<ClientCertificate>,
    /// Whether a login by password is bound to the encrypted connection.
    pub channel_binding: ChannelBinding,
}

impl Encryption {
    /// A connection of a mode, with defaults otherwise.
    pub fn new(sslmode: SslMode) -> Self {
        Self { sslmode, roots: None, client: None, channel_binding: ChannelBinding::Prefer }
    }
}

/// `sslcert` and `sslkey`.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    /// PEM bytes of the certificate, and of those between it and its authority.
    pub chain: Vec<u8>,
    /// PEM text of its private key.
    pub key: Secret,
}

/// `sslmode`, as libpq means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted only if the server requires it.
    Allow,
    /// Encrypted if the server supports it; the certificate is checked only if authorities are named.
    Prefer,
    /// Encrypted; the certificate is checked only if authorities are named, as for [`SslMode::VerifyCa`].
    Require,
    /// Encrypted, the certificate's chain checked.
    VerifyCa,
    /// Encrypted, the certificate's chain and host name checked.
    VerifyFull,
}

impl SslMode {
    /// All modes, from the weakest on.
    pub const ALL: [Self; 6] =
        [Self::Disable, Self::Allow, Self::Prefer, Self::Require, Self::VerifyCa, Self::VerifyFull];

    /// Its name in libpq.
    pub fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// `channel_binding`, as libpq means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelBinding {
    /// Never.
    Disable,
    /// If both sides support it.
    Prefer,
    /// Required.
    Require,
}

/// A password or private key: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps it.
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    /// The text itself, for the wire alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// `[supervisor]`: what happens to shops that fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supervisor {
    /// First wait before a failed shop restarts. Default 500 ms.
    pub backoff_initial: Duration,
    /// Longest such wait. Default 30 s.
    pub backoff_max: Duration,
    /// Time without failures after which the backoff resets. Default 60 s.
    pub healthy_after: Duration,
    /// Failures within `restart_window` after which a shop is not restarted. Default 10.
    pub max_restarts: u32,
    /// Default 10 min.
    pub restart_window: Duration,
    /// What happens to the process then. Default: the other shops continue.
    pub when_exhausted: WhenExhausted,
    /// How long a stop waits for the current ticks. Default 10 s.
    pub stop_timeout: Duration,
    /// Threads that the shops share, 1 to 64; `None`: as many as the machine has cores, 4 at most.
    pub threads: Option<usize>,
}

/// `when_exhausted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenExhausted {
    /// `"give-up"`: the shop stays down, the others continue.
    GiveUp,
    /// `"exit"`: the process ends at once.
    Exit,
}

/// `[embedded]`: the private servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// The folder that holds everything; `None`: the user's data folder.
    pub state_dir: Option<PathBuf>,
    /// The folder of `initdb` and `postgres`; `None`: searched for.
    pub pg_bin_dir: Option<PathBuf>,
    /// The account that runs the servers where shopsim runs as root; `None`: chosen.
    pub pg_user: Option<String>,
    /// The address the servers listen on; `None`: 127.0.0.1.
    pub listen: Option<std::net::IpAddr>,
    /// The password of the role `shop`; `None`: `shop`.
    pub password: Option<Secret>,
    /// Whether the servers keep running after shopsim exits.
    pub keep_running: bool,
    /// Whether programs may be fetched where none are found; default true.
    pub fetch: bool,
}

/// `[logs]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logs {
    /// The folder of the log files, relative to the working folder. Default `logs`.
    pub dir: PathBuf,
    /// Size at which a file is rotated, in bytes. Default 16 MiB.
    pub max_file_bytes: u64,
    /// Files kept of each log, the one being written included, at least 1. Default 5.
    pub max_files: usize,
    /// What is written to the files. Default [`LogLevel::Debug`].
    pub level: LogLevel,
}

/// `level` of `[logs]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Ticks: `info.log` alone is written.
    Info,
    /// Also each changed row, in `debug.log`.
    Debug,
}
