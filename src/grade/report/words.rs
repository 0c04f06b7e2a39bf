//! The sentences that several formats share.
//!
//! Owns how loads, causes, examples and the verdict are told. Must not know any format: texts are not escaped.

use super::{
    CauseReport, Example, Hints, LoadReport, Method, Obligation, Report, Score, TableReport, Verdict,
};
use crate::grade::Class;
use crate::text::listed;

/// What a class of findings is.
pub fn meaning(class: Class) -> &'static str {
    match class {
        Class::MissingRow => "a row that a load must have seen is missing",
        Class::MissingChange => "a change that a load must have seen is missing",
        Class::WrongValue => "values of a row differ from the version that it stands for",
        Class::InventedRow => "the shop never made a row with this key",
        Class::InventedVersion => "the shop never made a row with these values, or not in this order",
        Class::Duplicate => "the same version is there twice",
        Class::Interval => "an interval is empty or inverted, overlaps another one, or leaves a gap",
        Class::TwoOpen => "two rows of a key are open",
        Class::WrongStart => "a row starts at a moment that its meaning does not allow",
        Class::WrongEnd => "a row ends at a moment that its meaning does not allow",
        Class::DeleteOpen => "the shop has deleted the row, and the warehouse does not say so",
        Class::FalseDelete => "the warehouse says that a living row is deleted",
        Class::TornLoad => "no single moment explains what a load has read",
        Class::Late => "a version came later than allowed, or never",
        Class::Orphan => "a row refers to a row that is not there",
        Class::Misplaced => "a row was set aside although what it refers to is there",
        Class::LostAside => "a row is neither in its table nor set aside",
        Class::Schema => "a column is missing or cannot hold its values, or shops cannot be told apart",
    }
}

/// `1 load`, `2 loads`, `no loads`.
pub fn counted(count: u64, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// The name of a method in reports.
pub fn method(method: Method) -> &'static str {
    match method {
        Method::Table => "table",
        Method::Stamps => "stamps",
        Method::Schedule => "schedule",
        Method::Content => "content",
        Method::EveryChange => "every-change",
    }
}

/// The ticks of a load: `[19]`, `[59–61]`, `[≤3]` if it may have seen nothing.
pub fn bracket(load: &LoadReport) -> String {
    let torn = if load.torn { " torn" } else { "" };
    match (load.lo, load.hi) {
        (lo, hi) if lo == hi && lo >= 0 => format!("[{lo}{torn}]"),
        (lo, hi) if hi < 0 || hi < lo => format!("[{lo} to {hi}{torn}]"),
        (lo, hi) if lo < 0 => format!("[≤{hi}{torn}]"),
        (lo, hi) => format!("[{lo}–{hi}{torn}]"),
    }
}

/// `4 loads from content`.
pub fn loads(table: &TableReport) -> String {
    let known = match table.method {
        Method::Table => "from the table of loads",
        Method::Stamps => "from stamps",
        Method::Schedule => "from the schedule",
        Method::Content => "from content",
        Method::EveryChange => return "reads every change".to_owned(),
    };
    format!("{} {known}", counted(table.load_count, "load"))
}

/// The brackets of the first and the last loads: `[19] [34] … [59–61]`.
pub fn brackets(table: &TableReport) -> String {
    /// As many at each end.
    const ENDS: usize = 5;
    if table.method == Method::EveryChange {
        return String::new();
    }
    let (mut text, mut next) = (String::new(), 0);
    for (place, (number, load)) in table.loads.iter().enumerate() {
        if place >= ENDS && place + ENDS < table.loads.len() {
            continue;
        }
        text.push_str(if *number > next { "… " } else { "" });
        text.push_str(&bracket(load));
        text.push(' ');
        next = number + 1;
    }
    let more = usize::try_from(table.load_count).is_ok_and(|count| count > next);
    text.push_str(if more && !table.loads.is_empty() { "…" } else { "" });
    text.trim_end().to_owned()
}

/// `35 missing-change, 12 wrong-value`.
pub fn findings(table: &TableReport) -> String {
    let told = Class::ALL.into_iter().filter_map(|class| Some((class, *table.findings.get(&class)?)));
    let told: Vec<_> =
        told.filter(|(_, count)| *count > 0).map(|(class, count)| format!("{count} {class}")).collect();
    told.join(", ")
}

/// `explains 35 of 35, predicts no other`.
pub fn explains(cause: &CauseReport) -> String {
    let (explained, all) = cause.explains;
    match cause.predicts_others {
        0 => format!("explains {explained} of {all}, predicts no other"),
        1 => format!("explains {explained} of {all}, predicts 1 that is not there"),
        others => format!("explains {explained} of {all}, predicts {others} that are not there"),
    }
}

/// `key 12, tick 34 (2026-01-01T00:08:30Z)`.
pub fn place(example: &Example) -> String {
    match example.tick {
        Some((tick, time)) => format!("key {}, tick {tick} ({})", example.key, time.to_rfc3339()),
        None => format!("key {}", example.key),
    }
}

/// What the hints have hidden, in one sentence.
pub fn hidden(report: &Report) -> Option<&'static str> {
    match report.hints {
        Hints::None => Some("only counts are shown: rows and causes are hidden"),
        Hints::Where => Some("values and causes are hidden"),
        Hints::Why => None,
    }
}

/// `59.0 of 100 (at most 59, because a table has less than 50 in changes)`, `no points: nothing was tested`.
pub fn points(score: &Score) -> String {
    let Some(total) = score.total else { return "no points: nothing was tested".to_owned() };
    if score.failed.is_empty() {
        return format!("{total} of 100");
    }
    let failed: Vec<&str> = score.failed.iter().map(|class| class.name()).collect();
    format!("{total} of 100 (at most 59, because a table has less than 50 in {})", listed(&failed))
}

/// `97.4`, `not tested`, `not asked`.
pub fn class_points(report: &Report, score: &Score, class: Obligation) -> String {
    match score.classes.get(&class) {
        Some(tested) => tested.points.to_string(),
        None if report.not_asked.contains(&class) => "not asked".to_owned(),
        None => "not tested".to_owned(),
    }
}

/// What a dot stands for in a matrix, in one line.
pub fn dots(report: &Report) -> String {
    let names: Vec<&str> = report.not_asked.iter().map(|class| class.name()).collect();
    match names.is_empty() {
        true => "·: not tested".to_owned(),
        false => format!("·: not tested, or not asked for ({})", listed(&names)),
    }
}

/// The verdict in one line.
pub fn verdict(report: &Report) -> String {
    let tables = counted(count(report.tables.len()), "table");
    match report.verdict() {
        Verdict::Right => {
            let hold = if report.tables.len() == 1 { "holds" } else { "hold" };
            format!("right: what {tables} {hold} is what loads at these moments see")
        }
        Verdict::Findings => {
            let wrong =
                report.tables.iter().filter(|table| report.score_of_table(table).has_findings()).count();
            format!("{} in {wrong} of {tables}", counted(report.score().findings, "finding"))
        }
        Verdict::Inconclusive => {
            let names: Vec<&str> = report.not_tested().iter().map(|class| class.name()).collect();
            format!("inconclusive: no finding, but {} not tested", are(&names))
        }
        Verdict::NothingLoaded => "cannot tell: the warehouse holds nothing that can be graded".to_owned(),
    }
}

/// What a reader can do next, in one line.
pub fn next(report: &Report) -> String {
    match report.verdict() {
        Verdict::Right => "nothing to do".to_owned(),
        Verdict::NothingLoaded => {
            "run the pipeline once, or check the mapping with --print-mapping".to_owned()
        }
        Verdict::Inconclusive => {
            "let the shops run on and load again, until rows have been changed and deleted".to_owned()
        }
        Verdict::Findings => {
            let first = report.tables.iter().find_map(|table| Some((table, table.examples.first()?)));
            match first {
                Some((table, example)) if report.hints == Hints::Why => {
                    format!(
                        "look at a row: shopsim grade explain {} {} {}, followed by the same options",
                        word(&table.shop),
                        word(&table.table),
                        word(&example.key.to_string())
                    )
                }
                Some(_) => "look at the examples; their queries show the rows".to_owned(),
                None => "correct the pipeline, and grade again".to_owned(),
            }
        }
    }
}

fn are(names: &[&str]) -> String {
    format!("{} {}", listed(names), if names.len() == 1 { "was" } else { "were" })
}

/// A word of a shell's command line.
fn word(name: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

/// A length as a count.
pub fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
