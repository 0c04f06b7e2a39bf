//! Is a PostgreSQL server ready for change data capture and cursor loads, and for which tools?
//!
//! Owns the examination: facts are read in one read-only transaction (`read`), pure checks make findings of them, and
//! the report tells them. Must not know shops, nor how a server is named on the command line.

mod checks;
mod facts;
mod finding;
mod probe;
mod queries;
mod read;
pub mod report;
mod tools;

use std::collections::BTreeMap;

pub use checks::{Asked, Filled, Stamp};
pub use facts::{Facts, Probe};
pub use finding::{CHECKS, Cure, Effect, Finding, Level, Step};
pub use probe::SLOT;
pub use tools::Tool;

use crate::config::ConnectionParameters;
use crate::pg::PgError;
use crate::value::Timestamp;

/// What an examination has found.
#[derive(Clone, Debug)]
pub struct Examined {
    /// `server_version`.
    pub version: String,
    /// The role that tools connect as.
    pub role: String,
    /// The schema.
    pub schema: String,
    /// The tables that were looked at, without partitions.
    pub tables: Vec<String>,
    /// The publication that counts.
    pub publication: Option<String>,
    /// Whether tools were named.
    pub named: bool,
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
    /// How bad the worst finding is for each tool that is considered; `None`: there is none but notes.
    pub tools: BTreeMap<Tool, Option<Level>>,
}

impl Examined {
    /// What the facts say.
    pub fn of(facts: &Facts, asked: &Asked) -> Self {
        let findings = checks::findings(facts, asked);
        let worst = |tool: Tool| {
            let levels = findings.iter().filter_map(|finding| finding.tools.get(&tool).copied());
            (tool, levels.filter(|level| *level > Level::Note).max())
        };
        Self {
            version: facts.server.version_text.clone(),
            role: asked.role.clone().unwrap_or_else(|| facts.server.session_role.clone()),
            schema: asked.schema.clone(),
            tables: facts.asked_tables().map(|table| table.name.clone()).collect(),
            publication: checks::publication_name(facts, asked),
            named: !asked.tools.is_empty(),
            tools: asked.considered().into_iter().map(worst).collect(),
            findings,
        }
    }

    /// Whether there is more than notes.
    pub fn has_findings(&self) -> bool {
        self.findings.iter().any(Finding::counts)
    }
}

/// Examines a server; with `probe`, decoding is tried. `wall` is the clock here.
///
/// # Errors
/// If the server cannot be reached, or does not answer in time.
pub async fn examine(
    server: &ConnectionParameters,
    asked: &Asked,
    probe: bool,
    wall: impl Fn() -> Timestamp,
) -> Result<Examined, PgError> {
    let mut facts = read::read(server, asked, wall).await?;
    if probe {
        facts.probe = Some(probe::probe(server, &facts, asked).await);
    }
    Ok(Examined::of(&facts, asked))
}
