//! Connection parameters: which are used, which are ignored and why, and the synonyms that other programs use.
//!
//! Owns the names. How a connection string is written is `conninfo`'s. No message repeats a value.

use super::item::choose;
use super::problem::{list, quote};
use super::{ChannelBinding, InvalidValue, Secret, SslMode};

/// The connection parameters that one source sets; empty ones count as not set.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
    pub(super) dbname: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) sslmode: Option<SslMode>,
    /// A path, or `system`.
    pub(super) sslrootcert: Option<String>,
    /// A path.
    pub(super) sslcert: Option<String>,
    /// A path.
    pub(super) sslkey: Option<String>,
    pub(super) channel_binding: Option<ChannelBinding>,
    pub(super) options: Option<String>,
    /// A warning for each ignored parameter.
    pub(super) warnings: Vec<InvalidValue>,
}

/// The parameters that are used.
pub(super) const NAMES: [&str; 11] = [
    "host",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "channel_binding",
    "options",
];

/// Synonyms that other programs use.
const SYNONYMS: [(&str, &str); 19] = [
    ("username", "user"),
    ("user_name", "user"),
    ("login", "user"),
    ("role", "user"),
    ("db", "dbname"),
    ("database", "dbname"),
    ("database_name", "dbname"),
    ("name", "dbname"),
    ("pass", "password"),
    ("passwd", "password"),
    ("pwd", "password"),
    ("hostname", "host"),
    ("server", "host"),
    ("address", "host"),
    ("ssl_mode", "sslmode"),
    ("sslMode", "sslmode"),
    ("sslca", "sslrootcert"),
    ("uri", "url"),
    ("dsn", "url"),
];

/// Parameters of libpq and other drivers that shopsim ignores, with the reason.
const IGNORED: [(&[&str], &str); 9] = [
    (
        &[
            "connect_timeout",
            "keepalives",
            "keepalives_idle",
            "keepalives_interval",
            "keepalives_count",
            "tcp_user_timeout",
            "statement_timeout",
            "connectTimeout",
            "loginTimeout",
            "socketTimeout",
            "socket_timeout",
            "tcpKeepAlive",
            "timeout",
            "command_timeout",
            "pool_timeout",
        ],
        "the timeout is set by the shop's key `tick_deadline`",
    ),
    (
        &["application_name", "fallback_application_name", "ApplicationName"],
        "a session is named shopsim/NAME after its shop",
    ),
    (&["client_encoding", "charset", "encoding"], "sessions always use UTF8"),
    (
        &["schema", "currentSchema", "search_path"],
        "the schema of the tables is set by the shop's key `schema`",
    ),
    (
        &["target_session_attrs", "targetServerType", "load_balance_hosts", "loadBalanceHosts"],
        "a shop needs a writable server, and waits for it",
    ),
    (
        &["passfile", "service", "servicefile"],
        "libpq's files are not read: write host, user and dbname, and the password into `password_file`",
    ),
    (
        &[
            "pgbouncer",
            "prepareThreshold",
            "preferQueryMode",
            "prepare",
            "prepared_statements",
            "statement_cache_size",
            "statement_cache_capacity",
            "prepared_statement_cache_size",
            "binary_parameters",
            "default_query_exec_mode",
        ],
        "a shop needs a session of its own with prepared statements: with PgBouncer, set pool_mode = session or use \
         the server's own port",
    ),
    (
        &[
            "connection_limit",
            "pool",
            "pool_size",
            "min_pool_size",
            "max_pool_size",
            "pool_min_conns",
            "pool_max_conns",
            "max_overflow",
        ],
        "a shop has one connection",
    ),
    (
        &[
            "hostaddr",
            "gssencmode",
            "gssEncMode",
            "gsslib",
            "gssdelegation",
            "krbsrvname",
            "requirepeer",
            "require_auth",
            "replication",
            "requiressl",
            "sslaccept",
            "sslcertmode",
            "sslcompression",
            "sslcrl",
            "sslcrldir",
            "sslfactory",
            "sslnegotiation",
            "sslpassword",
            "sslsni",
            "ssl_min_protocol_version",
            "ssl_max_protocol_version",
            "min_protocol_version",
            "max_protocol_version",
            "uselibpqcompat",
            "supa",
        ],
        "shopsim has no such setting",
    ),
];

/// The name of a parameter that has a synonym.
fn synonym(name: &str) -> Option<&'static str> {
    SYNONYMS.iter().find(|(other, _)| *other == name).map(|(_, right)| *right)
}

/// Why a parameter is ignored.
fn why_ignored(name: &str) -> Option<&'static str> {
    IGNORED.iter().find(|(names, _)| names.contains(&name)).map(|(_, why)| *why)
}

/// The help for an unknown connection parameter that has a synonym or is ignored.
pub(super) fn hint(name: &str) -> Option<String> {
    let right = synonym(name).map(|right| format!("did you mean {}?", quote(right)));
    right.or_else(|| why_ignored(name).map(|why| format!("remove it: {why}")))
}

/// Whether a parameter is used or ignored.
pub(super) fn is_known(name: &str) -> bool {
    name == "ssl" || NAMES.contains(&name) || why_ignored(name).is_some()
}

/// The error for an unknown parameter. Its name is not shown: it may be part of a password.
pub(super) fn unknown(name: &str) -> InvalidValue {
    let near = synonym(name).or_else(|| crate::suggest::nearest(name, NAMES));
    InvalidValue::new("unknown parameter in the connection string").help(match near {
        Some(near) => format!("did you mean {}?", quote(near)),
        None => format!("the parameters are {}", list(NAMES)),
    })
}

/// Whether a name is most likely a misspelt parameter, which must not be ignored.
pub(super) fn is_slip(name: &str) -> bool {
    let near = || NAMES.iter().any(|right| crate::suggest::is_slip(name, right));
    !is_known(name) && (synonym(name).is_some() || near())
}

/// Reads the value of `sslmode`.
pub(super) fn sslmode(text: &str) -> Result<SslMode, InvalidValue> {
    choose("sslmode", text, &SslMode::ALL.map(|mode| (mode.name(), mode)))
}

/// Reads the value of `channel_binding`.
pub(super) fn channel_binding(text: &str) -> Result<ChannelBinding, InvalidValue> {
    choose(
        "channel_binding",
        text,
        &[
            ("disable", ChannelBinding::Disable),
            ("prefer", ChannelBinding::Prefer),
            ("require", ChannelBinding::Require),
        ],
    )
}

/// The error for an invalid port.
pub(super) fn wrong_port() -> InvalidValue {
    InvalidValue::new("the port of the database must be a whole number from 1 to 65535")
}

/// The error for a URL, which may hold a password, in place of a host.
pub(super) fn url_as_host() -> InvalidValue {
    InvalidValue::new("the host of `database` is not the name of a host: it holds `://` or `@`")
        .help("write a URL as the whole value, database = \"postgres://…\", or as `url` in the table")
}

/// The error for a list of hosts.
pub(super) fn several_hosts() -> InvalidValue {
    InvalidValue::new("`database` names several hosts")
        .help("a shop writes to one server: name only that one, or an address that always resolves to it")
}

impl Parts {
    /// Sets one part by a name that [is known](is_known).
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidValue> {
        if let Some(why) = why_ignored(name) {
            self.ignore(name, why);
            return Ok(());
        }
        if value.is_empty() {
            return Ok(());
        }
        let text = Some(value.to_owned());
        match name {
            "host" | "port" if value.contains(',') => return Err(several_hosts()),
            "host" => self.host = text,
            "port" => match value.parse() {
                Ok(port) if port > 0 => self.port = Some(port),
                _ => return Err(wrong_port()),
            },
            "dbname" => self.dbname = text,
            "user" => self.user = text,
            "password" => self.password = Some(Secret::new(value)),
            "sslmode" => self.sslmode = Some(sslmode(value)?),
            // The parameter of JDBC, and of a Python driver that puts a mode there.
            "ssl" => match value {
                "true" | "1" => self.sslmode = Some(SslMode::Require),
                "false" | "0" => {}
                mode => self.sslmode = Some(sslmode(mode)?),
            },
            "sslrootcert" => self.sslrootcert = text,
            "sslcert" => self.sslcert = text,
            "sslkey" => self.sslkey = text,
            "channel_binding" => self.channel_binding = Some(channel_binding(value)?),
            _ => {
                if value.contains("search_path") {
                    let wrong =
                        InvalidValue::new("`search_path` in `options` does not set the schema of the tables");
                    self.warnings.push(wrong.help("set the shop's key `schema`"));
                }
                self.options = text;
            }
        }
        Ok(())
    }

    /// Warns about an ignored parameter.
    pub(super) fn ignore(&mut self, name: &str, why: &str) {
        let message = format!("the connection parameter {} has no effect", quote(name));
        self.warnings.push(InvalidValue::new(message).help(why));
    }
}
