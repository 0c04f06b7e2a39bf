//! Connection strings: `postgres://…` and `host=… dbname=…`, as libpq reads them.
//!
//! Owns their grammar, and the prefixes by which other programs mark them. No message repeats any part
//! that may belong to a password.

use super::InvalidValue;
use super::parameters::{self, Parts};
use super::problem::quote;

/// The schemes of URLs that mean PostgreSQL, without a leading `jdbc:` or a driver's name after `+`.
const SCHEMES: [&str; 6] = ["postgres", "postgresql", "pgsql", "psql", "postgis", "cockroachdb"];
const FORMS: &str = "write \"embedded\", \"postgres://user:password@host:5432/dbname\", \
                     \"host=… dbname=… user=…\", or a table { host = \"…\", dbname = \"…\", user = \"…\" }";
const TABLE_FORM: &str =
    "or give it in the table form: database = { host = \"…\", user = \"…\", password_file = \"…\" }";

/// Reads a connection string of either form.
pub(super) fn parse(text: &str) -> Result<Parts, InvalidValue> {
    let text = without_psql(text.trim());
    if text.is_empty() {
        return Err(InvalidValue::new("`database` is empty").help(FORMS));
    }
    match text.split_once("://") {
        Some((scheme, rest)) if means_postgres(scheme) => parse_url(rest),
        Some((scheme, _)) if !scheme.contains('=') => {
            Err(InvalidValue::new("`database` is not a PostgreSQL URL")
                .help("a URL starts with postgres:// or postgresql://"))
        }
        _ if text.contains('=') && text.contains(';') => {
            Err(InvalidValue::new("`database` is not a libpq connection string: it contains `;`").help(FORMS))
        }
        _ if text.contains('=') => parse_pairs(text),
        _ => Err(InvalidValue::new("`database` is neither \"embedded\" nor a connection string").help(
            match crate::suggest::nearest(text, ["embedded"]) {
                Some(near) => format!("did you mean {}?", quote(near)),
                None => FORMS.to_owned(),
            },
        )),
    }
}

/// The string in a command such as `psql 'postgresql://…'`, as providers show it.
fn without_psql(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("psql ") else { return text };
    let rest = rest.trim();
    let quoted = ['\'', '"'].into_iter().find_map(|quote| rest.strip_prefix(quote)?.strip_suffix(quote));
    quoted.unwrap_or(rest)
}

/// Whether a scheme such as `postgresql+psycopg2` or `jdbc:postgresql` means PostgreSQL.
fn means_postgres(scheme: &str) -> bool {
    let scheme = scheme.strip_prefix("jdbc:").or_else(|| scheme.strip_prefix("r2dbc:")).unwrap_or(scheme);
    let (scheme, _driver) = scheme.split_once('+').unwrap_or((scheme, ""));
    SCHEMES.contains(&scheme)
}

/// Reads what follows `postgres://`.
fn parse_url(rest: &str) -> Result<Parts, InvalidValue> {
    let mut parts = Parts::default();
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    // A `@` after the authority may belong to a password with an unescaped `/` or `?`.
    let is_unescaped = rest.contains('@') && !authority.contains('@');
    // Otherwise the rest of such a password would be shown as the database name.
    if path.contains('@') {
        return Err(unescaped_character());
    }
    let host = match authority.split_once('@') {
        Some((user, host)) => {
            let (user, password) = user.split_once(':').unwrap_or((user, ""));
            if host.contains('@') || password.contains(':') {
                return Err(unescaped_character());
            }
            parts.set("user", &decode(user)?)?;
            parts.set("password", &decode(password)?)?;
            host
        }
        None => authority,
    };
    if host.contains(',') && !is_unescaped {
        return Err(parameters::several_hosts());
    }
    let (host, port) = match host.strip_prefix('[').map(|host| host.split_once(']')) {
        Some(Some((host, port))) => (host, port.strip_prefix(':').unwrap_or(port)),
        Some(None) => return Err(InvalidValue::new("the host in the URL starts with `[` but has no `]`")),
        None => host.split_once(':').unwrap_or((host, "")),
    };
    // An unescaped `/` or `?` in a password ends the authority early, and the password looks like a port.
    if !port.bytes().all(|c| c.is_ascii_digit()) {
        return Err(if is_unescaped { unescaped_character() } else { parameters::wrong_port() });
    }
    parts.set("host", &decode(host)?)?;
    parts.set("port", port)?;
    parts.set("dbname", &decode(path.strip_prefix('/').unwrap_or(path))?)?;
    let mut after_password = false;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(InvalidValue::new("a parameter in the URL has no `=`").help(format!("the form is ?name=value&name=value; percent-encode a `?` in a password as `%3F`, {TABLE_FORM}")));
        };
        let (name, value) = (decode(name)?, decode(value)?);
        if parameters::is_known(&name) {
            parts.set(&name, &value)?;
        } else if is_unescaped {
            return Err(unescaped_character());
        } else if parameters::is_slip(&name) {
            return Err(parameters::unknown(&name));
        } else if after_password {
            // It may be part of the password.
            let wrong = InvalidValue::new("an unknown parameter after `password` in the URL has no effect");
            parts.warnings.push(
                wrong.help(format!("if it is part of the password, write its `&` as `%26`, {TABLE_FORM}")),
            );
        } else {
            parts.ignore(&name, "it is unknown: remove it");
        }
        after_password |= name == "password";
    }
    Ok(parts)
}

fn unescaped_character() -> InvalidValue {
    InvalidValue::new("the user or password in the URL contains an unescaped `@`, `:`, `/` or `?`").help(
        format!(
            "percent-encode it (`%40` for `@`, `%3A` for `:`, `%2F` for `/`, `%3F` for `?`), {TABLE_FORM}"
        ),
    )
}

/// Replaces `%XX`.
fn decode(text: &str) -> Result<String, InvalidValue> {
    let wrong = || {
        InvalidValue::new("invalid percent-encoding in the URL: `%` must be followed by two hexadecimal digits, and the result must be UTF-8")
            .help(format!("write `%25` for a literal `%`, {TABLE_FORM}"))
    };
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|c| u8::try_from(char::from(c).to_digit(16)?).ok());
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(wrong()) };
        out.push(high * 16 + low);
    }
    String::from_utf8(out).map_err(|_| wrong())
}

/// Reads `name=value name='value'`.
fn parse_pairs(text: &str) -> Result<Parts, InvalidValue> {
    let mut parts = Parts::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let wrong = |message: &str| {
            InvalidValue::new(message)
                .help("write name=value pairs separated by spaces; put a value with spaces in single quotes, and write a quote in it as `\\'`")
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
        // The name may be part of a password that contains a space.
        if !parameters::is_known(name) {
            return Err(parameters::unknown(name));
        }
        parts.set(name, &value)?;
    }
    Ok(parts)
}

#[cfg(test)]
mod providers;

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
    fn an_unescaped_character_in_a_password_is_reported_with_the_cure() {
        for password in [
            "hun@ter2",
            "hun:ter2",
            "hun/ter2",
            "hun?ter2",
            "@hunter2",
            "hunter2@",
            "5/hunter2",
            "hun@te/r2",
            "hun@te:1/r2",
            "hun@te:r/2",
        ] {
            let wrong = parse(&format!("postgres://u:{password}@h:5432/d")).unwrap_err();
            assert!(wrong.message.contains("unescaped `@`"), "{password}: {}", wrong.message);
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
            let shown = format!("{} {:?}", wrong.message, wrong.help);
            assert!(!shown.contains("hun") && !shown.contains("ter2"), "{text}: {shown}");
        }
        assert!(!format!("{:?}", parse("postgres://u:hunter2@h/d")).contains("hunter2"));
    }

    #[test]
    fn slips_are_reported() {
        let help = |text: &str| parse(text).unwrap_err().help.unwrap();
        assert!(help("host=h databse=d").contains("parameters are"));
        assert!(help("host=h prot=1").contains("`port`"));
        for (name, right) in
            [("username", "user"), ("database", "dbname"), ("pass", "password"), ("hostname", "host")]
        {
            assert!(help(&format!("port=1 {name}=x")).contains(&format!("`{right}`")), "{name}");
            assert!(help(&format!("postgres://h/d?{name}=x")).contains(&format!("`{right}`")), "{name}");
        }
        assert!(help("postgres://h/d?sslmod=verify-full").contains("`sslmode`"));
        assert!(help("embeded").contains("`embedded`"));
        assert_eq!(parse("").unwrap_err().message, "`database` is empty");
        let npgsql = parse("Host=h;Username=u;Password=hunter2;Database=d").unwrap_err();
        assert!(npgsql.message.contains("not a libpq"), "{npgsql}");
    }

    #[test]
    fn several_hosts_are_refused() {
        for text in [
            "postgres://u:p@h1:5432,h2:5433/d",
            "postgres://u:p@h1,h2/d",
            "postgres://h1:1,h2:2/d?target_session_attrs=read-write",
            "postgres:///d?host=h1,h2",
            "host=h1,h2 port=5432,5433 dbname=d",
            "port=5432,5433",
        ] {
            let wrong = parse(text).unwrap_err();
            assert!(wrong.message.contains("several hosts"), "{text}: {wrong}");
        }
    }

    /// The warnings about a string that is accepted.
    fn warnings(text: &str) -> Vec<String> {
        let parts = parse(text).unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
        parts.warnings.iter().map(InvalidValue::to_string).collect()
    }

    #[test]
    fn what_other_clients_write_is_ignored_with_a_warning() {
        for (parameter, expected) in [
            ("connect_timeout=10", "tick_deadline"),
            ("keepalives=1", "tick_deadline"),
            ("keepalives_idle=30", "tick_deadline"),
            ("keepalives_interval=10", "tick_deadline"),
            ("keepalives_count=5", "tick_deadline"),
            ("tcp_user_timeout=5000", "tick_deadline"),
            ("application_name=app", "shopsim/NAME"),
            ("fallback_application_name=app", "shopsim/NAME"),
            ("client_encoding=utf8", "UTF8"),
            ("target_session_attrs=read-write", "writable"),
            ("gssencmode=disable", "no such setting"),
            ("sslcompression=0", "no such setting"),
            ("passfile=/home/me/.pgpass", "password_file"),
            ("service=shop", "password_file"),
            ("schema=public", "`schema`"),
            ("currentSchema=shop", "`schema`"),
            ("pgbouncer=true", "pool_mode = session"),
            ("prepareThreshold=0", "pool_mode = session"),
            ("connection_limit=1", "one connection"),
            ("options=-c%20search_path%3Dshop", "`schema`"),
        ] {
            let warned = warnings(&format!("postgres://u:p@h/d?{parameter}"));
            assert!(warned.len() == 1 && warned[0].contains(expected), "{parameter}: {warned:?}");
        }
        for parameter in ["connect_timeout=10", "application_name='my app'", "options='-c search_path=shop'"]
        {
            assert_eq!(warnings(&format!("host=h user=u {parameter}")).len(), 1, "{parameter}");
        }
        // Parameters of other drivers may be unknown.
        let warned = warnings("postgres://u:p@h/d?zebra=1");
        assert!(warned.len() == 1 && warned[0].contains("`zebra`"), "{warned:?}");
    }

    #[test]
    fn what_may_be_part_of_a_password_is_not_shown() {
        let warned = warnings("postgres://h/d?user=u&password=hun&ter2zz=1");
        assert!(warned.len() == 1 && warned[0].contains("%26"), "{warned:?}");
        assert!(!warned[0].contains("ter2"), "{warned:?}");
    }
}
