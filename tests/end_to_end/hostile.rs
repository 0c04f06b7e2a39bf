//! Names and values that break what does not quote: each works on a real server, or is refused by `check`.

use std::fmt::Write;

use super::harness::{Place, UNLIMITED, free_port};
use super::server::{Server, number};

const NAMES: [&str; 21] = [
    "quo\"te",
    "apo'strophe",
    "do.t",
    "sp ace",
    "tab\there",
    "new\nline",
    "per%cent",
    "$1",
    "back\\slash",
    "sla/sh",
    "-dash",
    "😀",
    "e\u{301}combining",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüx",
    "select",
    "user",
    "x\"; DROP TABLE \"user\"; --",
    "UPPER",
    "upper",
    "shopsim",
];
const VALUES: [&str; 8] = ["a", "b'c", "\\N", "\\.", "x\ty\nz\r", "\"", "", "'; DROP TABLE \"user\"; --"];
const INTEGER: &str = "{ type = \"int\", faker = \"random_int\" }";

/// A TOML string, which is a JSON string, too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A column that draws one of some texts.
fn one_of(sql_type: &str, values: &[&str]) -> String {
    let values = values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ");
    format!(
        "{{ type = {}, faker = \"random_element\", params = {{ elements = [{values}] }} }}",
        quoted(sql_type)
    )
}

fn table(name: &str, columns: impl IntoIterator<Item = (String, String)>) -> String {
    let name = quoted(name);
    let mut text = format!(
        "[tables.{name}]\nkey = \"i\\\"d\"\ninsert_rows_per_tick = 3\nupdate_rows_per_tick = 2\n[tables.{name}.columns]\n"
    );
    for (column, definition) in columns {
        writeln!(text, "{} = {definition}", quoted(&column)).unwrap();
    }
    text
}

/// A shop on a private server.
fn shop(more: &str) -> String {
    format!(
        "[[shop]]\nname = \"a\"\nport = {}\ntick_interval = \"15s\"\nstop_after = \"0s\"\n\
         delete_older_than = \"2m\"\nupdate_not_older_than = \"40s\"\n{more}\n",
        free_port()
    )
}

/// It passes `check`, runs, is verified, goes on, is verified, and begins anew.
async fn assert_works(config: &str, tables: usize) {
    let place = Place::new(config);
    let checked = place.shopsim(&["check", "--shops", "shops.toml"]);
    assert_eq!(checked.code, Some(0), "{}", checked.err);
    for (ticks, reset) in [("10", None), ("12", None), ("2", Some("--reset"))] {
        let mut options = UNLIMITED.to_vec();
        options.extend(["-q", "--until-tick", ticks]);
        options.extend(reset);
        place.finish(&options, 0).await;
        let verdict = place.shopsim(&["verify", "--shops", "shops.toml"]);
        assert_eq!(verdict.code, Some(0), "{}{}", verdict.out, verdict.err);
        assert_eq!(
            verdict.out.lines().filter(|line| line.ends_with(" same")).count(),
            tables,
            "{}",
            verdict.out
        );
    }
    for line in place.read("logs/a/info.log").lines() {
        assert!(line.starts_with("20"), "an event is more than a line: {line}");
    }
}

fn assert_refused(config: &str, told: &str) {
    let place = Place::new(config);
    for command in ["check", "run"] {
        let refused = place.shopsim(&[command, "--shops", "shops.toml"]);
        assert_eq!(refused.code, Some(2), "{told}:\n{}", refused.err);
        assert!(refused.err.contains(told) && refused.err.contains("help: "), "{told} in:\n{}", refused.err);
    }
    assert!(!place.state().exists(), "something was made");
}

#[tokio::test]
async fn names_of_any_characters_work() {
    let labels = ["a'b", "a\"b", "back\\slash", "new\nline", "ü😀"];
    let types = labels.map(quoted).join(", ");
    let types = format!("[types]\n\"en\\\"um ' .; drop\" = [{types}]\n");
    let columns = || {
        let texts = NAMES.iter().map(|name| ((*name).to_owned(), one_of("text", &VALUES)));
        texts.chain([("labelled".to_owned(), one_of("en\"um ' .; drop", &labels))])
    };
    let tables: String = NAMES.iter().map(|name| table(name, columns())).collect();
    let config = shop("schema = \"sche\\\"ma; .'x\"") + &types + &tables;
    assert_works(&config, NAMES.len()).await;
}

#[tokio::test]
async fn names_and_labels_work_where_the_role_reads_backslashes_as_escapes() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let client = server.client("shop").await;
    client.batch_execute("ALTER ROLE shop SET standard_conforming_strings = off").await.unwrap();
    let labels = ["back\\slash", "end\\", "\\'; DROP TABLE mine; --", "a\\\\'b"];
    let label = one_of("la\\bel", &labels);
    let config = format!(
        "[types]\n\"la\\\\bel\" = [{}]\n[[shop]]\nname = \"a\"\nschema = \"s\\\\'x\"\ntick_interval = \"15s\"\n\
         database = {:?}\n{}",
        labels.map(quoted).join(", "),
        server.url("shop"),
        table("t\\'x", [("c\\'x".to_owned(), label), ("d".to_owned(), one_of("text", &labels))])
    );
    place.configure(&config);
    for ticks in ["5", "8"] {
        place.finish(&[&UNLIMITED[..], &["-q", "--until-tick", ticks]].concat(), 0).await;
        let verdict = place.shopsim(&["verify", "--shops", "shops.toml"]);
        assert_eq!(verdict.code, Some(0), "{}{}", verdict.out, verdict.err);
    }
    let reset = place.shopsim(&["reset", "--shops", "shops.toml", "--yes"]);
    assert_eq!(reset.code, Some(0), "{}{}", reset.out, reset.err);
    assert_eq!(number(&client, "SELECT count(*) FROM pg_enum").await, 0);
}

#[tokio::test]
async fn tables_without_columns_with_a_thousand_and_with_values_of_a_megabyte_work() {
    let many = (0..1_000).map(|number| (format!("c{number}"), INTEGER.to_owned()));
    let large = "x'\\\"".repeat(250_000);
    let config = shop("")
        + &table("none", [])
        + &table("many", many)
        + &table("large", [("text".to_owned(), one_of("text", &[&large, "small"]))]);
    assert_works(&config, 3).await;
}

#[tokio::test]
async fn a_thousand_tables_work() {
    let tables: String = (0..1_000)
        .map(|number| table(&format!("t{number}"), [("a".to_owned(), INTEGER.to_owned())]))
        .collect();
    assert_works(&(shop("") + &tables), 1_000).await;
}

#[test]
fn what_postgresql_cannot_hold_is_refused_by_check() {
    let integer = |name: &str| [(name.to_owned(), INTEGER.to_owned())];
    let texts = |count: usize| {
        (0..count).map(|n| (format!("c{n}"), "{ type = \"text\", faker = \"word\" }".to_owned()))
    };
    let integers = |count: usize| (0..count).map(|n| (format!("c{n}"), INTEGER.to_owned()));
    let nul = |params: &str| [("a".to_owned(), format!("{{ type = \"text\", {params} }}"))];
    for (tables, told) in [
        (table(&"x".repeat(64), []), "has 64 bytes"),
        (table("t", integer(&"ü".repeat(32))), "has 64 bytes"),
        (table("", []), "is empty"),
        (table("t", integer("")), "is empty"),
        (table("t", integer("ctid")), "name of a system column"),
        (table("t", integer("created_at")), "name of a tech field"),
        (table("t", integer("i\"d")), "name of the table's key"),
        (table("t", integers(1_599)), "1601 columns"),
        (table("t", texts(1_000)), "a PostgreSQL page holds 8160"),
        (table("t", nul("faker = \"random_element\", params = { elements = [\"a\\u0000\"] }")), "NUL"),
        (table("t", nul("faker = \"template\", params = { text = \"a\\u0000\" }")), "NUL"),
        (table("t", nul("faker = \"weighted\", params = { weights = { \"a\\u0000\" = 1 } }")), "NUL"),
    ] {
        assert_refused(&(shop("") + &tables), told);
    }
    for (more, told) in [
        ("schema = \"shopsim\"", "reserved for shopsim"),
        ("schema = \"pg_catalog\"", "belongs to PostgreSQL"),
        ("schema = \"a\\u0000\"", "NUL"),
        ("city = \"a\\u0000\"", "NUL"),
    ] {
        assert_refused(&(shop(more) + &table("t", [])), told);
    }
    for name in ["a/b", "..", "a\nb", "-x", "", "ü", "a b", "\u{0}"] {
        let config =
            (shop("") + &table("t", [])).replace("name = \"a\"", &format!("name = {}", quoted(name)));
        assert_refused(&config, "");
    }
}

/// Functions and operators of somebody who may create in `public`, each of which fits some call better than
/// PostgreSQL's own does.
const TRAPS: &str = "
    CREATE TABLE public.caught (who text); GRANT ALL ON public.caught TO public;
    CREATE FUNCTION public.catch() RETURNS void LANGUAGE sql AS 'INSERT INTO public.caught VALUES (current_user)';
    CREATE FUNCTION public.format(a text, b text) RETURNS text LANGUAGE sql AS 'SELECT public.catch(); SELECT b';
    CREATE FUNCTION public.concat(a text, b text) RETURNS text LANGUAGE sql AS 'SELECT public.catch(); SELECT b';
    CREATE FUNCTION public.unnest(a text[]) RETURNS SETOF text LANGUAGE sql AS 'SELECT public.catch(); SELECT a[1]';
    CREATE FUNCTION public.unnest(a int[]) RETURNS SETOF int LANGUAGE sql AS 'SELECT public.catch(); SELECT a[1]';
    CREATE FUNCTION public.unnest(a bigint[]) RETURNS SETOF bigint LANGUAGE sql AS 'SELECT public.catch(); SELECT a[1]';
    CREATE FUNCTION public.date_trunc(a varchar, b timestamptz) RETURNS timestamptz LANGUAGE sql
        AS 'SELECT public.catch(); SELECT b';
    CREATE FUNCTION public.same(a regclass, b oid) RETURNS boolean LANGUAGE sql AS 'SELECT public.catch(); SELECT true';
    CREATE OPERATOR public.= (LEFTARG = regclass, RIGHTARG = oid, FUNCTION = public.same);
    CREATE FUNCTION public.bits(a bigint, b int) RETURNS bigint LANGUAGE sql AS 'SELECT public.catch(); SELECT a';
    CREATE OPERATOR public.& (LEFTARG = bigint, RIGHTARG = int, FUNCTION = public.bits);
    CREATE FUNCTION public.joined(a name, b name) RETURNS text LANGUAGE sql AS 'SELECT public.catch(); SELECT a::text';
    CREATE OPERATOR public.|| (LEFTARG = name, RIGHTARG = name, FUNCTION = public.joined)";

#[tokio::test]
async fn functions_and_operators_that_others_have_made_are_never_called() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.superuser("shop").await.batch_execute(TRAPS).await.unwrap();
    let config = super::harness::chain(&[format!(
        "name = \"a\"\ntick_interval = \"15s\"\nupdate_not_older_than = \"40s\"\ndelete_older_than = \"1m\"\n\
         stop_after = \"5m\"\ndatabase = {:?}",
        server.url("shop")
    )]);
    // An enum, whose look-up has expressions of its own.
    let config = super::harness::edit(
        &config,
        "order_status = { type = \"varchar\"",
        "order_status = { type = \"status\"",
    );
    let config = config.replacen(
        "[tech_fields]",
        "[types]\nstatus = [\"shipped\", \"paid\", \"delivered\", \"closed\", \"opened\"]\n\n[tech_fields]",
        1,
    );
    place.configure(&config);
    for ticks in ["10", "20"] {
        place.finish(&[&UNLIMITED[..], &["--until-tick", ticks]].concat(), 0).await;
    }
    for command in [&["verify", "--shops", "shops.toml"][..], &["reset", "--shops", "shops.toml", "--yes"]] {
        let done = place.shopsim(command);
        assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    }
    let client = server.superuser("shop").await;
    assert_eq!(number(&client, "SELECT pg_catalog.count(*) FROM caught").await, 0);
}
