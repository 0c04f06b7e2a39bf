//! How two descriptions of plans differ.
//!
//! Owns the comparison of the lines of [`super::ShopPlan::describe`]. Must not know what a difference leads to.

use std::collections::{BTreeMap, BTreeSet};

/// The lines that only one side has, by the name of the setting, with its value on each side.
pub fn differing_lines(there: &[String], here: &[String]) -> Vec<(String, String, String)> {
    fn set(lines: &[String]) -> BTreeSet<&str> {
        lines.iter().map(String::as_str).collect()
    }
    let lines = [set(there), set(here)];
    let mut sides: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
    for side in [0, 1] {
        for line in lines[side].difference(&lines[1 - side]) {
            let at = line.match_indices(" = ").map(|(at, _)| at).find(|at| !in_quotes(line, *at));
            let (name, value) = at.map_or((*line, ""), |at| (&line[..at], &line[at + 3..]));
            sides.entry(name).or_default()[side].push(value);
        }
    }
    let text = |values: &[&str]| if values.is_empty() { "absent".to_owned() } else { values.join(" and ") };
    let difference =
        |(name, [there, here]): (&str, [Vec<&str>; 2])| (name.to_owned(), text(&there), text(&here));
    sides.into_iter().map(difference).collect()
}

/// Whether a place of a line is within a quoted name.
fn in_quotes(line: &str, at: usize) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    for byte in line[..at].bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_told_with_its_name_whatever_its_name_is() {
        for name in ["t", "\"a = b\"", r#""a\"b""#, r#""a\" = b\\""#] {
            let line = |value: &str| [format!("{name}.purge_after = {value}")];
            let difference = (format!("{name}.purge_after"), "2s".to_owned(), "3s".to_owned());
            assert_eq!(differing_lines(&line("2s"), &line("3s")), [difference]);
        }
    }
}
