//! A column that is added, removed or filled otherwise leaves the others as they were.

use super::chain::{AMOUNT, BIRTH, NAME, ORDERED, PHONE, Row, STATUS, TableTick, one_table, table};

const TICKS: u64 = 200;
const ROWS: (u64, u64) = (8, 10);

fn run(columns: &[&str]) -> Vec<TableTick> {
    let ticks = one_table(table("t", ROWS, columns)).ticks(TICKS).into_iter();
    ticks.map(|mut tick| tick.remove("t").unwrap()).collect()
}

fn without(row: &Row, column: &str) -> Row {
    row.iter()
        .filter(|(name, _)| *name != column)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Compares the columns that both have, and counts the updated rows whose choice of them differs.
fn differing_choices(was: &[TableTick], is: &[TableTick], added: &str) -> (usize, usize) {
    let (mut differing, mut all) = (0, 0);
    for (number, (was, is)) in was.iter().zip(is).enumerate() {
        assert_eq!(was.deleted, is.deleted, "rows deleted at tick {number}");
        let inserted: Vec<_> = is.inserted.iter().map(|(id, row)| (*id, without(row, added))).collect();
        assert_eq!(was.inserted, inserted, "rows inserted at tick {number}");
        let ids = |tick: &TableTick| tick.updated.iter().map(|update| update.id).collect::<Vec<_>>();
        assert_eq!(ids(was), ids(is), "rows chosen at tick {number}");
        for (was, is) in was.updated.iter().zip(&is.updated) {
            assert_eq!(was.drawn, without(&is.drawn, added), "values drawn for {} at tick {number}", was.id);
            all += 1;
            let mut others = is.changed.clone();
            others.remove(added);
            if was.changed != others {
                // The row had been drawn again, because none of the others lay below; now one does.
                assert!(others.is_empty() && is.changed.len() == 1, "{was:?} became {is:?} at tick {number}");
                differing += 1;
            }
        }
    }
    (differing, all)
}

#[test]
fn a_column_added_anywhere_leaves_all_but_a_few_choices_as_they_were() {
    let was = run(&[NAME, BIRTH, ORDERED, AMOUNT]);
    for columns in [
        [STATUS, NAME, BIRTH, ORDERED, AMOUNT],
        [NAME, BIRTH, STATUS, ORDERED, AMOUNT],
        [NAME, BIRTH, ORDERED, AMOUNT, STATUS],
    ] {
        let (differing, all) = differing_choices(&was, &run(&columns), "status");
        // Of 4 columns and one more, 1 in (4 + 1)(4 + 2) rows is expected: 66 of 1988.
        assert!(all == 1988 && (40..=95).contains(&differing), "{differing} of {all} choices differ");
    }
}

#[test]
fn the_only_column_always_changes_and_a_second_leaves_its_values() {
    let was = run(&[AMOUNT]);
    assert!(was.iter().flat_map(|tick| &tick.updated).all(|update| update.changed.contains("amount")));
    differing_choices(&was, &run(&[AMOUNT, PHONE]), "phone");
}

#[test]
fn another_provider_or_type_of_a_column_leaves_the_others_and_every_choice() {
    let was = run(&[NAME, BIRTH, STATUS]);
    let text = "status = { type = \"varchar\", faker = \"address\" }";
    for (was, is) in was.iter().zip(&run(&[NAME, BIRTH, text])) {
        let rows = |tick: &TableTick| -> Vec<(i64, Row)> {
            tick.inserted.iter().map(|(id, row)| (*id, without(row, "status"))).collect()
        };
        assert_eq!(rows(was), rows(is));
        assert_eq!(was.updated.len(), is.updated.len());
        for (was, is) in was.updated.iter().zip(&is.updated) {
            assert_eq!((was.id, &was.changed), (is.id, &is.changed));
            assert_eq!(without(&was.drawn, "status"), without(&is.drawn, "status"));
        }
    }
}

#[test]
fn a_fixed_column_never_changes_and_inserts_what_it_would_insert_otherwise() {
    let status = STATUS.replace(" }", ", fixed = true }");
    let (was, is) = (run(&[NAME, STATUS, AMOUNT]), run(&[NAME, &status, AMOUNT]));
    let updates = || is.iter().flat_map(|tick| &tick.updated);
    assert!(updates().count() == 1988 && updates().all(|update| !update.changed.contains("status")));
    for (was, is) in was.iter().zip(&is) {
        assert_eq!((&was.inserted, &was.deleted), (&is.inserted, &is.deleted));
    }
    // The choice among the others is that of a table without the column.
    for (was, is) in run(&[NAME, AMOUNT]).iter().zip(&is) {
        let changed =
            |tick: &TableTick| tick.updated.iter().map(|update| update.changed.clone()).collect::<Vec<_>>();
        assert_eq!(changed(was), changed(is));
    }
}
