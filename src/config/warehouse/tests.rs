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
