//! What `shopsim doctor` advises can be followed, and its look leaves no error in the server's log.

use super::doctor::psql;
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

    let with = "\n[tech_fields]\nupdated_at = { name = \"touched\", index = true }\n";
    place.write("shops.toml", &edit(&place.read("shops.toml"), "\n[tech_fields]\n", with));
    assert_eq!(place.shopsim(&["reset", "--yes"]).code, Some(0));
    place.finish(&[&UNLIMITED[..], &["--until-tick", "2"]].concat(), 0).await;
    let cured = place.shopsim(&doctor);
    assert_eq!(cured.code, Some(0), "{}", cured.out);
    assert!(!cured.out.contains("cursor-unset"), "{}", cured.out);
    let text = cured.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("set `listen` and a `password` under `[embedded]`"), "{text}");
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
    psql(&url, &fix.out);
    let cured = place.shopsim(&arguments);
    assert_eq!(cured.code, Some(0), "{}after\n{}", cured.out, fix.out);
}

/// Functions and operators that would be chosen over PostgreSQL's own, since their arguments fit better.
const PLANTED: &str = "
CREATE FUNCTION public.evil(int4, float8) RETURNS float8 LANGUAGE plpgsql AS
    'BEGIN RAISE LOG ''planted code has run''; RETURN 1; END';
CREATE OPERATOR public.* (LEFTARG = int4, RIGHTARG = float8, FUNCTION = public.evil);
CREATE FUNCTION public.jsonb_build_object(text, name, text, name, text, bool) RETURNS jsonb LANGUAGE plpgsql AS
    'BEGIN RAISE LOG ''planted code has run''; RETURN ''{}''; END';
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE heartbeat (id int PRIMARY KEY);
INSERT INTO t VALUES (1);
VACUUM ANALYZE t;
";

#[tokio::test]
async fn what_somebody_has_planted_in_the_database_is_not_run_by_a_superuser_that_looks() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let superuser = server.superuser("shop").await;
    for statement in PLANTED.split_inclusive(";\n") {
        superuser.batch_execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    superuser
        .batch_execute("SELECT public.jsonb_build_object(''::text, ''::name, '', ''::name, '', true)")
        .await
        .unwrap();
    let mark = "planted code has run";
    assert_eq!(place.read("state/own/postgres.log").matches(mark).count(), 1, "it can be seen");
    let password = place.read("state/own/superuser.pw");
    let url = format!("postgres://postgres:{}@127.0.0.1:{}/shop", password.trim(), server.port());
    let looked = place.shopsim(&["doctor", &url, "--probe"]);
    assert_eq!(looked.code, Some(0), "{}{}", looked.out, looked.err);
    assert_eq!(place.read("state/own/postgres.log").matches(mark).count(), 1);
}

#[tokio::test]
async fn tables_that_another_session_has_locked_are_unknown_and_not_missing() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let client = server.client("shop").await;
    let parted = "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
                  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)";
    client.batch_execute(parted).await.unwrap();
    server
        .superuser("shop")
        .await
        .batch_execute("CREATE PUBLICATION all_of_it FOR ALL TABLES")
        .await
        .unwrap();
    client.batch_execute("BEGIN; LOCK TABLE p1 IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let began = tokio::time::Instant::now();
    let looked = place.shopsim(&["doctor", &server.url("shop"), "--for", "airbyte"]);
    assert!(began.elapsed() < std::time::Duration::from_secs(12), "{:?}", began.elapsed());
    assert_eq!(looked.code, Some(1), "{}", looked.out);
    assert!(
        looked.out.contains("! unknown: not seen by the role shop: the tables (locked"),
        "{}",
        looked.out
    );
    for wrong in ["table-missing", "publication-missing", "publication-tables"] {
        assert!(!looked.out.contains(wrong), "{}", looked.out);
    }
}

#[tokio::test]
async fn psql_takes_the_keys_that_are_made_of_indexes() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let superuser = server.superuser("shop").await;
    let setup = "CREATE TABLE of_constraint (id bigint NOT NULL UNIQUE);
                 CREATE TABLE of_index (id bigint NOT NULL); CREATE UNIQUE INDEX plain ON of_index (id);
                 CREATE TABLE descending (id bigint NOT NULL); CREATE UNIQUE INDEX down ON descending (id DESC)";
    superuser.batch_execute(setup).await.unwrap();
    let password = place.read("state/own/superuser.pw");
    let url = format!("postgres://postgres:{}@127.0.0.1:{}/shop", password.trim(), server.port());
    let fix = place.shopsim(&["doctor", &url, "--for", "airbyte", "--fix-sql"]);
    assert!(
        fix.out.contains("\nALTER TABLE \"public\".\"of_index\" ADD PRIMARY KEY USING INDEX"),
        "{}",
        fix.out
    );
    psql(&url, &fix.out);
}
