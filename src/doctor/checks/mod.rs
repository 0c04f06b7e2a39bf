//! The checks: facts → findings.
//!
//! Owns the case that all checks look at, and how the levels of single tools become one. Pure: one small function per
//! check, one file per subject. Decides nothing by the version of this machine's server.

mod cursor;
mod publication;
mod role;
mod server;
mod settings;
mod slots;
mod tables;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::facts::{Facts, Publication, Table};
use super::finding::{CHECKS, Cure, Finding, Level};
use super::tools::Tool;
use crate::quoting::qualified;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The tools that were named; none: all that read.
    pub tools: Vec<Tool>,
    /// The role that they connect as; `None`: that of the connection.
    pub role: Option<String>,
    /// The schema of the tables.
    pub schema: String,
    /// The schema of shopsim's own state.
    pub state_schema: String,
    /// The tables; `None`: all of the schema.
    pub tables: Option<Vec<String>>,
    /// Whether the tables are shopsim's own: the next run makes those that are missing.
    pub tables_of_shopsim: bool,
    /// The publication; `None`: the one that has most of the tables.
    pub publication: Option<String>,
    /// Slots that wait for a reader on purpose: nobody needs to read them as long as they hold little.
    pub waiting_slots: Vec<String>,
    /// Whether the server is a shop's own, whose settings are in shopsim's config.
    pub private_server: bool,
    /// Whether the writers' sessions do not wait for their commits; `None`: as the server's setting says.
    pub commits_without_waiting: Option<bool>,
    /// Tables that shopsim fills.
    pub filled: BTreeMap<String, Filled>,
    /// Rows that the largest tick writes, by table.
    pub rows_per_tick: BTreeMap<String, u64>,
}

/// The columns of a table that shopsim sets, by its config.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// To the time of each update.
    pub updated_at: Option<Stamp>,
    /// To the time at which the row was deleted softly.
    pub deleted_at: Option<String>,
}

/// A column that shopsim sets to the time of each update.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// Its name.
    pub column: String,
    /// Whether the config asks for an index on it.
    pub index: bool,
}

impl Asked {
    /// The tools that are considered.
    pub fn considered(&self) -> Vec<Tool> {
        if self.tools.is_empty() { Tool::readers() } else { self.tools.clone() }
    }
}

/// Facts, and what is asked of them.
pub struct Case<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// What is asked.
    pub asked: &'a Asked,
    tools: Vec<Tool>,
}

/// One check.
type Check = fn(&Case<'_>) -> Vec<Finding>;

/// All checks, in the order of the documentation's table.
const ALL: [&[Check]; 7] = [
    server::CHECKS,
    role::CHECKS,
    publication::CHECKS,
    tables::CHECKS,
    slots::CHECKS,
    settings::CHECKS,
    cursor::CHECKS,
];

/// What all checks find, the worst first, then by number.
pub fn findings(facts: &Facts, asked: &Asked) -> Vec<Finding> {
    let case = Case { facts, asked, tools: asked.considered() };
    let mut found: Vec<Finding> =
        ALL.iter().flat_map(|group| group.iter()).flat_map(|check| check(&case)).collect();
    if facts.server.in_recovery {
        found.iter_mut().flat_map(|finding| &mut finding.cures).for_each(Cure::on_the_primary);
    }
    found.sort_by_key(|finding| (std::cmp::Reverse(finding.level), finding.number));
    found
}

/// The name of the publication that counts.
pub fn publication_name(facts: &Facts, asked: &Asked) -> Option<String> {
    let case = Case { facts, asked, tools: Vec::new() };
    case.publication().map(|publication| publication.name.clone())
}

impl Case<'_> {
    /// A finding, with a level for each tool that it concerns; none if it concerns none that is considered.
    ///
    /// Where tools were named, the worst level for any of them counts. Where none was, what concerns all that read the log
    /// has the mildest of their levels, and what only some want is a note that names them: they contradict each other.
    fn finding(
        &self,
        id: &'static str,
        level: impl Fn(Tool) -> Option<Level>,
        seen: impl Into<String>,
        why: impl Into<String>,
    ) -> Option<Finding> {
        let tools: BTreeMap<Tool, Level> =
            self.tools.iter().filter_map(|tool| Some((*tool, level(*tool)?))).collect();
        let (mildest, worst) = (*tools.values().min()?, *tools.values().max()?);
        let mut log = self.tools.iter().filter(|tool| tool.wants().reads_log);
        let for_all = match self.asked.tools.is_empty() {
            true => log.all(|tool| tools.contains_key(tool)),
            false => self.tools.iter().all(|tool| tools.contains_key(tool)),
        };
        let level = match (self.asked.tools.is_empty(), for_all) {
            (false, _) => worst,
            (true, true) => mildest,
            (true, false) => Level::Note,
        };
        let number = CHECKS.iter().find(|(_, name, _)| *name == id).map_or(0, |(number, ..)| *number);
        let (seen, why, cures) = (seen.into(), why.into(), Vec::new());
        Some(Finding { number, id, level, tools, for_all, seen, why, cures, restart_pending: false })
    }

    /// The role that tools connect as.
    fn role_name(&self) -> &str {
        self.asked.role.as_deref().unwrap_or(&self.facts.server.session_role)
    }

    /// Whether it is known which tables there are, and which publication has them.
    fn knows_publications(&self) -> bool {
        self.facts.tables_seen && self.facts.publications.is_some() && self.facts.published.is_some()
    }

    /// The publication that counts: the named one, or the one that has most of the tables.
    fn publication(&self) -> Option<&Publication> {
        let publications = self.facts.publications.as_ref()?;
        if let Some(name) = &self.asked.publication {
            return publications.iter().find(|publication| publication.name == *name);
        }
        // A partitioned table may have no partition yet.
        let holds = |table: &&Table| matches!(table.kind.as_str(), "r" | "p");
        let stored = |publication: &Publication| {
            let tables = self.facts.tables.iter().filter(holds);
            tables.filter(|table| self.is_published(publication, table)).count()
        };
        // The first of equals.
        publications
            .iter()
            .rev()
            .max_by_key(|publication| stored(publication))
            .filter(|best| stored(best) > 0)
    }

    /// Whether changes of a table, or of a partition, are in a publication.
    fn is_published(&self, publication: &Publication, table: &Table) -> bool {
        let is_listed = |schema: &str, name: &str| {
            let mut published = self.facts.published.iter().flatten();
            published
                .any(|row| row.publication == publication.name && row.schema == schema && row.table == name)
        };
        let of_root = || table.partition_of.as_ref().is_some_and(|(schema, name)| is_listed(schema, name));
        publication.all_tables || is_listed(&table.schema, &table.name) || of_root()
    }
}

/// The same level for every tool that reads the log.
fn log(level: Level) -> impl Fn(Tool) -> Option<Level> {
    move |tool| tool.wants().reads_log.then_some(level)
}

/// The same level for every tool that reads.
fn readers(level: Level) -> impl Fn(Tool) -> Option<Level> {
    move |tool| (tool != Tool::Shopsim).then_some(level)
}

/// The same level for these tools.
fn only<const N: usize>(tools: [Tool; N], level: Level) -> impl Fn(Tool) -> Option<Level> {
    move |tool| tools.contains(&tool).then_some(level)
}

/// A table's name in SQL.
fn sql_name(table: &Table) -> String {
    qualified(&table.schema, &table.name)
}

/// Tables by name, for people: `public.a, public.b and 3 more`.
fn names<'a>(tables: impl IntoIterator<Item = &'a Table>) -> String {
    few(tables.into_iter().map(Table::shown))
}

/// The first names of a list, and how many more there are.
fn few(names: impl IntoIterator<Item = String>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<String> = names.into_iter().collect();
    match names.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..SHOWN].join(", ")),
    }
}

/// Bytes in the largest unit: `2 GB`, `16 MB`, as PostgreSQL counts them.
fn bytes(bytes: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    match UNITS.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) if bytes % unit == 0 => format!("{} {name}", bytes / unit),
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} bytes"),
    }
}

/// Seconds in the largest unit: `7 minutes`.
fn seconds(seconds: f64) -> String {
    const UNITS: [(f64, &str); 4] = [(86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second")];
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| seconds >= *unit).unwrap_or((1.0, "second"));
    let count = (seconds / unit).floor();
    format!("{count} {name}{}", if count == 1.0 { "" } else { "s" })
}
