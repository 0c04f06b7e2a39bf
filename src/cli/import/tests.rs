//! Whatever the legacy generator's files hold: what is written is right, and what is reported has a place.

use std::ffi::OsString;

use proptest::prelude::*;

use super::convert::{Converted, convert};
use super::files::EnvFile;
use super::json::Json;
use crate::config::{self, Source, Surroundings};
use crate::plan;

fn environment(name: &str) -> Option<OsString> {
    (name == "SET").then(|| "value".into())
}

fn convert_texts(json: &str, envs: &[String]) -> Converted {
    let json: Json = serde_json::from_str(json).unwrap();
    let file = |(at, text): (usize, &String)| EnvFile {
        name: format!("shop-{at}"),
        path: format!("env/shop-{at}.env"),
        from_output: format!("env/shop-{at}.env"),
        text: text.clone(),
    };
    let shops: Vec<EnvFile> = envs.iter().enumerate().map(file).collect();
    convert("config.json", json, &shops, &environment)
}

/// The errors that a run finds in what was written.
fn errors(text: &str, envs: &[String]) -> Vec<String> {
    let read = |path: &std::path::Path| {
        let at =
            path.file_stem().and_then(|name| name.to_str()?.strip_prefix("shop-")?.parse::<usize>().ok());
        at.and_then(|at| Some(envs.get(at)?.clone().into_bytes())).ok_or(std::io::ErrorKind::NotFound.into())
    };
    let source = Source::new("shops.toml", text);
    let (config, mut problems) = config::read(&source, &Surroundings { var: &environment, read: &read });
    problems.extend(plan::compile(&config).1);
    problems.retain(config::Problem::is_error);
    problems.into_iter().map(|problem| problem.message).collect()
}

const ENV: &str =
    "GENERATOR_SEED=1\nTICK_INTERVAL_SEC=5\nPOSTGRES_HOST=pg\nPOSTGRES_USER=u\nPOSTGRES_PASSWORD=p\n";

/// The lines of the text that begin with a word, and its report.
fn imported(json: &str, env: &str) -> (String, Vec<String>) {
    let envs = [env.to_owned()];
    let converted = convert_texts(json, &envs);
    assert_eq!(converted.wrong, [""; 0]);
    assert_eq!(errors(&converted.text, &envs), [""; 0], "{}", converted.text);
    let report = &converted.report;
    let changed = report.changed.iter().map(|line| format!("changed: {line}"));
    let report: Vec<String> =
        changed.chain(report.left_out.iter().map(|line| format!("left out: {line}"))).collect();
    (converted.text, report)
}

/// A config of one table and column.
fn one(table: &str, column: &str, sql_type: &str, faker: &str) -> String {
    let text = |text: &str| serde_json::to_string(text).unwrap();
    format!(
        "{{\"tables\": {{{}: {{\"params\": {{\"insert_rows_per_tick\": 1}}, \"columns\": {{{}: {{\"type\": {}, \
         \"faker\": {}}}}}}}}}}}",
        text(table),
        text(column),
        text(sql_type),
        text(faker)
    )
}

#[track_caller]
fn has(text: &str, line: &str) {
    assert!(text.lines().any(|there| there == line), "{line} in:\n{text}");
}

#[test]
fn keys_and_columns_keep_the_names_that_they_have_in_the_database() {
    for (table, key) in [("categories", "categorie_id"), ("addresses", "addresse_id"), ("Staff", "staf_id")] {
        let (text, _) = imported(&one(table, "c", "text", "name"), ENV);
        has(&text, &format!("[tables.{table}]"));
        has(&text, &format!("key = \"{key}\""));
    }
    let (text, _) = imported(&one("customers", "c", "text", "name"), ENV);
    assert!(!text.contains("\nkey = "), "the rule of both is the same:\n{text}");
    let (text, report) = imported(&one("customers", "customerId", "text", "name"), ENV);
    has(&text, "customerid = { type = \"text\", faker = \"name\" }");
    assert_eq!(report.len(), 1, "{report:?}");
    assert!(
        report[0]
            .starts_with("changed: config.json: tables.customers.columns.customerId: becomes `customerid`")
    );
    let (text, _) = imported(&one("customers", "\"customerId\"", "text", "name"), ENV);
    has(&text, "customerId = { type = \"text\", faker = \"name\" }");
}

#[test]
fn types_that_were_sql_are_carried_over_with_what_they_mean() {
    for (sql_type, faker, line, report) in [
        ("timestamp(0)", "past_datetime", "{ type = \"timestamp\", faker = \"past_datetime\" }", 1),
        ("VARCHAR(40) UNIQUE", "uuid4", "{ type = \"VARCHAR(40)\", faker = \"uuid4\", unique = true }", 0),
        ("varchar(40) unique", "boolean", "{ type = \"varchar(40)\", faker = \"boolean\" }", 1),
        ("date default now()", "passport_dob", "{ type = \"date\", faker = \"passport_dob\" }", 1),
        ("money", "pricetag", "{ type = \"money\", faker = \"pricetag\" }", 0),
        // There a value that did not fit stopped the shop.
        ("varchar(20)", "name", "{ type = \"varchar\", faker = \"name\" }", 1),
        ("int", "pyfloat", "{ type = \"double precision\", faker = \"pyfloat\" }", 1),
        ("numeric(4,2)", "latitude", "{ type = \"numeric\", faker = \"latitude\" }", 1),
        // PostgreSQL read these texts.
        ("timestamp", "date", "{ type = \"timestamp\", faker = \"date_object\" }", 1),
        ("order_status", "word", "{ type = \"text\", faker = \"word\" }", 1),
    ] {
        let (text, all) = imported(&one("t", "c", sql_type, faker), ENV);
        has(&text, &format!("c = {line}"));
        assert_eq!(all.len(), report, "{sql_type}: {all:?}");
    }
}

#[test]
fn a_null_among_the_elements_stays_the_text_that_it_was() {
    let json = r#"{"tables": {"t": {"columns": {"c": {"type": "text", "faker": "random_element",
        "params": {"elements": ["a", null]}}}}}}"#;
    let (text, report) = imported(json, ENV);
    has(
        &text,
        "c = { type = \"text\", faker = \"random_element\", params = { elements = [\"a\", \"None\"] } }",
    );
    assert_eq!(report.len(), 1, "{report:?}");
}

#[test]
fn settings_that_ran_are_carried_over_or_reported() {
    let json = one("customers", "c", "text", "name");
    for (setting, line, report) in [
        ("DELETE_OLDER_THAN_SEC=-1", "delete_older_than = 0  # no row is ever deleted", "changed"),
        ("UPDATE_NOT_OLDER_THAN_SEC=0", "update_not_older_than = 0  # no row is ever updated", ""),
        ("STOP_GENERATOR_AFTER_SEC=0", "stop_after = 0  # it never ends", "changed"),
        ("STOP_GENERATOR_AFTER_SEC=soon", "stop_after = 0  # it never ends", "left out"),
        ("TICK_INTERVAL_SEC=0", "tick_interval = \"100ms\"", "changed"),
        ("TICK_INTERVAL_SEC=0.5", "tick_interval = \"500ms\"", ""),
        ("TICK_INTERVAL_SEC=-1", "tick_interval = \"15s\"", "left out"),
        ("TICK_INTERVAL_SEC=", "tick_interval = \"15s\"", "left out"),
        ("GENERATOR_SEED=-5", "seed = 5", "changed"),
        ("GENERATOR_SEED=9223372036854775808", "seed = 0", "left out"),
        ("POSTGRES_PORT=many", "database = { port = 5432 }", "left out"),
        ("POSTGRES_USER=", "database = \"embedded\"", "left out"),
        ("POSTGRES_PASSWORD=\"a", "database = \"embedded\"", "left out"),
        ("CITY_NAME='a", "city = \"\"", "left out"),
    ] {
        let name = setting.split('=').next().unwrap();
        let rest: String =
            ENV.lines().filter(|line| !line.starts_with(name)).map(|line| format!("{line}\n")).collect();
        let (text, all) = imported(&json, &format!("{rest}{setting}\n"));
        has(&text, line);
        let of_it: Vec<&String> =
            all.iter().filter(|line| line.starts_with(report) && !report.is_empty()).collect();
        assert_eq!(
            (all.len(), of_it.len()),
            (usize::from(!report.is_empty()), usize::from(!report.is_empty())),
            "{setting}: {all:?}"
        );
    }
}

#[test]
fn the_tables_of_two_shops_of_one_database_are_apart() {
    let envs = [ENV.to_owned(), ENV.to_owned()];
    let converted = convert_texts(&one("customers", "c", "text", "name"), &envs);
    assert_eq!(errors(&converted.text, &envs), [""; 0]);
    has(&converted.text, "schema = \"shop-1\"");
    assert_eq!(converted.report.changed.len(), 1, "{:?}", converted.report);
}

#[test]
fn names_of_containers_get_a_word_on_private_servers() {
    let notes = |host: &str| {
        let env = ENV.replace("HOST=pg", &format!("HOST={host}"));
        convert_texts(&one("customers", "c", "text", "name"), &[env]).report.notes
    };
    let report = notes("pg-shop-1");
    assert!(report[0].contains("`pg-shop-1`") && report[0].contains("database = \"embedded\""), "{report:?}");
    for host in ["localhost", "127.0.0.1", "::1", "db.example.com", "/run/postgresql"] {
        assert_eq!(notes(host), [""; 0], "{host}");
    }
}

#[test]
fn where_no_table_is_left_there_is_nothing_to_write() {
    for json in ["{}", "[]", "{\"tables\": {}}", "{\"tables\": {\"\": {}}}"] {
        let converted = convert_texts(json, &[ENV.to_owned()]);
        assert_eq!(converted.wrong.len(), 1, "{json}: {:?}", converted.wrong);
    }
}

/// A name, as somebody or nobody would choose it.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z_]{1,12}",
        1 => "[a-zA-Zéß \"'.$#-]{0,12}",
        1 => Just("x".repeat(70)),
        1 => prop::sample::select(vec![
            "categories", "addresses", "order", "customer_id", "created_at", "xmin", "\"customerId\"", "t_id", "${HOME}",
            "a\u{0}b",
        ]).prop_map(str::to_owned),
    ]
}

fn sql_type() -> impl Strategy<Value = String> {
    let types = prop::sample::select(vec![
        "int",
        "INTEGER",
        "bigint",
        "smallint",
        "float",
        "float(24)",
        "double precision",
        "numeric(5,2)",
        "Decimal",
        "money",
        "boolean",
        "char(3)",
        "varchar",
        "VARCHAR(40)",
        "text",
        "date",
        "time(3)",
        "timestamp(0)",
        "timestamp(6) with time zone",
        "interval",
        "uuid",
        "json",
        "jsonb",
        "bytea",
        "inet",
        "macaddr",
        "int[]",
        "text[3]",
        "serial",
        "citext",
        "xml",
        "point",
        "strnig",
        "",
    ]);
    let behind = prop::sample::select(vec![
        "",
        "",
        "",
        " UNIQUE",
        " unique not null",
        " default now()",
        " NOT NULL DEFAULT 'a unique \"one\"'",
        " PRIMARY KEY",
        " references customers(id)",
        "  CHECK (x > 0);",
        "${x}",
        "\n",
    ]);
    (types, behind).prop_map(|(name, behind)| format!("{name}{behind}"))
}

fn faker() -> impl Strategy<Value = String> {
    let names: Vec<String> = crate::faker::providers().map(|provider| provider.name.to_owned()).collect();
    prop_oneof![6 => prop::sample::select(names), 1 => "[a-z_]{0,8}"]
}

/// Any JSON, small.
fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-20i64..2_000_000_000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9${}\"\\\\\u{0}-\u{20}é-]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn param() -> impl Strategy<Value = (String, serde_json::Value)> {
    let names = prop::sample::select(vec![
        "min",
        "max",
        "elements",
        "text",
        "nb",
        "min_value",
        "max_value",
        "right_digits",
        "start_date",
        "length",
        "x",
    ]);
    (names.prop_map(str::to_owned), json())
}

fn column() -> impl Strategy<Value = serde_json::Value> {
    let sound =
        (sql_type(), faker(), prop::collection::vec(param(), 0..3)).prop_map(|(sql_type, faker, params)| {
            let params: serde_json::Map<_, _> = params.into_iter().collect();
            serde_json::json!({"type": sql_type, "faker": faker, "params": params})
        });
    prop_oneof![8 => sound, 1 => json()]
}

fn config() -> impl Strategy<Value = serde_json::Value> {
    let object =
        |members: Vec<(String, serde_json::Value)>| serde_json::Value::Object(members.into_iter().collect());
    let rate = prop_oneof![8 => (0i64..100).prop_map(serde_json::Value::from), 1 => json()];
    let table = (prop::collection::vec((name(), column()), 0..6), rate.clone(), rate).prop_map(
        move |(columns, insert, update)| {
            serde_json::json!({
                "columns": object(columns),
                "params": {"insert_rows_per_tick": insert, "update_rows_per_tick": update},
            })
        },
    );
    let table = prop_oneof![8 => table, 1 => json()];
    let tech_fields = prop_oneof![
        2 => sql_type().prop_map(|sql_type| serde_json::json!({"created_at": sql_type})),
        1 => (name(), json()).prop_map(|(name, value)| serde_json::json!({name: value})),
        1 => json(),
    ];
    (tech_fields, prop::collection::vec((name(), table), 0..4)).prop_map(move |(tech_fields, tables)| {
        serde_json::json!({"tech_fields": tech_fields, "tables": object(tables)})
    })
}

fn env() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        3 => (-10i64..5_000).prop_map(|number| number.to_string()),
        1 => any::<i128>().prop_map(|number| number.to_string()),
        3 => "[a-z0-9.-]{0,9}",
        1 => "[a-z\"'$#{}:?+\\\\ \r\n\u{0}=-]{0,9}",
        1 => prop::sample::select(vec![
            "0.5", "1e3", "inf", "'a b'", "\"x\\ny\"", "$SET", "${NONE:?why}", "${NONE:-5}", "999999999999999", "pg", "localhost",
        ]).prop_map(str::to_owned),
    ];
    let line = (prop::sample::select(config::ENV_NAMES.to_vec()), value);
    prop::collection::vec(line, 0..14)
        .prop_map(|lines| lines.into_iter().map(|(name, value)| format!("{name}={value}\n")).collect())
}

#[test]
fn a_line_that_is_left_out_shows_no_text_in_another_order_than_it_has() {
    let json = r#"{"tables": {"t": {"columns": {
        "a": {"type": "text", "faker": "name"},
        "b": {"type": "text", "faker": "no\u202esuch"}
    }}}}"#;
    let (text, left_out) = imported(json, ENV);
    assert_eq!(left_out.len(), 1, "{left_out:?}");
    assert!(text.contains("\n# b = { type = \"text\", faker = \"no\\u{202e}such\" }\n"), "{text}");
    assert!(!text.contains('\u{202e}'), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_written_passes_check(json in config(), envs in prop::collection::vec(env(), 1..4)) {
        let converted = convert_texts(&json.to_string(), &envs);
        let found = errors(&converted.text, &envs);
        if found.is_empty() {
            prop_assert!(converted.wrong.is_empty());
            prop_assert!(converted.config.shops.len() <= envs.len());
            prop_assert!(converted.report.left_out.iter().chain(&converted.report.changed).all(|line| {
                line.starts_with("config.json: ") || line.starts_with("env/shop-")
            }), "{:?}", converted.report);
        } else {
            // Then nothing is written.
            prop_assert!(found.iter().all(|error| error == "there is no table"), "{found:?}\n{}", converted.text);
        }
    }
}
