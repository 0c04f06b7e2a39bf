//! A panic planted in one shop, which the shipped binary cannot be asked for: the library against a real
//! server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix::{Actor, Arbiter};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use shopsim::chain::wall_now;
use shopsim::clock::Schedule;
use shopsim::config::{self, AfterDowntime, Pace, Start};
use shopsim::pg::{Claim, Counts, Mark, Sessions};
use shopsim::plan::ShopPlan;
use shopsim::supervise::{Failure, Ledger, Opened, Phase, Recipe, Store, Supervisor};
use shopsim::tick::Batch;
use tokio::sync::oneshot;

use super::harness::{Place, chain};
use super::oracle::{self, plan};
use super::server::Server;

/// Sessions of which one tick panics, once, after its rows were drawn and before they are written.
struct Mined {
    sessions: Arc<Sessions>,
    panics_at: Arc<AtomicU64>,
}

struct MinedLedger {
    inner: Box<dyn Ledger>,
    panics_at: Arc<AtomicU64>,
}

impl Store for Mined {
    fn open(&self) -> LocalBoxFuture<'_, Opened> {
        async {
            let (inner, progress) = Store::open(&*self.sessions).await?;
            let ledger = MinedLedger { inner, panics_at: self.panics_at.clone() };
            Ok((Box::new(ledger) as Box<dyn Ledger>, progress))
        }
        .boxed_local()
    }
}

impl Ledger for MinedLedger {
    fn apply<'a>(
        &'a mut self,
        batch: &'a mut Batch,
        mark: &'a Mark,
    ) -> LocalBoxFuture<'a, Result<Vec<Counts>, Failure>> {
        let mined =
            self.panics_at.compare_exchange(mark.tick, u64::MAX, Ordering::Relaxed, Ordering::Relaxed);
        assert!(mined.is_err(), "planted");
        self.inner.apply(batch, mark)
    }
}

/// A shop that ticks every second in real time, ten times.
fn recipe(plan: &Arc<ShopPlan>, server: config::Server, panics_at: u64) -> Recipe {
    let claim = Claim {
        plan: plan.clone(),
        start: Start::Now,
        start_by_name: false,
        reset: false,
        run: "panics".to_owned(),
    };
    let sessions = Arc::new(Sessions::new(server, claim, std::time::Duration::from_secs(10), false));
    Recipe {
        plan: plan.clone(),
        schedule: Schedule {
            pace: Pace::Factor { numerator: 1, denominator: 1 },
            after_downtime: AfterDowntime::Pause,
            stop_after: None,
            until_tick: Some(6),
        },
        start: Start::Now,
        store: Arc::new(Mined { sessions, panics_at: Arc::new(AtomicU64::new(panics_at)) }),
        wall: Arc::new(wall_now),
    }
}

#[test]
fn a_panicking_shop_is_back_after_its_backoff_and_its_neighbour_on_the_same_thread_misses_nothing() {
    actix::System::new().block_on(async {
        let place = Place::new("");
        let server = Server::new(&place, "own").await;
        server.create_databases(&["sick", "well"]).await;
        let shop = |name: &str| {
            format!(
                "name = \"{name}\"\ntick_interval = \"1s\"\nupdate_not_older_than = \"1m\"\ndatabase = {:?}",
                server.url(name)
            )
        };
        let config = chain(&[shop("sick"), shop("well")]);
        let plans = ["sick", "well"].map(|shop| plan(&config, shop));
        let recipes = vec![
            recipe(&plans[0], server.connection("sick"), 3),
            recipe(&plans[1], server.connection("well"), u64::MAX),
        ];
        let arbiter = Arbiter::new();
        let (sender, ended) = oneshot::channel();
        Supervisor::new(config::Supervisor::default(), recipes, vec![arbiter.handle()], 1, sender).start();
        let outcome = ended.await.unwrap();
        let shops: Vec<_> = outcome.shops.iter().map(|shop| (shop.phase, shop.restarts)).collect();
        assert_eq!(shops, [(Phase::Finished, 1), (Phase::Finished, 0)], "{outcome:?}");
        for plan in &plans {
            let client = server.client(&plan.name).await;
            let standing = oracle::assert_engine_agrees(&client, plan).await;
            assert_eq!(standing.ticks, 6);
            assert!(plan.name == "sick" || standing.pauses.is_empty(), "{standing:?}");
        }
        arbiter.stop();
        server.stop().await;
    });
}
