//! The report as JUnit's XML, which CI systems show as tests.
//!
//! Owns which test cases there are: one per shop, table and class of obligations, and one each for torn loads and the
//! schema where there are findings of them. Their number does not depend on the rows.

use std::fmt::Write as _;

use super::markup::{escaped, escaped_lines};
use super::words::{counted, explains, hidden, place, points};
use super::{Obligation, Report, TableReport};
use crate::grade::Class;

/// How many examples of a class a failure shows.
const EXAMPLES: usize = 3;

/// The whole report.
pub fn text(report: &Report) -> String {
    let suites: Vec<Suite> = report.tables.iter().map(|table| suite(report, table)).collect();
    let all = || suites.iter().flat_map(|suite| &suite.cases);
    let (failures, skipped) = (count(all(), Case::is_failure), count(all(), Case::is_skipped));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"shopsim grade\" tests=\"{}\" \
         failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\">\n",
        all().count()
    );
    suites.iter().for_each(|suite| text.push_str(&suite.xml(report)));
    text + "</testsuites>\n"
}

struct Suite<'a> {
    table: &'a TableReport,
    cases: Vec<Case>,
}

struct Case {
    name: &'static str,
    result: Result<(), Unmet>,
}

enum Unmet {
    Skipped(&'static str),
    Failure { message: String, kind: String, text: String },
}

impl Case {
    fn is_failure(&self) -> bool {
        matches!(self.result, Err(Unmet::Failure { .. }))
    }

    fn is_skipped(&self) -> bool {
        matches!(self.result, Err(Unmet::Skipped(_)))
    }
}

fn count<'a>(cases: impl Iterator<Item = &'a Case>, is: impl Fn(&Case) -> bool) -> usize {
    cases.filter(|case| is(case)).count()
}

fn suite<'a>(report: &Report, table: &'a TableReport) -> Suite<'a> {
    let mut cases: Vec<Case> =
        Obligation::ALL.into_iter().map(|class| obligation(report, table, class)).collect();
    for class in Class::ALL.into_iter().filter(|class| Obligation::failed_by(*class).is_none()) {
        if table.findings.get(&class).is_some_and(|count| *count > 0) {
            cases.push(Case { name: class.name(), result: Err(failure(report, table, None, &[class])) });
        }
    }
    Suite { table, cases }
}

fn obligation(report: &Report, table: &TableReport, class: Obligation) -> Case {
    let (obliged, bad) = table.obliged.get(&class).copied().unwrap_or_default();
    let found = |class: &Class| table.findings.get(class).is_some_and(|count| *count > 0);
    let of_it = |of: &Class| Obligation::failed_by(*of) == Some(class);
    let classes: Vec<Class> = Class::ALL.into_iter().filter(of_it).filter(found).collect();
    let result = if bad > 0 || !classes.is_empty() {
        Err(failure(report, table, Some((class, obliged, bad)), &classes))
    } else if report.not_asked.contains(&class) {
        Err(Unmet::Skipped("not asked for"))
    } else if obliged == 0 {
        Err(Unmet::Skipped("not tested"))
    } else {
        Ok(())
    };
    Case { name: class.name(), result }
}

fn failure(
    report: &Report,
    table: &TableReport,
    of: Option<(Obligation, u64, u64)>,
    classes: &[Class],
) -> Unmet {
    let counts = classes.iter().map(|class| format!("{} {class}", table.findings.get(class).unwrap_or(&0)));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let message = match of {
        Some((class, obliged, bad)) if obliged > 0 => format!("{bad} of {obliged} {class} not met: {counts}"),
        _ => counts,
    };
    let mut lines = Vec::new();
    for class in classes {
        let examples = table.examples.iter().filter(|example| example.class == *class);
        for example in examples.take(EXAMPLES) {
            lines.push(format!("{class}: {}: {}", place(example), example.says));
            lines.extend(example.query.lines().map(str::to_owned));
        }
    }
    lines.extend(table.headlines.iter().map(|line| format!("of this table: {line}")));
    for cause in &table.causes {
        lines.push(format!("of this table: cause {}: {} ({})", cause.id, cause.says, explains(cause)));
        lines.push(format!("cure: {}", cause.cure));
        let twins = cause.same_here.iter();
        lines.extend(twins.map(|(id, says)| format!("or {id} would look the same here: {says}")));
    }
    lines.extend(table.about_causes.as_ref().map(|about| format!("of this table: {about}")));
    lines.extend(hidden(report).map(str::to_owned));
    // Each on its own line: a value's line feeds stay escaped.
    let text = lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\n");
    let kind = classes.first().map_or("finding", |class| class.name()).to_owned();
    Unmet::Failure { message: message.trim_end_matches([' ', ':']).to_owned(), kind, text }
}

impl Suite<'_> {
    fn xml(&self, report: &Report) -> String {
        let (shop, table) = (escaped(&self.table.shop), escaped(&self.table.table));
        let mut text = format!(
            "  <testsuite name=\"{shop}.{table}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0\">\n",
            self.cases.len(),
            count(self.cases.iter(), Case::is_failure),
            count(self.cases.iter(), Case::is_skipped),
        );
        for case in &self.cases {
            let name = case.name;
            // Writing to a String cannot fail.
            let _ = write!(text, "    <testcase classname=\"{shop}.{table}\" name=\"{name}\" time=\"0\"");
            let _ = match &case.result {
                Ok(()) => writeln!(text, "/>"),
                Err(Unmet::Skipped(why)) => writeln!(text, "><skipped message=\"{why}\"/></testcase>"),
                Err(Unmet::Failure { message, kind, text: says }) => {
                    let message = escaped(message);
                    let failure = format!("<failure message=\"{message}\" type=\"{kind}\">{says}</failure>");
                    writeln!(text, ">{failure}</testcase>")
                }
            };
        }
        let told = format!(
            "{}: {}\n{}\nscore {}",
            self.table.relation,
            self.table.reading,
            counted(self.table.load_count, "load"),
            points(&report.score_of_table(self.table))
        );
        text + &format!("    <system-out>{}</system-out>\n  </testsuite>\n", escaped_lines(&told))
    }
}
