//! The cures as SQL, for `psql -f`.
//!
//! Owns which cures are run, and their order. What is not run is a comment with the reason.

use std::collections::BTreeMap;

use super::{Report, concerned};
use crate::doctor::Examined;
use crate::doctor::finding::{Cure, Effect, Finding};
use crate::text::harmless;

/// SQL that psql takes, whatever was found. Of one server: psql is connected to it already, by a role that may do it.
pub fn fix_sql(report: &Report) -> String {
    let mut text = String::new();
    comment(&mut text, &report.title());
    match &report.result {
        Err(error) => comment(&mut text, &format!("cannot tell: {error}")),
        Ok(examined) => {
            comment(&mut text, "to be run by a superuser, or the tables' owner where its rights suffice");
            cures(&mut text, examined);
        }
    }
    text
}

/// A name may hold a line break, which must not end the comment.
fn comment(text: &mut String, what: &str) {
    text.extend(["-- ", &harmless(what), "\n"]);
}

/// Why a cure is not run unasked.
fn reason(finding: &Finding, cure: &Cure, of_subject: &BTreeMap<&str, Vec<&str>>) -> Option<String> {
    if let Some(why) = &cure.by_hand {
        return Some(format!("by hand: {why}"));
    }
    if let Some(tools) = concerned(finding).filter(|_| !finding.counts()) {
        return Some(format!("only for {tools}: name the tool by --for"));
    }
    if !finding.counts() {
        return Some("a note only".to_owned());
    }
    let contradicts = of_subject.get(cure.subject.as_str()).is_some_and(|sql| sql.len() > 1);
    contradicts.then(|| "what the tools want contradicts itself: choose one".to_owned())
}

fn cures(text: &mut String, examined: &Examined) {
    let mut all: Vec<(&Finding, &Cure)> = examined
        .findings
        .iter()
        .flat_map(|finding| finding.cures.iter().map(move |cure| (finding, cure)))
        .collect();
    // Stable: within a step, the worst first.
    all.sort_by_key(|(_, cure)| cure.step);
    let mut of_subject: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (finding, cure) in all.iter().filter(|(finding, cure)| finding.counts() && cure.by_hand.is_none()) {
        let known = of_subject.entry(&cure.subject).or_default();
        if finding.counts() && !known.contains(&cure.sql.as_str()) {
            known.push(&cure.sql);
        }
    }
    let (mut done, mut effects): (Vec<&str>, Vec<Effect>) = (Vec::new(), Vec::new());
    for (finding, cure) in all {
        if done.contains(&cure.sql.as_str()) {
            continue;
        }
        match reason(finding, cure, &of_subject) {
            Some(reason) => {
                comment(text, &format!("{}: {reason}", finding.id));
                comment(text, &cure.sql);
            }
            None => {
                comment(text, &format!("{}: {}", finding.id, finding.seen));
                if cure.effect == Effect::Restart {
                    comment(text, "counts after the server has been restarted");
                }
                text.push_str(&cure.sql);
                text.push('\n');
                done.push(&cure.sql);
                effects.push(cure.effect);
            }
        }
    }
    let pending = examined.findings.iter().any(|finding| finding.restart_pending);
    if effects.iter().any(|effect| *effect != Effect::Now) {
        text.push_str("SELECT pg_reload_conf();\n");
    }
    if pending || effects.contains(&Effect::Restart) {
        comment(text, "now restart the server");
    }
    if done.is_empty() && !pending {
        comment(text, "nothing that is run unasked");
    }
}
