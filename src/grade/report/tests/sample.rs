//! A rich report: two shops, three tables, several classes, causes and twins, and values that would break a format.

use std::collections::BTreeMap;

use crate::grade::Class;
use crate::grade::report::{
    Bucket, CauseReport, ColumnReport, Example, Hints, KeyTimeline, LoadReport, Method, Obligation, Report,
    ShopReport, TableReport, TimelineRow, TimelineVersion,
};
use crate::plan::RowKey;
use crate::value::{SECOND, Timestamp};

/// The start of the shops.
const START: i64 = 1_767_225_600;

/// The time of a tick.
pub fn at(tick: i64) -> Timestamp {
    Timestamp((START + 15 * tick) * SECOND)
}

/// A value that is markup, breaks lines and turns text around.
pub const WILD: &str = "<b>&\"x\"|`*\n\u{1b}[31m\u{202e}\u{ffff}@all]]>";

pub fn load(lo: i64, hi: i64, rows: u64) -> LoadReport {
    LoadReport { lo, hi, stamp: None, rows, torn: false }
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// A table without a finding.
pub fn right(shop: &str, table: &str) -> TableReport {
    TableReport {
        shop: text(shop),
        table: text(table),
        relation: format!("dds.{table}"),
        reading: text("course-g3: history, starts mean created_at, then the load; deletes are kept"),
        method: Method::Content,
        loads: vec![
            (0, load(19, 19, 400)),
            (1, load(34, 34, 300)),
            (2, load(49, 49, 300)),
            (3, load(59, 61, 220)),
        ],
        load_count: 4,
        right: 1_220,
        allowed_misses: 0,
        foreign: 0,
        findings: BTreeMap::new(),
        obliged: BTreeMap::from([
            (Obligation::Inserts, (1_200, 0)),
            (Obligation::Changes, (20, 0)),
            (Obligation::Values, (7_320, 0)),
            (Obligation::Intervals, (1_220, 0)),
            (Obligation::Uniqueness, (1_200, 0)),
        ]),
        columns: Vec::new(),
        headlines: Vec::new(),
        causes: Vec::new(),
        about_causes: None,
        examples: Vec::new(),
        timelines: Vec::new(),
        buckets: Vec::new(),
    }
}

/// Orders of the first shop: changes are missing, with a cause, and values differ.
fn orders() -> TableReport {
    let missing = |key, tick, load| Example {
        class: Class::MissingChange,
        key: RowKey::Number(key),
        tick: Some((tick, at(tick))),
        column: Some(text("status")),
        expected: Some(text("paid secret-expected")),
        found: None,
        load: Some(load),
        says: format!(
            "status became 'paid secret-expected' at tick {tick}, load {} must have seen it",
            load + 1
        ),
        query: format!("select * from dds.orders where src_id = 'shop-1' and order_id = {key}"),
    };
    let wrong = Example {
        class: Class::WrongValue,
        key: RowKey::Number(77),
        tick: Some((12, at(12))),
        column: Some(text("note")),
        expected: Some(text(WILD)),
        found: Some(text("secret-found")),
        load: None,
        says: format!("note should be '{WILD}' and is 'secret-found'"),
        query: text("select note from dds.orders\nwhere order_id = 77 and note <> '`'"),
    };
    let bucket = |place: u64| Bucket {
        from_tick: place * 2,
        to_tick: place * 2 + 1,
        inserted: 40,
        changed: if place < 2 { 0 } else { 9 + place % 5 },
        deleted: if place > 20 { 38 } else { 0 },
        missed: if matches!(place, 10..=16) { 5 } else { 0 },
    };
    TableReport {
        right: 1_180,
        allowed_misses: 12,
        foreign: 1,
        findings: BTreeMap::from([(Class::MissingChange, 35), (Class::WrongValue, 2), (Class::TornLoad, 1)]),
        obliged: BTreeMap::from([
            (Obligation::Inserts, (1_200, 0)),
            (Obligation::Changes, (40, 35)),
            (Obligation::Values, (7_320, 2)),
            (Obligation::Intervals, (1_220, 0)),
            (Obligation::Uniqueness, (1_200, 0)),
        ]),
        columns: vec![
            column("status", "order_status varchar", 1_220, 0, None),
            column("note", "note text", 1_218, 2, Some("secret-transform: line breaks became \\n")),
        ],
        headlines: vec![text("secret-headline: all 2 cells of note that differ have other line breaks")],
        causes: vec![CauseReport {
            id: text("H1"),
            says: text(
                "secret-cause: the pipeline reads by created_at, so that rows which it has already read are never \
                 written again and their changes stay unseen",
            ),
            cure: text("secret-cure: read by a column that each change sets, such as updated_at"),
            explains: (35, 35),
            predicts_others: 0,
            same_here: vec![(text("H2"), text("secret-twin: it looks back for less than rows may change"))],
        }],
        about_causes: Some(text("secret-about: the 2 findings of wrong-value have no simulated cause")),
        examples: vec![missing(12, 25, 1), missing(31, 28, 1), wrong],
        timelines: vec![timeline(), invented()],
        buckets: (0..31).map(bucket).collect(),
        ..right("shop-1", "orders")
    }
}

pub fn column(
    name: &str,
    found_as: &str,
    same: u64,
    different: u64,
    transform: Option<&str>,
) -> ColumnReport {
    let transform = transform.map(str::to_owned);
    ColumnReport { name: text(name), found_as: text(found_as), same, different, transform }
}

/// A row that was changed twice and deleted; the first change is missing.
pub fn timeline() -> KeyTimeline {
    let version = |tick, values: &[(&str, &str)]| TimelineVersion {
        from: (tick, at(tick)),
        values: values.iter().map(|(column, value)| (text(column), text(value))).collect(),
        missed: tick == 25,
    };
    let row = |start: &str, end: Option<&str>, version, load| TimelineRow {
        start: Some(text(start)),
        end: end.map(str::to_owned),
        version: Some(version),
        load: Some(load),
        deleted: false,
        differing: Vec::new(),
    };
    KeyTimeline {
        shop: text("shop-1"),
        table: text("orders"),
        key: RowKey::Number(12),
        versions: vec![
            version(12, &[("status", "secret-new"), ("total", "12.50")]),
            version(25, &[("status", "paid")]),
            version(40, &[("status", "sent"), ("total", "13.00")]),
        ],
        deleted: Some((56, at(56))),
        horizon: Some((61, at(61))),
        loads: vec![
            (0, load(19, 19, 400)),
            (1, load(34, 34, 300)),
            (2, load(49, 49, 300)),
            (3, load(54, 61, 220)),
        ],
        rows: vec![
            row("2026-01-01 00:03:00", Some("2026-01-01 00:12:15"), 0, 0),
            TimelineRow {
                differing: vec![(text("total"), text("13.00"), text("13"))],
                ..row("2026-01-01 00:12:15", None, 2, 2)
            },
        ],
        findings: vec![
            (Class::MissingChange, text("status became 'paid' at tick 25, load 2 must have seen it")),
            (Class::WrongValue, text("total should be '13.00' and is '13'")),
        ],
    }
}

/// A key that the shop never made.
fn invented() -> KeyTimeline {
    let row = TimelineRow {
        start: Some(text(WILD)),
        end: None,
        version: None,
        load: None,
        deleted: true,
        differing: Vec::new(),
    };
    KeyTimeline {
        shop: text("shop-1"),
        table: text("orders"),
        key: RowKey::Text(text(WILD)),
        versions: Vec::new(),
        deleted: None,
        horizon: None,
        loads: vec![(0, load(19, 19, 400))],
        rows: vec![row],
        findings: vec![(Class::InventedRow, text("the shop never made a row with this key"))],
    }
}

pub fn report() -> Report {
    let shop = |name: &str, tick: i64| ShopReport {
        shop: text(name),
        fingerprint: text("0123456789abcdef0123456789abcdef"),
        last_tick: u64::try_from(tick).ok(),
        at: Some(at(tick)),
    };
    let products = TableReport {
        method: Method::Stamps,
        loads: (0..30)
            .filter(|load| !(10..20).contains(load))
            .map(|number| {
                let tick = 2 * i64::try_from(number).unwrap();
                (number, load(tick - 1, tick, 5))
            })
            .collect(),
        load_count: 30,
        ..right("shop-2", "products")
    };
    let customers = TableReport {
        findings: BTreeMap::from([(Class::DeleteOpen, 3)]),
        obliged: BTreeMap::from([(Obligation::Inserts, (300, 0)), (Obligation::Deletes, (200, 3))]),
        about_causes: Some(text("secret-about: no simulated pipeline explains these 3 findings")),
        examples: vec![Example {
            class: Class::DeleteOpen,
            key: RowKey::Number(5),
            tick: Some((41, at(41))),
            column: None,
            expected: None,
            found: Some(text("secret-found")),
            load: Some(3),
            says: text("deleted at tick 41, and its row is still open in load 4: secret-says"),
            query: text("select * from dds.customers where src_id = 'shop-2' and customer_id = 5"),
        }],
        ..right("shop-2", "customers")
    };
    let empty = TableReport {
        loads: Vec::new(),
        load_count: 0,
        right: 0,
        obliged: BTreeMap::new(),
        ..right("shop-2", "orders")
    };
    Report {
        warehouse: text("postgres://dwh@127.0.0.1:5432/warehouse"),
        at: Some(at(70)),
        mapping: text("preset = \"course-g3\"\n[tables.orders]\nfrom = \"dds.orders\"\n"),
        shops: vec![shop("shop-1", 61), shop("shop-2", 61)],
        tables: vec![
            orders(),
            right("shop-1", "products"),
            right("shop-1", "customers"),
            empty,
            products,
            customers,
        ],
        notes: vec![text("the warehouse has no table for reviews: it is not graded")],
        not_asked: vec![Obligation::Freshness],
        hints: Hints::Why,
    }
}
