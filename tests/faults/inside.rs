//! Faults inside the process, which the shipped binary cannot be asked for: panics wherever one may strike, and
//! a wall clock that is set. The library against a real server.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use actix::{Actor, Addr, Arbiter};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use shopsim::chain::wall_now;
use shopsim::clock::Schedule;
use shopsim::config::{self, AfterDowntime, Pace, Start};
use shopsim::pg::{Applied, CheckpointUpdate, Claim, Sessions};
use shopsim::plan::ShopPlan;
use shopsim::supervise::{
    Event, Exit, Failure, Ledger, Opened, Outcome, Phase, Recipe, Report, Stop, Store, Supervisor, WallClock,
};
use shopsim::tick::Transaction;
use shopsim::value::SECOND;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use super::harness::{Place, below, chain, random, until};
use super::oracle::{self, plan};
use super::server::{Server, last_tick, number};
use super::verify;

/// Ticks of a shop whose work ends in a panic, each once, and after how many steps of it.
type Mines = Arc<Mutex<Minefield>>;

#[derive(Default)]
struct Minefield {
    steps: BTreeMap<u64, u64>,
    /// Mines that were stepped on.
    struck: u64,
}

/// Sessions that are mined.
struct Mined {
    sessions: Arc<Sessions>,
    mines: Mines,
}

struct MinedLedger {
    inner: Box<dyn Ledger>,
    mines: Mines,
}

impl Store for Mined {
    fn open(&self) -> LocalBoxFuture<'_, Opened> {
        async {
            let (inner, progress) = Store::open(&*self.sessions).await?;
            let ledger = MinedLedger { inner, mines: self.mines.clone() };
            Ok((Box::new(ledger) as Box<dyn Ledger>, progress))
        }
        .boxed_local()
    }
}

impl Ledger for MinedLedger {
    fn apply<'a>(
        &'a mut self,
        transaction: &'a mut Transaction,
        checkpoint: &'a CheckpointUpdate,
    ) -> LocalBoxFuture<'a, Result<Applied, Failure>> {
        // Ticks that are caught up with may share a transaction, and only the first mine of one is stepped on: after
        // a commit that nobody learned of, the others of its ticks do not come again.
        let mut mines = self.mines.lock().unwrap();
        mines.steps.retain(|tick, _| *tick >= transaction.ticks().start);
        let steps = transaction.ticks().find_map(|tick| mines.steps.remove(&tick));
        mines.struck += u64::from(steps.is_some());
        let work = self.inner.apply(transaction, checkpoint);
        match steps {
            Some(steps) => Fuse { work, steps }.boxed_local(),
            None => work,
        }
    }
}

/// Work that panics after some steps, or, if it needs fewer, once it is committed and before anybody knows.
struct Fuse<'a> {
    work: LocalBoxFuture<'a, Result<Applied, Failure>>,
    steps: u64,
}

impl Future for Fuse<'_> {
    type Output = Result<Applied, Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(self.steps > 0, "planted, in the middle of a tick");
        self.steps -= 1;
        assert!(self.work.as_mut().poll(cx).is_pending(), "planted, after the commit");
        Poll::Pending
    }
}

/// A recipe at a pace such as 20, without end.
fn recipe(
    plan: &Arc<ShopPlan>,
    server: config::ConnectionParameters,
    pace: u64,
    after_downtime: AfterDowntime,
    wall: WallClock,
) -> (Recipe, Mines) {
    let claim = Claim {
        plan: plan.clone(),
        start: Start::Now,
        start_by_name: false,
        reset: false,
        run: "inside".to_owned(),
        capture: Arc::default(),
    };
    let sessions = Arc::new(Sessions::new(server, claim, Duration::from_secs(10), false));
    let mines = Mines::default();
    let recipe = Recipe {
        plan: plan.clone(),
        schedule: Schedule {
            pace: Pace::Factor { numerator: pace, denominator: 1 },
            after_downtime,
            stop_after: None,
            until_tick: None,
            spread: 0,
        },
        start: Start::Now,
        store: Arc::new(Mined { sessions, mines: mines.clone() }),
        wall,
        journal: Arc::new(()),
    };
    (recipe, mines)
}

/// A place with a server and the plans of two shops on it.
async fn place(intervals: [&str; 2]) -> (Place, Server, [Arc<ShopPlan>; 2]) {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["one", "two"]).await;
    let shops = ["one", "two"].into_iter().zip(intervals).map(|(name, interval)| {
        format!("{}\ndatabase = {:?}", super::shop(name, interval, "real-time"), server.url(name))
    });
    let config = chain(&shops.collect::<Vec<_>>());
    place.configure(&config);
    let plans = ["one", "two"].map(|shop| plan(&config, shop));
    (place, server, plans)
}

fn settings() -> config::Supervisor {
    config::Supervisor {
        backoff_initial: Duration::from_millis(20),
        backoff_max: Duration::from_millis(100),
        max_restarts: 10_000,
        ..config::Supervisor::default()
    }
}

fn start(recipes: Vec<Recipe>, arbiter: &Arbiter) -> (Addr<Supervisor>, oneshot::Receiver<Outcome>) {
    let (sender, ended) = oneshot::channel();
    (Supervisor::new(settings(), recipes, vec![arbiter.handle()], 1, sender).start(), ended)
}

#[test]
fn panics_at_any_step_of_a_tick_cost_no_tick_and_the_neighbour_on_the_same_thread_no_moment() {
    actix::System::new().block_on(async {
        let mut random = random();
        let (place, server, plans) = place(["1s", "1s"]).await;
        // The shop's own code asks for the time: a clock that panics is a panic there. So does the supervisor, on this thread.
        let asked = Arc::new(AtomicU64::new(0));
        let supervising = std::thread::current().id();
        let broken: WallClock = Arc::new(move || {
            if std::thread::current().id() == supervising {
                return wall_now();
            }
            let asked = asked.fetch_add(1, Ordering::Relaxed);
            assert!(asked % 100 != 99, "planted, in the shop");
            wall_now()
        });
        let (sick, mines) = recipe(&plans[0], server.connection("one"), 20, AfterDowntime::CatchUp, broken);
        let (well, _) =
            recipe(&plans[1], server.connection("two"), 1, AfterDowntime::Pause, Arc::new(wall_now));
        for tick in (2..120).step_by(3) {
            mines.lock().unwrap().steps.insert(tick, below(&mut random, 14));
        }
        let arbiter = Arbiter::new();
        let (supervisor, ended) = start(vec![sick, well], &arbiter);
        let client = server.client("one").await;
        until("all mines are behind it", async || last_tick(&client, "one").await >= Some(125)).await;
        supervisor.do_send(Stop);
        let outcome = ended.await.unwrap();
        let struck = mines.lock().unwrap().struck;
        assert!(mines.lock().unwrap().steps.is_empty());
        let restarts: Vec<_> =
            outcome.shops.iter().map(|shop| (shop.phase, shop.restarts.after_failures())).collect();
        assert_eq!(restarts[1], (Phase::Stopped, 0), "{outcome:?}");
        assert!(struck > 0 && u64::from(restarts[0].1) >= struck, "{struck} mines struck: {outcome:?}");
        verify(&place);
        let standing = oracle::assert_engine_agrees(&server.client("two").await, &plans[1]).await;
        assert!(standing.pauses.is_empty(), "{standing:?}");
        println!("survived {struck} panics in the middle of a tick or right after its commit");
        arbiter.stop();
    });
}

#[test]
fn a_panic_of_the_supervisor_itself_is_noticed_and_loses_nothing() {
    actix::System::new().block_on(async {
        let (place, server, plans) = place(["1s", "1s"]).await;
        let recipes = || {
            let recipe = |at: usize, name: &str| {
                recipe(&plans[at], server.connection(name), 20, AfterDowntime::Pause, Arc::new(wall_now)).0
            };
            vec![recipe(0, "one"), recipe(1, "two")]
        };
        let client = server.client("one").await;
        for round in 1..=3 {
            let arbiter = Arbiter::new();
            let (supervisor, ended) = start(recipes(), &arbiter);
            until("it ticks", async || last_tick(&client, "one").await >= Some(round * 10)).await;
            // There is no such shop: its handler panics.
            supervisor.do_send(Report { shop: 99, event: Event::Exited(Exit::Finished) });
            assert!(ended.await.is_err(), "nobody was told that the supervisor is gone");
            arbiter.stop();
        }
        let arbiter = Arbiter::new();
        let (supervisor, ended) = start(recipes(), &arbiter);
        until("it ticks", async || last_tick(&client, "one").await >= Some(50)).await;
        supervisor.do_send(Stop);
        ended.await.unwrap();
        verify(&place);
        arbiter.stop();
    });
}

#[test]
fn a_wall_clock_set_by_hours_is_a_pause_or_caught_up_with_and_no_tick_is_ever_early() {
    const HOUR: i64 = 3_600 * SECOND;
    actix::System::new().block_on(async {
        let (place, server, plans) = place(["1s", "2s"]).await;
        let set = Arc::new(AtomicI64::new(0));
        let wall: WallClock = {
            let set = set.clone();
            Arc::new(move || wall_now().plus(set.load(Ordering::Relaxed)))
        };
        let (paused, _) = recipe(&plans[0], server.connection("one"), 1, AfterDowntime::Pause, wall.clone());
        let (late, _) = recipe(&plans[1], server.connection("two"), 1, AfterDowntime::CatchUp, wall);
        let arbiter = Arbiter::new();
        let (supervisor, ended) = start(vec![paused, late], &arbiter);
        let (one, two) = (server.client("one").await, server.client("two").await);
        let ticks = async || (last_tick(&one, "one").await, last_tick(&two, "two").await);
        until("both tick", async || ticks().await >= (Some(1), Some(1))).await;

        // Forward: one shop was closed for an hour, the other makes the ticks of an hour up.
        set.fetch_add(HOUR, Ordering::Relaxed);
        let pauses = "SELECT coalesce(sum(microseconds), 0)::bigint FROM shopsim.pause";
        until("the hour is a pause", async || number(&one, pauses).await >= HOUR - 10 * SECOND).await;
        until("the hour is caught up", async || ticks().await.1 >= Some(1_800)).await;

        // Back: no tick before its time.
        set.fetch_sub(3 * HOUR, Ordering::Relaxed);
        // The one that is due may have begun.
        sleep(Duration::from_secs(1)).await;
        let stood = ticks().await;
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(4) {
            assert_eq!(ticks().await, stood, "a tick was early");
            sleep(Duration::from_millis(200)).await;
        }

        // And as it was: both go on.
        set.fetch_add(3 * HOUR, Ordering::Relaxed);
        let more = |tick: Option<i64>| tick.map(|tick| tick + 3);
        until("both tick again", async || {
            let now = ticks().await;
            now.0 >= more(stood.0) && now.1 >= more(stood.1)
        })
        .await;
        supervisor.do_send(Stop);
        ended.await.unwrap();
        let paused = number(&one, pauses).await;
        assert!((HOUR - 10 * SECOND..HOUR + 30 * SECOND).contains(&paused), "{paused}");
        assert_eq!(number(&two, pauses).await, 0);
        verify(&place);
        arbiter.stop();
    });
}
