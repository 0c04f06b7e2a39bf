//! What a run writes about itself: every change of a row, machine-readable lines, and no password.

use std::collections::BTreeSet;

use shopsim::clock::Timeline;
use shopsim::tick::{Operation, Tick};
use shopsim::value::{Timestamp, Value};

use super::harness::{NEW_YEAR, Place, UNLIMITED, edit, shipped};
use super::oracle::plan;

/// The options of a run of a few ticks.
fn few<'a>(ticks: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&UNLIMITED[..], &["--until-tick", ticks], more].concat()
}

fn assignment(column: &str, value: Value<'_>) -> String {
    match value {
        Value::Text(text) => format!(" {column}={text:?}"),
        value => format!(" {column}={value}"),
    }
}

#[tokio::test]
async fn debug_log_tells_each_change_of_a_row_with_its_tick_and_new_values() {
    const TICKS: u64 = 45;
    let config = shipped();
    let place = Place::new(&config);
    place.finish(&few(&TICKS.to_string(), &["--only", "shop-1"]), 0).await;
    let log = place.read("logs/shop-1/debug.log");
    let plan = plan(&config, "shop-1");
    let timeline = Timeline::new(Timestamp::parse_rfc3339(NEW_YEAR).unwrap(), plan.interval, &[]);
    let table = plan.tables.iter().position(|table| table.name == "products").unwrap();
    let (place_of, table) = (table, &plan.tables[table]);

    // Each change of a product as its line must read, less the time at its head.
    let mut expected = BTreeSet::new();
    for tick in 0..TICKS {
        let mut operations = Tick::new(&plan, &timeline, tick).tables.swap_remove(place_of);
        let mut tell = |operation: &str, id: i64, values: String| {
            let line =
                format!("DEBUG shop-1: {operation} product_id={id}{values} tick={tick} table=products");
            assert!(expected.insert(line));
        };
        while let Some(operation) = operations.next(table) {
            match operation {
                Operation::Delete(ids) => ids.iter().for_each(|(_, id)| tell("delete", id, String::new())),
                Operation::Update(rows) => {
                    for row in rows.iter() {
                        let columns = table.columns.iter().enumerate();
                        let values = columns.filter_map(|(at, column)| {
                            row.new_value(at).map(|value| assignment(&column.name, value))
                        });
                        tell("update", row.id(), values.collect());
                    }
                }
                Operation::Insert(rows) => {
                    for (row, id) in rows.ids.iter() {
                        let columns = table.columns.iter().zip(&rows.columns);
                        let values =
                            columns.map(|(column, values)| assignment(&column.name, values.get(row)));
                        tell("insert", id, values.collect());
                    }
                }
            }
        }
    }
    let told = log.lines().filter(|line| line.contains("DEBUG") && line.ends_with(" table=products"));
    let told: BTreeSet<String> =
        told.map(|line| line.split_once(' ').unwrap().1.trim_start().to_owned()).collect();
    let lines = |set: &BTreeSet<String>, other: &BTreeSet<String>| {
        set.difference(other).take(3).cloned().collect::<Vec<_>>()
    };
    assert_eq!(lines(&expected, &told), [""; 0], "changes that debug.log does not tell");
    assert_eq!(lines(&told, &expected), [""; 0], "changes that debug.log makes up");
    assert!(expected.iter().any(|line| line.contains("update product_id=")));
    assert!(expected.iter().any(|line| line.contains("delete product_id=1 tick=40")));

    let info = place.read("logs/shop-1/info.log");
    assert_eq!(
        info.matches(" INFO shop-1: committed tick=").count() as u64,
        3 * TICKS,
        "a line a tick a table"
    );
    assert!(!info.contains("DEBUG"));
    assert!(!place.path("logs/shop-2").exists());
}

#[tokio::test]
async fn at_the_level_info_no_file_tells_of_rows() {
    let place = Place::new(&edit(&shipped(), "# [logs]", "[logs]\nlevel = \"info\" "));
    let ended = place.finish(&few("3", &["-v"]), 0).await;
    assert!(ended.err.contains("DEBUG shop-1: insert order_id=1 "), "the terminal's level is its own");
    let info = place.read("logs/shop-1/info.log");
    assert_eq!(info.matches("committed tick=").count(), 9);
    assert!(!info.contains("DEBUG") && !place.path("logs/shop-1/debug.log").exists());
}

#[tokio::test]
async fn lines_for_machines_are_json_one_and_all() {
    let place = Place::new(&shipped());
    let ended = place.finish(&few("5", &["--log-format", "json", "-v"]), 0).await;
    let mut texts = vec![ended.err];
    for shop in ["shop-1", "shop-2"] {
        texts.extend(["info", "debug"].map(|log| place.read(&format!("logs/{shop}/{log}.log"))));
    }
    for text in texts {
        assert!(!text.is_empty());
        for line in text.lines() {
            let line: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            for key in ["time", "level", "message"] {
                assert!(line[key].is_string(), "{key} in {line}");
            }
        }
    }
}

#[tokio::test]
async fn a_run_that_begins_anew_begins_new_files_and_one_that_goes_on_does_not() {
    let place = Place::new(&shipped());
    let ended = [&UNLIMITED[..], &["--only", "shop-1", "--until-tick"]].concat();
    let run = async |ticks: &str| place.finish(&[&ended[..], &[ticks]].concat(), 0).await;
    let lines = |file: &str, text: &str| {
        let path = place.path("logs/shop-1").join(file);
        std::fs::read_to_string(path).unwrap_or_default().matches(text).count()
    };
    run("2").await;
    run("3").await;
    assert_eq!((lines("debug.log", "insert order_id=12 "), lines("debug.log.1", "order_id")), (1, 0));
    let reset = place.shopsim(&["reset", "--yes", "--only", "shop-1"]);
    assert_eq!(reset.code, Some(0), "{}", reset.err);
    run("1").await;
    for file in ["debug.log", "debug.log.1"] {
        assert_eq!(lines(file, "insert order_id=12 "), 1, "each row once in {file}");
    }
    assert_eq!((lines("info.log", "committed tick=0"), lines("info.log.1", "committed tick=2")), (3, 3));
}
