//! What the supervisor counts of a shop, and what it knows of the next tick: the figures of the pages.

use super::*;
use shopsim::supervise::Restarts;

/// How far a wall time is past the new year, in microseconds.
fn since_new_year(at: Timestamp) -> i64 {
    at.0 - NEW_YEAR.0
}

async fn status(chain: &Chain) -> ShopStatus {
    chain.supervisor.send(GetStatus).await.unwrap().remove(0)
}

#[test]
fn committed_ticks_are_counted_with_their_rows_by_table_and_the_time_they_took() {
    paused(|| async {
        let slow = |touch, _| match touch {
            Touch::Tick(3) => Trouble::Slow(Duration::from_millis(300)),
            Touch::Tick(_) => Trouble::Slow(Duration::from_millis(2)),
            Touch::Open => Trouble::None,
        };
        let wall = wall();
        let mut recipe = recipe("a", &Memory::new(slow), &wall);
        let plan = Arc::get_mut(&mut recipe.plan).unwrap();
        let products = TablePlan { name: "products".to_owned(), insert_rows: 7, ..plan.tables[0].clone() };
        plan.tables = plan.tables.iter().cloned().chain([products]).collect();
        let shop = start(settings(), vec![recipe]).end().await.remove(0);
        let rows: Vec<_> = shop.tables.iter().map(|table| (&*table.table, table.rows.inserted)).collect();
        assert_eq!(rows, [("orders", 10), ("products", 70)]);
        assert_eq!(shop.rows().inserted, 80);
        assert_eq!((shop.ticks_here, shop.ticks_failed), (10, 0));
        let up_to = |seconds| shop.durations.up_to_bounds().find(|(bound, _)| *bound == seconds).unwrap().1;
        assert_eq!([up_to(0.001), up_to(0.005), up_to(0.25), up_to(0.5)], [0, 9, 9, 10]);
        assert_eq!(shop.durations.count(), 10);
        // A sleep is up to a millisecond longer.
        let sum = shop.durations.sum().as_millis();
        assert!((318..=328).contains(&sum), "{sum} ms");
    });
}

#[test]
fn failed_ticks_and_restarts_are_counted_by_their_cause() {
    paused(|| async {
        let faults = Arc::new(Mutex::new(0));
        let store = Memory::new(move |touch, _| {
            let mut fault = faults.lock().unwrap();
            if touch == Touch::Open {
                return Trouble::None;
            }
            *fault += 1;
            match *fault {
                3 | 5 => Trouble::Fail(Class::Transient),
                7 => {
                    drop(fault);
                    Trouble::Panic
                }
                9 => Trouble::Fail(Class::Waiting),
                _ => Trouble::None,
            }
        });
        let shop = start(settings(), vec![recipe("a", &store, &wall())]).end().await.remove(0);
        assert_eq!((shop.ticks_here, shop.ticks_failed), (10, 4));
        assert_eq!(shop.restarts, Restarts { transient: 2, panic: 1, waiting: 1 });
        assert_eq!(shop.durations.count(), 10, "a tick that failed has no duration");
    });
}

#[test]
fn a_server_that_is_away_is_one_restart_however_often_it_is_tried_and_no_failed_tick() {
    paused(|| async {
        let store = Memory::new(|touch, at| match (touch, at.as_secs()) {
            (Touch::Open, 0..1800) => Trouble::Fail(Class::Waiting),
            (_, 1835..1880) => Trouble::Fail(Class::Waiting),
            _ => Trouble::None,
        });
        let shop = start(settings(), vec![recipe("a", &store, &wall())]).end().await.remove(0);
        assert_eq!((shop.phase, shop.ticks_here), (Phase::Finished, 10));
        assert_eq!(shop.restarts, Restarts { waiting: 2, ..Restarts::default() });
        assert_eq!(shop.ticks_failed, 1, "the tick that met the server going away");
    });
}

#[test]
fn a_failure_that_is_for_good_is_a_failed_tick_and_no_restart() {
    paused(|| async {
        let store = Memory::new(|touch, _| match touch {
            Touch::Tick(2) => Trouble::Fail(Class::Permanent),
            _ => Trouble::None,
        });
        let shop = start(settings(), vec![recipe("a", &store, &wall())]).end().await.remove(0);
        assert_eq!((shop.phase, shop.open), (Phase::GivenUp, false));
        assert_eq!((shop.ticks_here, shop.ticks_failed), (2, 1));
        assert_eq!(shop.restarts, Restarts::default());
    });
}

#[test]
fn the_next_tick_is_known_when_the_shop_opens_and_after_each_commit_and_is_overdue_while_it_hangs() {
    paused(|| async {
        let store = Memory::new(|touch, at| match touch {
            Touch::Open if at < Duration::from_secs(1) => Trouble::Fail(Class::Waiting),
            Touch::Tick(3) if at < Duration::from_secs(60) => Trouble::Hang(Duration::from_secs(60)),
            _ => Trouble::None,
        });
        let (wall, clock) = (wall(), Instant::now());
        let now = || NEW_YEAR.plus(clock.elapsed().as_micros() as i64);
        let chain = start(settings(), vec![recipe("a", &store, &wall)]);
        sleep(Duration::from_millis(500)).await;
        let shop = status(&chain).await;
        assert_eq!((shop.open, shop.due, shop.overdue(now())), (false, None, None));
        assert_eq!(shop.spacing, Duration::from_secs(10));

        sleep(Duration::from_secs(15)).await;
        let shop = status(&chain).await;
        let start = since_new_year(shop.at.unwrap()) - 10 * SECOND;
        assert_eq!((shop.open, shop.last_tick), (true, Some(1)));
        assert_eq!(since_new_year(shop.due.unwrap()), start + 20 * SECOND);
        assert!(shop.overdue(now()).unwrap() < 0, "not due yet");

        sleep(Duration::from_secs(40)).await;
        let shop = status(&chain).await;
        assert_eq!((shop.phase, shop.open, shop.last_tick), (Phase::Live, true, Some(2)), "it hangs");
        assert_eq!(shop.overdue(now()), Some(since_new_year(now()) - start - 30 * SECOND));
        assert!(shop.overdue(now()).unwrap() > 20 * SECOND);
        assert_eq!(chain.end().await[0].last_tick, Some(9));
    });
}

#[test]
fn without_pace_the_next_tick_is_due_at_the_commit_of_the_last() {
    paused(|| async {
        let store = Memory::new(|touch, _| match touch {
            Touch::Tick(_) => Trouble::Slow(Duration::from_secs(3)),
            Touch::Open => Trouble::None,
        });
        let mut recipe = recipe("a", &store, &wall());
        recipe.schedule.pace = Pace::Unlimited;
        let shop = start(settings(), vec![recipe]).end().await.remove(0);
        assert_eq!((shop.spacing, shop.lag), (Duration::ZERO, 0));
        assert_eq!(since_new_year(shop.due.unwrap()) / SECOND, 30);
    });
}
