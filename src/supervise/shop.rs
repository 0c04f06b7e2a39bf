//! The actor of a shop: starts its life, receives the stop, and reports how it ended.
//!
//! After any failure a new actor is built from the same recipe and reads from the database where to resume. The work of
//! the shop is in [`super::life`]. Must not know of other shops.

use std::sync::Arc;

use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Recipient, WrapFuture};
use tokio::sync::watch;

use super::board::Board;
use super::life::live;
use super::message::{Event, Exit, Report, Stop};
use super::recipe::Recipe;

/// Runs one shop of the chain.
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
        let report = move |event: Event| supervisor.do_send(Report { shop, event });
        let life = live(self.recipe.clone(), self.board.clone(), report, self.stop.subscribe());
        ctx.spawn(life.into_actor(self).map(|exit, actor, ctx| {
            actor.exit = Some(exit);
            ctx.stop();
        }));
    }

    /// Also runs after a panic, when there is no exit yet.
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
