//! What `check` promises of a day is what the ticks of a day do, in any combination of the keys.

use proptest::prelude::*;
use shopsim::clock::{Timeline, Windows};
use shopsim::plan::ShopPlan;
use shopsim::tick::{Counts, UnderWay};
use shopsim::value::SECOND;

use super::chain::{AMOUNT, START, one_table, table};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_a_day_are_those_of_the_ticks(
        interval in prop::sample::select(&[250_000, 400_000, 500_000, SECOND, 1_500_000, 7 * SECOND][..]),
        delete in prop::option::of(1i64..30),
        update in prop::option::of(1i64..40),
        purge in prop::option::of(1i64..20),
        insert in 0u64..4,
        updates in 0u64..30,
        ticks in prop::option::of(0u64..200),
    ) {
        let compiled = one_table(table("t", (insert, updates), &[AMOUNT])).plan;
        let windows = Windows {
            delete_older_than: delete.map(|age| age * SECOND),
            update_not_older_than: update.map(|age| age * SECOND),
            purge_after: purge.map(|age| age * SECOND),
        };
        let mut tables = compiled.tables.to_vec();
        tables[0].windows = windows;
        let plan = ShopPlan {
            name: compiled.name.clone(),
            seed: compiled.seed,
            schema: compiled.schema.clone(),
            state_schema: compiled.state_schema.clone(),
            interval,
            tables: tables.into(),
        };
        let promised = UnderWay::of(&plan, START, ticks);
        // Row by row, as the definition has it, to the end of the run, or long after the windows have filled.
        let end = ticks.unwrap_or(400).min(400);
        let timeline = Timeline::new(START, interval, &[]);
        let old = |age: Option<i64>, tick, row: u64| {
            age.is_some_and(|age| timeline.created_at(row) <= timeline.at(tick).plus(-age))
        };
        let young = |age: Option<i64>, tick, row: u64| {
            age.is_some_and(|age| timeline.created_at(row) >= timeline.at(tick).plus(-age))
        };
        let (mut alive, mut counts): (Vec<u64>, Vec<Counts>) = (Vec::new(), Vec::new());
        // Rows that are deleted softly, by the ticks that have done so.
        let mut soft: Vec<u64> = Vec::new();
        for tick in 0..end {
            let before = alive.len();
            alive.retain(|row| !old(windows.delete_older_than, tick, *row));
            let ended = before - alive.len();
            let mut deleted = ended;
            if let Some(age) = windows.purge_after {
                let before = soft.len();
                soft.retain(|end| timeline.at(*end) > timeline.at(tick).plus(-age));
                deleted = before - soft.len();
                soft.extend(std::iter::repeat_n(tick, ended));
            }
            let soft_deleted = if purge.is_some() { ended as u64 * insert } else { 0 };
            let window = alive.iter().filter(|row| young(windows.update_not_older_than, tick, **row));
            counts.push(Counts {
                deleted: deleted as u64 * insert,
                updated: updates.min(window.count() as u64 * insert) + soft_deleted,
                inserted: insert,
            });
            alive.push(tick);
        }
        let last = counts.len() - promised.ticks as usize;
        prop_assert_eq!(promised.counts[0], counts[last..].iter().copied().sum());
        if delete.is_some() {
            // `created_at` is cut to seconds: the rows that are there vary by those of a second, or of a tick.
            let within = (SECOND / interval).max(1) as u64 * insert;
            prop_assert!(promised.rows[0].abs_diff((alive.len() + soft.len()) as u64 * insert) <= within);
        }
    }
}
