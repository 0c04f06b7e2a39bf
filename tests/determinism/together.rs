//! How many ticks of history one transaction holds: as many as may be, and not one more.

use std::sync::Arc;

use shopsim::clock::Timeline;
use shopsim::plan::ShopPlan;

use super::chain::{AMOUNT, Chain, NAME, SHOP_1, START, table};

fn plan(keys: &str, rows: u64) -> (Arc<ShopPlan>, Timeline) {
    let table = table("t", (rows, 0), &[NAME, AMOUNT]);
    let text = format!("[defaults]\ntick_interval = \"1s\"\n{keys}\n{SHOP_1}{table}");
    let plan = Chain::read(&text).shop("shop-1").plan;
    let timeline = Timeline::new(START, plan.interval, &[]);
    (plan, timeline)
}

#[test]
fn ticks_share_a_transaction_up_to_the_first_that_deletes_what_another_of_them_inserts() {
    // Rows of tick n go with tick n + 10, which cannot share a transaction with tick n.
    let (plan, timeline) = plan("delete_older_than = \"10s\"", 1);
    for tick in [0, 1, 7, 1_000] {
        assert_eq!(plan.ticks_together(&timeline, tick, 500), 10, "from tick {tick}");
    }
    assert_eq!(plan.ticks_together(&timeline, 0, 9), 9, "no more than are due");
}

#[test]
fn ticks_share_a_transaction_up_to_some_rows_and_some_ticks_and_at_least_one_is_made() {
    let together = |rows| {
        let (plan, timeline) = plan("", rows);
        plan.ticks_together(&timeline, 0, u64::MAX)
    };
    assert_eq!([together(1), together(128), together(129)], [512, 512, 508], "512 ticks, 65,536 rows");
    assert_eq!([together(32_768), together(32_769), together(1_000_000)], [2, 1, 1]);
}

#[test]
fn ticks_share_a_transaction_up_to_the_last_for_which_there_are_ids() {
    let (plan, timeline) = plan("", 1_000);
    let last = plan.tables[0].ticks_of_ids().unwrap() - 1;
    assert!(plan.out_of_ids(last).is_none() && plan.out_of_ids(last + 1).is_some());
    assert_eq!(plan.ticks_together(&timeline, last - 9, 100), 10);
    assert_eq!(plan.ticks_together(&timeline, last, 100), 1);
}
