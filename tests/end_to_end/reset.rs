//! `shopsim reset`: it shows, asks, drops what it has shown and nothing else; and what a run never drops.

use std::io::Write;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use shopsim::pg::lock_key;
use shopsim::quoting::qualified;
use shopsim::stream::OUTPUT_VERSION;

use super::harness::{Output, Place, UNLIMITED, chain, edit, free_port, until};
use super::oracle::{self, plan};
use super::server::{Server, exists, last_tick, number, untouched};

const RESET: [&str; 4] = ["reset", "--shops", "shops.toml", "--yes"];

fn shop(name: &str, server: &Server, database: &str) -> String {
    format!(
        "name = \"{name}\"\nseed = 4321\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\ndatabase = {:?}",
        server.url(database)
    )
}

fn ticks(ticks: &str) -> Vec<&str> {
    [&UNLIMITED[..], &["--until-tick", ticks]].concat()
}

/// `shopsim reset` on a terminal, where somebody types an answer.
fn on_a_terminal(place: &Place, answer: &str) -> Output {
    let program = env!("CARGO_BIN_EXE_shopsim");
    let mut child = Command::new("script")
        .args(["-qec", &format!("{program} reset --shops shops.toml"), "/dev/null"])
        .current_dir(place.path(""))
        .env("SHOPSIM_STATE_DIR", place.state())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(answer.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Output { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[tokio::test]
async fn a_reset_shows_what_goes_asks_and_drops_that_and_nothing_else() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["other"]).await;
    let config = chain(&[shop("a", &server, "shop"), shop("b", &server, "other")]);
    place.configure(
        &edit(&config, "[tables.customers]", "[tables.former]")
            .replace("tables.customers.", "tables.former."),
    );
    place.finish(&ticks("3"), 0).await;
    // The config has another table by now, which somebody made by hand; others are none of the shop's.
    place.configure(&config);
    let client = server.client("shop").await;
    let by_hand = "CREATE TABLE customers (note text); CREATE TABLE strange (note text); CREATE SCHEMA s; \
                   CREATE TABLE s.orders (note text)";
    client.batch_execute(by_hand).await.unwrap();
    let before = untouched(&client).await;

    let unasked = place.shopsim(&RESET[..3]);
    assert_eq!((unasked.code, &*unasked.out), (Some(2), ""), "{}", unasked.err);
    assert!(unasked.err.contains("`--yes`"), "{}", unasked.err);
    for answer in ["n\n", "\n", "yes please\n", "\u{4}"] {
        let refused = on_a_terminal(&place, answer);
        assert_eq!(refused.code, Some(1), "{answer:?}: {}", refused.out);
        for part in [
            &format!("a at postgresql://shop@127.0.0.1:{}/shop: 3 tables: ", server.port()),
            "public.former, public.orders, public.products; 1 table that shopsim did not create: public.customers;",
            "its checkpoint, after tick 2",
            &format!("b at postgresql://shop@127.0.0.1:{}/other: 3 tables: ", server.port()),
            "Drop all of this? [y/N]",
            "nothing was dropped",
        ] {
            assert!(refused.out.contains(part), "{part} in:\n{}", refused.out);
        }
        assert_eq!(untouched(&client).await, before);
    }

    let done = place.shopsim(&[&RESET[..], &["--only", "a"]].concat());
    assert_eq!((done.code, &*done.out), (Some(0), "a: dropped 4 tables\n"), "{}", done.err);
    for (relation, there) in [
        ("public.customers", false),
        ("public.former", false),
        ("public.orders", false),
        ("public.products", false),
        ("public.strange", true),
        ("s.orders", true),
    ] {
        assert_eq!(exists(&client, relation).await, there, "{relation}");
    }
    for state in ["checkpoint", "config", "pause"] {
        let rows = format!("SELECT count(*) FROM shopsim.{state} WHERE shop = 'a'");
        assert_eq!(number(&client, &rows).await, 0, "{state}");
    }
    assert_eq!(last_tick(&server.client("other").await, "b").await, Some(2), "it was not asked for");
    let again = place.shopsim(&[&RESET[..], &["--only", "a"]].concat());
    assert_eq!((again.code, &*again.out), (Some(0), ""));
    assert!(again.err.contains("a: nothing to drop"), "{}", again.err);

    let done = on_a_terminal(&place, "y\n");
    assert!(done.code == Some(0) && done.out.contains("b: dropped 3 tables"), "{}", done.out);
    place.finish(&ticks("4"), 0).await;
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "a")).await;
    assert_eq!(standing.ticks, 4);
}

#[tokio::test]
async fn a_reset_of_private_servers_starts_those_that_are_there_and_makes_none() {
    let shop = |name: &str| {
        format!(
            "name = \"{name}\"\nport = {}\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"",
            free_port()
        )
    };
    let config = chain(&[shop("made"), shop("unmade")]);
    let place = Place::new(&config);
    place.finish(&[&ticks("3")[..], &["--only", "made"]].concat(), 0).await;
    let done = place.shopsim(&RESET);
    assert_eq!((done.code, &*done.out), (Some(0), "made: dropped 3 tables\n"), "{}", done.err);
    assert!(done.err.contains("unmade: nothing to drop"), "{}", done.err);
    assert!(!place.state().join("unmade").exists(), "a server was made to be reset");
    assert!(place.postmaster("made").is_none(), "a server outlived the reset");
    place.finish(&[&ticks("2")[..], &["--only", "made"]].concat(), 0).await;
    assert_eq!(oracle::assert_shop_agrees(&place, &config, "made").await.ticks, 2);
}

#[tokio::test]
async fn a_shop_that_a_simulator_runs_is_never_reset_by_another_whatever_its_schema() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["other"]).await;
    let config = chain(&[shop("run", &server, "shop"), shop("still", &server, "other")]);
    place.configure(&config);
    place.finish(&[&ticks("2")[..], &["--only", "still"]].concat(), 0).await;
    let mut first = place.run(&["--only", "run"]);
    first.until_log("run: committed tick=1 ").await;
    let client = server.client("shop").await;
    client.batch_execute("CREATE SCHEMA elsewhere").await.unwrap();
    let made =
        "SELECT sum(oid::bigint)::bigint FROM pg_class WHERE relname IN ('customers', 'orders', 'products')";
    let before = number(&client, made).await;
    for schema in ["elsewhere", "public"] {
        place.configure(&edit(&config, "name = \"run\"", &format!("name = \"run\"\nschema = \"{schema}\"")));
        let mut second = place.run(&["--only", "run", "--reset", "--log-dir", "logs-of-the-second"]);
        second.until_log("another simulator").await;
        second.kill();
        let reset = place.shopsim(&RESET);
        assert_eq!(reset.code, Some(3), "{}{}", reset.out, reset.err);
        let told = "run: not reset: shop `run` is already run by another simulator: backend ";
        assert!(reset.err.contains(told), "{}", reset.err);
        assert_eq!(number(&client, made).await, before, "tables were dropped under a running shop");
    }
    assert!(!exists(&server.client("other").await, "orders").await, "the other shop is reset all the same");
    let stood = last_tick(&client, "run").await.unwrap();
    first.until_log(&format!("run: committed tick={} ", stood + 1)).await;
    first.signal(Signal::SIGTERM);
    first.end(0).await;
    oracle::assert_engine_agrees(&client, &plan(&config, "run")).await;
}

#[tokio::test]
async fn what_stands_in_a_table_is_never_executed() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&chain(&[shop("a", &server, "shop")]));
    place.finish(&ticks("2"), 0).await;
    let client = server.client("shop").await;
    client.batch_execute("CREATE TABLE precious (note text)").await.unwrap();
    for planted in [
        "b.nothing; drop table public.precious",
        "\"b\".\"nothing\"; drop table \"public\".\"precious\"",
        "\"public\".\"orders\", \"public\".\"precious\"",
        "public.precious",
        "",
    ] {
        client.execute("UPDATE shopsim.config SET tables = ARRAY[$1]", &[&planted]).await.unwrap();
        let before = untouched(&client).await;
        let told = format!("shopsim.config lists {planted:?} among the tables of shop `a`");
        let run = place.finish(&[&ticks("2")[..], &["--reset"]].concat(), 2).await;
        let reset = place.shopsim(&RESET);
        assert_eq!(reset.code, Some(3), "{}", reset.err);
        for err in [reset.err, run.err] {
            assert!(err.contains(&told), "{told} in:\n{err}");
        }
        assert_eq!(untouched(&client).await, before);
    }
    // Names of the right form that are of no table, and what is no table under a table's name.
    let names = [qualified("no\".\"where", "x; drop table \"precious"), qualified("public", "seen")];
    client.execute("UPDATE shopsim.config SET tables = $1", &[&&names[..]]).await.unwrap();
    client.batch_execute("CREATE VIEW seen AS TABLE precious").await.unwrap();
    let reset = place.shopsim(&RESET);
    assert_eq!((reset.code, &*reset.out), (Some(0), "a: dropped 3 tables\n"), "{}", reset.err);
    assert!(exists(&client, "precious").await && exists(&client, "seen").await);
}

#[tokio::test]
async fn a_run_resets_a_shop_once_and_not_again_when_it_comes_back() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&chain(&[shop("a", &server, "shop")]));
    place.finish(&ticks("5"), 0).await;
    let client = server.client("shop").await;
    let mut run = place.run(&["--reset"]);
    run.until_log("`--reset` will be removed in the next release").await;
    run.until_log("a: committed tick=1 ").await;
    // As if another run had been there in between.
    client.batch_execute("UPDATE shopsim.config SET run = 'of another'").await.unwrap();
    let end =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'shopsim/a'";
    assert_eq!(number(&client, end).await, 1);
    run.until_nth_log("a: resuming after tick ", 1).await;
    until("a tick more", async || last_tick(&client, "a").await >= Some(3)).await;
    assert!(number(&client, "SELECT min(order_id)::bigint FROM orders").await == 1);
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}

#[tokio::test]
async fn what_one_shop_made_no_other_shop_of_the_database_writes_or_drops() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&chain(&[shop("a", &server, "shop")]));
    let client = server.client("shop").await;
    let run = place.run(&[]);
    until("two ticks", async || last_tick(&client, "a").await >= Some(1)).await;
    // Another config, or another name for the same shop, on the same tables.
    place.configure(&chain(&[shop("b", &server, "shop")]));
    let belongs =
        "table \"public\".\"customers\" belongs to shop `a`, so shop `b` neither writes nor drops it";
    for arguments in
        [&RESET[..], &["run", "--shops", "shops.toml"], &["run", "--shops", "shops.toml", "--reset"]]
    {
        let refused = place.shopsim(arguments);
        assert!(matches!(refused.code, Some(2 | 3)), "{:?}: {}", refused.code, refused.err);
        assert!(refused.err.contains(belongs), "{}", refused.err);
    }
    let stood = last_tick(&client, "a").await;
    until("it goes on", async || last_tick(&client, "a").await > stood).await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    // Also where the tables are gone: they would be two shops' when both go on.
    client.batch_execute("DROP TABLE customers, orders, products").await.unwrap();
    let before = untouched(&client).await;
    let refused = place.shopsim(&["run", "--shops", "shops.toml"]);
    assert!(refused.code == Some(2) && refused.err.contains(belongs), "{}", refused.err);
    assert_eq!(untouched(&client).await, before);
}

#[tokio::test]
async fn a_database_of_an_earlier_version_is_refused_by_name_and_after_a_reset_is_as_good_as_new() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[shop("a", &server, "shop")]);
    place.configure(&config);
    place.finish(&ticks("3"), 0).await;
    let client = server.client("shop").await;
    let earlier = "ALTER TABLE shopsim.checkpoint DROP COLUMN anchor_at, DROP COLUMN pace; \
                   UPDATE shopsim.checkpoint SET output_version = 1";
    client.batch_execute(earlier).await.unwrap();

    let before = untouched(&client).await;
    let told = format!("output version 1 → {OUTPUT_VERSION}");
    let refused = place.finish(&ticks("6"), 2).await;
    assert!(refused.err.contains(&told) && refused.err.contains("shopsim reset --only a"), "{}", refused.err);
    for command in [&["check", "--database"][..], &["verify"]] {
        let looked = place.shopsim(command);
        assert!(
            (looked.out.clone() + &looked.err).contains(&told),
            "{command:?}: {}{}",
            looked.out,
            looked.err
        );
    }
    assert_eq!(untouched(&client).await, before);

    let done = place.shopsim(&RESET);
    assert_eq!((done.code, &*done.out), (Some(0), "a: dropped 3 tables\n"), "{}", done.err);
    place.finish(&ticks("4"), 0).await;
    assert_eq!(oracle::assert_engine_agrees(&client, &plan(&config, "a")).await.ticks, 4);
}

#[tokio::test]
async fn a_reset_waits_a_moment_for_a_session_that_is_ending() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[shop("a", &server, "shop")]);
    place.configure(&config);
    place.finish(&ticks("2"), 0).await;
    let ending = server.client("shop").await;
    let key = lock_key("shopsim/a");
    ending.execute("SELECT pg_advisory_lock($1)", &[&key]).await.unwrap();

    let mut reset = place.start_shopsim(&RESET);
    let client = server.client("shop").await;
    let asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shopsim/a' AND query LIKE '%pg_try_advisory_lock%'";
    until("the reset to ask for the lock", async || number(&client, asked).await == 1 || reset.is_over())
        .await;
    drop(ending);
    let ended = reset.end(0).await;
    assert!(ended.out.contains("a: dropped 3 tables"), "{}{}", ended.out, ended.err);
}
