//! The report as one self-contained page: no script, and nothing from another host.
//!
//! Owns its order. Drawings are those of `table` and `key`, their ticks those of `axis`.

use std::fmt::Write as _;

use super::markup::{escaped, escaped_lines};
use super::words::{
    brackets, count, counted, dots, explains, findings, hidden, loads, next, place, points, verdict,
};
use super::{CauseReport, Example, Obligation, Report, TableReport, Verdict};
use crate::plan::RowKey;

mod axis;
mod key;
mod table;

const STYLE: &str = include_str!("style.css");

/// The whole page.
pub fn text(report: &Report) -> String {
    let mut body = head(report);
    body.push_str(&matrix(report));
    let tables = || report.tables.iter().enumerate();
    tables().for_each(|(number, table)| body.push_str(&section(report, number, table)));
    body.push_str("<h2>How it was read</h2>\n");
    if !report.mapping.is_empty() {
        let mapping = escaped_lines(&report.mapping);
        let _ = writeln!(body, "<details><summary>the mapping</summary><pre>{mapping}</pre></details>");
    }
    for shop in &report.shops {
        let tick = shop.last_tick.map_or("no tick".to_owned(), |tick| format!("to tick {tick}"));
        let at = shop.at.map_or(String::new(), |at| format!(" ({})", at.to_rfc3339()));
        let shown = format!("{} {tick}{at}, fingerprint {}", shop.shop, shop.fingerprint);
        let _ = writeln!(body, "<p class=\"muted\">{}</p>", escaped(&shown));
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>Warehouse: {}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escaped(&points(&report.score()))
    )
}

fn head(report: &Report) -> String {
    let class = match report.verdict() {
        Verdict::Right => "is-right",
        Verdict::Findings => "is-wrong",
        Verdict::Inconclusive | Verdict::NothingLoaded => "is-warn",
    };
    let at = report.at.map_or(String::new(), |at| format!(" at {}", at.to_rfc3339()));
    let warehouse = escaped(&format!("{}{at}", report.warehouse));
    let mut text = format!(
        "<h1>Score {}</h1>\n<p class=\"verdict {class}\">{}</p>\n<p class=\"muted\">{warehouse}</p>\n",
        escaped(&points(&report.score())),
        escaped(&verdict(report))
    );
    let notes = report.notes.iter().map(String::as_str).chain(hidden(report));
    notes.for_each(|note| text.extend(["<p class=\"muted\">", &escaped(note), "</p>\n"]));
    text + &format!("<p>Next: <code>{}</code></p>\n", escaped(&next(report)))
}

/// Points by shop, table and class.
fn matrix(report: &Report) -> String {
    if report.tables.is_empty() {
        return String::new();
    }
    let mut text = "<div class=\"box\"><table><thead><tr><th>shop</th><th>table</th>".to_owned();
    for class in Obligation::ALL {
        let _ = write!(text, "<th class=\"number\">{class}</th>");
    }
    text.push_str("<th class=\"number\">score</th></tr></thead><tbody>\n");
    for (number, table) in report.tables.iter().enumerate() {
        let score = report.score_of_table(table);
        let (shop, name) = (escaped(&table.shop), escaped(&table.table));
        let _ = write!(text, "<tr><td>{shop}</td><td><a href=\"#t{number}\">{name}</a></td>");
        for class in Obligation::ALL {
            let (style, says) = match score.classes.get(&class) {
                Some(tested) if tested.bad > 0 => {
                    ("number wrong", format!("{} ({})", tested.points, tested.bad))
                }
                Some(tested) => ("number", tested.points.to_string()),
                None => ("number none", "·".to_owned()),
            };
            let _ = write!(text, "<td class=\"{style}\">{says}</td>");
        }
        let total = score.total.map_or("·".to_owned(), |points| points.to_string());
        let style = if score.has_findings() { "number wrong" } else { "number" };
        let _ = writeln!(text, "<td class=\"{style}\">{total}</td></tr>");
    }
    let legend = format!("Points of 100; in brackets how many are wrong; {}.", dots(report));
    text + &format!("</tbody></table></div>\n<p class=\"muted\">{legend}</p>\n")
}

fn section(report: &Report, number: usize, of: &TableReport) -> String {
    let title = escaped(&format!("{} {}", of.shop, of.table));
    let mut text = format!("<section id=\"t{number}\"><h2>{title}</h2>\n");
    if report.score_of_table(of).has_findings() {
        let _ = writeln!(text, "<p class=\"verdict is-wrong\">{}</p>", findings(of));
    }
    let reading = escaped(&format!("{}: {}", of.relation, of.reading));
    let loads = escaped(format!("{}: {}", loads(of), brackets(of)).trim_end_matches([' ', ':']));
    let _ = writeln!(text, "<p class=\"muted\">{reading}<br>{loads}{}</p>", no_fault(of));
    if !of.headlines.is_empty() {
        let items: String = of.headlines.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
        let _ = writeln!(text, "<ul>{items}</ul>");
    }
    text.push_str(&table::figure(of));
    text.push_str(&cells(of));
    of.causes.iter().for_each(|told| text.push_str(&cause(told)));
    if let Some(about) = &of.about_causes {
        let _ = writeln!(text, "<p>{}</p>", escaped(about));
    }
    if !of.examples.is_empty() {
        let all = of.findings.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let _ = writeln!(text, "<h3>{} of {all} findings</h3>", count(of.examples.len()));
    }
    let mut drawn: Vec<&RowKey> = Vec::new();
    for told in &of.examples {
        let line = of.timelines.iter().find(|line| line.key == told.key && !drawn.contains(&&line.key));
        drawn.extend(line.map(|line| &line.key));
        text.push_str(&example(told, &line.map(key::figure).unwrap_or_default()));
    }
    for line in of.timelines.iter().filter(|line| !drawn.contains(&&line.key)) {
        let _ = writeln!(
            text,
            "<div class=\"example\"><strong>key {}</strong>{}</div>",
            escaped(&line.key.to_string()),
            key::figure(line)
        );
    }
    text + "</section>\n"
}

/// What is not there or of others, and no fault.
fn no_fault(table: &TableReport) -> String {
    let mut text = String::new();
    if table.allowed_misses > 0 {
        let _ = write!(
            text,
            "<br>{} that no load had to see: no fault",
            counted(table.allowed_misses, "version")
        );
    }
    if table.foreign > 0 {
        let _ = write!(text, "<br>{} of others: no fault", counted(table.foreign, "row"));
    }
    text
}

/// The columns with cells that differ.
fn cells(table: &TableReport) -> String {
    let rows: String = table
        .columns
        .iter()
        .filter(|column| column.different > 0)
        .map(|column| {
            format!(
                "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number wrong\">{}</td><td>{}</td></tr>\n",
                escaped(&column.name),
                escaped(&column.found_as),
                column.same,
                column.different,
                escaped(column.transform.as_deref().unwrap_or_default())
            )
        })
        .collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        "<div class=\"box\"><table><thead><tr><th>column</th><th>in the warehouse</th><th class=\"number\">same</th><th \
         class=\"number\">different</th><th>what was done</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )
}

fn cause(cause: &CauseReport) -> String {
    let mut text = format!(
        "<div class=\"cause\"><p><strong>{}</strong> {} <span class=\"muted\">({})</span></p><p>Cure: {}</p>",
        escaped(&cause.id),
        escaped(&cause.says),
        explains(cause),
        escaped(&cause.cure)
    );
    for (id, says) in &cause.same_here {
        let twin = format!("{id} would look the same here: {says}");
        let _ = write!(text, "<p class=\"muted\">or {}</p>", escaped(&twin));
    }
    text + "</div>\n"
}

fn example(example: &Example, figure: &str) -> String {
    let place = escaped(&place(example));
    let load = example.load.map_or(String::new(), |load| format!(", load {}", load + 1));
    format!(
        "<div class=\"example\"><p><strong class=\"is-wrong\">{}</strong> {place}{load}: {}</p><pre>{}</pre>{figure}</div>\n",
        example.class,
        escaped(&example.says),
        escaped_lines(&example.query)
    )
}
