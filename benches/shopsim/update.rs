//! Many updates: 60 % of 100,000 rows, against one hand-written `UPDATE … FROM` of the same keys.

use std::time::{Duration, Instant};

use shopsim::clock::Timeline;
use shopsim::pg::{Claim, Mark, Sessions};
use shopsim::tick::Batch;

use crate::harness::Place;
use crate::measure::{Figure, Reach, figure, median, ratios};
use crate::server::Server;
use crate::{Effort, world};

/// Constants into all columns, as half of the columns of each row change on either side.
const HAND: &str = "UPDATE hand AS t SET customer_id = 5, product_id = 7, order_status = 'paid', \
    order_dttm = '2026-01-01', quantity = 5 FROM ids WHERE t.order_id = ids.id";

/// The updates of the second tick on the rows of the first, each round in a database of its own.
pub async fn bench(effort: Effort) -> Vec<Figure> {
    let inserts = 100_000 / effort.divisor;
    let updates = inserts * 6 / 10;
    let place = Place::new("");
    let server = Server::new(&place, "s").await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
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
        };
        let sessions = Sessions::new(server.connection(&database), claim, Duration::from_secs(60), false);
        let (mut session, progress) = sessions.open().await.unwrap();
        let origin = progress.origin.unwrap();
        let timeline = Timeline::new(origin.start, plan.interval, &progress.pauses);
        // The same keys for the other side.
        let mut ids = Vec::new();
        let mut batch = Batch::new(&plan, &timeline, 1);
        while let Some(chunk) = batch.tables[1].update.next_chunk(&plan.tables[1]) {
            ids.extend(chunk.ids.iter().map(|id| *id as i32));
        }
        assert_eq!(ids.len() as u64, updates);
        let client = server.client(&database).await;
        client
            .batch_execute(
                "CREATE TABLE ids (id int PRIMARY KEY); CREATE TABLE hand (LIKE orders INCLUDING ALL); \
                 INSERT INTO hand TABLE orders; SET synchronous_commit = off",
            )
            .await
            .unwrap();
        client.execute("INSERT INTO ids SELECT unnest($1::int[])", &[&ids]).await.unwrap();
        client.batch_execute("ANALYZE ids, hand").await.unwrap();
        world::settle(&server).await;
        let began = Instant::now();
        let mut batch = Batch::new(&plan, &timeline, 1);
        ours.push(began.elapsed());
        // Only the updates are timed.
        while batch.tables[1].insert.next_chunk(&plan.tables[1]).is_some() {}
        let mark = Mark { last_tick: Some(0), tick: 1, origin, live: false, pause: 0 };
        let began = Instant::now();
        let counts = session.apply(std::slice::from_mut(&mut batch), &mark).await.unwrap();
        ours[round] += began.elapsed();
        assert_eq!(counts[1].updated, updates);
        world::settle(&server).await;
        let began = Instant::now();
        assert_eq!(client.execute(HAND, &[]).await.unwrap(), updates);
        theirs.push(began.elapsed());
    }
    server.stop().await;
    let text =
        format!("{:.0} against {:.0} ms for {updates} rows", median(&ours) * 1e3, median(&theirs) * 1e3);
    vec![figure("update-heavy", "x UPDATE's time", ratios(&ours, &theirs), Some(Reach::AtMost(1.25)), text)]
}
