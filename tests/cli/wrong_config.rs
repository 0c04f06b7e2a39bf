//! Configs that may not run: every mistake told at its place, exit code 2, nothing written.
//!
//! The exact words are held by `tests/config_errors`; here is that `check` and `run` say them.

use super::program::{Program, RIGHT};

/// Breaks the right config and expects both commands to say where and what.
#[track_caller]
fn assert_told(config: &str, place: &str, message: &str, help: &str) {
    assert_ne!(config, RIGHT, "the config is not broken");
    let program = Program::with(config);
    let told = program.refuses("check");
    assert!(told.starts_with(&format!("shops.toml:{place}: error: ")), "{told}");
    assert!(told.contains(message), "{message:?} is not in\n{told}");
    assert!(told.contains(help), "{help:?} is not in\n{told}");
    assert!(told.contains('^'), "the place is marked in the line:\n{told}");
    assert_eq!(told.matches("error: ").count(), 1, "one mistake is told once:\n{told}");
    for command in ["run", "run --reset", "sample"] {
        assert_eq!(program.refuses(command), told, "`{command}` says the same as `check`");
    }
}

#[track_caller]
fn assert_broken(from: &str, to: &str, place: &str, message: &str, help: &str) {
    assert_told(&RIGHT.replace(from, to), place, message, help);
}

#[test]
fn an_unknown_key() {
    assert_broken(
        "tick_interval",
        "tick_intervall",
        "3:1",
        "unknown key `tick_intervall`",
        "did you mean `tick_interval`?",
    );
}

#[test]
fn a_wrong_type() {
    assert_broken(
        "tick = 10",
        "tick = \"ten\"",
        "6:24",
        "`insert_rows_per_tick` must be a whole number",
        "found a string",
    );
}

#[test]
fn a_negative_span() {
    assert_broken("15s", "-15s", "3:17", "`-15s` must not be negative", "remove the `-`");
}

#[test]
fn an_unknown_provider() {
    assert_broken(
        "random_int",
        "random_itn",
        "9:36",
        "unknown provider `random_itn`",
        "did you mean `random_int`?",
    );
}

#[test]
fn an_unknown_param() {
    assert_broken(
        "max = 9",
        "mx = 9",
        "9:70",
        "error: `random_int` has no param `mx`",
        "did you mean `max`?",
    );
}

#[test]
fn an_empty_range_of_random_int() {
    assert_broken(
        "max = 9",
        "max = 0",
        "9:61",
        "error: `random_int` has no number to draw: `min` is 1, `max` is 0",
        "`min` comes first",
    );
}

#[test]
fn a_provider_that_cannot_fill_the_type() {
    assert_broken("\"int\"", "\"date\"", "9:21", "which the type date cannot hold", "use the type int");
}

#[test]
fn an_unknown_type() {
    assert_broken("\"int\"", "\"integr\"", "9:21", "`integr`", "did you mean `integer`?");
}

#[test]
fn two_shops_of_one_name() {
    let two = format!("{RIGHT}\n[[shop]]\nname = \"shop-1\"\ntick_interval = \"5s\"\nport = 5555\n");
    assert_told(&two, "12:8", "two shops are named `shop-1`", "a name of its own");
}

#[test]
fn two_shops_on_one_database() {
    let url = "database = \"postgres://shop@db:5432/shop\"\n";
    let two = format!(
        "{}\n[[shop]]\nname = \"shop-2\"\ntick_interval = \"5s\"\n{url}",
        RIGHT.replace("\n\n[tables.orders]", &format!("\n{url}\n[tables.orders]"))
    );
    assert_told(
        &two,
        "15:12",
        "the shops `shop-1` and `shop-2` use the same database",
        "a database of its own",
    );
}

#[test]
fn a_missing_environment_variable() {
    let config =
        RIGHT.replace("\n\n[tables.orders]", "\ndatabase = \"${NO_SUCH_VARIABLE}\"\n\n[tables.orders]");
    assert_told(&config, "4:12", "the environment variable `NO_SUCH_VARIABLE` is not set", "give a default");
}

#[test]
fn no_shop_and_no_table() {
    let program = Program::with("# nothing yet\n");
    let told = program.refuses("check");
    assert!(
        told.contains("error: there is no shop\n") && told.contains("error: there is no table\n"),
        "{told}"
    );
    assert_eq!(program.refuses("run"), told);
}

#[test]
fn toml_that_is_none() {
    assert_broken("\"15s\"", "15s", "3:17", "this is not TOML", "put the value in quotes");
}

#[test]
fn an_env_file_that_is_not_there() {
    let config = RIGHT.replace("\n\n[tables.orders]", "\nenv_file = \"shop-1.env\"\n\n[tables.orders]");
    assert_told(&config, "4:12", "no such file", "");
}

#[test]
fn a_column_with_the_name_of_the_key() {
    assert_broken("quantity", "order_id", "9:1", "has the name of the primary key", "key = \"id\"");
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let config = RIGHT
        .replace("max = 9", "mx = 9")
        .replace("\"int\"", "\"integr\"")
        .replace("tick = 10", "tick = -10")
        .replace("15s", "15 parsecs")
        .replace("shop-1", "");
    let told = Program::with(&config).refuses("check");
    let places: Vec<(u32, u32)> = told
        .lines()
        .filter_map(|line| {
            let mut parts = line.strip_prefix("shops.toml:")?.splitn(3, ':');
            Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
        })
        .collect();
    assert_eq!(places.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 6, 9, 9], "{told}");
    assert!(places.is_sorted(), "{told}");
    for command in ["run", "sample"] {
        assert_eq!(Program::with(&config).refuses(command), told);
    }
}

#[test]
fn no_password_is_told_whatever_is_wrong_beside_it() {
    const PLANTED: &str = "hunter2";
    let with = |line: &str| RIGHT.replace("\n\n[tables.orders]", &format!("\n{line}\n\n[tables.orders]"));
    for line in [
        "database = { host = \"db\", dbname = \"d\", user = \"u\", password = \"hunter2\", prot = 1 }",
        "database = { host = \"db\", dbname = \"d\", user = \"u\", pasword = \"hunter2\" }",
        "database = \"postgres://u:hunter2@db:port/d\"",
        "database = \"postgres://u:hunter2@x@db/d\"",
        "database = \"host=db dbname=d user=u password=hunter2 prot=1\"",
        "database = \"host=db dbname=d user=u password='hunter2\"",
        "database = \"postgres://u:${PASSWORD}@db:port/d\"",
        "database = { host = \"db\", dbname = \"d\", user = \"u\", password = \"${PASSWORD}\", port = \"${PASSWORD}\" }",
        "seed = \"${PASSWORD}\"\ndatabase = { host = \"db\", dbname = \"d\", user = \"u\", password = \"${PASSWORD}\" }",
        "database = \"postgres://u:hunter2@db/d",
        "database = { password = \"hunter2\" host = \"db\" }",
    ] {
        let program = Program::with(with(line)).variable("PASSWORD", PLANTED);
        for command in ["check", "run"] {
            let told = program.refuses(command);
            assert!(!told.contains(PLANTED), "{line} gives\n{told}");
        }
    }
    let right =
        with("database = { host = \"db\", dbname = \"d\", user = \"u\", password = \"${PASSWORD}\" }");
    let ended = Program::with(right).variable("PASSWORD", PLANTED).run("check");
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(!format!("{ended:?}").contains(PLANTED), "{ended:#?}");
}

#[test]
fn a_variable_that_is_not_utf_8_is_told_as_that_and_not_as_missing() {
    use std::os::unix::ffi::OsStrExt;

    let latin_1 = std::ffi::OsStr::from_bytes(b"K\xf6ln");
    let told = |config: String, env: &str| {
        let program = Program::with(config);
        std::fs::write(program.path("shop.env"), env).unwrap();
        let output = program.command("check").env("CITY", latin_1).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let own = told(RIGHT.replace("tick_interval", "city = \"${CITY:-Riga}\"\ntick_interval"), "");
    assert!(
        own.starts_with("shops.toml:3:8: error: the environment variable `CITY` is not UTF-8\n"),
        "{own}"
    );
    let of_file =
        told(RIGHT.replace("tick_interval", "env_file = \"shop.env\"\ntick_interval"), "CITY_NAME=$CITY\n");
    assert!(
        of_file.starts_with(
            "shops.toml:3:12: error: shop.env:1: `CITY_NAME`: the environment variable `CITY` is not UTF-8\n"
        ),
        "{of_file}"
    );
}

#[test]
fn the_providers_word_and_words_are_shown_in_the_lines_of_messages() {
    for (line, shown) in [
        ("a = { type = \"int\", faker = \"words\" }", "\"words\" }"),
        (
            "a = { type = \"int\", faker = 'word', params = { ext_word_list = [\"b\"] } }",
            "'word', params = { ext_word_list",
        ),
    ] {
        let told = Program::with(RIGHT.replace("quantity", &format!("{line}\nquantity"))).refuses("check");
        assert!(told.contains(shown), "{line}:\n{told}");
    }
}
