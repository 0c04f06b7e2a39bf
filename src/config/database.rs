//! `database`: where a shop's tables live, as a string or as a table of parts.
//!
//! Owns the merging of the parts and libpq's defaults. No message repeats a value that may hold a
//! password. The grammar of connection strings is `conninfo`'s.

use super::conninfo;
use super::context::Context;
use super::encryption::encryption;
use super::item::Item;
use super::parameters::{self, Parts};
use super::problem::{Problem, quote};
use super::reader::{Field, TableReader};
use super::{ConnectionParameters, InvalidValue, Secret, Spanned};

/// The default port.
const DEFAULT_PORT: u16 = 5432;

/// `database` as written.
#[derive(Clone, Debug)]
pub(super) enum Written {
    /// A private server.
    Embedded,
    /// A server of the user's.
    Server {
        /// The connection parameters.
        parts: Box<Parts>,
        /// Whether it is a table without `url`, whose gaps an env file may fill.
        open: bool,
        /// Whether it comes from a variable, which could also have been "embedded".
        variable: bool,
    },
}

impl Field<Written> {
    /// Whether a `database` key overrides a setting `POSTGRES_…` of the env file beside it.
    pub(super) fn overrides(&self, setting: &str) -> bool {
        match self {
            Field::Absent => false,
            // The env file fills the gaps of such a table.
            Field::Set(Spanned { value: Written::Server { parts, open: true, .. }, .. }) => match setting {
                "POSTGRES_HOST" => parts.host.is_some(),
                "POSTGRES_PORT" => parts.port.is_some(),
                "POSTGRES_DB" => parts.dbname.is_some(),
                "POSTGRES_USER" => parts.user.is_some(),
                _ => parts.password.is_some(),
            },
            _ => true,
        }
    }
}

/// Reads a `database` key.
pub(super) fn written(item: &Item<'_>) -> Option<Written> {
    if item.is_table() {
        return from_table(item.table("`database`")?);
    }
    item.parse(|text| match text.trim() {
        "embedded" => Ok(Written::Embedded),
        text => {
            let parts = Box::new(warned(conninfo::parse(text)?, item));
            Ok(Written::Server { parts, open: false, variable: item.has_variable() })
        }
    })
}

/// Reports the warnings about ignored parameters.
fn warned(mut parts: Parts, item: &Item<'_>) -> Parts {
    for InvalidValue { message, help } in parts.warnings.drain(..) {
        item.context.report(Problem { help, ..Problem::warning(&item.span, message) });
    }
    parts
}

fn from_table(mut table: TableReader<'_>) -> Option<Written> {
    let url = table.field("url", |item| item.parse(|text| Ok(warned(conninfo::parse(text)?, item))));
    let open = url.is_absent();
    let from_url = match url {
        Field::Invalid => None,
        field => Some(field.value().unwrap_or_default()),
    };
    let mut merge = Merge {
        from_url: from_url.clone().unwrap_or_default(),
        context: table.context,
        whole: from_url.is_some(),
    };
    let host = table.field("host", Item::nonempty);
    let port = table.field("port", |item| item.integer(1..=65535));
    let dbname = table.field("dbname", Item::nonempty);
    let user = table.field("user", Item::nonempty);
    let password = table.field("password", Item::nonempty);
    let password_file = table.field("password_file", password_file);
    let sslmode = table.field("sslmode", |item| item.parse(parameters::sslmode));
    let sslrootcert = table.field("sslrootcert", Item::nonempty);
    let sslcert = table.field("sslcert", Item::nonempty);
    let sslkey = table.field("sslkey", Item::nonempty);
    let channel_binding = table.field("channel_binding", |item| item.parse(parameters::channel_binding));
    let options = table.field("options", Item::nonempty);
    if let (Field::Set(_) | Field::Invalid, Field::Set(file)) = (&password, &password_file) {
        table.context.report(
            Problem::error(&file.span, "both `password` and `password_file` are set")
                .help("leave one of them out"),
        );
        merge.whole = false;
    }
    let password = password.or(password_file);
    let from_url = std::mem::take(&mut merge.from_url);
    let parts = Parts {
        host: merge.one("host", from_url.host, host),
        port: merge.one("port", from_url.port, port),
        dbname: merge.one("dbname", from_url.dbname, dbname),
        user: merge.one("user", from_url.user, user),
        password: merge
            .one("password", from_url.password.map(|secret| secret.reveal().to_owned()), password)
            .map(Secret::new),
        sslmode: merge.one("sslmode", from_url.sslmode, sslmode),
        sslrootcert: merge.one("sslrootcert", from_url.sslrootcert, sslrootcert),
        sslcert: merge.one("sslcert", from_url.sslcert, sslcert),
        sslkey: merge.one("sslkey", from_url.sslkey, sslkey),
        channel_binding: merge.one("channel_binding", from_url.channel_binding, channel_binding),
        options: merge.one("options", from_url.options, options),
        warnings: Vec::new(),
    };
    // A part set under a misspelt name is not missing.
    let whole = merge.whole && !table.entries().any(|item| parameters::is_slip(&item.key));
    table.finish_with(&[], parameters::hint);
    whole.then_some(Written::Server { parts: Box::new(parts), open, variable: false })
}

/// Merges the URL with the keys beside it; setting the same part twice is an error.
struct Merge<'a> {
    from_url: Parts,
    context: &'a Context<'a>,
    /// Whether no error was found so far.
    whole: bool,
}

impl Merge<'_> {
    fn one<T>(&mut self, key: &str, from_url: Option<T>, field: Field<T>) -> Option<T> {
        match (from_url, field) {
            (from_url, Field::Absent) => from_url,
            (None, Field::Set(own)) => Some(own.value),
            (_, Field::Invalid) => {
                self.whole = false;
                None
            }
            (Some(_), Field::Set(own)) => {
                self.whole = false;
                self.context.report(
                    Problem::error(&own.span, format!("`url` already has a {key}"))
                        .help("leave one of them out"),
                );
                None
            }
        }
    }
}

/// The content of a password file, without one trailing line break.
fn password_file(item: &Item<'_>) -> Option<String> {
    let path = item.nonempty()?;
    let text = match item.context.read_text_file(&path) {
        Ok(text) => text,
        Err(wrong) => return item.invalid(wrong),
    };
    let password =
        text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if password.is_empty() {
        return item.invalid(
            InvalidValue::new(format!("{}: the file is empty", quote(&path)))
                .help("write the password into it, and nothing else"),
        );
    }
    Some(password.to_owned())
}

/// The connection parameters with libpq's defaults; `env` fills the gaps of an open table.
pub(super) fn server(
    written: Spanned<(Parts, bool)>,
    env: Option<&Parts>,
    context: &Context<'_>,
) -> Option<ConnectionParameters> {
    let span = written.span;
    let (mut parts, open) = written.value;
    if let Some(env) = env.filter(|_| open) {
        parts = Parts {
            host: parts.host.or_else(|| env.host.clone()),
            port: parts.port.or(env.port),
            user: parts.user.or_else(|| env.user.clone()),
            dbname: parts.dbname.or_else(|| env.dbname.clone()),
            password: parts.password.or_else(|| env.password.clone()),
            ..parts
        };
    }
    let missing = |what: &str, help: &str| {
        context.report(Problem::error(&span, format!("the database has no {what}")).help(help));
    };
    if parts.host.is_none() {
        missing(
            "host",
            "name the server: `host = \"localhost\"`, postgres://user@localhost/dbname, or POSTGRES_HOST in the env file",
        );
    }
    if parts.user.is_none() {
        missing(
            "user",
            "name the role to connect as: `user = \"…\"`, postgres://user@host/dbname, or POSTGRES_USER in the env file; there is no default",
        );
    }
    let encryption = encryption(&parts, &span, context);
    let (host, user, password) = (parts.host?, parts.user?, parts.password);
    let encryption = encryption?;
    let database = parts.dbname.unwrap_or_else(|| user.clone());
    let options = parts.options.as_deref().unwrap_or_default();
    let texts = [host.as_str(), &user, &database, options, password.as_ref().map_or("", Secret::reveal)];
    if texts.iter().any(|text| text.contains('\0')) {
        context.report(Problem::error(&span, "a connection parameter contains a NUL character"));
        return None;
    }
    if host.contains("://") || host.contains('@') {
        context.report_invalid(&span, parameters::url_as_host());
    }
    if host.contains(',') {
        context.report_invalid(&span, parameters::several_hosts());
        return None;
    }
    let port = parts.port.unwrap_or(DEFAULT_PORT);
    Some(ConnectionParameters { host, port, user, password, database, encryption, options: parts.options })
}
