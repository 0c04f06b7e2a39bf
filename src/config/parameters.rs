//! What the parameters of a connection mean: which are used, which are passed over and why, and the right names
//! of those that are called otherwise elsewhere.
//!
//! Owns the names. How a connection string is written is `conninfo`'s. No message repeats a value.

use super::item::choose;
use super::problem::{list, quote};
use super::{ChannelBinding, InvalidValue, Secret, SslMode};

/// The parts of a connection as far as one source gives them; empty ones count as not given.
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
    /// What was passed over: one warning each.
    pub(super) passed_over: Vec<InvalidValue>,
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

/// What other programs call them.
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

/// Parameters of libpq and of other drivers that mean nothing to shopsim, or that it decides by itself.
const PASSED_OVER: [(&[&str], &str); 9] = [
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
        "how long the server may be silent is set by the shop's key `tick_deadline`",
    ),
    (
        &["application_name", "fallback_application_name", "ApplicationName"],
        "a session is called shopsim/NAME after its shop",
    ),
    (&["client_encoding", "charset", "encoding"], "sessions always speak UTF8"),
    (
        &["schema", "currentSchema", "search_path"],
        "the schema of the tables is set by the shop's key `schema`",
    ),
    (
        &["target_session_attrs", "targetServerType", "load_balance_hosts", "loadBalanceHosts"],
        "a shop needs a server that can be written on, and waits for it",
    ),
    (
        &["passfile", "service", "servicefile"],
        "files of libpq are not read: write host, user and dbname, and the password into `password_file`",
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
        "a shop needs a session of its own with prepared statements: behind PgBouncer set pool_mode = session, or name \
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

/// The right name of a parameter that is called otherwise elsewhere.
fn synonym(name: &str) -> Option<&'static str> {
    SYNONYMS.iter().find(|(other, _)| *other == name).map(|(_, right)| *right)
}

/// Why a parameter is passed over.
fn why_passed_over(name: &str) -> Option<&'static str> {
    PASSED_OVER.iter().find(|(names, _)| names.contains(&name)).map(|(_, why)| *why)
}

/// What to say of an unknown key among the parts of a connection, beyond the names that are near it.
pub(super) fn hint(name: &str) -> Option<String> {
    let right = synonym(name).map(|right| format!("did you mean {}?", quote(right)));
    right.or_else(|| why_passed_over(name).map(|why| format!("leave it out: {why}")))
}

/// Whether a parameter is used or passed over.
pub(super) fn is_known(name: &str) -> bool {
    name == "ssl" || NAMES.contains(&name) || why_passed_over(name).is_some()
}

/// The error for a parameter that is not known. Its name may be a piece of a password: it is not shown.
pub(super) fn unknown(name: &str) -> InvalidValue {
    let near = synonym(name).or_else(|| crate::suggest::nearest(name, NAMES));
    InvalidValue::new("a parameter of the connection string is not known here").help(match near {
        Some(near) => format!("did you mean {}?", quote(near)),
        None => format!("the parameters are {}", list(NAMES)),
    })
}

/// Whether a name is hardly anything but a slip of a parameter that is used, which is not to be passed over.
pub(super) fn is_slip(name: &str) -> bool {
    let near = || NAMES.iter().any(|right| crate::suggest::is_slip(name, right));
    !is_known(name) && (synonym(name).is_some() || near())
}

/// Reads the value of `sslmode`.
pub(super) fn sslmode(text: &str) -> Result<SslMode, InvalidValue> {
    choose(
        "sslmode",
        text,
        &[
            ("disable", SslMode::Disable),
            ("allow", SslMode::Allow),
            ("prefer", SslMode::Prefer),
            ("require", SslMode::Require),
            ("verify-ca", SslMode::VerifyCa),
            ("verify-full", SslMode::VerifyFull),
        ],
    )
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

/// The error for a list of hosts.
pub(super) fn several_hosts() -> InvalidValue {
    InvalidValue::new("the database is given as several hosts")
        .help("a shop writes to one server: name that one alone, or an address that always leads to it")
}

impl Parts {
    /// Sets one part by a name that [is known](is_known).
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidValue> {
        if let Some(why) = why_passed_over(name) {
            self.pass_over(name, why);
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
            // As libpq reads what drivers of Java write, and a driver of Python names a mode by.
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
                    let wrong = InvalidValue::new(
                        "`search_path` in `options` does not say where the tables are made",
                    );
                    self.passed_over.push(wrong.help("name the schema by the shop's key `schema`"));
                }
                self.options = text;
            }
        }
        Ok(())
    }

    /// Reports a parameter that is passed over.
    pub(super) fn pass_over(&mut self, name: &str, why: &str) {
        let message = format!("{} of the connection string has no effect", quote(name));
        self.passed_over.push(InvalidValue::new(message).help(why));
    }
}
