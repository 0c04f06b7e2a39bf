//! Each format of one rich report, as it always was: `UPDATE_GOLDEN=1 cargo test --lib grade::report` writes the files
//! in `tests/golden/grade/` anew.

mod points;
mod sample;

use super::{Report, json, table};

/// Compares a text with its file.
fn is_golden(name: &str, text: &str) {
    let path = format!("{}/tests/golden/grade/{name}", env!("CARGO_MANIFEST_DIR"));
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let text = text.replace(&version, "\"version\": \"V\"");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap(), "{name}");
}

#[test]
fn the_report_on_a_terminal_is_as_it_always_was() {
    let report = sample::report();
    is_golden("report.txt", &table(&report, false));
    is_golden("report.colour.txt", &table(&report, true));
    let right = Report { tables: vec![sample::right("shop-1", "orders")], ..Report::default() };
    is_golden("right.txt", &table(&right, false));
    is_golden("nothing.txt", &table(&Report::default(), false));
}

#[test]
fn the_report_for_programs_is_as_it_always_was_and_is_json() {
    let text = json(&sample::report());
    is_golden("report.json", &text);
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["schema_version"], 1);
    assert_eq!(read["tables"][0]["examples"][2]["expected"], sample::WILD);
}
