//! Rows are drawn in chunks to bound the memory; where a chunk ends shows nowhere.

use shopsim::clock::Timeline;
use shopsim::plan::{DrawContext, Draws, Keys, Operation, Values};
use shopsim::tick::{self, CHUNK_ROWS, Counts, TableTick as Operations};

use super::chain::{AMOUNT, NAME, ORDERED, START, Shop, TableTick, one_table, table};

const CHUNK: u64 = CHUNK_ROWS as u64;

/// A tick of a table that inserts so many rows and updates as many.
fn tick(rows: u64, number: u64) -> TableTick {
    let shop = one_table(table("t", (rows, rows), &[NAME, AMOUNT, ORDERED]));
    shop.tick(number).remove("t").unwrap()
}

/// A column's values, drawn in one go from the stream that its key names.
fn in_one_go(shop: &Shop, column: usize, operation: Operation, tick: u64, rows: usize) -> Vec<String> {
    let (table, at) = (&shop.plan.tables[0], shop.timeline.at(tick));
    let column = &table.columns[column];
    let mut draws = Draws::new(column, shop.plan.seed, &table.name, operation, tick);
    let mut values = Values::of(&column.sql_type);
    let context = DrawContext { now: at, alive: &[], outliving: &[], keys: &[] };
    column.fill(&mut draws, &context, &Keys::Range(0..rows as i64), 0, &mut values);
    (0..rows).map(|row| values.get(row).to_string()).collect()
}

#[test]
fn rows_in_chunks_are_those_drawn_in_one_go() {
    let rows = 2 * CHUNK_ROWS + 10;
    let shop = one_table(table("t", (rows as u64, rows as u64), &[NAME, AMOUNT, ORDERED]));
    let tick = shop.tick(1).remove("t").unwrap();
    for (place, column) in ["full_name", "amount", "ordered"].into_iter().enumerate() {
        let inserted = tick.inserted.iter().map(|(_, row)| &row[column]);
        assert!(inserted.eq(&in_one_go(&shop, place, Operation::Insert, 1, rows)), "inserts of {column}");
        let updated = tick.updated.iter().map(|update| &update.drawn[column]);
        assert!(updated.eq(&in_one_go(&shop, place, Operation::Update, 1, rows)), "updates of {column}");
    }
}

#[test]
fn a_smaller_tick_inserts_the_first_rows_of_a_larger_one() {
    let large = tick(2 * CHUNK + 10, 0).inserted;
    assert_eq!(large.len() as u64, 2 * CHUNK + 10);
    for rows in [1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
        let small = tick(rows, 0).inserted;
        assert!(small == large[..rows as usize], "the {rows} rows are not the first of the larger tick");
    }
}

#[test]
fn a_smaller_tick_updates_rows_as_the_first_of_a_larger_one() {
    // At tick 1 the window holds the rows of tick 0, and all are updated.
    let large = tick(CHUNK + 10, 1).updated;
    assert_eq!(large.len() as u64, CHUNK + 10);
    assert!(large.iter().map(|update| update.id).eq(1..=CHUNK as i64 + 10));
    for rows in [1, 100, CHUNK - 1, CHUNK, CHUNK + 1] {
        let small = tick(rows, 1).updated;
        assert!(small == large[..rows as usize], "the {rows} updates are not the first of the larger tick");
    }
}

#[test]
fn no_chunk_is_empty_or_larger_than_it_may_be_and_together_they_are_the_tick() {
    for rows in [0, 1, CHUNK, CHUNK + 1] {
        let plan = one_table(table("t", (rows, rows), &[AMOUNT])).plan;
        let timeline = Timeline::new(START, plan.interval, &[]);
        let mut operations = Operations::new(&plan, &timeline, 1, 0);
        let (mut inserted, mut updated) = (0, 0);
        assert_eq!(operations.counts(), Counts { deleted: 0, updated: rows, inserted: rows });
        while let Some(operation) = operations.next(&plan.tables[0]) {
            let (count, sum) = match &operation {
                tick::Operation::Insert(rows) => (rows.ids.count(), &mut inserted),
                tick::Operation::Update(rows) => (rows.count(), &mut updated),
                tick::Operation::Delete(_) => unreachable!("nothing is old at tick 1"),
            };
            assert!((1..=CHUNK_ROWS).contains(&count));
            *sum += count as u64;
        }
        assert_eq!((inserted, updated), (rows, rows));
        assert_eq!(operations.counts(), Counts::default());
    }
}
