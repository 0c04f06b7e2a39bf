//! What to paste into a client so that it reads a shop's database.
//!
//! Owns the list of clients and the texts of drivers, one or two per client. Names are quoted as each client reads them.
//! Where no password may be shown, a placeholder stands for it.

use super::Endpoint;
use super::pipelines::{airbyte, airbyte_standard, dbt, debezium, dlt_secrets, dlt_source, sling};
use super::quoting::{percent, pgpass, search_path, search_path_option, shell, string};
use crate::plan::{Capture, ShopPlan};

/// The clients that there are texts for, and what the texts of each are.
pub const CLIENTS: [(&str, &str); 11] = [
    ("psql", "A command for a shell"),
    ("url", "The URL, as libpq reads it"),
    ("sqlalchemy", "An engine in Python"),
    ("jdbc", "The URL, as pgJDBC reads it"),
    ("pgpass", "A line of ~/.pgpass"),
    ("debezium", "A connector for Kafka Connect, as JSON"),
    ("airbyte", "A Postgres source by change data capture, as JSON"),
    ("airbyte-standard", "A Postgres source by cursor columns, as JSON"),
    ("dlt", "A part of .dlt/secrets.toml, and a source in Python"),
    ("dbt", "A profile for profiles.yml"),
    ("sling", "A connection for ~/.sling/env.yaml"),
];

/// A text for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The client, one of [`CLIENTS`]. One with two texts occurs twice.
    pub client: &'static str,
    /// What it is, for a heading.
    pub title: &'static str,
    /// The language of the text: `sh`, `text`, `python`, `json`, `toml`, `yaml`.
    pub language: &'static str,
    /// The text, without a line feed at its end.
    pub text: String,
    /// Whether the client can use the text; else it says in a comment why there is none.
    pub is_usable: bool,
}

/// The texts for every client, for a shop whose database is at an endpoint.
pub fn snippets(plan: &ShopPlan, capture: &Capture, endpoint: &Endpoint) -> Vec<Snippet> {
    let snippet = |client, title, language, text| Snippet { client, title, language, text, is_usable: true };
    let none = |client, title, why: &str| {
        let text = format!("# {why}");
        Snippet { client, title, language: "text", text, is_usable: false }
    };
    // `name` is the title without what the text is.
    let by_tcp = |client, name: &'static str, title, language, text| match endpoint.is_socket() {
        true => {
            none(client, name, &format!("{name} cannot use a Unix socket: give the server a TCP address"))
        }
        false => snippet(client, title, language, text),
    };
    // Drivers look in the schema `public`, unless they are told another one.
    let schema = Some(&*plan.schema).filter(|schema| *schema != "public");
    let options = schema.map(search_path_option);
    let option = options.as_ref().map(|options| format!("?options={}", percent(options)));
    let url = endpoint.url() + &option.unwrap_or_default();
    vec![
        snippet("psql", "psql", "sh", format!("psql {}", shell(&url))),
        snippet("url", "URL", "text", url),
        snippet("sqlalchemy", "SQLAlchemy (psycopg)", "python", sqlalchemy(endpoint, options.as_deref())),
        by_tcp("jdbc", "JDBC", "JDBC", "text", jdbc(endpoint, schema)),
        match pgpass_line(endpoint, schema) {
            Some(line) => snippet("pgpass", ".pgpass", "text", line),
            None => none("pgpass", ".pgpass", ".pgpass cannot hold a name with a line feed"),
        },
        by_tcp(
            "debezium",
            "Debezium",
            "Debezium (connector for Kafka Connect)",
            "json",
            debezium(plan, capture, endpoint),
        ),
        by_tcp(
            "airbyte",
            "Airbyte",
            "Airbyte (change data capture)",
            "json",
            airbyte(plan, capture, endpoint),
        ),
        by_tcp(
            "airbyte-standard",
            "Airbyte, standard",
            "Airbyte, standard (cursor columns)",
            "json",
            airbyte_standard(plan, endpoint),
        ),
        snippet("dlt", "dlt (.dlt/secrets.toml)", "toml", dlt_secrets(endpoint)),
        snippet("dlt", "dlt (source)", "python", dlt_source(plan)),
        snippet("dbt", "dbt (profiles.yml)", "yaml", dbt(plan, endpoint)),
        by_tcp("sling", "Sling", "Sling (~/.sling/env.yaml)", "yaml", sling(plan, endpoint)),
    ]
}

fn sqlalchemy(endpoint: &Endpoint, options: Option<&str>) -> String {
    let [user, password, host, database] =
        [&endpoint.user, endpoint.password_or_placeholder(), &endpoint.host, &endpoint.database].map(string);
    let port = endpoint.port;
    let options = options.map(|options| format!(",\n    query={{\"options\": {}}}", string(options)));
    let options = options.unwrap_or_default();
    format!(
        "from sqlalchemy import URL, create_engine\n\n\
         engine = create_engine(URL.create(\n    \
             \"postgresql+psycopg\", username={user}, password={password}, host={host}, port={port}, database={database}{options}\n\
         ))"
    )
}

fn jdbc(endpoint: &Endpoint, schema: Option<&str>) -> String {
    let (host, port, database) = (endpoint.host_of_url(), endpoint.port, percent(&endpoint.database));
    let password = endpoint.password_of_url();
    let schema = schema.map(|schema| format!("&currentSchema={}", percent(&search_path(schema))));
    format!(
        "jdbc:postgresql://{host}:{port}/{database}?user={}&password={password}{}",
        percent(&endpoint.user),
        schema.unwrap_or_default()
    )
}

/// A line of the file cannot name a schema: a comment before it does. libpq looks for the host `localhost` where a socket lies in its default folder, which depends on how it was built.
/// `None` if a name has a line feed.
fn pgpass_line(endpoint: &Endpoint, schema: Option<&str>) -> Option<String> {
    let fields = [&endpoint.database, &endpoint.user, endpoint.password_or_placeholder()];
    if fields.iter().any(|field| field.contains(['\n', '\r'])) {
        return None;
    }
    let host = if endpoint.is_socket() { "*".to_owned() } else { pgpass(&endpoint.host) };
    let [database, user, password] = fields.map(pgpass);
    let comment = schema.map(|schema| format!("# the tables are in the schema {}\n", string(schema)));
    Some(format!("{}{host}:{}:{database}:{user}:{password}", comment.unwrap_or_default(), endpoint.port))
}

#[cfg(test)]
mod tests;
