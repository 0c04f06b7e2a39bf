//! What to paste into a client so that it reads a shop's database.
//!
//! Owns the texts, one or two per client. Names are quoted as each client reads them. Where no password may be shown, a
//! placeholder stands for it.

use serde_json::{Map, json};

use super::Endpoint;
use super::quoting::{java_regex, percent, pgpass, shell, string};
use crate::plan::ShopPlan;

/// Stands for a password that is not shown.
const PASSWORD: &str = "<password>";
/// PostgreSQL's longest name of a slot: <https://www.postgresql.org/docs/current/runtime-config-replication.html>
const MOST_SLOT_BYTES: usize = 63;

/// A text for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The client: `psql`, `url`, `sqlalchemy`, `jdbc`, `pgpass`, `debezium`, `dlt`. One with two texts occurs twice.
    pub client: &'static str,
    /// What it is, for a heading.
    pub title: &'static str,
    /// The language of the text: `sh`, `text`, `python`, `json`, `toml`.
    pub language: &'static str,
    /// The text, without a line feed at its end.
    pub text: String,
}

/// The texts for every client, for a shop whose database is at an endpoint.
pub fn snippets(plan: &ShopPlan, endpoint: &Endpoint) -> Vec<Snippet> {
    let snippet = |client, title, language, text| Snippet { client, title, language, text };
    let socket = endpoint.is_socket();
    let url = endpoint.url();
    vec![
        snippet("psql", "psql", "sh", format!("psql {}", shell(&url))),
        snippet("url", "URL", "text", url),
        snippet("sqlalchemy", "SQLAlchemy (psycopg)", "python", sqlalchemy(endpoint)),
        if socket {
            snippet(
                "jdbc",
                "JDBC",
                "text",
                "# JDBC cannot use a Unix socket: give the server a TCP address".to_owned(),
            )
        } else {
            snippet("jdbc", "JDBC", "text", jdbc(endpoint))
        },
        snippet("pgpass", ".pgpass", "text", pgpass_line(endpoint)),
        if socket {
            let text = "# Debezium cannot use a Unix socket: give the server a TCP address".to_owned();
            snippet("debezium", "Debezium", "text", text)
        } else {
            snippet("debezium", "Debezium (connector for Kafka Connect)", "json", debezium(plan, endpoint))
        },
        snippet("dlt", "dlt (.dlt/secrets.toml)", "toml", dlt_secrets(endpoint)),
        snippet("dlt", "dlt (source)", "python", dlt_source(plan)),
    ]
}

impl Endpoint {
    /// The password, or what stands for it.
    fn password_or_placeholder(&self) -> &str {
        self.password.as_deref().unwrap_or(PASSWORD)
    }
}

fn sqlalchemy(endpoint: &Endpoint) -> String {
    let [user, password, host, database] =
        [&endpoint.user, endpoint.password_or_placeholder(), &endpoint.host, &endpoint.database].map(string);
    let port = endpoint.port;
    format!(
        "from sqlalchemy import URL, create_engine\n\n\
         engine = create_engine(URL.create(\n    \
             \"postgresql+psycopg\", username={user}, password={password}, host={host}, port={port}, database={database}\n\
         ))"
    )
}

fn jdbc(endpoint: &Endpoint) -> String {
    let (host, port, database) = (endpoint.host_of_url(), endpoint.port, percent(&endpoint.database));
    let password = endpoint.password.as_deref().map_or(PASSWORD.to_owned(), percent);
    format!("jdbc:postgresql://{host}:{port}/{database}?user={}&password={password}", percent(&endpoint.user))
}

/// libpq looks for the host `localhost` where a socket lies in its default folder, which depends on how it was built.
fn pgpass_line(endpoint: &Endpoint) -> String {
    let fields = [&endpoint.database, &endpoint.user, endpoint.password_or_placeholder()];
    if fields.iter().any(|field| field.contains(['\n', '\r'])) {
        return "# .pgpass cannot hold a name with a line feed".to_owned();
    }
    let host = if endpoint.is_socket() { "*".to_owned() } else { pgpass(&endpoint.host) };
    let [database, user, password] = fields.map(pgpass);
    format!("{host}:{}:{database}:{user}:{password}", endpoint.port)
}

fn debezium(plan: &ShopPlan, endpoint: &Endpoint) -> String {
    let name = &plan.name;
    let slot: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let slot = format!("debezium_{}", slot.to_lowercase());
    let slot = &slot[..slot.len().min(MOST_SLOT_BYTES)];
    let tables = plan.tables.iter().map(|table| java_regex(&format!("{}.{}", plan.schema, table.name)));
    // Each connector has a publication of its own: it lists its tables.
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
        ("publication.name", slot),
        ("publication.autocreate.mode", "filtered"),
        ("table.include.list", &tables.collect::<Vec<_>>().join(",")),
    ];
    let config: Map<_, _> = config.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    format!("{:#}", json!({ "name": name, "config": config }))
}

fn dlt_secrets(endpoint: &Endpoint) -> String {
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

fn dlt_source(plan: &ShopPlan) -> String {
    let tables: Vec<String> = plan.tables.iter().map(|table| string(&table.name)).collect();
    let (schema, tables) = (string(&plan.schema), tables.join(", "));
    format!(
        "from dlt.sources.sql_database import sql_database\n\
         source = sql_database(schema={schema}, table_names=[{tables}])"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Source, Surroundings};

    /// A shop whose tables have these names.
    fn texts(schema: &str, tables: &[&str], endpoint: &Endpoint) -> Vec<(&'static str, String)> {
        let tables: String = tables
            .iter()
            .map(|name| format!("[tables.{}]\ninsert_rows_per_tick = 1\nupdate_rows_per_tick = 0\n[tables.{}.columns]\nx = {{ type = \"int\", faker = \"random_int\" }}\n", string(name), string(name)))
            .collect();
        let text = format!(
            "[[shop]]\nname = \"shop-1.b\"\nschema = {}\ntick_interval = \"1s\"\n{tables}",
            string(schema)
        );
        let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
        let (config, problems) = config::read(&Source::new("shops.toml", &text), &surroundings);
        assert!(!problems.iter().any(config::Problem::is_error), "{problems:?}");
        let plan = &crate::plan::compile(&config).0[0];
        let all = snippets(plan, endpoint);
        all.into_iter().map(|snippet| (snippet.client, snippet.text)).collect()
    }

    fn endpoint(host: &str, user: &str, password: Option<&str>, database: &str) -> Endpoint {
        Endpoint {
            host: host.to_owned(),
            port: 5433,
            user: user.to_owned(),
            password: password.map(str::to_owned),
            database: database.to_owned(),
        }
    }

    #[test]
    fn a_private_server_is_read_by_what_is_pasted() {
        let endpoint = endpoint("127.0.0.1", "shop", Some("shop"), "shop");
        let expected = [
            ("psql", "psql postgresql://shop:shop@127.0.0.1:5433/shop"),
            ("url", "postgresql://shop:shop@127.0.0.1:5433/shop"),
            (
                "sqlalchemy",
                "from sqlalchemy import URL, create_engine\n\nengine = create_engine(URL.create(\n    \"postgresql+psycopg\", \
                 username=\"shop\", password=\"shop\", host=\"127.0.0.1\", port=5433, database=\"shop\"\n))",
            ),
            ("jdbc", "jdbc:postgresql://127.0.0.1:5433/shop?user=shop&password=shop"),
            ("pgpass", "127.0.0.1:5433:shop:shop:shop"),
            (
                "debezium",
                r#"{
  "name": "shop-1.b",
  "config": {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "database.hostname": "127.0.0.1",
    "database.port": "5433",
    "database.user": "shop",
    "database.password": "shop",
    "database.dbname": "shop",
    "topic.prefix": "shop-1.b",
    "plugin.name": "pgoutput",
    "slot.name": "debezium_shop_1_b",
    "publication.name": "debezium_shop_1_b",
    "publication.autocreate.mode": "filtered",
    "table.include.list": "public\\.orders,public\\.products"
  }
}"#,
            ),
            (
                "dlt",
                "[sources.sql_database.credentials]\ndrivername = \"postgresql+psycopg2\"\nusername = \"shop\"\n\
                 password = \"shop\"\ndatabase = \"shop\"\nhost = \"127.0.0.1\"\nport = 5433",
            ),
            (
                "dlt",
                "from dlt.sources.sql_database import sql_database\n\
                 source = sql_database(schema=\"public\", table_names=[\"orders\", \"products\"])",
            ),
        ];
        let expected = expected.map(|(client, text)| (client, text.to_owned()));
        assert_eq!(texts("public", &["orders", "products"], &endpoint), expected);
    }

    #[test]
    fn a_password_of_a_users_server_is_a_placeholder_or_asked_for() {
        for (client, text) in texts("public", &["orders"], &endpoint("db.example.org", "shop", None, "shop"))
        {
            let asks = ["psql", "url"].contains(&client) || text.contains("source = ");
            assert_eq!(text.contains(PASSWORD), !asks, "{text}");
        }
    }

    #[test]
    fn names_are_quoted_as_each_client_reads_them() {
        let endpoint = endpoint("::1", "o'brien:1", Some("p\"w\\:/?"), "fruit & veg");
        let all = texts("the shop", &["a.b,c", "<img onerror=\"x\">"], &endpoint);
        let text = |client: &str, nth: usize| {
            all.iter().filter(|(name, _)| *name == client).nth(nth).map(|(_, text)| text.clone()).unwrap()
        };
        assert_eq!(
            text("psql", 0),
            "psql 'postgresql://o%27brien%3A1:p%22w%5C%3A%2F%3F@[::1]:5433/fruit%20%26%20veg'"
        );
        assert_eq!(
            text("jdbc", 0),
            "jdbc:postgresql://[::1]:5433/fruit%20%26%20veg?user=o%27brien%3A1&password=p%22w%5C%3A%2F%3F"
        );
        assert_eq!(text("pgpass", 0), r#"\:\:1:5433:fruit & veg:o'brien\:1:p"w\\\:/?"#);
        let connector: serde_json::Value = serde_json::from_str(&text("debezium", 0)).unwrap();
        let config = &connector["config"];
        assert_eq!(config["database.password"], "p\"w\\:/?");
        assert_eq!(
            config["table.include.list"],
            r#"the\x{20}shop\.a\.b\x{2c}c,the\x{20}shop\.\<img\x{20}onerror\=\"x\"\>"#
        );
        let secrets: toml::Table = toml::from_str(&text("dlt", 0)).unwrap();
        let credentials = &secrets["sources"]["sql_database"]["credentials"];
        assert_eq!(
            (credentials["password"].as_str(), credentials["host"].as_str()),
            (Some("p\"w\\:/?"), Some("::1"))
        );
        assert!(
            text("dlt", 1).ends_with(r#"table_names=["a.b,c", "<img onerror=\"x\">"])"#),
            "{}",
            text("dlt", 1)
        );
        assert!(text("sqlalchemy", 0).contains(r#"password="p\"w\\:/?", host="::1""#));
    }

    #[test]
    fn a_socket_is_used_or_the_client_that_cannot_says_so_in_a_line() {
        let all = texts("public", &["orders"], &endpoint("/var/run/postgresql", "shop", None, "shop"));
        let text = |nth: usize| all[nth].1.as_str();
        assert_eq!(text(0), "psql postgresql://shop@%2Fvar%2Frun%2Fpostgresql:5433/shop");
        assert!(text(2).contains("host=\"/var/run/postgresql\", port=5433"));
        assert_eq!(text(3), "# JDBC cannot use a Unix socket: give the server a TCP address");
        assert_eq!(text(4), "*:5433:shop:shop:<password>");
        assert_eq!(text(5), "# Debezium cannot use a Unix socket: give the server a TCP address");
        let secrets: toml::Table = toml::from_str(text(6)).unwrap();
        let query = &secrets["sources"]["sql_database"]["credentials"]["query"];
        assert_eq!(
            (query["host"].as_str(), query["port"].as_str()),
            (Some("/var/run/postgresql"), Some("5433"))
        );
    }
}
