//! `connect`: what is printed for each client, and that each reads back what the config says.

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value as Json, json};
use shopsim::clients::CLIENTS;

use super::program::{Ended, Program, assert_golden, ended};

/// Names and a password that no format takes as they are.
const USER: &str = "o'brien:\"1\"";
const DATABASE: &str = "fruit & $veg/%41";
const PASSWORD: &str = "it's \"q\"\\ $HOME ${HOME} %41 {{ 7 * 7 }}:#{x}@/?é";

const TABLES: &str = r#"
[tables.orders]
insert_rows_per_tick = 1
[tables.orders.columns]
quantity = { type = "int", faker = "random_int" }

[tables."a.b,\"c\""]
key = "id"
insert_rows_per_tick = 1
[tables."a.b,\"c\"".columns]
quantity = { type = "int", faker = "random_int" }
"#;

/// A chain with a shop for each place of a password.
fn program() -> Program {
    let config = format!(
        r#"[defaults]
tick_interval = "5s"

[[shop]]
name = "private"
port = 5433

[[shop]]
name = "hostile"
schema = "the \"shop\""

[shop.database]
host = "db.example.org"
port = 6543
user = {USER:?}
dbname = {DATABASE:?}
password = "${{TEST_PASSWORD}}"
sslmode = "require"

[[shop]]
name = "trusted"
database = "postgres://shop@db.example.org/shop"

[[shop]]
name = "socket"
database = "host=/var/run/postgresql user=shop dbname=shop password=planted"
{TABLES}"#
    );
    Program::with(config).variable("TEST_PASSWORD", PASSWORD)
}

/// The same program with a password for private servers.
fn with_own_password() -> Program {
    let config = std::fs::read_to_string(program().path("shops.toml")).unwrap();
    let config = format!("{config}\n[embedded]\npassword = \"${{TEST_PASSWORD}}\"\n");
    Program::with(config).variable("TEST_PASSWORD", PASSWORD)
}

#[track_caller]
fn printed(program: &Program, arguments: &str) -> Ended {
    let ended = program.run(arguments);
    assert_eq!(ended.code, Some(0), "shopsim {arguments}: {ended:#?}");
    ended
}

fn golden(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/golden/connect", name].iter().collect()
}

/// What a client reads from its text; `None` where there is no parser.
fn read_back(client: &str, text: &str) -> Option<Json> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/connect/read_back.py");
    let mut python = std::process::Command::new("python3");
    let python = python.args(["-I", script, client]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut python = python.stderr(Stdio::piped()).spawn().unwrap();
    python.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let ended = ended(python.wait_with_output().unwrap());
    match ended.code {
        Some(0) => Some(serde_json::from_str(&ended.stdout).unwrap()),
        Some(9) => None,
        _ => panic!("{client}: {}\n{text}", ended.stderr),
    }
}

#[test]
fn all_texts_have_headings() {
    let program = program();
    let plain = printed(&program, "connect private");
    assert_golden(&golden("private.txt"), &plain.stdout);
    assert_eq!(plain.stderr, "", "the password is well known");
    let hostile = printed(&program, "connect hostile --with-password");
    assert_golden(&golden("hostile.txt"), &hostile.stdout);
    assert_eq!(hostile.stderr, "");
}

#[test]
fn the_text_of_a_client_is_what_stands_below_its_heading() {
    let program = program();
    let all = printed(&program, "connect hostile").stdout;
    let mut joined = String::new();
    for (client, _) in CLIENTS {
        let text = printed(&program, &format!("connect hostile --for {client}")).stdout;
        assert!(all.contains(&text), "{client}: {text}");
        joined += &text;
    }
    let comments = joined.matches("\n# ").count();
    assert_eq!(comments, 2, "dlt has two texts, and .pgpass cannot name a schema: {joined}");
    assert!(joined.contains("\n\n# dlt (source)\nfrom dlt."), "{joined}");
}

#[test]
fn every_client_reads_back_what_the_config_says() {
    let program = program();
    for (client, _) in CLIENTS {
        let ended = printed(&program, &format!("connect hostile --for {client} --with-password"));
        assert_eq!(ended.stderr, "", "{client}");
        // Those are asked by psql itself: tests/end_to_end/connect.rs.
        if ["psql", "pgpass"].contains(&client) {
            continue;
        }
        let expected = json!([USER, PASSWORD, "db.example.org", 6543, DATABASE]);
        let read = read_back(client, &ended.stdout);
        assert!(read.is_none() || read == Some(expected), "{client}: {read:?}\n{}", ended.stdout);
    }
}

#[test]
fn a_configured_password_is_shown_to_no_client_unless_asked_for() {
    let parts = [PASSWORD, "it's", "it%27s", "HOME", "%2441", "7 * 7", "7%20%2A%207", "planted"];
    for (program, shops) in [(program(), &["hostile"][..]), (with_own_password(), &["hostile", "private"])] {
        for shop in shops {
            for client in CLIENTS.map(|(client, _)| format!(" --for {client}")).iter().chain([&String::new()])
            {
                let ended = printed(&program, &format!("connect {shop}{client}"));
                for part in parts {
                    let shown = format!("{}{}", ended.stdout, ended.stderr);
                    assert!(!shown.contains(part), "{part} is shown by connect {shop}{client}: {shown}");
                }
                let note = match ended.stdout.contains("<password>") {
                    true => format!("<password> stands for the password of `{shop}`"),
                    false => format!("the password of `{shop}` is left out"),
                };
                let note = format!("note: {note}; pass --with-password to write it into the text\n");
                assert_eq!(ended.stderr, note, "connect {shop}{client}");
            }
        }
    }
    let text = printed(&with_own_password(), "connect private --for airbyte --with-password").stdout;
    assert_eq!(serde_json::from_str::<Json>(&text).unwrap()["password"], PASSWORD);
}

#[test]
fn a_database_without_a_password_is_said_to_have_none() {
    let program = program();
    for flag in ["", " --with-password"] {
        let ended = printed(&program, &format!("connect trusted --for dbt{flag}"));
        let note = "note: the config has no password for `trusted`: write it in place of <password>, if the server asks \
                    for one\n";
        assert_eq!(ended.stderr, note);
        assert_eq!(printed(&program, &format!("connect trusted --for url{flag}")).stderr, "");
    }
}

#[test]
fn a_client_that_cannot_connect_is_refused_and_says_so_among_the_others() {
    let program = program();
    let why = "JDBC cannot use a Unix socket: give the server a TCP address";
    assert_eq!(program.refuses("connect socket --for jdbc"), format!("error: {why}\n"));
    let all = printed(&program, "connect socket").stdout;
    assert!(all.contains(&format!("\n# JDBC\n# {why}\n")), "{all}");
}

#[test]
fn the_shop_may_be_left_out_if_there_is_one_only() {
    let one = Program::with(super::program::RIGHT.replace("name =", "port = 5433\nname ="));
    let named = printed(&one, "connect shop-1 --for url");
    assert_eq!(named.stdout, "postgresql://shop:shop@127.0.0.1:5433/shop\n");
    assert_eq!(printed(&one, "connect --for url").stdout, named.stdout);
    let told = program().refuses("connect --for url");
    assert_eq!(told, "error: which shop? name one: private, hostile, trusted, socket\n");
}

#[test]
fn a_name_that_is_not_there_is_told_with_the_nearest() {
    let program = program();
    let told = program.refuses("connect privat");
    assert_eq!(told, "error: there is no shop `privat`; did you mean `private`?\n");
    let told = program.refuses("connect private --for debezum");
    assert!(told.contains("a similar value exists: 'debezium'"), "{told}");
}
