//! Rows without a database: shopsim's providers beside the `fake` crate's, which give a `String` each.

use std::hint::black_box;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fake::Fake;
use fake::faker::address::en::{BuildingNumber, CityName, StateAbbr, StreetName, ZipCode};
use fake::faker::chrono::en::{Date, DateTime};
use fake::faker::creditcard::en::CreditCardNumber;
use fake::faker::currency::en::CurrencyCode;
use fake::faker::internet::en::SafeEmail;
use fake::faker::lorem::en::Word;
use fake::faker::name::en::Name;
use fake::faker::number::en::NumberWithFormat;
use fake::faker::phone_number::en::PhoneNumber;
use shopsim::clock::Timeline;
use shopsim::plan::ShopPlan;
use shopsim::tick::{Operation, Tick};

use crate::harness::Place;
use crate::measure::{Figure, Reach, figure, median, ratios};
use crate::{ALLOCATIONS, Effort, world};

const TABLES: [&str; 3] = ["customers", "orders", "products"];

/// Rows of each table, drawn chunk by chunk, against the same columns by `fake`.
pub fn bench(effort: Effort) -> Vec<Figure> {
    let rows = 200_000 / effort.divisor;
    let place = Place::new(&world::config("postgres://x:x@localhost/x", "", [(rows, 0); 3]));
    let plan = world::load(&place).shops[0].plan.clone();
    let timeline = Timeline::new(shopsim::value::Timestamp(0), plan.interval, &[]);
    let mut figures = Vec::new();
    for (at, table) in TABLES.iter().enumerate() {
        let (mut ours, mut theirs, mut allocations) = (Vec::new(), Vec::new(), 0);
        for round in 0..effort.rounds {
            let before = ALLOCATIONS.load(Ordering::Relaxed);
            ours.push(world::timed(|| draw(&plan, &timeline, at, round as u64)));
            allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
            theirs.push(world::timed(|| (0..rows).for_each(|_| fake(at))));
        }
        let rate = |times: &[Duration]| rows as f64 / median(times) / 1e6;
        let sides = format!("{:.2} against {:.2} M rows/s", rate(&ours), rate(&theirs));
        let name = format!("generate {table}");
        figures.push(figure(
            &name,
            "x fake's rows/s",
            ratios(&theirs, &ours),
            Some(Reach::AtLeast(5.0)),
            sides,
        ));
        let per_row = allocations as f64 / rows as f64;
        let sides = format!("{allocations} of {rows} rows");
        let name = format!("generate {table} memory");
        figures.push(figure(&name, "allocations a row", vec![per_row], Some(Reach::AtMost(0.01)), sides));
    }
    figures
}

fn draw(plan: &ShopPlan, timeline: &Timeline, table: usize, tick: u64) {
    let mut tick = Tick::new(plan, timeline, tick);
    while let Some(operation) = tick.tables[table].next(&plan.tables[table]) {
        let Operation::Insert(rows) = operation else { continue };
        black_box(rows);
    }
}

/// One row of a table by `fake`'s fakers of `String`, as many as the table has columns; digits by a pattern,
/// and where it has no such provider (states of orders, fruits) a word of its shortest list.
fn fake(table: usize) {
    let digits = |pattern: &'static str| drop(black_box(NumberWithFormat(pattern).fake::<String>()));
    let word = || drop(black_box(Word().fake::<String>()));
    match table {
        0 => {
            black_box(Name().fake::<String>());
            let (number, street, city): (String, String, String) =
                (BuildingNumber().fake(), StreetName().fake(), CityName().fake());
            let (state, zip): (String, String) = (StateAbbr().fake(), ZipCode().fake());
            black_box(format!("{number} {street}\n{city}, {state} {zip}"));
            black_box(PhoneNumber().fake::<String>());
            digits("^########");
            black_box(Date().fake::<String>());
            black_box(SafeEmail().fake::<String>());
            black_box(CreditCardNumber().fake::<String>());
            digits("##/##");
        }
        1 => {
            digits("##");
            digits("##");
            word();
            black_box(DateTime().fake::<String>());
            digits("##");
        }
        _ => {
            digits("###-##-####");
            word();
            digits("###");
            black_box(CurrencyCode().fake::<String>());
        }
    }
}
