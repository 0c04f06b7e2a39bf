//! Servers that turn a shop away: told with its name and the remedy, while the other shops run on.

use super::harness::{Place, UNLIMITED, chain};
use super::oracle::{self, plan};
use super::server::{Server, last_tick};

fn shop(name: &str, database: &str) -> String {
    format!(
        "name = \"{name}\"\ntick_interval = \"15s\"\nupdate_not_older_than = \"40s\"\ndatabase = \"{database}\""
    )
}

#[tokio::test]
async fn shops_that_are_turned_away_for_good_are_given_up_while_the_others_run_to_their_end() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["closed", "unmade", "narrow", "one", "two", "three"]).await;
    let superuser = server.superuser("unmade").await;
    superuser.batch_execute("CREATE ROLE guest LOGIN PASSWORD 'guest'").await.unwrap();
    // A role that may make the schema `shopsim`, but no tables in the shop's schema.
    let grants = "GRANT CREATE ON DATABASE narrow TO guest";
    superuser.batch_execute(grants).await.unwrap();
    let narrow = server.superuser("narrow").await;
    narrow.batch_execute("REVOKE ALL ON SCHEMA public FROM PUBLIC").await.unwrap();
    let at =
        |login: &str, database: &str| format!("postgres://{login}127.0.0.1:{}/{database}", server.port());
    let cases = [
        ("wrong-password", at("shop:guess@", "one"), "check `user` and `password`"),
        ("no-password", at("shop@", "two"), "password"),
        ("no-such-role", at("nobody:shop@", "three"), "check `user` and `password`"),
        ("no-database", at("shop:shop@", "nowhere"), "create the database, or correct its name"),
        ("no-right", at("guest:guest@", "unmade"), "GRANT CREATE"),
        ("no-right-in-schema", at("guest:guest@", "narrow"), "GRANT CREATE"),
    ];
    let mut shops: Vec<String> = cases.iter().map(|(name, url, _)| shop(name, url)).collect();
    shops.insert(2, shop("well", &server.url("closed")));
    let config = chain(&shops);
    place.configure(&config);
    let options = [&UNLIMITED[..], &["--until-tick", "60"]].concat();
    let ended = place.finish(&options, 3).await;
    for (name, _, remedy) in &cases {
        let line = ended.err.lines().find(|line| line.contains(&format!("ERROR {name}: given up")));
        let line = line.unwrap_or_else(|| panic!("{name} is not told of:\n{}", ended.err));
        assert!(line.contains(remedy), "{remedy} in: {line}");
        assert!(
            ended.out.lines().any(|line| line.contains(name) && line.contains("given up")),
            "{}",
            ended.out
        );
    }
    let standing = oracle::assert_engine_agrees(&server.client("closed").await, &plan(&config, "well")).await;
    assert_eq!((standing.ticks, &*standing.pauses), (60, &[][..]));
    let half = "SELECT count(*) FROM pg_namespace WHERE nspname = 'shopsim'";
    assert_eq!(super::server::number(&narrow, half).await, 0, "a start that failed left something");
}

#[tokio::test]
async fn a_server_that_is_not_up_yet_is_waited_for_and_the_others_do_not_wait() {
    let place = Place::new("");
    let late = Server::new(&place, "late").await;
    let (port, url) = (late.port(), late.url("shop"));
    late.stop().await;
    let there = Server::new(&place, "there").await;
    let config = chain(&[shop("late", &url), shop("there", &there.url("shop"))]);
    place.configure(&config);
    let options = [&UNLIMITED[..], &["--until-tick", "60"]].concat();
    let mut run = place.run(&options);
    run.until_log("late: waiting for its server: cannot connect").await;
    run.until_log("there: finished").await;
    assert!(!run.is_over());
    let late = Server::start(&place, "late", port, "shop").await;
    let ended = run.end(0).await;
    assert!(
        ended.out.lines().any(|line| line.contains("late") && line.contains("finished")),
        "{}",
        ended.out
    );
    for (server, name) in [(&late, "late"), (&there, "there")] {
        let client = server.client("shop").await;
        assert_eq!(last_tick(&client, name).await, Some(59));
        oracle::assert_engine_agrees(&client, &plan(&config, name)).await;
    }
}

#[tokio::test]
async fn ids_taken_by_others_stop_the_shop_with_the_remedy_and_leave_no_half_tick() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[shop("taken", &server.url("shop"))]);
    place.configure(&config);
    let ticks = |ticks| [&UNLIMITED[..], &["--until-tick", ticks]].concat();
    place.finish(&ticks("2"), 0).await;
    let client = server.client("shop").await;
    client.batch_execute("INSERT INTO products (product_id, price) VALUES (25, 1)").await.unwrap();
    let ended = place.finish(&ticks("9"), 3).await;
    assert!(
        ended.err.contains("taken: given up") && ended.err.contains("ids that shopsim assigns"),
        "{}",
        ended.err
    );
    client.batch_execute("DELETE FROM products WHERE product_id = 25").await.unwrap();
    let standing = oracle::assert_engine_agrees(&client, &plan(&config, "taken")).await;
    assert_eq!(standing.ticks, 2);
    place.finish(&ticks("9"), 0).await;
    oracle::assert_engine_agrees(&client, &plan(&config, "taken")).await;
}

#[tokio::test]
async fn a_table_that_somebody_locks_is_waited_for_and_no_failure() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    place.configure(&chain(&[format!(
        "name = \"a\"\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\ntick_deadline = \"1s\"\n\
         database = {:?}",
        server.url("shop")
    )]));
    let mut run = place.run(&[]);
    run.until_log("committed tick=1 ").await;
    let client = server.client("shop").await;
    client.batch_execute("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE").await.unwrap();
    // In a tick, and then when its statements are prepared again.
    run.until_log("cannot begin a tick: canceling statement due to lock timeout").await;
    run.until_log("cannot prepare the statements of orders: canceling statement due to lock timeout").await;
    client.batch_execute("ROLLBACK").await.unwrap();
    let stood = last_tick(&client, "a").await;
    crate::harness::until("it goes on", async || last_tick(&client, "a").await > stood).await;
    run.signal(nix::sys::signal::Signal::SIGTERM);
    let ended = run.end(0).await;
    assert!(!ended.err.contains("failed, restarting in"), "{}", ended.err);
}

#[tokio::test]
async fn a_row_of_others_with_an_id_that_a_later_tick_assigns_is_told_of_long_before_the_shop_ends_there() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let keys =
        "name = \"a\"\nseed = 7\ntick_interval = \"15s\"\nupdate_not_older_than = \"1m\"\nstop_after = \"0\"";
    place.configure(&chain(&[format!("{keys}\ndatabase = {:?}", server.url("shop"))]));
    let until = |ticks: &str| {
        let options = [&UNLIMITED[..], &["--until-tick", ticks]].concat();
        options.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let run = async |ticks: &str, code| {
        let options = until(ticks);
        place.finish(&options.iter().map(String::as_str).collect::<Vec<_>>(), code).await
    };
    run("2", 0).await;
    let client = server.client("shop").await;
    let insert =
        "INSERT INTO orders (order_id) VALUES (701), (902); INSERT INTO orders (quantity) VALUES (1)";
    client.batch_execute(insert).await.unwrap();
    let ended = run("3", 0).await;
    let told =
        "WARN a: a row inserted outside shopsim has an id that tick 7 assigns: the shop will fail there";
    assert_eq!(ended.err.matches(told).count(), 1, "{}", ended.err);
    assert!(ended.err.contains("id=701") && !ended.err.contains("902"), "{}", ended.err);
    let verified = place.shopsim(&["verify"]);
    assert!(
        verified.out.contains("orders 701: the row is unexpected, and a later tick assigns its id"),
        "{}",
        verified.out
    );
    assert!(run("8", 3).await.err.contains("rows were inserted by hand with ids that shopsim assigns"));
    client.batch_execute("DELETE FROM orders WHERE order_id IN (701, 902)").await.unwrap();
    assert!(!run("10", 0).await.err.contains("WARN"));
}

#[tokio::test]
async fn a_table_whose_owner_changed_is_told_with_the_owner_as_the_cure() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = chain(&[shop("foreign", &server.url("shop"))]);
    place.configure(&config);
    let ticks = |ticks| [&UNLIMITED[..], &["--until-tick", ticks]].concat();
    place.finish(&ticks("2"), 0).await;
    let superuser = server.superuser("shop").await;
    for (foreign, back) in [
        ("ALTER TABLE orders OWNER TO postgres", "ALTER TABLE orders OWNER TO shop"),
        ("ALTER TABLE shopsim.checkpoint OWNER TO postgres", "ALTER TABLE shopsim.checkpoint OWNER TO shop"),
        ("ALTER SCHEMA shopsim OWNER TO postgres", "ALTER SCHEMA shopsim OWNER TO shop"),
    ] {
        superuser.batch_execute(foreign).await.unwrap();
        let ended = place.finish(&ticks("4"), 3).await;
        let line = ended.err.lines().find(|line| line.contains("ERROR foreign: given up")).unwrap();
        assert!(line.contains("42501") && line.contains("ALTER TABLE … OWNER TO"), "{foreign}: {line}");
        assert!(!line.contains("GRANT CREATE"), "{foreign}: {line}");
        superuser.batch_execute(back).await.unwrap();
    }
    place.finish(&ticks("4"), 0).await;
    oracle::assert_engine_agrees(&server.client("shop").await, &plan(&config, "foreign")).await;
}
