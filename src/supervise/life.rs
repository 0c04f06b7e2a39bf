//! A shop's life: from the opening of its database to its end, one transaction after the other.
//!
//! # One turn of the loop
//!
//! All of a shop's life is one loop ([`live`]). A turn asks the schedule what to do with the next tick at the present
//! wall time, and does it:
//!
//! ```text
//!              ┌─────────────────────────── Schedule::step ──────────────────────────┐
//!              ▼                  ▼                      ▼                           ▼
//!          Complete             Wait             Run { pause > 0 }            Run { pause: 0 }
//!         Finished ▸     sleep, or be stopped    shift the timeline;        write the transaction;
//!                        ▸ Stopped               the step is asked again    evaluate the result
//! ```
//!
//! Three clocks meet here. *Simulated time* is a function of the tick's number and of the recorded pauses (the
//! [`Timeline`]). The *wall clock* says which ticks are due; it is read after each wait and each commit and nowhere
//! else, so that one turn sees one time. *Instants* measure how long something took, as the wall clock may be set.
//!
//! # What is durable when
//!
//! Before the first commit nothing is: the origin that [`Life::begin`] fixes is lost with its actor if the first tick
//! fails. A pause is put before a tick in memory, and becomes permanent with that tick's transaction, which records it.
//! After [`Ledger::apply`] has returned, the tick is committed; if it fails, the outcome is unknown, and the actor ends:
//! the next one reads the checkpoint. So no state of this loop survives a failure, and none has to.
//!
//! # Downtime and slowness
//!
//! A shop that was down has a pause put before its next tick, one that is merely slow has not. Two watches distinguish
//! them by how much longer than usual nothing happened ([`StallWatch`]): `asleep` over the waits, by how much the wall
//! clock exceeded them (the process was stopped, or the machine, or the clock was set), and `at_work` over the
//! transactions, by the longest silence of the server. Either moves `open_since`, from which
//! [`crate::clock::Schedule::step`] sees which ticks were due while the shop was not open.
//!
//! # Drawing ahead
//!
//! While the server works on a transaction, the tick after it is drawn if it is due, too. It is a function of its
//! number and the timeline: if a pause then shifts it, it is thrown away and drawn anew.
//!
//! Owns one transaction after the other and nothing that outlives the actor. Must not know of other shops.

use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

use super::board::{Board, Committed};
use super::history::HistoryWatch;
use super::journal::{self, Commit};
use super::message::{Event, Exit, Failure};
use super::recipe::Recipe;
use super::slot_warnings::SlotWarnings;
use super::store::Ledger;
use crate::clock::{Checkpoint, Origin, PaceWatch, Pause, StallWatch, Standing, Step, Timeline, micros};
use crate::pg::{Applied, CheckpointUpdate, Class, IdConflict};
use crate::tick::{Tick, Transaction};
use crate::value::Timestamp;

/// Longest sleep before the wall clock is read again: it may have been set.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// A wait in which the store may do what is due between two ticks: with less, it might delay the next one.
const SPARE: Duration = Duration::from_millis(10);
/// After this time it does so before the next tick, in a shop whose ticks leave no such wait.
const OVERDUE: Duration = Duration::from_secs(20);

/// A next tick that is due later than an interval and this is reported: the start is in the future, or the wall clock
/// was set back.
const DISTANT: Duration = Duration::from_secs(2);

/// Runs until the shop has finished, is to stop, or fails.
pub(super) async fn live(
    recipe: Arc<Recipe>,
    board: Board,
    report: impl Fn(Event),
    stop: watch::Receiver<bool>,
) -> Exit {
    // One future for the whole life: creating and deregistering one per wait would cost time in each tick.
    let mut stopping = pin!(stopped(stop.clone()));
    let (ledger, checkpoint) = tokio::select! {
        biased;
        () = &mut stopping => return Exit::Stopped,
        open = recipe.store.open() => match open {
            Ok(open) => open,
            Err(failure) => return Exit::Failed(failure),
        },
    };
    let mut life = Life::begin(recipe, board, ledger, checkpoint);
    report(Event::Opened);
    // Whether a wait has just seen that the shop is not to stop.
    let mut goes_on = false;
    loop {
        let turn = match life.next_step() {
            Step::Complete => Err(Exit::Finished),
            Step::Wait(wait) => {
                goes_on = true;
                life.wait(wait, stopping.as_mut()).await
            }
            Step::Run { .. } if !std::mem::take(&mut goes_on) && *stop.borrow() => Err(Exit::Stopped),
            Step::Run { .. } if life.ledger.tends_at().is_some_and(|at| at.elapsed() >= OVERDUE) => {
                life.tend(SPARE, stopping.as_mut()).await
            }
            Step::Run { pause: 0, live } => life.write(live, stopping.as_mut()).await,
            Step::Run { pause, .. } => {
                report(Event::Paused(life.pause(pause)));
                Ok(())
            }
        };
        if let Err(exit) = turn {
            return exit;
        }
    }
}

/// Resolves when the shop is to stop.
async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error says that the actor is gone, which ends this future with it.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The state of a shop between two transactions.
struct Life {
    recipe: Arc<Recipe>,
    board: Board,
    ledger: Box<dyn Ledger>,
    /// The checkpoint in the database, updated with each commit.
    checkpoint: Checkpoint,
    origin: Origin,
    /// Shared with the commits that are still to be logged.
    timeline: Arc<Timeline>,
    /// The history that is being generated, if there is one.
    history: Option<HistoryWatch>,
    /// The present wall time.
    wall: Timestamp,
    /// Since when the shop has been open without a downtime.
    open_since: Timestamp,
    asleep: StallWatch,
    at_work: StallWatch,
    pace_watch: PaceWatch,
    /// The pause before the next tick, if there is one.
    paused: Option<Pause>,
    /// The next tick, if it is drawn already.
    ahead: Option<Tick>,
    /// The last reported row with an id that a later tick assigns, by table.
    reported_conflicts: BTreeMap<usize, i64>,
    /// The tick that was reported as due much later.
    reported_distant: Option<u64>,
    /// How long the store took for what is due between two ticks.
    tending: StallWatch,
    slot_warnings: SlotWarnings,
}

impl Life {
    /// A shop whose database is open.
    fn begin(recipe: Arc<Recipe>, board: Board, ledger: Box<dyn Ledger>, mut checkpoint: Checkpoint) -> Self {
        let opened = (recipe.wall)();
        let Recipe { plan, schedule, .. } = &*recipe;
        // Before the first commit nothing is durable: after a failed first tick, the next actor starts anew.
        let mut origin = *checkpoint.origin.get_or_insert_with(|| {
            let origin = Origin::fix(recipe.start, (recipe.wall)());
            let windows = plan.tables.iter().map(|table| &table.windows);
            schedule.without_lost_history(origin, plan.interval, windows)
        });
        if checkpoint.last_tick.is_none() {
            recipe.journal.begin();
        }
        journal::opened(plan, &checkpoint);
        let timeline = Timeline::of(&origin, plan.interval, &checkpoint.pauses);
        let history = schedule.history(&origin, plan.interval).filter(|_| !checkpoint.live);
        let history = history.and_then(|history| {
            let making = HistoryWatch::from(history.clone(), checkpoint.next_tick(), Instant::now())?;
            journal::history_begins(plan, &history);
            Some(making)
        });
        if let Some(before) = checkpoint.pace.filter(|before| *before != schedule.pace) {
            let (anchor, live) = (origin.anchor, checkpoint.live);
            let standing = Standing { anchor, tick: checkpoint.next_tick(), live, open_since: opened };
            origin.anchor = schedule.after_another_pace(&timeline, &standing, opened);
            if schedule.step(&timeline, &standing, opened) != Step::Complete {
                journal::another_pace(plan, before, schedule.pace);
            }
        }
        let due = schedule.next_due(origin.anchor, timeline.at(checkpoint.next_tick()), opened);
        let timeline = Arc::new(timeline);
        board.lock().opened(checkpoint.last_tick, due, timeline.clone());
        Self {
            recipe,
            board,
            ledger,
            checkpoint,
            origin,
            timeline,
            history,
            wall: opened,
            open_since: opened,
            asleep: StallWatch::default(),
            at_work: StallWatch::default(),
            pace_watch: PaceWatch::default(),
            paused: None,
            ahead: None,
            reported_conflicts: BTreeMap::new(),
            reported_distant: None,
            tending: StallWatch::default(),
            slot_warnings: SlotWarnings::default(),
        }
    }

    /// The state that the schedule needs.
    fn standing(&self) -> Standing {
        Standing {
            anchor: self.origin.anchor,
            tick: self.checkpoint.next_tick(),
            live: self.checkpoint.live,
            open_since: self.open_since,
        }
    }

    fn next_step(&self) -> Step {
        self.recipe.schedule.step(&self.timeline, &self.standing(), self.wall)
    }

    /// The shortest downtime.
    fn downtime(&self) -> Duration {
        self.recipe.schedule.downtime(self.recipe.plan.interval)
    }

    /// The shop was not open until now.
    fn opened_again(&mut self) {
        (self.open_since, self.pace_watch) = (self.wall, PaceWatch::default());
    }

    /// Waits for the next tick, or until the wall clock is to be read again.
    async fn wait(
        &mut self,
        wait: Duration,
        stopping: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<(), Exit> {
        let Recipe { plan, schedule, wall: clock, .. } = &*self.recipe;
        let tick = self.checkpoint.next_tick();
        if self.reported_distant != Some(tick) && wait > schedule.spacing(plan.interval) + DISTANT {
            journal::distant(plan, tick, self.wall, wait);
            self.reported_distant = Some(tick);
        }
        let mut wait = wait.min(LONGEST_SLEEP);
        if let Some(at) = self.ledger.tends_at().filter(|_| wait >= SPARE) {
            match at.saturating_duration_since(Instant::now()) {
                Duration::ZERO => return self.tend(wait, stopping).await,
                until => wait = wait.min(until),
            }
        }
        tokio::select! {
            biased;
            () = sleep(wait) => {}
            () = stopping => return Err(Exit::Stopped),
            // The next tick would find out, but it may be due much later.
            failure = self.ledger.lost() => return Err(Exit::Lost(failure)),
        }
        let slept = std::mem::replace(&mut self.wall, clock());
        // The process was stopped, or the machine, or the clock was set.
        if self.asleep.was_down(overslept(slept, wait, self.wall), self.downtime()) {
            self.opened_again();
        }
        Ok(())
    }

    /// Lets the store do what is due between two ticks, where `spare` is the time until the next one.
    async fn tend(
        &mut self,
        spare: Duration,
        stopping: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<(), Exit> {
        let began = Instant::now();
        let tended = tokio::select! {
            biased;
            tended = self.ledger.tend(spare) => tended,
            () = stopping => return Err(Exit::Stopped),
        };
        let took = began.elapsed();
        let before = std::mem::replace(&mut self.wall, (self.recipe.wall)());
        let stalled = micros(took).max(overslept(before, took, self.wall));
        // The server, the process or the machine stood still.
        if self.tending.was_down(stalled, self.downtime()) {
            self.opened_again();
        }
        if let Some(watched) = tended.map_err(Exit::Lost)? {
            for warning in self.slot_warnings.of(&watched) {
                journal::log_is_held(&self.recipe.plan, &warning);
            }
            self.board.lock().watched = Some(Arc::new(watched));
        }
        Ok(())
    }

    /// Puts a pause before the next tick.
    fn pause(&mut self, micros: i64) -> Pause {
        let (plan, tick) = (&self.recipe.plan, self.checkpoint.next_tick());
        let pause = Pause { before_tick: tick, micros };
        journal::paused(plan, pause);
        let timeline = Arc::make_mut(&mut self.timeline);
        timeline.push(pause);
        timeline.forget_before(tick.saturating_sub(plan.ticks_remembered()));
        self.board.lock().timeline = Some(self.timeline.clone());
        let earlier = self.paused.map_or(0, |earlier| earlier.micros);
        self.paused = Some(Pause { micros: micros.saturating_add(earlier), ..pause });
        // It was drawn for another time; its new one may be a moment ahead.
        self.ahead = None;
        pause
    }

    /// The ticks that come next, as many as may share a transaction.
    fn next_transaction(&mut self) -> Result<Transaction, Failure> {
        let Recipe { plan, schedule, .. } = &*self.recipe;
        let tick = self.checkpoint.next_tick();
        if let Some(table) = plan.out_of_ids(tick) {
            let (name, key_type) = (&table.name, &table.key_type);
            let cure = match table.key_form.is_number() {
                true => "with `key_type = \"bigint\"`",
                false => "with a longer key, or fewer rows per tick",
            };
            let message = format!(
                "no ids left for {name} at tick {tick}: its key is {key_type}; start a new run {cure}"
            );
            return Err(Failure { class: Class::Permanent, message });
        }
        let due = schedule.together(&self.timeline, &self.standing(), self.wall);
        let together = plan.ticks_together(&self.timeline, tick, due);
        let drawn = self.ahead.take().filter(|drawn| drawn.tick == tick);
        let first = drawn.unwrap_or_else(|| Tick::new(plan, &self.timeline, tick));
        let others = tick + 1..tick + together;
        let others = others.map(|tick| Tick::new(plan, &self.timeline, tick));
        Ok(Transaction::new(std::iter::once(first).chain(others).collect()))
    }

    /// Writes the next transaction, and evaluates the result. `live`: whether the shop has caught up with the wall
    /// clock by then.
    async fn write(&mut self, live: bool, stopping: Pin<&mut impl Future<Output = ()>>) -> Result<(), Exit> {
        let mut transaction = self.next_transaction().map_err(Exit::Failed)?;
        let planned = transaction.counts();
        let events = transaction.events(&self.recipe.plan);
        let (applied, took) = self.apply(&mut transaction, live).await.map_err(Exit::Failed)?;
        let began = std::mem::replace(&mut self.wall, (self.recipe.wall)());
        let stalled = micros(applied.silence).max(overslept(began, took, self.wall));
        if self.at_work.was_down(stalled, self.downtime()) {
            self.opened_again();
        }
        let (ticks, at) = (transaction.ticks(), transaction.at());
        let recipe = self.recipe.clone();
        let is_history = self.reaches_history(ticks.end, &applied);
        self.publish(&Committed {
            tick: ticks.end - 1,
            ticks: ticks.end - ticks.start,
            at,
            live,
            lag: recipe.schedule.lag(self.origin.anchor, at, self.wall),
            due: recipe.schedule.next_due(self.origin.anchor, self.timeline.at(ticks.end), self.wall),
            took,
            rows: &applied.rows,
            events: &events,
        });
        journal::missing(&recipe.plan, ticks.end - 1, &planned, &applied.rows);
        self.report_id_conflicts(applied.id_conflicts);
        self.checkpoint.last_tick = Some(ticks.end - 1);
        self.checkpoint.live = live;
        self.paused = None;
        let (plan, timeline, counts) = (recipe.plan.clone(), self.timeline.clone(), applied.rows);
        recipe.journal.record(Commit { plan, timeline, ticks, counts, is_history });
        // Only a shop at full speed waits for the threads that write its lines, and only while they write.
        if !live || recipe.schedule.is_unlimited() {
            tokio::select! {
                biased;
                () = recipe.journal.room() => {}
                () = stopping => return Err(Exit::Stopped),
            }
            self.wall = (recipe.wall)();
        }
        Ok(())
    }

    /// Applies a transaction, and draws the tick after it meanwhile if that is due, too. Returns how long it took.
    async fn apply(
        &mut self,
        transaction: &mut Transaction,
        live: bool,
    ) -> Result<(Applied, Duration), Failure> {
        let Recipe { plan, schedule, .. } = &*self.recipe;
        let ticks = transaction.ticks();
        let checkpoint = CheckpointUpdate {
            last_tick: self.checkpoint.last_tick,
            tick: ticks.end - 1,
            origin: self.origin,
            pace: schedule.pace,
            live,
            pause: self.paused,
        };
        let standing = Standing { tick: ticks.end, live, ..self.standing() };
        let next = schedule.step(&self.timeline, &standing, self.wall);
        let Self { ledger, timeline, ahead, .. } = self;
        let apply = async {
            let began = Instant::now();
            let applied = ledger.apply(transaction, &checkpoint).await;
            applied.map(|applied| (applied, began.elapsed()))
        };
        if !matches!(next, Step::Run { pause: 0, .. }) {
            return apply.await;
        }
        let draw_ahead = async {
            // The statements must be sent first.
            yield_now().await;
            let mut next = Tick::new(plan, timeline, ticks.end);
            next.draw_ahead(plan);
            *ahead = Some(next);
        };
        join(apply, draw_ahead).await.0
    }

    /// Whether the committed ticks before this one are history. Reports the progress of the history when it is time to.
    fn reaches_history(&mut self, next_tick: u64, applied: &Applied) -> bool {
        let Some(making) = &mut self.history else { return false };
        if let Some(made) = making.committed(next_tick, &applied.rows, Instant::now()) {
            journal::history_made(&self.recipe.plan, &made);
            self.history.take_if(|_| made.complete);
        }
        true
    }

    /// Updates the board with a commit, and reports a pace that is not kept.
    fn publish(&mut self, committed: &Committed<'_>) {
        let Recipe { plan, schedule, .. } = &*self.recipe;
        let Committed { at, lag, .. } = *committed;
        // History has no pace to keep.
        if at >= self.origin.anchor.at
            && let Some(kept) = self.pace_watch.committed(schedule, plan.interval, at, self.wall, lag)
        {
            journal::kept(plan, schedule.pace, kept, lag);
        }
        self.board.lock().committed(committed, Instant::now());
    }

    /// Reports rows inserted outside shopsim with ids that later ticks assign, each once.
    fn report_id_conflicts(&mut self, rows: Vec<IdConflict>) {
        for row in rows {
            if self.reported_conflicts.insert(row.table, row.id) != Some(row.id) {
                journal::id_conflicts(&self.recipe.plan, &self.timeline, row);
            }
        }
    }
}

/// Microseconds by which the wall clock advanced more than the span that was measured.
fn overslept(began: Timestamp, span: Duration, ended: Timestamp) -> i64 {
    ended.0.saturating_sub(began.0).saturating_sub(micros(span))
}
