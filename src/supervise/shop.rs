//! A shop's life: open its database, tick when due, end.
//!
//! Owns one tick after the other and nothing that outlives the actor: after any failure a new actor is
//! built from the same recipe and reads from the database where to go on. Must not know of other shops.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Recipient, WrapFuture};
use futures_util::future::join;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

use super::board::{Board, Committed};
use super::history::Making;
use super::journal::{self, Commit, Journal};
use super::message::{Event, Exit, Failure, Report, Stop};
use super::store::Store;
use crate::clock::{HeldUp, Keeping, Origin, Pause, Schedule, Standing, Step, Timeline, micros};
use crate::config::Start;
use crate::pg::{Applied, CheckpointUpdate, Class};
use crate::plan::ShopPlan;
use crate::tick::{Tick, Transaction};
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
    /// Where its commits are told.
    pub journal: Arc<dyn Journal>,
}

/// Plays one branch of the chain.
pub struct ShopActor {
    shop: usize,
    recipe: Arc<Recipe>,
    board: Board,
    supervisor: Recipient<Report>,
    stop: watch::Sender<bool>,
    exit: Option<Exit>,
}

impl ShopActor {
    /// An actor for the shop at a place of the chain.
    pub fn new(shop: usize, recipe: Arc<Recipe>, board: Board, supervisor: Recipient<Report>) -> Self {
        Self { shop, recipe, board, supervisor, stop: watch::Sender::new(false), exit: None }
    }
}

impl Actor for ShopActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let (shop, supervisor) = (self.shop, self.supervisor.clone());
        let opened = move || supervisor.do_send(Report { shop, event: Event::Opened });
        let life = live(self.recipe.clone(), self.board.clone(), opened, self.stop.subscribe());
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

async fn live(
    recipe: Arc<Recipe>,
    board: Board,
    tell_opened: impl Fn(),
    stop: watch::Receiver<bool>,
) -> Exit {
    // One future for the whole life: to make it anew, and to take it out of its list, for each wait would be
    // work for each tick.
    let mut stopping = pin!(told(stop.clone()));
    let (mut ledger, mut progress) = tokio::select! {
        biased;
        () = &mut stopping => return Exit::Stopped,
        open = recipe.store.open() => match open {
            Ok(open) => open,
            Err(failure) => return Exit::Failed(failure),
        },
    };
    let opened = (recipe.wall)();
    let Recipe { plan, schedule, .. } = &*recipe;
    // Before the first commit nothing is fixed for good: a failed first tick begins anew with its actor.
    let mut origin = *progress.origin.get_or_insert_with(|| {
        let origin = Origin::fix(recipe.start, (recipe.wall)());
        let windows = plan.tables.iter().map(|table| &table.windows);
        schedule.without_lost_history(origin, plan.interval, windows)
    });
    if progress.last_tick.is_none() {
        recipe.journal.begin();
    }
    journal::opened(plan, &progress);
    // Shared with the commits that are still to be written down.
    let mut timeline = Arc::new(Timeline::of(&origin, plan.interval, &progress.pauses));
    let history = schedule.history(&origin, plan.interval).filter(|_| !progress.live);
    let mut history = history.and_then(|history| {
        let making = Making::from(history.clone(), progress.next_tick(), Instant::now())?;
        journal::history_begins(plan, &history);
        Some(making)
    });
    if let Some(before) = progress.pace.filter(|before| *before != schedule.pace) {
        let (anchor, live) = (origin.anchor, progress.live);
        let standing = Standing { anchor, tick: progress.next_tick(), live, open_since: opened };
        origin.anchor = schedule.after_another_pace(&timeline, &standing, opened);
        if schedule.step(&timeline, &standing, opened) != Step::Complete {
            journal::another_pace(plan, before, schedule.pace);
        }
    }
    let due = schedule.next_due(origin.anchor, timeline.at(progress.next_tick()), opened);
    board.lock().opened(progress.last_tick, due);
    tell_opened();
    // Since when the shop has been open and nothing has held it up for long.
    let mut open_since = opened;
    let downtime = schedule.downtime(plan.interval);
    let (mut asleep, mut at_work) = (HeldUp::default(), HeldUp::default());
    let mut keeping = Keeping::default();
    // What was put before the next tick already.
    let mut paused: Option<Pause> = None;
    // Rows of others of which it was told that a later tick ends there: the last one of each table.
    let mut told_in_the_way: BTreeMap<usize, i64> = BTreeMap::new();
    // The tick of which it was told that it is far off.
    let mut far_told = None;
    // A tick that is drawn and not made yet.
    let mut ahead: Option<Tick> = None;
    // Whether it was seen just now that the shop is not to stop.
    let mut goes_on = false;
    let mut wall = opened;
    loop {
        let tick = progress.next_tick();
        let standing = Standing { anchor: origin.anchor, tick, live: progress.live, open_since };
        let (pause, live) = match schedule.step(&timeline, &standing, wall) {
            Step::Complete => break Exit::Finished,
            Step::Wait(wait) => {
                if far_told != Some(tick) && wait > schedule.spacing(plan.interval) + FAR {
                    journal::far(plan, tick, wall, wait);
                    far_told = Some(tick);
                }
                let wait = wait.min(LONGEST_SLEEP);
                tokio::select! {
                    biased;
                    () = sleep(wait) => goes_on = true,
                    () = &mut stopping => break Exit::Stopped,
                }
                let woken = (recipe.wall)();
                if asleep.was_down(overslept(wall, wait, woken), downtime) {
                    // The process was stopped, or the machine, or the clock was set.
                    (open_since, keeping) = (woken, Keeping::default());
                }
                wall = woken;
                continue;
            }
            Step::Run { pause, live } => (pause, live),
        };
        if !std::mem::take(&mut goes_on) && *stop.borrow() {
            break Exit::Stopped;
        }
        if let Some(table) = plan.out_of_ids(tick) {
            let (table, key_type) = (&table.name, &table.key_type);
            let message = format!(
                "no ids are left for {table} at tick {tick}: its key is {key_type}; a new run with `key_type = \"bigint\"` has more"
            );
            break Exit::Failed(Failure { class: Class::Permanent, message });
        }
        if pause > 0 {
            let pause = Pause { before_tick: tick, micros: pause };
            journal::paused(plan, pause);
            let timeline = Arc::make_mut(&mut timeline);
            timeline.push(pause);
            timeline.forget_before(tick.saturating_sub(plan.ticks_remembered()));
            let micros = pause.micros.saturating_add(paused.map_or(0, |earlier| earlier.micros));
            paused = Some(Pause { micros, ..pause });
            // It was drawn for another time; its new one may be a moment ahead.
            ahead = None;
            continue;
        }
        let due = schedule.together(&timeline, &standing, wall);
        let ticks = tick..tick + plan.ticks_together(&timeline, tick, due);
        let drawn = ahead.take().filter(|drawn| drawn.tick == tick);
        let first = drawn.unwrap_or_else(|| Tick::new(plan, &timeline, tick));
        let others = (ticks.start + 1..ticks.end).map(|tick| Tick::new(plan, &timeline, tick));
        let mut transaction = Transaction::new(std::iter::once(first).chain(others).collect());
        let (at, last) = (transaction.at(), ticks.end - 1);
        let planned = transaction.counts();
        let checkpoint = CheckpointUpdate {
            last_tick: progress.last_tick,
            tick: last,
            origin,
            pace: schedule.pace,
            live,
            pause: paused,
        };
        let apply = async {
            let begun = Instant::now();
            let applied = ledger.apply(&mut transaction, &checkpoint).await;
            let now = Instant::now();
            (applied, now, now.duration_since(begun))
        };
        // While the server works, the next tick is drawn if it is due, too.
        let next = schedule.step(&timeline, &Standing { tick: ticks.end, live, ..standing }, wall);
        let next_is_due = matches!(next, Step::Run { pause: 0, .. });
        let (applied, now, took) = if !next_is_due {
            apply.await
        } else {
            let aside = async {
                // First what has been asked of the server must be on its way.
                yield_now().await;
                let mut next = Tick::new(plan, &timeline, ticks.end);
                next.draw_ahead(plan);
                ahead = Some(next);
            };
            join(apply, aside).await.0
        };
        let Applied { rows, silence, in_the_way } = match applied {
            Ok(applied) => applied,
            Err(failure) => break Exit::Failed(failure),
        };
        let began = std::mem::replace(&mut wall, (recipe.wall)());
        if at_work.was_down(micros(silence).max(overslept(began, took, wall)), downtime) {
            (open_since, keeping) = (wall, Keeping::default());
        }
        let committed = Committed {
            tick: last,
            ticks: ticks.end - ticks.start,
            at,
            live,
            lag: schedule.lag(origin.anchor, at, wall),
            due: schedule.next_due(origin.anchor, timeline.at(ticks.end), wall),
            took,
            rows: &rows,
        };
        let is_history = history.is_some();
        if let Some(made) = history.as_mut().and_then(|making| making.committed(ticks.end, &rows, now)) {
            journal::history_made(plan, &made);
            history = history.filter(|_| !made.complete);
        }
        // History has no pace to keep.
        if at >= origin.anchor.at
            && let Some(kept) = keeping.committed(schedule, plan.interval, at, wall, committed.lag)
        {
            journal::kept(plan, schedule.pace, kept, committed.lag);
        }
        board.lock().committed(&committed, now);
        journal::missing(plan, last, &planned, &rows);
        for row in in_the_way {
            // Told again only where it is another one.
            if told_in_the_way.insert(row.table, row.id) != Some(row.id) {
                journal::in_the_way(plan, &timeline, row);
            }
        }
        let (plan, timeline) = (recipe.plan.clone(), timeline.clone());
        recipe.journal.tell(Commit { plan, timeline, ticks, counts: rows, is_history });
        progress.last_tick = Some(last);
        progress.live = live;
        paused = None;
        // Only who has no pace to keep waits for those who write its lines, and only while they do.
        if !live || schedule.is_unlimited() {
            tokio::select! {
                biased;
                () = recipe.journal.room() => {}
                () = &mut stopping => break Exit::Stopped,
            }
            wall = (recipe.wall)();
        }
    }
}

/// Microseconds by which the wall clock went further than a span that ended now should have taken it.
fn overslept(began: Timestamp, span: Duration, ended: Timestamp) -> i64 {
    ended.0.saturating_sub(began.0).saturating_sub(micros(span))
}

/// Resolves when the shop is to stop.
async fn told(mut stop: watch::Receiver<bool>) {
    // An error says that the actor is gone, which ends this future with it.
    let _ = stop.wait_for(|stop| *stop).await;
}
