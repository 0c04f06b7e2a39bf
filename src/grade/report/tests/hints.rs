//! What hints hide stays hidden in every format.

use super::sample;
use crate::grade::report::{Hints, Report, html, json, junit, markdown, table};

fn hidden(hints: Hints) -> Report {
    let mut report = sample::report();
    report.hide(hints);
    report
}

/// The report in each format.
fn formats(report: &Report) -> [(&'static str, String); 6] {
    [
        ("table", table(report, false)),
        ("colour", table(report, true)),
        ("json", json(report)),
        ("junit", junit(report)),
        ("markdown", markdown(report)),
        ("html", html(report)),
    ]
}

/// What must not be in any format; the sample marks its values and causes.
fn leaks(hints: Hints, words: &[&str]) -> Vec<String> {
    let report = hidden(hints);
    let formats = formats(&report);
    let leaks = formats.iter().flat_map(|(format, text)| {
        words.iter().filter(|word| text.contains(**word)).map(move |word| format!("{format}: {word}"))
    });
    leaks.collect()
}

#[test]
fn with_why_everything_is_told() {
    for (format, text) in formats(&hidden(Hints::Why)) {
        for word in ["secret-cause", "secret-cure", "secret-twin", "secret-about", "key 12", "H1"] {
            let word = if format == "json" && word == "key 12" { "\"key\": 12" } else { word };
            assert!(text.contains(word), "{format} lacks {word}");
        }
    }
}

#[test]
fn with_where_no_value_and_no_cause_is_told() {
    assert_eq!(leaks(Hints::Where, &["secret", "H1", "paid", "12.50"]), Vec::<String>::new());
    for (format, text) in formats(&hidden(Hints::Where)) {
        assert!(text.contains("order_id = 12"), "{format} has no query");
    }
}

#[test]
fn with_none_no_row_is_told_and_the_points_are_as_they_were() {
    let rows = ["secret", "H1", "order_id", "key 12", "key 77", "tick 25", "00:06:15"];
    assert_eq!(leaks(Hints::None, &rows), Vec::<String>::new());
    let report = hidden(Hints::None);
    assert_eq!(report.score(), sample::report().score());
    for (format, text) in formats(&report) {
        assert!(text.contains("35"), "{format} has no count");
    }
}

#[test]
fn what_was_hidden_does_not_come_back() {
    let mut report = hidden(Hints::None);
    report.hide(Hints::Why);
    assert_eq!(report.hints, Hints::None);
    assert_eq!(json(&report), json(&hidden(Hints::None)));
}
