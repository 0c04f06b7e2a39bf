//! A shop's life: open its database, tick when due, end.
//!
//! Owns one tick after the other and nothing that outlives the actor: after any failure a new actor is
//! built from the same recipe and reads from the database where to go on. Must not know of other shops.

use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Recipient, WrapFuture};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::journal;
use super::message::{Committed, Event, Exit, Failure, Report, Stop};
use super::store::Store;
use crate::clock::{Origin, Pause, Schedule, Step, Timeline};
use crate::config::Start;
use crate::pg::{Class, Mark};
use crate::plan::ShopPlan;
use crate::tick::Batch;
use crate::value::Timestamp;

/// Longest sleep before the wall clock is looked at again: it may have been set.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// By how much the next tick may be further off than an interval before that is told: a start in the future,
/// or a wall clock that was set back.
const FAR: Duration = Duration::from_secs(2);

/// Tells the wall time; handed in, so that tests can pause it.
pub type WallClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// All that an actor of a shop is built from, again and again.
pub struct Recipe {
    /// What its ticks hold.
    pub plan: Arc<ShopPlan>,
    /// When they are due and when they end.
    pub schedule: Schedule,
    /// Where its simulated time begins, if it has not begun.
    pub start: Start,
    /// Where they go.
    pub store: Arc<dyn Store>,
    /// The wall clock.
    pub wall: WallClock,
}

/// Plays one branch of the chain.
pub struct ShopActor {
    shop: usize,
    recipe: Arc<Recipe>,
    supervisor: Recipient<Report>,
    stop: watch::Sender<bool>,
    exit: Option<Exit>,
}

impl ShopActor {
    /// An actor for the shop at a place of the chain.
    pub fn new(shop: usize, recipe: Arc<Recipe>, supervisor: Recipient<Report>) -> Self {
        Self { shop, recipe, supervisor, stop: watch::Sender::new(false), exit: None }
    }
}

impl Actor for ShopActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let (shop, supervisor) = (self.shop, self.supervisor.clone());
        let report = move |event| supervisor.do_send(Report { shop, event });
        let life = live(self.recipe.clone(), report, self.stop.subscribe());
        ctx.spawn(life.into_actor(self).map(|exit, actor, ctx| {
            actor.exit = Some(exit);
            ctx.stop();
        }));
    }

    /// Runs after a panic, too: then nothing has said how the actor ended.
    fn stopped(&mut self, _: &mut Self::Context) {
        let exit = self.exit.take().unwrap_or(match std::thread::panicking() {
            true => Exit::Panicked,
            false => Exit::Stopped,
        });
        self.supervisor.do_send(Report { shop: self.shop, event: Event::Exited(exit) });
    }
}

impl Handler<Stop> for ShopActor {
    type Result = ();

    fn handle(&mut self, _: Stop, _: &mut Self::Context) {
        self.stop.send_replace(true);
    }
}

async fn live(recipe: Arc<Recipe>, report: impl Fn(Event), mut stop: watch::Receiver<bool>) -> Exit {
    let (mut ledger, mut progress) = tokio::select! {
        biased;
        () = told(&mut stop) => return Exit::Stopped,
        open = recipe.store.open() => match open {
            Ok(open) => open,
            Err(failure) => return Exit::Failed(failure),
        },
    };
    let opened = (recipe.wall)();
    let Recipe { plan, schedule, .. } = &*recipe;
    journal::opened(plan, &progress);
    // Before the first commit nothing is fixed for good: a failed first tick begins anew with its actor.
    let origin = progress.origin.unwrap_or_else(|| Origin::fix(recipe.start, (recipe.wall)()));
    let mut timeline = Timeline::new(origin.start, plan.interval, &progress.pauses);
    let due = schedule.next_due(origin.anchor, timeline.at(progress.next_tick()), opened);
    report(Event::Opened { last_tick: progress.last_tick, due });
    // What was put before the next tick already.
    let mut paused = 0;
    // The tick of which it was told that it is far off.
    let mut far_told = None;
    while !*stop.borrow() {
        let tick = progress.next_tick();
        let (pause, live) =
            match schedule.step(&timeline, origin.anchor, tick, progress.live, opened, (recipe.wall)()) {
                Step::Complete => return Exit::Finished,
                Step::Wait(wait) => {
                    if far_told != Some(tick) && wait > schedule.spacing(plan.interval) + FAR {
                        journal::far(plan, tick, (recipe.wall)(), wait);
                        far_told = Some(tick);
                    }
                    tokio::select! {
                        biased;
                        () = told(&mut stop) => return Exit::Stopped,
                        () = sleep(wait.min(LONGEST_SLEEP)) => continue,
                    }
                }
                Step::Run { pause, live } => (pause, live),
            };
        if let Some(table) = plan.out_of_ids(tick) {
            let (table, key_type) = (&table.name, &table.key_type);
            let message = format!(
                "no ids are left for {table} at tick {tick}: its key is {key_type}; a new run with `key_type = \"bigint\"` has more"
            );
            return Exit::Failed(Failure { class: Class::Permanent, message });
        }
        if pause > 0 {
            let pause = Pause { before_tick: tick, micros: pause };
            journal::paused(plan, pause);
            timeline.push(pause);
            paused += pause.micros;
            // Its new time may be a moment ahead.
            continue;
        }
        let mut batch = Batch::new(plan, &timeline, tick);
        let mark = Mark { last_tick: progress.last_tick, tick, origin, live, pause: paused };
        let begun = Instant::now();
        let counts = match ledger.apply(&mut batch, &mark).await {
            Ok(counts) => counts,
            Err(failure) => return Exit::Failed(failure),
        };
        let (took, wall) = (begun.elapsed(), (recipe.wall)());
        let lag = schedule.lag(origin.anchor, batch.at, wall);
        let due = schedule.next_due(origin.anchor, timeline.at(tick + 1), wall);
        journal::committed(plan, &timeline, tick, &counts);
        report(Event::Committed(Committed { tick, at: batch.at, live, lag, due, took, rows: counts }));
        progress.last_tick = Some(tick);
        progress.live = live;
        paused = 0;
    }
    Exit::Stopped
}

/// Resolves when the shop is to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    // An error says that the actor is gone, which ends this future with it.
    let _ = stop.wait_for(|stop| *stop).await;
}
