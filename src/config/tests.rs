//! What a config means, as a specification; messages about wrong ones are tested in `tests/config_errors/`.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::value::{Literal, SqlType};

const TABLE: &str = "\n[tables.orders]\ninsert_rows_per_tick = 1\n";
const SHOP: &str = "[[shop]]\nname = \"a\"\ntick_interval = \"15s\"\n";

/// Reads a text in a folder with a few files and a few variables.
fn read_text(text: &str) -> (Config, Vec<Problem>) {
    let var = |name: &str| match name {
        "PORT" => Some("7000".into()),
        "YES" => Some("true".into()),
        "SHOP_1_DATABASE" => Some("postgres://u:hunter2@h/d".into()),
        _ => None,
    };
    let read_file = |path: &Path| match path.to_str() {
        Some("conf/shop.env") => {
            Ok("GENERATOR_SEED=7\nCITY_NAME=Riga\nTICK_INTERVAL_SEC=5\nDELETE_OLDER_THAN_SEC=0\n\
            STOP_GENERATOR_AFTER_SEC=3000\nPOSTGRES_HOST=pg\nPOSTGRES_USER=u\nPOSTGRES_PASSWORD=Hhd$&^*(U\n"
                .into())
        }
        Some("conf/password") => Ok(b"hun ter2 \n".to_vec()),
        Some("conf/ca.pem") => Ok(b"-----BEGIN CERTIFICATE-----\n".to_vec()),
        Some("conf/huge.env") => Ok(vec![b'#'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1]),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    read(&Source::new("conf/shops.toml", text), &Surroundings { var: &var, read: &read_file })
}

/// Reads a text without a mistake.
fn good(text: &str) -> Config {
    let (config, problems) = read_text(text);
    assert!(problems.is_empty(), "{problems:#?}");
    config
}

/// The one problem of a text.
fn message(text: &str) -> String {
    let (_, problems) = read_text(text);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems[0].message.clone()
}

fn server(shop: &Shop) -> &ConnectionParameters {
    let Database::Server(server) = &shop.database.value else { panic!("{:?} is embedded", shop.name) };
    server
}

fn ports(config: &Config) -> Vec<u16> {
    let port = |shop: &Shop| match shop.database.value {
        Database::Embedded { port } => port,
        Database::Server(_) => 0,
    };
    config.shops.iter().map(port).collect()
}

#[test]
fn the_shipped_config_is_the_chain_of_the_replaced_program() {
    let text = include_str!("../../shops.toml");
    let surroundings = Surroundings { var: &|_| None, read: &|_| Err(std::io::ErrorKind::NotFound.into()) };
    let (config, problems) = read(&Source::new("shops.toml", text), &surroundings);
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(ports(&config), [5433, 5434]);
    let seconds = |span: Option<Duration>| span.map(|span| span.as_secs());
    let shops: Vec<_> = config
        .shops
        .iter()
        .map(|shop| {
            assert_eq!((seconds(shop.delete_older_than), seconds(shop.stop_after)), (Some(600), Some(3000)));
            assert_eq!((shop.start.value, shop.after_downtime), (Start::Now, AfterDowntime::Pause));
            let window = seconds(shop.update_not_older_than);
            (
                shop.name.value.as_str(),
                shop.city.as_deref(),
                shop.seed,
                shop.tick_interval.value.as_secs(),
                window,
            )
        })
        .collect();
    assert_eq!(
        shops,
        [
            ("shop-1", Some("New-York"), Some(4321), 15, Some(40)),
            ("shop-2", Some("Istanbul"), Some(1234), 5, Some(60))
        ]
    );
    let tables: Vec<_> = config
        .tables
        .iter()
        .map(|table| {
            (
                table.name.value.as_str(),
                table.columns.len(),
                table.insert_rows_per_tick,
                table.update_rows_per_tick,
            )
        })
        .collect();
    assert_eq!(tables, [("customers", 8, 10, 2), ("orders", 5, 100, 7), ("products", 4, 10, 3)]);
    let columns: Vec<_> = config.tables[1].columns.iter().map(|column| column.name.value.as_str()).collect();
    assert_eq!(columns, ["customer_id", "product_id", "order_status", "order_dttm", "quantity"]);
    assert_eq!(config.tables[1].columns[4].sql_type.as_ref().unwrap().value, SqlType::Double);
    let Literal::List(fruits) = &config.tables[2].columns[1].params[0].1.value else { panic!() };
    assert_eq!(fruits.len(), 77);
    assert_eq!(config.tables[0].tech_fields[0].name.value, "created_at");
}

#[test]
fn the_optional_keys_that_the_shipped_config_shows_are_read() {
    let mut shown = String::new();
    for line in include_str!("../../shops.toml").lines() {
        // `# key = value` and `# [header]` are examples; three of `database` and the ports exclude each other.
        let example = line.strip_prefix("# ").filter(|line| {
            let key = line.split(" = ").next().unwrap_or_default();
            let is_key = !key.is_empty()
                && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                && line.contains(" = ");
            (is_key && !["database", "env_file"].contains(&key))
                || (line.starts_with('[') && !line.starts_with("[["))
        });
        shown += example.unwrap_or(line);
        shown += "\n";
    }
    assert!(shown.contains("\n[supervisor]") && shown.contains("\n[shop.tables.orders]"), "{shown}");
    let config = good(&shown);
    assert_eq!(config.shops[1].overrides[0].insert_rows_per_tick, Some(500));
    assert_eq!(config.supervisor, Supervisor { threads: Some(4), ..Supervisor::default() });
    assert_eq!(config.logs, Logs::default());
}

#[test]
fn own_keys_win_over_the_env_file_and_this_over_the_defaults() {
    let config = good(&format!(
        "[defaults]\ntick_interval = \"1h\"\ndelete_older_than = \"1h\"\nschema = \"x\"\ncity = \"Oslo\"\n\
         [[shop]]\nname = \"a\"\nenv_file = \"shop.env\"\nstop_after = \"2h\"\n\
         [[shop]]\nname = \"b\"\nenv_file = \"shop.env\"\nseed = 1\ncity = \"Bern\"\ndatabase = \"embedded\"\n{TABLE}"
    ));
    let [a, b] = config.shops.as_slice() else { panic!() };
    assert_eq!((a.seed, a.city.as_deref(), a.schema.as_str()), (Some(7), Some("Riga"), "x"));
    assert_eq!(a.tick_interval.value, Duration::from_secs(5));
    assert_eq!((a.delete_older_than, a.stop_after), (None, Some(Duration::from_secs(7200))));
    let server = server(a);
    assert_eq!(
        (server.host.as_str(), server.port, server.user.as_str(), server.database.as_str()),
        ("pg", 5432, "u", "u")
    );
    assert_eq!(server.password.as_ref().map(Secret::reveal), Some("Hhd$&^*(U"));
    assert_eq!((b.seed, b.city.as_deref()), (Some(1), Some("Bern")));
    assert!(matches!(b.database.value, Database::Embedded { port: 5433 }));
}

#[test]
fn a_shops_window_of_a_table_wins_over_the_tables_and_this_over_the_shops() {
    let config = good(
        "[defaults]\ndelete_older_than = \"1h\"\nupdate_not_older_than = \"1m\"\ntick_interval = \"5s\"\n\
         [[shop]]\nname = \"a\"\n[shop.tables.sales]\ndelete_older_than = \"3h\"\nupdate_not_older_than = \"0\"\n\
         [shop.tables.plain]\ninsert_rows_per_tick = 2\n\
         [[shop]]\nname = \"b\"\ndelete_older_than = \"4h\"\n\
         [tables.plain]\ninsert_rows_per_tick = 1\n\
         [tables.sales]\ninsert_rows_per_tick = 1\ndelete_older_than = 0\nupdate_not_older_than = \"2m\"\n",
    );
    let windows: Vec<_> = config
        .shops
        .iter()
        .flat_map(|shop| config.tables.iter().map(move |table| (shop, table)))
        .map(|(shop, table)| {
            let minutes = |age: Option<Duration>| age.map(|age| age.as_secs() / 60);
            (minutes(shop.delete_older_than(table)), minutes(shop.update_not_older_than(table)))
        })
        .collect();
    let (a, b) = ([(Some(60), Some(1)), (Some(180), None)], [(Some(240), Some(1)), (None, Some(2))]);
    assert_eq!(windows, [a, b].concat());
}

#[test]
fn a_table_of_parts_is_completed_from_the_env_file() {
    let config = good(&format!(
        "[[shop]]\nname = \"a\"\nenv_file = \"shop.env\"\ndatabase = {{ host = \"localhost\", port = \"${{PORT}}\" }}\n{TABLE}"
    ));
    let server = server(&config.shops[0]);
    assert_eq!((server.host.as_str(), server.port, server.user.as_str()), ("localhost", 7000, "u"));
}

#[test]
fn a_password_comes_from_a_file_less_one_line_break() {
    let config = good(&format!(
        "{SHOP}database = {{ url = \"postgres://u@h\", password_file = \"password\", sslmode = \"verify-full\", \
         sslrootcert = \"ca.pem\" }}\n{TABLE}"
    ));
    let server = server(&config.shops[0]);
    assert_eq!(server.password.as_ref().map(Secret::reveal), Some("hun ter2 "));
    assert_eq!(server.encryption.sslmode, SslMode::VerifyFull);
    assert!(server.encryption.roots.is_some());
}

#[test]
fn no_debug_form_holds_a_password() {
    for database in ["\"${SHOP_1_DATABASE}\"", "{ host = \"h\", user = \"u\", password = \"hunter2\" }"] {
        let text = format!("{SHOP}database = {database}\n[embedded]\npassword = \"hunter2\"\n{TABLE}");
        let config = good(&text);
        assert_eq!(server(&config.shops[0]).password.as_ref().map(Secret::reveal), Some("hunter2"));
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}

#[test]
fn numbers_and_booleans_may_come_from_a_variable() {
    let config = good(&format!("{SHOP}port = \"${{PORT:-1}}\"\nsynchronous_commit = \"${{YES}}\"\n{TABLE}"));
    assert_eq!(ports(&config), [7000]);
    assert!(config.shops[0].synchronous_commit);
}

#[test]
fn embedded_servers_without_a_port_get_the_free_ones_in_order() {
    let shop =
        |name: &str, port: &str| format!("[[shop]]\nname = \"{name}\"\ntick_interval = \"1s\"\n{port}\n");
    let text = shop("a", "") + &shop("b", "port = 5434") + &shop("c", "") + &shop("d", "");
    assert_eq!(ports(&good(&(text + TABLE))), [5433, 5434, 5435, 5436]);
}

#[test]
fn a_start_may_be_an_unquoted_time() {
    let config = good(&format!("{SHOP}start = 2026-01-01T00:00:00Z\n{TABLE}"));
    assert_eq!(config.shops[0].start.value, "2026-01-01T00:00:00Z".parse().unwrap());
}

#[test]
fn left_out_keys_have_their_defaults() {
    let config = good(&format!("{SHOP}{TABLE}"));
    let shop = &config.shops[0];
    assert_eq!(
        (config.seed, shop.seed, shop.city.as_deref(), shop.schema.as_str()),
        (0, None, None, "public")
    );
    assert_eq!((shop.delete_older_than, shop.update_not_older_than, shop.stop_after), (None, None, None));
    assert_eq!((shop.start.value, shop.pace), (Start::Now, Pace::Factor { numerator: 1, denominator: 1 }));
    assert_eq!((shop.tick_deadline, shop.synchronous_commit), (Duration::from_secs(10), false));
    assert_eq!((&config.tables[0].key_type, config.tables[0].update_rows_per_tick), (&SqlType::Int, 0));
    assert_eq!(config.tables[0].tech_fields[0].sql_type, SqlType::Timestamp);
    assert!(config.embedded.fetch && !config.embedded.keep_running);
    assert_eq!((config.logs.max_file_bytes, config.logs.max_files), (16 << 20, 5));
}

#[test]
fn names_of_tables_and_columns_may_hold_anything_and_keep_their_order() {
    let config = good(&format!(
        "{SHOP}[tables.\"o'rd\\\"ers\"]\ninsert_rows_per_tick = 0\n[tables.\"zürich 🍍\"]\ninsert_rows_per_tick = 0\n\
         [tables.\"zürich 🍍\".columns]\n\"b b\" = {{ type = \"varchar(10)\", faker = \"name\" }}\n\
         a = {{ type = \"int\", faker = \"random_int\", params = {{ min = 1, note = \"${{PORT}}\", more = {{ x = [1.5, true] }} }} }}\n"
    ));
    let names: Vec<_> = config.tables.iter().map(|table| table.name.value.as_str()).collect();
    assert_eq!(names, ["o'rd\"ers", "zürich 🍍"]);
    let columns = &config.tables[1].columns;
    assert_eq!((columns[0].name.value.as_str(), columns[1].name.value.as_str()), ("b b", "a"));
    let params: Vec<_> =
        columns[1].params.iter().map(|(name, value)| (name.value.as_str(), value.value.clone())).collect();
    assert_eq!(params[1], ("note", Literal::Text("7000".to_owned())));
    let list = Literal::List(vec![Literal::Float(1.5), Literal::Bool(true)]);
    assert_eq!(params[2], ("more", Literal::Table(vec![("x".to_owned(), list)])));
}

#[test]
fn one_mistake_gives_one_message() {
    assert!(
        message(&format!("[[shop]]\nname = \"a\"\ntick_intervall = \"15s\"\n{TABLE}"))
            .contains("unknown key")
    );
    assert!(message(&format!("[default]\nseed = 1\n{SHOP}{TABLE}")).contains("unknown key `default`"));
    assert!(message(&format!("[[shops]]\nname = \"a\"\n{TABLE}")).contains("unknown key `shops`"));
    assert!(
        message(&format!("{SHOP}[table.orders]\ninsert_rows_per_tick = 1\n")).contains("unknown key `table`")
    );
    assert!(
        message(&format!("[defaults]\ntick_interval = \"-1s\"\n[[shop]]\nname = \"a\"\n{TABLE}"))
            .contains("negative")
    );
    assert!(
        message(&format!("[[shop]]\nname = \"a\"\nenv_file = \"none.env\"\n{TABLE}"))
            .contains("no such file")
    );
    assert!(
        message(&format!("[[shop]]\nname = \"a\"\nenv_file = \"huge.env\"\n{TABLE}"))
            .contains("larger than 4 MiB")
    );
    assert!(message(&format!("shop = []\n{TABLE}")).contains("there is no shop"));
    assert!(message(&format!("{SHOP}[tables]\n")).contains("there is no table"));
}

#[test]
fn hostile_texts_are_reported_within_bounds() {
    let deep = format!("a = {}", "[".repeat(1 << 20));
    let dotted = format!("[{}a]", "a.".repeat(1 << 20));
    let many: String = (0..20_000).map(|n| format!("k{n} = 1\n")).collect();
    let columns: String =
        (0..5_000).map(|n| format!("c{n} = {{ type = \"int\", faker = \"name\" }}\n")).collect();
    for text in [
        deep,
        dotted,
        many,
        format!("{SHOP}{TABLE}[tables.orders.columns]\n{columns}"),
        "${\n".repeat(1 << 20),
    ] {
        let source = Source::new("shops.toml", text);
        let surroundings =
            Surroundings { var: &|_| None, read: &|_| Err(std::io::ErrorKind::NotFound.into()) };
        let (_, problems) = read(&source, &surroundings);
        let shown = source.render_all(&problems, false).len();
        assert!(shown < 1_000_000, "{shown}");
    }
}
