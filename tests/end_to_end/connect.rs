//! `shopsim connect`: what it prints connects to real servers.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use nix::sys::signal::Signal;
use shopsim::quoting::{literal, quote};

use super::harness::{Place, chain, free_port};
use super::server::Server;

/// Names and a password that neither a URL, a shell nor a line of `.pgpass` takes as they are.
const USER: &str = "o'brien:\"1\" \\";
const DATABASE: &str = "fruit & $veg/%41:\\";
const SCHEMA: &str = "North, \"1\" \\ $x";
const PASSWORD: &str = "it's \"q\"\\ $HOME ${HOME} `id` %41 #{x}:@/?&é\\";

/// What psql says who it is and where, if the shell is given this line.
fn who(place: &Place, line: &str) -> String {
    ask(place, line, "select current_user, current_database()")
}

/// What psql answers to a query, if the shell is given this line.
fn ask(place: &Place, line: &str, query: &str) -> String {
    let line = format!("{line} -XAtc '{query}'");
    let path = std::env::var("PATH").unwrap();
    let passwords = place.path("pgpass");
    let mut bash = Command::new("bash");
    let bash = bash.args(["-c", &line]).env_clear().env("PATH", path).env("PGPASSFILE", passwords);
    // Not asked on a terminal: refused.
    let output = bash.env("PGCONNECT_TIMEOUT", "20").stdin(std::process::Stdio::null()).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The text for a client.
fn text(place: &Place, arguments: &[&str]) -> String {
    let arguments = [&["connect", "--shops", "shops.toml", "--with-password"], arguments].concat();
    let ended = place.shopsim_with(&arguments, &[("TEST_PASSWORD", PASSWORD)]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{arguments:?}");
    ended.out.trim_end_matches('\n').to_owned()
}

fn arguments(parts: &[&str]) -> String {
    let quoted = parts.iter().map(|part| format!("'{}'", part.replace('\'', r"'\''")));
    quoted.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_texts_for_psql_connect_whatever_names_and_password_hold() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let superuser = server.superuser("postgres").await;
    let role = format!("CREATE ROLE {} LOGIN PASSWORD {}", quote(USER), literal(PASSWORD));
    superuser.batch_execute(&role).await.unwrap();
    let database = format!("CREATE DATABASE {} OWNER {}", quote(DATABASE), quote(USER));
    superuser.batch_execute(&database).await.unwrap();
    let superuser_of_shop = server.superuser(DATABASE).await;
    let port = server.port();
    place.configure(&chain(&[format!(
        "name = \"a\"\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\nschema = {SCHEMA:?}\n\
         database = {{ host = \"127.0.0.1\", port = {port}, user = {USER:?}, dbname = {DATABASE:?}, \
         password = \"${{TEST_PASSWORD}}\" }}"
    )]));
    let expected = format!("{USER}|{DATABASE}\n");
    assert_eq!(who(&place, &text(&place, &["--for", "psql"])), expected);
    let url = text(&place, &["--for", "url"]);
    assert_eq!(who(&place, &arguments(&["psql", &url])), expected);
    // The shop's tables are found by their names alone.
    superuser_of_shop.batch_execute(&format!("CREATE SCHEMA {}", quote(SCHEMA))).await.unwrap();
    superuser_of_shop
        .batch_execute(&format!("GRANT USAGE ON SCHEMA {} TO PUBLIC", quote(SCHEMA)))
        .await
        .unwrap();
    let schema = ask(&place, &arguments(&["psql", &url]), "select current_schema()");
    assert_eq!(schema, format!("{SCHEMA}\n"));

    let by_names =
        arguments(&["psql", "-h", "127.0.0.1", "-p", &port.to_string(), "-U", USER, "-d", DATABASE]);
    let refused = who(&place, &format!("{by_names} -w"));
    assert!(refused.contains("no password supplied"), "the server wants a password: {refused}");
    place.write("pgpass", &(text(&place, &["--for", "pgpass"]) + "\n"));
    std::fs::set_permissions(place.path("pgpass"), PermissionsExt::from_mode(0o600)).unwrap();
    assert_eq!(who(&place, &format!("{by_names} -w")), expected);
    // The text without the password asks for it, or takes it from there.
    let ended = place
        .shopsim_with(&["connect", "--shops", "shops.toml", "--for", "psql"], &[("TEST_PASSWORD", PASSWORD)]);
    assert_eq!(who(&place, &format!("{} -w", ended.out.trim_end())), expected);
}

#[tokio::test]
async fn the_texts_of_a_private_server_connect_while_it_runs() {
    let port = free_port();
    let config = chain(&[format!(
        "name = \"a\"\ntick_interval = \"1s\"\nupdate_not_older_than = \"1m\"\nport = {port}"
    )]);
    let place = Place::new(&format!("{config}\n[embedded]\npassword = \"${{TEST_PASSWORD}}\"\n"));
    let mut run = place.run_with(&[], &[("TEST_PASSWORD", PASSWORD)]);
    run.until_log("a: committed tick=0 ").await;
    assert_eq!(who(&place, &text(&place, &["a", "--for", "psql"])), "shop|shop\n");
    let url = text(&place, &["a", "--for", "url"]);
    assert_eq!(who(&place, &arguments(&["psql", &url])), "shop|shop\n");
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}
