//! XML and HTML that any reader can read, and Markdown in which no value is markup.

use regex::Regex;

use super::sample;
use crate::grade::report::{Report, html, junit, markdown};

/// Elements that have no end in HTML.
const VOID: [&str; 3] = ["meta", "br", "!doctype"];

/// The first place where a text is not well-formed: elements that do not nest, bare `<` or `&`, attributes without
/// quotation marks, characters that XML forbids.
fn malformed(text: &str) -> Option<String> {
    let tag = Regex::new(r#"^<(/?)([A-Za-z!?][\w!?-]*)((?:\s+[\w-]+(?:="[^"<]*")?)*)\s*([/?]?)>"#).unwrap();
    let entity = Regex::new(r"^&(?:amp|lt|gt|quot|#[0-9]+);").unwrap();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        rest = &rest[at..];
        let shown = || Some(rest.chars().take(60).collect());
        let length = if rest.starts_with('&') {
            let Some(found) = entity.find(rest) else { return shown() };
            found.len()
        } else {
            let Some(found) = tag.captures(rest) else { return shown() };
            let name = found.get(2).unwrap().as_str();
            if found[1].is_empty() {
                let ended = !found[4].is_empty() || VOID.contains(&name);
                open.extend((!ended).then_some(name));
            } else if open.pop() != Some(name) {
                return shown();
            }
            found[0].len()
        };
        rest = &rest[length..];
    }
    let forbidden = |character: char| {
        character.is_control() && character != '\n' || matches!(character, '\u{fffe}' | '\u{ffff}')
    };
    open.pop().map(str::to_owned).or(text.contains(forbidden).then(|| "a character".to_owned()))
}

/// How often an element stands in a text.
fn count(text: &str, element: &str) -> usize {
    text.matches(&format!("<{element} ")).count() + text.matches(&format!("<{element}>")).count()
}

#[test]
fn the_checker_of_these_tests_finds_what_is_wrong() {
    assert_eq!(malformed("<?xml version=\"1.0\"?>\n<a b=\"c\">&lt;<d/></a>"), None);
    for wrong in ["<a><b></a></b>", "<a>", "a & b", "1 < 2", "<a b=c></a>", "<a>\u{1b}</a>", "<a b=\"<\"/>"] {
        assert!(malformed(wrong).is_some(), "{wrong}");
    }
}

#[test]
fn the_xml_is_well_formed_whatever_a_value_holds() {
    let text = junit(&sample::report());
    assert_eq!(malformed(&text), None);
    assert_eq!(malformed(&junit(&Report::default())), None);
}

#[test]
fn there_is_a_test_case_per_shop_table_and_class_and_what_is_not_tested_is_skipped() {
    let report = sample::report();
    let text = junit(&report);
    // One more for the torn load.
    assert_eq!(count(&text, "testcase"), report.tables.len() * 8 + 1);
    assert_eq!(count(&text, "failure"), 4);
    assert!(text.contains(&format!("tests=\"{}\" failures=\"4\"", report.tables.len() * 8 + 1)));
    assert!(text.contains("name=\"references\" time=\"0\"><skipped message=\"not tested\"/>"));
    assert!(text.contains("name=\"freshness\" time=\"0\"><skipped message=\"not asked for\"/>"));
    assert!(text.contains("<failure message=\"35 of 40 changes not met: 35 missing-change\""));
}

#[test]
fn a_finding_of_a_class_that_was_not_tested_fails_its_case() {
    let mut report = sample::report();
    report.tables.truncate(1);
    report.tables[0].obliged.clear();
    assert_eq!(count(&junit(&report), "failure"), 3);
}

#[test]
fn the_page_is_well_formed_and_needs_no_other_host_and_no_script() {
    let text = html(&sample::report());
    let without_style = Regex::new("(?s)<style>.*</style>").unwrap().replace(&text, "").into_owned();
    assert_eq!(malformed(&without_style), None);
    for word in ["http:", "https:", "src=", "href=\"/", "url(", "@import", "<script", "onload", "<link"] {
        assert!(!text.contains(word), "{word}");
    }
    for word in ["name=\"viewport\"", "prefers-color-scheme: dark", "<svg "] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn every_link_of_the_page_leads_to_a_table() {
    let text = html(&sample::report());
    let link = Regex::new("href=\"#([^\"]+)\"").unwrap();
    assert_eq!(link.find_iter(&text).count(), sample::report().tables.len());
    for found in link.captures_iter(&text) {
        assert!(text.contains(&format!("id=\"{}\"", &found[1])), "{}", &found[1]);
    }
}

#[test]
fn a_value_in_markdown_is_no_markup_no_mention_and_leaves_no_block() {
    let text = markdown(&sample::report());
    assert!(!text.contains("<b>") && !text.contains("@all"), "{text}");
    let mut fence = None;
    for line in text.lines() {
        let ticks = line.chars().take_while(|character| *character == '`').count();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks >= open => fence = None,
            _ => {}
        }
    }
    assert_eq!(fence, None);
}
