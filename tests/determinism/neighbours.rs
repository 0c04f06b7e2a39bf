//! What stands beside a shop or a table, and who draws it, changes nothing in it.

use std::thread;

use shopsim::clock::Pause;

use super::chain::{
    AMOUNT, BIRTH, Chain, NAME, PHONE, SHOP_1, SHOP_2, SHOP_3, Tick, assert_same, chain, customers, orders,
    products, table,
};

const TICKS: u64 = 60;

fn both(chain: &Chain) -> [Vec<Tick>; 2] {
    ["shop-1", "shop-2"].map(|shop| chain.shop(shop).ticks(TICKS))
}

fn usual() -> Chain {
    chain(&[SHOP_1, SHOP_2], &[customers(), orders()])
}

#[track_caller]
fn assert_both_same(other: &Chain, why: &str) {
    for (was, is) in both(&usual()).iter().zip(&both(other)) {
        assert_same(was, is, why);
    }
}

#[test]
fn the_same_config_gives_the_same_ticks() {
    assert_both_same(&usual(), "nothing changed");
}

#[test]
fn a_tick_drawn_again_or_alone_is_the_tick_of_the_run() {
    let shop = usual().shop("shop-1");
    let run = shop.ticks(TICKS);
    for number in (0..TICKS).rev().step_by(7) {
        let alone = usual().shop("shop-1").tick(number);
        assert_same(&run[number as usize..][..1], &[alone], "the tick was drawn alone");
        assert_same(&run[number as usize..][..1], &[shop.tick(number)], "the tick was drawn again");
    }
}

#[test]
fn another_shop_changes_nothing() {
    for shops in [[SHOP_1, SHOP_2, SHOP_3], [SHOP_3, SHOP_1, SHOP_2]] {
        assert_both_same(&chain(&shops, &[customers(), orders()]), "a third shop was added");
    }
    let alone = chain(&[SHOP_2], &[customers(), orders()]).shop("shop-2").ticks(TICKS);
    assert_same(&both(&usual())[1], &alone, "the other shop was removed");
}

#[test]
fn the_order_of_shops_changes_nothing() {
    assert_both_same(&chain(&[SHOP_2, SHOP_1], &[customers(), orders()]), "shops were reordered");
}

#[test]
fn another_table_changes_nothing_in_those_that_were_there() {
    for tables in [[products(), customers(), orders()], [customers(), orders(), products()]] {
        assert_both_same(&chain(&[SHOP_1, SHOP_2], &tables), "a table was added");
    }
}

#[test]
fn the_order_of_tables_changes_nothing() {
    assert_both_same(&chain(&[SHOP_1, SHOP_2], &[orders(), customers()]), "tables were reordered");
}

#[test]
fn the_order_of_columns_changes_nothing() {
    for columns in [[PHONE, BIRTH, NAME], [BIRTH, NAME, PHONE]] {
        let tables = [table("customers", (3, 2), &columns), orders()];
        assert_both_same(&chain(&[SHOP_1, SHOP_2], &tables), "columns were reordered");
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let expected = both(&usual());
    let threads: Vec<_> = (0..4).map(|_| thread::spawn(|| both(&usual()))).collect();
    for thread in threads {
        for (was, is) in expected.iter().zip(&thread.join().unwrap()) {
            assert_same(was, is, "it was drawn on another thread");
        }
    }
    // Plans are shared between the threads of a run, too.
    let shop = &usual().shop("shop-1");
    thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            scope.spawn(move || (half..TICKS).step_by(2).map(|number| shop.tick(number)).collect::<Vec<_>>())
        });
        for (half, thread) in halves.into_iter().enumerate() {
            let expected: Vec<Tick> = expected[0].iter().skip(half).step_by(2).cloned().collect();
            assert_same(&expected, &thread.join().unwrap(), "two threads share a plan");
        }
    });
}

#[test]
fn shops_tables_and_columns_draw_from_streams_of_their_own() {
    let (one, other) = (
        "amount = { type = \"int\", faker = \"random_int\" }",
        "other = { type = \"int\", faker = \"random_int\" }",
    );
    let tables = [table("orders", (50, 0), &[one, other]), table("refunds", (50, 0), &[one])];
    let chain = chain(&[SHOP_1, SHOP_2, SHOP_3], &tables);
    let drawn = |shop: &str, table: &str, column: &str, tick: u64| -> Vec<String> {
        let tick = chain.shop(shop).tick(tick);
        tick[table].inserted.iter().map(|(_, row)| row[column].clone()).collect()
    };
    let mut all = vec![
        drawn("shop-1", "orders", "amount", 0),
        drawn("shop-1", "orders", "amount", 1),
        drawn("shop-1", "orders", "other", 0),
        drawn("shop-1", "refunds", "amount", 0),
        drawn("shop-2", "orders", "amount", 0),
        drawn("shop-3", "orders", "amount", 0),
    ];
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 6, "two streams are the same");
}

#[test]
fn more_updates_change_no_insert() {
    let run = |updates| {
        let shop = chain(&[SHOP_1], &[table("customers", (3, updates), &[NAME, AMOUNT])]).shop("shop-1");
        let ticks = shop.ticks(TICKS).into_iter();
        ticks.map(|tick| tick["customers"].inserted.clone()).collect::<Vec<_>>()
    };
    assert!(run(0) == run(2) && run(2) == run(1_000_000_000));
}

#[test]
fn a_pause_shifts_later_times_and_changes_no_id_and_no_drawn_number() {
    let chain = chain(&[SHOP_1], &[table("customers", (3, 2), &[NAME, AMOUNT])]);
    let (plain, pause) = (chain.shop("shop-1"), Pause { before_tick: 20, micros: 3_600_000_000 });
    let paused = chain.shop_with_pauses("shop-1", &[pause]);
    assert_same(&plain.ticks(20), &paused.ticks(20), "the pause comes later");
    for number in 20..TICKS {
        let (plain, paused) = (&plain.tick(number)["customers"], &paused.tick(number)["customers"]);
        assert_eq!(plain.inserted, paused.inserted, "tick {number}");
        assert_eq!(plain.created_at.plus(pause.micros), paused.created_at, "tick {number}");
    }
    // After an hour no row is young and all are old.
    let first = &paused.tick(20)["customers"];
    assert_eq!((first.updated.len(), first.deleted.first(), first.deleted.last()), (0, Some(&46), Some(&60)));
}
