//! Settings of a role that would change what shopsim writes, reads or lives through: it makes its own.

use super::harness::{Place, chain};
use super::oracle::{self, plan};
use super::server::{Server, copy};

/// A setting, what it is set to for the role of a shop, and what it is in the shop's ticks.
///
/// The limits of time are of the size of what they would interrupt: a tick that takes 400 ms, and 3 s between two.
const HOSTILE: [(&str, &str, &str); 33] = [
    ("statement_timeout", "150ms", "0"),
    ("transaction_timeout", "150ms", "0"),
    ("idle_session_timeout", "2s", "0"),
    ("lock_timeout", "1ms", "7500"),
    ("idle_in_transaction_session_timeout", "0", "10000"),
    ("tcp_keepalives_idle", "7000", "10"),
    ("tcp_keepalives_interval", "70", "2"),
    ("tcp_keepalives_count", "7", "3"),
    ("tcp_user_timeout", "7000000", "10000"),
    ("client_connection_check_interval", "0", "10000"),
    ("TimeZone", "Asia/Tokyo", "UTC"),
    ("DateStyle", "SQL, DMY", "ISO, YMD"),
    ("IntervalStyle", "iso_8601", "postgres"),
    ("bytea_output", "escape", "hex"),
    ("extra_float_digits", "-15", "1"),
    ("lc_monetary", "POSIX", "C"),
    ("quote_all_identifiers", "on", "off"),
    ("standard_conforming_strings", "off", "on"),
    ("array_nulls", "off", "on"),
    ("default_transaction_isolation", "serializable", "read committed"),
    ("transaction_isolation", "", "read committed"),
    ("row_security", "off", "on"),
    ("synchronous_commit", "remote_apply", "off"),
    ("enable_hashjoin", "on", "off"),
    ("enable_mergejoin", "on", "off"),
    ("enable_seqscan", "on", "off"),
    ("enable_nestloop", "off", "on"),
    ("enable_indexscan", "off", "on"),
    ("plan_cache_mode", "force_custom_plan", "force_generic_plan"),
    ("jit", "on", "off"),
    ("vacuum_cost_delay", "100ms", "0"),
    ("client_min_messages", "debug5", "error"),
    ("search_path", "other, pg_catalog, public", "pg_catalog, other, pg_catalog, public"),
];

#[tokio::test]
async fn no_setting_of_role_or_database_changes_what_a_shop_writes_and_reads_or_ends_its_session() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let superuser = server.superuser("postgres").await;
    let known = copy(&superuser, "SELECT name FROM pg_settings").await;
    let known: Vec<&str> = known.lines().collect();
    let hostile: Vec<_> = HOSTILE.into_iter().filter(|(name, _, _)| known.contains(name)).collect();
    let shop = |number: usize| {
        let (name, port) = (format!("shop_{number}"), server.port());
        format!(
            "name = \"{name}\"\nseed = 1\ntick_interval = \"1m\"\npace = \"20x\"\nupdate_not_older_than = \"3m\"\n\
             database = \"postgres://{name}:shop@127.0.0.1:{port}/{name}\""
        )
    };
    let config = chain(&(0..hostile.len()).map(shop).collect::<Vec<_>>());
    place.configure(&config);
    for number in 0..hostile.len() {
        let name = format!("shop_{number}");
        let role = format!("CREATE ROLE {name} LOGIN PASSWORD 'shop'");
        superuser.batch_execute(&role).await.unwrap();
        superuser.batch_execute(&format!("CREATE DATABASE {name} OWNER {name}")).await.unwrap();
    }
    place.finish(&["-q", "--until-tick", "1"], 0).await;

    let names: Vec<String> = hostile.iter().map(|(name, _, _)| format!("'{name}'")).collect();
    for (number, (setting, value, _)) in hostile.iter().enumerate() {
        let name = format!("shop_{number}");
        let of_shop = server.superuser(&name).await;
        // Each tick takes its time and tells under which settings; `other` has a type that shopsim names, too.
        let tell = format!(
            "CREATE SCHEMA other; CREATE DOMAIN other.text AS int; GRANT USAGE ON SCHEMA other TO public;
             CREATE TABLE public.told AS SELECT name, setting FROM pg_settings LIMIT 0;
             CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                 INSERT INTO public.told SELECT name, setting FROM pg_settings WHERE name IN ({});
                 PERFORM pg_sleep(0.4);
                 RETURN NULL;
             END $$;
             CREATE TRIGGER tell AFTER INSERT ON public.orders EXECUTE FUNCTION public.tell()",
            names.join(", ")
        );
        of_shop.batch_execute(&tell).await.unwrap();
        if !value.is_empty() {
            let value = if *setting == "search_path" { (*value).to_owned() } else { format!("'{value}'") };
            let alter = format!("ALTER ROLE {name} SET {setting} = {value}");
            superuser.batch_execute(&alter).await.unwrap();
        }
    }
    let ended = place.finish(&["-q", "--until-tick", "4"], 0).await;
    let trouble = |line: &&str| ["waiting", "failed", "given up"].iter().any(|word| line.contains(word));
    let troubles: Vec<&str> = ended.err.lines().filter(trouble).collect();
    assert!(troubles.is_empty(), "{hostile:?}:\n{}", troubles.join("\n"));
    for (number, (setting, value, _)) in hostile.iter().enumerate() {
        let name = format!("shop_{number}");
        let client = server.superuser(&name).await;
        // A search path that does not name `pg_catalog` is left as it is.
        let decides = |wanted: &str| wanted != "search_path" || wanted == *setting;
        for (wanted, _, then) in hostile.iter().filter(|wanted| decides(wanted.0)) {
            let told = format!("SELECT DISTINCT setting FROM told WHERE name = '{wanted}'");
            assert_eq!(copy(&client, &told).await.trim(), *then, "{wanted} with {setting} = {value}");
        }
        oracle::assert_engine_agrees(&client, &plan(&config, &name)).await;
    }
    let verdict = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verdict.code, Some(0), "{}{}", verdict.out, verdict.err);
}

#[tokio::test]
async fn options_of_the_connection_are_what_its_session_begins_with() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let url = format!("{}?options=-c%20default_transaction_read_only%3Don", server.url("shop"));
    place.configure(&chain(&[format!(
        "name = \"read\"\ntick_interval = \"1m\"\nupdate_not_older_than = \"3m\"\ndatabase = \"{url}\""
    )]));
    let mut run = place.run(&[]);
    run.until_log("read: waiting for its server: cannot create the schema shopsim: cannot execute CREATE SCHEMA in a read-only")
        .await;
    run.signal(nix::sys::signal::Signal::SIGTERM);
    run.end(0).await;
}
