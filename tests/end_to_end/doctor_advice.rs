//! What `shopsim doctor` advises can be followed, and its look leaves no error in the server's log.

use super::harness::{Place, UNLIMITED, edit, free_port, shipped};
use super::server::Server;

#[tokio::test]
async fn a_look_leaves_no_error_in_the_servers_log() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.client("shop").await.batch_execute("CREATE TABLE t (id int PRIMARY KEY)").await.unwrap();
    let url = server.url("shop");
    let before = place.read("state/own/postgres.log").len();
    let looked = place.shopsim(&["doctor", &url, "--for", "debezium", "--probe"]);
    assert_eq!(looked.code, Some(0), "{}{}", looked.out, looked.err);
    assert!(looked.out.contains("pg_hba.conf (needs a superuser"), "{}", looked.out);
    server.stop().await;
    let log = place.read("state/own/postgres.log").split_off(before);
    for trouble in ["ERROR", "unexpected EOF", "permission denied"] {
        assert!(!log.contains(trouble), "{log}");
    }
}

#[tokio::test]
async fn sql_is_printed_of_one_server_only() {
    let place = Place::new(&shipped());
    let both = place.shopsim(&["doctor", "--fix-sql"]);
    assert_eq!((both.code, &*both.out), (Some(2), ""), "{}", both.err);
    assert!(both.err.contains("name one of them: --shop NAME"), "{}", both.err);
    let one = place.shopsim(&["doctor", "--fix-sql", "--shop", "shop-1"]);
    assert_eq!(one.code, Some(3), "{}", one.err);
    assert!(one.out.contains("-- cannot tell: it has never run"), "{}", one.out);
}

#[tokio::test]
async fn what_is_wrong_with_a_url_is_told_without_a_word_of_a_config() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let told = |url: &str, code: i32| {
        let ended = place.shopsim(&["doctor", url]);
        assert_eq!(ended.code, Some(code), "{}{}", ended.out, ended.err);
        let text = format!("{}{}", ended.out, ended.err).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!text.contains("embedded") && !text.contains("`database`"), "{text}");
        text
    };
    let url =
        |user: &str, database: &str| format!("postgres://{user}@127.0.0.1:{}/{database}", server.port());
    assert!(told(&url("shop", "shop"), 3).contains("; set PGPASSWORD, or give a password in the URL"));
    assert!(told(&url("shop:wrong", "shop"), 3).contains("; check the user and the password of the URL"));
    assert!(told(&url("shop:shop", "none"), 3).contains("correct its name in the URL"));
    let nonsense = told("nonsense", 2);
    assert!(nonsense.contains("neither a PostgreSQL URL nor a libpq connection string"), "{nonsense}");
    server.stop().await;
}

#[tokio::test]
async fn the_column_that_shopsim_sets_is_the_cursor_and_the_advice_for_a_shop_without_one_works() {
    let place = Place::new(&shipped());
    place.finish(&[&UNLIMITED[..], &["--until-tick", "2"]].concat(), 0).await;
    let doctor = ["doctor", "--shop", "shop-2", "--for", "cursor"];
    let without = place.shopsim(&doctor);
    assert_eq!(without.code, Some(1), "{}", without.out);
    let text = without.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("set `updated_at` under `[tech_fields]`, then `shopsim reset`"), "{text}");

    let with = "[tech_fields]\nupdated_at = { name = \"touched\", index = true }\n\n[defaults]";
    place.write("shops.toml", &edit(&place.read("shops.toml"), "[defaults]", with));
    assert_eq!(place.shopsim(&["reset", "--yes"]).code, Some(0));
    place.finish(&[&UNLIMITED[..], &["--until-tick", "2"]].concat(), 0).await;
    let cured = place.shopsim(&doctor);
    assert_eq!(cured.code, Some(0), "{}", cured.out);
    assert!(!cured.out.contains("cursor-unset"), "{}", cured.out);
    assert!(cured.out.contains("set `listen` and a `password` under `[embedded]`"), "{}", cured.out);
}

#[tokio::test]
async fn a_role_that_does_not_own_the_tables_gets_a_publication_and_the_server_is_ready() {
    let place = Place::new("");
    let server = Server::start(&place, "own", free_port(), "shop").await;
    let superuser = server.superuser("shop").await;
    let setup =
        "CREATE TABLE t (id int PRIMARY KEY); CREATE ROLE cdc LOGIN REPLICATION; GRANT SELECT ON t TO cdc";
    superuser.batch_execute(setup).await.unwrap();
    let password = place.read("state/own/superuser.pw");
    let url = format!("postgres://postgres:{}@127.0.0.1:{}/shop", password.trim(), server.port());
    let arguments = ["doctor", &url, "--for", "debezium", "--role", "cdc"];
    let fix = place.shopsim(&[&arguments[..], &["--fix-sql"]].concat());
    assert_eq!(fix.code, Some(1), "{}{}", fix.out, fix.err);
    assert!(fix.out.contains("a superuser, or the tables' owner where its rights suffice"), "{}", fix.out);
    superuser.batch_execute(&fix.out).await.unwrap();
    let cured = place.shopsim(&arguments);
    assert_eq!(cured.code, Some(0), "{}after\n{}", cured.out, fix.out);
}
