//! `state_schema`: shopsim's own state in a schema of another name, and what happens when that name changes.

use super::harness::{Place, UNLIMITED, chain};
use super::server::{Server, exists, number, untouched};

fn shop(name: &str, server: &Server, keys: &str) -> String {
    format!(
        "name = \"{name}\"\nseed = 4321\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\ndatabase = {:?}\n{keys}",
        server.url("shop")
    )
}

fn ticks(ticks: &str) -> Vec<&str> {
    [&UNLIMITED[..], &["--until-tick", ticks]].concat()
}

const OTHER: &str = "state_schema = \"Sim.\\\"state\\\"\"";
const IN_SQL: &str = r#""Sim.""state""""#;

#[tokio::test]
async fn the_state_is_in_the_schema_that_the_config_names_and_nowhere_else() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&chain(&[shop("a", &server, OTHER)]));
    place.finish(&ticks("3"), 0).await;
    let client = server.client("shop").await;
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'shopsim'";
    assert_eq!(number(&client, schemas).await, 0);
    let last = format!("SELECT last_tick FROM {IN_SQL}.checkpoint WHERE shop = 'a'");
    assert_eq!(number(&client, &last).await, 2);
    // The next run goes on from there, and commands that read the state find it.
    place.finish(&ticks("5"), 0).await;
    assert_eq!(number(&client, &last).await, 4);
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    let examined = place.shopsim(&["doctor", "--shops", "shops.toml", "--for", "shopsim"]);
    assert_eq!(examined.code, Some(0), "{}{}", examined.out, examined.err);
    client.batch_execute(&format!("REVOKE CREATE ON SCHEMA {IN_SQL} FROM shop")).await.unwrap();
    let examined = place.shopsim(&["doctor", "--shops", "shops.toml", "--for", "shopsim"]);
    assert!(examined.out.contains("has no CREATE on the schema Sim.\"state\""), "{}", examined.out);

    let reset = place.shopsim(&["reset", "--shops", "shops.toml", "--yes"]);
    assert_eq!((reset.code, reset.out.as_str()), (Some(0), "a: dropped 3 tables\n"), "{}", reset.err);
    assert_eq!(number(&client, &format!("SELECT count(*) FROM {IN_SQL}.checkpoint")).await, 0);
}

#[tokio::test]
async fn another_state_schema_is_refused_by_where_the_checkpoint_is() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&chain(&[shop("a", &server, "")]));
    place.finish(&ticks("3"), 0).await;
    let client = server.client("shop").await;
    let before = untouched(&client).await;

    place.configure(&chain(&[shop("a", &server, OTHER)]));
    let refused = place.finish(&ticks("5"), 2).await;
    let told = "ERROR a: refused: the checkpoint of shop `a` in ";
    assert!(refused.err.contains(told), "{}", refused.err);
    let why = "is in the schema \"shopsim\" (after tick 2), and its `state_schema` is \"Sim.\\\"state\\\"\"; \
               nothing was changed. Set state_schema = \"shopsim\", or run `shopsim reset --only a`";
    assert!(refused.err.contains(why), "{}", refused.err);
    assert_eq!(untouched(&client).await, before);
    assert!(!exists(&client, &format!("{IN_SQL}.checkpoint")).await);

    // A reset leaves no checkpoint behind that a later change of the name would find beside other tables.
    let reset = place.shopsim(&["reset", "--shops", "shops.toml", "--yes"]);
    assert_eq!((reset.code, reset.out.as_str()), (Some(0), "a: dropped 3 tables\n"), "{}", reset.err);
    assert!(reset.err.contains("its checkpoint, after tick 2"), "{}", reset.err);
    assert_eq!(number(&client, "SELECT count(*) FROM shopsim.checkpoint").await, 0);
    place.finish(&ticks("4"), 0).await;
    assert_eq!(number(&client, &format!("SELECT last_tick FROM {IN_SQL}.checkpoint")).await, 3);
}

#[tokio::test]
async fn tables_that_another_state_records_as_another_shops_are_neither_written_nor_dropped() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&chain(&[shop("a", &server, "")]));
    place.finish(&ticks("3"), 0).await;
    let client = server.client("shop").await;
    let before = untouched(&client).await;
    place.configure(&chain(&[shop("b", &server, OTHER)]));
    let refused = place.finish(&ticks("3"), 2).await;
    assert!(
        refused.err.contains("belongs to shop `a`, so shop `b` neither writes nor drops it"),
        "{}",
        refused.err
    );
    let reset = place.shopsim(&["reset", "--shops", "shops.toml", "--yes"]);
    assert_eq!(reset.code, Some(3), "{}", reset.err);
    assert!(reset.err.contains("belongs to shop `a`"), "{}", reset.err);
    assert_eq!(untouched(&client).await, before);
}

#[tokio::test]
async fn a_record_that_another_role_has_made_decides_nothing() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let superuser = server.superuser("shop").await;
    superuser
        .batch_execute(
            "CREATE TABLE payments (note text); ALTER TABLE payments OWNER TO shop; CREATE SCHEMA planted;
             CREATE TABLE planted.checkpoint (shop text, last_tick bigint, start timestamptz, anchor timestamptz,
                 first_tick bigint, live boolean, start_as_given text, seed numeric, output_version integer,
                 fingerprint text);
             CREATE TABLE planted.config (shop text, settings text[], tables text[], run text);
             INSERT INTO planted.checkpoint (shop) VALUES ('a');
             INSERT INTO planted.config VALUES ('a', '{}', '{\"\\\"public\\\".\\\"payments\\\"\"}', '');
             GRANT ALL ON ALL TABLES IN SCHEMA planted TO shop; GRANT ALL ON SCHEMA planted TO shop",
        )
        .await
        .unwrap();
    place.configure(&chain(&[shop("a", &server, "")]));
    place.finish(&ticks("3"), 0).await;
    let reset = place.shopsim(&["reset", "--shops", "shops.toml", "--yes"]);
    assert_eq!((reset.code, reset.out.as_str()), (Some(0), "a: dropped 3 tables\n"), "{}", reset.err);
    assert!(exists(&server.client("shop").await, "payments").await);
}
