//! The report as one JSON document.
//!
//! Owns its form, which `docs/doctor.md` describes.

use serde_json::{Value as Json, json};

use super::{Report, readiness};
use crate::doctor::Tool;
use crate::doctor::finding::{Finding, Level};

/// The document.
pub fn json(reports: &[Report]) -> Json {
    let found = reports.iter().any(|report| report.result.as_ref().is_ok_and(super::Examined::has_findings));
    let unknown = reports.iter().any(|report| report.result.is_err());
    let verdict = match (found, unknown) {
        (true, _) => "findings",
        (false, true) => "no answer",
        (false, false) => "ready",
    };
    json!({ "verdict": verdict, "servers": reports.iter().map(server).collect::<Vec<Json>>() })
}

fn server(report: &Report) -> Json {
    match &report.result {
        Err(error) => json!({ "shop": report.shop, "url": report.url, "error": error }),
        Ok(examined) => {
            let [ready, warned, not] = readiness(examined).map(names);
            json!({
                "shop": report.shop,
                "url": report.url,
                "version": examined.version,
                "role": examined.role,
                "schema": examined.schema,
                "tables": examined.tables,
                "publication": examined.publication,
                "findings": examined.findings.iter().map(finding).collect::<Vec<Json>>(),
                "ready_for": ready,
                "ready_with_warnings_for": warned,
                "not_ready_for": not,
            })
        }
    }
}

fn names(tools: Vec<Tool>) -> Vec<String> {
    tools.iter().map(Tool::to_string).collect()
}

fn finding(finding: &Finding) -> Json {
    let tools =
        finding.tools.iter().map(|(tool, level): (&Tool, &Level)| (tool.to_string(), level.name().into()));
    let cures = finding
        .cures
        .iter()
        .map(|cure| json!({ "sql": cure.sql, "effect": cure.effect.name(), "by_hand": cure.by_hand }));
    json!({
        "number": finding.number,
        "id": finding.id,
        "level": finding.level.name(),
        "seen": finding.seen,
        "why": finding.why,
        "for": tools.collect::<serde_json::Map<String, Json>>(),
        "for_all": finding.for_all,
        "cures": cures.collect::<Vec<Json>>(),
        "restart_pending": finding.restart_pending,
    })
}
