//! What was found, in three formats: for a terminal, as JSON, and as SQL that cures it.
//!
//! Owns the sentences that the formats share. Pure: must not know whether the terminal has colours.

mod json;
mod sql;
mod table;

pub use json::json;
pub use sql::fix_sql;
pub use table::table;

use super::finding::{Finding, Level};
use super::{Examined, Tool};

/// The examination of one server.
#[derive(Clone, Debug)]
pub struct Report {
    /// The shop, if it is that of a config.
    pub shop: Option<String>,
    /// The server's URL, without a password.
    pub url: String,
    /// What was found, or why nothing was.
    pub result: Result<Examined, String>,
}

impl Report {
    /// The shop and its server, or the server alone.
    fn title(&self) -> String {
        match &self.shop {
            Some(shop) => format!("{shop} at {}", self.url),
            None => self.url.clone(),
        }
    }
}

/// Tools that are ready, ready with warnings, and not ready.
fn readiness(examined: &Examined) -> [Vec<Tool>; 3] {
    let of = |wanted: Option<Level>| {
        let tools = examined.tools.iter().filter(move |(_, worst)| **worst == wanted);
        tools.map(|(tool, _)| *tool).collect()
    };
    [of(None), of(Some(Level::Warning)), of(Some(Level::Error))]
}

/// Whom a finding concerns, if not all: `dms (error), fivetran (note)`.
fn concerned(finding: &Finding) -> Option<String> {
    let tools = finding.tools.iter().map(|(tool, level)| format!("{tool} ({})", level.name()));
    (!finding.for_all).then(|| tools.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::doctor::finding::{Cure, Step};

    fn finding(id: &'static str, level: Level, for_all: bool, cures: Vec<Cure>) -> Finding {
        Finding {
            number: 1,
            id,
            level,
            tools: BTreeMap::from([(Tool::Dms, Level::Error)]),
            for_all,
            seen: "seen".into(),
            why: "why".into(),
            cures,
            restart_pending: false,
        }
    }

    fn report(findings: Vec<Finding>) -> Report {
        let examined = Examined {
            version: "17.1".into(),
            role: "r".into(),
            schema: "public".into(),
            tables: vec!["orders".into()],
            publication: None,
            named: false,
            findings,
            tools: BTreeMap::from([(Tool::Dms, Some(Level::Error)), (Tool::Debezium, None)]),
        };
        Report { shop: None, url: "postgresql://r@h:5432/d".into(), result: Ok(examined) }
    }

    fn cure(step: Step, subject: &str, sql: &str) -> Cure {
        Cure::now(step, subject, sql)
    }

    /// The lines of the SQL that are no comments.
    fn run(findings: Vec<Finding>) -> Vec<String> {
        let sql = fix_sql(&report(findings));
        sql.lines().filter(|line| !line.starts_with("--") && !line.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn what_a_publication_needs_comes_before_it_and_nothing_comes_twice() {
        let publication = cure(Step::Publications, "p", "CREATE PUBLICATION p FOR TABLE t;");
        let table = cure(Step::Tables, "t", "ALTER TABLE t REPLICA IDENTITY FULL;");
        let role = cure(Step::Roles, "r", "ALTER ROLE r REPLICATION;");
        let found = vec![
            finding("a", Level::Error, true, vec![publication, table.clone()]),
            finding("b", Level::Warning, true, vec![table, role]),
        ];
        let expected = [
            "ALTER ROLE r REPLICATION;",
            "ALTER TABLE t REPLICA IDENTITY FULL;",
            "CREATE PUBLICATION p FOR TABLE t;",
        ];
        assert_eq!(run(found), expected);
    }

    #[test]
    fn what_contradicts_itself_is_only_a_note_or_concerns_some_is_not_run() {
        let one = |sql: &str| vec![cure(Step::Tables, "t", sql)];
        let contradiction = vec![
            finding("a", Level::Error, true, one("ALTER TABLE t REPLICA IDENTITY FULL;")),
            finding("b", Level::Error, true, one("ALTER TABLE t REPLICA IDENTITY DEFAULT;")),
        ];
        assert!(run(contradiction).is_empty());
        assert!(run(vec![finding("a", Level::Note, true, one("SELECT 1;"))]).is_empty());
        assert!(run(vec![finding("a", Level::Note, false, one("SELECT 1;"))]).is_empty());
        // Where tools were named, what one of them wants is run.
        assert_eq!(run(vec![finding("a", Level::Error, false, one("SELECT 1;"))]).len(), 1);
        let by_hand = vec![cure(Step::Tables, "t", "SELECT 1;").by_hand("it destroys")];
        assert!(run(vec![finding("a", Level::Error, true, by_hand)]).is_empty());
    }

    #[test]
    fn a_name_with_a_line_break_never_leaves_its_comment() {
        let evil = cure(Step::Tables, "t", "ALTER TABLE \"a\nDROP TABLE b;\" SET LOGGED;").by_hand("x\ny");
        assert!(run(vec![finding("a", Level::Error, true, vec![evil])]).is_empty());
    }

    #[test]
    fn of_thousands_of_cures_the_first_are_shown_and_all_are_printed_as_sql() {
        let long = format!("CREATE PUBLICATION p FOR TABLE {};", "t, ".repeat(5_000));
        let numbered = (1..5_000).map(|number| cure(Step::Tables, "t", &format!("SELECT {number};")));
        let cures: Vec<Cure> = std::iter::once(cure(Step::Tables, "p", &long)).chain(numbered).collect();
        let report = report(vec![finding("a", Level::Note, true, cures)]);
        let text = table(std::slice::from_ref(&report), false);
        assert!(text.len() < 3_000 && text.contains("    4992 more cures like these: --fix-sql"), "{text}");
        assert!(fix_sql(&report).contains("SELECT 4999;"));
    }

    #[test]
    fn the_report_says_for_which_tools_the_server_is_ready() {
        let text = table(&[report(vec![finding("a", Level::Note, false, vec![])])], false);
        assert!(text.contains("\nready for debezium; not ready for dms\n"), "{text}");
        assert!(text.contains("dms (error)"), "{text}");
        let failed = Report { result: Err("no answer".into()), ..report(vec![]) };
        assert!(table(&[failed], false).contains("cannot tell: no answer"));
    }
}
