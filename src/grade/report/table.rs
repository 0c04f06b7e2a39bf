//! The report on a terminal.
//!
//! Owns its order: the matrix, how tables were read, what is wrong with each, the points, the verdict. Must not know
//! whether the terminal has colours, nor decide what is hidden.

use std::fmt::Write as _;

use super::words::{
    brackets, class_points, count, counted, dots, explains, findings, hidden, loads, next, place, points,
    verdict,
};
use super::{CauseReport, Example, Obligation, Report, Score, TableReport, Verdict};
use crate::grade::Class;
use crate::text::{columns, harmless, wrapped};
use crate::value::Timestamp;

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";

/// The whole report, in lines that end with a line feed. `colour`: with ANSI's colours.
pub fn text(report: &Report, colour: bool) -> String {
    let page = Page { report, colour };
    let mut text = page.head();
    text.push_str(&page.matrix());
    text.push_str(&page.read_as());
    let wrong = report
        .tables
        .iter()
        .filter(|table| report.score_of_table(table).has_findings() || !table.headlines.is_empty());
    wrong.for_each(|table| text.push_str(&page.table(table)));
    text.push_str(&page.end());
    text
}

struct Page<'a> {
    report: &'a Report,
    colour: bool,
}

impl Page<'_> {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn heading(&self, text: &str) -> String {
        format!("\n{}\n", self.paint(BOLD, &harmless(text)))
    }

    fn head(&self) -> String {
        let at = self.report.at.map_or(String::new(), |at| format!(" at {}", at.to_rfc3339()));
        let mut text = format!("warehouse {}{at}\n", harmless(&self.report.warehouse));
        let shops = self.report.shops.iter().map(|shop| {
            let last = shop.last_tick.map_or("no tick".to_owned(), |tick| format!("to tick {tick}"));
            let at = shop.at.map_or(String::new(), Timestamp::to_rfc3339);
            let fingerprint: String = shop.fingerprint.chars().take(12).collect();
            [format!("shop {}", shop.shop), last, at, format!("fingerprint {fingerprint}")]
        });
        text.push_str(&columns(&shops.collect::<Vec<_>>(), 0..0));
        for note in &self.report.notes {
            text.push_str(&wrapped(&harmless(note), "note: ", "      "));
        }
        text
    }

    /// What is not met, by shop, table and class of obligations.
    fn matrix(&self) -> String {
        if self.report.tables.is_empty() {
            return String::new();
        }
        let mut rows = vec![matrix_head()];
        for table in &self.report.tables {
            let score = self.report.score_of_table(table);
            let others =
                [Class::TornLoad, Class::Schema].iter().filter_map(|class| table.findings.get(class));
            let others = others.sum();
            rows.push(self.matrix_row([&table.shop, &table.table], &score, table.right, others));
        }
        let lines = columns(&rows, 2..MATRIX);
        let mut text = "\n".to_owned();
        for (place, line) in lines.lines().enumerate() {
            let wrong = place.checked_sub(1).and_then(|place| self.report.tables.get(place));
            let wrong = wrong.is_some_and(|table| self.report.score_of_table(table).has_findings());
            let code = if place == 0 { BOLD } else { RED };
            text.push_str(&if place == 0 || wrong { self.paint(code, line) } else { line.to_owned() });
            text.push('\n');
        }
        let legend = format!(
            "counts of what is wrong; -: nothing; {}; other: torn loads and schema",
            dots(self.report)
        );
        text + &self.paint(DIM, &legend) + "\n"
    }

    fn matrix_row(&self, names: [&String; 2], score: &Score, right: u64, others: u64) -> [String; MATRIX] {
        let number = |count: u64| if count == 0 { "-".to_owned() } else { count.to_string() };
        let mut cells = names.map(String::clone).to_vec();
        cells.push(number(right));
        cells.extend(
            Obligation::ALL
                .iter()
                .map(|class| score.classes.get(class).map_or("·".to_owned(), |class| number(class.bad))),
        );
        cells.push(number(others));
        cells.push(score.total.map_or("·".to_owned(), |points| points.to_string()));
        array(cells)
    }

    /// The mapping that was used, and the loads.
    fn read_as(&self) -> String {
        let mut mapping: Vec<[String; 3]> = Vec::new();
        let mut all_loads = Vec::new();
        for table in &self.report.tables {
            let line = [table.table.clone(), table.relation.clone(), table.reading.clone()];
            if !mapping.contains(&line) {
                mapping.push(line);
            }
            let loads = format!("{}: {}", loads(table), brackets(table));
            let loads = loads.trim_end_matches([' ', ':']).to_owned();
            all_loads.push([table.shop.clone(), table.table.clone(), loads]);
        }
        let mut text = String::new();
        for (heading, lines) in [("read as", mapping), ("loads, by the last tick that they saw", all_loads)] {
            if !lines.is_empty() {
                text.push_str(&self.heading(heading));
                text.push_str(&columns(&lines, 0..0));
            }
        }
        text
    }

    /// What is wrong with a table.
    fn table(&self, table: &TableReport) -> String {
        let title = format!("{} {}: {}", table.shop, table.table, findings(table));
        let mut text = self.heading(title.trim_end_matches([' ', ':']));
        for line in &table.headlines {
            text.push_str(&wrapped(&harmless(line), "  ! ", "    "));
        }
        text.push_str(&counts(table));
        text.push_str(&cells(table));
        table.causes.iter().for_each(|cause| text.push_str(&self.cause(cause)));
        if let Some(about) = &table.about_causes {
            text.push_str(&wrapped(&harmless(about), "  causes: ", "    "));
        }
        for class in Class::ALL {
            let examples: Vec<_> = table.examples.iter().filter(|example| example.class == class).collect();
            if examples.is_empty() {
                continue;
            }
            let of = table.findings.get(&class).copied().unwrap_or_default();
            let shown = count(examples.len());
            let which = if shown < of { format!("{shown} of {of} {class}") } else { class.to_string() };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {}", self.paint(BOLD, &which));
            examples.into_iter().for_each(|example| text.push_str(&self.example(example)));
        }
        text
    }

    fn cause(&self, cause: &CauseReport) -> String {
        let says = format!("{} ({})", cause.says, explains(cause));
        let title = format!("cause {}:", harmless(&cause.id));
        let text = wrapped(&harmless(&says), &format!("  {title} "), "    ");
        let mut text = text.replacen(&title, &self.paint(YELLOW, &title), 1);
        text.push_str(&wrapped(&harmless(&cause.cure), "    cure: ", "      "));
        for (id, says) in &cause.same_here {
            let twin = format!("{id} would look the same here: {says}");
            text.push_str(&wrapped(&harmless(&twin), "    or ", "      "));
        }
        text
    }

    fn example(&self, example: &Example) -> String {
        let load = example.load.map_or(String::new(), |load| format!(", load {}", load + 1));
        let says = format!("{}{load}: {}", place(example), example.says);
        let mut text = wrapped(&harmless(&says), "    ", "      ");
        for line in example.query.lines() {
            let _ = writeln!(text, "      {}", self.paint(DIM, &harmless(line)));
        }
        text
    }

    fn end(&self) -> String {
        let score = self.report.score();
        let classes = Obligation::ALL.map(|class| {
            let weightless = !score.classes.contains_key(&class);
            (weightless, format!("{class} {}", class_points(self.report, &score, class)))
        });
        let (tested, rest): (Vec<_>, Vec<_>) = classes.into_iter().partition(|(weightless, _)| !weightless);
        let classes: Vec<_> = tested.into_iter().chain(rest).map(|(_, told)| told).collect();
        let mut text = self.heading(&format!("score {}", points(&score)));
        text.push_str(&wrapped(&classes.join(", "), "", ""));
        if self.report.shops.len() > 1 {
            let shops = self.report.shops.iter().map(|shop| {
                let points = self.report.score_of_shop(&shop.shop).total;
                let points = points.map_or("not tested".to_owned(), |points| points.to_string());
                format!("{} {points}", harmless(&shop.shop))
            });
            text.push_str(&wrapped(&shops.collect::<Vec<_>>().join(", "), "", ""));
        }
        let verdict_code = match self.report.verdict() {
            Verdict::Right => GREEN,
            Verdict::Findings => RED,
            Verdict::Inconclusive | Verdict::NothingLoaded => YELLOW,
        };
        text.push_str(&self.paint(verdict_code, &harmless(&verdict(self.report))));
        text.push('\n');
        if let Some(hidden) = hidden(self.report) {
            let _ = writeln!(text, "{hidden}");
        }
        text + &format!("next: {}\n", harmless(&next(self.report)))
    }
}

/// Shop, table, right rows, eight classes, others, points.
const MATRIX: usize = 13;

fn matrix_head() -> [String; MATRIX] {
    let mut head = vec!["shop".to_owned(), "table".to_owned(), "right".to_owned()];
    head.extend(Obligation::ALL.iter().map(ToString::to_string));
    head.extend(["other".to_owned(), "score".to_owned()]);
    array(head)
}

/// Cells of a row; missing ones are empty.
fn array<const COLUMNS: usize>(cells: Vec<String>) -> [String; COLUMNS] {
    let mut cells = cells.into_iter();
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

/// What of the obligations is not met, and what is no fault.
fn counts(table: &TableReport) -> String {
    let failed = table.obliged.iter().filter(|(_, (_, bad))| *bad > 0);
    let mut told: Vec<String> =
        failed.map(|(class, (obliged, bad))| format!("{bad} of {obliged} {class} not met")).collect();
    if table.allowed_misses > 0 {
        told.push(format!("{} that no load had to see, no fault", counted(table.allowed_misses, "version")));
    }
    if table.foreign > 0 {
        told.push(format!("{} of others, no fault", counted(table.foreign, "row")));
    }
    if told.is_empty() { String::new() } else { wrapped(&told.join("; "), "  ", "    ") }
}

/// The columns with cells that differ.
fn cells(table: &TableReport) -> String {
    let head = ["  column", "in the warehouse", "same", "different", "what was done"].map(str::to_owned);
    let differ = table.columns.iter().filter(|column| column.different > 0).map(|column| {
        [
            format!("  {}", column.name),
            column.found_as.clone(),
            column.same.to_string(),
            column.different.to_string(),
            column.transform.clone().unwrap_or_default(),
        ]
    });
    let rows: Vec<_> = [head].into_iter().chain(differ).collect();
    if rows.len() > 1 { columns(&rows, 2..4) } else { String::new() }
}
