//! The parent of all shops: starts them, receives how they end, and restarts or gives them up.
//!
//! Owns the state of every shop, which logs, tests and pages read by [`GetStatus`]. Must not know what a tick is.
//! (`actix::Supervisor` keeps a failed value, has no backoff and dies with a panic.)

use std::sync::Arc;

use actix::{Actor, ActorContext, Addr, ArbiterHandle, AsyncContext, Context, Handler, MessageResult};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::{error, info, warn};

use super::backoff::Backoff;
use super::board::{Board, Ticked};
use super::events::{EventKind, EventLog};
use super::message::{
    Event, Exit, Failure, GetShared, GetStatus, GetThreads, Report, Shared, ShopStatus, Stop, ThreadStatus,
};
use super::phase::Phase;
use super::pulse::{BEAT, Pulse};
use super::recipe::Recipe;
use super::shop::ShopActor;
use super::tally::{Cause, Restarts, TableCounts};
use crate::clock::micros;
use crate::config::{self, WhenExhausted};
use crate::pg::Class;
use crate::tick::Counts;
use crate::value::Timestamp;

/// The result of a run: the status of every shop, and whether the stop had to be forced.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Every shop, in the order of the chain.
    pub shops: Vec<ShopStatus>,
    /// Shops that were still writing at the stop timeout.
    pub forced: Vec<String>,
}

/// The parent of all shops.
pub struct Supervisor {
    settings: config::Supervisor,
    /// The threads that shops run on, in turn.
    arbiters: Vec<(ArbiterHandle, Pulse)>,
    /// When they were last checked.
    checked: Instant,
    shops: Vec<Supervised>,
    events: EventLog,
    stopping: bool,
    ended: Option<oneshot::Sender<Outcome>>,
}

/// A shop, with the state that outlives its actors.
struct Supervised {
    recipe: Arc<Recipe>,
    /// The names of the shop and of its tables, for its status.
    name: Arc<str>,
    tables: Vec<Arc<str>>,
    /// The place of its thread.
    thread: Option<usize>,
    actor: Option<Addr<ShopActor>>,
    /// Updated by its actors.
    board: Board,
    backoff: Backoff,
    /// The phase known from messages: [`Supervised::phase`] refines it.
    phase: Phase,
    /// The phase that was logged last and its error, and the wall time since which it lasts.
    logged: Option<(Phase, Option<Arc<str>>)>,
    since: Timestamp,
    /// When the shop will be restarted.
    retry_at: Option<Timestamp>,
    /// Whether it has its database open.
    open: bool,
    ticks_failed: u64,
    restarts: Restarts,
    last_error: Option<Arc<str>>,
    /// The reason for waiting that was reported last.
    reported_waiting: Option<String>,
}

impl Supervised {
    /// The phase of the shop.
    fn phase(&self, ticked: &Ticked) -> Phase {
        match self.phase {
            Phase::Starting if ticked.commits.is_some() => {
                let caught_up = ticked.live || self.recipe.schedule.is_unlimited();
                if caught_up { Phase::Live } else { Phase::History }
            }
            phase => phase,
        }
    }

    /// Logs the phase if it is another one, or has another reason.
    fn log_phase(&mut self, shop: usize, cause: Option<Cause>, events: &EventLog) {
        let phase = self.phase(&self.board.lock());
        let failed = matches!(phase, Phase::Waiting | Phase::BackingOff | Phase::Refused | Phase::GivenUp);
        let error = self.last_error.clone().filter(|_| failed);
        let logged = Some((phase, error.clone()));
        if self.logged == logged {
            return;
        }
        self.logged = logged;
        self.since = (self.recipe.wall)();
        let retry_at = self.retry_at;
        events.push(self.since, shop, EventKind::Phase { phase, error, cause, retry_at });
    }

    fn status(&self, now: Instant) -> ShopStatus {
        let Recipe { plan, schedule, .. } = &*self.recipe;
        let ticked = self.board.lock();
        let rows = ticked.rows.iter().copied().chain(std::iter::repeat(Counts::default()));
        let of_table = |(place, (table, rows)): (usize, (&Arc<str>, Counts))| {
            let causes = plan.tables[place].changes.iter().flat_map(|changes| changes.causes());
            let counts = ticked.events.get(place).into_iter().flatten().copied().chain(std::iter::repeat(0));
            let events = causes.zip(counts).map(|(cause, count)| (cause.name.clone(), count)).collect();
            TableCounts { table: table.clone(), rows, events }
        };
        ShopStatus {
            name: self.name.clone(),
            thread: self.thread,
            phase: self.phase(&ticked),
            since: self.since,
            retry_at: self.retry_at,
            open: self.open,
            last_tick: ticked.last_tick,
            at: ticked.at,
            ticks: schedule.ticks(plan.interval),
            ticks_here: ticked.ticks,
            ticks_failed: self.ticks_failed,
            tables: self.tables.iter().zip(rows).enumerate().map(of_table).collect(),
            durations: ticked.durations.clone(),
            lag: ticked.lag,
            due: ticked.due,
            spacing: schedule.spacing(plan.interval),
            restarts: self.restarts,
            recent_failures: self.backoff.recent(now),
            watched: ticked.watched.clone(),
            last_error: self.last_error.clone(),
            log_lines_dropped: self.recipe.journal.dropped(),
        }
    }
}

impl Supervisor {
    /// A supervisor of shops, which share the arbiters (without any: its own thread). `jitter` spreads the
    /// waits of shops that fail together; `ended` receives the outcome when the last shop has ended.
    pub fn new(
        settings: config::Supervisor,
        recipes: Vec<Recipe>,
        arbiters: Vec<ArbiterHandle>,
        jitter: u64,
        ended: oneshot::Sender<Outcome>,
    ) -> Self {
        let threads = arbiters.len();
        let supervised = |(recipe, place): (Recipe, usize)| Supervised {
            name: recipe.plan.name.as_str().into(),
            tables: recipe.plan.tables.iter().map(|table| table.name.as_str().into()).collect(),
            thread: place.checked_rem(threads),
            since: (recipe.wall)(),
            recipe: Arc::new(recipe),
            actor: None,
            board: Board::default(),
            backoff: Backoff::new(settings.clone(), jitter.wrapping_add(place as u64)),
            phase: Phase::Starting,
            logged: None,
            retry_at: None,
            open: false,
            ticks_failed: 0,
            restarts: Restarts::default(),
            last_error: None,
            reported_waiting: None,
        };
        let shops = recipes.into_iter().zip(0..).map(supervised).collect();
        let arbiters = arbiters.into_iter().map(|arbiter| (arbiter.clone(), Pulse::of(&arbiter))).collect();
        let (checked, events) = (Instant::now(), EventLog::default());
        Self { settings, arbiters, checked, shops, events, stopping: false, ended: Some(ended) }
    }

    fn build(&mut self, shop: usize, ctx: &mut Context<Self>) {
        let supervised = &mut self.shops[shop];
        if self.stopping {
            return;
        }
        if supervised.phase != Phase::Waiting {
            supervised.phase = Phase::Starting;
        }
        let (recipe, board) = (supervised.recipe.clone(), supervised.board.clone());
        let supervisor = ctx.address().recipient();
        let actor = match supervised.thread {
            None => ShopActor::new(shop, recipe, board, supervisor).start(),
            Some(thread) => ShopActor::start_in_arbiter(&self.arbiters[thread].0, move |_| {
                ShopActor::new(shop, recipe, board, supervisor)
            }),
        };
        supervised.actor = Some(actor);
        supervised.retry_at = None;
        self.shops[shop].log_phase(shop, None, &self.events);
    }

    fn exited(&mut self, shop: usize, exit: Exit, ctx: &mut Context<Self>) {
        let supervised = &mut self.shops[shop];
        supervised.actor = None;
        let (ticks, commits) = {
            let mut ticked = supervised.board.lock();
            (ticked.ticks, ticked.commits.take())
        };
        if let Some((first, last)) = commits {
            supervised.backoff.ticked(first, last);
        }
        // A shop that is open does nothing but ticks, and waits for them: one of them failed.
        let was_open = std::mem::take(&mut supervised.open);
        if was_open && matches!(exit, Exit::Failed(_) | Exit::Panicked) {
            supervised.ticks_failed += 1;
        }
        let name = supervised.recipe.plan.name.clone();
        let cause = match &exit {
            Exit::Finished | Exit::Stopped => None,
            Exit::Failed(failure) | Exit::Lost(failure) if failure.class == Class::Waiting => {
                Some(Cause::Waiting)
            }
            Exit::Failed(_) | Exit::Lost(_) => Some(Cause::Transient),
            Exit::Panicked => Some(Cause::Panic),
        };
        let phase = match exit {
            Exit::Finished => {
                match ticks {
                    0 => info!(shop = name, "already finished, nothing was changed"),
                    ticks => info!(shop = name, ticks, "finished"),
                }
                Phase::Finished
            }
            Exit::Stopped => Phase::Stopped,
            Exit::Failed(failure) | Exit::Lost(failure) if failure.class == Class::Waiting => {
                self.failed(shop, failure, Cause::Waiting, ctx)
            }
            Exit::Failed(failure) | Exit::Lost(failure) => self.failed(shop, failure, Cause::Transient, ctx),
            Exit::Panicked => {
                let message = "its actor panicked: this is a bug in shopsim; please report it".to_owned();
                self.failed(shop, Failure { class: Class::Transient, message }, Cause::Panic, ctx)
            }
        };
        self.shops[shop].phase = phase;
        self.shops[shop].log_phase(shop, cause, &self.events);
        let exhausted = matches!(phase, Phase::GivenUp | Phase::Refused);
        if exhausted && self.settings.when_exhausted == WhenExhausted::Exit && !self.stopping {
            error!(shop = name, "given up, so the others are stopped: when_exhausted = \"exit\"");
            self.stop(ctx);
        }
        self.end_if_all_ended(ctx);
    }

    /// Decides whether a shop that failed is restarted.
    fn failed(&mut self, shop: usize, failure: Failure, cause: Cause, ctx: &mut Context<Self>) -> Phase {
        let supervised = &mut self.shops[shop];
        let (name, message) = (&supervised.recipe.plan.name, &failure.message);
        if supervised.last_error.as_deref() != Some(message) {
            supervised.last_error = Some(message.as_str().into());
        }
        if self.stopping {
            warn!(shop = name, "failed while stopping: {message}");
            return Phase::Stopped;
        }
        let (wait, phase) = match failure.class {
            Class::Refused => {
                error!(shop = name, "refused: {message}");
                return Phase::Refused;
            }
            Class::Permanent => {
                error!(shop = name, "given up, because a retry would not help: {message}");
                return Phase::GivenUp;
            }
            Class::Waiting => {
                // Once for each reason: `no room on the disk`, then `starting up`.
                if supervised.reported_waiting.as_ref() != Some(message) {
                    warn!(shop = name, "waiting for its server: {message}");
                    supervised.reported_waiting = Some(message.clone());
                }
                (Some(supervised.backoff.waiting()), Phase::Waiting)
            }
            Class::Transient => (supervised.backoff.failed(Instant::now()), Phase::BackingOff),
        };
        let Some(wait) = wait else {
            error!(
                shop = name,
                "given up after {} restarts within {}: {message}",
                self.settings.max_restarts,
                humantime::format_duration(self.settings.restart_window)
            );
            return Phase::GivenUp;
        };
        if phase == Phase::BackingOff {
            warn!(shop = name, "failed, restarting in {} ms: {message}", wait.as_millis());
        }
        // Waiting for one outage of a server counts once.
        if phase != supervised.phase || phase != Phase::Waiting {
            supervised.restarts.add(cause);
        }
        supervised.retry_at = Some((supervised.recipe.wall)().plus(micros(wait)));
        ctx.run_later(wait, move |supervisor, ctx| supervisor.build(shop, ctx));
        phase
    }

    fn stop(&mut self, ctx: &mut Context<Self>) {
        if self.stopping {
            return;
        }
        self.stopping = true;
        for shop in &mut self.shops {
            match &shop.actor {
                Some(actor) => actor.do_send(Stop),
                None if shop.phase.is_final() => {}
                None => shop.phase = Phase::Stopped,
            }
        }
        self.log_phases();
        let timeout = self.settings.stop_timeout;
        ctx.run_later(timeout, move |supervisor, ctx| {
            let writing = supervisor.shops.iter().filter(|shop| shop.actor.is_some());
            let writing: Vec<String> = writing.map(|shop| shop.recipe.plan.name.clone()).collect();
            let after = humantime::format_duration(timeout);
            error!("still writing {after} after the stop, will be rolled back: {}", writing.join(", "));
            supervisor.end(writing, ctx);
        });
        self.end_if_all_ended(ctx);
    }

    fn end_if_all_ended(&mut self, ctx: &mut Context<Self>) {
        let ended = |shop: &Supervised| shop.actor.is_none() && shop.phase.is_final();
        if self.shops.iter().all(ended) {
            self.end(Vec::new(), ctx);
        }
    }

    fn end(&mut self, forced: Vec<String>, ctx: &mut Context<Self>) {
        if let Some(ended) = self.ended.take() {
            // The receiver is gone if the process is exiting already.
            let _ = ended.send(Outcome { shops: self.statuses(), forced });
        }
        ctx.stop();
    }

    /// The status of the threads.
    fn threads(&self) -> Vec<ThreadStatus> {
        let arbiters = self.arbiters.len();
        let thread = |(place, (_, pulse)): (usize, &(ArbiterHandle, Pulse))| ThreadStatus {
            name: format!("shops-{place}"),
            silent: pulse.silent(),
            shops: (place..self.shops.len()).step_by(arbiters).count(),
        };
        self.arbiters.iter().enumerate().map(thread).collect()
    }

    /// Reports once that a thread does not respond, and once that it does again.
    fn check_threads(&mut self) {
        let since = std::mem::replace(&mut self.checked, Instant::now()).elapsed();
        self.arbiters.iter_mut().for_each(|(_, pulse)| pulse.look(since));
        for (place, thread) in self.threads().into_iter().enumerate() {
            let pulse = &mut self.arbiters[place].1;
            match (thread.trouble(), pulse.reported) {
                (Some(trouble), false) => error!("{trouble}"),
                (None, true) => info!("thread {} responds again", thread.name),
                _ => continue,
            }
            pulse.reported = !pulse.reported;
        }
    }

    /// Logs the phases that shops have entered by themselves: their actors update only their boards.
    fn log_phases(&mut self) {
        for (place, shop) in self.shops.iter_mut().enumerate() {
            shop.log_phase(place, None, &self.events);
        }
    }

    fn statuses(&mut self) -> Vec<ShopStatus> {
        self.log_phases();
        let now = Instant::now();
        self.shops.iter().map(|shop| shop.status(now)).collect()
    }
}

impl Actor for Supervisor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        (0..self.shops.len()).for_each(|shop| self.build(shop, ctx));
        if !self.arbiters.is_empty() {
            ctx.run_interval(BEAT, |supervisor, _| supervisor.check_threads());
        }
        self.end_if_all_ended(ctx);
    }
}

impl Handler<Report> for Supervisor {
    type Result = ();

    fn handle(&mut self, Report { shop, event }: Report, ctx: &mut Self::Context) {
        match event {
            Event::Opened => {
                let supervised = &mut self.shops[shop];
                (supervised.phase, supervised.open) = (Phase::Starting, true);
                supervised.reported_waiting = None;
                supervised.log_phase(shop, None, &self.events);
            }
            Event::Paused(pause) => {
                let at = (self.shops[shop].recipe.wall)();
                self.events.push(at, shop, EventKind::Pause(pause));
            }
            Event::Exited(exit) => self.exited(shop, exit, ctx),
        }
    }
}

impl Handler<Stop> for Supervisor {
    type Result = ();

    fn handle(&mut self, _: Stop, ctx: &mut Self::Context) {
        self.stop(ctx);
    }
}

impl Handler<GetStatus> for Supervisor {
    type Result = MessageResult<GetStatus>;

    fn handle(&mut self, _: GetStatus, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.statuses())
    }
}

impl Handler<GetShared> for Supervisor {
    type Result = MessageResult<GetShared>;

    fn handle(&mut self, _: GetShared, _: &mut Self::Context) -> Self::Result {
        MessageResult(Shared {
            boards: self.shops.iter().map(|shop| shop.board.clone()).collect(),
            events: self.events.clone(),
            settings: self.settings.clone(),
        })
    }
}

impl Handler<GetThreads> for Supervisor {
    type Result = MessageResult<GetThreads>;

    fn handle(&mut self, _: GetThreads, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.threads())
    }
}
