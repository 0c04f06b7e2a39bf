//! When ticks are due, run together and end; what a downtime does to them.

use super::*;

const NOON: Timestamp = Timestamp(1_767_268_800 * SECOND);
const MET_AT_NOON: Anchor = Anchor { wall: NOON, at: NOON };
const REAL_TIME: Pace = Pace::Factor { numerator: 1, denominator: 1 };

fn timeline(interval: i64) -> Timeline {
    Timeline::new(NOON, interval, &[])
}

fn schedule(pace: Pace, after_downtime: AfterDowntime) -> Schedule {
    Schedule { pace, after_downtime, stop_after: Some(3000 * SECOND), until_tick: None, spread: 0 }
}

/// A live shop that has been open since the anchor, before a tick.
fn before(tick: u64) -> Standing {
    Standing { anchor: MET_AT_NOON, tick, live: true, open_since: NOON }
}

#[test]
fn a_live_shop_waits_for_its_tick_and_runs_it_when_due() {
    let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
    let timeline = timeline(15 * SECOND);
    let step = |wall| schedule.step(&timeline, &before(2), wall);
    assert_eq!(step(NOON.plus(29 * SECOND)), Step::Wait(Duration::from_secs(1)));
    assert_eq!(step(NOON.plus(30 * SECOND)), Step::Run { pause: 0, live: true });
    assert_eq!(step(NOON.plus(45 * SECOND)), Step::Run { pause: 0, live: true }, "still on time");
}

#[test]
fn a_live_shop_that_is_slower_than_its_pace_was_not_closed() {
    let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
    let step = schedule.step(&timeline(1_000), &before(2_000), NOON.plus(60 * SECOND));
    assert_eq!(step, Step::Run { pause: 0, live: true });
    let together = schedule.together(&timeline(1_000), &before(2_000), NOON.plus(3 * SECOND));
    assert_eq!(together, 999, "ticks whose successors are due share a transaction");
}

#[test]
fn a_live_shop_that_was_down_pauses_to_the_next_whole_second() {
    let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
    let wall = NOON.plus(50 * SECOND + 900_000);
    let standing = Standing { open_since: wall, ..before(2) };
    let step = schedule.step(&timeline(15 * SECOND), &standing, wall);
    assert_eq!(step, Step::Run { pause: 21 * SECOND, live: true });
    let fine = schedule.step(&timeline(100_000), &standing, wall.plus(400));
    assert_eq!(fine, Step::Run { pause: 50_800_000, live: true });
}

#[test]
fn a_tick_that_was_due_before_the_shop_was_open_is_shifted_though_its_successor_is_not_due() {
    let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
    let step = |live, opened: i64| {
        let standing = Standing { live, open_since: NOON.plus(opened * SECOND), ..before(2) };
        schedule.step(&timeline(15 * SECOND), &standing, NOON.plus(40 * SECOND + 1))
    };
    assert_eq!(step(true, 30), Step::Run { pause: 0, live: true });
    assert_eq!(step(true, 40), Step::Run { pause: 11 * SECOND, live: true });
    assert_eq!(step(false, 40), Step::Run { pause: 0, live: true }, "history is never shifted");
}

#[test]
fn catching_up_runs_missed_ticks_with_their_own_times() {
    let schedule = schedule(REAL_TIME, AfterDowntime::CatchUp);
    let wall = NOON.plus(500 * SECOND);
    let step = schedule.step(&timeline(15 * SECOND), &Standing { open_since: wall, ..before(2) }, wall);
    assert_eq!(step, Step::Run { pause: 0, live: true });
}

#[test]
fn history_runs_at_full_speed_until_it_meets_the_wall_clock() {
    let schedule = Schedule { stop_after: None, ..schedule(REAL_TIME, AfterDowntime::Pause) };
    let timeline = timeline(15 * SECOND);
    let met = NOON.plus(600 * SECOND);
    let step = |tick, wall| {
        let anchor = Anchor { wall: met, at: met };
        let standing = Standing { anchor, tick, live: false, open_since: met };
        schedule.step(&timeline, &standing, met.plus(wall * SECOND))
    };
    assert_eq!(step(0, 0), Step::Run { pause: 0, live: false });
    assert_eq!(step(39, 60), Step::Run { pause: 0, live: false }, "history took a minute: no pause");
    assert_eq!(step(44, 60), Step::Run { pause: 0, live: true });
    assert_eq!(step(45, 60), Step::Wait(Duration::from_secs(15)));
}

#[test]
fn history_of_milliseconds_meets_the_wall_clock_though_each_tick_is_some_late() {
    let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
    let standing = |tick| Standing { live: false, ..before(tick) };
    let step = |tick| schedule.step(&timeline(1_000), &standing(tick), NOON.plus(10 * SECOND));
    assert_eq!(step(8_999), Step::Run { pause: 0, live: false });
    assert_eq!(step(9_000), Step::Run { pause: 0, live: true });
}

#[test]
fn a_factor_speeds_up_what_comes_after_the_anchor() {
    let sixty = Pace::Factor { numerator: 60, denominator: 1 };
    let schedule = schedule(sixty, AfterDowntime::Pause);
    let step = |wall, open_since| {
        let standing = Standing { open_since: NOON.plus(open_since), ..before(4) };
        schedule.step(&timeline(15 * SECOND), &standing, NOON.plus(wall))
    };
    assert_eq!(step(0, 0), Step::Wait(Duration::from_secs(1)));
    assert_eq!(step(SECOND, 0), Step::Run { pause: 0, live: true });
    assert_eq!(step(11 * SECOND, 10 * SECOND), Step::Run { pause: 600 * SECOND, live: true });
}

/// What a shop does at another pace than before, a minute of wall time after it was there last.
fn at_another_pace(pace: Pace, next: u64, live: bool) -> Step {
    let schedule = schedule(pace, AfterDowntime::Pause);
    let wall = NOON.plus(60 * SECOND);
    let standing = Standing { open_since: wall, live, ..before(next) };
    let anchor = schedule.after_another_pace(&timeline(15 * SECOND), &standing, wall);
    schedule.step(&timeline(15 * SECOND), &Standing { anchor, ..standing }, wall)
}

#[test]
fn at_another_pace_a_shop_neither_waits_for_what_it_is_ahead_nor_pauses_for_what_it_is_behind() {
    let at_once = Step::Run { pause: 0, live: true };
    let sixty = Pace::Factor { numerator: 60, denominator: 1 };
    assert_eq!(at_another_pace(sixty, 2, true), at_once, "30 s after noon, where 60x would be an hour on");
    assert_eq!(at_another_pace(REAL_TIME, 150, true), at_once, "37 minutes after noon, made in a minute");
    assert_eq!(at_another_pace(REAL_TIME, 150, false), at_once, "made without pace");
}

#[test]
fn at_another_pace_the_next_tick_but_one_is_an_interval_of_that_pace_away() {
    let schedule = schedule(Pace::Factor { numerator: 5, denominator: 1 }, AfterDowntime::Pause);
    let (timeline, wall) = (timeline(15 * SECOND), NOON.plus(7 * SECOND));
    let anchor = schedule.after_another_pace(&timeline, &before(100), wall);
    let step = schedule.step(&timeline, &Standing { anchor, ..before(101) }, wall);
    assert_eq!(step, Step::Wait(Duration::from_secs(3)));
}

#[test]
fn history_goes_on_to_the_same_moment_at_another_pace() {
    let schedule = schedule(Pace::Factor { numerator: 60, denominator: 1 }, AfterDowntime::Pause);
    let met = NOON.plus(600 * SECOND);
    let standing =
        Standing { anchor: Anchor { wall: met, at: met }, live: false, open_since: met, ..before(3) };
    let anchor = schedule.after_another_pace(&timeline(15 * SECOND), &standing, met.plus(60 * SECOND));
    assert_eq!(anchor, standing.anchor);
}

#[test]
fn a_run_ends_by_time_by_ticks_or_in_a_pause() {
    let unlimited = schedule(Pace::Unlimited, AfterDowntime::Pause);
    let timeline = timeline(15 * SECOND);
    let step = |tick| unlimited.step(&timeline, &Standing { live: false, ..before(tick) }, NOON);
    assert_eq!(step(199), Step::Run { pause: 0, live: false });
    assert_eq!(step(200), Step::Complete);
    assert_eq!(unlimited.ticks(15 * SECOND), Some(200));
    assert_eq!(unlimited.ticks(1001 * SECOND), Some(3), "0 s, 1001 s and 2002 s");
    let until = Schedule { until_tick: Some(3), ..unlimited };
    assert_eq!(until.step(&timeline, &before(3), NOON), Step::Complete);
    assert_eq!(until.ticks(15 * SECOND), Some(3));
    let overnight = schedule(REAL_TIME, AfterDowntime::Pause);
    let wall = NOON.plus(4000 * SECOND);
    let standing = Standing { open_since: wall, ..before(5) };
    assert_eq!(overnight.step(&timeline, &standing, wall), Step::Complete);
}

#[test]
fn ticks_are_made_together_that_are_behind() {
    let timeline = timeline(15 * SECOND);
    let wall = NOON.plus(60 * SECOND + 1);
    let together = |tick| {
        let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
        schedule.together(&timeline, &before(tick), wall)
    };
    // Ticks 0 to 3 have successors that are due; 4 is on time.
    assert_eq!(together(0), 4);
    assert_eq!(together(1), 3);
    assert_eq!(together(4), 1);
    let unlimited = schedule(Pace::Unlimited, AfterDowntime::CatchUp);
    assert_eq!(unlimited.together(&timeline, &before(0), wall), 1);
    let until = Schedule { until_tick: Some(2), ..schedule(REAL_TIME, AfterDowntime::Pause) };
    assert_eq!(until.together(&timeline, &before(0), wall), 2);
}

#[test]
fn a_silence_is_a_downtime_when_a_successor_is_due_and_never_below_two_seconds() {
    let schedule = schedule(REAL_TIME, AfterDowntime::Pause);
    let seconds = |interval| schedule.downtime(interval).as_secs_f64();
    assert_eq!([1_000, SECOND, 2 * SECOND, 15 * SECOND].map(seconds), [2.0, 2.0, 2.0, 15.0]);
}

#[test]
fn a_spread_puts_the_shops_of_a_chain_apart_within_three_quarters_of_an_interval_and_a_second() {
    let spread =
        |interval, name: &str| schedule(REAL_TIME, AfterDowntime::Pause).spread_by(name, interval).spread;
    for (interval, within) in [(1_000, 750), (SECOND, 750_000), (15 * SECOND, SECOND)] {
        let mut all: Vec<i64> = (0..1_000).map(|shop| spread(interval, &format!("shop-{shop}"))).collect();
        all.sort_unstable();
        assert!(all[0] >= 0 && all[999] < within, "{} to {}", all[0], all[999]);
        // Of a thousand places drawn evenly, those in a tenth are 100 give or take four deviations of 9.5.
        let tenths = all.chunk_by(|one, other| one * 10 / within == other * 10 / within);
        assert!(tenths.map(<[i64]>::len).all(|shops| (62..=138).contains(&shops)));
    }
    let schedule = schedule(REAL_TIME, AfterDowntime::Pause).spread_by("a", 15 * SECOND);
    let step = |wall: i64| schedule.step(&timeline(15 * SECOND), &before(2), NOON.plus(30 * SECOND + wall));
    assert!(matches!(step(schedule.spread - 1), Step::Wait(_)));
    assert_eq!(step(schedule.spread), Step::Run { pause: 0, live: true });
    assert_eq!(
        schedule.lag(MET_AT_NOON, NOON, NOON.plus(schedule.spread)),
        0,
        "late is what is later than that"
    );
}

#[test]
fn history_ends_with_the_tick_that_is_due_when_the_run_begins_or_with_the_run() {
    let live = schedule(REAL_TIME, AfterDowntime::Pause);
    let history = |schedule: &Schedule, past: i64| {
        let origin = Origin::fix(crate::config::Start::At(NOON), NOON.plus(past * SECOND));
        schedule.history(&origin, 10 * SECOND)
    };
    assert_eq!(history(&live, 9), None, "the first tick alone is none");
    let made = |last: u64, ends_run| {
        let to = NOON.plus(last.cast_signed() * 10 * SECOND);
        Some(History { ticks: 0..last + 1, from: NOON, to, ends_run })
    };
    assert_eq!(history(&live, 105), made(10, false));
    assert_eq!(history(&live, 100_000), made(299, true), "`stop_after` is 3,000 s");
    assert_eq!(history(&Schedule { stop_after: None, ..live }, 100_000), made(10_000, false));
    assert_eq!(history(&schedule(Pace::Unlimited, AfterDowntime::Pause), 100_000), None);
}

#[test]
fn history_begins_where_neither_deleted_rows_nor_their_updates_matter() {
    let windows = Windows {
        delete_older_than: Some(600 * SECOND),
        update_not_older_than: Some(60 * SECOND),
        purge_after: None,
    };
    let origin = Origin::fix(crate::config::Start::At(NOON), NOON.plus(100_000 * SECOND));
    let first = |schedule: &Schedule, windows: &Windows| {
        schedule.without_lost_history(origin, 10 * SECOND, [windows]).first_tick
    };
    let live = schedule(REAL_TIME, AfterDowntime::Pause);
    let endless = Schedule { stop_after: None, ..live };
    // The last tick of history is 10,000, its oldest row of tick 9,941, and that one's oldest change to 9,935.
    assert_eq!(first(&endless, &windows), 9_935);
    assert_eq!(first(&live, &windows), 299 - 65, "a run that ends before it is live");
    assert_eq!(first(&endless, &Windows { delete_older_than: None, ..windows }), 0);
    assert_eq!(first(&schedule(Pace::Unlimited, AfterDowntime::Pause), &windows), 0);
}
