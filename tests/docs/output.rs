//! Whether a command has printed what a page shows.
//!
//! Owns what may differ: times always, and whatever `…` stands for.

use regex::Regex;

/// The shown lines as a pattern; `whole` if nothing may follow them.
pub fn pattern(shown: &str, whole: bool) -> Regex {
    let mut pattern = String::from("^");
    for line in tamed(shown).lines() {
        match line {
            "…" => pattern += "(?:.*\n)*?",
            line => pattern += &format!("{}\n", regex::escape(line).replace('…', ".*")),
        }
    }
    pattern += if whole { "$" } else { "" };
    Regex::new(&pattern).unwrap()
}

/// Whether the output fits, where only its first line must.
pub fn begins_alike(output: &str, shown: &str) -> bool {
    let first = |text: &str| {
        let line = text.lines().find(|line| *line != "…").unwrap_or_default();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    first(output) == first(shown)
}

/// A text without what differs from run to run: times, and blanks at the end of lines.
pub fn tamed(text: &str) -> String {
    let time = Regex::new(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?").unwrap();
    let text: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    time.replace_all(&text, "TIME").into_owned()
}

#[test]
fn dots_stand_for_anything_and_times_may_differ() {
    let shown = "a 2026-01-31 12:00:00 b\n…\nend … of it\n";
    let printed = "a 2025-12-03 01:02:03 b\nx\ny\nend (or so) of it\n";
    assert!(pattern(shown, true).is_match(&tamed(printed)));
    assert!(!pattern(shown, true).is_match(&tamed(&format!("{printed}more\n"))));
    assert!(pattern(shown, false).is_match(&tamed(&format!("{printed}more\n"))));
    assert!(!pattern(shown, true).is_match(&tamed(&printed.replace(" b", " c"))));
}
