//! Supervision as a specification: paused time, stores in memory, faults on purpose.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "supervision/counts.rs"]
mod counts;
#[path = "supervision/pages.rs"]
mod pages;
#[path = "supervision/stream.rs"]
mod stream;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::{Actor, Addr};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use shopsim::clock::{Checkpoint, Pause, Schedule, Timeline, Windows};
use shopsim::config::{self, AfterDowntime, KeyForm, Pace, Start, WhenExhausted};
use shopsim::pg::{Applied, CheckpointUpdate, Class};
use shopsim::plan::{ShopPlan, TablePlan, TechColumn};
use shopsim::supervise::{
    Failure, GetStatus, Ledger, Opened, Outcome, Phase, Recipe, ShopStatus, Stop, Store, Supervisor,
    WallClock,
};
use shopsim::tick::Transaction;
use shopsim::value::{SECOND, SqlType, Timestamp};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

/// 2026-01-01T00:00:00Z, where every test begins.
const NEW_YEAR: Timestamp = Timestamp(1_767_225_600 * SECOND);

/// A wall clock that follows the runtime's paused time.
fn wall() -> WallClock {
    let origin = Instant::now();
    Arc::new(move || NEW_YEAR.plus(origin.elapsed().as_micros() as i64))
}

/// What happens when a shop touches its store.
type Fault = Arc<dyn Fn(Touch, Duration) -> Trouble + Send + Sync>;

#[derive(Clone, Copy, PartialEq)]
enum Touch {
    Open,
    Tick(u64),
}

enum Trouble {
    None,
    Fail(Class),
    Panic,
    Hang(Duration),
    /// It works all the time, and takes so long.
    Slow(Duration),
    /// It says nothing for so long, and goes on then.
    Silent(Duration),
}

/// A store in memory that keeps what was committed and when.
#[derive(Clone)]
struct Memory {
    progress: Arc<Mutex<Checkpoint>>,
    commits: Arc<Mutex<Vec<(u64, Duration)>>>,
    opened: Arc<Mutex<Vec<Duration>>>,
    fault: Fault,
    origin: Instant,
}

impl Memory {
    fn new(fault: impl Fn(Touch, Duration) -> Trouble + Send + Sync + 'static) -> Self {
        Self {
            progress: Arc::default(),
            commits: Arc::default(),
            opened: Arc::default(),
            fault: Arc::new(fault),
            origin: Instant::now(),
        }
    }

    fn healthy() -> Self {
        Self::new(|_, _| Trouble::None)
    }

    /// Plays what is planted, and tells for how long nothing was heard.
    async fn touch(&self, touch: Touch) -> Result<Duration, Failure> {
        match (self.fault)(touch, self.origin.elapsed()) {
            Trouble::None => Ok(Duration::ZERO),
            Trouble::Fail(class) => Err(Failure { class, message: "planted".to_owned() }),
            Trouble::Panic => panic!("planted"),
            Trouble::Slow(span) => {
                sleep(span).await;
                Ok(Duration::ZERO)
            }
            Trouble::Silent(span) => {
                sleep(span).await;
                Ok(span)
            }
            Trouble::Hang(span) => {
                sleep(span).await;
                Err(Failure { class: Class::Transient, message: "no answer".to_owned() })
            }
        }
    }

    fn ticks(&self) -> Vec<u64> {
        self.commits.lock().unwrap().iter().map(|(tick, _)| *tick).collect()
    }

    /// Seconds since the begin at which each tick was committed.
    fn seconds(&self) -> Vec<u64> {
        self.commits.lock().unwrap().iter().map(|(_, at)| at.as_secs()).collect()
    }

    fn pauses(&self) -> Vec<Pause> {
        self.progress.lock().unwrap().pauses.clone()
    }
}

impl Store for Memory {
    fn open(&self) -> LocalBoxFuture<'_, Opened> {
        async {
            self.touch(Touch::Open).await?;
            self.opened.lock().unwrap().push(self.origin.elapsed());
            let progress = self.progress.lock().unwrap().clone();
            Ok((Box::new(self.clone()) as Box<dyn Ledger>, progress))
        }
        .boxed_local()
    }
}

impl Ledger for Memory {
    fn apply<'a>(
        &'a mut self,
        transaction: &'a mut Transaction,
        checkpoint: &'a CheckpointUpdate,
    ) -> LocalBoxFuture<'a, Result<Applied, Failure>> {
        async move {
            let silence = self.touch(Touch::Tick(checkpoint.tick)).await?;
            let mut progress = self.progress.lock().unwrap();
            assert_eq!(progress.last_tick, checkpoint.last_tick, "a hole or a double tick");
            progress.last_tick = Some(checkpoint.tick);
            progress.origin = Some(checkpoint.origin);
            progress.live = checkpoint.live;
            progress.pauses.extend(checkpoint.pause);
            let ticks = transaction.ticks().map(|tick| (tick, self.origin.elapsed()));
            self.commits.lock().unwrap().extend(ticks);
            let rows = transaction.counts();
            Ok(Applied { rows, silence, id_conflicts: Vec::new() })
        }
        .boxed_local()
    }
}

/// A shop that ticks every ten seconds, ten times.
fn recipe(name: &str, store: &Memory, wall: &WallClock) -> Recipe {
    Recipe {
        plan: Arc::new(ShopPlan {
            name: name.to_owned(),
            seed: 1,
            schema: "public".to_owned(),
            state_schema: "shopsim".to_owned(),
            interval: 10 * SECOND,
            tables: [TablePlan {
                units: Arc::new(Vec::new()),
                name: "orders".to_owned(),
                key: "order_id".to_owned(),
                key_type: SqlType::Int,
                key_form: KeyForm::Number,
                insert_rows: 1,
                update_rows: 0,
                not_null: false,
                windows: Windows::default(),
                columns: Arc::default(),
                tech: [TechColumn::created_at()].into(),
                changes: None,
            }]
            .into(),
        }),
        schedule: Schedule {
            pace: Pace::Factor { numerator: 1, denominator: 1 },
            after_downtime: AfterDowntime::Pause,
            stop_after: None,
            until_tick: Some(10),
            spread: 0,
        },
        start: Start::Now,
        store: Arc::new(store.clone()),
        wall: wall.clone(),
        journal: Arc::new(()),
    }
}

fn settings() -> config::Supervisor {
    config::Supervisor { max_restarts: 3, ..config::Supervisor::default() }
}

struct Chain {
    supervisor: Addr<Supervisor>,
    ended: oneshot::Receiver<Outcome>,
}

fn start(settings: config::Supervisor, recipes: Vec<Recipe>) -> Chain {
    let (sender, ended) = oneshot::channel();
    let supervisor = Supervisor::new(settings, recipes, Vec::new(), 7, sender).start();
    Chain { supervisor, ended }
}

impl Chain {
    async fn end(self) -> Vec<ShopStatus> {
        let outcome = self.ended.await.unwrap();
        assert_eq!(outcome.forced, [""; 0]);
        outcome.shops
    }
}

/// Runs a test on an actix system whose time is paused.
fn paused<F: Future<Output = ()> + 'static>(test: impl FnOnce() -> F + 'static) {
    actix::System::new().block_on(async move {
        tokio::time::pause();
        test().await;
    });
}

const ON_TIME: [u64; 10] = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90];

#[test]
fn ticks_are_committed_when_they_are_due_and_the_run_ends_by_itself() {
    paused(|| async {
        let (store, wall) = (Memory::healthy(), wall());
        let shops = start(settings(), vec![recipe("a", &store, &wall)]).end().await;
        assert_eq!(store.seconds(), ON_TIME);
        assert_eq!(
            (shops[0].phase, shops[0].ticks_here, shops[0].restarts.after_failures()),
            (Phase::Finished, 10, 0)
        );
    });
}

#[test]
fn a_failed_shop_is_built_again_and_loses_no_tick_while_its_neighbour_ticks_on_time() {
    paused(|| async {
        let faults = Arc::new(Mutex::new(2));
        let sick = Memory::new(move |touch, _| {
            let mut left = faults.lock().unwrap();
            if touch == Touch::Tick(4) && *left > 0 {
                *left -= 1;
                return Trouble::Fail(Class::Transient);
            }
            Trouble::None
        });
        let (well, wall) = (Memory::healthy(), wall());
        let shops =
            start(settings(), vec![recipe("sick", &sick, &wall), recipe("well", &well, &wall)]).end().await;
        assert_eq!(sick.ticks(), (0..10).collect::<Vec<_>>());
        assert_eq!(shops[0].restarts.after_failures(), 2);
        assert_eq!(shops[0].last_error.as_deref(), Some("planted"));
        assert_eq!(
            sick.seconds()[4],
            42,
            "half a second and a second of backoff, less the jitter, then a pause"
        );
        assert_eq!(sick.pauses(), [Pause { before_tick: 4, micros: 2 * SECOND }]);
        assert_eq!(well.seconds(), ON_TIME);
    });
}

#[test]
fn a_panicking_shop_comes_back_after_the_backoff_while_its_neighbour_ticks_on_time() {
    paused(|| async {
        let faults = Arc::new(Mutex::new(1));
        let sick = Memory::new(move |touch, _| {
            let mut left = faults.lock().unwrap();
            if touch == Touch::Tick(4) && *left > 0 {
                *left -= 1;
                drop(left);
                return Trouble::Panic;
            }
            Trouble::None
        });
        let (well, wall) = (Memory::healthy(), wall());
        let shops =
            start(settings(), vec![recipe("sick", &sick, &wall), recipe("well", &well, &wall)]).end().await;
        assert_eq!(sick.ticks(), (0..10).collect::<Vec<_>>());
        assert_eq!((shops[0].phase, shops[0].restarts.after_failures()), (Phase::Finished, 1));
        assert_eq!(well.seconds(), ON_TIME);
    });
}

#[test]
fn a_permanent_failure_gives_one_shop_up_at_once_and_the_others_run_on() {
    paused(|| async {
        let sick = Memory::new(|_, _| Trouble::Fail(Class::Permanent));
        let (well, wall) = (Memory::healthy(), wall());
        let shops =
            start(settings(), vec![recipe("sick", &sick, &wall), recipe("well", &well, &wall)]).end().await;
        assert_eq!((shops[0].phase, shops[0].restarts.after_failures()), (Phase::GivenUp, 0));
        assert_eq!(shops[1].phase, Phase::Finished);
        assert_eq!(well.seconds(), ON_TIME);
    });
}

#[test]
fn a_database_of_another_origin_is_refused_and_not_tried_again() {
    paused(|| async {
        let store = Memory::new(|_, _| Trouble::Fail(Class::Refused));
        let shops = start(settings(), vec![recipe("a", &store, &wall())]).end().await;
        assert_eq!((shops[0].phase, shops[0].restarts.after_failures()), (Phase::Refused, 0));
    });
}

#[test]
fn a_shop_that_fails_too_often_is_given_up() {
    paused(|| async {
        let store = Memory::new(|touch, _| match touch {
            Touch::Open => Trouble::None,
            Touch::Tick(_) => Trouble::Fail(Class::Transient),
        });
        let shops = start(settings(), vec![recipe("a", &store, &wall())]).end().await;
        assert_eq!((shops[0].phase, shops[0].restarts.after_failures()), (Phase::GivenUp, 3));
        assert_eq!(store.opened.lock().unwrap().len(), 4);
    });
}

#[test]
fn waiting_for_a_server_is_no_failure_and_the_shop_is_back_within_a_second() {
    paused(|| async {
        let store = Memory::new(|touch, at| match touch {
            Touch::Open if at < Duration::from_secs(3600) => Trouble::Fail(Class::Waiting),
            _ => Trouble::None,
        });
        let shops = start(settings(), vec![recipe("a", &store, &wall())]).end().await;
        assert_eq!((shops[0].phase, shops[0].restarts.after_failures()), (Phase::Finished, 0));
        assert!(store.seconds()[0] <= 3601, "{:?}", store.seconds());
    });
}

#[test]
fn a_downtime_is_recorded_as_a_pause_and_no_tick_is_committed_late() {
    paused(|| async {
        // The server is away from 35 s to 62 s: tick 4 was due at 40 s.
        let store = Memory::new(|_, at| match (35..62).contains(&at.as_secs()) {
            true => Trouble::Fail(Class::Waiting),
            false => Trouble::None,
        });
        let (recipe, wall) = (recipe("a", &store, &wall()), wall());
        let plan = recipe.plan.clone();
        start(settings(), vec![recipe]).end().await;
        drop(wall);
        assert_eq!(store.ticks(), (0..10).collect::<Vec<_>>());
        let pauses = store.pauses();
        assert_eq!(pauses.len(), 1);
        assert_eq!(pauses[0].before_tick, 4);
        assert_eq!(pauses[0].micros % SECOND, 0);
        let timeline = Timeline::new(NEW_YEAR, plan.interval, &pauses);
        for (tick, second) in store.ticks().into_iter().zip(store.seconds()) {
            let late = second as i64 - (timeline.created_at(tick).0 - NEW_YEAR.0) / SECOND;
            assert!((0..=10).contains(&late), "tick {tick} was committed {late} s after its time");
        }
    });
}

#[test]
fn catching_up_leaves_no_pause_and_ends_with_the_neighbour() {
    paused(|| async {
        let store = Memory::new(|_, at| match (35..62).contains(&at.as_secs()) {
            true => Trouble::Fail(Class::Waiting),
            false => Trouble::None,
        });
        let mut recipe = recipe("a", &store, &wall());
        recipe.schedule.after_downtime = AfterDowntime::CatchUp;
        start(settings(), vec![recipe]).end().await;
        assert_eq!(store.pauses(), []);
        let seconds = store.seconds();
        assert_eq!(seconds[..4], ON_TIME[..4]);
        assert!(seconds[4] == seconds[6] && (62..=63).contains(&seconds[4]), "{seconds:?}");
        assert_eq!(seconds[7..], ON_TIME[7..]);
    });
}

#[test]
fn a_shop_that_is_slower_than_its_pace_was_not_down() {
    paused(|| async {
        // Each transaction takes two and a half intervals.
        let store = Memory::new(|touch, _| match touch {
            Touch::Open => Trouble::None,
            Touch::Tick(_) => Trouble::Slow(Duration::from_secs(25)),
        });
        start(settings(), vec![recipe("a", &store, &wall())]).end().await;
        assert_eq!(store.pauses(), []);
        assert_eq!(store.ticks(), (0..10).collect::<Vec<_>>());
        // Ticks whose successors are due share a transaction: none is later than two of these and an interval.
        let seconds = store.seconds();
        let late: Vec<u64> = seconds.iter().zip(ON_TIME).map(|(at, due)| at - due).collect();
        assert!(late.iter().all(|late| *late <= 60), "{late:?}");
    });
}

#[test]
fn a_server_that_is_silent_for_longer_than_an_interval_was_down_once() {
    paused(|| async {
        let store = Memory::new(|touch, _| match touch {
            Touch::Tick(3) => Trouble::Silent(Duration::from_millis(25_300)),
            _ => Trouble::None,
        });
        start(settings(), vec![recipe("a", &store, &wall())]).end().await;
        // Ticks 4 and 5 were due at 40 and 50 s, and it was heard of again at 55.3 s.
        assert_eq!(store.pauses(), [Pause { before_tick: 4, micros: 16 * SECOND }]);
        assert_eq!(store.seconds()[3..6], [55, 56, 66]);
    });
}

#[test]
fn a_process_that_was_stopped_in_its_tracks_was_down_once() {
    paused(|| async {
        let store = Memory::healthy();
        let (real, stopped) = (wall(), Arc::new(Mutex::new(0)));
        let clock: WallClock = {
            let stopped = stopped.clone();
            Arc::new(move || real().plus(*stopped.lock().unwrap()))
        };
        let chain = start(settings(), vec![recipe("a", &store, &clock)]);
        sleep(Duration::from_secs(35)).await;
        // The timers of a stopped process stand still with it: it wakes an hour later.
        *stopped.lock().unwrap() = 3600 * SECOND;
        chain.end().await;
        let pauses = store.pauses();
        assert_eq!(pauses.len(), 1, "{pauses:?}");
        assert_eq!(pauses[0].before_tick, 4);
        assert!((3590 * SECOND..=3601 * SECOND).contains(&pauses[0].micros), "{pauses:?}");
    });
}

#[test]
fn a_hanging_store_delays_no_neighbour() {
    paused(|| async {
        let sick = Memory::new(|touch, at| match touch {
            Touch::Tick(3) if at < Duration::from_secs(50) => Trouble::Hang(Duration::from_secs(30)),
            _ => Trouble::None,
        });
        let (well, wall) = (Memory::healthy(), wall());
        start(settings(), vec![recipe("sick", &sick, &wall), recipe("well", &well, &wall)]).end().await;
        assert_eq!(sick.ticks(), (0..10).collect::<Vec<_>>());
        assert_eq!(well.seconds(), ON_TIME);
    });
}

#[test]
fn a_stop_lets_the_tick_in_hand_end_and_begins_no_other() {
    paused(|| async {
        let store = Memory::healthy();
        let chain = start(settings(), vec![recipe("a", &store, &wall())]);
        sleep(Duration::from_secs(25)).await;
        chain.supervisor.send(Stop).await.unwrap();
        let shops = chain.end().await;
        assert_eq!(shops[0].phase, Phase::Stopped);
        assert_eq!(store.ticks(), [0, 1, 2]);
    });
}

#[test]
fn a_stop_names_the_shops_that_are_still_writing_when_its_time_is_over() {
    paused(|| async {
        let sick = Memory::new(|touch, _| match touch {
            Touch::Tick(1) => Trouble::Hang(Duration::from_secs(600)),
            _ => Trouble::None,
        });
        let (well, wall) = (Memory::healthy(), wall());
        let chain = start(settings(), vec![recipe("sick", &sick, &wall), recipe("well", &well, &wall)]);
        sleep(Duration::from_secs(15)).await;
        let told = Instant::now();
        chain.supervisor.send(Stop).await.unwrap();
        let outcome = chain.ended.await.unwrap();
        assert_eq!(outcome.forced, ["sick"]);
        assert_eq!(told.elapsed().as_secs(), settings().stop_timeout.as_secs());
    });
}

#[test]
fn a_stop_while_backing_off_ends_at_once() {
    paused(|| async {
        let store = Memory::new(|_, _| Trouble::Fail(Class::Waiting));
        let chain = start(settings(), vec![recipe("a", &store, &wall())]);
        sleep(Duration::from_millis(350)).await;
        chain.supervisor.send(Stop).await.unwrap();
        assert_eq!(chain.end().await[0].phase, Phase::Stopped);
    });
}

#[test]
fn when_one_shop_is_given_up_the_chain_ends_if_it_is_told_so() {
    paused(|| async {
        let sick = Memory::new(|touch, _| match touch {
            Touch::Tick(2) => Trouble::Fail(Class::Permanent),
            _ => Trouble::None,
        });
        let (well, wall) = (Memory::healthy(), wall());
        let settings = config::Supervisor { when_exhausted: WhenExhausted::Exit, ..settings() };
        let shops =
            start(settings, vec![recipe("sick", &sick, &wall), recipe("well", &well, &wall)]).end().await;
        assert_eq!((shops[0].phase, shops[1].phase), (Phase::GivenUp, Phase::Stopped));
        assert_eq!(well.ticks(), [0, 1, 2]);
    });
}

#[test]
fn a_finished_shop_started_again_ticks_no_more() {
    paused(|| async {
        let (store, wall) = (Memory::healthy(), wall());
        start(settings(), vec![recipe("a", &store, &wall)]).end().await;
        let shops = start(settings(), vec![recipe("a", &store, &wall)]).end().await;
        assert_eq!((shops[0].phase, shops[0].ticks_here), (Phase::Finished, 0));
        assert_eq!(store.ticks().len(), 10);
    });
}

#[test]
fn the_state_of_every_shop_can_be_asked_for() {
    paused(|| async {
        let (store, wall) = (Memory::healthy(), wall());
        let chain = start(settings(), vec![recipe("a", &store, &wall)]);
        sleep(Duration::from_secs(35)).await;
        let shops = chain.supervisor.send(GetStatus).await.unwrap();
        assert_eq!((shops[0].phase, shops[0].last_tick, shops[0].ticks), (Phase::Live, Some(3), Some(10)));
        chain.supervisor.send(Stop).await.unwrap();
        chain.end().await;
    });
}
