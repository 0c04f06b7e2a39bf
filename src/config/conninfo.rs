//! Connection strings: `postgres://…` and `host=… dbname=…`, as libpq reads them.
//!
//! Owns their grammar. No message repeats any part of them that may belong to a password.

use super::item::choose;
use super::problem::{list, quote};
use super::{Secret, SslMode, Wrong};

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
}

/// The parameters that are understood.
const NAMES: [&str; 7] = ["host", "port", "dbname", "user", "password", "sslmode", "sslrootcert"];
/// Parameters of libpq that are worth telling apart from a slip.
const ELSEWHERE: [&str; 11] = [
    "hostaddr",
    "passfile",
    "service",
    "options",
    "application_name",
    "connect_timeout",
    "target_session_attrs",
    "channel_binding",
    "keepalives",
    "sslcert",
    "sslkey",
];
const FORMS: &str = "write \"embedded\", \"postgres://user:password@host:5432/dbname\", \
                     \"host=… dbname=… user=…\", or a table { host = \"…\", dbname = \"…\", user = \"…\" }";
const TABLE_FORM: &str =
    "or give it in the table form: database = { host = \"…\", user = \"…\", password_file = \"…\" }";

/// Reads a connection string of either form.
pub(super) fn parse(text: &str) -> Result<Parts, Wrong> {
    let scheme = text.split_once("://");
    match scheme {
        Some(("postgres" | "postgresql", rest)) => parse_url(rest),
        _ if text.trim().is_empty() => Err(Wrong::new("`database` is empty").help(FORMS)),
        Some((scheme, _)) if !scheme.contains('=') => Err(Wrong::new("`database` is a URL of another kind")
            .help("a URL begins with postgres:// or postgresql://")),
        _ if text.contains('=') => parse_pairs(text),
        _ => Err(Wrong::new("`database` is not understood").help(
            match crate::suggest::nearest(text, ["embedded"]) {
                Some(near) => format!("did you mean {}?", quote(near)),
                None => FORMS.to_owned(),
            },
        )),
    }
}

/// Reads the value of `sslmode`.
pub(super) fn parse_sslmode(text: &str) -> Result<SslMode, Wrong> {
    let hint = match text {
        "allow" => Some("\"prefer\""),
        "verify-ca" => Some("\"verify-full\", which checks the host name too"),
        _ => None,
    };
    if let Some(hint) = hint {
        return Err(
            Wrong::new(format!("sslmode {} is not supported", quote(text))).help(format!("write {hint}"))
        );
    }
    choose(
        "sslmode",
        text,
        &[
            ("disable", SslMode::Disable),
            ("prefer", SslMode::Prefer),
            ("require", SslMode::Require),
            ("verify-full", SslMode::VerifyFull),
        ],
    )
}

/// Reads what follows `postgres://`.
fn parse_url(rest: &str) -> Result<Parts, Wrong> {
    let mut parts = Parts::default();
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let host = match authority.split_once('@') {
        Some((user, host)) => {
            let (user, password) = user.split_once(':').unwrap_or((user, ""));
            if host.contains('@') || password.contains(':') {
                return Err(raw_character());
            }
            parts.set("user", &decode(user)?)?;
            parts.set("password", &decode(password)?)?;
            host
        }
        None if path.contains('@') => return Err(raw_character()),
        None => authority,
    };
    let (host, port) = match host.strip_prefix('[').map(|host| host.split_once(']')) {
        Some(Some((host, port))) => (host, port.strip_prefix(':').unwrap_or(port)),
        Some(None) => return Err(Wrong::new("the host in the URL begins with `[` and has no `]`")),
        None => host.split_once(':').unwrap_or((host, "")),
    };
    // A raw `/` or `?` in a password ends the authority within it: its head then stands for a port.
    if !port.bytes().all(|c| c.is_ascii_digit()) {
        return Err(if rest.contains('@') && !authority.contains('@') {
            raw_character()
        } else {
            wrong_port()
        });
    }
    parts.set("host", &decode(host)?)?;
    parts.set("port", port)?;
    parts.set("dbname", &decode(path.strip_prefix('/').unwrap_or(path))?)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(Wrong::new("a parameter in the URL has no `=`").help(format!("the form is ?name=value&name=value; percent-encode a `?` in a password as `%3F`, {TABLE_FORM}")));
        };
        parts.set(&decode(name)?, &decode(value)?)?;
    }
    Ok(parts)
}

fn raw_character() -> Wrong {
    Wrong::new("the user or password in the URL holds a raw `@`, `:`, `/` or `?`").help(format!(
        "percent-encode it (`%40` for `@`, `%3A` for `:`, `%2F` for `/`, `%3F` for `?`), {TABLE_FORM}"
    ))
}

fn wrong_port() -> Wrong {
    Wrong::new("the port of the database must be a whole number from 1 to 65535")
}

/// Replaces `%XX`.
fn decode(text: &str) -> Result<String, Wrong> {
    let wrong = || {
        Wrong::new("the URL is not percent-encoded: `%` must be followed by two hexadecimal digits, and all be UTF-8")
            .help(format!("write `%25` for a literal `%`, {TABLE_FORM}"))
    };
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|c| char::from(c).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(wrong()) };
        out.push((high * 16 + low) as u8);
    }
    String::from_utf8(out).map_err(|_| wrong())
}

/// Reads `name=value name='value'`.
fn parse_pairs(text: &str) -> Result<Parts, Wrong> {
    let mut parts = Parts::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let wrong = |message: &str| {
            Wrong::new(message)
                .help("the form is name=value, blanks between; a value with blanks stands in single quotes, `\\'` for a quote in it")
        };
        let Some((name, after)) = rest.split_once('=') else {
            return Err(wrong("a word in the connection string has no `=`"));
        };
        let name = name.trim_end();
        if name.contains(char::is_whitespace) {
            return Err(wrong("a word in the connection string has no `=`"));
        }
        let mut value = String::new();
        let after = after.trim_start();
        let (quoted, inner) = after.strip_prefix('\'').map_or((false, after), |inner| (true, inner));
        let mut chars = inner.char_indices();
        let mut end = None;
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => value.extend(chars.next().map(|(_, c)| c)),
                '\'' if quoted => {
                    end = Some(at + 1);
                    break;
                }
                c if c.is_whitespace() && !quoted => {
                    end = Some(at);
                    break;
                }
                c => value.push(c),
            }
        }
        if quoted && end.is_none() {
            return Err(wrong("a quote in the connection string is not closed"));
        }
        rest = inner[end.unwrap_or(inner.len())..].trim_start();
        parts.set(name, &value)?;
    }
    Ok(parts)
}

impl Parts {
    /// Sets one part by libpq's name for it.
    fn set(&mut self, name: &str, value: &str) -> Result<(), Wrong> {
        if !NAMES.contains(&name) {
            // The name may be a piece of a password with a blank in it: shown only where it is none.
            let help = match crate::suggest::nearest(name, NAMES) {
                Some(near) if !ELSEWHERE.contains(&name) => format!("did you mean {}?", quote(near)),
                _ => format!("the parameters are {}", list(NAMES)),
            };
            let what = if ELSEWHERE.contains(&name) { quote(name) } else { "a parameter".to_owned() };
            return Err(Wrong::new(format!("{what} of the connection string is not known here")).help(help));
        }
        if value.is_empty() {
            return Ok(());
        }
        let text = Some(value.to_owned());
        match name {
            "host" if value.contains(',') => {
                return Err(
                    Wrong::new("the connection string names several hosts").help("name the one to write to")
                );
            }
            "host" => self.host = text,
            "port" => match value.parse() {
                Ok(port) if port > 0 => self.port = Some(port),
                _ => return Err(wrong_port()),
            },
            "dbname" => self.dbname = text,
            "user" => self.user = text,
            "password" => self.password = Some(Secret::new(value)),
            "sslmode" => self.sslmode = Some(parse_sslmode(value)?),
            _ => self.sslrootcert = text,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `user:password@host:port/dbname`.
    fn read(text: &str) -> Result<String, String> {
        let parts = parse(text).map_err(|wrong| wrong.message)?;
        let text = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
        let password = parts.password.map(|password| password.reveal().to_owned());
        let port = parts.port.map(|port| port.to_string());
        Ok(format!(
            "{}:{}@{}:{}/{}",
            text(parts.user),
            text(password),
            text(parts.host),
            text(port),
            text(parts.dbname)
        ))
    }

    #[test]
    fn urls_are_read_as_libpq_reads_them() {
        assert_eq!(read("postgres://u:p@h:5433/d").unwrap(), "u:p@h:5433/d");
        assert_eq!(read("postgresql://u@h").unwrap(), "u:-@h:-/-");
        assert_eq!(read("postgres://u:p%40%3a%2F%25%20%F0%9F%8D%8D@h/d").unwrap(), "u:p@:/% 🍍@h:-/d");
        assert_eq!(read("postgres://u:a#$&=+!b@h/d").unwrap(), "u:a#$&=+!b@h:-/d");
        assert_eq!(read("postgres://u@[::1]:5432/d").unwrap(), "u:-@::1:5432/d");
        assert_eq!(read("postgres:///d?host=/var/run&user=u&password=a%26b").unwrap(), "u:a&b@/var/run:-/d");
        assert_eq!(read("postgres://u@%2Fvar%2Frun/d").unwrap(), "u:-@/var/run:-/d");
    }

    #[test]
    fn ssl_parameters_are_read() {
        let parts = parse("postgres://h/d?sslmode=verify-full&sslrootcert=ca%20root.pem").unwrap();
        assert_eq!(parts.sslmode, Some(SslMode::VerifyFull));
        assert_eq!(parts.sslrootcert.as_deref(), Some("ca root.pem"));
        assert!(parse("postgres://h/d?sslmode=verify-ca").unwrap_err().help.unwrap().contains("verify-full"));
    }

    #[test]
    fn pairs_are_read_as_libpq_reads_them() {
        assert_eq!(
            read("host=h  port = 5433 dbname=d user=u password='a b\\'c\\\\'").unwrap(),
            "u:a b'c\\@h:5433/d"
        );
        assert_eq!(read("host=h password=a=b user=''").unwrap(), "-:a=b@h:-/-");
        assert!(read("host=h d").unwrap_err().contains("no `=`"));
        assert!(read("host='h").unwrap_err().contains("not closed"));
    }

    #[test]
    fn a_raw_character_in_a_password_is_told_with_the_cure() {
        for password in ["hun@ter2", "hun:ter2", "hun/ter2", "hun?ter2", "@hunter2", "hunter2@", "5/hunter2"]
        {
            let wrong = parse(&format!("postgres://u:{password}@h:5432/d")).unwrap_err();
            assert!(wrong.message.contains("raw `@`"), "{password}: {}", wrong.message);
            assert!(wrong.help.unwrap().contains("password_file"));
        }
    }

    #[test]
    fn no_message_holds_any_part_of_a_password() {
        for text in [
            "postgres://u:hun@ter2@h/d",
            "postgres://u:hun%zzter2@h/d",
            "postgres://u:hunter2",
            "postgres://u:1?hunter2@h/d",
            "postgres://u:1?hun=ter2@h/d",
            "mysql://u:hunter2@h/d",
            "u:hunter2@h/d",
            "host=h password=hun ter2",
            "host=h password=hun ter2=3",
            "host=h password='hunter2",
            "host=h port=hunter2",
        ] {
            let wrong = parse(text).unwrap_err();
            let said = format!("{} {:?}", wrong.message, wrong.help);
            assert!(!said.contains("hun") && !said.contains("ter2"), "{text}: {said}");
        }
        assert!(!format!("{:?}", parse("postgres://u:hunter2@h/d")).contains("hunter2"));
    }

    #[test]
    fn slips_are_told() {
        assert!(parse("host=h databse=d").unwrap_err().help.unwrap().contains("parameters are"));
        assert!(parse("host=h prot=1").unwrap_err().help.unwrap().contains("`port`"));
        assert!(parse("embeded").unwrap_err().help.unwrap().contains("`embedded`"));
        assert_eq!(parse("").unwrap_err().message, "`database` is empty");
        assert!(parse("host=h connect_timeout=1").unwrap_err().message.contains("`connect_timeout`"));
    }
}
