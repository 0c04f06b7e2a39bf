//! What to paste into the tools that pipelines are made of: Debezium, Airbyte, dlt, dbt and Sling.
//!
//! Owns the texts of their configs. Must not know which of them can connect to an endpoint at all.

use serde_json::{Map, Value as Json, json};

use super::Endpoint;
use super::quoting::{java_regex, jinja, percent, string};
use crate::config::SslMode;
use crate::plan::{Capture, ShopPlan};

/// PostgreSQL's longest name of a slot: <https://www.postgresql.org/docs/current/runtime-config-replication.html>
const MOST_SLOT_BYTES: usize = 63;

/// A shop's name in letters, digits and underscores.
fn plain(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

/// What a tool reads.
struct Reading {
    slot: String,
    publication: String,
    /// Whether `[cdc]` makes the publication.
    is_made: bool,
}

/// The slot of `[cdc]` that has the tool's name or begins with it, and the publication of `[cdc]`; otherwise names of the
/// tool's own: a slot has one reader.
fn reading(tool: &str, plan: &ShopPlan, capture: &Capture) -> Reading {
    let mut own = format!("{tool}_{}", plain(&plan.name).to_lowercase());
    own.truncate(MOST_SLOT_BYTES);
    let slot = capture.slots.iter().find(|slot| slot.plugin == "pgoutput" && slot.name.starts_with(tool));
    Reading {
        slot: slot.map_or_else(|| own.clone(), |slot| slot.name.clone()),
        is_made: capture.publication.is_some(),
        publication: capture.publication.clone().unwrap_or(own),
    }
}

/// The body of a request to Kafka Connect.
pub fn debezium(plan: &ShopPlan, capture: &Capture, endpoint: &Endpoint) -> String {
    let name = &plan.name;
    let Reading { slot, publication, is_made } = &reading("debezium", plan, capture);
    let tables = plan.tables.iter().map(|table| java_regex(&format!("{}.{}", plan.schema, table.name)));
    // A connector that makes its publication lists its tables in it.
    let autocreate = if *is_made { "disabled" } else { "filtered" };
    let config = [
        ("connector.class", "io.debezium.connector.postgresql.PostgresConnector"),
        ("database.hostname", &endpoint.host),
        ("database.port", &endpoint.port.to_string()),
        ("database.user", &endpoint.user),
        ("database.password", endpoint.password_or_placeholder()),
        ("database.dbname", &endpoint.database),
        ("topic.prefix", name),
        ("plugin.name", "pgoutput"),
        ("slot.name", slot),
        ("publication.name", publication),
        ("publication.autocreate.mode", autocreate),
        ("table.include.list", &tables.collect::<Vec<_>>().join(",")),
    ];
    let config: Map<_, _> = config.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    format!("{:#}", json!({ "name": name, "config": config }))
}

/// The configuration of Airbyte's source-postgres by change data capture. Airbyte does not make the slot and the
/// publication.
pub fn airbyte(plan: &ShopPlan, capture: &Capture, endpoint: &Endpoint) -> String {
    let Reading { slot, publication, .. } = reading("airbyte", plan, capture);
    let method = json!({ "method": "CDC", "plugin": "pgoutput", "replication_slot": slot, "publication": publication });
    airbyte_source(plan, endpoint, &method)
}

/// The same by queries, with a cursor column or as a whole.
pub fn airbyte_standard(plan: &ShopPlan, endpoint: &Endpoint) -> String {
    airbyte_source(plan, endpoint, &json!({ "method": "Standard" }))
}

fn airbyte_source(plan: &ShopPlan, endpoint: &Endpoint, method: &Json) -> String {
    let mut ssl_mode = json!({ "mode": endpoint.sslmode.name() });
    if matches!(endpoint.sslmode, SslMode::VerifyCa | SslMode::VerifyFull) {
        // These require it.
        ssl_mode["ca_certificate"] = "<PEM of the certificate authority>".into();
    }
    let source = json!({
        "host": endpoint.host,
        "port": endpoint.port,
        "database": endpoint.database,
        "schemas": [plan.schema],
        "username": endpoint.user,
        "password": endpoint.password_or_placeholder(),
        "ssl_mode": ssl_mode,
        "replication_method": method,
        "tunnel_method": { "tunnel_method": "NO_TUNNEL" },
    });
    format!("{source:#}")
}

/// The credentials of dlt's source.
pub fn dlt_secrets(endpoint: &Endpoint) -> String {
    let [user, password, host, database] =
        [&endpoint.user, endpoint.password_or_placeholder(), &endpoint.host, &endpoint.database].map(string);
    let port = endpoint.port;
    let head = format!(
        "[sources.sql_database.credentials]\ndrivername = \"postgresql+psycopg2\"\nusername = {user}\n\
         password = {password}\ndatabase = {database}\n"
    );
    match endpoint.is_socket() {
        // As the host of a URL it would not be read back.
        true => format!("{head}\n[sources.sql_database.credentials.query]\nhost = {host}\nport = \"{port}\""),
        false => format!("{head}host = {host}\nport = {port}"),
    }
}

/// The source that dlt reads with those credentials.
pub fn dlt_source(plan: &ShopPlan) -> String {
    let tables: Vec<String> = plan.tables.iter().map(|table| string(&table.name)).collect();
    let (schema, tables) = (string(&plan.schema), tables.join(", "));
    format!(
        "from dlt.sources.sql_database import sql_database\n\
         source = sql_database(schema={schema}, table_names=[{tables}])"
    )
}

/// A profile of dbt with one target. dbt renders its values by Jinja.
pub fn dbt(plan: &ShopPlan, endpoint: &Endpoint) -> String {
    let [host, user, password, database] =
        [&endpoint.host, &endpoint.user, endpoint.password_or_placeholder(), &endpoint.database]
            .map(|text| string(&jinja(text)));
    let (name, port, sslmode) = (string(&plan.name), endpoint.port, endpoint.sslmode.name());
    let schema = string(&plan.schema);
    format!(
        "{name}:\n  target: dev\n  outputs:\n    dev:\n      type: postgres\n      host: {host}\n      port: {port}\n      \
         user: {user}\n      password: {password}\n      dbname: {database}\n      \
         schema: dbt  # where dbt builds; the shop's tables are in {schema}\n      \
         sslmode: {sslmode}\n      threads: 4"
    )
}

/// A connection of Sling. As a URL, because Sling would not encode the parts of one that it makes of them.
pub fn sling(plan: &ShopPlan, endpoint: &Endpoint) -> String {
    let (name, schema) = (string(&plain(&plan.name).to_uppercase()), string(&plan.schema));
    let user = format!("{}:{}", percent(&endpoint.user), endpoint.password_of_url());
    let (host, port, database) = (endpoint.host_of_url(), endpoint.port, percent(&endpoint.database));
    let sslmode = endpoint.sslmode.name();
    format!(
        "connections:\n  {name}:\n    type: postgres\n    \
         url: \"postgresql://{user}@{host}:{port}/{database}?sslmode={sslmode}\"\n    schema: {schema}"
    )
}
