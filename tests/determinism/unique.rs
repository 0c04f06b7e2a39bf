//! Unique columns where ticks share a transaction: rows are inserted first and deleted last, so that more of them
//! are there at once than after any tick.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::chain::{Chain, SHOP_1, Shop, purged_after, table};

/// A table as the server sees it: the value of each row, none twice.
#[derive(Default)]
struct Taken {
    rows: BTreeMap<i64, String>,
    values: BTreeMap<String, i64>,
}

impl Taken {
    fn set(&mut self, id: i64, value: &str) {
        self.remove(id);
        if let Some(other) = self.values.insert(value.to_owned(), id) {
            panic!("row {id} gets {value}, which row {other} has");
        }
        self.rows.insert(id, value.to_owned());
    }

    fn remove(&mut self, id: i64) {
        if let Some(value) = self.rows.remove(&id) {
            self.values.remove(&value);
        }
    }

    /// Ticks in one transaction, in the order in which they are written.
    fn apply(&mut self, shop: &Shop, ticks: std::ops::Range<u64>) {
        let ticks: Vec<_> = ticks.map(|tick| shop.tick(tick).remove("t").unwrap()).collect();
        let together = ticks.len() > 1;
        let delete = |taken: &mut Self| {
            ticks.iter().flat_map(|tick| &tick.deleted).for_each(|id| taken.remove(*id));
        };
        let insert = |taken: &mut Self| {
            let rows = ticks.iter().flat_map(|tick| &tick.inserted);
            rows.for_each(|(id, row)| taken.set(*id, &row["code"]));
        };
        let update = |taken: &mut Self| {
            for update in ticks.iter().flat_map(|tick| &tick.updated) {
                update.values().for_each(|(_, value)| taken.set(update.id, value));
            }
        };
        let steps: [&dyn Fn(&mut Self); 3] =
            if together { [&insert, &update, &delete] } else { [&delete, &update, &insert] };
        steps.into_iter().for_each(|step| step(self));
    }
}

fn shop(retention: u64, purge: u64, rows: (u64, u64)) -> Shop {
    // As few values as `check` lets pass.
    let values = (retention + purge + 2 + u64::from(purge > 0)) * (rows.0 + rows.1);
    let code = format!(
        "code = {{ type = \"int\", faker = \"random_int\", unique = true, params = {{ min = 1, max = {values} }} }}"
    );
    let config = format!(
        "[defaults]\ntick_interval = \"1s\"\ndelete_older_than = \"{retention}s\"\n\
         update_not_older_than = \"{retention}s\"\n{}{SHOP_1}{}",
        purged_after(&format!("{purge}s")),
        table("t", rows, &[&code])
    );
    Chain::read(&config).shop("shop-1")
}

#[test]
fn a_tick_more_shares_a_transaction_for_each_tick_of_values_beyond_the_retention() {
    // 12 values, a row a tick, of which ten are there after each: the eleventh and twelfth are free.
    let shop = shop(10, 0, (1, 0));
    assert_eq!(shop.plan.ticks_together(&shop.timeline, 100, 1_000), 2);
    // Before retention deletes anything, all of them are.
    assert_eq!(shop.plan.ticks_together(&shop.timeline, 0, 1_000), 10);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ticks_that_share_a_transaction_never_give_a_value_to_two_rows(
        retention in 1u64..40,
        purge in prop_oneof![Just(0), 1u64..20],
        rows in (1u64..4, 0u64..4),
        overdue in 1u64..60,
    ) {
        let shop = shop(retention, purge, rows);
        let (mut taken, mut tick) = (Taken::default(), 0);
        while tick < 120 {
            let together = shop.plan.ticks_together(&shop.timeline, tick, overdue);
            taken.apply(&shop, tick..tick + together);
            tick += together;
        }
    }
}
