//! Faults of servers and of the network, while the process runs on.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rand_xoshiro::SplitMix64;
use tokio::time::{Instant, sleep};

use super::harness::{Place, below, chain, random, until};
use super::proxy::{Network, Proxy};
use super::server::{Server, last_tick};
use super::{Tally, assert_calm, storm_seconds, verify};

/// The shops that are hit, two on each of two servers.
const SHOPS: [(&str, usize, &str); 4] =
    [("a", 0, "pause"), ("b", 0, "catch-up"), ("c", 1, "pause"), ("d", 1, "catch-up")];

/// What may happen.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Cut,
    BlackHole,
    Slow,
    Trickle,
    CutAfterCommit,
    ImmediateStop,
    StopInCopy,
    StopInCommit,
    SlowRecovery,
    FastStop,
    Terminate,
    ReadOnly,
    Full,
    TableLock,
    Deadlock,
    LongRead,
}

const FAULTS: [(Fault, &str); 16] = [
    (Fault::Cut, "network: cut"),
    (Fault::BlackHole, "network: black hole, at times longer than the deadline"),
    (Fault::Slow, "network: delay"),
    (Fault::Trickle, "network: one byte at a time"),
    (Fault::CutAfterCommit, "network: cut after COMMIT was sent, before its answer"),
    (Fault::ImmediateStop, "server: immediate stop, recovery, start"),
    (Fault::StopInCopy, "server: immediate stop in the middle of COPY, start"),
    (Fault::StopInCommit, "server: immediate stop after COMMIT came, before its answer, start"),
    (Fault::SlowRecovery, "server: immediate stop, a recovery that takes its time"),
    (Fault::FastStop, "server: fast stop, start"),
    (Fault::Terminate, "server: pg_terminate_backend"),
    (Fault::ReadOnly, "server: read-only for a while"),
    (Fault::Full, "server: max_connections reached"),
    (Fault::TableLock, "server: a table locked longer than the deadline"),
    (Fault::Deadlock, "server: deadlock with another writer"),
    (Fault::LongRead, "server: a reading transaction that stays open"),
];

/// The shop with so many rows a tick that they are copied.
const COPYING: usize = 0;

/// All that a storm plays with.
struct Scene {
    place: Place,
    servers: Vec<Option<Server>>,
    proxies: Vec<Proxy>,
    random: SplitMix64,
}

impl Scene {
    async fn new() -> Self {
        let random = random();
        let place = Place::new("");
        let mut servers = Vec::new();
        for name in ["one", "two", "calm"] {
            let server = Server::new(&place, name).await;
            server.create_databases(&["a", "b", "c", "d", "calm"]).await;
            servers.push(Some(server));
        }
        let port = |at: usize| servers[at].as_ref().map_or(0, Server::port);
        let mut proxies = Vec::new();
        for (_, server, _) in SHOPS {
            proxies.push(Proxy::new(port(server)).await);
        }
        let windows = "delete_older_than = \"1m\"\nupdate_not_older_than = \"20s\"\nstop_after = \"0s\"";
        let mut shops: Vec<String> = SHOPS
            .iter()
            .zip(&proxies)
            .enumerate()
            .map(|(at, ((name, _, after_downtime), proxy))| {
                let many = "\n[shop.tables.orders]\ninsert_rows_per_tick = 1000";
                format!(
                    "name = \"{name}\"\ntick_interval = \"1s\"\npace = \"20x\"\n{windows}\n\
                     tick_deadline = \"1s\"\nafter_downtime = \"{after_downtime}\"\n\
                     database = \"postgres://shop:shop@127.0.0.1:{}/{name}\"{}",
                    proxy.port,
                    if at == COPYING { many } else { "" }
                )
            })
            .collect();
        shops.push(format!(
            "name = \"calm\"\ntick_interval = \"2s\"\n{windows}\ndatabase = \"postgres://shop:shop@127.0.0.1:{}/calm\"",
            port(2)
        ));
        let supervisor =
            "[supervisor]\nbackoff_initial = \"20ms\"\nbackoff_max = \"200ms\"\nmax_restarts = 100000\n";
        place.configure(&format!("{}\n{supervisor}", chain(&shops)));
        Self { place, servers, proxies, random }
    }

    fn below(&mut self, bound: u64) -> u64 {
        below(&mut self.random, bound)
    }

    async fn pause(&mut self, most: u64) {
        let millis = self.below(most);
        sleep(Duration::from_millis(millis)).await;
    }

    fn server(&self, shop: usize) -> &Server {
        self.servers[SHOPS[shop].1].as_ref().expect("a server that is up")
    }

    /// Does one thing to one shop, and undoes it.
    async fn strike(&mut self, fault: Fault, shop: usize) {
        let name = SHOPS[shop].0;
        match fault {
            Fault::Cut => self.proxies[shop].cut(),
            Fault::BlackHole => self.network(shop, Network::BlackHole, 2_000).await,
            Fault::Slow => self.network(shop, Network::Slow(Duration::from_millis(80)), 1_000).await,
            Fault::Trickle => self.network(shop, Network::Trickle, 500).await,
            Fault::CutAfterCommit => self.network(shop, Network::CutAfterCommit, 300).await,
            Fault::ImmediateStop => self.restart(shop, Signal::SIGQUIT, false).await,
            Fault::StopInCopy => self.restart_after(COPYING, b"PGCOPY").await,
            Fault::StopInCommit => self.restart_after(shop, b"COMMIT").await,
            Fault::SlowRecovery => self.restart(shop, Signal::SIGQUIT, true).await,
            Fault::FastStop => self.restart(shop, Signal::SIGINT, false).await,
            Fault::Terminate => {
                let superuser = self.server(shop).superuser(name).await;
                let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shop'";
                superuser.batch_execute(kill).await.unwrap();
            }
            Fault::ReadOnly => {
                self.server(shop).alter_system(&[("default_transaction_read_only", "on")]).await;
                self.proxies[shop].cut();
                self.pause(800).await;
                self.server(shop).alter_system(&[("default_transaction_read_only", "off")]).await;
            }
            Fault::Full => {
                // One connection after the other until the server has none left for anybody but superusers.
                let mut taken = Vec::new();
                while let Ok(client) = self.server(shop).try_client(name).await {
                    taken.push(client);
                }
                self.proxies[shop].cut();
                self.pause(800).await;
            }
            Fault::TableLock => {
                let client = self.server(shop).client(name).await;
                let lock = "BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE";
                if client.batch_execute(lock).await.is_ok() {
                    self.pause(2_500).await;
                }
                // The session ends with the lock.
            }
            Fault::Deadlock => {
                let client = self.server(shop).client(name).await;
                let lock = |table: &str| format!("SELECT FROM {table} FOR UPDATE");
                // In the order opposite to a tick's. Either side may be the one that the server ends.
                let first = client.batch_execute(&format!("BEGIN; {}", lock("orders"))).await;
                if first.is_ok() {
                    self.pause(400).await;
                    drop(client.batch_execute(&lock("customers")).await);
                }
            }
            Fault::LongRead => {
                let client = self.server(shop).client(name).await;
                let read = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM orders";
                client.batch_execute(read).await.unwrap();
                self.pause(1_500).await;
            }
        }
    }

    async fn network(&mut self, shop: usize, network: Network, most: u64) {
        self.proxies[shop].set(network);
        self.pause(most).await;
        self.proxies[shop].set(Network::Well);
    }

    /// Ends a server while a shop waits for the answer to something that has just reached the server.
    async fn restart_after(&mut self, shop: usize, word: &'static [u8]) {
        self.proxies[shop].set(Network::HoldAfter(word));
        let proxy = &self.proxies[shop];
        until("the word on its way", async || proxy.network() == Network::BlackHole).await;
        self.restart(shop, Signal::SIGQUIT, false).await;
        self.proxies[shop].set(Network::Well);
    }

    /// Ends a server and starts it again; both of its shops are without it meanwhile. A slow recovery answers
    /// for a while that the server is starting up.
    async fn restart(&mut self, shop: usize, signal: Signal, slowly: bool) {
        let at = SHOPS[shop].1;
        let server = self.servers[at].take().expect("a server that is up");
        let (name, port) = (["one", "two"][at], server.port());
        let postmaster = self.place.postmaster(name).unwrap();
        kill(postmaster, signal).unwrap();
        until("the server is gone", async || self.place.postmaster(name) != Some(postmaster)).await;
        drop(server);
        self.pause(600).await;
        let halt = Duration::from_millis(if slowly { self.below(2_000) } else { 0 });
        let start = Server::start(&self.place, name, port, "shop");
        self.servers[at] = Some(tokio::join!(start, halt_recovery(&self.place, name, halt)).0);
    }
}

/// Stops the process that recovers a server, if it is still at it, for a while.
async fn halt_recovery(place: &Place, name: &str, halt: Duration) {
    let began = Instant::now();
    while !halt.is_zero() && began.elapsed() < Duration::from_secs(5) {
        let recovering = place.postmaster(name).and_then(|postmaster| child(postmaster, "startup"));
        if let Some(recovering) = recovering
            && kill(recovering, Signal::SIGSTOP).is_ok()
        {
            sleep(halt).await;
            // It waits for us: it cannot be gone.
            kill(recovering, Signal::SIGCONT).unwrap();
            return;
        }
        sleep(Duration::from_millis(1)).await;
    }
}

/// A server's process whose title holds a word.
fn child(postmaster: Pid, word: &str) -> Option<Pid> {
    let children = format!("/proc/{postmaster}/task/{postmaster}/children");
    let children = std::fs::read_to_string(children).ok()?;
    let titled = |pid: &&str| {
        std::fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|title| title.contains(word))
    };
    Some(Pid::from_raw(children.split_whitespace().find(titled)?.parse().ok()?))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_servers_and_network_no_tick_is_lost_and_a_calm_shop_keeps_its_times() {
    let mut scene = Scene::new().await;
    let mut run = scene.place.run(&[]);
    for (shop, ..) in SHOPS {
        run.until_log(&format!("{shop}: committed tick=5 ")).await;
    }
    let (mut tally, began) = (Tally::default(), Instant::now());
    // Each of them once, then any.
    let mut left: Vec<(Fault, &str)> = FAULTS.to_vec();
    while began.elapsed() < Duration::from_secs(storm_seconds()) || !left.is_empty() {
        let (fault, words) = match left.is_empty() {
            true => FAULTS[scene.below(FAULTS.len() as u64) as usize],
            false => left.remove(scene.below(left.len() as u64) as usize),
        };
        let shop = scene.below(SHOPS.len() as u64) as usize;
        println!("{:>7.2?}  {} {words}", began.elapsed(), SHOPS[shop].0);
        scene.strike(fault, shop).await;
        tally.count(words);
        scene.pause(300).await;
        assert!(!run.is_over(), "it ended:\n{}", run.log());
    }
    for (at, (shop, ..)) in SHOPS.iter().enumerate() {
        let client = scene.server(at).client(shop).await;
        let seen = last_tick(&client, shop).await;
        let more = seen.map_or(3, |tick| tick + 3);
        until("the shop ticks again", async || last_tick(&client, shop).await >= Some(more)).await;
    }
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    let verdict = verify(&scene.place);
    assert_calm(scene.servers[2].as_ref().unwrap(), "calm").await;
    println!("survived in {:.0?}:\n{tally}{}", began.elapsed(), verdict);
}
