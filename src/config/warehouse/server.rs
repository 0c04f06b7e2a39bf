//! Where the warehouse's server is: `database`, `env_file`, or a text of the command line.
//!
//! Owns how the two keys go together, which is as for a shop. Must not know what the warehouse holds.

use std::path::Path;

use crate::config::context::Context;
use crate::config::database::{self, Written};
use crate::config::env_file;
use crate::config::item::Item;
use crate::config::problem::quote;
use crate::config::reader::{Field, TableReader};
use crate::config::{ConnectionParameters, InvalidValue, Secret, Spanned, Surroundings, conninfo};

/// Reads `database` and `env_file`: the server, and the key that has set it, right or wrong.
pub(super) fn read(top: &mut TableReader<'_>) -> (Option<ConnectionParameters>, Option<&'static str>) {
    let database = top.field("database", written);
    let env = top.field("env_file", env_file::read);
    if let Field::Set(env) = &env {
        // All else in the file is not the warehouse's.
        let counts = |name: &str| name.starts_with("POSTGRES_") && !database.overrides(name);
        env.value.report(counts, top.context);
    }
    let key = match (&database, &env) {
        (Field::Absent, Field::Absent) => None,
        (Field::Absent, _) => Some("env_file"),
        _ => Some("database"),
    };
    let env_wrong = match &env {
        Field::Invalid => true,
        Field::Set(env) => env.value.parts_wrong,
        Field::Absent => false,
    };
    let env = env.get();
    let server = match database {
        Field::Set(Spanned { value: Written::Server { open: true, .. }, .. }) if env_wrong => None,
        Field::Set(Spanned { value: Written::Server { parts, open, .. }, span }) => {
            let parts = Spanned { value: (*parts, open), span };
            database::server(parts, env.as_ref().map(|env| &env.value.parts), top.context)
        }
        Field::Absent if !env_wrong => env.and_then(|env| {
            let parts = Spanned { value: (env.value.parts, false), span: env.span };
            database::server(parts, None, top.context)
        }),
        _ => None,
    };
    (server, key)
}

/// `database`, in the forms of a shop's, except for a private server.
fn written(item: &Item<'_>) -> Option<Written> {
    match database::written(item)? {
        Written::Embedded => item.invalid(
            InvalidValue::new("a warehouse has no private server of shopsim's")
                .help("write how to reach it, such as \"postgres://user@localhost/dwh\" or \"${DWH}\""),
        ),
        server => Some(server),
    }
}

/// The variable by which libpq takes a password that is not in the connection string.
const PASSWORD: &str = "PGPASSWORD";

/// The connection parameters of a text, as `database` takes it, for a server that the command line names. A password that
/// is not in it is taken from the environment: a command line can be seen by others.
///
/// # Errors
/// What is wrong with it, without a place. Warnings count as none.
pub fn connection(text: &str, surroundings: &Surroundings<'_>) -> Result<ConnectionParameters, InvalidValue> {
    let context = Context::new(surroundings, Path::new(""));
    let mut parts = conninfo::parse(text.trim())?;
    let from_environment = || (surroundings.var)(PASSWORD)?.into_string().ok().map(Secret::new);
    parts.password = parts.password.or_else(from_environment);
    let server = database::server(Spanned { value: (parts, false), span: 0..0 }, None, &context);
    let problems = context.into_problems();
    match (server, problems.iter().find(|problem| problem.is_error())) {
        (Some(server), None) => Ok(server),
        (_, Some(problem)) => Err(problem.into()),
        (None, None) => Err(InvalidValue::new(format!("{} names no database", quote(text)))),
    }
}
