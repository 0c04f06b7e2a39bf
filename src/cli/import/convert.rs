//! The legacy generator's config and env files → the text of a `shops.toml`.
//!
//! Owns the validity of the text: it is read as a run would read it, and each invalid part is replaced or left out and
//! reported, until the text is valid. `branch` and `sold` own the meaning of the settings.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;

use super::branch;
use super::document::{Entry, Fate, Section, render, string};
use super::files::{EnvFile, Environment, ImportReport};
use super::json::Json;
use super::sold;
use crate::config::{self, Config, Database, InvalidValue, Problem, Source, Surroundings};
use crate::plan;

/// The result of a conversion.
#[derive(Debug)]
pub struct Converted {
    /// The `shops.toml`.
    pub text: String,
    /// The text as a run would read it.
    pub config: Config,
    /// The changes and omissions.
    pub report: ImportReport,
    /// The errors that leaving parts out cannot fix: there is nothing to run.
    pub wrong: Vec<String>,
}

const HEAD: &str = "\
# A chain of shops, created by `shopsim import`. Each [[shop]] has its own database; all have the same [tables].
# `shopsim check` checks this file, `shopsim run` runs it.

# --- The branches. --------------------------------------------------------------------------------------
# Keys here override those of the env file, which gives the database: POSTGRES_HOST, _PORT, _DB, _USER and
# _PASSWORD. `database = \"embedded\"` would give a shop a private server instead.
";

/// Converts.
pub fn convert(path: &str, config: Json, shops: &[EnvFile], environment: &Environment<'_>) -> Converted {
    let mut report = ImportReport::default();
    let mut sections = vec![Section::new("", HEAD, Vec::new())];
    let mut databases = BTreeSet::new();
    for shop in shops {
        let (mut section, database) = branch::branch(shop, environment, &mut report);
        if !database.is_none_or(|database| databases.insert(database)) {
            let place = format!("{}: POSTGRES_DB", shop.path);
            report.changed.push(format!(
                "{place}: another shop has the same database; the tables of `{}` get a schema of their own",
                shop.name
            ));
            section.entries.push(Entry::new(place, format!("schema = {}", string(&shop.name))));
        }
        sections.push(section);
    }
    sections.extend(sold::sold(path, config, &mut report));
    loop {
        let (text, extents) = render(&sections);
        let (config, problems) = read(&text, shops, environment);
        let hit = |problem: &Problem| {
            let start = problem.span.as_ref()?.start;
            extents.iter().find(|(extent, _)| extent.contains(&start)).map(|(_, hit)| *hit)
        };
        let (wrong, warnings): (Vec<_>, Vec<_>) = problems.iter().partition(|problem| problem.is_error());
        let mut settled = true;
        // One problem per line and round: replacing the line may fix the others, too.
        let mut hits = BTreeSet::new();
        for problem in &wrong {
            if let Some(hit) = hit(problem).filter(|hit| hits.insert(*hit)) {
                settled &= !give_way(&mut sections, hit, problem);
            }
        }
        if settled {
            let mut places: Vec<&str> = Vec::new();
            for section in &sections {
                // A table of two sections is left out once.
                if section.left_out.is_none() || !places.contains(&section.place.as_str()) {
                    report_section(section, &mut report);
                }
                places.push(&section.place);
            }
            report.notes.extend(warnings.into_iter().map(|problem| {
                let place = hit(problem).map(|(section, entry)| {
                    let section = &sections[section];
                    entry.map_or(&section.place, |entry| &section.entries[entry].place)
                });
                let said = InvalidValue::from(problem);
                place.map_or_else(|| said.to_string(), |place| format!("{place}: {said}"))
            }));
            report.notes.extend(containers(&config));
            let wrong = wrong.into_iter().map(|problem| InvalidValue::from(problem).to_string()).collect();
            return Converted { text, config, report, wrong };
        }
    }
}

/// Replaces or leaves out the invalid part; false if that was done before.
fn give_way(sections: &mut [Section], (section, entry): (usize, Option<usize>), problem: &Problem) -> bool {
    let wrong = InvalidValue::from(problem);
    if let Some(entry) = entry {
        return sections[section].entries[entry].give_way(wrong);
    }
    let place = sections[section].place.clone();
    let mut done = false;
    for section in sections.iter_mut().filter(|section| section.place == place && !place.is_empty()) {
        done |= section.left_out.replace(wrong.clone()).is_none();
    }
    done
}

/// Reports the changes and omissions of a section.
fn report_section(section: &Section, report: &mut ImportReport) {
    if let Some(wrong) = &section.left_out {
        report.left_out.push(format!("{}: {wrong}", section.place));
        return;
    }
    for entry in &section.entries {
        let place = &entry.place;
        match entry.fate() {
            Fate::Written => {}
            Fate::Changed(wrong, meaning) => {
                report.changed.push(format!("{place}: {}; {meaning}", wrong.message));
            }
            Fate::Lost(wrong, Some(meaning)) => {
                report.left_out.push(format!("{place}: {}; {meaning}", wrong.message));
            }
            Fate::Lost(wrong, None) => report.left_out.push(format!("{place}: {wrong}")),
        }
    }
}

/// The config that a run would read from the text, and its problems.
fn read(text: &str, shops: &[EnvFile], environment: &Environment<'_>) -> (Config, Vec<Problem>) {
    let file = |path: &Path| {
        let shop = shops.iter().find(|shop| Path::new(&shop.from_output) == path);
        shop.map(|shop| shop.text.clone().into_bytes()).ok_or(std::io::ErrorKind::NotFound.into())
    };
    let source = Source::new("shops.toml", text);
    let (config, mut problems) = config::read(&source, &Surroundings { var: environment, read: &file });
    problems.extend(plan::compile(&config).1);
    config::sort(&mut problems);
    (config, problems)
}

/// A note for hosts that look like containers, which the user may not have.
fn containers(config: &Config) -> Option<String> {
    let hosts: BTreeSet<&str> = config
        .shops
        .iter()
        .filter_map(|shop| match &shop.database.value {
            Database::Server(server) => Some(server.host.as_str()),
            Database::Embedded { .. } => None,
        })
        .filter(|host| {
            let is_name = !host.contains(['.', '/']) && host.parse::<IpAddr>().is_err();
            is_name && !host.eq_ignore_ascii_case("localhost")
        })
        .collect();
    if hosts.is_empty() {
        return None;
    }
    let hosts: Vec<String> = hosts.into_iter().map(|host| format!("`{host}`")).collect();
    let (names, them) = if hosts.len() == 1 {
        ("looks like the name of a container", "it")
    } else {
        ("look like names of containers", "them")
    };
    Some(format!(
        "{} {names}: without {them}, set `database = \"embedded\"` under each [[shop]] to run it on a private server",
        hosts.join(", ")
    ))
}
