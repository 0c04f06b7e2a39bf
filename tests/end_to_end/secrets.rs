//! Passwords, planted wherever a config may have one, and looked for in all that comes out.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::Signal;

use super::harness::{Place, UNLIMITED, chain, free_port, until};
use super::server::Server;

/// What is planted: in plain words, so that a grep finds it in whatever form it is quoted.
const PLANTED: [&str; 6] = [
    "planted-in-a-url",
    "planted-in-a-variable",
    "planted-in-a-file",
    "planted-in-an-env-file",
    "planted-for-embedded",
    "planted-and-wrong",
];

/// A chain with a planted password of each kind. `wrong` is refused by its server, `away` has none.
fn config(place: &Place, port: u16) -> String {
    let shop = |name: &str, more: &str| {
        format!("name = \"{name}\"\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\n{more}")
    };
    let table = |role: &str, password: &str| {
        format!(
            "database = {{ host = \"127.0.0.1\", port = {port}, dbname = \"{role}\", user = \"{role}\", {password} }}"
        )
    };
    place.write("password", "planted-in-a-file\n");
    place.write(
        "shop.env",
        &format!(
            "POSTGRES_HOST=127.0.0.1\nPOSTGRES_PORT={port}\nPOSTGRES_DB=env\nPOSTGRES_USER=env\n\
             POSTGRES_PASSWORD=planted-in-an-env-file\n"
        ),
    );
    let chain = chain(&[
        shop("url", &format!("database = \"postgres://url:planted-in-a-url@127.0.0.1:{port}/url\"")),
        shop("variable", &table("variable", "password = \"${TEST_PASSWORD}\"")),
        shop("file", &table("file", "password_file = \"password\"")),
        shop("env", "env_file = \"shop.env\""),
        shop("private", &format!("port = {}", free_port())),
        shop("wrong", &format!("schema = \"other\"\n{}", table("url", "password = \"planted-and-wrong\""))),
        shop("away", "database = \"host=127.0.0.1 port=1 user=u password=planted-in-a-url dbname=d\""),
    ]);
    format!("{chain}\n[embedded]\npassword = \"planted-for-embedded\"\n")
}

/// A server with a role and a database for each way to give a password.
async fn server(place: &Place) -> Server {
    let server = Server::new(place, "own").await;
    let superuser = server.superuser("postgres").await;
    for (role, password) in ["url", "variable", "file", "env"].iter().zip(PLANTED) {
        let create = format!("CREATE ROLE {role} LOGIN PASSWORD '{password}'");
        superuser.batch_execute(&create).await.unwrap();
        superuser.batch_execute(&format!("CREATE DATABASE {role} OWNER {role}")).await.unwrap();
    }
    server
}

fn assert_hidden(what: &str, text: &str) {
    for planted in PLANTED {
        assert!(!text.contains(planted), "{planted} in {what}:\n{text}");
    }
}

/// All files below a folder that hold a planted password.
fn files_with_secrets(folder: &Path) -> Vec<PathBuf> {
    let mut grep = Command::new("grep");
    let grep = grep
        .args(["--recursive", "--files-with-matches", "--fixed-strings", "planted-"])
        .arg(folder)
        .output()
        .unwrap();
    assert!(grep.stderr.is_empty(), "{}", String::from_utf8_lossy(&grep.stderr));
    String::from_utf8(grep.stdout).unwrap().lines().map(PathBuf::from).collect()
}

/// Command lines of all processes of the machine, and the environments of those that are not ours to give one.
fn processes() -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let read = |name: &str| {
            let bytes = std::fs::read(entry.path().join(name)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).replace('\0', " ")
        };
        let line = read("cmdline");
        if line.contains("postgres") {
            text += &read("environ");
        }
        text += &line;
        text.push('\n');
    }
    text
}

#[tokio::test]
async fn no_command_log_process_or_file_shows_a_password() {
    let place = Place::new("");
    let server = server(&place).await;
    place.configure(&config(&place, server.port()));
    let env = [("TEST_PASSWORD", "planted-in-a-variable"), ("RUST_BACKTRACE", "full")];
    let mut run = place.run_with(&[&UNLIMITED[..], &["-v", "--until-tick", "60"]].concat(), &env);
    for shop in ["url", "variable", "file", "env", "private"] {
        run.until_log(&format!("{shop}: committed tick=1 ")).await;
    }
    run.until_log("wrong: given up").await;
    run.until_log("away: waiting for its server").await;
    assert_hidden("the processes", &processes());
    until("the shops end", async || run.log().matches(": finished ").count() == 5).await;
    run.signal(Signal::SIGTERM);
    let ended = run.end(3).await;
    assert_hidden("a run", &(ended.out + &ended.err));

    let shops = ["--shops", "shops.toml"];
    for command in [
        &["check"][..],
        &["verify"],
        &["verify", "--format", "json"],
        &["digest", "--at-tick", "3"],
        &["sample", "--ticks", "1"],
        &["run", "--start", "2020-01-01T00:00:00Z", "--only", "url"],
    ] {
        let ended = place.shopsim_with(&[command, &shops].concat(), &env);
        assert!(!(ended.out.is_empty() && ended.err.is_empty()), "{command:?} says nothing");
        assert_hidden(&command.join(" "), &(ended.out + &ended.err));
    }

    // What the test wrote itself is there; nothing else is.
    let mut found = files_with_secrets(&place.path(""));
    found.sort();
    assert_eq!(found, ["password", "shop.env", "shops.toml"].map(|name| place.path(name)));
    let kept = place.state().join("private/superuser.pw");
    assert_eq!(std::fs::metadata(kept).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn import_never_copies_a_password() {
    let place = Place::new("");
    let env = "POSTGRES_HOST=h\nPOSTGRES_PORT=5432\nPOSTGRES_DB=d\nPOSTGRES_USER=u\n\
               POSTGRES_PASSWORD=planted-in-an-env-file\nTICK_INTERVAL=5\n";
    place.write("shop-1.env", env);
    let config =
        r#"{"tables": {"orders": {"columns": {"quantity": {"type": "int", "faker": "random_int"}}}}}"#;
    place.write("config.json", config);
    let ended = place.shopsim(&["import", "--config", "config.json", "--env", "shop-1.env"]);
    assert!(ended.out.contains("shop-1.env"), "{}{}", ended.out, ended.err);
    assert_hidden("import", &(ended.out + &ended.err));
}

#[test]
fn wrong_configs_are_told_without_what_stands_near_the_mistake() {
    let place = Place::new("");
    for wrong in [
        "database = \"postgres://u:planted-in-a-url@h:port/d\"",
        "database = \"postgres://u:planted-in-a-url/@h/d\"",
        "database = { host = \"h\", user = \"u\", password = \"planted-in-a-url\", pasword = \"planted-in-a-url\" }",
        "database = { host = \"h\", password = [\"planted-in-a-url\"] }",
        "database = \"host=h password='planted-in-a-url\"",
        "database = \"postgres://u:planted-in-a-url@h/d",
    ] {
        place.configure(&chain(&[format!("name = \"a\"\ntick_interval = \"5s\"\n{wrong}")]));
        for command in ["check", "run", "verify"] {
            let ended = place.shopsim(&[command, "--shops", "shops.toml"]);
            assert_eq!(ended.code, Some(2), "{wrong}:\n{}", ended.err);
            assert_hidden(wrong, &(ended.out + &ended.err));
        }
    }
}

#[tokio::test]
async fn any_password_logs_in_and_none_is_ever_written() {
    const PASSWORD: &str = r#"p@s:s/w'o"r d%$^&*("#;
    const ENCODED: &str = "p%40s%3As%2Fw%27o%22r%20d%25%24%5E%26*(";
    let place = Place::new("");
    let server = Server::start(&place, "own", free_port(), PASSWORD).await;
    server.create_databases(&["two", "three", "four", "five"]).await;
    let port = server.port();
    let shop = |name: &str, more: &str| {
        format!("name = \"{name}\"\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\n{more}")
    };
    let fields = |database: &str, password: &str| {
        format!(
            "database = {{ host = \"localhost\", port = {port}, dbname = \"{database}\", user = \"shop\", {password} }}"
        )
    };
    place.write("password", &format!("{PASSWORD}\n"));
    place.write(
        "shop.env",
        &format!(
            "POSTGRES_HOST=127.0.0.1\nPOSTGRES_PORT={port}\nPOSTGRES_DB=two\nPOSTGRES_USER=shop\n\
             POSTGRES_PASSWORD={PASSWORD}\n"
        ),
    );
    place.configure(&chain(&[
        shop("by-variable", &fields("shop", "password = \"${TEST_PASSWORD}\"")),
        shop("by-env-file", "env_file = \"shop.env\""),
        shop("by-file", &fields("three", "password_file = \"password\"")),
        shop(
            "by-url",
            &format!("database = {:?}", format!("postgres://shop:{ENCODED}@127.0.0.1:{port}/four")),
        ),
        shop("wrong", &fields("five", "password = \"${TEST_PASSWORD}!\"")),
    ]));
    let options = [&UNLIMITED[..], &["-v", "--until-tick", "3"]].concat();
    let ended = place.run_with(&options, &[("TEST_PASSWORD", PASSWORD)]).end(3).await;
    for shop in ["by-variable", "by-env-file", "by-file", "by-url"] {
        let finished = ended.out.lines().any(|line| line.contains(shop) && line.contains("finished"));
        assert!(finished, "{shop} in:\n{}\n{}", ended.out, ended.err);
    }
    assert!(ended.err.contains("wrong: given up"), "{}", ended.err);
    let mut written = ended.err + &ended.out;
    for shop in ["by-variable", "by-env-file", "by-file", "by-url", "wrong"] {
        written += &place.read(&format!("logs/{shop}/debug.log"));
    }
    for part in [PASSWORD, ENCODED, "s/w'o", "%2Fw%27o"] {
        assert!(!written.contains(part), "a password was written: {part}");
    }
}
