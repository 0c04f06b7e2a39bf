use std::path::Path;

use super::*;

fn read_text(text: &str) -> (WarehouseConfig, Vec<String>) {
    let var = |name: &str| (name == "DWH").then(|| "postgres://dwh:hunter2@db.example/dwh".into());
    let file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let source = Source::new("warehouse.toml", text);
    let (config, problems) = read(&source, &Surroundings { var: &var, read: &file });
    (config, problems.iter().map(|problem| problem.message.clone()).collect())
}

#[test]
fn the_forms_of_the_documentation_are_read() {
    let (config, problems) = read_text(
        r#"
        database = "${DWH}"
        preset = "course-g3"
        timezone = "+03:00"
        capture = "snapshot"
        max_lag = "5m"
        tolerance = "2s"
        shops = { "New-York" = "shop-1", "Istanbul" = "shop-2" }
        loads = { table = "stg.extraction", at = "extracted_at", shop = "shop", of = "table_name" }
        [tables.orders]
        from = { shop-1 = "raw1.orders", shop-2 = "raw2.orders" }
        deleted = { column = "dbt_is_deleted", is = "True" }
        starts_mean = { first = 1970-01-01T00:00:00Z }
        ends = "1s"
        open = ["auto", "5999-01-01"]
        loads = { at = ["2026-01-01T00:06:00Z", "2026-01-01T00:03:00Z"] }
        "#,
    );
    assert_eq!(problems, [""; 0]);
    assert_eq!(config.database.unwrap().database, "dwh");
    assert_eq!(config.settings.timezone, Some(3 * 3_600_000_000));
    let table = &config.tables[0];
    assert!(matches!(&table.from, Some(From::Each(each)) if each.len() == 2));
    assert_eq!(table.deleted.as_ref().unwrap().is, ["True"]);
    assert_eq!(table.starts_mean, Some(Auto::Told(StartsMean::First(0))));
    assert_eq!(table.ends, Some(Auto::Told(1_000_000)));
    assert_eq!(table.open.as_deref(), Some(&["5999-01-01".to_owned()][..]));
    let Some(Loads::At(moments)) = table.settings.loads.as_ref().map(|loads| &loads.value) else { panic!() };
    assert!(moments.is_sorted());
}

#[test]
fn every_mistake_is_reported_at_once() {
    let (_, problems) = read_text(
        "database = \"embedded\"\npreset = \"dpt\"\ntimezone = \"Europe/Istanbul\"\nloads = { colum = \"x\" }\n\
         [tables.orders]\nkind = \"scd2\"\nvalid_form = \"a\"\nfrom = 1\n",
    );
    assert_eq!(
        problems,
        [
            "a warehouse has no private server of shopsim's",
            "`dpt` is not a value of `preset`",
            "`Europe/Istanbul` is not a zone",
            "unknown key `colum` in `loads`",
            "`scd2` is not a value of `kind`",
            "unknown key `valid_form` in [tables.orders]",
            "`from` must be the name of a table, or one for each shop, found a whole number",
        ]
    );
}

/// Reads a mapping beside an `env/dwh.env`: the server, without its password, and the problems.
fn server_of(text: &str, env: &str) -> (Option<String>, Vec<String>) {
    let none = |_: &str| None;
    let file = |path: &Path| match path == Path::new("deploy/env/dwh.env") {
        true => Ok(env.as_bytes().to_vec()),
        false => Err(std::io::ErrorKind::NotFound.into()),
    };
    let source = Source::new("deploy/warehouse.toml", text);
    let (config, problems) = read(&source, &Surroundings { var: &none, read: &file });
    let shown = config.database.map(|server| {
        let password = server.password.as_ref().map_or("-", |secret| secret.reveal());
        format!("{}:{password}@{}:{}/{}", server.user, server.host, server.port, server.database)
    });
    (shown, problems.iter().map(|problem| problem.message.clone()).collect())
}

const DWH_ENV: &str = "POSTGRES_HOST=pg-dwh\nPOSTGRES_DB=postgres\nPOSTGRES_USER=dwh\nPOSTGRES_PASSWORD='d$w'\nPOSTGRES_PORT=5432\n";

#[test]
fn an_env_file_names_the_server_relative_to_the_mapping() {
    let env_file = "env_file = \"env/dwh.env\"\n";
    let server = |text: &str| server_of(text, DWH_ENV);
    assert_eq!(server(env_file), (Some("dwh:d$w@pg-dwh:5432/postgres".into()), vec![]));
    let gaps = format!("{env_file}database = {{ host = \"localhost\", port = 5435 }}");
    assert_eq!(server(&gaps), (Some("dwh:d$w@localhost:5435/postgres".into()), vec![]));
    let url = format!("{env_file}database = \"postgres://me@other/dwh\"");
    assert_eq!(server(&url), (Some("me:-@other:5432/dwh".into()), vec![]));
}

#[test]
fn an_env_file_that_names_no_server_is_reported_and_the_settings_of_a_shop_in_it_are_not() {
    let problems = |text: &str, env: &str| server_of(text, env).1;
    let env_file = "env_file = \"env/dwh.env\"";
    assert_eq!(
        problems(env_file, "TICK_INTERVAL_SEC=soon\n"),
        ["the database has no host", "the database has no user"]
    );
    assert_eq!(
        problems(env_file, "POSTGRES_HOST=h\nPOSTGRES_USER=u\nPOSTGRES_PORT=x\n"),
        ["env/dwh.env:3: `POSTGRES_PORT` must be a whole number from 1 to 65535"]
    );
    assert_eq!(problems("env_file = \"env/dhw.env\"", "").len(), 1);
    assert_eq!(
        problems(&format!("{env_file}\nfiles = \"out\""), DWH_ENV),
        ["both `env_file` and `files` are set"]
    );
}

#[test]
fn a_zone_is_a_fixed_offset() {
    const HOUR: i64 = 3_600_000_000;
    let zones = [("UTC", 0), ("Z", 0), ("+03:00", 3 * HOUR), ("-0530", -11 * HOUR / 2), ("UTC+3", 3 * HOUR)];
    for (text, offset) in zones {
        assert_eq!(zone(text).unwrap(), offset, "{text}");
    }
    for text in ["", "3", "+", "+3:60", "+99", "MSK", "+é0"] {
        assert!(zone(text).is_err(), "{text}");
    }
}

#[test]
fn a_warehouse_of_the_command_line_is_read_like_a_database() {
    let none = |_: &str| None;
    let file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let surroundings = Surroundings { var: &none, read: &file };
    let server = connection("postgres://dwh@localhost:5434/dwh", &surroundings).unwrap();
    assert_eq!((server.host.as_str(), server.port), ("localhost", 5434));
    assert_eq!(
        connection("dbname=dwh user=x", &surroundings).unwrap_err().message,
        "the database has no host"
    );
}
