//! Each format of one rich report, as it always was: `UPDATE_GOLDEN=1 cargo test --lib grade::report` writes the files
//! in `tests/golden/grade/` anew.

mod hints;
mod markup;
mod points;
mod sample;

use super::{KeyTimeline, Report, explain, html, json, junit, markdown, table};

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

/// A report without a finding.
fn right() -> Report {
    let tables = vec![sample::right("shop-1", "orders")];
    Report { tables, warehouse: "files".to_owned(), ..Report::default() }
}

#[test]
fn each_format_is_as_it_always_was() {
    let report = sample::report();
    is_golden("report.txt", &table(&report, false));
    is_golden("report.json", &json(&report));
    is_golden("report.xml", &junit(&report));
    is_golden("report.md", &markdown(&report));
    is_golden("report.html", &html(&report));
}

#[test]
fn a_report_without_findings_and_one_of_nothing_are_as_they_always_were() {
    is_golden("right.txt", &table(&right(), false));
    is_golden("right.md", &markdown(&right()));
    is_golden("nothing.txt", &table(&Report::default(), false));
}

#[test]
fn colours_change_nothing_but_colours() {
    let report = sample::report();
    let colour = regex::Regex::new("\x1b\\[[0-9]+m").unwrap();
    let coloured = table(&report, true);
    assert!(colour.find_iter(&coloured).count() > 10);
    assert_eq!(colour.replace_all(&coloured, ""), table(&report, false));
}

#[test]
fn no_line_of_prose_on_a_terminal_is_longer_than_120_characters() {
    let long = |line: &&str| line.chars().count() > 120 && !line.contains("select");
    assert_eq!(table(&sample::report(), false).lines().find(long), None);
}

#[test]
fn the_report_for_programs_has_the_values_as_they_are() {
    let read: serde_json::Value = serde_json::from_str(&json(&sample::report())).unwrap();
    assert_eq!(read["schema_version"], 1);
    assert_eq!(read["tables"][0]["examples"][2]["expected"], sample::WILD);
    // Counted from 1, as in all formats.
    assert_eq!(read["tables"][0]["examples"][0]["load"], 2);
    assert_eq!(read["tables"][0]["loads"]["shown"][0]["load"], 1);
}

#[test]
fn every_field_of_the_report_for_programs_is_documented() {
    fn fields(value: &serde_json::Value, names: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Array(all) => all.iter().for_each(|value| fields(value, names)),
            serde_json::Value::Object(all) => all.iter().for_each(|(name, value)| {
                names.insert(name.clone());
                fields(value, names);
            }),
            _ => {}
        }
    }
    let read: serde_json::Value = serde_json::from_str(&json(&sample::report())).unwrap();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/grade-report.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut names = std::collections::BTreeSet::new();
    fields(&read, &mut names);
    assert!(names.len() > 60);
    let missing: Vec<_> = names.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/grade-report.md lacks {missing:?}");
}

#[test]
fn one_key_is_told_in_the_order_of_its_ticks() {
    is_golden("explain.txt", &explain(&sample::timeline()));
    let told = explain(&sample::timeline());
    let at = |text: &str| told.find(text).unwrap_or_else(|| panic!("{text} is not in\n{told}"));
    let order = [
        "version 1: inserted with status = secret-new",
        "load 1",
        "version 2: status secret-new → paid",
        "load 2",
        "total 12.50 → 13.00",
        "load 3",
        "deleted",
        "load 4",
        "findings",
    ];
    assert!(order.map(at).is_sorted(), "{told}");
}

#[test]
fn what_a_bracket_does_not_tell_of_a_load_is_left_open() {
    let key = sample::timeline();
    let seen = |lo, hi| key.seen_by(&sample::load(lo, hi, 1));
    assert_eq!(seen(3, 11), "nothing");
    assert_eq!(seen(12, 24), "version 1");
    assert_eq!(seen(24, 25), "version 1 or version 2");
    assert_eq!(seen(-1, 40), "one of nothing to version 3");
    assert_eq!(seen(55, 56), "version 3 or the deletion");
    assert_eq!(seen(56, 99), "the deletion");
}

#[test]
fn a_key_that_was_never_made_and_a_right_one_are_told_so() {
    let report = sample::report();
    let told = explain(&report.tables[0].timelines[1]);
    assert!(told.contains("the shop never made a row with this key"), "{told}");
    assert!(told.contains("row 1 is no version"), "{told}");
    let right = KeyTimeline { findings: Vec::new(), ..sample::timeline() };
    assert!(explain(&right).contains("no finding"));
}
