//! The texts for clients, with plain and with hostile names.

use serde_json::json;

use super::super::PLACEHOLDER;
use super::*;
use crate::config::{self, Source, SslMode, Surroundings};

/// A shop whose tables have these names.
fn texts(schema: &str, tables: &[&str], endpoint: &Endpoint) -> Vec<(&'static str, String)> {
    texts_with(schema, tables, "", endpoint)
}

/// The same with more keys of the config.
fn texts_with(schema: &str, tables: &[&str], more: &str, endpoint: &Endpoint) -> Vec<(&'static str, String)> {
    let tables: String = tables
            .iter()
            .map(|name| format!("[tables.{}]\ninsert_rows_per_tick = 1\nupdate_rows_per_tick = 0\n[tables.{}.columns]\nx = {{ type = \"int\", faker = \"random_int\" }}\n", string(name), string(name)))
            .collect();
    let text = format!(
        "[[shop]]\nname = \"shop-1.b\"\nschema = {}\ntick_interval = \"1s\"\n{tables}{more}",
        string(schema)
    );
    let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
    let (config, problems) = config::read(&Source::new("shops.toml", &text), &surroundings);
    assert!(!problems.iter().any(config::Problem::is_error), "{problems:?}");
    let plan = &crate::plan::compile(&config).0[0];
    let capture = Capture::of(&config.shops[0], &config.tables);
    let all = snippets(plan, &capture, endpoint);
    all.into_iter().map(|snippet| (snippet.client, snippet.text)).collect()
}

fn endpoint(host: &str, user: &str, password: Option<&str>, database: &str) -> Endpoint {
    Endpoint {
        host: host.to_owned(),
        port: 5433,
        user: user.to_owned(),
        password: password.map(str::to_owned),
        database: database.to_owned(),
        sslmode: SslMode::Prefer,
    }
}

#[test]
fn every_client_has_its_texts_in_the_order_of_the_list() {
    let all = texts("public", &["orders"], &endpoint("db", "shop", Some("shop"), "shop"));
    let mut clients: Vec<_> = all.iter().map(|(client, _)| *client).collect();
    clients.dedup();
    assert_eq!(clients, CLIENTS.map(|(client, _)| client));
}

#[test]
fn a_password_of_a_users_server_is_a_placeholder_or_asked_for() {
    for (client, text) in texts("public", &["orders"], &endpoint("db.example.org", "shop", None, "shop")) {
        let asks = ["psql", "url"].contains(&client) || text.contains("source = ");
        assert_eq!(text.contains(PLACEHOLDER), !asks, "{text}");
    }
}

#[test]
fn readers_of_the_log_are_given_what_cdc_makes() {
    let endpoint = endpoint("db", "shop", None, "shop");
    let read = |more: &str| {
        let all = texts_with("public", &["orders"], more, &endpoint);
        ["debezium", "airbyte"].map(|client| {
            let (_, text) = all.iter().find(|(name, _)| *name == client).unwrap();
            let text: serde_json::Value = serde_json::from_str(text).unwrap();
            let (config, method) = (&text["config"], &text["replication_method"]);
            let either = |one: &str, other: &str| {
                config.get(one).unwrap_or(&method[other]).as_str().unwrap().to_owned()
            };
            [either("slot.name", "replication_slot"), either("publication.name", "publication")]
        })
    };
    let own = |name: &str| [name.to_owned(), name.to_owned()];
    assert_eq!(read(""), [own("debezium_shop_1_b"), own("airbyte_shop_1_b")]);
    let slots = "[cdc]\npublication = \"shopsim\"\nslots = [\"debezium\", { name = \"airbyte_text\", plugin = \"test_decoding\" }]\n";
    let published = |slot: &str| [slot.to_owned(), "shopsim".to_owned()];
    // Airbyte reads pgoutput only.
    assert_eq!(read(slots), [published("debezium"), published("airbyte_shop_1_b")]);
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
        "psql 'postgresql://o%27brien%3A1:p%22w%5C%3A%2F%3F@[::1]:5433/fruit%20%26%20veg\
         ?options=-csearch_path%3D%22the%5C%20shop%22'"
    );
    assert_eq!(
        text("jdbc", 0),
        "jdbc:postgresql://[::1]:5433/fruit%20%26%20veg?user=o%27brien%3A1&password=p%22w%5C%3A%2F%3F\
         &currentSchema=%22the%20shop%22"
    );
    assert_eq!(
        text("pgpass", 0),
        "# the tables are in the schema \"the shop\"\n\\:\\:1:5433:fruit & veg:o'brien\\:1:p\"w\\\\\\:/?"
    );
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
    let options = r#"query={"options": "-csearch_path=\"the\\ shop\""}"#;
    assert!(text("sqlalchemy", 0).contains(options), "{}", text("sqlalchemy", 0));
    let airbyte: serde_json::Value = serde_json::from_str(&text("airbyte", 0)).unwrap();
    assert_eq!((&airbyte["password"], &airbyte["schemas"][0]), (&"p\"w\\:/?".into(), &"the shop".into()));
    assert_eq!(
        text("dbt", 0),
        r#""shop-1.b":
  target: dev
  outputs:
    dev:
      type: postgres
      host: "::1"
      port: 5433
      user: "o'brien:1"
      password: "p\"w\\:/?"
      dbname: "fruit & veg"
      schema: dbt  # where dbt builds; the shop's tables are in "the shop"
      sslmode: prefer
      threads: 4"#
    );
    assert_eq!(
        text("sling", 0),
        r#"connections:
  "SHOP_1_B":
    type: postgres
    url: "postgresql://o%27brien%3A1:p%22w%5C%3A%2F%3F@[::1]:5433/fruit%20%26%20veg?sslmode=prefer"
    schema: "the shop""#
    );
}

#[test]
fn airbyte_is_told_of_the_slot_the_publication_and_the_encryption() {
    let airbyte = |client: &str, sslmode| {
        let endpoint = Endpoint { sslmode, ..endpoint("db", "shop", None, "shop") };
        let all = texts("public", &["orders"], &endpoint);
        let (_, text) = all.into_iter().find(|(name, _)| *name == client).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let captured = airbyte("airbyte", SslMode::Require);
    let slot = "airbyte_shop_1_b";
    assert_eq!(
        captured["replication_method"],
        json!({ "method": "CDC", "plugin": "pgoutput", "replication_slot": slot, "publication": slot })
    );
    assert_eq!(captured["ssl_mode"], json!({ "mode": "require" }));
    let queried = airbyte("airbyte-standard", SslMode::VerifyFull);
    assert_eq!(queried["replication_method"], json!({ "method": "Standard" }));
    assert_eq!(queried["ssl_mode"]["mode"], "verify-full");
    assert!(queried["ssl_mode"]["ca_certificate"].is_string(), "required with this mode: {queried}");
}

#[test]
fn a_socket_is_used_or_the_client_that_cannot_says_so_in_a_line() {
    let all = texts("public", &["orders"], &endpoint("/var/run/postgresql", "shop", None, "shop"));
    let text = |client: &str| all.iter().find(|(name, _)| *name == client).unwrap().1.as_str();
    assert_eq!(text("psql"), "psql postgresql://shop@%2Fvar%2Frun%2Fpostgresql:5433/shop");
    assert!(text("sqlalchemy").contains("host=\"/var/run/postgresql\", port=5433"));
    assert_eq!(text("pgpass"), "*:5433:shop:shop:<password>");
    assert!(text("dbt").contains("\n      host: \"/var/run/postgresql\"\n      port: 5433\n"));
    for (client, name) in [
        ("jdbc", "JDBC"),
        ("debezium", "Debezium"),
        ("airbyte", "Airbyte"),
        ("airbyte-standard", "Airbyte, standard"),
        ("sling", "Sling"),
    ] {
        let why = format!("# {name} cannot use a Unix socket: give the server a TCP address");
        assert_eq!(text(client), why);
    }
    let secrets: toml::Table = toml::from_str(text("dlt")).unwrap();
    let query = &secrets["sources"]["sql_database"]["credentials"]["query"];
    assert_eq!((query["host"].as_str(), query["port"].as_str()), (Some("/var/run/postgresql"), Some("5433")));
}
