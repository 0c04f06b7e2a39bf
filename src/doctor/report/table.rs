//! The report on a terminal.
//!
//! Owns its order: the server, the findings by level, the tools that it is ready for.

use super::{Examined, Report, concerned, readiness};
use crate::doctor::Tool;
use crate::doctor::finding::{Effect, Finding, Level};
use crate::text::{harmless, wrapped};

/// Cures of one finding that are shown, and the characters of each: a database may have thousands of tables.
const SHOWN: usize = 8;
const LONGEST: usize = 1_000;

const BOLD: &str = "1";
const RED: &str = "31";
const YELLOW: &str = "33";
const CYAN: &str = "36";

/// The reports, in lines that end with a line feed. `colour`: with ANSI's colours.
pub fn table(reports: &[Report], colour: bool) -> String {
    let page = Page { colour };
    reports.iter().map(|report| page.report(report)).collect::<Vec<_>>().join("\n")
}

struct Page {
    colour: bool,
}

impl Page {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn report(&self, report: &Report) -> String {
        let title = self.paint(BOLD, &harmless(&report.title()));
        match &report.result {
            Ok(examined) => format!("{title}\n{}", self.examined(examined)),
            Err(error) => format!("{title}\n{}", wrapped(&harmless(error), "cannot tell: ", "  ")),
        }
    }

    fn examined(&self, examined: &Examined) -> String {
        let tables = match examined.tables.len() {
            1 => "1 table".to_owned(),
            count => format!("{count} tables"),
        };
        let publication = examined.publication.as_ref();
        let publication =
            publication.map_or("no publication".to_owned(), |name| format!("publication {name}"));
        let about = format!(
            "PostgreSQL {}, role {}, {tables} of schema {}, {publication}",
            examined.version, examined.role, examined.schema
        );
        let mut text = wrapped(&harmless(&about), "  ", "  ");
        for (level, sign, colour) in
            [(Level::Error, "✗", RED), (Level::Warning, "!", YELLOW), (Level::Note, "·", CYAN)]
        {
            let found: Vec<&Finding> =
                examined.findings.iter().filter(|finding| finding.level == level).collect();
            if found.is_empty() {
                continue;
            }
            let heading = match found.len() {
                1 => format!("1 {}", level.name()),
                count => format!("{count} {}s", level.name()),
            };
            text.extend(["\n", &self.paint(BOLD, &heading), "\n"]);
            for finding in found {
                text.push_str(&self.finding(finding, &self.paint(colour, sign)));
            }
        }
        text + "\n" + &ready(examined)
    }

    fn finding(&self, finding: &Finding, sign: &str) -> String {
        let headline = wrapped(&harmless(&format!("{}: {}", finding.id, finding.seen)), "  # ", "    ");
        let mut text = headline.replacen("  # ", &format!("  {sign} "), 1);
        text.push_str(&wrapped(&harmless(&finding.why), "    ", "    "));
        if let Some(tools) = concerned(finding) {
            text.push_str(&wrapped(&tools, "    for ", "      "));
        }
        if finding.restart_pending {
            text.push_str("    cure: restart the server\n");
        }
        for cure in finding.cures.iter().take(SHOWN) {
            let after = match cure.effect {
                Effect::Now => "",
                Effect::Reload => " -- then reload: SELECT pg_reload_conf();",
                Effect::Restart => " -- then restart the server",
            };
            // Not wrapped: it is copied.
            let sql = harmless(&cure.sql);
            match sql.char_indices().nth(LONGEST) {
                Some((end, _)) => {
                    text.extend(["    cure: ", &sql[..end], "… (--fix-sql prints the whole)", after, "\n"]);
                }
                None => text.extend(["    cure: ", &sql, after, "\n"]),
            }
            if let Some(why) = &cure.by_hand {
                text.push_str(&wrapped(&harmless(why), "      by hand: ", "        "));
            }
        }
        let more = finding.cures.len().saturating_sub(SHOWN);
        if more > 0 {
            text.extend(["    ", &more.to_string(), " more cures like these: --fix-sql prints all\n"]);
        }
        text
    }
}

/// `ready for debezium; not ready for dms`.
fn ready(examined: &Examined) -> String {
    let [ready, warned, not] = readiness(examined);
    let told = |words: &str, tools: Vec<Tool>| {
        let names: Vec<String> = tools.iter().map(Tool::to_string).collect();
        (!names.is_empty()).then(|| format!("{words} {}", names.join(", ")))
    };
    let parts =
        [told("ready for", ready), told("ready with warnings for", warned), told("not ready for", not)];
    wrapped(&parts.into_iter().flatten().collect::<Vec<_>>().join("; "), "", "  ")
}
