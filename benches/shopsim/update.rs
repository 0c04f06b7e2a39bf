//! Many updates: 60 % of 100,000 rows, and a million at once, against one hand-written `UPDATE … FROM` that writes the
//! same values.

use std::time::Duration;

use shopsim::clock::Timeline;
use shopsim::config::Pace;
use shopsim::pg::{CheckpointUpdate, Claim, Sessions};
use shopsim::tick::{Tick, Transaction};

use crate::harness::Place;
use crate::measure::{Cost, Figure, figure, median, processor_figure, ratios, walls};
use crate::server::Server;
use crate::stage::{self, ORDERS};
use crate::{Effort, world};

/// The updates of the second tick on the rows of the first, each round in a database of its own.
pub async fn bench(effort: Effort) -> Vec<Figure> {
    let heavy = Effort { rounds: effort.rounds.min(3), ..effort };
    let (few, many) = (100_000 / effort.divisor, 1_250_000 / effort.divisor);
    [of(few, few * 6 / 10, effort).await, of(many, many * 8 / 10, heavy).await].concat()
}

async fn of(inserts: u64, updates: u64, effort: Effort) -> Vec<Figure> {
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let assignments = stage::assignments(&ORDERS);
    let hand = format!(
        "UPDATE hand AS t SET {assignments} FROM stage.orders_update AS u WHERE t.order_id = u.order_id"
    );
    for round in 0..effort.rounds {
        let database = format!("run_{round}");
        server.create_databases(&[&database]).await;
        let rows = [(0, 0), (inserts, updates), (0, 0)];
        place.configure(&world::config(&server.url(&database), "", rows));
        world::run_until(&place, 1);
        let chain = world::load(&place);
        let plan = chain.shops[0].plan.clone();
        let claim = Claim {
            plan: plan.clone(),
            start: chain.shops[0].config.start.value,
            start_by_name: true,
            reset: false,
            run: "bench".to_owned(),
            capture: chain.shops[0].capture.clone(),
        };
        let sessions = Sessions::new(server.connection(&database), claim, Duration::from_secs(60), false);
        let (mut session, progress) = sessions.open().await.unwrap();
        let origin = progress.origin.unwrap();
        let timeline = Timeline::new(origin.start, plan.interval, &progress.pauses);
        stage::stage(&place, &server, &database, 1, 1);
        let client = server.client(&database).await;
        client
            .batch_execute(
                "CREATE TABLE hand (LIKE orders INCLUDING ALL); INSERT INTO hand TABLE orders; \
                 SET synchronous_commit = off",
            )
            .await
            .unwrap();
        client.batch_execute("VACUUM ANALYZE hand").await.unwrap();
        client.batch_execute("VACUUM ANALYZE orders").await.unwrap();
        world::settle(&server).await;
        // Only the updates are timed.
        let mut transaction = Transaction::new(vec![Tick::new(&plan, &timeline, 1).without_inserts()]);
        let checkpoint = CheckpointUpdate {
            last_tick: Some(0),
            tick: 1,
            origin,
            pace: Pace::Unlimited,
            live: false,
            pause: None,
        };
        let apply = session.apply(&mut transaction, &checkpoint);
        let (cost, applied) = Cost::of_this(server.pid(), apply).await;
        ours.push(cost);
        assert_eq!(applied.unwrap().rows[1].updated, updates);
        world::settle(&server).await;
        let (cost, updated) = Cost::of_this(server.pid(), client.execute(&hand, &[])).await;
        theirs.push(cost);
        assert_eq!(updated.unwrap(), updates);
        let same = "SELECT 1 / (count(*) = 0)::int FROM (TABLE hand EXCEPT ALL TABLE orders) AS differing";
        world::psql(&server, &database, same);
    }
    server.stop().await;
    let times = (median(&walls(&ours)) * 1e3, median(&walls(&theirs)) * 1e3);
    let text = format!("{:.0} against {:.0} ms for {updates} rows", times.0, times.1);
    let (name, time) = (format!("{updates} updates: processor"), format!("{updates} updates: time"));
    vec![
        processor_figure(&name, "x UPDATE's processor time", &ours, &theirs, updates),
        figure(&time, "x UPDATE's time", ratios(&walls(&ours), &walls(&theirs)), None, text),
    ]
}
