//! History that begins at the far edge of what is left of it, against history from the first tick on.

use proptest::prelude::*;
use shopsim::clock::{Origin, Schedule, Timeline};
use shopsim::config::{AfterDowntime, Pace, Start};
use shopsim::truth::digest;
use shopsim::value::SECOND;

use super::chain::{AMOUNT, Chain, NAME, SHOP_1, START, purged_after, table};

const PARENT: &str = "parent = { type = \"int\", faker = \"ref\", params = { table = \"t\" } }";

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_stands_after_history_is_as_if_each_tick_had_been_made(
        interval in 1u64..20,
        delete in 0u64..200,
        update in 0u64..200,
        purge in prop_oneof![Just(0), 1u64..100],
        rows in (1u64..5, 0u64..9),
        past in 0i64..2_000,
    ) {
        let text = format!(
            "[defaults]\ntick_interval = \"{interval}s\"\ndelete_older_than = \"{delete}s\"\n\
             update_not_older_than = \"{update}s\"\n{}{SHOP_1}{}",
            purged_after(&format!("{purge}s")),
            table("t", rows, &[NAME, AMOUNT, PARENT]),
        );
        let plan = Chain::read(&text).shop("shop-1").plan;
        let schedule = Schedule {
            pace: Pace::Factor { numerator: 1, denominator: 1 },
            after_downtime: AfterDowntime::Pause,
            stop_after: None,
            until_tick: None,
            spread: 0,
        };
        let origin = Origin::fix(Start::At(START), START.plus(past * SECOND));
        let short = schedule.without_lost_history(origin, plan.interval, [&plan.tables[0].windows]);
        let last = (past / interval as i64) as u64;
        // Some ticks longer than all windows are left out, and none where nothing is ever deleted.
        let windows = (delete + update + purge) / interval + 3;
        let left_out = if delete == 0 { 0 } else { last.saturating_sub(windows) };
        prop_assert!(short.first_tick >= left_out && (delete > 0 || short.first_tick == 0), "{short:?}");
        let (whole, short) = (Timeline::of(&origin, plan.interval, &[]), Timeline::of(&short, plan.interval, &[]));
        for tick in last..last + 3 {
            prop_assert_eq!(digest(&plan, &short, 0, tick), digest(&plan, &whole, 0, tick), "after tick {}", tick);
        }
    }
}
