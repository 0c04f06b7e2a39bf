//! The report as a comment on a pull request, in GitHub's Markdown.
//!
//! Owns its order and its escaping: no value can become markup, a link or a mention.

use std::fmt::Write as _;

use super::words::{counted, dots, explains, findings, hidden, loads, next, place, points, verdict};
use super::{Example, Obligation, Report, TableReport, Verdict};
use crate::text::harmless;

/// The whole report.
pub fn text(report: &Report) -> String {
    let mark = match report.verdict() {
        Verdict::Right => "✅",
        Verdict::Findings => "❌",
        Verdict::Inconclusive | Verdict::NothingLoaded => "❔",
    };
    let mut text = format!(
        "## {mark} Warehouse: {}\n\n{}\n\n",
        escaped(&points(&report.score())),
        escaped(&verdict(report))
    );
    if !report.tables.is_empty() {
        text.push_str(&matrix(report));
    }
    for table in report
        .tables
        .iter()
        .filter(|table| report.score_of_table(table).has_findings() || !table.headlines.is_empty())
    {
        text.push_str(&section(table));
    }
    let notes = report.notes.iter().map(String::as_str).chain(hidden(report));
    notes.for_each(|note| text.extend(["> ", &escaped(note), "\n"]));
    let next = match report.verdict() {
        Verdict::Findings => code(&next(report)),
        _ => escaped(&next(report)),
    };
    text + &format!("\nNext: {next}\n")
}

/// Points by shop, table and class.
fn matrix(report: &Report) -> String {
    let names = Obligation::ALL.map(Obligation::name).join(" | ");
    let mut text = format!("| shop | table | {names} | score |\n| --- | --- |{}\n", " ---: |".repeat(9));
    for table in &report.tables {
        let score = report.score_of_table(table);
        let cells = Obligation::ALL.map(|class| match score.classes.get(&class) {
            Some(tested) if tested.bad > 0 => format!("**{}** ({})", tested.points, tested.bad),
            Some(tested) => tested.points.to_string(),
            None => "·".to_owned(),
        });
        let total = score.total.map_or("·".to_owned(), |points| points.to_string());
        let (shop, name) = (escaped(&table.shop), escaped(&table.table));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {shop} | {name} | {} | {total} |", cells.join(" | "));
    }
    text + &format!("\nPoints of 100; in brackets how many are wrong; {}.\n\n", dots(report))
}

fn section(table: &TableReport) -> String {
    let mut text = format!("### {} {}\n\n", escaped(&table.shop), escaped(&table.table));
    let mut line = |says: String| text.extend([says.as_str(), "\n"]);
    if !findings(table).is_empty() {
        line(format!("- {}; {}, {}", findings(table), code(&table.relation), escaped(&loads(table))));
    }
    table.headlines.iter().for_each(|headline| line(format!("- {}", escaped(headline))));
    for column in table.columns.iter().filter(|column| column.different > 0) {
        let transform =
            column.transform.as_ref().map_or(String::new(), |done| format!(": {}", escaped(done)));
        let cells = counted(column.different, "cell");
        line(format!(
            "- column {}: {cells} of {} differ{transform}",
            code(&column.name),
            column.same + column.different
        ));
    }
    for cause in &table.causes {
        line(format!("- **{}**: {} ({})", escaped(&cause.id), escaped(&cause.says), explains(cause)));
        line(format!("  - cure: {}", escaped(&cause.cure)));
        for (id, says) in &cause.same_here {
            line(format!("  - or {} would look the same here: {}", escaped(id), escaped(says)));
        }
    }
    table.about_causes.iter().for_each(|about| line(format!("- {}", escaped(about))));
    text.push('\n');
    if table.examples.is_empty() {
        return text;
    }
    let examples: String = table.examples.iter().map(example).collect();
    let count = counted(super::words::count(table.examples.len()), "example");
    text + &format!("<details><summary>{count}</summary>\n\n{examples}</details>\n\n")
}

fn example(example: &Example) -> String {
    let query = example.query.lines().map(|line| harmless(line)).collect::<Vec<_>>().join("\n");
    let fence = "`".repeat(3.max(longest_run(&query) + 1));
    let says = escaped(&example.says);
    format!("**{}** {}: {says}\n\n{fence}sql\n{query}\n{fence}\n\n", example.class, escaped(&place(example)))
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// Text that stays text.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    for character in harmless(text).chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            // Neither a person nor an issue is mentioned, and no link is made.
            '@' => shown.push_str("&#64;"),
            '#' => shown.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '!' => {
                shown.push('\\');
                shown.push(character);
            }
            character => shown.push(character),
        }
    }
    shown.replace("://", "&#58;//").replace("www.", "www&#46;")
}

/// A name or a command in code.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let padding = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{padding}{}{padding}{fence}", harmless(text))
}
