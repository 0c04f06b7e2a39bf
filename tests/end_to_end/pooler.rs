//! PgBouncer before a server: its sessions are as good as the server's own, its transactions are told of.

use std::fs::File;
use std::process::{Child, Command, Stdio};

use super::harness::{Place, UNLIMITED, chain, free_port, until};
use super::oracle;
use super::server::{Server, number};

/// A pooler before a server, gone with the test.
struct Pooler {
    child: Child,
    port: u16,
}

impl Pooler {
    /// One with this `pool_mode` and more settings; `None` where PgBouncer is not installed.
    async fn new(place: &Place, server: &Server, mode: &str, more: &str) -> Option<Self> {
        let port = free_port();
        place.write(
            &format!("{mode}.ini"),
            &format!(
                "[databases]\n* = host=127.0.0.1 port={} user=shop password=shop\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
                 listen_port = {port}\nauth_type = any\npool_mode = {mode}\nunix_socket_dir =\n{more}\n",
                server.port()
            ),
        );
        let log = place.path(&format!("{mode}.log"));
        let mut command = Command::new("pgbouncer");
        if nix::unistd::geteuid().is_root() {
            // It refuses to be root.
            command.args(["-u", "nobody"]);
        }
        command.arg(place.path(&format!("{mode}.ini"))).stdin(Stdio::null()).stdout(Stdio::null());
        let child = match command.stderr(File::create(&log).unwrap()).spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                println!("skipped: there is no pgbouncer on this machine");
                return None;
            }
            Err(error) => panic!("pgbouncer: {error}"),
        };
        let pooler = Self { child, port };
        until("pgbouncer is up", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok())
            .await;
        Some(pooler)
    }

    fn shop(&self, name: &str, database: &str) -> String {
        format!(
            "name = \"{name}\"\nschema = \"{name}\"\ntick_interval = \"15s\"\nupdate_not_older_than = \"40s\"\n\
             database = \"postgres://shop@127.0.0.1:{}/{database}\"",
            self.port
        )
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn sessions_of_a_pooler_are_as_good_as_the_servers_own() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["pooled"]).await;
    let Some(pooler) = Pooler::new(&place, &server, "session", "").await else { return };
    place.configure(&chain(&[pooler.shop("one", "pooled"), pooler.shop("two", "pooled")]));
    let options = [&UNLIMITED[..], &["--until-tick", "40"]].concat();
    place.finish(&options, 0).await;
    for shop in ["one", "two"] {
        let plan = oracle::plan_in(&place, shop);
        let standing = oracle::assert_engine_agrees(&server.client("pooled").await, &plan).await;
        assert_eq!(standing.ticks, 40, "{shop}");
    }
}

#[tokio::test]
async fn a_pooler_of_transactions_is_told_of_by_name_before_anything_is_made() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["pooled"]).await;
    // One shop alone, for which all would go well by chance, and some beside each other, whichever session is next.
    let runs = [(&["one"][..], ""), (&["one"], "server_round_robin = 1"), (&["one", "two", "three"], "")];
    for (shops, more) in runs {
        let Some(pooler) = Pooler::new(&place, &server, "transaction", more).await else { return };
        let config: Vec<String> = shops.iter().map(|shop| pooler.shop(shop, "pooled")).collect();
        place.configure(&chain(&config));
        let looked = place.shopsim(&["check", "--database"]);
        assert!(looked.code == Some(3) && looked.out.contains("pool_mode = session"), "{}", looked.out);
        let ended = place.finish(&UNLIMITED, 3).await;
        for shop in shops {
            let line = ended.err.lines().find(|line| line.contains(&format!("ERROR {shop}: given up")));
            let line = line.unwrap_or_else(|| panic!("{shop} is not told of:\n{}", ended.err));
            for words in ["PgBouncer", "pool_mode = transaction", "pool_mode = session", "own host and port"]
            {
                assert!(line.contains(words), "{words} in: {line}");
            }
        }
    }
    let made = "SELECT count(*) FROM pg_class WHERE relname IN ('customers', 'checkpoint')";
    assert_eq!(number(&server.client("pooled").await, made).await, 0);
}

#[tokio::test]
async fn a_statement_that_the_pooler_took_away_is_told_as_such_while_a_shop_runs() {
    // The session is one at first: the mode changes under a running shop, as when a provider fails over.
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["pooled"]).await;
    let Some(pooler) = Pooler::new(&place, &server, "session", "").await else { return };
    place.configure(&chain(&[pooler.shop("one", "pooled")]));
    let mut run = place.run(&["--pace", "1000x"]);
    run.until_log("one: committed").await;
    let client = server.client("pooled").await;
    // What transaction pooling does to a session that was idle: somebody else's `DEALLOCATE ALL`. Here by the shop's
    // own backend, from a trigger in its next tick.
    client
        .batch_execute(
            "CREATE FUNCTION one.take_away() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN EXECUTE 'DEALLOCATE ALL'; RETURN NULL; END $$;
             CREATE TRIGGER take_away AFTER INSERT ON one.customers FOR EACH STATEMENT EXECUTE FUNCTION one.take_away()",
        )
        .await
        .unwrap();
    let ended = run.end(3).await;
    let line = ended.err.lines().find(|line| line.contains("ERROR one: given up")).unwrap();
    assert!(line.contains("26000") && line.contains("pool_mode = session"), "{line}");
}

#[tokio::test]
async fn prepared_statements_that_a_pooler_has_renamed_give_it_away() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["pooled"]).await;
    let Some(pooler) = Pooler::new(&place, &server, "session", "server_reset_query =").await else { return };
    // As PgBouncer does from 1.21 on for the clients whose transactions it pools.
    let url = format!("host=127.0.0.1 port={} user=shop dbname=pooled", pooler.port);
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute("PREPARE \"PGBOUNCER_7\" AS SELECT 1").await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
    place.configure(&chain(&[pooler.shop("one", "pooled")]));
    let ended = place.finish(&UNLIMITED, 3).await;
    let line = ended.err.lines().find(|line| line.contains("ERROR one: given up")).unwrap();
    assert!(
        line.contains("not served by a single server session") && line.contains("pool_mode = session"),
        "{line}"
    );
}

#[tokio::test]
async fn a_tick_on_another_backend_than_the_one_with_the_lock_ends_before_it_writes() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let shop = |database: &str| {
        format!(
            "name = \"one\"\ntick_interval = \"15s\"\nupdate_not_older_than = \"40s\"\npace = \"20x\"\n\
             database = \"{database}\""
        )
    };
    place.configure(&chain(&[shop(&server.url("shop"))]));
    let mut run = place.run(&[]);
    run.until_log("one: committed").await;
    // From now on each session takes itself for another one.
    let other = "SET allow_system_table_mods = on;
         ALTER FUNCTION pg_catalog.pg_backend_pid() RENAME TO own_backend_pid;
         CREATE FUNCTION pg_catalog.pg_backend_pid() RETURNS integer LANGUAGE sql
         AS 'SELECT pg_catalog.own_backend_pid() + 1'";
    server.superuser("shop").await.batch_execute(other).await.unwrap();
    let ended = run.end(3).await;
    let line = ended.err.lines().find(|line| line.contains("ERROR one: given up")).unwrap();
    assert!(line.contains("not served by a single server session") && line.contains("PgBouncer"), "{line}");
    oracle::assert_engine_agrees(&server.client("shop").await, &oracle::plan_in(&place, "one")).await;
}
